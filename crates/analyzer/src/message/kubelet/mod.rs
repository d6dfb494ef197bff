//! What the kubelet itself writes: events, waiting messages and log texts.
//!
//! In: one message. Out: a [`Told`]: what is stated, about which container. Only the forms below make a pull
//! failure; other errors of a container (`Error: failed to start container ...`) are [`Statement::Other`].
//!
//! ```text
//! Failed to pull image "IMG": ERR                      Failed to pull image "IMG": [ERR, ERR]
//! Back-off pulling image "IMG"                         Back-off pulling image "IMG": ErrImagePull: ERR   (>= 1.32)
//! Error: ErrImagePull                                  spec.containers{app}: Error: ErrImagePull         (kubectl >= 1.35)
//! Failed to inspect image "IMG": ERR                   Failed to apply default image tag "IMG": ERR
//! Container image "IMG" is not present with pull policy of Never
//! Failed to create pod sandbox: ... failed to get sandbox image "IMG": ERR
//!
//! Each kind of statement has its file, with readers that take a whole text or leave it.

mod progress;
mod pull;
mod sandbox;
mod start;
mod waiting;

pub(super) use pull::phrase;

use super::PullError;
use super::phrase::{Parsed, quoted};
use crate::record::ContainerRef;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_until};
use nom::character::complete::char;
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};

/// What a message states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Statement {
    PullFailed {
        image: Option<String>,
        target: Target,
        errors: Vec<PullError>,
    },
    BackOff {
        image: Option<String>,
        errors: Vec<PullError>,
    },
    Waiting {
        reason: String,
        image: Option<String>,
    },
    Pulling {
        image: String,
    },
    /// `took` and `waited` (which includes it) are whole seconds, where the message has them.
    Pulled {
        image: String,
        present: bool,
        took: Option<u64>,
        waited: Option<u64>,
    },
    SecretMissing {
        names: Option<String>,
    },
    /// `Back-off restarting failed container`.
    CrashLoop,
    Other,
}

/// What the image was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Container,
    Sandbox,
}

/// A statement with what stood around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) container: Option<ContainerRef>,
    /// `pod` and `namespace` out of `POD_NAMESPACE(UID)`.
    pub(crate) pod: Option<(String, Option<String>)>,
    pub(crate) combined: bool,
    pub(crate) statement: Statement,
}

/// Waiting reasons that are about images.
pub(crate) const IMAGE_REASONS: &[&str] = &[
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
];

/// Reads all statements of a message: usually one, several where a log line lists several containers.
pub(crate) fn read(text: &str) -> Vec<Told> {
    let text = &*super::bounded(text);
    // kubectl 1.35 and later puts the path before everything that the recorder wrote.
    let (text, container) = match field_path(text.trim()) {
        Ok((rest, container)) => (rest.trim_start(), Some(container)),
        Err(_) => (text.trim(), None),
    };
    let (text, combined) = match text.strip_prefix("(combined from similar events):") {
        Some(rest) => (rest.trim_start(), true),
        None => (text, false),
    };
    if let Some(told) = start::failures(text) {
        return told;
    }
    if let Ok((_, told)) = waiting::instead_of_a_log(text) {
        return vec![told];
    }
    vec![Told { container, pod: None, combined, statement: statement(text) }]
}

/// What reads one kind of statement: all of the text, or nothing.
type Reader = fn(&str) -> Option<Statement>;

const READERS: &[Reader] = &[
    pull::failed,
    pull::backing_off,
    pull::unavailable,
    progress::pulling,
    progress::pulled,
    progress::runtime,
    progress::container_image,
    waiting::secret_missing,
    waiting::crash_loop,
    waiting::container_error,
    waiting::bare_reason,
    sandbox::failed,
];

/// The statement of a text without anything around it.
fn statement(text: &str) -> Statement {
    READERS.iter().find_map(|reader| reader(text)).unwrap_or(Statement::Other)
}

/// `spec.initContainers{setup}: `
pub(crate) fn field_path(input: &str) -> Parsed<'_, ContainerRef> {
    let (rest, kind) = preceded(tag("spec."), alt((tag("initContainers"), tag("containers"), tag("ephemeralContainers")))).parse(input)?;
    let (rest, name) = delimited(char('{'), take_until("}"), char('}')).parse(rest)?;
    let (rest, _) = opt(char(':')).parse(rest)?;
    Ok((rest, ContainerRef { name: name.to_owned(), init: kind == "initContainers" }))
}

