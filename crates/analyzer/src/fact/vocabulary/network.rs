//! Facts about the network as somebody saw it from a shell.
//!
//! ```text
//! socket state=SYN_SENT remote-host=127.0.0.1 remote-port=30001 remote-kind=loopback
//! ```

use super::{FactKind, HOST_KINDS, KindSpec, number, text, word};

pub(super) const SOCKET: KindSpec = KindSpec {
    kind: FactKind::Socket,
    name: "socket",
    doc: "A row of netstat or ss.",
    fields: &[
        text("protocol", "tcp, tcp6, udp, ..."),
        text("state", "LISTEN, SYN_SENT, ESTABLISHED, CLOSE_WAIT, TIME_WAIT, ... (ss names are translated)"),
        text("local-host", "local address"),
        number("local-port", "local port"),
        text("remote-host", "remote address"),
        number("remote-port", "remote port; absent for *"),
        number("receive-queue", "Recv-Q"),
        number("send-queue", "Send-Q"),
        text("program", "owner, when shown"),
        word("local-kind", &["loopback", "any", "address"], "what the local address is"),
        word("remote-kind", &["loopback", "any", "address"], "what the remote address is"),
    ],
};

pub(super) const PROBE: KindSpec = KindSpec {
    kind: FactKind::Probe,
    name: "probe",
    doc: "Somebody tried to reach something by hand.",
    fields: &[
        text("tool", "telnet, nc, curl, wget, ping, dig, nslookup, openssl, ..."),
        text("host", "host or address that was tried"),
        number("port", "port that was tried"),
        word("host-kind", HOST_KINDS, "what the host looks like"),
        word(
            "outcome",
            &[
                "connected",
                "refused",
                "timed-out",
                "no-answer",
                "no-route",
                "unreachable",
                "name-unknown",
                "dns-failed",
                "tls-failed",
                "http",
                "reset",
                "empty",
                "proxy-refused",
                "resolved",
                "failed",
            ],
            "how it ended; no-answer = still trying when the paste ends",
        ),
        number("http-status", "HTTP status"),
        text("text", "the deciding line"),
    ],
};
