//! Which following lines belong to a log line.
//!
//! In: an entry and the lines behind it. Out: all its lines as one, for [`crate::parse::log::entry::line`] to read
//! again. A line that begins an entry of its own never belongs to the one before.
//!
//! ```text
//! E1122 09:13:33.212516   17279 proxier.go:1406] "Failed to execute iptables-restore" err=<
//!         exit status 4: Can't lock /run/xtables.lock: Resource temporarily unavailable
//!  > ipFamily="IPv4"
//! E0627 09:28:54.054930       1 proxier.go:1598] Failed to execute iptables-restore: exit status 1 (iptables-restore: line 86 failed
//! )
//! ```

use crate::parse::log::entry::{Body, Entry, begins};
use crate::parse::log::json::{self, Object, Wrapped};
use crate::parse::log::prefix::peel;
use crate::parse::log::structured::{is_all_pairs, is_open};
use crate::text::Line;

/// Longest value of several lines; iptables-restore's input is the longest one known.
const MOST_LINES: usize = 4_096;
/// How many lines a broken line may have.
const MOST_PARTS: usize = 40;
/// How far the end of a value is looked for when its lines are not indented.
const SEARCH_LIMIT: usize = 64;
/// Widths at which terminals break lines.
const TERMINAL_WIDTHS: &[usize] = &[80, 100, 120, 132, 160, 200];

/// The entry with its further lines, and how many those are; `None` when it has none.
pub(super) fn gather<'t>(first: &Line<'t>, following: &[Line<'t>], entry: &Entry<'_>) -> Option<(Line<'t>, usize)> {
    let next = following.first()?;
    if entry.prefix.partial {
        return parts(first, following);
    }
    let text = entry.text.trim_end();
    if text.ends_with("=<") && matches!(entry.body, Body::Klog(..) | Body::CutKlog(..)) {
        return block(first, following);
    }
    let in_bracket = match entry.body {
        Body::Klog(_, rest) | Body::CutKlog(_, rest) => !rest.starts_with('"') && rest.matches('(').count() > rest.matches(')').count(),
        _ => false,
    };
    let open = is_open(text) && !text.ends_with(['…', '>']) && !text.ends_with("...");
    let at_edge = TERMINAL_WIDTHS.contains(&width(first));
    let between_pairs = text.ends_with('"') && is_rest(next);
    if !(in_bracket || open || at_edge || between_pairs) {
        return None;
    }
    in_bracket.then(|| until_bracket(first, following)).flatten().or_else(|| broken(first, following, open, at_edge))
}

/// Whether a line was broken off between two pairs.
fn is_rest(line: &Line<'_>) -> bool {
    is_all_pairs(line.text()) && !begins(line.text())
}

/// The further parts of a CRI log line: `P` parts up to and with the `F` part.
fn parts<'t>(first: &Line<'t>, following: &[Line<'t>]) -> Option<(Line<'t>, usize)> {
    let mut whole = first.clone();
    let mut count = 0;
    for next in following.iter().take(MOST_LINES) {
        let prefix = peel(next.text());
        if !prefix.certain || begins(prefix.body) {
            break;
        }
        whole.join("", next, next.text().len() - prefix.body.len());
        count += 1;
        if !prefix.partial {
            break;
        }
    }
    Some((whole, count))
}

/// `err=<`, lines, ` >`: joined as klog wrote it, whatever the paste did to the indents.
fn block<'t>(first: &Line<'t>, following: &[Line<'t>]) -> Option<(Line<'t>, usize)> {
    let marks = quote_marks(first);
    let mut whole = first.clone();
    let mut count = 0;
    // Behind the first value a further one may begin.
    while whole.text().trim_end().ends_with("=<") && count < MOST_LINES {
        let rest = following.get(count..)?;
        let (inside, end) = extent(rest, marks);
        for next in rest.iter().take(inside) {
            let body = peel(next.text()).body.trim_start();
            whole.join("\n\t", next, next.text().len() - body.len());
        }
        count += inside;
        let Some((last, skip)) = end.and_then(|skip| Some((rest.get(inside)?, skip))) else {
            break;
        };
        whole.join("\n >", last, skip);
        count += 1;
    }
    Some((whole, count))
}

