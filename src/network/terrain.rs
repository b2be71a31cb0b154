//! What bends and slopes do to driving time: pure functions over the shape of one road.
//!
//! Both give a multiplier of the time of every segment. The rules, their sources and their limits are in
//! `docs/speed-model.md`.

mod bends;
mod slopes;

pub use bends::bend_factors;
pub use slopes::{SlopeFactors, grade_factors};
