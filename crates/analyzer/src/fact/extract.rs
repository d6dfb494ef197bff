//! Records to facts.
//!
//! In: [`Record`]s in the order in which they stand. Out: facts in a [`FactSet`], marks of what recovered, and
//! failures that are not about images. This is the only place that knows both what a record holds and what the
//! vocabulary calls it; it decides nothing that a rule could decide.

use super::{Fact, FactKind, FactSet, Subject, image_fields};
use crate::message::reference::{canonical_registry, host_kind, split_port};
use crate::message::{PullError, Statement, Target, Told, kubelet, read};
use crate::record::{
    Age, Command, Component, Container, ContainerRef, Event, EventType, FilterRule, IpvsService, Level, LocalImage, LogLine, Message, Mode,
    Node, Origin, Outcome, Pod, PodForm, Probe, Record, Secret, Service, ServiceAccount, Setting, Socket, State,
};
use crate::report::{OtherFailure, OtherKind};
use crate::rule::{Knowledge, RuleSet};
use crate::source::Citation;
use std::collections::HashSet;

/// At most so many successes are remembered.
const MAX_SUCCESSES: usize = 100_000;

/// At most so many failing pods are remembered.
const MAX_FAILING: usize = 200_000;

/// At most so many failures of other kinds are named.
const MAX_OTHERS: usize = 1_000;

/// Proof that an image of a pod (or of nobody named) is fine now.
#[derive(Debug, Clone)]
pub(crate) struct Success {
    pub(crate) subject: Subject,
    pub(crate) reference: Option<String>,
    /// Seconds since; `None` for a state, which is as new as the text itself.
    pub(crate) age: Option<u64>,
    pub(crate) is_state: bool,
    pub(crate) at: Citation,
}

/// Everything that was observed.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) facts: FactSet,
    /// The newest success of each subject and image.
    pub(crate) successes: std::collections::BTreeMap<(Subject, Option<String>, bool), Success>,
    pub(crate) others: Vec<OtherFailure>,
    /// Bounds that were reached since they were last asked for, and the lines that were left out.
    pub(crate) bounds: Vec<(&'static str, u64)>,
    /// Node of each pod, by namespace and name.
    pub(crate) nodes: std::collections::BTreeMap<(Option<String>, String), String>,
}

impl Observed {
    fn bound(&mut self, what: &'static str, lines: u64) {
        match self.bounds.iter_mut().find(|(known, _)| *known == what) {
            Some((_, known)) => *known += lines,
            None => self.bounds.push((what, lines)),
        }
    }
}

/// Turns records into facts.
#[derive(Debug)]
pub(crate) struct Extractor<'k> {
    knowledge: &'k Knowledge,
    rules: &'k RuleSet,
    /// The object that the last typed command was about.
    asked: Subject,
    /// The pod whose `Scheduled` row stands in this block: what a cut table of events is about.
    scheduled: Subject,
    block: u32,
    pub(crate) observed: Observed,
    /// Pods of which something failed, by [`name_hash`](crate::skim::name_hash).
    pub(crate) failing: HashSet<u64>,
}

/// Where a statement stands and whom it is about.
struct Context {
    subject: Subject,
    origin: Origin,
    age: Age,
    at: Citation,
    /// Image known from outside the message.
    image: Option<String>,
    init: bool,
}

impl<'k> Extractor<'k> {
    pub(crate) fn new(rules: &'k RuleSet) -> Self {
        Extractor {
            knowledge: rules.knowledge(),
            rules,
            asked: Subject::default(),
            scheduled: Subject::default(),
            block: 0,
            observed: Observed::default(),
            failing: HashSet::new(),
        }
    }

