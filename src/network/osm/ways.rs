//! The pass over the ways: roads, outlines of grounds and lakes, and the lines that relations are made of.

use super::block::{Block, TagList};
use super::outlines::Outline;
use super::rules::{self, Route, Tags};
use super::slope;
use crate::network::features::{self, Feature};
use crate::network::profile::SpeedProfile;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// What a key may tell; every key of a block is judged once.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Meaning(u8);

impl Meaning {
    const UNKNOWN: u8 = 0;
    const JUDGED: u8 = 1;
    /// Without one of these no way is a road.
    const ROAD: u8 = 2;
    /// Without one of these it is no feature and no water.
    const FEATURE: u8 = 4;
    /// Says nothing about how a road is driven.
    const IDLE: u8 = 8;
    /// Says how fast one may drive.
    const LIMIT: u8 = 16;

    fn of(key: &str) -> u8 {
        let bits = match key {
            "highway" | "route" | "ferry" => Meaning::ROAD,
            "amenity" | "emergency" | "place" | "healthcare" | "natural" | "landuse" => Meaning::FEATURE,
            "name" | "ref" | "int_ref" | "nat_ref" | "loc_ref" | "alt_name" | "old_name" | "official_name"
            | "source" | "note" | "fixme" | "created_by" | "wikidata" | "wikipedia" | "incline" | "lit"
            | "operator" => Meaning::IDLE,
            "maxspeed" | "source:maxspeed" | "zone:maxspeed" => Meaning::LIMIT,
            key if key.starts_with("maxspeed:") => Meaning::LIMIT,
            key if key.starts_with("name:") || key.starts_with("source:name") => Meaning::IDLE,
            _ => 0,
        };
        bits | Meaning::JUDGED
    }
}

/// A road as its block gives it.
pub(super) struct RoadOut {
    pub(super) id: i64,
    /// Index into [`Roads::routes`].
    pub(super) route: u32,
    /// Indices into [`Roads::names`].
    pub(super) name: u32,
    pub(super) reference: u32,
    pub(super) incline: Option<f32>,
    /// Whether any limit is tagged.
    pub(super) limited: bool,
    /// Its nodes in [`Roads::refs`].
    pub(super) refs: Range<usize>,
}

/// Roads, with what many of them share said once.
#[derive(Default)]
pub(super) struct Roads {
    pub(super) list: Vec<RoadOut>,
    pub(super) refs: Vec<i64>,
    pub(super) routes: Vec<Route>,
    /// The first is empty.
    pub(super) names: Vec<String>,
}

/// What the ways of one block hold.
#[derive(Default)]
pub(super) struct Ways {
    pub(super) count: u64,
    pub(super) roads: Roads,
    pub(super) outlines: Vec<Outline>,
    /// Ways that relations name, with their nodes.
    pub(super) lines: Vec<(i64, Vec<i64>)>,
}

/// Takes from a block its roads, its outlines and the ways in `wanted` (sorted).
pub(super) fn ways(block: &Block, profile: &SpeedProfile, wanted: &[i64]) -> Result<Ways, String> {
    let mut out = Ways { roads: Roads { names: vec![String::new()], ..Roads::default() }, ..Ways::default() };
    let mut reader = Reader {
        block,
        profile,
        meanings: vec![Meaning::UNKNOWN; block.string_count()],
        route_of: HashMap::new(),
        name_of: HashMap::new(),
        tags: Vec::new(),
        route_key: Vec::new(),
    };
    let mut refs = Vec::new();
    block.ways(|way| {
        out.count += 1;
        let bits = reader.judge(&way.keys)?;
        let is_wanted = wanted.binary_search(&way.id).is_ok();
        if bits & (Meaning::ROAD | Meaning::FEATURE) == 0 && !is_wanted {
            return Ok(());
        }
        let route =
            if bits & Meaning::ROAD == 0 { None } else { reader.route(&way.keys, &way.values, &mut out.roads)? };
        let may_be_feature = bits & Meaning::FEATURE != 0;
        if route.is_none() && !may_be_feature && !is_wanted {
            return Ok(());
        }
        if let Some(route) = route {
            let start = out.roads.refs.len();
            way.refs(&mut out.roads.refs)?;
            let (name, reference, incline) = reader.names(&way.keys, &way.values, &mut out.roads.names)?;
            let refs = start..out.roads.refs.len();
            let limited = bits & Meaning::LIMIT != 0;
            out.roads.list.push(RoadOut { id: way.id, route, name, reference, incline, limited, refs });
        }
        if !may_be_feature && !is_wanted {
            return Ok(());
        }
        refs.clear();
        way.refs(&mut refs)?;
        if may_be_feature && let Some((feature, water)) = reader.feature(&way.keys, &way.values, &refs)? {
            out.outlines.push(Outline {
                osm: format!("way/{}", way.id),
                feature,
                water,
                boundary: None,
                refs: refs.clone(),
            });
        }
        if is_wanted {
            out.lines.push((way.id, refs.clone()));
        }
        Ok(())
    })?;
    Ok(out)
}

