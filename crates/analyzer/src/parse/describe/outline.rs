//! A describe as an indented outline of `Key:  value` entries.
//!
//! In: lines. Out: the entries with their depth, and where the Events section begins. No meaning is given to
//! a key beyond telling where the describe begins and ends.

use super::super::{Taken, layout};
use crate::text::{Line, trim};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

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
    lines.iter().take(2).any(|line| line.trimmed() == UNDERLINE)
}

/// `Key:  value`, the key beginning with a letter; the blank behind the colon tells it from a URL or an image.
pub(super) fn key_value(text: &str) -> Option<(&str, &str)> {
    let text = trim(text);
    let (key, value) = text.split_at_checked(memchr::memchr(b':', text.as_bytes())?)?;
    let value = &value[1..];
    let plausible = !key.is_empty() && key.len() <= 80 && key.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '_');
    (plausible && (value.is_empty() || value.starts_with([' ', '\t']))).then(|| (key.trim_end(), value.trim()))
}

pub(super) fn is_known_key(key: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| TOP_KEYS.iter().copied().collect());
    KNOWN.contains(key)
}

/// Reads the outline that begins at the first line, if one does.
pub(super) fn read<'l>(lines: &'l [Line<'_>]) -> Option<(Outline<'l>, Taken)> {
    let (first, value) = key_value(lines[0].text())?;
    let inner = INNER_KEYS.contains(&first);
    if !(is_known_key(first) || inner) || !begins(lines, first) {
        return None;
    }
    let mut outline = Outline { has_head: first == "Name", ..Outline::default() };
    outline.entries.push(Entry { depth: 0, key: first, value, line: 0 });
    let mut base = lines[0].indent();
    let mut at = 1;
    let mut end = 1;
    let mut unread = 0;
    while let Some(line) = lines.get(at) {
        let text = line.text();
        let rest = &lines[at + 1..];
        if trim(text).is_empty() || layout::is_elision(text) {
            if !goes_on(rest, base) {
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
            && (indent <= base || indent <= 2 && key == "Events")
        {
            // The first line was copied with other blanks than the rest, or stands deeper in the outline.
            base = base.min(indent);
            if key == "Name" && outline.top("Name").is_some() {
                break;
            }
            if key == "Events" {
                outline.events_at = Some(at);
                end = at + 1;
                break;
            }
        } else if indent <= base && !inner {
            // At the first level only keys are at home; a stranger between them is a value's continued line.
            let rule = text.trim_start().starts_with(['-', '=']) && text.contains("--");
            let data_key = entry.is_some() && outline.entries.iter().any(|entry| entry.value == UNDERLINE);
            if !(rule || is_heading(&lines[at..]) || data_key) {
                if is_event_row(text) || !goes_on(rest, base) {
                    break;
                }
                unread += 1;
                at += 1;
                continue;
            }
        } else if entry.is_none() && indent <= base {
            break;
        }
        let (key, value) = entry.unwrap_or(("", text.trim()));
        outline.entries.push(Entry { depth: indent.saturating_sub(base), key, value, line: at });
        at += 1;
        end = at;
    }
    Some((outline, Taken { lines: end, unread }))
}

fn is_event_row(text: &str) -> bool {
    crate::parse::event::row::by_shape(text).is_some()
}

/// Whether a describe really begins here: a strong key, or a weak one followed by another key soon.
fn begins(lines: &[Line<'_>], first: &str) -> bool {
    let next_keys = lines
        .iter()
        .skip(1)
        .take(6)
        .filter(|line| !line.trimmed().is_empty())
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
        if trim(text).is_empty() || layout::is_elision(text) {
            continue;
        }
        return match key_value(text) {
            Some(("Name", _)) => false,
            Some((key, _)) => is_known_key(key) || line.indent() > base,
            None => is_heading(&rest[index..]) || (line.indent() > base && !is_event_row(text)),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::lines;
    use super::*;

    /// How many lines the outline takes, and how many of them say nothing.
    fn taken(text: &str) -> Option<(usize, usize)> {
        read(&lines(text)).map(|(_, taken)| (taken.lines, taken.unread))
    }

    fn entries(text: &str) -> Vec<(usize, String, String)> {
        let lines = lines(text);
        let outline = read(&lines).map(|(outline, _)| outline).unwrap_or_default();
        outline.entries.iter().map(|entry| (entry.depth, entry.key.to_owned(), entry.value.to_owned())).collect()
    }

    #[test]
    fn a_key_is_a_word_before_a_colon_and_a_blank() {
        for (text, wanted) in [
            ("web:", ("web", "")),
            ("    Image:\tnginx:1 ", ("Image", "nginx:1")),
            (".dockerconfigjson:  152 bytes", (".dockerconfigjson", "152 bytes")),
            ("_key: x", ("_key", "x")),
            ("Node-Selectors :  <none>", ("Node-Selectors", "<none>")),
        ] {
            assert_eq!(key_value(text), Some(wanted), "{text}");
        }
        let long = format!("{}: x", "a".repeat(81));
        for text in ["https://registry.example/v2/", "registry.example:5000/a", ": x", "-v: x", "(x): y", "no colon", &long] {
            assert_eq!(key_value(text), None, "{text}");
        }
        assert!(key_value(&long[1..]).is_some());
    }

    #[test]
    fn a_describe_begins_with_a_key_of_its_own_or_with_two_that_prose_has_too() {
        let row = "  Warning  Failed  9s  kubelet  Error: ErrImagePull\n";
        for (text, begins) in [
            ("Namespace:    shop\n", true),
            ("Namespace: shop\n", false),
            ("Namespace: shop\nStatus: Pending\n", true),
            ("Namespace: shop\n\n\n\n\n\nStatus: Pending\n", true),
            ("Namespace: shop\n\n\n\n\n\n\nStatus: Pending\n", false),
            ("Container ID:   containerd://1\n", true),
            ("Image:  nginx\n", false),
            ("Image: nginx\nPort: 80\n", true),
            ("Status:   it works\n", false),
            ("Unknown:  x\nStatus:  Pending\n", false),
            // A section has something below it.
            ("Containers:\n  web:\n", true),
            ("Containers:\nweb\n", false),
            ("Containers:\n", false),
            ("Volumes:  none of them is mounted\n", true),
            ("Labels:\n  a: b\n", false),
            // Nine words behind the colon are a sentence.
            ("Node:  one two three four five six seven eight\nStatus:  x\n", true),
            ("Node:  one two three four five six seven eight nine\nStatus:  x\n", false),
            ("Message:  one two three four five six seven eight nine\nReason:  x\n", true),
            // What was left out between a name and its events.
            (&format!("Name:   web-1\n...\nEvents:\n{row}"), true),
            (&format!("Name:   web-1\n...\n{row}"), true),
            (&format!("Name:   web-1\n{}{row}", "...\n".repeat(11)), true),
            (&format!("Name:   web-1\n{}{row}", "...\n".repeat(12)), false),
            (&format!("Name: web-1\n...\n{row}"), false),
            (&format!("Type:   Warning\n...\n{row}"), false),
            (&format!("Port:   80\n...\n{row}"), false),
        ] {
            assert_eq!(taken(text).is_some(), begins, "{text}");
        }
    }

    #[test]
    fn what_follows_belongs_to_a_describe_or_ends_it() {
        let head = "Name:         web-1\nNamespace:    shop\n";
        for (next, lines, unread) in [
            ("", 0, 0),
            ("Status:       Pending\n", 1, 0),
            // Gaps.
            ("\nStatus:  Pending\n", 2, 0),
            ("...\nStatus:  Pending\n", 2, 0),
            ("\n\n\n\nStatus:  Pending\n", 5, 0),
            ("\n\n\n\n\nStatus:  Pending\n", 0, 0),
            ("\n  web:\n", 2, 0),
            ("\n  a value that goes on\n", 2, 0),
            ("\n...\n  Status:  Pending\n", 3, 0),
            ("\nData\n====\npassword:  5 bytes\n", 4, 0),
            ("\n====\npassword:  5 bytes\n", 3, 0),
            ("\n", 0, 0),
            ("...\n", 0, 0),
            ("\nit was down\n", 0, 0),
            ("\nnote: it was down\n", 0, 0),
            ("\nnote: it was down\nStatus:  Pending\n", 0, 0),
            ("\n  Normal  Pulled  5s  kubelet  Container image \"a\" already present on machine\n", 0, 0),
            ("\n  ```\n", 0, 0),
            ("\n  $ kubectl get pods\n", 0, 0),
            ("\nName:         web-2\n", 0, 0),
            // What begins something else.
            ("Name:         web-2\n", 0, 0),
            ("```\nStatus:  Pending\n", 0, 0),
            ("$ kubectl get pods\nStatus:  Pending\n", 0, 0),
            ("Warning  Failed  9s  kubelet  Error: ErrImagePull\nStatus:  Pending\n", 0, 0),
            // Strangers at the first level stay if the describe goes on right behind them.
            ("the rest of an annotation\nStatus:  Pending\n", 2, 1),
            ("the rest of an annotation\n\nStatus:  Pending\n", 3, 1),
            ("one\nStatus:  Pending\ntwo\nReason:  x\n", 4, 2),
            ("the rest of an annotation\nand more of it\nStatus:  Pending\n", 0, 0),
            ("the rest of an annotation\n", 0, 0),
            ("note: it was down\n", 0, 0),
            // Rules below the heads of tables, wherever they stand.
            ("----   ------\n", 1, 0),
            ("-v\n", 0, 0),
            ("a -- b\n", 0, 0),
        ] {
            assert_eq!(taken(&format!("{head}{next}")), Some((2 + lines, unread)), "{next}");
        }
    }

    #[test]
    fn a_piece_from_within_a_describe_goes_on_with_what_is_around_it() {
        let piece = "    Image:          a:1\n    State:          Waiting\n      Reason:       ImagePullBackOff\n";
        for (next, lines) in [
            ("", 3),
            ("    Ready:          False\nConditions:\n  Type    Status\n  Ready   False\nVolumes:\n  v:\n    Type:  EmptyDir\n", 10),
            ("  sidecar:\n    Image:          b:1\n", 5),
            ("it was down\nStatus:  Pending\n", 3),
            ("    it was down\n", 3),
            ("      it was down\n", 4),
        ] {
            assert_eq!(taken(&format!("{piece}{next}")), Some((lines, 0)), "{next}");
        }
        let piece = format!("{piece}Volumes:\n  v:\n    Reference:  r.example/data:1\n");
        let depths: Vec<(usize, String)> = entries(&piece).into_iter().map(|(depth, key, _)| (depth, key)).collect();
        let wanted = [(0, "Image"), (0, "State"), (2, "Reason"), (0, "Volumes"), (2, "v"), (4, "Reference")];
        assert_eq!(depths, wanted.map(|(depth, key)| (depth, key.to_owned())));
    }

    #[test]
    fn the_first_line_may_have_been_copied_with_other_blanks() {
        let rest = "Namespace:    shop\nContainers:\n  web:\n    Image:  a:1\n";
        let wanted = [(0, "Name"), (0, "Namespace"), (0, "Containers"), (2, "web"), (4, "Image")];
        for blanks in ["", "  ", "        "] {
            let found: Vec<(usize, String)> =
                entries(&format!("{blanks}Name:         web-1\n{rest}")).into_iter().map(|(depth, key, _)| (depth, key)).collect();
            assert_eq!(found, wanted.map(|(depth, key)| (depth, key.to_owned())), "{blanks:?}");
        }
    }

    #[test]
    fn the_outline_ends_at_its_events() {
        for (label, at) in [("Events:", Some(2)), ("  Events:", Some(2)), ("   Events:", None)] {
            let text = format!("Name:         web-1\nStatus:       Pending\n{label}\n  Type  Reason  Age  From  Message\n");
            let lines = lines(&text);
            let (outline, taken) = read(&lines).unwrap();
            assert_eq!((outline.events_at, at.is_none_or(|at| taken.lines == at + 1)), (at, true), "{label:?}");
        }
    }

    #[test]
    fn any_key_may_stand_below_the_heading_of_data() {
        let text = "Name:         tls\nType:  kubernetes.io/tls\n\nData\n====\ntls.crt:  1164 bytes\ntls.key:  1704 bytes\n";
        let keys: Vec<String> = entries(text).into_iter().map(|(_, key, _)| key).filter(|key| !key.is_empty()).collect();
        assert_eq!((taken(text), keys), (Some((7, 0)), ["Name", "Type", "tls.crt", "tls.key"].map(str::to_owned).to_vec()));
    }
}
