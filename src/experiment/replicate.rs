//! Independent replications over all cores, folded in order so that the number of threads cannot show.

use super::figures::Figures;
use super::folder::FolderError;
use super::in_order::in_order;
use super::journal::{Journal, Key};
use super::play::{Plays, in_turn};
use super::summary::OneRun;
use crate::sim::{self, CallRecord, Options, Outcome, World};
use crate::stats::Estimate;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::AtomicBool;

/// What the fold of all replications holds.
#[derive(Debug)]
pub struct Replications {
    /// Every figure with what its interval needs.
    pub figures: Figures,
    /// All outcomes merged.
    pub total: Outcome,
    /// How many replications are in them: the first ones, without a gap.
    pub done: u32,
    /// Why there are no more.
    pub ended: Ended,
    /// If they are no replications but the batches of one long run.
    pub one_run: Option<OneRun>,
}

/// Why a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All replications are done.
    Complete,
    /// The figures are as precise as was asked for.
    Precise,
    /// One of the figures can never be as precise as was asked for.
    Hopeless,
    /// Somebody stopped it.
    Stopped,
}

/// Where a run stands, after each replication.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Replications done.
    pub done: u32,
    /// Of how many at most.
    pub of: u32,
    /// The mean response of all calls so far, minutes.
    pub response: Option<Estimate>,
}

/// What is told where a run stands.
pub type Progress<'a> = &'a mut dyn FnMut(&Standing);

/// Whether more replications are worth while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// They are.
    GoOn,
    /// The figures are precise enough.
    Enough,
    /// One of the figures can never be.
    Never,
}

/// Decides after each replication whether the figures are precise enough. What it says may depend on nothing but the figures and
/// how many replications they hold.
pub type Precise<'a> = &'a dyn Fn(&Figures, u32) -> Look;

/// How to run replications.
pub struct Replicating<'a> {
    /// How many, at most.
    pub replications: u32,
    /// Where finished ones are kept, and under which point; those it holds already are not run again.
    pub journal: Option<(&'a mut Journal, u32)>,
    /// Once it is set no replication is begun.
    pub stop: &'a AtomicBool,
    /// When to stop before all are done.
    pub precise: Option<Precise<'a>>,
    /// Told where the run stands.
    pub progress: Progress<'a>,
}

/// Runs replications of a world's scenario on rayon's current pool.
///
/// `each` gets the outcome and the call records of each replication in order (no records unless the options keep calls, which a
/// journal does not).
///
/// # Errors
/// Whatever `each` returns, or what the journal says; the run stops there.
pub fn replicate<E: From<FolderError>>(
    world: &World,
    options: &Options,
    plan: Replicating<'_>,
    mut each: impl FnMut(u32, &Outcome, Vec<CallRecord>) -> Result<(), E>,
) -> Result<Replications, E> {
    let mut figures = Figures::new(world, options);
    let mut total = Outcome::new(&world.scenario);
    let Replicating { replications, journal, stop, precise, progress } = plan;
    let mut done = 0;
    let mut look = Look::GoOn;
    let (journal, point) = journal.map_or((None, 0), |(journal, point)| (Some(journal), point));
    let like = Outcome::new(&world.scenario);
    let plays = Plays {
        key: &|replication| Key { point, replication },
        play: &|key| sim::run(world, options, world.scenario.run.seed, key.replication),
        like: &|_| &like,
    };
    in_turn::<E>(&plays, 0..replications, journal, stop, |replication, outcome, records| {
        figures.add(&outcome);
        total.merge(&outcome);
        each(replication, &outcome, records)?;
        done = replication + 1;
        progress(&Standing { done, of: replications, response: figures.mean_response() });
        look = precise.map_or(Look::GoOn, |p| p(&figures, done));
        Ok(if look == Look::GoOn { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    let ended = match (look, done == replications) {
        (Look::Enough, _) => Ended::Precise,
        (_, true) => Ended::Complete,
        (Look::Never, false) => Ended::Hopeless,
        (Look::GoOn, false) => Ended::Stopped,
    };
    Ok(Replications { figures, total, done, ended, one_run: None })
}

/// Runs those of some replications that a journal does not hold yet, and keeps them there. Whether all are there now; not if it
/// was stopped. `progress` is told how many of them are there.
///
/// # Errors
/// What the journal says.
pub fn fill(
    world: &World,
    options: &Options,
    replications: Range<u32>,
    journal: (&mut Journal, u32),
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u32),
) -> Result<bool, FolderError> {
    let (journal, point) = journal;
    let todo: Vec<u32> = replications.clone().filter(|r| !journal.has(Key { point, replication: *r })).collect();
    let mut there = replications.len() as u32 - todo.len() as u32;
    progress(there);
    let work = |replication: u32| sim::run(world, options, world.scenario.run.seed, replication).0;
    in_order(
        &todo,
        stop,
        work,
        |replication, outcome| {
            there += 1;
            progress(there);
            journal.keep(Key { point, replication }, outcome)
        },
        |_, _| Ok::<_, FolderError>(ControlFlow::Continue(())),
    )?;
    Ok(there == replications.len() as u32)
}
