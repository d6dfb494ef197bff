//! Transcripts of container clients: crictl, ctr, nerdctl, docker, podman, skopeo, crane, and kubeadm's pulls.
//!
//! In: a client's output, with or without the command above it. Out: a [`Message`] for an error, with the image
//! that the command named, and a [`LocalImage`] for each row of an image list. Progress is taken and says
//! nothing; so a pull or push that succeeds leaves no record. The klog line that crictl prints before its own
//! error belongs to the klog reader and ends the block.
//!
//! ```text
//! $ docker pull repo:5000/myelement:0.1
//! Error response from daemon: Get "https://repo:5000/v2/": http: server gave HTTP response to HTTPS client
//! FATA[0002] pulling image: rpc error: code = NotFound desc = ...
//! time="2026-11-22T09:09:39Z" level=error msg="pulling image: rpc error: ..."
//! ctr: failed to resolve reference "docker.io/library/nope:1": docker.io/library/nope:1: not found
//! ```

mod build;
mod command;
mod error;
mod image_table;
mod progress;

use super::{Taken, prompt};
use crate::message::unquote;
use crate::record::{LocalImage, Message, Origin, Record};
use crate::text::Line;
use error::{client_log, is_client_warning, is_continuation, is_daemon_error, is_known_error, is_other, kubeadm, logrus_line};
use image_table::{Row, Table};
use progress::{layer, pulling_from};

/// What the block is about.
#[derive(Default)]
struct Run<'a> {
    program: Option<&'a str>,
    verb: Option<&'a str>,
    image: Option<String>,
    table: Option<Table>,
}

/// What a line is.
enum Item<'a> {
    /// An error: its text as printed, and whether it is Go-quoted.
    Error(&'a str, bool),
    Image(String),
    Noise,
    Foreign,
}

/// Takes one command's output.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some(first) = lines.first() else { return Taken::NOTHING };
    if let Some(taken) = build::read(lines, out) {
        return taken;
    }
    let (mut run, start) = match prompt::typed(lines) {
        Some((words, count)) => match Run::new(prompt::inner(&words)) {
            Some(run) => (run, count),
            None => return Taken::NOTHING,
        },
        None if first.trimmed().starts_with("[ERROR ImagePull]: ") => return kubeadm(lines, out),
        None if begins(first.trimmed()) => (Run::default(), 0),
        None => return Taken::NOTHING,
    };
    let mut end = 0;
    let mut at = start;
    while let Some(line) = lines.get(at) {
        let text = line.trimmed();
        if text.is_empty() {
            // One empty line may stand between those of a transcript.
            if at > end.max(start) {
                break;
            }
            at += 1;
            continue;
        }
        match run.item(text) {
            Item::Error(text, quoted) => {
                at += run.error(lines, at, text, quoted, out);
                end = at;
                if run.program.is_none() {
                    // An error without its command says nothing about the lines below it.
                    break;
                }
                continue;
            }
            Item::Image(image) => out.push(Record::LocalImage(LocalImage { image, at: line.cite(text) })),
            Item::Noise => {}
            Item::Foreign => break,
        }
        at += 1;
        end = at;
    }
    Taken::all(end)
}

/// Whether a block may begin with this line, where no command is shown.
fn begins(text: &str) -> bool {
    match text.bytes().next() {
        // The commonest beginnings first: nearly every line of other formats ends here.
        Some(b'F') => matches!(logrus_line(text), Ok((_, ("FATA", _)))),
        Some(b't') => client_log(text).is_some(),
        Some(b'E') => is_daemon_error(text) || text.strip_prefix("Error: ").is_some_and(is_known_error),
        Some(b'd') => text.starts_with("docker: Error response from daemon: "),
        Some(b'c') => text.starts_with("ctr: "),
        Some(b'C') => {
            text.starts_with("Cannot connect to the Docker daemon at ")
                || text.starts_with("Copying blob ")
                || image_table::header(text).is_some()
        }
        Some(b'I' | b'R' | b'P') => text.starts_with("Image is up to date for ") || image_table::header(text).is_some(),
        Some(b'U') => text == "Using default tag: latest" || text.starts_with("Unable to find image '"),
        Some(b'T') => text.starts_with("The push refers to repository [") || text.starts_with("Trying to pull "),
        Some(b'G') => text == "Getting image source signatures",
        _ => pulling_from(text).is_ok() || layer(text).is_ok(),
    }
}

