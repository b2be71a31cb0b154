//! Reading an OpenStreetMap extract (`.osm.pbf`) into a [`RoadGraph`].
//!
//! Relations are read first, then the ways, which say what nodes are needed, then these nodes; every block of the file
//! is unpacked once (`pbf`). Ways become segments, chains of segments become roads between junctions, and of the junctions only the main strongly connected part is kept: a
//! place on it can be reached from, and can reach, every other. What is dropped is counted in [`ImportStats`]. All
//! rules (which tags open a road, how fast it is) are in `docs/osm-import.md`; all numbers are in the
//! [profile](super::profile).

mod block;
mod chains;
mod error;
mod limit;
mod numbering;
mod outlines;
mod pbf;
mod read;
mod relations;
mod relief;
mod rules;
mod segments;
mod slope;
mod turns;
mod ways;
mod wire;

pub use error::OsmError;

use super::build::GraphBuilder;
use super::features::{Features, turn};
use super::graph::{GraphError, RoadGraph};
use super::profile::SpeedProfile;
use super::snap::SnapRule;
use crate::geo::{Bounds, LatLon, distance_m};
use chains::{Chains, Junctions, RoadInputs, contract, main_part};
use pbf::{Header, PbfFile};
use read::{Raw, RoadWay};
use segments::Segments;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// How many of the parts left out are listed one by one.
const PARTS_LISTED: usize = 10;
/// This near to the edge of the extract a part counts as cut off by it, metres.
const BORDER_M: f64 = 500.0;
/// Side of a cell of [`Features::residential`], degrees of latitude (500 m).
const CELL_DEGREES: f64 = 0.0045;

/// What was read, kept and dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportStats {
    /// Nodes in the file.
    pub nodes_read: u64,
    /// Ways in the file.
    pub ways_read: u64,
    /// Ways that are roads or ferries open to an ambulance.
    pub road_ways: usize,
    /// Junctions kept.
    pub junctions: usize,
    /// Roads (contracted chains) kept.
    pub roads: usize,
    /// Directed edges kept.
    pub edges: usize,
    /// Kilometres of road kept, each road counted once.
    pub road_km: f64,
    /// References of road ways to nodes the file lacks.
    pub missing_node_refs: usize,
    /// Road ways that lost some of their nodes.
    pub ways_cut: usize,
    /// Road ways of which no two neighbouring nodes are left.
    pub ways_lost: usize,
    /// Strongly connected parts, the main one included.
    pub components: usize,
    /// Junctions outside the main part.
    pub dropped_junctions: usize,
    /// Directed edges outside it or between it and the rest.
    pub dropped_edges: usize,
    /// Kilometres of these.
    pub dropped_km: f64,
    /// The largest parts that were left out, largest first.
    pub dropped_parts: Vec<DroppedPart>,
    /// Ferry ways read.
    pub ferries: usize,
    /// Gates on roads that cost time.
    pub gates: usize,
    /// Barriers that block a road.
    pub blocked_nodes: usize,
    /// Road ways whose `maxspeed` could not be read and was ignored.
    pub bad_maxspeeds: usize,
    /// Kilometres kept on ways without any tagged speed limit.
    #[serde(default)]
    pub km_without_maxspeed: f64,
    /// Of the parts left out, those that begin within 500 m of the edge of the extract (of the box round its roads):
    /// mostly one-way roads that it cuts.
    #[serde(default)]
    pub border_parts: usize,
    /// Kilometres of these.
    #[serde(default)]
    pub border_km: f64,
    /// Turn restrictions for cars in the file.
    #[serde(default)]
    pub restrictions_read: usize,
    /// Of these, those that hold on the roads kept.
    #[serde(default)]
    pub restrictions_kept: usize,
    /// Of these, those that concern roads that were not kept or cannot be driven that way, or whose members make no
    /// clear turn.
    #[serde(default)]
    pub restrictions_unresolved: usize,
    /// Of these, those that hold at some times only; they are not applied.
    #[serde(default)]
    pub restrictions_conditional: usize,
    /// Kilometres kept by class, in the order of the graph's classes; classes without roads are left out.
    pub classes: Vec<(String, f64)>,
}

/// A strongly connected part that was left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DroppedPart {
    /// Its junctions.
    pub junctions: usize,
    /// Kilometres of road that start in it (in the direction they are kept).
    pub km: f64,
    /// One of its junctions, to look it up on a map.
    pub at: LatLon,
}

