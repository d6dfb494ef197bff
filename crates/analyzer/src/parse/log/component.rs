//! Whose line it is: by process, source file, message or watched type.
//!
//! In: names and texts that a line shows. Out: a [`Component`], or that the name decides nothing. Lines that
//! stay undecided take the component of their neighbours in [`crate::parse::log`].

use crate::record::Component;
use Component::{Containerd, CriO, Docker, Kernel, KubeProxy, Kubelet};

/// Component of a process as a journal names it: `kubelet`, `kubelet.service`, `microk8s.daemon-containerd`.
pub(super) fn process_component(name: &str) -> Option<Component> {
    let name = name.strip_suffix(".service").unwrap_or(name);
    let name = name.rsplit(['/', '.']).next().unwrap_or(name);
    if name == "daemon-proxy" {
        return Some(KubeProxy);
    }
    let name = name.strip_prefix("daemon-").unwrap_or(name).trim_matches(['(', ')']);
    Some(match name {
        "kubelet" | "kubenswrapper" | "hyperkube" => Kubelet,
        "kube-proxy" => KubeProxy,
        "containerd" | "docker-containerd" | "cri-containerd" => Containerd,
        "crio" | "cri-o" => CriO,
        "dockerd" | "docker" | "dockerd-current" | "cri-dockerd" | "cri-docker" => Docker,
        "kernel" => Kernel,
        _ => return None,
    })
}

/// Whether a process runs several components, so that its lines say nothing about each other.
pub(super) fn is_bundle(process: &str) -> bool {
    ["k3s", "rke2", "k0s", "kubelite", "daemon-kubelite"].iter().any(|name| process.starts_with(name) || process.ends_with(name))
}

/// Component of a container or pod: `kube-proxy-abc12`.
pub(super) fn container_component(name: &str) -> Option<Component> {
    if name.starts_with("kube-proxy-") { Some(KubeProxy) } else { process_component(name) }
}

/// What a source file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Of(Component),
    /// Several components have it.
    Shared,
    Unknown,
}

const PROXY_FILES: &[&str] = &[
    "bounded_frequency_runner.go",
    "endpointchangetracker.go",
    "endpoints.go",
    "endpointschangetracker.go",
    "endpointslicecache.go",
    "graceful_termination.go",
    "hns.go",
    "hnsV1.go",
    "hnsV2.go",
    "ipset.go",
    "ipvs.go",
    "ipvs_linux.go",
    "netlink_linux.go",
    "nodeport_addresses.go",
    "proxier.go",
    "proxier_health.go",
    "proxy_health.go",
    "proxysocket.go",
    "roundrobin.go",
    "server_linux.go",
    "server_others.go",
    "server_windows.go",
    "service.go",
    "service_health.go",
    "servicechangetracker.go",
    "serviceport.go",
];

const KUBELET_FILES: &[&str] = &[
    "cri_stats_provider.go",
    "csi_attacher.go",
    "csi_plugin.go",
    "desired_state_of_world_populator.go",
    "docker_container.go",
    "docker_image.go",
    "docker_sandbox.go",
    "docker_service.go",
    "evented.go",
    "eviction_manager.go",
    "generic.go",
    "helpers_linux.go",
    "image_gc_manager.go",
    "image_manager.go",
    "image_pull_manager.go",
    "image_puller.go",
    "handlers.go",
    "log_metrics.go",
    "mount_linux.go",
    "nestedpendingoperations.go",
    "operation_executor.go",
    "operation_generator.go",
    "plugin.go",
    "plugin_watcher.go",
    "pod_container_deletor.go",
    "pod_container_manager_linux.go",
    "pod_startup_latency_tracker.go",
    "pod_workers.go",
    "policy_static.go",
    "prober.go",
    "prober_manager.go",
    "projected.go",
    "qos_container_manager_linux.go",
    "reconciler.go",
    "reconciler_common.go",
    "reconstruct.go",
    "reconstruct_common.go",
    "remote_image.go",
    "remote_runtime.go",
    "scope.go",
    "setters.go",
    "status_manager.go",
    "swap_util.go",
    "volume_manager.go",
];

