//! A described Service or Endpoints.
//!
//! ```text
//! Selector:                 app=registry
//! Type:                     NodePort
//! IP:                       10.96.12.7
//! Port:                     <unset>  5000/TCP
//! NodePort:                 <unset>  30001/TCP
//! Endpoints:                10.244.1.5:5000,10.244.2.7:5000 + 2 more...
//! External Traffic Policy:  Local
//! ```
//! kubectl up to 1.30 prints `<none>` for no endpoints, since 1.31 an empty value when slices exist without a ready address.

use super::outline::Outline;
use crate::record::{Service, ServicePort};
use crate::text::Line;

/// Builds the Service; its ports repeat in the order Port, TargetPort, NodePort, Endpoints.
pub(super) fn service(outline: &Outline<'_>, lines: &[Line<'_>]) -> Service {
    let text = |key: &str| outline.top_value(key).filter(|value| !value.is_empty() && *value != "<none>").map(str::to_owned);
    let mut ports: Vec<ServicePort> = Vec::new();
    for entry in outline.entries.iter().filter(|entry| entry.depth == 0) {
        let number = || entry.value.split_whitespace().last().and_then(|cell| cell.split('/').next()).and_then(|port| port.parse().ok());
        match entry.key {
            "Port" => ports.push(ServicePort { port: number(), at: Some(lines[entry.line].cite_all()), ..ServicePort::default() }),
            "NodePort" => match ports.last_mut() {
                Some(port) => port.node_port = number(),
                None => ports.push(ServicePort { node_port: number(), at: Some(lines[entry.line].cite_all()), ..ServicePort::default() }),
            },
            "Endpoints" => {
                let at = Some(lines[entry.line].cite_all());
                let endpoints = Some(count(entry.value));
                match ports.last_mut() {
                    Some(port) => (port.endpoints, port.at) = (endpoints, at),
                    None => ports.push(ServicePort { endpoints, at, ..ServicePort::default() }),
                }
            }
            _ => {}
        }
    }
    let at = outline.top("Name").or(outline.entries.first().copied()).map_or(0, |entry| entry.line);
    Service {
        namespace: text("Namespace"),
        name: text("Name"),
        service_type: text("Type"),
        cluster_ip: text("IP"),
        selector: text("Selector"),
        traffic_policy: text("External Traffic Policy"),
        ports,
        at: lines[at].cite_all(),
    }
}

/// `a:p,b:p,c:p + 2 more...`
fn count(value: &str) -> u32 {
    if value.is_empty() || value == "<none>" {
        return 0;
    }
    let (listed, more) = value.split_once(" + ").unwrap_or((value, ""));
    let more = more.split_whitespace().next().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
    u32::try_from(listed.split(',').filter(|address| !address.trim().is_empty()).count()).unwrap_or(u32::MAX).saturating_add(more)
}

/// Described Endpoints carry the same name as their Service: `Addresses:  10.244.1.5,10.244.2.7` below `Subsets:`.
pub(super) fn endpoints(outline: &Outline<'_>, lines: &[Line<'_>]) -> Option<Service> {
    let ready = outline.below("Subsets").iter().find(|entry| entry.key == "Addresses");
    let at = ready.or(outline.top("Subsets").as_ref()).map(|entry| lines[entry.line].cite_all())?;
    let endpoints = Some(ready.map_or(0, |entry| count(entry.value)));
    Some(Service {
        namespace: outline.top_value("Namespace").map(str::to_owned),
        name: outline.top_value("Name").map(str::to_owned),
        service_type: None,
        cluster_ip: None,
        selector: None,
        traffic_policy: None,
        ports: vec![ServicePort { endpoints, at: Some(at.clone()), ..ServicePort::default() }],
        at,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::records;
    use super::*;
    use crate::record::Record;

    fn read(text: &str) -> Service {
        match records(text).into_iter().next() {
            Some(Record::Service(service)) => service,
            other => panic!("{other:?}"),
        }
    }

    /// Port, node port, endpoints, and the line to cite of each port.
    type Ports = Vec<(Option<u16>, Option<u16>, Option<u32>, u64)>;

    fn ports(service: &Service) -> Ports {
        let line = |port: &ServicePort| port.at.as_ref().map_or(0, |at| at.location.line);
        service.ports.iter().map(|port| (port.port, port.node_port, port.endpoints, line(port))).collect()
    }

    #[test]
    fn a_service_with_two_ports() {
        let service = read(
            "Name:                     registry\nNamespace:                infra\nSelector:                 <none>\nType:                     NodePort\nIP:                       10.96.12.7\nPort:                     http  5000/TCP\nTargetPort:               5000/TCP\nNodePort:                 http  30001/TCP\nEndpoints:                10.244.1.5:5000,10.244.2.7:5000 + 2 more...\nPort:                     admin  5001/TCP\nNodePort:                 admin  30002/TCP\nEndpoints:                <none>\nExternal Traffic Policy:  Local\n",
        );
        assert_eq!(
            (service.name.as_deref(), service.service_type.as_deref(), service.cluster_ip.as_deref(), service.selector.clone()),
            (Some("registry"), Some("NodePort"), Some("10.96.12.7"), None)
        );
        assert_eq!(service.traffic_policy.as_deref(), Some("Local"));
        assert_eq!(ports(&service), [(Some(5000), Some(30001), Some(4), 9), (Some(5001), Some(30002), Some(0), 12)]);
    }

    #[test]
    fn a_service_whose_first_lines_were_left_out() {
        for (text, wanted) in [
            ("NodePort:    <unset>  30001/TCP\nEndpoints:\n", (None, Some(30001), Some(0), 2)),
            ("NodePort:    <unset>  30001/TCP\nSelector:    app=registry\n", (None, Some(30001), None, 1)),
            ("TargetPort:  5000/TCP\nEndpoints:   10.244.1.5:5000,\n", (None, None, Some(1), 2)),
            ("Port:        <unset>  5000/TCP\nTargetPort:  5000/TCP\n", (Some(5000), None, None, 1)),
        ] {
            assert_eq!(ports(&read(text)), [wanted], "{text}");
        }
    }

    #[test]
    fn described_endpoints_count_what_is_ready() {
        let head = "Name:         registry\nNamespace:    infra\nSubsets:\n";
        let ports_below = "  Ports:\n    Name     Port  Protocol\n    ----     ----  --------\n    <unset>  5000  TCP\n";
        let ready = read(&format!("{head}  Addresses:          10.244.1.5,10.244.2.7\n  NotReadyAddresses:  <none>\n{ports_below}"));
        assert_eq!((ready.name.as_deref(), ports(&ready)), (Some("registry"), vec![(None, None, Some(2), 4)]));
        let none = read(&format!("{head}  Addresses:          <none>\n  NotReadyAddresses:  10.244.1.5\n{ports_below}"));
        assert_eq!(ports(&none), [(None, None, Some(0), 4)]);
        let cut = read(&format!("{head}  NotReadyAddresses:  10.244.1.5\n{ports_below}"));
        assert_eq!(ports(&cut), [(None, None, Some(0), 3)]);
    }
}
