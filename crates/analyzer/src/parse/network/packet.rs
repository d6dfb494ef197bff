//! What forwards packets to Services on a node: the IPVS table, and kube-proxy's mode where a tool shows it.
//!
//! In: `ipvsadm -Ln`, `ip addr` or `ifconfig` with `kube-ipvs0`, a kube-proxy configuration. Out: an
//! [`IpvsService`] for each virtual server with its real servers counted, and a [`Mode`]. Rules of iptables and nft are
//! read in [`filter`](crate::parse::network::filter), kernel settings in [`sysctl`](crate::parse::network::sysctl). A virtual server that stands alone, as `| grep 30001` leaves it, says
//! nothing about its real servers and gives no record but the mode.
//!
//! ```text
//! TCP  192.168.92.10:30001 rr
//!   -> 10.244.1.5:5000              Masq    1      0          0
//! ```

use crate::parse::network::{filter, sysctl};
use crate::parse::primitive::{Parsed, word};
use crate::parse::{Taken, prompt};
use crate::record::{IpvsService, Mode, Record};
use crate::source::Citation;
use crate::text::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, space0, space1, u32 as number};
use nom::combinator::{map_opt, opt, verify};
use nom::sequence::{delimited, preceded, terminated};

/// Schedulers of the kernel.
const SCHEDULERS: &[&str] = &["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

/// Takes one block.
pub(crate) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some(first) = lines.first() else { return Taken::NOTHING };
    let command = prompt::typed(lines);
    let (words, start) = match &command {
        Some((words, count)) => (prompt::inner(words), *count),
        None => (Vec::new(), 0),
    };
    match words.first() {
        Some(&"ipvsadm") => {
            let filtered = command.as_ref().is_some_and(|(words, _)| words.contains(&"grep"))
                && !command.as_ref().is_some_and(|(words, _)| words.iter().any(|word| word.starts_with("-A") || word.starts_with("-C")));
            ipvs(lines, start, filtered, out)
        }
        Some(&("ip" | "ifconfig")) => interfaces(lines, start, out),
        Some(program) if program.starts_with("iptables") || program.starts_with("ip6tables") || *program == "nft" => {
            filter::read(lines, start, out)
        }
        Some(&"kubectl") => configuration(lines, start, out),
        Some(&"sysctl") => sysctl::read(lines, start, out),
        Some(&"cat") => sysctl::read_file(words.last().unwrap_or(&""), lines, start, out),
        Some(_) => Taken::NOTHING,
        None => {
            let text = first.trimmed();
            // The first byte settles nearly every line of other formats.
            match text.bytes().next() {
                Some(b'I' | b'P' | b'T' | b'U' | b'F' | b'-') if is_ipvs(text) => ipvs(lines, 0, false, out),
                Some(b'0'..=b'9' | b'k') if interface(text).is_ok() => interfaces(lines, 0, out),
                Some(b'a' | b'k' | b'm')
                    if text.starts_with("mode:")
                        || text.starts_with("apiVersion: kubeproxy.config.k8s.io")
                        || text == "kind: KubeProxyConfiguration" =>
                {
                    configuration(lines, 0, out)
                }
                Some(b'n') if sysctl::setting(text).is_ok() => sysctl::read(lines, 0, out),
                Some(_) => filter::read(lines, 0, out),
                None => Taken::NOTHING,
            }
        }
    }
}

fn is_ipvs(text: &str) -> bool {
    text.starts_with("IP Virtual Server version")
        || text.starts_with("Prot LocalAddress:Port")
        || virtual_server(text).is_ok()
        || real_server(text).is_ok()
}

/// `TCP  192.168.92.10:30001 rr persistent 10800`
fn virtual_server(text: &str) -> Parsed<'_, (&str, u16)> {
    let protocol = alt((tag("TCP"), tag("UDP"), tag("SCTP")));
    let (rest, address) = preceded((protocol, space1), map_opt(word, address)).parse(text)?;
    let (rest, _) = preceded(space1, verify(word, |name: &str| SCHEDULERS.contains(&name))).parse(rest)?;
    Ok((rest, address))
}

