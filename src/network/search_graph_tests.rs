//! The expanded graph against a search that remembers the last edges it has driven.

use super::super::metric::MetricRules;
use super::super::random_roads::{any_place, forbid, place, road_graph};
use super::super::topology::Topology;
use super::super::{Direction, TravelTimes};
use super::*;
use crate::geo::distance_m;
use crate::network::hierarchy::Query;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

const COSTS: TurnCosts = TurnCosts { max_s: 7.5, bias: 1.075, u_turn_s: 20.0, left_hand: false, at_signals: 0.5 };
const NEVER: u64 = u64::MAX;

/// The point some metres along a line.
fn near_start(shape: &[LatLon]) -> LatLon {
    let mut along = 0.0;
    for pair in shape.windows(2) {
        along += distance_m(pair[0], pair[1]);
        if along >= 10.0 {
            return pair[1];
        }
    }
    shape[shape.len() - 1]
}

/// Radians clockwise from north.
fn bearing(a: LatLon, b: LatLon) -> f64 {
    libm::atan2((b.lon - a.lon) * libm::cos(a.lat.to_radians()), b.lat - a.lat)
}

/// Seconds of a turn, from the shapes of the two edges.
fn turn_s(g: &RoadGraph, from: u32, to: u32, costs: &TurnCosts) -> f64 {
    let back = g.twin(EdgeId(from)) == Some(EdgeId(to));
    let mut arriving = g.edge_shape(EdgeId(from));
    let last = g.roads[g.road[from as usize] as usize];
    let segment = if g.is_forward(EdgeId(from)) { last.end_point - 2 } else { last.first_point };
    let signal = g
        .delays
        .iter()
        .any(|d| d.kind == DelayKind::Signal && d.segment == segment && d.backward != g.is_forward(EdgeId(from)));
    arriving.reverse();
    let leaving = g.edge_shape(EdgeId(to));
    let came = bearing(near_start(&arriving), arriving[0]);
    let mut angle = (bearing(leaving[0], near_start(&leaving)) - came).to_degrees();
    if angle > 180.0 {
        angle -= 360.0;
    } else if angle <= -180.0 {
        angle += 360.0;
    }
    let angle = if back { 180.0 } else { angle.clamp(-179.9, 179.9) };
    let ends = g.roads.iter().flat_map(|r| {
        let e = if r.forward == NO_EDGE { r.backward } else { r.forward };
        [g.tail[e as usize], g.head[e as usize]]
    });
    costs.turn_seconds(angle, ends.filter(|v| *v == g.head[from as usize]).count(), signal)
}

/// Steps until each edge is entered (its turn done) by vehicles that are so many steps from the ends of some edges.
fn entered(g: &RoadGraph, metric: &Metric, rules: &TurnRules, seeds: &[(u32, u32)]) -> Vec<u64> {
    let mut best = vec![NEVER; g.edge_count()];
    let mut done: BTreeSet<Vec<u32>> = BTreeSet::new();
    let mut queue: BinaryHeap<Reverse<(u64, Vec<u32>)>> =
        seeds.iter().map(|(e, t)| Reverse((u64::from(*t), vec![*e]))).collect();
    while let Some(Reverse((time, history))) = queue.pop() {
        if !done.insert(history.clone()) {
            continue;
        }
        let last = history[history.len() - 1];
        let forbidden = |next: u32| {
            let driven: Vec<u32> = history.iter().copied().chain([next]).collect();
            g.restrictions.iter().any(|r| {
                let binds = rules.restrictions && !(rules.emergency && r.spares_emergency);
                binds && driven.ends_with(&r.edges)
            })
        };
        let allowed: Vec<u32> = (0..g.edge_count() as u32)
            .filter(|e| g.tail[*e as usize] == g.head[last as usize] && !forbidden(*e))
            .collect();
        let back = g.twin(EdgeId(last)).map(|e| e.0);
        for next in allowed.iter().copied() {
            if Some(next) == back && allowed.len() > 1 {
                continue;
            }
            let turn = rules.costs.map_or(0, |c| (turn_s(g, last, next, c) * 10_000.0).round() as u64);
            best[next as usize] = best[next as usize].min(time + turn);
            let drive = metric.edge_time[next as usize];
            if drive < FAR {
                let mut history = history.clone();
                history.push(next);
                let history = history.split_off(history.len().saturating_sub(3));
                queue.push(Reverse((time + turn + u64::from(drive), history)));
            }
        }
    }
    best
}

