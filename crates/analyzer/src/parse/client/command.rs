//! What a client's command asks for.
//!
//! In: the words of the command. Out: a [`Run`] with its verb, its image, and the kind of table that it prints.
//!
//! ```text
//! ctr -n k8s.io images pull --plain-http 10.0.0.5:5000/app:1
//! podman push -f v2s2 10.60.100.5:5000/accordion/wildfly-jdk11:26.0.1
//! ```

use super::super::prompt;
use super::Run;
use super::image_table::Table;
use crate::message::reference::ImageReference;

const CLIENTS: &[&str] = &["buildah", "crane", "crictl", "ctr", "docker", "docker-compose", "nerdctl", "podman", "regctl", "skopeo"];

/// Options that take the next word with them.
const VALUED: &[&str] = &[
    "--add-host",
    "--address",
    "--annotation",
    "--arch",
    "--auth",
    "--authfile",
    "--cert-dir",
    "--config",
    "--context",
    "--creds",
    "--dest-creds",
    "--entrypoint",
    "--env",
    "--format",
    "--host",
    "--hosts-dir",
    "--image-endpoint",
    "--label",
    "--mount",
    "--name",
    "--namespace",
    "--net",
    "--network",
    "--os",
    "--override-arch",
    "--override-os",
    "--platform",
    "--pod-config",
    "--publish",
    "--restart",
    "--retry",
    "--runtime-endpoint",
    "--snapshotter",
    "--src-creds",
    "--timeout",
    "--user",
    "--variant",
    "--volume",
    "-H",
    "-e",
    "-f",
    "-n",
    "-p",
    "-u",
    "-v",
    "-w",
];

impl<'a> Run<'a> {
    /// What a client's command asks for.
    pub(super) fn new(words: Vec<&'a str>) -> Option<Run<'a>> {
        let program = *words.first()?;
        if !CLIENTS.contains(&program) {
            return None;
        }
        let mut valued = VALUED.to_vec();
        match program {
            "crictl" => valued.extend(["-r", "-i", "-t", "-c"]),
            "ctr" | "nerdctl" => valued.extend(["-a"]),
            _ => {}
        }
        let plain = prompt::positional(words.get(1..)?, &valued);
        // docker image pull, ctr images pull, docker manifest inspect
        let grouped = matches!(plain.first(), Some(&("image" | "images" | "i" | "manifest")))
            && matches!(plain.get(1), Some(&("pull" | "push" | "ls" | "list" | "inspect" | "rm" | "tag")));
        let (verb, arguments) = plain.get(usize::from(grouped)..)?.split_first()?;
        let is_image = |word: &&&str| ImageReference::parse(word).is_some() && !word.starts_with("oci:") && !word.starts_with('/');
        let image = match *verb {
            "pull" | "run" | "create" | "inspect" | "inspecti" | "manifest" | "digest" | "list-tags" | "copy" | "cp" => {
                arguments.iter().find(is_image)
            }
            "push" => arguments.iter().rfind(is_image),
            _ => None,
        };
        let image = image.filter(|_| grouped || !(matches!(program, "docker" | "podman" | "nerdctl") && *verb == "inspect"));
        let quiet = words.iter().any(|word| matches!(*word, "-q" | "--quiet"));
        let table = match (program, *verb) {
            ("ctr", "ls" | "list") if quiet => Some(Table::Names),
            ("ctr", "ls" | "list") => Some(Table::References),
            (_, "images" | "img" | "image" | "ls" | "list") if !quiet => Some(Table::Tags),
            (_, "ps" | "pods") => Some(Table::Others),
            _ => None,
        };
        let image = image.map(|image| image.strip_prefix("docker://").unwrap_or(image).to_owned());
        Some(Run { program: Some(program), verb: Some(verb), image, table })
    }
}
