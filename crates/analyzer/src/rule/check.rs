//! From a rule file to a checked rule, or to every problem that it has.
//!
//! In: a file's name and YAML text. Out: a [`Rule`] in which every name stands in the vocabulary, or all
//! problems at once with line, column and what was probably meant. Relations between rules (`supersedes`,
//! `instead`) are checked when the whole set is known, in [`check_set`].

use super::document::{ClauseDocument, ConditionsDocument, ExampleDocument, Localized, RuleDocument, StepDocument, VerdictDocument};
use super::error::{Problems, RuleError, did_you_mean};
use super::model::{
    Clause, Condition, Conditions, Example, Expectation, Matcher, Risk, Rule, Same, Scalar, Scope, Severity, Step, Test, Texts, Verdict,
    VerdictCase,
};
use super::template::Template;
use crate::fact::vocabulary::{COMMON_FIELDS, FactKind, FieldSpec, FieldType, KINDS, field_named, kind_named, kind_spec};
use serde_yaml::Value;

/// Checks one file.
pub fn check(file: &str, text: &str) -> Result<Rule, Vec<RuleError>> {
    let mut problems = Problems::new(file, text);
    let document: RuleDocument = match serde_yaml::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(document) => document,
        Err(error) => {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            problems.say_at(line, column, message, None);
            return Err(problems.found);
        }
    };
    let rule = Checker { problems: &mut problems, anchor: None, bindings: Vec::new() }.rule(document);
    if problems.found.is_empty() { Ok(rule) } else { Err(problems.found) }
}

struct Checker<'p, 'd> {
    problems: &'p mut Problems<'d>,
    anchor: Option<FactKind>,
    /// Names bound so far, with the kind of fact.
    bindings: Vec<(String, FactKind)>,
}

impl Checker<'_, '_> {
    fn rule(&mut self, document: RuleDocument) -> Rule {
        if document.id.is_empty() || !document.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            self.say_in("id", format!("`{}` is no rule id: lower-case letters, digits and dashes", document.id), None);
        }
        let title = self.texts("title", &document.title);
        let severity = self.word(
            "severity",
            &document.severity,
            &[("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)],
        );
        let scope = self.word(
            "scope",
            &document.scope,
            &[
                ("image", Scope::Image),
                ("repository", Scope::Repository),
                ("registry", Scope::Registry),
                ("node", Scope::Node),
                ("pod", Scope::Pod),
                ("namespace", Scope::Namespace),
                ("service", Scope::Service),
                ("cluster", Scope::Cluster),
            ],
        );
        if document.matching.all.is_empty() {
            self.say_in("match", "a rule needs at least one clause under `all`: its anchor", None);
        }
        self.anchor = document.matching.all.first().and_then(|clause| kind_named(&clause.fact));
        let matcher = Matcher {
            all: self.clauses(&["match", "all"], &document.matching.all, true),
            any: self.clauses(&["match", "any"], &document.matching.any, true),
            not: self.clauses(&["match", "not"], &document.matching.not, false),
            supporting: self.clauses(&["supporting"], &document.supporting, true),
        };
        let verdicts = self.verdicts(&document.verdict);
        let explanation = self.texts("explanation", &document.explanation);
        let next_steps = document
            .next_steps
            .iter()
            .enumerate()
            .filter_map(|(index, step)| self.within_at("next-steps", index, |this| this.step(step)))
            .collect();
        let examples = document
            .examples
            .iter()
            .enumerate()
            .filter_map(|(index, example)| self.within_at("examples", index, |this| this.example(example)))
            .collect();
        for (index, reference) in document.references.iter().enumerate() {
            if !reference.starts_with("https://") {
                self.within_at("references", index, |this| this.problems.say("a reference is an https:// address", None));
            }
        }
        Rule {
            id: document.id,
            family: document.family,
            severity: severity.unwrap_or(Severity::Error),
            scope: scope.unwrap_or(Scope::Image),
            matcher,
            verdicts,
            supersedes: document.supersedes,
            overlaps: document.overlaps,
            fallback: document.fallback,
            retry_helps: document.retry_helps,
            title,
            explanation,
            next_steps,
            references: document.references,
            examples,
        }
    }

    fn say_in(&mut self, key: &str, message: impl Into<String>, help: Option<String>) {
        self.problems.within(key, |problems| problems.say(message, help));
    }

    fn within<T>(&mut self, key: &str, work: impl FnOnce(&mut Checker<'_, '_>) -> T) -> T {
        let (anchor, bindings) = (self.anchor, std::mem::take(&mut self.bindings));
        let (result, bindings) = self.problems.within(key, |problems| {
            let mut inner = Checker { problems, anchor, bindings };
            let result = work(&mut inner);
            (result, inner.bindings)
        });
        self.bindings = bindings;
        result
    }

    fn within_at<T>(&mut self, key: &str, index: usize, work: impl FnOnce(&mut Checker<'_, '_>) -> T) -> T {
        self.within(key, |this| {
            let (anchor, bindings) = (this.anchor, std::mem::take(&mut this.bindings));
            let (result, bindings) = this.problems.at(index, |problems| {
                let mut inner = Checker { problems, anchor, bindings };
                let result = work(&mut inner);
                (result, inner.bindings)
            });
            this.bindings = bindings;
            result
        })
    }

    fn word<T: Copy>(&mut self, key: &str, word: &str, table: &[(&str, T)]) -> Option<T> {
        let found = table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
            let help = did_you_mean(word, names.iter().copied());
            self.say_in(key, format!("`{word}` is not one of {}", names.join(", ")), help);
        }
        found
    }

