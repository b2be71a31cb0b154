//! Closed roads: from what a planner names (a road's number, a way, an area) to the segments that are closed.

use super::graph::RoadGraph;
use super::profile::Area;
use crate::fault::nearest_name;
use crate::geo::{Bounds, LatLon};
use std::collections::{BTreeMap, BTreeSet};

/// What is closed. A segment is closed if any of the three says so, in both directions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClosedRoads {
    /// OSM ways by their number.
    pub ways: Vec<i64>,
    /// Roads by their name or ref, letter for letter. A ref that lists several (`G8511;G213`) counts as each of them.
    pub roads: Vec<String>,
    /// Ground on which every road is closed.
    pub areas: Vec<Area>,
}

/// The closed segments by their first point, rising, as [`MetricRules::closed`](super::MetricRules) wants them.
///
/// On closed ground is a segment whose middle or either end lies inside, or which crosses a border of it.
///
/// # Errors
/// A sentence for every way, name or area that no road of the network matches, with the nearest name there is.
pub fn closed_segments(g: &RoadGraph, what: &ClosedRoads) -> Result<Vec<u32>, Vec<String>> {
    let mut missing = Vec::new();
    // By way of the graph: whether it is closed by number or name.
    let mut closed_way = vec![false; g.ways.len()];
    let mut by_id: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let used: BTreeSet<u32> = g.segment_way.iter().copied().collect();
    for way in used.into_iter().map(|w| w as usize) {
        by_id.entry(g.ways[way].id).or_default().push(way);
        for name in [g.ways[way].name, g.ways[way].reference] {
            let whole = g.names[name as usize].as_str();
            let parts = whole.split(';').map(str::trim).filter(|p| *p != whole);
            for part in std::iter::once(whole).chain(parts).filter(|n| !n.is_empty()) {
                by_name.entry(part).or_default().push(way);
            }
        }
    }
    for id in &what.ways {
        match by_id.get(id) {
            Some(ways) => ways.iter().for_each(|w| closed_way[*w] = true),
            None => missing.push(format!("no open road of the network comes from the OSM way {id}")),
        }
    }
    for name in &what.roads {
        match by_name.get(name.as_str()) {
            Some(ways) => ways.iter().for_each(|w| closed_way[*w] = true),
            None => {
                let near = nearest_name(name, by_name.keys().copied());
                let near = near.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
                missing.push(format!("no road of the network has the name or ref `{name}`{near}"));
            }
        }
    }
    let areas: Vec<(&Area, Option<Bounds>)> = what.areas.iter().map(|a| (a, a.bounds())).collect();
    let mut met = vec![false; areas.len()];
    let mut closed = Vec::new();
    for road in &g.roads {
        for p in road.first_point..road.end_point - 1 {
            let (a, b) = (g.points[p as usize], g.points[p as usize + 1]);
            let mut is_closed = closed_way[g.segment_way[p as usize] as usize];
            for (i, (area, bounds)) in areas.iter().enumerate() {
                if bounds.as_ref().is_some_and(|r| near(r, a, b)) && touches(area, a, b) {
                    (met[i], is_closed) = (true, true);
                }
            }
            if is_closed {
                closed.push(p);
            }
        }
    }
    for (i, _) in met.iter().enumerate().filter(|(_, met)| !**met) {
        let which = if areas.len() > 1 { format!("area number {}", i + 1) } else { "the area".to_string() };
        missing.push(format!("no road of the network lies in {which} or crosses it"));
    }
    if missing.is_empty() { Ok(closed) } else { Err(missing) }
}

/// Whether the box round a segment meets another.
fn near(bounds: &Bounds, a: LatLon, b: LatLon) -> bool {
    a.lat.min(b.lat) <= bounds.max.lat
        && a.lat.max(b.lat) >= bounds.min.lat
        && a.lon.min(b.lon) <= bounds.max.lon
        && a.lon.max(b.lon) >= bounds.min.lon
}

