//! One log line as a JSON object.
//!
//! In: one line that is an object. Out: an entry of its own, or a text that some collector wrapped and that
//! has to be read like any line. Objects of Kubernetes and of other tools are refused.
//!
//! ```text
//! {"ts":1738515496146.4287,"caller":"kubelet/pod_workers.go:1301","msg":"Error syncing pod, skipping","pod":{"name":"x","namespace":"y"},"err":"..."}
//! {"level":"error","msg":"PullImage \"IMG\" failed","error":"...","time":"..."}                  containerd, CRI-O, dockerd
//! {"log":"I0521 07:00:55.180954       1 proxier.go:1] ...\n","stream":"stderr","time":"..."}     docker's json-file
//! {"MESSAGE":"E0521 ...","_HOSTNAME":"node1","SYSLOG_IDENTIFIER":"kubelet", ...}                 journalctl -o json
//! {"message":"E0521 ...","@timestamp":"...","kubernetes":{"container_name":"kube-proxy"}}        Fluentd, Elasticsearch, Loki
//! ```

use crate::parse::log::klog::split_path;
use crate::parse::log::logfmt::level_named;
use crate::parse::log::structured::{is_secret, put};
use crate::record::Level;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;

/// What an object is.
pub(super) enum Object {
    Entry(Entry),
    Wrapped(Wrapped),
}

/// A line that its program wrote as JSON.
pub(super) struct Entry {
    /// Written by klog; else by logrus, zap and the like.
    pub(super) klog: bool,
    pub(super) level: Option<Level>,
    pub(super) file: Option<String>,
    pub(super) package: Option<String>,
    pub(super) message: String,
    pub(super) pairs: Vec<(String, String)>,
}

/// A line that a collector put into an object.
pub(super) struct Wrapped {
    pub(super) text: String,
    pub(super) host: Option<String>,
    pub(super) process: Option<String>,
    /// docker cuts lines at 16 KiB; only the last part ends with a line feed.
    pub(super) partial: bool,
}

/// Keys of which a log object has one; an object without any is refused without parsing.
const MESSAGE_KEYS: &[&str] = &["\"msg\"", "\"log\"", "\"MESSAGE\"", "\"message\"", "\"line\""];

/// Whether the line may be such an object; cheap. Objects of Kubernetes begin with their version or kind.
pub(super) fn is_object(text: &str) -> bool {
    let api = || ["\"apiVersion\"", "\"kind\""].iter().any(|key| text[1..].trim_start().starts_with(key));
    text.starts_with('{') && text.trim_end().ends_with('}') && !api() && MESSAGE_KEYS.iter().any(|key| text.contains(key))
}

/// Reads the object.
pub(super) fn read(text: &str) -> Option<Object> {
    let Fields(fields) = serde_json::from_str(text.trim()).ok()?;
    let get = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let string = |name: &str| get(name).and_then(Value::as_str);
    if get("kind").is_some() && (get("apiVersion").is_some() || get("metadata").is_some()) {
        return None;
    }
    if let Some(text) = get("MESSAGE").and_then(journal_text) {
        let kernel = (string("_TRANSPORT") == Some("kernel")).then_some("kernel");
        let process = kernel.or(string("SYSLOG_IDENTIFIER")).or(string("_COMM")).map(str::to_owned);
        return Some(Object::Wrapped(Wrapped { text, host: string("_HOSTNAME").map(str::to_owned), process, partial: false }));
    }
    if let Some(text) = string("log") {
        let partial = get("stream").is_some() && get("kubernetes").is_none() && !text.ends_with('\n');
        return Some(wrapped(text, &fields, partial));
    }
    if string("msg").is_some() && ["ts", "time", "level", "severity"].iter().any(|name| get(name).is_some()) {
        return Some(Object::Entry(entry(&fields)));
    }
    let collected = ["@timestamp", "timestamp", "time", "ts", "date", "kubernetes", "host", "hostname", "severity"]
        .iter()
        .any(|name| get(name).is_some());
    let text = string("message").or(string("line"))?;
    collected.then(|| wrapped(text, &fields, false))
}

fn wrapped(text: &str, fields: &[(String, Value)], partial: bool) -> Object {
    let at = |path: &[&str]| {
        let (first, rest) = path.split_first()?;
        let start = fields.iter().find(|(key, _)| key == first).map(|(_, value)| value)?;
        rest.iter().try_fold(start, |value, key| value.get(key))?.as_str().map(str::to_owned)
    };
    let host = at(&["kubernetes", "host"])
        .or(at(&["kubernetes", "node_name"]))
        .or(at(&["kubernetes", "node", "name"]))
        .or(at(&["hostname"]))
        .or(at(&["host"]));
    let process = at(&["kubernetes", "container_name"])
        .or(at(&["kubernetes", "container", "name"]))
        .or(at(&["fields", "container"]))
        .or(at(&["ident"]));
    Object::Wrapped(Wrapped { text: text.to_owned(), host, process, partial })
}

