//! The closed list of what can be observed: every kind of fact and every field that a rule may name.
//!
//! In: nothing. Out: [`KINDS`] and [`COMMON_FIELDS`], which the rule checker, the rule reference and the
//! fact extractor share, so that a rule can never name something that no extractor writes.
//! It holds no matching and no parsing.

use serde::{Deserialize, Serialize};

/// What type the values of a field have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Free text; may be matched with templates.
    Text,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// A whole number.
    Number,
    /// `true` or `false`; absent counts as `false` in a rule that asks for `false`.
    Flag,
}

/// One field that facts of a kind may carry.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Name as rules write it.
    pub name: &'static str,
    /// Type of its values.
    pub kind: FieldType,
    /// What it says, for rule authors.
    pub doc: &'static str,
}

/// One kind of fact, with the fields it may carry.
#[derive(Debug, Clone, Copy)]
pub struct KindSpec {
    /// The kind.
    pub kind: FactKind,
    /// Name as rules write it.
    pub name: &'static str,
    /// What such a fact states.
    pub doc: &'static str,
    /// Fields beside [`COMMON_FIELDS`].
    pub fields: &'static [FieldSpec],
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs)] // the meaning of each kind stands in KINDS, once
pub enum FactKind {
    PullFailure,
    BackOff,
    Waiting,
    Pulling,
    Pulled,
    NoEvents,
    Event,
    SecretMissing,
    Secret,
    ServiceAccount,
    PodSpec,
    Node,
    NodeCondition,
    Service,
    ProxyMode,
    KernelSetting,
    LogLine,
    Socket,
    Probe,
    IpvsService,
    FilterRule,
    LocalImage,
}

