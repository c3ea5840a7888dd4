//! Rows and queries. Free functions called with their module's name, connection first, `QueryResult` out; they open no
//! transaction and decide nothing. What differs between the two databases lives in `backend/` alone.

pub mod backend;
pub mod conditions;
pub mod desks;
pub mod fieldwork;
pub mod keyset;
pub mod like;
pub mod locks;
pub mod operation;
pub mod outbox;
pub mod people;
pub mod records;
pub mod registry;
pub mod retry;
pub mod schema;
pub mod scope;
pub mod values;
pub mod watch;
