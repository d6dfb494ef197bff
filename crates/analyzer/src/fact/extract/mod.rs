//! Records to facts.
//!
//! In: [`Record`]s in the order in which they stand. Out: [`Observed`]: facts, marks of what recovered, and failures
//! that are not about images. This is the only place that knows both what a record holds and what the vocabulary
//! calls it; it decides nothing that a rule could decide. Each kind of record has its file; whatever in them makes a
//! statement about an image, be it an event, a status or a log, ends in [`statement`].
//!
//! ```text
//! Record::Event   Warning Failed 9s kubelet Failed to pull image "r.example/a:1": ... 401 Unauthorized
//! Fact            pull-failure origin=event image=r.example/a:1 registry=r.example http-status=401 ...
//! ```

mod command;
mod event;
mod interner;
mod log;
mod network;
mod object;
mod observed;
mod pod;
mod statement;
mod text;

pub(crate) use observed::{Observed, Success};

use super::{Dated, Fact, FactKind, Providers, Subject};
use crate::record::{Age, Origin, Record};
use crate::rule::RuleSet;
use crate::source::Citation;
use rustc_hash::FxHashSet;

/// Turns records into facts.
#[derive(Debug)]
pub(crate) struct Extractor<'k> {
    providers: Providers<'k>,
    rules: &'k RuleSet,
    /// The object that the last typed command was about.
    asked: Subject,
    /// The pod whose `Scheduled` row stands in this block: what a cut table of events is about.
    scheduled: Subject,
    block: u32,
    pub(crate) observed: Observed,
    pub(crate) failing: Failing,
}

/// Pods of which a failure is among the facts, by [`name_hash`](crate::skim::name_hash).
#[derive(Debug, Default)]
pub(crate) struct Failing {
    pub(crate) all: FxHashSet<u64>,
    /// Those that came since they were last taken out.
    pub(crate) new: FxHashSet<u64>,
}

