//! The migrations are compiled into the program: a new one makes it be compiled again.

#![allow(clippy::print_stdout, reason = "cargo reads it")]

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