/// An extract, read.
#[derive(Clone, Debug)]
pub struct OsmImport {
    /// The main strongly connected part of the roads.
    pub graph: RoadGraph,
    /// What was read, kept and dropped.
    pub stats: ImportStats,
    /// Hospitals, stations, places, streets of houses and lakes.
    pub features: Features,
    /// The digest of the file's bytes.
    pub digest: String,
    /// Where the file says its data comes from: the header's `source`, else its `writingprogram`; may be empty.
    pub source: String,
    /// Whether the file says of itself that it is synthetic.
    pub synthetic: bool,
    /// The profile's rule for snapping places to roads; hand it to [`super::Snapper::with_rule`].
    pub snap: SnapRule,
}

/// Reads an extract.
///
/// The whole file is held in memory while it is read. At its peak the import takes about 130 bytes for every node of a
/// road, of which some 50 remain.
///
/// # Errors
/// [`OsmError`] says what is wrong with the file, and its [`hint`](OsmError::hint) what to do: not a PBF file, cut off,
/// damaged, packed with something else than zlib, without roads, without the nodes of its roads, or with roads no two
/// junctions of which can be reached from one another.
pub fn import(path: &Path, profile: &SpeedProfile) -> Result<OsmImport, OsmError> {
    import_file(path, PbfFile::open(path)?, profile)
}

/// Reads an extract from bytes already in memory; `path` is its name in messages.
///
/// # Errors
/// As [`import`].
pub fn import_bytes(path: &Path, bytes: Vec<u8>, profile: &SpeedProfile) -> Result<OsmImport, OsmError> {
    import_file(path, PbfFile::from_bytes(path, bytes)?, profile)
}

/// Reads an extract from bytes of which the digest is known.
///
/// # Errors
/// As [`import`].
pub(crate) fn import_digested(
    path: &Path,
    bytes: Vec<u8>,
    digest: String,
    profile: &SpeedProfile,
) -> Result<OsmImport, OsmError> {
    let file = PbfFile::from_bytes(path, bytes)?;
    let raw = read::read(&file, profile)?;
    build_up(path, file.into_header(), raw, digest, profile)
}

fn import_file(path: &Path, file: PbfFile, profile: &SpeedProfile) -> Result<OsmImport, OsmError> {
    let (raw, digest) = rayon::join(|| read::read(&file, profile), || file.digest());
    build_up(path, file.into_header(), raw?, digest, profile)
}

/// Makes the graph of what was read.
fn build_up(
    path: &Path,
    header: Header,
    mut raw: Raw,
    digest: String,
    profile: &SpeedProfile,
) -> Result<OsmImport, OsmError> {
    let path = || path.to_path_buf();
    if raw.nodes_read == 0 && raw.ways_read == 0 {
        return Err(OsmError::Empty { path: path() });
    }
    if raw.ways.is_empty() {
        return Err(OsmError::NoRoads { path: path(), ways: raw.ways_read });
    }
    let classes = profile.class_names();
    // The ferry is the last of the class names.
    let ferry = (classes.len() - 1) as u8;
    let (planned, fixed) = turns::plan(&raw);
    let all = segments::segments(&mut raw, ferry, fixed);
    if all.list.is_empty() {
        let on_ways = header.optional_features.iter().any(|f| f == "LocationsOnWays");
        let (ways, refs) = (raw.ways.len(), raw.refs.len());
        return Err(OsmError::NodesMissing { path: path(), ways, missing: all.missing_refs, refs, on_ways });
    }
    let mut stats = ImportStats {
        nodes_read: raw.nodes_read,
        ways_read: raw.ways_read,
        road_ways: raw.ways.len(),
        missing_node_refs: all.missing_refs,
        ways_cut: all.ways_cut,
        ways_lost: all.ways_lost,
        ferries: raw.ways.iter().filter(|w| raw.routes[w.route as usize].class == ferry).count(),
        gates: all.gates,
        blocked_nodes: all.blocks,
        bad_maxspeeds: raw.bad_maxspeeds,
        ..ImportStats::default()
    };
    drop(std::mem::take(&mut raw.refs));
    let (streets, chains) = rayon::join(|| residential(&all, &classes), || keep_main_part(&all, &mut stats));
    raw.features.residential = streets;
    let junctions = Junctions::of(&chains, all.positions.len());
    if chains.list.is_empty() || junctions.nodes.len() < 2 {
        return Err(OsmError::NotConnected { path: path() });
    }
    let names = std::mem::take(&mut raw.names);
    let broken = |source| OsmError::Graph { path: path(), source };
    let mut graph = build(&all, &chains, &junctions, classes, names).map_err(broken)?;
    relief::shape(&mut graph, &chains, &all, &raw.ways, profile);
    let (restrictions, kept) = turns::resolve(&planned, &junctions, &graph);
    if !restrictions.is_empty() {
        graph.restrictions = restrictions;
        graph.check().map_err(broken)?;
    }
    stats.restrictions_read = raw.restrictions.read;
    stats.restrictions_conditional = raw.restrictions.conditional;
    stats.restrictions_kept = kept;
    stats.restrictions_unresolved = raw.restrictions.read - raw.restrictions.conditional - kept;
    describe(&graph, &raw.ways, &mut stats);
    let says_synthetic = |text: &str| text.to_ascii_lowercase().contains("synthetic");
    Ok(OsmImport {
        graph,
        stats,
        features: raw.features,
        digest,
        source: [&header.source, &header.writingprogram]
            .into_iter()
            .find(|s| !s.is_empty())
            .cloned()
            .unwrap_or_default(),
        synthetic: says_synthetic(&header.source) || says_synthetic(&header.writingprogram),
        snap: profile.snap.clone(),
    })
}

