//! Everything that is said about rule files, one line a message.
//!
//! In: the names and values that a message is about. Out: a [`Statement`], which is English as it stands and can be worded in any language
//! that has the same sentence with the same names in braces. Who says what, and where, is decided elsewhere; the words of other languages
//! are data of whoever shows them.
//!
//! ```text
//! there is no rule `{id}`        with id = tag-not-fond
//! ```

use std::fmt;

/// Something that is said about a rule file or one of its examples.
///
/// ```
/// use pullan_analyzer::RuleSet;
/// let errors = RuleSet::builder().document("mine.yaml", "id: [").build().unwrap_err();
/// let message = &errors.0[0].message;
/// assert!(message.to_string().starts_with("this is no YAML: "));
/// let korean = message.worded(|english| (english == "this is no YAML: {message}").then_some("YAML이 아닙니다: {message}"));
/// assert!(korean.starts_with("YAML이 아닙니다: "));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    english: &'static str,
    parts: Vec<(&'static str, Part)>,
}

/// What stands in a statement for a name in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A name or a value, the same in every language.
    Verbatim(String),
    /// Words of their own.
    Worded(Statement),
}

impl Statement {
    /// Every sentence that there is, in English, with names in braces for what varies.
    ///
    /// ```
    /// assert!(pullan_analyzer::Statement::sentences().contains(&"there is no rule `{id}`"));
    /// ```
    pub fn sentences() -> &'static [&'static str] {
        SENTENCES
    }

    /// The statement in another language: `words` gives the sentence for an English one. Where it has none, English stands.
    pub fn worded(&self, words: impl Fn(&'static str) -> Option<&'static str>) -> String {
        self.filled(&words)
    }

    fn filled(&self, words: &dyn Fn(&'static str) -> Option<&'static str>) -> String {
        let mut rest = words(self.english).unwrap_or(self.english);
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let part = after.split_once('}').and_then(|(name, after)| Some((self.parts.iter().find(|(known, _)| *known == name)?, after)));
            match part {
                Some(((_, Part::Verbatim(text)), after)) => {
                    out.push_str(text);
                    rest = after;
                }
                Some(((_, Part::Worded(statement)), after)) => {
                    out.push_str(&statement.filled(words));
                    rest = after;
                }
                // A brace that is meant.
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    }
}

/// In English.
impl fmt::Display for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.filled(&|english| Some(english)))
    }
}

impl From<Statement> for Part {
    fn from(statement: Statement) -> Self {
        Part::Worded(statement)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Part::Verbatim(text)
    }
}

impl From<&String> for Part {
    fn from(text: &String) -> Self {
        Part::Verbatim(text.clone())
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Part::Verbatim(text.to_owned())
    }
}

impl From<usize> for Part {
    fn from(number: usize) -> Self {
        Part::Verbatim(number.to_string())
    }
}

/// A function for each message, whose parameters are the names in its braces.
macro_rules! statements {
    ($($name:ident($($part:ident),*) $english:literal)*) => {
        $(
            pub(crate) fn $name($($part: impl Into<Part>),*) -> Statement {
                Statement { english: $english, parts: vec![$((stringify!($part), $part.into())),*] }
            }
        )*
        static SENTENCES: &[&str] = &[$($english),*];
        #[cfg(test)]
        static PARTS: &[&[&str]] = &[$(&[$(stringify!($part)),*]),*];
    };
}

