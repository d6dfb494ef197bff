//! Commands: what a typed command asked for.
//!
//! In: the words of a command. Out: the pod and namespace that its output is about, which a table of events without an
//! OBJECT column does not repeat. It knows the arguments of kubectl, and no output.
//!
//! ```text
//! $ kubectl describe pod web-1 -n shop      pod web-1, namespace shop
//! ```

use crate::fact::Subject;
use crate::parse::primitive::is_name;
use crate::record::Command;

/// The object of `kubectl describe pod NAME -n NAMESPACE`.
pub(super) fn asked(command: &Command) -> Subject {
    let mut subject = Subject::default();
    let mut words = command.words.iter().map(String::as_str).peekable();
    let mut verb = None;
    let mut positional: Vec<&str> = Vec::new();
    words.next();
    while let Some(word) = words.next() {
        match word {
            "-n" | "--namespace" => subject.namespace = words.next().map(str::to_owned),
            _ if word.starts_with("--namespace=") => subject.namespace = word.split_once('=').map(|(_, value)| value.to_owned()),
            "|" | ">" | ";" | "&&" => break,
            _ if word.starts_with('-') => {}
            _ if verb.is_none() => verb = Some(word),
            _ => positional.push(word),
        }
    }
    if matches!(verb, Some("describe" | "get" | "events")) {
        let name = match positional.as_slice() {
            [kind, name] if matches!(*kind, "pod" | "pods" | "po") => Some(*name),
            [single] => single.strip_prefix("pod/").or_else(|| single.strip_prefix("pods/")).or_else(|| single.strip_prefix("po/")),
            _ => None,
        };
        subject.pod = name.filter(|name| is_name(name)).map(str::to_owned);
    }
    subject
}
