//! How soon every place on the roads is reached from the nearest of some starts: one search over the whole network
//! (Dijkstra, *A note on two problems in connexion with graphs*, 1959), then along each road from both of its ends.

use super::graph::{NO_EDGE, RoadGraph};
use super::metric::{FAR, OnRoad};
use super::snap::RoadPosition;
use super::travel_times::TravelTimes;
use crate::geo::LatLon;
use crate::ids::EdgeId;
use crate::units::TravelTime;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// A place on a road and the seconds after which it is first reached; infinite where nobody comes.
///
/// Between two neighbours the time changes evenly: where the ways from both ends of a road meet, that place is one of the
/// list. Waits (signals, gates) belong to the road behind them.
pub type Along = (LatLon, f64);

/// How soon every edge can be entered.
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    times: &'a TravelTimes,
    /// Steps of [`TravelTime`] until each edge can be entered at its tail; [`FAR`] or more where it cannot.
    entered: Vec<u32>,
    /// Starts on each road: segment, share of it, seconds before setting out. Sorted.
    starts: BTreeMap<u32, Vec<(u32, f64, f64)>>,
}

/// Times to all nodes of the search graph from some of them.
fn search(times: &TravelTimes, seeds: &[(u32, u32)]) -> Vec<u32> {
    let graph = &times.topology.search;
    let mut time = vec![FAR; graph.nodes()];
    let mut open = BinaryHeap::new();
    for (node, at) in seeds {
        if *at < time[*node as usize] {
            time[*node as usize] = *at;
            open.push(Reverse((*at, *node)));
        }
    }
    while let Some(Reverse((at, node))) = open.pop() {
        if at > time[node as usize] {
            continue;
        }
        for arc in graph.out_arcs(node) {
            let drive = times.metric.edge_time[graph.edge(arc).index()];
            let there = at.saturating_add(graph.turn(arc)).saturating_add(drive);
            let head = graph.head[arc as usize];
            if drive < FAR && there < time[head as usize] {
                time[head as usize] = there;
                open.push(Reverse((there, head)));
            }
        }
    }
    time
}

impl<'a> Reach<'a> {
    /// Searches from some places on roads, each with the time before a vehicle is on the road there. What cannot be reached
    /// in the first place is left out.
    pub fn from(times: &'a TravelTimes, places: &[(RoadPosition, TravelTime)]) -> Reach<'a> {
        let (mut seeds, mut of_place) = (Vec::new(), Vec::new());
        let mut starts: BTreeMap<u32, Vec<(u32, f64, f64)>> = BTreeMap::new();
        for (place, wait) in places.iter().filter(|(_, wait)| wait.is_reachable()) {
            let on: OnRoad = times.on_road(place);
            times.seeds(&on, true, &mut of_place);
            seeds.extend(of_place.iter().map(|(node, time)| (*node, time.saturating_add(wait.0))));
            starts.entry(place.road).or_default().push((place.segment, place.share.clamp(0.0, 1.0), wait.seconds()));
        }
        starts
            .values_mut()
            .for_each(|list| list.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(a.0.cmp(&b.0))));
        let time = search(times, &seeds);
        let graph = &times.topology.search;
        let mut entered = vec![FAR; times.graph.edge_count()];
        for node in 0..graph.nodes() as u32 {
            for arc in graph.out_arcs(node) {
                let slot = &mut entered[graph.edge(arc).index()];
                *slot = (*slot).min(time[node as usize].saturating_add(graph.turn(arc)));
            }
        }
        Reach { times, entered, starts }
    }

