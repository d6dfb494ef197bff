//! Fixed words of an answer, in every language that it speaks.
//!
//! In: a language. Out: words and short phrases. The words themselves are in `words/<code>.yaml`, one method each is made of them
//! when the crate is built; here is what fills in names and numbers.

use pullan_analyzer::{Extent, Language, Risk, SegmentKind, Severity, Statement, Verdict};

/// The words of one language: a method for each message of `words/en.yaml`.
///
/// ```
/// use pullan_analyzer::Language;
/// assert_eq!(pullan_render::Words(Language::Korean).image(), "이미지");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

/// One of the methods below.
pub(crate) type Message = fn(Words) -> &'static str;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Fills in `{name}`s.
///
/// ```
/// assert_eq!(pullan_render::fill("{count} of {all}", &[("count", "3"), ("all", "4")]), "3 of 4");
/// ```
pub fn fill(message: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        out.push_str(before);
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out + rest
}

impl Words {
    /// What is said about a rule file.
    ///
    /// ```
    /// use pullan_analyzer::{Language, RuleSet};
    /// let errors = RuleSet::builder().document("mine.yaml", "id: [").build().unwrap_err();
    /// assert!(pullan_render::Words(Language::Korean).statement(&errors.0[0].message).starts_with("YAML 형식이 아닙니다: "));
    /// ```
    pub fn statement(self, statement: &Statement) -> String {
        statement.worded(|english| sentence(self.0, english))
    }

