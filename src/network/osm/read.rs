//! The way through the file: relations first, which say what ways they are made of; then the ways, which say what nodes
//! are needed; then those nodes.

use super::block::{Block, NODES, RELATIONS, WAYS};
use super::error::OsmError;
use super::numbering::{self, Finder};
use super::outlines::{self, Outline};
use super::pbf::{PbfFile, Reader};
use super::relations::{self, Relations, Restrictions};
use super::rules::{self, NodeRule, Route, Tags};
use super::slope;
use super::ways::{self, AllWays, RoadOut, Roads};
use crate::geo::LatLon;
use crate::network::features::{self, Feature, Features};
use crate::network::profile::SpeedProfile;
use std::ops::Range;

/// A node that a way names and the file lacks.
pub(super) const MISSING: [i32; 2] = [i32::MIN, i32::MIN];

/// A road or ferry.
pub(super) struct RoadWay {
    pub(super) id: i64,
    /// Index into [`Raw::routes`].
    pub(super) route: u32,
    /// Name, else ref: an index into [`Raw::names`].
    pub(super) name: u32,
    /// Its ref: likewise, 0 if it has none.
    pub(super) reference: u32,
    /// Gradient in per cent in the direction of the way.
    pub(super) incline: Option<f32>,
    /// Whether any speed limit is tagged.
    pub(super) limited: bool,
    /// Its nodes in [`Raw::refs`].
    refs: Range<u32>,
}

/// How a road is driven; many ways share one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drive {
    /// Index into the profile's class names.
    pub(super) class: u8,
    pub(super) forward_kmh: Option<f64>,
    pub(super) backward_kmh: Option<f64>,
    /// Time of the whole crossing.
    pub(super) duration_s: Option<f64>,
}

/// What the file holds, before anything is made of it.
#[derive(Default)]
pub(super) struct Raw {
    pub(super) nodes_read: u64,
    pub(super) ways_read: u64,
    pub(super) bad_maxspeeds: usize,
    /// Roads, sorted by id.
    pub(super) ways: Vec<RoadWay>,
    pub(super) routes: Vec<Drive>,
    /// Nodes of ways as indices into `ids`.
    pub(super) refs: Vec<u32>,
    /// OSM numbers of the nodes that are needed, sorted.
    pub(super) ids: Vec<i64>,
    /// Where they are: degrees × 10⁷, or [`MISSING`].
    pub(super) coordinates: Vec<[i32; 2]>,
    /// Metres above the sea, NaN where not known; empty if nowhere.
    pub(super) elevations: Vec<f32>,
    /// Nodes that do something, sorted by index.
    pub(super) rules: Vec<(u32, NodeRule)>,
    /// One bit per node: whether it is in `rules`.
    has_rule: Vec<u64>,
    /// Names of roads; the first is empty.
    pub(super) names: Vec<String>,
    /// Turn restrictions, sorted by relation.
    pub(super) restrictions: Restrictions,
    pub(super) features: Features,
}

impl Raw {
    /// Where a node is; `None` if the file lacks it.
    #[inline]
    pub(super) fn at(&self, node: u32) -> Option<LatLon> {
        let at = self.coordinates[node as usize];
        (at != MISSING).then(|| degrees(at))
    }

    /// The nodes of a way.
    pub(super) fn refs(&self, way: &RoadWay) -> &[u32] {
        &self.refs[way.refs.start as usize..way.refs.end as usize]
    }

    /// What a node does to the road through it.
    #[inline]
    pub(super) fn rule(&self, node: u32) -> Option<&NodeRule> {
        if self.has_rule[node as usize / 64] >> (node % 64) & 1 == 0 {
            return None;
        }
        self.rules.binary_search_by_key(&node, |r| r.0).ok().map(|i| &self.rules[i].1)
    }
}

/// A position as a pair of degrees × 10⁷.
#[inline]
pub(super) fn degrees([lat, lon]: [i32; 2]) -> LatLon {
    LatLon::new(f64::from(lat) / 1e7, f64::from(lon) / 1e7)
}

/// Reads the whole file.
pub(super) fn read(file: &PbfFile, profile: &SpeedProfile) -> Result<Raw, OsmError> {
    read_from(file.reader()?, profile)
}

