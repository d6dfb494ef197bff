//! Finds values by the block in which they stand: annotations, environments, the data of Secrets and ConfigMaps.
//!
//! In: the cleaned lines of a source, one by one. Out: the stretches of each that are values. It knows describe, YAML and JSON (one
//! key a line, or all on one line) by keys and indentation alone, so that a part of an object is enough.
//!
//! ```text
//! Annotations:      acme.com/owner: payments
//!     Environment:
//!       DB_PASSWORD:  hunter2
//! ```

use super::fragment::{BrokenBase64, encoded_map};
use super::names::Kind;
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Annotations,
    /// Of a describe: `KEY:  value`.
    Environment,
    /// Of an object: only what `value:` says.
    Variables,
    Data,
}

impl Block {
    fn of(key: &str) -> Option<Block> {
        match key {
            "Annotations" | "annotations" => Some(Block::Annotations),
            "Environment" => Some(Block::Environment),
            "env" => Some(Block::Variables),
            "data" | "stringData" | "binaryData" => Some(Block::Data),
            _ => None,
        }
    }

    fn kind(self) -> Kind {
        match self {
            Block::Annotations => Kind::Annotation,
            Block::Environment | Block::Variables => Kind::Value,
            Block::Data => Kind::Token,
        }
    }
}

/// What is open at a line.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    block: Option<(Block, usize)>,
    /// A value goes on while lines are indented deeper than its key.
    value: Option<(Kind, usize)>,
    /// Inside a private key.
    armour: bool,
    base64: BrokenBase64,
}

impl Blocks {
    /// The values of the next line.
    pub(crate) fn values(&mut self, text: &str) -> Vec<(Range<usize>, Kind)> {
        let inner = text.trim_start();
        let indent = text.len() - inner.len();
        let whole = || indent..indent + inner.trim_end().len();
        if self.armour || inner.starts_with("-----BEGIN") && inner.contains("PRIVATE KEY") {
            let begins = inner.starts_with("-----BEGIN");
            self.armour = !inner.contains("-----END");
            return if begins || !self.armour { Vec::new() } else { vec![(whole(), Kind::Token)] };
        }
        if let Some(rest) = self.base64.next(text) {
            return vec![(rest, Kind::Token)];
        }
        if inner.is_empty() {
            return Vec::new();
        }
        if inner.starts_with(['{', '\'', 'm']) {
            let encoded = encoded_map(text);
            if !encoded.is_empty() {
                return encoded.into_iter().map(|range| (range, Kind::Token)).collect();
            }
        }
        if let Some((kind, of_key)) = self.value {
            if indent > of_key {
                return vec![(whole(), kind)];
            }
            self.value = None;
        }
        let item = inner.starts_with("- ");
        if let Some((block, of_key)) = self.block {
            if indent > of_key || (indent == of_key && item && block == Block::Variables) {
                return self.item(text, block);
            }
            self.block = None;
        }
        let Some(pair) = Pair::read(text) else { return inline(text) };
        let Some(block) = Block::of(pair.key) else { return inline(text) };
        let value = pair.value(text);
        match &text[value.clone()] {
            "" | "{" | "[" => {}
            // `<none>`, `{}` and a describe's environment on one line open nothing.
            "<none>" | "{}" | "[]" => return Vec::new(),
            flow if flow.starts_with(['{', '[']) => return inline(text),
            // A describe has its first annotation behind the key.
            _ if block == Block::Annotations => {
                self.block = Some((block, pair.indent));
                return self.item_at(text, value.start, block);
            }
            _ => return inline(text),
        }
        self.block = Some((block, pair.indent));
        Vec::new()
    }

    fn item(&mut self, text: &str, block: Block) -> Vec<(Range<usize>, Kind)> {
        self.item_at(text, text.len() - text.trim_start().len(), block)
    }

    /// `key: value` or `key=value` from some column on.
    fn item_at(&mut self, text: &str, from: usize, block: Block) -> Vec<(Range<usize>, Kind)> {
        let Some(pair) = Pair::read(&text[from..]) else {
            // A long annotation goes on without a key.
            let rest = from..from + text[from..].trim_end().len();
            let closes = text[rest.clone()].bytes().all(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b'-'));
            return if block == Block::Variables || closes { Vec::new() } else { vec![(rest, block.kind())] };
        };
        let value = pair.value(&text[from..]);
        let value = from + value.start..from + value.end;
        let said = &text[value.clone()];
        let wanted = match block {
            Block::Variables => pair.key == "value",
            Block::Environment => !said.starts_with("<set to") && !said.starts_with('('),
            Block::Annotations | Block::Data => true,
        };
        if !wanted || matches!(said, "" | "{" | "[" | "<none>" | "<unset>" | "null") {
            return Vec::new();
        }
        if said.starts_with(['|', '>']) && said.len() <= 3 {
            self.value = Some((block.kind(), from + pair.indent));
            return Vec::new();
        }
        vec![(value, block.kind())]
    }
}