/// Where a statement stands and whom it is about.
#[derive(Clone)]
struct Place {
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
            providers: Providers::new(rules.knowledge()),
            rules,
            asked: Subject::default(),
            scheduled: Subject::default(),
            block: 0,
            observed: Observed::default(),
            failing: Failing::default(),
        }
    }

    /// Ends a source: what a command at its end asked for says nothing about the next one, and how old its facts are is known.
    pub(crate) fn end_source(&mut self) {
        self.take(Record::Block { prose: true });
        self.observed.settle();
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
            Record::Command(command) => self.asked = command::asked(&command),
            Record::Newest(time) => self.observed.newest = self.observed.newest.max(Some(time)),
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

    /// Adds a fact that was seen then.
    fn add_seen(&mut self, mut fact: Fact, age: Age) {
        fact.count = age.count.unwrap_or(1).max(1);
        let (last, first) = (age.last, age.first.or(age.last));
        if age.dated {
            self.add_dated(fact, Some(Dated { last, first }));
        } else {
            (fact.last_seen, fact.first_seen) = (last, first);
            self.add_dated(fact, None);
        }
    }

    fn add(&mut self, fact: Fact) {
        self.add_dated(fact, None);
    }

    fn add_dated(&mut self, mut fact: Fact, dated: Option<Dated>) {
        fact.block = self.block;
        let failing = matches!(fact.kind, FactKind::PullFailure | FactKind::BackOff | FactKind::Waiting);
        let pod = fact.subject.pod.as_ref().filter(|_| failing).map(|pod| crate::skim::name_hash(pod.as_bytes()));
        let kept = self.observed.facts.add(fact, dated);
        if let Some(pod) = pod.filter(|_| kept)
            && self.failing.all.insert(pod)
        {
            self.failing.new.insert(pod);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fact::{Fact, FactKind};
    use crate::report::Report;

    fn report(text: &str) -> Report {
        crate::analyze("input", text.as_bytes())
    }

    fn facts(text: &str, kind: FactKind) -> Vec<Fact> {
        report(text).facts.into_iter().filter(|fact| fact.kind == kind).collect()
    }

    /// Values of these fields, `-` where there is none, of all facts of a kind.
    fn fields(text: &str, kind: FactKind, names: &[&str]) -> Vec<String> {
        let value = |fact: &Fact, name: &&str| fact.get(name).map_or("-".to_owned(), |value| value.to_string());
        facts(text, kind).iter().map(|fact| names.iter().map(|name| value(fact, name)).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_command_says_whom_its_output_is_about() {
        let events = "Events:\n  Type     Reason  Age  From     Message\n  Warning  Failed  9s   kubelet  Error: ErrImagePull\n";
        for (command, pod, namespace) in [
            ("kubectl describe pod web-1 -n shop", "web-1", "shop"),
            ("kubectl describe po web-1 --namespace shop", "web-1", "shop"),
            ("kubectl -n shop describe pods web-1", "web-1", "shop"),
            ("kubectl describe pod/web-1 --namespace=shop", "web-1", "shop"),
            ("kubectl describe pod web-1 --show-events | tail -n 9", "web-1", "-"),
            ("kubectl get events -n shop", "-", "shop"),
            ("kubectl describe deployment web-1", "-", "-"),
            ("kubectl delete pod web-1", "-", "-"),
        ] {
            let found = fields(&format!("$ {command}\n{events}"), FactKind::Waiting, &["pod", "namespace"]);
            assert_eq!(found, [format!("{pod} {namespace}")], "{command}");
        }
    }

    #[test]
    fn a_kubelets_event_has_its_node_and_its_container() {
        let text = "9s  Warning  Failed  pod/web-1  spec.initContainers{setup}  kubelet, node-a  Error: ErrImagePull";
        assert_eq!(fields(text, FactKind::Waiting, &["pod", "container", "node", "init"]), ["web-1 setup node-a true"]);
        let text = "9s  Warning  FailedMount  pod/web-1  spec.containers{web}  kubelet, node-a  MountVolume.SetUp failed for volume x";
        assert_eq!(fields(text, FactKind::Event, &["type", "reason", "component", "node"]), ["Warning FailedMount kubelet node-a"]);
        let text = "9s  Normal  NodeReady  node/node-a  kubelet, node-a  Node node-a status is now: NodeReady";
        assert_eq!(fields(text, FactKind::Event, &["type", "object-kind", "pod", "node"]), ["Normal node - node-a"]);
    }

    #[test]
    fn a_log_line_is_about_its_pod_its_node_and_its_image() {
        let text = r#"Jun 01 10:00:00 node-a kubelet[812]: E0601 10:00:00.000000     812 pod_workers.go:1298] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"web\" with ErrImagePull: \"unexpected EOF\"" pod="shop/web-1" podUID="x""#;
        assert_eq!(
            fields(text, FactKind::PullFailure, &["namespace", "pod", "container", "node", "stream"]),
            ["shop web-1 web node-a unexpected-eof"]
        );
        let text = r#"time="2026-06-01T10:00:00Z" level=error msg="PullImage \"r.example/a:1\" failed" error="unexpected EOF""#;
        assert_eq!(fields(text, FactKind::PullFailure, &["image", "stream", "origin"]), ["r.example/a:1 unexpected-eof log"]);
    }

    #[test]
    fn ends_of_sockets_by_their_spelling() {
        for (end, kind) in [
            ("0.0.0.0:80", "any"),
            (":::80", "any"),
            ("*:80", "any"),
            ("127.0.0.53%lo:80", "loopback"),
            ("::1:80", "loopback"),
            ("::ffff:127.0.0.1:80", "loopback"),
            ("10.0.0.9:80", "address"),
            ("fd00::5:80", "address"),
        ] {
            let text = format!(
                "Proto Recv-Q Send-Q Local Address           Foreign Address         State\ntcp        0      0 {end:<23} 0.0.0.0:*               LISTEN\n"
            );
            assert_eq!(fields(&text, FactKind::Socket, &["local-kind"]), [kind], "{end}");
        }
    }

    #[test]
    fn objects_tell_what_rules_ask_for() {
        let object = |kind: &str, rest: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: x\n  namespace: shop\n{rest}");
        let text = object("Secret", "type: Opaque\n");
        assert_eq!(fields(&text, FactKind::Secret, &["namespace", "name", "type", "keys"]), ["shop x Opaque -"]);
        let text = object("Secret", "type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: e30=\n");
        assert_eq!(fields(&text, FactKind::Secret, &["keys"]), [".dockerconfigjson"]);
        let text = object("ServiceAccount", "imagePullSecrets:\n- name: regcred\n");
        assert_eq!(fields(&text, FactKind::ServiceAccount, &["namespace", "name", "pull-secrets", "missing"]), ["shop x 1 -"]);
        let text = object("Service", "spec:\n  type: NodePort\n  ports:\n  - port: 80\n    nodePort: 30001\n");
        assert_eq!(fields(&text, FactKind::Service, &["namespace", "name", "type", "port", "node-port"]), ["shop x NodePort 80 30001"]);
        let text = object(
            "Node",
            "status:\n  nodeInfo:\n    architecture: arm64\n    containerRuntimeVersion: containerd://1.7.2\n  images:\n  - names: [r.example/a:1]\n",
        );
        assert_eq!(fields(&text, FactKind::Node, &["node", "architecture", "runtime", "runtime-version"]), ["x arm64 containerd 1.7.2"]);
        assert_eq!(fields(&text, FactKind::LocalImage, &["reference"]), ["r.example/a:1"]);
    }

    #[test]
    fn a_description_without_events_says_so() {
        let pod = "Name:         web-1\nNamespace:    shop\nContainers:\n  web:\n    Image:  r.example/a:1\n    State:  Waiting\n      Reason:  ImagePullBackOff\nQoS Class:  BestEffort\n";
        let none = |text: &str| facts(text, FactKind::NoEvents).len();
        assert_eq!((none(&format!("{pod}Events:  <none>\n")), none(pod)), (1, 1));
        // A piece of a description says nothing of what stands below it.
        assert_eq!(none(&pod.replace("QoS Class:", "Labels:")), 0);
        let events = "Events:\n  Type     Reason  Age  From     Message\n  Warning  Failed  9s   kubelet  Error: ErrImagePull\n";
        assert_eq!(none(&format!("{pod}{events}")), 0);
        assert_eq!(none("NAME    READY   STATUS             RESTARTS   AGE\nweb-1   0/1     ImagePullBackOff   0          9s\n"), 0);
        // What only a manifest says is not told of a description.
        assert!(facts(pod, FactKind::PodSpec).is_empty());
    }

    /// A failure of the pod, and its row in a table behind it.
    fn with_row(ready: &str, status: &str) -> usize {
        let failed =
            "9s  Warning  Failed  pod/web-1  Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.9:443: connect: connection refused";
        report(&format!("{failed}\n\nNAME    READY   STATUS   RESTARTS   AGE\nweb-1   {ready}     {status}   0          9s\n"))
            .diagnoses
            .len()
    }

    #[test]
    fn a_pod_that_is_ready_or_done_has_its_images() {
        assert_eq!((with_row("1/1", "Running"), with_row("0/1", "Completed")), (0, 0));
        assert_eq!((with_row("1/2", "Running"), with_row("0/1", "Pending"), with_row("1/1", "Terminating")), (1, 1, 1));
    }

    #[test]
    fn elements_are_counted_where_there_are_several() {
        let row = |error: &str| format!("9s  Warning  Failed  pod/web-1  Failed to pull image \"r.example/a:1\": {error}");
        let elements = |error: &str| fields(&row(error), FactKind::PullFailure, &["elements"]);
        assert_eq!(elements("unexpected EOF"), ["-"]);
        assert_eq!(elements("[rpc error: code = Unknown desc = unexpected EOF, rpc error: code = NotFound desc = x]"), ["2", "2"]);
    }

    #[test]
    fn a_host_is_foreign_if_it_is_neither_the_registry_nor_its_front() {
        for (image, url, foreign) in [
            ("r.example/a:1", "https://r.example/v2/", "-"),
            ("r.example/a:1", "https://R.example:443/v2/", "-"),
            ("nginx", "https://registry-1.docker.io/v2/", "-"),
            ("nginx", "https://auth.docker.io/token", "true"),
            ("r.example/a:1", "https://cdn.example/x", "true"),
            ("r.example:5000/a:1", "https://r.example:5000/v2/", "-"),
            ("r.example:5000/a:1", "https://r.example:6000/v2/", "true"),
            ("[fd00::5]:5000/a:1", "https://[fd00::5]:5000/v2/", "-"),
        ] {
            let text = format!("9s  Warning  Failed  pod/web-1  Failed to pull image \"{image}\": Get \"{url}\": EOF");
            assert_eq!(fields(&text, FactKind::PullFailure, &["foreign-host"]), [foreign], "{image} {url}");
        }
        let text = "9s  Warning  Failed  pod/web-1  Failed to pull image \"r.example/a:1\": dial tcp: lookup cdn.example: no such host";
        assert_eq!(fields(text, FactKind::PullFailure, &["foreign-host"]), ["true"]);
    }

    #[test]
    fn a_short_name_is_where_the_runtime_found_it() {
        let text = |image: &str, asked: &str| {
            format!("9s  Warning  Failed  pod/web-1  Failed to pull image \"{image}\": initializing source docker://{asked}: EOF")
        };
        for (image, asked, reference, short) in [
            ("app:1", "quay.io/acme/app:1", "quay.io/acme/app:1", "true"),
            ("app:1", "docker.io/library/app:1", "docker.io/library/app:1", "true"),
            ("r.example/app:1", "mirror.example/app:1", "r.example/app:1", "-"),
        ] {
            let found = fields(&text(image, asked), FactKind::PullFailure, &["image", "reference", "short-name"]);
            assert_eq!(found, [format!("{image} {reference} {short}")], "{image} {asked}");
        }
    }

    #[test]
    fn pods_fail_of_which_a_failure_is_kept() {
        let rules = crate::rule::RuleSet::builtin();
        let mut extractor = super::Extractor::new(&rules);
        let at = report("9s  Warning  Failed  Error: ErrImagePull").facts[0].citations[0].clone();
        for number in 0..=crate::fact::MAX_FACTS_PER_KIND {
            let subject = crate::fact::Subject { pod: Some(format!("web-{number}")), ..Default::default() };
            extractor.add(Fact::new(FactKind::BackOff, subject.clone(), at.clone()));
            extractor.add(Fact::new(FactKind::BackOff, subject, at.clone()));
        }
        let failing = |number: usize| extractor.failing.all.contains(&crate::skim::name_hash(format!("web-{number}").as_bytes()));
        assert!(failing(0) && failing(crate::fact::MAX_FACTS_PER_KIND - 1) && !failing(crate::fact::MAX_FACTS_PER_KIND));
        assert_eq!(extractor.failing.new, extractor.failing.all);
    }

    #[test]
    fn an_assignment_names_a_pod_and_a_node() {
        let text = |message: &str| {
            format!(
                "Events:\n  Type     Reason     Age  From               Message\n  Normal   Scheduled  9s   default-scheduler  {message}\n  Warning  Failed     9s   kubelet            Error: ErrImagePull\n"
            )
        };
        let waiting = |message: &str| fields(&text(message), FactKind::Waiting, &["namespace", "pod", "node"]);
        assert_eq!(waiting("Successfully assigned shop/web-1 to node-a"), ["shop web-1 node-a"]);
        // Before 1.11 without the namespace.
        assert_eq!(waiting("Successfully assigned web-1 to node-a"), ["- web-1 node-a"]);
        assert_eq!(waiting("Successfully assigned Web_1 to node-a"), ["- - -"]);
        assert_eq!(waiting("Successfully assigned web-1 to Node A"), ["- - -"]);
    }

    /// A pod's manifest with such a state of its container.
    fn manifest(state: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-1\n  namespace: shop\nspec:\n  containers:\n  - name: web\n    image: r.example/a:1\nstatus:\n  containerStatuses:\n  - name: web\n    image: r.example/a:1\n    {state}\n"
        )
    }

    #[test]
    fn a_waiting_message_is_the_error_itself_or_the_kubelets_sentence() {
        for (reason, message) in [
            ("ErrImagePull", "dial tcp 10.0.0.9:443: connect: connection refused"),
            ("RegistryUnavailable", "dial tcp 10.0.0.9:443: connect: connection refused"),
            ("ErrImagePull", "Failed to pull image \\\"r.example/a:1\\\": dial tcp 10.0.0.9:443: connect: connection refused"),
            (
                "ImagePullBackOff",
                "Back-off pulling image \\\"r.example/a:1\\\": ErrImagePull: dial tcp 10.0.0.9:443: connect: connection refused",
            ),
        ] {
            let text = manifest(&format!("state:\n      waiting:\n        reason: {reason}\n        message: \"{message}\""));
            let found = fields(&text, FactKind::PullFailure, &["origin", "errno", "reference", "container", "text"]);
            let error = "dial tcp 10.0.0.9:443: connect: connection refused";
            assert_eq!(found, [format!("status ECONNREFUSED r.example/a:1 web {error}")], "{reason}: {message}");
            assert_eq!(fields(&text, FactKind::Waiting, &["reason", "origin"]), [format!("{reason} status")]);
        }
    }

    #[test]
    fn what_ended_a_container_is_named() {
        let others = |state: &str| report(&manifest(state)).other_failures.into_iter().map(|other| other.kind.as_str()).collect::<Vec<_>>();
        let running = "state:\n      running: {}\n    lastState:\n      terminated:\n        exitCode: 137\n        reason: ";
        assert_eq!(others(&format!("{running}OOMKilled")), ["OOMKilled"]);
        assert!(others(&format!("{running}Completed")).is_empty());
        let ended =
            |reason: &str, code: u8| others(&format!("state:\n      terminated:\n        exitCode: {code}\n        reason: {reason}"));
        assert_eq!((ended("Error", 1).len(), ended("Completed", 0).len()), (1, 0));
    }

    #[test]
    fn a_refusal_of_the_api_server_is_an_event() {
        let text = "$ kubectl apply -f web.yaml\nError from server: error when creating \"web.yaml\": admission webhook \"policy.example\" denied the request: image r.example/a:1 is not signed";
        assert_eq!(facts(text, FactKind::Event).len(), 1);
        assert!(facts(text, FactKind::PullFailure).is_empty());
        let text = "Failed to pull image \"r.example/a:1\": rpc error: code = Unknown desc = unexpected status: 403 Forbidden: the proxy denied the request";
        assert_eq!((facts(text, FactKind::Event).len(), facts(text, FactKind::PullFailure).len()), (0, 1));
    }

    #[test]
    fn a_mode_is_told_by_the_proxy_itself() {
        let text = "$ curl localhost:10249/proxyMode\nipvs\n";
        assert_eq!(fields(text, FactKind::ProxyMode, &["mode"]), ["ipvs"]);
    }
}
