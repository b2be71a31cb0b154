//! Reading the run folder and writing into it without ever losing a good file.

use super::ReportError;
use crate::experiment::summary::SCHEMA;
use crate::fault::{Fault, SourceText};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads one of the run folder's JSON files; another layout than [`SCHEMA`] is refused before anything else is looked at.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ReportError> {
    let text = fs::read_to_string(path).map_err(|e| not_a_run(path).unwrap_or_else(|| Fault::io("read", path, &e)))?;
    let value: Value = serde_json::from_str(&text).map_err(|e| unreadable(path, &text, &e))?;
    if let Some(found) = value.get("schema").and_then(Value::as_u64).filter(|v| *v != u64::from(SCHEMA)) {
        let message = format!("{} has layout {found}, this program reads layout {SCHEMA}", path.display());
        let hint = "run the scenario again with this version, or render with the version that made it";
        return Err(Fault::error(message).in_file(path).hint(hint).into());
    }
    T::deserialize(value).map_err(|e| {
        Fault::error(format!("{} is not what a run writes: {e}", path.display()))
            .in_file(path)
            .hint("it may come from another version of the program; run the scenario again")
            .into()
    })
}

/// A folder of runs, or a file, taken for a run's folder: says what was meant.
fn not_a_run(file: &Path) -> Option<Fault> {
    let folder = file.parent()?;
    if folder.is_file() {
        let fault = Fault::error(format!("{} is a file; a report is rendered from a run's folder", folder.display()));
        return Some(fault.hint(format!("name its folder: {}", folder.parent()?.display())));
    }
    let mut runs: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.join("summary.json").is_file())
        .map(|p| p.display().to_string())
        .collect();
    runs.sort();
    let fault = Fault::error(format!("{} is no run's folder: it holds no summary.json", folder.display()));
    (!runs.is_empty()).then(|| fault.hint(format!("name one of the runs in it: {}", runs.join(", "))))
}

fn unreadable(path: &Path, text: &str, error: &serde_json::Error) -> Fault {
    let start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let source = Arc::new(SourceText { path: path.to_path_buf(), text: text.to_string() });
    Fault::error(format!("this is not JSON: {error}")).at(&source, at..at).hint("run the scenario again")
}

/// Writes a file of the run folder: first beside its place, then moved there.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    let path = folder.join(name);
    crate::aside::write(&path, bytes).map_err(ReportError::File)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;

    #[test]
    fn an_unbounded_interval_survives_json() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let estimate = Estimate { mean: 3.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
        fs::write(&path, serde_json::to_string(&[estimate]).unwrap()).unwrap();
        let read: Vec<Estimate> = read_json(&path).unwrap();
        assert_eq!(read[0].mean, 3.0);
        assert!(read[0].low == f64::NEG_INFINITY && read[0].high == f64::INFINITY);
    }

    #[test]
    fn faults_say_where_and_writing_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), "a/b.json", b"{\n  oops").unwrap();
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        let error = read_json::<Vec<f64>>(&path).unwrap_err().to_string();
        assert!(error.contains("b.json:2:3"), "{error}");
        assert!(read_json::<Vec<f64>>(&folder.path().join("none.json")).unwrap_err().to_string().contains("not exist"));
    }
}
