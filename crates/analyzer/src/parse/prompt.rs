//! Provisional.
pub(crate) fn command(text: &str) -> Option<Vec<&str>> {
    let t = text.trim();
    for p in ["# ", "$ ", "% ", "> ", "❯ ", "➜ "] {
        if let Some(at) = t.find(p) {
            if at > 60 { continue; }
            let words: Vec<&str> = t[at + p.len()..].split_whitespace().collect();
            if words.first().is_some_and(|w| ["kubectl", "k", "oc", "docker", "crictl", "podman", "cat", "grep", "curl", "telnet", "netstat", "ss"].contains(w)) { return Some(words); }
        }
    }
    None
}
