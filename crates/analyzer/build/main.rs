//! Checks every built-in rule and stores the checked set, so that the program does neither at its start.
//!
//! In: `rules/<family>/<id>.yaml` and `knowledge/*.yaml`. Out: `$OUT_DIR/rules.bin`. A rule with a problem
//! stops the build with all problems of all rules. The checker is the library's own, included by path.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::expect_used, clippy::exit)]

mod fact;
mod rule;

use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=knowledge");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/rule");
    println!("cargo:rerun-if-changed=src/fact/vocabulary.rs");
    let mut errors = Vec::new();
    let mut rules = Vec::new();
    for path in yaml_files(&root.join("rules")) {
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        match rule::check::check(&name, &text) {
            Ok(rule) => {
                let expected = format!("{}/{}.yaml", rule.family, rule.id);
                if !name.ends_with(&expected) {
                    errors.push(format!("{name}: the rule says it is {expected}"));
                }
                rules.push((name, rule));
            }
            Err(found) => errors.extend(found.iter().map(ToString::to_string)),
        }
    }
    rules.sort_by(|(_, a), (_, b)| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
    errors.extend(rule::check::check_set(&rules).iter().map(ToString::to_string));
    let read = |name: &str| std::fs::read_to_string(root.join("knowledge").join(name)).unwrap_or_default();
    let knowledge = rule::knowledge::Knowledge::parse(&read("registries.yaml"), &read("runtimes.yaml"), &read("lists.yaml"));
    let knowledge = knowledge.unwrap_or_else(|error| {
        errors.push(format!("knowledge/{error}"));
        rule::knowledge::Knowledge::default()
    });
    if !errors.is_empty() {
        for error in &errors {
            println!("cargo:warning={error}");
        }
        eprintln!("{}", errors.join("\n"));
        std::process::exit(1);
    }
    let rules: Vec<rule::model::Rule> = rules.into_iter().map(|(_, rule)| rule).collect();
    let bytes = postcard::to_allocvec(&(rules, knowledge)).expect("rules are plain data");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("rules.bin"), bytes).expect("OUT_DIR is writable");
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
