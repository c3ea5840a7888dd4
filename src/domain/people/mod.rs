//! Who acts, by what role, and the rules for passwords and lockout.

pub mod actor;
pub mod lockout;
pub mod password;
pub mod role;
pub mod user;
