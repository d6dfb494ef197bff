//! A describe as an indented outline of `Key:  value` entries.
//!
//! In: lines. Out: the entries with their depth, and where the Events section begins. No meaning is given to
//! a key beyond telling where the describe begins and ends.

use super::super::{Taken, layout};
use crate::text::Line;

/// One `Key:  value` line, or a line without a key (a continued value, an argument).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'l> {
    /// Blanks before it, less those of the first level.
    pub(super) depth: usize,
    /// Empty for a line without a key.
    pub(super) key: &'l str,
    pub(super) value: &'l str,
    /// Index of its line in the block.
    pub(super) line: usize,
}

/// The entries of one described object.
#[derive(Debug, Default)]
pub(super) struct Outline<'l> {
    pub(super) entries: Vec<Entry<'l>>,
    /// Line of the `Events:` label.
    pub(super) events_at: Option<usize>,
    /// Whether it begins with `Name:`.
    pub(super) has_head: bool,
}

impl<'l> Outline<'l> {
    /// The first first-level entry with this key.
    pub(super) fn top(&self, key: &str) -> Option<Entry<'l>> {
        self.entries.iter().find(|entry| entry.depth == 0 && entry.key == key).copied()
    }

    pub(super) fn top_value(&self, key: &str) -> Option<&'l str> {
        self.top(key).map(|entry| entry.value)
    }

    /// The entries below the first-level entry with this key.
    pub(super) fn below(&self, key: &str) -> &[Entry<'l>] {
        let Some(at) = self.entries.iter().position(|entry| entry.depth == 0 && entry.key == key) else { return &[] };
        let rest = &self.entries[at + 1..];
        &rest[..rest.iter().position(|entry| entry.depth == 0 && !entry.key.is_empty()).unwrap_or(rest.len())]
    }
}

/// Keys of the first level of any kind of object.
const TOP_KEYS: &[&str] = &[
    "Name",
    "Namespace",
    "Priority",
    "Priority Class Name",
    "PriorityClassName",
    "Runtime Class Name",
    "Service Account",
    "Node",
    "Start Time",
    "Labels",
    "Annotations",
    "Status",
    "Termination Grace Period",
    "Reason",
    "Message",
    "SeccompProfile",
    "Seccomp Profile",
    "IP",
    "IPs",
    "IP Family",
    "IP Families",
    "IP Family Policy",
    "Controlled By",
    "Created By",
    "NominatedNodeName",
    "Init Containers",
    "Containers",
    "Ephemeral Containers",
    "Conditions",
    "Volumes",
    "QoS Class",
    "Node-Selectors",
    "Tolerations",
    "Topology Spread Constraints",
    "Events",
    "Roles",
    "CreationTimestamp",
    "Taints",
    "Unschedulable",
    "Lease",
    "Addresses",
    "Capacity",
    "Allocatable",
    "System Info",
    "PodCIDR",
    "PodCIDRs",
    "ProviderID",
    "Non-terminated Pods",
    "Allocated resources",
    "Selector",
    "Type",
    "External IPs",
    "LoadBalancer Ingress",
    "Desired LoadBalancer IP",
    "Port",
    "TargetPort",
    "NodePort",
    "Endpoints",
    "Session Affinity",
    "External Traffic Policy",
    "Internal Traffic Policy",
    "HealthCheck NodePort",
    "Traffic Distribution",
    "Image pull secrets",
    "Mountable secrets",
    "Tokens",
    "Data",
    "BinaryData",
    "Replicas",
    "Pods Status",
    "Pods Statuses",
    "Pod Template",
    "StrategyType",
    "RollingUpdateStrategy",
    "MinReadySeconds",
    "OldReplicaSets",
    "NewReplicaSet",
    "Parallelism",
    "Completions",
    "Completion Mode",
    "Start Time",
    "Schedule",
    "Concurrency Policy",
    "Suspend",
    "Subsets",
    "Involved Object",
    "API Version",
    "Kind",
    "Metadata",
    "First Timestamp",
    "Last Timestamp",
    "Event Time",
    "Action",
    "Source",
    "Reporting Component",
    "Reporting Instance",
    "Count",
    "Update Strategy",
    "Pod Management Policy",
    "Desired Number of Nodes Scheduled",
    "Current Number of Nodes Scheduled",
    "Number of Nodes Scheduled with Up-to-date Pods",
    "Number of Nodes Scheduled with Available Pods",
    "Number of Nodes Misscheduled",
    "Volume Claims",
    "Active Deadline Seconds",
    "Backoff Limit",
    "Completed At",
    "Duration",
    "Last Schedule Time",
    "Active Jobs",
    "Successful Job History Limit",
    "Failed Job History Limit",
    "Starting Deadline Seconds",
    "Readiness Gates",
    "Resource Claims",
    "Security Alert",
    "Resource Version",
    "Creation Timestamp",
    "UID",
    "Series",
];

