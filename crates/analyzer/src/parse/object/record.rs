//! Objects to records.
//!
//! In: a [`Node`] per object, in the order of the text. Out: records in the same order, each citing where it
//! stands. The newest timestamp stands behind them, because an object does not say when it was printed. Kinds without a record are told apart from objects that cannot be read.

use super::endpoint::Collected;
use super::node::{Node, alone};
use super::{schema, time};
use crate::parse::primitive::{field_path, is_camel_case};
use crate::record::{self, Age, Mode, NodeCondition, ObjectRef, Record, ServicePort};
use crate::source::Citation;

/// Wrappers may stand in wrappers, but not without end.
const WRAPPERS: usize = 3;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Read, or of a kind that is not read.
    Done,
    /// Of a kind that is read, but damaged.
    Unreadable,
}

/// The records of one text while it is read.
pub(super) struct Reading<'o> {
    pub(super) out: &'o mut Vec<Record>,
    /// Where this text's records begin.
    first: usize,
    /// The newest timestamp, in seconds since 1970.
    newest: Option<u64>,
    collected: Collected,
}

impl<'o> Reading<'o> {
    pub(super) fn new(out: &'o mut Vec<Record>) -> Self {
        let first = out.len();
        Reading { out, first, newest: None, collected: Collected::default() }
    }

    /// Reads one object. `list` is the kind of its list, for lists whose items do not repeat it.
    pub(super) fn object<N: Node>(&mut self, root: &N, list: Option<&str>) -> Outcome {
        self.nested(root, list, WRAPPERS)
    }

    fn nested<N: Node>(&mut self, root: &N, list: Option<&str>, wrappers: usize) -> Outcome {
        let own = root.get("kind").and_then(|kind| kind.word()).filter(|kind| is_camel_case(kind));
        let implied = || list.and_then(|list| list.strip_suffix("List")).filter(|kind| !kind.is_empty()).map(str::to_owned);
        let Some(kind) = own.or_else(implied).or_else(|| kind_of(root).map(str::to_owned)) else {
            let inner = ["event", "object", "jsonPayload"].iter().find_map(|key| root.get(key));
            return match inner {
                Some(inner) if wrappers > 0 => self.nested(&inner, None, wrappers - 1),
                _ => Outcome::Done,
            };
        };
        let read = match kind.as_str() {
            // So are entries of the API server's audit log, which have neither message nor reason.
            "Event" => root.parse().map(|event| self.event(root, event)),
            "Pod" => root.parse().map(|pod| self.pod(root, pod)),
            "Node" => root.parse().map(|node| self.node(root, node)),
            "Service" => root.parse().map(|service| self.service(root, service)),
            "Endpoints" => root.parse().map(|endpoints| self.collected.endpoints(endpoints, named(root))),
            "EndpointSlice" => root.parse().map(|slice| self.collected.slice(slice, named(root))),
            "Secret" => root.parse().map(|secret| self.secret(root, secret)),
            "ServiceAccount" => root.parse().map(|account| self.service_account(root, account)),
            "ConfigMap" if !root.mentions("KubeProxyConfiguration") => Some(()),
            "ConfigMap" => root.parse().map(|map| self.config_map(root, map)),
            "KubeProxyConfiguration" => {
                self.proxy_configuration(root);
                Some(())
            }
            FRAGMENT => root.parse().map(|fragment| self.fragment(root, fragment)),
            list if list.ends_with("List") && wrappers > 0 => {
                let items = root.get("items").map(|items| items.items()).unwrap_or_default();
                let unreadable = items.iter().filter(|item| self.nested(*item, Some(list), 0) == Outcome::Unreadable).count();
                (unreadable == 0).then_some(())
            }
            _ => Some(()),
        };
        if read.is_some() { Outcome::Done } else { Outcome::Unreadable }
    }

    /// Turns a Secret's time into its age, gives Services their endpoints, and says how new the text is at least.
    pub(super) fn finish(self) {
        for record in self.out.iter_mut().skip(self.first) {
            if let Record::Secret(secret) = record {
                secret.age = self.newest.zip(secret.age).map(|(newest, then)| newest.saturating_sub(then));
            }
        }
        self.collected.finish(self.out);
        self.out.extend(self.newest.map(Record::Newest));
    }

    /// A timestamp in seconds; the newest one is kept.
    pub(super) fn seen(&mut self, timestamp: Option<&String>) -> Option<u64> {
        let seconds = time::seconds(timestamp?)?;
        self.newest = self.newest.max(Some(seconds));
        Some(seconds)
    }

