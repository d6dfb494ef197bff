//! What a rule file looks like: every key with its type and its meaning.
//!
//! In: nothing. Out: [`RULE`] and the shapes of the files in `knowledge/`. The checker, the JSON Schema and
//! the "did you mean" of keys all read these tables; `document.rs` has the same shapes as types.

use super::shape::{Key, MapShape, Shape};
use super::statement;

/// A key that may not be left out, or one that may.
macro_rules! key {
    (required $name:literal, $shape:expr, $doc:literal $(,)?) => {
        Key { name: $name, required: true, shape: $shape, doc: $doc }
    };
    (optional $name:literal, $shape:expr, $doc:literal $(,)?) => {
        Key { name: $name, required: false, shape: $shape, doc: $doc }
    };
}

/// What a diagnosis can be.
static VERDICTS: &[&str] = &["certain", "likely", "ambiguous", "unknown"];

/// A whole rule file.
pub(crate) static RULE: Shape = Shape::Map(&MapShape {
    name: statement::a_rule,
    keys: &[
        key!(required "id", Shape::Name, "Unique id, and the name of the file. Says what is wrong, not the symptom nor the remedy."),
        key!(required "family", Shape::Name, "Family, and the name of the folder."),
        key!(required "title", TEXTS, "One line that states the cause, without a full stop."),
        key!(required "severity", Shape::Word(&["error", "warning", "info"]), "error: something does not run. warning: it will bite. info: worth knowing."),
        key!(required "scope",
            Shape::Word(&["image", "repository", "registry", "node", "pod", "namespace", "service", "cluster"]),
            "What one diagnosis is about; facts that agree on it become one diagnosis.",
        ),
        key!(required "match", MATCH, "What must be observed."),
        key!(optional "supporting", Shape::List(&CLAUSE, 0), "Clauses that are never required and add evidence when they find a fact."),
        key!(required "verdict", Shape::Choice(&[Shape::Word(VERDICTS), Shape::List(&VERDICT_CASE, 1)]), "How sure it is: a word, or a list of cases of which the first that holds is taken."),
        key!(optional "supersedes", Shape::List(&Shape::Name, 0), "Ids of rules that say less about the same fact; they are not reported beside this one."),
        key!(optional "overlaps", Shape::List(&Shape::Name, 0), "Ids of rules that may rightly be reported beside this one on the same fact."),
        key!(optional "fallback", Shape::Flag, "true: reported only for facts that no other rule explains."),
        key!(required "retry-helps", Shape::Flag, "Whether waiting, or deleting the pod, alone heals it."),
        key!(required "explanation", TEXTS, "Two to four sentences: what happened, why, and what the text can and cannot say."),
        key!(optional "next-steps", Shape::List(&STEP, 0), "What to do, in the order in which a person should do it."),
        key!(optional "references", Shape::List(&Shape::Address, 0), "Public documentation."),
        key!(optional "examples", Shape::List(&EXAMPLE, 0), "Pastes with what must be said of them; they are the rule's tests."),
    ],
});

const TEXTS: Shape = Shape::Map(&MapShape {
    name: statement::a_text,
    keys: &[
        key!(required "en", Shape::Text, "English. {failure.image} is replaced by that field of the fact bound as `failure`."),
        key!(optional "ko", Shape::Text, "Korean; where it is left out, the English text is shown."),
    ],
});

const MATCH: Shape = Shape::Map(&MapShape {
    name: statement::a_match,
    keys: &[
        key!(required "all", Shape::List(&CLAUSE, 1), "Every clause must find a fact. The first is the anchor: each fact that it finds is judged on its own."),
        key!(optional "any", Shape::List(&CLAUSE, 0), "At least one of these clauses must find a fact."),
        key!(optional "not", Shape::List(&CLAUSE, 0), "None of these clauses may find a fact."),
        key!(optional "alone", Shape::List(&CLAUSE, 0), "Each finds facts that say the cause by themselves, where no other match explains them."),
    ],
});

/// One clause; its schema depends on the kind of fact.
static CLAUSE: Shape = Shape::Map(&MapShape {
    name: statement::a_clause,
    keys: &[
        key!(required "fact", Shape::Text, "Kind of fact."),
        key!(optional "as", Shape::Name, "Name of the fact found: {NAME.field} in texts, $NAME.field in conditions."),
        key!(optional "where", CONDITIONS, "Conditions on the fact: a map of which all must hold, or a list of maps of which one must hold."),
        key!(optional "unless", CONDITIONS, "Conditions that the fact must not satisfy."),
        key!(optional "same", Shape::List(&Shape::Word(&["namespace", "pod", "container", "image", "registry", "node"]), 0), "What must agree with the anchor."),
    ],
});

/// Conditions on the fields of a fact.
const CONDITIONS: Shape = Shape::Choice(&[Shape::Fields, Shape::List(&Shape::Fields, 0)]);

