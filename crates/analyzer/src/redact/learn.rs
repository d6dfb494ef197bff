//! Learns names from what pullan understands.
//!
//! In: cleaned lines, and the records that the readers made of them. Out: names in the table. Records know which part is a pod's
//! name and which an image; markers such as `serviceAccountName:` and `secret "..."` know what no record holds; references and
//! URLs give hosts and paths wherever they stand.

use super::common::is_version;
use super::host::{is_api_group, is_host};
use super::line::{Place, each_place};
use super::names::{Kind, Names};
use crate::fact::extract::Extractor;
use crate::message::reference::{ImageReference, split_port};
use crate::record::{ObjectRef, Record};
use crate::rule::{Knowledge, RuleSet};
use crate::text::Line;
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// What stands before a name, and of what kind the name is. Between a key and its value stand a colon or an equals sign,
/// blanks and quotes.
const MARKERS: &[(&str, Kind)] = &[
    ("Name", Kind::Object),
    ("Service Account", Kind::Account),
    ("serviceAccountName", Kind::Account),
    ("serviceAccount", Kind::Account),
    ("system:serviceaccount:", Kind::Namespace),
    ("serviceaccount \"", Kind::Account),
    ("serviceaccounts \"", Kind::Account),
    ("serviceaccount/", Kind::Account),
    ("SecretName", Kind::Secret),
    ("secretName", Kind::Secret),
    ("in secret '", Kind::Secret),
    ("secret \"", Kind::Secret),
    ("secrets \"", Kind::Secret),
    ("secret/", Kind::Secret),
    ("docker-registry ", Kind::Secret),
    ("get secret ", Kind::Secret),
    ("ConfigMapName", Kind::Object),
    ("configmap \"", Kind::Object),
    ("configmap/", Kind::Object),
    ("ClaimName", Kind::Object),
    ("claimName", Kind::Object),
    ("nodeName", Kind::Node),
    ("system:node:", Kind::Node),
    ("node \"", Kind::Node),
    ("nodes \"", Kind::Node),
    ("node/", Kind::Node),
    ("kubernetes.io/hostname", Kind::Node),
    ("namespace \"", Kind::Namespace),
    ("namespaces \"", Kind::Namespace),
    ("namespace/", Kind::Namespace),
    ("namespaces/", Kind::Namespace),
    ("namespace", Kind::Namespace),
    ("Namespace", Kind::Namespace),
    (" -n ", Kind::Namespace),
    ("pod/", Kind::Pod),
    ("pods/", Kind::Pod),
    ("pod \"", Kind::Pod),
    ("pods \"", Kind::Pod),
    ("ReplicaSet/", Kind::Workload),
    ("replicaset.apps/", Kind::Workload),
    ("Deployment/", Kind::Workload),
    ("deployment.apps/", Kind::Workload),
    ("deployment/", Kind::Workload),
    ("StatefulSet/", Kind::Workload),
    ("statefulset.apps/", Kind::Workload),
    ("DaemonSet/", Kind::Workload),
    ("daemonset.apps/", Kind::Workload),
    ("Job/", Kind::Workload),
    ("job.batch/", Kind::Workload),
    ("CronJob/", Kind::Workload),
    ("service/", Kind::Service),
    ("svc/", Kind::Service),
    ("docker-username", Kind::User),
    ("username", Kind::User),
    ("Username", Kind::User),
    ("User \"", Kind::User),
    ("robot$", Kind::User),
    ("/home/", Kind::User),
    ("/Users/", Kind::User),
];

static MARKED: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(MARKERS.iter().map(|(marker, _)| marker)).ok());

/// Repositories of projects that everybody uses.
const PUBLIC_REPOSITORIES: &[&str] = &[
    "docker.io/library/",
    "docker.io/bitnami/",
    "docker.io/calico/",
    "docker.io/rancher/",
    "gcr.io/google_containers/",
    "gcr.io/google-containers/",
    "gcr.io/kubernetes-helm/",
    "gcr.io/heptio-images/",
    "gcr.io/kubebuilder/",
    "quay.io/coreos/",
    "quay.io/calico/",
    "quay.io/kubernetes-ingress-controller/",
    "registry.k8s.io/",
    "k8s.gcr.io/",
    "mcr.microsoft.com/",
    "public.ecr.aws/docker/library/",
    "public.ecr.aws/eks-distro/",
];

