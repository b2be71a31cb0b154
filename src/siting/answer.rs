//! What every siting solver takes and gives: rules for sites, effort, and the answer with its proof.

/// What may be done with one candidate site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SiteRule {
    /// May be opened or left closed.
    #[default]
    Free,
    /// Must be open (an existing post that stays). Counts towards the number of posts.
    Open,
    /// Must not be opened.
    Closed,
}

/// How hard a solver tries. Every limit is a count, never seconds, so that the same effort gives the same answer on any
/// machine with any number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Seed of every random choice.
    pub seed: u64,
    /// Starts of the local search (each from its own random beginning).
    pub starts: usize,
    /// Steps of the bound (subgradient steps of a Lagrangean, for instance) at the root.
    pub steps: usize,
    /// Nodes of branch and bound at most; 0 asks for no proof beyond the bound at the root.
    pub nodes: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { seed: 1, starts: 64, steps: 1_000, nodes: 200_000 }
    }
}

impl Effort {
    /// The same effort from another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Heuristic and bound only: no branch and bound.
    #[must_use]
    pub fn without_proof(self) -> Self {
        Self { nodes: 0, ..self }
    }
}

/// A proposal: the sites to open, how good they are, and how much better any other choice could be at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Opened candidates (those fixed open included), ascending.
    pub sites: Vec<usize>,
    /// Value of the sites, counted anew from the instance.
    pub objective: f64,
    /// No choice is better than this: a lower bound where the objective is minimised, an upper where it is maximised.
    pub bound: f64,
    /// Whether no better choice exists. Else the answer is "heuristic", and [`Answer::gap`] says how far off at most.
    pub proved: bool,
    /// The rung of the ladder that found the sites or ended the proof, in a few words ("branch and bound").
    pub method: &'static str,
    /// Seed the answer came from.
    pub seed: u64,
}

impl Answer {
    /// Gap between objective and bound, relative to the objective (0 when proved; 1 = 100 %). An objective of zero with
    /// a bound elsewhere has an infinite gap.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let apart = (self.objective - self.bound).abs();
        if self.proved || apart == 0.0 { 0.0 } else { apart / self.objective.abs() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(objective: f64, bound: f64, proved: bool) -> Answer {
        Answer { sites: vec![0], objective, bound, proved, method: "greedy", seed: 1 }
    }

    #[test]
    fn the_gap_is_relative_to_the_objective_in_both_directions() {
        assert_eq!(answer(200.0, 198.0, false).gap(), 0.01);
        assert_eq!(answer(200.0, 202.0, false).gap(), 0.01);
        assert_eq!(answer(0.0, 0.0, false).gap(), 0.0);
        assert_eq!(answer(0.0, -1.0, false).gap(), f64::INFINITY);
        assert_eq!(answer(200.0, 199.5, true).gap(), 0.0);
    }
}
