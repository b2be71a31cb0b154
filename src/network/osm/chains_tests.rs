use super::super::segments::Pace;
use super::*;
use crate::network::component::strong_parts;
use crate::network::graph::Way;
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A segment with its seconds forward and backward.
type Timed = (Segment, f64, f64);

fn segment(a: u32, b: u32, forward_s: Option<f64>, backward_s: Option<f64>) -> Timed {
    let open = (forward_s.is_some(), backward_s.is_some());
    let s = Segment { a, b, way: 0, class: 0, open, delayed: false };
    (s, forward_s.unwrap_or(0.0), backward_s.unwrap_or(0.0))
}

fn two_way(a: u32, b: u32) -> Timed {
    segment(a, b, Some(1.0), Some(2.0))
}

/// All segments are 1 km long; each is a way of its own, with the name that its `way` says.
fn set(nodes: usize, list: Vec<Timed>) -> Segments {
    let positions = (0..nodes).map(|i| [240_000_000, 1_020_000_000 + i as i32 * 10_000]).collect();
    let mut all = Segments { positions, osm_nodes: (0..nodes as i64).collect(), ..Segments::default() };
    for (mut s, forward_s, backward_s) in list {
        all.ways.push(Way { id: 1, name: s.way, reference: 0 });
        s.way = all.pace_of.len() as u32;
        all.pace_of.push(s.way);
        all.paces.push(Pace::Speed(3600.0 / forward_s, 3600.0 / backward_s));
        all.lengths_m.push(1000.0);
        all.list.push(s);
    }
    all
}

fn rounded(seconds: Option<Vec<f64>>) -> Option<Vec<f64>> {
    seconds.map(|s| s.iter().map(|s| (s * 1e9).round() / 1e9).collect())
}

fn contract_all(all: &Segments) -> Chains {
    contract(all, &(0..all.list.len() as u32).collect::<Vec<_>>())
}

fn road_input(chain: &Chain, chains: &Chains, all: &Segments, nodes: &Junctions) -> RoadInput {
    let mut inputs = RoadInputs::new();
    // What an earlier road left in the buffers must not show.
    for other in &chains.list {
        inputs.of(other, chains, all, nodes);
    }
    let (input, lengths) = inputs.of(chain, chains, all, nodes);
    assert_eq!(lengths.len(), input.ways.len());
    input.clone()
}

fn junctions(chains: &Chains, all: &Segments) -> Junctions {
    Junctions::of(chains, all.positions.len())
}

#[test]
fn a_line_becomes_one_road_whatever_way_its_pieces_point() {
    let all = set(4, vec![two_way(0, 1), two_way(2, 1), two_way(2, 3)]);
    let chains = contract_all(&all);
    assert_eq!(chains.list.len(), 1);
    let chain = chains.list[0];
    assert_eq!((chain.from, chain.to, chains.segments(&chain).len()), (0, 3, 3));
    let input = road_input(&chain, &chains, &all, &junctions(&chains, &all));
    assert_eq!(rounded(input.forward_s), Some(vec![1.0, 2.0, 1.0]));
    assert_eq!(rounded(input.backward_s), Some(vec![2.0, 1.0, 2.0]));
    assert_eq!(input.points, [0, 1, 2, 3].map(|i| all.at(i)));
}

#[test]
fn names_classes_and_one_ways_make_junctions() {
    let mut named = two_way(1, 2);
    named.0.way = 1;
    assert_eq!(contract_all(&set(3, vec![two_way(0, 1), named])).list.len(), 2);
    let mut other = two_way(1, 2);
    other.0.class = 1;
    assert_eq!(contract_all(&set(3, vec![two_way(0, 1), other])).list.len(), 2);
    let one_way = segment(1, 2, Some(1.0), None);
    assert_eq!(contract_all(&set(3, vec![two_way(0, 1), one_way])).list.len(), 2);
    // Two one-way pieces that run against each other.
    let towards = [segment(0, 1, Some(1.0), None), segment(1, 2, None, Some(1.0))];
    assert_eq!(contract_all(&set(3, towards.to_vec())).list.len(), 2);
}

#[test]
fn one_way_chains_are_kept_in_the_direction_of_travel() {
    let all = set(3, vec![segment(0, 1, None, Some(5.0)), segment(1, 2, None, Some(7.0))]);
    let chains = contract_all(&all);
    let chain = chains.list[0];
    assert_eq!((chain.from, chain.to, chain.open), (2, 0, (true, false)));
    let input = road_input(&chain, &chains, &all, &junctions(&chains, &all));
    assert_eq!((rounded(input.forward_s), input.backward_s), (Some(vec![7.0, 5.0]), None));
}

#[test]
fn rings_keep_a_junction() {
    let all = set(3, vec![two_way(0, 1), two_way(1, 2), two_way(2, 0)]);
    let chains = contract_all(&all);
    assert_eq!((chains.list.len(), chains.list[0].from, chains.list[0].to), (1, 0, 0));
    // A ring that hangs on a road is a loop at its junction.
    let all = set(4, vec![two_way(0, 1), two_way(1, 2), two_way(2, 3), two_way(3, 1)]);
    let chains = contract_all(&all);
    assert!(chains.list.iter().any(|c| (c.from, c.to, chains.segments(c).len()) == (1, 1, 3)), "{chains:?}");
    assert_eq!(chains.list.len(), 2);
}

