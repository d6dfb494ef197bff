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
            read_container(&entries[start + 1..end], entries[*start].key, init, lines)
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
            ("Ready", None) => container.ready = entry.value.parse::<String>().ok().map(|value| value.eq_ignore_ascii_case("true")),
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
