//! Kubernetes objects as JSON or YAML: what `kubectl get -o json|yaml`, event exporters and support bundles write.
//!
//! In: lines at which a document may begin. Out: records for events, pods, nodes, Services and their endpoints,
//! Secrets (without values), ServiceAccounts and kube-proxy's configuration; other kinds are taken without a
//! record. A document is cut into pieces (the items of a List, one after the other) *before* a parser sees it,
//! so that a broken, cut or hostile piece costs that piece alone: [`bracket`] cuts JSON, [`indent`] cuts YAML.
//! What a message means is not known here, and JSON log entries or a registry's answers are left to others.
//!
//! ```text
//! {"apiVersion": "v1", "kind": "List", "items": [{"kind": "Event", "message": "Failed to pull image ...", ...
//! - apiVersion: v1
//!   kind: Event
//!   message: 'Failed to pull image "hub.corp.example/team/verifier:latest": failed to
//!     pull and unpack image ...'
//! ```

mod bracket;
mod endpoint;
mod indent;
pub(super) mod json;
mod node;
mod outline;
mod pod;
mod record;
mod repair;
mod schema;
mod time;
mod value;
mod wrap;
pub(super) mod yaml;

/// A larger object is not read; etcd refuses objects above 1.5 MiB.
const PIECE_LIMIT: usize = 2 * 1024 * 1024;
/// What the report says of objects that are not given to a parser.
const TOO_DEEP: &str = "lines of objects that are nested too deeply";
const TOO_LARGE: &str = "lines of objects that are larger than 2 MiB";
/// Deeper nesting is not read; Kubernetes' own objects stay below 30 levels.
const DEPTH_LIMIT: usize = 128;
/// A damaged piece above this size is not repaired, because each attempt parses all of it.
const REPAIR_LIMIT: usize = 256 * 1024;

/// Whether a line only says that somebody left something out: `...`, `[...]`, `<snip>`.
fn is_elision(trimmed: &str) -> bool {
    let inner = trimmed.trim_start_matches(['#', '/', ' ']).trim_start_matches(['[', '(', '<']).trim_end_matches([']', ')', '>', ',']);
    matches!(inner, "..." | "…" | "...." | "....." | "……" | "snip" | "snipped" | "omitted" | "생략" | "중략" | "省略")
}

/// Whether a line begins with a shell's prompt, so that it is no rest of a broken line: `[root@m ~]# k get pods`.
fn is_prompt(trimmed: &str) -> bool {
    let signs = ["# ", "$ ", "% "];
    let bare = signs.iter().chain(&["PS ", "➜", "❯"]).any(|sign| trimmed.starts_with(sign));
    let host = |head: &str| head.starts_with(['[', '(']) || head.contains('@') || head.ends_with('~');
    bare || signs.iter().any(|sign| trimmed.split_once(sign).is_some_and(|(head, _)| host(head) && head.len() < 80))
        || trimmed.ends_with("]#")
        || trimmed.ends_with("]$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Taken;
    use crate::record::Record;
    use crate::source::SourceId;
    use crate::text::Line;

    /// Reads a text as a source would be read, but by one reader: its times become ages.
    pub(super) fn read_by(reader: fn(&[Line<'_>], &mut Vec<Record>) -> Taken, text: &str) -> (Taken, Vec<Record>) {
        let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
        let mut records = Vec::new();
        let taken = reader(&lines, &mut records);
        let newest = records.extract_if(.., |record| matches!(record, Record::Newest(_))).last();
        for record in &mut records {
            if let (Record::Event(event), Some(Record::Newest(newest))) = (record, &newest) {
                event.age.last = event.age.last.map(|time| newest - time);
                event.age.first = event.age.first.map(|time| newest - time);
            }
        }
        (taken, records)
    }

    #[test]
    fn elisions() {
        assert!(["...", "…", "[...]", "# ...", "<snip>", "..."].into_iter().all(is_elision));
        assert!(!["", "a...", "---", "[]", "."].into_iter().any(is_elision));
    }

    #[test]
    fn prompts() {
        for prompt in ["[root@master ~]# kubectl get pods", "$ ls", "user@host:~$ k get pods", "[root@m ~]#"] {
            assert!(is_prompt(prompt), "{prompt}");
        }
        let long = format!("user@{}$ ls", "x".repeat(74));
        assert!(is_prompt("(venv) ~/shop $ ls") && is_prompt("~% ls") && is_prompt(&long), "{long}");
        assert!(!is_prompt(&long.replace("user", "users")) && !is_prompt("costs $ 5"));
        assert!(!is_prompt("ePull: failed to pull and unpack image \"a:1\": 5% $ done"));
    }
}
