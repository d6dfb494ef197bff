//! Finds the data of Secrets, whatever their keys are called.
//!
//! In: lines of a text with their numbers. Out: the stretches that are values under `data` or `stringData` of an object whose `kind` is `Secret`, before
//! or after them. It knows YAML and JSON by keys and indentation alone; a ConfigMap keeps its data. Lines may be missing: what may
//! belong to a Secret then counts as one's. Of an object that does not say its kind, the values that look like a Secret's are taken.
//!
//! ```text
//! apiVersion: v1
//! data:
//!   username: YWRtaW4=
//! kind: Secret
//! ```

use super::block::{Pair, inline};
use super::fragment::{encoded_map, is_encoded};
use super::names::Kind;
use std::ops::Range;

/// A value: the number of its line and where it stands in it.
type Place = (u64, Range<usize>);

/// An object that is open at a line.
#[derive(Debug)]
struct Object {
    /// Column of its keys.
    column: usize,
    is_secret: Option<bool>,
    /// Whether its data is being read.
    in_data: bool,
    /// Column of the key whose text goes on while lines are indented deeper.
    text_of: Option<usize>,
    values: Vec<Value>,
}

/// A value under `data`.
#[derive(Debug)]
struct Value {
    place: Place,
    /// Whether it is one of a Secret by its look.
    is_encoded: bool,
}

impl Value {
    fn new(number: u64, line: &str, range: Range<usize>) -> Self {
        Value { is_encoded: is_encoded(&line[range.clone()]), place: (number, range) }
    }
}

/// The values of all Secrets.
pub(crate) fn secret_data<'t>(lines: impl IntoIterator<Item = (u64, &'t str)>) -> Vec<Place> {
    let mut objects = Objects::default();
    let mut last = 0;
    for (number, line) in lines {
        if last > 0 && number > last + 1 {
            objects.close(0, true);
        }
        last = number;
        objects.line(number, line);
    }
    objects.close(0, false);
    objects.found
}

#[derive(Debug, Default)]
struct Objects {
    /// The outermost first; the columns grow.
    open: Vec<Object>,
    found: Vec<Place>,
}

impl Objects {
    fn line(&mut self, number: u64, line: &str) {
        // Quote marks of a mail stand where indentation does.
        let quoted = line.len() - line.trim_start_matches([' ', '\t', '>', '|']).len();
        let text = line[quoted..].trim_end();
        if text.is_empty() {
            return;
        }
        self.found.extend(on_one_line(line).into_iter().map(|range| (number, range)));
        let is_item = text.starts_with("- ");
        let column = quoted + if is_item { 2 } else { 0 };
        // An item begins an object of its own, and a line further left ends those that it is not in.
        let ended = if text.starts_with("---") { 0 } else { column + usize::from(!is_item) };
        self.close(ended, false);
        if let Some(object) = self.open.last_mut().filter(|object| object.column == column) {
            object.in_data = false;
        }
        self.value(number, line, column);
        let Some(pair) = Pair::read(text) else { return };
        let value = pair.value(text);
        let value = quoted + value.start..quoted + value.end;
        match pair.key {
            "kind" => self.object(column).is_secret = Some(&line[value] == "Secret"),
            "data" | "stringData" => {
                let object = self.object(column);
                // Nothing else has it.
                if pair.key == "stringData" {
                    object.is_secret.get_or_insert(true);
                }
                match &line[value.clone()] {
                    "" | "{" => object.in_data = true,
                    "{}" | "null" => {}
                    _ => object.values.push(Value::new(number, line, value)),
                }
            }
            _ => {}
        }
    }

    /// Notes the value of a line for every object in whose data it stands.
    fn value(&mut self, number: u64, line: &str, column: usize) {
        for object in self.open.iter_mut().filter(|object| object.in_data && column > object.column) {
            let whole = column..line.trim_end().len();
            if object.text_of.is_some_and(|key| column > key) {
                object.values.push(Value::new(number, line, whole));
                continue;
            }
            object.text_of = None;
            let Some(pair) = Pair::read(&line[column..]) else {
                if !line[whole.clone()].bytes().all(|byte| matches!(byte, b'{' | b'}' | b',')) {
                    object.values.push(Value::new(number, line, whole));
                }
                continue;
            };
            let value = pair.value(&line[column..]);
            let value = column + value.start..column + value.end;
            let said = &line[value.clone()];
            object.text_of = Some(column);
            let begins_text = said.starts_with(['|', '>']) && said.len() <= 3;
            if !said.is_empty() && !begins_text {
                object.values.push(Value::new(number, line, value));
            }
        }
    }

