//! The page for a browser, as the built binary writes it, read with an HTML parser.
//!
//! What a browser makes of it is tested in `tests/browser/`; here is what holds for every input: well-formed, complete in
//! itself, linked both ways, the input as it was, nothing hostile.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot run its program has failed

use pullan_analyzer::{Analyzer, Language, RuleSet, TextBounds};
use pullan_render::html::render;
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/render")
}

fn page_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_pullan"))
        .args(["analyze", "--format", "html"])
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .expect("the program runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn page(arguments: &[&str]) -> String {
    page_in(&inputs(), arguments)
}

fn all(html: &Html, selector: &str) -> Vec<String> {
    select(html, selector).iter().map(text).collect()
}

fn select<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect()
}

/// Each input of `tests/render`, in both languages.
fn pages() -> Vec<(String, String)> {
    let mut names: Vec<String> = std::fs::read_dir(inputs())
        .expect("a folder")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert!(names.len() > 10);
    names.iter().flat_map(|name| ["en", "ko"].map(|language| (name.clone(), page(&[name, "--lang", language])))).collect()
}

#[test]
fn a_page() {
    let shown = page(&["refused-docker.txt"]);
    let (head, rest) = shown.split_once("<style>").expect("a style sheet");
    let (_, body) = rest.split_once("</style>").expect("its end");
    // A new rule or a release should not change it.
    let body = body.replace(env!("CARGO_PKG_VERSION"), "[version]");
    let rules = body.find(" rules</p>").expect("the coverage");
    let from = body[..rules].rfind(' ').expect("a number") + 1;
    let head = head.replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::assert_snapshot!(format!("{head}<style>[style]</style>{}[n]{}", &body[..from], &body[rules..]));
}

#[test]
fn every_page_is_well_formed_and_complete_in_itself() {
    let loads = ["script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form", "image", "use", "foreignObject"];
    for (name, shown) in pages() {
        let html = Html::parse_document(&shown);
        assert_eq!(html.errors, Vec::<String>::new(), "{name}");
        for element in loads {
            assert!(select(&html, element).is_empty(), "{name}: <{element}>");
        }
        let policy = select(&html, "meta[http-equiv='Content-Security-Policy']");
        assert!(policy[0].attr("content").is_some_and(|policy| policy.starts_with("default-src 'none'")), "{name}");
        for element in select(&html, "*") {
            for (attribute, value) in element.value().attrs() {
                let inert = !attribute.starts_with("on") && !["src", "srcset", "style", "action", "data"].contains(&attribute);
                assert!(inert, "{name}: {attribute}=\"{value}\"");
                assert!(attribute != "href" || value.starts_with('#') || value.starts_with("https://"), "{name}: {value}");
            }
        }
        assert!(!shown.contains("url(") && !shown.contains("@import"), "{name}");
    }
}

#[test]
fn every_link_on_the_page_has_its_target() {
    for (name, shown) in pages() {
        check_links(&name, &Html::parse_document(&shown));
    }
}