    fn texts(&mut self, key: &str, texts: &Localized) -> Texts {
        self.within(key, |this| this.localized(texts))
    }

    /// Every placeholder must name a bound fact; the field may also be a template's capture.
    fn localized(&mut self, texts: &Localized) -> Texts {
        if texts.en.trim().is_empty() {
            self.problems.say("the English text is missing", None);
        }
        for text in [&texts.en, &texts.ko] {
            self.placeholders(text);
        }
        Texts { en: texts.en.trim().to_owned(), ko: texts.ko.trim().to_owned() }
    }

    fn placeholders(&mut self, text: &str) {
        if self.bindings.is_empty() {
            return;
        }
        for name in placeholder_names(text) {
            let Some((binding, _)) = name.split_once('.') else { continue };
            if !self.bindings.iter().any(|(known, _)| known == binding) {
                let known: Vec<String> = self.bindings.iter().map(|(known, _)| known.clone()).collect();
                let help = did_you_mean(binding, known.iter().map(String::as_str));
                self.problems.say(format!("`{{{name}}}`: no fact is bound as `{binding}`"), help);
            }
        }
    }

    fn clauses(&mut self, path: &[&str], documents: &[ClauseDocument], binds: bool) -> Vec<Clause> {
        let Some((key, rest)) = path.split_first() else {
            return documents
                .iter()
                .enumerate()
                .filter_map(|(index, document)| {
                    let (anchor, bindings) = (self.anchor, std::mem::take(&mut self.bindings));
                    let (clause, bindings) = self.problems.at(index, |problems| {
                        let mut inner = Checker { problems, anchor, bindings };
                        let clause = inner.clause(document, binds);
                        (clause, inner.bindings)
                    });
                    self.bindings = bindings;
                    clause
                })
                .collect();
        };
        self.within(key, |this| this.clauses(rest, documents, binds))
    }

    fn clause(&mut self, document: &ClauseDocument, binds: bool) -> Option<Clause> {
        let Some(kind) = kind_named(&document.fact) else {
            let help = did_you_mean(&document.fact, KINDS.iter().map(|spec| spec.name));
            self.say_in("fact", format!("there is no fact `{}`", document.fact), help);
            return None;
        };
        let conditions = self.within("where", |this| this.conditions(kind, &document.conditions));
        let unless = self.within("unless", |this| this.conditions(kind, &document.unless));
        let mut same = Vec::new();
        for (index, word) in document.same.iter().enumerate() {
            let table = [
                ("namespace", Same::Namespace),
                ("pod", Same::Pod),
                ("container", Same::Container),
                ("image", Same::Image),
                ("registry", Same::Registry),
                ("node", Same::Node),
            ];
            match table.iter().find(|(name, _)| name == word) {
                Some((_, value)) => same.push(*value),
                None => {
                    let help = did_you_mean(word, table.iter().map(|(name, _)| *name));
                    self.within_at("same", index, |this| this.problems.say(format!("`{word}` cannot be compared"), help));
                }
            }
        }
        if let Some(name) = &document.binding
            && binds
        {
            self.bindings.push((name.clone(), kind));
        }
        Some(Clause { fact: kind, binding: document.binding.clone(), conditions, unless, same })
    }