    /// Takes one record.
    pub(crate) fn take(&mut self, record: Record) {
        match record {
            Record::Event(event) => self.event(event),
            Record::Pod(pod) => self.pod(pod),
            Record::Node(node) => self.node(node),
            Record::Service(service) => self.service(service),
            Record::Secret(secret) => self.secret(secret),
            Record::ServiceAccount(account) => self.account(account),
            Record::Log(line) => self.log(line),
            Record::Socket(socket) => self.socket(socket),
            Record::Probe(probe) => self.probe(probe),
            Record::IpvsService(service) => self.ipvs(service),
            Record::FilterRule(rule) => self.filter_rule(rule),
            Record::LocalImage(image) => self.local_image(image),
            Record::Message(message) => self.message(message),
            Record::Mode(mode) => self.mode(mode),
            Record::Setting(setting) => self.setting(setting),
            Record::Command(command) => self.asked = asked(&command),
            Record::Bound { what, lines } => self.observed.bound(what, lines),
            Record::Block { prose } => {
                self.block = self.block.saturating_add(1);
                self.scheduled = Subject::default();
                // What a command asked for does not reach beyond text that is not its output.
                if prose {
                    self.asked = Subject::default();
                }
            }
        }
    }

    fn add(&mut self, mut fact: Fact) {
        fact.block = self.block;
        if let (FactKind::PullFailure | FactKind::BackOff | FactKind::Waiting, Some(pod)) = (fact.kind, &fact.subject.pod)
            && self.failing.len() < MAX_FAILING
        {
            self.failing.insert(crate::skim::name_hash(pod.as_bytes()));
        }
        self.observed.facts.add(fact);
    }

    fn event(&mut self, event: Event) {
        let is_pod = event.object.kind.as_deref().is_none_or(|kind| kind == "pod");
        let is_node = event.object.kind.as_deref() == Some("node");
        let named = event.object.name.is_some();
        let mut subject = Subject {
            namespace: event.object.namespace.clone(),
            pod: event.object.name.clone().filter(|_| is_pod),
            container: event.container.as_ref().map(|container| container.name.clone()),
            node: event.host.clone().filter(|_| event.component.as_deref() == Some("kubelet")),
        };
        if is_node {
            subject.node = event.object.name.clone();
        }
        let assigned = scheduled(&event);
        if !named && is_pod {
            if let Some(assigned) = &assigned {
                self.scheduled = Subject { node: None, ..assigned.clone() };
            }
            subject.pod = self.scheduled.pod.clone().or_else(|| self.asked.pod.clone());
            subject.namespace = subject.namespace.or_else(|| self.scheduled.namespace.clone()).or_else(|| self.asked.namespace.clone());
        }
        if let (Some(pod), Some(Subject { namespace, node: Some(node), .. })) = (&subject.pod, assigned) {
            subject.namespace = subject.namespace.or(namespace);
            self.observed.nodes.insert((subject.namespace.clone(), pod.clone()), node);
        }
        let reason = event.reason.as_deref().unwrap_or_default();
        // "Back-off pulling", "Error: ErrImagePull" and the like say themselves what they are; the rest is an event.
        let told = if is_pod { read(&event.message) } else { Vec::new() };
        let mut understood = false;
        for told in told {
            understood |= told.statement != Statement::Other;
            let context = Context {
                subject: Subject {
                    container: told.container.as_ref().map(|container| container.name.clone()).or_else(|| subject.container.clone()),
                    ..subject.clone()
                },
                origin: Origin::Event,
                age: event.age,
                at: event.at.clone(),
                image: None,
                init: told.container.as_ref().or(event.container.as_ref()).is_some_and(|container| container.init),
            };
            self.told(told, context);
        }
        if reason == "Started" && subject.container.is_some() {
            self.success(subject.clone(), None, event.age.last, false, event.at.clone());
        }
        if understood || QUIET_REASONS.contains(&reason) {
            return;
        }
        if let Some(kind) = OtherKind::of_event(reason, &event.message) {
            self.other(kind, subject.clone(), event.at.clone());
        }
        let mut fact = Fact::new(FactKind::Event, subject, event.at)
            .text("reason", event.reason)
            .text("component", event.component)
            .text("object-kind", event.object.kind.or_else(|| is_pod.then(|| "pod".to_owned())))
            .text("object", event.object.name)
            .text("text", Some(event.message));
        if let Some(kind) = event.event_type {
            fact = fact.text("type", Some(if kind == EventType::Normal { "Normal" } else { "Warning" }));
        }
        self.add(with_age(fact, event.age));
    }

