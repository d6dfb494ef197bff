//! How many ready endpoints Services have, out of Endpoints and EndpointSlices of the same text.
//!
//! In: the three kinds of object, in any order. Out: the counts inside the Services' records, matched by
//! namespace, name and port name; endpoints whose Service is not in the text become a record of their own
//! with the Service's name. Addresses of several families (IPv4 and IPv6 slices) are not added up.
//!
//! ```text
//! kind: Endpoints / metadata: {name: registry} / subsets: [{addresses: [{ip: 10.244.1.5}], ports: [{port: 5000}]}]
//! kind: EndpointSlice / metadata: {labels: {kubernetes.io/service-name: registry}} / endpoints: [...]
//! ```

use super::schema;
use crate::record::{Record, Service, ServicePort};
use crate::source::Citation;
use std::collections::BTreeMap;

/// Namespace and name of a Service.
type Key = (Option<String>, String);

/// Ready addresses of one kind and family.
#[derive(Debug, Default)]
struct Count {
    total: u32,
    /// By port name; a port without a name has the empty one.
    ports: BTreeMap<String, u32>,
}

/// A Service's endpoints.
#[derive(Debug)]
struct Counted {
    /// By address family, and `Endpoints` for the older kind.
    families: BTreeMap<String, Count>,
    at: Citation,
}

/// What was collected from one text.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// Index of a Service's record, its key, and its ports' names.
    services: Vec<(usize, Key, Vec<String>)>,
    endpoints: BTreeMap<Key, Counted>,
}

impl Collected {
    /// Remembers a Service whose record is at `index`.
    pub(super) fn service(&mut self, index: usize, namespace: Option<String>, name: String, ports: Vec<String>) {
        self.services.push((index, (namespace, name), ports));
    }

    pub(super) fn endpoints(&mut self, endpoints: schema::Endpoints, at: Citation) {
        let metadata = endpoints.metadata.unwrap_or_default();
        let Some(name) = metadata.name else { return };
        let mut count = Count::default();
        for subset in endpoints.subsets.unwrap_or_default() {
            count.add(subset.addresses.map_or(0, |addresses| addresses.len()), subset.ports);
        }
        self.add((metadata.namespace, name), "Endpoints".to_owned(), count, at);
    }

    pub(super) fn slice(&mut self, slice: schema::EndpointSlice, at: Citation) {
        let metadata = slice.metadata.unwrap_or_default();
        let label = metadata.labels.and_then(|mut labels| labels.remove("kubernetes.io/service-name"));
        let owner = || {
            metadata
                .owner_references
                .into_iter()
                .flatten()
                .find(|owner| owner.kind.as_deref() == Some("Service"))
                .and_then(|owner| owner.name)
        };
        let Some(name) = label.or_else(owner) else { return };
        // An endpoint that does not say whether it is ready counts as ready.
        let ready = |endpoint: &&schema::Endpoint| endpoint.conditions.as_ref().and_then(|conditions| conditions.ready).unwrap_or(true);
        let mut count = Count::default();
        count.add(slice.endpoints.iter().flatten().filter(ready).count(), slice.ports);
        self.add((metadata.namespace, name), slice.address_type.unwrap_or_default(), count, at);
    }

    fn add(&mut self, key: Key, family: String, count: Count, at: Citation) {
        let counted = self.endpoints.entry(key).or_insert_with(|| Counted { families: BTreeMap::new(), at });
        let sum = counted.families.entry(family).or_default();
        sum.total = sum.total.saturating_add(count.total);
        for (port, ready) in count.ports {
            let known = sum.ports.entry(port).or_default();
            *known = known.saturating_add(ready);
        }
    }

    /// Writes the counts into the Services' records and adds records for the rest.
    pub(super) fn finish(mut self, records: &mut Vec<Record>) {
        let mut matched = Vec::new();
        for (index, key, names) in &self.services {
            let (Some(counted), Some(Record::Service(service))) = (self.endpoints.get(key), records.get_mut(*index)) else {
                continue;
            };
            for (port, name) in service.ports.iter_mut().zip(names) {
                port.endpoints = Some(counted.ready(name));
            }
            matched.push(key.clone());
        }
        for key in matched {
            self.endpoints.remove(&key);
        }
        for ((namespace, name), counted) in self.endpoints {
            // Its ports are those of the pods, not the Service's, so none is named.
            let ready = counted.families.values().map(|count| count.total).max().unwrap_or(0);
            let port = ServicePort { endpoints: Some(ready), at: Some(counted.at.clone()), ..ServicePort::default() };
            records.push(Record::Service(Service {
                namespace,
                name: Some(name),
                service_type: None,
                cluster_ip: None,
                selector: None,
                traffic_policy: None,
                ports: vec![port],
                at: counted.at,
            }));
        }
    }
}

impl Counted {
    /// Ready endpoints of a port; a Service with several ports has all of them under their names.
    fn ready(&self, port: &str) -> u32 {
        self.families
            .values()
            .map(|count| count.ports.get(port).copied().unwrap_or(if count.ports.len() <= 1 { count.total } else { 0 }))
            .max()
            .unwrap_or(0)
    }
}

