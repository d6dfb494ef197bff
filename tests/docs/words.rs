//! The fixed words of the rule reference, one table a language.

use pullan_analyzer::{Risk, Severity, Texts, Verdict};

/// Everything that a page says beside what rules say.
pub(crate) struct Words {
    pub(crate) korean: bool,
    /// Where the pages are.
    pub(crate) folder: &'static str,
    /// From such a page to the top of the repository.
    pub(crate) top: &'static str,
    /// From such a page to the index.
    pub(crate) index: &'static str,
    /// From such a page to the folder of the other language, and its name.
    pub(crate) other: (&'static str, &'static str),
    pub(crate) all_rules: &'static str,
    pub(crate) generated: &'static str,
    pub(crate) family: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) retry_helps: [&'static str; 2],
    pub(crate) meaning: &'static str,
    pub(crate) example: &'static str,
    pub(crate) verdicts: &'static str,
    pub(crate) always: &'static str,
    pub(crate) where_: &'static str,
    pub(crate) otherwise: &'static str,
    pub(crate) and: &'static str,
    pub(crate) or: &'static str,
    pub(crate) between: &'static str,
    pub(crate) decide: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) no_steps: &'static str,
    pub(crate) only_where: &'static str,
    pub(crate) by_runtime: &'static str,
    pub(crate) by_registry: &'static str,
    pub(crate) confused: &'static str,
    pub(crate) supersedes: &'static str,
    pub(crate) beside: &'static str,
    pub(crate) no_diagnosis: &'static str,
    pub(crate) references: &'static str,
    pub(crate) source: &'static str,
    pub(crate) runtimes: &'static str,
    pub(crate) runtimes_about: &'static str,
    pub(crate) any_runtime: &'static str,
    pub(crate) registries: &'static str,
    pub(crate) registries_about: &'static str,
    pub(crate) hosts: &'static str,
    severities: [&'static str; 3],
    risks: [&'static str; 3],
    certainties: [&'static str; 4],
}

pub(crate) const ENGLISH: Words = Words {
    korean: false,
    folder: "docs/rules",
    top: "../..",
    index: "README.md",
    other: ("ko", "한국어"),
    all_rules: "all rules",
    generated: "Generated from the rule files; do not edit. Write anew with: PULLAN_BLESS=1 cargo test -p pullan --test docs",
    family: "Family",
    severity: "Severity",
    verdict: "Verdict",
    retry: "Does waiting heal it?",
    retry_helps: ["no, a retry alone does not help", "waiting, or deleting the pod, may be enough"],
    meaning: "What it means",
    example: "What it looks like",
    verdicts: "How sure it is",
    always: "always",
    where_: "where",
    otherwise: "otherwise",
    and: "and",
    or: "or",
    between: "this text cannot tell it from",
    decide: "To decide:",
    steps: "What to do",
    no_steps: "Nothing has to be done.",
    only_where: "Only where",
    by_runtime: "Each runtime has its own way:",
    by_registry: "Some registries have steps of their own:",
    confused: "What it is told apart from",
    supersedes: "It says more than these rules, which are not reported beside it:",
    beside: "It may be reported beside:",
    no_diagnosis: "nothing is diagnosed",
    references: "References",
    source: "Rule file:",
    runtimes: "How a task is done with each runtime",
    runtimes_about: "Rules name a task; pullan shows the way of the runtime at hand, or the general way where the text does not tell the runtime.",
    any_runtime: "runtime not known",
    registries: "Registries that pullan knows",
    registries_about: "The host of an image says which product serves it; its note and its steps are added to rules of these families.",
    hosts: "Hosts:",
    severities: ["error: something does not run", "warning: it will bite, or bites now and then", "info: worth knowing"],
    risks: ["inspect", "change", "destructive"],
    certainties: ["certain", "likely", "ambiguous", "unknown"],
};

pub(crate) const KOREAN: Words = Words {
    korean: true,
    folder: "docs/rules/ko",
    top: "../../..",
    index: "../README.md",
    other: ("..", "English"),
    all_rules: "전체 규칙",
    generated: "규칙 파일에서 생성된 문서이므로 직접 수정하지 않습니다. 다시 만들기: PULLAN_BLESS=1 cargo test -p pullan --test docs",
    family: "분류",
    severity: "심각도",
    verdict: "판정",
    retry: "기다리면 해결되는가",
    retry_helps: ["아니요. 재시도만으로는 해결되지 않습니다", "기다리거나 파드를 다시 만들면 해결될 수 있습니다"],
    meaning: "의미",
    example: "예시",
    verdicts: "판정 기준",
    always: "항상",
    where_: "조건:",
    otherwise: "그 외의 경우",
    and: "그리고",
    or: "또는",
    between: "이 텍스트만으로는 다음 규칙과 구분할 수 없습니다:",
    decide: "판별 방법:",
    steps: "조치",
    no_steps: "필요한 조치가 없습니다.",
    only_where: "다음 경우에만:",
    by_runtime: "런타임별 방법:",
    by_registry: "별도의 조치가 있는 레지스트리:",
    confused: "구분해야 하는 경우",
    supersedes: "다음 규칙보다 구체적이므로 함께 표시하지 않습니다:",
    beside: "함께 표시될 수 있는 규칙:",
    no_diagnosis: "진단하지 않습니다",
    references: "참고 문서",
    source: "규칙 파일:",
    runtimes: "런타임별 작업 방법",
    runtimes_about: "규칙에는 작업 이름만 적혀 있습니다. pullan은 해당 런타임의 방법을 보여 주며, 텍스트에서 런타임을 알 수 없으면 일반적인 방법을 보여 줍니다.",
    any_runtime: "런타임을 알 수 없을 때",
    registries: "pullan이 아는 레지스트리",
    registries_about: "이미지의 호스트로 레지스트리 제품을 구분합니다. 해당 분류의 규칙에는 아래 설명과 조치가 추가됩니다.",
    hosts: "호스트:",
    severities: ["오류: 무언가가 실행되지 않습니다", "경고: 곧 문제가 되거나 가끔 문제가 됩니다", "정보: 알아 둘 내용입니다"],
    risks: ["확인", "변경", "삭제 위험"],
    certainties: ["확실", "유력", "판별 필요", "원인 불명"],
};

impl Words {
    /// A rule's text; English where it has no Korean.
    pub(crate) fn pick<'t>(&self, texts: &'t Texts) -> &'t str {
        if self.korean && !texts.ko.is_empty() { &texts.ko } else { &texts.en }
    }

    pub(crate) fn severity_of(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.severities[0],
            Severity::Warning => self.severities[1],
            Severity::Info => self.severities[2],
        }
    }

    pub(crate) fn risk(&self, risk: Risk) -> &'static str {
        match risk {
            Risk::Inspect => self.risks[0],
            Risk::Change => self.risks[1],
            Risk::Destructive => self.risks[2],
        }
    }

    pub(crate) fn verdict_of(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Certain => self.certainties[0],
            Verdict::Likely => self.certainties[1],
            Verdict::Ambiguous => self.certainties[2],
            Verdict::Unknown => self.certainties[3],
        }
    }
}
