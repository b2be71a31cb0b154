//! Independent replications over all cores, folded in order so that the number of threads cannot show.

use super::figures::Figures;
use crate::sim::{self, CallRecord, Options, Outcome, World};
use rayon::prelude::*;

/// What the fold of all replications holds.
#[derive(Debug)]
pub struct Replications {
    /// Every figure with what its interval needs.
    pub figures: Figures,
    /// All outcomes merged.
    pub total: Outcome,
}

/// Told after each batch: replications done.
pub type Progress<'a> = &'a (dyn Fn(u32) + Sync);

/// Replications in flight at once; bounds memory, whatever the number of replications.
const BATCH: u32 = 32;

/// Runs the replications `0..replications` of a world's scenario on rayon's current pool.
///
/// `each` gets the call records of each replication in order (empty unless the options keep calls).
///
/// # Errors
/// Whatever `each` returns; the run stops there.
pub fn replicate<E>(
    world: &World,
    options: &Options,
    progress: Progress<'_>,
    mut each: impl FnMut(u32, Vec<CallRecord>) -> Result<(), E>,
) -> Result<Replications, E> {
    let s = &world.scenario;
    let mut figures = Figures::new(world, options);
    let mut total = Outcome::new(s);
    let done = std::sync::atomic::AtomicU32::new(0);
    let mut first = 0;
    while first < s.run.replications {
        let last = (first + BATCH).min(s.run.replications);
        let batch: Vec<(Outcome, Vec<CallRecord>)> = (first..last)
            .into_par_iter()
            .map(|replication| {
                let outcome = sim::run(world, options, s.run.seed, replication);
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1);
                outcome
            })
            .collect();
        for (replication, (outcome, records)) in (first..last).zip(batch) {
            figures.add(&outcome);
            total.merge(&outcome);
            each(replication, records)?;
        }
        first = last;
    }
    Ok(Replications { figures, total })
}
