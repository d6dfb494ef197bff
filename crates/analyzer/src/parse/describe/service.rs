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
