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
        age: Age { count: outline.top_value("Count").and_then(|count| count.parse().ok()), ..Age::default() },
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

#[cfg(test)]
mod tests {
    use super::super::tests::records;
    use super::*;
    use crate::record::{ContainerRef, Record};

    // `kubectl describe event`, shortened.
    const EVENT: &str = "\
Name:             agent-fmb48.17a8b9c0d1e2f3a4
Namespace:        ops
Count:            7
Involved Object:
  API Version:   v1
  Field Path:    spec.containers{agent}
  Kind:          Pod
  Name:          agent-fmb48
  Namespace:     ops
Kind:            Event
Message:         Failed to pull image \"redis:7\": the registry said
  toomanyrequests
Reason:          Failed
Source:
  Component:  kubelet
  Host:       worker-1
Type:            Warning
Events:          <none>
";

    fn read(text: &str) -> Option<Event> {
        records(text).into_iter().find_map(|record| if let Record::Event(event) = record { Some(event) } else { None })
    }

    #[test]
    fn an_event_says_what_happened_to_whom_and_who_saw_it() {
        let event = read(EVENT).unwrap();
        assert_eq!(event.message, "Failed to pull image \"redis:7\": the registry said\ntoomanyrequests");
        assert_eq!((event.reason.as_deref(), event.event_type, event.age.count), (Some("Failed"), Some(EventType::Warning), Some(7)));
        assert_eq!((event.component.as_deref(), event.host.as_deref()), (Some("kubelet"), Some("worker-1")));
        let about = ObjectRef { kind: Some("pod".into()), namespace: Some("ops".into()), name: Some("agent-fmb48".into()) };
        assert_eq!((event.object, event.container), (about, Some(ContainerRef { name: "agent".into(), init: false })));
        let normal = read(&EVENT.replace("Warning", "Normal")).unwrap();
        assert_eq!(normal.event_type, Some(EventType::Normal));
        assert!(read(&EVENT.replace("Message:", "Series:")).is_none());
    }
}
