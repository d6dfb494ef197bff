//! `docs/accuracy.md`: how often pullan is right, by the labels that this repository carries. Examples are not counted, so
//! that a new wording of a known failure changes no page.
//!
//! In: the corpus, the examples inside the rules, the errors that the lab recorded. Out: the page, with every figure
//! measured anew. A label was written before the answer was looked at; nothing here is left out because it is wrong.

use crate::case;
use crate::lab_page;
use crate::markdown::{Page, prose};
use crate::words::ENGLISH;
use pullan_analyzer::{Analyzer, Expectation, Report, RuleSet, Verdict, analyze};
use std::collections::BTreeMap;

/// One labelled text and its answer.
struct Trial {
    name: String,
    /// Each inner list is a diagnosis that must be made: rules of which any is right. Empty: no pull failed.
    wanted: Vec<Vec<String>>,
    /// Rules that may be named beside them.
    also: Vec<String>,
    report: Report,
}

/// Trials of one origin, counted.
#[derive(Default)]
struct Count {
    failures: usize,
    first: usize,
    third: usize,
    silent: usize,
    wrong_certain: usize,
    healthy: usize,
    false_alarms: usize,
    lines: u64,
    understood: u64,
}

impl Trial {
    /// Whether a diagnosis is right: its rule, or one of those between which it is ambiguous.
    fn right(&self, at: usize) -> bool {
        let Some(diagnosis) = self.report.diagnoses.get(at) else { return false };
        let mut wanted = self.wanted.iter().flatten();
        let between = |rule: &String| diagnosis.between.iter().any(|cause| cause.rule == *rule);
        wanted.any(|rule| *rule == diagnosis.rule || (diagnosis.verdict == Verdict::Ambiguous && between(rule)))
    }

    fn first(&self) -> &str {
        self.report.diagnoses.first().map_or("nothing", |diagnosis| diagnosis.rule.as_str())
    }

    /// `certain`, and wrong.
    fn wrong_certain(&self) -> bool {
        let first = self.report.diagnoses.first();
        first.is_some_and(|first| first.verdict == Verdict::Certain && !self.also.contains(&first.rule)) && !self.right(0)
    }

    fn add_to(&self, count: &mut Count) {
        count.lines += self.report.coverage.lines;
        count.understood += self.report.coverage.understood;
        if self.wanted.is_empty() {
            count.healthy += 1;
            count.false_alarms += usize::from(self.report.diagnoses.iter().any(|diagnosis| !self.also.contains(&diagnosis.rule)));
            return;
        }
        count.failures += 1;
        count.first += usize::from(self.right(0));
        count.third += usize::from((0..3).any(|at| self.right(at)));
        count.silent += usize::from(self.report.diagnoses.is_empty());
        count.wrong_certain += usize::from(self.wrong_certain());
    }
}

/// The page.
pub(crate) fn page(rules: &RuleSet) -> String {
    let analyzer = Analyzer::new(rules.clone());
    let cases = case::load();
    let origins: [(&str, Vec<Trial>); 3] = [
        ("corpus, captured in a lab", corpus(&cases, &analyzer, |origin| origin.starts_with("lab"))),
        ("corpus, written or taken from a guide", corpus(&cases, &analyzer, |origin| !origin.starts_with("lab"))),
        ("errors recorded by [the lab](lab.md)", recorded()),
    ];
    let examples = examples(rules, &analyzer);
    let mut page = Page::new(ENGLISH.generated, "How often pullan is right");
    page.block(
        "Every figure is measured by a test over labels that lie in this repository: the corpus, the errors that the lab recorded (each in an event row), and the examples inside the rules, which only appear below where their rule does not come first. \
         They are what pullan was built with, so the figures say that nothing known is wrong, not how an unknown text fares. \
         An answer is right if it comes first and is the cause that was written down beforehand, or is `ambiguous` and names it. \
         *Wrong certain* counts what must never happen: a first answer that claims certainty and is wrong.",
    );
    let mut table = String::from(
        "| origin | failures | right first | in the first three | silent | wrong certain | without failure | false alarms | lines understood |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for (origin, trials) in &origins {
        table.push_str(&row(origin, trials));
    }
    page.block(&table);

    page.block("## Confusion\n\nOnly what is off the diagonal; everything else is on it.");
    page.block(&confusion(origins.iter().flat_map(|(_, trials)| trials)));
    page.block("An example of a rule says that the rule is diagnosed, not that it comes first. These name it after another cause, which their text shows as well:");
    page.block(&confusion(examples.iter()));

    page.block("## Known to be wrong");
    let known: Vec<String> = cases
        .iter()
        .filter_map(|case| case.expected.known_wrong.as_ref().map(|reason| format!("- `{}`: {}", case.name, prose(reason))))
        .collect();
    page.block(&if known.is_empty() { "No case of the corpus is.".to_owned() } else { known.join("\n") });

    page.block("## Without a capture\n\nCauses that nothing captured in the corpus or the lab shows; they rest on their examples, which are written after the sources of the components or after public reports.");
    let captured = |trials: &[Trial], rule: &str| trials.iter().any(|trial| trial.wanted.iter().flatten().any(|wanted| wanted == rule));
    let unseen = rules.iter().map(|rule| rule.id.as_str()).filter(|rule| !captured(&origins[0].1, rule) && !captured(&origins[2].1, rule));
    page.block(&unseen.map(|rule| format!("[{rule}](rules/{rule}.md)")).collect::<Vec<_>>().join(", "));
    page.finish()
}

