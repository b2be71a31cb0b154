//! Standard packs (data) and the verdicts they give on a run.

mod judge;
mod pack;
mod verdict;

pub use judge::{Evidence, Query, judge, verdict};
pub use pack::{Clause, Distance, Metric, Op, Pack, Statistic, Targets};
pub use verdict::{Basis, Judged, Tally, Verdict, Worst};
