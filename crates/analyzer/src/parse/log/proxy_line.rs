//! The addresses that a line of kube-proxy's log names.
//!
//! In: a [`LogLine`] of kube-proxy. Out: its [`Addresses`]. Whether an address is a registry's is not known here;
//! what the line proves about the mode is [`crate::parse::log::proxy_mode`]'s affair.
//!
//! ```text
//! Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086
//! Not deleting, RS 10.96.12.7:5000/TCP/172.18.81.97:5000: 0 ActiveConn, 3 InactiveConn
//! "Skip deleting real server till all connection have expired" realServer="10.96.12.7:5000/TCP/10.252.30.86:5000" activeConnection=1 inactiveConnection=0
//! Adding new service port "registry/registry:http" at 10.96.12.7:5000/TCP
//! can't open "nodePort for registry/registry:http" (:30001/tcp), skipping this nodePort: listen tcp :30001: bind: address already in use
//! ```

use crate::parse::primitive::Parsed;
use crate::record::LogLine;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, preceded, terminated};

/// Address and port; the address of an IPv6 has no brackets.
pub(crate) type Endpoint = (String, u16);

/// What a line is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) virtual_server: Option<Endpoint>,
    pub(crate) real_server: Option<Endpoint>,
    /// `namespace/name:port`, as far as the line has it.
    pub(crate) service: Option<String>,
    pub(crate) node_port: Option<u16>,
    pub(crate) active: Option<u64>,
    pub(crate) inactive: Option<u64>,
}

/// The addresses in a line.
pub(crate) fn addresses(log: &LogLine) -> Addresses {
    let mut found = Addresses::default();
    message_addresses(&log.message, &mut found);
    for (key, value) in &log.pairs {
        match key.as_str() {
            "realServer" | "uniqueRealServer" | "newDest" => real_server(value, &mut found),
            "virtualServer" | "virtualServerName" => {
                found.virtual_server = socket(value).map(|(_, endpoint)| endpoint).or(found.virtual_server)
            }
            "servicePortName" | "serviceName" | "portName" | "service" => named_service(value, &mut found),
            // Either the name or the address, depending on the line.
            "servicePort" => match socket(value) {
                Some((_, endpoint)) => found.virtual_server = Some(endpoint),
                None => named_service(value, &mut found),
            },
            "port" => node_port(value, &mut found),
            "activeConnection" | "activeConnections" => found.active = value.parse().ok(),
            "inactiveConnection" | "inactiveConnections" => found.inactive = value.parse().ok(),
            _ => {}
        }
    }
    found
}

/// Printf texts: what stands in quotes or behind known words, and words that are addresses.
fn message_addresses(message: &str, found: &mut Addresses) {
    node_port(message, found);
    if found.service.is_none()
        && let Ok((_, name)) = service(message)
    {
        named_service(name, found);
    }
    if let Ok((_, (active, inactive))) = connections(message) {
        (found.active, found.inactive) = (Some(active), Some(inactive));
    }
    for word in message.split([' ', '"', ',', '(', ')', '[', ']']).filter(|word| word.contains(':')) {
        // `10.96.12.7:5000/TCP` or `10.96.12.7:5000/TCP/172.18.81.97:5000`; brackets of IPv6 are split off above.
        if let Some((rest, endpoint)) = socket(word) {
            found.virtual_server = Some(endpoint);
            if let Some(real) = rest.strip_prefix('/') {
                found.real_server = endpoint_of(real);
            }
        }
    }
    if found.virtual_server.is_none() {
        bracketed(message, found);
    }
    if let Some(rest) =
        ["Failed to add destination: ", "Failed to delete destination: "].iter().find_map(|start| message.strip_prefix(start))
    {
        found.real_server = rest.split([',', ' ']).next().and_then(endpoint_of);
    }
}

