//! The JSON contract as YAML.
//!
//! In: a report. Out: one YAML document with the same fields. Text of the input is in it unaltered; what a terminal or an editor
//! would act on is written as escapes.

use crate::{json, wrap::substitute};
use pullan_analyzer::{Language, Report};
use serde_yaml::Value;

/// Encloses the number of a character that must be escaped. The writer quotes and escapes whatever holds a control character, and
/// leaves direction marks as they are; so they travel as numbers between two of these.
const FENCE: char = '\u{1}';

/// As [`FENCE`] is written.
const WRITTEN: &str = "\\x01";

/// The contract as YAML.
///
/// ```
/// use pullan_analyzer::Language;
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// assert!(pullan_render::yaml::render(&report, Language::English)?.starts_with("schema_version: 1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the writer fails, which no report is known to cause.
pub fn render(report: &Report, language: Language) -> Result<String, serde_yaml::Error> {
    let mut value = serde_yaml::to_value(json::document(report, language))?;
    fence(&mut value);
    Ok(escape(&serde_yaml::to_string(&value)?))
}

/// Fences hostile characters of all strings in; line feeds and tabs are the writer's own affair. Backslashes are fenced in where they
/// spell a fence, so that [`escape`] finds no other.
fn fence(value: &mut Value) {
    let hostile = |c: char| !matches!(c, '\n' | '\t') && substitute(c).is_some();
    match value {
        Value::String(text) if text.contains(hostile) || text.contains(WRITTEN) => {
            let spelt = text.contains(WRITTEN);
            let fenced =
                |c: char| if hostile(c) || (spelt && c == '\\') { format!("{FENCE}{:08x}{FENCE}", u32::from(c)) } else { c.to_string() };
            *text = text.chars().map(fenced).collect();
        }
        Value::Sequence(values) => values.iter_mut().for_each(fence),
        Value::Mapping(values) => values.values_mut().for_each(fence),
        _ => {}
    }
}

/// Every fenced number as an escape. A lone `\x01` cannot stand in the text: it would have been fenced itself.
fn escape(yaml: &str) -> String {
    let fenced = |(index, part): (usize, &str)| if index % 2 == 1 { format!("\\U{part}") } else { part.to_owned() };
    yaml.split(WRITTEN).enumerate().map(fenced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_escaped_and_the_value_stays() {
        for text in [
            "a\u{1b}[2J\u{202e}b\u{9b}\u{1}",
            "\\x01 in words",
            "no",
            "1e3",
            "- a\n# b: c\tx\r\n",
            "레지스트리 \u{e0041}",
            "\\x01\u{1}\\x01",
        ] {
            let mut value = Value::String(text.to_owned());
            fence(&mut value);
            let yaml = escape(&serde_yaml::to_string(&value).unwrap());
            assert_eq!(yaml.chars().find(|c| !matches!(c, '\n' | '\t') && substitute(*c).is_some()), None, "{yaml}");
            assert_eq!(serde_yaml::from_str::<String>(&yaml).unwrap(), text, "{yaml}");
        }
    }
}
