//! Two scenarios or more that meet the same calls: what differs, for whom, and how sure that is.
//!
//! Replication r of every scenario meets the same calls (a call keeps its place, moment, category and service times
//! whatever becomes of it), so differences are taken pair by pair ([`crate::stats::PairedRatio`]). The method, with
//! formulas and sources, stands in `docs/compare.md`.

mod calls;
mod comparison;
mod fold;
mod folder;
mod people;
mod put_together;
mod ranking;
mod setup;

pub use comparison::{
    Comparison, DemandMatch, Difference, FigureRow, GroupRow, InputRow, MainFigure, Pair, PeopleRow, PointRow, Ranking,
    SCHEMA, SystemFigure, SystemRow, Told, Winner,
};
pub use folder::{folder_name, write_comparison};
pub use people::{FALSE_DISCOVERIES, LEAST_REPLICATIONS};
pub use setup::{MOST_SCENARIOS, Setup, letter, prepare_all};

use crate::sim::{self, Options, Outcome};
use fold::Fold;
use rayon::prelude::*;

/// What decides among more than two scenarios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankBy {
    /// The figure.
    pub figure: MainFigure,
    /// Differences below this do not matter, in the unit of the figure; `None`: [`MainFigure::usual_indifference`].
    pub indifference: Option<f64>,
}

/// Plays in flight at once; bounds memory, whatever the number of replications.
const BATCH: usize = 32;

/// Plays every replication of every scenario on rayon's current pool and compares them. Replications are folded in order,
/// so that the number of threads cannot show. `progress` is told how many replications of one scenario have been played.
pub fn compare(setup: &Setup, rank_by: &RankBy, progress: &(dyn Fn(u32) + Sync)) -> Comparison {
    let systems = &setup.prepared;
    let run = &setup.first().world.scenario.run;
    // One measure for all: the first scenario's targets.
    let options = Options::by(&setup.first().pack.targets(), false);
    let mut fold = Fold::new(setup, rank_by);
    let done = std::sync::atomic::AtomicU32::new(0);
    let step = (BATCH / systems.len()).max(1) as u32;
    let mut first = 0;
    while first < run.replications {
        let last = (first.saturating_add(step)).min(run.replications);
        let plays: Vec<(u32, usize)> = (first..last).flat_map(|r| (0..systems.len()).map(move |s| (r, s))).collect();
        let outcomes: Vec<Outcome> = plays
            .into_par_iter()
            .map(|(replication, system)| {
                let (outcome, _) = sim::run(&systems[system].world, &options, run.seed, replication);
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1);
                outcome
            })
            .collect();
        for replication in outcomes.chunks(systems.len()) {
            fold.add(replication);
        }
        first = last;
    }
    put_together::comparison(setup, &options, rank_by, &fold)
}
