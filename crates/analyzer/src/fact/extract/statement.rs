//! What a message states, whoever wrote it.
//!
//! In: a [`Told`], and the [`Place`] where it stood. Out: facts `pull-failure`, `back-off`, `waiting`, `pulling`,
//! `pulled` and `secret-missing`; a success is remembered too, since it mends failures.
//!
//! ```text
//! Back-off pulling image "r.example/a:1": ErrImagePull: ... connection refused     back-off, pull-failure errno=ECONNREFUSED
//! ```

use super::{Extractor, Place};
use crate::fact::{Fact, FactKind, image_fields};
use crate::message::reference::{canonical_registry, host_kind, split_port};
use crate::message::{PullError, Statement, Target, Told};
use crate::record::Origin;
use crate::report::OtherKind;

impl Extractor<'_> {
    /// A statement, whoever made it.
    pub(super) fn told(&mut self, told: Told, mut place: Place) {
        if let Some((pod, namespace)) = told.pod {
            place.subject.pod.get_or_insert(pod);
            place.subject.namespace = place.subject.namespace.or(namespace);
        }
        place.subject.container = told.container.as_ref().map(|container| container.name.clone()).or(place.subject.container);
        match told.statement {
            Statement::PullFailed { image, target, errors } => {
                let image = image.or_else(|| place.image.clone());
                for error in errors {
                    self.pull_failure(image.as_deref(), target, &error, told.combined, &place);
                }
            }
            Statement::BackOff { image, errors } => {
                let image = image.or_else(|| place.image.clone());
                let mut fact = Fact::new(FactKind::BackOff, place.subject.clone(), place.at.clone());
                image_fields(&mut fact, image.as_deref(), None, &mut self.providers);
                self.add_seen(fact, place.age);
                for error in errors {
                    self.pull_failure(image.as_deref(), Target::Container, &error, told.combined, &place);
                }
            }
            Statement::Waiting { reason, image } => self.waiting(&reason, image.as_deref().or(place.image.as_deref()), &place),
            Statement::Pulling { image } => {
                let mut fact = Fact::new(FactKind::Pulling, place.subject.clone(), place.at.clone());
                image_fields(&mut fact, Some(&image), None, &mut self.providers);
                self.add_seen(fact, place.age);
            }
            Statement::Pulled { image, present, took, waited } => {
                let mut fact = Fact::new(FactKind::Pulled, place.subject.clone(), place.at.clone())
                    .flag("present", present)
                    .number("took", took)
                    .number("waited", waited);
                image_fields(&mut fact, Some(&image), None, &mut self.providers);
                let reference = fact.str("reference").map(str::to_owned);
                self.add_seen(fact, place.age);
                self.observed.success(&place.subject, reference.as_deref(), place.age, false, &place.at);
            }
            Statement::SecretMissing { names } => {
                let text = place.at.text();
                let fact = Fact::new(FactKind::SecretMissing, place.subject, place.at).text("secrets", names).text("text", Some(text));
                self.add_seen(fact, place.age);
            }
            Statement::CrashLoop => self.observed.other(OtherKind::CrashLoop, place.subject, place.at),
            Statement::Other => {}
        }
    }

    pub(super) fn waiting(&mut self, reason: &str, image: Option<&str>, place: &Place) {
        let origin = match place.origin {
            Origin::Event => "event",
            Origin::Status => "status",
            Origin::Log | Origin::Cli | Origin::Text => "log",
        };
        let mut fact = Fact::new(FactKind::Waiting, place.subject.clone(), place.at.clone())
            .text("reason", Some(reason))
            .text("origin", Some(origin))
            .flag("init", place.init);
        image_fields(&mut fact, image, None, &mut self.providers);
        self.add_seen(fact, place.age);
    }

    fn pull_failure(&mut self, image: Option<&str>, target: Target, error: &PullError, combined: bool, place: &Place) {
        let mut fact = Fact::new(FactKind::PullFailure, place.subject.clone(), place.at.clone());
        image_fields(&mut fact, image, error.reference.as_deref(), &mut self.providers);
        let registry = fact.str("registry").map(str::to_owned);
        let origin = match place.origin {
            Origin::Event => "event",
            Origin::Status => "status",
            Origin::Log => "log",
            Origin::Cli => "cli",
            Origin::Text => "text",
        };
        let target = match target {
            Target::Sandbox => "sandbox",
            Target::Container => "container",
        };
        let endpoint_host = error.endpoint().map(|endpoint| split_port(endpoint).0.to_owned());
        let port = error.port().or_else(|| registry.as_deref().and_then(|registry| split_port(registry).1));
        let kind = endpoint_host.as_deref().or(registry.as_deref()).map(host_kind);
        let fact = fact
            .text("origin", Some(origin))
            .text("target", Some(target))
            .text("runtime", error.runtime)
            .text("operation", error.operation)
            .text("artifact", error.artifact)
            .text("grpc-code", error.grpc_code.clone())
            .text("credential", error.credential)
            .text("method", error.method.clone())
            .text("url", error.url.as_ref().map(|url| url.text()))
            .text("url-host", error.url.as_ref().map(|url| url.host.clone()))
            .text("url-name", error.url.as_ref().map(|url| split_port(&url.host).0.to_owned()))
            .text("url-scheme", error.url.as_ref().and_then(|url| url.scheme))
            .number("url-port", error.url.as_ref().filter(|url| url.scheme.is_some()).map(|url| url.port()))
            .flag("foreign-host", is_foreign(error, registry.as_deref()))
            .text("mirror-of", error.url.as_ref().and_then(|url| url.mirror_of.clone()))
            .text("address", error.address.clone())
            .number("port", port)
            .text("address-kind", kind)
            .text("transport", error.transport)
            .text("socket-path", error.socket_path.clone())
            .number("http-status", error.http_status)
            .text("registry-code", error.registry_code.clone())
            .text("registry-message", error.registry_message.clone())
            .text("errno", error.errno)
            .text("syscall", error.syscall.clone())
            .text("path", error.path.clone())
            .text("stream", error.stream)
            .text("dns", error.dns)
            .text("lookup-host", error.lookup_host.clone())
            .text("dns-server", error.dns_server.clone())
            .text("tls", error.tls)
            .text("certificate-names", error.certificate_names.clone())
            .text("certificate-wanted", error.certificate_wanted.clone())
            .text("timeout", error.timeout)
            .flag("proxy", error.proxy)
            .text("proxy-answer", error.proxy_answer)
            .text("media-type", error.media_type.clone())
            .flag("combined", combined)
            .flag("mirrors-failed", error.mirrors_failed)
            .flag("cut", error.cut)
            .number("elements", (error.elements > 1).then_some(error.elements as u64))
            .text("text", Some(error.text.clone()));
        self.add_seen(fact, place.age);
    }
}

/// Whether the URL (or the looked-up name) belongs to another host than the image's registry.
fn is_foreign(error: &PullError, registry: Option<&str>) -> bool {
    let Some(registry) = registry else { return false };
    let host = match (&error.url, &error.lookup_host) {
        (Some(url), _) => url.host.as_str(),
        (None, Some(host)) => host,
        (None, None) => return false,
    };
    let bare = |host: &str| {
        let (name, port) = split_port(host);
        let name = if name.is_empty() { host } else { name };
        (canonical_registry(name), port.filter(|port| !matches!(port, 80 | 443)))
    };
    let (host, port) = bare(host);
    let (registry, registry_port) = bare(registry);
    host != registry || (error.url.is_some() && port != registry_port && port.is_some() && registry_port.is_some())
}