    fn event<N: Node>(&mut self, root: &N, event: schema::Event) {
        let metadata = event.metadata.unwrap_or_default();
        let series = event.series.unwrap_or_default();
        let source = event.source.unwrap_or_default();
        let deprecated_source = event.deprecated_source.unwrap_or_default();
        let created = self.seen(metadata.creation_timestamp.as_ref());
        let once = self.seen(event.event_time.as_ref()).or(created);
        let observed = self.seen(series.last_observed_time.as_ref());
        let last = self.seen(event.last_timestamp.as_ref()).or(self.seen(event.deprecated_last_timestamp.as_ref()));
        let first = self.seen(event.first_timestamp.as_ref()).or(self.seen(event.deprecated_first_timestamp.as_ref()));
        let count = series.count.or(event.count).or(event.deprecated_count).and_then(|count| u64::try_from(count).ok());
        let component = given(source.component)
            .or(given(event.reporting_component))
            .or(given(event.reporting_controller))
            .or(given(deprecated_source.component));
        // Only the kubelet puts its node's name there; others put the name of their own process.
        let instance = event.reporting_instance.filter(|_| component.as_deref() == Some("kubelet"));
        let involved = event.involved_object.or(event.regarding);
        let object = match involved {
            Some(ref involved) => ObjectRef {
                kind: given(involved.kind.clone()).map(|kind| kind.to_lowercase()),
                namespace: given(involved.namespace.clone()).or(given(metadata.namespace)),
                name: given(involved.name.clone()),
            },
            // An event is named after its object: web-0.18ea521f45c097db.
            None => ObjectRef {
                kind: None,
                namespace: given(metadata.namespace),
                name: metadata.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(object, _)| object.to_owned()),
            },
        };
        let container =
            involved.and_then(|involved| involved.field_path).and_then(|path| field_path(&path).ok().map(|(_, container)| container));
        let message = given(event.message).or(given(event.note));
        let reason = given(event.reason);
        if message.is_none() && reason.is_none() {
            return;
        }
        let place = ["message", "note"].iter().find_map(|key| root.get(key));
        let row = root
            .get("reason")
            .or_else(|| ["message", "note"].iter().find_map(|key| root.get(key)))
            .map_or_else(|| root.cite(), |reason| reason.cite());
        self.out.push(Record::Event(record::Event {
            event_type: match event.event_type.as_deref() {
                Some("Normal") => Some(record::EventType::Normal),
                Some("Warning") => Some(record::EventType::Warning),
                _ => None,
            },
            reason,
            age: Age { last: observed.or(last).or(once), first: first.or(once), count: count.filter(|count| *count > 0), dated: true },
            component,
            host: given(source.host).or(given(deprecated_source.host)).or(given(instance)),
            object,
            container,
            message: message.unwrap_or_default(),
            at: place.map_or(row, |place| place.cite()),
        }));
    }

    fn node<N: Node>(&mut self, root: &N, node: schema::Node) {
        let metadata = node.metadata.unwrap_or_default();
        self.seen(metadata.creation_timestamp.as_ref());
        let status = node.status.unwrap_or_default();
        let places = root.at(&["status", "conditions"]).map(|conditions| conditions.items()).unwrap_or_default();
        let mut conditions = Vec::new();
        for (index, condition) in status.conditions.unwrap_or_default().into_iter().enumerate() {
            self.seen(condition.last_heartbeat_time.as_ref());
            self.seen(condition.last_transition_time.as_ref());
            let place = places.get(index);
            // The reason names condition and state at once: KubeletHasDiskPressure.
            let at = place.and_then(|place| place.get("reason").or_else(|| place.get("type"))).map(|value| value.cite());
            conditions.push(NodeCondition {
                condition: condition.condition.unwrap_or_default(),
                status: condition.status.unwrap_or_default(),
                reason: condition.reason.unwrap_or_default(),
                message: condition.message.unwrap_or_default(),
                at: at.or_else(|| place.map(|place| place.cite())),
            });
        }
        let system = status.node_info.unwrap_or_default();
        self.out.push(Record::Node(record::Node {
            name: given(metadata.name),
            architecture: given(system.architecture),
            os: given(system.operating_system),
            runtime: given(system.container_runtime_version),
            kubelet: given(system.kubelet_version),
            conditions,
            images: status.images.into_iter().flatten().flat_map(|image| image.names.unwrap_or_default()).collect(),
            at: named(root),
        }));
    }

    fn service<N: Node>(&mut self, root: &N, service: schema::Service) {
        let metadata = service.metadata.unwrap_or_default();
        let spec = service.spec.unwrap_or_default();
        let places = root.at(&["spec", "ports"]).map(|ports| ports.items()).unwrap_or_default();
        let mut ports = Vec::new();
        let mut names = Vec::new();
        for (index, port) in spec.ports.unwrap_or_default().into_iter().enumerate() {
            let place = places.get(index);
            let value = place.and_then(|place| place.get("nodePort").or_else(|| place.get("port")));
            ports.push(ServicePort {
                port: port.port.and_then(|port| u16::try_from(port).ok()),
                node_port: port.node_port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0),
                endpoints: None,
                at: value.map(|value| value.cite()).or_else(|| place.map(|place| place.cite())),
            });
            names.push(port.name.unwrap_or_default());
        }
        let selector: Vec<String> = spec.selector.unwrap_or_default().iter().map(|(key, value)| format!("{key}={value}")).collect();
        if let Some(name) = &metadata.name {
            self.collected.service(self.out.len(), given(metadata.namespace.clone()), name.clone(), names);
        }
        self.out.push(Record::Service(record::Service {
            namespace: given(metadata.namespace),
            name: given(metadata.name),
            // The API's default; a manifest need not write it.
            service_type: given(spec.service_type).or_else(|| root.get("spec").map(|_| "ClusterIP".to_owned())),
            cluster_ip: given(spec.cluster_ip),
            selector: (!selector.is_empty()).then(|| selector.join(",")),
            traffic_policy: given(spec.external_traffic_policy),
            ports,
            at: named(root),
        }));
    }

    fn secret<N: Node>(&mut self, root: &N, secret: schema::Secret) {
        let metadata = secret.metadata.unwrap_or_default();
        let mut keys: Vec<String> =
            secret.data.unwrap_or_default().into_keys().chain(secret.string_data.unwrap_or_default().into_keys()).collect();
        keys.sort();
        keys.dedup();
        let place = root.get("type").or_else(|| root.at(&["metadata", "name"]));
        self.out.push(Record::Secret(record::Secret {
            namespace: given(metadata.namespace),
            name: given(metadata.name),
            secret_type: given(secret.secret_type),
            keys,
            // Not `seen`: a Secret's own age says nothing about when the text was written.
            age: metadata.creation_timestamp.as_deref().and_then(time::seconds),
            at: place.map_or_else(|| alone(root.cite()), |place| place.cite()),
        }));
    }

    fn service_account<N: Node>(&mut self, root: &N, account: schema::ServiceAccount) {
        let metadata = account.metadata.unwrap_or_default();
        self.out.push(Record::ServiceAccount(record::ServiceAccount {
            namespace: given(metadata.namespace),
            name: given(metadata.name),
            pull_secrets: names(account.image_pull_secrets.unwrap_or_default()),
            missing: Vec::new(),
            at: root.get("imagePullSecrets").map_or_else(|| named(root), |place| place.cite()),
        }));
    }

    /// kube-proxy's configuration inside a ConfigMap.
    fn config_map<N: Node>(&mut self, root: &N, map: schema::ConfigMap) {
        let data = map.data.unwrap_or_default();
        for (key, text) in [("config.conf", data.config_conf), ("config", data.config)] {
            let Some(text) = text.filter(|text| text.lines().any(|line| line.trim_end() == "kind: KubeProxyConfiguration")) else {
                continue;
            };
            let mode = text.lines().find_map(|line| line.strip_prefix("mode:")).and_then(mode_word);
            if let (Some(mode), Some(place)) = (mode, root.at(&["data", key])) {
                self.out.push(Record::Mode(Mode { mode, at: place.cite_line("mode:") }));
            }
        }
    }

    fn proxy_configuration<N: Node>(&mut self, root: &N) {
        let place = root.get("mode");
        if let Some((mode, place)) = place.and_then(|place| Some((mode_word(&place.word()?)?, place))) {
            self.out.push(Record::Mode(Mode { mode, at: place.cite() }));
        }
    }
}

