//! What the map shows, thinned so that a picture of any network stays small.

use super::summary::{MapArea, MapData, MapOutline, MapPlace, MapPoint, MapRoad, SCHEMA};
use crate::coverage::{CoverTargets, PointCover, RoadReach};
use crate::facilities::Receives;
use crate::geo::{LatLon, Polygon, outlines};
use crate::network::Boundary;
use crate::scenario::Scenario;
use crate::sim::{Outcome, World};
use crate::text::Text;
use std::collections::BTreeMap;

/// At most this many points of roads are kept; minor classes go first.
const MAX_ROAD_POINTS: usize = 120_000;

/// What the extract gives for the ground of a map.
#[derive(Clone, Debug, Default)]
pub struct MapGround {
    /// Lakes with their names.
    pub water: Vec<(String, Polygon)>,
    /// Outlines of counties.
    pub boundaries: Vec<Boundary>,
}

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
    ground: &MapGround,
) -> MapData {
    let staffed = world.staffed();
    let reach = RoadReach::from(world, |p| staffed[p.index()]);
    let roads = roads(world, Some(&reach));
    let s = &world.scenario;
    MapData {
        schema: SCHEMA,
        roads,
        water: lakes(ground),
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
        outlines: county_lines(s, ground),
        time: super::map_time::map_time(world, total),
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
pub(super) fn lakes(ground: &MapGround) -> Vec<MapArea> {
    let area = |(name, area): &(String, Polygon)| MapArea {
        name: name.clone(),
        ring: area.ring.iter().map(|p| lon_lat(*p)).collect(),
    };
    ground.water.iter().map(area).collect()
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

/// Lines between counties: the extract's outlines if it has those of every county with demand points, under the same name;
/// else by the demand points.
pub(super) fn county_lines(s: &Scenario, ground: &MapGround) -> Vec<MapOutline> {
    mapped_lines(s, &ground.boundaries).unwrap_or_else(|| lines_by_points(s))
}

/// Outlines as they are mapped; a piece between two counties once. `None` if the extract lacks a county.
fn mapped_lines(s: &Scenario, boundaries: &[Boundary]) -> Option<Vec<MapOutline>> {
    let mut used: Vec<usize> = s.points.iter().filter_map(|p| Some(p.county?.index())).collect();
    used.sort_unstable();
    used.dedup();
    // By its ends and its length in places, whichever way it runs.
    let mut pieces: BTreeMap<[[i64; 2]; 4], usize> = BTreeMap::new();
    let mut out: Vec<MapOutline> = Vec::new();
    for county in used {
        let name = &s.counties[county].name;
        let named = |b: &&Boundary| b.name == name.zh || b.name_en.as_ref().is_some_and(|en| *en == name.en);
        let boundary = boundaries.iter().filter(|b| !b.lines.is_empty()).find(named)?;
        for line in &boundary.lines {
            let line: Vec<[f64; 2]> = line.iter().map(|p| lon_lat(*p)).collect();
            let place = |p: [f64; 2]| p.map(|v| (v * 1e6).round() as i64);
            let mut ends = [line[0], line[line.len() - 1]].map(place);
            ends.sort_unstable();
            // A ring has one end; its middle tells it from others that begin there.
            let mut inside = [line[line.len() / 2], line[(line.len() - 1) / 2]].map(place);
            inside.sort_unstable();
            let next = out.len();
            let at = *pieces.entry([ends[0], ends[1], inside[0], inside[1]]).or_insert(next);
            match out.get_mut(at) {
                Some(known) if !known.counties.contains(name) => known.counties.push(name.clone()),
                Some(_) => {}
                None => out.push(MapOutline { counties: vec![name.clone()], approximate: false, line }),
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Lines between counties by their demand points; no farther from any than a few times the distance at which they lie.
fn lines_by_points(s: &Scenario) -> Vec<MapOutline> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_outlines_are_taken_if_no_county_is_without() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
        let scenario = Scenario::load(&file).unwrap_or_else(|e| panic!("{e}"));
        let at = |lat: f64, lon: f64| LatLon::new(lat, lon);
        // One line that all share, run one way or the other, and one of their own.
        let boundary = |i: usize, name: &str| {
            let mut shared = vec![at(24.0, 102.0), at(24.1, 102.0)];
            if i % 2 == 1 {
                shared.reverse();
            }
            let lon = 103.0 + i as f64;
            Boundary {
                name: name.into(),
                name_en: None,
                level: 6,
                lines: vec![shared, vec![at(24.0, lon), at(24.5, lon), at(24.0, lon + 0.5), at(24.0, lon)]],
                osm: format!("relation/{i}"),
            }
        };
        let all: Vec<Boundary> = scenario.counties.iter().enumerate().map(|(i, c)| boundary(i, &c.name.zh)).collect();
        let n = all.len();
        let lines = county_lines(&scenario, &MapGround { water: Vec::new(), boundaries: all.clone() });
        assert_eq!(lines.len(), n + 1);
        assert!(lines.iter().all(|l| !l.approximate));
        assert_eq!(lines.iter().map(|l| l.counties.len()).max(), Some(n));

        let lines = county_lines(&scenario, &MapGround { water: Vec::new(), boundaries: all[1..].to_vec() });
        assert!(lines.len() > 5 && lines.iter().all(|l| l.approximate && l.counties.len() == 2));
    }
}
