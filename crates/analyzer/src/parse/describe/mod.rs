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
        total.lines = at + table;
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

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    /// What a describe is read into.
    pub(super) fn records(text: &str) -> Vec<Record> {
        let mut out = Vec::new();
        read(&lines(text), &mut out);
        out
    }

    /// The object that a description with these keys below its name is of.
    fn kind(keys: &[&str]) -> Option<String> {
        let text: String = keys.iter().map(|key| if key.contains(':') { format!("{key}\n") } else { format!("{key}:  x\n") }).collect();
        let text = format!("Name:         a\nNamespace:    b\nLabels:       <none>\n{text}");
        outline::read(&lines(&text)).and_then(|(outline, _)| identity(&outline).kind)
    }

    #[test]
    fn an_object_is_known_by_the_keys_that_only_its_kind_has() {
        for (keys, wanted) in [
            (&["Involved Object"][..], "event"),
            (&["Containers"], "pod"),
            (&["Init Containers"], "pod"),
            (&["QoS Class"], "pod"),
            (&["Node-Selectors"], "pod"),
            (&["Tolerations"], "pod"),
            (&["Controlled By", "IPs"], "pod"),
            (&["System Info"], "node"),
            (&["Allocatable"], "node"),
            (&["Non-terminated Pods"], "node"),
            (&["Lease"], "node"),
            (&["Roles", "Taints"], "node"),
            (&["Image pull secrets"], "serviceaccount"),
            (&["Mountable secrets"], "serviceaccount"),
            (&["Subsets"], "endpoints"),
            (&["Replicas"], "workload"),
            (&["Pod Template"], "workload"),
            (&["Completions"], "workload"),
            (&["Schedule"], "workload"),
            (&["Desired Number of Nodes Scheduled"], "workload"),
            (&["Selector", "Type"], "service"),
            (&["Selector", "IP"], "service"),
            (&["TargetPort"], "service"),
            (&["NodePort"], "service"),
            (&["Type:  Opaque"], "secret"),
            (&["Type:  kubernetes.io/dockerconfigjson"], "secret"),
            (&["Node"], "pod"),
            (&["Start Time"], "pod"),
            (&["Status:  Pending"], "pod"),
            (&["Status:  Running"], "pod"),
        ] {
            assert_eq!(kind(keys).as_deref(), Some(wanted), "{keys:?}");
        }
        for keys in [&["Controlled By"][..], &["Roles"], &["Taints"], &["Selector"], &["Type:  Bound"], &["Status:  Active"]] {
            assert_eq!(kind(keys), None, "{keys:?}");
        }
    }

    #[test]
    fn other_objects_become_records_of_their_kinds() {
        let node = "Name:               node-a\nRoles:              <none>\nTaints:             <none>\nConditions:\n  Type           Status  LastHeartbeatTime                 LastTransitionTime                Reason                 Message\n  ----           ------  -----------------                 ------------------                ------                 -------\n  DiskPressure   True    Mon, 01 Jun 2026 10:00:00 +0000   Mon, 01 Jun 2026 09:00:00 +0000   KubeletHasDiskPressure   kubelet has disk pressure\nSystem Info:\n  Operating System:           linux\n  Architecture:               arm64\n  Container Runtime Version:  containerd://1.7.2\n  Kubelet Version:            v1.30.1\n";
        let Some(Record::Node(node)) = records(node).into_iter().next() else { panic!() };
        assert_eq!(
            (node.name.as_deref(), node.architecture.as_deref(), node.runtime.as_deref()),
            (Some("node-a"), Some("arm64"), Some("containerd://1.7.2"))
        );
        let [pressure] = node.conditions.as_slice() else { panic!("{:?}", node.conditions) };
        assert_eq!(
            (pressure.condition.as_str(), pressure.status.as_str(), pressure.message.as_str()),
            ("DiskPressure", "True", "kubelet has disk pressure")
        );

        let secret = "Name:         regcred\nNamespace:    shop\nLabels:       <none>\n\nType:  kubernetes.io/dockerconfigjson\n\nData\n====\n.dockerconfigjson:  120 bytes\n";
        let Some(Record::Secret(secret)) = records(secret).into_iter().next() else { panic!() };
        assert_eq!(
            (secret.name.as_deref(), secret.secret_type.as_deref(), secret.keys),
            (Some("regcred"), Some("kubernetes.io/dockerconfigjson"), vec![".dockerconfigjson".to_owned()])
        );

        let account = "Name:                default\nNamespace:           shop\nImage pull secrets:  regcred (not found)\nMountable secrets:   <none>\n";
        let Some(Record::ServiceAccount(account)) = records(account).into_iter().next() else { panic!() };
        assert_eq!((account.pull_secrets, account.missing), (vec!["regcred".to_owned()], vec!["regcred".to_owned()]));

        let event = "Name:             web-1.17f0\nNamespace:        shop\nInvolved Object:\n  Kind:   Pod\n  Name:   web-1\nMessage:          Error: ErrImagePull\nReason:           Failed\nType:             Warning\n";
        let Some(Record::Event(event)) = records(event).into_iter().next() else { panic!() };
        assert_eq!(
            (event.object.name.as_deref(), event.reason.as_deref(), event.event_type),
            (Some("web-1"), Some("Failed"), Some(crate::record::EventType::Warning))
        );
    }
}
