//! `goldenhour standards …`

use super::CliError;
use super::args::{Common, StandardsCommand};
use super::network::named_or_file;
use crate::scenario::NamedOrFile;
use crate::standards::Pack;
use std::io::Write;

/// `goldenhour standards …`
pub(super) fn standards(command: StandardsCommand, common: &Common) -> Result<(), CliError> {
    let lang = common.lang();
    let mut out = anstream::stdout().lock();
    match command {
        StandardsCommand::List => {
            if common.json {
                let names: Vec<&str> = Pack::builtin_names().collect();
                let _ = writeln!(out, "{}", serde_json::json!(names));
                return Ok(());
            }
            for name in Pack::builtin_names() {
                let pack = Pack::builtin(name)?;
                let _ = writeln!(out, "{name:<24} {}", pack.title.get(lang));
            }
        }
        StandardsCommand::Show { pack } => {
            let pack = match named_or_file(&pack) {
                NamedOrFile::Builtin(name) => Pack::builtin(&name)?,
                NamedOrFile::File(path) => Pack::load(&path)?,
            };
            if common.json {
                let text = serde_json::to_string_pretty(&pack).map_err(|e| CliError::Internal(e.to_string()))?;
                let _ = writeln!(out, "{text}");
                return Ok(());
            }
            let _ = writeln!(out, "{}\n{}\n{}\n", pack.name, pack.title.get(lang), pack.source);
            for c in &pack.clauses {
                let _ = writeln!(out, "{}: {}", c.id, c.title.get(lang));
                let _ = writeln!(out, "    {} {} {} — {}", c.op.sign(), c.threshold, c.unit(), c.reading.get(lang));
            }
        }
    }
    Ok(())
}
