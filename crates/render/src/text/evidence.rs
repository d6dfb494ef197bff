//! Which citations of a diagnosis are shown, and how.
//!
//! In: a diagnosis and the facts of its report. Out: a handful of excerpts with marks and labels, and a note on the
//! citations that are left out. Equal texts are shown once; each kind of evidence has its turn before a second
//! one of the same kind.

use super::super::frame::{Excerpt, Row};
use super::super::words::Words;
use super::super::wrap::short_path;
use super::focus;
use pullan_analyzer::{Citation, Diagnosis, Evidence, Fact, Location, Report, Role, SourceId};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many excerpts stand in one diagnosis.
const MOST: usize = 5;
/// Of which at most so many are primary when there is something beside them.
const MOST_PRIMARY: usize = 3;
/// At most so many rows of one citation.
const MOST_ROWS: usize = 3;
/// At most so many places are listed.
const MOST_PLACES: usize = 6;
/// A path is shown with so many columns at most.
const PATH: usize = 30;

/// The facts of a report by the place at which they are stated.
pub(crate) struct Facts<'r>(BTreeMap<Location, Vec<&'r Fact>>);

impl<'r> Facts<'r> {
    pub(crate) fn of(report: &'r Report) -> Self {
        let cited: BTreeSet<Location> =
            report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| evidence.citation.location).collect();
        let mut places: BTreeMap<Location, Vec<&Fact>> = BTreeMap::new();
        for fact in &report.facts {
            for citation in fact.citations.iter().filter(|citation| cited.contains(&citation.location)) {
                places.entry(citation.location).or_default().push(fact);
            }
        }
        Facts(places)
    }

    pub(crate) fn at(&self, evidence: &Evidence) -> Vec<&'r Fact> {
        let here = self.0.get(&evidence.citation.location).into_iter().flatten();
        here.copied().filter(|fact| focus::states(fact, &evidence.fact)).collect()
    }
}

/// Citations that say the same.
pub(crate) struct Group<'r> {
    pub(crate) evidence: &'r Evidence,
    pub(crate) again: Vec<Location>,
}

/// The excerpts to show of a diagnosis in `room` columns, and a note on the rest.
pub(super) fn excerpts<'r>(
    report: &'r Report,
    diagnosis: &'r Diagnosis,
    facts: &Facts<'r>,
    words: Words,
    room: usize,
) -> (Vec<Excerpt<'r>>, Option<String>) {
    let groups = groups(diagnosis, facts, room);
    let chosen = choose(&groups);
    let shown = chosen.iter().map(|index| excerpt(report, &groups[*index], facts, words, room)).collect();
    let rest: Vec<Location> = groups
        .iter()
        .enumerate()
        .filter(|(index, _)| !chosen.contains(index))
        .flat_map(|(_, group)| std::iter::once(group.evidence.citation.location).chain(group.again.iter().copied()))
        .collect();
    let home = chosen.first().map(|index| groups[*index].evidence.citation.location);
    let note = (!rest.is_empty()).then(|| words.more_evidence(rest.len(), &places(report, &rest, home, words)));
    (shown, note)
}

/// Pull errors say the same when their causes do: of what stands around these, images and times differ.
pub(crate) fn groups<'r>(diagnosis: &'r Diagnosis, facts: &Facts<'r>, room: usize) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, Role, String), usize> = BTreeMap::new();
    for evidence in &diagnosis.evidence {
        let marked = (evidence.fact == "pull-failure").then(|| marked(&rows(evidence, &facts.at(evidence), room)));
        let key = (evidence.fact.as_str(), evidence.role, marked.unwrap_or_else(|| evidence.citation.text()));
        if let Some(group) = known.get(&key).and_then(|at| groups.get_mut(*at)) {
            group.again.push(evidence.citation.location);
        } else {
            known.insert(key, groups.len());
            groups.push(Group { evidence, again: Vec::new() });
        }
    }
    groups
}

