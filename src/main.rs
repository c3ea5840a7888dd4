//! The Wellspring program.
fn main() {}
