//! Rewrites lines.
//!
//! In: a cleaned line, and the stretches that are values whatever they look like. Out: [`Edit`]s: secrets and values first, then
//! addresses, hosts and mail addresses by their form, then every known name. Also: how edits are carried out so that
//! columns of tables stay where they are.

use super::names::{Kind, Names};
use super::secret::{SecretKind, secrets};
use super::{address, host};
use crate::rule::Knowledge;
use std::ops::Range;

/// A stretch and what is put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// A mail address' or a login's name is not longer.
const LONGEST_USER: usize = 64;

/// Everything that must be replaced in a line, in order.
pub(crate) fn edits(text: &str, values: Vec<(Range<usize>, Kind)>, names: &mut Names, knowledge: &Knowledge) -> Vec<Edit> {
    let found = secrets(text).into_iter().map(|secret| (secret.range, kind_of(secret.kind)));
    let mut hidden: Vec<(Range<usize>, Kind)> = values.into_iter().chain(found).filter(|(range, _)| !range.is_empty()).collect();
    // A value is hidden whole, whatever is in it.
    hidden.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut out: Vec<Edit> = Vec::new();
    for (range, kind) in hidden {
        if out.last().is_none_or(|last| last.range.end <= range.start) {
            let text = names.value(kind, &text[range.clone()]);
            out.push(Edit { range, text });
        }
    }
    names_in_gaps(text, &mut out, names, knowledge);
    out
}

/// The same where nothing was found yet: what has a form, then every known name.
pub(super) fn names_in_gaps(text: &str, out: &mut Vec<Edit>, names: &mut Names, knowledge: &Knowledge) {
    in_gaps(text, out, |gap, out| by_form(text, gap, names, knowledge, out));
    in_gaps(text, out, |gap, out| names.find(&text[gap.clone()], gap.start, out));
}

pub(super) fn kind_of(secret: SecretKind) -> Kind {
    match secret {
        SecretKind::Password => Kind::Password,
        SecretKind::Token => Kind::Token,
        SecretKind::Signature => Kind::Signature,
    }
}

/// Looks for more where nothing was found yet.
pub(super) fn in_gaps(text: &str, edits: &mut Vec<Edit>, mut look: impl FnMut(Range<usize>, &mut Vec<Edit>)) {
    let known = std::mem::take(edits);
    let mut from = 0;
    for edit in known {
        look(from..edit.range.start, edits);
        from = edit.range.end;
        edits.push(edit);
    }
    look(from..text.len(), edits);
}

/// Addresses, hosts and mail addresses in a stretch of a line.
fn by_form(text: &str, gap: Range<usize>, names: &mut Names, knowledge: &Knowledge, out: &mut Vec<Edit>) {
    each_place(text, gap, |place| match place {
        Place::Address(range, found) => {
            if let Some(text) = address::pseudonym(found, &text[range.clone()], names) {
                out.push(Edit { range, text });
            }
        }
        Place::Word(range) => {
            if let Some(user) = mail_user(text, &range).filter(|start| out.last().is_none_or(|last| last.range.end <= *start)) {
                let original = &text[user..range.end];
                let spelled =
                    names.numbered(Kind::Mail, &original.to_ascii_lowercase(), |label, number| format!("{label}-{number}@mail.example"));
                names.tell(Kind::Mail, &spelled, original);
                out.push(Edit { range: user..range.end, text: spelled });
            } else if host::is_host(text, &range, names)
                && let Some(spelled) = host::pseudonym(&text[range.clone()], names, knowledge)
            {
                out.push(Edit { range, text: spelled });
            }
        }
        Place::Account(range) => {
            let spelled = host::account(&text[range.clone()], names);
            out.push(Edit { range, text: spelled });
        }
    });
}

/// Something with a form of its own.
pub(crate) enum Place {
    Address(Range<usize>, std::net::IpAddr),
    /// A word with dots in it.
    Word(Range<usize>),
    /// The twelve digits of a cloud account.
    Account(Range<usize>),
}

/// Finds addresses and dotted words.
pub(crate) fn each_place(text: &str, gap: Range<usize>, mut found: impl FnMut(Place)) {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut at = gap.start;
    while at < gap.end {
        let begins = bytes[at].is_ascii_alphanumeric() || (bytes[at] == b':' && bytes.get(at + 1) == Some(&b':'));
        if !begins {
            at += 1;
            continue;
        }
        if let Some((address, length)) = address::parse(&text[at..gap.end])
            && (at == 0 || !matches!(bytes[at - 1], b':' | b'.') || bytes[at] != b':')
            && !is_tag(&bytes[..at])
        {
            found(Place::Address(at..at + length, address));
            at += length;
            continue;
        }
        let mut end = at;
        while end < gap.end && is_word(bytes[end]) {
            end += 1;
        }
        end = end.max(at + 1);
        // `%2F` and `\n` belong to no word.
        let mut start = at
            + match at.checked_sub(1).map(|before| bytes[before]) {
                Some(b'%') if end - at > 2 && bytes[at].is_ascii_hexdigit() && bytes[at + 1].is_ascii_hexdigit() => 2,
                Some(b'\\') if matches!(bytes[at], b'n' | b't' | b'r') => 1,
                _ => 0,
            };
        while start < end && !bytes[start].is_ascii_alphanumeric() {
            start += 1;
        }
        let word = text[start..end].trim_end_matches(['.', '-', '_']);
        let range = start..start + word.len();
        if word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()) && start > 0 && bytes[start - 1] == b':' {
            found(Place::Account(range));
        } else if word.contains('.') || bytes.get(start.wrapping_sub(1)) == Some(&b'@') {
            found(Place::Word(range));
        }
        at = end;
    }
}