fn marked(rows: &[Row<'_>]) -> String {
    rows.iter().map(|row| row.text.chars().skip(row.mark.start).take(row.mark.len()).collect::<String>()).collect()
}

/// Primary ones first, then one of each kind, then what is left. Mere symptoms are not shown beside the error that
/// they follow from, and beside anything else only once.
pub(crate) fn choose(groups: &[Group<'_>]) -> Vec<usize> {
    let of_role = |role: Role| groups.iter().enumerate().filter(move |(_, group)| group.evidence.role == role).map(|(index, _)| index);
    let most_primary = if of_role(Role::Supporting).next().is_some() { MOST_PRIMARY } else { MOST };
    let mut chosen: Vec<usize> = of_role(Role::Primary).take(most_primary).collect();
    let kind_of = |index: usize| groups[index].evidence.fact.as_str();
    let symptom = |index: usize| matches!(kind_of(index), "waiting" | "back-off" | "pulling");
    let error_shown = chosen.iter().any(|index| kind_of(*index) == "pull-failure");
    for round in 0..2 {
        for index in of_role(Role::Supporting) {
            let same = chosen.iter().filter(|other| kind_of(**other) == kind_of(index)).count();
            let wanted = if symptom(index) { !error_shown && !chosen.iter().any(|other| symptom(*other)) } else { same <= round };
            if wanted && !chosen.contains(&index) && chosen.len() < MOST {
                chosen.push(index);
            }
        }
    }
    chosen
}

fn excerpt<'r>(report: &'r Report, group: &Group<'r>, facts: &Facts<'r>, words: Words, room: usize) -> Excerpt<'r> {
    let evidence = group.evidence;
    let stated = facts.at(evidence);
    let primary = evidence.role == Role::Primary;
    let mut label = label(evidence, &stated, words);
    if !group.again.is_empty() {
        let again = words.also(&places(report, &group.again, Some(evidence.citation.location), words));
        label = if label.is_empty() { format!("({again})") } else { format!("{label} ({again})") };
    }
    Excerpt { source: report.source_name(evidence.citation.location.source), rows: rows(evidence, &stated, room), primary, label }
}

/// What an excerpt is. A pull error or a back-off under a primary mark names itself.
pub(crate) fn label(evidence: &Evidence, facts: &[&Fact], words: Words) -> String {
    if evidence.role == Role::Primary && matches!(evidence.fact.as_str(), "pull-failure" | "back-off") {
        return String::new();
    }
    let name = words.evidence(&evidence.fact);
    let field = |name: &str| facts.iter().find_map(|fact| fact.str(name));
    match evidence.fact.as_str() {
        "log-line" => {
            field("component").filter(|component| *component != "other").map_or(name.to_owned(), |component| format!("{component} {name}"))
        }
        "probe" => field("tool").map_or(name.to_owned(), |tool| format!("{tool} {name}")),
        _ => name.to_owned(),
    }
}

/// The lines of a citation, with the part that decides marked.
pub(crate) fn rows<'r>(evidence: &'r Evidence, facts: &[&Fact], room: usize) -> Vec<Row<'r>> {
    let citation = &evidence.citation;
    let cited = cited(citation);
    let characters: Vec<(usize, Vec<char>)> =
        cited.iter().map(|(text, from, to)| (*from, text.chars().skip(*from).take(to - from).collect())).collect();
    let found = focus::candidates(&evidence.fact, facts, &citation.text(), room).iter().find_map(|wanted| focus::find(&characters, wanted));
    let last_row = cited.len().saturating_sub(1);
    let ((first, start), (last, end)) = found.unwrap_or(((0, 0), (last_row, usize::MAX - 1)));
    let rows: Vec<Row<'r>> = cited
        .iter()
        .enumerate()
        .filter(|(index, _)| (first..=last).contains(index))
        .map(|(index, (text, from, to))| {
            let blanks = text.chars().skip(*from).take_while(|c| c.is_whitespace()).count();
            let from = if index == first { start.max(*from) } else { from + blanks };
            let to = if index == last { (end + 1).min(*to) } else { *to };
            let first_column = if index == 0 { citation.first_column } else { 1 };
            Row { line: citation.location.line + index as u64, text, first_column, mark: from.min(to)..to }
        })
        .collect();
    // Of a long citation without a deciding part the beginning is shown, of one with it the end.
    let (skip, take) = if found.is_some() { (rows.len().saturating_sub(MOST_ROWS), MOST_ROWS) } else { (0, MOST_ROWS) };
    rows.into_iter().skip(skip).take(take).collect()
}

