//! What containerd (1.2 to 2.x) writes around a failure.
//!
//! ```text
//! failed to pull and unpack image "REF": failed to resolve reference "REF": failed to authorize: failed to fetch oauth token: ...
//! failed to pull and unpack image "REF": failed to resolve image: REF: not found                              (2.1+)
//! pulling from host HOST failed with status code [manifests TAG]: 401 Unauthorized                            (1.4, 1.5)
//! unexpected status code [manifests TAG]: 401 Unauthorized                                                    (1.3)
//! failed to copy: httpReadSeeker: failed open: unexpected status code URL: 429 Too Many Requests - Server message: CODE: TEXT
//! failed to extract layer (MEDIA-TYPE sha256:HEX) to overlayfs as "extract-...": archive/tar: invalid tar header
//! failed commit on ref "layer-sha256:HEX": unexpected commit digest sha256:HEX, expected sha256:HEX: failed precondition
//! ```

use super::PullError;
use super::http::status;
use super::phrase::{Parsed, at_word_end, digest, lookup, quoted, word};
use super::reference::ImageReference;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until};
use nom::character::complete::char;
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};

/// Wrappers that only name a stage: words, stage, artifact.
const STAGES: &[(&str, &str, Option<&str>)] = &[
    ("failed to resolve image", "resolve", None),
    ("failed to authorize", "authorize", None),
    ("failed to resolve source metadata for", "resolve", None),
    ("failed to do request", "", None),
    ("failed to copy", "fetch", Some("blob")),
    ("httpReadSeeker", "fetch", None),
    ("failed open", "", None),
    ("failed to send write", "fetch", Some("blob")),
    ("failed to unpack image on snapshotter", "unpack", None),
    ("failed to prepare extraction snapshot", "unpack", None),
    ("failed to extract layer", "unpack", Some("blob")),
    ("mount callback failed on", "unpack", None),
    ("get image config descriptor", "unpack", Some("config")),
    ("wrong diff id", "unpack", Some("blob")),
    ("number of layers and diffIDs don't match", "unpack", Some("config")),
    ("mismatched image rootfs and manifest layers", "unpack", Some("config")),
    ("unmarshal image config", "unpack", Some("config")),
    ("short read", "fetch", Some("blob")),
    ("failed to read expected number of bytes", "fetch", Some("blob")),
    ("unexpected commit digest", "fetch", None),
    ("unexpected commit size", "fetch", None),
];

/// Reads one of containerd's phrases.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let named: Parsed<'_, (&str, &str)> = (
        alt((
            tag("failed to pull and unpack image "),
            tag("failed to resolve reference "),
            tag("failed to pull image "),
            tag("PullImage "),
            tag("trying to pull "),
        )),
        quoted,
    )
        .parse(input);
    if let Ok((rest, (words, reference))) = named {
        error.reference = Some(reference.to_owned());
        // "failed to pull image" is also the kubelet's and podman's.
        if words.starts_with("failed to pull and") || words.starts_with("failed to resolve") {
            error.written_by("containerd");
        }
        error.stage(if words.starts_with("failed to resolve") { "resolve" } else { "pull" });
        return Some(rest);
    }
    if let Some(rest) =
        token_stage(input, error).or_else(|| answered(input, error)).or_else(|| ingest(input, error)).or_else(|| not_found(input, error))
    {
        return Some(rest);
    }
    for (words, stage, artifact) in STAGES {
        if let Some(rest) = input.strip_prefix(words)
            && at_word_end(rest)
        {
            if !stage.is_empty() {
                error.stage(stage);
            }
            if artifact.is_some() {
                error.artifact = *artifact;
            }
            error.written_by("containerd");
            return Some(layer_description(rest, error));
        }
    }
    None
}

/// `failed to fetch anonymous token` proves that no credential was at hand, `oauth` that one was sent.
fn token_stage<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let (rest, credential) = lookup(
        input,
        &[("failed to fetch anonymous token", "none"), ("failed to fetch oauth token", "sent"), ("no basic auth credentials", "none")],
    )?;
    error.credential = Some(credential);
    if !input.starts_with("no basic") {
        error.stage("authorize");
        error.written_by("containerd");
    }
    Some(rest)
}

