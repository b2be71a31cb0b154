//! Isochrones of a post of a scenario, with what a map of them shows.

use super::Prepared;
use super::map::{county_lines, lakes, lon_lat, posts, roads};
use super::summary::{MapData, MapPlace, MapPoint, MapTime, SCHEMA};
use crate::coverage::{ReachedPeople, isochrones};
use crate::fault::{Fault, nearest_name};
use crate::geo::distance_m;
use crate::ids::PostId;
use crate::scenario::Scenario;
use crate::text::Text;
use std::collections::BTreeMap;

/// Roads of one class in one band.
#[derive(Clone, Debug)]
pub struct BandRoads {
    /// Index into [`IsochroneMap::ends`].
    pub band: usize,
    /// Their class (`primary`, …).
    pub class: String,
    /// Their pieces as [lon, lat] pairs.
    pub lines: Vec<Vec<[f64; 2]>>,
}

/// Isochrones of a post, ready to be drawn and written.
#[derive(Clone, Debug)]
pub struct IsochroneMap {
    /// Id of the post.
    pub id: String,
    /// The post.
    pub post: MapPlace,
    /// Title of the scenario.
    pub scenario: Text,
    /// Upper ends of the bands, minutes.
    pub ends: Vec<f64>,
    /// Roads by band, then class.
    pub roads: Vec<BandRoads>,
    /// Kilometres of road in each band.
    pub road_km: Vec<f64>,
    /// Everybody, then by zone.
    pub people: Vec<ReachedPeople>,
    /// The ground, the other posts, and demand points with their driving time from this post.
    pub map: MapData,
}

/// The post of a name: its id, or its name in either language.
///
/// # Errors
/// There is none, or there are several: with the nearest names.
pub fn find_post(scenario: &Scenario, name: &str) -> Result<PostId, Box<Fault>> {
    let wanted = name.trim();
    let is_it = |other: &str| other.eq_ignore_ascii_case(wanted);
    if let Some(found) = scenario.posts.iter().position(|p| is_it(&p.id)) {
        return Ok(PostId::new(found));
    }
    let named: Vec<usize> = (0..scenario.posts.len())
        .filter(|i| {
            let p = &scenario.posts[*i];
            is_it(&p.name.zh) || is_it(&p.name.en)
        })
        .collect();
    match named[..] {
        [only] => Ok(PostId::new(only)),
        [] => {
            // A part of a name is what people type; then what is spelt nearly so.
            let contains = |p: &&crate::facilities::Post| {
                !wanted.is_empty()
                    && (p.name.zh.contains(wanted) || p.name.en.to_lowercase().contains(&wanted.to_lowercase()))
            };
            let describe = |p: &crate::facilities::Post| format!("{} ({})", p.id, p.name.zh);
            let mut near: Vec<String> = scenario.posts.iter().filter(contains).take(6).map(describe).collect();
            if near.is_empty() {
                let names = scenario.posts.iter().flat_map(|p| [p.id.as_str(), p.name.zh.as_str(), p.name.en.as_str()]);
                near.extend(nearest_name(wanted, names).map(str::to_string));
            }
            let hint = match near.is_empty() {
                false => format!("did you mean {}?", near.join(", ")),
                true => {
                    let all: Vec<String> = scenario.posts.iter().take(8).map(describe).collect();
                    let more = if scenario.posts.len() > 8 { ", …" } else { "" };
                    format!("its posts are {}{more}", all.join(", "))
                }
            };
            let fault = Fault::error(format!("{} has no post `{wanted}`", scenario.name)).in_file(&scenario.file);
            Err(Box::new(fault.hint(hint)))
        }
        _ => {
            let ids: Vec<&str> = named.iter().map(|i| scenario.posts[*i].id.as_str()).collect();
            let fault = Fault::error(format!("{} posts are called `{wanted}`", named.len())).in_file(&scenario.file);
            Err(Box::new(fault.hint(format!("name one by its id: {}", ids.join(", ")))))
        }
    }
}

/// Isochrones of a post of what was prepared; `ends` in minutes must rise.
pub fn isochrone_map(prepared: &Prepared, post: PostId, ends: &[f64]) -> IsochroneMap {
    let world = &prepared.world;
    let s = &world.scenario;
    let found = isochrones(world, post, ends);
    let classes = &world.roads.graph.classes;
    let mut by_class: BTreeMap<(usize, u8), Vec<Vec<[f64; 2]>>> = BTreeMap::new();
    for road in &found.roads {
        by_class.entry((road.band, road.class)).or_default().push(road.line.iter().map(|p| lon_lat(*p)).collect());
    }
    let class = |c: u8| classes.get(usize::from(c)).cloned().unwrap_or_default();
    let mut all = posts(s);
    let own = all.remove(post.index());
    let from = s.posts[post.index()].at;
    let of_point = |(p, minutes): (&crate::demand::DemandPoint, &Option<f64>)| MapPoint {
        id: p.id.clone(),
        name: p.name.clone(),
        county: p.county.map(|c| s.counties[c.index()].name.clone()),
        zone: p.zone,
        at: lon_lat(p.at),
        population: p.population,
        drive_min: *minutes,
        radius_km: distance_m(from, p.at) / 1000.0,
        post: None,
        road_km: None,
        covered_time: None,
        covered_radius: None,
        calls: 0,
        mean_response_min: None,
        share_within: None,
    };
    IsochroneMap {
        id: s.posts[post.index()].id.clone(),
        post: own,
        scenario: s.title.clone(),
        ends: ends.to_vec(),
        roads: by_class.into_iter().map(|((band, c), lines)| BandRoads { band, class: class(c), lines }).collect(),
        road_km: found.road_km,
        people: found.people,
        map: MapData {
            schema: SCHEMA,
            roads: roads(world, None),
            water: lakes(&prepared.ground),
            posts: all,
            hospitals: Vec::new(),
            points: s.points.iter().zip(&found.minutes).map(of_point).collect(),
            outlines: county_lines(s, &prepared.ground),
            time: MapTime::default(),
        },
    }
}
