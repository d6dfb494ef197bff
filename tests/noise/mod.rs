//! What happens to a text between a terminal and a ticket.
//!
//! In: the sources of a case, as text. Out: the same sources as somebody would paste them. A noise changes how
//! a text looks and never what it says, so an answer must not depend on it. What a noise takes away is told by
//! [`Noise::loses`]: a case whose evidence stands there is not tried with it.

mod around;
mod inside;
mod loss;
mod renamed;
mod shape;

/// A source: its name and its text.
pub(crate) type Source = (String, String);

/// One kind of noise. A noise that leaves the sources as they are says nothing about the program.
pub(crate) struct Noise {
    /// Its name in the table of rates.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) apply: fn(&[Source]) -> Vec<Source>,
    /// Numbers (from 1) of the lines of a text that are not whole any more.
    pub(crate) loses: fn(&str) -> Vec<usize>,
    /// What may be said beside the answer, because the noise says it.
    pub(crate) adds: &'static [&'static str],
}

impl Noise {
    const fn new(name: &'static str, apply: fn(&[Source]) -> Vec<Source>) -> Noise {
        Noise { name, apply, loses: |_| Vec::new(), adds: &[] }
    }

    const fn losing(self, loses: fn(&str) -> Vec<usize>) -> Noise {
        Noise { loses, ..self }
    }

    const fn adding(self, adds: &'static [&'static str]) -> Noise {
        Noise { adds, ..self }
    }
}

/// All kinds.
pub(crate) const NOISES: &[Noise] = &[
    Noise::new("login and prompts before", |sources| each(sources, around::login)),
    Noise::new("root prompt behind", |sources| each(sources, |text| around::behind(text, "[root@bastion ~]# "))),
    Noise::new("bash prompts", |sources| each(sources, |text| around::prompts(text, "ops@jump:~/tickets$ ", "cat saved.txt"))),
    Noise::new("bare $ prompts", |sources| each(sources, |text| around::prompts(text, "$ ", "cat saved.txt"))),
    Noise::new("container prompts", |sources| each(sources, |text| around::prompts(text, "/ # ", "cat saved.txt"))),
    Noise::new("zsh prompts", |sources| each(sources, |text| around::prompts(text, "➜  tickets git:(main) ✗ ", "cat saved.txt"))),
    Noise::new("PowerShell prompts", |sources| each(sources, |text| around::prompts(text, "PS C:\\Users\\ops> ", "Get-Content saved.txt"))),
    Noise::new("cmd.exe prompts", |sources| each(sources, |text| around::prompts(text, "C:\\Users\\ops>", "type saved.txt"))),
    Noise::new("prose in two languages around", |sources| each(sources, around::prose)),
    Noise::new("Markdown fence", |sources| each(sources, around::fence)),
    Noise::new("HTML pre", |sources| each(sources, |text| format!("<pre>{}</pre>\n", inside::entities(text).trim_end_matches('\n')))),
    Noise::new("in a list item", |sources| each(sources, around::list_item)),
    Noise::new("indented by 4", |sources| lines(sources, |_, line| if line.is_empty() { String::new() } else { format!("    {line}") })),
    Noise::new("quoted with >", |sources| lines(sources, |_, line| format!("> {line}"))),
    Noise::new("quoted twice", |sources| lines(sources, |_, line| format!(">> {line}"))),
    Noise::new("inline code", |sources| lines(sources, |_, line| if line.is_empty() { String::new() } else { format!("`{line}`") })),
    Noise::new("<br> at line ends", |sources| lines(sources, |_, line| format!("{line}<br>"))),
    Noise::new("numbers of cat -n", |sources| each(sources, |text| around::numbers(text, |number| format!("{number:>6}\t")))),
    Noise::new("numbers and borders", |sources| each(sources, |text| around::numbers(text, |number| format!("{number:>4} | ")))),
    Noise::new("| borders", |sources| lines(sources, |_, line| format!("| {line}"))),
    Noise::new("box around", |sources| each(sources, around::frame)),
    Noise::new("ISO times before", |sources| {
        lines(sources, |number, line| format!("2026-11-22T09:{:02}:{:02}.1234567Z {line}", number / 60 % 60, number % 60))
    }),
    Noise::new("times in brackets before", |sources| {
        lines(sources, |number, line| format!("[2026-11-22 09:{:02}:{:02}] {line}", number / 60 % 60, number % 60))
    }),
    Noise::new("times of ts before", |sources| {
        lines(sources, |number, line| format!("Nov 22 09:{:02}:{:02} {line}", number / 60 % 60, number % 60))
    }),
    Noise::new("CRLF", |sources| each(sources, |text| text.replace('\n', "\r\n"))),
    Noise::new("trailing blanks", |sources| lines(sources, |_, line| format!("{line}   "))),
    Noise::new("padded to 120", |sources| lines(sources, |_, line| format!("{line:<120}"))),
    Noise::new("tabs in tables", shape::tabs),
    Noise::new("wrapped at 80", |sources| lines(sources, |_, line| shape::wrap(line, 80))),
    Noise::new("wrapped at 120", |sources| lines(sources, |_, line| shape::wrap(line, 120))),
    Noise::new("wrapped at 200", |sources| lines(sources, |_, line| shape::wrap(line, 200))),
    Noise::new("folded YAML", |sources| each(sources, shape::fold)),
    Noise::new("ANSI colours", |sources| lines(sources, |_, line| inside::colour(line))),
    Noise::new("NBSP", |sources| each(sources, |text| text.replace(' ', "\u{a0}"))),
    Noise::new("smart quotes", |sources| each(sources, inside::smart_quotes)),
    Noise::new("HTML entities", |sources| each(sources, inside::entities)),
    Noise::new("&nbsp; between columns", |sources| each(sources, |text| text.replace("  ", "&nbsp; "))),
    Noise::new("escaped quotes", |sources| each(sources, inside::escaped)),
    Noise::new("combined from similar events", |sources| each(sources, inside::combined)).adding(&["evidence-aggregated-events"]),
    Noise::new("headers lost", |sources| each(sources, |text| loss::without(text, &loss::headers(text)))).losing(loss::headers),
    Noise::new("first line cut off", |sources| each(sources, loss::cut_first)).losing(|_| vec![1]),
    Noise::new("last line cut off", |sources| each(sources, loss::cut_last)).losing(|text| vec![text.lines().count()]),
    Noise::new("... between", |sources| each(sources, loss::elision)),
    Noise::new("... for a line", |sources| each(sources, loss::elided)).losing(|text| vec![text.lines().count() / 2 + 1]),
    Noise::new("sources reversed", |sources| sources.iter().rev().cloned().collect()),
    Noise::new("image renamed", renamed::image),
];

fn each(sources: &[Source], change: impl Fn(&str) -> String) -> Vec<Source> {
    sources.iter().map(|(name, text)| (name.clone(), change(text))).collect()
}

/// Changes every line; the number counts from 1.
fn lines(sources: &[Source], change: impl Fn(usize, &str) -> String) -> Vec<Source> {
    each(sources, |text| text.lines().zip(1..).map(|(line, number)| change(number, line) + "\n").collect())
}

/// Whether a text is an object in YAML or JSON, or lines of JSON.
fn is_object(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['{', '[']) || text.starts_with("apiVersion:") || text.starts_with("- apiVersion:") || text.starts_with("items:")
}
