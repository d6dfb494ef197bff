//! Rules: what a cause looks like, what it means and what to do.
//!
//! In: YAML documents (built in, or a user's). Out: a [`RuleSet`], checked once, immutable, shareable between
//! threads; [`matching`] says which of its rules hold for given facts. How to write a rule is told in
//! `docs/writing-rules.md`.

// The build script includes these by path, where their items must be reachable.
#[allow(unreachable_pub)]
pub(crate) mod check;
mod condition;
mod document;
mod error;
mod example;
mod format;
pub(crate) mod interest;
pub(crate) mod knowledge;
mod locate;
pub(crate) mod matching;
mod model;
mod node;
mod notation;
mod placeholder;
mod presence;
mod progress;
mod schema;
mod shape;
mod slots;
mod statement;
mod template;

pub use error::{RuleError, RuleErrors};
pub use example::{ExampleFailure, ExampleOutcome, Reason, check_examples};
pub use knowledge::{Knowledge, RegistryKnowledge, RuntimeKnowledge};
pub use model::{
    Clause, Condition, Conditions, Example, Expectation, Matcher, Risk, Rule, Same, Scalar, Scope, Severity, Step, Test, Texts, Verdict,
    VerdictCase,
};
pub use statement::Statement;
pub use template::Template;

use crate::skim::Skimmer;
use interest::Interest;
use presence::Presence;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// Name of the document of each rule that is not built in, by id.
    documents: Arc<BTreeMap<String, String>>,
    /// Made when the first log line comes: most pastes have none.
    interest: Arc<OnceLock<Interest>>,
    skimmer: Arc<OnceLock<Skimmer>>,
    presence: Arc<OnceLock<Option<Presence>>>,
    /// How many facts were matched so far.
    matched: Arc<AtomicUsize>,
}

impl RuleSet {
    /// The rules that pullan comes with.
    pub fn builtin() -> RuleSet {
        RuleSet::builder().builtin().build().unwrap_or_else(|_| RuleSet::new(Arc::from([]), Arc::default(), Arc::default()))
    }

    fn new(rules: Arc<[Rule]>, knowledge: Arc<Knowledge>, documents: Arc<BTreeMap<String, String>>) -> RuleSet {
        RuleSet {
            rules,
            knowledge,
            documents,
            interest: Arc::default(),
            skimmer: Arc::default(),
            presence: Arc::default(),
            matched: Arc::default(),
        }
    }

    /// Starts an empty set.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// let errors = RuleSet::builder().builtin().document("mine.yaml", "id: x").build().unwrap_err();
    /// assert!(errors.0[0].message.to_string().contains("has no `family`"));
    /// ```
    pub fn builder() -> RuleSetBuilder {
        RuleSetBuilder::default()
    }

    /// JSON Schema (draft-07) of a rule file, for editors.
    ///
    /// ```
    /// assert!(pullan_analyzer::RuleSet::schema().contains("fields-of-pull-failure"));
    /// ```
    pub fn schema() -> String {
        schema::schema()
    }

    /// The rule with this id.
    ///
    /// ```
    /// use pullan_analyzer::{RuleSet, Severity};
    /// assert_eq!(RuleSet::builtin().get("tag-not-found").unwrap().severity, Severity::Error);
    /// ```
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// All rules, by family and id.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// let rules = RuleSet::builtin();
    /// let of_dns: Vec<&str> = rules.iter().filter(|rule| rule.family == "dns").map(|rule| rule.id.as_str()).collect();
    /// assert!(of_dns.contains(&"dns-nxdomain"));
    /// ```
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

    /// Name of the document that a rule came from; `None` for a built-in rule.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// assert_eq!(RuleSet::builtin().document_of("tag-not-found"), None);
    /// ```
    pub fn document_of(&self, id: &str) -> Option<&str> {
        self.documents.get(id).map(String::as_str)
    }

    /// A set of one of the rules, with the knowledge of all.
    fn only(&self, rule: &Rule) -> RuleSet {
        RuleSet::new(Arc::from([rule.clone()]), Arc::clone(&self.knowledge), Arc::clone(&self.documents))
    }

    /// What the rules share.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The texts of which a line of a large log must have one to be read in full; none where every line is read.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// assert!(RuleSet::builtin().literals().iter().any(|literal| literal == "Sync failed"));
    /// ```
    pub fn literals(&self) -> &[String] {
        self.skimmer().literals()
    }

    /// Which log lines its rules could ask for.
    pub(crate) fn interest(&self) -> &Interest {
        self.interest.get_or_init(|| Interest::new(self))
    }

    /// Which templates can match a text, once so many facts are matched that it is worth finding out.
    fn presence(&self, facts: usize) -> Option<&Presence> {
        const MANY: usize = 64;
        let before = self.matched.fetch_add(facts, Ordering::Relaxed);
        if before + facts > MANY { self.presence.get_or_init(|| Presence::new(self)).as_ref() } else { None }
    }

    /// Which lines of a large block are worth reading.
    pub(crate) fn skimmer(&self) -> &Skimmer {
        self.skimmer.get_or_init(|| Skimmer::new(self))
    }
}

/// Collects documents for a [`RuleSet`].
#[derive(Debug, Default)]
pub struct RuleSetBuilder {
    rules: Vec<Rule>,
    knowledge: Knowledge,
    documents: Vec<check::File>,
}

impl RuleSetBuilder {
    /// Adds the built-in rules and the knowledge that rules share.
    #[must_use]
    pub fn builtin(mut self) -> Self {
        // The build script wrote these bytes; a test decodes them.
        if let Ok((rules, knowledge)) = postcard::from_bytes::<(Vec<Rule>, Knowledge)>(BUILTIN) {
            self.rules.extend(rules);
            self.knowledge = knowledge;
        }
        self
    }

    /// Adds a rule file. Its rule replaces the built-in one with the same id; two files with one id are an error.
    #[must_use]
    pub fn document(mut self, name: &str, yaml: &str) -> Self {
        self.documents.push((name.to_owned(), yaml.to_owned()));
        self
    }

    /// Checks all documents, each with the names of all others at hand.
    ///
    /// # Errors
    /// Every problem of every document, with file, line and column.
    pub fn build(mut self) -> Result<RuleSet, RuleErrors> {
        let known = self.rules.iter().map(|rule| rule.id.as_str());
        let added = check::check_all(&self.documents, known, &self.knowledge).map_err(RuleErrors)?;
        let documents: BTreeMap<String, String> =
            added.iter().zip(self.documents).map(|(rule, (name, _))| (rule.id.clone(), name)).collect();
        self.rules.retain(|rule| !documents.contains_key(&rule.id));
        self.rules.extend(added);
        self.rules.sort_by(|a, b| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
        Ok(RuleSet::new(self.rules.into(), Arc::new(self.knowledge), Arc::new(documents)))
    }
}