impl Count {
    fn add(&mut self, ready: usize, ports: Option<Vec<schema::Port>>) {
        let ready = u32::try_from(ready).unwrap_or(u32::MAX);
        self.total = self.total.saturating_add(ready);
        for port in ports.unwrap_or_default() {
            let known = self.ports.entry(port.name.unwrap_or_default()).or_default();
            *known = known.saturating_add(ready);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_by;
    use super::super::yaml::read;
    use crate::record::Record;

    #[test]
    fn services_get_their_endpoints() {
        let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: registry\n  namespace: a\nspec:\n  clusterIP: 10.96.12.7\n  externalTrafficPolicy: Local\n  ports:\n  - name: http\n    nodePort: 30001\n    port: 5000\n  - name: metrics\n    port: 9000\n  selector:\n    app: registry\n    tier: x\n  type: NodePort\n";
        let slice = "apiVersion: discovery.k8s.io/v1\naddressType: IPv4\nendpoints:\n- addresses: [10.244.1.5]\n  conditions: {ready: true}\n- addresses: [10.244.1.6]\n  conditions: {ready: false}\nkind: EndpointSlice\nmetadata:\n  labels:\n    kubernetes.io/service-name: registry\n  name: registry-x2\n  namespace: a\nports:\n- name: http\n  port: 5000\n- name: metrics\n  port: 9000\n";
        let none = "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: other\n  namespace: a\n";
        let (_, records) = read_by(read, &format!("{service}---\n{slice}---\n{none}"));
        let [Record::Service(registry), Record::Service(other)] = &records[..] else { panic!("{records:?}") };
        let ports: Vec<_> = registry
            .ports
            .iter()
            .map(|port| (port.port, port.node_port, port.endpoints, port.at.as_ref().map(|at| at.location.line)))
            .collect();
        assert_eq!(ports, [(Some(5000), Some(30001), Some(1), Some(11)), (Some(9000), None, Some(1), Some(14))]);
        assert_eq!((registry.selector.as_deref(), registry.traffic_policy.as_deref()), (Some("app=registry,tier=x"), Some("Local")));
        assert_eq!((other.name.as_deref(), other.ports.len(), other.ports[0].endpoints), (Some("other"), 1, Some(0)));
    }

    fn endpoints(text: &str) -> Vec<(Option<String>, Vec<Option<u32>>)> {
        let (_, records) = read_by(read, text);
        let services = records.into_iter().filter_map(|record| if let Record::Service(service) = record { Some(service) } else { None });
        services.map(|service| (service.name, service.ports.into_iter().map(|port| port.endpoints).collect())).collect()
    }

    #[test]
    fn a_port_has_the_endpoints_of_its_name() {
        let service = |ports: &str| format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n{ports}");
        let object = |ports: &str| {
            format!(
                "---\napiVersion: v1\nkind: Endpoints\nmetadata:\n  name: a\nsubsets:\n- addresses:\n  - ip: 10.0.0.1\n  - ip: 10.0.0.2\n  ports:\n{ports}"
            )
        };
        let (http, metrics) = ("  - name: http\n    port: 80\n", "  - name: metrics\n    port: 90\n");
        let one = |counts: &[u32]| vec![(Some("a".to_owned()), counts.iter().map(|count| Some(*count)).collect())];
        // A Service with one port need not name it as its pods do.
        assert_eq!(endpoints(&(service(http) + &object(http))), one(&[2]));
        assert_eq!(endpoints(&(service(http) + &object("  - port: 80\n"))), one(&[2]));
        assert_eq!(endpoints(&format!("{}{}{}", service(http), metrics, object(&format!("{http}{metrics}")))), one(&[2, 2]));
        let other = "  - name: other\n    port: 70\n";
        assert_eq!(endpoints(&format!("{}{}{}", service(http), metrics, object(&format!("{http}{other}")))), one(&[2, 0]));
    }

    #[test]
    fn a_slice_belongs_to_the_service_that_owns_it() {
        let slice = |owner: &str| {
            format!(
                "apiVersion: discovery.k8s.io/v1\naddressType: IPv4\nendpoints:\n- addresses: [10.244.1.5]\nkind: EndpointSlice\nmetadata:\n  name: a-x2\n  ownerReferences:\n{owner}"
            )
        };
        let reference = |kind: &str, name: &str| format!("  - kind: {kind}\n    name: {name}\n");
        assert_eq!(endpoints(&slice(&(reference("Mirror", "b") + &reference("Service", "a")))), [(Some("a".to_owned()), vec![Some(1)])]);
        assert_eq!(endpoints(&slice(&reference("Mirror", "b"))), []);
        let (_, records) = read_by(read, &slice(&reference("Service", "a")));
        let [Record::Service(alone)] = &records[..] else { panic!("{records:?}") };
        assert_eq!(alone.ports[0].at.as_ref().map(|at| at.location.line), Some(7));
    }
}
