//! The table of names: what was learned, and which pseudonym each name has.
//!
//! In: names with their kinds. Out: pseudonyms, numbered by kind in the order in which they are first asked for. A pseudonym is
//! never a name that the input has itself. A name that every cluster has (`default`, `kube-proxy`), or that is one word of
//! the trade (`nginx`, `registry`, `app`), says nothing about anybody and is no name here.

use super::common::is_common;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a name is a name of. The first kinds win where one name has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Node,
    Registry,
    Host,
    Namespace,
    Pod,
    Workload,
    Service,
    Secret,
    Account,
    User,
    Project,
    Image,
    Tag,
    Container,
    Object,
    Label,
    Mail,
    Cloud,
    Annotation,
    Value,
    Password,
    Token,
    Signature,
}

impl Kind {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Kind::Registry => "registry",
            Kind::Host => "host",
            Kind::Node => "node",
            Kind::Namespace => "namespace",
            Kind::Pod | Kind::Workload => "pod",
            Kind::Service => "service",
            Kind::Secret => "secret",
            Kind::Account => "account",
            Kind::User | Kind::Mail => "user",
            Kind::Project => "project",
            Kind::Image => "image",
            Kind::Tag => "tag",
            Kind::Container => "container",
            Kind::Object => "object",
            Kind::Label => "label",
            Kind::Cloud => "",
            Kind::Annotation => "annotation",
            Kind::Value => "value",
            Kind::Password => "password",
            Kind::Token => "token",
            Kind::Signature => "signature",
        }
    }

    /// Whether a map may say what stands behind it. Nobody needs a password to read an answer.
    fn is_told(self) -> bool {
        !matches!(self, Kind::Annotation | Kind::Value | Kind::Password | Kind::Token | Kind::Signature)
    }
}

/// What the table knows of a name.
#[derive(Debug, Clone, Copy)]
struct Known {
    kind: Kind,
    /// Where the part begins that Kubernetes made up: the `-7c9d8f6b5-x2x7q` of a pod.
    made_up: usize,
}

/// Names and pseudonyms of one run.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// In lower case.
    known: HashMap<String, Known>,
    /// First word of each known name, with the most words that a name beginning so has.
    first: HashMap<String, usize>,
    /// Dotted host names, in lower case.
    hosts: HashMap<String, Kind>,
    /// Addresses of the input, which are no pseudonyms.
    seen: HashSet<String>,
    given: HashMap<(bool, String), String>,
    /// Pseudonym to original.
    told: BTreeMap<String, String>,
    used: HashSet<String>,
    next: BTreeMap<String, usize>,
}

/// A name is looked for over so many words.
pub(super) const MOST_WORDS: usize = 16;

/// The words of a name or line: runs of ASCII letters and digits.
pub(crate) fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let mut start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        // The letters of `%3A`, `\n` and `\u0026` are no part of the word behind them.
        let escape = match (start.checked_sub(1).map(|before| bytes[before]), bytes.get(start)) {
            (Some(b'%'), _) if at - start >= 2 && bytes[start..start + 2].iter().all(u8::is_ascii_hexdigit) => 2,
            (Some(b'\\'), Some(b'u')) if at - start >= 5 && bytes[start + 1..start + 5].iter().all(u8::is_ascii_hexdigit) => 5,
            (Some(b'\\'), Some(b'n' | b't' | b'r')) => 1,
            _ => 0,
        };
        start += escape;
        (start < bytes.len()).then_some(start..at)
    })
}

/// Characters that stand between the words of one name.
fn joins(between: &str) -> bool {
    matches!(between, "-" | "." | "_" | "/" | ":" | "@" | "+" | "~" | "__" | "--")
}

