//! Statistics: intervals, mergeable histograms, closed forms of queueing theory.

mod histogram;
mod interval;
pub mod queueing;

pub use histogram::TimeHistogram;
pub use interval::{Estimate, Replicated, student_t_interval, wilson_interval};
