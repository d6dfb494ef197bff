//! A described Event object (`kubectl describe event`).
//!
//! ```text
//! Involved Object:
//!   Kind:              Pod
//!   Name:              agent-fmb48
//! Message:             Failed to pull image "redis:7": ...
//! Reason:              Failed
//! Type:                Warning
//! ```

use super::outline::Outline;
use crate::record::{Age, Event, EventType, ObjectRef};
use crate::text::Line;

/// Builds the event; `None` without a message.
pub(super) fn event(outline: &Outline<'_>, lines: &[Line<'_>]) -> Option<Event> {
    let message = outline.top("Message").or_else(|| outline.top("Note"))?;
    let involved = outline.below("Involved Object");
    let about = |key: &str| involved.iter().find(|entry| entry.key == key).map(|entry| entry.value.to_owned());
    let path = about("Field Path");
    let container = path.as_deref().and_then(|path| super::super::primitive::field_path(path).ok()).map(|(_, container)| container);
    let source = outline.below("Source");
    let host = source.iter().find(|entry| entry.key == "Host").map(|entry| entry.value.to_owned());
    let component = source.iter().find(|entry| entry.key == "Component").map(|entry| entry.value.to_owned());
    let line = &lines[message.line];
    // The message runs on over lines without a key.
    let mut text = message.value.to_owned();
    for entry in outline.entries.iter().skip_while(|entry| entry.line <= message.line).take_while(|entry| entry.key.is_empty()) {
        text.push('\n');
        text.push_str(entry.value);
    }
    Some(Event {
        event_type: match outline.top_value("Type") {
            Some("Normal") => Some(EventType::Normal),
            Some("Warning") => Some(EventType::Warning),
            _ => None,
        },
        reason: outline.top_value("Reason").map(str::to_owned),
        age: Age { last: None, first: None, count: outline.top_value("Count").and_then(|count| count.parse().ok()) },
        component: component.or_else(|| outline.top_value("Reporting Component").map(str::to_owned)),
        host,
        object: ObjectRef {
            kind: about("Kind").map(|kind| kind.to_ascii_lowercase()),
            namespace: about("Namespace").or_else(|| outline.top_value("Namespace").map(str::to_owned)),
            name: about("Name"),
        },
        container,
        at: line.cite(message.value),
        message: text,
    })
}