    /// When each place of a road is first reached, in the order of its points; more places than points where ways meet
    /// between them. Before and behind a closed segment stand places that nobody reaches.
    pub fn along(&self, road: usize) -> Vec<Along> {
        let g: &RoadGraph = &self.times.graph;
        let r = &g.roads[road];
        let shape = g.shape(road);
        let cuts = self.cuts(road, shape.len() - 1);
        let forward = self.sweep(r.forward, &cuts, false);
        let backward = self.sweep(r.backward, &cuts, true);
        let mut out: Vec<Along> = Vec::with_capacity(cuts.len() + 2);
        for (k, cut) in cuts.iter().enumerate() {
            let at = shape[cut.segment].towards(shape[cut.segment + 1], cut.share);
            out.push((at, forward[k].0.min(backward[k].0)));
            let Some(next) = cuts.get(k + 1).filter(|n| n.segment == cut.segment) else {
                // The next place is the same one, as the start of the next segment.
                continue;
            };
            // Out from the left, in at the right, and the other way round.
            let (left_out, right_in) = (forward[k].1, forward[k + 1].0);
            let (right_out, left_in) = (backward[k + 1].1, backward[k].0);
            let (there, back) = (right_in - left_out, left_in - right_out);
            let to = shape[next.segment].towards(shape[next.segment + 1], next.share);
            match (there.is_finite(), back.is_finite()) {
                (true, true) if left_out < left_in && right_out < right_in && there + back > 0.0 => {
                    let share = ((left_in - left_out) / (there + back)).clamp(0.0, 1.0);
                    out.push((at.towards(to, share), left_out + share * there));
                }
                (false, false) => out.extend([(at, f64::INFINITY), (to, f64::INFINITY)]),
                _ => {}
            }
        }
        out.dedup_by(|b, a| a == b);
        out
    }

    /// Ends of segments and the starts between them, by segment.
    fn cuts(&self, road: usize, segments: usize) -> Vec<Cut> {
        let first = self.times.graph.roads[road].first_point;
        let mut cuts = Vec::with_capacity(2 * segments);
        let starts = self.starts.get(&(road as u32)).map_or(&[][..], Vec::as_slice);
        for segment in 0..segments {
            cuts.push(Cut { segment, share: 0.0, start_s: f64::INFINITY });
            for (_, share, wait) in starts.iter().filter(|s| (s.0 - first) as usize == segment) {
                cuts.push(Cut { segment, share: *share, start_s: *wait });
            }
            cuts.push(Cut { segment, share: 1.0, start_s: f64::INFINITY });
        }
        cuts
    }

    /// When a vehicle on an edge comes to each cut and when it leaves it again.
    fn sweep(&self, edge: u32, cuts: &[Cut], backward: bool) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = cuts.iter().map(|c| (c.start_s, c.start_s)).collect();
        if edge == NO_EDGE {
            return out;
        }
        let segments = self.times.metric.segments(&self.times.graph, EdgeId(edge));
        let entered = self.entered[edge as usize];
        let mut now = if entered < FAR { TravelTime(entered).seconds() } else { f64::INFINITY };
        let mut last: Option<Cut> = None;
        for number in 0..cuts.len() {
            let k = if backward { cuts.len() - 1 - number } else { number };
            let cut = cuts[k];
            let (drive, wait) = segments[cut.segment];
            if let Some(last) = last.filter(|l| l.segment == cut.segment) {
                let share = (cut.share - last.share).abs();
                now += if share > 0.0 { share * drive } else { 0.0 };
            }
            now = now.min(cut.start_s);
            let at_end = cut.share == if backward { 0.0 } else { 1.0 };
            let come = now;
            // Twice at one end only where a start stands there.
            let is_end = at_end
                && (k == 0 || k + 1 == cuts.len() || cuts[if backward { k - 1 } else { k + 1 }].segment != cut.segment);
            if is_end {
                now += wait;
            }
            out[k] = (come, now);
            last = Some(cut);
        }
        out
    }
}

/// A place on a road: an end of a segment, or a start.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Number of the segment on the road.
    segment: usize,
    /// How far along it.
    share: f64,
    /// Seconds before something sets out here; infinite where nothing does.
    start_s: f64,
}