/// A key and where its value begins.
pub(super) struct Pair<'t> {
    indent: usize,
    pub(super) key: &'t str,
    value: usize,
}

impl<'t> Pair<'t> {
    /// `key: value`, `- key: value`, `"key": "value",` or `key=value`.
    pub(super) fn read(text: &'t str) -> Option<Pair<'t>> {
        let inner = text.trim_start();
        let indent = text.len() - inner.len();
        let inner = inner.strip_prefix("- ").unwrap_or(inner).trim_start_matches(['"', '{']);
        let start = text.len() - inner.len();
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
        let length = inner.bytes().take_while(|byte| is_key(byte)).count();
        let rest = inner[length..].trim_start_matches('"');
        let value = rest
            .strip_prefix([':', '='])
            .filter(|after| rest.starts_with('=') || after.is_empty() || after.starts_with([' ', '\t', '"', '{', '[']))?;
        (length > 0).then(|| Pair { indent, key: &text[start..start + length], value: text.len() - value.len() })
    }

    /// The value without the quotes and the comma around it.
    pub(super) fn value(&self, text: &str) -> Range<usize> {
        let value = text[self.value..].trim_start();
        let start = text.len() - value.len();
        let value = value.trim_end();
        if let Some(string) = value.strip_prefix('"') {
            let string = string.strip_suffix(',').unwrap_or(string);
            return start + 1..start + 1 + string.strip_suffix('"').unwrap_or(string).len();
        }
        match value.strip_prefix('\'').and_then(|string| string.strip_suffix('\'')) {
            Some(string) => start + 1..start + 1 + string.len(),
            None => start..start + value.len(),
        }
    }
}

/// Values of objects that stand on one line: `"annotations":{"a":"b"}`.
pub(super) fn inline(text: &str) -> Vec<(Range<usize>, Kind)> {
    if !text.contains(":{") && !text.contains(": {") && !text.contains(":[") && !text.contains(": [") {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // The block that is open and the depth at which it ends.
    let mut open: Option<(Block, usize)> = None;
    let (mut depth, mut at, mut key) = (0_usize, 0, "");
    let mut behind_colon = false;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let end = at.min(bytes.len());
                let string = text.get(start..end).unwrap_or_default();
                match open {
                    Some((block, _)) if behind_colon && (block != Block::Variables || key == "value") && !string.is_empty() => {
                        found.push((start..end, block.kind()))
                    }
                    _ => {}
                }
                if !behind_colon {
                    key = string;
                }
                behind_colon = false;
            }
            b':' => behind_colon = true,
            b',' => behind_colon = false,
            b'{' | b'[' => {
                depth += 1;
                if open.is_none() {
                    open = Block::of(key).filter(|_| behind_colon).map(|block| (block, depth));
                }
                behind_colon = false;
            }
            b'}' | b']' => {
                if open.is_some_and(|(_, of)| of == depth) {
                    open = None;
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let mut blocks = Blocks::default();
        text.lines().flat_map(|line| blocks.values(line).into_iter().map(|(range, _)| line[range].to_owned()).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn a_describe() {
        let text = "Name:         web\nAnnotations:  acme.com/owner: payments\n              checksum=abc\nStatus:       Pending\nContainers:\n  app:\n    Image:  x\n    Environment:\n      DB_HOST:      db.acme.com\n      DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false\n      NODE:          (v1:spec.nodeName)\n    Mounts:\n      /data from data (rw)\n";
        assert_eq!(values(text), ["payments", "abc", "db.acme.com"]);
    }

    #[test]
    fn objects() {
        let yaml = "metadata:\n  annotations:\n    a: b c\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"x\":1}\n  name: web\nspec:\n  containers:\n  - env:\n    - name: A\n      value: \"s3\"\n    - name: B\n    image: x\ndata:\n  key: dmFsdWU=\nkind: Secret\n";
        assert_eq!(values(yaml), ["b c", "{\"x\":1}", "s3", "dmFsdWU="]);
        let json = "{\n  \"metadata\": {\n    \"annotations\": {\n      \"a\": \"b\"\n    },\n    \"name\": \"web\"\n  }\n}";
        assert_eq!(values(json), ["b"]);
        assert_eq!(
            values(
                r#"{"metadata":{"annotations":{"a":"b","c":"{\"d\":1}"},"name":"web"},"env":[{"name":"A","value":"s3"}],"data":{"k":"v"}}"#
            ),
            ["b", r#"{\"d\":1}"#, "s3", "v"]
        );
    }

    #[test]
    fn what_is_left_of_a_secret() {
        assert_eq!(values("{\"owner\":\"YWRtaW4=\"}\nmap[owner:YWRtaW4=]"), ["YWRtaW4=", "YWRtaW4="]);
        let long = "a".repeat(73);
        assert_eq!(values(&format!("eyJ{long}\n{long}b\nb=\nword")), [format!("{long}b"), "b=".to_owned()]);
    }

    #[test]
    fn a_private_key() {
        assert_eq!(values("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nx"), ["MIIE", "abcd"]);
    }
}
