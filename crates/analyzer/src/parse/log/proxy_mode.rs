//! Which mode of kube-proxy a line of its log proves.
//!
//! In: a [`LogLine`] of kube-proxy. Out: the mode, if only a kube-proxy in this mode writes the line. A line that
//! says why a mode was *not* chosen proves none. Which addresses a line names is [`crate::parse::log::proxy_line`]'s affair.
//!
//! ```text
//! Using ipvs Proxier.                                         "Using nftables Proxier"
//! FLAG: --proxy-mode="ipvs"                                   Unknown proxy mode "", assuming iptables proxy
//! Can't use the IPVS proxier: ...                             (none)
//! ```

use crate::parse::primitive::Parsed;
use crate::record::{Component, Level, LogLine};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::char;
use nom::sequence::{delimited, preceded};

/// Modes by the beginning of a message. The first match decides.
const MESSAGES: &[(&str, &str)] = &[
    ("Using iptables Proxier", "iptables"),
    ("Using ipvs Proxier", "ipvs"),
    ("Using nftables Proxier", "nftables"),
    ("Using userspace Proxier", "userspace"),
    ("Using Kernelspace Proxier", "winkernel"),
    ("Using iptables proxy", "iptables"),
    ("Using userspace proxy", "userspace"),
    ("creating dualStackProxier for iptables", "iptables"),
    ("creating dualStackProxier for ipvs", "ipvs"),
    ("creating dualStackProxier for Windows kernel", "winkernel"),
    // Before 1.27 kube-proxy fell back; the line names what it did *not* choose first.
    ("Can't use iptables proxy, using userspace", "userspace"),
    ("can't determine whether to use iptables proxy, using userspace", "userspace"),
    ("Can't use winkernel proxy, using userspace", "userspace"),
    ("The ipvs proxier is now deprecated", "ipvs"),
    // iptables
    ("Not syncing iptables until ", "iptables"),
    ("Syncing iptables rules", "iptables"),
    ("Iptables sync params", "iptables"),
    ("iptables sync params", "iptables"),
    ("Reloading service iptables data", "iptables"),
    ("Setting route_localnet=1", "iptables"),
    ("--nodeport-addresses includes localhost but --iptables-localhost-nodeports=false", "iptables"),
    ("--nodeport-addresses includes localhost but localhost NodePorts are not supported on IPv6", "iptables"),
    ("--nodeport-addresses includes localhost but localhost NodePorts are not supported", "nftables"),
    // nftables
    ("Not syncing nftables until ", "nftables"),
    ("Syncing nftables rules", "nftables"),
    ("nftables sync params", "nftables"),
    ("NFTables sync params", "nftables"),
    ("nftables sync failed", "nftables"),
    ("Reloading service nftables data", "nftables"),
    // ipvs
    ("Not syncing ipvs rules until ", "ipvs"),
    ("Syncing ipvs ", "ipvs"),
    ("Syncing IPVS ", "ipvs"),
    ("ipvs sync params", "ipvs"),
    ("IPVS sync params", "ipvs"),
    ("IPVS scheduler not specified", "ipvs"),
    ("IPVS service ", "ipvs"),
    ("Failed to add IPVS service", "ipvs"),
    ("Failed to get IPVS service", "ipvs"),
    ("Failed to list IPVS destinations", "ipvs"),
    ("Failed to bind service address to dummy device", "ipvs"),
    ("Failed to create dummy interface", "ipvs"),
    ("Failed to add destination", "ipvs"),
    ("Failed to delete destination", "ipvs"),
    ("Failed to sync endpoint for service", "ipvs"),
    ("Error adding entry to ipset", "ipvs"),
    ("Bind addr", "ipvs"),
    ("Unbind addr", "ipvs"),
    ("Using graceful delete", "ipvs"),
    // graceful_termination.go, for lines whose header is gone
    ("Trying to delete rs", "ipvs"),
    ("Deleting rs: ", "ipvs"),
    ("Not deleting, RS ", "ipvs"),
    ("Adding rs ", "ipvs"),
    ("Adding an element to graceful delete rsList", "ipvs"),
    ("lw: remote out of the list", "ipvs"),
    ("Trying to delete real server", "ipvs"),
    ("Deleting real server", "ipvs"),
    ("Skip deleting real server till all connection have expired", "ipvs"),
    ("Adding real server to graceful delete real server list", "ipvs"),
    ("Removed real server from graceful delete real server list", "ipvs"),
    ("Error in deleting real server", "ipvs"),
    ("Try flush graceful termination list err", "ipvs"),
    // Windows
    ("Not syncing hns until ", "winkernel"),
];