/// journald writes a message that is no valid UTF-8 (or has colours) as a list of bytes.
fn journal_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(bytes) => {
            let bytes: Option<Vec<u8>> = bytes.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok())).collect();
            Some(String::from_utf8_lossy(&bytes?).into_owned())
        }
        _ => None,
    }
}

fn entry(fields: &[(String, Value)]) -> Entry {
    let mut entry = Entry { klog: false, level: None, file: None, package: None, message: String::new(), pairs: Vec::new() };
    let mut verbosity = false;
    let mut failed = false;
    for (key, value) in fields {
        match (key.as_str(), value) {
            // klog counts milliseconds since 1970; zap and logrus write seconds or text.
            ("ts", Value::Number(number)) => entry.klog = number.as_f64().is_some_and(|millis| millis > 1e11),
            ("ts" | "time" | "timestamp", _) => {}
            ("msg", Value::String(text)) => entry.message.clone_from(text),
            ("level" | "severity", Value::String(word)) => entry.level = level_named(word),
            ("v", Value::Number(_)) => verbosity = true,
            ("caller", Value::String(caller)) => {
                let path = caller.rsplit_once(':').map_or(caller.as_str(), |(path, _)| path);
                let (package, file) = split_path(path);
                entry.file = Some(file.to_owned());
                entry.package = package.map(str::to_owned);
            }
            (key, value) if !is_secret(key) => {
                failed |= key == "err";
                put(&mut entry.pairs, key, shown(value));
            }
            _ => {}
        }
    }
    if entry.klog {
        entry.level = entry.level.or(Some(if failed && !verbosity { Level::Error } else { Level::Info }));
    }
    entry
}

/// A value as the text form would show it: an object reference as `namespace/name`.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let field = |name: &str| fields.get(name).and_then(Value::as_str);
            match (field("namespace"), field("name")) {
                (Some(namespace), Some(name)) if fields.len() == 2 => format!("{namespace}/{name}"),
                (None, Some(name)) if fields.len() == 1 => name.to_owned(),
                _ => value.to_string(),
            }
        }
        other => other.to_string(),
    }
}