const SHARED_FILES: &[&str] = &[
    "ca_rotation.go",
    "certificate_manager.go",
    "cleanup.go",
    "client_config.go",
    "config.go",
    "conntrack.go",
    "controller.go",
    "controller_utils.go",
    "envvar.go",
    "event.go",
    "factory.go",
    "feature_gate.go",
    "flags.go",
    "healthcheck.go",
    "helpers.go",
    "iptables.go",
    "log.go",
    "logs.go",
    "manager.go",
    "node.go",
    "oom_linux.go",
    "plugins.go",
    "reflector.go",
    "request.go",
    "round_trippers.go",
    "run.go",
    "runtime.go",
    "server.go",
    "shared_informer.go",
    "store.go",
    "supported.go",
    "sysctls.go",
    "topology.go",
    "trace.go",
    "transport.go",
    "types.go",
    "util.go",
    "utils.go",
    "warnings.go",
    "websocket.go",
];

/// Component of a klog line by its source file.
pub(super) fn file_component(file: &str) -> File {
    if PROXY_FILES.contains(&file) {
        return File::Of(KubeProxy);
    }
    let family = ["kubelet", "kuberuntime_", "container_manager_", "cpu_manager", "memory_manager", "topology_manager"];
    if KUBELET_FILES.contains(&file) || family.iter().any(|start| file.starts_with(start)) {
        return File::Of(Kubelet);
    }
    if SHARED_FILES.contains(&file) { File::Shared } else { File::Unknown }
}

/// Messages that only one component writes, by their beginning. They decide lines of shared files, and are what
/// is recognised without any header; so they are whole sentences or begin unmistakably.
const KLOG_MESSAGES: &[(&str, Component)] = &[
    ("Using iptables Proxier", KubeProxy),
    ("Using ipvs Proxier", KubeProxy),
    ("Using nftables Proxier", KubeProxy),
    ("Using userspace Proxier", KubeProxy),
    ("Using Kernelspace Proxier", KubeProxy),
    ("Trying to delete rs: ", KubeProxy),
    ("Deleting rs: ", KubeProxy),
    ("Not deleting, RS ", KubeProxy),
    ("lw: remote out of the list: ", KubeProxy),
    ("Trying to delete real server", KubeProxy),
    ("Deleting real server", KubeProxy),
    ("Skip deleting real server till all connection have expired", KubeProxy),
    ("Removed real server from graceful delete real server list", KubeProxy),
    ("Unknown proxy mode \"", KubeProxy),
    ("Flag proxy-mode=\"", KubeProxy),
    ("Can't use the IPVS proxier", KubeProxy),
    ("Adding new service port", KubeProxy),
    ("Removing service port", KubeProxy),
    ("Setting endpoints for ", KubeProxy),
    ("can't open \"nodePort for ", KubeProxy),
    ("can't open port, skipping it", KubeProxy),
    ("Opened local port", KubeProxy),
    ("Not syncing iptables until ", KubeProxy),
    ("Not syncing ipvs rules until ", KubeProxy),
    ("Not syncing nftables until ", KubeProxy),
    ("SyncProxyRules complete", KubeProxy),
    ("Failed to execute iptables-restore", KubeProxy),
    ("Failed to get node ip address matching nodeport cidr", KubeProxy),
    ("Kube-proxy configuration may be incomplete or incorrect", KubeProxy),
    ("Error syncing pod, skipping", Kubelet),
    ("PullImage from image service failed", Kubelet),
    ("Get ImageStatus from image service failed", Kubelet),
    ("RunPodSandbox from runtime service failed", Kubelet),
    ("CreatePodSandbox for pod failed", Kubelet),
    ("Unable to retrieve pull secret, the image pull may not succeed.", Kubelet),
    ("Unable to retrieve some image pull secrets", Kubelet),
    ("Failed to provide credentials for image", Kubelet),
    ("Image garbage collection failed", Kubelet),
    ("Skipping pod synchronization", Kubelet),
    ("Container runtime is not ready", Kubelet),
];

