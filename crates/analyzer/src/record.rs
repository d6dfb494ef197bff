//! What parsers hand on: one typed unit of one format, with the citation of where it stands.
//!
//! In: nothing. Out: plain data. A record says what the text says and judges nothing; fields are `None`
//! where the text does not show them. [`crate::fact::extract`] turns records into facts.

use crate::source::Citation;

/// One parsed unit.
#[derive(Debug, Clone)]
pub(crate) enum Record {
    Event(Event),
    Pod(Pod),
    Node(Node),
    Service(Service),
    Secret(Secret),
    ServiceAccount(ServiceAccount),
    Log(LogLine),
    Socket(Socket),
    Probe(Probe),
    IpvsService(IpvsService),
    FilterRule(FilterRule),
    LocalImage(LocalImage),
    Message(Message),
    Mode(Mode),
    Setting(Setting),
    Command(Command),
    /// So many lines were left out because reading them would cost too much.
    Bound {
        what: &'static str,
        lines: u64,
    },
    /// The newest time that the objects before it name, in seconds since 1970: the source is at least as new.
    Newest(u64),
    /// A new block begins; `prose` when nobody read it.
    Block {
        prose: bool,
    },
}

/// `kind/name` in a namespace, as far as it is shown. The kind is in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ObjectRef {
    pub(crate) kind: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
}

/// When and how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Age {
    /// Seconds before the text was written, or since 1970 if it is `dated`.
    pub(crate) last: Option<u64>,
    pub(crate) first: Option<u64>,
    pub(crate) count: Option<u64>,
    /// Whether its times are those of a clock.
    pub(crate) dated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventType {
    Normal,
    Warning,
}

/// Which container of a pod, from a field path such as `spec.initContainers{setup}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ContainerRef {
    pub(crate) name: String,
    pub(crate) init: bool,
}

/// A Kubernetes event in any layout.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) event_type: Option<EventType>,
    pub(crate) reason: Option<String>,
    pub(crate) age: Age,
    pub(crate) component: Option<String>,
    /// Node that reported it.
    pub(crate) host: Option<String>,
    pub(crate) object: ObjectRef,
    pub(crate) container: Option<ContainerRef>,
    pub(crate) message: String,
    /// The message.
    pub(crate) at: Citation,
}

/// State of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum State {
    #[default]
    Unknown,
    Running,
    Waiting {
        reason: String,
        message: Option<String>,
    },
    Terminated {
        reason: Option<String>,
        exit_code: Option<i64>,
    },
}

/// A container as describe, YAML or JSON show it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) init: bool,
    pub(crate) image: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) state: State,
    pub(crate) last_state: State,
    pub(crate) ready: Option<bool>,
    /// Where the state (else the container) stands.
    pub(crate) at: Option<Citation>,
    /// Where the message of a waiting state stands, in the forms that show it.
    pub(crate) message_at: Option<Citation>,
}

/// A pod: a describe, a row of a table, or an object.
#[derive(Debug, Clone)]
pub(crate) struct Pod {
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) node: Option<String>,
    /// Phase, or the STATUS column of a table.
    pub(crate) status: Option<String>,
    /// `READY` column: ready and wanted containers.
    pub(crate) ready: Option<(u32, u32)>,
    pub(crate) form: PodForm,
    pub(crate) containers: Vec<Container>,
    /// Images of image volumes.
    pub(crate) image_volumes: Vec<String>,
    /// `Some(n)`: an Events section with n rows was shown; `None`: there was none.
    pub(crate) events: Option<usize>,
    /// Names in `spec.imagePullSecrets`; `None` where the form never shows them.
    pub(crate) pull_secrets: Option<Vec<String>>,
    pub(crate) at: Citation,
}

