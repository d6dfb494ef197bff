//! From rule files to checked rules, or to every problem that they have.
//!
//! In: names and texts of rule files, with the rules and the knowledge that are there already. Out: [`Rule`]s in which
//! every name stands in the vocabulary, or all problems of all files with line, column and what was probably meant.
//! Shapes are checked by [`super::shape`], conditions by [`super::condition`], texts by [`super::placeholder`].

pub(crate) use super::placeholder::placeholder_names;

use super::document::{ClauseDocument, ConditionsDocument, ExampleDocument, RuleDocument, StepDocument, VerdictDocument};
use super::error::{Problems, RuleError, did_you_mean};
use super::format;
use super::knowledge::Knowledge;
use super::locate::{Step as PathStep, Target};
use super::model::{Clause, Conditions, Example, Expectation, Matcher, Risk, Rule, Scalar, Step, Test, Texts, Verdict, VerdictCase};
use super::shape;
use super::statement::{self, Statement};
use crate::fact::vocabulary::{FactKind, KINDS, field_named, kind_named, kind_spec};
use serde_yaml::Value;

/// A rule file: its name and its text.
pub(crate) type File = (String, String);

/// Checks files together, so that they may name each other's rules and those that are `known` already.
pub(crate) fn check_all<'a>(
    files: &'a [File],
    known: impl IntoIterator<Item = &'a str>,
    knowledge: &Knowledge,
) -> Result<Vec<Rule>, Vec<RuleError>> {
    let mut drafts: Vec<(Problems<'_>, Option<RuleDocument>)> = files
        .iter()
        .map(|(file, text)| {
            let mut problems = Problems::new(file, text);
            let document = shape::read(text, &format::RULE, &mut problems);
            (problems, document)
        })
        .collect();
    let mut rules: Vec<String> = known.into_iter().map(str::to_owned).collect();
    // A file that cannot be read still has a name, and others may rightly speak of its rule.
    rules.extend(
        files
            .iter()
            .zip(&drafts)
            .map(|((file, _), (_, document))| document.as_ref().map_or_else(|| stem(file), |document| document.id.clone())),
    );
    say_duplicates(files, &mut drafts);
    let names = Names { rules: &rules, knowledge };
    let (mut checked, mut errors) = (Vec::new(), Vec::new());
    for (problems, document) in drafts {
        let mut checker = Checker { problems, names: &names, anchor: None, bindings: Vec::new(), alone: false };
        let rule = document.map(|document| checker.rule(document));
        errors.extend(checker.problems.finish());
        checked.extend(rule);
    }
    if errors.is_empty() { Ok(checked) } else { Err(errors) }
}

/// `some/tag-not-found.yaml` is probably about `tag-not-found`.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name).to_owned()
}

fn say_duplicates(files: &[File], drafts: &mut [(Problems<'_>, Option<RuleDocument>)]) {
    let mut first: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    for ((file, _), (problems, document)) in files.iter().zip(drafts) {
        let Some(id) = document.as_ref().map(|document| &document.id).filter(|id| !id.is_empty()) else { continue };
        match first.get(id) {
            Some(other) => problems.say_key("id", Target::Value, statement::another_rule(id, *other), None),
            None => {
                first.insert(id.clone(), file);
            }
        }
    }
}

/// What a rule may name beside the vocabulary.
pub(super) struct Names<'n> {
    rules: &'n [String],
    pub(super) knowledge: &'n Knowledge,
}

/// A fact with a name.
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) kind: FactKind,
    /// What templates of the clause capture.
    pub(super) captures: Vec<String>,
}

/// Whether a list of clauses gives names to the facts that it finds; if not, why.
#[derive(Clone, Copy)]
enum Binds {
    Facts,
    Nothing(fn() -> Statement),
}

/// Checks one document. Every path that is entered is left again, so problems know where they are.
pub(super) struct Checker<'c> {
    pub(super) problems: Problems<'c>,
    pub(super) names: &'c Names<'c>,
    anchor: Option<FactKind>,
    /// Facts bound so far.
    pub(super) bindings: Vec<Binding>,
    /// Conditions that are being checked see no fact but their own.
    pub(super) alone: bool,
}

