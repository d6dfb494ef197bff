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
//! failed to "StartContainer" for "app" with ErrImagePull: "ERR"
//! ```

use super::phrase::{self, Parsed, lookup, name, next_start, quoted, unquote};
use super::{PullError, peel_all};
use crate::record::ContainerRef;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_until, take_while1};
use nom::character::complete::char;
use nom::combinator::{eof, map_opt, opt, peek, verify};
use nom::multi::many1;
use nom::sequence::{delimited, preceded, terminated};

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

/// Raw errors of an unusable pull secret, which the kubelet (1.33 and later) prints as the container's error.
const SECRET_ERRORS: &[&str] = &[
    "json: ",
    "illegal base64 data",
    "unable to parse auth field",
    "invalid character ",
    "unexpected end of JSON input",
    "unexpected EOF",
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
    if let Some(told) = start_failures(text) {
        return told;
    }
    if let Ok((_, told)) = instead_of_a_log(text) {
        return vec![told];
    }
    vec![Told { container, pod: None, combined, statement: statement(text) }]
}

/// `container "web" in pod "web-1" is waiting to start: trying and failing to pull image`, which stands where a log
/// was asked for.
fn instead_of_a_log(input: &str) -> Parsed<'_, Told> {
    let (rest, container) = preceded(tag("container "), quoted).parse(input)?;
    let (rest, pod) = preceded(tag(" in pod "), quoted).parse(rest)?;
    let words = alt((
        tag("trying and failing to pull image").map(|_| "ImagePullBackOff"),
        tag("image can't be pulled").map(|_| "ErrImagePull"),
        reason_word,
    ));
    let (rest, reason) = preceded(tag(" is waiting to start: "), words).parse(rest)?;
    let statement = Statement::Waiting { reason: reason.to_owned(), image: None };
    let container = Some(ContainerRef { name: container.to_owned(), init: false });
    Ok((rest, Told { container, pod: Some((pod.to_owned(), None)), combined: false, statement }))
}

/// A waiting reason that is about an image.
fn reason_word(input: &str) -> Parsed<'_, &str> {
    verify(take_while1(|c: char| c.is_ascii_alphabetic()), |word: &str| IMAGE_REASONS.contains(&word)).parse(input)
}

/// `spec.initContainers{setup}: `
pub(crate) fn field_path(input: &str) -> Parsed<'_, ContainerRef> {
    let (rest, kind) = preceded(tag("spec."), alt((tag("initContainers"), tag("containers"), tag("ephemeralContainers")))).parse(input)?;
    let (rest, name) = delimited(char('{'), take_until("}"), char('}')).parse(rest)?;
    let (rest, _) = opt(char(':')).parse(rest)?;
    Ok((rest, ContainerRef { name: name.to_owned(), init: kind == "initContainers" }))
}

