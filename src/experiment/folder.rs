//! The folder of a run: written aside and renamed, so that an earlier good run is never lost.

use super::build::RunResult;
use crate::fault::{Fault, is_of_machine};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong with a run folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file could not be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl FolderError {
    /// For `map_err`.
    pub fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
        let path = path.to_path_buf();
        move |source| FolderError::Io { what, path, source }
    }
}

impl From<FolderError> for Fault {
    fn from(error: FolderError) -> Fault {
        let of_machine = match &error {
            FolderError::Io { what, source, .. } => is_of_machine(what, source.kind()),
            FolderError::Content { .. } => false,
        };
        Fault { of_machine, ..Fault::error(error.to_string()) }
    }
}

/// For `map_err` of writers of tables, which have errors of their own.
pub(super) fn unwritable<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> FolderError + '_ {
    move |error| FolderError::io("write", path)(io::Error::other(error.to_string()))
}

fn write_json<T: serde::Serialize>(path: &Path, value: &T, pretty: bool) -> Result<(), FolderError> {
    let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    let text = text.map_err(|e| FolderError::Content { path: path.to_path_buf(), reason: e.to_string() })?;
    fs::write(path, text + "\n").map_err(FolderError::io("write", path))
}

/// Writes a run folder at `target`. `also` adds files (a report) to the folder before it takes the place of an earlier
/// one; if anything fails, the earlier one stays as it was. Files of the earlier one that this run does not write (notes
/// of the user's, pictures, another call table: the same run name means the same inputs) are kept.
///
/// # Errors
/// [`FolderError`], or whatever `also` returns.
pub fn write_run<E: From<FolderError>>(
    target: &Path,
    result: &RunResult,
    calls: Option<&Path>,
    also: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    replace_folder(target, |folder| {
        write_json(&folder.join("summary.json"), &result.summary, true)?;
        write_json(&folder.join("map.json"), &result.map, false)?;
        let evidence = folder.join(crate::standards::EVIDENCE);
        fs::write(&evidence, &result.evidence).map_err(FolderError::io("write", &evidence))?;
        if let Some(calls) = calls {
            let to = folder.join(calls.file_name().unwrap_or("calls".as_ref()));
            let moved = fs::rename(calls, &to).or_else(|_| fs::copy(calls, &to).map(|_| ()));
            moved.map_err(FolderError::io("write", &to))?;
        }
        also(folder)
    })
}

/// Fills a new folder and puts it at `target`, whole or not at all. Files of an earlier folder there that the new one lacks are
/// kept; if anything fails, the earlier one stays as it was.
///
/// # Errors
/// [`FolderError`], or whatever `fill` returns.
pub fn replace_folder<E: From<FolderError>>(target: &Path, fill: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    replace_folder_where(target, &|_| false, fill)
}

/// As [`replace_folder`], but files of the earlier folder that are `ours`, by their path within it, are not kept: what the new
/// one lacks of them would belong to other results.
///
/// # Errors
/// [`FolderError`], or whatever `fill` returns.
pub fn replace_folder_where<E: From<FolderError>>(
    target: &Path,
    ours: &dyn Fn(&Path) -> bool,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(FolderError::io("create", parent))?;
    let aside = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(parent);
    let aside = aside.map_err(FolderError::io("create a folder in", parent))?;
    let folder = aside.path().join("new");
    fs::create_dir(&folder).map_err(FolderError::io("create", &folder))?;
    fill(&folder)?;
    // The earlier run steps aside, the new one takes its place; the earlier one goes with the temporary folder.
    if target.exists() {
        let old = aside.path().join("earlier");
        fs::rename(target, &old).map_err(FolderError::io("move", target))?;
        if let Err(e) = keep_others(&old, &folder, Path::new(""), ours) {
            let _ = fs::rename(&old, target);
            return Err(e.into());
        }
        if let Err(e) = fs::rename(&folder, target) {
            let _ = fs::rename(&old, target);
            return Err(FolderError::io("write", target)(e).into());
        }
    } else {
        fs::rename(&folder, target).map_err(FolderError::io("write", target))?;
    }
    Ok(())
}

/// Copies the files of a folder of the earlier run that the new one lacks and that are not `ours`. `within` is that folder's path
/// within both.
fn keep_others(old: &Path, new: &Path, within: &Path, ours: &dyn Fn(&Path) -> bool) -> Result<(), FolderError> {
    let from = old.join(within);
    for entry in fs::read_dir(&from).map_err(FolderError::io("read", &from))? {
        let path = entry.map_err(FolderError::io("read", &from))?.path();
        let name = within.join(path.file_name().unwrap_or_default());
        let target = new.join(&name);
        if path.is_dir() {
            fs::create_dir_all(&target).map_err(FolderError::io("create", &target))?;
            keep_others(old, new, &name, ours)?;
        } else if !target.exists() && !ours(&name) {
            fs::copy(&path, &target).map_err(FolderError::io("write", &target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_gives_way_and_what_is_not_stays() {
        let parent = tempfile::tempdir().unwrap();
        let target = parent.path().join("run");
        let write = |folder: &Path, names: &[&str]| {
            for name in names {
                let file = folder.join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, folder.display().to_string()).unwrap();
            }
        };
        write(&target, &["a.json", "charts/one.svg", "charts/old.svg", "charts/mine.txt", "notes/deep/x.md"]);
        let ours = |path: &Path| path.extension().is_some_and(|e| e == "svg" || e == "json");
        let fill = |folder: &Path| -> Result<(), FolderError> {
            write(folder, &["charts/one.svg"]);
            Ok(())
        };
        replace_folder_where(&target, &ours, fill).unwrap();
        let there = |name: &str| target.join(name).exists();
        assert!(there("charts/one.svg") && there("charts/mine.txt") && there("notes/deep/x.md"));
        assert!(!there("charts/old.svg") && !there("a.json"));
        assert_ne!(fs::read_to_string(target.join("charts/one.svg")).unwrap(), target.display().to_string());
        // A failure leaves all as it was, and nothing beside it.
        let fail = |_: &Path| Err(FolderError::Content { path: PathBuf::new(), reason: String::new() });
        assert!(replace_folder(&target, fail).is_err());
        assert!(there("charts/one.svg") && there("notes/deep/x.md"));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }
}
