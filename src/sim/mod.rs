//! The simulation: one replication of the life of every call, from ring to hand-over.
//!
//! [`World`] holds what does not change and is shared by all replications; [`run`] plays one of them and gives an
//! [`Outcome`] of counts, sums and histograms that merge by adding up.

mod agenda;
pub mod craft;
mod engine;
mod locate;
mod record;
mod roads;
#[cfg(test)]
mod roads_tests;
#[cfg(test)]
mod tests;
pub mod ways;
mod world;

pub use engine::{Options, run};
pub use record::{BINS, CallRecord, GroupTally, HISTOGRAM_BIN_S, Interval, Outcome, Stamp};
pub use roads::{Leg, ROWS_LIMIT_BYTES, RoadPlan, Roads, TableBytes};
pub use world::{Origin, Place, SnapReport, World};
