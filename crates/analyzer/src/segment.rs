//! The map of a source: which lines were read as what.
//!
//! In: nothing. Out: [`Segment`]s, one after the other without gaps, so that every line of every source is in
//! exactly one and what was *not* understood is counted.

use crate::source::SourceId;
use serde::{Deserialize, Serialize};

/// What a run of lines was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SegmentKind {
    /// Output of `kubectl describe`, whole or in part.
    Describe,
    /// Rows of events in any layout.
    EventTable,
    /// Rows of `kubectl get pods` and other resource tables.
    ResourceTable,
    /// Kubernetes objects as YAML.
    Yaml,
    /// Kubernetes objects or log entries as JSON.
    Json,
    /// klog lines (kube-proxy, kubelet, ...).
    Klog,
    /// Other logs: containerd, CRI-O, dockerd, journald, kernel.
    Log,
    /// `netstat` or `ss`.
    SocketTable,
    /// A probe by hand: telnet, nc, curl, dig, ping, openssl, ...
    Probe,
    /// `ipvsadm` or `iptables-save`.
    Packet,
    /// Output of a container client: crictl, ctr, docker, podman, skopeo.
    Client,
    /// A command that somebody typed.
    Prompt,
    /// An error message in the middle of other text.
    Message,
    /// Empty lines, fences, rules, elisions.
    Layout,
    /// Anything else; nothing was read from it.
    Prose,
}

impl SegmentKind {
    /// Whether lines of this kind count as understood.
    ///
    /// ```
    /// use pullan_analyzer::SegmentKind;
    /// assert!(SegmentKind::EventTable.is_understood() && !SegmentKind::Prose.is_understood());
    /// ```
    pub fn is_understood(self) -> bool {
        self != SegmentKind::Prose
    }

    /// Whether lines of this kind are something that pullan reads, not only layout or a typed command.
    ///
    /// ```
    /// use pullan_analyzer::SegmentKind;
    /// assert!(SegmentKind::Klog.is_recognised() && !SegmentKind::Prompt.is_recognised());
    /// ```
    pub fn is_recognised(self) -> bool {
        !matches!(self, SegmentKind::Prose | SegmentKind::Layout | SegmentKind::Prompt)
    }
}

/// A run of lines of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Which source.
    pub source: SourceId,
    /// What it is.
    pub kind: SegmentKind,
    /// First line, from 1.
    pub first_line: u64,
    /// Number of lines.
    pub lines: u64,
    /// Lines inside it that its parser could make nothing of.
    pub unread: u64,
}
