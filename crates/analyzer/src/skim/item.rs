//! Recognises an event that reports no failure among the items of a list, without parsing it.
//!
//! In: the text of one item, as `kubectl get events -o json` or `-o yaml` prints it, or one object on a line. Out: the name of its object, if its
//! reason is one that only says that things go well.
//!
//! ```text
//!         {                                          - apiVersion: v1
//!             "involvedObject": {                      involvedObject:
//!                 "name": "web-1",                       name: web-1
//!             "reason": "Pulled",                      reason: Pulled
//! ```

use super::row::{Look, of_reason};
use memchr::memmem;

/// The notation of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Indented so many blanks.
    Json(usize),
    Yaml,
}

/// The notation of the item of a list that begins in this line.
pub(super) fn begins(line: &[u8]) -> Option<Notation> {
    match line.first()? {
        b' ' | b'\t' if line.ends_with(b"{") && line.trim_ascii_start().len() == 1 => Some(Notation::Json(line.len() - 1)),
        b'-' => {
            let keys: [&[u8]; 3] = [b"- apiVersion:", b"- kind:", b"- metadata:"];
            keys.iter().any(|key| line.starts_with(key)).then_some(Notation::Yaml)
        }
        _ => None,
    }
}

/// What an event on a line of its own is; `None` for anything else.
pub(super) fn look_at_line(line: &[u8]) -> Option<Look<'_>> {
    Items::new(Notation::Json(0)).look(line)
}

/// Items of one notation.
#[derive(Debug)]
pub(super) struct Items {
    notation: Notation,
    /// What the last line of an item begins with, the line end before it included.
    end: memmem::Finder<'static>,
    object: memmem::Finder<'static>,
    name: memmem::Finder<'static>,
    reason: memmem::Finder<'static>,
    kind: memmem::Finder<'static>,
}

impl Items {
    pub(super) fn new(notation: Notation) -> Self {
        let end = match notation {
            Notation::Json(indent) => [b"\n".as_slice(), &b" ".repeat(indent), b"}"].concat(),
            Notation::Yaml => b"\n".to_vec(),
        };
        let [object, name, reason, kind] = match notation {
            Notation::Json(_) => ["\"involvedObject\"", "\"name\"", "\"reason\"", "\"type\""],
            Notation::Yaml => ["\n  involvedObject:", "\n    name: ", "\n  reason: ", "\n  type: "],
        };
        let finder = |needle: &'static str| memmem::Finder::new(needle);
        Items {
            notation,
            end: memmem::Finder::new(&end).into_owned(),
            object: finder(object),
            name: finder(name),
            reason: finder(reason),
            kind: finder(kind),
        }
    }

    /// These, if they are written like that.
    pub(super) fn of(&self, notation: Notation) -> Option<&Self> {
        (self.notation == notation).then_some(self)
    }

    /// Where the item ends whose first line ends at `from`; `None` if it is cut off.
    pub(super) fn end(&self, block: &[u8], from: usize) -> Option<usize> {
        match self.notation {
            Notation::Json(_) => {
                let brace = from + self.end.find(block.get(from..)?)? + self.end.needle().len();
                let behind = brace + usize::from(block.get(brace) == Some(&b','));
                matches!(block.get(behind), None | Some(b'\n')).then_some(behind)
            }
            // An item goes on as long as lines are indented.
            Notation::Yaml => memchr::memchr_iter(b'\n', block.get(from..)?)
                .map(|at| from + at)
                .find(|at| block.get(at + 1).is_none_or(|byte| *byte != b' '))
                .or(Some(block.len())),
        }
    }

    /// What an item is; `None` for anything but an event.
    pub(super) fn look<'i>(&self, item: &'i [u8]) -> Option<Look<'i>> {
        let value = |from: usize, key: &memmem::Finder<'_>| {
            let rest = item.get(from..)?;
            let rest = rest.get(key.find(rest)? + key.needle().len()..)?;
            match self.notation {
                Notation::Json(_) => text(rest),
                Notation::Yaml => rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())),
            }
        };
        let object = self.object.find(item)?;
        let quiet = || {
            let reason = value(object, &self.reason)?;
            let name = value(object, &self.name).filter(|name| !name.is_empty())?;
            of_reason(reason, name).filter(|_| value(object, &self.kind) == Some(b"Normal"))
        };
        Some(quiet().unwrap_or(Look::Other))
    }
}

/// `: "Pulled"`
fn text(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "        {\n            \"involvedObject\": {\n                \"kind\": \"Pod\",\n                \"name\": \"web-1\"\n            },\n            \"reason\": \"Pulled\",\n            \"type\": \"Normal\"\n        },";
    const YAML: &str =
        "- apiVersion: v1\n  involvedObject:\n    kind: Pod\n    name: web-1\n  message: x\n  reason: Pulled\n  type: Normal\n";

    #[test]
    fn items_that_report_no_failure() {
        assert_eq!(Items::new(Notation::Json(8)).look(JSON.as_bytes()), Some(Look::Quiet(b"web-1")));
        assert_eq!(Items::new(Notation::Yaml).look(YAML.as_bytes()), Some(Look::Quiet(b"web-1")));
        let line = br#"{"involvedObject":{"kind":"Pod","name":"web-1"},"reason":"Started","type":"Normal"}"#;
        assert_eq!(look_at_line(line), Some(Look::Quiet(b"web-1")));
    }

    #[test]
    fn everything_else_is_looked_at() {
        for (from, to) in [("Pulled", "Failed"), ("Pulled", "BackOff"), ("Normal", "Warning"), ("reason", "f:reason")] {
            assert_eq!(Items::new(Notation::Json(8)).look(JSON.replace(from, to).as_bytes()), Some(Look::Other));
            assert_eq!(Items::new(Notation::Yaml).look(YAML.replace(from, to).as_bytes()), Some(Look::Other));
        }
        assert_eq!(Items::new(Notation::Json(8)).look(b"        {\n            \"kind\": \"Pod\"\n        },"), None);
    }

    #[test]
    fn where_items_begin_and_end() {
        assert_eq!(begins(b"        {"), Some(Notation::Json(8)));
        assert_eq!(begins(b"- apiVersion: v1"), Some(Notation::Yaml));
        assert_eq!(begins(b"{"), None);
        let items = Items::new(Notation::Json(8));
        let block = format!("{JSON}\n        {{\n");
        assert_eq!(items.end(block.as_bytes(), 9), Some(JSON.len()));
        assert_eq!(items.end(&block.as_bytes()[..40], 9), None);
        let block = format!("{YAML}kind: List\n");
        assert_eq!(Items::new(Notation::Yaml).end(block.as_bytes(), 16), Some(YAML.len() - 1));
    }
}
