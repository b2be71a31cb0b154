//! What of an import and its hierarchy goes into which section, and back.

use super::sections::{CacheError, SectionReader, SectionWriter};
use crate::geo::{LatLon, Polygon};
use crate::network::features::{Boundary, Feature};
use crate::network::hierarchy::Hierarchy;
use crate::network::{Delay, DelayKind, Features, ImportStats, OsmImport, Restriction, Road, RoadGraph, SnapRule, Way};
use serde::{Deserialize, Serialize};

/// Everything that is small.
#[derive(Serialize, Deserialize)]
struct Small {
    stats: ImportStats,
    features: Vec<Feature>,
    unread_relations: usize,
    /// Without their outlines.
    boundaries: Vec<Boundary>,
    water: Vec<String>,
    digest: String,
    source: String,
    synthetic: bool,
    classes: Vec<String>,
}

fn pairs(points: &[LatLon]) -> Vec<[f64; 2]> {
    points.iter().map(|p| [p.lat, p.lon]).collect()
}

/// The memory is that of the pairs: nothing is copied.
fn points(pairs: Vec<[f64; 2]>) -> Vec<LatLon> {
    pairs.into_iter().map(|[lat, lon]| LatLon { lat, lon }).collect()
}

/// Adds an import.
///
/// # Errors
/// When its small part cannot be written as JSON, which does not happen.
pub(super) fn put_import<'a>(import: &'a OsmImport, out: &mut SectionWriter<'a>) -> Result<(), CacheError> {
    let OsmImport { graph: g, stats, features, digest, source, synthetic, snap: _ } = import;
    let small = Small {
        stats: stats.clone(),
        features: features.list.clone(),
        unread_relations: features.unread_relations,
        boundaries: features.boundaries.iter().map(|b| Boundary { lines: Vec::new(), ..b.clone() }).collect(),
        water: features.water.iter().map(|w| w.0.clone()).collect(),
        digest: digest.clone(),
        source: source.clone(),
        synthetic: *synthetic,
        classes: g.classes.clone(),
    };
    out.put_owned("small", serde_json::to_vec(&small).map_err(std::io::Error::from)?);
    out.put_owned("residential", features.residential.iter().map(|(at, m)| [at.lat, at.lon, *m]).collect());
    let (mut corners, mut ends) = (Vec::new(), Vec::new());
    for (_, polygon) in &features.water {
        corners.extend(pairs(&polygon.ring));
        ends.push(corners.len() as u64);
    }
    out.put_owned("water", corners);
    out.put_owned("water.ends", ends);
    let (mut corners, mut ends) = (Vec::new(), Vec::new());
    for (number, boundary) in features.boundaries.iter().enumerate() {
        for line in &boundary.lines {
            corners.extend(pairs(line));
            ends.push([number as u64, corners.len() as u64]);
        }
    }
    out.put_owned("boundaries", corners);
    out.put_owned("boundaries.ends", ends);
    out.put_owned("positions", pairs(&g.positions));
    out.put("osm_nodes", &g.osm_nodes);
    out.put("first_out", &g.first_out);
    out.put("tail", &g.tail);
    out.put("head", &g.head);
    out.put("length_m", &g.length_m);
    out.put("road", &g.road);
    out.put("first_in", &g.first_in);
    out.put("in_edges", &g.in_edges);
    let road = |r: &Road| [r.first_point, r.end_point, r.forward, r.backward, u32::from(r.class)];
    out.put_owned("roads", g.roads.iter().map(road).collect());
    out.put_owned("points", pairs(&g.points));
    out.put("along_m", &g.along_m);
    out.put("forward_s", &g.forward_s);
    out.put("backward_s", &g.backward_s);
    for (name, factors) in
        [("bend", &g.bend), ("grade_forward", &g.grade_forward), ("grade_backward", &g.grade_backward)]
    {
        out.put(name, factors);
    }
    out.put("segment_way", &g.segment_way);
    let delay = |d: &Delay| [d.segment, u32::from(d.backward) << 16 | code(d.kind)];
    out.put_owned("delays", g.delays.iter().map(delay).collect());
    out.put_owned("ways", g.ways.iter().map(|w| w.id).collect());
    out.put_owned("ways.names", g.ways.iter().map(|w| [w.name, w.reference]).collect());
    out.put_owned("restrictions", g.restrictions.iter().flat_map(|r| r.edges.iter().copied()).collect());
    let row = |r: &Restriction| [r.edges.len() as u32, u32::from(r.spares_emergency)];
    out.put_owned("restrictions.rows", g.restrictions.iter().map(row).collect());
    out.put_texts("names", "names.ends", &g.names);
    Ok(())
}

/// The place of a kind among all.
fn code(kind: DelayKind) -> u32 {
    DelayKind::ALL.iter().position(|k| *k == kind).unwrap_or(0) as u32
}

fn damaged(what: &str) -> CacheError {
    CacheError::Damaged(format!("its {what} do not fit together"))
}

