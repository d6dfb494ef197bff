//! The published schema: generated from the contract's types, kept fresh, and true of what is written.

use super::contract::Document;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    // What is written is described, not what would be read.
    settings.contract = schemars::generate::Contract::Serialize;
    let mut schema = settings.into_generator().into_root_schema_for::<Document<'_>>().to_value();
    schema["$id"] = "https://raw.githubusercontent.com/pullan/pullan/main/schema/report.schema.json".into();
    schema["$comment"] = "Generated from the types in crates/render/src/json/contract.rs.".into();
    schema["properties"]["schema_version"]["const"] = super::SCHEMA_VERSION.into();
    schema
}

#[test]
fn the_published_schema_is_fresh() {
    let path = root().join("schema/report.schema.json");
    let fresh = format!("{:#}\n", schema());
    if std::env::var_os("PULLAN_BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), fresh, "run this test with PULLAN_BLESS=1");
}
