//! More than two scenarios: which is best, and how sure that is.

use super::comparison::{MainFigure, Ranking, Winner};
use super::fold::{mean_min, share_within};
use super::{RankBy, Setup};
use crate::experiment::figures::Grouped;
use crate::stats::{Compared, Kn, Selection};

/// The figure that decides, of all scenarios at once.
pub(super) struct Race {
    figure: MainFigure,
    indifference: f64,
    confidence: f64,
    first_stage: u64,
    compared: Compared,
    kn: Kn,
}

/// Replications of the first stage: 20 where there are twice as many, 10 where there are as many, else all. Measured with
/// skewed means, 20 keep what is promised and 10 are about a percentage point short (see [`Kn`]).
fn first_stage(replications: u32) -> u64 {
    match replications {
        40.. => 20,
        10.. => 10,
        n => u64::from(n),
    }
}

impl Race {
    /// `None` with two scenarios, whose difference says all, and with fewer than two replications.
    pub(super) fn of(setup: &Setup, rank_by: &RankBy) -> Option<Race> {
        let systems = setup.prepared.len();
        let run = &setup.first().world.scenario.run;
        if systems < 3 {
            return None;
        }
        let first_stage = first_stage(run.replications);
        let indifference = rank_by.indifference.unwrap_or(rank_by.figure.usual_indifference());
        let kn = Kn::new(systems, indifference, run.confidence, first_stage, rank_by.figure.larger_is_better()).ok()?;
        Some(Race {
            figure: rank_by.figure,
            indifference,
            confidence: run.confidence,
            first_stage,
            compared: Compared::new(systems),
            kn: kn.at_most(u64::from(run.replications)),
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
        let values: Option<Vec<f64>> = self.kn.alive().iter().map(|i| value(row.get(*i)?)).collect();
        // A replication without calls in one of them says nothing of which is better. What is pushed fits and is finite.
        if let Some(values) = values {
            let _ = self.kn.push(&values);
        }
    }

    pub(super) fn ranking(&self) -> Ranking {
        let systems = self.compared.systems();
        let after = self.kn.replications();
        let of = |i: usize| {
            let other = usize::from(i == 0);
            self.compared.difference(other, i, self.confidence).map(|d| d.b)
        };
        Ranking {
            figure: self.figure,
            indifference: self.indifference,
            confidence: self.confidence,
            first_stage: self.first_stage,
            values: (0..systems).map(of).collect(),
            with_best: self.compared.with_best(self.confidence, self.figure.larger_is_better()),
            dropped_at: (0..systems).map(|i| self.kn.dropped_at(i)).collect(),
            winner: match self.kn.state() {
                Selection::Best(system) => Winner::Best { system, after },
                _ if after < 2 => Winner::NoRace,
                Selection::CannotTell(systems) => Winner::CannotTell { systems, after },
                // Replications without calls were left out, so that the limit was not reached.
                Selection::Undecided => Winner::CannotTell { systems: self.kn.alive().to_vec(), after },
            },
        }
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
        assert_eq!([2, 9, 10, 39, 40, 1000].map(first_stage), [2, 9, 10, 10, 20, 20]);
    }
}