impl Run<'_> {
    fn item<'l>(&mut self, text: &'l str) -> Item<'l> {
        if let Some(table) = image_table::header(text) {
            self.table = Some(table);
            return Item::Noise;
        }
        if let Some(row) = self.table.and_then(|table| image_table::row(table, text)) {
            return match row {
                Row::Image(image) => Item::Image(image),
                Row::Nameless => Item::Noise,
            };
        }
        if let Ok((_, (level, message))) = logrus_line(text) {
            return match level {
                "FATA" | "PANI" => Item::Error(message, false),
                // containerd's own lines belong to the reader of logs.
                _ if message.starts_with("PullImage ") || self.program.is_none() => Item::Foreign,
                "ERRO" if message.starts_with("pulling image") => Item::Error(message, false),
                _ => Item::Noise,
            };
        }
        if text.starts_with("time=") {
            return match client_log(text) {
                Some(message) => Item::Error(message, true),
                None if self.program.is_some() && is_client_warning(text) => Item::Noise,
                None => Item::Foreign,
            };
        }
        if let Some(error) = self.printed_error(text) {
            return Item::Error(error, false);
        }
        if self.progress(text) { Item::Noise } else { Item::Foreign }
    }

    /// Hands on an error with the lines it goes on over; returns how many lines it takes.
    fn error(&self, lines: &[Line<'_>], at: usize, text: &str, quoted: bool, out: &mut Vec<Record>) -> usize {
        let mut message = if quoted { unquote(text) } else { text.to_owned() };
        let mut count = 1;
        let mut elements: Vec<(usize, &str)> = Vec::new();
        while let Some(next) = lines.get(at + count).map(Line::trimmed) {
            // podman lists one error a line: " * initializing source ..."
            if let Some(element) = next.strip_prefix("* ").filter(|_| message.contains("occurred")) {
                elements.push((at + count, element));
            } else if is_continuation(next) && count < 8 && !quoted {
                message.push('\n');
                message.push_str(next);
            } else {
                break;
            }
            count += 1;
        }
        let other = is_other(self.verb, &message);
        if other {
            return count;
        }
        let mut push = |line: &Line<'_>, part: &str, message: String| {
            let message = Message { origin: Origin::Cli, image: self.image.clone(), text: message, at: line.cite(part) };
            out.push(Record::Message(message));
        };
        if elements.is_empty()
            && let Some(line) = lines.get(at)
        {
            push(line, text, message);
        }
        for (at, element) in elements {
            if let Some(line) = lines.get(at) {
                push(line, element, element.to_owned());
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    /// What was read, and how many lines were taken.
    fn read_text(text: &str) -> (usize, Vec<String>) {
        let mut out = Vec::new();
        let taken = read(&lines(text), &mut out);
        let told = out.iter().map(|record| match record {
            Record::Message(message) => {
                format!("{} | {} @{}", message.image.as_deref().unwrap_or("-"), message.text, message.at.location.line)
            }
            Record::LocalImage(image) => format!("has {}", image.image),
            other => format!("{other:?}"),
        });
        (taken.lines, told.collect())
    }

    #[test]
    fn a_push_that_succeeds_leaves_nothing() {
        let text = "[root@jwkim-master /data/kaniko]# podman push -f v2s2 10.60.100.5:5000/accordion/wildfly-jdk11:26.0.1
Getting image source signatures
Copying blob 3fbe1e874b0d done  
Copying blob 869989761eb2 done  
Copying config f6318faddb [======================================] 10.9KiB / 10.9KiB
Writing manifest to image destination
Storing signatures
```";
        assert_eq!(read_text(text), (7, vec![]));
        let pull = "$ docker pull rabbitmq:3.9.22\n3.9.22: Pulling from library/rabbitmq\n675920708c8b: Already exists \n......\n21d42f925919: Pull complete\nDigest: sha256:fa2a3e972323d5e3a426acec7159b460aa06b07a3732cebb4892fe65446048d6\nStatus: Downloaded newer image for rabbitmq:3.9.22\ndocker.io/library/rabbitmq:3.9.22\n```";
        assert_eq!(read_text(pull), (8, vec![]));
        assert_eq!(
            read_text(
                "$ crictl pull nginx\nImage is up to date for sha256:605c77e624ddb75e6110f997c58876baa13f8754486b461117934b24a9dc3a85\nprose"
            ),
            (2, vec![])
        );
    }

    #[test]
    fn errors_with_their_command() {
        assert_eq!(
            read_text("root@matrix:~# docker pull repo:5000/myelement:0.1\nError response from daemon: Get \"https://repo:5000/v2/\": http: server gave HTTP response to HTTPS client"),
            (2, vec!["repo:5000/myelement:0.1 | Error response from daemon: Get \"https://repo:5000/v2/\": http: server gave HTTP response to HTTPS client @2".into()])
        );
        assert_eq!(
            read_text(
                "$ sudo ctr -n k8s.io images pull --plain-http 10.0.0.5:5000/app:1\n10.0.0.5:5000/app:1: resolving      |--------------------------------------| \nelapsed: 0.1 s               total:   0.0 B (0.0 B/s)\nctr: failed to resolve reference \"10.0.0.5:5000/app:1\": 10.0.0.5:5000/app:1: not found\n"
            ),
            (
                4,
                vec!["10.0.0.5:5000/app:1 | failed to resolve reference \"10.0.0.5:5000/app:1\": 10.0.0.5:5000/app:1: not found @4".into()]
            )
        );
        assert_eq!(
            read_text("➜  parabricksv36_snakemake docker pull gcr.io/x/parabricks:latest\nError response from daemon: Get \"https://gcr.io/v2/\": EOF").1,
            ["gcr.io/x/parabricks:latest | Error response from daemon: Get \"https://gcr.io/v2/\": EOF @2"]
        );
        assert_eq!(
            read_text("$ docker run -it --rm -p 80:80 acme/app:2 sh\nUnable to find image 'acme/app:2' locally\ndocker: Error response from daemon: pull access denied for acme/app, repository does not exist or may require 'docker login': denied: x.\nSee 'docker run --help'.").1,
            ["acme/app:2 | Error response from daemon: pull access denied for acme/app, repository does not exist or may require 'docker login': denied: x. @3"]
        );
        assert_eq!(
            read_text("$ skopeo inspect docker://r.corp/app:1\ntime=\"2021-02-01T22:03:25Z\" level=fatal msg=\"Error initializing source docker://r.corp/app:1: pinging container registry r.corp: Get \\\"https://r.corp/v2/\\\": x509: y\"").1,
            ["r.corp/app:1 | Error initializing source docker://r.corp/app:1: pinging container registry r.corp: Get \"https://r.corp/v2/\": x509: y @2"]
        );
    }

    #[test]
    fn errors_alone() {
        assert_eq!(
            read_text("FATA[0002] pulling image: rpc error: code = NotFound desc = x\nprose"),
            (1, vec!["- | pulling image: rpc error: code = NotFound desc = x @1".into()])
        );
        assert_eq!(read_text("FATA[2021-02-01T22:03:25.974609779+02:00] pulling image: x").1, ["- | pulling image: x @1"]);
        assert_eq!(
            read_text("time=\"2026-11-22T09:08:07Z\" level=error msg=\"pulling image: failed to pull and unpack image \\\"10.77.0.10:30501/team/app:v1\\\": EOF\"").1,
            ["- | pulling image: failed to pull and unpack image \"10.77.0.10:30501/team/app:v1\": EOF @1"]
        );
        assert_eq!(
            read_text("Error: initializing source docker://a/b:1: reading manifest 1 in docker.io/a/b: manifest unknown").1,
            ["- | initializing source docker://a/b:1: reading manifest 1 in docker.io/a/b: manifest unknown @1"]
        );
        assert_eq!(read_text("ctr: image \"a:1\": not found").1, ["- | image \"a:1\": not found @1"]);
    }

    #[test]
    fn a_klog_line_ends_the_block() {
        let text = "$ sudo crictl pull r:8867/app\nE0424 13:31:42.326140   47116 remote_image.go:238] \"PullImage from image service failed\" err=\"rpc error\" image=\"r\"\nFATA[0000] pulling image: x";
        assert_eq!(read_text(text), (0, vec![]));
        let text = "[root@node1 ~]# crictl  images\nWARN[0000] image connect using default endpoints: [unix:///var/run/dockershim.sock]. \nERRO[0000] unable to determine image API version: rpc error: code = Unavailable \nE1106 15:00:14.880884   28750 remote_image.go:125] \"ListImages\"";
        assert_eq!(read_text(text), (3, vec![]));
    }

    #[test]
    fn errors_over_several_lines() {
        let text = "$ docker pull acme/app\nUsing default tag: latest\nError response from daemon: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n\nprose";
        assert_eq!(read_text(text), (5, vec!["acme/app | Error response from daemon: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required @3".into()]));
        let text = "$ podman pull app:1\nError: 2 errors occurred while pulling:\n * initializing source docker://a.corp/app:1: x\n * initializing source docker://b.corp/app:1: y\n";
        assert_eq!(
            read_text(text),
            (
                4,
                vec![
                    "app:1 | initializing source docker://a.corp/app:1: x @3".into(),
                    "app:1 | initializing source docker://b.corp/app:1: y @4".into()
                ]
            )
        );
    }

    #[test]
    fn local_images() {
        let text = "$ docker exec devops-hw-worker crictl images | grep lostfound\nghcr.io/b/lostfound-backend                     1.0.0                104cc30454fd8       66.5MB\nghcr.io/b/lostfound-frontend                    1.0.0                0b4eb816bbd65       23.2MB\n";
        assert_eq!(
            read_text(text),
            (3, vec!["has ghcr.io/b/lostfound-backend:1.0.0".into(), "has ghcr.io/b/lostfound-frontend:1.0.0".into()])
        );
        let text = "IMAGE                TAG     IMAGE ID        SIZE\nr.corp:5000/a/b      v1      104cc30454fd8   66.5MB\nr.corp:5000/a/b      <none>  104cc30454fd9   66.5MB\nprose";
        assert_eq!(read_text(text), (3, vec!["has r.corp:5000/a/b:v1".into()]));
        assert_eq!(
            read_text("$ ctr -n k8s.io i ls -q\ndocker.io/library/nginx:1\nsha256:605c77e624ddb75e6110f997c588\n").1,
            ["has docker.io/library/nginx:1"]
        );
    }

    #[test]
    fn errors_about_other_things() {
        assert_eq!(read_text("$ docker rm x\nError response from daemon: No such container: x"), (2, vec![]));
        assert_eq!(read_text("Error response from daemon: conflict: unable to remove repository reference"), (1, vec![]));
    }

    #[test]
    fn pulls_of_kubeadm() {
        let text = "\t[ERROR ImagePull]: failed to pull image r.corp/kube-apiserver:v1.30.2: output: E0630 14:52:46.718855    3563 remote_image.go:180] \"PullImage from image service failed\" err=\"rpc error: failed to pull image \\\"r\\\": 403 Forbidden\" image=\"r.corp/kube-apiserver:v1.30.2\"";
        assert_eq!(
            read_text(text),
            (1, vec!["r.corp/kube-apiserver:v1.30.2 | rpc error: failed to pull image \"r\": 403 Forbidden @1".into()])
        );
        let text = "[ERROR ImagePull]: failed to pull image r/a:1\noutput: E0630 14:52:46.718855    3563 remote_image.go:180] \"PullImage\" err=\"rpc error: image \"r/a:1\": 403 Forbidden\" image=\"r/a:1\"";
        assert_eq!(read_text(text), (2, vec!["r/a:1 | rpc error: image \"r/a:1\": 403 Forbidden @2".into()]));
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "Error: ErrImagePull",
            "Error: failed to start container",
            "ERRO[0012] PullImage \"a\" failed",
            "time=\"2024-05-21T07:00:55+09:00\" level=error msg=\"PullImage \\\"a\\\" failed\" error=\"x\"",
            "time=\"2024-05-21T07:00:55+09:00\" level=fatal msg=\"failed to start daemon\"",
            "$ docker version\nClient:",
            "docker pull fails",
            "IMAGE is missing",
            "Copying is easy",
            "ctr: command not found",
            "Using default settings",
            "Unable to find it",
            "The push was refused",
            "Trying to pull myself together",
            "Trying to pull r/a:1 again",
            "Getting started",
            "Pulling the plug helps",
            "Digest: sha256:0123",
            "Downloading takes long",
        ] {
            assert_eq!(read_text(text), (0, vec![]), "{text}");
        }
    }

    #[test]
    fn lines_that_only_clients_write() {
        for text in [
            "docker: Error response from daemon: No such container: x",
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            "Copying blob 3fbe1e874b0d done",
            "Image is up to date for sha256:605c77e624ddb75e6110f997c58876baa13f8754486b461117934b24a9dc3a85",
            "CONTAINER ID   IMAGE   COMMAND   CREATED",
            "IMAGE   TAG   IMAGE ID   SIZE",
            "REPOSITORY   TAG   IMAGE ID   CREATED   SIZE",
            "POD ID   CREATED   STATE   NAME",
            "Using default tag: latest",
            "Unable to find image 'acme/app:2' locally",
            "The push refers to repository [r.corp/a]",
            "Trying to pull r.corp/a:1...",
            "Getting image source signatures",
            "3.9.22: Pulling from library/rabbitmq",
            "675920708c8b: Pull complete",
        ] {
            assert_eq!(read_text(&format!("{text}\nprose")).0, 1, "{text}");
        }
    }

    #[test]
    fn one_empty_line_may_stand_between() {
        let (tag, digest) = ("Using default tag: latest\n", "Digest: sha256:0123\n");
        for (text, lines) in [
            (format!("$ docker pull a\n\n{tag}"), 3),
            (format!("$ docker pull a\n{tag}\n{digest}"), 4),
            (format!("$ docker pull a\n{tag}\n\n{digest}"), 2),
            (format!("$ docker pull a\n{tag}\nprose\n"), 2),
            (format!("$ docker pull a\n{tag}\n"), 2),
            (format!("$ docker pull a\n{tag}$ docker pull b\n"), 2),
            (format!("{tag}$ docker pull b\n"), 1),
        ] {
            assert_eq!(read_text(&text).0, lines, "{text}");
        }
    }

    #[test]
    fn warnings_belong_to_the_command_that_was_typed() {
        let time = "time=\"2026-11-22T09:08:07Z\" level";
        let warning = format!("{time}=warning msg=\"image connect using default endpoints: [unix:///run/x.sock]\"\n");
        let fatal = format!("{time}=fatal msg=\"pulling image: x\"\n");
        let crictl = "$ crictl pull a\n";
        for (text, lines, told) in [
            (format!("{crictl}{warning}{fatal}"), 3, Some("a | pulling image: x @3")),
            (format!("{crictl}{time}=warning msg=\"of somebody else\"\n{fatal}"), 0, None),
            (format!("Using default tag: latest\n{warning}"), 1, None),
            (format!("{crictl}ERRO[0000] pulling image: x\n"), 2, Some("a | pulling image: x @2")),
            (format!("{crictl}ERRO[0000] unable to determine image API version\n"), 2, None),
            (format!("{crictl}ERRO[0012] PullImage \"a\" failed\n"), 0, None),
            ("Using default tag: latest\nWARN[0000] x\n".to_owned(), 1, None),
        ] {
            assert_eq!(read_text(&text), (lines, told.map(str::to_owned).into_iter().collect()), "{text}");
        }
    }

    #[test]
    fn an_error_has_a_bounded_number_of_lines() {
        let text = format!("Error response from daemon: errors:\n{}", "denied: x\n".repeat(12));
        assert_eq!(read_text(&text).0, 8);
    }

    #[test]
    fn a_failed_pull_of_kubeadm_may_have_no_output() {
        for next in ["prose\n", "output: E0630 x] \"PullImage\" err=\"EOF\" image=\"r/a:1\"\n"] {
            let text = format!("[ERROR ImagePull]: failed to pull image r/a:1: exit status 1\n{next}");
            assert_eq!(read_text(&text), (1, vec!["r/a:1 | exit status 1 @1".to_owned()]), "{next}");
        }
        assert_eq!(read_text("[ERROR ImagePull]: failed to pull image r/a:1\nprose\n"), (1, vec![]));
    }
}
