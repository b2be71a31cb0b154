//! The ladder: greedy and interchange from many starts, annealing where that is not enough, the Lagrangean bound,
//! branch and bound.

use super::anneal::{anneal, pays};
use super::branch::prove;
use super::model::{CoverModel, ModelFault};
use super::possible::is_impossible;
use super::search::many_starts;
use super::state::Ground;
use crate::siting::{Answer, Effort};

/// An answer of the cover family: the sites, and how many units stand at each.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverAnswer {
    /// Sites, objective, bound and proof.
    pub answer: Answer,
    /// Units at every candidate site (0 where it is not opened).
    pub units: Vec<u32>,
    /// Nodes of branch and bound that were looked at.
    pub nodes: u64,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// The model itself is wrong.
    #[error(transparent)]
    Fault(#[from] ModelFault),
    /// No choice obeys all rules: that is proved. [`super::explain`] says why.
    #[error("no choice of sites obeys all rules")]
    Impossible,
    /// None was found, and the effort did not suffice to say whether there is any.
    #[error("no choice of sites that obeys all rules was found within the effort")]
    NotFound,
}

/// Starts and kicks of the first search: few, since the search in what the bound leaves open is quicker, and often the bound
/// meets the first answer.
const FIRST_STARTS: usize = 8;
/// See [`FIRST_STARTS`].
const FIRST_KICKS: usize = 2;

/// Solves a model. The same model and effort give the same answer, whatever the number of threads.
pub fn solve(model: &CoverModel, effort: &Effort) -> Result<CoverAnswer, NoAnswer> {
    model.check()?;
    ladder(model, effort, true)
}

/// Solves a model that was checked. `ask` says whether to ask first, where no choice is at hand, if single rules forbid all.
pub(super) fn ladder(model: &CoverModel, effort: &Effort, ask: bool) -> Result<CoverAnswer, NoAnswer> {
    let ground = Ground::new(model);
    let few = Effort { starts: effort.starts.min(FIRST_STARTS), ..*effort };
    let mut start = many_starts(&ground, &few, FIRST_KICKS);
    let mut annealed = false;
    if ask && start.0.broken > 0.0 && effort.nodes > 0 && is_impossible(model, effort) {
        return Err(NoAnswer::Impossible);
    }
    if pays(&ground, &start.0) {
        let found = anneal(&ground, &start, &few);
        annealed = found.0.beats(start.0);
        start = found;
    }
    let proof = prove(&ground, &start, effort);
    let Some((objective, units)) = proof.best else {
        return Err(if proof.complete { NoAnswer::Impossible } else { NoAnswer::NotFound });
    };
    let method = match (proof.complete, proof.by_tree) {
        (true, false) if annealed && proof.nodes <= 1 => "simulated annealing, proved by the Lagrangean bound",
        (true, _) if proof.nodes <= 1 => "interchange, proved by the Lagrangean bound",
        (true, _) => "branch and bound",
        (false, true) => "branch and bound, stopped",
        (false, false) if annealed => "simulated annealing",
        (false, false) => "interchange",
    };
    let sites = (0..units.len()).filter(|s| units[*s] > 0).collect();
    let bound = if proof.complete { objective } else { proof.bound.max(objective) };
    let answer = Answer { sites, objective, bound, proved: proof.complete, method, seed: effort.seed };
    Ok(CoverAnswer { answer, units, nodes: proof.nodes })
}
