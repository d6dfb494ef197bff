//! Knows the data of a Secret where nothing says that it is one's.
//!
//! In: a value, or a line. Out: whether the value is base64 of something that was meant to be read or of a key, and which stretches of the line are such
//! values. For parts that people paste without `kind: Secret`, for what `kubectl get secret -o jsonpath={.data}` prints, and for what `base64` prints. A plain
//! value, such as a ConfigMap's, is none.
//!
//! ```text
//! {".dockerconfigjson":"eyJhdXRocyI6e30=","owner":"YWRtaW4="}
//! map[owner:YWRtaW4= token:c2VjcmV0]
//! ```

use super::secret::ENCODED_FORMS;
use std::ops::Range;

/// Of base64 that is no text, such as a keystore, only what is so long is told from a word.
const LONG: usize = 32;

/// A line of base64 is broken at 64 or 76 characters.
const BROKEN: usize = 60;

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Whether a value is base64 of a text, or long and random.
pub(super) fn is_encoded(value: &str) -> bool {
    let digits = value.trim_end_matches('=').as_bytes();
    if digits.is_empty() || !value.len().is_multiple_of(4) || value.len() - digits.len() > 2 || !digits.iter().all(|byte| is_base64(*byte))
    {
        return false;
    }
    let has = |test: fn(&u8) -> bool| digits.iter().any(test);
    let random = value.len() >= LONG && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let is_text = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    random || decoded(digits).is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(is_text))
}

/// The bytes that base64 without its padding stands for.
fn decoded(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

/// The values of a line that is a map of encoded values and nothing else.
pub(super) fn encoded_map(line: &str) -> Vec<Range<usize>> {
    let text = line.trim().trim_matches(['\'', '`']);
    let values = if let Some(inside) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        json_values(inside)
    } else if let Some(inside) = text.strip_prefix("map[").and_then(|text| text.strip_suffix(']')) {
        inside.split(' ').map(|pair| pair.split_once(':').map(|(_, value)| value)).collect()
    } else {
        None
    };
    let values = values.filter(|values| values.iter().all(|value| is_encoded(value))).unwrap_or_default();
    let place = |value: &str| value.as_ptr() as usize - line.as_ptr() as usize;
    values.into_iter().map(|value| place(value)..place(value) + value.len()).collect()
}

/// `"key": "value", "key": "value"`; nothing where anything else stands between the strings, or in them a backslash.
fn json_values(inside: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = inside.split('"').collect();
    let (last, pairs) = parts.split_last()?;
    let values = pairs.chunks(4).enumerate().map(|(index, pair)| match pair {
        [before, _, ":" | ": ", value] if before.trim() == if index == 0 { "" } else { "," } => Some(*value),
        _ => None,
    });
    values.collect::<Option<Vec<&str>>>().filter(|_| last.trim().is_empty() && !inside.contains('\\'))
}

/// Base64 that goes on over several lines.
#[derive(Debug, Default)]
pub(crate) struct BrokenBase64 {
    is_open: bool,
}

impl BrokenBase64 {
    /// The part of the next line that goes on from the lines before it.
    pub(crate) fn next(&mut self, line: &str) -> Option<Range<usize>> {
        let text = line.trim_end();
        let length = text.bytes().rev().take_while(|byte| is_base64(*byte)).count();
        let start = text.len() - length;
        let goes_on = self.is_open && length > 0 && text[..start].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'|'));
        let begins = || ENCODED_FORMS.iter().any(|form| text[start..].starts_with(form));
        self.is_open = length >= BROKEN && !text.ends_with('=') && (goes_on || begins());
        goes_on.then_some(start..text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_keys_are_encoded_and_words_are_not() {
        for value in ["YWRtaW4=", "c2VjcmV0", "64iE67mE67CA", "/u3+7QAAAAIAAAABAAAAAQADY2EA8bJ5zQ==", "aHVudGVyMg=="] {
            assert!(is_encoded(value), "{value}");
        }
        for value in
            ["", "====", "ipvs", "true", "mode", "disabled", "10Mi", "8080", "a b=", "hub.acme.com", "nginx:1.27", "이름", "YWRtaW4"]
        {
            assert!(!is_encoded(value), "{value}");
        }
    }

    #[test]
    fn maps_of_encoded_values() {
        let values = |line: &'static str| encoded_map(line).into_iter().map(|range| &line[range]).collect::<Vec<_>>();
        assert_eq!(values(r#"{".dockerconfigjson":"eyJhdXRocyI6e319","owner":"YWRtaW4="}"#), ["eyJhdXRocyI6e319", "YWRtaW4="]);
        assert_eq!(values(r#"  '{"b": "c2Vj", "a": "YWRtaW4="}'"#), ["c2Vj", "YWRtaW4="]);
        assert_eq!(values("map[owner:YWRtaW4= token:c2VjcmV0]"), ["YWRtaW4=", "c2VjcmV0"]);
        for line in [r#"{"mode":"ipvs"}"#, r#"{"a":"YWRtaW4=","kind":"Pod"}"#, "map[a:b]", "{", "{}", "map[]", r#"{"a":1}"#] {
            assert_eq!(values(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn what_base64_prints_goes_on() {
        let long = format!("eyJ{}", "a".repeat(73));
        let mut blob = BrokenBase64::default();
        assert_eq!(blob.next(&format!("x: {long}")), None);
        assert_eq!(blob.next(&format!("  {}", "b".repeat(76))), Some(2..78));
        assert_eq!(blob.next("> cc=="), Some(2..6));
        assert_eq!(blob.next("word"), None);
        assert_eq!((blob.next(&long), blob.next("and prose"), blob.next("word")), (None, None, None));
    }
}
