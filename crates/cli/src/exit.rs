//! Exit codes; they are part of the contract.

use std::process::ExitCode;

/// What the program ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nothing wrong was found.
    Clean = 0,
    /// A diagnosis was made.
    Diagnosed = 1,
    /// Usage, input/output or rule error.
    Trouble = 2,
    /// Nothing in the input was recognised.
    Unrecognised = 3,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        ExitCode::from(code as u8)
    }
}
