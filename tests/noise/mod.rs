//! What happens to a text between a terminal and a ticket.
//!
//! In: the sources of a case, as text. Out: the same sources as somebody would paste them. A noise changes how
//! a text looks and never what it says, so an answer must not depend on it.

/// A source: its name and its text.
pub(crate) type Source = (String, String);

/// One kind of noise. A noise that leaves the sources as they are says nothing about the program.
pub(crate) struct Noise {
    /// Its name in the table of rates.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) apply: fn(&[Source]) -> Vec<Source>,
}

/// All kinds.
pub(crate) const NOISES: &[Noise] = &[
    Noise { name: "prompts before", apply: |sources| each(sources, |text| format!("{LOGIN}{text}")) },
    Noise { name: "prompt after", apply: |sources| each(sources, |text| format!("{}\n[root@bastion ~]# \n", text.trim_end_matches('\n'))) },
    Noise { name: "prose around", apply: |sources| each(sources, prose) },
    Noise { name: "Markdown fence", apply: |sources| each(sources, fence) },
    Noise { name: "quoted with >", apply: |sources| lines(sources, |_, line| format!("> {line}")) },
    Noise { name: "CRLF", apply: |sources| each(sources, |text| text.replace('\n', "\r\n")) },
    Noise { name: "trailing blanks", apply: |sources| lines(sources, |_, line| format!("{line}   ")) },
    Noise { name: "tabs in tables", apply: tabs },
    Noise { name: "ANSI colours", apply: |sources| lines(sources, |_, line| colour(line)) },
    Noise {
        name: "indented by 4",
        apply: |sources| lines(sources, |_, line| if line.is_empty() { String::new() } else { format!("    {line}") }),
    },
    Noise { name: "line numbers", apply: |sources| each(sources, number_lines) },
    Noise { name: "| borders", apply: |sources| lines(sources, |_, line| format!("| {line}")) },
    Noise { name: "NBSP", apply: |sources| each(sources, |text| text.replace(' ', "\u{a0}")) },
    Noise { name: "smart quotes", apply: |sources| each(sources, smart_quotes) },
    Noise { name: "HTML entities", apply: |sources| each(sources, entities) },
    Noise { name: "wrapped at 80", apply: |sources| lines(sources, |_, line| wrap(line, 80)) },
    Noise { name: "wrapped at 120", apply: |sources| lines(sources, |_, line| wrap(line, 120)) },
    Noise { name: "wrapped at 200", apply: |sources| lines(sources, |_, line| wrap(line, 200)) },
    Noise {
        name: "timestamps before",
        apply: |sources| lines(sources, |number, line| format!("2026-11-22T09:{:02}:{:02}.1234567Z {line}", number / 60 % 60, number % 60)),
    },
    Noise { name: "sources reversed", apply: |sources| sources.iter().rev().cloned().collect() },
    Noise { name: "image renamed", apply: rename_image },
];

const LOGIN: &str = "Last login: Sun Nov 22 08:51:02 2026 from 10.0.0.7\n[root@bastion ~]# clear\n[root@bastion ~]# cat saved.txt\n";

fn each(sources: &[Source], change: impl Fn(&str) -> String) -> Vec<Source> {
    sources.iter().map(|(name, text)| (name.clone(), change(text))).collect()
}

/// Changes every line; the number counts from 1.
fn lines(sources: &[Source], change: impl Fn(usize, &str) -> String) -> Vec<Source> {
    each(sources, |text| text.lines().zip(1..).map(|(line, number)| change(number, line) + "\n").collect())
}

fn prose(text: &str) -> String {
    format!(
        "Hi all,\n\nthe deployment is stuck since this morning and we do not know why. This is what I could get:\n\n{}\n\n\
         노드는 모두 정상이고 다른 서비스는 문제가 없습니다. 확인 부탁드립니다.\n\n감사합니다.\n",
        text.trim_end_matches('\n')
    )
}

fn fence(text: &str) -> String {
    format!("```text\n{}\n```\n", text.trim_end_matches('\n'))
}

/// As `cat -n` does it. One or two numbered lines are not known as such: the numbers might be theirs.
fn number_lines(text: &str) -> String {
    if text.lines().count() < 3 {
        return text.to_owned();
    }
    text.lines().zip(1..).map(|(line, number)| format!("{number:>6}\t{line}\n")).collect()
}

/// kubecolor paints the type, grep the words that were searched for.
fn colour(line: &str) -> String {
    let line = line.replace("Warning", "\u{1b}[33mWarning\u{1b}[0m").replace("Failed", "\u{1b}[01;31m\u{1b}[KFailed\u{1b}[m\u{1b}[K");
    format!("\u{1b}[37m{line}\u{1b}[0m")
}

/// Tables whose rows have no empty cell: there a run of blanks is one tab, as spreadsheets and some chats make it.
fn tabs(sources: &[Source]) -> Vec<Source> {
    let is_table = |text: &str| {
        let header = text.trim_start().lines().next().unwrap_or_default();
        (header.starts_with("LAST SEEN") || header.starts_with("NAME ") || header == "Events:") && !header.contains("SUBOBJECT")
    };
    each(sources, |text| if is_table(text) { text.lines().map(|line| tab_line(line) + "\n").collect() } else { text.to_owned() })
}

fn tab_line(line: &str) -> String {
    let content = line.trim_start();
    let mut out = line[..line.len() - content.len()].to_owned();
    let mut blanks = 0;
    for c in content.chars() {
        if c == ' ' {
            blanks += 1;
            continue;
        }
        out.push_str(match blanks {
            0 => "",
            1 => " ",
            _ => "\t",
        });
        blanks = 0;
        out.push(c);
    }
    out
}

fn smart_quotes(text: &str) -> String {
    let mut open = false;
    text.chars()
        .map(|c| match c {
            '"' => {
                open = !open;
                if open { '\u{201c}' } else { '\u{201d}' }
            }
            '\'' => '\u{2019}',
            other => other,
        })
        .collect()
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// As a terminal does it: in the middle of a word, without a mark.
fn wrap(line: &str, width: usize) -> String {
    let characters: Vec<char> = line.chars().collect();
    characters.chunks(width).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// Gives every image another name of the same length, so that tables keep their columns: the last part of
/// each repository has its letters turned by 13.
fn rename_image(sources: &[Source]) -> Vec<Source> {
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
