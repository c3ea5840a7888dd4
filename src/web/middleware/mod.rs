//! What every request passes on its way in and out.

pub mod authenticate;
pub mod limit;
pub mod observe;
pub mod problems;