/// Stands for a part of a pod, which has no kind of its own.
const FRAGMENT: &str = "(fragment)";

/// The kind of an object that does not say it: an item of a typed list, or a part.
fn kind_of<N: Node>(root: &N) -> Option<&'static str> {
    let has = |path: &[&str]| root.at(path).is_some();
    if has(&["involvedObject"]) || has(&["regarding"]) {
        return Some("Event");
    }
    const STATUSES: [&str; 3] = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
    let statuses = STATUSES.iter().any(|key| has(&["status", key]));
    if has(&["metadata"]) {
        let kinds: [(&[&str], &str); 4] = [
            (&["spec", "containers"], "Pod"),
            (&["status", "nodeInfo"], "Node"),
            (&["spec", "clusterIP"], "Service"),
            (&["subsets"], "Endpoints"),
        ];
        let found = kinds.iter().find(|(path, _)| has(path)).map(|(_, kind)| *kind);
        return found.or(statuses.then_some("Pod"));
    }
    let part = statuses || STATUSES.iter().any(|key| has(&[key])) || has(&["waiting"]) || has(&["state"]);
    part.then_some(FRAGMENT)
}

/// Cites an object's name, else its beginning.
pub(super) fn named<N: Node>(root: &N) -> Citation {
    root.at(&["metadata", "name"]).map_or_else(|| root.cite(), |name| name.cite())
}

