//! The page of the vocabulary: every kind of fact with its fields, for rule authors.

use crate::markdown::{Page, code_in_table, prose};
use crate::words::ENGLISH;
use pullan_analyzer::vocabulary::{COMMON_FIELDS, FieldSpec, FieldType, KINDS};

/// A table a kind.
pub(crate) fn page() -> String {
    let mut page = Page::new(ENGLISH.generated, "Vocabulary");
    page.block("What parsers observe and rules may name: kinds of facts and their fields. [Writing rules](writing-rules.md) says how conditions ask for them.");
    page.block("A *text* takes values, `prefix`, `suffix`, `contains`, templates and lists; a *word* is one of the values that are named here; a *number* is whole and takes `min` and `max`; a *flag* is true or absent.");
    page.block("## Fields of every fact");
    page.block(&table(COMMON_FIELDS));
    for kind in KINDS {
        page.block(&format!("## {}", kind.name));
        page.block(&prose(kind.doc));
        if !kind.fields.is_empty() {
            page.block(&table(kind.fields));
        }
    }
    page.finish()
}

fn table(fields: &[FieldSpec]) -> String {
    let row = |field: &FieldSpec| {
        let kind = match field.kind {
            FieldType::Text => "text".to_owned(),
            FieldType::Number => "number".to_owned(),
            FieldType::Flag => "flag".to_owned(),
            FieldType::Word(words) => format!("word: {}", words.iter().map(|word| code_in_table(word)).collect::<Vec<_>>().join(", ")),
        };
        format!("| {} | {kind} | {} |\n", code_in_table(field.name), prose(field.doc))
    };
    format!("| field | type | says |\n|---|---|---|\n{}", fields.iter().map(row).collect::<String>())
}
