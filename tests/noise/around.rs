//! What stands before, behind and around a text: prompts, prose, fences, margins.

const LOGIN: &str = "Last login: Sun Nov 22 08:51:02 2026 from 10.0.0.7\n[root@bastion ~]# clear\n[root@bastion ~]# cat saved.txt\n";

pub(super) fn login(text: &str) -> String {
    format!("{LOGIN}{text}")
}

pub(super) fn behind(text: &str, prompt: &str) -> String {
    format!("{}\n{prompt}\n", text.trim_end_matches('\n'))
}

/// The command above a text, and the empty prompt below it.
pub(super) fn prompts(text: &str, prompt: &str, command: &str) -> String {
    behind(&format!("{prompt}{command}\n{text}"), prompt)
}

pub(super) fn prose(text: &str) -> String {
    format!(
        "Hi all,\n\nthe deployment is stuck since this morning and we do not know why. This is what I could get:\n\n{}\n\n\
         노드는 모두 정상이고 다른 서비스는 문제가 없습니다. 확인 부탁드립니다.\n\n감사합니다.\n",
        text.trim_end_matches('\n')
    )
}

pub(super) fn fence(text: &str) -> String {
    format!("```text\n{}\n```\n", text.trim_end_matches('\n'))
}

pub(super) fn list_item(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().map(|line| format!("- {line}\n"));
    first.into_iter().chain(lines.map(|line| format!("  {line}\n"))).collect()
}

/// One or two numbered lines are not known as such: the numbers might be theirs.
pub(super) fn numbers(text: &str, shown: impl Fn(usize) -> String) -> String {
    if text.lines().count() < 3 {
        return text.to_owned();
    }
    text.lines().zip(1..).map(|(line, number)| shown(number) + line + "\n").collect()
}

/// As a terminal's interface draws a pane.
pub(super) fn frame(text: &str) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let bar = "─".repeat(width + 2);
    let inner: String = text.lines().map(|line| format!("│ {line:<width$} │\n")).collect();
    format!("┌{bar}┐\n{inner}└{bar}┘\n")
}
