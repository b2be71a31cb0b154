//! Outlines of counties: from the extract, through the kept network, onto the map.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::network::osm::{import, import_bytes};
use goldenhour::network::{CacheMode, SpeedProfile, load};
use made::{TagPairs, with_relations};
use std::fs;
use std::path::Path;

#[allow(dead_code)] // Other tests need more of it.
#[path = "made/pbf.rs"]
mod made;

fn profile() -> SpeedProfile {
    SpeedProfile::builtin("china-default").unwrap()
}

const ROAD: TagPairs = &[("highway", "primary")];
const EAST: TagPairs =
    &[("boundary", "administrative"), ("admin_level", "6"), ("name", "东县"), ("name:en", "East County")];
const WEST: TagPairs = &[("boundary", "administrative"), ("admin_level", "6"), ("name", "西县"), ("type", "boundary")];
const PROVINCE: TagPairs = &[("boundary", "administrative"), ("admin_level", "4"), ("name", "省")];

/// Two counties with one line between them (way 20); the western one's outline lacks node 13.
fn two_counties() -> Vec<u8> {
    let nodes = [
        (1, 24.0, 102.0, &[] as TagPairs),
        (2, 24.01, 102.01, &[]),
        (10, 24.1, 102.0, &[]),
        (11, 23.9, 102.0, &[]),
        (12, 24.0, 102.2, &[]),
        (14, 23.9, 101.9, &[]),
        (15, 24.0, 101.8, &[]),
    ];
    let ways: [(i64, &[i64], TagPairs); 4] =
        [(5, &[1, 2], ROAD), (20, &[10, 11], &[]), (21, &[11, 12, 10], &[]), (22, &[10, 15, 13, 14, 11], &[])];
    let (east, west) = ([('w', 20, "outer"), ('w', 21, "")], [('w', 20, "outer"), ('w', 22, "outer")]);
    with_relations(&nodes, &ways, &[(30, &east, EAST), (31, &west, WEST), (32, &east, PROVINCE)])
}

#[test]
fn counties_are_read_as_far_as_their_outlines_are_there() {
    let bytes = two_counties();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.osm.pbf");
    fs::write(&file, &bytes).unwrap();
    let read = import_bytes(&file, bytes, &profile()).unwrap();
    let said: Vec<(&str, Option<&str>, u8, Vec<usize>)> = read
        .features
        .boundaries
        .iter()
        .map(|b| (b.name.as_str(), b.name_en.as_deref(), b.level, b.lines.iter().map(Vec::len).collect()))
        .collect();
    assert_eq!(said, [("东县", Some("East County"), 6, vec![2, 3]), ("西县", None, 6, vec![2, 2, 2])]);
    assert_eq!(read.features.unread_relations, 0);
    // Nodes of outlines are no junctions, and what a network keeps is what was read.
    assert_eq!(read.graph.node_count(), 2);
    for from_cache in [false, true] {
        let loaded = load(&file, &profile(), &CacheMode::Beside, &mut |_| {}).unwrap();
        assert_eq!((loaded.from_cache, &loaded.import.features), (from_cache, &read.features));
    }
}

#[test]
fn a_real_extract_has_its_parishes() {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(std::path::PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let file = shared.join("data/osm/andorra-2025.osm.pbf");
    if !file.is_file() {
        eprintln!("skipped: {} is not here", file.display());
        return;
    }
    let boundaries = import(&file, &profile()).unwrap().features.boundaries;
    let mut names: Vec<&str> = boundaries.iter().filter(|b| b.level == 7).map(|b| b.name.as_str()).collect();
    names.sort_unstable();
    let parishes =
        ["Andorra la Vella", "Canillo", "Encamp", "Escaldes-Engordany", "La Massana", "Ordino", "Sant Julià de Lòria"];
    // Parts of Andorra's neighbours reach into the file.
    assert!(parishes.iter().all(|p| names.contains(p)), "{names:?}");
    let canillo = boundaries.iter().find(|b| b.name == "Canillo").unwrap();
    assert!(canillo.lines.iter().map(Vec::len).sum::<usize>() > 100);
}
