//! Standard packs (data) and the verdicts they give on a run.

mod builtin;
mod check;
mod judge;
#[cfg(test)]
mod judge_tests;
mod kinds;
mod pack;
mod verdict;

pub use judge::{EVIDENCE, Evidence, Piece, Query, judge, verdict};
pub use kinds::{Bound, Clock, Distance, Metric, Op, Priorities, Scope, Statistic, Weight};
pub use pack::{Clause, Pack, Targets};
pub use verdict::{Basis, Judged, Part, PartKind, Tally, Verdict, Worst};
