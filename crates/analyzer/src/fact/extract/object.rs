//! Objects of the cluster other than pods.
//!
//! In: nodes, services, secrets, service accounts and lists of images. Out: a fact each; a node gives one more for each
//! of its conditions and images, a service one for each port.
//!
//! ```text
//! Name: node-a  Container Runtime Version: containerd://1.7.2     node runtime=containerd runtime-version=1.7.2
//! Name: regcred  Type: kubernetes.io/dockerconfigjson             secret name=regcred type=...
//! ```

use super::Extractor;
use crate::fact::{Fact, FactKind, Subject};
use crate::message::reference::ImageReference;
use crate::record::{LocalImage, Node, Secret, Service, ServiceAccount};

impl Extractor<'_> {
    pub(super) fn node(&mut self, node: Node) {
        let subject = Subject { node: node.name.clone(), ..Subject::default() };
        let (runtime, version) = node
            .runtime
            .as_deref()
            .and_then(|runtime| runtime.split_once("://"))
            .map_or((None, None), |(runtime, version)| (Some(runtime.to_owned()), Some(version.to_owned())));
        let fact = Fact::new(FactKind::Node, subject.clone(), node.at.clone())
            .text("name", node.name.clone())
            .text("architecture", node.architecture)
            .text("os", node.os)
            .text("runtime", runtime)
            .text("runtime-version", version)
            .text("kubelet-version", node.kubelet);
        self.add(fact);
        for condition in node.conditions {
            let at = condition.at.unwrap_or_else(|| node.at.clone());
            let fact = Fact::new(FactKind::NodeCondition, subject.clone(), at)
                .text("condition", Some(condition.condition))
                .text("status", Some(condition.status))
                .text("reason", Some(condition.reason))
                .text("text", Some(condition.message));
            self.add(fact);
        }
        for image in node.images {
            self.local_image(LocalImage { image, at: node.at.clone() });
        }
    }

    pub(super) fn service(&mut self, service: Service) {
        let subject = Subject { namespace: service.namespace.clone().or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        for port in &service.ports {
            let fact = Fact::new(FactKind::Service, subject.clone(), port.at.clone().unwrap_or_else(|| service.at.clone()))
                .text("name", service.name.clone())
                .text("type", service.service_type.clone())
                .text("cluster-ip", service.cluster_ip.clone())
                .number("port", port.port)
                .number("node-port", port.node_port)
                .number("endpoints", port.endpoints)
                .text("traffic-policy", service.traffic_policy.clone())
                .text("selector", service.selector.clone());
            self.add(fact);
        }
    }

    pub(super) fn secret(&mut self, secret: Secret) {
        let subject = Subject { namespace: secret.namespace.or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        let fact = Fact::new(FactKind::Secret, subject, secret.at)
            .text("name", secret.name)
            .text("type", secret.secret_type)
            .text("keys", Some(secret.keys.join(",")).filter(|keys| !keys.is_empty()))
            .number("age", secret.age);
        self.add(fact);
    }

    pub(super) fn account(&mut self, account: ServiceAccount) {
        let subject = Subject { namespace: account.namespace.or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        let fact = Fact::new(FactKind::ServiceAccount, subject, account.at)
            .text("name", account.name)
            .number("pull-secrets", Some(account.pull_secrets.len() as u64))
            .text("missing", Some(account.missing.join(", ")).filter(|names| !names.is_empty()));
        self.add(fact);
    }

    pub(super) fn local_image(&mut self, image: LocalImage) {
        let reference = ImageReference::parse(&image.image).map(|reference| reference.normalized());
        let fact =
            Fact::new(FactKind::LocalImage, Subject::default(), image.at).text("image", Some(image.image)).text("reference", reference);
        self.add(fact);
    }
}
