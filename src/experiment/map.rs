//! What the map shows, thinned so that a picture of any network stays small.

use super::summary::{MapArea, MapData, MapPlace, MapPoint, MapRoad, SCHEMA};
use crate::coverage::{CoverTargets, PointCover};
use crate::facilities::Receives;
use crate::geo::{LatLon, Polygon};
use crate::sim::{Outcome, World};
use crate::text::Text;

/// At most this many points of roads are kept; minor classes go first.
const MAX_ROAD_POINTS: usize = 120_000;

/// Classes from least to most important; links count as their class. Others come first of all.
const IMPORTANCE: [&str; 9] =
    ["track", "service", "living_street", "residential", "unclassified", "tertiary", "secondary", "primary", "trunk"];

fn importance(class: &str) -> usize {
    let class = class.strip_suffix("_link").unwrap_or(class);
    match class {
        "motorway" => IMPORTANCE.len() + 1,
        other => IMPORTANCE.iter().position(|c| *c == other).map_or(0, |i| i + 1),
    }
}

fn lon_lat(p: LatLon) -> [f64; 2] {
    // Six decimals are 0.1 m.
    let round = |v: f64| (v * 1e6).round() / 1e6;
    [round(p.lon), round(p.lat)]
}

/// Builds the map of a run.
pub fn map_data(
    world: &World,
    total: &Outcome,
    cover: &[PointCover],
    targets: &CoverTargets,
    water: &[(String, Polygon)],
) -> MapData {
    let g = &world.roads.graph;
    let mut order: Vec<usize> = (0..g.roads.len()).collect();
    // Most important first for choosing, then reversed for drawing.
    let class = |r: usize| g.classes.get(g.roads[r].class as usize).map_or("", String::as_str);
    order.sort_by_key(|r| (std::cmp::Reverse(importance(class(*r))), *r));
    let mut budget = MAX_ROAD_POINTS;
    let mut roads = Vec::new();
    for r in order {
        let shape = g.shape(r);
        if shape.len() > budget {
            break;
        }
        budget -= shape.len();
        roads.push(MapRoad { class: class(r).to_string(), line: shape.iter().map(|p| lon_lat(*p)).collect() });
    }
    roads.reverse();
    let s = &world.scenario;
    let mut units = vec![0_u32; s.posts.len()];
    for unit in &s.units {
        units[unit.post.index()] += 1;
    }
    let place = |name: &Text, at: LatLon, units: u32| MapPlace { name: name.clone(), at: lon_lat(at), units };
    MapData {
        schema: SCHEMA,
        roads,
        water: water
            .iter()
            .map(|(name, area)| MapArea { name: name.clone(), ring: area.ring.iter().map(|p| lon_lat(*p)).collect() })
            .collect(),
        posts: s.posts.iter().zip(&units).map(|(p, n)| place(&p.name, p.at, *n)).collect(),
        // Those that take no emergency patients would only hide the others.
        hospitals: s
            .hospitals
            .iter()
            .filter(|h| h.receives != Receives::Nobody)
            .map(|h| place(&h.name, h.at, 0))
            .collect(),
        points: s
            .points
            .iter()
            .zip(cover)
            .zip(&total.points)
            .map(|((p, cover), (calls, sum_us, within))| MapPoint {
                id: p.id.clone(),
                name: p.name.clone(),
                county: p.county.map(|c| s.counties[c.index()].name.clone()),
                zone: p.zone,
                at: lon_lat(p.at),
                population: p.population,
                drive_min: cover.drive_min,
                radius_km: cover.radius_km,
                post: cover.post.map(|p| p.index()),
                road_km: cover.road_km,
                covered_time: Some(cover.drive_min.is_some_and(|m| m <= targets.minutes[p.zone.index()])),
                covered_radius: Some(cover.radius_km <= targets.radius_km[p.zone.index()]),
                calls: *calls,
                mean_response_min: (*calls > 0).then(|| *sum_us as f64 / 60e6 / *calls as f64),
                share_within: (*calls > 0).then(|| *within as f64 / *calls as f64),
            })
            .collect(),
        time: super::map_time::map_time(world, total),
    }
}