/// What is quoted behind these words, at the front of the text.
fn quoted_after<'a>(words: &'static str, text: &'a str) -> Parsed<'a, &'a str> {
    preceded(tag_no_case(words), quoted).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Told {
        read(text).remove(0)
    }

    #[test]
    fn a_failed_pull_names_its_image_and_container() {
        let told = one(
            r#"spec.containers{api}: Failed to pull image "x/y": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/x/y:latest": failed to resolve reference "docker.io/x/y:latest": docker.io/x/y:latest: not found"#,
        );
        assert_eq!(told.container.map(|c| c.name).as_deref(), Some("api"));
        let Statement::PullFailed { image, errors, .. } = told.statement else { panic!("{:?}", told.statement) };
        assert_eq!(image.as_deref(), Some("x/y"));
        assert_eq!(errors[0].grpc_code.as_deref(), Some("NotFound"));
        assert_eq!(errors[0].registry_code.as_deref(), Some("NOT_FOUND"));
        assert_eq!(errors[0].operation, Some("resolve"));
    }

    #[test]
    fn back_off_with_and_without_its_cause() {
        assert_eq!(one(r#"Back-off pulling image "a:1""#).statement, Statement::BackOff { image: Some("a:1".into()), errors: vec![] });
        let Statement::BackOff { errors, .. } =
            one(r#"Back-off pulling image "a:1": ErrImagePull: dial tcp 10.0.0.1:443: connect: connection refused"#).statement
        else {
            panic!()
        };
        assert_eq!(errors[0].errno, Some("ECONNREFUSED"));
    }

    #[test]
    fn other_errors_of_a_container_are_no_pull_failures() {
        assert_eq!(one("Error: ImagePullBackOff").statement, Statement::Waiting { reason: "ImagePullBackOff".into(), image: None });
        let waits = one(r#"container "web" in pod "web-1" is waiting to start: trying and failing to pull image"#);
        assert_eq!(waits.statement, Statement::Waiting { reason: "ImagePullBackOff".into(), image: None });
        assert_eq!(waits.pod, Some(("web-1".into(), None)));
        assert_eq!(one(r#"Error: secret "unauthorized" not found"#).statement, Statement::Other);
        assert_eq!(one("Error: failed to start container \"x\": Error response from daemon: no such file").statement, Statement::Other);
        assert_eq!(one("Back-off restarting failed container app in pod x").statement, Statement::CrashLoop);
    }

    #[test]
    fn a_log_line_lists_several_containers() {
        let told = read(
            r#"[failed to "StartContainer" for "a" with ErrImagePull: "rpc error: code = Unknown desc = Error response from daemon: Get \"https://r/v2/\": EOF", failed to "StartContainer" for "b" with ImagePullBackOff: "Back-off pulling image \"b:1\""]"#,
        );
        assert_eq!(told.len(), 2);
        let Statement::PullFailed { errors, .. } = &told[0].statement else { panic!("{told:?}") };
        assert_eq!(errors[0].stream, Some("eof"));
        assert_eq!(told[1].statement, Statement::BackOff { image: Some("b:1".into()), errors: vec![] });
    }

    #[test]
    fn a_sandbox_fails_for_its_image_only_if_the_text_says_so() {
        let text = r#"Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9": failed to pull and unpack image "registry.k8s.io/pause:3.9": failed to resolve reference "registry.k8s.io/pause:3.9": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.9": dial tcp: lookup registry.k8s.io: no such host"#;
        let Statement::PullFailed { image, target, errors } = one(text).statement else { panic!() };
        assert_eq!((image.as_deref(), target, errors[0].dns), (Some("registry.k8s.io/pause:3.9"), Target::Sandbox, Some("nxdomain")));
        assert_eq!(one("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container network: cni plugin not initialized").statement, Statement::Other);
    }

    #[test]
    fn an_unusable_secret_is_a_pull_failure() {
        let told = read(
            r#"failed to "StartContainer" for "vaultd" with unable to parse auth field, must be formatted as base64(username:password): "unable to parse auth field, must be formatted as base64(username:password)""#,
        );
        assert!(matches!(told[0].statement, Statement::PullFailed { .. }), "{told:?}");
    }

    #[test]
    fn a_success_tells_how_long_it_waited() {
        let told = one(r#"Successfully pulled image "nginx:1.25" in 1.204s (18m42.118s including waiting). Image size: 71005258 bytes."#);
        assert_eq!(told.statement, Statement::Pulled { image: "nginx:1.25".into(), present: false, took: Some(1), waited: Some(1122) });
    }

    #[test]
    fn aggregates_are_split() {
        let Statement::PullFailed { errors, .. } = one(r#"Failed to pull image "a": [rpc error: code = Unknown desc = failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized, rpc error: code = NotFound desc = failed to resolve reference "r.local/a:1": r.local/a:1: not found]"#).statement else { panic!() };
        assert_eq!(errors.len(), 2);
        assert_eq!((errors[0].credential, errors[0].http_status), (Some("sent"), Some(401)));
        assert_eq!(errors[1].registry_code.as_deref(), Some("NOT_FOUND"));
    }

    #[test]
    fn a_container_has_its_path() {
        let told = one(r#"spec.initContainers{setup}: Pulling image "a:1""#);
        assert_eq!(told.container, Some(ContainerRef { name: "setup".into(), init: true }));
        assert_eq!(told.statement, Statement::Pulling { image: "a:1".into() });
        let told = one(r#"spec.ephemeralContainers{debug}: (combined from similar events): Error: ErrImagePull"#);
        assert_eq!((told.container, told.combined), (Some(ContainerRef { name: "debug".into(), init: false }), true));
    }

    fn failed(text: &str) -> (Option<String>, PullError) {
        match one(text).statement {
            Statement::PullFailed { image, mut errors, .. } => (image, errors.remove(0)),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_kubelets_stage_stands_unless_a_later_one_is_named() {
        for (text, operation, runtime) in [
            (r#"Failed to inspect image "a:1": rpc error: code = Unknown desc = EOF"#, Some("inspect"), None),
            (r#"Failed to inspect image "a:1": failed to pull image "a:1": EOF"#, Some("inspect"), None),
            (r#"Failed to inspect image "a:1": failed to resolve reference "a:1": EOF"#, Some("resolve"), Some("containerd")),
            (r#"Failed to apply default image tag "A:1": couldn't parse image name "A:1": x"#, Some("parse"), Some("kubelet")),
            (r#"Failed to apply default image tag "A:1": initializing source docker://A:1: x"#, Some("resolve"), Some("cri-o")),
            (r#"Failed to pull image "a:1": EOF"#, None, None),
            ("RegistryUnavailable: EOF", None, None),
            ("SignatureValidationFailed: Source image rejected: x", Some("verify"), Some("cri-o")),
            ("image pull failed for a:1 because the registry is unavailable: EOF", None, None),
            ("image pull failed for a:1 because the signature validation failed: EOF", None, None),
            (r#"Failed to pull image "a:1": pull QPS exceeded"#, None, Some("kubelet")),
            ("Error: illegal base64 data at input byte 4", Some("authorize"), None),
        ] {
            let (_, error) = failed(text);
            assert_eq!((error.operation, error.runtime), (operation, runtime), "{text}");
        }
        assert_eq!(failed(r#"Failed to pull image "a:1": SignatureValidationFailed: x"#).1.operation, Some("verify"));
        assert_eq!(failed(r#"Failed to pull image "a:1": RegistryUnavailable: x"#).1.phrases, 1);
    }

    #[test]
    fn an_image_without_a_name_has_one_further_inside() {
        let image = |text| failed(text).0;
        assert_eq!(
            image(r#"Failed to inspect image "": rpc error: code = Unknown desc = short-name "a/b:1" did not resolve"#).as_deref(),
            Some("a/b:1")
        );
        assert_eq!(image(r#"Failed to inspect image "x:1": short-name "a/b:1" did not resolve"#).as_deref(), Some("x:1"));
        assert_eq!(image(r#"Failed to inspect image "": EOF"#), None);
        assert_eq!(image("image pull failed for a:1 because the registry is unavailable: EOF").as_deref(), Some("a:1"));
    }

    #[test]
    fn a_container_whose_start_failed_says_why() {
        let start = |reason: &str, error: &str| one(&format!(r#"failed to "StartContainer" for "app" with {reason}: {error}"#)).statement;
        assert_eq!(start("CrashLoopBackOff", r#""back-off 5m0s restarting failed container""#), Statement::CrashLoop);
        assert_eq!(start("RunContainerError", r#""context deadline exceeded""#), Statement::Other);
        assert_eq!(
            start("ImagePullBackOff", r#""Back-off pulling image \"a:1\"""#),
            Statement::BackOff { image: Some("a:1".into()), errors: vec![] }
        );
        assert_eq!(
            one("Back-off pulling image \"a:1\": ErrImagePull: ").statement,
            Statement::BackOff { image: Some("a:1".into()), errors: vec![] }
        );
        let Statement::PullFailed { errors, .. } = start("ErrImagePull", r#""unexpected EOF""#) else { panic!() };
        assert_eq!(errors[0].stream, Some("unexpected-eof"));
        let told = one("container app start failed in pod web-1_shop(0d3c): ErrImagePull: unexpected EOF");
        assert_eq!(told.pod, Some(("web-1".into(), Some("shop".into()))));
    }

    #[test]
    fn quotes_inside_quotes_are_undone() {
        let inner = r#"Get "https://r.example/v2/": EOF"#;
        // As a program's log quotes it once, twice and three times.
        let escape = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"");
        let once = format!(r#"failed to "StartContainer" for "app" with ErrImagePull: "{}""#, escape(inner));
        for text in [once.clone(), escape(&once), escape(&escape(&once))] {
            let Statement::PullFailed { errors, .. } = one(&text).statement else { panic!("{text}") };
            assert_eq!(errors[0].url.as_ref().map(|url| url.text()).as_deref(), Some("https://r.example/v2/"), "{text}");
            assert_eq!(errors[0].text, inner);
        }
    }
}
