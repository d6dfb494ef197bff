//! The fields that every fact about an image shares.
//!
//! In: the image as the pod spec writes it and as the runtime names it. Out: registry, repository, tag, ... on
//! the fact. The spec's name leads; the runtime's is taken where the spec's is missing, or is a short name
//! that the runtime looked up in another registry than Docker Hub.

use super::{Fact, Value};
use crate::message::reference::{ImageReference, host_kind};
use crate::rule::Knowledge;
use rustc_hash::FxHashMap;

/// At most the products of so many hosts are remembered.
const MAX_HOSTS: usize = 1_000;

/// Which registry products hosts belong to; the same few hosts are asked for again and again.
#[derive(Debug)]
pub(crate) struct Providers<'k> {
    knowledge: &'k Knowledge,
    known: FxHashMap<String, Option<&'k str>>,
}

impl<'k> Providers<'k> {
    pub(crate) fn new(knowledge: &'k Knowledge) -> Self {
        Providers { knowledge, known: FxHashMap::default() }
    }

    fn of(&mut self, host: &str) -> Option<&'k str> {
        if let Some(provider) = self.known.get(host) {
            return *provider;
        }
        let provider = self.knowledge.provider(host);
        if self.known.len() < MAX_HOSTS {
            self.known.insert(host.to_owned(), provider);
        }
        provider
    }
}

/// Sets the image fields; unparsable names leave only `image`.
pub(crate) fn image_fields(fact: &mut Fact, image: Option<&str>, inner: Option<&str>, providers: &mut Providers<'_>) {
    let Some(shown) = image.or(inner).filter(|name| !name.is_empty()) else { return };
    fact.set("image", Value::Text(shown.to_owned()));
    let spec = image.and_then(ImageReference::parse);
    let runtime = inner.and_then(ImageReference::parse);
    let short = spec.as_ref().or(runtime.as_ref()).is_some_and(|reference| reference.short);
    let reference = match (spec, runtime) {
        (Some(spec), Some(runtime)) if spec.short && runtime.registry != "docker.io" => runtime,
        (Some(spec), _) => spec,
        (None, Some(runtime)) => runtime,
        (None, None) => return,
    };
    let host = reference.registry.clone();
    fact.set("reference", Value::Text(reference.normalized()));
    fact.set("repository", Value::Text(reference.repository()));
    fact.set("repository-path", Value::Text(reference.path));
    fact.set("host-kind", Value::Text(host_kind(&host).to_owned()));
    if let Some(provider) = providers.of(&host) {
        fact.set("provider", Value::Text(provider.to_owned()));
    }
    fact.set("registry", Value::Text(host));
    if let Some(tag) = reference.tag {
        fact.set("tag", Value::Text(tag));
    }
    if let Some(digest) = reference.digest {
        fact.set("digest", Value::Text(digest));
    }
    if short {
        fact.set("short-name", Value::Flag(true));
    }
}
