//! What the page asks for.
//!
//! In: bytes. Out: a [`Request`], which borrows the files from them. A request is
//!
//! ```text
//! length of the header   4 bytes, little-endian
//! header                 {"language": "ko", "redact": false, "files": [{"name": "events.txt", "bytes": 1203}]}
//! files                  one after another
//! ```

use pullan_analyzer::Language;
use serde::Deserialize;

/// Files to analyse, and how to answer.
pub(crate) struct Request<'r> {
    pub(crate) language: Language,
    /// Whether names, hosts and addresses get pseudonyms.
    pub(crate) redact: bool,
    pub(crate) files: Vec<File<'r>>,
}

/// A file by the name that citations give.
pub(crate) struct File<'r> {
    pub(crate) name: String,
    pub(crate) bytes: &'r [u8],
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    language: Code,
    #[serde(default)]
    redact: bool,
    files: Vec<Entry>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Code {
    #[default]
    En,
    Ko,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    bytes: usize,
}

impl<'r> Request<'r> {
    /// Reads a request.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(bytes: &'r [u8]) -> Result<Self, String> {
        let short = || "the request ends early".to_owned();
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
        let (header, mut rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(short)?;
        let header: Header = serde_json::from_slice(header).map_err(|error| error.to_string())?;
        let mut files = Vec::new();
        for Entry { name, bytes } in header.files {
            let (file, after) = rest.split_at_checked(bytes).ok_or_else(short)?;
            files.push(File { name, bytes: file });
            rest = after;
        }
        let language = match header.language {
            Code::En => Language::English,
            Code::Ko => Language::Korean,
        };
        Ok(Request { language, redact: header.redact, files })
    }
}
