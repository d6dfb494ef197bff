//! Facts about a node's components: what their logs and the tables that they keep in the kernel say.
//!
//! ```text
//! log-line component=kube-proxy file=graceful_termination.go virtual=127.0.0.1:30001 inactive=1
//! ```

use super::{FactKind, KindSpec, number, text, word};

pub(super) const PROXY_MODE: KindSpec = KindSpec {
    kind: FactKind::ProxyMode,
    name: "proxy-mode",
    doc: "Proof of kube-proxy's mode on this node: a line that only this mode writes, a configuration, or a tool's output.",
    fields: &[word("mode", &["iptables", "ipvs", "nftables", "userspace", "winkernel"], "the mode")],
};

pub(super) const KERNEL_SETTING: KindSpec = KindSpec {
    kind: FactKind::KernelSetting,
    name: "kernel-setting",
    doc: "A setting of the node's kernel, as sysctl shows it.",
    fields: &[text("name", "name with dots: net.ipv4.conf.all.route_localnet"), text("value", "its value")],
};

pub(super) const LOG_LINE: KindSpec = KindSpec {
    kind: FactKind::LogLine,
    name: "log-line",
    doc: "A line of a component's log that rules can name.",
    fields: &[
        word("component", &["kube-proxy", "kubelet", "containerd", "cri-o", "docker", "kernel", "other"], "whose log"),
        word("level", &["debug", "info", "warning", "error", "fatal"], "level"),
        text("file", "source file of a klog line: graceful_termination.go"),
        text("text", "the message; key=value pairs follow it unquoted, separated by ', '"),
        text("service", "Service port in the line: namespace/name:port"),
        text("virtual", "ip:port of a virtual server in an IPVS line"),
        text("real", "ip:port of a real server in an IPVS line"),
        number("port", "port of that virtual server, or of a NodePort in the line"),
        number("active", "active connections in an IPVS line"),
        number("inactive", "inactive connections in an IPVS line"),
    ],
};

pub(super) const IPVS_SERVICE: KindSpec = KindSpec {
    kind: FactKind::IpvsService,
    name: "ipvs-service",
    doc: "A virtual server of ipvsadm -Ln.",
    fields: &[
        text("host", "virtual address"),
        number("port", "virtual port"),
        number("backends", "real servers with a weight above 0"),
        number("draining", "real servers with weight 0"),
    ],
};

pub(super) const FILTER_RULE: KindSpec = KindSpec {
    kind: FactKind::FilterRule,
    name: "filter-rule",
    doc: "A rule of iptables-save or nft that names a Service.",
    fields: &[
        text("service", "namespace/name:port from the comment"),
        text("text", "the comment, or the rule when it has none"),
        text("action", "REJECT, DROP or the jump target"),
        number("port", "destination port"),
    ],
};
