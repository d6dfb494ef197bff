//! Whom a diagnosis is about, in a few lines.
//!
//! In: the subjects of a diagnosis. Out: one line each for the first three, how many more there are, and
//! the image on a line of its own where all have the same one.

use super::super::words::Words;
use super::super::wrap::{clean, cut, width};
use pullan_analyzer::{Affected, Subject};
use std::collections::BTreeSet;

/// So many are named; of more only the number is said.
const NAMED: usize = 3;
/// Blanks in front of each line.
const INDENT: usize = 2;

/// The lines, indented, at most `columns` wide where names allow it.
pub(crate) fn lines(subjects: &[Affected], words: Words, columns: usize) -> Vec<String> {
    let images: BTreeSet<&str> = subjects.iter().filter_map(|affected| affected.image.as_deref()).collect();
    let nodes: BTreeSet<&str> = subjects.iter().filter_map(|affected| affected.subject.node.as_deref()).collect();
    let shared_image = if images.len() == 1 { images.first().copied() } else { None };
    let shared_node = if nodes.len() == 1 && subjects.len() > 1 { nodes.first().copied() } else { None };
    let image = |name: &str| format!("{} {}", words.image(), clean(name));
    let mut entries: Vec<Vec<String>> = Vec::new();
    for affected in subjects {
        let mut parts = parts(&affected.subject, words, shared_node.is_none());
        parts.extend(affected.image.as_deref().filter(|_| shared_image.is_none()).map(image));
        if !parts.is_empty() && !entries.contains(&parts) {
            entries.push(parts);
        }
    }
    let more = entries.len().saturating_sub(NAMED);
    // To name one more takes no more room than to say that there is one more.
    if more > 1 {
        entries.truncate(NAMED);
        entries.push(vec![words.more(more)]);
    }
    let node = shared_node.map(|node| format!("{} {}", words.node(), clean(node)));
    let shared: Vec<String> = shared_image.map(image).into_iter().chain(node).collect();
    if subjects.iter().all(|affected| affected.subject.pod.is_none()) {
        // An image says more than the node alone.
        entries.splice(0..0, [shared]);
    } else {
        entries.push(shared);
    }
    if entries.len() == 2 {
        let line = entries.concat();
        if INDENT + width(&line.join(", ")) <= columns {
            entries = vec![line];
        }
    }
    entries.iter().flat_map(|parts| indented(parts, columns)).collect()
}

/// Parts on as few lines as they fit; a part is never broken.
fn indented(parts: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let comma = if index + 1 < parts.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(part) + comma.len() <= columns => line.push_str(&format!(" {part}{comma}")),
            Some(_) => lines.push(format!("{}{part}{comma}", " ".repeat(INDENT + 2))),
            None => lines.push(format!("{}{part}{comma}", " ".repeat(INDENT))),
        }
    }
    lines
}

/// `pod catalog/web-1`, `container main`, `node worker-4`
pub(crate) fn parts(subject: &Subject, words: Words, with_node: bool) -> Vec<String> {
    let mut parts = Vec::new();
    match (&subject.pod, &subject.namespace) {
        (Some(pod), Some(namespace)) => parts.push(format!("{} {}/{}", words.pod(), clean(namespace), clean(pod))),
        (Some(pod), None) => parts.push(format!("{} {}", words.pod(), clean(pod))),
        (None, Some(namespace)) => parts.push(format!("{} {}", words.namespace(), clean(namespace))),
        (None, None) => {}
    }
    if let Some(container) = &subject.container {
        parts.push(format!("{} {}", words.container(), clean(container)));
    }
    if let Some(node) = subject.node.as_ref().filter(|_| with_node) {
        parts.push(format!("{} {}", words.node(), clean(node)));
    }
    parts
}

/// The same in one cell of a table: the only subject, or what there are several of.
pub(crate) fn cell(subjects: &[Affected], words: Words, columns: usize) -> String {
    let pods: BTreeSet<_> =
        subjects.iter().filter_map(|affected| affected.subject.pod.as_ref().map(|pod| (&affected.subject.namespace, pod))).collect();
    let images: BTreeSet<&str> = subjects.iter().filter_map(|affected| affected.image.as_deref()).collect();
    let text = match (pods.len(), images.len()) {
        (0 | 1, 0) => subjects.first().map(|affected| parts(&affected.subject, words, true).join(", ")).unwrap_or_default(),
        (0 | 1, 1) => images.first().map(|image| format!("{} {}", words.image(), clean(image))).unwrap_or_default(),
        (pods, images) => words.reach(pods, images, 0, 0),
    };
    cut(&text, columns).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullan_analyzer::Language;

    fn pod(name: &str, image: &str, node: &str) -> Affected {
        let subject = Subject { namespace: Some("shop".into()), pod: Some(name.into()), container: None, node: Some(node.into()) };
        Affected { subject, image: Some(image.into()) }
    }

    fn shown(subjects: &[Affected], columns: usize) -> Vec<String> {
        lines(subjects, Words(Language::English), columns)
    }

    #[test]
    fn many_pods_are_summed_up() {
        let pods: Vec<Affected> = (0..40).map(|index| pod(&format!("web-{index}"), "r/a:1", "n1")).collect();
        assert_eq!(
            shown(&pods, 80),
            ["  pod shop/web-0", "  pod shop/web-1", "  pod shop/web-2", "  and 37 more", "  image r/a:1, node n1"]
        );
        assert_eq!(shown(&pods[..4], 80).len(), 5);
    }

    #[test]
    fn what_is_not_shared_stands_with_its_pod() {
        let pods = [pod("a", "r/a:1", "n1"), pod("b", "r/b:1", "n2")];
        assert_eq!(shown(&pods, 80), ["  pod shop/a, node n1, image r/a:1", "  pod shop/b, node n2, image r/b:1"]);
        assert_eq!(shown(&pods[..1], 80), ["  pod shop/a, node n1, image r/a:1"]);
        assert_eq!(shown(&pods[..1], 20), ["  pod shop/a,", "    node n1", "  image r/a:1"]);
    }

    #[test]
    fn names_from_the_input_are_inert() {
        assert_eq!(shown(&[pod("a\u{1b}[2J", "r\u{202e}", "n\n")], 80), ["  pod shop/a␛[2J, node n␊, image r\u{fffd}"]);
        assert!(shown(&[], 80).is_empty());
    }
}
