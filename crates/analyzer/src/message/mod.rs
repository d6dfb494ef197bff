//! Error messages, peeled into typed parts.
//!
//! In: the text of a kubelet event, a container status, a log line or a client's output. Out: a
//! [`Statement`], and for a failure one [`PullError`] per element of its aggregate. What the parts *mean* is
//! said by the rules.
//!
//! A message is a chain of wrapped errors, each layer written by another program:
//!
//! ```text
//! Failed to pull image "r.local/a:1": rpc error: code = Unknown desc = failed to pull and unpack image
//! "r.local/a:1": failed to resolve reference "r.local/a:1": failed to do request: Head
//! "https://r.local/v2/a/manifests/1": x509: certificate signed by unknown authority
//! ```
//!
//! Each layer's module has phrases for what its program prints. A phrase is only tried where a phrase can
//! start (see [`phrase`]), so a name such as `unauthorized-page` or a digest with `404` in it is never
//! taken for an error.

pub(crate) mod phrase;
pub(crate) mod reference;

mod containerd;
mod crio;
mod docker;
mod grpc;
mod http;
pub(crate) mod kubelet;
mod net;
mod registry;
mod tls;

pub(crate) use kubelet::{Statement, Target, Told, read};
pub(crate) use phrase::unquote;

use reference::split_port;

/// Texts of which every message about a pull has one, in some case of letters; many others have one too.
pub(crate) const SIGNS: &[&str] = &[
    "image",
    "pull",
    "/v2",
    "/token",
    "/jwt/auth",
    "manifest",
    "reference",
    "authorize",
    "fetch",
    "layer",
    "blob",
    "unpack",
    "runtime.v1",
    "credential",
    "pinging",
    "ping attempt",
];

/// One failure, peeled. A field is `None` where the text does not say; closed words are those of the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PullError {
    /// Image as a layer inside the kubelet's wrapper names it.
    pub(crate) reference: Option<String>,
    pub(crate) runtime: Option<&'static str>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) artifact: Option<&'static str>,
    pub(crate) grpc_code: Option<String>,
    pub(crate) credential: Option<&'static str>,
    pub(crate) method: Option<String>,
    pub(crate) url: Option<http::Url>,
    pub(crate) address: Option<String>,
    pub(crate) transport: Option<&'static str>,
    pub(crate) socket_path: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) registry_code: Option<String>,
    pub(crate) registry_message: Option<String>,
    pub(crate) errno: Option<&'static str>,
    pub(crate) syscall: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) stream: Option<&'static str>,
    pub(crate) dns: Option<&'static str>,
    pub(crate) lookup_host: Option<String>,
    pub(crate) dns_server: Option<String>,
    pub(crate) tls: Option<&'static str>,
    pub(crate) certificate_names: Option<String>,
    pub(crate) certificate_wanted: Option<String>,
    pub(crate) timeout: Option<&'static str>,
    pub(crate) proxy: bool,
    pub(crate) proxy_answer: Option<&'static str>,
    pub(crate) media_type: Option<String>,
    pub(crate) mirrors_failed: bool,
    pub(crate) cut: bool,
    /// How many elements the aggregate had.
    pub(crate) elements: usize,
    /// The whole message of this element.
    pub(crate) text: String,
    /// How many phrases were recognised.
    pub(crate) phrases: usize,
}

impl PullError {
    /// Sets the stage; a later one in the chain is nearer to the cause.
    fn stage(&mut self, operation: &'static str) {
        self.operation = Some(operation);
    }

    /// Sets the runtime that wrote a layer; the innermost known one stays.
    fn written_by(&mut self, runtime: &'static str) {
        self.runtime = Some(runtime);
    }

    /// Takes a registry's error code unless a more telling one is known.
    fn code(&mut self, code: &str, message: &str) {
        let general = |code: &str| matches!(code, "ACCESS_DENIED" | "NOT_FOUND" | "UNKNOWN" | "ERROR");
        if self.registry_code.as_deref().is_none_or(general) && !(self.registry_code.is_some() && general(code)) {
            self.registry_code = Some(code.to_owned());
            let message = message.trim().trim_end_matches([')', ']', '"', '\\']).trim();
            self.registry_message = (!message.is_empty()).then(|| message.to_owned());
        }
    }

