//! What CRI-O, podman and skopeo (containers/image) write around a failure.
//!
//! ```text
//! initializing source docker://REF: pinging container registry HOST: Get "https://HOST/v2/": ERR
//! initializing source docker://REF: reading manifest TAG in NAME: manifest unknown
//! Requesting bearer token: ...        unable to retrieve auth token: invalid username/password: ...
//! (Mirrors also failed: [REF: ERR]\n[REF: ERR]): REF: ERR                                  the last one is the upstream's
//! writing blob: storing blob to file "/var/tmp/...": happened during read: ERR
//! ```

use super::PullError;
use super::phrase::{Parsed, at_word_end, name, quoted, word};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case};
use nom::combinator::opt;
use nom::sequence::{preceded, separated_pair};

/// Wrappers that only name a stage: words, stage, artifact.
const STAGES: &[(&str, &str, Option<&str>)] = &[
    ("unable to pull image or OCI artifact", "pull", None),
    ("pull image err", "", None),
    ("requesting bearer token", "authorize", None),
    ("trying to obtain access token", "authorize", None),
    ("unable to retrieve auth token", "authorize", None),
    ("copying system image from manifest list", "fetch", None),
    ("choosing an image from manifest list", "resolve", None),
    ("determining manifest MIME type", "resolve", Some("manifest")),
    ("parsing image configuration", "fetch", Some("config")),
    ("reading config blob", "fetch", Some("config")),
    ("fetching blob", "fetch", Some("blob")),
    ("reading blob", "fetch", Some("blob")),
    ("writing blob", "fetch", Some("blob")),
    ("happened during read", "fetch", Some("blob")),
    ("adding layer with blob", "unpack", Some("blob")),
    ("processing tar file", "unpack", Some("blob")),
    ("creating image", "unpack", None),
    ("potentially insufficient UIDs or GIDs available in user namespace", "unpack", Some("blob")),
    ("there might not be enough IDs available in the namespace", "unpack", Some("blob")),
    ("committing the finished image", "unpack", None),
    ("source image rejected", "verify", None),
];

/// Reads one of CRI-O's phrases.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let source: Parsed<'_, &str> = preceded(
        (
            alt((
                tag_no_case("initializing source "),
                tag_no_case("error initializing source "),
                tag_no_case("initializing image from source "),
            )),
            tag("docker://"),
        ),
        word,
    )
    .parse(input);
    if let Ok((rest, reference)) = source {
        error.reference = Some(reference.to_owned());
        error.written_by("cri-o");
        error.stage("resolve");
        return Some(rest);
    }
    let ping: Parsed<'_, &str> = preceded(
        alt((
            tag_no_case("pinging container registry "),
            tag_no_case("error pinging docker registry "),
            tag_no_case("pinging docker registry "),
        )),
        word,
    )
    .parse(input);
    if let Ok((rest, _)) = ping {
        error.written_by("cri-o");
        error.stage("ping");
        return Some(rest);
    }
    let manifest: Parsed<'_, (&str, &str)> =
        preceded(alt((tag_no_case("reading manifest "), tag_no_case("error reading manifest "))), separated_pair(word, tag(" in "), word))
            .parse(input);
    if let Ok((rest, (tag, repository))) = manifest {
        // The name here has the registry that CRI-O really asked, which a short name hides.
        let separator = if tag.starts_with("sha256:") { '@' } else { ':' };
        error.reference = Some(format!("{repository}{separator}{tag}"));
        error.artifact = Some("manifest");
        error.written_by("cri-o");
        if error.operation != Some("fetch") {
            error.stage("resolve");
        }
        return Some(rest);
    }
    if let Some(rest) = strip(input, "invalid username/password") {
        error.credential = Some("sent");
        error.written_by("cri-o");
        error.stage("authorize");
        return Some(rest);
    }
    let stored: Parsed<'_, &str> =
        preceded(alt((tag_no_case("storing blob to file "), tag_no_case("error storing blob to file "))), quoted).parse(input);
    if let Ok((rest, path)) = stored {
        error.path = Some(path.to_owned());
        error.artifact = Some("blob");
        error.written_by("cri-o");
        error.stage("fetch");
        return Some(rest);
    }
    let alias: Parsed<'_, &str> =
        preceded(alt((tag("short-name "), tag("short name mode is enforcing, but image name "))), name).parse(input);
    if let Ok((rest, image)) = alias {
        error.reference.get_or_insert_with(|| image.to_owned());
        error.written_by("cri-o");
        return Some(rest);
    }
    for (words, stage, artifact) in STAGES {
        if let Some(rest) = strip(input, words).or_else(|| strip(input, &format!("error {words}"))) {
            if !stage.is_empty() {
                error.stage(stage);
            }
            if artifact.is_some() {
                error.artifact = *artifact;
            }
            // Its library took some sentences from Docker.
            if error.runtime != Some("docker") {
                error.written_by("cri-o");
            }
            return Some(rest);
        }
    }
    None
}

fn strip<'a>(input: &'a str, words: &str) -> Option<&'a str> {
    let head = input.get(..words.len())?;
    let rest = &input[words.len()..];
    (head.eq_ignore_ascii_case(words) && at_word_end(rest)).then_some(rest)
}

/// Skips the mirrors' errors: the text behind `]): ` is the upstream's, which decides.
pub(super) fn after_mirrors<'a>(text: &'a str, error: &mut PullError) -> &'a str {
    let Some(at) = text.find("(Mirrors also failed: ") else { return text };
    error.mirrors_failed = true;
    error.written_by("cri-o");
    let behind = text[at..].find("]): ").map(|end| &text[at + end + 4..]);
    let upstream: Option<Parsed<'_, (&str, Option<&str>)>> = behind.map(|behind| (word, opt(tag(": "))).parse(behind));
    match (upstream, behind) {
        (Some(Ok((rest, (reference, Some(_))))), _) => {
            error.reference = Some(reference.to_owned());
            rest
        }
        (_, Some(behind)) => behind,
        (_, None) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    #[test]
    fn the_upstreams_answer_counts_not_a_mirrors() {
        let error = peel(
            "(Mirrors also failed: [m.example/a:1: pinging container registry m.example: (EOF]): r.example/a:1: reading manifest 1 in r.example/a: manifest unknown",
        );
        assert_eq!((error.mirrors_failed, error.runtime, error.stream), (true, Some("cri-o"), None));
        assert_eq!((error.reference.as_deref(), error.registry_code.as_deref()), (Some("r.example/a:1"), Some("MANIFEST_UNKNOWN")));
        let error = peel("(Mirrors also failed: [m.example/a:1: EOF]): Get \"https://r.example/v2/\": EOF");
        assert_eq!(error.url.map(|url| url.host).as_deref(), Some("r.example"));
        // Cut before its end: all that there is.
        assert_eq!(peel("(Mirrors also failed: [m.example/a:1: unexpected EOF").stream, Some("unexpected-eof"));
    }

    #[test]
    fn a_manifest_is_read_when_it_is_resolved_or_fetched() {
        let error = peel("reading manifest sha256:ab in r.example/a: EOF");
        assert_eq!(
            (error.reference.as_deref(), error.artifact, error.operation),
            (Some("r.example/a@sha256:ab"), Some("manifest"), Some("resolve"))
        );
        let error = peel("unexpected status code https://r.example/v2/a/blobs/sha256:ab: 503 x: reading manifest 1 in r.example/a: EOF");
        assert_eq!(error.reference.as_deref(), Some("r.example/a:1"));
        assert_eq!(peel("storing blob to file \"/var/tmp/1\": reading manifest 1 in r.example/a: EOF").operation, Some("fetch"));
    }
}
