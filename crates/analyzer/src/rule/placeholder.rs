//! Checks texts: does every `{binding.field}` name something that can be there?
//!
//! In: titles, explanations, steps and commands. Out: [`Texts`] whose placeholders all name a bound fact and either a
//! field of it or a part that a template of its clause captures.

use super::check::Checker;
use super::document::Localized;
use super::error::did_you_mean;
use super::model::Texts;
use super::statement;
use crate::fact::vocabulary::{COMMON_FIELDS, field_named, kind_spec};

impl Checker<'_> {
    /// The texts under a key.
    pub(super) fn texts(&mut self, key: &str, texts: &Localized) -> Texts {
        self.within(key, |this| {
            for (language, text) in [("en", &texts.en), ("ko", &texts.ko)] {
                this.within(language, |this| {
                    this.placeholders(text);
                    this.bare_fields(text);
                });
            }
        });
        Texts { en: texts.en.trim().to_owned(), ko: texts.ko.trim().to_owned() }
    }

    /// Every placeholder must name a bound fact and something that the fact can have.
    pub(super) fn placeholders(&mut self, text: &str) {
        for name in placeholder_names(text) {
            let Some((binding, field)) = name.split_once('.') else { continue };
            let bound: Vec<_> = self.bindings.iter().filter(|bound| bound.name == binding).collect();
            let Some(first) = bound.first() else {
                let help = did_you_mean(binding, self.bindings.iter().map(|bound| bound.name.as_str()));
                let help = help.or_else(|| self.bindings.is_empty().then(statement::give_a_name));
                let placeholder = format!("{{{name}}}");
                self.problems.say_part(&placeholder, statement::not_bound(&placeholder, binding), help);
                continue;
            };
            if bound.iter().any(|bound| field_named(bound.kind, field).is_some() || bound.captures.iter().any(|capture| capture == field)) {
                continue;
            }
            let fields = kind_spec(first.kind).fields.iter().chain(COMMON_FIELDS).map(|spec| spec.name);
            let captures = bound.iter().flat_map(|bound| bound.captures.iter().map(String::as_str));
            let help = did_you_mean(field, fields.chain(captures));
            let placeholder = format!("{{{name}}}");
            let message = statement::neither_field_nor_capture(&placeholder, field, kind_spec(first.kind).name);
            self.problems.say_part(&placeholder, message, help);
        }
    }

    /// `{image}` without a binding would be printed as it stands.
    fn bare_fields(&mut self, text: &str) {
        let Some((binding, kind)) = self.bindings.first().map(|bound| (bound.name.clone(), bound.kind)) else { return };
        for rest in text.split('{').skip(1) {
            let name = rest.split('}').next().unwrap_or_default();
            if field_named(kind, name).is_some() {
                let placeholder = format!("{{{name}}}");
                let help = statement::did_you_mean(format!("{{{binding}.{name}}}"));
                self.problems.say_part(&placeholder, statement::whose_field(&placeholder), Some(help));
            }
        }
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