    /// `host[:port]` of what did not answer: the dialled address, else the URL.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.address.as_deref().or(self.url.as_ref().map(|url| url.host.as_str()))
    }

    /// Port of that endpoint.
    pub(crate) fn port(&self) -> Option<u16> {
        self.address.as_deref().and_then(|address| split_port(address).1).or_else(|| self.url.as_ref().map(http::Url::port))
    }
}

/// Peels one element: every phrase at every phrase start, from the outside in. How many there were is not known here.
pub(crate) fn peel(text: &str) -> PullError {
    // The newest CRI-O tries the name as an artifact too; that second error explains nothing.
    let told = text.split("; artifact err: ").next().unwrap_or(text);
    let mut error = PullError { text: text.to_owned(), cut: phrase::is_cut(text), ..PullError::default() };
    let mut rest = crio::after_mirrors(told, &mut error);
    while !rest.is_empty() {
        match read_phrase(rest, &mut error) {
            Some(after) if after.len() < rest.len() => {
                error.phrases += 1;
                rest = phrase::starts_phrase(after).unwrap_or_else(|| phrase::next_start(after));
            }
            _ => rest = phrase::next_start(rest),
        }
    }
    error
}

/// One layer's phrases; each returns what follows the phrase.
type Layer = for<'a> fn(&'a str, &mut PullError) -> Option<&'a str>;

const LAYERS: &[Layer] = &[
    grpc::phrase,
    kubelet::phrase,
    containerd::phrase,
    crio::phrase,
    docker::phrase,
    http::phrase,
    net::phrase,
    tls::phrase,
    registry::phrase,
];

fn read_phrase<'a>(text: &'a str, error: &mut PullError) -> Option<&'a str> {
    LAYERS.iter().find_map(|layer| layer(text, error))
}

/// The elements of `[e1, e2]`, which the kubelet prints when it tried several credentials; else the text itself.
///
/// Elements contain commas, so only a comma before the beginning of an error separates.
pub(crate) fn elements(text: &str) -> Vec<&str> {
    const BEGINNINGS: &[&str] = &[
        "rpc error: code =",
        "failed to pull and unpack image",
        "failed to resolve",
        "initializing source",
        "Error response from daemon",
        "unable to pull image",
        "reading manifest",
        "failed to parse image reference",
        "copying system image",
        "writing blob",
        "RegistryUnavailable:",
        "SignatureValidationFailed:",
        "failed to \"StartContainer\"",
        "Get \"",
        "Head \"",
        "Get http",
        "Head http",
    ];
    let Some(inner) = text.trim().strip_prefix('[') else { return vec![text] };
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    let same_start: String = inner.chars().take(16).collect();
    let begins = |rest: &str| BEGINNINGS.iter().any(|start| rest.starts_with(start)) || rest.starts_with(&same_start);
    if inner.is_empty() {
        return vec![text];
    }
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in inner.match_indices(", ") {
        if begins(&inner[at + 2..]) {
            found.push(&inner[start..at]);
            start = at + 2;
        }
    }
    found.push(&inner[start..]);
    found
}

/// A message longer than this is read by its two ends: the wrappers stand at the front, the cause at the back.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// The message, or its two ends.
pub(crate) fn bounded(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= LONGEST_MESSAGE {
        return text.into();
    }
    let half = LONGEST_MESSAGE / 2;
    let (mut front, mut back) = (half, text.len() - half);
    while !text.is_char_boundary(front) {
        front -= 1;
    }
    while !text.is_char_boundary(back) {
        back += 1;
    }
    format!("{} … {}", &text[..front], &text[back..]).into()
}

