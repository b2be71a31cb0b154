//! The file format of the cache: named arrays, each read straight into its own memory.
//!
//! ```text
//! magic             8 bytes  "ghnet" 0x0d 0x0a 0x1a
//! format            u32      FORMAT
//! sections          u32
//! key               32 bytes what the content was made from
//! table             per section: name 24 bytes (padded with 0), size of an element u32, 0 u32, bytes u64, digest 32 bytes
//! digest of all of the above, 32 bytes
//! content           the sections one after the other, in the order of the table
//! ```
//!
//! Numbers are in the byte order of the machine, which is part of the magic's check by way of FORMAT: a file from a
//! machine of the other order has an impossible format number. Digests are BLAKE3. Nothing is believed before its digest
//! was checked, and no memory is taken for lengths that the file is not long enough for.

use bytemuck::Pod;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};

/// Changes whenever the meaning of a section changes.
pub(super) const FORMAT: u32 = 2;
const MAGIC: [u8; 8] = *b"ghnet\r\n\x1a";
const FIXED: usize = 8 + 4 + 4 + 32;
const ROW: usize = 24 + 4 + 4 + 8 + 32;
/// More sections than there ever will be.
const MAX_SECTIONS: usize = 512;

/// Why a cache file is not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no cache file, or not of this version of the program.
    #[error("it was written by another version of the program")]
    Foreign,
    /// It was made from another extract or profile.
    #[error("the extract or the profile has changed")]
    Stale,
    /// It is cut off or its content is not what was written.
    #[error("it is damaged ({0})")]
    Damaged(String),
}

fn damaged(what: impl Into<String>) -> CacheError {
    CacheError::Damaged(what.into())
}

/// An array that is written as it lies in memory.
trait Bytes: Sync {
    fn bytes(&self) -> &[u8];
}

impl<T: Pod + Sync> Bytes for &[T] {
    fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }
}

impl<T: Pod + Sync> Bytes for Vec<T> {
    fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }
}

/// A section to be written: its array and how many bytes make an element.
struct Section<'a> {
    name: &'static str,
    size: usize,
    array: Box<dyn Bytes + 'a>,
}

/// Collects sections and writes them.
#[derive(Default)]
pub(crate) struct SectionWriter<'a> {
    sections: Vec<Section<'a>>,
}

impl<'a> SectionWriter<'a> {
    /// Adds an array under a name of at most 24 bytes, used once; the array is not copied.
    pub(crate) fn put<T: Pod + Sync>(&mut self, name: &'static str, array: &'a [T]) {
        self.sections.push(Section { name, size: size_of::<T>(), array: Box::new(array) });
    }

    /// Adds an array that was made for the purpose.
    pub(crate) fn put_owned<T: Pod + Sync>(&mut self, name: &'static str, array: Vec<T>) {
        self.sections.push(Section { name, size: size_of::<T>(), array: Box::new(array) });
    }

    /// Adds texts.
    pub(crate) fn put_texts(&mut self, name: &'static str, ends_name: &'static str, texts: &[String]) {
        let mut end = 0_u64;
        let ends = texts.iter().map(|t| {
            end += t.len() as u64;
            end
        });
        self.put_owned::<u64>(ends_name, ends.collect());
        self.put_owned(name, texts.concat().into_bytes());
    }

    /// Writes everything.
    pub(super) fn write(&self, key: &[u8; 32], out: &mut impl Write) -> io::Result<()> {
        let mut head = Vec::with_capacity(FIXED + ROW * self.sections.len() + 32);
        head.extend(MAGIC);
        head.extend(FORMAT.to_ne_bytes());
        head.extend((self.sections.len() as u32).to_ne_bytes());
        head.extend(key);
        let digests: Vec<[u8; 32]> =
            self.sections.par_iter().map(|s| *blake3::hash(s.array.bytes()).as_bytes()).collect();
        for (section, digest) in self.sections.iter().zip(digests) {
            let mut name = [0; 24];
            name[..section.name.len()].copy_from_slice(section.name.as_bytes());
            head.extend(name);
            head.extend((section.size as u32).to_ne_bytes());
            head.extend([0; 4]);
            head.extend((section.array.bytes().len() as u64).to_ne_bytes());
            head.extend(digest);
        }
        let digest = blake3::hash(&head);
        out.write_all(&head)?;
        out.write_all(digest.as_bytes())?;
        self.sections.iter().try_for_each(|s| out.write_all(s.array.bytes()))
    }
}

