//! Closes JSON that was cut.
//!
//! In: an object whose end is missing. Out: texts in which its strings and brackets are closed, the fullest
//! first. It adds at the end and takes away from the end, so offsets into the text stay what they were. Whether
//! the result can be parsed is seen by trying.
//!
//! ```text
//! {"kind": "Event", "message": "Failed to pu      ->  {"kind": "Event", "message": "Failed to pu"}
//! {"kind": "Event", "reas                         ->  {"kind": "Event"}
//! ```

/// Texts that close what a cut left open: as it stands, and without its last member.
pub(super) fn closed(text: &str) -> Vec<String> {
    let (mut whole, comma) = close(text);
    let mut found = Vec::with_capacity(2);
    found.append(&mut whole);
    if let Some(shorter) = comma.and_then(|comma| text.get(..comma)) {
        found.append(&mut close(shorter).0);
    }
    found
}

/// The text with its brackets closed, and the offset of its last comma.
fn close(text: &str) -> (Vec<String>, Option<usize>) {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut comma = None;
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push('}'),
            b'[' => open.push(']'),
            b'}' | b']' => {
                open.pop();
            }
            b',' => comma = Some(at),
            _ => {}
        }
        at += 1;
    }
    let mut end = text.trim_end();
    if in_string {
        end = without_half_escape(end);
    } else {
        end = end.trim_end_matches([',', ' ', '\n', '\t']);
    }
    let mut closed = String::with_capacity(end.len() + open.len() + 1);
    closed.push_str(end);
    if in_string {
        closed.push('"');
    }
    closed.extend(open.iter().rev());
    (vec![closed], comma)
}

/// A string's text without an escape that was cut: `\`, `\u00`.
fn without_half_escape(text: &str) -> &str {
    let Some(at) = text.rfind('\\') else { return text };
    let backslashes = text[..=at].bytes().rev().take_while(|byte| *byte == b'\\').count();
    let half = match text.as_bytes().get(at + 1) {
        None => true,
        Some(b'u') => text.len() - at < 6,
        Some(_) => false,
    };
    if backslashes % 2 == 1 && half { &text[..at] } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_objects_are_closed() {
        assert_eq!(closed("{\"a\": [\"x\", \"y"), ["{\"a\": [\"x\", \"y\"]}", "{\"a\": [\"x\"]}"]);
        assert_eq!(closed("{\"a\": 1, \"b"), ["{\"a\": 1, \"b\"}", "{\"a\": 1}"]);
        assert_eq!(closed("{\"a\": \"x\\"), ["{\"a\": \"x\"}"]);
        assert_eq!(closed("{\"a\": \"x\\u00"), ["{\"a\": \"x\"}"]);
        assert_eq!(closed("{\"a\": \"x\\\\"), ["{\"a\": \"x\\\\\"}"]);
        assert_eq!(closed("{\"a\": {},\n"), ["{\"a\": {}}", "{\"a\": {}}"]);
    }

    #[test]
    fn what_strings_hold_is_no_bracket_and_no_comma() {
        assert_eq!(closed("{\"a\": \"x{[,\", \"b\": 1"), ["{\"a\": \"x{[,\", \"b\": 1}", "{\"a\": \"x{[,\"}"]);
        assert_eq!(closed("{\"a\": \"x\\\"{"), ["{\"a\": \"x\\\"{\"}"]);
    }

    #[test]
    fn a_whole_escape_stays() {
        for text in ["{\"a\": \"x\\u0041", "{\"a\": \"x\\n", "{\"a\": \"x\\u0041 and then", "{\"a\": \"a longer text before it\\u0041"] {
            assert_eq!(closed(text), [format!("{text}\"}}")], "{text}");
        }
        for text in ["\\", "\\u", "\\u0", "\\u00", "\\u004"] {
            assert_eq!(closed(&format!("{{\"a\": \"a longer text before it{text}")), ["{\"a\": \"a longer text before it\"}"], "{text}");
        }
    }
}
