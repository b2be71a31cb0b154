//! Two scenarios or more that meet the same calls: what differs, for whom, and how sure that is.
//!
//! Replication r of every scenario meets the same calls (a call keeps its place, moment, category and service times
//! whatever becomes of it), so differences are taken pair by pair ([`crate::stats::PairedRatio`]). The method, with
//! formulas and sources, stands in `docs/compare.md`.

mod calls;
mod comparison;
mod fold;
mod folder;
mod ground;
mod people;
mod put_together;
mod ranking;
mod setup;

pub use comparison::{
    Comparison, DemandMatch, Difference, FigureRow, GroupRow, InputRow, MainFigure, Pair, PeopleRow, PointRow, Ranking,
    SCHEMA, SystemFigure, SystemRow, Told, Winner,
};
pub use folder::{folder_name, write_comparison};
pub use ground::CompareMap;
pub use people::{FALSE_DISCOVERIES, LEAST_REPLICATIONS};
pub use setup::{MOST_SCENARIOS, Setup, letter, prepare_all, prepare_changed_all};

use super::folder::FolderError;
use super::journal::{Journal, Key};
use super::play::{Plays, in_turn};
use super::replicate::Ended;
use crate::sim::{self, Options, Outcome};
use fold::Fold;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// What decides among more than two scenarios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankBy {
    /// The figure.
    pub figure: MainFigure,
    /// Differences below this do not matter, in the unit of the figure; `None`: [`MainFigure::usual_indifference`].
    pub indifference: Option<f64>,
}

/// How to play the replications of a comparison.
pub struct Comparing<'a> {
    /// Where finished ones are kept; those it holds already are not played again. Its header is [`Setup::header`].
    pub journal: Option<&'a mut Journal>,
    /// Once it is set nothing more is begun.
    pub stop: &'a AtomicBool,
    /// Told how many replications of one scenario have been played.
    pub progress: &'a mut dyn FnMut(u32),
}

/// What came of it.
#[derive(Debug)]
pub struct Compared {
    /// The comparison of the replications that are done; `None` where there are none.
    pub comparison: Option<Comparison>,
    /// Replications that all scenarios have: the first ones, without a gap.
    pub done: u32,
    /// Why there are no more.
    pub ended: Ended,
}

/// Plays every replication of every scenario on as many threads as rayon's current pool has and compares them. Replications
/// are folded in order, so that the number of threads cannot show, and memory does not grow with their number. What is
/// stopped is the comparison of as many replications as all scenarios have.
///
/// # Errors
/// What the journal says.
pub fn compare(setup: &Setup, rank_by: &RankBy, how: Comparing<'_>) -> Result<Compared, FolderError> {
    compare_with(setup, rank_by, how, &mut |_| {})
}

/// The same, showing each replication of all scenarios to `each`, in order.
///
/// # Errors
/// What the journal says.
pub fn compare_with(
    setup: &Setup,
    rank_by: &RankBy,
    how: Comparing<'_>,
    each: &mut dyn FnMut(&[Outcome]),
) -> Result<Compared, FolderError> {
    let systems = &setup.prepared;
    let run = &setup.first().world.scenario.run;
    let count = systems.len() as u32;
    // One measure for all: the first scenario's targets.
    let options = Options::by(&setup.first().pack.targets(), false);
    let mut fold = Fold::new(setup, rank_by);
    let like: Vec<Outcome> = systems.iter().map(|p| Outcome::new(&p.world.scenario)).collect();
    let plays = Plays {
        key: &|number| Key { point: number % count, replication: number / count },
        play: &|key| sim::run(&systems[key.point as usize].world, &options, run.seed, key.replication),
        like: &|point| &like[point as usize],
    };
    let Comparing { journal, stop, progress } = how;
    let mut row: Vec<Outcome> = Vec::with_capacity(systems.len());
    in_turn::<FolderError>(&plays, 0..run.replications * count, journal, stop, |number, outcome, _| {
        row.push(outcome);
        if row.len() == systems.len() {
            fold.add(&row);
            each(&row);
            row.clear();
        }
        progress(number + 1);
        Ok(ControlFlow::Continue(()))
    })?;
    let done = fold.done;
    let comparison = (done > 0).then(|| put_together::comparison(setup, &options, rank_by, &fold));
    let ended = if done == run.replications { Ended::Complete } else { Ended::Stopped };
    Ok(Compared { comparison, done, ended })
}
