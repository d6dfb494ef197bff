//! What rules share: registries, runtimes and word lists, as data.
//!
//! In: the YAML files in `knowledge/`. Out: [`Knowledge`]: which registry product a host belongs to, what its
//! answers mean, and how a task is done with a runtime.

use super::document::{Localized, StepDocument};
use super::error::RuleErrors;
use super::format;
use super::model::{Step, Texts};
use super::shape::{self, Shape};
use super::template::find_ignoring_case;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything in `knowledge/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Registry products, the first that fits wins.
    pub registries: Vec<RegistryKnowledge>,
    /// Tasks by runtime.
    pub runtimes: Vec<RuntimeKnowledge>,
    /// Named word lists.
    pub lists: BTreeMap<String, Vec<String>>,
}

/// One registry product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryKnowledge {
    /// Value of the `provider` field.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Host patterns: literals and `{part}`s; only a part at the end may hold dots.
    pub hosts: Vec<String>,
    /// Only where the port lies in the range of NodePorts.
    pub node_port: bool,
    /// What its answers mean.
    pub note: Texts,
    /// Its own steps by rule family.
    pub steps: BTreeMap<String, Vec<Step>>,
}

/// One runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuntimeKnowledge {
    /// `containerd`, `cri-o`, `docker` or `any`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Steps by task.
    pub tasks: BTreeMap<String, Vec<Step>>,
}

impl Knowledge {
    /// The registry product of a `host[:port]`; the port matters to registries behind a NodePort only.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// assert_eq!(RuleSet::builtin().knowledge().provider("ghcr.io"), Some("ghcr"));
    /// ```
    pub fn provider(&self, host: &str) -> Option<&str> {
        let (bare, port) = split_port(host);
        let behind_node_port = port.is_some_and(|port| NODE_PORTS.contains(&port));
        let fits = |registry: &&RegistryKnowledge| {
            (behind_node_port || !registry.node_port) && registry.hosts.iter().any(|pattern| host_fits(pattern, bare))
        };
        self.registries.iter().find(fits).map(|registry| registry.id.as_str())
    }

    /// The pattern of a registry product that a host fits, and what the pattern's parts are in it.
    pub(crate) fn pattern<'k, 'h>(&'k self, host: &'h str) -> Option<(&'k str, HostParts<'k, 'h>)> {
        let products = self.registries.iter().filter(|registry| !registry.node_port);
        products.flat_map(|registry| &registry.hosts).find_map(|pattern| Some((pattern.as_str(), host_parts(pattern, host)?)))
    }

    /// The entry of a registry product.
    ///
    /// ```
    /// use pullan_analyzer::RuleSet;
    /// assert!(RuleSet::builtin().knowledge().registry("ghcr").is_some());
    /// ```
    pub fn registry(&self, id: &str) -> Option<&RegistryKnowledge> {
        self.registries.iter().find(|registry| registry.id == id)
    }

    /// How a task is done with a runtime; `any` where the runtime is not known or has no way of its own.
    pub fn task(&self, runtime: Option<&str>, task: &str) -> &[Step] {
        let of = |id: &str| self.runtimes.iter().find(|entry| entry.id == id).and_then(|entry| entry.tasks.get(task));
        runtime.and_then(of).or_else(|| of("any")).map_or(&[], Vec::as_slice)
    }

    /// Names of all tasks of all runtimes.
    pub fn tasks(&self) -> Vec<&str> {
        let names: std::collections::BTreeSet<&str> =
            self.runtimes.iter().flat_map(|runtime| runtime.tasks.keys().map(String::as_str)).collect();
        names.into_iter().collect()
    }

    /// Whether a list has a word.
    pub fn listed(&self, list: &str, word: &str) -> bool {
        self.lists.get(list).is_some_and(|words| words.iter().any(|known| known == word))
    }

    /// Reads the three files.
    pub fn parse(registries: &str, runtimes: &str, lists: &str) -> Result<Knowledge, String> {
        let registries: Vec<RegistryDocument> = read("registries.yaml", registries, &format::REGISTRIES)?;
        let runtimes: Vec<RuntimeDocument> = read("runtimes.yaml", runtimes, &format::RUNTIMES)?;
        let lists: BTreeMap<String, Vec<String>> = read("lists.yaml", lists, &format::LISTS)?;
        Ok(Knowledge {
            registries: registries.into_iter().map(RegistryDocument::check).collect::<Result<_, _>>()?,
            runtimes: runtimes.into_iter().map(RuntimeDocument::check).collect::<Result<_, _>>()?,
            lists,
        })
    }
}

fn read<T: DeserializeOwned>(file: &str, text: &str, shape: &Shape) -> Result<T, String> {
    shape::read_whole(file, text, shape).map_err(|errors| RuleErrors(errors).to_string())
}

/// Where Services of type NodePort lie unless the API server was told otherwise.
const NODE_PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;

/// `host:port`, `[::1]:port`, or a host alone.
fn split_port(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((bare, port)) if !port.ends_with(']') => (bare, port.parse().ok()),
        _ => (host, None),
    }
}

