//! Shortest ways by length instead of time.

use super::graph::{NO_EDGE, RoadGraph};
use super::hierarchy::{Ladder, Sweeper, Weights};
use super::metric::{FAR, Metric};
use super::snap::RoadPosition;
use super::topology::Topology;

/// Decimetres, so that integers serve; the longest possible way is 200,000 km.
fn dm(m: f64) -> u32 {
    (m * 10.0).round().min(f64::from(FAR)) as u32
}

/// Shortest way by open roads in metres from the nearest of some sources to each target; `None` where no way leads. Turns
/// are not looked at. A road that is closed anywhere is left out as a whole.
///
/// Each source and target is a position on the road and the metres between it and the road. The topology must be that of
/// junctions.
pub fn nearest_by_length(
    g: &RoadGraph,
    junctions: &Topology,
    metric: &Metric,
    sources: &[(RoadPosition, f64)],
    targets: &[(RoadPosition, f64)],
) -> Vec<Option<f64>> {
    let open = |edge: u32| edge != NO_EDGE && metric.edge_time[edge as usize] < FAR;
    let length = |(e, m): (usize, &f32)| if open(e as u32) { dm(f64::from(*m)) } else { FAR };
    let lengths: Vec<u32> = g.length_m.iter().enumerate().map(length).collect();
    let ladder = Ladder::build(&junctions.hierarchy, &Weights::build(&junctions.hierarchy, &lengths));
    let road_m = |r: u32| f64::from(g.along_m[g.roads[r as usize].end_point as usize - 1]);
    let mut seeds = Vec::new();
    for (place, access) in sources {
        let (along, total) = (f64::from(place.along_m), road_m(place.road));
        let road = &g.roads[place.road as usize];
        for (edge, rest) in [(road.forward, total - along), (road.backward, along)] {
            if open(edge) {
                seeds.push((g.head[edge as usize], dm(access + rest)));
            }
        }
    }
    let mut sweeper = Sweeper::new();
    let best = sweeper.one(&ladder, true, &seeds);
    let to = |(place, access): &(RoadPosition, f64)| -> Option<f64> {
        let (along, total) = (f64::from(place.along_m), road_m(place.road));
        let by_node = |edge: u32, rest: f64| {
            let length = best[ladder.step(g.tail[edge as usize]) as usize];
            (length < FAR).then(|| f64::from(length) / 10.0 + rest + access)
        };
        let direct = sources.iter().filter(|(s, _)| s.road == place.road).filter_map(|(s, s_access)| {
            let road = &g.roads[s.road as usize];
            let ahead = open(road.forward) && place.along_m >= s.along_m;
            let behind = open(road.backward) && place.along_m <= s.along_m;
            (ahead || behind).then(|| s_access + access + f64::from((place.along_m - s.along_m).abs()))
        });
        let road = &g.roads[place.road as usize];
        let on = |edge: u32, along: f64| if open(edge) { by_node(edge, along) } else { None };
        let (forward, backward) = (on(road.forward, along), on(road.backward, total - along));
        direct.chain(forward).chain(backward).min_by(f64::total_cmp)
    };
    targets.iter().map(to).collect()
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::triangle;
    use super::super::metric::MetricRules;
    use super::*;

    #[test]
    fn lengths_by_road() {
        let g = triangle();
        let on_first = |share: f64| RoadPosition {
            road: 0,
            segment: 0,
            share,
            at: g.points[0],
            distance_m: 0.0,
            along_m: (f64::from(g.along_m[2]) * share) as f32,
        };
        let (a, b) = (on_first(0.25), on_first(0.75));
        let by = |closed: Vec<u32>| {
            let metric = Metric::build(&g, &MetricRules { closed, ..MetricRules::default() });
            nearest_by_length(&g, &Topology::junctions(&g), &metric, &[(a, 5.0)], &[(b, 7.0), (a, 0.0)])
        };
        assert_eq!(by(vec![0]), [None, None]);
        let got = by(Vec::new());
        let half = f64::from(g.length_m[g.roads[0].forward as usize]) / 2.0;
        assert!((got[0].unwrap() - half - 12.0).abs() < 0.5, "{got:?}");
        assert!((got[1].unwrap() - 5.0).abs() < 0.5);
    }
}