fn row(origin: &str, trials: &[Trial]) -> String {
    let mut count = Count::default();
    trials.iter().for_each(|trial| trial.add_to(&mut count));
    let part = |some: usize| format!("{some} ({:.1} %)", 100.0 * some as f64 / count.failures.max(1) as f64);
    format!(
        "| {origin} | {} | {} | {} | {} | {} | {} | {} | {:.1} % |\n",
        count.failures,
        part(count.first),
        part(count.third),
        count.silent,
        count.wrong_certain,
        count.healthy,
        count.false_alarms,
        100.0 * count.understood as f64 / count.lines.max(1) as f64
    )
}

/// What was said first instead of what should have been.
fn confusion<'a>(trials: impl Iterator<Item = &'a Trial>) -> String {
    let mut pairs: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for trial in trials {
        let wrong = if trial.wanted.is_empty() {
            !trial.report.diagnoses.is_empty() && !trial.also.contains(&trial.first().to_owned())
        } else {
            !trial.right(0)
        };
        if wrong {
            let wanted = trial.wanted.first().map_or("nothing".to_owned(), |any| any.join(" or "));
            pairs.entry((wanted, trial.first().to_owned())).or_default().push(&trial.name);
        }
    }
    if pairs.is_empty() {
        return "Nothing is.".to_owned();
    }
    let rows: String = pairs.iter().map(|((wanted, said), names)| format!("| {wanted} | {said} | {} |\n", names.join(", "))).collect();
    format!("| should be | is said first | where |\n|---|---|---|\n{rows}")
}

fn corpus(cases: &[case::Case], analyzer: &Analyzer, of: impl Fn(&str) -> bool) -> Vec<Trial> {
    let chosen = cases.iter().filter(|case| of(&case.expected.origin));
    chosen
        .map(|case| Trial {
            name: case.name.clone(),
            wanted: case.expected.expect.iter().map(|each| each.ids().into_iter().map(str::to_owned).collect()).collect(),
            also: case.expected.also.clone(),
            report: case::analyze(analyzer, &case.sources),
        })
        .collect()
}

/// The errors of the lab, each as the event row that a kubelet of 1.27 makes of it.
fn recorded() -> Vec<Trial> {
    let failures = lab_page::results().failures;
    // Where the caller gave up, the error is the caller's, and only the runtime's log was read.
    let told = failures.into_iter().filter(|failure| failure.said.contains_key("describe.txt"));
    told.map(|failure| {
        let (image, code, error) = (&failure.image, &failure.code, &failure.error);
        let row = format!(
            "Warning  Failed  19s (x3 over 79s)  kubelet  Failed to pull image \"{image}\": rpc error: code = {code} desc = {error}\n"
        );
        Trial { name: failure.id, wanted: vec![failure.expect], also: Vec::new(), report: analyze("events.txt", row.as_bytes()) }
    })
    .collect()
}

/// Examples that a rule must match. Near misses say only what must not be named, and are tested with the rules.
fn examples(rules: &RuleSet, analyzer: &Analyzer) -> Vec<Trial> {
    let positive = rules.iter().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)));
    positive
        .filter(|(_, example)| matches!(example.expect, Expectation::Match(_)))
        .map(|(rule, example)| Trial {
            name: format!("{} ({})", rule.id, example.name),
            wanted: vec![vec![rule.id.clone()]],
            also: Vec::new(),
            report: case::analyze(analyzer, &[("example.txt".to_owned(), example.input.as_bytes())]),
        })
        .collect()
}
