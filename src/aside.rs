//! Writing a file without ever losing the one that was there.

use crate::fault::Fault;
use std::fs;
use std::path::Path;

/// Writes a file beside its place and moves it there when it is complete; its folder is made if need be.
///
/// # Errors
/// A [`Fault`] that says what could not be written; an earlier file is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<Fault>> {
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(|e| Fault::io("create the folder", folder, &e).boxed())?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = folder.join(format!(".{name}.part"));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    written.map_err(|e| {
        // The draft is of no use any more.
        let _ = fs::remove_file(&draft);
        Fault::io("write", path, &e).boxed()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_draft_is_left_and_a_folder_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write(&path, b"1").unwrap();
        write(&path, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        let error = write(&folder.path().join("a"), b"3").unwrap_err();
        assert!(error.to_string().contains("cannot write"), "{error}");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
