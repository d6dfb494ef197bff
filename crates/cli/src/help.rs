//! The help of the program in other languages than English.
//!
//! In: the command line as clap has it. Out: the same with the texts of `words/<code>.yaml`, where they stand by their English. Only help and the manual page need
//! it, so nothing is read at an ordinary start. Names of options, values and examples stay.
//!
//! ```text
//! 사용법: pullan [OPTIONS] <COMMAND>
//! ```

use clap::{Arg, Command};
use std::collections::BTreeMap;

const KOREAN: &str = include_str!("../words/ko.yaml");

const TEMPLATE: &str = "{before-help}{about-with-newline}\n사용법: {usage}\n\n{all-args}{after-help}";

type Texts = BTreeMap<String, String>;

/// The command line with Korean texts.
pub(crate) fn in_korean(command: Command) -> Command {
    // A test reads the file.
    let texts: Texts = serde_yaml::from_str(KOREAN).unwrap_or_default();
    worded(command, &texts)
}

/// The headings of its help, which clap writes; afterwards the command line is complete and nothing can be added.
pub(crate) fn with_korean_headings(mut command: Command) -> Command {
    let texts: Texts = serde_yaml::from_str(KOREAN).unwrap_or_default();
    command.build();
    headed(command, &texts)
}

fn headed(command: Command, texts: &Texts) -> Command {
    let command = command.help_template(TEMPLATE).subcommand_help_heading("명령").mut_args(|arg| {
        let own = match arg.get_id().as_str() {
            "help" => Some("Print help"),
            "version" => Some("Print version"),
            _ => None,
        };
        let heading = if arg.is_positional() { "인자" } else { "옵션" };
        let arg = arg.help_heading(heading);
        match own {
            Some(english) => {
                let help = text(english, texts);
                arg.long_help(help.clone()).help(help)
            }
            None => arg,
        }
    });
    command.mut_subcommands(|command| headed(command, texts))
}

fn worded(command: Command, texts: &Texts) -> Command {
    let about = command.get_about().map(|about| text(&about.to_string(), texts));
    let after = command.get_after_help().map(|after| below(&after.to_string(), texts));
    let mut command = command.mut_args(|arg| argument(arg, texts));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command.mut_subcommands(|command| worded(command, texts))
}

/// The help of an argument, with its values and its default, which clap would name in English.
fn argument(arg: Arg, texts: &Texts) -> Arg {
    let Some(help) = arg.get_help().map(|help| text(&help.to_string(), texts)) else { return arg };
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let default = if default.is_empty() { String::new() } else { format!(" [기본값: {}]", default.join(", ")) };
    let values = arg.get_possible_values();
    let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
    let short = if names.is_empty() { String::new() } else { format!(" [가능한 값: {}]", names.join(", ")) };
    let told: String = values
        .iter()
        .filter_map(|value| Some(format!("\n- {}: {}", value.get_name(), text(&value.get_help()?.to_string(), texts))))
        .collect();
    let arg = if told.is_empty() { arg } else { arg.long_help(format!("{help}{default}\n\n가능한 값:{told}")) };
    arg.help(help + &default + &short).hide_possible_values(true).hide_default_value(true)
}

/// What stands below the options: paragraphs, and examples with a remark each.
fn below(english: &str, texts: &Texts) -> String {
    let paragraph = |paragraph: &str| {
        if !paragraph.starts_with("Example") {
            return text(&paragraph.replace('\n', " "), texts);
        }
        let lines: Vec<String> = paragraph.lines().map(|line| example(line, texts)).collect();
        lines.join("\n")
    };
    english.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// `  pullan analyze describe.txt      one saved paste`
fn example(line: &str, texts: &Texts) -> String {
    match line.trim_start().rfind("  ") {
        Some(at) => {
            let (command, remark) = line.split_at(line.len() - line.trim_start().len() + at + 2);
            command.to_owned() + &text(remark, texts)
        }
        None if line.starts_with(' ') => line.to_owned(),
        None => text(line, texts),
    }
}

fn text(english: &str, texts: &Texts) -> String {
    texts.get(english).cloned().unwrap_or_else(|| english.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    /// All texts that a help shows, by looking each up in a table that has none.
    fn english(command: &Command, found: &RefCell<BTreeSet<String>>) {
        let mut note = |text: String| {
            found.borrow_mut().insert(text);
        };
        command.get_about().map(ToString::to_string).into_iter().for_each(&mut note);
        for arg in command.get_arguments() {
            arg.get_help().map(ToString::to_string).into_iter().for_each(&mut note);
            arg.get_possible_values().iter().filter_map(|value| value.get_help()).map(ToString::to_string).for_each(&mut note);
        }
        for part in command.get_after_help().map(ToString::to_string).unwrap_or_default().split("\n\n").filter(|part| !part.is_empty()) {
            if part.starts_with("Example") {
                for line in part.lines() {
                    match (line.starts_with(' '), line.trim_start().rsplit_once("  ")) {
                        (true, Some((_, remark))) => note(remark.to_owned()),
                        (true, None) => {}
                        (false, _) => note(line.to_owned()),
                    }
                }
            } else {
                note(part.replace('\n', " "));
            }
        }
        command.get_subcommands().for_each(|command| english(command, found));
    }

    #[test]
    fn every_text_has_its_korean_and_no_other_is_there() {
        let texts: Texts = serde_yaml::from_str(KOREAN).unwrap();
        let found = RefCell::new(BTreeSet::from(["Print help".to_owned(), "Print version".to_owned()]));
        english(&crate::args::Args::command(), &found);
        let found = found.into_inner();
        let missing: Vec<&String> = found.iter().filter(|text| !texts.contains_key(*text)).collect();
        let gone: Vec<&String> = texts.keys().filter(|text| !found.contains(*text)).collect();
        assert!(missing.is_empty() && gone.is_empty(), "words/ko.yaml lacks {missing:#?}\nand is alone with {gone:#?}");
    }
}
