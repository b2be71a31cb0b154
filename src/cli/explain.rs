//! `goldenhour scenario explain`.

use super::args::Common;
use super::{CliError, show};
use crate::scenario::{Scenario, explain};
use std::io::Write;
use std::path::Path;

/// Prints what will be simulated: headings and sentences, or JSON.
pub(super) fn explain(file: &Path, common: &Common) -> Result<(), CliError> {
    let scenario = Scenario::load(file)?;
    if !common.quiet {
        show::faults(&scenario.warnings, common);
    }
    let sections = explain::explain(&scenario, common.lang());
    let text = if common.json {
        let json = serde_json::json!({ "name": scenario.name, "lang": common.lang(), "sections": sections });
        serde_json::to_string_pretty(&json).map_err(|e| CliError::Internal(e.to_string()))? + "\n"
    } else {
        explain::plain(&sections)
    };
    // Nobody reads on where the output was closed.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
    Ok(())
}
