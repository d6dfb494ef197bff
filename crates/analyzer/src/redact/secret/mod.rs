//! Finds what nobody may see: tokens, passwords, keys, signatures.
//!
//! In: a line. Out: the stretches that are secret themselves, without the key, the scheme or the quotes around them. A secret is known
//! by its own form (`eyJhbGci...`), by the key before it (`password=`), by the option (`docker login -p`) or by its place in
//! a URL. Placeholders (`<token>`, `$TOKEN`) are none. Every rule looks at a bounded stretch, so the work is linear.
//!
//! ```text
//! curl -H 'Authorization: Bearer eyJhbGciOi...' https://r.example/v2/?X-Amz-Signature=5f1d...
//! ```

mod search;
mod signs;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
pub(super) use signs::ENCODED_FORMS;
use signs::{FORMS, KEYS, OPTIONS, OTHER_SIGNS};
use std::ops::Range;
use std::sync::LazyLock;

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SecretKind {
    Password,
    Token,
    Signature,
}

/// A secret and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) range: Range<usize>,
    pub(crate) kind: SecretKind,
}

/// All secrets of a line, in order and apart from each other.
pub(crate) fn secrets(line: &str) -> Vec<Secret> {
    if may_hold(line) { apart(search::search(line)) } else { Vec::new() }
}

/// Whether a line has anything by which a secret is known; nearly none has. May say yes to a line that holds no secret.
fn may_hold(line: &str) -> bool {
    static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let forms = FORMS.iter().map(|(form, _)| *form);
        let keys = KEYS.iter().map(|(key, _)| *key);
        let options = OPTIONS.iter().map(|(option, _)| *option);
        let signs = forms.chain(keys).chain(options).chain(OTHER_SIGNS.iter().copied());
        AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::ContiguousNFA)).build(signs).ok()
    });
    SIGNS.as_ref().is_none_or(|signs| signs.is_match(line)) || (line.contains('@') && line.contains("://"))
}

/// Sorts, and joins what overlaps.
fn apart(mut found: Vec<Secret>) -> Vec<Secret> {
    found.retain(|secret| !secret.range.is_empty());
    found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut out: Vec<Secret> = Vec::with_capacity(found.len());
    for secret in found {
        match out.last_mut() {
            Some(last) if secret.range.start < last.range.end => last.range.end = last.range.end.max(secret.range.end),
            _ => out.push(secret),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::signs::{HEADERS, PARAMETERS};
    use super::*;
    use crate::redact::mask_secrets;
    use proptest::prelude::*;

    fn found(line: &str) -> Vec<&str> {
        secrets(line).into_iter().map(|secret| &line[secret.range]).collect()
    }

    #[test]
    fn secrets_are_known_by_form_key_option_and_place() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJhY2Nlc3MiOltdfQ.c2lnbmF0dXJl";
        assert_eq!(found(&format!("> authorization: Bearer {jwt}")), [jwt]);
        assert_eq!(found(&format!("curl -H 'Authorization: Bearer {jwt}' https://r.example/v2/")), [jwt]);
        assert_eq!(found("Authorization: Basic dXNlcjpodW50ZXIy"), ["dXNlcjpodW50ZXIy"]);
        assert_eq!(found("kubectl create secret docker-registry x --docker-username=me --docker-password=hunter2 -n y"), ["hunter2"]);
        assert_eq!(found("docker login -u me -p 'hunter2' r.example"), ["hunter2"]);
        assert_eq!(found("docker login r.example --password hunter2"), ["hunter2"]);
        assert_eq!(found("curl -u me:hunter2 https://r.example/v2/"), ["hunter2"]);
        assert_eq!(found("skopeo inspect --creds me:hunter2 docker://r.example/a"), ["hunter2"]);
        assert_eq!(found("Get \"https://me:hunter2@r.example/v2/\": EOF"), ["hunter2"]);
        assert_eq!(
            found(r#"{"auths":{"r.example":{"username":"me","password":"hun\"ter2","auth":"bWU6aHVudGVyMg=="}}}"#),
            [r#"hun\"ter2"#, "bWU6aHVudGVyMg=="]
        );
        assert_eq!(found(r#"{\"identitytoken\":\"abc\",\"x\":1}"#), ["abc"]);
        assert_eq!(found("  .dockerconfigjson: eyJhdXRocyI6eyJyLmV4YW1wbGUiOnt9fX0="), ["eyJhdXRocyI6eyJyLmV4YW1wbGUiOnt9fX0="]);
        assert_eq!(found("  password: hunter2"), ["hunter2"]);
        assert_eq!(found("aws_secret_access_key = wJalrXUtnFEMI"), [""; 0]);
        assert_eq!(
            found("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"),
            ["wJalrXUtnFEMI", "AKIAIOSFODNN7EXAMPLE"]
        );
    }

    /// Lines made of what secrets are known by, in any order.
    fn lines() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            proptest::sample::select(FORMS).prop_map(|(form, _)| format!("{form}aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3")),
            proptest::sample::select(KEYS).prop_map(|(key, _)| key.to_ascii_uppercase()),
            proptest::sample::select(HEADERS).prop_map(str::to_owned),
            proptest::sample::select(PARAMETERS).prop_map(str::to_owned),
            proptest::sample::select(OPTIONS).prop_map(|(option, _)| option.to_owned()),
            "bearer |Basic |https://|u0026|-----BEGIN PRIVATE KEY-----|-----END|docker login|auth| -p|\n",
            "[ =:\"'\\\\?&;@/.<>,{}*$-]|[a-zA-Z0-9]{1,9}|비밀",
        ];
        proptest::collection::vec(part, 0..9).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn a_line_without_a_sign_holds_no_secret(line in lines()) {
            prop_assert!(may_hold(&line) || search::search(&line).is_empty(), "{line}");
        }

        /// What was masked once may be masked again, when a report is read back or shown beside its source.
        #[test]
        fn a_masked_line_is_masked_already(line in lines()) {
            let once = mask_secrets(&line);
            prop_assert_eq!(&mask_secrets(&once), &once, "{}", line);
        }
    }

    #[test]
    fn what_signs_a_url_is_secret_and_the_rest_of_it_is_not() {
        let url = "Get \"https://b.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4&X-Amz-Credential=AKIA%2F2026&X-Amz-Expires=1200&X-Amz-Signature=5f1d\": EOF";
        assert_eq!(found(url), ["AKIA%2F2026", "5f1d"]);
        assert_eq!(found(r"https://b.example/x?se=2026\u0026sig=abc%3D\u0026sr=b"), ["abc%3D"]);
        assert_eq!(found("https://production.cloudflare.docker.com/x?verify=1764-abc%3D"), ["1764-abc%3D"]);
    }

    #[test]
    fn messages_about_secrets_are_none() {
        for line in [
            "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
            "failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Ax%3Apull&service=r",
            "no basic auth credentials",
            "WWW-Authenticate: Bearer realm=\"https://auth.example/token\",service=\"r.example\"",
            "Www-Authenticate: Basic realm=\"Harbor Registry\"",
            "unauthorized: incorrect username or password: retry",
            "token:      1234 bytes",
            "    Type:        Secret (a volume populated by a Secret)",
            "automountServiceAccountToken: false",
            "--docker-username=<user> --docker-password=<token>",
            "docker login -u me --password-stdin r.example",
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
            "imagePullSecrets: [{\"name\": \"regcred\"}]",
            "repository does not exist or may require authorization: authorization failed: no basic auth credentials",
            "authorization: server message: insufficient_scope: authorization failed",
            "PWD=/root",
            "ports: -p 8080:80",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
