use super::sweep::Row;
use super::*;
use crate::network::metric::FAR;
use crate::random::Stream;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

/// A graph as arcs with times.
#[derive(Clone, Debug)]
struct Case {
    nodes: usize,
    arcs: Vec<(u32, u32, u32)>,
    order: Vec<u32>,
}

impl Case {
    fn tails(&self) -> Vec<u32> {
        self.arcs.iter().map(|a| a.0).collect()
    }
    fn heads(&self) -> Vec<u32> {
        self.arcs.iter().map(|a| a.1).collect()
    }
    fn times(&self) -> Vec<u32> {
        self.arcs.iter().map(|a| a.2).collect()
    }
    fn hierarchy(&self) -> Hierarchy {
        let h = Hierarchy::build(&self.order, &self.tails(), &self.heads());
        assert_eq!(h.check(self.arcs.len()), Ok(()));
        h
    }
    /// Times from a node to all, by petgraph's Dijkstra; closed arcs left out.
    fn oracle(&self, from: u32) -> Vec<u32> {
        let mut g: DiGraph<(), u64> = DiGraph::new();
        (0..self.nodes).for_each(|_| {
            g.add_node(());
        });
        for (t, h, w) in self.arcs.iter().filter(|a| a.2 < FAR) {
            g.add_edge(NodeIndex::new(*t as usize), NodeIndex::new(*h as usize), u64::from(*w));
        }
        let found = petgraph::algo::dijkstra(&g, NodeIndex::new(from as usize), None, |e| *e.weight());
        (0..self.nodes)
            .map(|v| found.get(&NodeIndex::new(v)).map_or(FAR, |t| (*t).min(u64::from(FAR)) as u32))
            .collect()
    }
}

/// Random graphs: loops, parallels, zero times, closed arcs, parts that do not hang together, any order.
fn case() -> impl Strategy<Value = Case> {
    (1..28_usize).prop_flat_map(|nodes| {
        let n = nodes as u32;
        let time = prop_oneof![8 => 0..50_u32, 1 => Just(FAR), 1 => 1_000_000..FAR];
        let arcs = prop::collection::vec((0..n, 0..n, time), 0..(3 * nodes));
        let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        (arcs, order).prop_map(move |(arcs, order)| Case { nodes, arcs, order })
    })
}

