//! Writes OSM PBF (<https://wiki.openstreetmap.org/wiki/PBF_Format>): zlib blobs, dense nodes, delta-coded numbers.

use crate::geo::{Bounds, LatLon};
use miniz_oxide::deflate::compress_to_vec_zlib;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

/// Objects in one block.
const BLOCK: usize = 8000;

/// Tags of an object.
pub(crate) type Tags<'a> = Vec<(&'static str, Cow<'a, str>)>;

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn number_field(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes_field(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn blob(out: &mut Vec<u8>, kind: &str, content: &[u8]) -> io::Result<()> {
    // This compressor and no other, so that the same network is the same bytes whatever other crates ask of theirs.
    let packed = compress_to_vec_zlib(content, 8);
    let mut body = Vec::with_capacity(packed.len() + 16);
    number_field(&mut body, 2, content.len() as u64);
    bytes_field(&mut body, 3, &packed);
    let mut header = Vec::new();
    bytes_field(&mut header, 1, kind.as_bytes());
    number_field(&mut header, 3, body.len() as u64);
    out.extend_from_slice(&(header.len() as u32).to_be_bytes());
    out.extend_from_slice(&header);
    out.extend_from_slice(&body);
    Ok(())
}

/// Strings of a block, each kept once; number 0 is reserved by the format.
#[derive(Default)]
struct Strings {
    index: BTreeMap<String, u32>,
    list: Vec<String>,
}

impl Strings {
    fn id(&mut self, text: &str) -> u64 {
        if let Some(id) = self.index.get(text) {
            return u64::from(*id);
        }
        self.list.push(text.to_owned());
        let id = self.list.len() as u32;
        self.index.insert(text.to_owned(), id);
        u64::from(id)
    }

    fn block(&self, group: &[u8]) -> Vec<u8> {
        let mut table = Vec::new();
        bytes_field(&mut table, 1, b"");
        for text in &self.list {
            bytes_field(&mut table, 1, text.as_bytes());
        }
        let mut block = Vec::with_capacity(table.len() + group.len() + 16);
        bytes_field(&mut block, 1, &table);
        bytes_field(&mut block, 2, group);
        block
    }
}

/// A PBF file being written: first all nodes, then all ways, ids rising.
pub(crate) struct Writer {
    out: Vec<u8>,
}

/// Degrees in the format's steps of 1e-7.
fn steps(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

impl Writer {
    /// Starts a file with its header.
    pub(crate) fn new(bounds: Option<Bounds>, program: &str, source: &str) -> io::Result<Writer> {
        let mut header = Vec::new();
        if let Some(b) = bounds {
            let mut bbox = Vec::new();
            for (field, degrees) in [(1, b.min.lon), (2, b.max.lon), (3, b.max.lat), (4, b.min.lat)] {
                number_field(&mut bbox, field, zigzag(steps(degrees) * 100));
            }
            bytes_field(&mut header, 1, &bbox);
        }
        bytes_field(&mut header, 4, b"OsmSchema-V0.6");
        bytes_field(&mut header, 4, b"DenseNodes");
        bytes_field(&mut header, 5, b"Sort.Type_then_ID");
        bytes_field(&mut header, 16, program.as_bytes());
        bytes_field(&mut header, 17, source.as_bytes());
        let mut out = Vec::new();
        blob(&mut out, "OSMHeader", &header)?;
        Ok(Writer { out })
    }

    /// Writes nodes; ids count up from `first_id`.
    pub(crate) fn nodes(&mut self, first_id: i64, nodes: &[(LatLon, Tags)]) -> io::Result<()> {
        for (b, chunk) in nodes.chunks(BLOCK).enumerate() {
            let mut strings = Strings::default();
            let (mut ids, mut lats, mut lons, mut tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            let (mut lat, mut lon) = (0, 0);
            for (i, (at, own)) in chunk.iter().enumerate() {
                varint(&mut ids, zigzag(if i == 0 { first_id + (b * BLOCK) as i64 } else { 1 }));
                let here = (steps(at.lat), steps(at.lon));
                varint(&mut lats, zigzag(here.0 - lat));
                varint(&mut lons, zigzag(here.1 - lon));
                (lat, lon) = here;
                for (k, v) in own {
                    varint(&mut tags, strings.id(k));
                    varint(&mut tags, strings.id(v));
                }
                varint(&mut tags, 0);
            }
            let mut dense = Vec::new();
            bytes_field(&mut dense, 1, &ids);
            bytes_field(&mut dense, 8, &lats);
            bytes_field(&mut dense, 9, &lons);
            if !strings.list.is_empty() {
                bytes_field(&mut dense, 10, &tags);
            }
            let mut group = Vec::new();
            bytes_field(&mut group, 2, &dense);
            blob(&mut self.out, "OSMData", &strings.block(&group))?;
        }
        Ok(())
    }

    /// Writes ways; ids count up from `first_id`.
    pub(crate) fn ways(&mut self, first_id: i64, ways: &[(Vec<i64>, Tags)]) -> io::Result<()> {
        for (b, chunk) in ways.chunks(BLOCK).enumerate() {
            let mut strings = Strings::default();
            let mut group = Vec::new();
            for (i, (nodes, tags)) in chunk.iter().enumerate() {
                let (mut keys, mut values, mut refs) = (Vec::new(), Vec::new(), Vec::new());
                for (k, v) in tags {
                    varint(&mut keys, strings.id(k));
                    varint(&mut values, strings.id(v));
                }
                let mut before = 0;
                for n in nodes {
                    varint(&mut refs, zigzag(n - before));
                    before = *n;
                }
                let mut way = Vec::new();
                number_field(&mut way, 1, (first_id + (b * BLOCK + i) as i64) as u64);
                bytes_field(&mut way, 2, &keys);
                bytes_field(&mut way, 3, &values);
                bytes_field(&mut way, 8, &refs);
                bytes_field(&mut group, 3, &way);
            }
            blob(&mut self.out, "OSMData", &strings.block(&group))?;
        }
        Ok(())
    }

    /// The finished file.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use osmpbfreader::{OsmObj, OsmPbfReader};

    #[test]
    fn another_reader_reads_the_same() {
        let mut w = Writer::new(None, "test", "synthetic: test").unwrap();
        let at = |k: usize| LatLon::new(-24.5 + k as f64 * 1e-5, 102.25 - k as f64 * 3e-5);
        let nodes: Vec<(LatLon, Tags)> = (0..BLOCK + 10)
            .map(|k| (at(k), if k == 8003 { vec![("name", Cow::Borrowed("玉溪"))] } else { Vec::new() }))
            .collect();
        w.nodes(5, &nodes).unwrap();
        w.ways(70, &[(vec![5, 8015, 6], vec![("highway", "primary".into()), ("oneway", "yes".into())])]).unwrap();
        let bytes = w.finish();
        let objects: Vec<OsmObj> = OsmPbfReader::new(io::Cursor::new(bytes)).iter().collect::<Result<_, _>>().unwrap();
        assert_eq!(objects.len(), BLOCK + 11);
        let Some(OsmObj::Node(node)) = objects.get(8003) else { panic!("no node") };
        assert_eq!(node.id.0, 8008);
        assert_eq!((node.decimicro_lat, node.decimicro_lon), (steps(at(8003).lat) as i32, steps(at(8003).lon) as i32));
        assert!(node.tags.contains("name", "玉溪"));
        let Some(OsmObj::Way(way)) = objects.last() else { panic!("no way") };
        assert_eq!(way.nodes.iter().map(|n| n.0).collect::<Vec<_>>(), [5, 8015, 6]);
        assert!(way.id.0 == 70 && way.tags.contains("oneway", "yes"));
    }
}
