//! Pods, and the parts of pods that people cut out, to records.
//!
//! In: a pod's manifest and status. Out: one [`record::Pod`] whose containers join what the spec says (image as
//! written, pull policy) with what the status says (state, and the waiting message that describe never prints).
//!
//! ```text
//! status:
//!   containerStatuses:
//!   - name: billing
//!     state:
//!       waiting:
//!         message: 'Back-off pulling image "reg-l.corp.example:444/team/app:v1": ErrImagePull: ...'
//!         reason: ImagePullBackOff
//! ```

use super::node::Node;
use super::record::{Reading, given, named, names};
use super::schema::{self, ContainerSpec, ContainerState, ContainerStatus};
use crate::record::{Container, Pod, PodForm, Record, State};
use crate::source::Citation;
use std::collections::BTreeMap;

impl Reading<'_> {
    pub(super) fn pod<N: Node>(&mut self, root: &N, pod: schema::Pod) {
        let metadata = pod.metadata.unwrap_or_default();
        self.seen(metadata.creation_timestamp.as_ref());
        let shown = pod.spec.is_some();
        let spec = pod.spec.unwrap_or_default();
        let status = pod.status.unwrap_or_default();
        self.seen(status.start_time.as_ref());
        for condition in status.conditions.iter().flatten() {
            self.seen(condition.last_transition_time.as_ref());
        }
        let ready = status.container_statuses.as_ref().map(|statuses| {
            let ready = statuses.iter().filter(|status| status.ready == Some(true)).count();
            let wanted = spec.containers.as_ref().map_or(statuses.len(), Vec::len);
            (u32::try_from(ready).unwrap_or(u32::MAX), u32::try_from(wanted).unwrap_or(u32::MAX))
        });
        let (spec_place, status_place) = (root.get("spec"), root.get("status"));
        let mut containers = Vec::new();
        let sections = [
            ("initContainers", "initContainerStatuses", spec.init_containers, status.init_container_statuses),
            ("containers", "containerStatuses", spec.containers, status.container_statuses),
            ("ephemeralContainers", "ephemeralContainerStatuses", spec.ephemeral_containers, status.ephemeral_container_statuses),
        ];
        for (spec_key, status_key, specs, statuses) in sections {
            let init = spec_key == "initContainers";
            let statuses = self.statuses(status_place.as_ref().and_then(|place| place.get(status_key)), statuses, init);
            join(spec_place.as_ref().and_then(|place| place.get(spec_key)), specs, statuses, init, &mut containers);
        }
        self.out.push(Record::Pod(Pod {
            namespace: given(metadata.namespace),
            name: given(metadata.name),
            node: given(spec.node_name),
            status: metadata.deletion_timestamp.map(|_| "Terminating".to_owned()).or(given(status.reason)).or(given(status.phase)),
            ready,
            form: PodForm::Object,
            containers,
            image_volumes: spec.volumes.into_iter().flatten().filter_map(|volume| given(volume.image?.reference)).collect(),
            events: None,
            pull_secrets: shown.then(|| names(spec.image_pull_secrets.unwrap_or_default())),
            at: named(root),
        }));
    }

    /// A part of a pod: its status, a list of container statuses, one of them, or a state alone.
    pub(super) fn fragment<N: Node>(&mut self, root: &N, part: schema::Fragment) {
        let mut status = part.status.unwrap_or_default();
        let place = root.get("status");
        let place = place.as_ref().unwrap_or(root);
        let mut containers = Vec::new();
        let sections = [
            ("initContainerStatuses", status.init_container_statuses.take().or(part.init_container_statuses)),
            ("containerStatuses", status.container_statuses.take().or(part.container_statuses)),
            ("ephemeralContainerStatuses", status.ephemeral_container_statuses.take().or(part.ephemeral_container_statuses)),
        ];
        for (key, statuses) in sections {
            containers.append(&mut self.statuses(place.get(key), statuses, key == "initContainerStatuses"));
        }
        let bare = part.waiting.map(|waiting| ContainerState { waiting: Some(waiting), ..ContainerState::default() });
        let state = part.state.or(bare);
        if state.is_some() {
            let state_place = root.get("state");
            let alone = ContainerStatus { name: part.name, image: part.image, ready: part.ready, state, last_state: part.last_state };
            containers.push(self.container(alone, Some(root), state_place.as_ref().or(Some(root)), false));
        }
        if containers.is_empty() {
            return;
        }
        self.out.push(Record::Pod(Pod {
            namespace: None,
            name: None,
            node: None,
            status: given(status.reason).or(given(status.phase)),
            ready: None,
            form: PodForm::Object,
            containers,
            image_volumes: Vec::new(),
            events: None,
            pull_secrets: None,
            at: root.cite(),
        }));
    }

    fn statuses<N: Node>(&mut self, place: Option<N>, statuses: Option<Vec<ContainerStatus>>, init: bool) -> Vec<Container> {
        let places = place.map(|place| place.items()).unwrap_or_default();
        let statuses = statuses.unwrap_or_default().into_iter().enumerate();
        statuses
            .map(|(index, status)| {
                let place = places.get(index);
                let state = place.and_then(|place| place.get("state"));
                self.container(status, place, state.as_ref(), init)
            })
            .collect()
    }

    fn container<N: Node>(&mut self, status: ContainerStatus, place: Option<&N>, state_place: Option<&N>, init: bool) -> Container {
        let value = |path: &[&str]| state_place.and_then(|place| place.at(path)).map(|value| value.cite());
        let at: Option<Citation> = match &status.state {
            Some(ContainerState { waiting: Some(_), .. }) => value(&["waiting", "reason"]).or_else(|| value(&["waiting"])),
            Some(ContainerState { terminated: Some(_), .. }) => value(&["terminated", "reason"]).or_else(|| value(&["terminated"])),
            Some(ContainerState { running: Some(_), .. }) => value(&["running"]),
            _ => None,
        };
        let message_at = value(&["waiting", "message"]);
        Container {
            name: status.name.unwrap_or_default(),
            init,
            image: given(status.image),
            policy: None,
            state: self.state(status.state),
            last_state: self.state(status.last_state),
            ready: status.ready,
            at: at.or_else(|| place.map(|place| place.get("name").map_or_else(|| place.cite(), |name| name.cite()))),
            message_at,
        }
    }

    fn state(&mut self, state: Option<ContainerState>) -> State {
        let Some(state) = state else { return State::Unknown };
        if let Some(waiting) = state.waiting {
            return State::Waiting { reason: waiting.reason.unwrap_or_default(), message: given(waiting.message) };
        }
        if let Some(terminated) = state.terminated {
            self.seen(terminated.finished_at.as_ref());
            return State::Terminated { reason: given(terminated.reason), exit_code: terminated.exit_code };
        }
        match state.running {
            Some(running) => {
                self.seen(running.started_at.as_ref());
                State::Running
            }
            None => State::Unknown,
        }
    }
}