fn statement(text: &str) -> Statement {
    if let Ok((rest, image)) = quoted_after("Failed to pull image ", text) {
        return pull_failed(Some(image), Target::Container, cause(rest), None);
    }
    if let Ok((rest, image)) = quoted_after("Back-off pulling image ", text) {
        let rest = rest.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
        let errors = match reason(rest) {
            Ok((error, _)) if !error.trim().is_empty() => unwrapped(error),
            _ => Vec::new(),
        };
        return Statement::BackOff { image: Some(image.to_owned()), errors };
    }
    if let Ok((rest, image)) = quoted_after("Failed to inspect image ", text) {
        return pull_failed(inner_image(image, rest), Target::Container, cause(rest), Some("inspect"));
    }
    if let Ok((rest, image)) = quoted_after("Failed to apply default image tag ", text) {
        return pull_failed(Some(image), Target::Container, cause(rest), Some("parse"));
    }
    if let Ok((_, image)) = quoted_after("Failed to record image pull intent for container image ", text) {
        return pull_failed(Some(image), Target::Container, text, None);
    }
    if let Ok((_, image)) = quoted_after("Id or size of image ", text) {
        return pull_failed(Some(image), Target::Container, text, Some("inspect"));
    }
    if let Ok((rest, image)) = quoted_after("Container image ", text) {
        let rest = rest.trim_start();
        return if rest.starts_with("is not present with pull policy of Never") {
            Statement::Waiting { reason: "ErrImageNeverPull".to_owned(), image: Some(image.to_owned()) }
        } else if rest.starts_with("already present") {
            Statement::Pulled { image: image.to_owned(), present: true, took: None, waited: None }
        } else {
            Statement::Other
        };
    }
    if let Ok((rest, image)) = quoted_after("Successfully pulled image ", text) {
        let times: Parsed<'_, (u64, Option<u64>)> =
            (preceded(tag(" in "), go_duration), opt(delimited(tag(" ("), go_duration, tag(" including waiting)")))).parse(rest);
        let (took, waited) = times.map_or((None, None), |(_, (took, waited))| (Some(took), waited));
        return Statement::Pulled { image: image.to_owned(), present: false, took, waited };
    }
    // containerd's own log: the request, and its good end. The bad end has the error in a field of its own.
    if let Ok((rest, image)) = quoted_after("PullImage ", text) {
        let rest = rest.trim_start();
        return if rest.starts_with("returns image reference") {
            Statement::Pulled { image: image.to_owned(), present: false, took: None, waited: None }
        } else if rest.is_empty() {
            Statement::Pulling { image: image.to_owned() }
        } else {
            Statement::Other
        };
    }
    if let Ok((rest, image)) = quoted_after("Pulling image ", text) {
        // A client's "pulling image: rpc error" has no quoted name right behind it.
        return if rest.trim().is_empty() || !rest.starts_with(':') {
            Statement::Pulling { image: image.to_owned() }
        } else {
            Statement::Other
        };
    }
    if text.starts_with("Back-off restarting failed container") {
        return Statement::CrashLoop;
    }
    if let Some(rest) =
        text.strip_prefix("Unable to retrieve some image pull secrets").or_else(|| text.strip_prefix("Unable to retrieve pull secret"))
    {
        let names: Parsed<'_, &str> = delimited((nom::character::complete::space0, char('(')), take_until(")"), char(')')).parse(rest);
        return Statement::SecretMissing { names: names.ok().map(|(_, names)| names.to_owned()) };
    }
    if let Ok((rest, image)) = unavailable(text) {
        return pull_failed(Some(image), Target::Container, rest.trim_start_matches([':', ' ']), None);
    }
    if let Some(rest) = text.strip_prefix("Error: ") {
        return container_error(rest);
    }
    if let Ok((rest, _)) = sandbox(text) {
        return sandbox_failure(rest);
    }
    if let Ok((rest, waiting)) = reason(text) {
        let rest = rest.trim();
        return if rest.is_empty() {
            Statement::Waiting { reason: waiting.to_owned(), image: None }
        } else {
            pull_failed(None, Target::Container, rest, None)
        };
    }
    Statement::Other
}

fn pull_failed(image: Option<&str>, target: Target, text: &str, operation: Option<&'static str>) -> Statement {
    let mut errors = unwrapped(text);
    for error in &mut errors {
        if let Some(operation) = operation {
            // The kubelet's own stage stands, unless the runtime's text names a later one.
            error.operation = Some(error.operation.filter(|found| *found != "pull").unwrap_or(operation));
        }
        if error.runtime.is_none() && operation == Some("parse") {
            error.runtime = Some("kubelet");
        }
    }
    Statement::PullFailed { image: image.filter(|image| !image.is_empty()).map(str::to_owned), target, errors }
}

/// Peels the cause; a cause that still stands in (escaped) quotes is unquoted first.
fn unwrapped(text: &str) -> Vec<PullError> {
    let text = text.trim();
    let quoted_whole = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    match quoted_whole {
        Some(inner) => peel_all(&unquote(inner)),
        None => peel_all(text),
    }
}

/// The error behind `"IMG": `.
fn cause(rest: &str) -> &str {
    rest.trim_start().trim_start_matches(':').trim_start()
}

/// Kubelet 1.32 and later print an empty name in `Failed to inspect image ""`; the inner text has the real one.
fn inner_image<'a>(image: &'a str, rest: &'a str) -> Option<&'a str> {
    if !image.is_empty() {
        return Some(image);
    }
    let mut at = rest;
    while !at.is_empty() {
        for prefix in ["short-name ", "image name ", "image "] {
            if let Some(found) = at.strip_prefix(prefix)
                && let Ok((_, name)) = name(found.trim_start())
                && super::reference::ImageReference::parse(name).is_some()
            {
                return Some(name);
            }
        }
        at = next_start(at);
    }
    None
}

