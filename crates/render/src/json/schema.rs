//! The published schema: generated from the contract's types, kept fresh, and true of what is written.

use super::contract::{Answer, Document};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema<T: schemars::JsonSchema>(name: &str) -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    // What is written is described, not what would be read.
    settings.contract = schemars::generate::Contract::Serialize;
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    schema["$id"] = format!("https://raw.githubusercontent.com/pullan/pullan/main/schema/{name}").into();
    schema["$comment"] = "Generated from the types in crates/render/src/json/contract.rs.".into();
    schema
}

fn assert_fresh(name: &str, schema: &Value) {
    let path = root().join("schema").join(name);
    let fresh = format!("{schema:#}\n");
    if std::env::var_os("PULLAN_BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), fresh, "run this test with PULLAN_BLESS=1");
}

#[test]
fn the_published_schemas_are_fresh() {
    let mut report = schema::<Document<'_>>("report.schema.json");
    report["properties"]["schema_version"]["const"] = super::SCHEMA_VERSION.into();
    assert_fresh("report.schema.json", &report);
    let mut line = schema::<Answer<'_>>("ndjson.schema.json");
    line["$defs"]["Identified"]["properties"]["schema_version"]["const"] = super::SCHEMA_VERSION.into();
    assert_fresh("ndjson.schema.json", &line);
}