/// Each line of a citation with the range of its cited characters.
fn cited(citation: &Citation) -> Vec<(&str, usize, usize)> {
    let location = citation.location;
    let last = usize::try_from(location.end_line.saturating_sub(location.line)).unwrap_or(usize::MAX);
    citation
        .lines
        .split('\n')
        .enumerate()
        .map(|(index, text)| {
            let text = text.trim_end();
            let length = text.chars().count();
            let base = if index == 0 { citation.first_column } else { 1 };
            let from = if index == 0 { location.column.saturating_sub(base) as usize } else { 0 };
            let to = if index == last { location.end_column.saturating_sub(base) as usize } else { length };
            (text, from.min(length), to.clamp(from.min(length), length))
        })
        .collect()
}

/// `lines 44, 51-53; netstat.txt:2`: those of the source at hand first, without its name.
fn places(report: &Report, places: &[Location], home: Option<Location>, words: Words) -> String {
    let mut sources: BTreeMap<(bool, SourceId), BTreeSet<u64>> = BTreeMap::new();
    for place in places {
        let away = home.is_none_or(|home| home.source != place.source);
        sources.entry((away, place.source)).or_default().insert(place.line);
    }
    let one = |((away, source), lines): (&(bool, SourceId), &BTreeSet<u64>)| {
        let list = runs(lines);
        if *away { format!("{}:{list}", short_path(report.source_name(*source), PATH)) } else { words.at_lines(&list, lines.len()) }
    };
    let dots = if sources.len() > MOST_PLACES { "; …" } else { "" };
    format!("{}{dots}", sources.iter().take(MOST_PLACES).map(one).collect::<Vec<_>>().join("; "))
}