/// The same on the expanded graph.
fn entered_here(s: &SearchGraph, g: &RoadGraph, metric: &Metric, seeds: &[Seed]) -> Vec<u64> {
    let weights = s.weights(metric);
    let mut time = vec![NEVER; s.nodes()];
    let mut best = vec![NEVER; g.edge_count()];
    let mut queue: BinaryHeap<Reverse<(u64, u32)>> = seeds.iter().map(|(v, t)| Reverse((u64::from(*t), *v))).collect();
    while let Some(Reverse((at, node))) = queue.pop() {
        if time[node as usize] <= at {
            continue;
        }
        time[node as usize] = at;
        for arc in s.out_arcs(node) {
            let slot = &mut best[s.edge(arc).index()];
            *slot = (*slot).min(at + u64::from(s.turn(arc)));
            if weights[arc as usize] < FAR {
                queue.push(Reverse((at + u64::from(weights[arc as usize]), s.head[arc as usize])));
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn turns_equal_a_search_over_histories(
        mut g in road_graph(6, 0.5, 0),
        walks in prop::collection::vec((prop::collection::vec(any::<usize>(), 2..=4), any::<bool>()), 0..8),
        (restrictions, emergency, cost) in any::<(bool, bool, bool)>(),
        places in prop::collection::vec(any_place(), 1..5),
        closed in prop::collection::vec(any_place(), 0..2),
    ) {
        for (walk, spares) in &walks {
            forbid(&mut g, walk, *spares);
        }
        let rules = TurnRules { restrictions, emergency, costs: cost.then_some(&COSTS) };
        let mut closed: Vec<u32> = closed.iter().map(|c| place(&g, *c).1).collect();
        closed.sort_unstable();
        let metric_rules = MetricRules { closed, delay_s: [3.0; 6], junction_s: 1.0, ..MetricRules::default() };
        let metric = Metric::build(&g, &metric_rules);
        let s = SearchGraph::turns(&g, &rules);
        for e in 0..g.edge_count() as u32 {
            let expected = entered(&g, &metric, &rules, &[(e, 0)]);
            prop_assert_eq!(entered_here(&s, &g, &metric, &[(e, 0)]), expected, "from the end of edge {}", e);
        }
        // From place to place, through the hierarchy.
        let topology = Arc::new(Topology::prepare(&g, s));
        let g = Arc::new(g);
        let times = TravelTimes::build(&g, &topology, &metric_rules);
        let on: Vec<OnRoad> = places.iter().map(|p| { let (r, s, q) = place(&g, *p); metric.at(&g, r, s, q) }).collect();
        let some: Vec<Option<OnRoad>> = on.iter().copied().map(Some).collect();
        let matrix = times.matrix(&some, &some, Direction::FromRow);
        let back = times.matrix(&some, &some, Direction::ToRow);
        let mut query = Query::new();
        let unpacker = times.unpacker();
        for (i, a) in on.iter().enumerate() {
            let seeds: Vec<(u32, u32)> =
                a.edges().filter(|o| o.to_head.is_reachable()).map(|o| (o.edge.0, o.to_head.0)).collect();
            let best = entered(&g, &metric, &rules, &seeds);
            for (j, b) in on.iter().enumerate() {
                let by_end = b.edges().filter(|o| o.from_tail.is_reachable() && best[o.edge.index()] < NEVER);
                let by_end = by_end.map(|o| best[o.edge.index()] + u64::from(o.from_tail.0)).min();
                let straight = a.straight_to(b).map(|t| u64::from(t.0));
                let expected = by_end.into_iter().chain(straight).min().map_or(u32::MAX, |t| t as u32);
                prop_assert_eq!(times.time(&mut query, a, b).0, expected, "{} to {}", i, j);
                prop_assert_eq!(matrix.get(i, j).0, expected);
                prop_assert_eq!(back.get(j, i).0, expected);
                // The way is allowed, and takes as long as it says.
                let route = times.route(&mut query, &unpacker, a, b);
                prop_assert_eq!(route.as_ref().map_or(u32::MAX, |r| r.time.0), expected);
                let Some(edges) = route.map(|r| r.edges).filter(|e| !e.is_empty()) else { continue };
                let ids: Vec<u32> = edges.iter().map(|e| e.0).collect();
                let mut sum = a.edges().find(|o| o.edge == edges[0]).map_or(0, |o| o.to_head.0);
                for pair in ids.windows(2) {
                    let turn = rules.costs.map_or(0, |c| (turn_s(&g, pair[0], pair[1], c) * 10_000.0).round() as u32);
                    prop_assert_eq!(g.head[pair[0] as usize], g.tail[pair[1] as usize]);
                    sum += turn + metric.edge_time[pair[1] as usize];
                }
                let last = edges[edges.len() - 1];
                let end = b.edges().find(|o| o.edge == last).map_or(0, |o| o.from_tail.0);
                prop_assert_eq!(sum.wrapping_sub(metric.edge_time[last.index()]).wrapping_add(end), expected);
                let binding = g.restrictions.iter().filter(|r| rules.binds(r));
                for r in binding {
                    prop_assert!(!ids.windows(r.edges.len()).any(|w| w == r.edges), "{:?} in {:?}", r, ids);
                }
            }
        }
    }
}
