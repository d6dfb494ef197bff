//! Lines of components' logs.
//!
//! In: a [`LogLine`]. Out: what its error states about an image, what a kube-proxy line proves of its mode, and the line
//! itself as a fact `log-line` if a rule could name it.
//!
//! ```text
//! E0601 10:00:00.000000 812 pod_workers.go:190] "Error syncing pod" err="failed to \"StartContainer\" ..." pod="shop/web-1"
//! I0601 10:00:00.000000   1 graceful_termination.go:102] Removed real server from graceful delete real server list: ...
//! ```

use super::text::loose;
use super::{Extractor, Place};
use crate::fact::{Fact, FactKind, Subject};
use crate::message::phrase;
use crate::message::reference::ImageReference;
use crate::message::{Statement, read};
use crate::parse::log::{proxy_line, proxy_mode};
use crate::record::{Age, Component, Level, LogLine, Message, Origin};
use crate::source::Citation;

impl Extractor<'_> {
    pub(super) fn log(&mut self, line: LogLine) {
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
            let place = Place {
                subject: subject.clone(),
                origin: Origin::Log,
                age: Age::default(),
                at: at.clone(),
                image: image.map(str::to_owned),
                init: false,
            };
            self.told(told, place);
        }
    }

    /// The line itself, for rules about components.
    fn log_line(&mut self, line: &LogLine, subject: Subject) {
        if line.component == Component::KubeProxy
            && let Some(mode) = proxy_mode::proxy_mode(line)
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
        let addresses = proxy_line::addresses(line);
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
}

/// `PullImage "IMG" failed`, `Pulling image "IMG"`: the image that a log message names.
fn image_in(message: &str) -> Option<String> {
    let quoted = ["PullImage ", "Pulling image ", "Failed to pull image ", "pulling image "]
        .iter()
        .find_map(|start| message.find(start).map(|at| &message[at + start.len()..]))?;
    let (_, name) = phrase::name(quoted.trim_start_matches(':').trim_start()).ok()?;
    ImageReference::parse(name).map(|_| name.to_owned())
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