static VERDICT_CASE: Shape = Shape::Map(&MapShape {
    name: statement::a_verdict,
    keys: &[
        key!(required "is", Shape::Word(VERDICTS), "certain: the text proves it. likely: the usual reading. ambiguous: one of `between`. unknown: the text does not say why."),
        key!(optional "when", CONDITIONS, "Conditions on the anchor fact."),
        key!(optional "between", Shape::List(&Shape::Name, 2), "For ambiguous: the rules that this text cannot tell apart."),
        key!(optional "decide-by", STEP_MAP, "For ambiguous: the one step that decides."),
    ],
});

const STEP_MAP: Shape = Shape::Map(&MapShape {
    name: statement::a_step,
    keys: &[
        key!(optional "use", Shape::Name, "A task of knowledge/runtimes.yaml, done in the way of the runtime at hand; only `when` may stand beside it."),
        key!(optional "risk", Shape::Word(RISKS), "inspect: reads only. change: alters something. destructive: loses something."),
        key!(optional "say", TEXTS, "What to do."),
        key!(optional "run", Shape::Text, "The command, on one line."),
        key!(optional "when", CONDITIONS, "Only if this holds for the anchor fact."),
    ],
});

static STEP: Shape = STEP_MAP;

static RISKS: &[&str] = &["inspect", "change", "destructive"];

static EXAMPLE: Shape = Shape::Map(&MapShape {
    name: statement::an_example,
    keys: &[
        key!(required "name", Shape::Text, "What it shows."),
        key!(required "input", Shape::Text, "What a person would paste."),
        key!(required "expect", Shape::Choice(&[Shape::Word(&["match", "none"]), Shape::Fields]), "match, none, or a map of bound fields: {failure.tag: v9}."),
        key!(optional "instead", Shape::Name, "With `expect: none`: the rule that must be the first diagnosis."),
    ],
});

/// `knowledge/registries.yaml`
pub(crate) static REGISTRIES: Shape = Shape::List(
    &Shape::Map(&MapShape {
        name: statement::a_registry,
        keys: &[
            key!(required "id", Shape::Name, "Value of the `provider` field."),
            key!(required "name", Shape::Text, "Name of the product."),
            key!(required "hosts", Shape::List(&Shape::Text, 1), "Templates that fit the whole host."),
            key!(optional "node-port", Shape::Flag, "Only where the port lies in the range of NodePorts."),
            key!(optional "note", TEXTS, "What its answers mean."),
            key!(optional "steps", Shape::Names(&Shape::List(&STEP_MAP, 0)), "Its own steps by rule family."),
        ],
    }),
    0,
);

/// `knowledge/runtimes.yaml`
pub(crate) static RUNTIMES: Shape = Shape::List(
    &Shape::Map(&MapShape {
        name: statement::a_runtime,
        keys: &[
            key!(required "id", Shape::Name, "containerd, cri-o, docker or any."),
            key!(optional "name", Shape::Text, "Its name."),
            key!(required "tasks", Shape::Names(&Shape::List(&STEP_MAP, 0)), "Steps by task."),
        ],
    }),
    0,
);

/// `knowledge/lists.yaml`
pub(crate) static LISTS: Shape = Shape::Names(&Shape::List(&Shape::Text, 0));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::document::RuleDocument;
    use serde_yaml::Value;

    /// Documents that together have every key with every word: one change each to the least document.
    fn samples(shape: &Shape) -> Vec<Value> {
        match shape {
            Shape::Text | Shape::Name | Shape::Address => vec!["x".into()],
            Shape::Flag => vec![true.into()],
            Shape::Word(words) => words.iter().map(|word| (*word).into()).collect(),
            Shape::List(shape, _) => samples(shape).into_iter().map(|element| Value::Sequence(vec![element])).collect(),
            Shape::Names(_) | Shape::Fields => vec![Value::Mapping(serde_yaml::Mapping::new())],
            Shape::Choice(shapes) => shapes.iter().flat_map(samples).collect(),
            Shape::Map(map) => {
                let least =
                    map.keys.iter().filter(|key| key.required).map(|key| (Value::from(key.name), samples(&key.shape).swap_remove(0)));
                let least: serde_yaml::Mapping = least.collect();
                let with = |key: &Key, value: Value| {
                    let mut map = least.clone();
                    map.insert(key.name.into(), value);
                    Value::Mapping(map)
                };
                map.keys
                    .iter()
                    .flat_map(|key| samples(&key.shape).into_iter().map(move |value| with(key, value)).collect::<Vec<_>>())
                    .collect()
            }
        }
    }

    #[test]
    fn what_has_the_shape_can_be_read() {
        let documents = samples(&RULE);
        assert!(documents.len() > 50);
        for document in documents {
            let text = serde_yaml::to_string(&document).unwrap();
            assert!(serde_yaml::from_value::<RuleDocument>(document).is_ok(), "{text}");
        }
    }
}