/// Further beginnings that decide a line of a shared file, but would fit into other texts too.
const SHARED_FILE_MESSAGES: &[(&str, Component)] = &[
    ("Using iptables proxy", KubeProxy),
    ("Error running ProxyServer", KubeProxy),
    ("can't use the IPVS proxier", KubeProxy),
    ("kube-proxy running in", KubeProxy),
    ("Successfully retrieved node IP", KubeProxy),
    ("Successfully retrieved NodeIP", KubeProxy),
    ("Can't determine this node's IP", KubeProxy),
    ("can't determine this node's IP", KubeProxy),
    ("can't determine whether to use i", KubeProxy),
    ("Tearing down userspace rules", KubeProxy),
    ("Starting service config controller", KubeProxy),
    ("Starting endpoint", KubeProxy),
    ("Starting serviceCIDR config controller", KubeProxy),
    ("Calling handler.On", KubeProxy),
    ("Setting nf_conntrack_max", KubeProxy),
    ("Set sysctl", KubeProxy),
    ("Skipping service ", KubeProxy),
    ("Skipping topology aware endpoint filtering", KubeProxy),
    ("Ignoring same-zone topology hints", KubeProxy),
    ("failed validate: KubeProxyConfiguration", KubeProxy),
    ("FLAG: --proxy-mode=", KubeProxy),
    ("FLAG: --iptables-", KubeProxy),
    ("FLAG: --ipvs-", KubeProxy),
    ("FLAG: --nodeport-addresses=", KubeProxy),
    ("FLAG: --conntrack-", KubeProxy),
    ("FLAG: --cleanup", KubeProxy),
    ("FLAG: --container-runtime", Kubelet),
    ("FLAG: --pod-infra-container-image=", Kubelet),
    ("FLAG: --image-", Kubelet),
    ("FLAG: --eviction-", Kubelet),
    ("FLAG: --kubelet-", Kubelet),
    ("FLAG: --pod-manifest-path=", Kubelet),
    ("No sandbox for pod can be found", Kubelet),
    ("No ready sandbox for pod can be found", Kubelet),
    ("Failed to pull image", Kubelet),
    ("Failed to create sandbox for pod", Kubelet),
    ("Starting kubelet", Kubelet),
    ("Adding pod path", Kubelet),
    ("SyncLoop ", Kubelet),
];

/// Component by the message of a line whose file is shared or not shown.
pub(super) fn klog_message_component(message: &str) -> Option<Component> {
    let begins = |(start, component): &(&str, Component)| message.starts_with(start).then_some(*component);
    KLOG_MESSAGES.iter().chain(SHARED_FILE_MESSAGES).find_map(begins)
}

/// Kernel messages about the node's network, which people paste without the time.
const KERNEL_MESSAGES: &[&str] = &[
    "nf_conntrack: table full",
    "nf_conntrack: nf_conntrack: table full",
    "ip_conntrack: table full",
    "nf_conntrack: falling back to ",
    "neighbour: arp_cache: neighbor table overflow",
    "TCP: request_sock_TCP: Possible SYN flooding",
];

/// Component of a line that has no header at all (`--skip_headers`). Only texts that nobody else writes count.
pub(super) fn bare_component(text: &str) -> Option<Component> {
    if KERNEL_MESSAGES.iter().any(|start| text.starts_with(start)) {
        return Some(Kernel);
    }
    let (quoted, body) = text.strip_prefix('"').map_or((false, text), |body| (true, body));
    KLOG_MESSAGES.iter().find_map(|(start, component)| {
        let rest = body.strip_prefix(start)?;
        let whole = match (quoted, start.ends_with([' ', '"'])) {
            // `"Using ipvs Proxier"` or with pairs behind it.
            (true, _) => rest.find('"').is_some_and(|end| matches!(rest.as_bytes().get(end + 1), None | Some(b' '))),
            (false, true) => !rest.is_empty(),
            (false, false) => matches!(rest.trim_end(), "" | "."),
        };
        whole.then_some(*component)
    })
}

