//! The cover family: maximal covering, backup coverage, double standard, expected covering and survival, under rules for
//! sites, units, money, distances and groups.
//!
//! [`CoverModel`] says what is wanted, [`solve`] answers with a bound and, where the effort suffices, a proof. [`explain`]
//! says why there is no answer; [`alternatives`] and [`frontier`] give more than one; [`workloads`] tells how busy the units
//! would be.

mod alternatives;
mod anneal;
mod branch;
mod cuts;
mod explain;
mod falls;
mod fixing;
mod kept;
mod kernel;
mod linear;
mod model;
mod models;
mod node;
mod possible;
mod relax;
mod search;
mod sets;
mod shrink;
mod simplex;
mod solve;
mod state;
#[cfg(test)]
mod tests;
mod tree;
mod workload;
#[cfg(test)]
mod workload_tests;

pub use alternatives::{FrontPoint, alternatives, best_distinct, budget_front, frontier, posts_front};
pub use explain::{Least, WhyNot, explain, smallest_radius};
pub use model::{Budget, CoverModel, Group, ModelFault, Share};
pub use models::busy_steps;
pub use sets::CoverSets;
pub use solve::{CoverAnswer, NoAnswer, solve};
pub use workload::{AllBusy, CallsFrom, Workloads, workloads};
