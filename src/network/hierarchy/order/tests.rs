use super::graph::{Graph, NONE};
use super::{Tuning, elimination, nested_dissection, tree, tuned};
use crate::geo::LatLon;
use proptest::prelude::*;

fn at(x: f64, y: f64) -> LatLon {
    LatLon::new(24.0 + y * 0.001, 102.0 + x * 0.001)
}

/// A grid of `n` × `n` places joined to the right and upwards.
fn grid(n: u32) -> (Vec<LatLon>, Vec<(u32, u32)>) {
    let positions = (0..n * n).map(|i| at(f64::from(i % n), f64::from(i / n))).collect();
    let right = (0..n * n).filter(|i| i % n + 1 < n).map(|i| (i, i + 1));
    let up = (0..n * n).filter(|i| i + n < n * n).map(|i| (i + n, i));
    (positions, right.chain(up).collect())
}

fn path(n: u32) -> (Vec<LatLon>, Vec<(u32, u32)>) {
    ((0..n).map(|i| at(f64::from(i), 0.0)).collect(), (1..n).map(|i| (i - 1, i)).collect())
}

fn assert_permutation(order: &[u32], nodes: usize) {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..nodes as u32).collect::<Vec<_>>());
}

/// Elimination as it is defined: join all remaining neighbours of each node in turn. Arcs, triangles, parents by rank.
fn naive(order: &[u32], ends: &[(u32, u32)]) -> (u64, u64, Vec<u32>) {
    let n = order.len();
    let mut joined = vec![vec![false; n]; n];
    for &(a, b) in ends {
        joined[a as usize][b as usize] = a != b;
        joined[b as usize][a as usize] = a != b;
    }
    let mut rank = vec![0; n];
    order.iter().enumerate().for_each(|(r, v)| rank[*v as usize] = r as u32);
    let (mut arcs, mut triangles) = (0, 0);
    let mut parent = vec![NONE; n];
    for (r, v) in order.iter().enumerate() {
        let up: Vec<usize> = (0..n).filter(|u| joined[*v as usize][*u] && rank[*u] > r as u32).collect();
        arcs += up.len() as u64;
        triangles += (up.len() * up.len().saturating_sub(1) / 2) as u64;
        parent[r] = up.iter().map(|u| rank[*u]).min().unwrap_or(NONE);
        for a in &up {
            for b in &up {
                joined[*a][*b] |= a != b;
            }
        }
    }
    (arcs, triangles, parent)
}

/// Subtrees of the elimination tree are contiguous in rank and end with their root.
fn assert_postorder(order: &[u32], ends: &[(u32, u32)]) {
    let graph = Graph::build(order.len(), ends, order);
    let ranks: Vec<u32> = (0..order.len() as u32).collect();
    let parent = tree::parents(&graph, &ranks);
    let mut size = vec![1; order.len()];
    for r in 0..order.len() {
        if parent[r] != NONE {
            size[parent[r] as usize] += size[r];
        }
    }
    // The last branch of a node ends just before it, each branch just before the next one begins.
    let mut free: Vec<usize> = (0..order.len()).map(|r| r + 1 - size[r]).collect();
    for r in 0..order.len() {
        if parent[r] != NONE {
            let next = &mut free[parent[r] as usize];
            assert_eq!(r + 1 - size[r], *next, "the branch of rank {r} is not where its parent's branches end");
            *next = r + 1;
        }
    }
}

#[test]
fn nothing_one_and_two() {
    assert!(nested_dissection(&[], &[]).is_empty());
    assert_eq!(nested_dissection(&[at(0.0, 0.0)], &[(0, 0)]), [0]);
    assert_permutation(&nested_dissection(&[at(0.0, 0.0), at(1.0, 0.0)], &[(0, 1), (1, 0)]), 2);
    assert_permutation(&nested_dissection(&[at(0.0, 0.0), at(1.0, 0.0)], &[]), 2);
}

#[test]
fn a_grid_is_cut_along_about_one_row() {
    for n in [10_u32, 30, 60] {
        let (positions, ends) = grid(n);
        let order = nested_dissection(&positions, &ends);
        assert_permutation(&order, positions.len());
        assert_postorder(&order, &ends);
        // The top of the order must cut the grid in parts of at most three quarters.
        let separator = largest_separator_needed(&order, &ends, positions.len() * 3 / 4);
        assert!(separator <= n as usize + n as usize / 10 + 1, "{separator} nodes cut a grid of {n} × {n}");
        let stats = elimination(&order, &ends);
        assert!(stats.height < 5 * n, "{stats:?}");
    }
}

