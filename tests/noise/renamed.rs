//! Another image: what it is called says nothing about why it could not be pulled.

use super::{Source, each};

/// Gives every image another name of the same length, so that tables keep their columns: the last part of
/// each repository has its letters turned by 13.
pub(super) fn image(sources: &[Source]) -> Vec<Source> {
    let mut names: Vec<&str> = sources.iter().flat_map(|(_, text)| image_names(text)).collect();
    names.sort_unstable();
    names.dedup();
    each(sources, |text| names.iter().fold(text.to_owned(), |text, name| replace_part(&text, name, &turn(name))))
}

/// The last parts of the repositories of all images that were asked for.
fn image_names(text: &str) -> Vec<&str> {
    let starts = ["ulling image \"", "pull image \"", "ulling image \\\"", "pull image \\\""];
    let mut names = Vec::new();
    for start in starts {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at + start.len()..];
            let image = &rest[..rest.find(['"', '\\', '@', '\n']).unwrap_or(rest.len())];
            let Some(slash) = image.rfind('/') else { continue };
            let name = &image[slash + 1..];
            names.push(&name[..name.find(':').unwrap_or(name.len())]);
        }
    }
    names.retain(|name| name.len() > 1);
    names
}

/// Replaces `/name` where a whole path part ends.
fn replace_part(text: &str, name: &str, new: &str) -> String {
    let pattern = format!("/{name}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&pattern) {
        let end = at + pattern.len();
        let whole = !rest[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        out.push_str(&rest[..=at]);
        out.push_str(if whole { new } else { name });
        rest = &rest[end..];
    }
    out + rest
}

fn turn(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'a'..='z' => char::from((c as u8 - b'a' + 13) % 26 + b'a'),
            other => other,
        })
        .collect()
}
