//! By what secrets are known: forms, keys, headers, parameters, options.
//!
//! In: nothing. Out: tables. How a line is searched with them is [`super::search`]'s work.

use super::SecretKind;

/// Tokens with a form of their own: how they begin, and how many characters follow at least.
pub(super) const FORMS: &[(&str, usize)] = &[
    ("eyJ", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("gldt-", 16),
    ("dckr_pat_", 16),
    ("dckr_oat_", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("hvs.", 20),
    ("npm_", 30),
    ("cmVmdGtuO", 16),
    ("AKCp", 16),
    ("sha256~", 30),
    ("LS0tLS1CRUdJTi", 16),
    ("ewog", 16),
    ("ewoJ", 16),
    ("ew0K", 16),
    ("eyAi", 16),
];

/// Those of them that are base64 of what a Secret holds: of `{"`, of `-----BEGIN`, and of `{` with a blank or the end of a line behind it.
pub(crate) const ENCODED_FORMS: &[&str] = &["eyJ", "LS0tLS1CRUdJTi", "ewog", "ewoJ", "ew0K", "eyAi"];

/// Ends of keys whose value is a secret, in lower case.
pub(super) const KEYS: &[(&str, SecretKind)] = &[
    ("password", SecretKind::Password),
    ("passwd", SecretKind::Password),
    ("passphrase", SecretKind::Password),
    ("pwd", SecretKind::Password),
    ("token", SecretKind::Token),
    ("apikey", SecretKind::Token),
    ("api_key", SecretKind::Token),
    ("api-key", SecretKind::Token),
    ("secretkey", SecretKind::Token),
    ("secret_key", SecretKind::Token),
    ("secret-key", SecretKind::Token),
    ("accesskey", SecretKind::Token),
    ("access_key", SecretKind::Token),
    ("access-key", SecretKind::Token),
    ("access_key_id", SecretKind::Token),
    ("accesskeyid", SecretKind::Token),
    ("private_key", SecretKind::Token),
    ("private-key", SecretKind::Token),
    ("client_secret", SecretKind::Token),
    ("client-secret", SecretKind::Token),
    ("clientsecret", SecretKind::Token),
    (".dockerconfigjson", SecretKind::Token),
    (".dockercfg", SecretKind::Token),
];

/// Headers whose whole value is a secret.
pub(super) const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth-token", "x-registry-auth"];

/// Parameters of a URL that sign it or stand for a login.
pub(super) const PARAMETERS: &[&str] = &[
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "x-goog-credential",
    "signature",
    "sig",
    "policy",
    "key-pair-id",
    "googleaccessid",
    "verify",
    "code",
    "auth",
    "hmac",
    "hdnts",
    "hdnea",
];

/// Options that a secret follows as a word of its own; `true` where it is the part behind a colon.
pub(super) const OPTIONS: &[(&str, bool)] = &[
    ("--password", false),
    ("--docker-password", false),
    ("--token", false),
    ("--registry-token", false),
    ("--creds", true),
    ("--src-creds", true),
    ("--dest-creds", true),
    ("--user", true),
    ("--proxy-user", true),
    ("-u", true),
    ("-U", true),
];

/// What else a secret stands behind or begins with: schemes, headers, strings of login files, URLs with parameters, commands, keys.
pub(super) const OTHER_SIGNS: &[&str] = &[
    "bearer ",
    "basic ",
    "authorization:",
    "authorization\"",
    "authorization'",
    "authorization\\",
    "cookie",
    "x-registry-auth",
    "auth\"",
    "auth'",
    "auth\\",
    "?",
    "&",
    ";",
    "u0026",
    "login",
    "PRIVATE KEY",
];