/// How a pod was shown, which decides what its silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PodForm {
    /// A describe that is there from its head to its last section.
    Describe,
    /// A part of a describe.
    Fragment,
    /// A row of `kubectl get pods`.
    Row,
    /// YAML or JSON.
    Object,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct NodeCondition {
    pub(crate) condition: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) at: Option<Citation>,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) name: Option<String>,
    pub(crate) architecture: Option<String>,
    pub(crate) os: Option<String>,
    /// `containerd://1.7.13`.
    pub(crate) runtime: Option<String>,
    pub(crate) kubelet: Option<String>,
    pub(crate) conditions: Vec<NodeCondition>,
    /// Images that the node's status lists.
    pub(crate) images: Vec<String>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ServicePort {
    pub(crate) port: Option<u16>,
    pub(crate) node_port: Option<u16>,
    /// Ready endpoints; `None` where they are not shown.
    pub(crate) endpoints: Option<u32>,
    pub(crate) at: Option<Citation>,
}

#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) service_type: Option<String>,
    pub(crate) cluster_ip: Option<String>,
    pub(crate) selector: Option<String>,
    pub(crate) traffic_policy: Option<String>,
    pub(crate) ports: Vec<ServicePort>,
    pub(crate) at: Citation,
}

/// A Secret without its values.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) secret_type: Option<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) age: Option<u64>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone)]
pub(crate) struct ServiceAccount {
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) pull_secrets: Vec<String>,
    /// Those that kubectl marks `(not found)`.
    pub(crate) missing: Vec<String>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Component {
    KubeProxy,
    Kubelet,
    Containerd,
    CriO,
    Docker,
    Kernel,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
}

/// A line of a component's log.
#[derive(Debug, Clone)]
pub(crate) struct LogLine {
    pub(crate) component: Component,
    pub(crate) level: Option<Level>,
    /// Source file of a klog line.
    pub(crate) file: Option<String>,
    /// Directory of that file where it is shown (`--add_dir_header`, JSON): `ipvs`.
    pub(crate) package: Option<String>,
    pub(crate) host: Option<String>,
    /// The message, unquoted.
    pub(crate) message: String,
    /// `key=value` pairs, unquoted, in order.
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone)]
pub(crate) struct Socket {
    pub(crate) protocol: String,
    /// netstat's spelling: SYN_SENT, LISTEN, ...
    pub(crate) state: String,
    pub(crate) receive_queue: Option<u64>,
    pub(crate) send_queue: Option<u64>,
    pub(crate) local: (String, Option<u16>),
    pub(crate) remote: (String, Option<u16>),
    pub(crate) program: Option<String>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Connected,
    Refused,
    TimedOut,
    NoAnswer,
    NoRoute,
    Unreachable,
    NameUnknown,
    DnsFailed,
    TlsFailed,
    Http,
    Reset,
    Empty,
    ProxyRefused,
    Resolved,
    Failed,
}

/// A probe by hand: telnet, nc, curl, dig, ...
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) tool: String,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) outcome: Outcome,
    pub(crate) http_status: Option<u16>,
    /// The deciding line.
    pub(crate) text: String,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone)]
pub(crate) struct IpvsService {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) backends: u32,
    pub(crate) draining: u32,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone)]
pub(crate) struct FilterRule {
    pub(crate) service: Option<String>,
    pub(crate) text: String,
    pub(crate) action: String,
    pub(crate) port: Option<u16>,
    pub(crate) at: Citation,
}

#[derive(Debug, Clone)]
pub(crate) struct LocalImage {
    pub(crate) image: String,
    pub(crate) at: Citation,
}

/// Where a message stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Event,
    Status,
    Log,
    Cli,
    Text,
}

/// An error message that stands outside events and logs: a client's output, or a line in prose.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) origin: Origin,
    /// Image that the command asked for.
    pub(crate) image: Option<String>,
    pub(crate) text: String,
    pub(crate) at: Citation,
}

/// Proof of kube-proxy's mode other than its log.
#[derive(Debug, Clone)]
pub(crate) struct Mode {
    pub(crate) mode: &'static str,
    pub(crate) at: Citation,
}

/// A kernel setting of a node's network.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// `net.ipv4.conf.all.route_localnet`
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) at: Citation,
}

/// A command that somebody typed; it says what the following output is about.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Words of the command, the program first.
    pub(crate) words: Vec<String>,
}
