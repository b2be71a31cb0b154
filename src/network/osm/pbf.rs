//! The frame of a PBF file: header and blocks, with an error in words for anything that is not as it should be.
//!
//! Blocks are unpacked in parallel, each once, and what was taken from them is handed on in the order of the file. Files
//! usually hold all nodes, then all ways, then all relations; then the relations can be read first, and of the nodes
//! only those that are needed. Where a file is not in this order, the blocks are unpacked anew for each kind.

use super::block::{self, ANY, Block};
use super::error::OsmError;
use super::wire::{Broken, Fields, Value};
use crate::digest;
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use zlib_rs::{Inflate, InflateFlush, Status};

/// The format allows 64 KiB for a block's header and 32 MiB for its content.
const MAX_HEADER: usize = 64 * 1024;
const MAX_BLOB: usize = 32 * 1024 * 1024;
/// Blocks decoded at a time; bounds the memory of what was taken from them and not yet merged.
const BATCH: usize = 64;
/// Up to this size of unpacked blocks in all they are kept while the file is read.
const KEEP: usize = 64 * 1024 * 1024;
/// Features of the format that are understood.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// A PBF file in memory, cut into its blocks.
pub(super) struct PbfFile {
    path: PathBuf,
    bytes: Vec<u8>,
    blocks: Vec<Packed>,
    /// The file's header.
    pub(super) header: Header,
}

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) required_features: Vec<String>,
    pub(super) optional_features: Vec<String>,
    pub(super) writingprogram: String,
    pub(super) source: String,
}

/// A block as it lies in the file.
struct Packed {
    /// Where its content starts, for messages.
    at: usize,
    data: Range<usize>,
    zlib: bool,
    /// Bytes when unpacked.
    size: usize,
}

impl PbfFile {
    /// Reads the whole file and finds its blocks; the memory is that of the file.
    pub(super) fn open(path: &Path) -> Result<PbfFile, OsmError> {
        let bytes = std::fs::read(path).map_err(|source| OsmError::Io { path: path.to_path_buf(), source })?;
        PbfFile::from_bytes(path, bytes)
    }

    pub(super) fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<PbfFile, OsmError> {
        let mut file = PbfFile { path: path.to_path_buf(), bytes, blocks: Vec::new(), header: Header::default() };
        if file.bytes.is_empty() {
            return Err(OsmError::Empty { path: file.path });
        }
        if let Some(what) = other_format(&file.bytes) {
            return Err(OsmError::NotPbf { path: file.path, looks_like: Some(what) });
        }
        let mut at = 0;
        while at < file.bytes.len() {
            at = file.next_block(at)?;
        }
        Ok(file)
    }