/// Types that only one component watches, and the guess for those that both may.
pub(super) fn watched_component(text: &str) -> Option<(Component, bool)> {
    let named = |name: &str| text.contains(name);
    if named("*v1.EndpointSlice")
        || named("*v1.Endpoints")
        || named("*v1.ServiceCIDR")
        || named("*v1beta1.EndpointSlice")
        || named("*core.Endpoints")
    {
        return Some((KubeProxy, true));
    }
    if named("*v1.Service:") || named("*v1.Service\"") || named("*v1.Service ") || text.ends_with("*v1.Service") {
        return Some((KubeProxy, false));
    }
    let kubelet = ["*v1.Pod", "*v1.Node", "*v1.RuntimeClass", "*v1.CSIDriver", "*v1.ConfigMap", "*v1.Secret"];
    kubelet.iter().any(|name| named(name)).then_some((Kubelet, false))
}

/// Beginnings of messages of logrus programs.
const LOGRUS_MESSAGES: &[(&str, Component)] = &[
    ("PullImage \"", Containerd),
    ("PullImage from ", Containerd),
    ("Pulled image ", Containerd),
    ("trying next host", Containerd),
    ("fetch failed", Containerd),
    ("stop pulling image ", Containerd),
    ("cancel pulling image ", Containerd),
    ("RunPodSandbox", Containerd),
    ("StopPodSandbox", Containerd),
    ("CreateContainer within sandbox", Containerd),
    ("StartContainer for ", Containerd),
    ("RemoveContainer for ", Containerd),
    ("ImageCreate event", Containerd),
    ("ImageUpdate event", Containerd),
    ("ImageDelete event", Containerd),
    ("Failed to handle backOff event", Containerd),
    ("Failed to handle event", Containerd),
    ("Events for ", Containerd),
    ("loading plugin", Containerd),
    ("skip loading plugin", Containerd),
    ("failed to load plugin", Containerd),
    ("failed to decode ", Containerd),
    ("`mirrors` is deprecated", Containerd),
    ("apply failure, attempting cleanup", Containerd),
    ("reference for unknown type", Containerd),
    ("starting containerd", Containerd),
    ("containerd successfully booted", Containerd),
    ("cleaning up dead shim", Containerd),
    ("invalid plugin config", Containerd),
    ("Pulling image: ", CriO),
    ("Pulled image: ", CriO),
    ("Trying to access \"", CriO),
    ("Error pulling image ", CriO),
    ("Checking image status: ", CriO),
    ("Image status: ", CriO),
    ("Timed out on waiting up to ", CriO),
    ("Using auth file for namespace ", CriO),
    ("Running pod sandbox: ", CriO),
    ("Creating container: ", CriO),
    ("Starting CRI-O", CriO),
    ("Handler for ", Docker),
    ("Error getting v2 registry", Docker),
    ("Attempting next endpoint for pull", Docker),
    ("Not continuing with pull", Docker),
    ("Download failed", Docker),
    ("Ignoring extra error returned from registry", Docker),
    ("Cancel pulling image ", Docker),
    ("Error persisting manifest", Docker),
    ("API listen on ", Docker),
    ("Daemon has completed initialization", Docker),
    ("Loading containers: ", Docker),
];

