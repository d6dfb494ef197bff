//! A described node: conditions and what runs on it.
//!
//! ```text
//! Conditions:
//!   Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
//!   ----             ------  -----------------                 ------------------                ------                       -------
//!   DiskPressure     True    Tue, 19 May 2020 10:47:26 +0000   Tue, 19 May 2020 10:40:26 +0000   KubeletHasDiskPressure       kubelet has disk pressure
//! System Info:
//!   Architecture:               amd64
//!   Container Runtime Version:  containerd://1.7.13
//! ```

use super::super::primitive::cells;
use super::outline::Outline;
use crate::record::{Node, NodeCondition};
use crate::text::Line;

/// Builds the node.
pub(super) fn node(outline: &Outline<'_>, lines: &[Line<'_>]) -> Node {
    let info = outline.below("System Info");
    let value =
        |key: &str| info.iter().find(|entry| entry.key == key).map(|entry| entry.value.to_owned()).filter(|value| !value.is_empty());
    let conditions = outline.below("Conditions").iter().filter_map(|entry| condition(&lines[entry.line])).collect();
    let at = outline.top("Name").or(outline.entries.first().copied()).map_or(0, |entry| entry.line);
    Node {
        name: outline.top_value("Name").filter(|name| !name.is_empty()).map(str::to_owned),
        architecture: value("Architecture"),
        os: value("Operating System"),
        runtime: value("Container Runtime Version"),
        kubelet: value("Kubelet Version"),
        conditions,
        images: Vec::new(),
        at: lines[at].cite_all(),
    }
}

/// A row whose second cell is a status; the reason is the first CamelCase cell behind the two times.
fn condition(line: &Line<'_>) -> Option<NodeCondition> {
    let found = cells(line.text());
    let (_, condition) = *found.first()?;
    let (_, status) = *found.get(1)?;
    if !matches!(status, "True" | "False" | "Unknown") {
        return None;
    }
    let mut behind = found.iter().skip(2).skip_while(|(_, cell)| !super::super::primitive::is_camel_case(cell));
    let reason = behind.next().map(|(_, cell)| (*cell).to_owned()).unwrap_or_default();
    let message = behind.next().map(|(at, _)| line.text()[*at..].trim().to_owned()).unwrap_or_default();
    Some(NodeCondition { condition: condition.to_owned(), status: status.to_owned(), reason, message, at: Some(line.cite_all()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;

    #[test]
    fn a_condition_is_a_row_with_a_status() {
        let times = "Mon, 01 Jun 2026 10:00:00 +0000   Mon, 01 Jun 2026 09:00:00 +0000";
        for (row, wanted) in [
            (
                format!("  DiskPressure   True    {times}   KubeletHasDiskPressure   kubelet has disk pressure"),
                Some(("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")),
            ),
            // Without the columns of times.
            (
                "  Ready   Unknown   NodeStatusUnknown   Kubelet stopped posting".into(),
                Some(("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting")),
            ),
            (format!("  Ready   False   {times}   KubeletNotReady"), Some(("Ready", "False", "KubeletNotReady", ""))),
            (format!("  Ready   False   {times}"), Some(("Ready", "False", "", ""))),
            ("  Type             Status  Reason   Message".into(), None),
            ("  ----             ------  ------   -------".into(), None),
            ("  Ready".into(), None),
        ] {
            let found = condition(&lines(&row)[0]);
            let found = found
                .as_ref()
                .map(|found| (found.condition.as_str(), found.status.as_str(), found.reason.as_str(), found.message.as_str()));
            assert_eq!(found, wanted, "{row}");
        }
    }
}
