//! Error messages in the middle of other text: a quoted message, a cut-off row, a chat.
//!
//! In: a line that no format took. Out: a [`Message`] from where the message begins. Only the openings below
//! count, at places where a phrase can start, so a sentence *about* an error is left alone.
//!
//! ```text
//! 오류는 다음과 같습니다: Failed to pull image "nginx:nope": rpc error: code = NotFound desc = ...
//! ```

use super::Taken;
use crate::message::phrase::next_start;
use crate::record::{Message, Origin, Record};
use crate::text::Line;

/// Beginnings of messages that pulls end in, whoever prints them. Whether such a message really is about a pull is
/// decided by its parts, so these may be broad; a quote mark here fits an escaped one too.
const OPENINGS: &[&str] = &[
    "Failed to pull image \"",
    "Failed to pull image '",
    "failed to pull and unpack image \"",
    "Failed to inspect image \"",
    "Failed to apply default image tag \"",
    "Back-off pulling image \"",
    "Container image \"",
    "rpc error: code = ",
    "Error response from daemon:",
    "failed to resolve reference \"",
    "failed to resolve source metadata for ",
    "failed to get sandbox image \"",
    "Failed to create pod sandbox: ",
    "failed to do request:",
    "initializing source docker://",
    "Error initializing source docker://",
    "pinging container registry ",
    "error pinging docker registry ",
    "unable to pull image",
    "image pull failed",
    "pull access denied for ",
    "pull access denied, repository does not exist",
    "failed to solve: ",
    "invalid reference format",
    "toomanyrequests: ",
    "no matching manifest for ",
    "failed to register layer: ",
    "filesystem layer verification failed for digest ",
    "potentially insufficient UIDs or GIDs available",
    "Error committing the finished image",
    "committing the finished image",
    "processing tar file(",
    "failed to \"StartContainer\" for ",
    "Unable to retrieve some image pull secrets",
    "container \"",
    "Error creating: ",
    "ValidatingAdmissionPolicy '",
    "admission webhook \"",
    "Get \"http",
    "Get http",
    "Head \"http",
    "Head http",
];

/// A message goes on over at most this many further lines.
const MAX_CONTINUATIONS: usize = 8;

/// Takes one line with a message, and the lines that it runs over.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some(start) = opening(lines[0].text()) else { return Taken::NOTHING };
    let mut line = lines[0].skip(start);
    let mut count = 1;
    while count <= MAX_CONTINUATIONS {
        let Some(next) = lines.get(count) else { break };
        let text = next.text();
        if text.trim().is_empty() || super::layout::is_boundary(text) || super::prompt::is_prompt(text) {
            break;
        }
        let so_far = line.text().trim_end();
        let open = so_far.matches('"').count() % 2 == 1;
        let unfinished =
            open || so_far.ends_with([':', ',', '(', '[', '?', '…']) || [" Head", " Get", "..."].iter().any(|end| so_far.ends_with(end));
        let registry =
            ["denied: ", "unauthorized: ", "toomanyrequests: ", "errors:"].iter().any(|word| text.trim_start().starts_with(word));
        // A page or a mail broke the sentence: the line is long and the next one goes on in lower case.
        let previous = lines[count - 1].text().trim_end();
        let goes_on = text.trim_start().starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '"' | '(' | '/'));
        let wrapped = previous.chars().count() >= 60 && goes_on && !previous.ends_with(['.', '!', '?', '`', '"', ')']);
        let begins = if unfinished { starts_pull(text) } else { opening(text).is_some() };
        if begins || !(unfinished || registry || wrapped) {
            break;
        }
        let glue = if registry {
            "\n"
        } else if line.text().ends_with(['/', '-', ':']) && !line.text().ends_with(": ") && open {
            ""
        } else {
            " "
        };
        line.join(glue, next, next.indent());
        count += 1;
    }
    let text = line.text().trim().trim_end_matches(['`', '|', '*']).trim_end();
    out.push(Record::Message(Message { origin: Origin::Text, image: None, text: text.to_owned(), at: line.cite(text) }));
    Taken::all(count)
}

/// Whether a message of the kubelet's own begins here, which never stands inside another one.
fn starts_pull(text: &str) -> bool {
    opening(text).is_some_and(|at| {
        ["Failed to pull image", "Back-off pulling image", "Failed to inspect image"].iter().any(|start| text[at..].starts_with(start))
    })
}

/// What an event broadcaster puts before the latest message of many; it says that the others are lost.
const COMBINED: &str = "(combined from similar events): ";

/// Where a message begins in the line.
fn opening(text: &str) -> Option<usize> {
    let at = message_start(text)?;
    Some(if text[..at].ends_with(COMBINED) { at - COMBINED.len() } else { at })
}

fn message_start(text: &str) -> Option<usize> {
    if text.len() < 16 {
        return None;
    }
    let at = first_opening(text)?;
    (!in_a_call(&text[..at])).then_some(at)
}