    pub(crate) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.error(),
            Severity::Warning => self.warning(),
            Severity::Info => self.info(),
        }
    }

    /// How far a cause reaches.
    pub(crate) fn extent(self, extent: Extent) -> &'static str {
        match extent {
            Extent::Image => self.extent_image(),
            Extent::Repository => self.extent_repository(),
            Extent::Namespace => self.extent_namespace(),
            Extent::Registry => self.extent_registry(),
            Extent::Node => self.extent_node(),
            Extent::Everything => self.extent_everything(),
        }
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Certain => self.certain(),
            Verdict::Likely => self.likely(),
            Verdict::Ambiguous => self.ambiguous(),
            Verdict::Unknown => self.cause_not_in_text(),
        }
    }

    pub(crate) fn risk(self, risk: Risk) -> &'static str {
        match risk {
            Risk::Inspect => self.inspect(),
            Risk::Change => self.change(),
            Risk::Destructive => self.destructive(),
        }
    }

    /// What a piece of evidence is, by the kind of fact that it states.
    pub(crate) fn evidence(self, fact: &str) -> &'static str {
        match fact {
            "pull-failure" => self.evidence_pull_failure(),
            "back-off" => self.evidence_back_off(),
            "waiting" => self.evidence_waiting(),
            "pulling" => self.evidence_pulling(),
            "pulled" => self.evidence_pulled(),
            "no-events" => self.evidence_no_events(),
            "secret-missing" => self.evidence_secret_missing(),
            "secret" => self.evidence_secret(),
            "service-account" => self.evidence_service_account(),
            "pod-spec" => self.evidence_pod_spec(),
            "node" => self.evidence_node(),
            "node-condition" => self.evidence_node_condition(),
            "service" => self.evidence_service(),
            "proxy-mode" => self.evidence_proxy_mode(),
            "log-line" => self.evidence_log_line(),
            "socket" => self.evidence_socket(),
            "probe" => self.evidence_probe(),
            "ipvs-service" => self.evidence_ipvs_service(),
            "filter-rule" => self.evidence_filter_rule(),
            "local-image" => self.evidence_local_image(),
            _ => self.evidence_event(),
        }
    }

    /// What a run of lines was read as.
    pub(crate) fn segment(self, kind: SegmentKind) -> &'static str {
        match kind {
            SegmentKind::Describe => self.segment_describe(),
            SegmentKind::EventTable => self.segment_event_table(),
            SegmentKind::ResourceTable => self.segment_resource_table(),
            SegmentKind::Yaml => self.segment_yaml(),
            SegmentKind::Json => self.segment_json(),
            SegmentKind::Klog => self.segment_klog(),
            SegmentKind::Log => self.segment_log(),
            SegmentKind::SocketTable => self.segment_socket_table(),
            SegmentKind::Probe => self.segment_probe(),
            SegmentKind::Packet => self.segment_packet(),
            SegmentKind::Client => self.segment_client(),
            SegmentKind::Prompt => self.segment_prompt(),
            SegmentKind::Message => self.segment_message(),
            SegmentKind::Layout => self.segment_layout(),
            _ => self.segment_prose(),
        }
    }

    /// The form for exactly one, or the other.
    fn counted(self, count: u64, one: &str, many: &str) -> String {
        fill(if count == 1 { one } else { many }, &[("count", &number(count))])
    }

    /// `and 37 more`
    pub(crate) fn more(self, count: usize) -> String {
        fill(self.and_more(), &[("count", &number(count as u64))])
    }

    /// `lines 44, 51`
    pub(crate) fn at_lines(self, list: &str, count: usize) -> String {
        fill(if count == 1 { self.at_line_one() } else { self.at_line_many() }, &[("list", list)])
    }

    /// The same text stands elsewhere too: `and lines 44, 51`.
    pub(crate) fn also(self, places: &str) -> String {
        fill(self.also_at(), &[("places", places)])
    }

    /// Evidence that is not shown: `3 more citations: lines 21, 51, 54`.
    pub(crate) fn more_evidence(self, count: usize, places: &str) -> String {
        let message = if count == 1 { self.more_evidence_one() } else { self.more_evidence_many() };
        fill(message, &[("count", &number(count as u64)), ("places", places)])
    }

    /// `7 times, first 59m ago, last 36m ago`; empty when the text says nothing worth repeating.
    pub(crate) fn seen(self, count: u64, first: Option<u64>, last: Option<u64>) -> String {
        let age = |message: &str, seconds: u64| fill(message, &[("age", &self.age(seconds))]);
        let mut parts = Vec::new();
        if count > 1 {
            parts.push(fill(self.seen_times(), &[("count", &number(count))]));
        }
        if let Some(first) = first.filter(|first| Some(*first) != last) {
            parts.push(age(self.seen_first(), first));
        }
        if let Some(last) = last {
            let message = if parts.is_empty() { self.seen_once() } else { self.seen_last() };
            parts.push(age(message, last));
        }
        parts.join(", ")
    }

    /// A duration as kubectl writes it: the two largest units while they matter.
    pub(crate) fn age(self, seconds: u64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        let units = [self.second(), self.minute(), self.hour(), self.day()];
        let two = |large: u64, unit: usize, small: u64| {
            let tail = if small > 0 { format!("{}{small}{}", self.between_units(), units[unit - 1]) } else { String::new() };
            format!("{large}{}{tail}", units[unit])
        };
        match seconds {
            0..=119 => format!("{seconds}{}", units[0]),
            120..=599 => two(minutes, 1, seconds % 60),
            600..=10_799 => format!("{minutes}{}", units[1]),
            10_800..=28_799 => two(hours, 2, minutes % 60),
            28_800..=172_799 => format!("{hours}{}", units[2]),
            172_800..=691_199 => two(days, 3, hours % 24),
            _ => format!("{days}{}", units[3]),
        }
    }

    /// `3 pods, 2 images, 1 registry, 1 node`
    pub(crate) fn reach(self, pods: usize, images: usize, registries: usize, nodes: usize) -> String {
        self.list([
            (pods, self.pods_one(), self.pods_many()),
            (images, self.images_one(), self.images_many()),
            (registries, self.registries_one(), self.registries_many()),
            (nodes, self.nodes_one(), self.nodes_many()),
        ])
        .join(", ")
    }

    /// `6 findings: 5 errors, 1 warning`, or `6 errors`
    pub(crate) fn found(self, errors: usize, warnings: usize, infos: usize) -> String {
        let parts = self.list([
            (errors, self.errors_one(), self.errors_many()),
            (warnings, self.warnings_one(), self.warnings_many()),
            (infos, self.infos_one(), self.infos_many()),
        ]);
        if parts.len() < 2 {
            return parts.concat();
        }
        fill(self.findings(), &[("count", &number((errors + warnings + infos) as u64)), ("list", &parts.join(", "))])
    }

    /// What there is any of, counted.
    fn list<const N: usize>(self, parts: [(usize, &str, &str); N]) -> Vec<String> {
        parts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| self.counted(count as u64, one, many)).collect()
    }

    /// `12 times`
    pub(crate) fn repeated(self, count: u64) -> String {
        fill(self.times(), &[("count", &number(count))])
    }

    /// `54 lines`
    pub(crate) fn lines(self, count: u64) -> String {
        self.counted(count, self.lines_one(), self.lines_many())
    }

    pub(crate) fn dumps(self, count: u64) -> String {
        self.counted(count, self.dumps_one(), self.dumps_many())
    }

    /// The last line of every answer.
    pub(crate) fn covered(self, lines: u64, understood: u64, rules: usize) -> String {
        let (lines, understood, rules) = (self.lines(lines), number(understood), number(rules as u64));
        fill(self.coverage(), &[("lines", &lines), ("understood", &understood), ("rules", &rules)])
    }

    /// How to read on.
    pub(crate) fn hint(self, program: &str, rule: &str) -> String {
        fill(self.explain_hint(), &[("program", program), ("rule", rule)])
    }

    /// Whether waiting alone heals it, as a sentence.
    pub(crate) fn retry_sentence(self, helps: bool) -> &'static str {
        if helps { self.retry_may_be_enough() } else { self.retry_is_useless() }
    }
}

