//! Strongly connected parts of a directed graph: places that can all be reached from one another.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// The strongly connected parts of a graph with nodes `0..nodes`, largest first; parts of the same size in the order of
/// their smallest node. Nodes within a part are sorted.
///
/// Kosaraju's algorithm as petgraph has it, which keeps its own stack: chains of a million nodes do not overflow the
/// thread's. (Its Tarjan is recursive.)
pub fn strong_parts(nodes: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(nodes, 0);
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (tail, head) in edges {
        graph.add_edge(NodeIndex::new(tail as usize), NodeIndex::new(head as usize), ());
    }
    let mut parts: Vec<Vec<u32>> = kosaraju_scc(&graph)
        .into_iter()
        .map(|part| {
            let mut part: Vec<u32> = part.into_iter().map(|n| n.index() as u32).collect();
            part.sort_unstable();
            part
        })
        .collect();
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.first().copied()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