/// Reads the whole file of a reader.
pub(super) fn read_from(mut reader: Reader, profile: &SpeedProfile) -> Result<Raw, OsmError> {
    match try_read(&reader, profile)? {
        Some(raw) => Ok(raw),
        None => {
            // The file is not sorted by kind: no block may be left out.
            reader.forget_kinds();
            Ok(try_read(&reader, profile)?.unwrap_or_default())
        }
    }
}

/// Reads the file; `None` if its blocks hold something else than they were taken to hold.
fn try_read(reader: &Reader, profile: &SpeedProfile) -> Result<Option<Raw>, OsmError> {
    let mut raw = Raw::default();
    let mut areas = Vec::new();
    let add = |relations: Relations| {
        areas.extend(relations.areas);
        let Restrictions { list, read, conditional, malformed } = relations.restrictions;
        raw.restrictions.list.extend(list);
        raw.restrictions.read += read;
        raw.restrictions.conditional += conditional;
        raw.restrictions.malformed += malformed;
    };
    let mut as_taken = reader.visit(RELATIONS, relations::relations, add)?;
    raw.restrictions.list.sort_by_key(|r| r.id);
    let mut wanted: Vec<i64> = areas.iter().flat_map(|r| &r.members).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = AllWays::new();
    as_taken &= reader.visit(WAYS, |block| ways::ways(block, profile, &wanted), |ways| found.add(ways))?;
    if !as_taken {
        return Ok(None);
    }
    raw.ways_read = found.count;
    let (more, unread) = outlines::of_areas(areas, &found.lines);
    raw.features.unread_relations = unread;
    let mut outlines = found.outlines;
    outlines.extend(more);
    // A lake of several rings has several outlines under one number.
    outlines.sort_by(|a, b| (&a.osm, &a.refs).cmp(&(&b.osm, &b.refs)));
    outlines.dedup_by(|a, b| (&a.osm, &a.refs, a.boundary.is_some()) == (&b.osm, &b.refs, b.boundary.is_some()));
    keep_roads(found.roads, &outlines, profile, &mut raw);
    if !nodes(reader, profile, &mut raw)? {
        return Ok(None);
    }
    for outline in outlines {
        outlines::add(outline, &mut raw);
    }
    raw.features.list = features::merge_twins(std::mem::take(&mut raw.features.list));
    raw.features.water.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(raw))
}

/// Moves roads into the compact tables, and numbers the nodes of roads and outlines.
fn keep_roads(roads: Roads, outlines: &[Outline], profile: &SpeedProfile, raw: &mut Raw) {
    let Roads { mut list, mut refs, routes, names } = roads;
    if !list.is_sorted_by(|a, b| a.id < b.id) {
        // Files put together from overlapping ones hold ways twice.
        list.sort_by_key(|w| w.id);
        list.dedup_by_key(|w| w.id);
        let mut ordered = Vec::with_capacity(refs.len());
        for way in &mut list {
            let start = ordered.len();
            ordered.extend_from_slice(&refs[way.refs.clone()]);
            way.refs = start..ordered.len();
        }
        refs = ordered;
    }
    let of_roads = refs.len();
    refs.extend(outlines.iter().flat_map(|o| &o.refs));
    (raw.ids, raw.refs) = numbering::number(&refs);
    raw.refs.truncate(of_roads);
    raw.coordinates = vec![MISSING; raw.ids.len()];
    raw.names = names;
    let class_names = profile.class_names();
    let class_of = |class: &str| class_names.iter().position(|c| c == class).unwrap_or(0) as u8;
    raw.bad_maxspeeds = list.iter().filter(|w| routes[w.route as usize].bad_maxspeed).count();
    let drive = |r: &Route| Drive {
        class: class_of(&r.class),
        forward_kmh: r.forward_kmh,
        backward_kmh: r.backward_kmh,
        duration_s: r.duration_s,
    };
    raw.routes = routes.iter().map(drive).collect();
    let way = |way: RoadOut| RoadWay {
        id: way.id,
        route: way.route,
        name: way.name,
        reference: way.reference,
        incline: way.incline,
        limited: way.limited,
        refs: way.refs.start as u32..way.refs.end as u32,
    };
    raw.ways = list.into_iter().map(way).collect();
}

