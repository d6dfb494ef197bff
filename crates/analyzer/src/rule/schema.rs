//! The JSON Schema of a rule file, for editors.
//!
//! In: the tables that the checker reads (`format.rs`, the operators, the vocabulary). Out: a draft-07 schema, the draft
//! that editors know best. It says which fields each kind of fact has and what may be asked of them. What one rule file
//! alone cannot tell (ids of other rules, bindings, placeholders) stays with `pullan rules check`.

use super::condition::{OPERATORS, Operand, type_name};
use super::format::RULE;
use super::shape::{MapShape, Shape};
use crate::fact::vocabulary::{COMMON_FIELDS, FieldSpec, FieldType, KINDS, KindSpec};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const REFERENCE: &str = r"^\$[a-z0-9-]+\.[a-z0-9-]+$";

/// The schema as pretty-printed JSON.
pub(super) fn schema() -> String {
    let mut definitions = Definitions::default();
    let rule = definitions.of(&RULE);
    definitions.add_facts();
    let mut root = match definitions.0.remove(rule_name(&rule)) {
        Some(Value::Object(root)) => root,
        _ => Map::new(),
    };
    root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("$comment".into(), json!("Generated from pullan's own tables; printed by `pullan rules schema`."));
    root.insert("title".into(), json!("pullan rule"));
    root.insert("allOf".into(), KINDS.iter().map(conditions_on_anchor).collect());
    root.insert("definitions".into(), Value::Object(definitions.0.into_iter().collect()));
    let mut text = format!("{:#}", Value::Object(root));
    text.push('\n');
    text
}

