//! Keeps secrets out of every answer, whether or not names are redacted.
//!
//! In: a text that goes into an answer. Out: the same text with a `*` for each character of a secret, so that columns stay true.
//! Names, hosts and addresses stay; hiding them is the work of [`Redactor`](super::Redactor).

use super::secret::secrets;
use crate::fact::{Fact, Value};
use crate::report::OtherFailure;
use crate::source::Citation;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// Puts a `*` for every character of every token, password, key and signature in a text.
///
/// ```
/// use pullan_analyzer::mask_secrets;
/// assert_eq!(mask_secrets("docker login -u me -p hunter2 r.example"), "docker login -u me -p ******* r.example");
/// assert_eq!(mask_secrets("no basic auth credentials"), "no basic auth credentials");
/// ```
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut masked = mask_once(text);
    for _ in 1..PASSES {
        let Cow::Owned(before) = &masked else { break };
        match mask_once(before) {
            Cow::Owned(after) if after != *before => masked = Cow::Owned(after),
            _ => break,
        }
    }
    masked
}

/// A `*` can be the end of a word that none was before, behind which a second look finds more. Two looks are nearly always enough; the bound
/// keeps the work linear.
const PASSES: usize = 8;

fn mask_once(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return mask_line(text);
    }
    // A citation of several lines was one line before a terminal wrapped it, in the middle of a token perhaps.
    let joined: String = text.split('\n').collect();
    let apart: Vec<Cow<'_, str>> = text.split('\n').map(mask_line).collect();
    let joined_masked = mask_line(&joined);
    if matches!(joined_masked, Cow::Borrowed(_)) && apart.iter().all(|line| matches!(line, Cow::Borrowed(_))) {
        return Cow::Borrowed(text);
    }
    let mut rest = joined_masked.chars();
    let lines: Vec<String> =
        apart.iter().map(|line| line.chars().map(|own| rest.next().filter(|other| *other == '*').unwrap_or(own)).collect()).collect();
    Cow::Owned(lines.join("\n"))
}

fn mask_line(line: &str) -> Cow<'_, str> {
    let found = secrets(line);
    if found.is_empty() {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut copied = 0;
    for secret in found {
        out.push_str(&line[copied..secret.range.start]);
        out.extend(line[secret.range.clone()].chars().map(|_| '*'));
        copied = secret.range.end;
    }
    out.push_str(&line[copied..]);
    Cow::Owned(out)
}

/// Masks what facts quote. Texts and commands of diagnoses are made of facts, so nothing behind them holds a secret.
pub(crate) fn mask_facts(facts: &mut [Fact]) {
    // Nearly always there is nothing to mask, and the same words and lines stand in many facts.
    let mut seen = FxHashSet::default();
    if !facts.iter().flat_map(texts).any(|text| seen.insert(text) && matches!(mask_secrets(text), Cow::Owned(_))) {
        return;
    }
    for fact in facts {
        for (_, value) in &mut fact.fields {
            if let Value::Text(text) = value {
                mask(text);
            }
        }
        fact.citations.iter_mut().for_each(mask_citation);
    }
}

/// Everything that a fact quotes.
fn texts(fact: &Fact) -> impl Iterator<Item = &str> {
    let fields = fact.fields.iter().filter_map(|(_, value)| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    fields.chain(fact.citations.iter().map(|citation| citation.lines.as_str()))
}

/// Masks what failures of other kinds quote.
pub(crate) fn mask_others(others: &mut [OtherFailure]) {
    others.iter_mut().flat_map(|other| &mut other.evidence).for_each(mask_citation);
}

fn mask_citation(citation: &mut Citation) {
    mask(&mut citation.lines);
}

fn mask(text: &mut String) {
    if let Cow::Owned(masked) = mask_secrets(text) {
        *text = masked;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_a_terminal_wrapped_is_masked_whole() {
        assert_eq!(mask_secrets("x --docker-password=hun\nter2 -n y"), "x --docker-password=***\n**** -n y");
        assert_eq!(mask_secrets("two\nlines"), "two\nlines");
    }

    #[test]
    fn columns_stay_true() {
        let text = "이미지 password=비밀 끝";
        assert_eq!(mask_secrets(text), "이미지 password=** 끝");
    }
}