fn lane(rows: &[Row], ladder: &Ladder, lane: usize) -> Vec<u32> {
    (0..ladder.nodes() as u32).map(|v| rows[ladder.step(v) as usize].0[lane]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn all_ways_of_asking_agree_with_dijkstra(case in case()) {
        let h = case.hierarchy();
        let times = case.times();
        let weights = Weights::build(&h, &times);
        let ladder = Ladder::build(&h, &weights);
        let unpacker = Unpacker::build(&h, &weights, &times);
        let mut query = Query::new();
        let mut sweeper = Sweeper::new();
        let expected: Vec<Vec<u32>> = (0..case.nodes as u32).map(|v| case.oracle(v)).collect();
        for s in 0..case.nodes as u32 {
            for t in 0..case.nodes as u32 {
                let wanted = expected[s as usize][t as usize];
                prop_assert_eq!(query.time(&ladder, &[(s, 0)], &[(t, 0)]), wanted, "{} to {}", s, t);
                let mut arcs = Vec::new();
                match query.path(&h, &ladder, &unpacker, &[(s, 0)], &[(t, 0)], &mut arcs) {
                    FAR => prop_assert_eq!(wanted, FAR),
                    time => {
                        prop_assert_eq!(time, wanted);
                        let mut at = s;
                        let mut sum = 0_u64;
                        for arc in arcs {
                            let (tail, head, time) = case.arcs[arc as usize];
                            prop_assert_eq!(tail, at);
                            at = head;
                            sum += u64::from(time);
                        }
                        prop_assert_eq!((at, sum), (t, u64::from(wanted)));
                    }
                }
            }
            let seeds = [(s, 0)];
            let rows = sweeper.all(&ladder, true, &[&seeds]);
            prop_assert_eq!(lane(rows, &ladder, 0), expected[s as usize].clone());
            let rows = sweeper.all(&ladder, false, &[&[], &seeds]);
            let to: Vec<u32> = expected.iter().map(|row| row[s as usize]).collect();
            prop_assert_eq!(lane(rows, &ladder, 1), to);
            prop_assert!(lane(rows, &ladder, 0).iter().all(|t| *t == FAR));
        }
        // From several places at once.
        let seeds = [(0, 7), (case.nodes as u32 - 1, 3)];
        for outward in [true, false] {
            let times = sweeper.one(&ladder, outward, &seeds);
            for v in 0..case.nodes {
                let time = |s: u32| if outward { expected[s as usize][v] } else { expected[v][s as usize] };
                let both = (time(0) + 7).min(time(seeds[1].0) + 3).min(FAR);
                prop_assert_eq!(times[ladder.step(v as u32) as usize], both);
            }
        }
        // Restricted to a few nodes, both ways, with two seeds in one lane.
        let wanted: Vec<u32> = (0..case.nodes as u32).filter(|v| v % 3 == 0).collect();
        let last = case.nodes as u32 - 1;
        let seeds = [(0, 7), (last, 3)];
        for outward in [true, false] {
            let selection = Selection::new(&ladder, &wanted, outward);
            let rows = sweeper.selected(&ladder, &selection, &[&seeds]);
            for v in &wanted {
                let time = |s: u32| {
                    let (a, b) = if outward { (s, *v) } else { (*v, s) };
                    expected[a as usize][b as usize]
                };
                let both = (time(0) + 7).min(time(last) + 3).min(FAR);
                prop_assert_eq!(rows[selection.row(&ladder, *v) as usize].0[0].min(FAR), both);
            }
        }
    }

    #[test]
    fn a_changed_metric_equals_one_from_scratch(case in case(), changes in prop::collection::vec((0..80_usize, 0..60_u32), 1..6)) {
        let h = case.hierarchy();
        let mut times = case.times();
        prop_assume!(!times.is_empty());
        let mut weights = Weights::build(&h, &times);
        let mut changed = Vec::new();
        for (arc, time) in changes {
            let arc = arc % times.len();
            times[arc] = if time > 55 { FAR } else { time };
            changed.push(arc as u32);
        }
        weights.update(&h, &times, &changed);
        prop_assert_eq!(weights, Weights::build(&h, &times));
    }
}

/// A lattice with random times, large enough for several threads' subtrees.
fn lattice(side: usize) -> Case {
    let mut random = Stream::new(3, "lattice", 0);
    let mut arcs = Vec::new();
    let node = |i: usize, j: usize| (i * side + j) as u32;
    for i in 0..side {
        for j in 0..side {
            for (a, b) in [(i + 1, j), (i, j + 1)] {
                if a < side && b < side {
                    for (t, h) in [(node(i, j), node(a, b)), (node(a, b), node(i, j))] {
                        arcs.push((t, h, (random.uniform() * 1e5) as u32));
                    }
                }
            }
        }
    }
    // Nested dissection by hand: the middle line last, then the halves.
    fn dissect(i: std::ops::Range<usize>, j: std::ops::Range<usize>, side: usize, out: &mut Vec<u32>) {
        if i.is_empty() || j.is_empty() {
            return;
        }
        if i.len() >= j.len() {
            let middle = i.start + i.len() / 2;
            dissect(i.start..middle, j.clone(), side, out);
            dissect(middle + 1..i.end, j.clone(), side, out);
            out.extend(j.map(|j| (middle * side + j) as u32));
        } else {
            let middle = j.start + j.len() / 2;
            dissect(i.clone(), j.start..middle, side, out);
            dissect(i.clone(), middle + 1..j.end, side, out);
            out.extend(i.map(|i| (i * side + middle) as u32));
        }
    }
    let mut order = Vec::new();
    dissect(0..side, 0..side, side, &mut order);
    Case { nodes: side * side, arcs, order }
}

#[test]
fn a_large_lattice_on_one_thread_and_on_two() {
    let case = lattice(150);
    let h = case.hierarchy();
    let times = case.times();
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let weights = Weights::build(&h, &times);
            let ladder = Ladder::build(&h, &weights);
            (weights, ladder)
        })
    };
    let (weights, ladder) = in_pool(1);
    assert!((weights.clone(), ladder.clone()) == in_pool(2));
    let expected = case.oracle(777);
    let mut sweeper = Sweeper::new();
    assert_eq!(lane(sweeper.all(&ladder, true, &[&[(777, 0)]]), &ladder, 0), expected);
    let mut query = Query::new();
    for t in (0..case.nodes as u32).step_by(501) {
        assert_eq!(query.time(&ladder, &[(777, 0)], &[(t, 0)]), expected[t as usize]);
    }
    // Far fewer arcs are needed than there are.
    let (up, down) = ladder.arcs();
    assert!(up + down < h.arcs(), "{up} + {down} of {}", h.arcs());
}

#[test]
fn nothing_and_single_nodes_are_no_special_cases() {
    let h = Hierarchy::build(&[], &[], &[]);
    let ladder = Ladder::build(&h, &Weights::build(&h, &[]));
    assert!(Sweeper::new().all(&ladder, true, &[]).is_empty());
    let h = Hierarchy::build(&[0], &[0], &[0]);
    let ladder = Ladder::build(&h, &Weights::build(&h, &[5]));
    assert_eq!(Query::new().time(&ladder, &[(0, 4)], &[(0, 3)]), 7);
}

#[test]
fn forged_arrays_are_found() {
    let case = lattice(5);
    let h = case.hierarchy();
    let broken = |change: &dyn Fn(&mut Hierarchy)| {
        let mut copy = h.clone();
        change(&mut copy);
        copy.check(case.arcs.len())
    };
    assert!(broken(&|h| h.rank[0] = h.rank[1]).is_err());
    assert!(broken(&|h| h.up_head[3] = 1_000).is_err());
    assert!(broken(&|h| h.first_up[2] += 1).is_err());
    assert!(broken(&|h| h.down_arc.swap(0, 7)).is_err());
    assert!(broken(&|h| h.first_below[20] += 1).is_err());
    assert!(broken(&|h| h.slot_of_input[0] = 999_999).is_err());
    assert!(
        broken(&|h| {
            h.inputs.pop();
        })
        .is_err()
    );
}
