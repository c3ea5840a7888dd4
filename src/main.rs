//! The Wellspring program: everything is in the library, the command line first.

use std::process::ExitCode;

fn main() -> ExitCode {
    wellspring::cli::run()
}
