//! A report as pickle keeps it: everything, also what the JSON contract leaves out.
//!
//! In: a report and its language. Out: bytes, the same for equal reports, and back. Only the version of pullan that wrote them reads them.

use pullan_analyzer::{Citation, Fact, FactKind, Language, Report, SourceText, Subject, Value, vocabulary};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Everything of a report.
#[derive(Serialize, Deserialize)]
pub(crate) struct State<'r> {
    version: Cow<'r, str>,
    lang: Cow<'r, str>,
    report: Cow<'r, Report>,
    facts: Vec<FactState<'r>>,
    texts: Vec<TextState<'r>>,
}

/// A [`Fact`] with names of its own for its fields.
#[derive(Serialize, Deserialize)]
struct FactState<'r> {
    kind: FactKind,
    subject: Cow<'r, Subject>,
    fields: Vec<(Cow<'r, str>, Cow<'r, Value>)>,
    citations: Cow<'r, [Citation]>,
    count: u64,
    last_seen: Option<u64>,
    first_seen: Option<u64>,
    block: u32,
}

/// A [`SourceText`].
#[derive(Serialize, Deserialize)]
struct TextState<'r> {
    lines: u64,
    kept: Cow<'r, BTreeMap<u64, String>>,
}

impl<'r> State<'r> {
    pub(crate) fn of(report: &'r Report, lang: Language) -> Self {
        State {
            version: env!("CARGO_PKG_VERSION").into(),
            lang: crate::lang::code(lang).into(),
            report: Cow::Borrowed(report),
            facts: report.facts.iter().map(FactState::of).collect(),
            texts: report.texts.iter().map(|text| TextState { lines: text.lines, kept: Cow::Borrowed(&text.kept) }).collect(),
        }
    }

    pub(crate) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<(Report, Language), String> {
        let unreadable = |reason: String| format!("not a report of pullan {}: {reason}", env!("CARGO_PKG_VERSION"));
        let state: State<'_> = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
        if state.version != env!("CARGO_PKG_VERSION") {
            return Err(unreadable(format!("version {} wrote it", state.version)));
        }
        let lang = crate::lang::parse(&state.lang).map_err(|error| unreadable(error.to_string()))?;
        let mut report = state.report.into_owned();
        report.facts = state.facts.into_iter().map(FactState::into_fact).collect::<Result<_, _>>().map_err(unreadable)?;
        report.texts = state.texts.into_iter().map(|text| SourceText { lines: text.lines, kept: text.kept.into_owned() }).collect();
        Ok((report, lang))
    }
}

impl<'r> FactState<'r> {
    fn of(fact: &'r Fact) -> Self {
        FactState {
            kind: fact.kind,
            subject: Cow::Borrowed(&fact.subject),
            fields: fact.fields.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(value))).collect(),
            citations: Cow::Borrowed(&fact.citations),
            count: fact.count,
            last_seen: fact.last_seen,
            first_seen: fact.first_seen,
            block: fact.block,
        }
    }

    fn into_fact(self) -> Result<Fact, String> {
        let field = |(name, value): (Cow<'_, str>, Cow<'_, Value>)| {
            let spec = vocabulary::field_named(self.kind, &name).ok_or_else(|| format!("unknown field {name}"))?;
            Ok((spec.name, value.into_owned()))
        };
        Ok(Fact {
            kind: self.kind,
            fields: self.fields.into_iter().map(field).collect::<Result<_, String>>()?,
            subject: self.subject.into_owned(),
            citations: self.citations.into_owned(),
            count: self.count,
            last_seen: self.last_seen,
            first_seen: self.first_seen,
            block: self.block,
        })
    }
}
