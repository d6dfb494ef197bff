//! File names as URIs.
//!
//! In: the name of a source as the user gave it. Out: a URI reference; whatever stands in the name, it is one path.

use std::fmt::Write;

/// `a b.txt` becomes `a%20b.txt`, `/var/log/x` becomes `file:///var/log/x`.
pub(super) fn of_path(path: &str) -> String {
    let windows = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let mut out = String::with_capacity(path.len() + 8);
    if windows {
        out.push_str("file:///");
    } else if path.starts_with('/') {
        out.push_str("file://");
    } else if path.split('/').next().is_some_and(|first| first.contains(':')) {
        // Else the part in front of the colon would be a scheme.
        out.push_str("./");
    }
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b',' | b'=' | b'@' | b'+' => {
                out.push(char::from(byte));
            }
            b':' if !windows || at == 1 => out.push(':'),
            b'\\' if windows => out.push('/'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::of_path;

    #[test]
    fn any_name_is_one_path() {
        for (path, uri) in [
            ("logs/events.txt", "logs/events.txt"),
            ("<stdin>", "%3Cstdin%3E"),
            ("a b\n\u{202e}?#%.txt", "a%20b%0A%E2%80%AE%3F%23%25.txt"),
            ("javascript:alert(1)", "./javascript:alert%281%29"),
            ("/var/log/x", "file:///var/log/x"),
            (r"C:\logs\x y", "file:///C:/logs/x%20y"),
            ("노드", "%EB%85%B8%EB%93%9C"),
        ] {
            assert_eq!(of_path(path), uri);
        }
    }
}
