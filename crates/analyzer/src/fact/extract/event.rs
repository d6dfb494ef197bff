//! Events of the cluster.
//!
//! In: an [`Event`], from a table, a description or a dump. Out: what its message states; whatever is left as a fact
//! `event`, with its words; the node that a pod was assigned to.
//!
//! ```text
//! Warning  Failed     9s (x4 over 2m)  kubelet  Failed to pull image "r.example/a:1": ...   what the message states
//! Warning  Evicted    9s               kubelet  The node was low on resource: ...           event reason=Evicted
//! Normal   Scheduled  3m               default-scheduler  Successfully assigned shop/web-1 to node-a
//! ```

use super::{Extractor, Place};
use crate::fact::{Fact, FactKind, Subject};
use crate::message::{Statement, read};
use crate::parse::primitive::is_name;
use crate::record::{Event, EventType, Origin};
use crate::report::OtherKind;

impl Extractor<'_> {
    pub(super) fn event(&mut self, event: Event) {
        let is_pod = event.object.kind.as_deref().is_none_or(|kind| kind == "pod");
        let is_node = event.object.kind.as_deref() == Some("node");
        let named = event.object.name.is_some();
        let mut subject = Subject {
            namespace: event.object.namespace.clone(),
            pod: event.object.name.clone().filter(|_| is_pod),
            container: event.container.as_ref().map(|container| container.name.clone()),
            node: event.host.clone().filter(|_| event.component.as_deref() == Some("kubelet")),
        };
        if is_node {
            subject.node = event.object.name.clone();
        }
        let assigned = scheduled(&event);
        if !named && is_pod {
            if let Some(assigned) = &assigned {
                self.scheduled = assigned.clone();
            }
            subject.pod = self.scheduled.pod.clone().or_else(|| self.asked.pod.clone());
            subject.namespace = subject.namespace.or_else(|| self.scheduled.namespace.clone()).or_else(|| self.asked.namespace.clone());
        }
        if let (Some(pod), Some(Subject { namespace, node: Some(node), .. })) = (&subject.pod, assigned) {
            subject.namespace = subject.namespace.or(namespace);
            self.observed.node(subject.namespace.as_deref(), pod, &node);
        }
        let reason = event.reason.as_deref().unwrap_or_default();
        // "Back-off pulling", "Error: ErrImagePull" and the like say themselves what they are; the rest is an event.
        let told = if is_pod { read(&event.message) } else { Vec::new() };
        let mut understood = false;
        for told in told {
            understood |= told.statement != Statement::Other;
            let place = Place {
                subject: subject.clone(),
                origin: Origin::Event,
                age: event.age,
                at: event.at.clone(),
                image: None,
                init: told.container.as_ref().or(event.container.as_ref()).is_some_and(|container| container.init),
            };
            self.told(told, place);
        }
        if reason == "Started" && subject.container.is_some() {
            self.observed.success(&subject, None, event.age, false, &event.at);
        }
        if understood || QUIET_REASONS.contains(&reason) {
            return;
        }
        if let Some(kind) = OtherKind::of_event(reason, &event.message) {
            self.observed.other(kind, subject.clone(), event.at.clone());
        }
        let mut fact = Fact::new(FactKind::Event, subject, event.at)
            .text("reason", event.reason)
            .text("component", event.component)
            .text("object-kind", event.object.kind.or_else(|| is_pod.then(|| "pod".to_owned())))
            .text("object", event.object.name)
            .text("text", Some(event.message));
        if let Some(kind) = event.event_type {
            fact = fact.text("type", Some(if kind == EventType::Normal { "Normal" } else { "Warning" }));
        }
        self.add_seen(fact, event.age);
    }
}

/// Reasons of events that say nothing that a rule asks for, and of which there are many.
const QUIET_REASONS: &[&str] = &[
    "Scheduled",
    "Created",
    "Started",
    "Killing",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "ScalingReplicaSet",
    "SawCompletedJob",
    "Completed",
    "LeaderElection",
    "Pulled",
];

/// `Successfully assigned ns/pod to node`; schedulers before 1.11 leave the namespace out.
fn scheduled(event: &Event) -> Option<Subject> {
    let (pod, node) = event.message.strip_prefix("Successfully assigned ")?.rsplit_once(" to ")?;
    let (namespace, pod) = pod.split_once('/').map_or((None, pod), |(namespace, pod)| (Some(namespace), pod));
    let node = node.trim();
    (is_name(pod) && is_name(node)).then(|| Subject {
        namespace: namespace.map(str::to_owned),
        pod: Some(pod.to_owned()),
        container: None,
        node: Some(node.to_owned()),
    })
}
