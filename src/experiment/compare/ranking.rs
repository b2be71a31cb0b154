//! More than two scenarios: which is best, and how sure that is.

use super::comparison::{MainFigure, Ranking, Winner};
use super::fold::{mean_min, share_within};
use super::{RankBy, Setup};
use crate::experiment::figures::Grouped;
use crate::stats::{Compared, Kn, Selection};

/// From so many replications on, the length of the first stage is the same for any number.
const SETTLED: usize = 40;

/// The figure that decides, of all scenarios at once. What it says depends on the replications it was given, not on how many were
/// asked for: a comparison that was stopped is one of as many replications.
pub(super) struct Race {
    figure: MainFigure,
    indifference: f64,
    confidence: f64,
    compared: Compared,
    replications: u64,
    /// The first replications, until it is known how long the first stage is.
    early: Vec<Vec<(f64, f64)>>,
    kn: Option<Kn>,
}

/// Replications of the first stage: 20 where there are twice as many, 10 where there are as many, else all. Measured with
/// skewed means, 20 keep what is promised and 10 are about a percentage point short (see [`Kn`]).
fn first_stage(replications: u64) -> u64 {
    match replications {
        40.. => 20,
        10.. => 10,
        n => n,
    }
}

impl Race {
    /// `None` with two scenarios, whose difference says all.
    pub(super) fn of(setup: &Setup, rank_by: &RankBy) -> Option<Race> {
        let systems = setup.prepared.len();
        (systems > 2).then(|| Race {
            figure: rank_by.figure,
            indifference: rank_by.indifference.unwrap_or(rank_by.figure.usual_indifference()),
            confidence: setup.first().world.scenario.run.confidence,
            compared: Compared::new(systems),
            replications: 0,
            early: Vec::new(),
            kn: None,
        })
    }

    /// Adds one replication of all scenarios.
    pub(super) fn add(&mut self, all: &[Option<&Grouped>]) {
        let ratio = |g: &Option<&Grouped>| match (g, self.figure) {
            (None, _) => (0.0, 0.0),
            (Some(g), MainFigure::Mean) => mean_min(g),
            (Some(g), MainFigure::Within) => {
                let (within, calls) = share_within(g);
                (100.0 * within, calls)
            }
        };
        let row: Vec<(f64, f64)> = all.iter().map(ratio).collect();
        self.compared.push(&row);
        self.replications += 1;
        if let Some(kn) = &mut self.kn {
            push(kn, &row);
            return;
        }
        self.early.push(row);
        if self.early.len() == SETTLED {
            self.kn = self.race();
            self.early.clear();
        }
    }

    /// The race so far, begun anew; `None` with settings no race can have, and with fewer than two replications.
    fn race(&self) -> Option<Kn> {
        let first_stage = first_stage(self.early.len() as u64);
        let larger = self.figure.larger_is_better();
        let mut kn = Kn::new(self.compared.systems(), self.indifference, self.confidence, first_stage, larger).ok()?;
        self.early.iter().for_each(|row| push(&mut kn, row));
        Some(kn)
    }

    /// `None` with fewer than two replications.
    pub(super) fn ranking(&self) -> Option<Ranking> {
        let kn = self.kn.clone().or_else(|| self.race())?;
        let systems = self.compared.systems();
        let after = kn.replications();
        let of = |i: usize| {
            let other = usize::from(i == 0);
            self.compared.difference(other, i, self.confidence).map(|d| d.b)
        };
        Some(Ranking {
            figure: self.figure,
            indifference: self.indifference,
            confidence: self.confidence,
            first_stage: first_stage(self.replications),
            values: (0..systems).map(of).collect(),
            with_best: self.compared.with_best(self.confidence, self.figure.larger_is_better()),
            dropped_at: (0..systems).map(|i| kn.dropped_at(i)).collect(),
            winner: match kn.state() {
                Selection::Best(system) => Winner::Best { system, after },
                _ if after < 2 => Winner::NoRace,
                _ => Winner::CannotTell { systems: kn.alive().to_vec(), after },
            },
        })
    }
}

/// A replication without calls in one of the scenarios says nothing of which is better.
fn push(kn: &mut Kn, row: &[(f64, f64)]) {
    let values: Option<Vec<f64>> = kn.alive().iter().map(|i| value(row.get(*i)?)).collect();
    if let Some(values) = values {
        // What is pushed fits and is finite.
        let _ = kn.push(&values);
    }
}

fn value((top, bottom): &(f64, f64)) -> Option<f64> {
    (*bottom > 0.0).then(|| top / bottom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stage_leaves_room_for_the_race() {
        assert_eq!([2, 9, 10, 39, SETTLED as u64, 1000].map(first_stage), [2, 9, 10, 10, 20, 20]);
    }
}
