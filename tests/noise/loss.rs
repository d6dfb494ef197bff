//! What is no longer there: headers, ends of lines, the middle.

/// The lines of a text that are headers of tables.
pub(super) fn headers(text: &str) -> Vec<usize> {
    let is_header = |line: &str| {
        let line = line.trim_start();
        let starts = ["LAST SEEN ", "NAMESPACE ", "NAME ", "Type  ", "----  ", "Proto ", "CONTAINER "];
        starts.iter().any(|start| line.starts_with(start)) && !line.contains(':')
    };
    text.lines().zip(1..).filter(|(line, _)| is_header(line)).map(|(_, number)| number).collect()
}

pub(super) fn without(text: &str, lost: &[usize]) -> String {
    text.lines().zip(1..).filter(|(_, number)| !lost.contains(number)).map(|(line, _)| line.to_owned() + "\n").collect()
}

/// The mouse was put down in the middle of the first line.
pub(super) fn cut_first(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let half = first.chars().count() / 2;
    first.chars().skip(half).collect::<String>() + "\n" + rest
}

/// It was let go in the middle of the last.
pub(super) fn cut_last(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let half = text[start..].chars().count() / 2;
    text[..start].to_owned() + &text[start..].chars().take(half).collect::<String>()
}

/// Somebody says that there was more, behind a third of the lines.
pub(super) fn elision(text: &str) -> String {
    let third = text.lines().count() / 3;
    text.lines().zip(0..).map(|(line, at)| if at == third && at > 0 { format!("...\n{line}\n") } else { format!("{line}\n") }).collect()
}

/// The line in the middle was left out.
pub(super) fn elided(text: &str) -> String {
    let middle = text.lines().count() / 2;
    text.lines().zip(0..).map(|(line, at)| if at == middle { "...\n".to_owned() } else { format!("{line}\n") }).collect()
}
