//! The contract's words for those of the library, and back.

use super::contract::{AboutKind, Extent, Risk, Role, Severity, Verdict};

macro_rules! same_words {
    ($($ours:ident = $theirs:ident { $($word:ident),* })*) => {$(
        impl From<pullan_analyzer::$theirs> for $ours {
            fn from(word: pullan_analyzer::$theirs) -> Self {
                match word { $(pullan_analyzer::$theirs::$word => $ours::$word),* }
            }
        }

        impl From<$ours> for pullan_analyzer::$theirs {
            fn from(word: $ours) -> Self {
                match word { $($ours::$word => pullan_analyzer::$theirs::$word),* }
            }
        }
    )*};
}

same_words! {
    Verdict = Verdict { Certain, Likely, Ambiguous, Unknown }
    Severity = Severity { Error, Warning, Info }
    Risk = Risk { Inspect, Change, Destructive }
    Role = Role { Primary, Supporting }
    Extent = Extent { Image, Repository, Namespace, Registry, Node, Everything }
    AboutKind = Scope { Image, Repository, Registry, Node, Pod, Namespace, Service, Cluster }
}