#[test]
fn a_fixed_node_stays_a_junction() {
    let mut all = set(4, vec![two_way(0, 1), two_way(1, 2), two_way(2, 3)]);
    all.fixed = vec![2];
    let chains = contract_all(&all);
    assert_eq!(junctions(&chains, &all).nodes, [0, 2, 3]);
}

#[test]
fn of_two_parts_the_one_that_can_be_left_and_entered_is_kept() {
    // 0–1–2 two-way with a one-way stub 2→3 that cannot be left.
    let all = set(5, vec![two_way(0, 1), two_way(1, 2), segment(2, 3, Some(1.0), None), two_way(1, 4)]);
    let chains = contract_all(&all);
    let nodes = junctions(&chains, &all);
    let (inside, parts) = main_part(&chains, &nodes);
    assert_eq!(parts.len(), 2);
    assert_eq!(inside.iter().filter(|i| !**i).count(), 1);
    let kept: Vec<u32> =
        chains.list.iter().zip(&inside).filter(|c| *c.1).flat_map(|c| chains.segments(c.0).map(|s| s.0)).collect();
    assert_eq!(kept.len(), 3);
}

/// Shortest times from every junction to every other, with petgraph, over given arcs.
fn distances(nodes: usize, arcs: impl Iterator<Item = (u32, u32, f64)>, from: &[u32]) -> Vec<BTreeMap<u32, f64>> {
    let mut g: DiGraph<(), f64> = DiGraph::new();
    (0..nodes).for_each(|_| {
        g.add_node(());
    });
    for (a, b, t) in arcs {
        g.add_edge(NodeIndex::new(a as usize), NodeIndex::new(b as usize), t);
    }
    from.iter()
        .map(|v| {
            let found = dijkstra(&g, NodeIndex::new(*v as usize), None, |e| *e.weight());
            found.into_iter().map(|(n, t)| (n.index() as u32, t)).collect()
        })
        .collect()
}

fn arbitrary_segments() -> impl Strategy<Value = Vec<Timed>> {
    let one = (0..14_u32, 0..14_u32, 1..50_u32, 1..50_u32, 0..4_u8, 0..6_u8).prop_map(|(a, b, f, k, way, other)| {
        let (f, k) = (f64::from(f), f64::from(k));
        let (forward, backward) = match way {
            0 => (Some(f), None),
            1 => (None, Some(k)),
            _ => (Some(f), Some(k)),
        };
        let mut s = segment(a, b, forward, backward);
        s.0.way = u32::from(other == 0);
        s
    });
    // Few segments per node, so that there are many chains; loops of one node are not made by the importer.
    proptest::collection::vec(one, 1..18).prop_map(|v| v.into_iter().filter(|s| s.0.a != s.0.b).collect())
}

proptest! {
    #[test]
    fn contraction_keeps_shortest_times_between_junctions(list in arbitrary_segments()) {
        let all = set(14, list);
        let chains = contract_all(&all);
        let nodes = junctions(&chains, &all);
        let plain = all.list.iter().flat_map(|s| {
            let seconds = |back| (all.seconds(s.way, back) * 1e9).round() / 1e9;
            let arcs = [s.open.0.then(|| (s.a, s.b, seconds(false))), s.open.1.then(|| (s.b, s.a, seconds(true)))];
            arcs.into_iter().flatten()
        });
        let contracted = chains.list.iter().flat_map(|c| {
            let input = road_input(c, &chains, &all, &nodes);
            let sum = |v: Option<Vec<f64>>| v.map(|v| v.iter().sum::<f64>());
            let (f, b) = (sum(rounded(input.forward_s)), sum(rounded(input.backward_s)));
            [f.map(|t| (c.from, c.to, t)), b.map(|t| (c.to, c.from, t))].into_iter().flatten()
        });
        let expected = distances(14, plain, &nodes.nodes);
        let got = distances(14, contracted, &nodes.nodes);
        for (expected, got) in expected.iter().zip(&got) {
            let only: BTreeMap<u32, f64> =
                expected.iter().filter(|(v, _)| nodes.nodes.contains(v)).map(|(v, t)| (*v, *t)).collect();
            prop_assert_eq!(&only, got);
        }
        // Every segment is in exactly one chain.
        let mut used: Vec<u32> = chains.list.iter().flat_map(|c| chains.segments(c).map(|s| s.0)).collect();
        used.sort_unstable();
        prop_assert_eq!(used, (0..all.list.len() as u32).collect::<Vec<_>>());
    }

    #[test]
    fn the_main_part_is_the_largest_and_contracts_to_one_part(list in arbitrary_segments()) {
        prop_assume!(!list.is_empty());
        let all = set(14, list);
        let chains = contract_all(&all);
        let nodes = junctions(&chains, &all);
        let (inside, parts) = main_part(&chains, &nodes);
        prop_assert!(parts.iter().all(|p| p.len() <= parts[0].len()));
        let mut kept: Vec<u32> =
            chains.list.iter().zip(&inside).filter(|c| *c.1).flat_map(|c| chains.segments(c.0).map(|s| s.0)).collect();
        kept.sort_unstable();
        let again = contract(&all, &kept);
        let nodes = junctions(&again, &all);
        let number = |v: u32| nodes.number(v).unwrap();
        let edges: Vec<(u32, u32)> = again.list.iter().flat_map(|c| {
            let (f, t) = (number(c.from), number(c.to));
            [c.open.0.then_some((f, t)), c.open.1.then_some((t, f))].into_iter().flatten()
        }).collect();
        prop_assert!(strong_parts(nodes.nodes.len(), edges).len() <= 1);
    }
}