/// Adds one section's containers in the order of the spec; a status without a spec stands at the end.
fn join<N: Node>(
    place: Option<N>,
    specs: Option<Vec<ContainerSpec>>,
    statuses: Vec<Container>,
    init: bool,
    containers: &mut Vec<Container>,
) {
    let places = place.map(|place| place.items()).unwrap_or_default();
    let mut by_name: BTreeMap<String, Container> = statuses.into_iter().map(|status| (status.name.clone(), status)).collect();
    for (index, spec) in specs.unwrap_or_default().into_iter().enumerate() {
        let name = spec.name.unwrap_or_default();
        let mut container = by_name.remove(&name).unwrap_or_else(|| {
            let place = places.get(index);
            let at = place.map(|place| place.get("image").map_or_else(|| place.cite(), |image| image.cite()));
            Container { name, init, at, ..Container::default() }
        });
        // The status has the image as the runtime calls it.
        container.image = given(spec.image).or(container.image);
        container.policy = given(spec.image_pull_policy);
        containers.push(container);
    }
    containers.extend(by_name.into_values());
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_by;
    use super::super::yaml::read;
    use crate::parse::Taken;
    use crate::record::{Pod, Record, State};

    fn pod(record: Option<&Record>) -> &Pod {
        let Some(Record::Pod(pod)) = record else { panic!("{record:?}") };
        pod
    }

    #[test]
    fn a_pod_joins_spec_and_status() {
        let text = "\
apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: \"2026-11-22T08:57:00Z\"
  name: billing-r8gph
  namespace: data-117
spec:
  containers:
  - image: reg-l.corp.example:444/team/app:v1
    imagePullPolicy: IfNotPresent
    name: billing
  - image: sidecar
    name: proxy
  imagePullSecrets:
  - name: regcred
  initContainers:
  - image: reg-l.corp.example:444/team/init:v1
    name: setup
  nodeName: worker-1
  volumes:
  - image:
      pullPolicy: Always
      reference: r.local/model:1
    name: model
status:
  containerStatuses:
  - image: docker.io/library/sidecar:latest
    lastState:
      terminated:
        exitCode: 1
        reason: Error
    name: proxy
    ready: true
    state:
      running:
        startedAt: \"2026-11-22T08:58:00Z\"
  - image: reg-l.corp.example:444/team/app:v1
    name: billing
    ready: false
    state:
      waiting:
        message: 'Back-off pulling image \"reg-l.corp.example:444/team/app:v1\": ErrImagePull:
          EOF'
        reason: ImagePullBackOff
  phase: Pending
";
        let (taken, records) = read_by(read, text);
        assert_eq!(taken, Taken::all(45));
        let pod = pod(records.first());
        assert_eq!(
            (pod.name.as_deref(), pod.node.as_deref(), pod.status.as_deref(), pod.ready),
            (Some("billing-r8gph"), Some("worker-1"), Some("Pending"), Some((1, 2)))
        );
        assert_eq!(
            (pod.pull_secrets.as_deref(), pod.image_volumes.as_slice()),
            (Some(["regcred".to_owned()].as_slice()), ["r.local/model:1".to_owned()].as_slice())
        );
        let names: Vec<_> = pod
            .containers
            .iter()
            .map(|container| {
                (container.name.as_str(), container.init, container.image.as_deref(), container.at.as_ref().map(|at| at.location.line))
            })
            .collect();
        assert_eq!(
            names,
            [
                ("setup", true, Some("reg-l.corp.example:444/team/init:v1"), Some(17)),
                ("billing", false, Some("reg-l.corp.example:444/team/app:v1"), Some(44)),
                ("proxy", false, Some("sidecar"), Some(35)),
            ]
        );
        let billing = &pod.containers[1];
        let message = "Back-off pulling image \"reg-l.corp.example:444/team/app:v1\": ErrImagePull: EOF";
        assert_eq!(billing.state, State::Waiting { reason: "ImagePullBackOff".into(), message: Some(message.into()) });
        assert_eq!(billing.message_at.as_ref().map(|at| (at.location.line, at.location.end_line)), Some((42, 43)));
        assert_eq!(pod.containers[2].last_state, State::Terminated { reason: Some("Error".into()), exit_code: Some(1) });
    }

    #[test]
    fn parts_of_pods() {
        let (taken, records) = read_by(
            read,
            "      state:\n        waiting:\n          message: Back-off pulling image \"a:1\"\n          reason: ImagePullBackOff\nprose\n",
        );
        assert_eq!(taken, Taken::all(4));
        let pod = pod(records.first());
        assert_eq!(pod.containers[0].at.as_ref().map(|at| (at.location.line, at.text())), Some((4, "ImagePullBackOff".to_owned())));
    }

    #[test]
    fn parts_of_pods_know_which_containers_are_first() {
        let status = |name: &str| format!("- name: {name}\n  state:\n    waiting:\n      reason: ErrImagePull\n");
        let text = format!("containerStatuses:\n{}initContainerStatuses:\n{}", status("web"), status("setup"));
        let (_, records) = read_by(read, &text);
        let found: Vec<_> = pod(records.first()).containers.iter().map(|container| (container.name.as_str(), container.init)).collect();
        assert_eq!(found, [("setup", true), ("web", false)]);
    }

    #[test]
    fn ready_containers_are_counted_and_ended_ones_cited_at_their_reason() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nstatus:\n  containerStatuses:\n  - name: web\n    ready: true\n    state:\n      running:\n        startedAt: x\n  - name: new\n    ready: false\n  - name: job\n    ready: false\n    state:\n      terminated:\n        exitCode: 1\n        reason: Error\n";
        let (_, records) = read_by(read, text);
        let pod = pod(records.first());
        assert_eq!(pod.ready, Some((1, 3)));
        let lines: Vec<_> = pod.containers.iter().map(|container| container.at.as_ref().map(|at| at.location.line)).collect();
        assert_eq!(lines, [Some(19), Some(12), Some(10)]);
    }
}