/// Learns what one piece of a source says.
pub(crate) fn learn(lines: &[Line<'_>], records: Vec<Record>, names: &mut Names, rules: &RuleSet) {
    let knowledge = rules.knowledge();
    let mut extractor = Extractor::new(rules);
    for record in records {
        from_record(&record, names);
        extractor.take(record);
    }
    for fact in &extractor.observed.facts.facts {
        from_subject(&fact.subject, names);
        for (field, kind) in [("object", Kind::Object), ("secrets", Kind::Secret)] {
            if let Some(text) = fact.str(field) {
                text.split([',', ' ']).for_each(|name| names.learn(kind, name));
            }
        }
        for field in ["image", "reference", "repository"] {
            if let Some(image) = fact.str(field) {
                reference(image, names);
            }
        }
        for (field, kind) in
            [("lookup-host", Kind::Host), ("url-host", Kind::Host), ("certificate-wanted", Kind::Host), ("registry", Kind::Registry)]
        {
            if let Some(host) = fact.str(field) {
                names.learn_host(kind, split_port(host).0);
            }
        }
    }
    for other in &extractor.observed.others {
        from_subject(&other.subject, names);
    }
    for (namespace, pod, node) in extractor.observed.nodes() {
        namespace.iter().for_each(|namespace| names.learn(Kind::Namespace, namespace));
        names.learn(Kind::Pod, pod);
        names.learn_host(Kind::Node, node);
    }
    let mut labels = None;
    for line in lines {
        label(line.text(), &mut labels, names);
        marked(line.text(), names);
        prompt(line.text(), names);
        dashed_addresses(line.text(), names);
        references(line.text(), names, knowledge);
        // No address or host of the input may become a pseudonym.
        let text = line.text();
        each_place(text, 0..text.len(), |place| match place {
            Place::Address(_, address) => names.see(&address.to_string()),
            Place::Word(range) | Place::Account(range) => names.see(&text[range].to_ascii_lowercase()),
        });
    }
}

fn from_subject(subject: &crate::fact::Subject, names: &mut Names) {
    let parts = [(Kind::Namespace, &subject.namespace), (Kind::Pod, &subject.pod), (Kind::Container, &subject.container)];
    for (kind, name) in parts {
        name.iter().for_each(|name| names.learn(kind, name));
    }
    subject.node.iter().for_each(|node| names.learn_host(Kind::Node, node));
}

fn from_object(object: &ObjectRef, names: &mut Names) {
    object.namespace.iter().for_each(|namespace| names.learn(Kind::Namespace, namespace));
    let Some(name) = &object.name else { return };
    match object.kind.as_deref() {
        Some("pod") | None => names.learn(Kind::Pod, name),
        Some("node") => names.learn_host(Kind::Node, name),
        Some("replicaset" | "deployment" | "statefulset" | "daemonset" | "job" | "cronjob") => names.learn(Kind::Workload, name),
        Some("service" | "endpoints") => names.learn(Kind::Service, name),
        Some("secret") => names.learn(Kind::Secret, name),
        Some(_) => names.learn(Kind::Object, name),
    }
}

fn from_record(record: &Record, names: &mut Names) {
    let mut all = |kind: Kind, list: &mut dyn Iterator<Item = &String>| list.for_each(|name| names.learn(kind, name));
    match record {
        Record::Event(event) => {
            from_object(&event.object, names);
            event.host.iter().for_each(|host| names.learn_host(Kind::Node, host));
            event.container.iter().for_each(|container| names.learn(Kind::Container, &container.name));
        }
        Record::Pod(pod) => {
            all(Kind::Namespace, &mut pod.namespace.iter());
            all(Kind::Pod, &mut pod.name.iter());
            all(Kind::Secret, &mut pod.pull_secrets.iter().flatten());
            all(Kind::Container, &mut pod.containers.iter().map(|container| &container.name));
            pod.node.iter().for_each(|node| names.learn_host(Kind::Node, node));
            let images = pod.containers.iter().filter_map(|container| container.image.as_ref()).chain(&pod.image_volumes);
            images.for_each(|image| reference(image, names));
        }
        Record::Node(node) => {
            node.name.iter().for_each(|name| names.learn_host(Kind::Node, name));
            node.images.iter().for_each(|image| reference(image, names));
        }
        Record::Service(service) => {
            all(Kind::Namespace, &mut service.namespace.iter());
            all(Kind::Service, &mut service.name.iter());
        }
        Record::Secret(secret) => {
            all(Kind::Namespace, &mut secret.namespace.iter());
            all(Kind::Secret, &mut secret.name.iter());
        }
        Record::ServiceAccount(account) => {
            all(Kind::Namespace, &mut account.namespace.iter());
            all(Kind::Account, &mut account.name.iter());
            all(Kind::Secret, &mut account.pull_secrets.iter().chain(&account.missing));
        }
        Record::Log(line) => {
            line.host.iter().for_each(|host| names.learn_host(Kind::Node, host));
            line.pairs.iter().for_each(|(key, value)| from_pair(key, value, names));
        }
        Record::Probe(probe) => probe.host.iter().for_each(|host| names.learn_host(Kind::Host, host)),
        Record::FilterRule(rule) => {
            if let Some((namespace, service)) = rule.service.as_deref().and_then(|service| service.split_once('/')) {
                names.learn(Kind::Namespace, namespace);
                names.learn(Kind::Service, service.split(':').next().unwrap_or(service));
            }
        }
        Record::LocalImage(image) => reference(&image.image, names),
        Record::Message(message) => message.image.iter().for_each(|image| reference(image, names)),
        Record::Socket(_)
        | Record::IpvsService(_)
        | Record::Mode(_)
        | Record::Setting(_)
        | Record::Command(_)
        | Record::Bound { .. }
        | Record::Newest(_)
        | Record::Block { .. } => {}
    }
}

/// `pod="shop/web-1"` of a structured log line.
fn from_pair(key: &str, value: &str, names: &mut Names) {
    let kind = match key {
        "pod" | "podName" | "pods" => Kind::Pod,
        "namespace" | "podNamespace" => Kind::Namespace,
        "containerName" | "container" => Kind::Container,
        "node" | "nodeName" | "hostname" => return names.learn_host(Kind::Node, value),
        "servicePortName" | "service" => Kind::Service,
        "secret" => Kind::Secret,
        _ => return,
    };
    let name = match value.split_once('/') {
        Some((namespace, name)) => {
            names.learn(Kind::Namespace, namespace);
            name.split(':').next().unwrap_or(name)
        }
        None => value,
    };
    names.learn(kind, name);
}

/// Labels and selectors: `app=billing` of a describe, `app: billing` of an object. `open` is the indentation of the key they stand below.
fn label(text: &str, open: &mut Option<usize>, names: &mut Names) {
    let inner = text.trim_start();
    let indent = text.len() - inner.len();
    let keys = [
        "Labels:",
        "labels:",
        "matchLabels:",
        "Selector:",
        "selector:",
        "nodeSelector:",
        "\"labels\":",
        "\"matchLabels\":",
        "\"selector\":",
    ];
    let own = keys.iter().find_map(|key| inner.strip_prefix(key));
    let items = match (own, *open) {
        (Some(rest), _) => {
            *open = Some(indent);
            rest
        }
        (None, Some(of)) if indent > of => inner,
        _ => {
            *open = None;
            return;
        }
    };
    for item in items.split(',') {
        let Some((key, value)) = item.split_once('=').or_else(|| item.split_once(':')) else { continue };
        let value = value.trim().trim_matches('"');
        let is_name = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) && !is_version(value);
        if is_name && !key.contains("hash") && !key.contains("kubernetes.io/arch") && !key.contains("kubernetes.io/os") {
            names.learn(Kind::Label, value);
        }
    }
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')).count()
}