/// Peels every element of a message.
pub(crate) fn peel_all(text: &str) -> Vec<PullError> {
    let text = &*bounded(text);
    let elements = elements(text.trim());
    let count = elements.len();
    elements.into_iter().map(|element| PullError { elements: count, ..peel(element.trim()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Wrappers of several programs, with the place of what they wrap.
    const WRAPPERS: &[&str] = &[
        "rpc error: code = Unknown desc = {}",
        "failed to pull and unpack image \"IMAGE\": {}",
        "failed to resolve reference \"IMAGE\": {}",
        "failed to do request: {}",
        "failed to copy: httpReadSeeker: failed open: {}",
        "Error response from daemon: {}",
        "initializing source docker://IMAGE: {}",
        "unable to pull image or OCI artifact: pull image err: {}",
    ];

    const CAUSES: &[&str] = &[
        "dial tcp 10.0.0.9:443: connect: connection refused",
        "read tcp 10.0.0.7:51414->10.0.0.9:443: read: connection reset by peer",
        "Get \"https://r.example/v2/\": x509: certificate signed by unknown authority",
        "dial tcp: lookup r.example on 10.96.0.10:53: no such host",
        "unexpected status code 503 Service Unavailable",
        "write /var/lib/containerd/a: no space left on device",
        "net/http: TLS handshake timeout",
        "toomanyrequests: You have reached your pull rate limit",
        "unexpected EOF",
    ];

    /// What a cause is, whoever reports it.
    fn core(error: &PullError) -> impl PartialEq + std::fmt::Debug + use<> {
        let network = (error.errno, error.address.clone(), error.dns, error.lookup_host.clone(), error.tls, error.timeout, error.stream);
        (network, error.http_status, error.registry_code.clone(), error.url.clone(), error.path.clone())
    }

    #[test]
    fn only_the_beginning_of_an_error_separates_elements() {
        let elements = |text| elements(text).len();
        assert_eq!(elements("[unable to pull image: a, b, unable to pull image: c]"), 2);
        assert_eq!(elements("[Get \"https://a/\": EOF, Head \"https://b/\": EOF, and so on]"), 2);
        // Errors of a kind that is not known begin alike.
        assert_eq!(elements("[something quite new: 1, something quite new: 2, other]"), 2);
        // What is in brackets may be no list, and a list may be cut.
        assert_eq!(elements("[]"), 1);
        assert_eq!(elements("[rpc error: code = Unknown desc = a, rpc error: code = Unknown desc = b"), 2);
    }

    #[test]
    fn a_message_that_ends_too_early_is_cut() {
        for (text, cut) in [
            ("failed to pull image \"r.example/a", true),
            ("failed to pull image…", true),
            ("failed to pull image ...", true),
            ("failed to pull image \"r.example/a\": EOF", false),
            ("failed to pull image", false),
        ] {
            assert_eq!(peel(text).cut, cut, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_cause_is_the_same_below_any_layers(layers in vec(select(WRAPPERS), 0..7), cause in select(CAUSES), path in vec("unauthorized|eof|timeout|404|denied|x509|not-found", 1..4)) {
            let image = format!("r.example/{}:503", path.join("/"));
            let text = layers.iter().rev().fold(cause.to_owned(), |inner, layer| layer.replace("IMAGE", &image).replace("{}", &inner));
            let (bare, wrapped) = (peel(cause), peel(&text));
            prop_assert_eq!(core(&bare), core(&wrapped), "{}", text);
            prop_assert!(wrapped.phrases >= bare.phrases);
            prop_assert!(!wrapped.cut);
            // The innermost layer that names an image is the one that counts, and its parts stand in the text.
            prop_assert!(wrapped.reference.iter().all(|reference| *reference == image));
        }

        #[test]
        fn elements_are_parts_of_the_message(elements_of in vec((select(WRAPPERS), select(CAUSES)), 1..5)) {
            let each: Vec<String> = elements_of.iter().map(|(layer, cause)| format!("rpc error: code = Unknown desc = {}", layer.replace("{}", cause))).collect();
            let errors = peel_all(&format!("[{}]", each.join(", ")));
            prop_assert_eq!(errors.len(), each.len());
            for (error, text) in errors.iter().zip(&each) {
                prop_assert_eq!((&error.text, error.elements), (text, each.len()));
                prop_assert_eq!(core(error), core(&peel(text)));
            }
        }

        #[test]
        fn a_long_message_keeps_its_two_ends(front in "[a-z]{1,9}", fill in "(\\PC| ){1,9}", back in "[a-z]{1,9}", times in 0_usize..9_000) {
            let text = format!("{front}{}{back}", fill.repeat(times));
            let bounded = bounded(&text);
            prop_assert!(bounded.len() <= LONGEST_MESSAGE + " … ".len() && bounded.starts_with(&front) && bounded.ends_with(&back));
            prop_assert!(text.len() > LONGEST_MESSAGE || bounded == text);
        }
    }
}