/// `-> 10.244.1.5:5000  Masq  1  0  0`: its weight.
fn real_server(text: &str) -> Parsed<'_, u32> {
    let forward = alt((tag("Masq"), tag("Route"), tag("Tunnel"), tag("Local")));
    let (rest, _) = (tag("->"), space1, map_opt(word, address), space1, forward, space1).parse(text)?;
    terminated(number, (space1, digit1, space1, digit1)).parse(rest)
}

fn address(word: &str) -> Option<(&str, u16)> {
    let (host, port) = word.rsplit_once(':')?;
    Some((host.trim_matches(['[', ']']), port.parse().ok()?))
}

fn ipvs(lines: &[Line<'_>], start: usize, filtered: bool, out: &mut Vec<Record>) -> Taken {
    let mut services: Vec<IpvsService> = Vec::new();
    let mut mode: Option<Citation> = None;
    let mut whole = false;
    let mut end = 0;
    let mut unread = 0;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let text = line.trimmed();
        if let Ok((_, (host, port))) = virtual_server(text) {
            mode.get_or_insert_with(|| line.cite(text));
            services.push(IpvsService { host: host.to_owned(), port, backends: 0, draining: 0, at: line.cite(text) });
        } else if let Ok((_, weight)) = real_server(text) {
            whole = true;
            if let Some(service) = services.last_mut() {
                if weight == 0 {
                    service.draining += 1;
                } else {
                    service.backends += 1;
                }
            }
        } else if text.starts_with("IP Virtual Server version") {
            whole = true;
        } else if text.starts_with("-> ") || ["TCP ", "UDP ", "SCTP "].iter().any(|protocol| text.starts_with(protocol)) {
            // Rows of --stats or -c have other columns; the header is no bad line.
            unread += usize::from(!text.starts_with("-> RemoteAddress") && text.len() < 40);
        } else if !(text.starts_with("Prot LocalAddress:Port")
            || text.starts_with("FWM ")
            || text.starts_with("IPVS connection entries")
            || text.starts_with("pro expire state")
            || text == "--")
        {
            break;
        }
        end = at + 1;
    }
    if end == 0 {
        return Taken::NOTHING;
    }
    if let Some(at) = mode {
        out.push(Record::Mode(Mode { mode: "ipvs", at }));
    }
    // Without the rows of a listing's real servers, their absence proves nothing.
    if whole && !filtered {
        out.extend(services.into_iter().map(Record::IpvsService));
    }
    Taken { lines: end, unread }
}

/// `5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 ...` or ifconfig's `kube-ipvs0: flags=130<BROADCAST,NOARP>  mtu 1500`: its name.
fn interface(text: &str) -> Parsed<'_, &str> {
    let name = take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'));
    let flags = alt((tag("<"), terminated(tag("flags="), (digit1, char('<')))));
    let upper = take_while1(|c: char| c.is_ascii_uppercase() || matches!(c, '_' | ',' | '-'));
    delimited(opt((digit1, tag(": "))), name, (tag(": "), flags, upper, tag(">"), space1, tag("mtu "))).parse(text)
}

fn interfaces(lines: &[Line<'_>], start: usize, out: &mut Vec<Record>) -> Taken {
    let mut end = 0;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let text = line.trimmed();
        if let Ok((_, name)) = interface(text) {
            if name == "kube-ipvs0" {
                out.push(Record::Mode(Mode { mode: "ipvs", at: line.cite(text) }));
            }
        } else if is_interface_detail(text) {
            // grep leaves single lines of an interface.
            if text.ends_with("global kube-ipvs0") {
                out.push(Record::Mode(Mode { mode: "ipvs", at: line.cite(text) }));
            }
        } else {
            break;
        }
        end = at + 1;
    }
    Taken::all(end)
}

fn is_interface_detail(text: &str) -> bool {
    const KEYS: &[&str] = &[
        "inet ",
        "inet6 ",
        "link/",
        "valid_lft ",
        "RX",
        "TX",
        "ether ",
        "loop ",
        "altname ",
        "collisions:",
        "unspec ",
        "tunnel ",
        "device ",
    ];
    KEYS.iter().any(|words| text.starts_with(words))
}

