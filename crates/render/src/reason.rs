//! Why reading or writing failed, in the language of the answer.
//!
//! In: an error of the operating system or of the JSON reader. Out: a short reason, to stand behind a colon or in brackets. What is rare stays as the
//! system or the reader says it.

use crate::json::ReadError;
use crate::words::{Message, Words, fill};
use pullan_analyzer::Language;
use std::io::{Error, ErrorKind};

/// The kinds that people meet.
const KINDS: &[(ErrorKind, Message)] = &[
    (ErrorKind::NotFound, Words::io_not_found),
    (ErrorKind::PermissionDenied, Words::io_permission_denied),
    (ErrorKind::IsADirectory, Words::io_is_a_directory),
    (ErrorKind::NotADirectory, Words::io_not_a_directory),
    (ErrorKind::StorageFull, Words::io_storage_full),
    (ErrorKind::QuotaExceeded, Words::io_quota_exceeded),
    (ErrorKind::FileTooLarge, Words::io_file_too_large),
    (ErrorKind::ReadOnlyFilesystem, Words::io_read_only),
    (ErrorKind::InvalidFilename, Words::io_invalid_name),
    (ErrorKind::BrokenPipe, Words::io_broken_pipe),
    (ErrorKind::ResourceBusy, Words::io_busy),
    (ErrorKind::TimedOut, Words::io_timed_out),
    (ErrorKind::InvalidData, Words::io_no_utf8),
    (ErrorKind::UnexpectedEof, Words::io_unexpected_end),
    (ErrorKind::OutOfMemory, Words::io_out_of_memory),
];

impl Words {
    /// Why the system did not do it.
    ///
    /// ```
    /// use std::io::{Error, ErrorKind};
    /// let error = Error::from(ErrorKind::PermissionDenied);
    /// assert_eq!(pullan_render::Words(pullan_analyzer::Language::Korean).io_reason(&error), "권한이 없습니다");
    /// ```
    pub fn io_reason(self, error: &Error) -> String {
        // An error that somebody wrote says more than its kind.
        let known = KINDS.iter().find(|(kind, _)| error.get_ref().is_none() && *kind == error.kind());
        known.map_or_else(|| error.to_string(), |(_, message)| message(self).to_owned())
    }

    /// The same for a reason that a report has, in English.
    pub(crate) fn io_reason_of(self, english: &str) -> &str {
        KINDS.iter().find(|(_, message)| message(Words(Language::English)) == english).map_or(english, |(_, message)| message(self))
    }

    /// Why a text is no JSON, or not the JSON that is wanted.
    pub fn json_reason(self, error: &serde_json::Error) -> String {
        use serde_json::error::Category;
        let said = error.to_string();
        let detail = said.split_once(" at line ").map_or(said.as_str(), |(detail, _)| detail);
        // What a member must be is told in words of the format, which are English in every language.
        let message = match error.classify() {
            Category::Eof => self.json_end(),
            Category::Syntax => self.json_syntax(),
            Category::Data | Category::Io => match detail.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
                Some((field, _)) => return fill(self.json_missing(), &[("field", field)]),
                None => self.json_misfit(),
            },
        };
        fill(message, &[("detail", detail), ("line", &error.line().to_string()), ("column", &error.column().to_string())])
    }

    /// Why a text is no report.
    pub fn read_reason(self, error: &ReadError) -> String {
        match error {
            ReadError::Version(version) => {
                let known = crate::json::SCHEMA_VERSION.to_string();
                fill(self.json_version(), &[("version", &version.to_string()), ("known", &known)])
            }
            ReadError::Invalid(error) => self.json_reason(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Words = Words(Language::English);
    const KO: Words = Words(Language::Korean);

    #[test]
    fn what_the_system_refuses() {
        assert_eq!(EN.io_reason(&ErrorKind::StorageFull.into()), "no space left on the device");
        assert_eq!(KO.io_reason(&ErrorKind::StorageFull.into()), "저장 장치에 남은 공간이 없습니다");
        assert_eq!(KO.io_reason(&Error::other("something rare")), "something rare");
        assert_eq!((KO.io_reason_of("permission denied"), KO.io_reason_of("something rare")), ("권한이 없습니다", "something rare"));
    }

    #[test]
    fn what_is_wrong_with_a_report() {
        let said = |text: &str| {
            let error = crate::json::read(text).unwrap_err();
            (EN.read_reason(&error), KO.read_reason(&error))
        };
        let both = |en: &str, ko: &str| (en.to_owned(), ko.to_owned());
        assert_eq!(said("{"), both("the JSON ends too early, at column 1", "JSON이 중간에 끝났습니다(1번째 문자)"));
        assert_eq!(said("no"), both("no JSON from column 2 on (expected ident)", "2번째 문자부터 JSON이 아닙니다(expected ident)"));
        assert_eq!(said("{}"), both("`schema_version` is missing", "`schema_version` 항목이 없습니다"));
        assert_eq!(
            said(r#"{"schema_version": 9}"#),
            both("version 9 of the contract, where 1 is known", "형식의 버전이 9입니다. 지원하는 버전은 1입니다")
        );
        assert_eq!(
            said(r#"{"schema_version": "1"}"#),
            both(
                "a value that does not fit (invalid type: string \"1\", expected u32)",
                "형식에 맞지 않는 값입니다(invalid type: string \"1\", expected u32)"
            )
        );
    }
}