impl Names {
    /// Learns a name, unless everybody has it.
    pub(crate) fn learn(&mut self, kind: Kind, name: &str) {
        let name = name.trim_matches(['-', '.', '_', '/', ':']).to_ascii_lowercase();
        if name.len() < 2 || name.len() > 253 || !name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return;
        }
        let made_up = if matches!(kind, Kind::Pod | Kind::Workload) { stem(&name) } else { name.len() };
        if is_common(&name) {
            return;
        }
        if made_up < name.len() {
            let base = name[..made_up].to_owned();
            if super::common::is_component(&base) {
                return;
            }
            self.learn(Kind::Workload, &base);
            // The ReplicaSet between the Deployment and the pod.
            let owner = name.rfind('-').unwrap_or(made_up);
            if owner > made_up {
                self.insert(name[..owner].to_owned(), Known { kind, made_up });
            }
        }
        self.insert(name, Known { kind, made_up });
    }

    /// Learns a host: an address needs no learning, a dotted name is known by its dots, any other is a name.
    pub(crate) fn learn_host(&mut self, kind: Kind, host: &str) {
        let host = host.trim_matches(['[', ']', '.', '*']).to_ascii_lowercase();
        if host.parse::<std::net::IpAddr>().is_ok() {
            return;
        }
        if !host.contains('.') {
            self.learn(kind, &host);
        } else if host.len() <= 253 && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
            let entry = self.hosts.entry(host).or_insert(kind);
            *entry = kind.min(*entry);
        }
    }

    /// The kind of a dotted host that was learned.
    pub(crate) fn host(&self, host: &str) -> Option<Kind> {
        self.hosts.get(host).copied()
    }

    fn insert(&mut self, name: String, known: Known) {
        let count = words(&name).count();
        let Some(word) = words(&name).next().filter(|_| count <= MOST_WORDS) else { return };
        let longest = self.first.entry(name[word].to_owned()).or_default();
        *longest = (*longest).max(count);
        let entry = self.known.entry(name).or_insert(known);
        if known.kind < entry.kind {
            *entry = known;
        }
    }

    /// Notes a host or address of the input, so that no pseudonym is taken for it.
    pub(crate) fn see(&mut self, text: &str) {
        if !self.seen.contains(text) {
            self.seen.insert(text.to_owned());
        }
    }

    /// Finds every known name in a text that stands between word boundaries, the longest first.
    pub(crate) fn find(&mut self, text: &str, from: usize, out: &mut Vec<super::line::Edit>) {
        let lower = text.to_ascii_lowercase();
        let places: Vec<std::ops::Range<usize>> = words(text).collect();
        let mut at = 0;
        while at < places.len() {
            let start = places[at].start;
            let most = self.first.get(&lower[places[at].clone()]).copied().unwrap_or(0);
            let joined = (1..most.min(places.len() - at))
                .take_while(|next| joins(&lower[places[at + next - 1].end..places[at + next].start]))
                .count();
            let length = (1..=joined + 1)
                .rev()
                .filter(|_| most > 0)
                .find(|length| self.known.contains_key(&lower[start..places[at + length - 1].end]));
            match length {
                Some(length) => {
                    let end = places[at + length - 1].end;
                    let text = self.name(&text[start..end]);
                    out.push(super::line::Edit { range: from + start..from + end, text });
                    at += length;
                }
                None => at += 1,
            }
        }
    }

    /// The pseudonym of a known name; its capitals tell whether the original has any.
    fn name(&mut self, original: &str) -> String {
        let lower = original.to_ascii_lowercase();
        let Some(known) = self.known.get(&lower).copied() else { return original.to_owned() };
        let base = &lower[..known.made_up];
        let mut text = self.numbered(known.kind, base, |label, number| format!("{label}-{number}"));
        text.push_str(&lower[known.made_up..]);
        if original.bytes().any(|byte| byte.is_ascii_uppercase()) {
            text[..1].make_ascii_uppercase();
        }
        self.tell(known.kind, &text, original);
        text
    }

    /// The pseudonym of a value that is no name: it is replaced where it stands and nowhere else.
    pub(crate) fn value(&mut self, kind: Kind, original: &str) -> String {
        if let Some(known) = self.given.get(&(false, original.to_owned())) {
            return known.clone();
        }
        let text = self.fresh(kind.label(), |number| format!("{}-{number}", kind.label()));
        self.given.insert((false, original.to_owned()), text.clone());
        text
    }

    /// The pseudonym of anything that a function of its number spells.
    pub(crate) fn numbered(&mut self, kind: Kind, original: &str, spell: impl Fn(&str, usize) -> String) -> String {
        let label = kind.label();
        self.spelled(label, original, |number| spell(label, number))
    }

    /// Like [`numbered`](Self::numbered), counting in a series of its own.
    pub(crate) fn spelled(&mut self, series: &str, original: &str, spell: impl Fn(usize) -> String) -> String {
        if let Some(known) = self.given.get(&(true, original.to_owned())) {
            return known.clone();
        }
        let text = self.fresh(series, spell);
        self.given.insert((true, original.to_owned()), text.clone());
        text
    }

    fn fresh(&mut self, series: &str, spell: impl Fn(usize) -> String) -> String {
        loop {
            let number = self.next.entry(series.to_owned()).or_default();
            *number += 1;
            let text = spell(*number);
            let taken =
                self.known.contains_key(&text) || self.hosts.contains_key(&text) || self.seen.contains(&text) || self.used.contains(&text);
            // A spelling that ignores its number would never end.
            if !taken || *number > 1 << 20 {
                self.used.insert(text.clone());
                return text;
            }
        }
    }

    /// Notes for the map what stands behind a pseudonym.
    pub(crate) fn tell(&mut self, kind: Kind, pseudonym: &str, original: &str) {
        if kind.is_told() && pseudonym != original && !self.told.contains_key(pseudonym) {
            self.told.insert(pseudonym.to_owned(), original.to_owned());
        }
    }

    /// What stands behind each pseudonym that was used.
    pub(crate) fn told(&self) -> &BTreeMap<String, String> {
        &self.told
    }
}