/// kube-proxy's configuration, or the one line of it that grep leaves: `mode: "ipvs"`.
fn configuration(lines: &[Line<'_>], start: usize, out: &mut Vec<Record>) -> Taken {
    let mut end = 0;
    let mut whole = false;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let text = line.trimmed();
        whole |= text.starts_with("apiVersion: kubeproxy.config.k8s.io") || text == "kind: KubeProxyConfiguration";
        if let Some(mode) = mode_of(text) {
            // An empty mode means the platform's default.
            if let Some(mode) = mode.or(whole.then_some("iptables")) {
                out.push(Record::Mode(Mode { mode, at: line.cite(text) }));
            }
        } else if !(whole && is_yaml(text)) {
            break;
        }
        end = at + 1;
    }
    Taken::all(end)
}

/// The mode in a line `mode: "ipvs"` of a kube-proxy configuration; `Some(None)` for an empty one.
pub(crate) fn mode_of(text: &str) -> Option<Option<&'static str>> {
    let value = text.trim().strip_prefix("mode:")?.trim().trim_matches(['"', '\'']);
    let known = ["iptables", "ipvs", "nftables", "userspace", "winkernel", "kernelspace"].into_iter().find(|mode| *mode == value);
    match known {
        Some("kernelspace") => Some(Some("winkernel")),
        Some(mode) => Some(Some(mode)),
        None => value.is_empty().then_some(None),
    }
}

