//! Standard packs (data) and the verdicts they give on a run.

mod verdict;

pub use verdict::{Basis, Judged, Verdict, Worst};
