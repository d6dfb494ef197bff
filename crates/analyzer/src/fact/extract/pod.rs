//! Pods: described, dumped, or as a row of a table.
//!
//! In: a [`Pod`] with its containers. Out: what each container waits for and why, what runs, what a manifest says about
//! the pull, and that a description has no events.
//!
//! ```text
//! State: Waiting / Reason: ImagePullBackOff        waiting reason=ImagePullBackOff origin=status
//! web-1  0/1  Init:ErrImagePull  0  3m             waiting reason=ErrImagePull origin=table init
//! ```

use super::{Extractor, Place};
use crate::fact::{Fact, FactKind, Subject, image_fields};
use crate::message::kubelet::IMAGE_REASONS;
use crate::message::{Statement, read};
use crate::record::{Age, Container, Origin, Pod, PodForm, State};
use crate::report::OtherKind;

impl Extractor<'_> {
    pub(super) fn pod(&mut self, pod: Pod) {
        let subject = Subject {
            namespace: pod.namespace.clone().or_else(|| self.asked.namespace.clone()),
            pod: pod.name.clone().or_else(|| self.asked.pod.clone()),
            container: None,
            node: pod.node.clone(),
        };
        if let (Some(name), Some(node)) = (&subject.pod, &pod.node) {
            self.observed.node(subject.namespace.as_deref(), name, node);
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
        if IMAGE_REASONS.contains(&bare) {
            let fact = Fact::new(FactKind::Waiting, subject, pod.at.clone())
                .text("reason", Some(bare))
                .text("origin", Some("table"))
                .flag("init", init);
            self.add(fact);
        } else if bare.contains(' ') {
            let place = Place { subject, origin: Origin::Status, age: Age::default(), at: pod.at.clone(), image: None, init };
            for told in read(&format!("Error: {bare}")) {
                self.told(told, place.clone());
            }
        } else if let Some(kind) = OtherKind::of_reason(bare) {
            self.observed.other(kind, subject, pod.at.clone());
        } else if matches!(bare, "Running" | "Completed") && pod.ready.is_none_or(|(ready, wanted)| ready == wanted || bare == "Completed")
        {
            self.observed.success(&subject, None, Age::default(), true, &pod.at);
        }
    }

    fn container(&mut self, container: &Container, pod: &Pod, pod_subject: &Subject) {
        let subject = Subject { container: Some(container.name.clone()).filter(|name| !name.is_empty()), ..pod_subject.clone() };
        let at = container.at.clone().unwrap_or_else(|| pod.at.clone());
        let place = Place {
            subject: subject.clone(),
            origin: Origin::Status,
            age: Age::default(),
            at: at.clone(),
            image: container.image.clone(),
            init: container.init,
        };
        match &container.state {
            State::Waiting { reason, message } => self.waiting_state(reason, message.as_deref(), container, &place),
            State::Running => {
                let mut fact = Fact::new(FactKind::Pulled, subject.clone(), at.clone()).flag("present", true);
                image_fields(&mut fact, container.image.as_deref(), None, &mut self.providers);
                self.observed.success(&subject, fact.str("reference"), Age::default(), true, &at);
            }
            State::Terminated { reason, exit_code } => {
                self.observed.success(&subject, None, Age::default(), true, &at);
                if let Some(kind) = reason
                    .as_deref()
                    .and_then(OtherKind::of_reason)
                    .or_else(|| exit_code.filter(|code| *code != 0).map(|_| OtherKind::ContainerError))
                {
                    self.observed.other(kind, subject.clone(), at.clone());
                }
            }
            State::Unknown => {}
        }
        if let State::Terminated { reason: Some(reason), .. } = &container.last_state
            && reason == "OOMKilled"
        {
            self.observed.other(OtherKind::OomKilled, subject.clone(), at.clone());
        }
        if pod.form == PodForm::Object {
            let fact = Fact::new(FactKind::PodSpec, subject, pod.at.clone())
                .text("image", container.image.clone())
                .text("policy", container.policy.clone())
                .number("pull-secrets", pod.pull_secrets.as_ref().map(|secrets| secrets.len() as u64));
            self.add(fact);
        }
    }

    /// A container that waits: its reason is a word about images or, for some failures, the error itself.
    fn waiting_state(&mut self, reason: &str, message: Option<&str>, container: &Container, place: &Place) {
        if IMAGE_REASONS.contains(&reason) {
            self.waiting(reason, container.image.as_deref(), place);
        } else if reason.contains([' ', ':']) {
            // Since 1.33 an unusable pull secret puts the raw error into the reason.
            for told in read(&format!("Error: {reason}")) {
                self.told(told, place.clone());
            }
        } else if let Some(kind) = OtherKind::of_reason(reason) {
            self.observed.other(kind, place.subject.clone(), place.at.clone());
        }
        let Some(message) = message else { return };
        let told = read(message);
        // While the pull itself fails the message is the bare error.
        let bare = matches!(reason, "ErrImagePull" | "RegistryUnavailable" | "SignatureValidationFailed");
        let told =
            if bare && told.iter().all(|told| told.statement == Statement::Other) { read(&format!("{reason}: {message}")) } else { told };
        let at = container.message_at.as_ref().unwrap_or(&place.at);
        for told in told {
            if !matches!(told.statement, Statement::Waiting { image: None, .. }) {
                self.told(told, Place { at: at.clone(), ..place.clone() });
            }
        }
    }
}
