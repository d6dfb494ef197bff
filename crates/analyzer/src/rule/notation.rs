//! Writes conditions as an author wrote them: `http-status: {min: 500, max: 599}`.
//!
//! In: checked conditions. Out: one line of YAML flow style, for outcomes of examples and for the rule reference.

use super::model::{Condition, Scalar, Test};
use std::fmt::{self, Display, Formatter};

impl Display for Scalar {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Text(text) => text_to(text, formatter),
            Scalar::Number(number) => write!(formatter, "{number}"),
            Scalar::Flag(flag) => write!(formatter, "{flag}"),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.field)?;
        match self.tests.as_slice() {
            [test @ (Test::Equals(_) | Test::Reference { negated: false, .. })] => operand(test, formatter),
            tests => {
                formatter.write_str("{")?;
                for (index, test) in tests.iter().enumerate() {
                    write!(formatter, "{}{}: ", if index > 0 { ", " } else { "" }, name(test))?;
                    operand(test, formatter)?;
                }
                formatter.write_str("}")
            }
        }
    }
}

fn name(test: &Test) -> &'static str {
    match test {
        Test::Equals(_) => "equals",
        Test::Not(_) | Test::Reference { .. } => "not",
        Test::Present(_) => "present",
        Test::Min(_) => "min",
        Test::Max(_) => "max",
        Test::Prefix(_) => "prefix",
        Test::Suffix(_) => "suffix",
        Test::Contains(_) => "contains",
        Test::Template(_) => "template",
        Test::In(_) => "in",
    }
}

fn operand(test: &Test, formatter: &mut Formatter<'_>) -> fmt::Result {
    match test {
        Test::Equals(scalars) | Test::Not(scalars) => list(scalars, formatter, Scalar::fmt),
        Test::Prefix(texts) | Test::Suffix(texts) | Test::Contains(texts) => {
            list(texts, formatter, |text, formatter| text_to(text, formatter))
        }
        Test::Template(templates) => {
            list(templates, formatter, |template, formatter| write!(formatter, "'{}'", template.to_string().replace('\'', "''")))
        }
        Test::Present(flag) => write!(formatter, "{flag}"),
        Test::Min(number) | Test::Max(number) => write!(formatter, "{number}"),
        Test::Reference { binding, field, .. } => write!(formatter, "${binding}.{field}"),
        Test::In(list) => formatter.write_str(list),
    }
}

/// One element as it is, more in brackets.
fn list<T>(elements: &[T], formatter: &mut Formatter<'_>, write: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result) -> fmt::Result {
    if let [element] = elements {
        return write(element, formatter);
    }
    formatter.write_str("[")?;
    for (index, element) in elements.iter().enumerate() {
        formatter.write_str(if index > 0 { ", " } else { "" })?;
        write(element, formatter)?;
    }
    formatter.write_str("]")
}

/// A text; in quotes where it is more than a word.
fn text_to(text: &str, formatter: &mut Formatter<'_>) -> fmt::Result {
    let word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    // What YAML would take for a number or a flag.
    let other = text.parse::<f64>().is_ok() || matches!(text, "true" | "false" | "null");
    if word && !other { formatter.write_str(text) } else { write!(formatter, "'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Template;

    #[test]
    fn conditions_print_as_they_are_written() {
        let text = |text: &str| Scalar::Text(text.to_owned());
        let show = |tests: Vec<Test>| Condition { field: "f".to_owned(), tests }.to_string();
        assert_eq!(show(vec![Test::Equals(vec![text("A_B"), text("it's"), text("7"), Scalar::Number(7)])]), "f: [A_B, 'it''s', '7', 7]");
        assert_eq!(show(vec![Test::Min(1), Test::Max(5)]), "f: {min: 1, max: 5}");
        assert_eq!(show(vec![Test::Template(vec![Template::parse("a {x} 'b'").unwrap()])]), "f: {template: 'a {x} ''b'''}");
        let reference = |negated| Test::Reference { binding: "a".into(), field: "b".into(), negated };
        assert_eq!((show(vec![reference(false)]), show(vec![reference(true)])), ("f: $a.b".to_owned(), "f: {not: $a.b}".to_owned()));
    }
}
