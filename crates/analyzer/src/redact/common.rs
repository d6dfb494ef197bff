//! What every cluster has: words of the trade, components, and names that everybody may know.
//!
//! In: a word or a name. Out: whether it says anything about whoever uses it. The words are those of the messages that
//! pullan reads and the official images' names; replacing one of them everywhere would destroy the text.

use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("words.txt").split_ascii_whitespace().collect());

/// Namespaces, components and users that are there from the beginning.
const NAMES: &[&str] = &[
    "aws-node",
    "calico-node",
    "calico-system",
    "cilium",
    "cilium-operator",
    "cloud-user",
    "containerd",
    "core-dns",
    "coredns",
    "cri-o",
    "crio",
    "default-scheduler",
    "docker-registry",
    "ec2-user",
    "etcd",
    "image-puller",
    "ingress-nginx",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-dns",
    "kube-flannel",
    "kube-flannel-ds",
    "kube-node-lease",
    "kube-proxy",
    "kube-public",
    "kube-root-ca.crt",
    "kube-scheduler",
    "kube-system",
    "kubelet",
    "local-path-provisioner",
    "local-path-storage",
    "metrics-server",
    "node-controller",
    "opc",
    "openshift-image-registry",
    "image-registry",
    "kind-registry",
    "registry-1",
    "taint-eviction-controller",
    "root",
    "admin",
    "administrator",
    "ubuntu",
    "centos",
    "rocky",
    "vagrant",
    "nobody",
    "anonymous",
];

/// Whether a name says nothing about whoever uses it.
pub(crate) fn is_common(name: &str) -> bool {
    is_component(name) || WORDS.contains(name)
}

/// Whether a name belongs to Kubernetes, a runtime or a distribution.
pub(crate) fn is_component(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a tag is only a version: digits, and words such as `latest` and `alpine`.
pub(crate) fn is_version(tag: &str) -> bool {
    let hex = tag.len() >= 7 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()) && tag.bytes().any(|byte| byte.is_ascii_digit());
    let letters = tag.split(|c: char| !c.is_ascii_alphabetic()).filter(|run| !run.is_empty());
    hex || letters.into_iter().all(|run| run.len() <= 2 || WORDS.contains(run.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_in_lower_case() {
        let words: Vec<&str> = include_str!("words.txt").split_ascii_whitespace().collect();
        assert!(words.is_sorted() && words.iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_uppercase())));
    }

    #[test]
    fn versions() {
        assert!(["1.6.1.3", "v9", "latest", "1.27-alpine", "2.0.0-rc.1", "3f2a9c1"].iter().all(|tag| is_version(tag)));
        assert!(!is_version("acme-2") && !is_version("feature-payments"));
    }
}
