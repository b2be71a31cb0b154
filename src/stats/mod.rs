//! Statistics: intervals and how they hold together, stopping and selection, fits and designs, mergeable histograms, closed
//! forms of queueing theory.

#[cfg(test)]
mod coverage_tests;
pub mod design;
pub mod effects;
pub mod fit;
pub mod goodness;
mod histogram;
pub mod hypercube;
mod inequality;
mod interval;
mod jackknife;
mod paired;
mod polygamma;
pub mod power;
pub mod queueing;
pub mod rounded;
mod running;
mod selection;
mod sequential;
mod simultaneous;
mod steady;

pub use histogram::TimeHistogram;
pub use inequality::Shared;
pub use interval::{Estimate, student_t_interval, wilson_interval};
pub use jackknife::jackknife;
pub use paired::{PairedDifference, PairedRatio, two_sided_p};
pub use running::{Replicated, RunningMean};
pub use selection::{Kn, Selection, SelectionError};
pub use sequential::{Decision, Precision, StoppingRule};
pub use simultaneous::{Compared, benjamini_hochberg, bonferroni};
pub use steady::{
    BATCHES, BatchMeans, FINE_LAG1_LIMIT, MSER_BATCH, SteadyMean, WarmUp, batch_means, independent, lag1, mser5,
    steady_mean,
};

/// A table of figures that others computed, from the folder of shared data; `None`, with a word, where it is absent.
#[cfg(test)]
pub(crate) fn oracle_file(name: &str) -> Option<serde_json::Value> {
    let shared = std::env::var_os("GOLDENHOUR_SHARED")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), Into::into);
    let file = shared.join("data/oracles").join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("left out: there is no {}", file.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}
