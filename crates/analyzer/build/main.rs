//! Checks every built-in rule and stores the checked set, so that the program does neither at its start.
//!
//! In: `rules/<family>/<id>.yaml` and `knowledge/*.yaml`. Out: `$OUT_DIR/rules.bin`. A rule with a problem
//! stops the build with all problems of all rules. The checker is the library's own, included by path.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::exit,
    clippy::disallowed_methods
)]

mod fact;
mod rule;

use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=knowledge");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/rule");
    println!("cargo:rerun-if-changed=src/fact/vocabulary");
    let mut errors = Vec::new();
    let read = |name: &str| std::fs::read_to_string(root.join("knowledge").join(name)).unwrap_or_default();
    let knowledge = rule::knowledge::Knowledge::parse(&read("registries.yaml"), &read("runtimes.yaml"), &read("lists.yaml"));
    let knowledge = knowledge.unwrap_or_else(|error| {
        errors.push(format!("knowledge: {error}"));
        rule::knowledge::Knowledge::default()
    });
    let file = |path: PathBuf| {
        (path.strip_prefix(&root).unwrap_or(&path).display().to_string(), std::fs::read_to_string(&path).unwrap_or_default())
    };
    let files: Vec<rule::check::File> = yaml_files(&root.join("rules")).into_iter().map(file).collect();
    let mut rules = rule::check::check_all(&files, [], &knowledge).unwrap_or_else(|found| {
        errors.extend(found.iter().map(shown));
        Vec::new()
    });
    for ((name, _), rule) in files.iter().zip(&rules) {
        let expected = format!("{}/{}.yaml", rule.family, rule.id);
        if !name.replace('\\', "/").ends_with(&expected) {
            errors.push(format!("{name}: the rule says it is {expected}"));
        }
    }
    rules.sort_by(|a, b| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
    if !errors.is_empty() {
        eprintln!("{}", errors.join("\n"));
        std::process::exit(1);
    }
    let bytes = postcard::to_allocvec(&(rules, knowledge)).expect("rules are plain data");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("rules.bin"), bytes).expect("OUT_DIR is writable");
}

/// The problem, its line and a mark below it.
fn shown(error: &rule::error::RuleError) -> String {
    format!("{error}\n    {}\n    {:>2$}\n", error.text, "^", error.column)
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(yaml_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}