fn build(
    all: &Segments,
    chains: &Chains,
    junctions: &Junctions,
    classes: Vec<String>,
    names: Vec<String>,
) -> Result<RoadGraph, GraphError> {
    let positions = junctions.nodes.iter().map(|n| all.at(*n)).collect();
    let osm_nodes = junctions.nodes.iter().map(|n| all.osm_nodes[*n as usize]).collect();
    let mut builder = GraphBuilder::new(positions, osm_nodes, all.ways.clone(), classes, names);
    builder.reserve(chains.list.len(), chains.list.len() + chains.segment_count());
    let mut inputs = RoadInputs::new();
    for chain in &chains.list {
        let (road, lengths_m) = inputs.of(chain, chains, all, junctions);
        builder.add_measured(road, lengths_m)?;
    }
    builder.finish()
}

/// Contracts, keeps the main strongly connected part, and contracts again: where a dropped stub left the road there
/// is no junction any more.
fn keep_main_part(all: &Segments, stats: &mut ImportStats) -> Chains {
    let everything: Vec<u32> = (0..all.list.len() as u32).collect();
    let chains = contract(all, &everything);
    let junctions = Junctions::of(&chains, all.positions.len());
    let (inside, parts) = main_part(&chains, &junctions);
    stats.components = parts.len();
    stats.dropped_junctions = junctions.nodes.len() - parts.first().map_or(0, Vec::len);
    if inside.iter().all(|i| *i) {
        return chains;
    }
    let mut part_of = vec![0_u32; junctions.nodes.len()];
    for (p, part) in parts.iter().enumerate() {
        for v in part {
            part_of[*v as usize] = p as u32;
        }
    }
    let mut km = vec![0.0; parts.len()];
    let mut kept = Vec::with_capacity(chains.segment_count());
    for (chain, inside) in chains.list.iter().zip(&inside) {
        let segments = chains.segments(chain);
        if *inside {
            kept.extend(segments.map(|(i, _)| i));
            continue;
        }
        let length = segments.map(|(i, _)| all.lengths_m[i as usize]).sum::<f64>() / 1000.0;
        stats.dropped_km += length;
        stats.dropped_edges += usize::from(chain.open.0) + usize::from(chain.open.1);
        let part = junctions.number(chain.from).map_or(0, |n| part_of[n as usize]);
        km[part as usize] += length;
    }
    stats.dropped_parts = parts
        .iter()
        .zip(&km)
        .skip(1)
        .take(PARTS_LISTED)
        .filter_map(|(part, km)| {
            let first = junctions.nodes[*part.first()? as usize];
            Some(DroppedPart { junctions: part.len(), km: *km, at: all.at(first) })
        })
        .collect();
    let edge = Edge::of(all);
    for (part, km) in parts.iter().zip(&km).skip(1) {
        if part.iter().any(|v| edge.is_near(all.at(junctions.nodes[*v as usize]))) {
            stats.border_parts += 1;
            stats.border_km += km;
        }
    }
    drop(chains);
    kept.sort_unstable();
    contract(all, &kept)
}