/// Wordings that name a mode which is *not* used, or not yet.
const NO_PROOF: &[&str] =
    &["can't use", "cannot use", "can't determine", "will not be used", "could not", "dummy vs", "fall back", "falling back", "trying "];

/// Directories of the source tree that belong to one mode (`--add_dir_header`, JSON).
const PACKAGES: &[(&str, &str, &str)] = &[
    ("iptables", "proxier.go", "iptables"),
    ("ipvs", "proxier.go", "ipvs"),
    ("ipvs", "ipset.go", "ipvs"),
    ("nftables", "proxier.go", "nftables"),
    ("userspace", "proxier.go", "userspace"),
    ("userspace", "roundrobin.go", "userspace"),
    ("userspace", "proxysocket.go", "userspace"),
    ("winkernel", "proxier.go", "winkernel"),
    ("winkernel", "hns.go", "winkernel"),
];

/// Texts of which every line that proves a mode has one.
pub(crate) fn signs() -> impl Iterator<Item = String> {
    let flags = ["--proxy-mode=", "Unknown proxy mode ", "Flag proxy-mode=", "virtualServer", "graceful_termination.go"];
    let files = PACKAGES.iter().map(|(directory, file, _)| format!("{directory}/{file}"));
    MESSAGES.iter().map(|(start, _)| *start).chain(flags).map(str::to_owned).chain(files)
}

/// The mode that this line proves.
pub(crate) fn proxy_mode(log: &LogLine) -> Option<&'static str> {
    if log.component != Component::KubeProxy {
        return None;
    }
    if log.file.as_deref() == Some("graceful_termination.go") {
        return Some("ipvs");
    }
    if let Ok((_, value)) = flag(&log.message) {
        return mode_named(value);
    }
    if let Ok((_, mode)) = assumed(&log.message) {
        return mode_named(mode);
    }
    if let Some((_, mode)) = MESSAGES.iter().find(|(start, _)| log.message.starts_with(start)) {
        return Some(mode);
    }
    if log.pairs.iter().any(|(key, _)| key == "virtualServer") && log.message.starts_with("Adding new service") {
        return Some("ipvs");
    }
    let (package, file) = (log.package.as_deref()?, log.file.as_deref()?);
    let message = log.message.to_ascii_lowercase();
    if NO_PROOF.iter().any(|words| message.contains(words)) || matches!(log.level, Some(Level::Error | Level::Fatal)) {
        return None;
    }
    PACKAGES.iter().find(|(directory, name, _)| *directory == package && *name == file).map(|(_, _, mode)| *mode)
}

/// `FLAG: --proxy-mode="ipvs"`
fn flag(input: &str) -> Parsed<'_, &str> {
    preceded(
        tag("FLAG: --proxy-mode="),
        alt((delimited(char('"'), take_until("\""), char('"')), take_while1(|c: char| c.is_ascii_alphanumeric()))),
    )
    .parse(input)
}

/// `Unknown proxy mode "", assuming iptables proxy`, `Flag proxy-mode="" unknown, assuming iptables proxy`
fn assumed(input: &str) -> Parsed<'_, &str> {
    let start = alt((tag("Unknown proxy mode "), tag("Flag proxy-mode=")));
    preceded((start, take_until("assuming "), tag("assuming ")), take_while1(|c: char| c.is_ascii_alphanumeric())).parse(input)
}

