//! `pullan redact`

use super::CommandError;
use crate::args::Redact;
use crate::exit::Code;
use crate::input::{self, InputError};
use pullan_analyzer::{Language, Redactor, RuleSet};
use pullan_render::Words;
use std::io::{ErrorKind, Write};

pub(crate) fn run(options: &Redact, language: Language) -> Result<Code, CommandError> {
    input::invite(&options.paths, Words(language));
    let mut redactor = Redactor::new(RuleSet::builtin());
    // A name that only a later file tells is hidden in the earlier ones too.
    if options.paths.len() > 1 {
        input::each_file(&options.paths, |file| redactor.learn_from(file))?;
    }
    let mut out = std::io::stdout().lock();
    let mut closed = false;
    input::each_text(&options.paths, |reader| {
        if closed {
            return Ok(());
        }
        match redactor.copy(reader, &mut out) {
            // The reader has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                closed = true;
                Ok(())
            }
            result => result,
        }
    })?;
    if let Some(path) = &options.map {
        write_map(&redactor, path)?;
    }
    Ok(Code::Clean)
}

/// Writes what stands behind each pseudonym, for the owner's eyes only.
pub(super) fn write_map(redactor: &Redactor, path: &std::path::Path) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(redactor.originals())? + "\n";
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| InputError::Unwritable { path: path.display().to_string(), source }.into())
}