/// IPv6 addresses in a printf text: `[fd00::1]:443/TCP/[fd00:10::5]:6443`.
fn bracketed(message: &str, found: &mut Addresses) {
    for word in message.split([' ', '"', ',']).filter(|word| word.starts_with('[')) {
        if let Some((rest, endpoint)) = socket(word) {
            found.virtual_server = Some(endpoint);
            found.real_server = rest.strip_prefix('/').and_then(endpoint_of);
        }
    }
}

fn real_server(value: &str, found: &mut Addresses) {
    match socket(value) {
        Some((rest, endpoint)) => {
            found.virtual_server = Some(endpoint);
            found.real_server = rest.strip_prefix('/').and_then(endpoint_of).or(found.real_server.take());
        }
        None => found.real_server = endpoint_of(value).or(found.real_server.take()),
    }
}

/// `10.96.12.7:5000/TCP`, and what follows it.
fn socket(text: &str) -> Option<(&str, Endpoint)> {
    let (at, protocol) = ["/TCP", "/UDP", "/SCTP"].iter().find_map(|protocol| text.find(protocol).map(|at| (at, *protocol)))?;
    Some((&text[at + protocol.len()..], endpoint_of(&text[..at])?))
}

/// `172.18.81.97:5000`, `[fd00::5]:5000`; a colon or full stop behind it is the sentence's.
fn endpoint_of(text: &str) -> Option<Endpoint> {
    let (host, port) = text.trim_end_matches([':', '.']).rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = !host.is_empty() && host.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':'));
    address.then_some(())?;
    Some((host.to_owned(), port.parse().ok()?))
}

fn named_service(name: &str, found: &mut Addresses) {
    let name = name.trim_end_matches(':');
    if name.contains('/') && !name.contains([' ', '"']) {
        found.service = Some(name.to_owned());
    }
}

/// `"nodePort for ns/svc:port" (:30001/tcp4)`
fn node_port(text: &str, found: &mut Addresses) {
    let holder: Parsed<'_, (&str, Option<u16>)> = preceded(
        (take_until("nodePort for "), tag("nodePort for ")),
        (
            take_while1(|c: char| !c.is_whitespace() && c != '"' && c != '\\'),
            opt(preceded((opt(char('\\')), tag("\" (:")), terminated(map_res(digit1, str::parse), char('/')))),
        ),
    )
    .parse(text);
    if let Ok((_, (name, port))) = holder {
        named_service(name, found);
        found.node_port = port;
    }
}

/// The Service in a printf text.
fn service(input: &str) -> Parsed<'_, &str> {
    let quoted = || delimited(char('"'), take_until("\""), char('"'));
    let word = || take_while1(|c: char| !c.is_whitespace() && c != ',');
    let before_quote = alt((
        tag("Adding new service port "),
        tag("Updating existing service port "),
        tag("Removing service port "),
        tag("Adding new service "),
        tag("Updating existing service "),
        tag("Removing service "),
        tag("Setting endpoints for "),
        tag("Removing endpoints for "),
    ));
    let before_word = alt((tag("Service port "), tag("Skipping service "), tag("IPVS service "), tag("Service ")));
    alt((preceded(before_quote, quoted()), preceded(before_word, word()))).parse(input)
}

