//! The two passes over the file: ways first, which says which nodes are needed; then those nodes.

use super::error::OsmError;
use super::outlines::{self, Outline, Relation};
use super::pbf::PbfFile;
use super::rules::{self, NodeRule, Route, Tags};
use crate::geo::LatLon;
use crate::network::features::{self, Feature, Features};
use crate::network::profile::SpeedProfile;
use std::collections::HashMap;
use std::ops::Range;

/// A node that a way names and the file lacks.
const MISSING: [i32; 2] = [i32::MIN, i32::MIN];

/// A road or ferry.
pub(super) struct RoadWay {
    pub(super) id: i64,
    /// Index into the profile's class names.
    pub(super) class: u8,
    /// Index into [`Raw::names`].
    pub(super) name: u32,
    pub(super) forward_kmh: Option<f64>,
    pub(super) backward_kmh: Option<f64>,
    pub(super) duration_s: Option<f64>,
    /// Its nodes in [`Raw::refs`].
    pub(super) refs: Range<usize>,
}

/// What the file holds, before anything is made of it.
#[derive(Default)]
pub(super) struct Raw {
    pub(super) nodes_read: u64,
    pub(super) ways_read: u64,
    pub(super) bad_maxspeeds: usize,
    /// Roads, sorted by id.
    pub(super) ways: Vec<RoadWay>,
    /// Nodes of ways as indices into `ids`.
    pub(super) refs: Vec<u32>,
    /// OSM numbers of the nodes that are needed, sorted.
    pub(super) ids: Vec<i64>,
    coordinates: Vec<[i32; 2]>,
    /// Nodes that do something, sorted by index.
    pub(super) rules: Vec<(u32, NodeRule)>,
    /// Names of roads; the first is empty.
    pub(super) names: Vec<String>,
    pub(super) features: Features,
}

impl Raw {
    /// Where a node is; `None` if the file lacks it.
    pub(super) fn at(&self, node: u32) -> Option<LatLon> {
        let [lat, lon] = self.coordinates[node as usize];
        ([lat, lon] != MISSING).then(|| LatLon::new(f64::from(lat) / 1e7, f64::from(lon) / 1e7))
    }

    /// What a node does to the road through it.
    pub(super) fn rule(&self, node: u32) -> Option<&NodeRule> {
        self.rules.binary_search_by_key(&node, |r| r.0).ok().map(|i| &self.rules[i].1)
    }
}

/// A way as a block gives it.
struct WayOut {
    id: i64,
    route: Option<Route>,
    name: String,
    feature: Option<Feature>,
    water: Option<String>,
    refs: Vec<i64>,
}

/// Reads the whole file.
pub(super) fn read(file: &PbfFile, profile: &SpeedProfile) -> Result<Raw, OsmError> {
    let mut raw = Raw::default();
    let outlines = first_pass(file, profile, &mut raw)?;
    second_pass(file, profile, &mut raw)?;
    for outline in outlines {
        outlines::add(outline, &mut raw);
    }
    raw.features.list = features::merge_twins(std::mem::take(&mut raw.features.list));
    raw.features.water.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(raw)
}

