//! The program `otn`.

use std::process::ExitCode;

fn main() -> ExitCode {
    otn::cli::main()
}
