//! The frame of a PBF file: header and blocks, with an error in words for anything that is not as it should be.
//!
//! Messages and unpacking are osmpbfreader's; its iterators are not used because they panic on files that are cut off
//! or whose string indices are out of range. Blocks are decoded in parallel and handed on in the order of the file.

use super::error::OsmError;
use crate::digest;
use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{DenseNodes, HeaderBlock, PrimitiveBlock};
use protobuf::Message;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The format allows 64 KiB for a block's header and 32 MiB for its content.
const MAX_HEADER: usize = 64 * 1024;
const MAX_BLOB: usize = 32 * 1024 * 1024;
/// Blocks decoded at a time; bounds the memory of decoded blocks.
const BATCH: usize = 32;
/// Features of the format that are understood.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// A PBF file in memory, cut into its blocks.
pub(super) struct PbfFile {
    path: PathBuf,
    bytes: Vec<u8>,
    blocks: Vec<Range<usize>>,
    /// The file's header.
    pub(super) header: HeaderBlock,
}

impl PbfFile {
    /// Reads the whole file and finds its blocks; the memory is that of the file.
    pub(super) fn open(path: &Path) -> Result<PbfFile, OsmError> {
        let bytes = std::fs::read(path).map_err(|source| OsmError::Io { path: path.to_path_buf(), source })?;
        PbfFile::from_bytes(path, bytes)
    }

    pub(super) fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<PbfFile, OsmError> {
        let mut file = PbfFile { path: path.to_path_buf(), bytes, blocks: Vec::new(), header: HeaderBlock::new() };
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
        let header =
            BlobHeader::parse_from_bytes(header).map_err(|e| if at == 0 { not_pbf() } else { self.damaged(at, e) })?;
        let length = usize::try_from(header.datasize()).unwrap_or(usize::MAX);
        if length > MAX_BLOB {
            return Err(self.damaged(at, "the length of its content is impossible"));
        }
        if size - start < length {
            return Err(cut());
        }
        let content = start..start + length;
        match header.type_() {
            "OSMHeader" => self.header = self.read_header(at, content.clone())?,
            "OSMData" => self.blocks.push(content.clone()),
            // Unknown kinds of blocks are to be skipped, says the format.
            _ if at > 0 => {}
            _ => return Err(not_pbf()),
        }
        Ok(content.end)
    }

    fn damaged(&self, block: usize, what: impl std::fmt::Display) -> OsmError {
        OsmError::Damaged { path: self.path.clone(), block, what: what.to_string() }
    }

    fn blob(&self, content: &Range<usize>) -> Result<Blob, OsmError> {
        let blob = Blob::parse_from_bytes(&self.bytes[content.clone()]).map_err(|e| self.damaged(content.start, e))?;
        if blob.has_raw() || blob.has_zlib_data() {
            return Ok(blob);
        }
        // Fields 6 and 7 (LZ4, Zstandard) are newer than osmpbfreader's description of the format.
        let unknown: Vec<u32> = blob.special_fields.unknown_fields().iter().map(|(field, _)| field).collect();
        let packing = match () {
            () if blob.has_lzma_data() => "LZMA",
            () if unknown.contains(&6) => "LZ4",
            () if unknown.contains(&7) => "Zstandard",
            () => return Err(self.damaged(content.start, "it holds no data")),
        };
        Err(OsmError::Packing { path: self.path.clone(), packing })
    }

    fn read_header(&self, at: usize, content: Range<usize>) -> Result<HeaderBlock, OsmError> {
        let blob = self.blob(&content)?;
        let mut bytes = Vec::new();
        if blob.has_raw() {
            bytes.extend_from_slice(blob.raw());
        } else {
            let unpacked = ZlibDecoder::new(blob.zlib_data()).take(MAX_BLOB as u64).read_to_end(&mut bytes);
            unpacked.map_err(|e| self.damaged(at, e))?;
        }
        let header = HeaderBlock::parse_from_bytes(&bytes).map_err(|e| self.damaged(at, e))?;
        match header.required_features.iter().find(|f| !KNOWN_FEATURES.contains(&f.as_str())) {
            Some(feature) => Err(OsmError::Feature { path: self.path.clone(), feature: feature.clone() }),
            None => Ok(header),
        }
    }

    /// The digest of the whole file.
    pub(super) fn digest(&self) -> String {
        digest::of(&self.bytes)
    }

    /// Decodes all blocks, `BATCH` at a time in parallel, and merges what was taken from them in file order.
    pub(super) fn visit<T: Send>(
        &self,
        take: impl Fn(&Block) -> Result<T, String> + Sync,
        mut merge: impl FnMut(T),
    ) -> Result<(), OsmError> {
        for batch in self.blocks.chunks(BATCH) {
            let taken: Vec<Result<T, OsmError>> = batch
                .par_iter()
                .map(|content| {
                    let blob = self.blob(content)?;
                    let block =
                        osmpbfreader::primitive_block_from_blob(&blob).map_err(|e| self.damaged(content.start, e))?;
                    take(&Block::new(&block)).map_err(|what| self.damaged(content.start, what))
                })
                .collect();
            for one in taken {
                merge(one?);
            }
        }
        Ok(())
    }
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

/// Tags of one object.
pub(super) type TagList<'a> = Vec<(&'a str, &'a str)>;

/// A decoded block.
pub(super) struct Block<'a> {
    block: &'a PrimitiveBlock,
    strings: Vec<Cow<'a, str>>,
}

