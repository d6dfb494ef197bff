//! `pullan`: says why a container image could not be pulled, from what was pasted into a ticket.
//!
//! The library does the work; this program finds the input, chooses the language and the form of the answer,
//! and turns outcomes into exit codes.

mod args;
mod command;
mod exit;
mod help;
mod input;
mod pager;
mod progress;
mod terminal;
mod usage;

use clap::FromArgMatches;
use pullan_render::Words;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::command().try_get_matches().and_then(|matches| args::Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return usage::exit(&error),
    };
    match command::run(&args) {
        Ok(code) => code.into(),
        Err(error) => {
            // One clear line: what, where, what to do.
            use std::io::Write;
            let _ = writeln!(std::io::stderr().lock(), "{}: {}", args::program(), error.say(Words(command::language(args.lang))));
            exit::Code::Trouble.into()
        }
    }
}
