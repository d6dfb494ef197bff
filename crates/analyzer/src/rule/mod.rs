//! Rules: what a cause looks like, what it means and what to do.
//!
//! In: YAML documents (built in, or a user's). Out: a [`RuleSet`], checked once, immutable, shareable between
//! threads; [`matching`] says which of its rules hold for given facts. How to write a rule is told in
//! `docs/writing-rules.md`.

// The build script includes these by path, where their items must be reachable.
#[allow(unreachable_pub)]
pub(crate) mod check;
#[allow(unreachable_pub)]
pub(crate) mod document;
pub(crate) mod error;
mod example;
pub(crate) mod interest;
pub(crate) mod knowledge;
pub(crate) mod matching;
pub(crate) mod model;
pub(crate) mod template;

pub use error::{RuleError, RuleErrors};
pub use example::{ExampleFailure, ExampleOutcome, check_examples};
pub use knowledge::{Knowledge, RegistryKnowledge, RuntimeKnowledge};
pub use model::{
    Clause, Condition, Conditions, Example, Expectation, Matcher, Risk, Rule, Same, Scalar, Scope, Severity, Step, Test, Texts, Verdict,
    VerdictCase,
};
pub use template::Template;

use interest::Interest;
use std::sync::{Arc, OnceLock};

/// The built-in rules and knowledge, checked and encoded by the build script.
static BUILTIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

/// A checked set of rules.
///
/// ```
/// use pullan_analyzer::RuleSet;
/// let rules = RuleSet::builtin();
/// assert!(rules.get("tag-not-found").is_some());
/// ```
#[derive(Debug, Clone)]
pub struct RuleSet {
    rules: Arc<[Rule]>,
    knowledge: Arc<Knowledge>,
    /// Made when the first log line comes: most pastes have none.
    interest: Arc<OnceLock<Interest>>,
}

impl RuleSet {
    /// The rules that pullan comes with.
    pub fn builtin() -> RuleSet {
        RuleSet::builder().builtin().build().unwrap_or_else(|_| RuleSet::new(Arc::from([]), Knowledge::default()))
    }

    fn new(rules: Arc<[Rule]>, knowledge: Knowledge) -> RuleSet {
        RuleSet { rules, knowledge: Arc::new(knowledge), interest: Arc::default() }
    }

    /// Starts an empty set.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// let errors = RuleSet::builder().builtin().document("mine.yaml", "id: x").build().unwrap_err();
    /// assert!(errors.0[0].message.contains("missing field"));
    /// ```
    pub fn builder() -> RuleSetBuilder {
        RuleSetBuilder::default()
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// All rules, by family and id.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the rules share.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Which log lines its rules could ask for.
    pub(crate) fn interest(&self) -> &Interest {
        self.interest.get_or_init(|| Interest::new(self))
    }
}

/// Collects documents for a [`RuleSet`].
#[derive(Debug, Default)]
pub struct RuleSetBuilder {
    rules: Vec<(String, Rule)>,
    knowledge: Knowledge,
    errors: Vec<RuleError>,
}

impl RuleSetBuilder {
    /// Adds the built-in rules.
    #[must_use]
    pub fn builtin(mut self) -> Self {
        // The build script wrote these bytes; a test decodes them.
        if let Ok((rules, knowledge)) = postcard::from_bytes::<(Vec<Rule>, Knowledge)>(BUILTIN) {
            self.rules.extend(rules.into_iter().map(|rule| (format!("{}.yaml", rule.id), rule)));
            self.knowledge = knowledge;
        }
        self
    }

    /// Adds a rule file; a rule with the id of an earlier one replaces it.
    #[must_use]
    pub fn document(mut self, name: &str, yaml: &str) -> Self {
        match check::check(name, yaml) {
            Ok(rule) => {
                self.rules.retain(|(_, known)| known.id != rule.id);
                self.rules.push((name.to_owned(), rule));
            }
            Err(errors) => self.errors.extend(errors),
        }
        self
    }

    /// Checks the set as a whole.
    ///
    /// # Errors
    /// Every problem of every document, with file, line and column.
    pub fn build(mut self) -> Result<RuleSet, RuleErrors> {
        if !self.errors.is_empty() {
            return Err(RuleErrors(self.errors));
        }
        self.rules.sort_by(|(_, a), (_, b)| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
        let errors = check::check_set(&self.rules);
        if !errors.is_empty() {
            return Err(RuleErrors(errors));
        }
        Ok(RuleSet::new(self.rules.into_iter().map(|(_, rule)| rule).collect(), self.knowledge))
    }
}
