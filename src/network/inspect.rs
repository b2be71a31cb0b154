//! What to look at before trusting a network: where it ends, who cannot be reached, what the map does not say.

use super::features::{Feature, FeatureKind};
use super::graph::RoadGraph;
use super::osm::OsmImport;
use super::snap::Snapper;
use crate::geo::{Bounds, LatLon};
use osmpbfreader::{OsmObj, OsmPbfReader};
use serde::Serialize;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// A hospital or station this far from any kept road is isolated, metres.
pub const ISOLATED_M: f64 = 300.0;

/// Oddities of a network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The box round all kept junctions.
    pub bounds: Option<Bounds>,
    /// Junctions where only one road ends.
    pub dead_ends: usize,
    /// Roads that come back to the junction they start at.
    pub loops: usize,
    /// Kilometres of kept roads on ways without any tagged speed limit.
    pub km_without_maxspeed: f64,
    /// Their share of all kept roads, 0 to 1.
    pub share_without_maxspeed: f64,
    /// Hospitals, clinics and stations by kind: how many the extract has.
    pub places: Vec<(FeatureKind, usize)>,
    /// Those of them that lie more than [`ISOLATED_M`] from any kept road, farthest first.
    pub isolated: Vec<Isolated>,
}

/// A hospital or station far from any kept road: on a part that was dropped, or where the map has no roads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Isolated {
    /// What it is.
    pub kind: FeatureKind,
    /// Its name; may be empty.
    pub name: String,
    /// The map's object.
    pub osm: String,
    /// Where it is.
    pub at: LatLon,
    /// Metres to the nearest kept road; `None` if that is out of any reach.
    pub distance_m: Option<f64>,
    /// Whether a part of the roads that was dropped begins within 2 km.
    pub dropped_part_near: bool,
}

/// Objects in an extract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ObjectCounts {
    /// Nodes.
    pub nodes: u64,
    /// Ways.
    pub ways: u64,
    /// Relations.
    pub relations: u64,
}

/// Counts the objects of an extract with another team's reader (osmpbfreader), to hold against what was imported.
///
/// # Errors
/// Whatever that reader says.
pub fn count_again(path: &Path) -> Result<ObjectCounts, osmpbfreader::Error> {
    let mut counts = ObjectCounts::default();
    for object in OsmPbfReader::new(BufReader::new(File::open(path)?)).iter() {
        match object? {
            OsmObj::Node(_) => counts.nodes += 1,
            OsmObj::Way(_) => counts.ways += 1,
            OsmObj::Relation(_) => counts.relations += 1,
        }
    }
    Ok(counts)
}

/// Looks a network over.
pub fn inspect(import: &OsmImport) -> Inspection {
    let g = &import.graph;
    let ends = g.road_ends();
    let is_place = |f: &&Feature| f.kind != FeatureKind::Place;
    let mut places: Vec<(FeatureKind, usize)> = Vec::new();
    for f in import.features.list.iter().filter(is_place) {
        match places.iter_mut().find(|p| p.0 == f.kind) {
            Some(known) => known.1 += 1,
            None => places.push((f.kind, 1)),
        }
    }
    places.sort_unstable();
    let km = g.road_km();
    Inspection {
        bounds: Bounds::of(g.positions.iter().copied()),
        dead_ends: ends.iter().filter(|n| **n == 1).count(),
        loops: (0..g.roads.len()).filter(|r| is_loop(g, *r)).count(),
        km_without_maxspeed: import.stats.km_without_maxspeed,
        share_without_maxspeed: if km > 0.0 { import.stats.km_without_maxspeed / km } else { 0.0 },
        places,
        isolated: isolated(import),
    }
}

fn is_loop(g: &RoadGraph, road: usize) -> bool {
    let r = &g.roads[road];
    let edge = r.forward.min(r.backward) as usize;
    g.tail.get(edge).is_some_and(|tail| *tail == g.head[edge])
}

fn isolated(import: &OsmImport) -> Vec<Isolated> {
    let g = &import.graph;
    let snapper = Snapper::with_rule(g, &import.snap);
    let near = |at: LatLon| import.stats.dropped_parts.iter().any(|p| crate::geo::distance_m(p.at, at) < 2_000.0);
    let mut out: Vec<Isolated> = Vec::new();
    for f in import.features.list.iter().filter(|f| f.kind != FeatureKind::Place) {
        let distance_m = snapper.snap(g, f.at).map(|p| p.distance_m);
        if distance_m.is_none_or(|d| d > ISOLATED_M) {
            out.push(Isolated {
                kind: f.kind,
                name: f.name.clone(),
                osm: f.osm.clone(),
                at: f.at,
                distance_m,
                dropped_part_near: near(f.at),
            });
        }
    }
    let far = |d: Option<f64>| d.unwrap_or(f64::INFINITY);
    out.sort_by(|a, b| far(b.distance_m).total_cmp(&far(a.distance_m)).then_with(|| a.osm.cmp(&b.osm)));
    out
}