    /// The object with keys in a column, opened if need be.
    fn object(&mut self, column: usize) -> &mut Object {
        if self.open.last().is_none_or(|object| object.column < column) {
            self.open.push(Object { column, is_secret: None, in_data: false, text_of: None, values: Vec::new() });
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    /// Closes all objects from a column on.
    fn close(&mut self, column: usize, cut: bool) {
        while let Some(object) = self.open.pop_if(|object| object.column >= column) {
            let all = object.is_secret.unwrap_or(cut);
            // What does not say its kind may be a part of a Secret.
            let wanted = |value: &Value| all || (object.is_secret.is_none() && value.is_encoded);
            self.found.extend(object.values.into_iter().filter(wanted).map(|value| value.place));
        }
    }
}

/// Values of a Secret that stands on one line, as in the annotation that `kubectl apply` leaves, where its quotes may be escaped.
fn on_one_line(line: &str) -> Vec<Range<usize>> {
    let is_secret = |text: &str| [r#""kind":"Secret""#, r#""kind": "Secret""#].iter().any(|kind| text.contains(kind));
    let values = |text: &str| inline(text).into_iter().filter(|(_, kind)| *kind == Kind::Token).map(|(range, _)| range).collect();
    if is_secret(line) {
        return values(line);
    }
    let Some(from) = line.find(r#"{\""#).filter(|_| line.contains("Secret")) else { return encoded_map(line) };
    let escaped = &line[from..];
    let plain = escaped.replace(r#"\""#, "\"");
    if !is_secret(&plain) {
        return Vec::new();
    }
    // Where the backslashes were.
    let removed: Vec<usize> = escaped.match_indices(r#"\""#).enumerate().map(|(index, (at, _))| at - index).collect();
    let original = |at: usize| from + at + removed.partition_point(|removed| *removed < at);
    let found: Vec<Range<usize>> = values(&plain);
    found.into_iter().map(|range| original(range.start)..original(range.end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Vec<&str> {
        let lines: Vec<&str> = text.lines().collect();
        let mut found = secret_data(lines.iter().zip(1..).map(|(line, number)| (number, *line)));
        found.sort_by_key(|(number, range)| (*number, range.start));
        found.into_iter().map(|(number, range)| &lines[number as usize - 1][range]).collect()
    }

    #[test]
    fn the_data_of_a_secret_and_no_other() {
        let yaml = "apiVersion: v1\ndata:\n  user: YWRt\n  note: |\n    user: jane\n    line\nkind: Secret\nmetadata:\n  name: a\ntype: Opaque\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  mode: ipvs\n";
        assert_eq!(masked(yaml), ["YWRt", "user: jane", "line"]);
        assert_eq!(masked("kind: Secret\nstringData: {a: b}\ndata: {}\n"), ["{a: b}"]);
        assert_eq!(masked("data:\n  a: 이름\nkind: Secret\n이벤트\n  b: c\n"), ["이름"]);
        assert_eq!(masked("kind: Pod\nspec:\n  data: x\n  kind: y\n"), [""; 0]);
    }

    #[test]
    fn items_of_a_list() {
        let yaml = "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: c2Vj\n  kind: Secret\n  metadata:\n    ownerReferences:\n    - kind: Job\n- apiVersion: v1\n  data:\n    mode: ipvs\n  kind: ConfigMap\nkind: List\n";
        assert_eq!(masked(yaml), ["c2Vj"]);
        let json = "{\n    \"items\": [\n        {\n            \"data\": {\n                \"a\": \"c2Vj\",\n                \"b\": \"eA==\"\n            },\n            \"kind\": \"Secret\"\n        },\n        {\n            \"data\": {\n                \"mode\": \"ipvs\"\n            },\n            \"kind\": \"ConfigMap\"\n        }\n    ],\n    \"kind\": \"List\"\n}\n";
        assert_eq!(masked(json), ["c2Vj", "eA=="]);
    }

    #[test]
    fn in_a_mail_and_on_one_line() {
        assert_eq!(masked("> data:\n>   a: c2Vj\n> kind: Secret\n"), ["c2Vj"]);
        assert_eq!(masked(r#"      {"apiVersion":"v1","data":{"a":"c2Vj"},"kind":"Secret"}"#), ["c2Vj"]);
        assert_eq!(masked(r#"      {"apiVersion":"v1","data":{"mode":"ipvs"},"kind":"ConfigMap"}"#), [""; 0]);
        let applied = r#"  "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"a\":\"c2Vj\"},\"kind\":\"Secret\"}\n","#;
        assert_eq!(masked(applied), ["c2Vj"]);
    }

    #[test]
    fn broken_objects_are_read() {
        assert_eq!(masked("data:\n  -  \n  \"\n  a: \"\n  a: |\nkind: Secret\n> - \n"), ["-", "\""]);
        assert_eq!(masked("{\n{\\\"kind\\\":\\\"Secret\\\"\ndata: |\n kind: Secret"), [""; 0]);
    }

    #[test]
    fn data_without_a_kind() {
        assert_eq!(masked("data:\n  owner: YWRtaW4=\n  mode: ipvs\n  note: plain text\n"), ["YWRtaW4="]);
        assert_eq!(masked("  \"data\": {\n    \"owner\": \"YWRtaW4=\"\n  }\n"), ["YWRtaW4="]);
        assert_eq!(masked("stringData:\n  owner: jane\ntype: Opaque\n"), ["jane"]);
        assert_eq!(masked("kind: ConfigMap\ndata:\n  owner: YWRtaW4=\n"), [""; 0]);
        assert_eq!(masked("x\n{\"owner\":\"YWRtaW4=\"}\n"), ["YWRtaW4="]);
    }

    #[test]
    fn a_window_without_the_kind_is_masked() {
        assert_eq!(secret_data([(7, "data:"), (8, "  a: b"), (30, "x")]), [(8, 5..6)]);
        assert_eq!(secret_data([(7, "data:"), (8, "  a: b"), (9, "kind: ConfigMap"), (30, "x")]), []);
    }
}
