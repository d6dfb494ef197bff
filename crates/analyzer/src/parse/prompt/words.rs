//! The words of a command line.
//!
//! In: the text of a command, or its words. Out: words, options, the command that another one runs elsewhere. Nothing
//! is expanded.
//!
//! ```text
//! kubectl exec -it web -n shop -- curl -H "Accept: a" http://10.0.0.5:5000/v2/ | head
//! ```

use super::super::primitive::Parsed;
use super::program::{base_name, is_program, normalized};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::recognize;
use nom::multi::many1;

/// The command that a command runs elsewhere (`kubectl exec POD -- curl ...`, `docker exec NODE crictl images`,
/// `ssh NODE ss -tlnp`), else the command itself; without what stands behind a pipe or another separator.
pub(crate) fn inner<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut words = simple(words);
    for _ in 0..3 {
        let Some(skip) = wrapped_at(&words) else { break };
        let Some(rest) = words.get(skip..).and_then(|rest| normalized(rest.to_vec())) else { break };
        words = rest;
    }
    words
}

/// Words that are no options. An option in `valued` takes the next word with it.
pub(crate) fn positional<'w>(words: &[&'w str], valued: &[&str]) -> Vec<&'w str> {
    let mut found = Vec::new();
    let mut skip = false;
    for word in words {
        if skip {
            skip = false;
        } else if word.len() > 1 && word.starts_with('-') {
            skip = valued.contains(word);
        } else {
            found.push(*word);
        }
    }
    found
}

/// Value of an option, as the next word or behind `=`.
pub(crate) fn option<'w>(words: &[&'w str], names: &[&str]) -> Option<&'w str> {
    words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) if names.contains(&name) => Some(value),
        _ if names.contains(word) => words.get(at + 1).copied(),
        _ => None,
    })
}

/// The words with those that may be secrets replaced by `***`.
pub(crate) fn without_secrets(words: &[&str]) -> Vec<String> {
    const OPTIONS: &[&str] = &[
        "--password",
        "--creds",
        "--src-creds",
        "--dest-creds",
        "--token",
        "--docker-password",
        "--from-literal",
        "--proxy-user",
        "--http-password",
    ];
    let login = words.contains(&"login");
    let curl = words.first() == Some(&"curl");
    let mut masked = Vec::with_capacity(words.len());
    let mut next = false;
    for word in words {
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        let option = OPTIONS.contains(&name) || login && name == "-p" || curl && matches!(name, "-u" | "--user" | "-U");
        masked.push(match value {
            _ if next => "***".to_owned(),
            Some(_) if option => format!("{name}=***"),
            _ if word.to_ascii_lowercase().contains("authorization:") => "Authorization: ***".to_owned(),
            _ => match word.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1))) {
                Some((scheme, rest)) => format!("{scheme}://***@{rest}"),
                None => (*word).to_owned(),
            },
        });
        next = option && value.is_none() && !next;
    }
    masked
}

/// Words up to a pipe, a redirection or another command.
fn simple<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let separates = |word: &str| word.starts_with(['|', '>', '<', ';', '&']) || word.starts_with("2>") || word.starts_with("1>");
    let mut found = Vec::new();
    for word in words.iter().take_while(|word| !separates(word)) {
        let trimmed = word.trim_end_matches(';');
        found.push(trimmed);
        if trimmed.len() < word.len() {
            break;
        }
    }
    found
}

/// Where a command begins that another one runs elsewhere.
fn wrapped_at(words: &[&str]) -> Option<usize> {
    const VALUED: &[&str] = &["-e", "-u", "-w", "-i", "-p", "-l", "-o", "-t", "-n", "--target", "--user", "--workdir", "--env"];
    let (program, rest) = words.split_first()?;
    let behind = |skipped: usize| {
        // Options, then so many names, then the command.
        let mut at = 1;
        let mut names = 0;
        while let Some(word) = words.get(at) {
            if word.starts_with('-') {
                at += if VALUED.contains(word) && !matches!(*program, "docker" | "podman" | "nerdctl" | "crictl") { 2 } else { 1 };
            } else if names < skipped {
                names += 1;
                at += 1;
            } else {
                break;
            }
        }
        Some(at)
    };
    let first_program = || rest.iter().position(|word| is_program(base_name(word))).map(|at| at + 1);
    match *program {
        "kubectl" => words.iter().position(|word| *word == "--"),
        "docker" | "podman" | "nerdctl" | "crictl" if rest.first() == Some(&"exec") => behind(2),
        "ssh" | "chroot" => behind(1),
        "nsenter" => first_program(),
        "ip" if rest.first() == Some(&"netns") => first_program(),
        _ => None,
    }
}

/// Splits at blanks outside quotes; a wholly quoted word loses its quotes.
pub(super) fn shell_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Ok((after, word)) = shell_word(rest) {
        let unquoted = ['"', '\''].iter().find_map(|quote| {
            let inner = word.strip_prefix(*quote)?.strip_suffix(*quote)?;
            (!inner.contains(*quote)).then_some(inner)
        });
        words.push(unquoted.unwrap_or(word));
        rest = after.trim_start();
    }
    words
}

fn shell_word(input: &str) -> Parsed<'_, &str> {
    let double = recognize((char('"'), take_until("\""), tag("\"")));
    let single = recognize((char('\''), take_until("'"), tag("'")));
    let bare = take_while1(|c: char| !c.is_whitespace() && c != '"' && c != '\'');
    // An apostrophe that nothing closes is a character like others.
    recognize(many1(alt((double, single, bare, recognize(one_of("\"'")))))).parse(input)
}
