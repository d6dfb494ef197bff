//! A described pod.
//!
//! In: the outline of a pod. Out: a [`Pod`] with its containers. Describe prints neither `imagePullSecrets`,
//! nor `imagePullPolicy`, nor the message of a waiting container, so these stay unknown.
//!
//! ```text
//! Containers:
//!   web:
//!     Container ID:
//!     Image:          registry.example/web:1
//!     State:          Waiting
//!       Reason:       ImagePullBackOff
//!     Last State:     Terminated
//!       Reason:       Error
//!     Ready:          False
//! ```

use super::outline::{Entry, Outline};
use crate::record::{Container, Pod, PodForm, State};
use crate::text::Line;

/// Builds the pod; `rows` is the number of event rows if there was an Events section.
pub(super) fn pod(outline: &Outline<'_>, lines: &[Line<'_>], rows: Option<usize>) -> Pod {
    let text = |key: &str| outline.top_value(key).filter(|value| !value.is_empty() && *value != "<none>").map(str::to_owned);
    let mut containers = Vec::new();
    for (section, init) in [("Init Containers", true), ("Containers", false), ("Ephemeral Containers", false)] {
        containers.extend(read_containers(outline.below(section), init, lines));
    }
    if containers.is_empty() {
        // A piece from the middle of a container.
        containers.extend(read_container(&outline.entries, "", false, lines));
    }
    let whole = outline.has_head && ["QoS Class", "Tolerations", "Conditions", "Volumes"].iter().any(|key| outline.top(key).is_some());
    let image_volumes =
        outline.below("Volumes").iter().filter(|entry| entry.key == "Reference").map(|entry| entry.value.to_owned()).collect();
    let at = outline.top("Name").or(outline.entries.first().copied()).map_or(0, |entry| entry.line);
    Pod {
        namespace: text("Namespace"),
        name: text("Name"),
        // `node1/10.0.0.1`; the address is empty before the kubelet reported.
        node: text("Node").map(|node| node.split('/').next().unwrap_or_default().to_owned()).filter(|node| !node.is_empty()),
        status: text("Status"),
        ready: None,
        form: if whole { PodForm::Describe } else { PodForm::Fragment },
        containers,
        image_volumes,
        events: rows,
        pull_secrets: None,
        at: lines[at].cite_all(),
    }
}

/// Splits a section into its containers: entries of the least depth, a name and nothing behind it.
fn read_containers(entries: &[Entry<'_>], init: bool, lines: &[Line<'_>]) -> Vec<Container> {
    let Some(depth) = entries.iter().filter(|entry| !entry.key.is_empty()).map(|entry| entry.depth).min() else { return Vec::new() };
    let starts: Vec<usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.depth == depth && !entry.key.is_empty() && entry.value.is_empty())
        .map(|(index, _)| index)
        .collect();
    if starts.is_empty() {
        return read_container(entries, "", init, lines).into_iter().collect();
    }
    starts
        .iter()
        .enumerate()
        .filter_map(|(index, start)| {
            let end = starts.get(index + 1).copied().unwrap_or(entries.len());
            // The line with the name says nothing of a state.
            read_container(&entries[*start..end], entries[*start].key, init, lines)
        })
        .collect()
}

fn read_container(entries: &[Entry<'_>], name: &str, init: bool, lines: &[Line<'_>]) -> Option<Container> {
    let mut container = Container { name: name.to_owned(), init, ..Container::default() };
    let mut seen = false;
    // Which state the indented Reason, Message and Exit Code belong to.
    let mut state: Option<(bool, usize)> = None;
    for entry in entries {
        if state.is_some_and(|(_, depth)| entry.depth <= depth) {
            state = None;
        }
        let cite =
            || lines.get(entry.line).map(|line| if entry.value.is_empty() { line.cite_all() } else { line.cite(line.text().trim()) });
        match (entry.key, state) {
            ("Image", None) => {
                container.image = Some(entry.value.to_owned()).filter(|image| !image.is_empty());
                seen = true;
            }
            ("State", None) => {
                container.state = state_named(entry.value);
                container.at = cite();
                state = Some((true, entry.depth));
                seen = true;
            }
            ("Last State", None) => {
                container.last_state = state_named(entry.value);
                state = Some((false, entry.depth));
            }
            ("Ready", None) => container.ready = Some(entry.value.eq_ignore_ascii_case("true")),
            ("Reason", Some((current, _))) => {
                set_reason(if current { &mut container.state } else { &mut container.last_state }, entry.value);
                if current {
                    container.at = cite();
                }
            }
            ("Exit Code", Some((current, _))) => {
                if let State::Terminated { exit_code, .. } = if current { &mut container.state } else { &mut container.last_state } {
                    *exit_code = entry.value.parse().ok();
                }
            }
            // A waiting container without a state line, as `grep -E "Image:|Reason:"` leaves it.
            ("Reason", None) if container.state == State::Unknown && !name.is_empty() | seen => {
                container.state = State::Waiting { reason: entry.value.to_owned(), message: None };
                container.at = cite();
            }
            _ => {}
        }
    }
    (seen || !name.is_empty() && container.at.is_some()).then_some(container)
}