/// Reads the tags of ways; what was found about equal tags in the same block is not found again.
struct Reader<'a> {
    block: &'a Block<'a>,
    profile: &'a SpeedProfile,
    meanings: Vec<u8>,
    /// Strings of the tags that count → index into [`Roads::routes`]; `None`: not a road.
    route_of: HashMap<Box<[u32]>, Option<u32>>,
    /// String → index into [`Roads::names`].
    name_of: HashMap<u32, u32>,
    tags: TagList<'a>,
    route_key: Vec<u32>,
}

impl<'a> Reader<'a> {
    /// What a way's keys may tell in all.
    fn judge(&mut self, keys: &[u32]) -> Result<u8, String> {
        let mut bits = 0;
        for key in keys {
            bits |= match self.meanings.get(*key as usize).copied() {
                Some(Meaning::UNKNOWN) | None => {
                    let judged = Meaning::of(self.block.string(*key)?);
                    self.meanings[*key as usize] = judged;
                    judged
                }
                Some(judged) => judged,
            };
        }
        Ok(bits)
    }

    fn route(&mut self, keys: &[u32], values: &[u32], roads: &mut Roads) -> Result<Option<u32>, String> {
        self.route_key.clear();
        for (k, v) in keys.iter().zip(values) {
            if self.meanings[*k as usize] & Meaning::IDLE == 0 {
                self.route_key.extend([*k, *v]);
            }
        }
        if let Some(known) = self.route_of.get(&self.route_key[..]) {
            return Ok(*known);
        }
        self.block.tags(keys, values, &mut self.tags)?;
        let route = rules::route(Tags(&self.tags), self.profile).map(|route| {
            roads.routes.push(route);
            roads.routes.len() as u32 - 1
        });
        self.route_of.insert(self.route_key.clone().into_boxed_slice(), route);
        Ok(route)
    }

    /// Name (else ref), ref and incline.
    fn names(
        &mut self,
        keys: &[u32],
        values: &[u32],
        names: &mut Vec<String>,
    ) -> Result<(u32, u32, Option<f32>), String> {
        let (mut name, mut reference, mut incline) = (None, None, None);
        for (k, v) in keys.iter().zip(values) {
            if self.meanings[*k as usize] & Meaning::IDLE == 0 {
                continue;
            }
            match self.block.string(*k)? {
                "name" => name = name.or(Some(*v)),
                "ref" => reference = reference.or(Some(*v)),
                "incline" => incline = incline.or(slope::incline(self.block.string(*v)?)),
                _ => {}
            }
        }
        let mut number = |text: Option<u32>| -> Result<u32, String> {
            let Some(text) = text else { return Ok(0) };
            if let Some(known) = self.name_of.get(&text) {
                return Ok(*known);
            }
            let own = self.block.string(text)?;
            let number = if own.is_empty() { 0 } else { names.len() as u32 };
            if number != 0 {
                names.push(own.to_string());
            }
            self.name_of.insert(text, number);
            Ok(number)
        };
        Ok((number(name.or(reference))?, number(reference)?, incline))
    }

    #[expect(clippy::type_complexity, reason = "two optional things found together")]
    fn feature(
        &mut self,
        keys: &[u32],
        values: &[u32],
        refs: &[i64],
    ) -> Result<Option<(Option<Feature>, Option<String>)>, String> {
        self.block.tags(keys, values, &mut self.tags)?;
        let closed = refs.len() > 3 && refs.first() == refs.last();
        let feature = features::feature(&self.tags);
        let water = if closed { features::water(&self.tags) } else { None };
        Ok((feature.is_some() || water.is_some()).then_some((feature, water)))
    }
}

/// All ways of a file.
#[derive(Default)]
pub(super) struct AllWays {
    pub(super) count: u64,
    pub(super) roads: Roads,
    pub(super) outlines: Vec<Outline>,
    pub(super) lines: BTreeMap<i64, Vec<i64>>,
    number_of: HashMap<String, u32>,
}

impl AllWays {
    pub(super) fn new() -> AllWays {
        AllWays {
            roads: Roads { names: vec![String::new()], ..Roads::default() },
            number_of: HashMap::from([(String::new(), 0)]),
            ..AllWays::default()
        }
    }

    /// Adds the ways of one block.
    pub(super) fn add(&mut self, ways: Ways) {
        self.count += ways.count;
        self.outlines.extend(ways.outlines);
        self.lines.extend(ways.lines);
        let Roads { list, refs, routes, names } = ways.roads;
        let all = &mut self.roads;
        let (first_route, first_ref) = (all.routes.len() as u32, all.refs.len());
        all.routes.extend(routes);
        all.refs.extend(refs);
        let mut number = |name: String| {
            *self.number_of.entry(name).or_insert_with_key(|name| {
                all.names.push(name.clone());
                all.names.len() as u32 - 1
            })
        };
        let names: Vec<u32> = names.into_iter().map(&mut number).collect();
        all.list.extend(list.into_iter().map(|road| RoadOut {
            route: road.route + first_route,
            name: names[road.name as usize],
            reference: names[road.reference as usize],
            refs: road.refs.start + first_ref..road.refs.end + first_ref,
            ..road
        }));
    }
}
