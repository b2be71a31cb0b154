//! The importer on real extracts, where they are at hand, and on damaged and odd files made here.
//!
//! Real extracts lie in `data/osm` under the folder that `GOLDENHOUR_SHARED` names (default `../shared`). Without them
//! those tests say so and pass; the made ones always run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::geo::{LatLon, distance_m};
use goldenhour::network::graph::NO_EDGE;
use goldenhour::network::osm::{import, import_bytes};
use goldenhour::network::{FeatureKind, Metric, MetricRules, OsmError, OsmImport, Snapper, SpeedProfile};
use made::{TagPairs, blob, frame, pbf};
use osmpbfreader::fileformat::Blob;
use osmpbfreader::osmformat::HeaderBlock;
use protobuf::Message;
use std::path::{Path, PathBuf};

#[path = "made/pbf.rs"]
mod made;
#[path = "made/restrictions.rs"]
mod restrictions;

fn profile() -> SpeedProfile {
    SpeedProfile::builtin("china-default").expect("a profile that comes with the program")
}

fn extract(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let path = shared.join("data/osm").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

fn read(name: &str) -> Option<OsmImport> {
    let import = import(&extract(name)?, &profile()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let graph = &import.graph;
    graph.check().expect("a graph that fits together");
    assert_eq!(graph.node_count(), import.stats.junctions);
    let by_class: f64 = import.stats.classes.iter().map(|c| c.1).sum();
    assert!((by_class - graph.road_km()).abs() < 1e-6 * by_class.max(1.0));
    // One part: everything is reached from junction 0, and reaches it.
    for forward in [true, false] {
        let mut seen = vec![false; graph.node_count()];
        let mut stack = vec![0_usize];
        while let Some(v) = stack.pop() {
            if std::mem::replace(&mut seen[v], true) {
                continue;
            }
            let node = goldenhour::ids::NodeId::new(v);
            if forward {
                stack.extend(graph.out_edges(node).map(|e| graph.head[e] as usize));
            } else {
                stack.extend(graph.edges_into(node).iter().map(|e| graph.tail[*e as usize] as usize));
            }
        }
        assert!(seen.iter().all(|s| *s), "{name}: not one part");
    }
    Some(import)
}

fn bytes(bytes: Vec<u8>) -> Result<OsmImport, OsmError> {
    import_bytes(Path::new("made.osm.pbf"), bytes, &profile())
}

/// Times of all edges by the profile.
fn times(import: &OsmImport) -> Vec<u32> {
    Metric::build(&import.graph, &MetricRules::of(&profile())).edge_time
}

const STREET: TagPairs = &[("highway", "residential")];

/// Four nodes in a row, 0.01° apart.
fn row() -> Vec<(i64, f64, f64, TagPairs<'static>)> {
    (1..=4).map(|i| (i, 24.0, 102.0 + i as f64 * 0.01, &[][..])).collect()
}

#[test]
fn a_made_file_reads() {
    let got = bytes(pbf(&row(), &[(7, &[1, 2], STREET), (8, &[2, 3, 4], STREET)])).unwrap();
    assert!(got.synthetic);
    assert_eq!((got.graph.node_count(), got.graph.edge_count()), (2, 2));
    let metres = distance_m(LatLon::new(24.0, 102.01), LatLon::new(24.0, 102.04));
    assert!((got.stats.road_km * 1000.0 - metres).abs() < 0.5);
    // 25 km/h, no delays.
    assert!((f64::from(times(&got)[0]) / 10_000.0 - metres * 3.6 / 25.0).abs() < 0.01);
}

#[test]
fn a_gap_in_the_nodes_is_not_bridged() {
    let mut nodes = row();
    nodes.remove(2);
    let got = bytes(pbf(&nodes, &[(7, &[1, 2, 3, 4], STREET)])).unwrap();
    assert_eq!((got.stats.missing_node_refs, got.stats.ways_cut, got.stats.ways_lost), (1, 1, 0));
    assert_eq!(got.graph.node_count(), 2);
    let error = bytes(pbf(&nodes[..1], &[(7, &[1, 2, 3, 4], STREET)])).unwrap_err();
    assert!(matches!(error, OsmError::NodesMissing { ways: 1, missing: 3, refs: 4, .. }), "{error}");
}

#[test]
fn barriers_and_gates_in_the_middle_of_a_road() {
    let with = |tags: TagPairs<'static>| {
        let mut nodes = row();
        nodes[1].3 = tags;
        bytes(pbf(&nodes, &[(7, &[1, 2, 3, 4], STREET)])).unwrap()
    };
    let free = with(&[]);
    let gate = with(&[("barrier", "gate")]);
    assert_eq!((gate.stats.gates, gate.graph.node_count()), (1, 2));
    assert!((i64::from(times(&gate)[0]) - i64::from(times(&free)[0]) - 600_000).abs() <= 1);
    let block = with(&[("barrier", "block")]);
    // Two parts of two junctions each; the ends at the barrier are two junctions at one place.
    assert_eq!((block.stats.blocked_nodes, block.stats.components, block.graph.node_count()), (1, 2, 2));
    assert_eq!(block.stats.dropped_junctions, 2);
}

#[test]
fn ferries_take_their_duration_and_boarding() {
    let ferry: TagPairs = &[("route", "ferry"), ("motor_vehicle", "yes"), ("duration", "00:30")];
    let ways: &[(i64, &[i64], TagPairs)] = &[(7, &[1, 2], STREET), (8, &[2, 3], ferry), (9, &[3, 4], STREET)];
    let got = bytes(pbf(&row(), ways)).unwrap();
    assert_eq!(got.stats.ferries, 1);
    let class = got.graph.classes.iter().position(|c| c == "ferry").unwrap();
    let road = got.graph.roads.iter().find(|r| usize::from(r.class) == class).unwrap();
    let delays = profile().delays;
    for edge in [road.forward, road.backward] {
        let seconds = f64::from(times(&got)[edge as usize]) / 10_000.0;
        assert!((seconds - 1800.0 - delays.ferry_boarding_s).abs() < 0.01, "{seconds}");
    }
}

#[test]
fn a_stub_that_cannot_be_left_is_dropped_and_leaves_no_junction() {
    let mut nodes = row();
    nodes.push((5, 24.01, 102.02, &[]));
    let oneway: TagPairs = &[("highway", "residential"), ("oneway", "yes")];
    let got = bytes(pbf(&nodes, &[(7, &[1, 2, 3, 4], STREET), (8, &[2, 5], oneway)])).unwrap();
    assert_eq!((got.stats.components, got.stats.dropped_junctions, got.stats.dropped_edges), (2, 1, 1));
    assert_eq!((got.graph.node_count(), got.graph.roads.len()), (2, 1));
    assert_eq!(got.stats.dropped_parts.len(), 1);
}

#[test]
fn files_that_are_not_as_they_should_be() {
    let good = pbf(&row(), &[(7, &[1, 2, 3, 4], STREET)]);
    for cut in 1..good.len() {
        match bytes(good[..cut].to_vec()) {
            Err(OsmError::Truncated { .. } | OsmError::NotPbf { .. }) => {}
            // Cut exactly between two blocks: a valid file with only a header.
            Err(OsmError::Empty { .. }) => {}
            other => panic!("cut at {cut}: {:?}", other.map(|o| o.stats)),
        }
    }
    assert!(matches!(bytes(vec![]), Err(OsmError::Empty { .. })));
    assert!(matches!(
        bytes(b"<?xml version='1.0'?><osm/>".to_vec()),
        Err(OsmError::NotPbf { looks_like: Some(_), .. })
    ));
    assert!(matches!(bytes(pbf(&row(), &[])), Err(OsmError::NoRoads { ways: 0, .. })));
    let footway: TagPairs = &[("highway", "footway")];
    assert!(matches!(bytes(pbf(&row(), &[(7, &[1, 2], footway)])), Err(OsmError::NoRoads { ways: 1, .. })));
    let oneway: TagPairs = &[("highway", "residential"), ("oneway", "yes")];
    assert!(matches!(bytes(pbf(&row(), &[(7, &[1, 2], oneway)])), Err(OsmError::NotConnected { .. })));
    let missing = import(Path::new("no-such-file.osm.pbf"), &profile()).unwrap_err();
    assert!(matches!(missing, OsmError::Io { .. }));
}

#[test]
fn any_damaged_byte_is_an_error_or_a_file_not_a_panic() {
    let good = pbf(&row(), &[(7, &[1, 2, 3, 4], STREET)]);
    for at in 0..good.len() {
        for change in [0x01_u8, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= change;
            if let Err(error) = bytes(bad) {
                assert!(error.to_string().contains("made.osm.pbf"), "{error}");
            }
        }
    }
}

#[test]
fn packings_and_features_that_are_not_known_are_named() {
    for (field, name) in [(6_u32, "LZ4"), (7, "Zstandard")] {
        let mut out = Vec::new();
        let mut packed = Blob::new();
        packed.special_fields.mut_unknown_fields().add_length_delimited(field, vec![1, 2, 3]);
        blob("OSMHeader", HeaderBlock::new().write_to_bytes().unwrap(), &mut out);
        frame("OSMData", &packed, &mut out);
        let error = bytes(out).unwrap_err();
        assert!(matches!(&error, OsmError::Packing { packing, .. } if *packing == name), "{error}");
        assert!(error.hint().unwrap().contains("zlib"));
    }
    let mut header = HeaderBlock::new();
    header.required_features = vec!["HistoricalInformation".to_string()];
    let mut out = Vec::new();
    blob("OSMHeader", header.write_to_bytes().unwrap(), &mut out);
    assert!(matches!(bytes(out), Err(OsmError::Feature { .. })));
}

#[test]
fn the_antimeridian_is_no_obstacle() {
    let nodes = [(1, -17.0, 179.99, &[][..]), (2, -17.0, -179.99, &[])];
    let got = bytes(pbf(&nodes, &[(7, &[1, 2], STREET)])).unwrap();
    assert!(got.stats.road_km < 2.2, "{}", got.stats.road_km);
    assert!(got.features.residential[0].0.lon.abs() > 179.9);
}

#[test]
fn andorra() {
    let Some(got) = read("andorra-2025.osm.pbf") else { return };
    let s = &got.stats;
    assert!(s.nodes_read > 300_000 && s.road_ways > 3_000, "{s:?}");
    assert!((300.0..3_000.0).contains(&s.road_km), "{}", s.road_km);
    // 1–2.6 % of road nodes are usual outside the main part; much more would be a fault of the reader.
    assert!((s.dropped_junctions as f64) < 0.1 * (s.junctions + s.dropped_junctions) as f64, "{s:?}");
    assert!(!got.synthetic);
    let of = |kind: FeatureKind| got.features.list.iter().filter(move |f| f.kind == kind);
    assert!(of(FeatureKind::Hospital).count() >= 1);
    assert!(of(FeatureKind::Place).any(|f| f.name == "Andorra la Vella" && f.population.is_some()));
    assert!(got.features.residential.len() > 20);
    // From the capital to Pas de la Casa over the pass (about 30 km by road): neither minutes nor hours.
    let snapper = Snapper::with_rule(&got.graph, &got.snap);
    let snap = |lat, lon| snapper.snap(&got.graph, LatLon::new(lat, lon)).unwrap();
    let (capital, border) = (snap(42.5063, 1.5218), snap(42.5425, 1.7335));
    assert!(capital.distance_m < 100.0 && border.distance_m < 200.0, "{capital:?} {border:?}");
    let times = times(&got);
    let edges = (0..got.graph.edge_count()).map(|e| (got.graph.tail[e], got.graph.head[e], times[e]));
    let graph = petgraph::Graph::<(), u32>::from_edges(edges);
    let junction = |p: &goldenhour::network::RoadPosition| {
        let road = &got.graph.roads[p.road as usize];
        let edge = if road.forward == NO_EDGE { road.backward } else { road.forward };
        petgraph::graph::NodeIndex::new(got.graph.head[edge as usize] as usize)
    };
    let times = petgraph::algo::dijkstra(&graph, junction(&capital), None, |e| u64::from(*e.weight()));
    let minutes = times[&junction(&border)] as f64 / 600_000.0;
    println!("Andorra la Vella to Pas de la Casa: {minutes:.1} min");
    assert!((20.0..60.0).contains(&minutes), "{minutes} min");
}

#[test]
fn the_other_extracts() {
    // Name, and at least how many junctions and kilometres of road are left.
    for (name, junctions, km) in [
        ("liechtenstein-valhalla.osm.pbf", 1_000, 300.0),
        ("monaco-osrm.osm.pbf", 500, 50.0),
        ("reisterstown-via-restriction-r5.osm.pbf", 1_000, 300.0),
        // A small cut through one-way streets: most of it leads out of the extract and not back.
        ("bayfront_singapore-valhalla.osm.pbf", 20, 3.0),
        ("snake-rd-r5.osm.pbf", 2, 0.5),
    ] {
        let Some(got) = read(name) else { return };
        assert!(got.stats.junctions >= junctions && got.stats.road_km > km, "{name}: {:?}", got.stats);
        let snapper = Snapper::with_rule(&got.graph, &got.snap);
        for (i, at) in got.graph.positions.iter().enumerate().step_by(97) {
            assert!(snapper.snap(&got.graph, *at).unwrap().distance_m < 2_000.0, "{name} junction {i}");
        }
    }
}

/// Prints what the importer makes of every extract: `cargo test --test osm_extracts -- --ignored --nocapture`.
#[test]
#[ignore = "prints a table; asserts nothing that the other tests do not"]
fn table_of_extracts() {
    let Some(one) = extract("andorra-2025.osm.pbf") else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(one.parent().unwrap()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.to_string_lossy().ends_with(".osm.pbf"));
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let start = std::time::Instant::now();
        match import(&file, &profile()) {
            Ok(got) => {
                let (seconds, s) = (start.elapsed().as_secs_f64(), &got.stats);
                println!(
                    "{name}: nodes {} ways {} road ways {} | kept junctions {} roads {} edges {} km {:.1} | dropped junctions {} edges {} km {:.1} parts {} | missing refs {} cut {} lost {} | ferries {} gates {} blocked {} bad maxspeeds {} | features {} cells {} waters {} relations {} | {seconds:.2} s",
                    s.nodes_read,
                    s.ways_read,
                    s.road_ways,
                    s.junctions,
                    s.roads,
                    s.edges,
                    s.road_km,
                    s.dropped_junctions,
                    s.dropped_edges,
                    s.dropped_km,
                    s.components,
                    s.missing_node_refs,
                    s.ways_cut,
                    s.ways_lost,
                    s.ferries,
                    s.gates,
                    s.blocked_nodes,
                    s.bad_maxspeeds,
                    got.features.list.len(),
                    got.features.residential.len(),
                    got.features.water.len(),
                    got.features.unread_relations
                );
            }
            Err(error) => println!("{name}: {error} ({})", error.hint().unwrap_or_default()),
        }
    }
}

