//! What the map shows, thinned so that a picture of any network stays small.

use super::summary::{MapArea, MapData, MapOutline, MapPlace, MapPoint, MapRoad, SCHEMA};
use crate::coverage::{CoverTargets, PointCover, RoadReach};
use crate::facilities::Receives;
use crate::geo::{LatLon, Polygon, outlines};
use crate::scenario::Scenario;
use crate::sim::{Outcome, World};
use crate::text::Text;

/// At most this many points of roads are kept; minor classes go first.
const MAX_ROAD_POINTS: usize = 120_000;

/// Lines between counties end this many times the usual distance between demand points from the points they part.
const SPACINGS: f64 = 8.0;
/// But not nearer than this, metres.
const LEAST_RADIUS_M: f64 = 5000.0;

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

pub(super) fn lon_lat(p: LatLon) -> [f64; 2] {
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
    let staffed = world.staffed();
    let reach = RoadReach::from(world, |p| staffed[p.index()]);
    let roads = roads(world, Some(&reach));
    let s = &world.scenario;
    MapData {
        schema: SCHEMA,
        roads,
        water: lakes(water),
        posts: posts(s),
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
        outlines: county_lines(s),
    }
}

/// The most important roads, the least important of them first; with the minutes to each of their places if asked.
pub(super) fn roads(world: &World, reach: Option<&RoadReach>) -> Vec<MapRoad> {
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
        let class = class(r).to_string();
        roads.push(match reach {
            None => MapRoad { class, line: shape.iter().map(|p| lon_lat(*p)).collect(), minutes: Vec::new() },
            Some(reach) => {
                let along = reach.along(r);
                // Hundredths are 0.6 s.
                let minutes = |m: f64| m.is_finite().then(|| (m * 100.0).round() / 100.0);
                MapRoad {
                    class,
                    line: along.iter().map(|a| lon_lat(a.0)).collect(),
                    minutes: along.iter().map(|a| minutes(a.1)).collect(),
                }
            }
        });
    }
    roads.reverse();
    roads
}

/// Lakes as the map has them.
pub(super) fn lakes(water: &[(String, Polygon)]) -> Vec<MapArea> {
    let area = |(name, area): &(String, Polygon)| MapArea {
        name: name.clone(),
        ring: area.ring.iter().map(|p| lon_lat(*p)).collect(),
    };
    water.iter().map(area).collect()
}

fn place(name: &Text, at: LatLon, units: u32) -> MapPlace {
    MapPlace { name: name.clone(), at: lon_lat(at), units }
}

/// Posts with the number of their units.
pub(super) fn posts(s: &Scenario) -> Vec<MapPlace> {
    let mut units = vec![0_u32; s.posts.len()];
    for unit in &s.units {
        units[unit.post.index()] += 1;
    }
    s.posts.iter().zip(&units).map(|(p, n)| place(&p.name, p.at, *n)).collect()
}

/// Lines between counties by their demand points; no farther from any than a few times the distance at which they lie.
pub(super) fn county_lines(s: &Scenario) -> Vec<MapOutline> {
    let points: Vec<(LatLon, usize)> = s.points.iter().filter_map(|p| Some((p.at, p.county?.index()))).collect();
    let places: Vec<LatLon> = points.iter().map(|p| p.0).collect();
    let radius_m = (SPACINGS * outlines::median_spacing_m(&places)).max(LEAST_RADIUS_M);
    let line = |b: outlines::Between| MapOutline {
        counties: b.groups.iter().map(|c| s.counties[*c].name.clone()).collect(),
        approximate: true,
        line: b.line.iter().map(|p| lon_lat(*p)).collect(),
    };
    outlines::between(&points, radius_m).into_iter().map(line).collect()
}
