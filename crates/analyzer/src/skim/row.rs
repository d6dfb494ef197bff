//! Recognises a row of `kubectl get events` that reports no failure.
//!
//! In: a line. Out: the object of the row, if its reason is one that only says that things go well. Such a row matters
//! when something fails of the same object: then it may say that the failure is over.
//!
//! ```text
//! shop        4m12s       Normal    Pulled      pod/checkout-api-7d9c5b6f4-x2x9k   Successfully pulled image "r.example/shop/api:1"
//! ```

/// How far into a row its type may stand.
const HEAD: usize = 160;

/// What a row, or an item of a list, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look<'l> {
    /// It reports no failure of the object with this name, and may say that one is over.
    Quiet(&'l [u8]),
    /// It reports no failure, and says nothing about images.
    Routine,
    /// It may report anything.
    Other,
}

/// Looks at a line that may be a row.
pub(super) fn look(line: &[u8]) -> Option<Look<'_>> {
    let head = &line[..line.len().min(HEAD)];
    // Column by column from the left: a type stands behind few words.
    let at = types(head)?;
    let names = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'<' | b'>' | b'-' | b'.' | b'(' | b')');
    if !line.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'<') || !line[..at].iter().all(names) {
        return None;
    }
    Some(quiet(line, at).unwrap_or(Look::Other))
}

/// Offset of the blank before `Normal` or `Warning`.
fn types(head: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'N', b'W', head)
        .filter_map(|at| at.checked_sub(1))
        .find(|at| head[*at..].starts_with(b" Normal ") || head[*at..].starts_with(b" Warning "))
}

/// A row that reports no failure and whose type stands behind the blank at `at`.
fn quiet(line: &[u8], at: usize) -> Option<Look<'_>> {
    let (reason, rest) = word(line[at..].strip_prefix(b" Normal ")?)?;
    let (object, message) = word(rest)?;
    let (_, name) = object.split_at_checked(memchr::memchr(b'/', object)? + 1)?;
    if name.is_empty() || message.trim_ascii().is_empty() {
        return None;
    }
    of_reason(reason, name)
}

/// What an event with this reason is, about the object with this name; `None` if it may report a failure.
pub(super) fn of_reason<'n>(reason: &[u8], name: &'n [u8]) -> Option<Look<'n>> {
    match reason {
        b"Pulled" | b"Pulling" | b"Started" | b"Scheduled" => Some(Look::Quiet(name)),
        b"Created" | b"Killing" | b"SuccessfulCreate" | b"SuccessfulDelete" | b"ScalingReplicaSet" | b"SawCompletedJob" | b"Completed"
        | b"LeaderElection" => Some(Look::Routine),
        _ => None,
    }
}

/// The next word, and what stands behind it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let end = memchr::memchr(b' ', text)?;
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_report_no_failure() {
        for row in [
            "4m12s       Normal    Pulled      pod/web-1   Successfully pulled image \"r.example/a:1\"",
            "shop   4m12s (x3 over 5m)  Normal  Started   Pod/web-1   Started container web",
            "<unknown>   Normal   Scheduled   pod/web-1   Successfully assigned shop/web-1 to node-3",
        ] {
            assert_eq!(look(row.as_bytes()), Some(Look::Quiet(b"web-1")), "{row}");
        }
    }

    #[test]
    fn rows_that_say_nothing_about_images() {
        for row in
            ["4m12s   Normal   Created   pod/web-1   Created container web", "9s   Normal   Killing   pod/web-1   Stopping container web"]
        {
            assert_eq!(look(row.as_bytes()), Some(Look::Routine), "{row}");
        }
    }

    #[test]
    fn everything_else_is_looked_at() {
        for row in [
            "4m12s       Warning   Failed      pod/web-1   Failed to pull image \"r.example/a:1\"",
            "4m12s       Normal    BackOff     pod/web-1   Back-off pulling image \"r.example/a:1\"",
            "4m12s       Normal    Pulled      pod/web-1   ",
        ] {
            assert_eq!(look(row.as_bytes()), Some(Look::Other), "{row}");
        }
        for line in ["4m12s       Normal", "a \"quoted\" text Normal Pulled pod/web-1 x", "", "  Normal  Pulled  9s  kubelet  x"] {
            assert_eq!(look(line.as_bytes()), None, "{line}");
        }
    }
}
