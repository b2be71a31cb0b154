//! How good an order is: what its elimination fills in.

use super::graph::{Graph, NONE};
use super::tree;

/// What eliminating in an order costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EliminationStats {
    /// Edges of the chordal completion: the upward arcs of the hierarchy.
    pub arcs: u64,
    /// Pairs of upward arcs with a common lower node: the work of a customization.
    pub triangles: u64,
    /// Nodes on the longest way from a node to a root of the elimination tree.
    pub height: u32,
    /// Sum over all nodes of the nodes on their way to the root: divided by the nodes, the mean search space of a query.
    pub ancestors: u64,
    /// Sum over all nodes of the arcs that leave the nodes on their way to the root.
    pub ancestor_arcs: u64,
    /// Most upward arcs of one node: one less than the largest clique, an upper bound of the treewidth.
    pub widest: u32,
}

/// Runs the elimination and counts what it fills in; arcs and nodes as in [`nested_dissection`](super::nested_dissection).
///
/// Entries of `order` beyond the number of nodes, or repeated ones, make the counts meaningless but do no harm.
pub fn elimination(order: &[u32], ends: &[(u32, u32)]) -> EliminationStats {
    let nodes = order.len();
    // Nodes are renumbered by rank: the graph's rows then hold ranks.
    if order.iter().any(|v| *v as usize >= nodes) {
        return EliminationStats::default();
    }
    let graph = Graph::build(nodes, ends, order);
    let ranks: Vec<u32> = (0..nodes as u32).collect();
    let parent = tree::parents(&graph, &ranks);
    let mut stats = EliminationStats::default();
    let mut upward: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    let mut width = vec![0_u32; nodes];
    for r in 0..nodes {
        let mut row = std::mem::take(&mut upward[r]);
        row.extend(graph.row(r as u32).iter().filter(|n| **n as usize > r));
        row.sort_unstable();
        row.dedup();
        let k = row.len() as u64;
        stats.arcs += k;
        stats.triangles += k * k.saturating_sub(1) / 2;
        stats.widest = stats.widest.max(k as u32);
        width[r] = k as u32;
        if parent[r] != NONE {
            // The first of the row is the parent, which inherits the others.
            upward[parent[r] as usize].extend(row.iter().skip(1));
        }
    }
    let mut depth = vec![1_u32; nodes];
    let mut above = vec![0_u64; nodes];
    for r in (0..nodes).rev() {
        above[r] = u64::from(width[r]);
        if parent[r] != NONE {
            depth[r] += depth[parent[r] as usize];
            above[r] += above[parent[r] as usize];
        }
        stats.height = stats.height.max(depth[r]);
        stats.ancestors += u64::from(depth[r]);
        stats.ancestor_arcs += above[r];
    }
    stats
}
