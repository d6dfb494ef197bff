//! Facts about pulls: what failed, what waits, what went well.
//!
//! `pull-failure`, `back-off`, `waiting`, `pulling` and `pulled` say which image they are about, in the same fields.
//!
//! ```text
//! pull-failure image=r.example/a:1 registry=r.example operation=resolve http-status=401 credential=none
//! ```

use super::{FactKind, FieldSpec, HOST_KINDS, KindSpec, OPERATIONS, flag, number, text, word};

const IMAGE: [FieldSpec; 10] = [
    text("image", "image as the pod spec writes it"),
    text("reference", "the same with registry and tag made explicit: docker.io/library/nginx:latest"),
    text("registry", "host[:port] of the image; docker.io when the name has none"),
    text("repository", "registry and path without tag or digest"),
    text("repository-path", "the path alone: library/nginx"),
    text("tag", "tag; absent when none is written"),
    text("digest", "digest after @"),
    flag("short-name", "the image is written without a registry host"),
    text("provider", "id of the registry product in knowledge/registries.yaml: docker-hub, ghcr, ecr, ..."),
    word("host-kind", HOST_KINDS, "what the registry host looks like"),
];

/// Fields of a fact about an image: those of every image, then its own.
macro_rules! about_an_image {
    ($($own:expr),* $(,)?) => {
        &[IMAGE[0], IMAGE[1], IMAGE[2], IMAGE[3], IMAGE[4], IMAGE[5], IMAGE[6], IMAGE[7], IMAGE[8], IMAGE[9], $($own),*]
    };
}