fn host_fits(pattern: &str, host: &str) -> bool {
    host_parts(pattern, host).is_some()
}

/// Parts of a pattern with what they fit.
pub(crate) type HostParts<'p, 'h> = Vec<(&'p str, &'h str)>;

/// What each `{part}` of a pattern fits: one or more characters without a dot, and at the end of the pattern with dots. `None` where
/// the pattern does not fit.
fn host_parts<'p, 'h>(pattern: &'p str, host: &'h str) -> Option<HostParts<'p, 'h>> {
    // Most hosts end otherwise than most patterns.
    let ends = |text: &str| text.bytes().next_back().map(|byte| byte.to_ascii_lowercase());
    if !pattern.ends_with('}') && ends(pattern) != ends(host) {
        return None;
    }
    let tail = pattern.rfind('}').map_or(pattern, |at| &pattern[at + 1..]).as_bytes();
    let end = host.len().checked_sub(tail.len())?;
    if !host.as_bytes()[end..].eq_ignore_ascii_case(tail) {
        return None;
    }
    let mut host = host;
    let mut rest = pattern;
    let mut parts = Vec::new();
    loop {
        match rest.find('{') {
            Some(0) => {
                let end = rest.find('}')?;
                let name = &rest[1..end];
                rest = &rest[end + 1..];
                if rest.is_empty() {
                    parts.push((name, host));
                    return (!host.is_empty()).then_some(parts);
                }
                let literal = rest.split('{').next().unwrap_or(rest);
                let limit = host.find('.').unwrap_or(host.len());
                let length = if literal.is_empty() { Some(limit) } else { find_ignoring_case(host, literal, 1).filter(|at| *at <= limit) };
                let length = length.filter(|length| *length > 0)?;
                parts.push((name, &host[..length]));
                host = &host[length..];
            }
            at => {
                let literal = &rest[..at.unwrap_or(rest.len())];
                let after = host.get(..literal.len()).filter(|head| head.eq_ignore_ascii_case(literal)).map(|_| &host[literal.len()..])?;
                host = after;
                rest = &rest[literal.len()..];
                if rest.is_empty() {
                    return host.is_empty().then_some(parts);
                }
            }
        }
        if rest.is_empty() {
            return host.is_empty().then_some(parts);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistryDocument {
    id: String,
    name: String,
    hosts: Vec<String>,
    #[serde(default, rename = "node-port")]
    node_port: bool,
    #[serde(default)]
    note: Option<Localized>,
    #[serde(default)]
    steps: BTreeMap<String, Vec<StepDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuntimeDocument {
    id: String,
    #[serde(default)]
    name: String,
    tasks: BTreeMap<String, Vec<StepDocument>>,
}

impl RegistryDocument {
    fn check(self) -> Result<RegistryKnowledge, String> {
        let note = self.note.map_or_else(Texts::default, |note| Texts { en: note.en, ko: note.ko });
        let steps = steps(&self.id, self.steps)?;
        Ok(RegistryKnowledge { id: self.id, name: self.name, hosts: self.hosts, node_port: self.node_port, note, steps })
    }
}

impl RuntimeDocument {
    fn check(self) -> Result<RuntimeKnowledge, String> {
        Ok(RuntimeKnowledge { tasks: steps(&self.id, self.tasks)?, id: self.id, name: self.name })
    }
}

fn steps(id: &str, documents: BTreeMap<String, Vec<StepDocument>>) -> Result<BTreeMap<String, Vec<Step>>, String> {
    documents
        .into_iter()
        .map(|(key, list)| {
            Ok((key.clone(), list.into_iter().map(|step| shared_step(&format!("{id}.{key}"), step)).collect::<Result<_, String>>()?))
        })
        .collect()
}

/// Shared steps have no conditions, since they do not know the anchor.
fn shared_step(place: &str, document: StepDocument) -> Result<Step, String> {
    let risk = document.risk.ok_or_else(|| format!("{place}: a step needs `risk`"))?;
    if !document.when.is_empty() {
        return Err(format!("{place}: a shared step has no `when`"));
    }
    let say = document.say.ok_or_else(|| format!("{place}: a step needs `say`"))?;
    Ok(Step { task: None, risk, say: Texts { en: say.en, ko: say.ko }, run: document.run, when: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_fit_whole() {
        assert!(host_fits("{account}.dkr.ecr.{region}.amazonaws.com", "123456789012.dkr.ecr.us-east-1.amazonaws.com"));
        assert!(!host_fits("{account}.dkr.ecr.{region}.amazonaws.com", "dkr.ecr.us-east-1.amazonaws.com"));
        assert!(host_fits("ghcr.io", "GHCR.io") && !host_fits("ghcr.io", "ghcr.io.evil"));
        assert!(host_fits("harbor.{domain}", "harbor.corp.example") && !host_fits("harbor.{domain}", "harbor."));
        assert!(host_fits("{name}.azurecr.io", "acme.azurecr.io") && !host_fits("{name}.azurecr.io", "a.b.azurecr.io"));
    }
}
