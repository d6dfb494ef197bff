//! Lists of the images that a node has, as container clients print them.
//!
//! In: the header of such a table and its rows, or rows alone below a `images | grep` command. Out: the image of
//! a row. Tables of containers and pods are recognised, so that their rows are taken; nothing is read from them.
//!
//! ```text
//! IMAGE                             TAG      IMAGE ID        SIZE        crictl images
//! ghcr.io/team/backend              1.0.0    104cc30454fd8   66.5MB
//! REF                               TYPE     DIGEST          SIZE ...    ctr images ls
//! ```

use crate::message::reference::ImageReference;

/// How the rows of a table are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Repository and tag in two columns.
    Tags,
    /// The whole reference in one column.
    References,
    /// `-q`: references and nothing else.
    Names,
    /// Containers or pods.
    Others,
}

/// What a row says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Row {
    Image(String),
    /// A row without a name: an untagged image, a container.
    Nameless,
}

/// The table that a header announces.
pub(super) fn header(text: &str) -> Option<Table> {
    if !text.starts_with(['I', 'R', 'C', 'P']) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    match words.as_slice() {
        ["IMAGE" | "REPOSITORY", "TAG", "IMAGE" | "DIGEST", ..] => Some(Table::Tags),
        ["REF", "TYPE", "DIGEST", ..] | ["IMAGE", "ID", "DISK", "USAGE", ..] => Some(Table::References),
        ["CONTAINER", "ID", "IMAGE", ..] | ["CONTAINER", "IMAGE", "CREATED", ..] | ["POD", "ID", "CREATED", ..] => Some(Table::Others),
        _ => None,
    }
}

/// Reads a row; `None` when the line is none.
pub(super) fn row(table: Table, text: &str) -> Option<Row> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = *words.first()?;
    let identified = words.iter().skip(1).any(|word| is_id(word));
    match table {
        Table::Tags => {
            let tag = words.get(1).filter(|tag| **tag == "<none>" || is_tag(tag))?;
            if !identified {
                return None;
            }
            let named = first != "<none>" && *tag != "<none>";
            if first != "<none>" && ImageReference::parse(first).is_none() {
                return None;
            }
            Some(if named { Row::Image(format!("{first}:{tag}")) } else { Row::Nameless })
        }
        Table::References => {
            if !identified {
                return None;
            }
            reference(first)
        }
        Table::Names => (words.len() == 1).then(|| reference(first)).flatten(),
        Table::Others => (is_id(first) && words.len() > 3).then_some(Row::Nameless),
    }
}

fn reference(word: &str) -> Option<Row> {
    if is_id(word) {
        return Some(Row::Nameless);
    }
    (word.contains([':', '@']) && ImageReference::parse(word).is_some()).then(|| Row::Image(word.to_owned()))
}

fn is_tag(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// `104cc30454fd8`, `sha256:...`
fn is_id(word: &str) -> bool {
    let hexadecimal = word.strip_prefix("sha256:").unwrap_or(word).trim_end_matches(['.', '…']);
    hexadecimal.len() >= 10 && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(table: Table, text: &str) -> Option<String> {
        match row(table, text) {
            Some(Row::Image(image)) => Some(image),
            _ => None,
        }
    }

    #[test]
    fn headers() {
        assert_eq!(header("IMAGE                     TAG                 IMAGE ID            SIZE"), Some(Table::Tags));
        assert_eq!(header("REPOSITORY   TAG       IMAGE ID       CREATED       SIZE"), Some(Table::Tags));
        assert_eq!(header("REF TYPE DIGEST SIZE PLATFORMS LABELS"), Some(Table::References));
        assert_eq!(header("IMAGE          ID             DISK USAGE   CONTENT SIZE   EXTRA"), Some(Table::References));
        assert_eq!(header("CONTAINER           IMAGE               CREATED             STATE"), Some(Table::Others));
        assert_eq!(header("IMAGE is missing"), None);
        assert_eq!(header("NAME   READY   STATUS"), None);
    }

    #[test]
    fn rows() {
        assert_eq!(
            image(Table::Tags, "ghcr.io/team/backend   1.0.0   104cc30454fd8   66.5MB").as_deref(),
            Some("ghcr.io/team/backend:1.0.0")
        );
        assert_eq!(image(Table::Tags, "nginx  latest  605c77e624dd  2 years ago  141MB").as_deref(), Some("nginx:latest"));
        assert_eq!(row(Table::Tags, "<none>  <none>  605c77e624dd  2 years ago  141MB"), Some(Row::Nameless));
        assert_eq!(row(Table::Tags, "that is all"), None);
        assert_eq!(
            image(
                Table::References,
                "docker.io/library/nginx:1.25 application/vnd.oci.image.index.v1+json sha256:aabbccddeeff00112233 55 MiB linux/amd64 -"
            )
            .as_deref(),
            Some("docker.io/library/nginx:1.25")
        );
        assert_eq!(
            row(Table::References, "sha256:aabbccddeeff00112233 application/x sha256:aabbccddeeff00112233 5 MiB"),
            Some(Row::Nameless)
        );
        assert_eq!(image(Table::Names, "10.0.0.5:5000/app:1").as_deref(), Some("10.0.0.5:5000/app:1"));
        assert_eq!(row(Table::Others, "1f73f2d81bf98   141aa7c99d7ea   10 days ago   Running"), Some(Row::Nameless));
    }

    #[test]
    fn what_is_no_row() {
        assert_eq!(row(Table::Tags, "ghcr.io/team/backend   (none)   104cc30454fd8   66.5MB"), None);
        for (text, nameless) in [("1f73f2d81bf98 a b c", true), ("1f73f2d81bf98 a b", false), ("these are no ids", false)] {
            assert_eq!(row(Table::Others, text).is_some(), nameless, "{text}");
        }
        for (text, image) in [("docker.io/library/nginx", false), (":1", false), ("nginx:1", true), ("nginx:1 2", false)] {
            assert_eq!(row(Table::Names, text).is_some(), image, "{text}");
        }
    }
}