/// The edge of an extract: the box round its roads.
struct Edge(Option<Bounds>);

impl Edge {
    fn of(all: &Segments) -> Edge {
        Edge(Bounds::of(all.list.iter().flat_map(|s| [all.at(s.a), all.at(s.b)])))
    }

    fn is_near(&self, at: LatLon) -> bool {
        let Some(Bounds { min, max }) = self.0 else { return false };
        let sides = [(min.lat, at.lon), (max.lat, at.lon), (at.lat, min.lon), (at.lat, max.lon)]
            .map(|(a, o)| LatLon::new(a, o));
        sides.iter().any(|side| distance_m(*side, at) < BORDER_M)
    }
}

fn describe(graph: &RoadGraph, ways: &[RoadWay], stats: &mut ImportStats) {
    let without_limit = |point: usize| ways.get(graph.segment_way[point] as usize).is_some_and(|w| !w.limited);
    for road in &graph.roads {
        for point in road.first_point as usize..road.end_point as usize - 1 {
            if without_limit(point) {
                stats.km_without_maxspeed += f64::from(graph.along_m[point + 1] - graph.along_m[point]) / 1000.0;
            }
        }
    }
    stats.junctions = graph.node_count();
    stats.roads = graph.roads.len();
    stats.edges = graph.edge_count();
    stats.road_km = graph.road_km();
    let mut by_class = vec![0.0; graph.classes.len()];
    for road in &graph.roads {
        by_class[road.class as usize] += f64::from(graph.along_m[road.end_point as usize - 1]) / 1000.0;
    }
    let named = graph.classes.iter().cloned().zip(by_class);
    stats.classes = named.filter(|(_, km)| *km > 0.0).collect();
}

/// Streets of houses in one cell.
struct Cell {
    at: (i32, i32),
    /// Where the first street lies.
    start: LatLon,
    metres: f64,
    /// Metres × degrees north and east of `start`.
    north: f64,
    east: f64,
}

/// Gathers streets of houses on a grid; see [`Features::residential`].
fn residential(all: &Segments, classes: &[String]) -> Vec<(LatLon, f64)> {
    let lived_in: Vec<bool> =
        classes.iter().map(|c| matches!(c.as_str(), "residential" | "living_street" | "unclassified")).collect();
    let mut cells: Vec<Cell> = Vec::new();
    let mut number_of: HashMap<(i32, i32), usize> = HashMap::new();
    // Streets lie together in the file: mostly the row and the cell are those of the segment before.
    let (mut last, mut last_row) = (usize::MAX, (f64::NAN, 0.0));
    for (s, length_m) in all.list.iter().zip(&all.lengths_m).filter(|(s, _)| lived_in[s.class as usize]) {
        let (p, q) = (all.at(s.a), all.at(s.b));
        let at = LatLon::new((p.lat + q.lat) / 2.0, turn(p.lon + turn(q.lon - p.lon) / 2.0));
        let row = (at.lat / CELL_DEGREES).floor();
        if row != last_row.0 {
            last_row = (row, CELL_DEGREES / libm::cos((row * CELL_DEGREES).to_radians()).max(0.01));
        }
        let cell = (row as i32, (at.lon / last_row.1).floor() as i32);
        if cells.get(last).is_none_or(|c| c.at != cell) {
            last = *number_of.entry(cell).or_insert_with(|| {
                cells.push(Cell { at: cell, start: at, metres: 0.0, north: 0.0, east: 0.0 });
                cells.len() - 1
            });
        }
        let own = &mut cells[last];
        own.metres += length_m;
        own.north += length_m * (at.lat - own.start.lat);
        own.east += length_m * turn(at.lon - own.start.lon);
    }
    cells.sort_unstable_by_key(|c| c.at);
    let middle =
        |c: &Cell| (LatLon::new(c.start.lat + c.north / c.metres, turn(c.start.lon + c.east / c.metres)), c.metres);
    cells.iter().filter(|c| c.metres > 0.0).map(middle).collect()
}