/// Component of a logrus line by its message and pairs.
pub(super) fn logrus_component(message: &str, pairs: &[(String, String)]) -> Option<Component> {
    let value = |wanted: &str| pairs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
    // k0s writes the lines of all its components through one logger.
    if let Some(component) = value("component").and_then(process_component) {
        return Some(component);
    }
    if value("name").is_some_and(|name| name.starts_with("/runtime.v1")) || value("file").is_some_and(|file| file.starts_with("server/")) {
        return Some(CriO);
    }
    // CRI-O's `Pulled image: ` begins like containerd's `Pulled image `.
    if message.starts_with("Pulling image ") && message.contains(": ") {
        return Some(Docker);
    }
    if value("type").is_some_and(|kind| kind.starts_with("io.containerd."))
        || value("module").is_some_and(|module| module == "libcontainerd")
    {
        return Some(if value("module").is_some() { Docker } else { Containerd });
    }
    LOGRUS_MESSAGES.iter().find(|(start, _)| message.starts_with(start)).map(|(_, component)| *component)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_and_containers() {
        for (name, component) in [
            ("kubelet", Kubelet),
            ("kubelet.service", Kubelet),
            ("kubenswrapper", Kubelet),
            ("microk8s.daemon-containerd", Containerd),
            ("/usr/bin/dockerd", Docker),
            ("crio", CriO),
            ("microk8s.daemon-proxy", KubeProxy),
        ] {
            assert_eq!(process_component(name), Some(component), "{name}");
        }
        assert_eq!(process_component("sshd"), None);
        assert_eq!(container_component("kube-proxy-x7k2p"), Some(KubeProxy));
        assert_eq!(container_component("proxy"), None);
    }

    #[test]
    fn files() {
        assert_eq!(file_component("graceful_termination.go"), File::Of(KubeProxy));
        assert_eq!(file_component("kuberuntime_manager.go"), File::Of(Kubelet));
        assert_eq!(file_component("kubelet_pods.go"), File::Of(Kubelet));
        assert_eq!(file_component("reflector.go"), File::Shared);
        assert_eq!(file_component("available_controller.go"), File::Unknown);
        for (index, file) in PROXY_FILES.iter().chain(KUBELET_FILES).chain(SHARED_FILES).enumerate() {
            assert!(
                !PROXY_FILES.iter().chain(KUBELET_FILES).chain(SHARED_FILES).skip(index + 1).any(|other| other == file),
                "{file} twice"
            );
        }
    }

    #[test]
    fn bare_texts() {
        assert_eq!(bare_component("Using ipvs Proxier."), Some(KubeProxy));
        assert_eq!(bare_component("Using ipvs Proxier is slow"), None);
        assert_eq!(bare_component("\"Error syncing pod, skipping\" err=\"x\""), Some(Kubelet));
        assert_eq!(bare_component("Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086"), Some(KubeProxy));
        assert_eq!(bare_component("Failed to pull image \"x\": y"), None);
        assert_eq!(bare_component("nf_conntrack: table full, dropping packet"), Some(Kernel));
    }

    #[test]
    fn runtimes_by_message() {
        assert_eq!(logrus_component("PullImage \"a:1\" failed", &[]), Some(Containerd));
        assert_eq!(logrus_component("Pulled image: a@sha256:1", &[]), Some(CriO));
        assert_eq!(logrus_component("Pulling image a:1: 0a1b: Downloading [=>  ] 1MB/8MB", &[]), Some(Docker));
        assert_eq!(logrus_component("Pulling image: a:1", &[("name".into(), "/runtime.v1.ImageService/PullImage".into())]), Some(CriO));
        assert_eq!(logrus_component("pulling image: rpc error", &[]), None);
    }

    #[test]
    fn processes_that_run_all_components() {
        for (process, bundle) in [
            ("k3s", true),
            ("k3s-agent", true),
            ("rke2", true),
            ("snap.microk8s.daemon-kubelite", true),
            ("kubelet", false),
            ("my-k3s-backup", false),
        ] {
            assert_eq!(is_bundle(process), bundle, "{process}");
        }
    }

    #[test]
    fn whose_line_of_logrus() {
        let component =
            |key: &str, value: &str| logrus_component("x", &[("other".to_owned(), "y".to_owned()), (key.to_owned(), value.to_owned())]);
        for (key, value, wanted) in [
            ("component", "kubelet", Some(Kubelet)),
            ("name", "/runtime.v1.ImageService/PullImage", Some(CriO)),
            ("file", "server/image_pull.go:1", Some(CriO)),
            ("type", "io.containerd.grpc.v1", Some(Containerd)),
            ("module", "libcontainerd", Some(Docker)),
            ("name", "web", None),
            ("file", "main.go", None),
            ("type", "x", None),
            ("module", "x", None),
        ] {
            assert_eq!(component(key, value), wanted, "{key}={value}");
        }
        let both = [("type".to_owned(), "io.containerd.grpc.v1".to_owned()), ("module".to_owned(), "x".to_owned())];
        assert_eq!(logrus_component("x", &both), Some(Docker));
    }
}