    /// A statement, whoever made it.
    fn told(&mut self, told: Told, mut context: Context) {
        if let Some((pod, namespace)) = told.pod {
            context.subject.pod.get_or_insert(pod);
            context.subject.namespace = context.subject.namespace.or(namespace);
        }
        context.subject.container = told.container.as_ref().map(|container| container.name.clone()).or(context.subject.container);
        match told.statement {
            Statement::PullFailed { image, target, errors } => {
                let image = image.or_else(|| context.image.clone());
                for error in errors {
                    self.pull_failure(image.as_deref(), target, &error, told.combined, &context);
                }
            }
            Statement::BackOff { image, errors } => {
                let image = image.or_else(|| context.image.clone());
                let mut fact = Fact::new(FactKind::BackOff, context.subject.clone(), context.at.clone());
                image_fields(&mut fact, image.as_deref(), None, self.knowledge);
                self.add(with_age(fact, context.age));
                for error in errors {
                    self.pull_failure(image.as_deref(), Target::Container, &error, told.combined, &context);
                }
            }
            Statement::Waiting { reason, image } => {
                self.waiting(&reason, image.as_deref().or(context.image.as_deref()), context.init, &context)
            }
            Statement::Pulling { image } => {
                let mut fact = Fact::new(FactKind::Pulling, context.subject.clone(), context.at.clone());
                image_fields(&mut fact, Some(&image), None, self.knowledge);
                self.add(with_age(fact, context.age));
            }
            Statement::Pulled { image, present, took, waited } => {
                let mut fact = Fact::new(FactKind::Pulled, context.subject.clone(), context.at.clone())
                    .flag("present", present)
                    .number("took", took)
                    .number("waited", waited);
                image_fields(&mut fact, Some(&image), None, self.knowledge);
                let reference = fact.str("reference").map(str::to_owned);
                self.add(with_age(fact, context.age));
                self.success(context.subject, reference, context.age.last, false, context.at);
            }
            Statement::SecretMissing { names } => {
                let text = context.at.text();
                let fact = Fact::new(FactKind::SecretMissing, context.subject, context.at).text("secrets", names).text("text", Some(text));
                self.add(with_age(fact, context.age));
            }
            Statement::CrashLoop => self.other(OtherKind::CrashLoop, context.subject, context.at),
            Statement::Other => {}
        }
    }

    fn waiting(&mut self, reason: &str, image: Option<&str>, init: bool, context: &Context) {
        let origin = match context.origin {
            Origin::Event => "event",
            Origin::Status => "status",
            Origin::Log | Origin::Cli | Origin::Text => "log",
        };
        let mut fact = Fact::new(FactKind::Waiting, context.subject.clone(), context.at.clone())
            .text("reason", Some(reason))
            .text("origin", Some(origin))
            .flag("init", init);
        image_fields(&mut fact, image, None, self.knowledge);
        self.add(with_age(fact, context.age));
    }

