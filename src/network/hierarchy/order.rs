//! A nested-dissection order of elimination for customizable contraction hierarchies.
//!
//! The order decides how large a customizable hierarchy is and how far its queries climb: eliminating a node joins all
//! its remaining neighbours, so nodes whose removal cuts the network in two should go last. They are found by recursive
//! bisection with inertial flow (Schild and Sommer, "On Balanced Separators in Road Networks", SEA 2015): the places are
//! projected on a few directions, the outermost on either side become source and sink, and a maximum flow of
//! node-disjoint paths between them gives a smallest **node** separator; the best of the directions is kept. Four things
//! make it fast and small on road networks:
//!
//! * dead ends and chains, which are most junctions, are eliminated exactly before any flow runs (`reduce`);
//! * the flow is one of nodes, not of edges, so that the separator is minimal as it stands (`flow`);
//! * cells of a few dozen nodes are ordered by minimum degree that counts the separators around them (`leaf`);
//! * nodes are numbered along a space-filling curve and cells keep that order, so that every pass stays in the cache.
//!
//! At the end the ranks become a postorder of the elimination tree (`tree`): same fill, but the nodes of every cell
//! are contiguous and their separator comes directly after them. The result does not depend on the number of threads.

mod bisect;
mod flow;
mod graph;
mod leaf;
mod reduce;
mod stats;
mod tree;

#[cfg(test)]
mod tests;

use crate::geo::LatLon;
pub use stats::{EliminationStats, elimination};

/// What the bisection may be tuned by.
///
/// The values of [`Tuning::default`] are a measured compromise. On a generated network of 1,012,990 junctions (seconds
/// of processor time, triangles, mean arcs above a node) and on an extract of Andorra (mean arcs above):
/// 4 directions with 25 %: 2.2 s, 24.7 M, 40,698; 80. With 30 and 15 %: 4.1 s, 24.3 M, 40,427; 75. With 20 and 35 %:
/// 3.7 s, 24.1 M, 40,121; 79. 8 directions with 15, 25 and 35 %: 9.8 s, 23.8 M, 40,047; 76. Without the exact reduction
/// the first of these takes about four times as long; leaves of 8 to 128 nodes differ by 1.3 % of the arcs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tuning {
    /// How many directions are tried, 1 to [`bisect::DIRECTIONS`]`.len()`.
    pub directions: usize,
    /// Source and sink each take this share of a cell's weight, in percent, at most 50; all are tried in each direction.
    pub terminal_percent: &'static [usize],
    /// Cells of at most this many nodes are ordered by minimum degree.
    pub leaf: usize,
    /// Whether dead ends and chains are eliminated first.
    pub reduce: bool,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning { directions: 4, terminal_percent: &[30, 15], leaf: 48, reduce: true }
    }
}

/// Order of elimination: `order[rank] = node`; rank 0 is eliminated (contracted) first, the top separator last.
///
/// `positions` has one entry per node (they may coincide); `ends` are the tails and heads of directed arcs in any order,
/// taken as edges without direction: parallel arcs, loops and disconnected parts are welcome, arcs that name a node
/// outside `positions` are ignored. Ranks are a postorder of the elimination tree. The same input gives the same order
/// whatever the number of threads.
pub fn nested_dissection(positions: &[LatLon], ends: &[(u32, u32)]) -> Vec<u32> {
    tuned(positions, ends, &Tuning::default())
}

pub(crate) fn tuned(positions: &[LatLon], ends: &[(u32, u32)], tuning: &Tuning) -> Vec<u32> {
    let (places, original) = graph::along_curve(positions);
    let full = graph::Graph::build(places.len(), ends, &original);
    let mut order: Vec<u32> = Vec::with_capacity(places.len());
    let core = if tuning.reduce { reduce::reduce(&full, &mut order) } else { reduce::Core::whole(&full) };
    let first_of_core = order.len();
    order.resize(places.len(), 0);
    bisect::order_core(&core, &places, &mut order[first_of_core..], tuning);
    let mut order = tree::postorder(&full, &order);
    for node in &mut order {
        *node = original[*node as usize];
    }
    order
}