/// The text unless it is empty.
pub(super) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

pub(super) fn names(references: Vec<schema::Named>) -> Vec<String> {
    references.into_iter().filter_map(|reference| given(reference.name)).collect()
}

/// kube-proxy's mode out of the value of `mode`.
fn mode_word(value: &str) -> Option<&'static str> {
    let value = value.trim().trim_matches(['"', '\'']);
    ["iptables", "ipvs", "nftables", "userspace", "kernelspace"]
        .into_iter()
        .find(|mode| *mode == value)
        .map(|mode| if mode == "kernelspace" { "winkernel" } else { mode })
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_by;
    use super::super::yaml::read;
    use crate::parse::Taken;
    use crate::record::Record;

    #[test]
    fn several_documents_of_several_kinds() {
        let text = "\
---
apiVersion: v1
kind: Node
metadata: {name: worker-1}
status:
  conditions:
  - message: kubelet has disk pressure
    reason: KubeletHasDiskPressure
    status: \"True\"
    type: DiskPressure
  images:
  - names: [\"a@sha256:1\", \"a:1\"]
  nodeInfo:
    architecture: arm64
    containerRuntimeVersion: containerd://1.7.13
    kubeletVersion: v1.29.3
    operatingSystem: linux
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
---
apiVersion: v1
kind: Secret
data:
  .dockerconfigjson: c2VjcmV0
metadata:
  name: regcred
type: Opaque
---
apiVersion: v1
kind: ServiceAccount
imagePullSecrets:
- name: regcred
metadata:
  name: default
";
        let (taken, records) = read_by(read, text);
        assert_eq!(taken, Taken::all(39));
        let [Record::Node(node), Record::Secret(secret), Record::ServiceAccount(account)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(
            (node.architecture.as_deref(), node.runtime.as_deref(), node.images.len()),
            (Some("arm64"), Some("containerd://1.7.13"), 2)
        );
        assert_eq!(node.conditions[0].at.as_ref().map(|at| at.location.line), Some(8));
        assert_eq!((secret.secret_type.as_deref(), secret.at.location.line), (Some("Opaque"), 32));
        assert!(!format!("{records:?}").contains("c2VjcmV0"));
        assert_eq!((account.pull_secrets.as_slice(), account.at.location.line), (["regcred".to_owned()].as_slice(), 36));
    }

    #[test]
    fn the_mode_of_kube_proxy() {
        let configuration = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nbindAddress: 0.0.0.0\nconntrack:\n  min: null\nkind: KubeProxyConfiguration\nmetricsBindAddress: \"\"\nmode: \"ipvs\"\nnodePortAddresses: null\n";
        let map = format!(
            "apiVersion: v1\ndata:\n  config.conf: |-\n{}kind: ConfigMap\nmetadata:\n  name: kube-proxy\n",
            configuration.lines().map(|line| format!("    {line}\n")).collect::<String>()
        );
        for (text, line) in [(configuration.to_owned(), 7), (map, 10)] {
            let (taken, records) = read_by(read, &text);
            assert_eq!(taken.lines, text.lines().count());
            let [Record::Mode(mode)] = &records[..] else { panic!("{text}: {records:?}") };
            assert_eq!((mode.mode, mode.at.location.line), ("ipvs", line));
        }
        assert!(read_by(read, &configuration.replace("ipvs", "")).1.is_empty());
    }

    fn json(text: &str) -> (Taken, Vec<Record>) {
        read_by(super::super::json::read, text)
    }

    const EVENT: &str = r#"{"involvedObject":{"name":"a"},"message":"m","type":"Normal","count":0}"#;

    #[test]
    fn what_stands_in_wrappers_is_read_to_a_depth() {
        let wrapped = |levels: usize| {
            let inner = (1..levels).fold(EVENT.to_owned(), |inner, _| format!("{{\"event\":{inner}}}"));
            json(&format!("{{\"apiVersion\":\"v1\",\"metadata\":{{}},\"object\":{inner}}}")).1.len()
        };
        assert_eq!((1..6).map(wrapped).collect::<Vec<_>>(), [1, 1, 1, 0, 0]);
    }

    #[test]
    fn items_are_of_their_lists_kind() {
        let item = r#"{"metadata":{"name":"a"},"status":{"phase":"Pending"}}"#;
        for (kind, pods) in [("PodList", 1), ("List", 0), ("ConfigMapList", 0)] {
            let text = format!("{{\"kind\":\"{kind}\",\"apiVersion\":\"v1\",\"items\":[{item}]}}");
            assert_eq!(json(&text).1.len(), pods, "{kind}");
        }
        // A list in a wrapper, and a list in that.
        let list = |item: &str| format!("{{\"apiVersion\":\"v1\",\"metadata\":{{}},\"kind\":\"EventList\",\"items\":[{item},{item}]}}");
        let watched = |list: &str| json(&format!("{{\"type\":\"ADDED\",\"object\":{list}}}"));
        assert_eq!((watched(&list(EVENT)).0.unread, watched(&list(EVENT)).1.len()), (0, 2));
        assert_eq!(watched(&list(&list(EVENT))).1.len(), 0);
        assert_eq!(watched(&list(r#"{"kind":"Event","message":3}"#)).0.unread, 1);
        assert_eq!(watched(&list(EVENT).replace("EventList", "Event")).1.len(), 0);
    }

    #[test]
    fn counts_and_types_of_events() {
        let (_, records) = json(&EVENT.replace("\"count\":0", "\"count\":3"));
        let [Record::Event(event)] = &records[..] else { panic!("{records:?}") };
        assert_eq!((event.age.count, event.event_type), (Some(3), Some(crate::record::EventType::Normal)));
        let (_, records) = json(EVENT);
        let [Record::Event(event)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(event.age.count, None);
    }

    #[test]
    fn an_entry_of_the_audit_log_is_no_event() {
        let entry = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","metadata":{},"auditID":"1","stage":"ResponseComplete"}"#;
        assert_eq!((json(entry).0, json(entry).1.len()), (Taken::all(1), 0));
    }

    #[test]
    fn a_secret_is_as_old_as_the_newest_of_the_text_says() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  creationTimestamp: \"2026-11-22T08:00:00Z\"\n  name: regcred\n---\napiVersion: v1\nkind: Event\nlastTimestamp: \"2026-11-22T09:00:00Z\"\nmessage: m\nmetadata: {}\n";
        let (_, records) = read_by(read, text);
        let [Record::Secret(secret), Record::Event(_)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(secret.age, Some(3600));
    }

    #[test]
    fn a_port_of_zero_is_none() {
        let text = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"nodePort":0},{"port":81,"nodePort":30001}]}}"#;
        let (_, records) = json(text);
        let [Record::Service(service)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(service.ports.iter().map(|port| port.node_port).collect::<Vec<_>>(), [None, Some(30001)]);
    }

    #[test]
    fn of_config_maps_only_kube_proxys_is_read() {
        let map = |text: &str| read_by(read, &format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  config: |\n{text}metadata:\n  name: a\n"));
        assert_eq!(map("    kind: KubeProxyConfiguration\n    mode: ipvs\n").1.len(), 1);
        assert_eq!(map("    # see KubeProxyConfiguration\n    mode: ipvs\n").1.len(), 0);
        // Of another one nothing is parsed, so nothing in it can be damaged.
        let damaged = "apiVersion: v1\nkind: ConfigMap\ndata: [\n  - x: }\n";
        let (taken, records) = read_by(read, damaged);
        assert_eq!((taken, records.len()), (Taken::all(4), 0));
    }

    #[test]
    fn a_config_map_as_json() {
        let map = |config: &str| format!("{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{{\"config\":{config}}}}}");
        let (_, records) = json(&map(r#""kind: KubeProxyConfiguration\nmode: ipvs\n""#));
        let [Record::Mode(mode)] = &records[..] else { panic!("{records:?}") };
        assert_eq!((mode.mode, mode.at.text().as_str()), ("ipvs", "mode: ipvs"));
        let (taken, records) = json(&map("3"));
        assert_eq!((taken, records.len()), (Taken::all(1), 0));
    }
}