    /// Reads the frame of the block at `at`; returns where the next one starts.
    fn next_block(&mut self, at: usize) -> Result<usize, OsmError> {
        let size = self.bytes.len();
        let cut = || OsmError::Truncated { path: self.path.clone(), block: at, size };
        let not_pbf = || OsmError::NotPbf { path: self.path.clone(), looks_like: None };
        let length = self.bytes.get(at..at + 4).ok_or_else(cut)?;
        let length = length.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b));
        if length > MAX_HEADER {
            return Err(if at == 0 { not_pbf() } else { self.damaged(at, "the length of its header is impossible") });
        }
        let start = at + 4 + length;
        let header = self.bytes.get(at + 4..start).ok_or_else(cut)?;
        let (kind, length) = blob_header(header).map_err(|e| if at == 0 { not_pbf() } else { self.damaged(at, e) })?;
        if length > MAX_BLOB {
            return Err(self.damaged(at, "the length of its content is impossible"));
        }
        if size - start < length {
            return Err(cut());
        }
        let content = start..start + length;
        match kind {
            b"OSMHeader" => self.header = self.read_header(at, content.clone())?,
            b"OSMData" => {
                let packed = self.blob(&content)?;
                self.blocks.push(packed);
            }
            // Unknown kinds of blocks are to be skipped, says the format.
            _ if at > 0 => {}
            _ => return Err(not_pbf()),
        }
        Ok(content.end)
    }

    fn damaged(&self, block: usize, what: impl std::fmt::Display) -> OsmError {
        OsmError::Damaged { path: self.path.clone(), block, what: what.to_string() }
    }

    /// Finds how a block is packed.
    fn blob(&self, content: &Range<usize>) -> Result<Packed, OsmError> {
        let damaged = |e: Broken| self.damaged(content.start, e);
        let bytes = &self.bytes[content.clone()];
        let (mut found, mut raw_size, mut packing) = (None, None, None);
        for field in Fields::new(bytes) {
            let (number, value) = field.map_err(damaged)?;
            match number {
                1 | 3 => found = Some((number == 3, value.bytes().map_err(damaged)?)),
                2 => raw_size = Some(value.number().map_err(damaged)?),
                4 => packing = Some("LZMA"),
                5 => packing = Some("bzip2"),
                6 => packing = Some("LZ4"),
                7 => packing = Some("Zstandard"),
                _ => {}
            }
        }
        let Some((zlib, data)) = found else {
            return Err(match packing {
                Some(packing) => OsmError::Packing { path: self.path.clone(), packing },
                None => self.damaged(content.start, "it holds no data"),
            });
        };
        let size = match (zlib, raw_size) {
            (false, _) => data.len(),
            (true, None) => MAX_BLOB,
            (true, Some(size)) => usize::try_from(size).unwrap_or(usize::MAX),
        };
        if size > MAX_BLOB {
            return Err(self.damaged(content.start, "the size of its content is impossible"));
        }
        // A slice of the file: its place is found from the address it lies at.
        let start = data.as_ptr() as usize - self.bytes.as_ptr() as usize;
        Ok(Packed { at: content.start, data: start..start + data.len(), zlib, size })
    }

    /// The unpacked bytes of a block, in `buffer` unless they lie unpacked in the file.
    fn unpack<'s>(&'s self, packed: &Packed, buffer: &'s mut Vec<u8>) -> Result<&'s [u8], OsmError> {
        let data = &self.bytes[packed.data.clone()];
        if !packed.zlib {
            return Ok(data);
        }
        // Never more than the size the block names, which was found possible: no bomb goes off.
        buffer.resize(packed.size, 0);
        let mut inflate = Inflate::new(true, 15);
        match inflate.decompress(data, buffer, InflateFlush::Finish) {
            Ok(Status::StreamEnd) => {}
            Ok(_) => return Err(self.damaged(packed.at, "its packed content is cut off or longer than it says")),
            Err(error) => return Err(self.damaged(packed.at, error.as_str())),
        }
        Ok(&buffer[..inflate.total_out() as usize])
    }

    fn read_header(&self, at: usize, content: Range<usize>) -> Result<Header, OsmError> {
        let mut buffer = Vec::new();
        let packed = self.blob(&content)?;
        let header = parse_header(self.unpack(&packed, &mut buffer)?).map_err(|e| self.damaged(at, e))?;
        match header.required_features.iter().find(|f| !KNOWN_FEATURES.contains(&f.as_str())) {
            Some(feature) => Err(OsmError::Feature { path: self.path.clone(), feature: feature.clone() }),
            None => Ok(header),
        }
    }

    /// The header, without the rest of the file.
    pub(super) fn into_header(self) -> Header {
        self.header
    }

    /// The digest of the whole file.
    pub(super) fn digest(&self) -> String {
        digest::of(&self.bytes)
    }

    /// Prepares for reading: finds which blocks hold what, and keeps the unpacked blocks of a file that is not large.
    pub(super) fn reader(&self) -> Result<Reader<'_>, OsmError> {
        self.reader_keeping(KEEP)
    }

    fn reader_keeping(&self, limit: usize) -> Result<Reader<'_>, OsmError> {
        let mut reader = Reader { file: self, unpacked: Vec::new(), kinds: vec![0; self.blocks.len()] };
        if self.blocks.iter().map(|b| b.size).sum::<usize>() <= limit {
            let unpacked: Vec<Result<_, OsmError>> = self.blocks.par_iter().map(|b| self.look(b)).collect();
            for (i, one) in unpacked.into_iter().enumerate() {
                let (bytes, kinds) = one?;
                reader.kinds[i] = kinds;
                reader.unpacked.push(bytes);
            }
        } else {
            let last = self.blocks.len() - 1;
            for end in [0, last] {
                reader.kinds[end] = self.look(&self.blocks[end])?.1;
            }
            reader.bisect(0, last)?;
        }
        Ok(reader)
    }

    fn look(&self, packed: &Packed) -> Result<(Vec<u8>, u8), OsmError> {
        let mut buffer = Vec::new();
        let kinds = block::kinds(self.unpack(packed, &mut buffer)?).map_err(|e| self.damaged(packed.at, e))?;
        Ok((buffer, kinds))
    }
}

/// A file with what is known about its blocks.
pub(super) struct Reader<'a> {
    file: &'a PbfFile,
    /// The unpacked blocks (empty for those that lie unpacked in the file); none for a large file.
    unpacked: Vec<Vec<u8>>,
    /// What kinds of objects each block is taken to hold. For large files most of this is concluded from the neighbours
    /// and may turn out wrong.
    kinds: Vec<u8>,
}

