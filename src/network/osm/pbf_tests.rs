use super::super::read;
use super::*;
use crate::network::profile::SpeedProfile;
use flate2::{Compression, write::ZlibEncoder};
use osmpbfreader::fileformat::Blob;
use std::io::Write;

#[path = "../../../tests/made/pbf.rs"]
#[allow(dead_code, missing_docs, clippy::unwrap_used)]
mod made;

fn open(bytes: Vec<u8>) -> Result<PbfFile, OsmError> {
    PbfFile::from_bytes(Path::new("made.osm.pbf"), bytes)
}

fn packed(content: &[u8], raw_size: i32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    let mut blob = Blob::new();
    blob.set_zlib_data(encoder.finish().unwrap());
    blob.set_raw_size(raw_size);
    let mut out = made::pbf(&[], &[]);
    made::frame("OSMData", &blob, &mut out);
    out
}

#[test]
fn bombs_do_not_go_off() {
    let zeros = vec![0; 40 << 20];
    // It says that it is small and is not; it says that it is larger than is allowed; it says less than nothing.
    let read = |bytes: Vec<u8>| open(bytes).and_then(|file| file.reader().map(|_| ()));
    for size in [1000, 40 << 20, -1] {
        let bomb = packed(&zeros, size);
        assert!(bomb.len() < 100_000);
        assert!(matches!(read(bomb), Err(OsmError::Damaged { .. })), "{size}");
    }
    // One byte more or less than it says.
    let block = [0x0a, 2, 0x0a, 0];
    assert!(read(packed(&block, 4)).is_ok());
    assert!(matches!(read(packed(&block, 3)), Err(OsmError::Damaged { .. })));
}

#[test]
fn a_file_in_any_order_reads_the_same() {
    let street: made::TagPairs = &[("highway", "residential")];
    let node = |id: i64| (id, 24.0, 102.0 + id as f64 * 0.01, &[][..]);
    let ways: [(i64, &[i64], made::TagPairs); 3] = [(7, &[1, 2], street), (8, &[2, 3], street), (9, &[3, 4], street)];
    // Pieces of one kind each; a header in between is read like the first.
    let nodes_of = |ids: &[i64]| made::pbf(&ids.iter().map(|id| node(*id)).collect::<Vec<_>>(), &[]);
    let ways_of = |range: Range<usize>| made::pbf(&[], &ways[range]);
    let empty = made::pbf(&[], &[]);
    let whole = |pieces: &[Vec<u8>]| open(pieces.concat()).unwrap();
    let sorted = [nodes_of(&[1, 2]), nodes_of(&[3, 4]), ways_of(0..1), ways_of(1..2), ways_of(2..3)];
    let mixed =
        [ways_of(0..1), nodes_of(&[1, 4]), empty.clone(), ways_of(1..2), nodes_of(&[2]), ways_of(2..3), nodes_of(&[3])];
    // Ends alike, so that halving is deceived about what lies between.
    let deceiving = [nodes_of(&[1]), nodes_of(&[2]), ways_of(0..3), nodes_of(&[3]), nodes_of(&[4])];
    let profile = SpeedProfile::builtin("china-default").unwrap();
    for (name, pieces) in [("sorted", &sorted[..]), ("mixed", &mixed), ("deceiving", &deceiving)] {
        let file = whole(pieces);
        for keep in [0, KEEP] {
            let raw = read::read_from(file.reader_keeping(keep).unwrap(), &profile).unwrap();
            assert_eq!((raw.nodes_read, raw.ways_read), (4, 3), "{name}");
            assert_eq!((&raw.ids[..], &raw.refs[..]), (&[1, 2, 3, 4][..], &[0, 1, 1, 2, 2, 3][..]), "{name}");
            assert!((0..4).all(|i| raw.at(i).is_some()), "{name}");
        }
    }
}