/// How many lines a value has, and how much of the line behind them is its end. Without an end only what is
/// visibly indented belongs to the value.
fn extent(following: &[Line<'_>], marks: usize) -> (usize, Option<usize>) {
    let mut indented = 0;
    for (index, next) in following.iter().enumerate().take(MOST_LINES) {
        let body = peel(next.text()).body;
        if let Some(skip) = closing(next, body, marks) {
            return (index, Some(skip));
        }
        if begins(next.text()) {
            break;
        }
        if indented == index && body.starts_with([' ', '\t']) {
            indented += 1;
        } else if index - indented >= SEARCH_LIMIT {
            break;
        }
    }
    (indented, None)
}

/// How many bytes to skip at the line that ends a value: it is ` >` alone or before further pairs. Taking the
/// quote marks of mails away took that `>` too; then the original still has one more than its neighbours.
fn closing(line: &Line<'_>, body: &str, marks: usize) -> Option<usize> {
    if let Some(rest) = body.trim_start().strip_prefix('>')
        && (rest.is_empty() || rest.starts_with(' '))
    {
        return Some(line.text().len() - rest.len());
    }
    (quote_marks(line) > marks && !body.starts_with('\t')).then(|| line.text().len() - body.len())
}

/// How many `>` cleaning took from the start of the line.
fn quote_marks(line: &Line<'_>) -> usize {
    let raw = line.raw().trim_end();
    let head = raw.strip_suffix(line.text().trim_end()).unwrap_or_default();
    head.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>')).filter(|byte| *byte == b'>').count()
}

/// The output of a command in brackets, whose line ends klog's printf form keeps.
fn until_bracket<'t>(first: &Line<'t>, following: &[Line<'t>]) -> Option<(Line<'t>, usize)> {
    let mut whole = first.clone();
    for (index, next) in following.iter().enumerate().take(8) {
        if next.trimmed().is_empty() || begins(next.text()) {
            return None;
        }
        let body = peel(next.text()).body;
        whole.join("\n", next, next.text().len() - body.len());
        if body.contains(')') {
            return Some((whole, index + 1));
        }
    }
    None
}

/// A line that a terminal or a mail program broke: a quote is open, or the line is just as wide as a terminal.
fn broken<'t>(first: &Line<'t>, following: &[Line<'t>], open: bool, at_edge: bool) -> Option<(Line<'t>, usize)> {
    let full = width(first);
    let mut still_open = open;
    let mut found = 0;
    let mut ended = false;
    for next in following.iter().take(MOST_PARTS) {
        if !continues(next) || begins(next.text()) || peel(next.text()).certain {
            break;
        }
        found += 1;
        still_open ^= is_open(next.text());
        if !still_open && width(next) != full && !following.get(found).is_some_and(is_rest) {
            ended = true;
            break;
        }
    }
    let (last, inner) = following.get(..found).filter(|_| ended)?.split_last()?;
    // A terminal breaks after a fixed width, a mail program at a blank.
    let hard = (at_edge || !inner.is_empty()) && inner.iter().all(|part| width(part) == full) && width(last) <= full;
    if !open && !hard && !inner.iter().chain([last]).all(is_rest) {
        return None;
    }
    let mut whole = first.clone();
    for part in inner.iter().chain([last]) {
        if hard { whole.join("", part, 0) } else { whole.join(" ", part, part.indent()) }
    }
    Some((whole, found))
}

fn width(line: &Line<'_>) -> usize {
    line.text().chars().count()
}

/// Whether a line can be the rest of another: no blank line, fence, prompt or heading.
fn continues(line: &Line<'_>) -> bool {
    let text = line.trimmed();
    !text.is_empty() && !["```", "~~~", "$ ", "# ", "> ", "[root@", "Events:", "Name:"].iter().any(|start| text.starts_with(start))
}

/// The same for lines that docker's json-file (or another collector) put into objects; how many were taken.
pub(super) fn gather_wrapped(following: &[Line<'_>], wrapped: &mut Wrapped) -> usize {
    let mut in_block = false;
    let mut count = 0;
    for next in following.iter().take(MOST_LINES) {
        in_block |= wrapped.text.trim_end().ends_with("=<");
        if !wrapped.partial && !in_block {
            break;
        }
        let body = peel(next.text()).body.trim_start();
        let Some(Object::Wrapped(part)) = Some(body).filter(|body| json::is_object(body)).and_then(json::read) else {
            break;
        };
        if begins(&part.text) {
            break;
        }
        in_block &= !part.text.trim_start().starts_with('>');
        wrapped.text.push_str(&part.text);
        wrapped.partial = part.partial;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;
    use crate::source::SourceId;

    #[test]
    fn the_end_of_a_value() {
        for (text, skip) in [(" > pod=\"a/b\"", Some(2)), (">", Some(1)), (">x", None), ("prose", None)] {
            let line = Line::unchanged(SourceId(0), 1, text);
            assert_eq!(closing(&line, text, 0), skip, "{text:?}");
        }
        // In a mail one quote mark too many is the end.
        for (text, skip) in [("> > x", Some(0)), ("> x", None)] {
            let line = &lines(text)[0];
            assert_eq!(closing(line, line.text(), 1), skip, "{text:?}");
        }
    }
}