/// How many nodes from the top must go until no connected part has more than `most` nodes.
fn largest_separator_needed(order: &[u32], ends: &[(u32, u32)], most: usize) -> usize {
    (0..order.len()).find(|k| largest_part(&order[..order.len() - k], ends) <= most).unwrap_or(order.len())
}

fn largest_part(kept: &[u32], ends: &[(u32, u32)]) -> usize {
    let mut number = std::collections::BTreeMap::new();
    number.extend(kept.iter().enumerate().map(|(i, v)| (*v, i)));
    let mut leader: Vec<usize> = (0..kept.len()).collect();
    fn find(leader: &mut [usize], mut v: usize) -> usize {
        while leader[v] != v {
            leader[v] = leader[leader[v]];
            v = leader[v];
        }
        v
    }
    for (a, b) in ends {
        if let (Some(a), Some(b)) = (number.get(a), number.get(b)) {
            let (a, b) = (find(&mut leader, *a), find(&mut leader, *b));
            leader[a] = b;
        }
    }
    let mut sizes = vec![0; kept.len()];
    for v in 0..kept.len() {
        sizes[find(&mut leader, v)] += 1;
    }
    sizes.into_iter().max().unwrap_or(0)
}

#[test]
fn a_path_becomes_a_low_tree() {
    for n in [2, 100, 5_000_u32] {
        let (positions, ends) = path(n);
        for reduce in [true, false] {
            let order = tuned(&positions, &ends, &Tuning { reduce, ..Tuning::default() });
            assert_postorder(&order, &ends);
            let stats = elimination(&order, &ends);
            // Without reduction the small cells are eliminated from their ends.
            let most = 3 * n.ilog2() + if reduce { 8 } else { 24 };
            assert!(stats.height <= most, "{n} nodes in a row, reduced {reduce}: {stats:?}");
            assert!(stats.arcs < 2 * u64::from(n), "{stats:?}");
        }
    }
}

#[test]
fn a_tree_of_roads_needs_no_separator_at_all() {
    // Every node hangs on the one at half its number: eliminated from the tips, a tree fills nothing in.
    let positions: Vec<LatLon> = (0..127).map(|i| at(f64::from(i % 11), f64::from(i / 11))).collect();
    let ends: Vec<(u32, u32)> = (1..127).map(|i| (i, (i - 1) / 2)).collect();
    let stats = elimination(&nested_dissection(&positions, &ends), &ends);
    assert_eq!((stats.arcs, stats.triangles, stats.widest), (126, 0, 1));
}

#[test]
fn parts_loops_parallels_and_one_place() {
    // Two rings and a clique, every node at one of two places, arcs doubled and turned, loops everywhere.
    let positions: Vec<LatLon> = (0..250).map(|i| at(f64::from(i % 2), 0.0)).collect();
    let mut ends = Vec::new();
    for i in 0..100_u32 {
        ends.extend([(i, (i + 1) % 100), ((i + 1) % 100, i), (i, i), (i, (i + 1) % 100)]);
        ends.push((100 + i, 100 + (i + 1) % 100));
    }
    ends.extend((200..250).flat_map(|a| (200..250).map(move |b| (a, b))));
    let order = nested_dissection(&positions, &ends);
    assert_permutation(&order, 250);
    assert_postorder(&order, &ends);
    let stats = elimination(&order, &ends);
    // Two rings of treewidth 2 and a clique of 50.
    assert_eq!(stats.widest, 49);
    assert_eq!(stats.arcs, 2 * (2 * 100 - 3) + 50 * 49 / 2);
}

#[test]
fn arcs_and_positions_that_cannot_be_meant_do_no_harm() {
    let positions = [LatLon::new(f64::NAN, 0.0), LatLon::new(0.0, f64::INFINITY), at(0.0, 0.0)];
    assert_permutation(&nested_dissection(&positions, &[(0, 1), (7, 1), (2, u32::MAX)]), 3);
}

#[test]
fn counts_are_those_of_the_definition() {
    let (positions, ends) = grid(7);
    for order in [nested_dissection(&positions, &ends), (0..49).collect(), (0..49).rev().collect()] {
        let (arcs, triangles, parent) = naive(&order, &ends);
        let stats = elimination(&order, &ends);
        assert_eq!((stats.arcs, stats.triangles), (arcs, triangles));
        let graph = Graph::build(49, &ends, &order);
        assert_eq!(tree::parents(&graph, &(0..49).collect::<Vec<_>>()), parent);
    }
}

