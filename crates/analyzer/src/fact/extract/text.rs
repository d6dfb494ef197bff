//! Messages that stand alone: a client's output, or an error that somebody copied.
//!
//! In: a [`Message`]. Out: what it states. An error that no kubelet wrapped is a pull failure if its parts can only come
//! from a pull; a refusal of the API server is an event, as it would be in a table.
//!
//! ```text
//! Error response from daemon: manifest for nginx:nope not found: manifest unknown     pull-failure origin=cli
//! Error from server: admission webhook "policy.example" denied the request: ...       event
//! ```

use super::{Extractor, Place};
use crate::fact::{Fact, FactKind};
use crate::message::{PullError, Statement, Target, Told, peel_all, read};
use crate::record::{Age, Message, Origin};

impl Extractor<'_> {
    pub(super) fn message(&mut self, message: Message) {
        for told in read(&message.text) {
            let told = if told.statement == Statement::Other { loose(&message).unwrap_or(told) } else { told };
            if told.statement == Statement::Other && REFUSALS.iter().any(|words| message.text.contains(words)) {
                // The API server refused the object; the event of its controller has the same words.
                let fact = Fact::new(FactKind::Event, self.asked.clone(), message.at.clone()).text("text", Some(message.text.clone()));
                self.add(fact);
                continue;
            }
            let place = Place {
                subject: self.asked.clone(),
                origin: message.origin,
                age: Age::default(),
                at: message.at.clone(),
                image: message.image.clone(),
                init: false,
            };
            self.told(told, place);
        }
    }
}

/// Words of the API server when an admission plugin does not let an object in.
const REFUSALS: &[&str] = &["denied the request", "denied request: ", "image policy webhook backend denied"];

/// An error that is not in the kubelet's words: a pull failure if its parts can only come from a pull.
pub(super) fn loose(message: &Message) -> Option<Told> {
    let text = message.text.trim();
    let text = text.strip_prefix("Error: ").unwrap_or(text);
    // What a client says after it was asked for an image is about that image.
    let answered = message.origin == Origin::Cli && message.image.is_some();
    let errors: Vec<PullError> =
        peel_all(text).into_iter().filter(|error| answered || is_about_pull(error, message.image.is_some())).collect();
    if errors.is_empty() {
        return None;
    }
    let statement = Statement::PullFailed { image: message.image.clone(), target: Target::Container, errors };
    Some(Told { container: None, pod: None, combined: false, statement })
}

/// Whether the parts of an error say that an image was wanted.
fn is_about_pull(error: &PullError, image_known: bool) -> bool {
    if PULL_SENTENCES.iter().any(|sentence| error.text.contains(sentence)) {
        return true;
    }
    if error.phrases == 0 {
        return false;
    }
    let registry_url =
        error.url.as_ref().is_some_and(|url| url.path.starts_with("/v2") || url.path.contains("/token") || url.path.contains("/jwt/auth"));
    let stage = matches!(error.operation, Some("ping" | "authorize" | "resolve" | "fetch" | "verify" | "parse"))
        || (error.operation == Some("unpack") && (error.reference.is_some() || error.artifact.is_some()));
    let reason = error.http_status.is_some()
        || error.registry_code.is_some()
        || error.errno.is_some()
        || error.dns.is_some()
        || error.tls.is_some()
        || error.timeout.is_some()
        || error.stream.is_some()
        || error.credential.is_some()
        || error.proxy_answer.is_some();
    let service_missing = error.text.contains("unknown service runtime.v1");
    (image_known && (reason || error.phrases > 1))
        || registry_url
        || service_missing
        || (stage && (reason || error.reference.is_some() || error.runtime.is_some()))
        || (error.reference.is_some() && error.operation == Some("pull"))
}

/// Sentences that only a client of a registry writes, or the registry itself.
const PULL_SENTENCES: &[&str] = &[
    "invalid reference format",
    "error parsing HTTP ",
    "Docker Image Format v1",
    "unknown: artifact ",
    "unknown: repository ",
    "pull access denied, repository does not exist",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::peel;

    #[test]
    fn only_a_pull_leaves_these_parts() {
        for text in [
            // A sentence of a registry's client.
            "Error: invalid reference format: repository name must be lowercase",
            // A request to a registry or its token server.
            "Get \"https://r.example/v2/\": EOF",
            "Get \"https://r.example/service/token\": EOF",
            "Get \"https://r.example/jwt/auth\": EOF",
            "Get \"https://r.example/v2/\": x",
            "Get \"https://r.example/service/token\": x",
            "Get \"https://r.example/jwt/auth\": x",
            // The CRI does not answer.
            "rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService",
            // A stage of a pull, with what failed, of what, or in whom.
            "Get \"https://r.example/_/manifests/1\": EOF",
            "reading manifest 1 in r.example/a: x",
            "failed to fetch oauth token: x",
            // Unpacking, of an image's part.
            "failed to register layer: no space left on device",
            "failed to pull image \"r.example/a:1\": x",
        ] {
            assert!(is_about_pull(&peel(text), false), "{text}");
        }
        for text in [
            "unexpected EOF",
            "x509: certificate signed by unknown authority",
            "Get \"https://r.example/index.html\": EOF",
            "dial tcp 10.0.0.9:443: connect: connection refused",
            "rpc error: code = Unknown desc = x",
            "creating image: no space left on device",
            "nothing at all",
        ] {
            assert!(!is_about_pull(&peel(text), false), "{text}");
        }
    }

    #[test]
    fn where_an_image_is_known_any_reason_is_about_it() {
        for text in [
            "unexpected status: 404 Not Found",
            "manifest unknown",
            "connection refused",
            "lookup r.example: no such host",
            "x509: certificate signed by unknown authority",
            "net/http: TLS handshake timeout",
            "unexpected EOF",
            "no basic auth credentials",
            // Two layers of errors, whatever they say.
            "rpc error: code = Unknown desc = Error response from daemon: x",
        ] {
            assert!(is_about_pull(&peel(text), true), "{text}");
        }
        for text in ["rpc error: code = Unknown desc = x", "nothing at all"] {
            assert!(!is_about_pull(&peel(text), true), "{text}");
        }
    }
}