    fn conditions(&mut self, kind: FactKind, document: &ConditionsDocument) -> Conditions {
        match document {
            ConditionsDocument::All(map) => vec![self.alternative(kind, map)],
            ConditionsDocument::Any(maps) => maps
                .iter()
                .enumerate()
                .map(|(index, map)| {
                    let (anchor, bindings) = (self.anchor, self.bindings.clone());
                    self.problems.at(index, |problems| Checker { problems, anchor, bindings }.alternative(kind, map))
                })
                .collect(),
        }
    }

    fn alternative(&mut self, kind: FactKind, map: &std::collections::BTreeMap<String, Value>) -> Vec<Condition> {
        map.iter()
            .filter_map(|(name, value)| {
                let Some(spec) = field_named(kind, name) else {
                    let known = kind_spec(kind).fields.iter().chain(COMMON_FIELDS).map(|field| field.name);
                    let help = did_you_mean(name, known);
                    self.say_in(name, format!("facts of kind `{}` have no field `{name}`", kind_spec(kind).name), help);
                    return None;
                };
                let tests = self.within(name, |this| this.tests(spec, value));
                Some(Condition { field: name.clone(), tests })
            })
            .collect()
    }

    fn tests(&mut self, spec: &FieldSpec, value: &Value) -> Vec<Test> {
        match value {
            Value::Mapping(map) => map
                .iter()
                .filter_map(|(key, value)| {
                    let key = key.as_str().unwrap_or_default().to_owned();
                    self.within(&key, |this| this.operator(spec, &key, value))
                })
                .collect(),
            Value::Sequence(values) => {
                let scalars = values.iter().filter_map(|value| self.scalar(spec, value)).collect();
                vec![Test::Equals(scalars)]
            }
            Value::String(text) if text.starts_with('$') => self.reference(text, false).into_iter().collect(),
            value => self.scalar(spec, value).map(|scalar| Test::Equals(vec![scalar])).into_iter().collect(),
        }
    }

    fn operator(&mut self, spec: &FieldSpec, operator: &str, value: &Value) -> Option<Test> {
        let strings = |this: &mut Self| -> Vec<String> {
            let texts: Vec<String> = match value {
                Value::String(text) => vec![text.clone()],
                Value::Sequence(values) => values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect(),
                _ => Vec::new(),
            };
            if texts.is_empty() {
                this.problems.say(format!("`{operator}` takes a text or a list of texts"), None);
            }
            texts
        };
        match operator {
            "not" => match value {
                Value::String(text) if text.starts_with('$') => self.reference(text, true),
                Value::Sequence(values) => Some(Test::Not(values.iter().filter_map(|value| self.scalar(spec, value)).collect())),
                value => self.scalar(spec, value).map(|scalar| Test::Not(vec![scalar])),
            },
            "present" => value.as_bool().map(Test::Present).or_else(|| {
                self.problems.say("`present` is true or false", None);
                None
            }),
            "min" | "max" => {
                let number = value.as_i64();
                if number.is_none() || !matches!(spec.kind, FieldType::Number) {
                    self.problems.say(format!("`{operator}` takes a number and a field of numbers"), None);
                }
                number.map(|number| if operator == "min" { Test::Min(number) } else { Test::Max(number) })
            }
            "prefix" => Some(Test::Prefix(strings(self))),
            "suffix" => Some(Test::Suffix(strings(self))),
            "contains" => Some(Test::Contains(strings(self))),
            "template" => {
                let texts = strings(self);
                let mut templates = Vec::new();
                for text in texts {
                    match Template::parse(&text) {
                        Ok(template) => templates.push(template),
                        Err(message) => self.problems.say(message, None),
                    }
                }
                Some(Test::Template(templates))
            }
            "in" => value.as_str().map(|name| Test::In(name.to_owned())),
            other => {
                let help = did_you_mean(other, ["not", "present", "min", "max", "prefix", "suffix", "contains", "template", "in"]);
                self.problems.say(format!("there is no operator `{other}`"), help);
                None
            }
        }
    }