fn state_named(value: &str) -> State {
    match value {
        "Running" => State::Running,
        "Waiting" => State::Waiting { reason: String::new(), message: None },
        "Terminated" => State::Terminated { reason: None, exit_code: None },
        _ => State::Unknown,
    }
}

fn set_reason(state: &mut State, value: &str) {
    match state {
        State::Waiting { reason, .. } => *reason = value.to_owned(),
        State::Terminated { reason, .. } => *reason = Some(value.to_owned()),
        State::Unknown | State::Running => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::records;
    use super::*;
    use crate::record::Record;

    fn read(text: &str) -> Pod {
        match records(text).into_iter().next() {
            Some(Record::Pod(pod)) => pod,
            other => panic!("{other:?}"),
        }
    }

    fn waiting(reason: &str) -> State {
        State::Waiting { reason: reason.to_owned(), message: None }
    }

    // `kubectl describe pod`, shortened.
    const POD: &str = "\
Name:             web-1
Namespace:        shop
Node:             worker-1/10.0.0.7
Status:           Pending
Init Containers:
  setup:
    Image:          r.example/setup:1
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          True
Containers:
  web:
    Container ID:
    Image:          r.example/web:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    127
    Ready:          False
  proxy:
    Image:          r.example/proxy:1
    State:          Running
      Started:      Mon, 01 Jun 2026 10:00:00 +0000
    Ready:          True
Volumes:
  model:
    Type:       Image (a container image or OCI artifact)
    Reference:  r.example/model:1
    PullPolicy:  IfNotPresent
QoS Class:        BestEffort
";

    #[test]
    fn a_pod_has_containers_and_they_have_states() {
        let pod = read(POD);
        assert_eq!(
            (pod.name.as_deref(), pod.node.as_deref(), pod.status.as_deref(), pod.form),
            (Some("web-1"), Some("worker-1"), Some("Pending"), PodForm::Describe)
        );
        assert_eq!((pod.image_volumes, pod.events), (vec!["r.example/model:1".to_owned()], None));
        let ended = |reason: &str, code: i64| State::Terminated { reason: Some(reason.to_owned()), exit_code: Some(code) };
        let found: Vec<_> = pod
            .containers
            .iter()
            .map(|container| {
                let line = container.at.as_ref().map(|at| at.location.line);
                (container.name.as_str(), container.init, container.state.clone(), container.last_state.clone(), container.ready, line)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("setup", true, ended("Completed", 0), State::Unknown, Some(true), Some(9)),
                ("web", false, waiting("CrashLoopBackOff"), ended("Error", 127), Some(false), Some(17)),
                ("proxy", false, State::Running, State::Unknown, Some(true), Some(24)),
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        for node in ["<none>", "/", ""] {
            assert_eq!(read(&POD.replace("worker-1/10.0.0.7", node)).node, None, "{node}");
        }
    }

    #[test]
    fn a_reason_without_a_state_is_a_waiting_containers() {
        let states = |text: &str| -> Vec<(String, State)> {
            read(text).containers.into_iter().map(|container| (container.name, container.state)).collect()
        };
        let container = |name: &str, state: State| vec![(name.to_owned(), state)];
        for (text, wanted) in [
            // As `grep -E "Image:|Reason:"` leaves it.
            ("    Image:          a:1\n      Reason:       ErrImagePull\n", container("", waiting("ErrImagePull"))),
            ("Containers:\n  web:\n      Reason:       ErrImagePull\n", container("web", waiting("ErrImagePull"))),
            ("Containers:\n  web:\n    Image:  a:1\n      Reason:  ErrImagePull\n", container("web", waiting("ErrImagePull"))),
            ("Containers:\n  web:\n    Image:  a:1\n    State:  Running\n    Reason:  x\n", container("web", State::Running)),
            ("Containers:\n  web:\n    Ports:  80/TCP\n", vec![]),
            // An evicted pod's reason is its own.
            ("Node:      worker-1\nStatus:    Failed\nReason:    Evicted\n", vec![]),
        ] {
            assert_eq!(states(text), wanted, "{text}");
        }
    }
}