/// Takes an import out; its graph is checked.
///
/// # Errors
/// [`CacheError::Damaged`] for anything that does not fit.
pub(super) fn take_import(reader: &mut SectionReader, snap: &SnapRule) -> Result<OsmImport, CacheError> {
    let small: Small = serde_json::from_slice(&reader.take::<u8>("small")?).map_err(|_| damaged("descriptions"))?;
    let residential = reader.take::<[f64; 3]>("residential")?;
    let corners = points(reader.take("water")?);
    let mut water = Vec::new();
    let mut start = 0;
    for (name, end) in small.water.into_iter().zip(reader.take::<u64>("water.ends")?) {
        let ring = corners.get(start..end as usize).ok_or_else(|| damaged("waters"))?;
        water.push((name, Polygon::new(ring.to_vec())));
        start = end as usize;
    }
    let corners = points(reader.take("boundaries")?);
    let mut boundaries = small.boundaries;
    let mut start = 0;
    for [number, end] in reader.take::<[u64; 2]>("boundaries.ends")? {
        let line = corners.get(start..end as usize).ok_or_else(|| damaged("boundaries"))?;
        boundaries.get_mut(number as usize).ok_or_else(|| damaged("boundaries"))?.lines.push(line.to_vec());
        start = end as usize;
    }
    let points_of_roads = points(reader.take("points")?);
    let (bend, grade_forward, grade_backward) =
        (reader.take("bend")?, reader.take("grade_forward")?, reader.take("grade_backward")?);
    let road = |[first_point, end_point, forward, backward, class]: [u32; 5]| Road {
        first_point,
        end_point,
        forward,
        backward,
        class: class as u8,
    };
    let delay = |[segment, rest]: [u32; 2]| {
        let kind = DelayKind::ALL.get((rest & 0xffff) as usize).copied().ok_or_else(|| damaged("delays"))?;
        Ok(Delay { segment, backward: rest >> 16 != 0, kind })
    };
    let ids = reader.take::<i64>("ways")?;
    let names = reader.take::<[u32; 2]>("ways.names")?;
    if ids.len() != names.len() {
        return Err(damaged("ways"));
    }
    let mut edges = reader.take::<u32>("restrictions")?.into_iter();
    let rows = reader.take::<[u32; 2]>("restrictions.rows")?;
    let restriction = |[length, spares]: [u32; 2]| Restriction {
        edges: edges.by_ref().take(length as usize).collect(),
        spares_emergency: spares != 0,
    };
    let graph = RoadGraph {
        positions: points(reader.take("positions")?),
        osm_nodes: reader.take("osm_nodes")?,
        first_out: reader.take("first_out")?,
        tail: reader.take("tail")?,
        head: reader.take("head")?,
        length_m: reader.take("length_m")?,
        road: reader.take("road")?,
        first_in: reader.take("first_in")?,
        in_edges: reader.take("in_edges")?,
        roads: reader.take("roads")?.into_iter().map(road).collect(),
        points: points_of_roads,
        along_m: reader.take("along_m")?,
        forward_s: reader.take("forward_s")?,
        backward_s: reader.take("backward_s")?,
        bend,
        grade_forward,
        grade_backward,
        segment_way: reader.take("segment_way")?,
        delays: reader.take("delays")?.into_iter().map(delay).collect::<Result<_, CacheError>>()?,
        ways: ids.into_iter().zip(names).map(|(id, [name, reference])| Way { id, name, reference }).collect(),
        restrictions: rows.into_iter().map(restriction).collect(),
        classes: small.classes,
        names: reader.take_texts("names", "names.ends")?,
    };
    graph.check().map_err(|e| CacheError::Damaged(e.to_string()))?;
    let features = Features {
        list: small.features,
        residential: residential.into_iter().map(|[lat, lon, metres]| (LatLon { lat, lon }, metres)).collect(),
        water,
        boundaries,
        unread_relations: small.unread_relations,
    };
    let (stats, digest, source, synthetic) = (small.stats, small.digest, small.source, small.synthetic);
    Ok(OsmImport { graph, stats, features, digest, source, synthetic, snap: snap.clone() })
}

/// Adds a hierarchy.
pub(super) fn put_hierarchy<'a>(h: &'a Hierarchy, out: &mut SectionWriter<'a>) {
    out.put("h.rank", &h.rank);
    out.put("h.first_up", &h.first_up);
    out.put("h.up_head", &h.up_head);
    out.put("h.up_tail", &h.up_tail);
    out.put("h.first_down", &h.first_down);
    out.put("h.down_tail", &h.down_tail);
    out.put("h.down_arc", &h.down_arc);
    out.put("h.first_third", &h.first_third);
    out.put("h.third", &h.third);
    out.put("h.first_below", &h.first_below);
    out.put("h.slot_of_input", &h.slot_of_input);
    out.put("h.first_input", &h.first_input);
    out.put("h.inputs", &h.inputs);
}

/// Takes a hierarchy out; to be checked with [`check_hierarchy`].
///
/// # Errors
/// [`CacheError::Damaged`] for a part that is missing.
pub(super) fn take_hierarchy(reader: &mut SectionReader) -> Result<Hierarchy, CacheError> {
    Ok(Hierarchy {
        rank: reader.take("h.rank")?,
        first_up: reader.take("h.first_up")?,
        up_head: reader.take("h.up_head")?,
        up_tail: reader.take("h.up_tail")?,
        first_down: reader.take("h.first_down")?,
        down_tail: reader.take("h.down_tail")?,
        down_arc: reader.take("h.down_arc")?,
        first_third: reader.take("h.first_third")?,
        third: reader.take("h.third")?,
        first_below: reader.take("h.first_below")?,
        slot_of_input: reader.take("h.slot_of_input")?,
        first_input: reader.take("h.first_input")?,
        inputs: reader.take("h.inputs")?,
    })
}

/// Whether a hierarchy is for a graph of so many nodes and arcs.
///
/// # Errors
/// [`CacheError::Damaged`] if not.
pub(super) fn check_hierarchy(h: &Hierarchy, nodes: usize, arcs: usize) -> Result<(), CacheError> {
    if h.nodes() != nodes || h.slot_of_input.len() != arcs {
        return Err(damaged("hierarchy and roads"));
    }
    // The full check finds all triangles again, which takes longer than reading; the digests have shown that this is
    // what was written.
    if cfg!(debug_assertions) {
        h.check(arcs).map_err(|e| CacheError::Damaged(e.to_string()))?;
    }
    Ok(())
}