/// An object in the order of its text.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ordered;
        impl<'de> Visitor<'de> for Ordered {
            type Value = Fields;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Ordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped_of(text: &str) -> Wrapped {
        assert!(is_object(text), "{text}");
        match read(text) {
            Some(Object::Wrapped(wrapped)) => wrapped,
            _ => panic!("{text}"),
        }
    }

    #[test]
    fn klog_json() {
        let text = r#"{"ts":1738515496146.4287,"caller":"kubelet/pod_workers.go:1301","msg":"Error syncing pod, skipping","pod":{"name":"x","namespace":"y"},"podUID":"1","err":"failed to \"StartContainer\" for \"a\""}"#;
        let Some(Object::Entry(entry)) = read(text) else { panic!() };
        assert!(is_object(text) && entry.klog);
        assert_eq!(
            (entry.level, entry.file.as_deref(), entry.package.as_deref()),
            (Some(Level::Error), Some("pod_workers.go"), Some("kubelet"))
        );
        assert_eq!(entry.message, "Error syncing pod, skipping");
        assert_eq!(entry.pairs[0], ("pod".into(), "y/x".into()));
        assert_eq!(entry.pairs[2], ("err".into(), r#"failed to "StartContainer" for "a""#.into()));
        let Some(Object::Entry(entry)) = read(r#"{"ts":1738515496146.4,"msg":"Using ipvs Proxier","v":0}"#) else { panic!() };
        assert_eq!(entry.level, Some(Level::Info));
    }

    #[test]
    fn logrus_json() {
        let text = r#"{"error":"x","level":"error","msg":"PullImage \"a:1\" failed","time":"2024-05-21T07:00:55Z"}"#;
        let Some(Object::Entry(entry)) = read(text) else { panic!() };
        assert!(!entry.klog && entry.level == Some(Level::Error));
        assert_eq!(entry.pairs, [("error".into(), "x".into())]);
    }

    #[test]
    fn wrapped_lines() {
        let docker = wrapped_of(r#"{"log":"I0521 x\n","stream":"stderr","time":"2024-05-21T07:00:55.1Z"}"#);
        assert!(docker.text == "I0521 x\n" && !docker.partial);
        assert!(wrapped_of(r#"{"log":"I0521 x","stream":"stderr","time":"2024"}"#).partial);
        let journal = wrapped_of(r#"{"_HOSTNAME":"node1","SYSLOG_IDENTIFIER":"kubelet","MESSAGE":[69,48]}"#);
        assert_eq!((journal.text.as_str(), journal.host.as_deref(), journal.process.as_deref()), ("E0", Some("node1"), Some("kubelet")));
        let fluent = wrapped_of(r#"{"log":"I0521 x","kubernetes":{"container_name":"kube-proxy","host":"node1"}}"#);
        assert_eq!((fluent.host.as_deref(), fluent.process.as_deref(), fluent.partial), (Some("node1"), Some("kube-proxy"), false));
        assert_eq!(wrapped_of(r#"{"@timestamp":"2024","message":"E0521 x"}"#).text, "E0521 x");
    }

    #[test]
    fn other_objects() {
        for text in [
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
            r#"{"kind":"Event","apiVersion":"v1","message":"x","level":"y"}"#,
            r#"{"message":"pull access denied"}"#,
            r#"{"status":"Pulling from library/nginx","id":"latest"}"#,
            "{",
            "{}",
        ] {
            assert!(!is_object(text) || read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn objects_that_may_be_entries() {
        for (text, object) in [
            (r#"{"msg":"x"}"#, true),
            (r#"{"log":"x"} "#, true),
            (r#"{"msg":"x""#, false),
            (r#""msg":"x"}"#, false),
            (r#"{"x":"y"}"#, false),
            (r#"{"kind":"Pod","message":"x"}"#, false),
            (r#"{"apiVersion":"v1","message":"x"}"#, false),
        ] {
            assert_eq!(is_object(text), object, "{text}");
        }
        for (text, object) in [
            (r#"{"msg":"x","level":"info"}"#, true),
            (r#"{"msg":"x","kind":"y","level":"info"}"#, true),
            (r#"{"msg":"x","apiVersion":"v1","level":"info"}"#, true),
            (r#"{"msg":"x","kind":"Pod","metadata":{},"level":"info"}"#, false),
            (r#"{"msg":"x","kind":"Pod","apiVersion":"v1","level":"info"}"#, false),
            (r#"{"msg":"x"}"#, false),
            (r#"{"message":"x"}"#, false),
            (r#"{"message":"x","time":"t"}"#, true),
        ] {
            assert_eq!(read(text).is_some(), object, "{text}");
        }
    }

    #[test]
    fn wrapped_texts() {
        let journal = wrapped_of(r#"{"MESSAGE":"x","_COMM":"kubelet","_HOSTNAME":"n1"}"#);
        assert_eq!((journal.text.as_str(), journal.process.as_deref(), journal.host.as_deref()), ("x", Some("kubelet"), Some("n1")));
        let kernel = wrapped_of(r#"{"MESSAGE":[120,121],"_TRANSPORT":"kernel","_COMM":"y"}"#);
        assert_eq!((kernel.text.as_str(), kernel.process.as_deref()), ("xy", Some("kernel")));
        for (text, partial) in [
            (r#"{"log":"x","stream":"stderr"}"#, true),
            (r#"{"log":"x\n","stream":"stderr"}"#, false),
            (r#"{"log":"x","stream":"stderr","kubernetes":{}}"#, false),
            (r#"{"log":"x"}"#, false),
        ] {
            assert_eq!(wrapped_of(text).partial, partial, "{text}");
        }
    }

    #[test]
    fn levels_and_values_of_klog() {
        let entry_of = |rest: &str| match read(&format!(r#"{{"ts":1738515496146.4287,"msg":"x"{rest}}}"#)) {
            Some(Object::Entry(entry)) => entry,
            _ => panic!("{rest}"),
        };
        for (rest, level) in [
            (r#","err":"y""#, Level::Error),
            (r#","v":0,"err":"y""#, Level::Info),
            (r#","v":0"#, Level::Info),
            ("", Level::Info),
            (r#","other":"y""#, Level::Info),
        ] {
            assert_eq!(entry_of(rest).level, Some(level), "{rest}");
        }
        assert!(entry_of(r#","token":"c2VjcmV0""#).pairs.is_empty());
        for (value, text) in [
            (r#"{"name":"a","namespace":"b"}"#, "b/a"),
            (r#"{"name":"a"}"#, "a"),
            (r#"{"name":"a","namespace":"b","x":1}"#, r#"{"name":"a","namespace":"b","x":1}"#),
            (r#"{"name":"a","x":1}"#, r#"{"name":"a","x":1}"#),
            ("3", "3"),
        ] {
            assert_eq!(entry_of(&format!(r#","object":{value}"#)).pairs, [("object".to_owned(), text.to_owned())], "{value}");
        }
        assert!(!matches!(read(r#"{"ts":1738515496.1,"msg":"x"}"#), Some(Object::Entry(entry)) if entry.klog));
    }
}
