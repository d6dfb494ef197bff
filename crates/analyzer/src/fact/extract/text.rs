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
