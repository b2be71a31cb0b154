//! A file of replications that is being written, and may be gone on with.

use super::frame::{self, Frame, header_bytes};
use super::{Header, Key, damaged};
use crate::experiment::folder::FolderError;
use crate::sim::Outcome;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Replications as they are finished. One process at a time writes to it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    header: Header,
    frames: BTreeMap<Key, Frame>,
    end: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Begins a new file; what was there before is lost.
    ///
    /// # Errors
    /// The file cannot be written, or another process is at work on it.
    pub fn create(path: &Path, header: &Header) -> Result<Journal, FolderError> {
        let file = open(path)?;
        file.set_len(0).map_err(FolderError::io("write", path))?;
        let mut journal = Journal {
            file,
            path: path.to_path_buf(),
            header: header.clone(),
            frames: BTreeMap::new(),
            end: 0,
            buffer: Vec::new(),
        };
        let bytes = header_bytes(header, path)?;
        journal.append(&bytes)?;
        Ok(journal)
    }

    /// Goes on with a file, or begins it if there is none. What a killed process had not written to the end is dropped.
    ///
    /// # Errors
    /// As [`Journal::create`]; and a file that belongs to something else, or is none of ours.
    pub fn resume(path: &Path, header: &Header) -> Result<Journal, FolderError> {
        match fs::metadata(path) {
            Ok(file) if file.len() > 0 => {}
            _ => return Journal::create(path, header),
        }
        let file = open(path)?;
        let contents = frame::scan(&file, path, true)?;
        if !contents.header.same_points(header) {
            return Err(damaged(
                path,
                "holds replications of other inputs, settings or of another version of the program; remove it to begin anew",
            ));
        }
        file.set_len(contents.end).map_err(FolderError::io("write", path))?;
        Ok(Journal {
            file,
            path: path.to_path_buf(),
            header: header.clone(),
            frames: contents.frames,
            end: contents.end,
            buffer: Vec::new(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replications it holds.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether it holds a replication.
    pub fn has(&self, key: Key) -> bool {
        self.frames.contains_key(&key)
    }

    /// Takes over the replications of other files that belong to the same points. How many there were.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or holds replications of something else.
    pub fn take(&mut self, path: &Path) -> Result<usize, FolderError> {
        let mut file = File::open(path).map_err(FolderError::io("read", path))?;
        let contents = frame::scan(&file, path, false)?;
        if !contents.header.same_points(&self.header) {
            return Err(damaged(
                path,
                "holds replications of other inputs, settings or of another version of the program",
            ));
        }
        let mut outcome = Vec::new();
        let mut taken = 0;
        for (key, frame) in &contents.frames {
            if !self.has(*key) {
                frame::read_outcome(&mut file, path, *key, frame, &mut outcome)?;
                self.keep_bytes(*key, &outcome)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// A replication it holds.
    ///
    /// # Errors
    /// The file cannot be read, or the outcome is not one of a scenario of this shape.
    pub fn read(&mut self, key: Key, like: &Outcome) -> Result<Option<Outcome>, FolderError> {
        let Some(frame) = self.frames.get(&key) else { return Ok(None) };
        frame::read_outcome(&mut self.file, &self.path, key, frame, &mut self.buffer)?;
        let outcome: Outcome = postcard::from_bytes(&self.buffer)
            .map_err(|e| damaged(&self.path, format!("replication {} cannot be read: {e}", key.replication)))?;
        if !outcome.has_shape_of(like) {
            return Err(damaged(&self.path, "holds replications of another scenario"));
        }
        Ok(Some(outcome))
    }

    /// Adds a finished replication.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&mut self, key: Key, outcome: &Outcome) -> Result<(), FolderError> {
        let bytes = postcard::to_stdvec(outcome).map_err(|e| damaged(&self.path, e.to_string()))?;
        self.keep_bytes(key, &bytes)
    }

    fn keep_bytes(&mut self, key: Key, outcome: &[u8]) -> Result<(), FolderError> {
        let (bytes, check) = frame::frame_bytes(key, outcome);
        let frame = Frame { start: frame::outcome_at(self.end), length: outcome.len() as u32, check };
        self.append(&bytes)?;
        self.frames.insert(key, frame);
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        let at = SeekFrom::Start(self.end);
        self.file.seek(at).and_then(|_| self.file.write_all(bytes)).map_err(FolderError::io("write", &self.path))?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Writes the replications in order to a file of their own, whole or not at all, and removes this one.
    ///
    /// # Errors
    /// The file cannot be written; this one stays.
    pub fn finish_as(mut self, target: &Path) -> Result<(), FolderError> {
        let header = self.header.clone();
        write_whole(target, &header, |out| {
            for (key, frame) in &self.frames {
                frame::read_outcome(&mut self.file, &self.path, *key, frame, &mut self.buffer)?;
                let (bytes, _) = frame::frame_bytes(*key, &self.buffer);
                out.write_all(&bytes).map_err(FolderError::io("write", target))?;
            }
            Ok(())
        })?;
        self.discard()
    }

    /// Removes the file.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn discard(self) -> Result<(), FolderError> {
        drop(self.file);
        fs::remove_file(&self.path).map_err(FolderError::io("remove", &self.path))
    }
}

/// Opens a file for reading and writing, alone.
fn open(path: &Path) -> Result<File, FolderError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path).map_err(FolderError::io("write", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(damaged(path, "is being written by another process; wait for it, or stop it"))
        }
        // Some file systems know no locks.
        Err(fs::TryLockError::Error(_)) => Ok(file),
    }
}

/// Writes a file of replications beside its place and moves it there when it is whole and on the disk.
pub(super) fn write_whole(
    target: &Path,
    header: &Header,
    frames: impl FnOnce(&mut std::io::BufWriter<&mut File>) -> Result<(), FolderError>,
) -> Result<(), FolderError> {
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(FolderError::io("create", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unfinished-");
    // Readable for others as any file one writes, not private as temporary files are.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let aside = builder.tempfile_in(folder);
    let mut aside = aside.map_err(FolderError::io("create a file in", folder))?;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, aside.as_file_mut());
    out.write_all(&header_bytes(header, target)?).map_err(FolderError::io("write", target))?;
    frames(&mut out)?;
    out.flush().map_err(FolderError::io("write", target))?;
    drop(out);
    aside.as_file().sync_all().map_err(FolderError::io("write", target))?;
    aside.persist(target).map_err(|e| FolderError::io("write", target)(e.error))?;
    Ok(())
}
