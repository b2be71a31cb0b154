//! Strongly connected parts of a directed graph: places that can all be reached from one another.

/// The strongly connected parts of a graph with nodes `0..nodes`, largest first; parts of the same size in the order of
/// their smallest node. Nodes within a part are sorted. Edges between nodes that do not exist are left out.
///
/// Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972) with a stack of its own: chains of a
/// million nodes do not overflow the thread's.
pub fn strong_parts(nodes: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let edges: Vec<(u32, u32)> =
        edges.into_iter().filter(|(t, h)| (*t as usize) < nodes && (*h as usize) < nodes).collect();
    let (part_of, parts) = tarjan(nodes, &edges);
    let mut lists = vec![Vec::new(); parts];
    for (v, part) in part_of.iter().enumerate() {
        lists[*part as usize].push(v as u32);
    }
    lists.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.first().copied()));
    lists
}

/// The part of each node, and how many parts there are.
fn tarjan(nodes: usize, edges: &[(u32, u32)]) -> (Vec<u32>, usize) {
    let mut first = vec![0_u32; nodes + 1];
    for (tail, _) in edges {
        first[*tail as usize + 1] += 1;
    }
    for v in 0..nodes {
        first[v + 1] += first[v];
    }
    let mut next = first.clone();
    let mut heads = vec![0_u32; edges.len()];
    for (tail, head) in edges {
        heads[next[*tail as usize] as usize] = *head;
        next[*tail as usize] += 1;
    }
    next.copy_from_slice(&first);
    const NEW: u32 = u32::MAX;
    // When a node was found; and the earliest node on the stack it reaches.
    let (mut found, mut low) = (vec![NEW; nodes], vec![0_u32; nodes]);
    let mut part_of = vec![NEW; nodes];
    let (mut path, mut open) = (Vec::new(), Vec::new());
    let (mut time, mut parts) = (0_u32, 0_u32);
    for root in 0..nodes as u32 {
        if found[root as usize] != NEW {
            continue;
        }
        path.push(root);
        while let Some(&v) = path.last() {
            let i = v as usize;
            if found[i] == NEW {
                (found[i], low[i]) = (time, time);
                time += 1;
                open.push(v);
            }
            let mut deeper = None;
            while next[i] < first[i + 1] {
                let w = heads[next[i] as usize] as usize;
                if found[w] == NEW {
                    // Looked at again, as found, when the path comes back.
                    deeper = Some(w as u32);
                    break;
                }
                next[i] += 1;
                if part_of[w] == NEW {
                    low[i] = low[i].min(low[w]);
                }
            }
            if let Some(w) = deeper {
                path.push(w);
                continue;
            }
            path.pop();
            if low[i] == found[i] {
                while let Some(w) = open.pop() {
                    part_of[w as usize] = parts;
                    if w == v {
                        break;
                    }
                }
                parts += 1;
            }
        }
    }
    (part_of, parts as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::kosaraju_scc;
    use petgraph::graph::DiGraph;
    use proptest::prelude::*;

    #[test]
    fn parts_come_largest_first_and_ties_by_smallest_node() {
        // 4 can be entered but not left; {2, 3} and {0, 1} are of one size.
        let parts = strong_parts(5, [(3, 2), (2, 3), (0, 1), (1, 0), (1, 2), (3, 4)]);
        assert_eq!(parts, vec![vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn a_million_nodes_in_a_row_do_not_overflow_the_stack() {
        let n = 1_000_000_u32;
        let edges = (0..n - 1).flat_map(|i| [(i, i + 1), (i + 1, i)]);
        assert_eq!(strong_parts(n as usize, edges)[0].len(), n as usize);
    }

    proptest! {
        #[test]
        fn the_parts_are_those_petgraph_finds(edges in prop::collection::vec((0..30_u32, 0..30_u32), 0..70)) {
            let mut graph = DiGraph::<(), ()>::from_edges(&edges);
            while graph.node_count() < 30 {
                graph.add_node(());
            }
            let parts = kosaraju_scc(&graph).into_iter();
            let mut expected: Vec<Vec<u32>> = parts.map(|p| p.iter().map(|n| n.index() as u32).collect()).collect();
            expected.iter_mut().for_each(|p: &mut Vec<u32>| p.sort_unstable());
            expected.sort_by_key(|p| (std::cmp::Reverse(p.len()), p[0]));
            prop_assert_eq!(strong_parts(30, edges), expected);
        }
    }
}