/// Keys with which a piece of a describe may begin when its head was cut off.
const INNER_KEYS: &[&str] = &[
    "Container ID",
    "Image",
    "Image ID",
    "Host Port",
    "State",
    "Last State",
    "Ready",
    "Restart Count",
    "Mounts",
    "Environment",
    "Limits",
    "Requests",
    "Ports",
    "Host Ports",
];

/// First-level keys that prose may use as well; alone they begin nothing.
const WEAK_KEYS: &[&str] = &[
    "Name",
    "Status",
    "Reason",
    "Message",
    "Type",
    "Data",
    "Port",
    "Node",
    "Source",
    "Action",
    "Count",
    "Kind",
    "Priority",
    "IP",
    "Duration",
    "Schedule",
    "Tokens",
    "UID",
    "Image",
    "Ready",
    "State",
    "Ports",
    "Labels",
    "Version",
    "Environment",
    "Limits",
    "Requests",
    "Series",
];

/// What stands below a heading without a colon: `Data` of a Secret. Below it the keys are names of any kind.
pub(super) const UNDERLINE: &str = "====";

/// Whether these lines begin with such a heading, or with what is left of one.
fn is_heading(lines: &[Line<'_>]) -> bool {
    lines.iter().take(2).any(|line| line.text().trim() == UNDERLINE)
}

/// How many unknown lines in a row a describe may hold (a multi-line annotation, a cut message).
const MAX_STRANGE: usize = 3;

/// `Key:  value`, the key beginning with a letter; the blank behind the colon tells it from a URL or an image.
pub(super) fn key_value(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (key, value) = text.split_once(':')?;
    let plausible = !key.is_empty() && key.len() <= 80 && key.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '_');
    (plausible && (value.is_empty() || value.starts_with([' ', '\t']))).then(|| (key.trim_end(), value.trim()))
}

pub(super) fn is_known_key(key: &str) -> bool {
    TOP_KEYS.contains(&key)
}