/// Line numbers, those that follow one another as `51-53`.
fn runs(lines: &BTreeSet<u64>) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => runs.push((*line, *line)),
        }
    }
    let dots = if runs.len() > MOST_PLACES { ", …" } else { "" };
    let shown =
        runs.iter().take(MOST_PLACES).map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    format!("{}{dots}", shown.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::super::frame;
    use super::super::super::style::{Ink, Style};
    use super::*;
    use pullan_analyzer::{About, FactKind, Language, Occurrence, Reach, Scope, Severity, Subject, Value, Verdict, Wording};

    fn citation(source: u32, line: u64, text: &str, cited: &str) -> Citation {
        let column = text.find(cited).map_or(1, |at| text[..at].chars().count() as u32 + 1);
        let location =
            Location { source: SourceId(source), line, column, end_line: line, end_column: column + cited.chars().count() as u32 };
        Citation { location, lines: text.to_owned(), first_column: 1 }
    }

    /// Role, kind, its name, fields of the fact, citation.
    type Proof<'t> = (Role, FactKind, &'t str, Vec<(&'static str, &'t str)>, Citation);

    /// A report with one diagnosis.
    fn report(proof: Vec<Proof<'_>>) -> Report {
        let evidence = proof
            .iter()
            .map(|(role, _, name, _, citation)| Evidence { role: *role, fact: (*name).to_owned(), citation: citation.clone() })
            .collect();
        let fact = |(_, kind, _, fields, citation): &Proof<'_>| Fact {
            kind: *kind,
            subject: Subject::default(),
            fields: fields.iter().map(|(name, value)| (*name, Value::Text((*value).to_owned()))).collect(),
            citations: vec![citation.clone()],
            count: 1,
            last_seen: None,
            first_seen: None,
            block: 0,
        };
        let diagnosis = Diagnosis {
            rule: "a-rule".into(),
            family: "tcp".into(),
            verdict: Verdict::Certain,
            severity: Severity::Error,
            title: Wording::default(),
            between: Vec::new(),
            decide_by: None,
            about: About { scope: Scope::Image, name: None },
            subjects: Vec::new(),
            evidence,
            explanation: Wording::default(),
            next_steps: Vec::new(),
            retry_helps: false,
            references: Vec::new(),
            reach: Reach::default(),
            occurrence: Occurrence::default(),
        };
        let sources = ["events.txt", "netstat.txt", "kube-proxy.log"].map(str::to_owned).to_vec();
        Report { sources, facts: proof.iter().map(fact).collect(), diagnoses: vec![diagnosis], ..Report::default() }
    }

    fn drawn(report: &Report, language: Language) -> String {
        let (excerpts, note) = excerpts(report, &report.diagnoses[0], &Facts::of(report), Words(language), 76);
        let notes: Vec<String> = note.into_iter().collect();
        frame::draw(&excerpts, &notes, &Style::new(false, 80), Ink::Error)
    }

    const EVENT: &str = r#"  Warning  Failed  9s  kubelet  Failed to pull image "127.0.0.1:30001/db": failed to do request: Head "http://127.0.0.1:30001/v2/db/manifests/latest": dial tcp 127.0.0.1:30001: i/o timeout"#;
    const SOCKET: &str = "tcp        0      1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT    on (0.79/2/0)";
    const LOG: &str = "I0521 07:00:55.180983       1 graceful_termination.go:175] Not deleting, RS 10.96.1.11:8086/TCP/192.168.0.231:8086";

    fn combined() -> Report {
        let error = |line| {
            (
                Role::Primary,
                FactKind::PullFailure,
                "pull-failure",
                vec![("text", EVENT.split_once("db\": ").map_or("", |(_, text)| text))],
                citation(0, line, EVENT, &EVENT[32..]),
            )
        };
        let waiting = (
            Role::Supporting,
            FactKind::Waiting,
            "waiting",
            vec![("reason", "ErrImagePull")],
            citation(0, 5, "  Warning  Failed  9s  kubelet  Error: ErrImagePull", "Error: ErrImagePull"),
        );
        let socket = (Role::Supporting, FactKind::Socket, "socket", vec![("state", "SYN_SENT")], citation(1, 2, SOCKET, SOCKET));
        let log = (
            Role::Supporting,
            FactKind::LogLine,
            "log-line",
            vec![("component", "kube-proxy"), ("text", &LOG[57..])],
            citation(2, 1204, LOG, LOG),
        );
        report(vec![error(4), error(9), waiting, socket, log])
    }

    #[test]
    fn evidence_of_several_kinds_stands_in_one_frame() {
        let shown = drawn(&combined(), Language::English);
        let expected = [
            r#"     --> events.txt:4:152"#,
            r#"     |"#,
            r#"   4 | …b/manifests/latest": dial tcp 127.0.0.1:30001: i/o timeout"#,
            r#"     |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ (and line 9)"#,
            r#"     |"#,
            r#"     ::: netstat.txt:2:69"#,
            r#"     |"#,
            r#"   2 | …     1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT    on…"#,
            r#"     |                                                         -------- socket"#,
            r#"     |"#,
            r#"     ::: kube-proxy.log:1204:58"#,
            r#"     |"#,
            r#"1204 | …] Not deleting, RS 10.96.1.11:8086/TCP/192.168.0.231:8086"#,
            r#"     |  --------------------------------------------------------- kube-proxy log"#,
            r#"     = 1 more citation: line 5"#,
        ];
        assert_eq!(shown.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn labels_are_spoken_in_the_language_of_the_answer() {
        let shown = drawn(&combined(), Language::Korean);
        assert!(shown.contains("-------- 소켓") && shown.contains("kube-proxy 로그") && shown.contains("(9행에도 있음)"), "{shown}");
    }

    #[test]
    fn a_message_broken_over_lines_is_marked_where_it_decides() {
        let lines = "message: 'failed to copy: unexpected status: 403\n  Forbidden'\nreason: x";
        let location = Location { source: SourceId(0), line: 7, column: 10, end_line: 8, end_column: 13 };
        let citation = Citation { location, lines: lines.into(), first_column: 1 };
        let shown = drawn(
            &report(vec![(
                Role::Primary,
                FactKind::PullFailure,
                "pull-failure",
                vec![("text", "failed to copy: unexpected status: 403 Forbidden")],
                citation,
            )]),
            Language::English,
        );
        let expected = "  --> events.txt:7:27\n  |\n7 | message: 'failed to copy: unexpected status: 403\n  |                           ^^^^^^^^^^^^^^^^^^^^^^\n8 |   Forbidden'\n  |   ^^^^^^^^^\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn no_more_than_a_handful_is_shown() {
        let many = (0..24)
            .map(|line| (Role::Primary, FactKind::Secret, "secret", Vec::new(), citation(0, line + 1, &format!("secret {line}"), "secret")))
            .map(|mut one| {
                one.4.location.end_column = 20;
                one
            });
        let shown = drawn(&report(many.collect()), Language::English);
        assert_eq!(shown.lines().filter(|line| line.contains('^')).count(), 5, "{shown}");
        assert!(shown.ends_with("= 19 more citations: lines 6-24\n"), "{shown}");
    }
}
