//! Facts about the cluster: its events, and its objects as they were described or dumped.
//!
//! ```text
//! secret name=regcred type=kubernetes.io/dockerconfigjson keys=.dockerconfigjson
//! ```

use super::{FactKind, KindSpec, flag, number, text, word};

pub(super) const NO_EVENTS: KindSpec = KindSpec {
    kind: FactKind::NoEvents,
    name: "no-events",
    doc: "A describe of a pod shows no events (or has no Events section).",
    fields: &[],
};

pub(super) const EVENT: KindSpec = KindSpec {
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
};

pub(super) const SECRET_MISSING: KindSpec = KindSpec {
    kind: FactKind::SecretMissing,
    name: "secret-missing",
    doc: "The kubelet could not read an imagePullSecret.",
    fields: &[text("secrets", "names of the secrets, as far as the text has them"), text("text", "the message")],
};

pub(super) const SECRET: KindSpec = KindSpec {
    kind: FactKind::Secret,
    name: "secret",
    doc: "A Secret, described or dumped (values are never read).",
    fields: &[
        text("name", "name of the Secret"),
        text("type", "its type: kubernetes.io/dockerconfigjson, Opaque, ..."),
        text("keys", "names of its data keys, comma separated"),
        number("age", "age in seconds"),
    ],
};

pub(super) const SERVICE_ACCOUNT: KindSpec = KindSpec {
    kind: FactKind::ServiceAccount,
    name: "service-account",
    doc: "A ServiceAccount's pull secrets.",
    fields: &[
        text("name", "name of the ServiceAccount"),
        number("pull-secrets", "how many imagePullSecrets it lists"),
        text("missing", "names that kubectl marks (not found)"),
    ],
};

pub(super) const POD_SPEC: KindSpec = KindSpec {
    kind: FactKind::PodSpec,
    name: "pod-spec",
    doc: "What a pod's manifest says (YAML/JSON only: describe never prints it).",
    fields: &[
        text("image", "image of the container"),
        text("policy", "imagePullPolicy"),
        number("pull-secrets", "how many imagePullSecrets the pod lists"),
        flag("image-volume", "the image is a volume source"),
    ],
};

pub(super) const NODE: KindSpec = KindSpec {
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
};

pub(super) const NODE_CONDITION: KindSpec = KindSpec {
    kind: FactKind::NodeCondition,
    name: "node-condition",
    doc: "A condition of a node.",
    fields: &[
        text("condition", "Ready, DiskPressure, ..."),
        text("status", "True, False, Unknown"),
        text("reason", "its reason"),
        text("text", "its message"),
    ],
};

pub(super) const SERVICE: KindSpec = KindSpec {
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
};

pub(super) const LOCAL_IMAGE: KindSpec = KindSpec {
    kind: FactKind::LocalImage,
    name: "local-image",
    doc: "An image that crictl images, docker images or a node's status lists.",
    fields: &[text("image", "image as listed"), text("reference", "normalised reference")],
};