#[test]
fn one_way_dead_ends_are_dropped() {
    let Some(got) = read("one_way_dead_end-graphhopper.osm.pbf") else { return };
    assert!(got.stats.dropped_junctions > 0 && got.stats.dropped_km > 0.0, "{:?}", got.stats);
    assert!(got.stats.components > 1);
}

#[test]
fn missing_nodes_are_counted_and_told() {
    let Some(path) = extract("missing-nodes-r5.osm.pbf") else { return };
    match import(&path, &profile()) {
        Ok(got) => assert!(got.stats.missing_node_refs > 0, "{:?}", got.stats),
        Err(OsmError::NodesMissing { missing, .. }) => assert!(missing > 0),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn fiji_has_no_edge_round_the_world() {
    let Some(got) = read("fiji-ferry-r5.osm.pbf") else { return };
    let longest = got.graph.length_m.iter().fold(0.0_f32, |a, b| a.max(*b));
    assert!(longest < 200_000.0, "{longest}");
}

#[test]
fn a_real_file_cut_off_is_a_clean_error() {
    let Some(path) = extract("andorra-2025.osm.pbf") else { return };
    let whole = std::fs::read(&path).unwrap();
    for share in [0.01, 0.3, 0.77, 0.999] {
        let cut = whole[..(whole.len() as f64 * share) as usize].to_vec();
        assert!(matches!(bytes(cut), Err(OsmError::Truncated { .. })), "{share}");
    }
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    assert!(matches!(bytes(flipped), Err(OsmError::Damaged { .. })));
}

#[test]
fn one_thread_and_many_read_the_same() {
    let Some(path) = extract("liechtenstein-valhalla.osm.pbf") else { return };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| import(&path, &profile())).unwrap()
    };
    let (one, four) = (with(1), with(4));
    assert_eq!((&one.stats, &one.features, &one.digest), (&four.stats, &four.features, &four.digest));
    assert_eq!(format!("{:?}", one.graph), format!("{:?}", four.graph));
}