const fn text(name: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind: FieldType::Text, doc }
}
const fn number(name: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind: FieldType::Number, doc }
}
const fn flag(name: &'static str, doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind: FieldType::Flag, doc }
}
const fn word(name: &'static str, values: &'static [&'static str], doc: &'static str) -> FieldSpec {
    FieldSpec { name, kind: FieldType::Word(values), doc }
}

/// Fields that every fact may carry: whom it is about.
pub static COMMON_FIELDS: &[FieldSpec] = &[
    text("namespace", "namespace of the object"),
    text("pod", "name of the pod"),
    text("container", "name of the container"),
    text("node", "name of the node"),
    number("count", "how often it was seen, as far as the text says"),
];

/// How a host can be classified by its spelling alone.
pub static HOST_KINDS: &[&str] = &["loopback", "private-address", "public-address", "cluster-service", "internal-name", "public-name"];

const IMAGE_FIELDS: [FieldSpec; 9] = [
    text("image", "image as the pod spec writes it"),
    text("reference", "the same with registry and tag made explicit: docker.io/library/nginx:latest"),
    text("registry", "host[:port] of the image; docker.io when the name has none"),
    text("repository", "registry and path without tag or digest"),
    text("tag", "tag; absent when none is written"),
    text("digest", "digest after @"),
    flag("short-name", "the image is written without a registry host"),
    text("provider", "id of the registry product in knowledge/registries.yaml: docker-hub, ghcr, ecr, ..."),
    word("host-kind", HOST_KINDS, "what the registry host looks like"),
];

/// Stages of a pull, in the order in which they happen.
pub static OPERATIONS: &[&str] = &["parse", "inspect", "ping", "authorize", "resolve", "fetch", "unpack", "verify", "pull"];

static PULL_FAILURE: &[FieldSpec] = &[
    IMAGE_FIELDS[0],
    IMAGE_FIELDS[1],
    IMAGE_FIELDS[2],
    IMAGE_FIELDS[3],
    IMAGE_FIELDS[4],
    IMAGE_FIELDS[5],
    IMAGE_FIELDS[6],
    IMAGE_FIELDS[7],
    IMAGE_FIELDS[8],
    word(
        "origin",
        &["event", "status", "log", "cli", "text"],
        "where the message stood: a Kubernetes event, a container status, a component's log, a client's output, or loose text",
    ),
    word("target", &["container", "sandbox", "volume"], "what the image was for; sandbox = the pause image"),
    word("runtime", &["kubelet", "containerd", "cri-o", "docker"], "who wrote the innermost recognised layer"),
    word(
        "operation",
        OPERATIONS,
        "stage that failed: parse (name refused), inspect (ImageStatus), ping (GET /v2/), authorize (token request), resolve (manifest lookup), fetch (manifest body, config or layer download), unpack (extract, commit, register), verify (signature or policy), pull (stage not named)",
    ),
    word("artifact", &["manifest", "config", "blob"], "what was being downloaded, when the text says"),
    text("grpc-code", "gRPC status code as printed: NotFound, Unknown, Unavailable, ..."),
    word(
        "credential",
        &["none", "sent"],
        "none = the text proves that the kubelet had no credential for this image (anonymous token, no basic auth credentials); sent = it proves that one was used (oauth token, invalid username/password)",
    ),
    text("method", "HTTP method in upper case"),
    text("url", "URL of the failing request, query removed"),
    text("url-host", "host[:port] of that URL"),
    word("url-scheme", &["http", "https"], "its scheme"),
    number("url-port", "its port, explicit or by scheme"),
    flag(
        "foreign-host",
        "the URL's host is neither the image's registry nor a known front of it (docker.io = registry-1.docker.io): a token server, a mirror or a blob store",
    ),
    text("mirror-of", "value of the ?ns= query: the registry for which a mirror was asked"),
    text("address", "ip:port (or host:port) that was dialled or read from"),
    number("port", "port of that address, else of the URL, else of the image's registry"),
    word("address-kind", HOST_KINDS, "what the dialled host, else the URL's host, looks like"),
    word("transport", &["tcp", "udp", "unix"], "what was dialled"),
    text("socket-path", "unix socket that was dialled"),
    number("http-status", "three-digit status that the registry (or what stood in its place) answered"),
    text(
        "registry-code",
        "error code of the registry protocol in upper case: UNAUTHORIZED, DENIED, MANIFEST_UNKNOWN, NAME_UNKNOWN, BLOB_UNKNOWN, TOOMANYREQUESTS, INSUFFICIENT_SCOPE, UNSUPPORTED, UNAVAILABLE, UNKNOWN; containerd's bare 'REF: not found' is NOT_FOUND, its and docker's 'pull access denied' is ACCESS_DENIED",
    ),
    text("registry-message", "text after that code"),
    word(
        "errno",
        &[
            "ECONNREFUSED",
            "ECONNRESET",
            "EPIPE",
            "EHOSTUNREACH",
            "EHOSTDOWN",
            "ENETUNREACH",
            "ETIMEDOUT",
            "EPERM",
            "EACCES",
            "EADDRNOTAVAIL",
            "EMFILE",
            "ENOSPC",
            "EDQUOT",
            "EROFS",
            "EIO",
            "EUCLEAN",
            "EBADMSG",
            "ENOENT",
            "EEXIST",
            "EINVAL",
            "ENOTSUP",
            "EADDRINUSE",
        ],
        "operating-system error; 'i/o timeout' on a connection counts as ETIMEDOUT",
    ),
    text("syscall", "system call or local operation before a path: write, mkdir, open, symlink, lchown, rename, ..."),
    text("path", "local file that the message names"),
    word("stream", &["eof", "unexpected-eof"], "how the peer ended the stream"),
    word("dns", &["nxdomain", "server-failure", "timeout", "refused", "temporary", "unreachable"], "outcome of a name lookup"),
    text("lookup-host", "name that was looked up"),
    text("dns-server", "resolver that was asked, ip:port"),
    word(
        "tls",
        &[
            "unknown-authority",
            "expired",
            "not-yet-valid",
            "hostname-mismatch",
            "no-ip-san",
            "legacy-common-name",
            "invalid",
            "http-response",
            "not-tls",
            "plain-http-to-tls",
            "handshake-timeout",
            "handshake-failure",
            "client-certificate",
        ],
        "what failed in TLS: http-response = plain HTTP came back to an HTTPS client; not-tls = first record is no TLS; plain-http-to-tls = HTTP was spoken to a TLS port; handshake-failure = version, cipher or SNI alert; client-certificate = the server demands one",
    ),
    text("certificate-names", "names that the certificate is valid for"),
    text("certificate-wanted", "name or address that it was wanted for"),
    word(
        "timeout",
        &["dial", "connect", "headers", "deadline", "canceled"],
        "dial = SYN unanswered; connect = client timeout while still waiting for the connection; headers = connected, no answer; deadline = context deadline exceeded; canceled = context canceled",
    ),
    flag("proxy", "an HTTP proxy stands in the chain (proxyconnect)"),
    text(
        "proxy-answer",
        "bare status words without a number after a URL, which only a proxy's CONNECT answer leaves: Forbidden, Bad Gateway, Service Unavailable, Gateway Timeout, Method Not Allowed, Proxy Authentication Required",
    ),
    text("media-type", "media type that the message names"),
    flag("combined", "the event says (combined from similar events): only the latest text is left"),
    flag("mirrors-failed", "CRI-O's (Mirrors also failed: ...)"),
    flag("cut", "the message ends inside a word, quote or bracket: it was cut"),
    number("elements", "how many errors the aggregate [e1, e2] has that this one came from"),
    text("text", "the message without the kubelet's wrapper; match it with templates"),
];

static BACK_OFF: &[FieldSpec] = &[
    IMAGE_FIELDS[0],
    IMAGE_FIELDS[1],
    IMAGE_FIELDS[2],
    IMAGE_FIELDS[3],
    IMAGE_FIELDS[4],
    IMAGE_FIELDS[5],
    IMAGE_FIELDS[6],
    IMAGE_FIELDS[7],
    IMAGE_FIELDS[8],
];

static WAITING: &[FieldSpec] = &[
    text("reason", "waiting reason: ErrImagePull, ImagePullBackOff, InvalidImageName, ... (a leading Init: is removed)"),
    IMAGE_FIELDS[0],
    IMAGE_FIELDS[1],
    IMAGE_FIELDS[2],
    IMAGE_FIELDS[3],
    IMAGE_FIELDS[4],
    IMAGE_FIELDS[5],
    IMAGE_FIELDS[6],
    IMAGE_FIELDS[7],
    IMAGE_FIELDS[8],
    flag("init", "the container is an init container"),
    word(
        "origin",
        &["event", "status", "table", "log"],
        "an 'Error: REASON' event, a container status, a row of kubectl get pods, a kubelet log line",
    ),
];

static PULLED: &[FieldSpec] = &[
    IMAGE_FIELDS[0],
    IMAGE_FIELDS[1],
    IMAGE_FIELDS[2],
    IMAGE_FIELDS[3],
    IMAGE_FIELDS[4],
    IMAGE_FIELDS[5],
    IMAGE_FIELDS[6],
    IMAGE_FIELDS[7],
    IMAGE_FIELDS[8],
    flag("present", "the image was on the node already"),
    number("took", "whole seconds that the pull took"),
    number("waited", "whole seconds from the request to the end, waiting in the kubelet's queue included"),
];

/// Every kind of fact there is.
pub static KINDS: &[KindSpec] = &[
    KindSpec {
        kind: FactKind::PullFailure,
        name: "pull-failure",
        doc: "One reason why an image could not be obtained, peeled into parts. An aggregate [e1, e2] gives one fact an element.",
        fields: PULL_FAILURE,
    },
    KindSpec { kind: FactKind::BackOff, name: "back-off", doc: "The kubelet is backing off from pulling an image.", fields: BACK_OFF },
    KindSpec {
        kind: FactKind::Waiting,
        name: "waiting",
        doc: "A container, or a pod in a table, waits for an image-related reason.",
        fields: WAITING,
    },
    KindSpec { kind: FactKind::Pulling, name: "pulling", doc: "A pull was started.", fields: BACK_OFF },
    KindSpec { kind: FactKind::Pulled, name: "pulled", doc: "A pull succeeded, or the image was there.", fields: PULLED },
    KindSpec {
        kind: FactKind::NoEvents,
        name: "no-events",
        doc: "A describe of a pod shows no events (or has no Events section).",
        fields: &[],
    },
    KindSpec {
        kind: FactKind::Event,
        name: "event",
        doc: "Any Kubernetes event.",
        fields: &[
            word("type", &["Normal", "Warning"], "event type"),
            text("reason", "event reason"),
            text("component", "who reported it: kubelet, default-scheduler, ..."),
            text("object-kind", "kind of the object, lower case: pod, node, replicaset, ..."),
            text("object", "name of the object"),
            text("text", "the message"),
        ],
    },
    KindSpec {
        kind: FactKind::SecretMissing,
        name: "secret-missing",
        doc: "The kubelet could not read an imagePullSecret.",
        fields: &[text("secrets", "names of the secrets, as far as the text has them"), text("text", "the message")],
    },
    KindSpec {
        kind: FactKind::Secret,
        name: "secret",
        doc: "A Secret, described or dumped (values are never read).",
        fields: &[
            text("name", "name of the Secret"),
            text("type", "its type: kubernetes.io/dockerconfigjson, Opaque, ..."),
            text("keys", "names of its data keys, comma separated"),
            number("age", "age in seconds"),
        ],
    },
    KindSpec {
        kind: FactKind::ServiceAccount,
        name: "service-account",
        doc: "A ServiceAccount's pull secrets.",
        fields: &[
            text("name", "name of the ServiceAccount"),
            number("pull-secrets", "how many imagePullSecrets it lists"),
            text("missing", "names that kubectl marks (not found)"),
        ],
    },
    KindSpec {
        kind: FactKind::PodSpec,
        name: "pod-spec",
        doc: "What a pod's manifest says (YAML/JSON only: describe never prints it).",
        fields: &[
            text("image", "image of the container"),
            text("policy", "imagePullPolicy"),
            number("pull-secrets", "how many imagePullSecrets the pod lists"),
            flag("image-volume", "the image is a volume source"),
        ],
    },
    KindSpec {
        kind: FactKind::Node,
        name: "node",
        doc: "A node's description.",
        fields: &[
            text("name", "name of the node"),
            text("architecture", "amd64, arm64, ..."),
            text("os", "linux or windows"),
            text("runtime", "containerd, cri-o or docker"),
            text("runtime-version", "version of the runtime"),
            text("kubelet-version", "version of the kubelet"),
        ],
    },
    KindSpec {
        kind: FactKind::NodeCondition,
        name: "node-condition",
        doc: "A condition of a node.",
        fields: &[
            text("condition", "Ready, DiskPressure, ..."),
            text("status", "True, False, Unknown"),
            text("reason", "its reason"),
            text("text", "its message"),
        ],
    },
    KindSpec {
        kind: FactKind::Service,
        name: "service",
        doc: "One port of a Service.",
        fields: &[
            text("name", "name of the Service"),
            text("type", "ClusterIP, NodePort, LoadBalancer, ExternalName"),
            text("cluster-ip", "its cluster IP"),
            number("port", "service port"),
            number("node-port", "node port"),
            number("endpoints", "number of ready endpoints; absent when the text does not show them"),
            text("traffic-policy", "externalTrafficPolicy: Cluster or Local"),
            text("selector", "its selector"),
        ],
    },
    KindSpec {
        kind: FactKind::ProxyMode,
        name: "proxy-mode",
        doc: "Proof of kube-proxy's mode on this node: a line that only this mode writes, a configuration, or a tool's output.",
        fields: &[word("mode", &["iptables", "ipvs", "nftables", "userspace", "winkernel"], "the mode")],
    },
    KindSpec {
        kind: FactKind::KernelSetting,
        name: "kernel-setting",
        doc: "A setting of the node's kernel, as sysctl shows it.",
        fields: &[text("name", "name with dots: net.ipv4.conf.all.route_localnet"), text("value", "its value")],
    },
    KindSpec {
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
    },
    KindSpec {
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
    },
    KindSpec {
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
    },
    KindSpec {
        kind: FactKind::IpvsService,
        name: "ipvs-service",
        doc: "A virtual server of ipvsadm -Ln.",
        fields: &[
            text("host", "virtual address"),
            number("port", "virtual port"),
            number("backends", "real servers with a weight above 0"),
            number("draining", "real servers with weight 0"),
        ],
    },
    KindSpec {
        kind: FactKind::FilterRule,
        name: "filter-rule",
        doc: "A rule of iptables-save or nft that names a Service.",
        fields: &[
            text("service", "namespace/name:port from the comment"),
            text("text", "the comment, or the rule when it has none"),
            text("action", "REJECT, DROP or the jump target"),
            number("port", "destination port"),
        ],
    },
    KindSpec {
        kind: FactKind::LocalImage,
        name: "local-image",
        doc: "An image that crictl images, docker images or a node's status lists.",
        fields: &[text("image", "image as listed"), text("reference", "normalised reference")],
    },
];

/// The table row of a kind.
pub fn kind_spec(kind: FactKind) -> &'static KindSpec {
    // KINDS has a row for each variant (tested), so the fallback is never taken.
    KINDS.iter().find(|spec| spec.kind == kind).unwrap_or(&KINDS[0])
}

/// The kind with this name, as rules write it.
pub fn kind_named(name: &str) -> Option<FactKind> {
    KINDS.iter().find(|spec| spec.name == name).map(|spec| spec.kind)
}

/// The field of a kind with this name, common fields included.
pub fn field_named(kind: FactKind, name: &str) -> Option<&'static FieldSpec> {
    kind_spec(kind).fields.iter().chain(COMMON_FIELDS).find(|field| field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_unique_and_kebab_case() {
        for (index, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[index + 1..].iter().all(|other| other.name != kind.name && other.kind != kind.kind));
            let fields: Vec<_> = kind.fields.iter().chain(COMMON_FIELDS).collect();
            for (at, field) in fields.iter().enumerate() {
                assert!(fields[at + 1..].iter().all(|other| other.name != field.name), "{} twice in {}", field.name, kind.name);
                assert!(field.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", field.name);
            }
        }
    }
}
