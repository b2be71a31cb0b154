//! The folder of a comparison: written aside and renamed, so that an earlier good one is never lost.

use super::comparison::Comparison;
use crate::experiment::FolderError;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer names are cut; file systems allow 255 bytes.
const LONGEST: usize = 180;

/// `<a>--<b>` of the scenarios' names. Where there are too many, the digest of all names stands for the rest.
pub fn folder_name(comparison: &Comparison) -> String {
    let names: Vec<&str> = comparison.systems.iter().map(|s| s.scenario.name.as_str()).collect();
    let all = names.join("--");
    if all.len() <= LONGEST {
        return all;
    }
    let digest = crate::digest::of(all.as_bytes());
    let mut cut = LONGEST - 10;
    while !all.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}--{}", &all[..cut], &digest[..8])
}

/// What a comparison writes; everything else in its folder is the user's.
const OURS: [&str; 4] = ["compare.json", "compare.html", "points.csv", "charts"];

/// Writes a folder at `target` with `compare.json` and what `also` adds to it. An earlier folder there gives way when all is
/// complete, and stays as it was if anything fails. Of the earlier folder, files that no comparison writes (the user's notes)
/// are kept.
///
/// # Errors
/// [`FolderError`], or whatever `also` returns.
pub fn write_comparison<E: From<FolderError>>(
    target: &Path,
    comparison: &Comparison,
    also: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(FolderError::io("create", parent))?;
    let aside = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(parent);
    let aside = aside.map_err(FolderError::io("create a folder in", parent))?;
    let folder = aside.path().join("new");
    fs::create_dir(&folder).map_err(FolderError::io("create", &folder))?;
    let json = folder.join("compare.json");
    let text = serde_json::to_string_pretty(comparison)
        .map_err(|e| FolderError::Content { path: json.clone(), reason: e.to_string() })?;
    fs::write(&json, text + "\n").map_err(FolderError::io("write", &json))?;
    also(&folder)?;
    let old = aside.path().join("earlier");
    let earlier = target.exists();
    if earlier {
        fs::rename(target, &old).map_err(FolderError::io("move", target))?;
    }
    let placed = if earlier { keep_notes(&old, &folder) } else { Ok(()) };
    let placed = placed.and_then(|()| fs::rename(&folder, target).map_err(FolderError::io("write", target)));
    placed.map_err(|e| {
        if earlier {
            let _ = fs::rename(&old, target);
        }
        E::from(e)
    })
}

/// Copies what is not [`OURS`] into the new folder.
fn keep_notes(from: &Path, to: &Path) -> Result<(), FolderError> {
    for entry in fs::read_dir(from).map_err(FolderError::io("read", from))? {
        let path: PathBuf = entry.map_err(FolderError::io("read", from))?.path();
        let name = path.file_name().unwrap_or_default();
        if OURS.iter().any(|ours| name == *ours) || to.join(name).exists() {
            continue;
        }
        copy(&path, &to.join(name))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), FolderError> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ()).map_err(FolderError::io("write", to));
    }
    fs::create_dir(to).map_err(FolderError::io("create", to))?;
    for entry in fs::read_dir(from).map_err(FolderError::io("read", from))? {
        let path = entry.map_err(FolderError::io("read", from))?.path();
        copy(&path, &to.join(path.file_name().unwrap_or_default()))?;
    }
    Ok(())
}
