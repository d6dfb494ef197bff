//! The fixed words of an answer, in every language that it speaks.
//!
//! In: a language. Out: words and short phrases, both languages side by side so that neither is forgotten.
//! What rules say is not here; it comes from the rule files.

use pullan_analyzer::{Language, Risk, SegmentKind, Severity, Verdict};

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(pub(crate) Language);

/// Words that need nothing filled in: name, English, Korean.
macro_rules! fixed {
    ($($name:ident: $en:literal, $ko:literal;)*) => {
        impl Words {
            $(pub(crate) fn $name(self) -> &'static str { self.pick($en, $ko) })*
        }
    };
}

fixed! {
    // Subjects.
    pod: "pod", "파드";
    container: "container", "컨테이너";
    image: "image", "이미지";
    node: "node", "노드";
    namespace: "namespace", "네임스페이스";
    // Parts of a diagnosis.
    why: "why", "원인";
    between: "could also be", "다른 가능성";
    between_note: "this text cannot tell", "이 텍스트만으로는 구분할 수 없음";
    decide: "to decide", "판별";
    next: "next", "조치";
    retry_helps: "a retry may be enough", "재시도만으로 해결될 수 있음";
    retry_does_not_help: "a retry alone does not help", "재시도만으로는 해결되지 않음";
    // Other failures.
    out_of_scope: "out of scope", "진단 대상 아님";
    out_of_scope_note: "other failures in this text, not about obtaining an image", "이미지 가져오기와 무관한 다른 장애";
    // One word for a verdict in a table.
    unknown: "unknown", "원인 불명";
    // When there is nothing to say.
    nothing_found: "No image pull failure found.", "이미지 pull 실패를 찾지 못했습니다.";
    nothing_found_note:
        "Nothing in the lines that were understood says that an image could not be pulled. That is no proof of health: events are kept for an hour, and only what was pasted was read.",
        "해석한 내용 중에 이미지를 가져오지 못했다는 내용이 없습니다. 다만 이벤트는 한 시간만 보관되고 붙여 넣은 내용만 읽었으므로 정상이라는 증거는 아닙니다.";
    no_pod_seen: "No pod and no event of a pod was in it. If a pull fails, add:", "파드나 파드의 이벤트가 포함되어 있지 않습니다. 이미지 pull이 실패하고 있다면 다음 출력을 추가하세요:";
    nothing_recognised: "Nothing in this text was recognised.", "이 텍스트에서 인식할 수 있는 내용이 없습니다.";
    nothing_recognised_note:
        "pullan reads saved output: kubectl describe, events, pod tables, logs of the kubelet, kube-proxy and the container runtime, and network checks. To begin, save one of these:",
        "pullan은 저장된 출력을 읽습니다: kubectl describe, 이벤트, 파드 목록, kubelet·kube-proxy·컨테이너 런타임 로그, 네트워크 점검 결과. 먼저 다음 중 하나를 저장하세요:";
    was_read: "read", "읽은 내용";
    not_understood: "not understood", "해석하지 못한 줄";
    left_out: "left out", "제외";
    // Rules.
    family: "family", "분류";
    verdicts: "verdict", "판정";
    retry: "retry", "재시도";
    looks_like: "looks like", "예시";
    see: "see", "참고";
    where_it_applies: "where it applies", "해당하는 경우";
}

impl Words {
    fn pick(self, en: &'static str, ko: &'static str) -> &'static str {
        match self.0 {
            Language::English => en,
            Language::Korean => ko,
        }
    }

    pub(crate) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.pick("error", "오류"),
            Severity::Warning => self.pick("warning", "경고"),
            Severity::Info => self.pick("info", "정보"),
        }
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Certain => self.pick("certain", "확실"),
            Verdict::Likely => self.pick("likely", "유력"),
            Verdict::Ambiguous => self.pick("ambiguous", "판별 필요"),
            Verdict::Unknown => self.pick("cause not in this text", "원인 정보 없음"),
        }
    }

    pub(crate) fn risk(self, risk: Risk) -> &'static str {
        match risk {
            Risk::Inspect => self.pick("inspect", "확인"),
            Risk::Change => self.pick("change", "변경"),
            Risk::Destructive => self.pick("destructive", "삭제 위험"),
        }
    }

    /// What a piece of evidence is, by the kind of fact that it states.
    pub(crate) fn evidence(self, fact: &str) -> &'static str {
        match fact {
            "pull-failure" => self.pick("pull error", "pull 오류"),
            "back-off" => self.pick("back-off", "백오프"),
            "waiting" => self.pick("container state", "컨테이너 상태"),
            "pulling" => self.pick("pull started", "pull 시작"),
            "pulled" => self.pick("image present", "이미지 있음"),
            "no-events" => self.pick("no events", "이벤트 없음"),
            "secret-missing" => self.pick("pull secret not found", "pull 시크릿 없음"),
            "secret" => self.pick("secret", "시크릿"),
            "service-account" => self.pick("service account", "서비스어카운트"),
            "pod-spec" => self.pick("pod manifest", "파드 매니페스트"),
            "node" => self.pick("node", "노드"),
            "node-condition" => self.pick("node condition", "노드 상태"),
            "service" => self.pick("service", "서비스"),
            "proxy-mode" => self.pick("kube-proxy mode", "kube-proxy 모드"),
            "log-line" => self.pick("log", "로그"),
            "socket" => self.pick("socket", "소켓"),
            "probe" => self.pick("probe", "접속 시험"),
            "ipvs-service" => self.pick("IPVS table", "IPVS 테이블"),
            "filter-rule" => self.pick("packet filter rule", "패킷 필터 규칙"),
            "local-image" => self.pick("image on the node", "노드에 있는 이미지"),
            _ => self.pick("event", "이벤트"),
        }
    }

    /// What a run of lines was read as.
    pub(crate) fn segment(self, kind: SegmentKind) -> &'static str {
        match kind {
            SegmentKind::Describe => "kubectl describe",
            SegmentKind::EventTable => self.pick("events", "이벤트"),
            SegmentKind::ResourceTable => self.pick("resource table", "리소스 목록"),
            SegmentKind::Yaml => "YAML",
            SegmentKind::Json => "JSON",
            SegmentKind::Klog => self.pick("Kubernetes log", "쿠버네티스 로그"),
            SegmentKind::Log => self.pick("log", "로그"),
            SegmentKind::SocketTable => self.pick("socket table", "소켓 목록"),
            SegmentKind::Probe => self.pick("network check", "네트워크 점검"),
            SegmentKind::Packet => self.pick("packet filter", "패킷 필터"),
            SegmentKind::Client => self.pick("container client", "컨테이너 클라이언트"),
            SegmentKind::Prompt => self.pick("command", "명령"),
            SegmentKind::Message => self.pick("error message", "오류 메시지"),
            SegmentKind::Layout => self.pick("layout", "여백"),
            _ => self.pick("other text", "기타 텍스트"),
        }
    }

    /// `and 37 more`
    pub(crate) fn and_more(self, count: usize) -> String {
        match self.0 {
            Language::English => format!("and {} more", number(count as u64)),
            Language::Korean => format!("외 {}개", number(count as u64)),
        }
    }

    /// `lines 44, 51`
    pub(crate) fn at_lines(self, list: &str, count: usize) -> String {
        match self.0 {
            Language::English => format!("{} {list}", if count == 1 { "line" } else { "lines" }),
            Language::Korean => format!("{list}행"),
        }
    }

    /// The same text stands elsewhere too: `and lines 44, 51`.
    pub(crate) fn also(self, places: &str) -> String {
        match self.0 {
            Language::English => format!("and {places}"),
            Language::Korean => format!("{places}에도 있음"),
        }
    }

    /// Evidence that is not shown: `3 more citations: lines 21, 51, 54`.
    pub(crate) fn more_evidence(self, count: usize, places: &str) -> String {
        match self.0 {
            Language::English => format!("{count} more {}: {places}", if count == 1 { "citation" } else { "citations" }),
            Language::Korean => format!("그 밖의 근거 {count}건: {places}"),
        }
    }

    /// `7 times, first 59m ago, last 36m ago`; empty when the text says nothing worth repeating.
    pub(crate) fn seen(self, count: u64, first: Option<u64>, last: Option<u64>) -> String {
        let mut parts = Vec::new();
        if count > 1 {
            parts.push(match self.0 {
                Language::English => format!("seen {} times", number(count)),
                Language::Korean => format!("{}회 발생", number(count)),
            });
        }
        let first = first.filter(|first| Some(*first) != last);
        if let Some(first) = first {
            parts.push(match self.0 {
                Language::English => format!("first {} ago", self.age(first)),
                Language::Korean => format!("처음 {} 전", self.age(first)),
            });
        }
        if let Some(last) = last {
            parts.push(match (self.0, parts.is_empty()) {
                (Language::English, true) => format!("seen {} ago", self.age(last)),
                (Language::English, false) => format!("last {} ago", self.age(last)),
                (Language::Korean, true) => format!("{} 전 발생", self.age(last)),
                (Language::Korean, false) => format!("마지막 {} 전", self.age(last)),
            });
        }
        parts.join(", ")
    }

    /// A duration as kubectl writes it: the two largest units while they matter.
    pub(crate) fn age(self, seconds: u64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        let units = match self.0 {
            Language::English => ["s", "m", "h", "d", ""],
            Language::Korean => ["초", "분", "시간", "일", " "],
        };
        let two = |large: u64, unit: usize, small: u64| {
            let tail = if small > 0 { format!("{}{small}{}", units[4], units[unit - 1]) } else { String::new() };
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
        let of = |count: usize, one: &str, many: &str, ko: &str| {
            (count > 0).then(|| match self.0 {
                Language::English => format!("{} {}", number(count as u64), if count == 1 { one } else { many }),
                Language::Korean => format!("{ko} {}개", number(count as u64)),
            })
        };
        let parts = [
            of(pods, "pod", "pods", "파드"),
            of(images, "image", "images", "이미지"),
            of(registries, "registry", "registries", "레지스트리"),
            of(nodes, "node", "nodes", "노드"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// `6 findings: 5 errors, 1 warning`, or `6 errors`
    pub(crate) fn findings(self, errors: usize, warnings: usize, infos: usize) -> String {
        let total = errors + warnings + infos;
        let of = |count: usize, one: &str, many: &str, ko: &str| {
            (count > 0).then(|| match self.0 {
                Language::English => format!("{count} {}", if count == 1 { one } else { many }),
                Language::Korean => format!("{ko} {count}건"),
            })
        };
        let parts =
            [of(errors, "error", "errors", "오류"), of(warnings, "warning", "warnings", "경고"), of(infos, "note", "notes", "정보")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match self.0 {
            _ if parts.len() < 2 => parts.concat(),
            Language::English => format!("{total} findings: {}", parts.join(", ")),
            Language::Korean => format!("진단 {total}건: {}", parts.join(", ")),
        }
    }

    /// `12 times`
    pub(crate) fn times(self, count: u64) -> String {
        match self.0 {
            Language::English => format!("{} times", number(count)),
            Language::Korean => format!("{}회", number(count)),
        }
    }

    /// `54 lines`
    pub(crate) fn lines(self, count: u64) -> String {
        match self.0 {
            Language::English => format!("{} {}", number(count), if count == 1 { "line" } else { "lines" }),
            Language::Korean => format!("{}줄", number(count)),
        }
    }

    /// The last line of every answer.
    pub(crate) fn coverage(self, lines: u64, understood: u64, rules: usize) -> String {
        let (all, understood, rules) = (self.lines(lines), number(understood), number(rules as u64));
        match self.0 {
            Language::English => format!("{all}, {understood} understood, {rules} rules"),
            Language::Korean => format!("{all} 중 {understood}줄 해석, 규칙 {rules}개"),
        }
    }

    /// How to read on.
    pub(crate) fn explain_hint(self, rule: &str) -> String {
        match self.0 {
            Language::English => format!("More about a finding: pullan explain {rule}"),
            Language::Korean => format!("자세한 설명: pullan explain {rule}"),
        }
    }

    /// Whether waiting alone heals it, as a sentence.
    pub(crate) fn retry_sentence(self, helps: bool) -> &'static str {
        if helps {
            self.pick("waiting, or deleting the pod, may be enough", "기다리거나 파드를 다시 만들면 해결될 수 있습니다")
        } else {
            self.pick("waiting, or deleting the pod, does not help", "기다리거나 파드를 다시 만들어도 해결되지 않습니다")
        }
    }
}

/// A number with its thousands apart.
fn number(value: u64) -> String {
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
        assert_eq!(EN.coverage(1_234_567, 12, 128), "1,234,567 lines, 12 understood, 128 rules");
        assert_eq!(KO.findings(5, 1, 0), "진단 6건: 오류 5건, 경고 1건");
    }
}
