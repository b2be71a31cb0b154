//! The simulation: one replication of the life of every call, from ring to hand-over.
//!
//! [`World`] holds what does not change and is shared by all replications; [`run`] plays one of them and gives an
//! [`Outcome`] of counts, sums and histograms that merge by adding up.

mod agenda;
mod count;
pub mod craft;
mod engine;
pub mod facts;
#[cfg(test)]
mod invariant_tests;
mod locate;
mod posts_by_time;
mod record;
pub mod redeploy;
mod road_ways;
mod roads;
#[cfg(test)]
mod roads_tests;
mod tallies;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod theory_tests;
mod timers;
pub mod ways;
mod world;

pub use count::Count;
pub use engine::{Asked, Note, Options, Played, TraceLine, Wanted, play, play_with, run, run_in_slices};
pub(crate) use posts_by_time::PostsByTime;
pub use record::{BINS, CallRecord, GroupTally, HISTOGRAM_BIN_S, Interval, Outcome, PRIORITIES, PartKind, Stamp};
pub use roads::{ROWS_LIMIT_BYTES, RoadPlan, Roads, TableBytes};
pub use tallies::{FREE_LEVELS, HospitalTally, RESPONSE_PARTS, Tallies, WEEK_HOURS, WeekCalls, hour_of_week};
pub use ways::Leg;
pub use world::{Origin, Place, SnapReport, World};
