//! The parts of Kubernetes' objects that are read, as JSON and YAML share them.
//!
//! In: nothing. Out: serde types. Every field is optional, because a paste may be cut and because both API
//! groups of events, `v1` and `events.k8s.io/v1`, are read into one type. What is not listed is skipped by the
//! parser; the values of Secrets are skipped on purpose.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) creation_timestamp: Option<String>,
    pub(super) deletion_timestamp: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) event_type: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    /// The message in `events.k8s.io`.
    pub(super) note: Option<String>,
    pub(super) count: Option<i64>,
    pub(super) deprecated_count: Option<i64>,
    pub(super) series: Option<Series>,
    pub(super) first_timestamp: Option<String>,
    pub(super) last_timestamp: Option<String>,
    pub(super) deprecated_first_timestamp: Option<String>,
    pub(super) deprecated_last_timestamp: Option<String>,
    pub(super) event_time: Option<String>,
    pub(super) metadata: Option<Metadata>,
    pub(super) involved_object: Option<Involved>,
    /// The involved object in `events.k8s.io`.
    pub(super) regarding: Option<Involved>,
    pub(super) source: Option<EventSource>,
    pub(super) deprecated_source: Option<EventSource>,
    pub(super) reporting_component: Option<String>,
    /// The component in `events.k8s.io`.
    pub(super) reporting_controller: Option<String>,
    pub(super) reporting_instance: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Series {
    pub(super) count: Option<i64>,
    pub(super) last_observed_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Involved {
    pub(super) kind: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) name: Option<String>,
    pub(super) field_path: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventSource {
    pub(super) component: Option<String>,
    pub(super) host: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pod {
    pub(super) metadata: Option<Metadata>,
    pub(super) spec: Option<PodSpec>,
    pub(super) status: Option<PodStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodSpec {
    pub(super) node_name: Option<String>,
    pub(super) containers: Option<Vec<ContainerSpec>>,
    pub(super) init_containers: Option<Vec<ContainerSpec>>,
    pub(super) ephemeral_containers: Option<Vec<ContainerSpec>>,
    pub(super) image_pull_secrets: Option<Vec<Named>>,
    pub(super) volumes: Option<Vec<Volume>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerSpec {
    pub(super) name: Option<String>,
    pub(super) image: Option<String>,
    pub(super) image_pull_policy: Option<String>,
}

/// A reference by name alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Volume {
    pub(super) image: Option<ImageVolume>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageVolume {
    pub(super) reference: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodStatus {
    pub(super) phase: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) conditions: Option<Vec<Condition>>,
    pub(super) container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) init_container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) ephemeral_container_statuses: Option<Vec<ContainerStatus>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerStatus {
    pub(super) name: Option<String>,
    pub(super) image: Option<String>,
    pub(super) ready: Option<bool>,
    pub(super) state: Option<ContainerState>,
    pub(super) last_state: Option<ContainerState>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContainerState {
    pub(super) waiting: Option<Waiting>,
    pub(super) running: Option<Running>,
    pub(super) terminated: Option<Terminated>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Waiting {
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Running {
    pub(super) started_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Terminated {
    pub(super) reason: Option<String>,
    pub(super) exit_code: Option<i64>,
    pub(super) finished_at: Option<String>,
}

/// A condition of a pod or a node.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition {
    #[serde(rename = "type")]
    pub(super) condition: Option<String>,
    pub(super) status: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    pub(super) last_heartbeat_time: Option<String>,
    pub(super) last_transition_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Node {
    pub(super) metadata: Option<Metadata>,
    pub(super) status: Option<NodeStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeStatus {
    pub(super) conditions: Option<Vec<Condition>>,
    pub(super) node_info: Option<NodeSystem>,
    pub(super) images: Option<Vec<NodeImage>>,
}

/// `status.nodeInfo`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeSystem {
    pub(super) architecture: Option<String>,
    pub(super) operating_system: Option<String>,
    pub(super) container_runtime_version: Option<String>,
    pub(super) kubelet_version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NodeImage {
    pub(super) names: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Service {
    pub(super) metadata: Option<Metadata>,
    pub(super) spec: Option<ServiceSpec>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceSpec {
    #[serde(rename = "type")]
    pub(super) service_type: Option<String>,
    #[serde(rename = "clusterIP")]
    pub(super) cluster_ip: Option<String>,
    pub(super) selector: Option<BTreeMap<String, String>>,
    pub(super) external_traffic_policy: Option<String>,
    pub(super) ports: Option<Vec<Port>>,
}

/// A port of a Service, of Endpoints or of an EndpointSlice.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Port {
    pub(super) name: Option<String>,
    pub(super) port: Option<i64>,
    pub(super) node_port: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endpoints {
    pub(super) metadata: Option<Metadata>,
    pub(super) subsets: Option<Vec<Subset>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Subset {
    pub(super) addresses: Option<Vec<IgnoredAny>>,
    pub(super) ports: Option<Vec<Port>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EndpointSlice {
    pub(super) metadata: Option<SliceMetadata>,
    pub(super) address_type: Option<String>,
    pub(super) endpoints: Option<Vec<Endpoint>>,
    pub(super) ports: Option<Vec<Port>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SliceMetadata {
    pub(super) namespace: Option<String>,
    pub(super) labels: Option<BTreeMap<String, String>>,
    pub(super) owner_references: Option<Vec<Owner>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Owner {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Endpoint {
    pub(super) conditions: Option<EndpointConditions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndpointConditions {
    pub(super) ready: Option<bool>,
}

/// The values of `data` and `stringData` are skipped by the parser and kept nowhere.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Secret {
    #[serde(rename = "type")]
    pub(super) secret_type: Option<String>,
    pub(super) metadata: Option<Metadata>,
    pub(super) data: Option<BTreeMap<String, IgnoredAny>>,
    pub(super) string_data: Option<BTreeMap<String, IgnoredAny>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceAccount {
    pub(super) metadata: Option<Metadata>,
    pub(super) image_pull_secrets: Option<Vec<Named>>,
}

/// A ConfigMap, of which only kube-proxy's configuration is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigMap {
    pub(super) data: Option<ConfigMapData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigMapData {
    /// kubeadm's key.
    #[serde(rename = "config.conf")]
    pub(super) config_conf: Option<String>,
    /// Amazon EKS's key.
    pub(super) config: Option<String>,
}

/// A part of a pod as `-o jsonpath`, `jq` or a short paste leave it: `status` and what stands below it, at any level.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Fragment {
    pub(super) status: Option<PodStatus>,
    pub(super) container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) init_container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) ephemeral_container_statuses: Option<Vec<ContainerStatus>>,
    pub(super) name: Option<String>,
    pub(super) image: Option<String>,
    pub(super) ready: Option<bool>,
    pub(super) state: Option<ContainerState>,
    pub(super) last_state: Option<ContainerState>,
    pub(super) waiting: Option<Waiting>,
}
