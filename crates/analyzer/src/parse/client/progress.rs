//! What clients print on their way: layers, bars, digests.
//!
//! In: one line. Out: whether it is progress; the image, where it names it and no command did. It never makes a record.
//!
//! ```text
//! 3.9.22: Pulling from library/rabbitmq
//! 675920708c8b: Already exists
//! Copying config f6318faddb [======================================] 10.9KiB / 10.9KiB
//! Status: Downloaded newer image for rabbitmq:3.9.22
//! ```

use super::super::primitive::{Parsed, word};
use super::Run;
use crate::message::reference::ImageReference;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_while_m_n, take_while1};
use nom::sequence::{delimited, preceded};

fn is_id(text: &str) -> bool {
    let hexadecimal = text.strip_prefix("sha256:").unwrap_or(text);
    hexadecimal.len() >= 12 && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `3.9.22: Pulling from library/rabbitmq`: tag and repository.
pub(super) fn pulling_from(text: &str) -> Parsed<'_, (&str, &str)> {
    (take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')), preceded(tag(": Pulling from "), word)).parse(text)
}

/// `675920708c8b: Pull complete`
pub(super) fn layer(text: &str) -> Parsed<'_, &str> {
    let states = alt((
        tag("Pulling fs layer"),
        tag("Waiting"),
        tag("Downloading"),
        tag("Verifying Checksum"),
        tag("Download complete"),
        tag("Extracting"),
        tag("Pull complete"),
        tag("Already exists"),
        tag("Retrying in"),
        tag("Preparing"),
        tag("Pushing"),
        tag("Pushed"),
        tag("Layer already exists"),
        tag("Mounted from"),
        tag("Unavailable"),
    ));
    preceded((take_while_m_n(12, 12, |c: char| c.is_ascii_hexdigit()), tag(": ")), states).parse(text)
}

impl Run<'_> {
    /// Whether the line is what clients print on their way. It may name the image.
    pub(super) fn progress(&mut self, text: &str) -> bool {
        if let Some(image) = text.strip_prefix("Unable to find image '").and_then(|rest| rest.split('\'').next()) {
            self.image.get_or_insert_with(|| image.to_owned());
            return true;
        }
        if let Some(image) = text.strip_prefix("Trying to pull ").and_then(|rest| rest.strip_suffix("...")) {
            self.image.get_or_insert_with(|| image.to_owned());
            return true;
        }
        if let Ok((_, (tag, repository))) = pulling_from(text) {
            self.image.get_or_insert_with(|| format!("{repository}:{tag}"));
            return true;
        }
        const KNOWN: &[&str] = &[
            "Using default tag",
            "Digest: sha256:",
            "Status: Downloaded newer image for ",
            "Status: Image is up to date for ",
            "The push refers to repository [",
            "Getting image source signatures",
            "Copying blob ",
            "Copying config ",
            "Writing manifest ",
            "Writing manifest list ",
            "Storing signatures",
            "Storing list signatures",
            "Image is up to date for ",
            "elapsed: ",
            "unpacking ",
            "done: ",
            "Completed pull from ",
            "Resolved \"",
            "Emulate Docker CLI",
            "See 'docker",
            "See 'podman",
            "Run 'docker ",
            "What's Next?",
            "What's next:",
            "View a summary of image",
            "Login Succeeded",
            "Login did not succeed",
            "WARNING! ",
            "Configure a credential helper",
            "https://docs.docker.com/",
            "Username",
            "Password",
            "Authenticating with existing credentials",
            "Removing login credentials",
            "Pulling ",
            "[+] ",
            "✘ ",
            "✔ ",
            "⠿ ",
            "├──",
            "└──",
            "│  ",
            "invoked oom",
            "Flag shorthand -",
            "permission denied while trying to connect to the Docker daemon",
            "Got permission denied while trying to connect",
            "time_to_first_byte",
            "Downloading",
            "latest: digest: sha256:",
        ];
        let known = KNOWN.iter().any(|start| text.starts_with(start));
        let bar = text.contains("|+") || text.contains("|-") || text.contains("--|") || text.contains("[==") || text.contains("[--");
        let status = bar && (text.contains(": ") || text.contains('\t') || text.contains("  "));
        let pushed: Parsed<'_, &str> = delimited(take_till1(|c: char| c == ':' || c == ' '), tag(": digest: sha256:"), word).parse(text);
        let alone = self.program.is_some() && !text.contains(' ');
        let name = alone && (is_id(text) || text.contains('/') && ImageReference::parse(text).is_some());
        let ended = text.ends_with(": command not found") || text == "^C" || text.chars().all(|c| matches!(c, '.' | '…'));
        known || status || layer(text).is_ok() || pushed.is_ok() || name || self.program.is_some() && ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_progress() {
        for (text, typed, alone) in [
            ("layer-sha256:0123:   downloading    |+++---|", true, true),
            ("a: |+", true, true),
            ("a: |-", true, true),
            ("a: --|", true, true),
            ("a: [==", true, true),
            ("a: [--", true, true),
            ("a\t[==>", true, true),
            ("a  [==>", true, true),
            ("a [==>", false, false),
            ("a: b", false, false),
            ("v1: digest: sha256:0123 size: 948", true, true),
            ("a b: digest: sha256:0123 size: 948", false, false),
            // Names, and what a shell says, belong to a command that was typed.
            ("sha256:605c77e624dd", true, false),
            ("605c77e624dd", true, false),
            ("605c77e624d", false, false),
            ("zzzzzzzzzzzz", false, false),
            ("docker.io/library/nginx:1", true, false),
            ("nginx", false, false),
            ("^C", true, false),
            ("......", true, false),
            ("bash: crictl: command not found", true, false),
        ] {
            let mut client = Run { program: Some("docker"), ..Run::default() };
            assert_eq!((client.progress(text), Run::default().progress(text)), (typed, alone), "{text}");
        }
    }
}