/// An array of one of the few kinds of elements there are, in memory aligned for it.
enum Array {
    One(Vec<u8>),
    Four(Vec<u32>),
    Eight(Vec<u64>),
}

impl Array {
    fn zeroed(size: usize, bytes: usize) -> Option<Array> {
        Some(match size {
            0 => return None,
            _ if size.is_multiple_of(8) => Array::Eight(vec![0; bytes / 8]),
            _ if size.is_multiple_of(4) => Array::Four(vec![0; bytes / 4]),
            _ => Array::One(vec![0; bytes]),
        })
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Array::One(a) => a,
            Array::Four(a) => bytemuck::cast_slice(a),
            Array::Eight(a) => bytemuck::cast_slice(a),
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Array::One(a) => a,
            Array::Four(a) => bytemuck::cast_slice_mut(a),
            Array::Eight(a) => bytemuck::cast_slice_mut(a),
        }
    }

    /// The same memory as an array of something else of the same alignment; copied only if that cannot be had.
    fn into_vec<T: Pod>(self) -> Vec<T> {
        fn convert<S: Pod, T: Pod>(array: Vec<S>) -> Vec<T> {
            bytemuck::allocation::try_cast_vec(array)
                .unwrap_or_else(|(_, array)| bytemuck::allocation::pod_collect_to_vec(&array))
        }
        match self {
            Array::One(a) => convert(a),
            Array::Four(a) => convert(a),
            Array::Eight(a) => convert(a),
        }
    }
}

/// The sections of a file whose digests were right.
pub(crate) struct SectionReader {
    sections: BTreeMap<String, (usize, Array)>,
}

impl SectionReader {
    /// Reads a file that was written under `key`.
    pub(super) fn read(mut file: File, key: &[u8; 32]) -> Result<SectionReader, CacheError> {
        let size = file.metadata()?.len();
        let mut head = vec![0; FIXED];
        file.read_exact(&mut head).map_err(|_| damaged("its beginning is missing"))?;
        let number = |bytes: &[u8]| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if head[..8] != MAGIC || number(&head[8..]) != FORMAT {
            return Err(CacheError::Foreign);
        }
        let count = number(&head[12..]) as usize;
        if count > MAX_SECTIONS {
            return Err(damaged("its table is too long"));
        }
        if head[16..48] != key[..] {
            return Err(CacheError::Stale);
        }
        head.resize(FIXED + ROW * count + 32, 0);
        file.read_exact(&mut head[FIXED..]).map_err(|_| damaged("its table is missing"))?;
        let (head, digest) = head.split_at(FIXED + ROW * count);
        if blake3::hash(head).as_bytes() != digest {
            return Err(damaged("its table does not match its digest"));
        }
        let mut left = size.saturating_sub(head.len() as u64 + 32);
        let mut read = Vec::with_capacity(count);
        for row in head[FIXED..].chunks_exact(ROW) {
            let name = String::from_utf8_lossy(&row[..24]).trim_end_matches('\0').to_string();
            let element = number(&row[24..]) as usize;
            let mut length = [0; 8];
            length.copy_from_slice(&row[32..40]);
            let length = u64::from_ne_bytes(length);
            if length > left {
                return Err(damaged("it is cut off"));
            }
            left -= length;
            let length = usize::try_from(length).map_err(|_| damaged("a section is too long"))?;
            let array = Array::zeroed(element, length).filter(|a| a.bytes().len() == length);
            let mut array = array.ok_or_else(|| damaged(format!("section {name} has half an element")))?;
            file.read_exact(array.bytes_mut())?;
            read.push((name, element, array, &row[40..72]));
        }
        if left > 0 {
            return Err(damaged("something was added to its end"));
        }
        let wrong = read.par_iter().find_any(|s| blake3::hash(s.2.bytes()).as_bytes() != s.3);
        if let Some((name, ..)) = wrong {
            return Err(damaged(format!("section {name} does not match its digest")));
        }
        let sections = read.into_iter().map(|(name, element, array, _)| (name, (element, array))).collect();
        Ok(SectionReader { sections })
    }

    /// Takes an array out.
    pub(crate) fn take<T: Pod>(&mut self, name: &str) -> Result<Vec<T>, CacheError> {
        let (element, array) =
            self.sections.remove(name).ok_or_else(|| damaged(format!("section {name} is missing")))?;
        if element != size_of::<T>() || array.bytes().len() % size_of::<T>() != 0 {
            return Err(damaged(format!("section {name} is of another kind")));
        }
        Ok(array.into_vec())
    }

