//! One-to-all and all-to-one travel times between a place on a road and every junction (Dijkstra with a binary heap).

use super::graph::{NO_EDGE, RoadGraph};
use super::metric::{Metric, OnRoad};
use super::snap::RoadPosition;
use crate::units::TravelTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const UNREACHED: u32 = u32::MAX;

/// A reusable search: buffers are kept between runs.
#[derive(Debug, Default)]
pub struct Sweep {
    heap: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Sweep {
    /// A search with empty buffers.
    pub fn new() -> Sweep {
        Sweep::default()
    }

    /// Times from a place to every junction, in steps of [`TravelTime`]; `out` gets one entry per junction.
    pub fn from_place(&mut self, g: &RoadGraph, metric: &Metric, place: &OnRoad, out: &mut [u32]) {
        out.fill(UNREACHED);
        self.heap.clear();
        for on in place.edges() {
            self.seed(g.head[on.edge.index()], on.to_head.0, out);
        }
        while let Some(Reverse((time, node))) = self.heap.pop() {
            if time > out[node as usize] {
                continue;
            }
            for e in g.first_out[node as usize] as usize..g.first_out[node as usize + 1] as usize {
                self.seed(g.head[e], time.saturating_add(metric.edge_time[e]), out);
            }
        }
    }

    /// Times from every junction to a place.
    pub fn to_place(&mut self, g: &RoadGraph, metric: &Metric, place: &OnRoad, out: &mut [u32]) {
        out.fill(UNREACHED);
        self.heap.clear();
        for on in place.edges() {
            self.seed(g.tail[on.edge.index()], on.from_tail.0, out);
        }
        while let Some(Reverse((time, node))) = self.heap.pop() {
            if time > out[node as usize] {
                continue;
            }
            for &e in &g.in_edges[g.first_in[node as usize] as usize..g.first_in[node as usize + 1] as usize] {
                self.seed(g.tail[e as usize], time.saturating_add(metric.edge_time[e as usize]), out);
            }
        }
    }

    fn seed(&mut self, node: u32, time: u32, out: &mut [u32]) {
        let best = &mut out[node as usize];
        if time < *best {
            *best = time;
            self.heap.push(Reverse((time, node)));
        }
    }
}

/// Time from one place to another, given the times from every junction to the second ([`Sweep::to_place`]).
pub fn place_to_place(g: &RoadGraph, from: &OnRoad, to: &OnRoad, to_times: &[u32]) -> TravelTime {
    let leave = |on: super::metric::OnEdge| on.to_head.0.saturating_add(to_times[g.head[on.edge.index()] as usize]);
    let by_junction = from.edges().map(leave).min().unwrap_or(UNREACHED);
    TravelTime(by_junction.min(from.straight_to(to).unwrap_or(TravelTime::UNREACHABLE).0))
}

/// Shortest way by road in metres from the nearest of some sources to each target; `None` where no way leads.
///
/// Each source and target is a position on the road and the metres between it and the road.
pub fn nearest_by_length(
    g: &RoadGraph,
    sources: &[(RoadPosition, f64)],
    targets: &[(RoadPosition, f64)],
) -> Vec<Option<f64>> {
    let road_m = |r: u32| f64::from(g.along_m[g.roads[r as usize].end_point as usize - 1]);
    // Decimetres, so that a heap of integers serves; the longest possible way is 400,000 km.
    let dm = |m: f64| (m * 10.0).round() as u32;
    let mut best = vec![UNREACHED; g.node_count()];
    let mut search = Sweep::new();
    for (place, access) in sources {
        let (along, total) = (f64::from(place.along_m), road_m(place.road));
        let road = &g.roads[place.road as usize];
        for (edge, rest) in [(road.forward, total - along), (road.backward, along)] {
            if edge != NO_EDGE {
                search.seed(g.head[edge as usize], dm(access + rest), &mut best);
            }
        }
    }
    while let Some(Reverse((length, node))) = search.heap.pop() {
        if length > best[node as usize] {
            continue;
        }
        for e in g.first_out[node as usize] as usize..g.first_out[node as usize + 1] as usize {
            search.seed(g.head[e], length.saturating_add(dm(f64::from(g.length_m[e]))), &mut best);
        }
    }
    let to = |(place, access): &(RoadPosition, f64)| -> Option<f64> {
        let (along, total) = (f64::from(place.along_m), road_m(place.road));
        let by_node = |edge: u32, rest: f64| {
            let length = best[g.tail[edge as usize] as usize];
            (length != UNREACHED).then(|| f64::from(length) / 10.0 + rest + access)
        };
        let direct = sources.iter().filter(|(s, _)| s.road == place.road).filter_map(|(s, s_access)| {
            let road = &g.roads[s.road as usize];
            let ahead = road.forward != NO_EDGE && place.along_m >= s.along_m;
            let behind = road.backward != NO_EDGE && place.along_m <= s.along_m;
            (ahead || behind).then(|| s_access + access + f64::from((place.along_m - s.along_m).abs()))
        });
        let road = &g.roads[place.road as usize];
        let on = |edge: u32, along: f64| if edge == NO_EDGE { None } else { by_node(edge, along) };
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

    /// A position on the two-way road 0 of the triangle, `share` of the way along.
    fn on_first(g: &RoadGraph, share: f64) -> RoadPosition {
        let segment = u32::from(share >= 0.5);
        let (first, last) = (g.points[0], g.points[1]);
        RoadPosition {
            road: 0,
            segment,
            share: (share - 0.5 * f64::from(segment)) * 2.0,
            at: first.towards(last, share),
            distance_m: 0.0,
            along_m: (f64::from(g.length_m[g.roads[0].forward as usize]) * share) as f32,
        }
    }

    #[test]
    fn both_directions_agree_and_one_ways_count() {
        let g = triangle();
        let metric = Metric::build(&g, &MetricRules::default());
        let (a, b) = (metric.on_road(&g, &on_first(&g, 0.25)), metric.on_road(&g, &on_first(&g, 0.75)));
        let mut times = vec![0; 3];
        let mut sweep = Sweep::new();
        sweep.to_place(&g, &metric, &b, &mut times);
        // Ahead on the same road: half of 200 s.
        assert_eq!(place_to_place(&g, &a, &b, &times).seconds(), 100.0);
        // Node 2 must go round by node 0: 100 s + 150 s.
        assert_eq!(TravelTime(times[2]).seconds(), 250.0);
        sweep.to_place(&g, &metric, &a, &mut times);
        // Back on the same road: half of 300 s.
        assert_eq!(place_to_place(&g, &b, &a, &times).seconds(), 150.0);
        sweep.from_place(&g, &metric, &a, &mut times);
        assert_eq!(times.iter().map(|t| TravelTime(*t).seconds()).collect::<Vec<_>>(), [75.0, 150.0, 250.0]);
    }

    #[test]
    fn lengths_by_road() {
        let g = triangle();
        let (a, b) = (on_first(&g, 0.25), on_first(&g, 0.75));
        let got = nearest_by_length(&g, &[(a, 5.0)], &[(b, 7.0), (a, 0.0)]);
        let half = f64::from(g.length_m[g.roads[0].forward as usize]) / 2.0;
        assert!((got[0].unwrap() - half - 12.0).abs() < 0.5, "{got:?}");
        assert!((got[1].unwrap() - 5.0).abs() < 0.5);
    }
}