/// The status answers of 1.3 to 1.5, which print a Go slice.
fn answered<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let slice = |input: &'a str| -> Parsed<'a, &'a str> { delimited(char('['), take_until("]"), tag("]: ")).parse(input) };
    let old: Parsed<'_, &str> = preceded(tag("unexpected status code "), slice).parse(input);
    let newer: Parsed<'_, (&str, &str)> =
        (delimited(tag("pulling from host "), word, tag(" failed with status code ")), slice).parse(input);
    let (rest, host, what) = match (old, newer) {
        (Ok((rest, what)), _) => (rest, None, what),
        (_, Ok((rest, (host, what)))) => (rest, Some(host), what),
        _ => return None,
    };
    let (rest, code) = status(rest).ok()?;
    error.http_status = Some(code);
    error.written_by("containerd");
    if error.operation == Some("pull") || error.operation.is_none() {
        error.stage("resolve");
    }
    error.artifact = Some(if what.starts_with("blobs") { "blob" } else { "manifest" });
    if let Some(host) = host {
        error.url = Some(super::http::Url::of_host(host));
    }
    Some(rest)
}

/// `failed commit on ref "layer-sha256:HEX"`, `could not fetch content descriptor sha256:HEX (TYPE) from remote`,
/// `content at URL not found`, `unexpected media type TYPE for sha256:HEX`, `ref layer-sha256:HEX locked for 2m`.
fn ingest<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let artifact = |name: &str| {
        if name.starts_with("manifest-") || name.starts_with("index-") {
            "manifest"
        } else if name.starts_with("config-") {
            "config"
        } else {
            "blob"
        }
    };
    let commit: Parsed<'_, &str> = preceded(tag("failed commit on ref "), quoted).parse(input);
    if let Ok((rest, name)) = commit {
        error.artifact = Some(artifact(name));
        error.stage("fetch");
        error.written_by("containerd");
        return Some(rest);
    }
    let descriptor: Parsed<'_, (&str, Option<&str>)> =
        preceded(tag("could not fetch content descriptor "), (digest, opt(delimited(tag(" ("), take_until(")"), char(')'))))).parse(input);
    if let Ok((rest, (_, media_type))) = descriptor {
        error.media_type = media_type.map(str::to_owned).or(error.media_type.take());
        error.code("BLOB_UNKNOWN", "");
        error.stage("fetch");
        let (rest, _) = opt(tag::<_, _, nom::error::Error<&str>>(" from remote: not found")).parse(rest).ok()?;
        return Some(rest);
    }
    let content: Parsed<'_, &str> = delimited(tag("content at "), word, tag(" not found")).parse(input);
    if let Ok((rest, url)) = content {
        error.url = super::http::Url::parse(url).or(error.url.take());
        error.code("BLOB_UNKNOWN", "");
        error.stage("fetch");
        return Some(rest.strip_prefix(": not found").unwrap_or(rest));
    }
    let media: Parsed<'_, &str> = preceded(tag("unexpected media type "), word).parse(input);
    if let Ok((rest, media_type)) = media {
        error.media_type = Some(media_type.to_owned());
        let (rest, _) = opt((tag::<_, _, nom::error::Error<&str>>(" for "), digest, opt(tag(": not found")))).parse(rest).ok()?;
        return Some(rest);
    }
    None
}

/// containerd's `REF: not found`: a HEAD request has no body, so tag and repository are not told apart.
fn not_found<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let (rest, reference): (&str, &str) = word(input).ok()?;
    let rest = rest.strip_prefix(": not found")?;
    if reference.starts_with("sha256:") || !at_word_end(rest) {
        return None;
    }
    ImageReference::parse(reference).filter(|parsed| parsed.tag.is_some() || parsed.digest.is_some() || !parsed.short)?;
    error.code("NOT_FOUND", "");
    error.reference.get_or_insert_with(|| reference.to_owned());
    if error.operation.is_none_or(|operation| operation == "pull") {
        error.stage("resolve");
    }
    Some(rest)
}

