//! JSON that is harmless to look at.
//!
//! In: what serialises. Out: JSON in which control, bidirectional and invisible characters are `\u` escapes: equal to any
//! parser, inert on a terminal and in an editor.

use crate::wrap::substitute;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::io::{self, Write};

/// Serialises, with a final line feed.
pub(crate) fn to_string(value: &impl Serialize, layout: impl Formatter) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::with_capacity(4096);
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Inert(layout)))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A layout that escapes more than JSON asks for.
struct Inert<F>(F);

macro_rules! as_the_layout {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all fragments are ASCII, of which the serializer hands on only what is printed, and DEL.
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| substitute(*c).is_some()) {
            writer.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }

    /// JSON that somebody else wrote, without the blanks between its parts.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let (mut in_string, mut escaped) = (false, false);
        for (at, c) in fragment.char_indices() {
            if in_string || !c.is_ascii_whitespace() {
                self.write_string_fragment(writer, &fragment[at..at + c.len_utf8()])?;
            }
            in_string ^= c == '"' && !escaped;
            escaped = in_string && c == '\\' && !escaped;
        }
        Ok(())
    }

    as_the_layout! {
        write_char_escape(escape: CharEscape);
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_is_as_harmless_and_on_one_line() {
        let raw = "{\"a \\\" b\\\\\" :\r [1.50,\t12345678901234567890123, \"\u{202e} \\ud800\"] }";
        let value: Box<serde_json::value::RawValue> = serde_json::from_str(raw).unwrap();
        let json = to_string(&value, serde_json::ser::CompactFormatter).unwrap();
        assert_eq!(json, "{\"a \\\" b\\\\\":[1.50,12345678901234567890123,\"\\u202e \\ud800\"]}\n");
    }

    #[test]
    fn hostile_characters_are_escaped_and_the_value_stays() {
        let text = "a\u{1b}[2J\u{9b}31m\u{202e}x\u{e0041}레지스트리\u{7f}\"\n";
        let json = to_string(&[text], serde_json::ser::CompactFormatter).unwrap();
        assert_eq!(json, "[\"a\\u001b[2J\\u009b31m\\u202ex\\udb40\\udc41레지스트리\\u007f\\\"\\n\"]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