/// Names behind markers.
fn marked(text: &str, names: &mut Names) {
    let Some(automaton) = MARKED.as_ref() else { return };
    for found in automaton.find_iter(text) {
        let before = text[..found.start()].bytes().next_back();
        let (marker, kind) = MARKERS[found.pattern().as_usize()];
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.') && !marker.starts_with(' ') {
            continue;
        }
        let rest = &text[found.end()..];
        let value = if marker.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            let Some(value) = rest.trim_start_matches(['"', '\\', '\'']).strip_prefix([':', '=']) else { continue };
            value.trim_start_matches([' ', '\t', '"', '\\', '\''])
        } else {
            rest
        };
        let name = &value[..name_length(value)];
        match kind {
            Kind::Node => names.learn_host(kind, name),
            _ => names.learn(kind, name),
        }
        // `system:serviceaccount:namespace:name`
        if marker == "system:serviceaccount:"
            && let Some(account) = value[name.len()..].strip_prefix(':')
        {
            names.learn(Kind::Account, &account[..name_length(account)]);
        }
    }
}

/// `[jane@bastion ~]#`, `jane@bastion:~$`
fn prompt(text: &str, names: &mut Names) {
    let start = text.trim_start().trim_start_matches('[');
    let user = &start[..name_length(start)];
    let Some(rest) = start[user.len()..].strip_prefix('@').filter(|_| !user.is_empty()) else { return };
    let host = &rest[..name_length(rest)];
    let behind = &rest[host.len()..];
    if behind.starts_with([':', ' ']) && behind.bytes().take(200).any(|byte| matches!(byte, b'$' | b'#' | b'%' | b'>')) {
        names.learn(Kind::User, user);
        names.learn_host(Kind::Node, host);
    }
}

