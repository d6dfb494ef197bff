//! What tools of the network and the kernel showed.
//!
//! In: sockets, probes, virtual servers, filter rules, settings. Out: a fact each, in the words of the vocabulary.
//!
//! ```text
//! tcp  0  1  10.0.0.7:51414  127.0.0.1:30001  SYN_SENT     socket remote-kind=loopback remote-port=30001 state=SYN_SENT
//! curl: (7) Failed to connect to r.example port 443        probe tool=curl host=r.example outcome=refused
//! ```

use super::Extractor;
use crate::fact::{Fact, FactKind, Subject};
use crate::message::reference::host_kind;
use crate::record::{FilterRule, IpvsService, Mode, Outcome, Probe, Setting, Socket};

impl Extractor<'_> {
    pub(super) fn socket(&mut self, socket: Socket) {
        let fact = Fact::new(FactKind::Socket, Subject::default(), socket.at)
            .text("protocol", Some(socket.protocol))
            .text("state", Some(socket.state))
            .text("local-kind", Some(end_kind(&socket.local.0)))
            .text("remote-kind", Some(end_kind(&socket.remote.0)))
            .text("local-host", Some(socket.local.0))
            .number("local-port", socket.local.1)
            .text("remote-host", Some(socket.remote.0))
            .number("remote-port", socket.remote.1)
            .number("receive-queue", socket.receive_queue)
            .number("send-queue", socket.send_queue)
            .text("program", socket.program);
        self.add(fact);
    }

    pub(super) fn probe(&mut self, probe: Probe) {
        let fact = Fact::new(FactKind::Probe, Subject::default(), probe.at)
            .text("tool", Some(probe.tool))
            .text("host-kind", probe.host.as_deref().map(host_kind))
            .text("host", probe.host)
            .number("port", probe.port)
            .text("outcome", Some(outcome_word(probe.outcome)))
            .number("http-status", probe.http_status)
            .text("text", Some(probe.text));
        self.add(fact);
    }

    pub(super) fn ipvs(&mut self, service: IpvsService) {
        let fact = Fact::new(FactKind::IpvsService, Subject::default(), service.at.clone())
            .text("host", Some(service.host))
            .number("port", Some(service.port))
            .number("backends", Some(service.backends))
            .number("draining", Some(service.draining));
        self.add(fact);
        // A table of virtual servers exists only where IPVS is at work.
        self.add(Fact::new(FactKind::ProxyMode, Subject::default(), service.at).text("mode", Some("ipvs")));
    }

    pub(super) fn filter_rule(&mut self, rule: FilterRule) {
        let fact = Fact::new(FactKind::FilterRule, Subject::default(), rule.at)
            .text("service", rule.service)
            .text("text", Some(rule.text))
            .text("action", Some(rule.action))
            .number("port", rule.port);
        self.add(fact);
    }

    pub(super) fn mode(&mut self, mode: Mode) {
        self.add(Fact::new(FactKind::ProxyMode, Subject::default(), mode.at).text("mode", Some(mode.mode)));
    }

    pub(super) fn setting(&mut self, setting: Setting) {
        let fact = Fact::new(FactKind::KernelSetting, Subject::default(), setting.at)
            .text("name", Some(setting.name))
            .text("value", Some(setting.value));
        self.add(fact);
    }
}

fn end_kind(host: &str) -> &'static str {
    let bare = host.trim_matches(['[', ']']);
    let bare = bare.split('%').next().unwrap_or(bare);
    match bare {
        "*" | "0.0.0.0" | "::" | "" => "any",
        "::1" | "localhost" => "loopback",
        _ if bare.starts_with("127.") || bare.starts_with("::ffff:127.") => "loopback",
        _ => "address",
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Connected => "connected",
        Outcome::Refused => "refused",
        Outcome::TimedOut => "timed-out",
        Outcome::NoAnswer => "no-answer",
        Outcome::NoRoute => "no-route",
        Outcome::Unreachable => "unreachable",
        Outcome::NameUnknown => "name-unknown",
        Outcome::DnsFailed => "dns-failed",
        Outcome::TlsFailed => "tls-failed",
        Outcome::Http => "http",
        Outcome::Reset => "reset",
        Outcome::Empty => "empty",
        Outcome::ProxyRefused => "proxy-refused",
        Outcome::Resolved => "resolved",
        Outcome::Failed => "failed",
    }
}
