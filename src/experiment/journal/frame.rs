//! The bytes of a file of replications.

use super::{FORMAT, Header, Key, damaged};
use crate::experiment::folder::FolderError;
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::Path;

/// First line of every file.
const MAGIC: &str = "goldenhour replications";
/// Bytes of a frame besides its outcome: length, point, replication, check sum.
const BEFORE: u64 = 12;
const CHECK: usize = 16;
/// No outcome is longer than this: a damaged length must not ask for memory without bounds.
const LONGEST: u32 = 1 << 30;

/// Where a frame stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Where its outcome begins.
    pub(super) start: u64,
    /// Bytes of its outcome.
    pub(super) length: u32,
    pub(super) check: [u8; CHECK],
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) header: Header,
    pub(super) frames: BTreeMap<Key, Frame>,
    /// Where the last whole frame ends.
    pub(super) end: u64,
}

fn check_sum(key: Key, outcome: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.point.to_le_bytes()).update(&key.replication.to_le_bytes()).update(outcome);
    let mut check = [0; CHECK];
    check.copy_from_slice(&hasher.finalize().as_bytes()[..CHECK]);
    check
}

/// The first two lines.
pub(super) fn header_bytes(header: &Header, path: &Path) -> Result<Vec<u8>, FolderError> {
    let json = serde_json::to_string(header).map_err(|e| damaged(path, e.to_string()))?;
    Ok(format!("{MAGIC} {FORMAT}\n{json}\n").into_bytes())
}

/// One frame in one piece, so that it is written by one call.
pub(super) fn frame_bytes(key: Key, outcome: &[u8]) -> (Vec<u8>, [u8; CHECK]) {
    let check = check_sum(key, outcome);
    let mut bytes = Vec::with_capacity(outcome.len() + BEFORE as usize + CHECK);
    bytes.extend_from_slice(&(outcome.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&key.point.to_le_bytes());
    bytes.extend_from_slice(&key.replication.to_le_bytes());
    bytes.extend_from_slice(outcome);
    bytes.extend_from_slice(&check);
    (bytes, check)
}

/// Where the outcome of a frame begins that is written at some place.
pub(super) fn outcome_at(frame_start: u64) -> u64 {
    frame_start + BEFORE
}

/// What is wrong with the rest of a file.
enum Torn {
    /// It ends here, as it should.
    End,
    /// It ends within a frame, or the frame is damaged.
    Damaged,
}

/// Reads a file through and checks every frame. A damaged end is an error unless it may be `torn`, as where a process was
/// killed while it wrote.
pub(super) fn scan(file: impl Read + Seek, path: &Path, torn: bool) -> Result<Contents, FolderError> {
    let mut file = std::io::BufReader::with_capacity(1 << 16, file);
    file.seek(SeekFrom::Start(0)).map_err(FolderError::io("read", path))?;
    let mut first = Vec::new();
    let mut second = Vec::new();
    let limit = 1 << 24;
    file.by_ref().take(limit).read_until(b'\n', &mut first).map_err(FolderError::io("read", path))?;
    let version = std::str::from_utf8(&first).ok().and_then(|l| l.strip_prefix(MAGIC)?.trim().parse::<u32>().ok());
    match version {
        Some(FORMAT) => {}
        Some(other) => {
            return Err(damaged(path, format!("is of format {other}; this program reads format {FORMAT}")));
        }
        None => return Err(damaged(path, "is no file of replications (`goldenhour batch` makes them)")),
    }
    file.by_ref().take(limit).read_until(b'\n', &mut second).map_err(FolderError::io("read", path))?;
    let header: Header =
        serde_json::from_slice(&second).map_err(|e| damaged(path, format!("the second line is damaged: {e}")))?;
    let mut end = (first.len() + second.len()) as u64;
    let mut frames = BTreeMap::new();
    let mut outcome = Vec::new();
    loop {
        match next_frame(&mut file, &mut outcome).map_err(FolderError::io("read", path))? {
            Ok((key, check)) => {
                let frame = Frame { start: outcome_at(end), length: outcome.len() as u32, check };
                end += BEFORE + outcome.len() as u64 + CHECK as u64;
                frames.insert(key, frame);
            }
            Err(Torn::End) => return Ok(Contents { header, frames, end }),
            Err(Torn::Damaged) if torn => return Ok(Contents { header, frames, end }),
            Err(Torn::Damaged) => {
                return Err(damaged(path, format!("is damaged from byte {end} on: make it again")));
            }
        }
    }
}

/// Reads the next frame into a buffer.
fn next_frame(file: &mut impl Read, outcome: &mut Vec<u8>) -> std::io::Result<Result<(Key, [u8; CHECK]), Torn>> {
    let mut before = [0; BEFORE as usize];
    match fill(file, &mut before)? {
        0 => return Ok(Err(Torn::End)),
        n if n < before.len() => return Ok(Err(Torn::Damaged)),
        _ => {}
    }
    let number = |at: usize| u32::from_le_bytes([before[at], before[at + 1], before[at + 2], before[at + 3]]);
    let (length, key) = (number(0), Key { point: number(4), replication: number(8) });
    if length > LONGEST {
        return Ok(Err(Torn::Damaged));
    }
    outcome.clear();
    let read = file.by_ref().take(u64::from(length)).read_to_end(outcome)?;
    let mut check = [0; CHECK];
    if read < length as usize || fill(file, &mut check)? < CHECK || check != check_sum(key, outcome) {
        return Ok(Err(Torn::Damaged));
    }
    Ok(Ok((key, check)))
}

/// Fills a buffer as far as there is something.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// Reads the outcome of a frame.
pub(super) fn read_outcome(
    file: &mut (impl Read + Seek),
    path: &Path,
    key: Key,
    frame: &Frame,
    outcome: &mut Vec<u8>,
) -> Result<(), FolderError> {
    file.seek(SeekFrom::Start(frame.start)).map_err(FolderError::io("read", path))?;
    outcome.resize(frame.length as usize, 0);
    let read = fill(file, outcome).map_err(FolderError::io("read", path))?;
    if read < outcome.len() || check_sum(key, outcome) != frame.check {
        return Err(damaged(path, "has been changed while it was read"));
    }
    Ok(())
}
