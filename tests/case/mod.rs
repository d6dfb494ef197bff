//! The corpus: inputs as they were captured, and what their author wrote that must be said of them.
//!
//! In: the folders below `corpus/` that hold a `case.yaml`. Out: [`Case`]s, each able to compare itself with a
//! [`Report`]. It knows nothing of noise or of rules, and nothing here is written by the program under test.

// Each test binary uses another part of this module.
#![allow(dead_code)]

use pullan_analyzer::{Analyzer, Citation, Diagnosis, Report, Verdict};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One folder of the corpus.
pub(crate) struct Case {
    /// Family and name: `tcp/refused-show-events`.
    pub(crate) name: String,
    /// Inputs by file name, sorted.
    pub(crate) sources: Vec<(String, Vec<u8>)>,
    /// What `case.yaml` says.
    pub(crate) expected: Expected,
}

/// A `case.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Expected {
    /// What the case shows.
    pub(crate) title: String,
    /// `guide`, `synthetic`, or `lab: ` and the versions.
    pub(crate) origin: String,
    /// Diagnoses, all of them.
    pub(crate) expect: Vec<ExpectedDiagnosis>,
    /// Whether their order matters; false where the input gives none.
    #[serde(default = "yes")]
    pub(crate) in_order: bool,
    /// Rules that may be diagnosed beside them.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// Rules that must not be diagnosed: the near misses of this input.
    #[serde(default)]
    pub(crate) forbid: Vec<String>,
    /// Failures of other kinds that must be named.
    #[serde(default)]
    pub(crate) other_failures: Vec<ExpectedOther>,
    /// How many lines may stay not understood.
    #[serde(default)]
    pub(crate) unrecognised: u64,
    /// Why the program does not say this yet. The test fails when it does.
    #[serde(default)]
    pub(crate) known_wrong: Option<String>,
}

/// A diagnosis that must be made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ExpectedDiagnosis {
    /// Its rule.
    #[serde(default)]
    rule: Option<String>,
    /// Instead of `rule`: several readings are right.
    #[serde(default)]
    any_of: Vec<String>,
    /// Its verdict, or the verdicts that are all right.
    #[serde(default)]
    verdict: OneOrMany,
    /// Everything that it is about; no list says nothing.
    #[serde(default)]
    subjects: Option<Vec<ExpectedSubject>>,
    /// `file:line` or `file:from-to`: places that its evidence must touch.
    #[serde(default)]
    cites: Vec<String>,
}

/// Fields that are not given may be anything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSubject {
    namespace: Option<String>,
    pod: Option<String>,
    container: Option<String>,
    image: Option<String>,
    node: Option<String>,
}

/// A failure that must be named and not diagnosed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedOther {
    kind: String,
    pod: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    Any,
    One(Verdict),
    Many(Vec<Verdict>),
}

impl OneOrMany {
    fn allows(&self, verdict: Verdict) -> bool {
        match self {
            OneOrMany::Any => true,
            OneOrMany::One(only) => *only == verdict,
            OneOrMany::Many(all) => all.contains(&verdict),
        }
    }
}

fn yes() -> bool {
    true
}

/// The folder of the corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// All cases, by name.
pub(crate) fn load() -> Vec<Case> {
    let root = corpus();
    let mut cases = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        let description = folder.join("case.yaml");
        if description.is_file() {
            let text = std::fs::read_to_string(&description).unwrap();
            let expected: Expected = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", description.display()));
            let inputs = entries.iter().filter(|path| **path != description);
            let sources =
                inputs.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect();
            let name = folder.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            cases.push(Case { name, sources, expected });
        } else {
            folders.extend(entries.into_iter().filter(|path| path.is_dir()));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() > 100, "the corpus was not found at {}", root.display());
    cases
}

/// Analyses several sources together.
pub(crate) fn analyze<B: AsRef<[u8]>>(analyzer: &Analyzer, sources: &[(String, B)]) -> Report {
    let mut session = analyzer.session();
    for (name, bytes) in sources {
        session.push(name, bytes.as_ref());
    }
    session.finish()
}

/// Ids of the rules of all diagnoses, in order.
pub(crate) fn said(report: &Report) -> Vec<&str> {
    report.diagnoses.iter().map(|diagnosis| diagnosis.rule.as_str()).collect()
}