/// Go's own form of a duration, `1h2m3.5s` or `841ms`, in whole seconds.
fn go_duration(input: &str) -> Parsed<'_, u64> {
    let number = take_while1(|c: char| c.is_ascii_digit() || c == '.');
    let unit = alt((tag("ms"), tag("µs"), tag("us"), tag("ns"), tag("h"), tag("m"), tag("s")));
    let part = map_opt((number, unit), |(number, unit): (&str, &str)| {
        let whole: u64 = number.split('.').next()?.parse().ok()?;
        whole.checked_mul(match unit {
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => 0,
        })
    });
    map_opt(many1(part), |parts| parts.into_iter().try_fold(0_u64, u64::checked_add)).parse(input)
}

fn quoted_after<'a>(words: &'static str, text: &'a str) -> Parsed<'a, &'a str> {
    preceded(tag_no_case(words), quoted).parse(text)
}

/// `ErrImagePull`, `ErrImagePull: ERR`.
fn reason(text: &str) -> Parsed<'_, &str> {
    let (rest, word) = take_while1(|c: char| c.is_ascii_alphanumeric())(text)?;
    if IMAGE_REASONS.contains(&word) {
        Ok((rest.trim_start_matches([':', ' ']), word))
    } else {
        Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Tag)))
    }
}

/// `image pull failed for IMG because the registry is unavailable: ERR`
fn unavailable(text: &str) -> Parsed<'_, &str> {
    delimited(
        tag_no_case("image pull failed for "),
        name,
        (tag(" because "), alt((tag("the registry is unavailable"), tag("the signature validation failed")))),
    )
    .parse(text)
}

fn container_error(text: &str) -> Statement {
    let text = text.trim();
    match reason(text) {
        Ok((rest, reason)) if rest.trim().is_empty() => Statement::Waiting { reason: reason.to_owned(), image: None },
        Ok((rest, _)) => pull_failed(None, Target::Container, rest, None),
        Err(_) if SECRET_ERRORS.iter().any(|start| text.starts_with(start)) => {
            pull_failed(None, Target::Container, text, Some("authorize"))
        }
        Err(_) => match statement_inside(text) {
            Some(statement) => statement,
            None => Statement::Other,
        },
    }
}

/// `Error: Failed to pull image ...` and the like.
fn statement_inside(text: &str) -> Option<Statement> {
    ["Failed to pull image ", "Failed to inspect image ", "Back-off pulling image "]
        .iter()
        .any(|start| text.starts_with(start))
        .then(|| statement(text))
}

fn sandbox(text: &str) -> Parsed<'_, &str> {
    alt((
        terminated(tag_no_case("Failed to create pod sandbox"), opt(char(':'))),
        terminated(tag_no_case("Failed create pod sandbox"), opt(char(':'))),
        terminated(tag("CreatePodSandbox for pod"), opt(char(':'))),
    ))
    .parse(text)
}

/// A sandbox that could not be created is about an image only if the text says so.
fn sandbox_failure(text: &str) -> Statement {
    let mut at = text.trim_start();
    while !at.is_empty() {
        for words in ["failed to get sandbox image ", "failed pulling image ", "failed to pull image ", "unable to pull sandbox image "] {
            if let Ok((rest, image)) = preceded(tag_no_case::<_, _, nom::error::Error<&str>>(words), name).parse(at) {
                let Statement::PullFailed { image, target, mut errors } = pull_failed(Some(image), Target::Sandbox, cause(rest), None)
                else {
                    return Statement::Other;
                };
                let code = peel_all(text).into_iter().next().and_then(|outer| outer.grpc_code);
                for error in &mut errors {
                    error.grpc_code = error.grpc_code.take().or_else(|| code.clone());
                    error.text = text.trim().to_owned();
                }
                return Statement::PullFailed { image, target, errors };
            }
        }
        if at.starts_with("initializing source docker://") || at.starts_with("pinging container registry") {
            return pull_failed(None, Target::Sandbox, text, None);
        }
        at = next_start(at);
    }
    Statement::Other
}

