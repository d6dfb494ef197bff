//! Writes events in the forms in which kubectl does.
//!
//! In: [`Event`]s. Out: a JSON or YAML list, a table with any columns, the rows of `kubectl describe`.

use super::event::Event;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::fmt::Write;

fn object(event: &Event) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": format!("{}.17f0c2a1b3d4e5f6", event.pod), "namespace": event.namespace},
        "involvedObject": {"kind": "Pod", "name": event.pod, "namespace": event.namespace, "fieldPath": format!("spec.containers{{{}}}", event.container)},
        "reason": "Failed",
        "message": event.message(),
        "source": {"component": "kubelet", "host": event.node},
        "count": event.count,
        "type": "Warning",
    })
}

fn list(events: &[Event]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": events.iter().map(object).collect::<Vec<_>>()})
}

pub(crate) fn json(events: &[Event]) -> String {
    serde_json::to_string_pretty(&list(events)).unwrap()
}

/// Indented by so many blanks; on one line for none.
pub(crate) fn json_indented(events: &[Event], indent: usize) -> String {
    if indent == 0 {
        return list(events).to_string();
    }
    let blanks = " ".repeat(indent);
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(blanks.as_bytes());
    serde::Serialize::serialize(&list(events), &mut serde_json::Serializer::with_formatter(&mut out, formatter)).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn yaml(events: &[Event]) -> String {
    serde_yaml::to_string(&list(events)).unwrap()
}

/// A column of `kubectl get events`, or of its `-o custom-columns`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Namespace,
    LastSeen,
    Type,
    Reason,
    Object,
    Subobject,
    Source,
    Message,
    Count,
}

impl Column {
    /// Those of `kubectl get events`.
    pub(crate) const DEFAULT: &[Column] = &[Column::LastSeen, Column::Type, Column::Reason, Column::Object, Column::Message];
    const WIDE: &[Column] = &[
        Column::LastSeen,
        Column::Type,
        Column::Reason,
        Column::Object,
        Column::Subobject,
        Column::Source,
        Column::Message,
        Column::Count,
    ];

    fn title(self) -> &'static str {
        match self {
            Column::Namespace => "NAMESPACE",
            Column::LastSeen => "LAST SEEN",
            Column::Type => "TYPE",
            Column::Reason => "REASON",
            Column::Object => "OBJECT",
            Column::Subobject => "SUBOBJECT",
            Column::Source => "SOURCE",
            Column::Message => "MESSAGE",
            Column::Count => "COUNT",
        }
    }

    fn cell(self, event: &Event) -> String {
        match self {
            Column::Namespace => event.namespace.clone(),
            Column::LastSeen => age(event.age),
            Column::Type => "Warning".to_owned(),
            Column::Reason => "Failed".to_owned(),
            Column::Object => format!("pod/{}", event.pod),
            Column::Subobject => format!("spec.containers{{{}}}", event.container),
            Column::Source => format!("kubelet, {}", event.node),
            Column::Message => event.message(),
            Column::Count => event.count.to_string(),
        }
    }
}

/// The layouts of kubectl, and any choice of columns that says what kind of event it is, of what and why.
pub(crate) fn columns() -> impl Strategy<Value = Vec<Column>> {
    let optional = vec![Column::Namespace, Column::LastSeen, Column::Subobject, Column::Source, Column::Count];
    let any = subsequence(optional, 0..=5)
        .prop_map(|mut columns| {
            columns.extend([Column::Type, Column::Reason, Column::Object, Column::Message]);
            columns
        })
        .prop_shuffle();
    prop_oneof![select(vec![Column::DEFAULT.to_vec(), Column::WIDE.to_vec()]), any]
}

/// As kubectl writes an age.
fn age(seconds: u32) -> String {
    match seconds {
        0..120 => format!("{seconds}s"),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ if seconds < 600 => format!("{}m{}s", seconds / 60, seconds % 60),
        _ => format!("{}m", seconds / 60),
    }
}

/// A table whose columns are as wide as their longest cell and two to `gap + 2` blanks more.
pub(crate) fn table(events: &[Event], columns: &[Column], gap: usize) -> String {
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|column| column.title().to_owned()).collect()];
    rows.extend(events.iter().map(|event| columns.iter().map(|column| column.cell(event)).collect()));
    let width = |at: usize| rows.iter().map(|row| row[at].len()).max().unwrap_or(0) + 2 + gap * (at + 1) % (gap + 1);
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            write!(line, "{cell:<width$}", width = width(at)).unwrap();
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Rows as in `kubectl describe`, each with the name of its pod so that it stands alone.
pub(crate) fn rows(events: &[Event]) -> String {
    let row = |event: &Event| format!("{:<5}  Warning  Failed  pod/{}  {}\n", age(event.age), event.pod, event.message());
    events.iter().map(row).collect()
}