impl Checker<'_> {
    fn rule(&mut self, document: RuleDocument) -> Rule {
        self.anchor = document.matching.all.first().and_then(|clause| kind_named(&clause.fact));
        let matcher = self.within("match", |this| Matcher {
            all: this.clauses("all", &document.matching.all, Binds::Facts),
            any: this.clauses("any", &document.matching.any, Binds::Facts),
            not: this.clauses("not", &document.matching.not, Binds::Nothing(statement::not_finds_nothing)),
            alone: this.clauses("alone", &document.matching.alone, Binds::Nothing(statement::alone_is_anchor)),
            supporting: Vec::new(),
        });
        let supporting = self.clauses("supporting", &document.supporting, Binds::Facts);
        let title = self.texts("title", &document.title);
        let verdicts = self.within("verdict", |this| this.verdicts(&document.verdict));
        self.relations("supersedes", &document.supersedes, &document.id);
        self.relations("overlaps", &document.overlaps, &document.id);
        let explanation = self.texts("explanation", &document.explanation);
        let next_steps = self.each("next-steps", &document.next_steps, Self::step);
        let examples = self.each("examples", &document.examples, Self::example);
        Rule {
            id: document.id,
            family: document.family,
            severity: document.severity,
            scope: document.scope,
            matcher: Matcher { supporting, ..matcher },
            verdicts,
            supersedes: document.supersedes,
            overlaps: document.overlaps,
            fallback: document.fallback,
            retry_helps: document.retry_helps,
            title,
            explanation,
            next_steps: next_steps.into_iter().flatten().collect(),
            references: document.references,
            examples: examples.into_iter().flatten().collect(),
        }
    }

    /// Runs `work` one step deeper.
    pub(super) fn within<T>(&mut self, step: impl Into<PathStep>, work: impl FnOnce(&mut Self) -> T) -> T {
        self.problems.enter(step);
        let result = work(self);
        self.problems.leave();
        result
    }

    fn each<D, T>(&mut self, key: &str, documents: &[D], check: impl Fn(&mut Self, &D) -> T) -> Vec<T> {
        self.within(key, |this| {
            documents.iter().enumerate().map(|(index, document)| this.within(index, |this| check(this, document))).collect()
        })
    }

    /// Every id must be that of another rule.
    fn relations(&mut self, key: &str, ids: &[String], own: &str) {
        self.each(key, ids, |this, id| {
            if !id.is_empty() && id == own {
                this.problems.say(statement::itself(), None);
            }
            this.rule_name(id);
        });
    }

    fn rule_name(&mut self, id: &str) {
        if !id.is_empty() && !self.names.rules.iter().any(|known| known == id) {
            let help = did_you_mean(id, self.names.rules.iter().map(String::as_str));
            self.problems.say(statement::no_rule(id), help);
        }
    }

    fn clauses(&mut self, key: &str, documents: &[ClauseDocument], binds: Binds) -> Vec<Clause> {
        self.each(key, documents, |this, document| this.clause(document, binds)).into_iter().flatten().collect()
    }

    fn clause(&mut self, document: &ClauseDocument, binds: Binds) -> Option<Clause> {
        let Some(kind) = kind_named(&document.fact) else {
            // An empty name has been complained of with the shape.
            if !document.fact.is_empty() {
                let names = KINDS.iter().map(|spec| spec.name);
                let help = did_you_mean(&document.fact, names.clone())
                    .unwrap_or_else(|| statement::facts_are(names.collect::<Vec<_>>().join(", ")));
                self.problems.say_key("fact", Target::Value, statement::no_fact(&document.fact), Some(help));
            }
            return None;
        };
        let conditions = self.within("where", |this| this.conditions(kind, &document.conditions));
        let unless = self.within("unless", |this| this.conditions(kind, &document.unless));
        match (&document.binding, binds) {
            (Some(name), Binds::Facts) => {
                if let Some(other) = self.bindings.iter().find(|other| other.name == *name && other.kind != kind) {
                    let message = statement::bound_already(name, kind_spec(other.kind).name);
                    self.problems.say_key("as", Target::Value, message, Some(statement::give_another_name()));
                }
                self.bindings.push(Binding { name: name.clone(), kind, captures: captures(&conditions) });
            }
            (Some(name), Binds::Nothing(reason)) => {
                self.problems.say_key("as", Target::Value, statement::binds_nothing(name, reason()), None);
            }
            (None, _) => {}
        }
        Some(Clause { fact: kind, binding: document.binding.clone(), conditions, unless, same: document.same.clone() })
    }

    /// Conditions on the anchor alone.
    fn when(&mut self, document: &ConditionsDocument) -> Conditions {
        let Some(kind) = self.anchor else { return Vec::new() };
        self.alone = true;
        let conditions = self.within("when", |this| this.conditions(kind, document));
        self.alone = false;
        conditions
    }

    fn verdicts(&mut self, document: &VerdictDocument) -> Vec<VerdictCase> {
        let cases = match document {
            VerdictDocument::Word(is) => {
                if *is == Verdict::Ambiguous {
                    self.problems.say(statement::ambiguous_needs(), None);
                }
                return vec![VerdictCase { is: *is, when: Vec::new(), between: Vec::new(), decide_by: None }];
            }
            VerdictDocument::Cases(cases) => cases,
        };
        let checked = cases.iter().enumerate().map(|(index, case)| {
            self.within(index, |this| {
                let ambiguous = case.is == Verdict::Ambiguous;
                if this.problems.is_spoiled("is") {
                    // What the case needs depends on a word that is not known.
                } else if ambiguous && (case.between.len() < 2 || case.decide_by.is_none()) {
                    this.problems.say(statement::ambiguous_needs_two(), None);
                } else if !ambiguous && (!case.between.is_empty() || case.decide_by.is_some()) {
                    this.problems.say(statement::only_ambiguous_has(), None);
                }
                if index > 0 && cases.get(index - 1).is_some_and(|before| before.when.is_empty()) {
                    this.problems.say(statement::never_reached(), None);
                }
                if index + 1 == cases.len() && !case.when.is_empty() {
                    this.problems.say_key("when", Target::Key, statement::last_case(), None);
                }
                let when = this.when(&case.when);
                this.each("between", &case.between, |this, id| this.rule_name(id));
                let decide_by = case.decide_by.as_ref().and_then(|step| this.within("decide-by", |this| this.step(step)));
                VerdictCase { is: case.is, when, between: case.between.clone(), decide_by }
            })
        });
        checked.collect()
    }

    fn step(&mut self, document: &StepDocument) -> Option<Step> {
        let when = self.when(&document.when);
        if let Some(task) = &document.task {
            if document.risk.is_some() || document.say.is_some() || document.run.is_some() {
                self.problems.say(statement::beside_use(), None);
            }
            let tasks = self.names.knowledge.tasks();
            if !task.is_empty() && !tasks.contains(&task.as_str()) {
                let help = did_you_mean(task, tasks.iter().copied()).unwrap_or_else(|| statement::tasks_are(tasks.join(", ")));
                self.problems.say_key("use", Target::Value, statement::no_task(task), Some(help));
            }
            return Some(Step { task: Some(task.clone()), risk: Risk::Inspect, say: Texts::default(), run: None, when });
        }
        let (Some(risk), Some(say)) = (document.risk, &document.say) else {
            self.problems.say(statement::step_needs(), None);
            return None;
        };
        let say = self.texts("say", say);
        if let Some(run) = &document.run {
            self.within("run", |this| {
                this.placeholders(run);
                if run.trim().contains('\n') {
                    this.problems.say(statement::one_line(), Some(statement::join_commands()));
                }
            });
        }
        Some(Step { task: None, risk, say, run: document.run.as_ref().map(|run| run.trim().to_owned()), when })
    }

    fn example(&mut self, document: &ExampleDocument) -> Option<Example> {
        let expect = match &document.expect {
            Value::String(word) if word == "none" => Expectation::None(document.instead.clone()),
            Value::Mapping(map) => Expectation::Match(
                self.within("expect", |this| map.iter().filter_map(|(key, value)| this.expected(key.as_str()?, value)).collect()),
            ),
            _ => Expectation::Match(Vec::new()),
        };
        if let Some(instead) = &document.instead {
            if !matches!(expect, Expectation::None(_)) && !self.problems.is_spoiled("expect") {
                self.problems.say_key("instead", Target::Key, statement::instead_with_none(), None);
            }
            self.within("instead", |this| this.rule_name(instead));
        }
        Some(Example { name: document.name.clone(), input: document.input.clone(), expect })
    }

    /// `failure.tag: v9`
    fn expected(&mut self, name: &str, value: &Value) -> Option<(String, Scalar)> {
        let bound =
            name.split_once('.').and_then(|(binding, field)| Some((self.bindings.iter().find(|bound| bound.name == binding)?, field)));
        if let (Some((bound, field)), Value::String(text)) = (&bound, value)
            && bound.captures.iter().any(|capture| capture == field)
        {
            return Some((name.to_owned(), Scalar::Text(text.clone())));
        }
        let Some((bound, field)) = bound else {
            let known: Vec<String> = self.bindings.iter().map(|bound| bound.name.clone()).collect();
            let help = did_you_mean(name.split('.').next().unwrap_or(name), known.iter().map(String::as_str));
            self.problems.say_key(name, Target::Key, statement::unbound_field(name), help);
            return None;
        };
        let kind = bound.kind;
        let Some(spec) = field_named(kind, field) else {
            let help = super::condition::field_help(kind, field);
            self.problems.say_key(name, Target::Key, statement::no_field(kind_spec(kind).name, field), help);
            return None;
        };
        let scalar = self.within(name, |this| this.scalar(spec, value))?;
        Some((name.to_owned(), scalar))
    }
}

/// What the templates of a clause capture.
fn captures(conditions: &Conditions) -> Vec<String> {
    let tests = conditions.iter().flatten().flat_map(|condition| &condition.tests);
    let templates = tests.filter_map(|test| match test {
        Test::Template(templates) => Some(templates),
        _ => None,
    });
    templates.flatten().flat_map(|template| template.names().map(str::to_owned)).collect()
}
