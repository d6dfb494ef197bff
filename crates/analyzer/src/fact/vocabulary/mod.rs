//! The closed list of what can be observed: every kind of fact and every field that a rule may name.
//!
//! In: nothing. Out: [`KINDS`] and [`COMMON_FIELDS`], which the rule checker, the rule reference and the
//! fact extractor share, so that a rule can never name something that no extractor writes.
//! It holds no matching and no parsing. The rows stand in one file a group.
//!
//! ```text
//! pull-failure    image (text), registry (text), operation (one of parse, inspect, ping, ...), http-status (number), ...
//! ```

mod cluster;
mod component;
mod network;
mod pull;

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

/// Stages of a pull, in the order in which they happen.
pub static OPERATIONS: &[&str] = &["parse", "inspect", "ping", "authorize", "resolve", "fetch", "unpack", "verify", "pull"];

/// Every kind of fact there is.
pub static KINDS: &[KindSpec] = &[
    pull::PULL_FAILURE,
    pull::BACK_OFF,
    pull::WAITING,
    pull::PULLING,
    pull::PULLED,
    cluster::NO_EVENTS,
    cluster::EVENT,
    cluster::SECRET_MISSING,
    cluster::SECRET,
    cluster::SERVICE_ACCOUNT,
    cluster::POD_SPEC,
    cluster::NODE,
    cluster::NODE_CONDITION,
    cluster::SERVICE,
    component::PROXY_MODE,
    component::KERNEL_SETTING,
    component::LOG_LINE,
    network::SOCKET,
    network::PROBE,
    component::IPVS_SERVICE,
    component::FILTER_RULE,
    cluster::LOCAL_IMAGE,
];

/// The table row of a kind.
///
/// ```
/// use pullan_analyzer::{FactKind, vocabulary};
/// assert_eq!(vocabulary::kind_spec(FactKind::PullFailure).name, "pull-failure");
/// assert_eq!(vocabulary::kind_named("pull-failure"), Some(FactKind::PullFailure));
/// assert!(vocabulary::field_named(FactKind::PullFailure, "registry").is_some());
/// ```
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
