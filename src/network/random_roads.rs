//! Small random road graphs for tests: loops, parallel roads, one-ways, dead ends, parts that do not hang together.

use super::graph::{Delay, DelayKind, Restriction, RoadGraph, RoadInput, Way};
use crate::geo::LatLon;
use crate::ids::NodeId;
use proptest::prelude::*;

/// What a road is made from: ends, class, which directions are open (both, forward, backward), and for each segment the
/// units of time there and back and where its first point lies.
type Made = (u32, u32, u8, u8, Vec<(u32, u32, i32, i32)>);
/// Road, segment, direction, kind, all taken modulo what there is.
type Stands = (usize, usize, bool, usize);

fn build(nodes: usize, roads: &[Made], stands: &[Stands], unit_s: f64) -> RoadGraph {
    let at = |i: usize| {
        let (angle, radius) = (2.4 * i as f64, 0.01 * ((i + 1) as f64).sqrt());
        LatLon::new(24.0 + radius * angle.sin(), 102.0 + radius * angle.cos())
    };
    let positions: Vec<LatLon> = (0..nodes).map(at).collect();
    let mut inputs: Vec<RoadInput> = roads
        .iter()
        .map(|(from, to, class, open, segments)| {
            let mut points = vec![positions[*from as usize]];
            for (i, (_, _, lat, lon)) in segments.iter().enumerate().skip(1) {
                let between =
                    positions[*from as usize].towards(positions[*to as usize], i as f64 / segments.len() as f64);
                points.push(LatLon::new(between.lat + f64::from(*lat) * 1e-4, between.lon + f64::from(*lon) * 1e-4));
            }
            points.push(positions[*to as usize]);
            RoadInput {
                from: NodeId(*from),
                to: NodeId(*to),
                forward_s: (*open != 2).then(|| segments.iter().map(|s| unit_s * f64::from(s.0)).collect()),
                backward_s: (*open != 1).then(|| segments.iter().map(|s| unit_s * f64::from(s.1)).collect()),
                delays: Vec::new(),
                ways: vec![0; segments.len()],
                points,
                class: *class,
            }
        })
        .collect();
    for (road, segment, backward, kind) in stands {
        let Some(road) = road.checked_rem(inputs.len()) else { continue };
        let segment = (segment % inputs[road].ways.len()) as u32;
        let kind = DelayKind::ALL[kind % DelayKind::ALL.len()];
        inputs[road].delays.push(Delay { segment, backward: *backward, kind });
    }
    let way = Way { id: 1, name: 0, reference: 0 };
    let classes = vec!["primary".into(), "secondary".into()];
    RoadGraph::build(positions, vec![0; nodes], &inputs, vec![way], classes, vec![String::new()])
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Random road graphs; segments take from `least` to 9 units of `unit_s` seconds.
pub(super) fn road_graph(nodes: usize, unit_s: f64, least: u32) -> impl Strategy<Value = RoadGraph> {
    (1..=nodes).prop_flat_map(move |nodes| {
        let n = nodes as u32;
        let segment = (least..10, least..10, -40..40, -40..40);
        let open = prop_oneof![3 => Just(0_u8), 1 => Just(1), 1 => Just(2)];
        let road = (0..n, 0..n, 0..2_u8, open, prop::collection::vec(segment, 1..4));
        let stands = (any::<usize>(), any::<usize>(), any::<bool>(), any::<usize>());
        let (roads, stands) = (prop::collection::vec(road, 1..2 * nodes + 3), prop::collection::vec(stands, 0..5));
        (roads, stands).prop_map(move |(roads, stands)| build(nodes, &roads, &stands, unit_s))
    })
}

/// A random walk of two to four edges that must not be driven, from numbers taken modulo what there is.
pub(super) fn forbid(g: &mut RoadGraph, walk: &[usize], spares_emergency: bool) {
    let Some(first) = walk[0].checked_rem(g.edge_count()) else { return };
    let mut edges = vec![first as u32];
    for choice in &walk[1..] {
        let out = g.out_edges(NodeId(g.head[edges[edges.len() - 1] as usize]));
        let Some(next) = choice.checked_rem(out.len()) else { break };
        edges.push((out.start + next) as u32);
    }
    if edges.len() > 1 {
        g.restrictions.push(Restriction { edges, spares_emergency });
        g.check().unwrap_or_else(|e| panic!("{e}"));
    }
}

/// A road, one of its segments and a share of that in quarters, from numbers taken modulo what there is.
pub(super) fn place(g: &RoadGraph, (road, segment, quarters): (usize, usize, u8)) -> (u32, u32, f64) {
    let road = road % g.roads.len();
    let r = &g.roads[road];
    let segments = (r.end_point - r.first_point - 1) as usize;
    (road as u32, r.first_point + (segment % segments) as u32, f64::from(quarters % 5) / 4.0)
}

/// Numbers for [`place`].
pub(super) fn any_place() -> impl Strategy<Value = (usize, usize, u8)> + Clone {
    (0..1000_usize, 0..60_usize, 0..5_u8)
}