/// ` sha256:HEX` or ` (MEDIA-TYPE sha256:HEX) to overlayfs as "..."` behind "failed to extract layer".
fn layer_description<'a>(rest: &'a str, error: &mut PullError) -> &'a str {
    let described: Parsed<'_, &str> = delimited(tag(" ("), take_until(" sha256:"), (take_until(")"), char(')'))).parse(rest);
    match described {
        Ok((rest, media_type)) => {
            error.media_type = Some(media_type.to_owned());
            super::phrase::next_start(rest)
        }
        Err(_) => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    #[test]
    fn an_answer_of_old_versions_is_a_slice() {
        for (text, artifact, host) in [
            ("unexpected status code [manifests 3]: 401 Unauthorized", "manifest", None),
            ("unexpected status code [blobs sha256:ab]: 401 Unauthorized", "blob", None),
            ("pulling from host h:5000 failed with status code [manifests 3]: 401 Unauthorized", "manifest", Some("h:5000")),
        ] {
            let error = peel(text);
            assert_eq!((error.operation, error.artifact, error.runtime), (Some("resolve"), Some(artifact), Some("containerd")), "{text}");
            assert_eq!(error.url.map(|url| url.host).as_deref(), host, "{text}");
            // A stage that was named stays, but for that of the whole.
            assert_eq!(peel(&format!("failed to copy: {text}")).operation, Some("fetch"));
            assert_eq!(peel(&format!("failed to pull and unpack image \"a/b:1\": {text}")).operation, Some("resolve"));
        }
    }

    #[test]
    fn what_was_to_be_stored_has_a_kind() {
        for (name, artifact) in [("manifest", "manifest"), ("index", "manifest"), ("config", "config"), ("layer", "blob")] {
            let error = peel(&format!("failed commit on ref \"{name}-sha256:ab\": EOF"));
            assert_eq!((error.artifact, error.operation, error.runtime), (Some(artifact), Some("fetch"), Some("containerd")), "{name}");
        }
        let error = peel("could not fetch content descriptor sha256:ab (application/octet-stream) from remote: not found");
        assert_eq!((error.registry_code.as_deref(), error.media_type.as_deref()), (Some("BLOB_UNKNOWN"), Some("application/octet-stream")));
        let error = peel("content at https://h/v2/a/blobs/sha256:ab not found: not found");
        assert_eq!((error.registry_code.as_deref(), error.url.map(|url| url.host).as_deref()), (Some("BLOB_UNKNOWN"), Some("h")));
        assert_eq!(peel("unexpected media type text/html for sha256:ab: not found").media_type.as_deref(), Some("text/html"));
    }

    #[test]
    fn only_an_image_is_not_found() {
        let found = |text: &str| peel(text).registry_code;
        for text in ["r.example/a: not found", "a:1: not found", "a@sha256:ab: not found"] {
            assert_eq!(found(text).as_deref(), Some("NOT_FOUND"), "{text}");
        }
        for text in ["sha256:ab: not found", "nginx: not found", "a:1: not foundling"] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(peel("failed to copy: r.example/a:1: not found").operation, Some("fetch"));
        assert_eq!(peel("failed to pull image \"r.example/a:1\": r.example/a:1: not found").operation, Some("resolve"));
    }

    #[test]
    fn who_wrote_a_layer_and_who_had_a_credential() {
        for (text, runtime) in [
            ("failed to pull and unpack image \"a:1\": x", Some("containerd")),
            ("failed to resolve reference \"a:1\": x", Some("containerd")),
            ("failed to pull image \"a:1\": x", None),
        ] {
            assert_eq!((peel(text).runtime, peel(text).reference.as_deref()), (runtime, Some("a:1")), "{text}");
        }
        for (text, credential, operation) in [
            ("failed to fetch oauth token", "sent", Some("authorize")),
            ("failed to fetch anonymous token", "none", Some("authorize")),
            ("no basic auth credentials", "none", None),
        ] {
            assert_eq!((peel(text).credential, peel(text).operation), (Some(credential), operation), "{text}");
        }
    }
}