fn rule_name(reference: &Value) -> &str {
    reference["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default()
}

/// `"a rule"` is defined as `rule`.
fn name_of(map: &MapShape) -> String {
    let name = (map.name)().to_string();
    name.rsplit(' ').next().unwrap_or(&name).trim_matches('`').to_owned()
}

fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// Schemas that others refer to, by name.
#[derive(Default)]
struct Definitions(BTreeMap<String, Value>);

impl Definitions {
    fn of(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Text => json!({"type": "string", "minLength": 1}),
            Shape::Name => json!({"type": "string", "pattern": "^[a-z0-9-]+$"}),
            Shape::Address => json!({"type": "string", "pattern": "^https://"}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Word(words) => json!({"enum": words}),
            Shape::List(shape, least) => json!({"type": "array", "items": self.of(shape), "minItems": least}),
            Shape::Names(shape) => json!({"type": "object", "additionalProperties": self.of(shape)}),
            Shape::Fields => json!({"type": "object"}),
            Shape::Choice(shapes) => json!({"anyOf": shapes.iter().map(|shape| self.of(shape)).collect::<Vec<_>>()}),
            Shape::Map(map) => {
                let name = name_of(map);
                if !self.0.contains_key(&name) {
                    let schema = self.of_map(map);
                    self.0.insert(name.clone(), schema);
                }
                refer(&name)
            }
        }
    }

    fn of_map(&mut self, map: &MapShape) -> Value {
        let mut properties = Map::new();
        for key in map.keys {
            let mut schema = self.of(&key.shape);
            // Beside `$ref` draft-07 reads nothing.
            if schema.get("$ref").is_some() {
                schema = json!({"allOf": [schema]});
            }
            schema["description"] = json!(key.doc);
            properties.insert(key.name.to_owned(), schema);
        }
        let required: Vec<&str> = map.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        match name_of(map).as_str() {
            "clause" => {
                let facts = KINDS.iter().map(|kind| json!({"const": kind.name, "description": kind.doc}));
                schema["properties"]["fact"] = json!({"description": "Kind of fact.", "oneOf": facts.collect::<Vec<_>>()});
                schema["allOf"] = KINDS.iter().map(conditions_of_clause).collect();
            }
            "step" => {
                schema["oneOf"] = json!([{"required": ["use"], "not": {"anyOf": [{"required": ["risk"]}, {"required": ["say"]}, {"required": ["run"]}]}}, {"required": ["risk", "say"], "not": {"required": ["use"]}}])
            }
            _ => {}
        }
        schema
    }

    /// Conditions by kind of fact, and what may be asked of each type of field.
    fn add_facts(&mut self) {
        for kind in KINDS {
            let fields = kind.fields.iter().chain(COMMON_FIELDS);
            let properties: Map<String, Value> = fields.map(|field| (field.name.to_owned(), condition(field))).collect();
            self.0.insert(
                format!("fields-of-{}", kind.name),
                json!({"type": "object", "description": kind.doc, "additionalProperties": false, "properties": properties}),
            );
            let fields = refer(&format!("fields-of-{}", kind.name));
            self.0.insert(format!("conditions-on-{}", kind.name), json!({"anyOf": [fields, {"type": "array", "items": fields}]}));
        }
        for (field, value) in [
            (FieldType::Text, json!({"type": ["string", "integer"]})),
            (FieldType::Word(&[]), json!({"type": "string"})),
            (FieldType::Number, json!({"type": "integer"})),
            (FieldType::Flag, json!({"type": "boolean"})),
        ] {
            let name = type_name(field);
            self.0.insert(format!("operators-on-{name}"), operators(field, &value));
            self.0.insert(
                format!("condition-on-{name}"),
                json!({"anyOf": [value, list_of(&value), refer("reference"), refer(&format!("operators-on-{name}"))]}),
            );
        }
        self.0.insert(
            "reference".into(),
            json!({"type": "string", "pattern": REFERENCE, "description": "A field of a fact bound before: $NAME.field"}),
        );
    }
}

/// In a clause about this kind, `where` and `unless` name its fields.
fn conditions_of_clause(kind: &KindSpec) -> Value {
    let conditions = refer(&format!("conditions-on-{}", kind.name));
    json!({
        "if": {"required": ["fact"], "properties": {"fact": {"const": kind.name}}},
        "then": {"properties": {"where": conditions, "unless": conditions}},
    })
}

/// Where the anchor is of this kind, every `when` names its fields.
fn conditions_on_anchor(kind: &KindSpec) -> Value {
    let when = json!({"properties": {"when": refer(&format!("conditions-on-{}", kind.name))}});
    let case = json!({"allOf": [when, {"properties": {"decide-by": when}}]});
    let anchor = json!({"items": [{"required": ["fact"], "properties": {"fact": {"const": kind.name}}}], "minItems": 1});
    json!({
        "if": {"required": ["match"], "properties": {"match": {"required": ["all"], "properties": {"all": anchor}}}},
        "then": {"properties": {"verdict": {"items": case}, "next-steps": {"items": when}}},
    })
}

/// A value, a list of values, a reference to a bound fact, or a map of operators.
fn condition(field: &FieldSpec) -> Value {
    let mut schema = match field.kind {
        FieldType::Word(words) => {
            let word = json!({"enum": words});
            let not = json!({"properties": {"not": {"anyOf": [word, list_of(&word), refer("reference")]}}});
            json!({"anyOf": [word, list_of(&word), refer("reference"), {"allOf": [refer("operators-on-word"), not]}]})
        }
        kind => json!({"allOf": [refer(&format!("condition-on-{}", type_name(kind)))]}),
    };
    schema["description"] = json!(field.doc);
    schema
}

fn list_of(value: &Value) -> Value {
    json!({"type": "array", "items": value, "minItems": 1})
}

fn operators(field: FieldType, value: &Value) -> Value {
    let operators = OPERATORS.iter().filter(|operator| operator.suits(field)).map(|operator| {
        let mut schema = match operator.operand {
            Operand::Values => json!({"anyOf": [value, list_of(value), refer("reference")]}),
            Operand::Flag => json!({"type": "boolean"}),
            Operand::Number => json!({"type": "integer"}),
            Operand::Texts | Operand::Templates => {
                let text = json!({"type": "string", "minLength": 1});
                json!({"anyOf": [text, list_of(&text)]})
            }
            Operand::List => json!({"type": "string"}),
        };
        schema["description"] = json!(format!("The field {}.", operator.doc));
        (operator.name.to_owned(), schema)
    });
    let properties: Map<String, Value> = operators.collect();
    json!({"type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_has_a_definition() {
        let text = schema();
        let schema: Value = serde_json::from_str(&text).unwrap();
        for part in text.split("\"#/definitions/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(schema["definitions"][name].is_object(), "{name}");
        }
        assert_eq!(schema["required"].as_array().unwrap().len(), 9);
        assert_eq!(schema["definitions"]["fields-of-pull-failure"]["properties"]["errno"]["anyOf"][0]["enum"][0], "ECONNREFUSED");
    }
}
