//! What was left out of an analysis, in the language of the answer.
//!
//! In: a [`Limit`], whose statement is English, as programs compare it. Out: the same for a person. A statement that is not among the known ones, such as the
//! error of a file system, stays as it is.

use crate::words::{Message, Words, fill};
use pullan_analyzer::{Language, Limit};

/// Every statement that is known; the English one is what a report has.
const KNOWN: &[Message] = &[
    Words::limit_long_lines,
    Words::limit_facts,
    Words::limit_further,
    Words::limit_segments,
    Words::limit_deep_objects,
    Words::limit_large_objects,
    Words::limit_not_text,
    Words::limit_unreadable_path,
    Words::limit_dumps,
    Words::limit_unopened,
    Words::limit_nested,
    Words::limit_file,
    Words::limit_entries,
    Words::limit_total,
    Words::limit_ratio,
    Words::limit_damaged,
    Words::limit_zip_stream,
    Words::limit_encrypted,
    Words::limit_compression,
];

impl Words {
    /// `3 files that are not text`
    pub(crate) fn limit(self, limit: &Limit) -> String {
        fill(self.limit_line(), &[("count", &limit.left_out.to_string()), ("what", &self.limit_what(limit))])
    }

    /// The same without the number.
    pub(crate) fn limit_what(self, limit: &Limit) -> String {
        let english = Words(Language::English);
        let said = KNOWN.iter().find_map(|message| {
            let mut values = values(message(english), &limit.what)?;
            values.iter_mut().filter(|(name, _)| *name == "reason").for_each(|(_, reason)| *reason = self.io_reason_of(reason));
            Some(fill(message(self), &values))
        });
        said.unwrap_or_else(|| limit.what.clone())
    }
}

/// What stands in a text where a message has `{name}`s; nothing if the text is not made from the message.
fn values<'t>(message: &'static str, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    let mut holes = message.split('{');
    let mut rest = text.strip_prefix(holes.next()?)?;
    let mut found = Vec::new();
    for hole in holes {
        let (name, literal) = hole.split_once('}')?;
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        found.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(what: &str, language: Language) -> String {
        Words(language).limit(&Limit { what: what.to_owned(), source: None, left_out: 3 })
    }

    #[test]
    fn what_a_report_says_is_said_in_korean() {
        assert_eq!(said("files that are not text", Language::English), "3 files that are not text");
        assert_eq!(said("files that are not text", Language::Korean), "텍스트가 아닌 파일 3개");
        assert_eq!(said("rest of damaged data (unexpected end)", Language::Korean), "손상된 데이터의 나머지(unexpected end) 3개");
        assert_eq!(said("xz archives: unpack them first", Language::Korean), "xz 압축 파일(먼저 압축을 푸세요) 3개");
        assert_eq!(said("path that cannot be read (permission denied)", Language::Korean), "읽을 수 없는 경로(권한이 없습니다) 3개");
        assert_eq!(said("something new", Language::Korean), "something new 3개");
    }

    #[test]
    fn an_analysis_says_only_what_is_known() {
        let analyzer = pullan_analyzer::Analyzer::new(pullan_analyzer::RuleSet::builtin());
        let mut session = analyzer.session();
        let limits = pullan_analyzer::Limits { entries: 0, nesting: 1, total_bytes: 10, ..pullan_analyzer::Limits::default() };
        session.push("long", "x".repeat(2 << 20).as_bytes());
        session.push("deep", format!("{}\n", "[".repeat(9_000)).as_bytes());
        for (name, bytes) in [("a.xz", &b"\xfd7zXZ\0abc"[..]), ("b.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\0abc")] {
            assert!(session.read_archive(name, bytes, &limits).is_ok());
        }
        let report = session.finish();
        assert!(report.limits.len() >= 3, "{:?}", report.limits);
        for limit in &report.limits {
            assert!(KNOWN.iter().any(|message| values(message(Words(Language::English)), &limit.what).is_some()), "{}", limit.what);
        }
    }
}