    fn scalar(&mut self, spec: &FieldSpec, value: &Value) -> Option<Scalar> {
        let scalar = match value {
            Value::String(text) => Some(Scalar::Text(text.clone())),
            Value::Bool(flag) => Some(Scalar::Flag(*flag)),
            Value::Number(number) => number.as_i64().map(Scalar::Number),
            _ => None,
        };
        let problem = match (&scalar, spec.kind) {
            (None, _) => Some(("a condition is a value, a list of values or a map of operators".to_owned(), None)),
            (Some(Scalar::Text(text)), FieldType::Word(words)) if !words.contains(&text.as_str()) => {
                Some((format!("`{text}` is not one of {}", words.join(", ")), did_you_mean(text, words.iter().copied())))
            }
            (Some(Scalar::Text(_)), FieldType::Text | FieldType::Word(_))
            | (Some(Scalar::Number(_)), FieldType::Number)
            | (Some(Scalar::Flag(_)), FieldType::Flag) => None,
            // `tag: 7` is a number to YAML.
            (Some(Scalar::Number(number)), FieldType::Text) => return Some(Scalar::Text(number.to_string())),
            (Some(_), FieldType::Number) => Some(("this field holds numbers".to_owned(), None)),
            (Some(_), FieldType::Flag) => Some(("this field is true or false".to_owned(), None)),
            (Some(_), FieldType::Text | FieldType::Word(_)) => Some(("this field holds text".to_owned(), None)),
        };
        if let Some((message, help)) = problem {
            self.problems.say(message, help);
            return None;
        }
        scalar
    }

    fn reference(&mut self, text: &str, negated: bool) -> Option<Test> {
        let (binding, field) = text.trim_start_matches('$').split_once('.')?;
        match self.bindings.iter().find(|(name, _)| name == binding).map(|(_, kind)| *kind) {
            None => {
                self.problems.say(format!("no fact is bound as `{binding}` before this clause"), None);
                None
            }
            Some(kind) if field_named(kind, field).is_none() => {
                let known = kind_spec(kind).fields.iter().chain(COMMON_FIELDS).map(|field| field.name);
                let help = did_you_mean(field, known);
                self.problems.say(format!("`{binding}` is a `{}`, which has no field `{field}`", kind_spec(kind).name), help);
                None
            }
            Some(_) => Some(Test::Reference { binding: binding.to_owned(), field: field.to_owned(), negated }),
        }
    }

    fn verdicts(&mut self, document: &VerdictDocument) -> Vec<VerdictCase> {
        let table =
            [("certain", Verdict::Certain), ("likely", Verdict::Likely), ("ambiguous", Verdict::Ambiguous), ("unknown", Verdict::Unknown)];
        let cases = match document {
            VerdictDocument::Word(word) => {
                let is = self.word("verdict", word, &table);
                if is == Some(Verdict::Ambiguous) {
                    self.say_in("verdict", "an ambiguous verdict needs `between` and `decide-by`", None);
                }
                return vec![VerdictCase { is: is.unwrap_or(Verdict::Likely), when: Vec::new(), between: Vec::new(), decide_by: None }];
            }
            VerdictDocument::Cases(cases) => cases,
        };
        let anchor = self.anchor;
        let checked: Vec<VerdictCase> = cases
            .iter()
            .enumerate()
            .map(|(index, case)| {
                self.within_at("verdict", index, |this| {
                    let is = this.word("is", &case.is, &table).unwrap_or(Verdict::Likely);
                    if is == Verdict::Ambiguous && (case.between.len() < 2 || case.decide_by.is_none()) {
                        this.problems.say("an ambiguous verdict needs `between` with two causes or more, and `decide-by`", None);
                    }
                    let when = anchor.map_or_else(Vec::new, |kind| this.within("when", |this| this.conditions(kind, &case.when)));
                    let decide_by = case.decide_by.as_ref().and_then(|step| this.within("decide-by", |this| this.step(step)));
                    VerdictCase { is, when, between: case.between.clone(), decide_by }
                })
            })
            .collect();
        if checked.last().is_none_or(|last| !last.when.is_empty()) {
            self.say_in("verdict", "the last case must hold always: leave its `when` out", None);
        }
        checked
    }