/// Where the part of a pod's name begins that Kubernetes made up: `-7c9d8f6b5-x2x7q`, `-x2x7q`, else its end.
fn stem(name: &str) -> usize {
    let Some((front, last)) = name.rsplit_once('-') else { return name.len() };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let random =
        |text: &str| plain(text) && (text.bytes().any(|byte| byte.is_ascii_digit()) || !text.contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let hash = |text: &str| (6..=10).contains(&text.len()) && plain(text) && text.bytes().filter(u8::is_ascii_digit).count() >= 2;
    if last.len() == 5 && random(last) {
        return match front.rsplit_once('-') {
            Some((base, middle)) if hash(middle) && !base.is_empty() => base.len(),
            _ => front.len(),
        };
    }
    if hash(last) && last.len() >= 8 { front.len() } else { name.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(names: &mut Names, text: &str) -> String {
        let mut edits = Vec::new();
        names.find(text, 0, &mut edits);
        let mut out = text.to_owned();
        for edit in edits.into_iter().rev() {
            out.replace_range(edit.range, &edit.text);
        }
        out
    }

    #[test]
    fn a_deployments_pods_keep_their_common_part() {
        let mut names = Names::default();
        names.learn(Kind::Pod, "billing-7c9d8f6b5-x2x7q");
        names.learn(Kind::Pod, "billing-7c9d8f6b5-k4m2p");
        names.learn(Kind::Pod, "ledger-0");
        assert_eq!(
            replaced(&mut names, "billing-7c9d8f6b5-k4m2p by ReplicaSet/billing-7c9d8f6b5 of billing, ledger-0"),
            "pod-1-7c9d8f6b5-k4m2p by ReplicaSet/pod-1-7c9d8f6b5 of pod-1, pod-2"
        );
    }

    #[test]
    fn a_name_is_found_between_word_boundaries_and_in_escapes() {
        let mut names = Names::default();
        names.learn(Kind::Namespace, "shop");
        assert_eq!(
            replaced(&mut names, "shop shopping shop-web %2Fshop \\nshop Shop shop에서 _shop_"),
            "namespace-1 shopping namespace-1-web %2Fnamespace-1 \\nnamespace-1 Namespace-1 namespace-1에서 _namespace-1_"
        );
    }

    #[test]
    fn what_everybody_has_is_no_name_and_no_pseudonym_is_a_name() {
        let mut names = Names::default();
        for name in ["default", "kube-system", "nginx", "registry", "kube-proxy-x7d2k"] {
            names.learn(Kind::Pod, name);
        }
        assert_eq!(
            replaced(&mut names, "default kube-system nginx registry kube-proxy-x7d2k"),
            "default kube-system nginx registry kube-proxy-x7d2k"
        );
        names.learn(Kind::Pod, "pod-1");
        assert_eq!(replaced(&mut names, "pod-1"), "pod-2");
        assert_eq!(names.told().iter().next(), Some((&"pod-2".to_owned(), &"pod-1".to_owned())));
    }
}
