//! `pullan`: says why a container image could not be pulled, from what was pasted into a ticket.
//!
//! The library does the work; this program finds the input, chooses the language and the form of the answer,
//! and turns outcomes into exit codes.

mod args;
mod command;
mod exit;
mod input;
mod progress;
mod terminal;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match command::run(&args) {
        Ok(code) => code.into(),
        Err(error) => {
            // One clear line: what, where, what to do.
            use std::io::Write;
            let _ = writeln!(std::io::stderr().lock(), "pullan: {error}");
            exit::Code::Trouble.into()
        }
    }
}
