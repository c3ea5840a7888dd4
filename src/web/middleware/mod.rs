//! The middleware around every request.

pub mod authenticate;
pub mod limit;
pub mod observe;
pub mod problems;