fn touches(area: &Area, a: LatLon, b: LatLon) -> bool {
    let spots = [a, a.towards(b, 0.5), b];
    if spots.iter().any(|p| area.contains(*p)) {
        return true;
    }
    area.parts.iter().any(|rings| {
        let Some((outline, holes)) = rings.split_first() else { return false };
        // What begins, passes its middle and ends in one hole stays in it.
        let spared = holes.iter().any(|hole| spots.iter().all(|p| hole.contains(*p)));
        outline.crosses(a, b) && !spared
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::triangle;
    use super::*;
    use crate::geo::Polygon;
    use crate::network::{Metric, MetricRules, Way};

    /// The triangle with a way of its own for each road: `Ring Road` (G1;G2), `Ring Road`, `S3`.
    fn named() -> RoadGraph {
        let mut g = triangle();
        g.names = ["", "Ring Road", "G1;G2", "S3"].map(String::from).to_vec();
        let way = |id, name, reference| Way { id, name, reference };
        g.ways = vec![way(11, 1, 2), way(12, 1, 0), way(13, 3, 3)];
        for (i, road) in g.roads.clone().iter().enumerate() {
            for p in road.first_point..road.end_point {
                g.segment_way[p as usize] = i as u32;
            }
        }
        g
    }

    fn close(ways: &[i64], roads: &[&str], areas: Vec<Area>) -> Result<Vec<u32>, Vec<String>> {
        let roads = roads.iter().map(|r| (*r).to_string()).collect();
        closed_segments(&named(), &ClosedRoads { ways: ways.to_vec(), roads, areas })
    }

    fn square(lat: f64, lon: f64, half: f64) -> Vec<LatLon> {
        [(-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0)]
            .map(|(a, b)| LatLon::new(lat + a * half, lon + b * half))
            .to_vec()
    }

    fn area(lat: f64, lon: f64, half: f64) -> Area {
        Area::of_ring(square(lat, lon, half)).unwrap()
    }

    #[test]
    fn by_number_name_and_each_ref_of_a_list() {
        assert_eq!(close(&[12], &[], vec![]), Ok(vec![3]));
        assert_eq!(close(&[], &["Ring Road"], vec![]), Ok(vec![0, 1, 3]));
        for name in ["G1", "G2", "G1;G2"] {
            assert_eq!(close(&[], &[name], vec![]), Ok(vec![0, 1]), "{name}");
        }
        assert_eq!(close(&[11], &["S3", "G1"], vec![]), Ok(vec![0, 1, 5]));
        assert_eq!(close(&[], &[], vec![]), Ok(vec![]));
    }

    #[test]
    fn by_area_with_what_only_crosses_it() {
        // Round the middle point of the first road: both of its segments end there.
        assert_eq!(close(&[], &[], vec![area(24.001, 102.01, 0.0005)]), Ok(vec![0, 1]));
        // A small square off the middle of a segment, with neither end inside.
        let quarter = LatLon::new(24.0, 102.02).towards(LatLon::new(24.02, 102.01), 0.25);
        assert_eq!(close(&[], &[], vec![area(quarter.lat, quarter.lon, 0.0005)]), Ok(vec![3]));
        // Everything inside, but not in the hole.
        let mut around = area(24.01, 102.01, 0.5);
        around.parts[0].push(Polygon::new(square(24.01, 102.01, 0.4)));
        assert_eq!(
            close(&[], &[], vec![around.clone()]),
            Err(vec!["no road of the network lies in the area or crosses it".to_string()])
        );
        around.parts[0].truncate(1);
        assert_eq!(close(&[], &[], vec![around]), Ok(vec![0, 1, 3, 5]));
    }

    #[test]
    fn what_matches_nothing_is_told_all_at_once() {
        let faults = close(&[99], &["Ring Raod", "S3"], vec![area(30.0, 100.0, 0.1), area(24.0, 102.0, 0.1)]);
        let faults = faults.unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains("way 99"), "{faults:?}");
        assert!(faults[1].contains("`Ring Raod`; did you mean `Ring Road`?"), "{faults:?}");
        assert!(faults[2].contains("area number 1"), "{faults:?}");
    }

    #[test]
    fn a_metric_takes_them() {
        let g = named();
        let closed = close(&[], &["G1"], vec![]).unwrap();
        let m = Metric::build(&g, &MetricRules { closed, ..MetricRules::default() });
        let far: Vec<bool> = m.edge_time.iter().map(|t| *t == super::super::metric::FAR).collect();
        let first = |road: usize| [g.roads[road].forward, g.roads[road].backward].contains(&0);
        assert_eq!(far.iter().filter(|f| **f).count(), 2);
        assert!(far[g.roads[0].forward as usize] && far[g.roads[0].backward as usize]);
        assert_eq!(far[0], first(0));
    }
}