/// `failed to "StartContainer" for "app" with ErrImagePull: "ERR"`, alone, in a list, or behind `Error syncing pod`;
/// and `container app start failed in pod POD_NS(UID): ErrImagePull: ERR`.
fn start_failures(text: &str) -> Option<Vec<Told>> {
    let mut told = Vec::new();
    let mut at = text;
    while !at.is_empty() {
        if let Ok((rest, (container, reason))) = start_container(at) {
            let body = rest.trim_start_matches([':', ' ']);
            let (rest, message) = quoted(body).unwrap_or(("", body));
            let message = unquote_depth(message, body);
            told.push(Told {
                container: Some(ContainerRef { name: container.to_owned(), init: false }),
                pod: None,
                combined: false,
                statement: with_reason(reason, &message),
            });
            at = next_start(rest);
        } else if let Ok((rest, (container, image, pod))) = start_failed_in_pod(at) {
            let mut statement = statement(rest.trim_start_matches([':', ' ']));
            if let Statement::PullFailed { image: slot @ None, .. } = &mut statement {
                *slot = image;
            }
            told.push(Told { container: Some(ContainerRef { name: container, init: false }), pod, combined: false, statement });
            return Some(told);
        } else {
            at = next_start(at);
        }
    }
    (!told.is_empty()).then_some(told)
}

fn with_reason(reason: &str, message: &str) -> Statement {
    match statement(message) {
        Statement::Other if reason == "CrashLoopBackOff" => Statement::CrashLoop,
        Statement::Other if reason.contains(' ') => container_error(message),
        Statement::Other if !IMAGE_REASONS.contains(&reason) => Statement::Other,
        Statement::Other => pull_failed(None, Target::Container, message, None),
        // `with ImagePullBackOff: "Back-off pulling image ..."`
        statement => statement,
    }
}

/// Undoes the escapes of a quoted text that itself stood in escaped quotes.
fn unquote_depth(inner: &str, body: &str) -> String {
    let depth = body.bytes().take_while(|byte| *byte == b'\\').count();
    let mut text = inner.to_owned();
    if depth > 0 || inner.contains('\\') {
        text = unquote(&text);
    }
    if depth > 0 && text.contains("\\\"") {
        text = unquote(&text);
    }
    text
}

fn start_container(input: &str) -> Parsed<'_, (&str, &str)> {
    let (rest, _) = tag("failed to ").parse(input)?;
    let (rest, action) = quoted(rest)?;
    if !matches!(action, "StartContainer" | "StartContainer\\") {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Tag)));
    }
    let (rest, container) = preceded(tag(" for "), quoted).parse(rest)?;
    // Since 1.33 an unusable pull secret puts a whole sentence where the reason stands.
    let sentence = alt((take_until(": \""), take_until(": \\")));
    let (rest, reason) =
        preceded(tag(" with "), alt((terminated(take_while1(|c: char| c.is_ascii_alphanumeric()), peek(alt((tag(":"), eof)))), sentence)))
            .parse(rest)?;
    Ok((rest, (container, reason)))
}

type StartFailed = (String, Option<String>, Option<(String, Option<String>)>);

fn start_failed_in_pod(input: &str) -> Parsed<'_, StartFailed> {
    let (rest, kind) = alt((tag("init container "), tag("container "))).parse(input)?;
    let _ = kind;
    let (rest, container) = take_until(" start failed in pod ").parse(rest)?;
    let (rest, pod) = preceded(tag(" start failed in pod "), take_until("(")).parse(rest)?;
    let (rest, _) = (take_until(")"), char(')')).parse(rest)?;
    // A Go struct dump: &Container{Name:app,Image:IMG,Command:...}
    let field = |name: &str| container.split_once(name).map(|(_, value)| value.split([',', '}']).next().unwrap_or_default().to_owned());
    let (name, image) =
        if container.starts_with('&') { (field("Name:").unwrap_or_default(), field("Image:")) } else { (container.to_owned(), None) };
    let pod = pod.rsplit_once('_').map(|(pod, namespace)| (pod.to_owned(), Some(namespace.to_owned())));
    Ok((rest, (name, image, pod)))
}

/// Kubelet phrases inside a chain: reasons that prefix a cause, and the refusals of a name.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some((rest, prefix)) = lookup(input, &[("RegistryUnavailable", "registry"), ("SignatureValidationFailed", "verify")]) {
        if prefix == "verify" {
            error.stage("verify");
        }
        return Some(rest);
    }
    let names: Parsed<'_, &str> = preceded(
        alt((tag("couldn't parse image name "), tag("couldn't parse image reference "), tag("failed to parse image reference "))),
        quoted,
    )
    .parse(input);
    if let Ok((rest, image)) = names {
        error.reference = Some(image.to_owned());
        error.stage("parse");
        return Some(rest);
    }
    if let Some((rest, _)) = lookup(input, &[("pull QPS exceeded", "")]) {
        error.written_by("kubelet");
        return Some(rest);
    }
    let _ = phrase::at_word_end;
    None
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
}