/// Reads the outline that begins at the first line, if one does.
pub(super) fn read<'l>(lines: &'l [Line<'_>]) -> Option<(Outline<'l>, Taken)> {
    let (first, _) = key_value(lines[0].text())?;
    let inner = INNER_KEYS.contains(&first);
    if !(is_known_key(first) || inner) || !begins(lines, first) {
        return None;
    }
    let mut outline = Outline { has_head: first == "Name", ..Outline::default() };
    let mut base = lines[0].indent();
    let mut at = 0;
    let mut end = 0;
    let mut strange = 0;
    let mut unread = 0;
    while let Some(line) = lines.get(at) {
        let text = line.text();
        if text.trim().is_empty() || layout::is_elision(text) {
            if !goes_on(&lines[at + 1..], base) {
                break;
            }
            at += 1;
            continue;
        }
        if layout::is_boundary(text) && !text.trim_start().starts_with(['-', '=']) || super::super::prompt::is_prompt(text) {
            break;
        }
        let indent = line.indent();
        let entry = key_value(text);
        if let Some((key, _)) = entry
            && is_known_key(key)
            && at > 0
            && (indent <= base || indent <= 2 && key == "Events")
        {
            if indent < base && !inner {
                // The first line was copied with other blanks than the rest.
                rebase(&mut outline, base - indent);
                base = indent;
            }
            if key == "Name" && outline.top("Name").is_some() {
                break;
            }
            if key == "Events" {
                outline.events_at = Some(at);
                end = at + 1;
                break;
            }
        } else if at > 0 && indent <= base && !inner {
            // At the first level only keys are at home; a few strangers are a value's continued lines.
            let rule = text.trim_start().starts_with(['-', '=']) && text.contains("--");
            let data_key = entry.is_some() && outline.entries.iter().any(|entry| entry.value == UNDERLINE);
            if !(rule || is_heading(&lines[at..]) || data_key) {
                if crate::parse::event::is_label(text) || is_event_row(text) {
                    break;
                }
                strange += 1;
                if strange > MAX_STRANGE || !goes_on(&lines[at + 1..], base) {
                    break;
                }
                unread += 1;
                at += 1;
                continue;
            }
        } else if inner && at > 0 && entry.is_none() && indent <= base {
            break;
        }
        strange = 0;
        let (key, value) = entry.unwrap_or(("", text.trim()));
        outline.entries.push(Entry { depth: indent.saturating_sub(base), key, value, line: at });
        at += 1;
        end = at;
    }
    (end > 0).then_some((outline, Taken { lines: end, unread }))
}

fn is_event_row(text: &str) -> bool {
    crate::parse::event::row::by_shape(text).is_some()
}

fn rebase(outline: &mut Outline<'_>, by: usize) {
    for entry in &mut outline.entries {
        entry.depth += by;
    }
    // The first line itself stays on the first level.
    if let Some(first) = outline.entries.first_mut() {
        first.depth = 0;
    }
}

/// Whether a describe really begins here: a strong key, or a weak one followed by another key soon.
fn begins(lines: &[Line<'_>], first: &str) -> bool {
    let next_keys = lines
        .iter()
        .skip(1)
        .take(6)
        .filter(|line| !line.text().trim().is_empty())
        .filter_map(|line| key_value(line.text()))
        .filter(|(key, _)| is_known_key(key) || INNER_KEYS.contains(key))
        .count();
    let value = key_value(lines[0].text()).map_or("", |(_, value)| value);
    // A sentence behind the colon is prose.
    if value.split_whitespace().count() > 8 && !matches!(first, "Start Time" | "Message" | "Tolerations") {
        return false;
    }
    let padded = lines[0].text().contains(":  ");
    let section = value.is_empty()
        && matches!(
            first,
            "Containers"
                | "Init Containers"
                | "Conditions"
                | "Volumes"
                | "Allocatable"
                | "Capacity"
                | "System Info"
                | "Non-terminated Pods"
                | "Allocated resources"
        );
    if section {
        return lines.get(1).is_some_and(|next| next.indent() > lines[0].indent());
    }
    next_keys >= 1 || (padded && !WEAK_KEYS.contains(&first)) || (padded && first != "Type" && first != "Port" && next_within(lines))
}

/// `Name:   x` followed, behind elisions, by events or sections.
fn next_within(lines: &[Line<'_>]) -> bool {
    lines.iter().skip(1).take(12).any(|line| crate::parse::event::is_label(line.text()) || is_event_row(line.text()))
}

/// Whether a describe goes on behind a gap.
fn goes_on(rest: &[Line<'_>], base: usize) -> bool {
    for (index, line) in rest.iter().enumerate().take(4) {
        let text = line.text();
        if text.trim().is_empty() || layout::is_elision(text) {
            continue;
        }
        if layout::is_fence(text) || super::super::prompt::is_prompt(text) {
            return false;
        }
        return match key_value(text) {
            Some(("Name", _)) => false,
            Some((key, _)) if is_known_key(key) && line.indent() <= base + 2 => true,
            Some(_) => line.indent() > base,
            None => is_heading(&rest[index..]) || (line.indent() > base && !is_event_row(text)),
        };
    }
    false
}
