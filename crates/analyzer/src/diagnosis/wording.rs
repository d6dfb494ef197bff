//! Fills placeholders in.
//!
//! In: a rule's texts and the facts that its match bound. Out: texts to be read, and commands to be run.
//! A field that the text did not show becomes `<field>`, so that the reader sees what to fill in.

use crate::fact::Fact;
use crate::report::{NextStep, Wording};
use crate::rule::matching::RuleMatch;
use crate::rule::{Step, Texts};

/// The bound facts and captures of one match.
pub(super) struct Scene<'s> {
    facts: &'s [Fact],
    found: &'s RuleMatch<'s>,
}

impl<'s> Scene<'s> {
    pub(super) fn new(facts: &'s [Fact], found: &'s RuleMatch<'s>) -> Self {
        Scene { facts, found }
    }

    /// Value of `binding.field`; texts that rules share use the anchor under any name.
    fn value(&self, name: &str) -> Option<String> {
        let (binding, field) = name.split_once('.')?;
        if let Some((_, captured)) = self.found.captures.iter().find(|(known, _)| known == name) {
            return Some(captured.clone());
        }
        let index = self.found.bindings.iter().find(|(known, _)| known == binding).map_or(self.found.anchor, |(_, index)| *index);
        let of = |index: usize| self.facts.get(index).and_then(|fact| fact.get(field));
        of(index).or_else(|| self.known_to_others(field)).map(|value| value.to_string())
    }

    /// Whom and where another fact of the match may know: the pod of an event, the node of a log line. It must be
    /// about the same image or pod, or a command would name a stranger.
    fn known_to_others(&self, field: &str) -> Option<crate::fact::Value> {
        if !matches!(
            field,
            "namespace" | "pod" | "container" | "node" | "image" | "registry" | "repository" | "repository-path" | "reference"
        ) {
            return None;
        }
        let anchor = self.facts.get(self.found.anchor)?;
        let others = self.found.primary.iter().chain(&self.found.supporting).filter_map(|index| self.facts.get(*index));
        let same =
            |other: &&Fact| ["reference", "pod"].iter().any(|field| anchor.str(field).is_some() && anchor.str(field) == other.str(field));
        others.filter(same).find_map(|fact| fact.get(field))
    }

    /// Replaces the placeholders; `shown` says how a value appears, given what stands before it.
    fn fill(&self, text: &str, shown: impl Fn(&str, &str) -> String) -> String {
        let mut out = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            let Some(end) = rest[at..].find('}') else { break };
            let name = &rest[at + 1..at + end];
            if crate::rule::check::placeholder_names(&rest[at..at + end + 1]).next().is_some() {
                match self.value(name) {
                    Some(value) => out.push_str(&shown(&value, &text[..text.len() - rest.len() + at])),
                    None => {
                        out.push('<');
                        out.push_str(name.split_once('.').map_or(name, |(_, field)| field));
                        out.push('>');
                    }
                }
            } else {
                // Braces of a command (`-o jsonpath='{.items}'`) stay.
                out.push_str(&rest[at..=at + end]);
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// A value as a sentence shows it: control characters would break its line.
fn plain(value: &str, _before: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A value as a shell reads it: one word, whatever an image was named. `before` is the command so far.
fn quoted(value: &str, before: &str) -> String {
    let value = plain(value, before);
    let inside = |quote: char| before.chars().filter(|c| *c == quote).count() % 2 == 1;
    if inside('\'') {
        return value.replace('\'', r"'\''");
    }
    if inside('"') {
        return value.chars().flat_map(|c| matches!(c, '$' | '`' | '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    }
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '@' | '%' | '+' | '=' | ',' | '-');
    if !value.is_empty() && value.chars().all(safe) { value } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

/// Both languages of a text.
pub(super) fn wording(texts: &Texts, scene: &Scene<'_>) -> Wording {
    let en = scene.fill(&texts.en, plain);
    let ko = if texts.ko.is_empty() { en.clone() } else { scene.fill(&texts.ko, plain) };
    Wording { en, ko }
}

/// A step with its command.
pub(super) fn step(step: &Step, scene: &Scene<'_>) -> NextStep {
    NextStep { risk: step.risk, say: wording(&step.say, scene), run: step.run.as_deref().map(|run| scene.fill(run, quoted)) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_hostile_name_stays_one_word() {
        assert_eq!(quoted("nginx:1.25", "crictl pull "), "nginx:1.25");
        assert_eq!(quoted("a;rm -rf ${HOME}", "crictl pull "), "'a;rm -rf ${HOME}'");
        assert_eq!(quoted("it's", "echo '"), r"it'\''s");
        assert_eq!(quoted("$(id)", "echo \""), "\\$(id)");
    }
}
