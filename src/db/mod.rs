//! Rows and queries. Free functions called with their module's name, connection first, `QueryResult` out; they open no
//! transaction and decide nothing. What differs between the two databases lives in `backend.rs` alone.

pub mod access_records;
pub mod alert_evidence;
pub mod alerts;
pub mod backend;
pub mod backlog;
pub mod changes;
pub mod contacts;
pub mod credentials;
pub mod digest_alerts;
pub mod directives;
pub mod enterprise_list;
pub mod enterprise_search;
pub mod enterprises;
pub mod facts;
pub mod idempotency_keys;
pub mod imports;
pub mod job_leases;
pub mod like;
pub mod mail_messages;
pub mod mail_queue;
pub mod organisation_merges;
pub mod organisations;
pub mod recipients;
pub mod schema;
pub mod sessions;
pub mod signals;
pub mod standings;
pub mod successions;
pub mod tax_receipts;
pub mod teams;
pub mod tokens;
pub mod users;
pub mod values;
pub mod visits;
pub mod withdrawals;
