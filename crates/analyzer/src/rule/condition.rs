//! Checks conditions: do the fields exist, do the values suit them, are the operators known?
//!
//! In: the maps under `where`, `unless` and `when`. Out: [`Conditions`] in which nothing can fail at run time.

use super::check::Checker;
use super::document::ConditionsDocument;
use super::error::did_you_mean;
use super::locate::Target;
use super::model::{Condition, Conditions, Scalar, Test};
use super::statement::{self, Statement};
use super::template::Template;
use crate::fact::vocabulary::{COMMON_FIELDS, FactKind, FieldSpec, FieldType, KINDS, field_named, kind_spec};
use serde_yaml::Value;
use std::collections::BTreeMap;

/// What an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    /// A value of the field, a list of them, or a reference.
    Values,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A text or a list of texts.
    Texts,
    /// A template or a list of templates.
    Templates,
    /// Name of a list.
    List,
}

/// One operator: `{min: 500}`.
#[derive(Debug)]
pub(crate) struct Operator {
    /// As it is written.
    pub(crate) name: &'static str,
    /// What it takes.
    pub(crate) operand: Operand,
    /// When it holds, for authors.
    pub(crate) doc: &'static str,
}

/// Every operator there is.
pub(crate) static OPERATORS: &[Operator] = &[
    Operator { name: "not", operand: Operand::Values, doc: "is absent, or equals none of them" },
    Operator { name: "present", operand: Operand::Flag, doc: "is there, or is absent" },
    Operator { name: "min", operand: Operand::Number, doc: "is this number or more" },
    Operator { name: "max", operand: Operand::Number, doc: "is this number or less" },
    Operator { name: "prefix", operand: Operand::Texts, doc: "begins with one of them, ASCII case ignored" },
    Operator { name: "suffix", operand: Operand::Texts, doc: "ends with one of them, ASCII case ignored" },
    Operator { name: "contains", operand: Operand::Texts, doc: "contains one of them, ASCII case ignored" },
    Operator { name: "template", operand: Operand::Templates, doc: "matches one of the templates: 'manifest for {ref} not found'" },
    Operator { name: "in", operand: Operand::List, doc: "is in the list of this name in knowledge/lists.yaml" },
];

impl Operator {
    /// Whether fields of this type can be asked with it.
    pub(crate) fn suits(&self, field: FieldType) -> bool {
        match self.operand {
            Operand::Values | Operand::Flag => true,
            Operand::Number => matches!(field, FieldType::Number),
            Operand::Texts | Operand::Templates | Operand::List => matches!(field, FieldType::Text | FieldType::Word(_)),
        }
    }
}

/// What the values of a field are, in words.
pub(crate) fn type_name(field: FieldType) -> Statement {
    match field {
        FieldType::Text => statement::text(),
        FieldType::Word(_) => statement::word(),
        FieldType::Number => statement::number(),
        FieldType::Flag => statement::flag(),
    }
}