impl Case {
    /// Everything in which a report differs from what was expected; nothing when it is right.
    pub(crate) fn problems(&self, report: &Report) -> Vec<String> {
        let mut problems = Vec::new();
        let mut used: Vec<usize> = Vec::new();
        for expected in &self.expected.expect {
            match expected.find(report, &used) {
                Some((at, differences)) => {
                    problems.extend(differences.into_iter().map(|text| format!("{}: {text}", report.diagnoses[at].rule)));
                    used.push(at);
                }
                None => problems.push(format!("{} is not diagnosed", expected.ids().join(" or "))),
            }
        }
        if self.expected.in_order && !used.is_sorted() {
            problems.push("the order is another one".to_owned());
        }
        for (at, diagnosis) in report.diagnoses.iter().enumerate() {
            if self.expected.forbid.contains(&diagnosis.rule) {
                problems.push(format!("{} is diagnosed, which is forbidden", diagnosis.rule));
            } else if !used.contains(&at) && !self.expected.also.contains(&diagnosis.rule) {
                problems.push(format!("{} is diagnosed as well", diagnosis.rule));
            }
        }
        problems.extend(
            self.expected
                .other_failures
                .iter()
                .filter(|other| !other.is_named(report))
                .map(|other| format!("other failure {} of {:?} is not named", other.kind, other.pod)),
        );
        if self.expected.expect.is_empty() && self.expected.other_failures.is_empty() && !report.other_failures.is_empty() {
            let kinds: Vec<&str> = report.other_failures.iter().map(|other| other.kind.as_str()).collect();
            problems.push(format!("other failures are named where there are none: {}", kinds.join(", ")));
        }
        let unrecognised = report.coverage.lines - report.coverage.understood;
        if unrecognised > self.expected.unrecognised {
            problems.push(format!("{unrecognised} lines were not understood, {} at most should be", self.expected.unrecognised));
        }
        problems
    }
}

impl ExpectedDiagnosis {
    /// The rules that are right.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.rule.iter().chain(&self.any_of).map(String::as_str).collect()
    }

    /// The unused diagnosis that fits best, and in what it differs.
    fn find(&self, report: &Report, used: &[usize]) -> Option<(usize, Vec<String>)> {
        let candidates = report
            .diagnoses
            .iter()
            .enumerate()
            .filter(|(at, diagnosis)| !used.contains(at) && self.ids().contains(&diagnosis.rule.as_str()));
        candidates.map(|(at, diagnosis)| (at, self.differences(diagnosis, report))).min_by_key(|(_, differences)| differences.len())
    }

    fn differences(&self, diagnosis: &Diagnosis, report: &Report) -> Vec<String> {
        let mut differences = Vec::new();
        if !self.verdict.allows(diagnosis.verdict) {
            differences.push(format!("the verdict is {:?}, it should be {:?}", diagnosis.verdict, self.verdict));
        }
        for place in &self.cites {
            if !diagnosis.evidence.iter().any(|evidence| touches(place, &evidence.citation, report)) {
                differences.push(format!("{place} is not cited"));
            }
        }
        if let Some(subjects) = &self.subjects {
            let missing = subjects.iter().filter(|subject| !diagnosis.subjects.iter().any(|affected| subject.is(affected)));
            differences.extend(missing.map(|subject| format!("no subject is {subject}")));
            let strangers = diagnosis.subjects.iter().filter(|affected| !subjects.iter().any(|subject| subject.is(affected)));
            differences.extend(strangers.map(|affected| format!("a subject too many: {}", ExpectedSubject::of(affected))));
        }
        differences
    }
}

impl ExpectedSubject {
    fn is(&self, affected: &pullan_analyzer::Affected) -> bool {
        let fits = |wanted: &Option<String>, actual: &Option<String>| wanted.is_none() || wanted == actual;
        fits(&self.namespace, &affected.subject.namespace)
            && fits(&self.pod, &affected.subject.pod)
            && fits(&self.container, &affected.subject.container)
            && fits(&self.node, &affected.subject.node)
            && fits(&self.image, &affected.image)
    }

    fn of(affected: &pullan_analyzer::Affected) -> ExpectedSubject {
        let subject = affected.subject.clone();
        ExpectedSubject {
            namespace: subject.namespace,
            pod: subject.pod,
            container: subject.container,
            image: affected.image.clone(),
            node: subject.node,
        }
    }
}

impl std::fmt::Display for ExpectedSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = [
            ("namespace", &self.namespace),
            ("pod", &self.pod),
            ("container", &self.container),
            ("image", &self.image),
            ("node", &self.node),
        ];
        let given: Vec<String> = fields.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}"))).collect();
        f.write_str(&given.join(" "))
    }
}

impl ExpectedOther {
    fn is_named(&self, report: &Report) -> bool {
        report.other_failures.iter().any(|other| other.kind.as_str() == self.kind && (self.pod.is_none() || other.subject.pod == self.pod))
    }
}

/// Whether a citation touches `file:line` or `file:from-to`.
fn touches(place: &str, citation: &Citation, report: &Report) -> bool {
    let (file, lines) = place.rsplit_once(':').unwrap_or_else(|| panic!("`{place}` is not written as file:line"));
    let (from, to) = lines.split_once('-').unwrap_or((lines, lines));
    let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("`{place}` is not written as file:line"));
    report.source_name(citation.location.source) == file
        && citation.location.line <= number(to)
        && number(from) <= citation.location.end_line
}
