//! All ways of asking for a time against petgraph's Dijkstra on a graph whose edges are cut at the places.

use super::super::metric::OnEdge;
use super::super::random_roads::{any_place, place, road_graph};
use super::*;
use crate::ids::NodeId;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

/// Times from each place to all places and to all junctions.
struct Oracle {
    graph: DiGraph<(), u64>,
    leave: Vec<NodeIndex>,
    arrive: Vec<NodeIndex>,
}

impl Oracle {
    fn new(g: &RoadGraph, metric: &Metric, places: &[Option<OnRoad>]) -> Oracle {
        let mut graph: DiGraph<(), u64> = DiGraph::new();
        let junctions: Vec<NodeIndex> = (0..g.node_count()).map(|_| graph.add_node(())).collect();
        let leave: Vec<NodeIndex> = places.iter().map(|_| graph.add_node(())).collect();
        let arrive: Vec<NodeIndex> = places.iter().map(|_| graph.add_node(())).collect();
        for e in 0..g.edge_count() {
            let (tail, head) = (junctions[g.tail[e] as usize], junctions[g.head[e] as usize]);
            let on = |p: &Option<OnRoad>| p.as_ref().and_then(|p| p.edges().find(|on| on.edge.index() == e));
            let here: Vec<(usize, OnEdge)> = places.iter().enumerate().filter_map(|(i, p)| Some((i, on(p)?))).collect();
            let mut cut = |mut list: Vec<(u32, usize)>, from: Option<NodeIndex>, end: Option<(u32, NodeIndex)>| {
                list.sort_unstable();
                let mut last = from.map(|node| (0, node));
                for (at, i) in list {
                    let here = graph.add_node(());
                    graph.add_edge(leave[i], here, 0);
                    graph.add_edge(here, arrive[i], 0);
                    if let Some((before, node)) = last {
                        graph.add_edge(node, here, u64::from(at - before));
                        // Two places at one point are each other's neighbours; a junction is not, edges have directions.
                        if at == before && node.index() >= g.node_count() {
                            graph.add_edge(here, node, 0);
                        }
                    }
                    last = Some((at, here));
                }
                if let (Some((at, node)), Some((total, head))) = (last, end) {
                    graph.add_edge(node, head, u64::from(total - at));
                }
            };
            let total = metric.edge_time[e];
            if total < FAR {
                cut(here.iter().map(|(i, on)| (on.from_tail.0, *i)).collect(), Some(tail), Some((total, head)));
                continue;
            }
            let before = here.iter().filter(|(_, on)| on.from_tail.is_reachable());
            cut(before.map(|(i, on)| (on.from_tail.0, *i)).collect(), Some(tail), None);
            let behind: Vec<&(usize, OnEdge)> = here.iter().filter(|(_, on)| on.to_head.is_reachable()).collect();
            let most = behind.iter().map(|(_, on)| on.to_head.0).max().unwrap_or(0);
            cut(behind.iter().map(|(i, on)| (most - on.to_head.0, *i)).collect(), None, Some((most, head)));
        }
        Oracle { graph, leave, arrive }
    }