/// What the nodes of one block hold.
#[derive(Default)]
struct Nodes {
    count: u64,
    places: Vec<(u32, [i32; 2])>,
    elevations: Vec<(u32, f32)>,
    rules: Vec<(u32, NodeRule)>,
    features: Vec<Feature>,
}

/// What a key of a node may tell; every key of a block is judged once.
const JUDGED: u8 = 1;
const FEATURE: u8 = 2;
const ELEVATION: u8 = 4;
/// Says nothing about the road through the node.
const IDLE: u8 = 8;

fn judge(key: &str) -> u8 {
    JUDGED
        | match key {
            "amenity" | "emergency" | "place" | "healthcare" => FEATURE,
            "ele" => ELEVATION | IDLE,
            "name" | "ref" | "source" | "note" | "fixme" | "created_by" | "wikidata" | "wikipedia" => IDLE,
            _ => 0,
        }
}

fn nodes_of(block: &Block, profile: &SpeedProfile, ids: &[i64]) -> Result<Nodes, String> {
    let mut out = Nodes::default();
    let mut finder = Finder::new(ids);
    let mut judged = vec![0_u8; block.string_count()];
    let mut tags = Vec::new();
    out.count = block.nodes(|id, at, keys, values| {
        let index = finder.find(id);
        if let Some(index) = index {
            out.places.push((index, at));
        }
        if keys.is_empty() {
            return Ok(());
        }
        let (mut any, mut all) = (0, u8::MAX);
        for (key, value) in keys.iter().zip(values) {
            if judged.get(*key as usize).is_none_or(|j| *j == 0) {
                let meaning = judge(block.string(*key)?);
                judged[*key as usize] = meaning;
            }
            let meaning = judged[*key as usize];
            (any, all) = (any | meaning, all & meaning);
            if let (Some(index), true) = (index, meaning & ELEVATION != 0) {
                out.elevations.extend(slope::elevation(block.string(*value)?).map(|e| (index, e)));
            }
        }
        let on_road = index.filter(|_| all & IDLE == 0);
        if on_road.is_none() && any & FEATURE == 0 {
            return Ok(());
        }
        block.tags(keys, values, &mut tags)?;
        if let Some(index) = on_road {
            out.rules.extend(rules::node(Tags(&tags), profile).map(|rule| (index, rule)));
        }
        if let Some(mut feature) = features::feature(&tags) {
            feature.at = degrees(at);
            feature.osm = format!("node/{id}");
            out.features.push(feature);
        }
        Ok(())
    })?;
    Ok(out)
}

/// Reads the nodes that are needed; returns whether the blocks held what they were taken to hold.
fn nodes(reader: &Reader, profile: &SpeedProfile, raw: &mut Raw) -> Result<bool, OsmError> {
    let ids = std::mem::take(&mut raw.ids);
    let add = |nodes: Nodes| {
        raw.nodes_read += nodes.count;
        for (index, at) in nodes.places {
            raw.coordinates[index as usize] = at;
        }
        if !nodes.elevations.is_empty() && raw.elevations.is_empty() {
            raw.elevations = vec![f32::NAN; ids.len()];
        }
        for (index, metres) in nodes.elevations {
            raw.elevations[index as usize] = metres;
        }
        raw.rules.extend(nodes.rules);
        raw.features.list.extend(nodes.features);
    };
    let as_taken = reader.visit(NODES, |block| nodes_of(block, profile, &ids), add)?;
    raw.has_rule = vec![0; ids.len().div_ceil(64)];
    raw.ids = ids;
    raw.rules.sort_by_key(|r| r.0);
    raw.rules.dedup_by_key(|r| r.0);
    for (node, _) in &raw.rules {
        raw.has_rule[*node as usize / 64] |= 1 << (node % 64);
    }
    raw.features.list.sort_by(|a, b| a.osm.cmp(&b.osm));
    raw.features.list.dedup_by(|a, b| a.osm == b.osm);
    Ok(as_taken)
}