/// `: 0 ActiveConn, 3 InactiveConn`
fn connections(input: &str) -> Parsed<'_, (u64, u64)> {
    let number = || map_res(digit1, str::parse::<u64>);
    let from = input.find(": ").filter(|_| input.ends_with("InactiveConn")).map_or("", |at| &input[at + 2..]);
    (terminated(number(), tag(" ActiveConn, ")), terminated(number(), tag(" InactiveConn"))).parse(from)
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

    fn endpoint(host: &str, port: u16) -> Option<Endpoint> {
        Some((host.to_owned(), port))
    }

    #[test]
    fn real_and_virtual_servers() {
        let both = Addresses {
            virtual_server: endpoint("10.96.1.11", 8086),
            real_server: endpoint("192.168.0.231", 8086),
            ..Addresses::default()
        };
        for text in [
            "Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086",
            "lw: remote out of the list: 10.96.1.11:8086/TCP/192.168.0.231:8086",
            "\"Deleting real server\" realServer=\"10.96.1.11:8086/TCP/192.168.0.231:8086\"",
            "\"Using graceful delete\" uniqueRealServer=\"10.96.1.11:8086/TCP/192.168.0.231:8086\"",
            "E0521 07:00:55.180954       1 graceful_termination.go:1] Try delete rs \"10.96.1.11:8086/TCP/192.168.0.231:8086\" err: Failed to delete rs \"10.96.1.11:8086/TCP/192.168.0.231:8086\", can't find the real server",
        ] {
            assert_eq!(addresses(&read(text)), both, "{text}");
        }
        let found = addresses(&read("Deleting rs: [fd00:10:96::1]:443/TCP/[fd00:10:244::5]:6443"));
        assert_eq!((found.virtual_server, found.real_server), (endpoint("fd00:10:96::1", 443), endpoint("fd00:10:244::5", 6443)));
    }

    #[test]
    fn connections_that_are_left() {
        let expected = Addresses {
            virtual_server: endpoint("10.96.12.7", 5000),
            real_server: endpoint("172.18.81.97", 5000),
            active: Some(0),
            inactive: Some(3),
            ..Addresses::default()
        };
        assert_eq!(addresses(&read("Not deleting, RS 10.96.12.7:5000/TCP/172.18.81.97:5000: 0 ActiveConn, 3 InactiveConn")), expected);
        assert_eq!(
            addresses(&read(
                "\"Skip deleting real server till all connection have expired\" realServer=\"10.96.12.7:5000/TCP/172.18.81.97:5000\" activeConnection=0 inactiveConnection=3"
            )),
            expected
        );
    }

    #[test]
    fn services_and_node_ports() {
        let service = |name: &str| Some(name.to_owned());
        let added =
            Addresses { virtual_server: endpoint("10.96.12.7", 5000), service: service("registry/registry:http"), ..Addresses::default() };
        for text in [
            "Adding new service port \"registry/registry:http\" at 10.96.12.7:5000/TCP",
            "Adding new service \"registry/registry:http\" 10.96.12.7:5000/TCP",
            "\"Adding new service port\" portName=\"registry/registry:http\" servicePort=\"10.96.12.7:5000/TCP\"",
            "\"Failed to sync endpoint for service\" servicePortName=\"registry/registry:http\" virtualServer=\"10.96.12.7:5000/TCP\"",
        ] {
            assert_eq!(addresses(&read(text)), added, "{text}");
        }
        let held = Addresses { service: service("registry/registry:http"), node_port: Some(30001), ..Addresses::default() };
        for text in [
            "can't open \"nodePort for registry/registry:http\" (:30001/tcp), skipping this nodePort: listen tcp :30001: bind: address already in use",
            "\"can't open port, skipping it\" err=\"listen tcp4 :30001: bind: address already in use\" port=\"\\\"nodePort for registry/registry:http\\\" (:30001/tcp4)\"",
            "Opened local port \"nodePort for registry/registry:http\" (:30001/tcp)",
        ] {
            assert_eq!(addresses(&read(text)), held, "{text}");
        }
        assert_eq!(addresses(&read("Service port default/nginx: updated: 0 endpoints")).service, service("default/nginx"));
        assert_eq!(
            addresses(&read("\"Service port endpoints update\" servicePort=\"a/b:c\" endpoints=[\"10.244.1.5:5000\"]")).service,
            service("a/b:c")
        );
        assert_eq!(addresses(&read("\"Sync failed\" ipFamily=\"IPv4\" retryingTime=\"30s\"")), Addresses::default());
    }

    #[test]
    fn names_of_services() {
        for (name, service) in [("a/b:http:", Some("a/b:http")), ("registry", None), ("a/b c", None), ("a/\"b", None), ("a b", None)] {
            let mut found = Addresses::default();
            named_service(name, &mut found);
            assert_eq!(found.service.as_deref(), service, "{name}");
        }
    }
}