    fn times(&self, from: usize) -> (Vec<u32>, Vec<u32>) {
        let found = petgraph::algo::dijkstra(&self.graph, self.leave[from], None, |e| *e.weight());
        let time = |v: NodeIndex| found.get(&v).map_or(u32::MAX, |t| *t as u32);
        let junctions = self.leave[0].index();
        (self.arrive.iter().map(|v| time(*v)).collect(), (0..junctions).map(|v| time(NodeIndex::new(v))).collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn everything_that_tells_a_time_agrees_with_dijkstra(
        g in road_graph(9, 0.7, 0),
        places in prop::collection::vec(prop::option::weighted(0.9, any_place()), 1..22),
        closed in prop::collection::vec(any_place(), 0..4),
        few in 1..3_usize,
    ) {
        let mut closed: Vec<u32> = closed.iter().map(|c| place(&g, *c).1).collect();
        closed.sort_unstable();
        let rules = MetricRules { closed, delay_s: [5.0; 6], junction_s: 2.0, ..MetricRules::default() };
        let g = Arc::new(g);
        let times = TravelTimes::build(&g, &Arc::new(Topology::junctions(&g)), &rules);
        let on = |p: &Option<(usize, usize, u8)>| {
            p.map(|p| { let (r, s, q) = place(&g, p); times.metric.at(&g, r, s, q) })
        };
        let places: Vec<Option<OnRoad>> = places.iter().map(on).collect();
        let oracle = Oracle::new(&g, &times.metric, &places);
        let expected: Vec<(Vec<u32>, Vec<u32>)> = (0..places.len()).map(|i| oracle.times(i)).collect();
        // Few columns and many rows: the sides are exchanged.
        for columns in [places.len(), few.min(places.len())] {
            let from = times.matrix(&places, &places[..columns], Direction::FromRow);
            let to = times.matrix(&places, &places[..columns], Direction::ToRow);
            let wide = times.matrix(&places[..columns], &places, Direction::FromRow);
            prop_assert_eq!((from.bytes(), from.columns()), (Matrix::bytes_for(places.len(), columns), columns));
            for i in 0..places.len() {
                for j in 0..columns {
                    prop_assert_eq!(from.get(i, j).0, expected[i].0[j], "{} to {}", i, j);
                    prop_assert_eq!(to.get(i, j).0, expected[j].0[i], "{} to {}", j, i);
                    prop_assert_eq!(wide.get(j, i).0, expected[j].0[i]);
                }
            }
        }
        let out = times.rows(&places, Direction::FromRow);
        let into = times.rows(&places, Direction::ToRow);
        let mut query = Query::new();
        let unpacker = times.unpacker();
        let mut seeds = Vec::new();
        for (i, a) in places.iter().enumerate() {
            prop_assert_eq!(out.row(i), &expected[i].1);
            for (j, b) in places.iter().enumerate() {
                let (Some(a), Some(b)) = (a, b) else {
                    prop_assert_eq!(expected[i].0[j], u32::MAX);
                    continue;
                };
                let wanted = expected[i].0[j];
                prop_assert_eq!(times.time(&mut query, a, b).0, wanted, "{} to {}", i, j);
                // A row of a matrix equals the sweep of its place, closed at the other end; both ways.
                let close = |row: &[u32], seeds: &[Seed]| {
                    let ends = seeds.iter().map(|(v, t)| row[*v as usize].saturating_add(*t));
                    ends.chain(a.straight_to(b).map(|t| t.0)).min().unwrap_or(u32::MAX)
                };
                times.seeds(b, false, &mut seeds);
                prop_assert_eq!(close(out.row(i), &seeds), wanted);
                times.seeds(a, true, &mut seeds);
                prop_assert_eq!(close(into.row(j), &seeds), wanted);
                let route = times.route(&mut query, &unpacker, a, b);
                prop_assert_eq!(route.as_ref().map_or(u32::MAX, |r| r.time.0), wanted);
                let Some(edges) = route.map(|r| r.edges).filter(|e| !e.is_empty()) else { continue };
                let (first, last) = (edges[0], edges[edges.len() - 1]);
                prop_assert!(edges.len() > 1 && edges.windows(2).all(|w| g.head[w[0].index()] == g.tail[w[1].index()]));
                let begin = a.edges().find(|on| on.edge == first).map_or(u32::MAX, |on| on.to_head.0);
                let end = b.edges().find(|on| on.edge == last).map_or(u32::MAX, |on| on.from_tail.0);
                let between: u32 = edges[1..edges.len() - 1].iter().map(|e| times.metric.edge_time[e.index()]).sum();
                prop_assert_eq!(begin.wrapping_add(between).wrapping_add(end), wanted, "{:?}", edges);
            }
        }
    }
}

#[test]
fn nobody_and_nowhere() {
    let g = Arc::new(super::super::graph::tests::triangle());
    let times = TravelTimes::build(&g, &Arc::new(Topology::junctions(&g)), &MetricRules::default());
    assert_eq!(times.matrix(&[], &[None], Direction::FromRow).bytes(), 0);
    assert_eq!(times.matrix(&[None], &[], Direction::ToRow).bytes(), 0);
    assert_eq!(times.matrix(&[None], &[None], Direction::ToRow).get(0, 0), TravelTime::UNREACHABLE);
    assert!(times.rows(&[None], Direction::FromRow).row(0).iter().all(|t| *t == u32::MAX));
    assert_eq!(g.out_edges(NodeId(0)).len(), 1);
}
