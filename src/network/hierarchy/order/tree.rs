//! The elimination tree and its postorder.

use super::graph::{Graph, NONE};

/// The parent of each rank in the elimination tree of an order, or [`NONE`] for a root.
///
/// The parent is the lowest-ranked node that the node is joined to when it is eliminated. Liu's algorithm with path
/// compression ("The role of elimination trees in sparse factorization", SIAM J. Matrix Anal. Appl. 11, 1990): nearly
/// linear, without making the fill.
pub(super) fn parents(graph: &Graph, order: &[u32]) -> Vec<u32> {
    let mut rank = vec![0_u32; order.len()];
    for (r, node) in order.iter().enumerate() {
        rank[*node as usize] = r as u32;
    }
    let mut parent = vec![NONE; order.len()];
    let mut ancestor = vec![NONE; order.len()];
    for (r, node) in order.iter().enumerate() {
        let r = r as u32;
        for near in graph.row(*node) {
            let mut at = rank[*near as usize];
            if at > r {
                continue;
            }
            while at != r {
                let up = std::mem::replace(&mut ancestor[at as usize], r);
                if up == NONE {
                    parent[at as usize] = r;
                    break;
                }
                at = up;
            }
        }
    }
    parent
}

/// The same elimination with ranks in postorder: below each node its whole subtree, contiguous, lower branches first.
///
/// Branches of a node are taken in the order they had, so a separator that was last stays in one piece at the top.
pub(super) fn postorder(graph: &Graph, order: &[u32]) -> Vec<u32> {
    let parent = parents(graph, order);
    let mut size = vec![1_u32; order.len()];
    for (r, up) in parent.iter().enumerate() {
        if *up != NONE {
            size[*up as usize] += size[r];
        }
    }
    // Where the next branch of a node begins; roots follow one another.
    let mut next = vec![0_u32; order.len()];
    let mut start = vec![0_u32; order.len()];
    // Branches must be placed in ascending order, but a node's own place is known only after its parent's: sizes of
    // the branches before it are summed on the way up, places are added on the way down.
    let mut root = 0;
    for (r, up) in parent.iter().enumerate() {
        let slot = if *up == NONE { &mut root } else { &mut next[*up as usize] };
        start[r] = *slot;
        *slot += size[r];
    }
    let mut sorted = vec![0_u32; order.len()];
    for r in (0..order.len()).rev() {
        if parent[r] != NONE {
            start[r] += start[parent[r] as usize];
        }
        sorted[(start[r] + size[r] - 1) as usize] = order[r];
    }
    sorted
}
