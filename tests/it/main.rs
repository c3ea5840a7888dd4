//! The product from outside: a fresh database per test, on SQLite and on PostgreSQL.

#![allow(clippy::disallowed_methods, reason = "tests read the environment and wait")]
#![allow(unreachable_pub, reason = "nobody outside reaches a test")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails so"
)]
#![allow(
    clippy::assigning_clones,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    clippy::unused_async,
    clippy::used_underscore_binding,
    reason = "a test is read, not tuned: the plainest form of a fixture is the best"
)]

mod alerts_follow;
mod api;
mod audit_chain;
mod browser;
mod cli;
mod data_model;
mod deadlines;
mod deliveries;
mod demo;
mod end_to_end;
mod floors;
mod glossary;
mod imports;
mod jobs;
mod keyed_record;
mod kill;
mod mail_delivery;
mod metrics;
mod migrations;
mod nightly;
mod pages;
mod permissions;
mod purge;
mod quarantine;
mod query_plans;
mod record_heads;
mod record_role;
mod record_state;
mod record_tampering;
mod retry;
mod scope;
mod sealer;
mod stored_forms;
mod support;
mod text_columns;
mod unit_of_work;
mod upgrade;