impl Reader<'_> {
    /// Finds the kinds between two blocks of known kinds, taking what lies between two alike to be like them.
    fn bisect(&mut self, low: usize, high: usize) -> Result<(), OsmError> {
        let mut todo = vec![(low, high)];
        while let Some((low, high)) = todo.pop() {
            if high - low < 2 {
                continue;
            }
            if self.kinds[low] == self.kinds[high] && self.kinds[low].is_power_of_two() {
                let kind = self.kinds[low];
                self.kinds[low..high].fill(kind);
                continue;
            }
            let middle = low + (high - low) / 2;
            self.kinds[middle] = self.file.look(&self.file.blocks[middle])?.1;
            todo.extend([(low, middle), (middle, high)]);
        }
        Ok(())
    }

    /// Takes every block to hold anything.
    pub(super) fn forget_kinds(&mut self) {
        self.kinds.fill(ANY);
    }

    /// Decodes the blocks that hold a kind of object in parallel and merges what was taken from them in file order.
    /// Returns whether they held what they were taken to hold; if not, something may have been missed, and the file has
    /// to be read again after [`Reader::forget_kinds`].
    pub(super) fn visit<T: Send>(
        &self,
        kind: u8,
        take: impl Fn(&Block) -> Result<T, String> + Sync,
        mut merge: impl FnMut(T),
    ) -> Result<bool, OsmError> {
        thread_local! { static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) }; }
        let file = self.file;
        let of_kind: Vec<usize> = (0..file.blocks.len()).filter(|i| self.kinds[*i] & kind != 0).collect();
        let mut as_taken = true;
        let take_from = |i: usize, bytes: &[u8]| {
            let damaged = |what| file.damaged(file.blocks[i].at, what);
            // Kept blocks were looked at.
            let known = !self.unpacked.is_empty() || self.kinds[i] == ANY;
            let fits = known || block::kinds(bytes).map_err(damaged)? & !self.kinds[i] == 0;
            let block = Block::new(bytes).map_err(damaged)?;
            Ok((fits, take(&block).map_err(damaged)?))
        };
        for batch in of_kind.chunks(BATCH) {
            let taken: Vec<Result<(bool, T), OsmError>> = batch
                .par_iter()
                .map(|&i| {
                    let packed = &file.blocks[i];
                    match self.unpacked.get(i) {
                        Some(kept) if packed.zlib => take_from(i, kept),
                        Some(_) => take_from(i, &file.bytes[packed.data.clone()]),
                        None => BUFFER.with_borrow_mut(|buffer| take_from(i, file.unpack(packed, buffer)?)),
                    }
                })
                .collect();
            for one in taken {
                let (fits, taken) = one?;
                as_taken &= fits;
                merge(taken);
            }
        }
        Ok(as_taken)
    }
}

/// Kind and length of a block.
fn blob_header(bytes: &[u8]) -> Result<(&[u8], usize), Broken> {
    let (mut kind, mut length) = (None, None);
    for field in Fields::new(bytes) {
        match field? {
            (1, value) => kind = Some(value.bytes()?),
            (3, value) => length = Some(usize::try_from(value.number()?).unwrap_or(usize::MAX)),
            _ => {}
        }
    }
    kind.zip(length).ok_or("its header lacks kind or length")
}

fn parse_header(bytes: &[u8]) -> Result<Header, Broken> {
    let mut header = Header::default();
    for field in Fields::new(bytes) {
        let (number, Value::Bytes(text)) = field? else { continue };
        let text = || String::from_utf8_lossy(text).into_owned();
        match number {
            4 => header.required_features.push(text()),
            5 => header.optional_features.push(text()),
            16 => header.writingprogram = text(),
            17 => header.source = text(),
            _ => {}
        }
    }
    Ok(header)
}

fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let text = bytes.iter().position(|b| !b.is_ascii_whitespace()).map_or(bytes, |p| &bytes[p..]);
    match () {
        () if text.starts_with(b"<?xml") || text.starts_with(b"<osm") => Some("OSM XML"),
        () if starts(&[0x1f, 0x8b]) => Some("a gzip archive"),
        () if starts(b"BZh") => Some("a bzip2 archive"),
        () if starts(b"PK\x03\x04") => Some("a zip archive"),
        () if starts(&[0x28, 0xb5, 0x2f, 0xfd]) => Some("a Zstandard archive"),
        () if text.starts_with(b"{") => Some("JSON"),
        () if text.len() > 14 && text[..14].eq_ignore_ascii_case(b"<!doctype html") => Some("a web page"),
        () => None,
    }
}

#[cfg(test)]
#[path = "pbf_tests.rs"]
mod tests;