/// The whole corpus, and what the fuzz targets start from, which is often broken on purpose.
#[test]
fn whatever_is_read_makes_a_page() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["corpus", "fuzz/seeds"] {
        collect(&root.join(folder), &mut files);
    }
    assert!(files.len() > 200, "{}", files.len());
    for file in files {
        let mut session = analyzer.session();
        session.keep_text(TextBounds::default());
        session.push("input.txt", &std::fs::read(&file).expect("readable"));
        let report = session.finish();
        let html = Html::parse_document(&render(&report, Language::Korean));
        let name = file.display().to_string();
        assert_eq!(html.errors, Vec::<String>::new(), "{name}");
        check_links(&name, &html);
        assert_eq!(select(&html, ".finding").len(), report.diagnoses.len(), "{name}");
        assert_eq!(select(&html, ".source .l").len() as u64, report.coverage.lines, "{name}");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

fn check_links(name: &str, html: &Html) {
    let ids: Vec<&str> = select(html, "[id]").iter().filter_map(|element| element.attr("id")).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{name}: an id stands twice");
    for attribute in ["href", "aria-labelledby"] {
        for element in select(html, &format!("[{attribute}]")) {
            let value = element.attr(attribute).unwrap_or_default();
            let target = value.strip_prefix('#').or((attribute != "href").then_some(value));
            assert!(target.is_none_or(|target| distinct.contains(target)), "{name}: {value}");
        }
    }
}

#[test]
fn findings_and_lines_lead_to_each_other() {
    let mut checked = 0;
    for (name, shown) in pages() {
        let html = Html::parse_document(&shown);
        let lines = select(&html, ".source .l.cited");
        for proof in select(&html, ".proof") {
            let id = proof.attr("id").expect("an id");
            let link = proof.select(&Selector::parse("figcaption a").expect("a selector")).next().expect("a link");
            let line = lines.iter().find(|line| link.attr("href") == line.attr("id").map(|id| format!("#{id}")).as_deref());
            let line = line.unwrap_or_else(|| panic!("{name}: {id} cites no line"));
            let mark = Selector::parse("mark").expect("a selector");
            let marked: Vec<String> = proof.select(&mark).map(|mark| text(&mark)).collect();
            assert!(!marked.is_empty(), "{name}: {id} marks nothing");
            assert!(marked.iter().any(|marked| text(line).contains(marked.as_str())), "{name}: {id} {marked:?}");
            let back = Selector::parse(&format!("a[href='#{id}']")).expect("a selector");
            assert!(line.select(&back).next().is_some(), "{name}: no way back to {id}");
            checked += 1;
        }
        assert_eq!(all(&html, ".finding h3").len(), select(&html, "nav ol a").len(), "{name}");
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn the_input_is_shown_as_it_was() {
    for name in ["two-causes.txt", "whole-guide.md", "refused-docker.txt"] {
        let original = std::fs::read_to_string(inputs().join(name)).expect("readable");
        let shown = page(&[name]);
        let html = Html::parse_document(&shown);
        let lines: Vec<String> = all(&html, ".source .c").iter().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines, original.lines().map(str::trim_end).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn pictures_have_a_name_and_a_table() {
    let html = page(&["two-causes.txt"]);
    let html = Html::parse_document(&html);
    let pictures = select(&html, "svg");
    assert_eq!(pictures.len(), 2);
    for picture in pictures {
        assert!(picture.attr("aria-labelledby").is_some() && picture.attr("role") == Some("group"));
    }
    assert_eq!(all(&html, "#map .node.error text:not(.number)"), ["team/app:v42", "reg-e.corp.example"]);
    assert_eq!(all(&html, "#map tbody td:last-child"), ["1", "2"]);
    assert!(all(&html, "#timeline tbody th").len() > 5);
}

#[test]
fn hostile_text_is_inert() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-html");
    std::fs::create_dir_all(&folder).expect("created");
    let name = if cfg!(windows) { "plain.txt" } else { "<img src=x onerror=alert(1)>\n\" onmouseover=\"x\u{202e}.txt" };
    let paste = concat!(
        "</pre></code><script>alert(1)</script><svg onload=alert(1)>\u{1b}]0;owned\u{7}\n",
        "shop  9s  Warning  Failed  pod/\"><script>alert(2)</script>  Failed to pull image \"r.example/<b>a</b>:1\": rpc error: code = Unknown desc = failed to do request: Head \"https://r.example/v2/'onclick='x\": dial tcp 10.0.0.1:443: connect: connection refused\u{202e}<!--\n",
        "  Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image \"registry.example/te\u{1b}[2Jam/app:v9\u{202e}\": rpc error: code = NotFound desc = failed to resolve reference \"registry.example/team/app:v9\": registry.example/team/app:v9: not found ]]></style>\n",
        "javascript:alert(3) &lt;script&gt; \u{200b}\u{2066}{{ 7*7 }} {% raw %}\n",
    );
    std::fs::write(folder.join(name), paste).expect("written");
    for language in ["en", "ko"] {
        let shown = page_in(&folder, &[name, "--lang", language]);
        let html = Html::parse_document(&shown);
        assert_eq!(html.errors, Vec::<String>::new());
        assert!(select(&html, "script, img, b, svg[onload]").is_empty());
        let strange = select(&html, "*")
            .iter()
            .flat_map(|element| element.value().attrs().collect::<Vec<_>>())
            .find(|(name, _)| name.starts_with("on"));
        assert_eq!(strange, None);
        let hostile = |c: &char| {
            (c.is_control() && !matches!(c, '\n' | '\t'))
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(shown.chars().find(hostile), None);
        let lines = all(&html, ".source .c");
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("</pre></code><script>alert(1)</script>") && lines[3].contains("&lt;script&gt;"), "{lines:?}");
        assert!(all(&html, ".source h3 code")[0].contains(if cfg!(windows) { "plain" } else { "alert(1)>␊\" on" }));
    }
}

#[test]
fn failures_of_other_kinds_lead_to_their_lines() {
    let html = Html::parse_document(&page(&["unschedulable.txt"]));
    let link = select(&html, "#others td a")[0].attr("href").expect("a target").to_owned();
    let line = select(&html, &format!(".source .cited{link}"));
    assert!(text(&line[0]).contains("FailedScheduling"), "{link}");
    assert_eq!(all(&html, &format!("{link} a[href='#others']")).len(), 1);
}

#[test]
fn secrets_are_not_shown() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secret-html");
    std::fs::create_dir_all(&folder).expect("created");
    let paste = "$ docker login -u me -p hunter2secret r.example\nError response from daemon: Get \"https://r.example/v2/\": unauthorized: incorrect username or password\n";
    std::fs::write(folder.join("login.txt"), paste).expect("written");
    let shown = page_in(&folder, &["login.txt"]);
    assert!(!shown.contains("hunter2secret") && shown.contains("-p *************"), "{shown}");
}

#[test]
fn of_a_large_input_what_stands_around_citations_is_shown() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large-html");
    std::fs::create_dir_all(&folder).expect("created");
    let failure = "Warning  Failed  9s  kubelet  Failed to pull image \"r.example/a:1\": rpc error: code = Unknown desc = failed to do request: Head \"https://r.example/v2/a/manifests/1\": dial tcp 10.0.0.1:443: connect: connection refused";
    let filler =
        |from: usize, to: usize| (from..to).map(|number| format!("routine line {number} with nothing in it\n")).collect::<String>();
    std::fs::write(folder.join("large.log"), format!("{}{failure}\n\n{}", filler(0, 15_000), filler(15_000, 30_000))).expect("written");
    let shown = page_in(&folder, &["large.log"]);
    let html = Html::parse_document(&shown);
    assert!(shown.len() < 100_000, "{}", shown.len());
    assert_eq!(all(&html, ".source .n"), (14_996..=15_006).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(all(&html, ".left-out"), ["14,995 lines left out\n", "14,996 lines left out\n"]);
    assert_eq!(shown, page_in(&folder, &["large.log"]), "the same input gives the same page");
}

#[test]
fn a_page_with_hundreds_of_findings_stays_readable() {
    let pulls = (0..600).map(|at| {
        format!("shop  9s  Warning  Failed  pod/web-{at}  Failed to pull image \"r{at}.example/app:1\": dial tcp: lookup r{at}.example on 10.96.0.10:53: no such host\n")
    });
    let crashes = (0..700).map(|at| format!("shop   job-{at}   0/1   CrashLoopBackOff   9   10m\n"));
    let text: String = pulls.chain(["NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE\n".to_owned()]).chain(crashes).collect();
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.keep_text(TextBounds::default());
    session.push("many.txt", text.as_bytes());
    let report = session.finish();
    assert!(
        report.diagnoses.len() > 300 && report.other_failures.len() > 600,
        "{} {}",
        report.diagnoses.len(),
        report.other_failures.len()
    );
    let page = render(&report, Language::English);
    assert!(page.len() < 4 << 20, "{} bytes", page.len());
    let html = Html::parse_document(&page);
    check_links("many.txt", &html);
    assert_eq!(select(&html, "article.finding").len(), 200);
    assert_eq!(select(&html, "#others tbody tr").len(), 500);
    let shown = all(&html, "main").concat();
    assert!(shown.contains(&format!("{} more findings are not on this page", report.diagnoses.len() - 200)), "no word of what is left out");
    assert!(all(&html, "header").concat().contains(&report.diagnoses.len().to_string()), "the sum counts all");
}