/// Whether a line can stand in YAML: `key: value`, `- item`.
fn is_yaml(text: &str) -> bool {
    let key: Parsed<'_, &str> =
        delimited(space0, take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')), char(':')).parse(text);
    text.starts_with("- ") || key.is_ok_and(|(rest, _)| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;

    fn read_text(text: &str) -> (Taken, Vec<String>) {
        let mut out = Vec::new();
        let taken = read(&lines(text), &mut out);
        let told = out.iter().map(|record| match record {
            Record::IpvsService(service) => {
                format!("{}:{} {}+{} @{}", service.host, service.port, service.backends, service.draining, service.at.location.line)
            }
            Record::Mode(mode) => format!("mode {}", mode.mode),
            other => format!("{other:?}"),
        });
        (taken, told.collect())
    }

    #[test]
    fn virtual_servers_and_their_real_servers() {
        let text = "[root@k8s-master01 ~]#  ipvsadm -ln
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr
  -> 192.168.92.10:6443           Masq    1      3          0         
  -> 192.168.92.11:6443           Masq    0      0          0         
TCP  192.168.92.10:30001 rr
TCP  [fd00::1]:53 rr persistent 10800
  -> [fd00::2]:53                 Masq    1      0          0         
";
        let (taken, told) = read_text(text);
        assert_eq!(taken, Taken::all(10));
        assert_eq!(told, ["mode ipvs", "10.96.0.1:443 1+1 @5", "192.168.92.10:30001 0+0 @8", "fd00::1:53 1+0 @9"]);
    }

    #[test]
    fn a_row_alone_says_nothing_about_real_servers() {
        assert_eq!(read_text("TCP  127.0.0.1:30001 rr\nprose"), (Taken::all(1), vec!["mode ipvs".to_owned()]));
        assert_eq!(
            read_text("# ipvsadm -Ln | grep 30001\nTCP  10.0.0.5:30001 rr\n  -> 10.0.0.6:30001   Masq  1  0  0"),
            (Taken::all(3), vec!["mode ipvs".to_owned()])
        );
        assert_eq!(
            read_text("$ ipvsadm -Ln | grep -A1 30001\nTCP  10.0.0.5:30001 rr\n  -> 10.0.0.6:5000   Masq  1  0  0\n--\nTCP  10.0.0.7:30001 wlc\n  -> 10.0.0.6:5000   Masq  1  0  0").1,
            ["mode ipvs", "10.0.0.5:30001 1+0 @2", "10.0.0.7:30001 1+0 @5"]
        );
    }

    #[test]
    fn the_interface_of_ipvs() {
        let text = "5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default \n    link/ether 5e:1f:00:11:22:33 brd ff:ff:ff:ff:ff:ff\n    inet 10.96.0.1/32 scope global kube-ipvs0\n       valid_lft forever preferred_lft forever\nprose";
        assert_eq!(read_text(text), (Taken::all(4), vec!["mode ipvs".to_owned(), "mode ipvs".to_owned()]));
        assert_eq!(read_text("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\nx"), (Taken::all(1), vec![]));
        assert_eq!(read_text("kube-ipvs0: flags=130<BROADCAST,NOARP>  mtu 1500").1, ["mode ipvs"]);
    }

    #[test]
    fn the_configured_mode() {
        assert_eq!(
            read_text("$ kubectl -n kube-system get cm kube-proxy -o yaml | grep mode\n    mode: \"ipvs\"\n"),
            (Taken::all(2), vec!["mode ipvs".to_owned()])
        );
        assert_eq!(read_text("mode: ipvs"), (Taken::all(1), vec!["mode ipvs".to_owned()]));
        let whole = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nbindAddress: 0.0.0.0\nkind: KubeProxyConfiguration\nmode: \"\"\nnodePortAddresses: null\nprose";
        assert_eq!(read_text(whole), (Taken::all(5), vec!["mode iptables".to_owned()]));
        assert_eq!(read_text("mode: \"\""), (Taken::all(1), vec![]));
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "TCP  127.0.0.1:62542  127.0.0.1:30001  SYN_SENT  1",
            "mode: 420",
            "$ kubectl get pods\nNAME",
            "TCP connections",
            "-> see above",
            "$ ip route\ndefault via 10.0.0.1",
            "",
        ] {
            assert_eq!(read_text(text).0, Taken::NOTHING, "{text}");
        }
    }

    #[test]
    fn who_reads_what_stands_below_a_command_or_alone() {
        let table = "table ip kube-proxy {\n\tchain services {\n\t}\n}\n";
        for (text, lines) in [
            ("$ iptables -S\n-P INPUT ACCEPT\n", 2),
            ("$ iptables-save\n*nat\n", 2),
            ("$ ip6tables -S\n-P INPUT ACCEPT\n", 2),
            (&format!("$ nft list ruleset\n{table}"), 5),
            ("$ nmap -p 1 10.0.0.5\n-P INPUT ACCEPT\n", 0),
            ("$ sysctl -a\nprose\n", 0),
            ("$ ip a | grep inet\n    inet 10.96.0.1/32 scope global kube-ipvs0\n", 2),
            // Rows of iptables may begin as other things do.
            ("12  720K KUBE-EXT-X2  tcp  --  *  *  0.0.0.0/0  0.0.0.0/0  /* a/b:c */ tcp dpt:30001\n", 1),
            ("all  --  0.0.0.0/0   0.0.0.0/0   /* a/b:c has no endpoints */\n", 1),
            ("num  target     prot opt source               destination\n", 1),
            ("kind: KubeProxyConfiguration\nmode: ipvs\n", 2),
            ("kind: Pod\nmode: ipvs\n", 0),
            ("Prot LocalAddress:Port Scheduler Flags\n", 1),
        ] {
            assert_eq!(read_text(text).0, Taken::all(lines), "{text}");
        }
    }

    #[test]
    fn rows_with_other_columns_say_nothing() {
        let row = |length: usize| format!("{:length$}|\n", "TCP  10.96.0.1:443");
        let head = "$ ipvsadm -Ln --stats\nIP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port               Conns   InPkts  OutPkts\n  -> RemoteAddress:Port\n";
        for (text, unread) in [
            (format!("{head}{}  -> 192.168.92.10:6443                    3        4        5\n", row(60)), 0),
            (format!("{head}{}{}", row(39), row(39)), 0),
            // A row that was cut.
            (format!("{head}{}{}", row(38), row(38)), 2),
        ] {
            assert_eq!(read_text(&text).0, Taken { lines: 6, unread }, "{text}");
        }
        assert_eq!(read_text(&format!("$ ipvsadm -Ln --stats | grep 443\n{}", row(60))).0, Taken::all(2));
    }
}