impl<'a> Block<'a> {
    fn new(block: &'a PrimitiveBlock) -> Block<'a> {
        let strings = block.stringtable.s.iter().map(|s| String::from_utf8_lossy(s)).collect();
        Block { block, strings }
    }

    fn string(&self, index: usize) -> Result<&str, String> {
        self.strings.get(index).map(Cow::as_ref).ok_or_else(|| format!("string {index} is not in its table"))
    }

    fn tags<'s>(&'s self, keys: &[u32], values: &[u32], tags: &mut TagList<'s>) -> Result<(), String> {
        tags.clear();
        for (k, v) in keys.iter().zip(values) {
            tags.push((self.string(*k as usize)?, self.string(*v as usize)?));
        }
        Ok(())
    }

    /// Degrees × 10⁷, or `None` off the globe.
    fn position(&self, lat: i64, lon: i64) -> Option<[i32; 2]> {
        let scale = i64::from(self.block.granularity());
        let place = |offset: i64, raw: i64, limit: i64| {
            let units = raw.checked_mul(scale)?.checked_add(offset)? / 100;
            (units.abs() <= limit).then(|| i32::try_from(units).ok()).flatten()
        };
        let lat = place(self.block.lat_offset(), lat, 900_000_000)?;
        Some([lat, place(self.block.lon_offset(), lon, 1_800_000_000)?])
    }

    /// Calls `each` with id, node references and tags of every way.
    pub(super) fn ways(&self, mut each: impl FnMut(i64, &[i64], &[(&str, &str)])) -> Result<(), String> {
        let (mut refs, mut tags) = (Vec::new(), Vec::new());
        for way in self.block.primitivegroup.iter().flat_map(|g| &g.ways) {
            self.tags(&way.keys, &way.vals, &mut tags)?;
            refs.clear();
            let mut id = 0_i64;
            refs.extend(way.refs.iter().map(|delta| {
                id = id.wrapping_add(*delta);
                id
            }));
            each(way.id(), &refs, &tags);
        }
        Ok(())
    }

    /// Calls `each` with id, member ways (but inner rings) and tags of every relation.
    pub(super) fn relations(&self, mut each: impl FnMut(i64, &[i64], &[(&str, &str)])) -> Result<(), String> {
        let (mut members, mut tags) = (Vec::new(), Vec::new());
        for relation in self.block.primitivegroup.iter().flat_map(|g| &g.relations) {
            self.tags(&relation.keys, &relation.vals, &mut tags)?;
            members.clear();
            let mut id = 0_i64;
            for ((delta, kind), role) in relation.memids.iter().zip(&relation.types).zip(&relation.roles_sid) {
                id = id.wrapping_add(*delta);
                let role = self.string(usize::try_from(*role).unwrap_or(usize::MAX))?;
                if kind.enum_value() == Ok(MemberType::WAY) && role != "inner" {
                    members.push(id);
                }
            }
            each(relation.id(), &members, &tags);
        }
        Ok(())
    }

    /// How many nodes are in the block.
    pub(super) fn node_count(&self) -> usize {
        self.block.primitivegroup.iter().map(|g| g.nodes.len() + g.dense.id.len()).sum()
    }

    /// Calls `each` with id, position and tags of every node that has a valid position.
    pub(super) fn nodes(&self, mut each: impl FnMut(i64, [i32; 2], &[(&str, &str)])) -> Result<(), String> {
        let mut tags = Vec::new();
        for group in &self.block.primitivegroup {
            for node in &group.nodes {
                self.tags(&node.keys, &node.vals, &mut tags)?;
                if let Some(at) = self.position(node.lat(), node.lon()) {
                    each(node.id(), at, &tags);
                }
            }
            self.dense(&group.dense, &mut each)?;
        }
        Ok(())
    }

    fn dense(&self, dense: &DenseNodes, each: &mut impl FnMut(i64, [i32; 2], &[(&str, &str)])) -> Result<(), String> {
        if dense.lat.len() != dense.id.len() || dense.lon.len() != dense.id.len() {
            return Err("its nodes lack positions".to_string());
        }
        let (mut id, mut lat, mut lon) = (0_i64, 0_i64, 0_i64);
        let mut pairs = dense.keys_vals.iter().map(|i| usize::try_from(*i).unwrap_or(usize::MAX));
        let mut tags = Vec::new();
        for i in 0..dense.id.len() {
            id = id.wrapping_add(dense.id[i]);
            lat = lat.wrapping_add(dense.lat[i]);
            lon = lon.wrapping_add(dense.lon[i]);
            tags.clear();
            while let Some(key) = pairs.next().filter(|k| *k != 0) {
                let value = pairs.next().ok_or("a node's tag has no value")?;
                tags.push((self.string(key)?, self.string(value)?));
            }
            if let Some(at) = self.position(lat, lon) {
                each(id, at, &tags);
            }
        }
        Ok(())
    }
}
