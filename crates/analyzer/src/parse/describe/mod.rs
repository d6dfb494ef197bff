//! Output of `kubectl describe`, of any kind of object and any version, whole or in pieces.
//!
//! In: lines that begin with a key of a describe. Out: the described object, and its events. A describe is an
//! indented outline, so it is read as one; what the entries mean is decided by the object's kind in the
//! modules below. Elisions, blank lines and cut ends inside it do not end it.
//!
//! ```text
//! Name:         web-5867c485f7-kk5zs
//! Namespace:    catalog
//! Node:         node1/10.60.100.5
//! Containers:
//!   web:
//!     Image:          registry.example/web:1
//!     State:          Waiting
//!       Reason:       ImagePullBackOff
//! Events:
//!   Type    Reason   Age                    From     Message
//! ```

mod event;
mod node;
mod outline;
mod pod;
mod secret;
mod service;

use super::{Taken, event as event_table};
use crate::record::{ObjectRef, Record};
use crate::text::Line;
use outline::{Outline, is_known_key, key_value};

/// Reads one object.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some((outline, taken)) = outline::read(lines) else { return Taken::NOTHING };
    let events_at = outline.events_at;
    let object = identity(&outline);
    let mut rows = None;
    let mut total = taken;
    let mut events = Vec::new();
    if let Some(at) = events_at {
        let (table, count) = event_table::read_for(&lines[at..], &object, &mut events);
        rows = Some(count);
        total.lines = total.lines.max(at + table.lines);
        total.unread += table.unread;
    }
    match object.kind.as_deref() {
        Some("pod") => out.push(Record::Pod(pod::pod(&outline, lines, rows))),
        Some("node") => out.push(Record::Node(node::node(&outline, lines))),
        Some("service") => out.push(Record::Service(service::service(&outline, lines))),
        Some("endpoints") => out.extend(service::endpoints(&outline, lines).map(Record::Service)),
        Some("secret") => out.push(Record::Secret(secret::secret(&outline, lines))),
        Some("serviceaccount") => out.push(Record::ServiceAccount(secret::service_account(&outline, lines))),
        Some("event") => out.extend(event::event(&outline, lines).map(Record::Event)),
        _ => {}
    }
    out.append(&mut events);
    total
}

/// Whether a line is a key of a describe's first level, so that a table before it ends.
pub(super) fn is_top_level_key(text: &str) -> bool {
    key_value(text.trim_end()).is_some_and(|(key, _)| is_known_key(key))
}

/// Which object it is; the kind is told by the keys that only this kind has.
fn identity(outline: &Outline<'_>) -> ObjectRef {
    let has = |key: &str| outline.top(key).is_some();
    let kind = if has("Involved Object") {
        "event"
    } else if has("Containers")
        || has("Init Containers")
        || has("QoS Class")
        || has("Node-Selectors")
        || has("Tolerations")
        || has("Controlled By") && has("IPs")
    {
        "pod"
    } else if has("System Info") || has("Allocatable") || has("Non-terminated Pods") || has("Lease") || (has("Roles") && has("Taints")) {
        "node"
    } else if has("Image pull secrets") || has("Mountable secrets") {
        "serviceaccount"
    } else if has("Subsets") {
        "endpoints"
    } else if has("Replicas") || has("Pod Template") || has("Completions") || has("Schedule") || has("Desired Number of Nodes Scheduled") {
        "workload"
    } else if has("Selector") && (has("Type") || has("IP")) || has("TargetPort") || has("NodePort") {
        "service"
    } else if outline.top_value("Type").is_some_and(|value| value == "Opaque" || value.contains('/')) {
        "secret"
    } else if has("Node")
        || has("Start Time")
        || has("State")
        || has("Image")
        || outline.top_value("Status").is_some_and(|value| value == "Pending" || value == "Running")
    {
        "pod"
    } else {
        "object"
    };
    let text = |key: &str| outline.top_value(key).filter(|value| !value.is_empty()).map(str::to_owned);
    // A piece that could be of any kind says nothing about what its events are about; most are about pods.
    let kind = (kind != "object").then(|| kind.to_owned());
    ObjectRef { kind, namespace: text("Namespace"), name: text("Name") }
}