/// `ip-10-44-1-5`, as clouds name nodes.
fn dashed_addresses(text: &str, names: &mut Names) {
    for (at, _) in text.match_indices("ip-") {
        let rest = &text[at + 3..];
        let length = rest.bytes().take(16).take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
        // `ip-masq-agent` has no address.
        let address = rest[..length].trim_end_matches('-');
        let is_whole = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        if is_whole && address.split('-').count() == 4 && address.split('-').all(|part| part.parse::<u8>().is_ok()) {
            names.learn(Kind::Node, &text[at..at + 3 + address.len()]);
        }
    }
}

/// References and registry URLs in a line.
fn references(text: &str, names: &mut Names, knowledge: &Knowledge) {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '=' | '|')
    };
    for token in text.split(ends).filter(|token| token.contains('/') && token.len() <= 512) {
        // The key of a label or an annotation is no image.
        let at = token.as_ptr() as usize - text.as_ptr() as usize;
        if text[at + token.len()..].starts_with('=') || (token.ends_with(':') && text[..at].trim().is_empty()) {
            continue;
        }
        let token = token.trim_end_matches([':', '.', '-']);
        if let Some((_, url)) = token.split_once("://") {
            if token.starts_with("docker://") {
                reference(url, names);
            } else if let Some((host, path)) = url.split_once("/v2/") {
                names.learn_host(Kind::Registry, split_port(host.rsplit('@').next().unwrap_or(host)).0);
                let end = ["/manifests/", "/blobs/", "/tags/", "/referrers/"].iter().filter_map(|mark| path.find(mark)).min();
                if let Some(end) = end {
                    repository(&format!("{}/{}", host, &path[..end]), &path[..end], names);
                }
            }
            continue;
        }
        let host = token.split('/').next().unwrap_or(token);
        let (bare, port) = split_port(host);
        let range = token.len() - token.trim_start_matches(bare).len();
        let looks = port.is_some()
            || bare.parse::<std::net::IpAddr>().is_ok()
            || is_host(token, &(0..range.max(bare.len()).min(token.len())), names);
        if looks && !bare.is_empty() && !is_api_group(bare, knowledge) {
            reference(token, names);
        }
    }
}

/// Learns the host, the path and the tag of an image.
fn reference(text: &str, names: &mut Names) {
    let Some(image) = ImageReference::parse(text) else { return };
    if !image.short {
        names.learn_host(Kind::Registry, split_port(&image.registry).0);
    }
    if repository(&image.repository(), &image.path, names)
        && let Some(tag) = image.tag.filter(|tag| !is_version(tag))
    {
        names.learn(Kind::Tag, &tag);
    }
}

/// Learns the parts of a path, unless everybody knows it.
fn repository(whole: &str, path: &str, names: &mut Names) -> bool {
    if PUBLIC_REPOSITORIES.iter().any(|public| whole.starts_with(public)) && !whole.starts_with("docker.io/library/") {
        return false;
    }
    let parts: Vec<&str> = path.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        let is_placeholder = part.contains(['$', '{', '}', '<', '>', '%']);
        if !is_placeholder {
            names.learn(if index + 1 == parts.len() { Kind::Image } else { Kind::Project }, part);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_may_be_named_after_its_address() {
        for (text, learnt) in [
            ("on ip-10-44-1-5.internal", true),
            ("on ip-10-44-1-5-", true),
            ("on ip-10-44-1", false),
            ("on ip-10-44-1-500", false),
            ("on my-ip-10-44-1-5", false),
            ("pod/ip-masq-agent-x7k2p", false),
            ("ip-", false),
        ] {
            let (mut names, mut edits) = (Names::default(), Vec::new());
            dashed_addresses(text, &mut names);
            names.find("ip-10-44-1-5", 0, &mut edits);
            assert_eq!(!edits.is_empty(), learnt, "{text}");
        }
    }
}