#[test]
fn postorder_changes_no_fill() {
    let (positions, ends) = grid(12);
    // Some order that is no postorder.
    let order: Vec<u32> = (0..positions.len() as u32).map(|i| i * 53 % 144).collect();
    let identity: Vec<u32> = (0..144).collect();
    let sorted = tree::postorder(&Graph::build(144, &ends, &identity), &order);
    assert_ne!(sorted, order);
    assert_postorder(&sorted, &ends);
    assert_eq!(elimination(&sorted, &ends), elimination(&order, &ends));
}

#[test]
fn threads_do_not_change_the_order() {
    // Large enough that cells and directions are shared among threads.
    let (positions, ends) = grid(160);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| nested_dissection(&positions, &ends))
    };
    let one = on(1);
    for threads in [2, 3] {
        assert!(one == on(threads), "{threads} threads give another order");
    }
}

proptest! {
    #[test]
    fn any_graph_gets_an_order(
        places in prop::collection::vec((0_u8..8, 0_u8..8), 1..120),
        pairs in prop::collection::vec((0_u32..120, 0_u32..120), 0..300),
        directions in 1_usize..9,
        leaf in 2_usize..20,
        reduce in any::<bool>(),
    ) {
        let positions: Vec<LatLon> = places.iter().map(|(x, y)| at(f64::from(*x), f64::from(*y))).collect();
        let tuning = Tuning { directions, leaf, reduce, ..Tuning::default() };
        let order = tuned(&positions, &pairs, &tuning);
        assert_permutation(&order, positions.len());
        let n = positions.len() as u32;
        let inside: Vec<(u32, u32)> = pairs.iter().copied().filter(|(a, b)| *a < n && *b < n).collect();
        assert_postorder(&order, &inside);
        let (arcs, triangles, _) = naive(&order, &inside);
        let stats = elimination(&order, &inside);
        prop_assert_eq!((stats.arcs, stats.triangles), (arcs, triangles));
    }
}

/// Prints how good the order is on every extract at hand, and how long it took:
/// `cargo test --release --lib hierarchy::order::tests::printed -- --ignored --nocapture`, after which
/// `GOLDENHOUR_EXTRACTS=a.osm.pbf:b.osm.pbf` may name more.
#[test]
#[ignore = "prints figures for a reader; nothing to check"]
fn printed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map_or_else(|| root.join("../shared"), Into::into);
    let mut files = vec![root.join("networks/yuxi.osm.pbf")];
    for name in ["andorra-2025", "liechtenstein-valhalla"] {
        files.push(shared.join(format!("data/osm/{name}.osm.pbf")));
    }
    files.extend(std::env::var_os("GOLDENHOUR_EXTRACTS").iter().flat_map(std::env::split_paths));
    let profile = crate::network::SpeedProfile::builtin("china-default").unwrap();
    for file in files {
        if !file.exists() {
            println!("{}: not here, left out", file.display());
            continue;
        }
        let graph = crate::network::osm::import(&file, &profile).unwrap().graph;
        let ends: Vec<(u32, u32)> = graph.tail.iter().copied().zip(graph.head.iter().copied()).collect();
        let start = std::time::Instant::now();
        let order = nested_dissection(&graph.positions, &ends);
        let seconds = start.elapsed().as_secs_f64();
        let stats = elimination(&order, &ends);
        let nodes = order.len();
        println!("{}: {nodes} junctions, {} edges, {seconds:.4} s, {stats:?}", file.display(), ends.len());
    }
}

/// The network whose nodes are the arcs of a grid and whose arcs are its turns, as turn restrictions need it.
#[test]
fn turns_of_a_grid_cost_a_few_times_its_junctions() {
    let n = 24;
    let (positions, roads) = grid(n);
    let arcs: Vec<(u32, u32)> = roads.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
    let places: Vec<LatLon> = arcs.iter().map(|(_, head)| positions[*head as usize]).collect();
    let mut turns = Vec::new();
    for (i, from) in arcs.iter().enumerate() {
        for (j, to) in arcs.iter().enumerate() {
            if from.1 == to.0 && from.0 != to.1 {
                turns.push((i as u32, j as u32));
            }
        }
    }
    let order = nested_dissection(&places, &turns);
    assert_permutation(&order, places.len());
    assert_postorder(&order, &turns);
    // A line of n junctions cuts the grid, the 2 n arcs along or across it the turns.
    let separator = largest_separator_needed(&order, &turns, places.len() * 7 / 8);
    assert!(separator <= 2 * n as usize + 6, "{separator} arcs cut the turns of a grid of {n} × {n}");
}