/// Whether source code stands before: a call whose bracket is still open, as in `assert.Equal(t, err, "`.
fn in_a_call(before: &str) -> bool {
    let Some(bracket) = before.rfind('(') else { return false };
    let called = before[..bracket].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    called && !before[bracket..].contains(')')
}

fn first_opening(text: &str) -> Option<usize> {
    let mut rest = text.trim_start_matches([' ', '\t', '>', '*', '#', '-', '_']);
    while !rest.is_empty() {
        if OPENINGS.iter().any(|opening| opens(rest, opening)) {
            return Some(text.len() - rest.len());
        }
        rest = next_start(rest);
    }
    // In running text only the longest openings are safe.
    ["Failed to pull image \"", "Failed to inspect image \"", "Back-off pulling image \"", "Failed to apply default image tag \""]
        .iter()
        .filter_map(|opening| text.find(opening))
        .min()
}

/// Whether the text begins so; its quote marks may be escaped, at any depth.
fn opens(text: &str, opening: &str) -> bool {
    let mut rest = text;
    for (index, part) in opening.split('"').enumerate() {
        if index > 0 {
            let Some(after) = rest.trim_start_matches('\\').strip_prefix('"') else { return false };
            rest = after;
        }
        match rest.get(..part.len()) {
            Some(head) if head.eq_ignore_ascii_case(part) => rest = &rest[part.len()..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        read(&lines(text), &mut out);
        out.into_iter().filter_map(|record| if let Record::Message(message) = record { Some(message.text) } else { None }).collect()
    }

    #[test]
    fn a_message_is_found_in_prose() {
        assert_eq!(messages("오류: Failed to pull image \"a:1\": EOF"), ["Failed to pull image \"a:1\": EOF"]);
        assert_eq!(messages("we see `Failed to pull image \"a:1\": EOF`"), ["Failed to pull image \"a:1\": EOF"]);
        assert_eq!(messages("kubelet Failed to pull image \"a:1\": EOF"), ["Failed to pull image \"a:1\": EOF"]);
        assert!(messages("When Kubernetes failed to pull image files we restarted").is_empty());
    }

    #[test]
    fn a_message_runs_over_what_continues_it() {
        let start = "Failed to pull image \"a:1\": ";
        for (text, read) in [
            // Open at its end.
            ("failed to do request:\ndial tcp", "failed to do request: dial tcp"),
            ("Get\n\"https://r.example/v2/\": EOF", "Get \"https://r.example/v2/\": EOF"),
            ("copying (\nEOF)", "copying ( EOF)"),
            // Inside a name nothing is put between.
            ("Get \"https://r.example/\nv2/\": EOF", "Get \"https://r.example/v2/\": EOF"),
            ("see \"a b\nc\"", "see \"a b c\""),
            // A registry's answer is a line of its own.
            ("errors:\ndenied: no\nunauthorized: no", "errors:\ndenied: no\nunauthorized: no"),
            ("EOF\nand we restarted", "EOF"),
            // A long line that goes on in lower case.
            (
                "this is the sentence of a runtime that a mail program broke\nin two",
                "this is the sentence of a runtime that a mail program broke in two",
            ),
            (
                "this is the sentence of a runtime that a mail program broke\nWe asked",
                "this is the sentence of a runtime that a mail program broke",
            ),
            (
                "this is the whole sentence of a runtime in a mail, and its end.\nwe asked",
                "this is the whole sentence of a runtime in a mail, and its end.",
            ),
            // Something else begins, or nothing is left.
            ("failed:\n\nx", "failed:"),
            ("failed:\n$ kubectl get pods", "failed:"),
            ("failed:\nBack-off pulling image \"b:1\"", "failed:"),
            ("failed:\nrpc error: code = NotFound desc = x", "failed: rpc error: code = NotFound desc = x"),
        ] {
            assert_eq!(messages(&format!("{start}{text}")), [format!("{start}{read}")], "{text:?}");
        }
    }

    #[test]
    fn an_opening_may_stand_in_quotes_but_not_in_source_code() {
        assert_eq!(messages(r#"he wrote \"Failed to pull image \\\"a:1\\\": EOF\""#).len(), 1);
        assert_eq!(messages("FAILED TO PULL IMAGE \"a:1\": EOF").len(), 1);
        assert!(messages(r#"assert.Equal(t, err, "Failed to pull image \"a:1\": EOF")"#).is_empty());
        assert_eq!(messages(r#"two (both) say Failed to pull image "a:1": EOF"#).len(), 1);
        assert_eq!(messages(r#"f(x) = Failed to pull image "a:1": EOF"#).len(), 1);
        // Behind this mark the other messages are lost, which is worth knowing.
        let combined = "(combined from similar events): Failed to pull image \"a:1\": EOF";
        assert_eq!(messages(&format!("kubelet  {combined}")), [combined]);
        assert!(messages("Failed to pul").is_empty());
        assert_eq!(messages(r#"we say (Failed to pull image "a:1": EOF)"#).len(), 1);
        assert!(messages("Container image formats are old and many").is_empty());
        assert_eq!((messages(r#"Get "http://a/1""#).len(), messages(r#"Get "http://a/""#).len()), (1, 0));
    }
}