    fn step(&mut self, document: &StepDocument) -> Option<Step> {
        let when = self.anchor.map_or_else(Vec::new, |kind| self.within("when", |this| this.conditions(kind, &document.when)));
        if let Some(task) = &document.task {
            if document.risk.is_some() || document.say.is_some() || document.run.is_some() {
                self.problems.say("beside `use` only `when` may stand", None);
            }
            return Some(Step { task: Some(task.clone()), risk: Risk::Inspect, say: Texts::default(), run: None, when });
        }
        let (Some(risk), Some(say)) = (&document.risk, &document.say) else {
            self.problems.say("a step needs `risk` and `say`, or `use`", None);
            return None;
        };
        let risk = self.word("risk", risk, &[("inspect", Risk::Inspect), ("change", Risk::Change), ("destructive", Risk::Destructive)])?;
        let say = self.texts("say", say);
        if let Some(run) = &document.run {
            self.within("run", |this| {
                this.placeholders(run);
                if run.trim().contains('\n') {
                    this.problems.say("a command is one line", None);
                }
            });
        }
        Some(Step { task: None, risk, say, run: document.run.as_ref().map(|run| run.trim().to_owned()), when })
    }

    fn example(&mut self, document: &ExampleDocument) -> Option<Example> {
        let expect = match &document.expect {
            Value::String(word) if word == "match" => Expectation::Match(Vec::new()),
            Value::String(word) if word == "none" => Expectation::None(document.instead.clone()),
            Value::Mapping(map) => {
                let fields = map.iter().filter_map(|(key, value)| {
                    let scalar = match value {
                        Value::String(text) => Scalar::Text(text.clone()),
                        Value::Bool(flag) => Scalar::Flag(*flag),
                        Value::Number(number) => Scalar::Number(number.as_i64()?),
                        _ => return None,
                    };
                    Some((key.as_str()?.to_owned(), scalar))
                });
                Expectation::Match(fields.collect())
            }
            _ => {
                self.say_in("expect", "`expect` is `match`, `none`, or a map of bound fields", None);
                return None;
            }
        };
        if document.instead.is_some() && !matches!(expect, Expectation::None(_)) {
            self.say_in("instead", "`instead` goes with `expect: none`", None);
        }
        Some(Example { name: document.name.clone(), input: document.input.clone(), expect })
    }
}

/// Names of the `{binding.field}` placeholders in a text.
pub(crate) fn placeholder_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(at, _)| {
        let name = text[at + 1..].split('}').next()?;
        let plausible =
            name.contains('.') && name.len() < 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        (plausible && !name.starts_with('.')).then_some(name)
    })
}

/// Checks what only the whole set can tell: unique ids, and that the rules named by others exist.
pub fn check_set(rules: &[(String, Rule)]) -> Vec<RuleError> {
    let mut errors = Vec::new();
    let mut say = |file: &str, message: String, help: Option<String>| {
        errors.push(RuleError { file: file.to_owned(), line: 1, column: 1, message, help, text: String::new() });
    };
    let ids: Vec<&str> = rules.iter().map(|(_, rule)| rule.id.as_str()).collect();
    for (index, (file, rule)) in rules.iter().enumerate() {
        if ids[..index].contains(&rule.id.as_str()) {
            say(file, format!("there is another rule `{}`", rule.id), None);
        }
        let between = rule.verdicts.iter().flat_map(|case| &case.between);
        let instead = rule.examples.iter().filter_map(|example| match &example.expect {
            Expectation::None(instead) => instead.as_ref(),
            Expectation::Match(_) => None,
        });
        for named in rule.supersedes.iter().chain(&rule.overlaps).chain(between).chain(instead) {
            if !ids.contains(&named.as_str()) {
                say(file, format!("there is no rule `{named}`"), did_you_mean(named, ids.iter().copied()));
            }
        }
    }
    errors
}
