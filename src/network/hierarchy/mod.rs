//! Exact shortest travel times by a customizable contraction hierarchy.
//!
//! 1. [`order`] puts the nodes in an order by nested dissection: once per topology.
//! 2. [`Hierarchy`] is the chordal completion of the graph in that order, with its elimination tree: once per topology.
//! 3. [`Weights`] puts a metric on it by its lower triangles (customization): milliseconds per metric.
//! 4. [`Ladder`] keeps of it the arcs that are shortest paths themselves (perfect customization), in two tables: of the
//!    arcs upwards, and of those downwards. Everything is asked of the ladder: [`Query`] from place to place,
//!    sweeps from one place to all and from all to one, many at a time, and [`Selection`]s of the places that matter.
//!
//! After Dibbelt, Strasser & Wagner, *Customizable Contraction Hierarchies*, ACM JEA 21 (2016); sweeps after Delling,
//! Goldberg, Nowatzyk & Werneck, *PHAST* (2013), and Delling, Goldberg & Werneck, *Faster Batched Shortest Paths in Road
//! Networks* (2011).

mod chordal;
mod customize;
mod ladder;
pub mod order;
mod query;
mod sweep;
#[cfg(test)]
mod tests;
mod triangles;
mod unpack;

pub use chordal::{Hierarchy, HierarchyError};
pub use customize::Weights;
pub use ladder::Ladder;
pub use query::Query;
pub use sweep::{LANES, Row, Selection, Sweeper};
pub use unpack::Unpacker;