#[cfg(test)]
mod tests {
    use super::super::hierarchy::Query;
    use super::super::metric::MetricRules;
    use super::super::random_roads::{any_place, place, road_graph};
    use super::super::topology::Topology;
    use super::*;
    use petgraph::algo::dijkstra;
    use petgraph::graph::NodeIndex;
    use proptest::prelude::*;
    use std::sync::Arc;

    proptest! {
        /// At the junctions against petgraph's Dijkstra, at the points of roads against the times that are asked one by one.
        #[test]
        fn every_point_is_reached_when_the_travel_times_say(
            g in road_graph(8, 7.0, 1),
            picks in prop::collection::vec((any_place(), 0_u32..5000), 1..4),
            closing in prop::option::of(0_usize..40),
        ) {
            prop_assume!(!g.roads.is_empty());
            let closed = closing.and_then(|k| {
                let road = &g.roads[k % g.roads.len()];
                Some(road.first_point + (k as u32 / 7) % (road.end_point - road.first_point - 1))
            });
            let rules = MetricRules {
                delay_s: [3.0; crate::network::DelayKind::ALL.len()],
                junction_s: 2.0,
                closed: closed.into_iter().collect(),
                ..MetricRules::default()
            };
            let g = Arc::new(g);
            let topology = Arc::new(Topology::junctions(&g));
            let times = TravelTimes::build(&g, &topology, &rules);
            let position = |pick| {
                let (road, segment, share) = place(&g, pick);
                let at = g.points[segment as usize].towards(g.points[segment as usize + 1], share);
                RoadPosition { road, segment, share, at, distance_m: 0.0, along_m: 0.0 }
            };
            let places: Vec<(RoadPosition, TravelTime)> =
                picks.iter().map(|(pick, wait)| (position(*pick), TravelTime(*wait))).collect();
            let reach = Reach::from(&times, &places);

            let graph = times.metric.to_petgraph(&g);
            let mut junctions = vec![u64::MAX; g.node_count()];
            for (at, wait) in &places {
                for on in times.on_road(at).edges().filter(|on| on.to_head.is_reachable()) {
                    let head = NodeIndex::new(g.head[on.edge.index()] as usize);
                    for (node, more) in dijkstra(&graph, head, None, |e| u64::from(e.weight().1.0)) {
                        let all = u64::from(wait.0) + u64::from(on.to_head.0) + more;
                        junctions[node.index()] = junctions[node.index()].min(all);
                    }
                }
            }
            for edge in 0..g.edge_count() {
                let wanted = junctions[g.tail[edge] as usize];
                let got = if reach.entered[edge] < FAR { u64::from(reach.entered[edge]) } else { u64::MAX };
                prop_assert_eq!(got, wanted, "edge {}", edge);
            }

            let mut query = Query::default();
            for (road, r) in g.roads.iter().enumerate() {
                let along = reach.along(road);
                let shape = g.shape(road);
                for (i, at) in shape.iter().enumerate() {
                    let got = along.iter().filter(|a| a.0 == *at).map(|a| a.1).fold(f64::INFINITY, f64::min);
                    let p = r.first_point + i as u32;
                    let mut wanted = f64::INFINITY;
                    // The point as the start of one segment and as the end of another.
                    let sides = [(p < r.end_point - 1).then_some((p, 0.0)), (i > 0).then(|| (p - 1, 1.0))];
                    for (segment, share) in sides.into_iter().flatten() {
                        let goal = times.metric.at(&g, road as u32, segment, share);
                        for (from, wait) in &places {
                            let time = times.time(&mut query, &times.on_road(from), &goal);
                            if time.is_reachable() {
                                wanted = wanted.min(time.seconds() + wait.seconds());
                            }
                        }
                    }
                    let same = (got - wanted).abs() < 0.01 || got == wanted;
                    // Points of a loop may lie at one place; then the first to be reached is found.
                    let twice = shape.iter().filter(|p| *p == at).count() > 1;
                    prop_assert!(same || (twice && got <= wanted + 0.01), "road {} point {}: {} and not {}", road, i, got, wanted);
                }
            }
        }
    }
}
