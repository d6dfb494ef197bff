//! What dockerd and cri-dockerd write around a failure.
//!
//! ```text
//! Error response from daemon: manifest for REF not found: manifest unknown: manifest unknown
//! Error response from daemon: pull access denied for NAME, repository does not exist or may require 'docker login': denied: TEXT
//! Error response from daemon: repository NAME not found: name unknown: TEXT
//! failed to register layer: Error processing tar file(exit status 1): TEXT
//! error parsing HTTP 404 response body: invalid character 'p' after top-level value: "404 page not found\n"
//! ```

use super::PullError;
use super::phrase::{Parsed, lookup, word};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, preceded};

/// Wrappers that only name a stage: words, stage.
const STAGES: &[(&str, &str)] = &[
    ("error pulling image configuration", "config"),
    ("failed to register layer", "unpack"),
    ("download failed after attempts", "fetch"),
    ("download failed", "fetch"),
    ("filesystem layer verification failed", "fetch"),
    ("layers from manifest don't match image configuration", "unpack"),
    ("max depth exceeded", "unpack"),
    ("no matching manifest for", "resolve"),
];

/// Reads one of dockerd's phrases.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some(rest) = input.strip_prefix("Error response from daemon:") {
        error.written_by("docker");
        return Some(rest);
    }
    let missing: Parsed<'_, &str> = delimited(tag("manifest for "), word, tag(" not found")).parse(input);
    if let Ok((rest, reference)) = missing {
        error.reference.get_or_insert_with(|| reference.to_owned());
        error.written_by("docker");
        error.code("MANIFEST_UNKNOWN", "");
        error.artifact = Some("manifest");
        error.stage("resolve");
        return Some(rest);
    }
    let repository: Parsed<'_, &str> = delimited(tag("repository "), word, alt((tag(" not found"), tag(" does not exist")))).parse(input);
    if let Ok((rest, reference)) = repository {
        error.reference.get_or_insert_with(|| reference.to_owned());
        error.code("NAME_UNKNOWN", "");
        error.stage("resolve");
        return Some(rest);
    }
    // containerd prints the same sentence without the name.
    let denied: Parsed<'_, Option<&str>> = preceded(tag("pull access denied"), opt(preceded(tag(" for "), word))).parse(input);
    if let Ok((rest, name)) = denied {
        if let Some(name) = name {
            error.written_by("docker");
            error.reference.get_or_insert_with(|| name.to_owned());
        }
        error.code("ACCESS_DENIED", "");
        error.stage("resolve");
        let sentence: Parsed<'_, &str> = preceded(
            tag(", repository does not exist or may require "),
            alt((tag("'docker login'"), tag("authorization"), tag("docker login"))),
        )
        .parse(rest);
        return Some(sentence.map_or(rest, |(rest, _)| rest));
    }
    let parsing: Parsed<'_, u16> =
        delimited(tag("error parsing HTTP "), map_res(take_while1(|c: char| c.is_ascii_digit()), str::parse), tag(" response body"))
            .parse(input);
    if let Ok((rest, status)) = parsing {
        error.http_status.get_or_insert(status);
        return Some(rest);
    }
    if let Some((rest, stage)) = lookup(input, STAGES) {
        match stage {
            "config" => {
                error.artifact = Some("config");
                error.stage("fetch");
            }
            stage => {
                error.artifact = Some(if stage == "resolve" { "manifest" } else { "blob" });
                error.stage(stage);
            }
        }
        error.written_by("docker");
        return Some(rest);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    #[test]
    fn what_docker_was_at() {
        for (words, stage) in super::STAGES {
            let error = peel(&format!("Error response from daemon: {words}: EOF"));
            let (operation, artifact) = match *stage {
                "config" => ("fetch", "config"),
                "resolve" => ("resolve", "manifest"),
                stage => (stage, "blob"),
            };
            assert_eq!((error.operation, error.artifact, error.runtime), (Some(operation), Some(artifact), Some("docker")), "{words}");
        }
        // CRI-O's library has this sentence too.
        let error = peel("Error response from daemon: error processing tar file(exit status 1): unexpected EOF");
        assert_eq!((error.operation, error.runtime), (Some("unpack"), Some("docker")));
    }
}
