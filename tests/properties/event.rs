//! Events of failed pulls that nobody wrote.
//!
//! In: proptest's choices. Out: [`Event`]s whose message is one of a runtime, about an image and objects with any names.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::Range;

/// A failed pull, as the kubelet reports it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) container: String,
    pub(crate) node: String,
    pub(crate) image: Image,
    /// One of [`CAUSES`].
    pub(crate) cause: &'static str,
    pub(crate) count: u32,
    /// Seconds since it was last seen.
    pub(crate) age: u32,
}

/// `registry/path:tag`
#[derive(Debug, Clone)]
pub(crate) struct Image {
    registry: String,
    path: String,
    tag: String,
}

/// What runtimes print; `{r}`, `{p}` and `{t}` are registry, path and tag.
const CAUSES: &[&str] = &[
    r#"rpc error: code = Unknown desc = failed to pull and unpack image "{r}/{p}:{t}": failed to resolve reference "{r}/{p}:{t}": failed to do request: Head "https://{r}/v2/{p}/manifests/{t}": dial tcp 10.0.0.9:443: connect: connection refused"#,
    r#"rpc error: code = NotFound desc = failed to pull and unpack image "{r}/{p}:{t}": failed to resolve reference "{r}/{p}:{t}": {r}/{p}:{t}: not found"#,
    r#"rpc error: code = Unknown desc = failed to pull and unpack image "{r}/{p}:{t}": failed to resolve reference "{r}/{p}:{t}": failed to do request: Head "https://{r}/v2/{p}/manifests/{t}": tls: failed to verify certificate: x509: certificate signed by unknown authority"#,
    r#"rpc error: code = Unknown desc = failed to pull and unpack image "{r}/{p}:{t}": failed to resolve reference "{r}/{p}:{t}": failed to do request: Head "https://{r}/v2/{p}/manifests/{t}": http: server gave HTTP response to HTTPS client"#,
    r#"rpc error: code = Unknown desc = failed to pull and unpack image "{r}/{p}:{t}": failed to copy: httpReadSeeker: failed open: unexpected status code https://{r}/v2/{p}/blobs/sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1: 503 Service Unavailable"#,
    r#"rpc error: code = Unknown desc = failed to pull and unpack image "{r}/{p}:{t}": failed to extract layer sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/9/fs/bin/a: no space left on device: unknown"#,
    r#"rpc error: code = Unknown desc = Error response from daemon: Get "https://{r}/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"#,
    r#"rpc error: code = Unknown desc = Error response from daemon: manifest for {r}/{p}:{t} not found: manifest unknown: manifest unknown"#,
    r#"rpc error: code = Unknown desc = initializing source docker://{r}/{p}:{t}: reading manifest {t} in {r}/{p}: unauthorized: authentication required"#,
    r#"initializing source docker://{r}/{p}:{t}: pinging container registry {r}: Get "https://{r}/v2/": dial tcp: lookup registry.example on 10.96.0.10:53: server misbehaving"#,
];

impl Event {
    pub(crate) fn image(&self) -> String {
        format!("{}/{}:{}", self.image.registry, self.image.path, self.image.tag)
    }

    pub(crate) fn message(&self) -> String {
        let Image { registry, path, tag } = &self.image;
        let cause = self.cause.replace("{r}", registry).replace("{p}", path).replace("{t}", tag);
        format!("Failed to pull image \"{}\": {cause}", self.image())
    }
}

/// Names of one event's objects.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) container: String,
    pub(crate) node: String,
    pub(crate) image: Image,
}

/// Words that are also words of errors.
const HOSTILE: &[&str] = &[
    "unauthorized",
    "timeout",
    "not-found",
    "eof",
    "denied",
    "forbidden",
    "404",
    "503",
    "x509",
    "refused",
    "failed",
    "error",
    "warning",
    "normal",
    "no-such-host",
    "manifest-unknown",
    "toomanyrequests",
    "pulled",
    "back-off",
    "pull",
    "image",
    "pod",
    "kubelet",
    "secret",
    "deadline-exceeded",
    "unknown",
    "status",
];

fn names(word: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<Names> {
    let path = vec(word.clone(), 1..4).prop_map(|parts| parts.join("/"));
    let image = (path, word.clone()).prop_map(|(path, tag)| Image { registry: "registry.example".to_owned(), path, tag });
    (word.clone(), word.clone(), word.clone(), word, image)
        .prop_map(|(namespace, pod, container, node, image)| Names {
            namespace,
            pod: format!("{pod}-7d9f8b6c4-x2x5z"),
            container,
            node,
            image,
        })
        .boxed()
}

/// Names that are no words of errors.
pub(crate) fn harmless() -> BoxedStrategy<Names> {
    names("(shop|web|api|cart|core)-[a-f]{2}".prop_map(|word| word))
}

/// Names that are words of errors.
pub(crate) fn hostile() -> BoxedStrategy<Names> {
    let word = select(HOSTILE).prop_map(str::to_owned);
    names(prop_oneof![word.clone(), (word.clone(), word).prop_map(|(a, b)| format!("{a}-{b}"))].boxed())
}

/// A failed pull about these names.
pub(crate) fn named(names: BoxedStrategy<Names>) -> impl Strategy<Value = Event> {
    (names, select(CAUSES), 1_u32..40, 1_u32..3_000).prop_map(|(names, cause, count, age)| Event {
        namespace: names.namespace,
        pod: names.pod,
        container: names.container,
        node: names.node,
        image: names.image,
        cause,
        count,
        age,
    })
}

/// Several failed pulls, each of another pod.
pub(crate) fn events(count: Range<usize>) -> impl Strategy<Value = Vec<Event>> {
    vec(named(prop_oneof![harmless(), hostile()].boxed()), count).prop_map(|mut events| {
        for (number, event) in events.iter_mut().enumerate() {
            event.pod = format!("{}-{number}", event.pod);
        }
        events
    })
}
