//! Commands that somebody typed: they say what the output below them is about.
//!
//! In: a line with a shell prompt. Out: the command's words. Probes and clients read their own command lines,
//! because there the command is part of the evidence.
//!
//! ```text
//! [root@jwkim-master ~]# k describe pod wildlfy-ha-5867c485f7-kk5zs -n catalog
//! ```

use super::{Taken, prompt};
use crate::record::{Command, Record};
use crate::text::Line;

/// Takes one command line.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some(words) = prompt::command(lines[0].text()) else { return Taken::NOTHING };
    out.push(Record::Command(Command { words: prompt::without_secrets(&words) }));
    Taken::all(1)
}