statements! {
    verbatim(text) "{text}"

    // What was probably meant.
    did_you_mean(name) "did you mean `{name}`?"
    facts_are(names) "facts are {names}"
    tasks_are(names) "tasks are {names}"
    known_here(names) "known here: {names}"
    is_one_of(words) "it is one of {words}"
    facts_have_it(kinds) "facts of kind {kinds} have it"
    operators_of(kind, names) "operators of a {kind}: {names}"
    true_or_false() "true or false"
    write_in_quotes() "write it in quotes to make it a text"
    write_without_quotes() "write it without quotes"
    leave_out() "leave the key out, or give it a value"
    remove_one() "only one of them can count: remove the other"
    give_another_name() "give this fact another name"
    give_a_name() "give the clause a name with `as`"
    join_commands() "join commands with `;` or `&&`"
    quote_in_braces() "inside of {..}, a text that has a brace, a comma or a colon in it must stand in quotes"
    quote_colon() "a text that has a colon and a blank in it must stand in quotes, or on lines of its own below `|`"

    // Shapes.
    no_yaml(message) "this is no YAML: {message}"
    empty() "this is empty"
    too_short(least) "this list is too short: at least {least} must stand in it"
    no_name(text) "`{text}` is no name: lower-case letters, digits and dashes only"
    no_address() "a reference begins with https://"
    not_one_of(text, words) "`{text}` is not one of {words}"
    misfit(wanted, is) "{wanted} must stand here, but this is {is}"
    no_such_key(map, key) "{map} has no key `{key}`"
    missing_keys(map, keys) "{map} has no {keys}"
    twice(key) "`{key}` stands here twice"

    // What stands somewhere, or must.
    nothing() "nothing"
    a_text() "a text"
    a_name() "a name"
    a_flag() "a flag"
    a_number() "a number"
    a_list() "a list"
    a_map() "a map"
    a_map_with(keys) "a map with the keys {keys}"
    one_of(words) "one of {words}"
    either(one, other) "{one}, or {other}"
    a_rule() "a rule"
    a_match() "`match`"
    a_clause() "a clause"
    a_verdict() "a verdict"
    a_step() "a step"
    an_example() "an example"
    a_registry() "a registry"
    a_runtime() "a runtime"
    text() "text"
    word() "word"
    number() "number"
    whole_number() "whole number"
    flag() "flag"

    // Names.
    another_rule(id, file) "there is another rule `{id}`, in {file}"
    itself() "this is the rule itself"
    no_rule(id) "there is no rule `{id}`"
    no_fact(kind) "there is no fact `{kind}`"
    no_field(kind, field) "facts of kind `{kind}` have no field `{field}`"
    no_task(task) "there is no task `{task}` in knowledge/runtimes.yaml"
    no_list(list) "there is no list `{list}` in knowledge/lists.yaml"
    bound_already(name, kind) "`{name}` is a `{kind}` already"
    binds_nothing(name, reason) "nothing can be called `{name}`: {reason}"
    not_finds_nothing() "clauses under `not` find no fact"
    alone_is_anchor() "clauses under `alone` stand for the anchor"

    // Verdicts, steps and examples.
    ambiguous_needs() "an ambiguous verdict needs `between` and `decide-by`"
    ambiguous_needs_two() "an ambiguous verdict needs `between` with two causes or more, and `decide-by`"
    only_ambiguous_has() "only an ambiguous verdict has `between` and `decide-by`"
    never_reached() "this case is never reached: the one before it holds always"
    last_case() "the last case must hold always: leave its `when` out, or add a case behind it"
    beside_use() "beside `use` only `when` may stand"
    step_needs() "a step needs `risk` and `say`, or `use`"
    one_line() "a command is one line"
    instead_with_none() "`instead` goes with `expect: none`"
    unbound_field(name) "`{name}` is no field of a bound fact: write `NAME.FIELD`"

    // Conditions.
    no_operator_here() "no operator stands here"
    no_operator(name) "there is no operator `{name}`"
    operator_unsuited(operator, field, kind) "`{operator}` cannot be asked of `{field}`, which is a {kind}"
    takes_flag(operator) "`{operator}` takes true or false"
    takes_number(operator) "`{operator}` takes a whole number"
    takes_list_name(operator) "`{operator}` takes the name of a list"
    takes_texts(operator) "`{operator}` takes a text or a list of texts"
    unquoted_text() "a text must stand here: write it in quotes"
    empty_list() "this list is empty, so nothing can be in it"
    wrong_type(field, kind) "`{field}` is a {kind}, and this is not"
    no_value(text, field) "`{text}` is no value of `{field}`"
    no_condition() "a condition is a value, a list of values or a map of operators"
    no_reference(text) "`{text}` names no field of a bound fact: write `$NAME.FIELD`"
    when_sees_anchor() "`when` sees the anchor fact alone, so nothing can be compared with it"
    not_bound_before(binding) "no fact is bound as `{binding}` before this clause"
    bound_has_no_field(binding, kind, field) "`{binding}` is a `{kind}`, which has no field `{field}`"
    never_equal(field, kind, reference, other) "`{field}` is a {kind}, `{reference}` is a {other}: they are never equal"

    // Templates and placeholders.
    open_brace(text) "`{` without `}` in {text}"
    no_capture_name(name) "`{{name}}` is no name: letters, digits and dashes only"
    adjacent_captures(text) "nothing stands between two captures in {text}"
    no_literal(text) "{text} has no literal text to look for"
    not_bound(placeholder, binding) "`{placeholder}`: no fact is bound as `{binding}`"
    neither_field_nor_capture(placeholder, field, kind) "`{placeholder}`: `{field}` is neither a field of `{kind}` nor captured by a template"
    whose_field(placeholder) "`{placeholder}` does not say whose field it is"

    // Examples that do not hold.
    expected_match(said) "expected a match; said {said}"
    expected_no_match(said) "expected no match; said {said}"
    expected_first(rule, said) "expected `{rule}` first; said {said}"
    said_beside(rule, said) "`{rule}` is said beside it (said {said})"
    keep_apart() "keep them apart with `unless`, or list it under `supersedes` or `overlaps`"
    how_far(rule) "how far `{rule}` got:"
    should_be(field, wanted, is) "`{field}` should be {wanted}; it is {is}"
    absent() "absent"

    // How far a rule got.
    not_finds(place, kind) "{place}: there is such a `{kind}`"
    not_together() "each clause finds a fact, but not together: look at `same` and at the `$` references"
    superseded(rule) "the rule holds, but `{rule}` supersedes it"
    only_fallback() "the rule holds, but it is a fallback and another rule explains the fact"
    taken_back() "the rule holds, but what it says was taken back by other facts or rules"
    none_observed(place, kind, instead) "{place}: no `{kind}` was observed, {instead}"
    nor_else() "nor anything else"
    only(kinds) "only {kinds}"
    fits(place, kind) "{place}: a `{kind}` fits"
    observed(place, kind) "{place}: a `{kind}` was observed"
    text_is(text) "text: {text}"
    and_more(count) "and {count} more"
    at_place(place, miss) "{place} {miss}"
    unless_holds(place, conditions) "{place} holds: {conditions}"
    begins_nowhere(field, template) "{field}: template '{template}' begins at no phrase of it"
    stopped(field, template, matched, wanted, rest) "{field}: template '{template}' matches `{matched}` and then wants `{wanted}`, but there is `{rest}`"
    but_absent(test) "{test}, but it is absent"
    but_not_in_text(test) "{test}, but the text has none of it"
    but_is(test, value) "{test}, but it is {value}"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_stands_in_its_sentence() {
        for (sentence, parts) in SENTENCES.iter().zip(PARTS) {
            for part in *parts {
                assert!(sentence.contains(&format!("{{{part}}}")), "{sentence}: {part}");
            }
        }
    }

    #[test]
    fn braces_that_are_no_part_stay() {
        assert_eq!(open_brace("\"a {b\"").to_string(), "`{` without `}` in \"a {b\"");
        assert_eq!(no_capture_name("a b").to_string(), "`{a b}` is no name: letters, digits and dashes only");
        assert!(quote_in_braces().to_string().starts_with("inside of {..}, "));
    }

    #[test]
    fn a_part_that_looks_like_a_name_in_braces_is_not_filled_in() {
        assert_eq!(no_value("{field}", "tag").to_string(), "`{field}` is no value of `tag`");
    }

    #[test]
    fn words_within_words_are_worded_too() {
        let korean = |english| match english {
            "{wanted} must stand here, but this is {is}" => Some("{is}: {wanted}"),
            "a text" => Some("텍스트"),
            _ => None,
        };
        assert_eq!(misfit(a_text(), a_list()).worded(korean), "a list: 텍스트");
    }
}
