//! Long answers on a terminal go through a pager, as in git.
//!
//! In: an answer. Out: the answer on standard output, through `PULLAN_PAGER`, `PAGER` or `less` where standard output is a terminal with
//! fewer lines. A pager that cannot be run costs nothing but itself.

use std::io::{ErrorKind, IsTerminal, Result, Write, stdout};
use std::process::{Command, Stdio};

/// What `less` is told unless `LESS` says otherwise: to leave at once what fits, to pass colours, to leave the screen as it is.
const LESS: &str = "FRX";

/// Shows an answer; a closed pipe is no error, the reader has seen enough.
pub(crate) fn show(answer: &str, paging: bool) -> Result<()> {
    let fits = || terminal_size::terminal_size_of(stdout()).is_none_or(|(_, rows)| answer.lines().count() < usize::from(rows.0));
    if paging
        && stdout().is_terminal()
        && !fits()
        && let Some(pager) = wanted()
        && through(&pager, answer)
    {
        return Ok(());
    }
    let mut out = stdout().lock();
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// The pager, if any; an empty one and `cat` are none.
fn wanted() -> Option<String> {
    let set = ["PULLAN_PAGER", "PAGER"].iter().find_map(|name| std::env::var(name).ok());
    Some(set.unwrap_or_else(|| "less".to_owned())).filter(|pager| !matches!(pager.trim(), "" | "cat"))
}

/// Whether the pager took the answer. The variables hold a command line, so a shell reads them where there is one.
fn through(pager: &str, answer: &str) -> bool {
    let mut command = if cfg!(unix) { Command::new("sh") } else { Command::new(pager) };
    if cfg!(unix) {
        command.args(["-c", pager]);
    }
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // The reader may leave before the end.
        let _ = input.write_all(answer.as_bytes());
    }
    // A shell that finds no such program says so with 127.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