fn mode_named(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "iptables" => "iptables",
        "ipvs" => "ipvs",
        "nftables" => "nftables",
        "userspace" => "userspace",
        "kernelspace" | "winkernel" => "winkernel",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::log::entry::{draft, line};
    use crate::source::SourceId;
    use crate::text::Line;

    fn read(text: &str) -> LogLine {
        let text = if line(text).is_some() { text.to_owned() } else { format!("I0521 07:00:55.180954       1 proxier.go:1] {text}") };
        draft(&line(&text).unwrap(), Line::unchanged(SourceId(0), 1, &text).cite_all()).log
    }

    fn mode(text: &str) -> Option<&'static str> {
        proxy_mode(&read(text))
    }

    #[test]
    fn lines_that_prove_a_mode() {
        for (text, expected) in [
            ("I0521 07:00:55.180954       1 graceful_termination.go:161] anything", "ipvs"),
            ("I1122 09:13:06.414023   17279 server_linux.go:137] \"Using iptables Proxier\"", "iptables"),
            ("Using ipvs Proxier.", "ipvs"),
            ("\"Using nftables Proxier\"", "nftables"),
            ("Using userspace Proxier.", "userspace"),
            ("Using Kernelspace Proxier.", "winkernel"),
            ("I1122 09:13:04.8       1 flags.go:64] FLAG: --proxy-mode=\"ipvs\"", "ipvs"),
            ("W0521 07:00:55.180954       1 server_others.go:1] Unknown proxy mode \"\", assuming iptables proxy", "iptables"),
            ("W0521 07:00:55.180954       1 server_others.go:1] Flag proxy-mode=\"\" unknown, assuming iptables proxy", "iptables"),
            ("I0521 07:00:55.180954       1 ipvs/proxier.go:9] \"syncProxyRules complete\" elapsed=\"1ms\"", "ipvs"),
            ("\"Adding new service\" serviceName=\"a/b:c\" virtualServer=\"10.96.12.7:5000/TCP\"", "ipvs"),
            (
                "E0521 07:00:55.180954       1 proxier.go:543] \"--nodeport-addresses includes localhost but localhost NodePorts are not supported\" ipFamily=\"IPv4\"",
                "nftables",
            ),
            (
                "E0521 07:00:55.180954       1 proxier.go:1318] \"--nodeport-addresses includes localhost but --iptables-localhost-nodeports=false was passed\"",
                "iptables",
            ),
            ("\"The ipvs proxier is now deprecated and may be removed in a future release. Please use 'nftables' instead.\"", "ipvs"),
        ] {
            assert_eq!(mode(text), Some(expected), "{text}");
            assert!(signs().any(|sign| text.contains(&sign)), "a long log would lose: {text}");
        }
    }

    #[test]
    fn lines_that_prove_none() {
        for text in [
            "E0626 17:19:43.491383       1 server_others.go:127] Can't use the IPVS proxier: IPVS proxier will not be used because the following required kernel modules are not loaded: [ip_vs]",
            "E1109 22:18:36.012763       1 server.go:558] \"Error running ProxyServer\" err=\"can't use the IPVS proxier: no such file or directory\"",
            "E1109 22:18:36.012740       1 ipvs/proxier.go:634] \"Could not create dummy VS\" err=\"no such file or directory\" scheduler=\"r\"",
            "I1109 22:18:36.0       1 server_others.go:1] Can't use ipvs proxier, trying iptables proxier",
            "I1122 09:13:04.8       1 flags.go:64] FLAG: --proxy-mode=\"\"",
            "I1122 09:13:04.8       1 proxier.go:264] \"Using iptables mark for masquerade\" mark=\"0x4000\"",
            "I1122 09:13:04.8       1 iptables.go:379] \"Running\" command=\"iptables-save\"",
            "E1122 09:12:16.8       1 run.go:72] \"command failed\" err=\"failed validate: KubeProxyConfiguration.Mode.ProxyMode: Invalid value: \\\"userspace\\\": must be iptables, ipvs, nftables or blank\"",
            "E1122 09:12:16.8       1 kuberuntime_manager.go:1] \"Using ipvs Proxier\"",
        ] {
            assert_eq!(mode(text), None, "{text}");
        }
    }

    #[test]
    fn signs_are_seldom() {
        assert!(signs().all(|sign| sign.len() >= 8), "a short one keeps every line of a long log");
    }

    #[test]
    fn names_of_modes() {
        for (name, wanted) in [
            ("iptables", Some("iptables")),
            ("IPVS", Some("ipvs")),
            ("nftables", Some("nftables")),
            ("userspace", Some("userspace")),
            ("kernelspace", Some("winkernel")),
            ("winkernel", Some("winkernel")),
            ("other", None),
        ] {
            assert_eq!(mode_named(name), wanted, "{name}");
        }
        let line = |level: &str, rest: &str| mode(&format!("{level}0521 07:00:55.180954       1 {rest}"));
        for (level, rest, wanted) in [
            ("I", "proxier.go:1] \"Adding new service\" virtualServer=\"a\"", Some("ipvs")),
            ("I", "proxier.go:1] \"Adding new service\" other=\"a\"", None),
            ("I", "proxier.go:1] \"x\" virtualServer=\"a\"", None),
            ("I", "ipvs/proxier.go:1] x", Some("ipvs")),
            ("I", "iptables/proxier.go:1] x", Some("iptables")),
            ("I", "other/proxier.go:1] x", None),
            ("E", "ipvs/proxier.go:1] x", None),
        ] {
            assert_eq!(line(level, rest), wanted, "{level} {rest}");
        }
    }
}