pub(super) const PULL_FAILURE: KindSpec = KindSpec {
    kind: FactKind::PullFailure,
    name: "pull-failure",
    doc: "One reason why an image could not be obtained, peeled into parts. An aggregate [e1, e2] gives one fact an element.",
    fields: about_an_image![
        word(
            "origin",
            &["event", "status", "log", "cli", "text"],
            "where the message stood: a Kubernetes event, a container status, a component's log, a client's output, or loose text",
        ),
        word("target", &["container", "sandbox", "volume"], "what the image was for; sandbox = the pause image"),
        word("runtime", &["kubelet", "containerd", "cri-o", "docker"], "who wrote the innermost recognised layer"),
        word(
            "operation",
            OPERATIONS,
            "stage that failed: parse (name refused), inspect (ImageStatus), ping (GET /v2/), authorize (token request), resolve (manifest lookup), fetch (manifest body, config or layer download), unpack (extract, commit, register), verify (signature or policy), pull (stage not named)",
        ),
        word("artifact", &["manifest", "config", "blob"], "what was being downloaded, when the text says"),
        text("grpc-code", "gRPC status code as printed: NotFound, Unknown, Unavailable, ..."),
        word(
            "credential",
            &["none", "sent"],
            "none = the text proves that the kubelet had no credential for this image (anonymous token, no basic auth credentials); sent = it proves that one was used (oauth token, invalid username/password)",
        ),
        text("method", "HTTP method in upper case"),
        text("url", "URL of the failing request, query removed"),
        text("url-host", "host[:port] of that URL"),
        text("url-name", "host of that URL without its port"),
        word("url-scheme", &["http", "https"], "its scheme"),
        number("url-port", "its port, explicit or by scheme"),
        flag(
            "foreign-host",
            "the URL's host is neither the image's registry nor a known front of it (docker.io = registry-1.docker.io): a token server, a mirror or a blob store",
        ),
        text("mirror-of", "value of the ?ns= query: the registry for which a mirror was asked"),
        text("address", "ip:port (or host:port) that was dialled or read from"),
        number("port", "port of that address, else of the URL, else of the image's registry"),
        word("address-kind", HOST_KINDS, "what the dialled host, else the URL's host, looks like"),
        word("transport", &["tcp", "udp", "unix"], "what was dialled"),
        text("socket-path", "unix socket that was dialled"),
        number("http-status", "three-digit status that the registry (or what stood in its place) answered"),
        text(
            "registry-code",
            "error code of the registry protocol in upper case: UNAUTHORIZED, DENIED, MANIFEST_UNKNOWN, NAME_UNKNOWN, BLOB_UNKNOWN, TOOMANYREQUESTS, INSUFFICIENT_SCOPE, UNSUPPORTED, UNAVAILABLE, UNKNOWN; containerd's bare 'REF: not found' is NOT_FOUND, its and docker's 'pull access denied' is ACCESS_DENIED",
        ),
        text("registry-message", "text after that code"),
        word(
            "errno",
            &[
                "ECONNREFUSED",
                "ECONNRESET",
                "EPIPE",
                "EHOSTUNREACH",
                "EHOSTDOWN",
                "ENETUNREACH",
                "ETIMEDOUT",
                "EPERM",
                "EACCES",
                "EADDRNOTAVAIL",
                "EMFILE",
                "ENOSPC",
                "EDQUOT",
                "EROFS",
                "EIO",
                "EUCLEAN",
                "EBADMSG",
                "ENOENT",
                "EEXIST",
                "EINVAL",
                "ENOTSUP",
                "EADDRINUSE",
            ],
            "operating-system error; 'i/o timeout' on a connection counts as ETIMEDOUT",
        ),
        text("syscall", "system call or local operation before a path: write, mkdir, open, symlink, lchown, rename, ..."),
        text("path", "local file that the message names"),
        word("stream", &["eof", "unexpected-eof"], "how the peer ended the stream"),
        word("dns", &["nxdomain", "server-failure", "timeout", "refused", "temporary", "unreachable"], "outcome of a name lookup"),
        text("lookup-host", "name that was looked up"),
        text("dns-server", "resolver that was asked, ip:port"),
        word(
            "tls",
            &[
                "unknown-authority",
                "expired",
                "not-yet-valid",
                "hostname-mismatch",
                "no-ip-san",
                "legacy-common-name",
                "invalid",
                "http-response",
                "not-tls",
                "plain-http-to-tls",
                "handshake-timeout",
                "handshake-failure",
                "client-certificate",
            ],
            "what failed in TLS: http-response = plain HTTP came back to an HTTPS client; not-tls = first record is no TLS; plain-http-to-tls = HTTP was spoken to a TLS port; handshake-failure = version, cipher or SNI alert; client-certificate = the server demands one",
        ),
        text("certificate-names", "names that the certificate is valid for"),
        text("certificate-wanted", "name or address that it was wanted for"),
        word(
            "timeout",
            &["dial", "connect", "headers", "deadline", "canceled"],
            "dial = SYN unanswered; connect = client timeout while still waiting for the connection; headers = connected, no answer; deadline = context deadline exceeded; canceled = context canceled",
        ),
        flag("proxy", "an HTTP proxy stands in the chain (proxyconnect)"),
        text(
            "proxy-answer",
            "bare status words without a number after a URL, which only a proxy's CONNECT answer leaves: Forbidden, Bad Gateway, Service Unavailable, Gateway Timeout, Method Not Allowed, Proxy Authentication Required",
        ),
        text("media-type", "media type that the message names"),
        flag("combined", "the event says (combined from similar events): only the latest text is left"),
        flag("mirrors-failed", "CRI-O's (Mirrors also failed: ...)"),
        flag("cut", "the message ends inside a word, quote or bracket: it was cut"),
        number("elements", "how many errors the aggregate [e1, e2] has that this one came from"),
        text("text", "the message without the kubelet's wrapper; match it with templates"),
    ],
};

pub(super) const BACK_OFF: KindSpec = KindSpec {
    kind: FactKind::BackOff,
    name: "back-off",
    doc: "The kubelet is backing off from pulling an image.",
    fields: about_an_image![],
};

pub(super) const WAITING: KindSpec = KindSpec {
    kind: FactKind::Waiting,
    name: "waiting",
    doc: "A container, or a pod in a table, waits for an image-related reason.",
    fields: about_an_image![
        text("reason", "waiting reason: ErrImagePull, ImagePullBackOff, InvalidImageName, ... (a leading Init: is removed)"),
        flag("init", "the container is an init container"),
        word(
            "origin",
            &["event", "status", "table", "log"],
            "an 'Error: REASON' event, a container status, a row of kubectl get pods, a kubelet log line",
        ),
    ],
};

pub(super) const PULLING: KindSpec =
    KindSpec { kind: FactKind::Pulling, name: "pulling", doc: "A pull was started.", fields: about_an_image![] };

pub(super) const PULLED: KindSpec = KindSpec {
    kind: FactKind::Pulled,
    name: "pulled",
    doc: "A pull succeeded, or the image was there.",
    fields: about_an_image![
        flag("present", "the image was on the node already"),
        number("took", "whole seconds that the pull took"),
        number("waited", "whole seconds from the request to the end, waiting in the kubelet's queue included"),
    ],
};