/// A number with its thousands apart.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Words = Words(Language::English);
    const KO: Words = Words(Language::Korean);

    #[test]
    fn every_statement_about_a_rule_file_has_its_words() {
        let missing: Vec<&str> =
            Statement::sentences().iter().copied().filter(|english| sentence(Language::Korean, english).is_none()).collect();
        assert!(missing.is_empty(), "words/statements/ko.yaml lacks {missing:#?}");
    }

    #[test]
    fn no_words_are_left_of_a_statement_that_is_gone() {
        let file: std::collections::BTreeMap<String, String> = serde_yaml::from_str(include_str!("../words/statements/ko.yaml")).unwrap();
        let gone: Vec<&String> = file.keys().filter(|english| !Statement::sentences().contains(&english.as_str())).collect();
        assert!(gone.is_empty(), "{gone:#?}");
    }

    #[test]
    fn ages_read_as_in_kubectl() {
        let shown: Vec<String> = [45, 83, 369, 3540, 12_000, 90_000, 200_000, 2_764_800].iter().map(|age| EN.age(*age)).collect();
        assert_eq!(shown, ["45s", "83s", "6m9s", "59m", "3h20m", "25h", "2d7h", "32d"]);
        assert_eq!((KO.age(369), KO.age(12_000), KO.age(120)), ("6분 9초".into(), "3시간 20분".into(), "2분".into()));
    }

    #[test]
    fn phrases_agree_in_number() {
        assert_eq!(EN.seen(1, None, Some(9)), "seen 9s ago");
        assert_eq!(EN.seen(4, Some(369), Some(285)), "seen 4 times, first 6m9s ago, last 4m45s ago");
        assert_eq!(EN.seen(1, None, None), "");
        assert_eq!(EN.reach(1, 2, 1, 0), "1 pod, 2 images, 1 registry");
        assert_eq!(EN.lines(1), "1 line");
        assert_eq!(EN.covered(1_234_567, 12, 128), "1,234,567 lines, 12 understood, 128 rules");
        assert_eq!(KO.found(5, 1, 0), "진단 6건: 오류 5건, 경고 1건");
    }
}