    /// Takes texts out.
    pub(crate) fn take_texts(&mut self, name: &str, ends_name: &str) -> Result<Vec<String>, CacheError> {
        let ends = self.take::<u64>(ends_name)?;
        let text = String::from_utf8(self.take(name)?).map_err(|_| damaged(format!("section {name} is no text")))?;
        let mut start = 0;
        let mut out = Vec::with_capacity(ends.len());
        for end in ends {
            let end = end as usize;
            let own = text.get(start..end).ok_or_else(|| damaged(format!("section {name} is cut wrongly")))?;
            out.push(own.to_string());
            start = end;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    fn sample() -> Vec<u8> {
        let (points, counts, kinds) = ([[1.5_f64, -2.0], [0.0, 3.25]], [1_u32, 2, 3], [9_u8, 8, 7]);
        let texts = ["".to_string(), "玉溪".to_string(), "G8511".to_string()];
        let mut writer = SectionWriter::default();
        writer.put("points", &points);
        writer.put("counts", &counts);
        writer.put("kinds", &kinds);
        writer.put::<i64>("nothing", &[]);
        writer.put_owned("rows", vec![[1_u32, 2, 3, 4, 5]; 3]);
        writer.put_texts("names", "names.ends", &texts);
        let mut out = Vec::new();
        writer.write(&KEY, &mut out).unwrap();
        out
    }

    fn read(bytes: &[u8]) -> Result<SectionReader, CacheError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        io::Seek::rewind(&mut file).unwrap();
        SectionReader::read(file, &KEY)
    }

    #[test]
    fn what_was_written_is_read() {
        let mut reader = read(&sample()).unwrap();
        assert_eq!(reader.take::<[f64; 2]>("points").unwrap(), [[1.5, -2.0], [0.0, 3.25]]);
        assert_eq!(reader.take::<u32>("counts").unwrap(), [1, 2, 3]);
        assert_eq!(reader.take::<u8>("kinds").unwrap(), [9, 8, 7]);
        assert_eq!(reader.take::<i64>("nothing").unwrap(), [0_i64; 0]);
        assert_eq!(reader.take::<[u32; 5]>("rows").unwrap(), [[1, 2, 3, 4, 5]; 3]);
        assert_eq!(reader.take_texts("names", "names.ends").unwrap(), ["", "玉溪", "G8511"]);
        assert!(matches!(reader.take::<u8>("points"), Err(CacheError::Damaged(_))));
    }

    #[test]
    fn other_kinds_keys_and_versions_are_refused() {
        let good = sample();
        assert!(matches!(read(&good).unwrap().take::<u64>("counts"), Err(CacheError::Damaged(_))));
        let mut other = good.clone();
        other[20] ^= 1;
        assert!(matches!(read(&other), Err(CacheError::Stale)));
        let mut future = good.clone();
        future[8] += 1;
        assert!(matches!(read(&future), Err(CacheError::Foreign)));
        assert!(matches!(read(b"<?xml version='1.0'?> and a good deal more than a head"), Err(CacheError::Foreign)));
        assert!(matches!(read(b""), Err(CacheError::Damaged(_))));
        let mut longer = good;
        longer.push(0);
        assert!(matches!(read(&longer), Err(CacheError::Damaged(_))));
    }

    #[test]
    fn no_flipped_bit_and_no_cut_is_overlooked() {
        let good = sample();
        for at in 0..good.len() {
            assert!(read(&good[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                assert!(read(&bad).is_err(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn a_forged_length_with_a_right_digest_takes_no_memory() {
        let mut bad = sample();
        let count = 7;
        let head = FIXED + ROW * count;
        bad[FIXED + 32..FIXED + 40].copy_from_slice(&(u64::MAX / 2).to_ne_bytes());
        let digest = *blake3::hash(&bad[..head]).as_bytes();
        bad[head..head + 32].copy_from_slice(&digest);
        assert!(matches!(read(&bad), Err(CacheError::Damaged(what)) if what == "it is cut off"));
    }

    proptest! {
        #[test]
        fn any_change_is_noticed(changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..9)) {
            let good = sample();
            let mut bad = good.clone();
            for (at, change) in changes {
                let at = at.index(bad.len());
                bad[at] ^= change;
            }
            prop_assume!(bad != good);
            prop_assert!(read(&bad).is_err());
        }
    }
}