impl Checker<'_> {
    /// Conditions on a fact of this kind; a list of maps holds if one of them does.
    pub(super) fn conditions(&mut self, kind: FactKind, document: &ConditionsDocument) -> Conditions {
        match document {
            ConditionsDocument::All(map) => vec![self.alternative(kind, map)],
            ConditionsDocument::Any(maps) => {
                maps.iter().enumerate().map(|(index, map)| self.within(index, |this| this.alternative(kind, map))).collect()
            }
        }
    }

    fn alternative(&mut self, kind: FactKind, map: &BTreeMap<String, Value>) -> Vec<Condition> {
        let conditions = map.iter().filter_map(|(name, value)| {
            let Some(spec) = field_named(kind, name) else {
                self.problems.say_key(name, Target::Key, statement::no_field(kind_spec(kind).name, name), field_help(kind, name));
                return None;
            };
            let tests = self.within(name.as_str(), |this| this.tests(spec, value));
            Some(Condition { field: name.clone(), tests })
        });
        conditions.collect()
    }

    fn tests(&mut self, spec: &FieldSpec, value: &Value) -> Vec<Test> {
        match value {
            Value::Mapping(map) if map.is_empty() => {
                self.problems.say(statement::no_operator_here(), Some(operators_of(spec)));
                Vec::new()
            }
            Value::Mapping(map) => {
                map.iter().filter_map(|(key, value)| self.operator(spec, key.as_str().unwrap_or_default(), value)).collect()
            }
            value => self.values(spec, value, false).into_iter().collect(),
        }
    }

    fn operator(&mut self, spec: &FieldSpec, name: &str, value: &Value) -> Option<Test> {
        let Some(operator) = OPERATORS.iter().find(|operator| operator.name == name) else {
            let known = OPERATORS.iter().filter(|operator| operator.suits(spec.kind)).map(|operator| operator.name);
            let help = did_you_mean(name, known).unwrap_or_else(|| operators_of(spec));
            self.problems.say_key(name, Target::Key, statement::no_operator(name), Some(help));
            return None;
        };
        if !operator.suits(spec.kind) {
            self.problems.say_key(
                name,
                Target::Key,
                statement::operator_unsuited(name, spec.name, type_name(spec.kind)),
                Some(operators_of(spec)),
            );
            return None;
        }
        self.within(name, |this| this.operand(operator, spec, value))
    }

    fn operand(&mut self, operator: &Operator, spec: &FieldSpec, value: &Value) -> Option<Test> {
        let name = operator.name;
        match operator.operand {
            Operand::Values => self.values(spec, value, true),
            Operand::Flag => {
                let flag = value.as_bool();
                self.demand(flag.is_some(), statement::takes_flag(name));
                flag.map(Test::Present)
            }
            Operand::Number => {
                let number = value.as_i64();
                self.demand(number.is_some(), statement::takes_number(name));
                number.map(if name == "min" { Test::Min } else { Test::Max })
            }
            Operand::Texts => {
                let texts = self.texts_of(name, value);
                Some(match name {
                    "prefix" => Test::Prefix(texts),
                    "suffix" => Test::Suffix(texts),
                    _ => Test::Contains(texts),
                })
            }
            Operand::Templates => {
                let texts = self.texts_of(name, value);
                let templates = texts.iter().enumerate().filter_map(|(index, text)| {
                    Template::parse(text).map_err(|message| self.within(index, |this| this.problems.say(message, None))).ok()
                });
                Some(Test::Template(templates.collect()))
            }
            Operand::List => {
                let Some(list) = value.as_str() else {
                    self.problems.say(statement::takes_list_name(name), None);
                    return None;
                };
                let names = self.names;
                let lists = &names.knowledge.lists;
                if !lists.contains_key(list) {
                    let help = did_you_mean(list, lists.keys().map(String::as_str));
                    self.problems.say(statement::no_list(list), help);
                }
                Some(Test::In(list.to_owned()))
            }
        }
    }

    fn demand(&mut self, holds: bool, message: Statement) {
        if !holds {
            self.problems.say(message, None);
        }
    }

    /// A text, or a list of texts.
    fn texts_of(&mut self, operator: &str, value: &Value) -> Vec<String> {
        let list = match value {
            Value::Sequence(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        self.demand(!list.is_empty(), statement::takes_texts(operator));
        let texts = list.iter().enumerate().map(|(index, value)| match value {
            Value::String(text) if !text.is_empty() => text.clone(),
            Value::String(_) => self.within(index, |this| this.complain(statement::empty())),
            Value::Number(_) | Value::Bool(_) => self.within(index, |this| this.complain(statement::unquoted_text())),
            _ => self.within(index, |this| this.complain(statement::takes_texts(operator))),
        });
        texts.collect()
    }

    fn complain(&mut self, message: Statement) -> String {
        self.problems.say(message, None);
        String::new()
    }

    /// Equality with a value, with one of a list, or with a field of a bound fact.
    fn values(&mut self, spec: &FieldSpec, value: &Value, negated: bool) -> Option<Test> {
        let scalars = match value {
            Value::String(text) if text.starts_with('$') => return self.reference(spec, text, negated),
            Value::Sequence(values) => {
                self.demand(!values.is_empty(), statement::empty_list());
                values.iter().enumerate().filter_map(|(index, value)| self.within(index, |this| this.scalar(spec, value))).collect()
            }
            value => vec![self.scalar(spec, value)?],
        };
        Some(if negated { Test::Not(scalars) } else { Test::Equals(scalars) })
    }

    /// One value, if the field can have it.
    pub(super) fn scalar(&mut self, spec: &FieldSpec, value: &Value) -> Option<Scalar> {
        let wanted = |what: Statement, help: Option<Statement>| (statement::wrong_type(spec.name, what), help);
        let (message, help) = match (value, spec.kind) {
            (Value::String(text), FieldType::Word(words)) if !words.contains(&text.as_str()) => {
                let help = did_you_mean(text, words.iter().copied()).unwrap_or_else(|| statement::is_one_of(words.join(", ")));
                (statement::no_value(text, spec.name), Some(help))
            }
            (Value::String(text), FieldType::Text | FieldType::Word(_)) => return Some(Scalar::Text(text.clone())),
            (Value::Bool(flag), FieldType::Flag) => return Some(Scalar::Flag(*flag)),
            (Value::Number(number), FieldType::Number) if number.is_i64() => return Some(Scalar::Number(number.as_i64()?)),
            // `tag: 7` is a number to YAML.
            (Value::Number(number), FieldType::Text) if number.is_i64() => return Some(Scalar::Text(number.to_string())),
            (Value::Number(_) | Value::Bool(_), FieldType::Text | FieldType::Word(_)) => {
                wanted(type_name(spec.kind), Some(statement::write_in_quotes()))
            }
            (Value::String(text), FieldType::Number) if text.parse::<i64>().is_ok() => {
                wanted(statement::number(), Some(statement::write_without_quotes()))
            }
            (Value::String(_) | Value::Number(_) | Value::Bool(_), FieldType::Number) => wanted(statement::whole_number(), None),
            (Value::String(_) | Value::Number(_), FieldType::Flag) => wanted(statement::flag(), Some(statement::true_or_false())),
            _ => (statement::no_condition(), None),
        };
        self.problems.say(message, help);
        None
    }

    /// `$failure.registry`
    fn reference(&mut self, spec: &FieldSpec, text: &str, negated: bool) -> Option<Test> {
        let Some((binding, field)) = text.trim_start_matches('$').split_once('.') else {
            self.problems.say(statement::no_reference(text), None);
            return None;
        };
        if self.alone {
            self.problems.say(statement::when_sees_anchor(), None);
            return None;
        }
        let Some(bound) = self.bindings.iter().find(|bound| bound.name == binding) else {
            let help = did_you_mean(binding, self.bindings.iter().map(|bound| bound.name.as_str()));
            self.problems.say(statement::not_bound_before(binding), help);
            return None;
        };
        let kind = bound.kind;
        match field_named(kind, field) {
            None => {
                self.problems.say(statement::bound_has_no_field(binding, kind_spec(kind).name, field), field_help(kind, field));
                None
            }
            Some(other)
                if matches!(other.kind, FieldType::Number | FieldType::Flag)
                    != matches!(spec.kind, FieldType::Number | FieldType::Flag) =>
            {
                self.problems.say(statement::never_equal(spec.name, type_name(spec.kind), text, type_name(other.kind)), None);
                None
            }
            Some(_) => Some(Test::Reference { binding: binding.to_owned(), field: field.to_owned(), negated }),
        }
    }
}

/// The nearest field, else the kinds of fact that have a field of this name.
pub(super) fn field_help(kind: FactKind, name: &str) -> Option<Statement> {
    let known = kind_spec(kind).fields.iter().chain(COMMON_FIELDS).map(|field| field.name);
    did_you_mean(name, known).or_else(|| {
        let elsewhere: Vec<&str> =
            KINDS.iter().filter(|spec| spec.fields.iter().any(|field| field.name == name)).map(|spec| spec.name).collect();
        (!elsewhere.is_empty()).then(|| statement::facts_have_it(elsewhere.join(", ")))
    })
}

fn operators_of(spec: &FieldSpec) -> Statement {
    let names: Vec<&str> = OPERATORS.iter().filter(|operator| operator.suits(spec.kind)).map(|operator| operator.name).collect();
    statement::operators_of(type_name(spec.kind), names.join(", "))
}