/// Whether a tag begins here: `/app:` stands before it, as in `r.example/app:1.6.1.3`.
fn is_tag(before: &[u8]) -> bool {
    let Some((b':', name)) = before.split_last() else { return false };
    let length = name.iter().rev().take(128).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')).count();
    length > 0 && name[..name.len() - length].ends_with(b"/") && !name[..name.len() - length].ends_with(b"//")
}

/// Where the user of a mail address begins whose host this is.
fn mail_user(text: &str, host: &Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = host.start.checked_sub(1).filter(|at| bytes[*at] == b'@')?;
    let (_, last) = text[host.clone()].rsplit_once('.')?;
    let length = bytes[..end]
        .iter()
        .rev()
        .take(LONGEST_USER)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'$'))
        .count();
    let start = end - length;
    let in_url = start > 0 && matches!(bytes[start - 1], b':' | b'/' | b'[');
    (length > 0 && !in_url && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(start)
}

/// A text with its edits carried out.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in edits {
        out.push_str(&text[copied..edit.range.start]);
        out.push_str(&edit.text);
        copied = edit.range.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// Like [`apply`], with the blanks between columns stretched or shortened so that what follows stays in its column.
pub(crate) fn apply_aligned(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    // By how many columns what follows has moved to the right.
    let mut moved: isize = 0;
    for (index, edit) in edits.iter().enumerate() {
        if index == 0 {
            out.push_str(&text[..edit.range.start]);
        } else {
            copy_aligned(&text[copied..edit.range.start], &mut out, &mut moved, false);
        }
        out.push_str(&edit.text);
        moved += edit.text.chars().count() as isize - text[edit.range.clone()].chars().count() as isize;
        copied = edit.range.end;
    }
    copy_aligned(&text[copied..], &mut out, &mut moved, true);
    out
}

/// Copies a stretch; its runs of two or more blanks make up for what moved, as far as two blanks are left.
fn copy_aligned(mut text: &str, out: &mut String, moved: &mut isize, is_last: bool) {
    while *moved != 0 {
        let Some(at) = text.find("  ") else { break };
        let rest = text[at..].trim_start_matches(' ');
        if rest.is_empty() && is_last {
            // Nothing follows that had to stay.
            break;
        }
        let blanks = (text.len() - at - rest.len()) as isize;
        let wanted = (blanks - *moved).max(2);
        out.push_str(&text[..at]);
        out.extend(std::iter::repeat_n(' ', wanted as usize));
        *moved += wanted - blanks;
        text = rest;
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    fn redacted(text: &str) -> String {
        let mut names = Names::default();
        names.learn(Kind::Pod, "billing-0");
        names.learn(Kind::Namespace, "payments");
        let edits = edits(text, Vec::new(), &mut names, RuleSet::builtin().knowledge());
        apply_aligned(text, &edits)
    }

    #[test]
    fn columns_stay() {
        assert_eq!(redacted("payments    billing-0   0/1   ErrImagePull"), "namespace-1  pod-1      0/1   ErrImagePull");
        assert_eq!(redacted("x   billing-0   1/1  10.244.120.121   on   a"), "x   pod-1       1/1  10.0.0.1         on   a");
    }

    #[test]
    fn forms_and_secrets() {
        assert_eq!(
            redacted(
                "curl -u ci:hunter2 https://hub.acme.com:8443/v2/ from jane.doe@acme.com at 192.168.1.7:443, arn:aws:iam::123456789012:role/x"
            ),
            "curl -u ci:password-1 https://host-1.example:8443/v2/ from user-1@mail.example at 10.0.0.1:443, arn:aws:iam::000000000001:role/x"
        );
        assert_eq!(redacted("realm=https%3A%2F%2Fauth.acme.com%2Ftoken"), "realm=https%3A%2F%2Fhost-1.example%2Ftoken");
        assert_eq!(redacted("manifest for 127.0.0.1:30001/app:1.6.1.3 not found"), "manifest for 127.0.0.1:30001/app:1.6.1.3 not found");
        assert_eq!(redacted("tcp6  0  0 :::30001  :::*  LISTEN"), "tcp6  0  0 :::30001  :::*  LISTEN");
    }
}