fn first_pass(file: &PbfFile, profile: &SpeedProfile, raw: &mut Raw) -> Result<Vec<Outline>, OsmError> {
    let mut roads: Vec<WayOut> = Vec::new();
    let mut outlines: Vec<Outline> = Vec::new();
    let mut relations: Vec<Relation> = Vec::new();
    file.visit(
        |block| {
            let (mut ways, mut areas) = (Vec::new(), Vec::new());
            let mut count = 0_u64;
            block.ways(|id, refs, tags| {
                count += 1;
                let route = rules::route(Tags(tags), profile);
                let closed = refs.len() > 3 && refs.first() == refs.last();
                let feature = features::feature(tags);
                let water = if closed { features::water(tags) } else { None };
                if route.is_none() && feature.is_none() && water.is_none() {
                    return;
                }
                let tags = Tags(tags);
                let name = tags.get("name").or_else(|| tags.get("ref")).unwrap_or_default().to_string();
                ways.push(WayOut { id, route, name, feature, water, refs: refs.to_vec() });
            })?;
            block.relations(|id, members, tags| {
                let (feature, water) = (features::feature(tags), features::water(tags));
                if feature.is_some() || water.is_some() {
                    areas.push(Relation { id, feature, water, members: members.to_vec() });
                }
            })?;
            Ok((ways, count, block.node_count() as u64, areas))
        },
        |(ways, count, nodes, areas)| {
            raw.ways_read += count;
            raw.nodes_read += nodes;
            relations.extend(areas);
            for mut way in ways {
                if way.feature.is_some() || way.water.is_some() {
                    let (feature, water) = (way.feature.take(), way.water.take());
                    outlines.push(Outline { osm: format!("way/{}", way.id), feature, water, refs: way.refs.clone() });
                }
                if way.route.is_some() {
                    roads.push(way);
                }
            }
        },
    )?;
    // Files put together from overlapping ones hold ways twice.
    roads.sort_by_key(|w| w.id);
    roads.dedup_by_key(|w| w.id);
    let (more, unread) = outlines::of_relations(file, relations)?;
    raw.features.unread_relations = unread;
    outlines.extend(more);
    // A lake of several rings has several outlines under one number.
    outlines.sort_by(|a, b| (&a.osm, &a.refs).cmp(&(&b.osm, &b.refs)));
    outlines.dedup_by(|a, b| (&a.osm, &a.refs) == (&b.osm, &b.refs));
    let all = || roads.iter().map(|w| &w.refs).chain(outlines.iter().map(|o| &o.refs));
    raw.ids = all().flatten().copied().collect();
    raw.ids.sort_unstable();
    raw.ids.dedup();
    raw.ids.shrink_to_fit();
    raw.coordinates = vec![MISSING; raw.ids.len()];
    keep_roads(roads, profile, raw);
    Ok(outlines)
}

/// Moves roads into the compact tables.
fn keep_roads(roads: Vec<WayOut>, profile: &SpeedProfile, raw: &mut Raw) {
    let classes = profile.class_names();
    let mut number_of: HashMap<String, u32> = HashMap::from([(String::new(), 0)]);
    raw.names.push(String::new());
    for way in roads {
        let Some(route) = way.route else { continue };
        raw.bad_maxspeeds += usize::from(route.bad_maxspeed);
        let names = &mut raw.names;
        let name = *number_of.entry(way.name).or_insert_with_key(|name| {
            names.push(name.clone());
            names.len() as u32 - 1
        });
        let start = raw.refs.len();
        let ids = &raw.ids;
        raw.refs.extend(way.refs.iter().filter_map(|id| ids.binary_search(id).ok().map(|i| i as u32)));
        raw.ways.push(RoadWay {
            id: way.id,
            class: classes.iter().position(|c| *c == route.class).unwrap_or(0) as u8,
            name,
            forward_kmh: route.forward_kmh,
            backward_kmh: route.backward_kmh,
            duration_s: route.duration_s,
            refs: start..raw.refs.len(),
        });
    }
}

fn second_pass(file: &PbfFile, profile: &SpeedProfile, raw: &mut Raw) -> Result<(), OsmError> {
    let ids = std::mem::take(&mut raw.ids);
    let (coordinates, node_rules, list) = (&mut raw.coordinates, &mut raw.rules, &mut raw.features.list);
    let result = file.visit(
        |block| {
            let (mut places, mut rules, mut found) = (Vec::new(), Vec::new(), Vec::new());
            block.nodes(|id, at, tags| {
                if let Ok(index) = ids.binary_search(&id) {
                    places.push((index as u32, at));
                    if let Some(rule) = (!tags.is_empty()).then(|| rules::node(Tags(tags), profile)).flatten() {
                        rules.push((index as u32, rule));
                    }
                }
                if let Some(mut feature) = (!tags.is_empty()).then(|| features::feature(tags)).flatten() {
                    feature.at = LatLon::new(f64::from(at[0]) / 1e7, f64::from(at[1]) / 1e7);
                    feature.osm = format!("node/{id}");
                    found.push(feature);
                }
            })?;
            Ok((places, rules, found))
        },
        |(places, rules, found)| {
            for (index, at) in places {
                coordinates[index as usize] = at;
            }
            node_rules.extend(rules);
            list.extend(found);
        },
    );
    raw.ids = ids;
    result?;
    raw.rules.sort_by_key(|r| r.0);
    raw.rules.dedup_by_key(|r| r.0);
    raw.features.list.sort_by(|a, b| a.osm.cmp(&b.osm));
    raw.features.list.dedup_by(|a, b| a.osm == b.osm);
    Ok(())
}
