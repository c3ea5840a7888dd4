//! What tests stand on: databases, the application under test, those who call it, and a mail server.

pub mod app;
pub mod both;
pub mod caller;
pub mod district;
pub mod enterprise;
pub mod facts;
pub mod postgres;
