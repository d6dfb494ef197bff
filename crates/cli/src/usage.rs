//! What is wrong with a command line, in the language of the answers.
//!
//! In: clap's error. Out: its text, for the mistakes that people make: a wrong name or value, one that is missing, two that exclude each other; or the help that
//! was asked for. English and what is rare is clap's own text.
//!
//! ```text
//! 오류: '--fromat': 알 수 없는 인자입니다
//!   비슷한 이름: --format
//! ```

use crate::args::Lang;
use crate::command::{language, shown};
use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use pullan_analyzer::Language;
use pullan_render::{Words, fill};
use std::fmt::Write;

/// Ends the program with the error, or with the help that was asked for.
pub(crate) fn exit(error: &Error) -> std::process::ExitCode {
    let language = language(asked(std::env::args()));
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
    if let Some(help) = is_help.then(|| crate::args::command_in(language).try_get_matches().err()).flatten() {
        help.exit();
    }
    let own = if error.use_stderr() && language != Language::English { text(error, Words(language)) } else { None };
    let Some(own) = own else { error.exit() };
    use std::io::Write;
    let _ = std::io::stderr().lock().write_all(own.as_bytes());
    crate::exit::Code::Trouble.into()
}

/// The language on a command line that cannot be read otherwise.
fn asked(arguments: impl Iterator<Item = String>) -> Option<Lang> {
    let mut arguments = arguments.take_while(|argument| argument != "--");
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--lang") {
            Some("") => return Lang::from_str(&arguments.next()?, false).ok(),
            Some(value) => return Lang::from_str(value.strip_prefix('=')?, false).ok(),
            None => {}
        }
    }
    None
}

fn text(error: &Error, words: Words) -> Option<String> {
    let says = |kind| error.get(kind).map(said);
    let message = |message: &str| {
        let argument = says(ContextKind::InvalidArg).unwrap_or_default();
        let value = says(ContextKind::InvalidValue).unwrap_or_default();
        let other = says(ContextKind::PriorArg).unwrap_or_default();
        let command = says(ContextKind::InvalidSubcommand).unwrap_or_default();
        fill(message, &[("argument", &argument), ("value", &value), ("other", &other), ("command", &command)])
    };
    let message = match error.kind() {
        ErrorKind::UnknownArgument => message(words.usage_unknown_argument()),
        ErrorKind::InvalidValue if says(ContextKind::InvalidValue).is_none_or(|value| value.is_empty()) => message(words.usage_no_value()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => message(words.usage_invalid_value()),
        ErrorKind::MissingRequiredArgument => message(words.usage_missing()),
        ErrorKind::InvalidSubcommand => message(words.usage_unknown_command()),
        ErrorKind::ArgumentConflict => message(words.usage_conflict()),
        _ => return None,
    };
    let mut out = format!("{}: {message}\n", words.error());
    if let Some(values) = says(ContextKind::ValidValue).filter(|values| !values.is_empty()) {
        let _ = writeln!(out, "  {}: {values}", words.usage_values());
    }
    if let Some(near) =
        [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand].into_iter().find_map(says)
    {
        let _ = writeln!(out, "  {}: {near}", words.usage_near());
    }
    if let Some(usage) = says(ContextKind::Usage) {
        let _ = writeln!(out, "\n{}: {}", words.usage_usage(), usage.trim_start_matches("Usage: "));
    }
    let _ = writeln!(out, "\n{}", words.usage_more());
    Some(out)
}

/// What clap noted, harmless and on one line.
fn said(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => shown(text),
        ContextValue::Strings(texts) => texts.iter().map(|text| shown(text)).collect::<Vec<_>>().join(", "),
        ContextValue::None => String::new(),
        other => shown(&other.to_string()),
    }
}