    fn pull_failure(&mut self, image: Option<&str>, target: Target, error: &PullError, combined: bool, context: &Context) {
        let mut fact = Fact::new(FactKind::PullFailure, context.subject.clone(), context.at.clone());
        image_fields(&mut fact, image, error.reference.as_deref(), self.knowledge);
        let registry = fact.str("registry").map(str::to_owned);
        let origin = match context.origin {
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
        self.add(with_age(fact, context.age));
    }

    fn success(&mut self, subject: Subject, reference: Option<String>, age: Option<u64>, is_state: bool, at: Citation) {
        let successes = &mut self.observed.successes;
        let key = (subject.clone(), reference.clone(), is_state);
        // Later lines are newer where no age tells otherwise.
        let older = successes.get(&key).is_some_and(|known| matches!((known.age, age), (Some(known), Some(age)) if known < age));
        if !older && (successes.len() < MAX_SUCCESSES || successes.contains_key(&key)) {
            successes.insert(key, Success { subject, reference, age, is_state, at });
        }
    }

    fn other(&mut self, kind: OtherKind, subject: Subject, at: Citation) {
        let others = &mut self.observed.others;
        match others.iter().position(|known| known.kind == kind && known.subject == subject) {
            Some(index) => others[index].count += 1,
            None if others.len() < MAX_OTHERS => others.push(OtherFailure { kind, subject, evidence: vec![at], count: 1 }),
            None => {}
        }
    }

    fn pod(&mut self, pod: Pod) {
        let subject = Subject {
            namespace: pod.namespace.clone().or_else(|| self.asked.namespace.clone()),
            pod: pod.name.clone().or_else(|| self.asked.pod.clone()),
            container: None,
            node: pod.node.clone(),
        };
        if let (Some(name), Some(node)) = (&subject.pod, &pod.node) {
            self.observed.nodes.insert((subject.namespace.clone(), name.clone()), node.clone());
        }
        for container in &pod.containers {
            self.container(container, &pod, &subject);
        }
        for image in &pod.image_volumes {
            let fact =
                Fact::new(FactKind::PodSpec, subject.clone(), pod.at.clone()).text("image", Some(image.clone())).flag("image-volume", true);
            self.add(fact);
        }
        if pod.form == PodForm::Describe && pod.events.unwrap_or(0) == 0 {
            self.add(Fact::new(FactKind::NoEvents, subject.clone(), pod.at.clone()));
        }
        if pod.form == PodForm::Row {
            self.row_status(&pod, subject);
        }
    }

    /// The STATUS column: one reason for the whole pod.
    fn row_status(&mut self, pod: &Pod, subject: Subject) {
        let Some(status) = pod.status.as_deref() else { return };
        let (bare, init) = status.strip_prefix("Init:").map_or((status, false), |bare| (bare, true));
        if kubelet::IMAGE_REASONS.contains(&bare) {
            let fact = Fact::new(FactKind::Waiting, subject, pod.at.clone())
                .text("reason", Some(bare))
                .text("origin", Some("table"))
                .flag("init", init);
            self.add(fact);
        } else if bare.contains(' ') {
            let context = Context { subject, origin: Origin::Status, age: Age::default(), at: pod.at.clone(), image: None, init };
            for told in read(&format!("Error: {bare}")) {
                self.told(told, context_of(&context));
            }
        } else if let Some(kind) = OtherKind::of_reason(bare) {
            self.other(kind, subject, pod.at.clone());
        } else if matches!(bare, "Running" | "Completed") && pod.ready.is_none_or(|(ready, wanted)| ready == wanted || bare == "Completed")
        {
            self.success(subject, None, None, true, pod.at.clone());
        }
    }

    fn container(&mut self, container: &Container, pod: &Pod, pod_subject: &Subject) {
        let subject = Subject { container: Some(container.name.clone()).filter(|name| !name.is_empty()), ..pod_subject.clone() };
        let at = container.at.clone().unwrap_or_else(|| pod.at.clone());
        let context = Context {
            subject: subject.clone(),
            origin: Origin::Status,
            age: Age::default(),
            at: at.clone(),
            image: container.image.clone(),
            init: container.init,
        };
        match &container.state {
            State::Waiting { reason, message } => {
                if kubelet::IMAGE_REASONS.contains(&reason.as_str()) {
                    self.waiting(reason, container.image.as_deref(), container.init, &context);
                } else if reason.contains([' ', ':']) {
                    // Since 1.33 an unusable pull secret puts the raw error into the reason.
                    for told in read(&format!("Error: {reason}")) {
                        self.told(
                            told,
                            Context { subject: subject.clone(), at: at.clone(), image: container.image.clone(), ..context_of(&context) },
                        );
                    }
                } else if let Some(kind) = OtherKind::of_reason(reason) {
                    self.other(kind, subject.clone(), at.clone());
                }
                if let Some(message) = message {
                    // While the pull itself fails the message is the bare error.
                    let bare = reason == "ErrImagePull" || reason == "RegistryUnavailable" || reason == "SignatureValidationFailed";
                    let told = read(message);
                    let told = if bare && told.iter().all(|told| told.statement == Statement::Other) {
                        read(&format!("{reason}: {message}"))
                    } else {
                        told
                    };
                    let at = container.message_at.clone().unwrap_or_else(|| at.clone());
                    for told in told {
                        if !matches!(told.statement, Statement::Waiting { image: None, .. }) {
                            self.told(
                                told,
                                Context {
                                    subject: subject.clone(),
                                    at: at.clone(),
                                    image: container.image.clone(),
                                    ..context_of(&context)
                                },
                            );
                        }
                    }
                }
            }
            State::Running => {
                let mut fact = Fact::new(FactKind::Pulled, subject.clone(), at.clone()).flag("present", true);
                image_fields(&mut fact, container.image.as_deref(), None, self.knowledge);
                let reference = fact.str("reference").map(str::to_owned);
                self.success(subject.clone(), reference, None, true, at.clone());
            }
            State::Terminated { reason, exit_code } => {
                self.success(subject.clone(), None, None, true, at.clone());
                if let Some(kind) = reason
                    .as_deref()
                    .and_then(OtherKind::of_reason)
                    .or_else(|| exit_code.filter(|code| *code != 0).map(|_| OtherKind::ContainerError))
                {
                    self.other(kind, subject.clone(), at.clone());
                }
            }
            State::Unknown => {}
        }
        if let State::Terminated { reason: Some(reason), .. } = &container.last_state
            && reason == "OOMKilled"
        {
            self.other(OtherKind::OomKilled, subject.clone(), at.clone());
        }
        if pod.form == PodForm::Object {
            let fact = Fact::new(FactKind::PodSpec, subject, pod.at.clone())
                .text("image", container.image.clone())
                .text("policy", container.policy.clone())
                .number("pull-secrets", pod.pull_secrets.as_ref().map(|secrets| secrets.len() as u64));
            self.add(fact);
        }
    }

    fn node(&mut self, node: Node) {
        let subject = Subject { node: node.name.clone(), ..Subject::default() };
        let (runtime, version) = node
            .runtime
            .as_deref()
            .and_then(|runtime| runtime.split_once("://"))
            .map_or((None, None), |(runtime, version)| (Some(runtime.to_owned()), Some(version.to_owned())));
        let fact = Fact::new(FactKind::Node, subject.clone(), node.at.clone())
            .text("name", node.name.clone())
            .text("architecture", node.architecture)
            .text("os", node.os)
            .text("runtime", runtime)
            .text("runtime-version", version)
            .text("kubelet-version", node.kubelet);
        self.add(fact);
        for condition in node.conditions {
            let at = condition.at.unwrap_or_else(|| node.at.clone());
            let fact = Fact::new(FactKind::NodeCondition, subject.clone(), at)
                .text("condition", Some(condition.condition))
                .text("status", Some(condition.status))
                .text("reason", Some(condition.reason))
                .text("text", Some(condition.message));
            self.add(fact);
        }
        for image in node.images {
            self.local_image(LocalImage { image, at: node.at.clone() });
        }
    }

    fn service(&mut self, service: Service) {
        let subject = Subject { namespace: service.namespace.clone().or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        for port in &service.ports {
            let fact = Fact::new(FactKind::Service, subject.clone(), port.at.clone().unwrap_or_else(|| service.at.clone()))
                .text("name", service.name.clone())
                .text("type", service.service_type.clone())
                .text("cluster-ip", service.cluster_ip.clone())
                .number("port", port.port)
                .number("node-port", port.node_port)
                .number("endpoints", port.endpoints)
                .text("traffic-policy", service.traffic_policy.clone())
                .text("selector", service.selector.clone());
            self.add(fact);
        }
    }

    fn secret(&mut self, secret: Secret) {
        let subject = Subject { namespace: secret.namespace.or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        let fact = Fact::new(FactKind::Secret, subject, secret.at)
            .text("name", secret.name)
            .text("type", secret.secret_type)
            .text("keys", Some(secret.keys.join(",")).filter(|keys| !keys.is_empty()))
            .number("age", secret.age);
        self.add(fact);
    }

    fn account(&mut self, account: ServiceAccount) {
        let subject = Subject { namespace: account.namespace.or_else(|| self.asked.namespace.clone()), ..Subject::default() };
        let fact = Fact::new(FactKind::ServiceAccount, subject, account.at)
            .text("name", account.name)
            .number("pull-secrets", Some(account.pull_secrets.len() as u64))
            .text("missing", Some(account.missing.join(", ")).filter(|names| !names.is_empty()));
        self.add(fact);
    }

    fn local_image(&mut self, image: LocalImage) {
        let reference = crate::message::reference::ImageReference::parse(&image.image).map(|reference| reference.normalized());
        let fact =
            Fact::new(FactKind::LocalImage, Subject::default(), image.at).text("image", Some(image.image)).text("reference", reference);
        self.add(fact);
    }

    fn mode(&mut self, mode: Mode) {
        self.add(Fact::new(FactKind::ProxyMode, Subject::default(), mode.at).text("mode", Some(mode.mode)));
    }

    fn setting(&mut self, setting: Setting) {
        let fact = Fact::new(FactKind::KernelSetting, Subject::default(), setting.at)
            .text("name", Some(setting.name))
            .text("value", Some(setting.value));
        self.add(fact);
    }

    fn message(&mut self, message: Message) {
        for told in read(&message.text) {
            let told = if told.statement == Statement::Other { loose(&message).unwrap_or(told) } else { told };
            if told.statement == Statement::Other && REFUSALS.iter().any(|words| message.text.contains(words)) {
                // The API server refused the object; the event of its controller has the same words.
                let fact = Fact::new(FactKind::Event, self.asked.clone(), message.at.clone()).text("text", Some(message.text.clone()));
                self.add(fact);
                continue;
            }
            let context = Context {
                subject: self.asked.clone(),
                origin: message.origin,
                age: Age::default(),
                at: message.at.clone(),
                image: message.image.clone(),
                init: false,
            };
            self.told(told, context);
        }
    }

    fn log(&mut self, line: LogLine) {
        let pair = |key: &str| line.pairs.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        let mut subject = Subject { node: line.host.clone(), ..Subject::default() };
        if let Some((namespace, pod)) = pair("pod").and_then(|pod| pod.split_once('/')) {
            subject.namespace = Some(namespace.to_owned());
            subject.pod = Some(pod.to_owned());
        }
        subject.container = pair("containerName").map(str::to_owned);
        let image = pair("image").map(str::to_owned);
        let about_pull =
            matches!(line.component, Component::Kubelet | Component::Containerd | Component::CriO | Component::Docker | Component::Other);
        if about_pull {
            // What the error field says is not said again by the message around it.
            let mut texts: Vec<&str> = pair("err").into_iter().chain(pair("error")).collect();
            if texts.is_empty() || line.message.starts_with("Unable to retrieve") {
                texts.push(&line.message);
            }
            // A credential plugin's failure is no pull failure yet; the rules read the line itself.
            if line.message.starts_with("Failed to provide credentials") {
                texts.clear();
            }
            let image = image.or_else(|| image_in(&line.message));
            for text in texts {
                self.log_text(text, image.as_deref(), &subject, &line.at);
            }
        }
        self.log_line(&line, subject);
    }

    /// An error in a log, in the kubelet's words or in a runtime's.
    fn log_text(&mut self, text: &str, image: Option<&str>, subject: &Subject, at: &Citation) {
        for told in read(text) {
            let told = if told.statement == Statement::Other {
                let message = Message { origin: Origin::Log, image: image.map(str::to_owned), text: text.to_owned(), at: at.clone() };
                match loose(&message) {
                    Some(told) => told,
                    None => continue,
                }
            } else {
                told
            };
            let context = Context {
                subject: subject.clone(),
                origin: Origin::Log,
                age: Age::default(),
                at: at.clone(),
                image: image.map(str::to_owned),
                init: false,
            };
            self.told(told, context);
        }
    }

    /// The line itself, for rules about components.
    fn log_line(&mut self, line: &LogLine, subject: Subject) {
        if line.component == Component::KubeProxy
            && let Some(mode) = crate::parse::log::proxy_mode::proxy_mode(line)
        {
            self.add(Fact::new(FactKind::ProxyMode, subject.clone(), line.at.clone()).text("mode", Some(mode)));
        }
        let mut text = line.message.clone();
        for (key, value) in &line.pairs {
            text.push_str(", ");
            text.push_str(key);
            text.push('=');
            text.push_str(value);
        }
        if !self.rules.interest().wants(line.file.as_deref(), &text) {
            return;
        }
        let addresses = crate::parse::log::proxy_line::addresses(line);
        let socket = |address: &(String, u16)| format!("{}:{}", address.0, address.1);
        let port = addresses.node_port.or(addresses.virtual_server.as_ref().map(|(_, port)| *port));
        let fact = Fact::new(FactKind::LogLine, subject, line.at.clone())
            .text("component", Some(component_word(line.component)))
            .text("level", line.level.map(level_word))
            .text("file", line.file.clone())
            .text("text", Some(text))
            .text("service", addresses.service)
            .text("virtual", addresses.virtual_server.as_ref().map(socket))
            .text("real", addresses.real_server.as_ref().map(socket))
            .number("port", port)
            .number("active", addresses.active)
            .number("inactive", addresses.inactive);
        self.add(fact);
    }

    fn socket(&mut self, socket: Socket) {
        let fact = Fact::new(FactKind::Socket, Subject::default(), socket.at)
            .text("protocol", Some(socket.protocol))
            .text("state", Some(socket.state))
            .text("local-kind", Some(end_kind(&socket.local.0)))
            .text("remote-kind", Some(end_kind(&socket.remote.0)))
            .text("local-host", Some(socket.local.0))
            .number("local-port", socket.local.1)
            .text("remote-host", Some(socket.remote.0))
            .number("remote-port", socket.remote.1)
            .number("receive-queue", socket.receive_queue)
            .number("send-queue", socket.send_queue)
            .text("program", socket.program);
        self.add(fact);
    }

    fn probe(&mut self, probe: Probe) {
        let fact = Fact::new(FactKind::Probe, Subject::default(), probe.at)
            .text("tool", Some(probe.tool))
            .text("host-kind", probe.host.as_deref().map(host_kind))
            .text("host", probe.host)
            .number("port", probe.port)
            .text("outcome", Some(outcome_word(probe.outcome)))
            .number("http-status", probe.http_status)
            .text("text", Some(probe.text));
        self.add(fact);
    }

    fn ipvs(&mut self, service: IpvsService) {
        let fact = Fact::new(FactKind::IpvsService, Subject::default(), service.at.clone())
            .text("host", Some(service.host))
            .number("port", Some(service.port))
            .number("backends", Some(service.backends))
            .number("draining", Some(service.draining));
        self.add(fact);
        // A table of virtual servers exists only where IPVS is at work.
        self.add(Fact::new(FactKind::ProxyMode, Subject::default(), service.at).text("mode", Some("ipvs")));
    }

    fn filter_rule(&mut self, rule: FilterRule) {
        let fact = Fact::new(FactKind::FilterRule, Subject::default(), rule.at)
            .text("service", rule.service)
            .text("text", Some(rule.text))
            .text("action", Some(rule.action))
            .number("port", rule.port);
        self.add(fact);
    }
}

/// Reasons of events that say nothing that a rule asks for, and of which there are many.
const QUIET_REASONS: &[&str] = &[
    "Scheduled",
    "Created",
    "Started",
    "Killing",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "ScalingReplicaSet",
    "SawCompletedJob",
    "Completed",
    "LeaderElection",
    "Pulled",
];

/// Words of the API server when an admission plugin does not let an object in.
const REFUSALS: &[&str] = &["denied the request", "denied request: ", "image policy webhook backend denied"];

fn context_of(context: &Context) -> Context {
    Context {
        subject: context.subject.clone(),
        origin: context.origin,
        age: context.age,
        at: context.at.clone(),
        image: context.image.clone(),
        init: context.init,
    }
}

fn with_age(mut fact: Fact, age: Age) -> Fact {
    fact.count = age.count.unwrap_or(1).max(1);
    fact.last_seen = age.last;
    fact.first_seen = age.first.or(age.last);
    fact
}

/// `Successfully assigned ns/pod to node`; schedulers before 1.11 leave the namespace out.
fn scheduled(event: &Event) -> Option<Subject> {
    let (pod, node) = event.message.strip_prefix("Successfully assigned ")?.rsplit_once(" to ")?;
    let (namespace, pod) = pod.split_once('/').map_or((None, pod), |(namespace, pod)| (Some(namespace), pod));
    let node = node.trim();
    (crate::parse::primitive::is_name(pod) && crate::parse::primitive::is_name(node)).then(|| Subject {
        namespace: namespace.map(str::to_owned),
        pod: Some(pod.to_owned()),
        container: None,
        node: Some(node.to_owned()),
    })
}

/// The object of `kubectl describe pod NAME -n NAMESPACE`.
fn asked(command: &Command) -> Subject {
    let mut subject = Subject::default();
    let mut words = command.words.iter().map(String::as_str).peekable();
    let mut verb = None;
    let mut positional: Vec<&str> = Vec::new();
    words.next();
    while let Some(word) = words.next() {
        match word {
            "-n" | "--namespace" => subject.namespace = words.next().map(str::to_owned),
            _ if word.starts_with("--namespace=") => subject.namespace = word.split_once('=').map(|(_, value)| value.to_owned()),
            "|" | ">" | ";" | "&&" => break,
            _ if word.starts_with('-') => {}
            _ if verb.is_none() => verb = Some(word),
            _ => positional.push(word),
        }
    }
    if matches!(verb, Some("describe" | "get" | "events")) {
        let name = match positional.as_slice() {
            [kind, name] if matches!(*kind, "pod" | "pods" | "po") => Some(*name),
            [single] => single.strip_prefix("pod/").or_else(|| single.strip_prefix("pods/")).or_else(|| single.strip_prefix("po/")),
            _ => None,
        };
        subject.pod = name.filter(|name| crate::parse::primitive::is_name(name)).map(str::to_owned);
    }
    subject
}

/// An error that is not in the kubelet's words: a pull failure if its parts can only come from a pull.
fn loose(message: &Message) -> Option<Told> {
    let text = message.text.trim();
    let text = text.strip_prefix("Error: ").unwrap_or(text);
    // What a client says after it was asked for an image is about that image.
    let answered = message.origin == Origin::Cli && message.image.is_some();
    let errors: Vec<PullError> =
        crate::message::peel_all(text).into_iter().filter(|error| answered || is_about_pull(error, message.image.is_some())).collect();
    if errors.is_empty() {
        return None;
    }
    let statement = Statement::PullFailed { image: message.image.clone(), target: Target::Container, errors };
    Some(Told { container: None::<ContainerRef>, pod: None, combined: false, statement })
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

/// `PullImage "IMG" failed`, `Pulling image "IMG"`: the image that a log message names.
fn image_in(message: &str) -> Option<String> {
    let quoted = ["PullImage ", "Pulling image ", "Failed to pull image ", "pulling image "]
        .iter()
        .find_map(|start| message.find(start).map(|at| &message[at + start.len()..]))?;
    let (_, name) = crate::message::phrase::name(quoted.trim_start_matches(':').trim_start()).ok()?;
    crate::message::reference::ImageReference::parse(name).map(|_| name.to_owned())
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

fn end_kind(host: &str) -> &'static str {
    let bare = host.trim_matches(['[', ']']);
    let bare = bare.split('%').next().unwrap_or(bare);
    match bare {
        "*" | "0.0.0.0" | "::" | "" => "any",
        "::1" | "localhost" => "loopback",
        _ if bare.starts_with("127.") || bare.starts_with("::ffff:127.") => "loopback",
        _ => "address",
    }
}

fn component_word(component: Component) -> &'static str {
    match component {
        Component::KubeProxy => "kube-proxy",
        Component::Kubelet => "kubelet",
        Component::Containerd => "containerd",
        Component::CriO => "cri-o",
        Component::Docker => "docker",
        Component::Kernel => "kernel",
        Component::Other => "other",
    }
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
        Level::Fatal => "fatal",
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Connected => "connected",
        Outcome::Refused => "refused",
        Outcome::TimedOut => "timed-out",
        Outcome::NoAnswer => "no-answer",
        Outcome::NoRoute => "no-route",
        Outcome::Unreachable => "unreachable",
        Outcome::NameUnknown => "name-unknown",
        Outcome::DnsFailed => "dns-failed",
        Outcome::TlsFailed => "tls-failed",
        Outcome::Http => "http",
        Outcome::Reset => "reset",
        Outcome::Empty => "empty",
        Outcome::ProxyRefused => "proxy-refused",
        Outcome::Resolved => "resolved",
        Outcome::Failed => "failed",
    }
}
