//! A described Secret (names and sizes, never values) or ServiceAccount.
//!
//! ```text
//! Type:  kubernetes.io/dockerconfigjson            Image pull secrets:  regcred (not found)
//! Data                                             Mountable secrets:   <none>
//! ====
//! .dockerconfigjson:  152 bytes
//! ```

use super::outline::{Outline, UNDERLINE};
use crate::record::{Secret, ServiceAccount};
use crate::text::Line;

/// Builds the Secret: the entries behind `====` are its keys.
pub(super) fn secret(outline: &Outline<'_>, lines: &[Line<'_>]) -> Secret {
    let keys = outline
        .entries
        .iter()
        .skip_while(|entry| entry.value != UNDERLINE)
        .filter(|entry| !entry.key.is_empty() && entry.value.ends_with("bytes"))
        .map(|entry| entry.key.to_owned())
        .collect();
    let at = outline.top("Type").or(outline.entries.first().copied()).map_or(0, |entry| entry.line);
    Secret {
        namespace: outline.top_value("Namespace").map(str::to_owned),
        name: outline.top_value("Name").map(str::to_owned),
        secret_type: outline.top_value("Type").map(str::to_owned),
        keys,
        age: None,
        at: lines[at].cite_all(),
    }
}

/// Builds the ServiceAccount; further names stand on lines of their own.
pub(super) fn service_account(outline: &Outline<'_>, lines: &[Line<'_>]) -> ServiceAccount {
    let mut names: Vec<&str> = outline.top_value("Image pull secrets").into_iter().collect();
    names.extend(outline.below("Image pull secrets").iter().filter(|entry| entry.key.is_empty()).map(|entry| entry.value));
    let bare = |name: &str| name.trim_end_matches("(not found)").trim().to_owned();
    let at = outline.top("Image pull secrets").or(outline.entries.first().copied()).map_or(0, |entry| entry.line);
    ServiceAccount {
        namespace: outline.top_value("Namespace").map(str::to_owned),
        name: outline.top_value("Name").map(str::to_owned),
        missing: names.iter().filter(|name| name.contains("(not found)")).map(|name| bare(name)).collect(),
        pull_secrets: names.iter().filter(|name| **name != "<none>" && !name.is_empty()).map(|name| bare(name)).collect(),
        at: lines[at].cite_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::records;
    use crate::record::Record;

    #[test]
    fn a_secrets_keys_are_the_names_with_a_size_below_its_heading() {
        let text = "Name:         regcred\nNamespace:    shop\nAnnotations:  was 12 bytes\n\nType:  Opaque\n\nData\n====\n.dockercfg:  120 bytes\nnone:        of that\n  5 bytes\nuser:        0 bytes\n";
        let Some(Record::Secret(secret)) = records(text).into_iter().next() else { panic!("{:?}", records(text)) };
        assert_eq!(secret.keys, [".dockercfg", "user"]);
    }

    #[test]
    fn an_accounts_secrets_stand_behind_and_below_their_key() {
        let both = "regcred (not found)\n                     other";
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (value, wanted, missing) in [(both, &["regcred", "other"][..], &["regcred"][..]), ("<none>", &[], &[]), ("", &[], &[])] {
            let text = format!(
                "Name:                default\nImage pull secrets:  {value}\nMountable secrets:   <none>\nTokens:              t1\n"
            );
            let Some(Record::ServiceAccount(account)) = records(&text).into_iter().next() else { panic!("{text}") };
            assert_eq!((account.pull_secrets, account.missing), (owned(wanted), owned(missing)), "{text}");
        }
    }
}
