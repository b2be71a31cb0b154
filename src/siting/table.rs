//! Distances between demand points and candidate sites, and what is wrong with them.

use thiserror::Error;

/// Why a siting problem cannot be solved as it was put.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Trouble {
    /// A list has another length than the problem needs.
    #[error("{what} has {got} entries, expected {expected}")]
    Length {
        /// Which list.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that was needed.
        expected: usize,
    },
    /// A number is negative, not a number, or infinite where that means nothing.
    #[error("{what} number {at} is {value}: it must be finite and not negative")]
    Number {
        /// Which list.
        what: &'static str,
        /// Place in it.
        at: usize,
        /// The value found.
        value: f64,
    },
    /// A mean needs every distance: give unreachable pairs a penalty of your choice.
    #[error("point {point} cannot be reached from candidate {candidate}: give such pairs a penalty distance")]
    Unreachable {
        /// The demand point.
        point: usize,
        /// The candidate.
        candidate: usize,
    },
    /// More sites are fixed open than may be opened.
    #[error("{fixed} sites are fixed open, but only {posts} may be opened")]
    TooManyFixed {
        /// Sites fixed open.
        fixed: usize,
        /// Sites that may be opened.
        posts: usize,
    },
    /// Fewer candidates may be opened than must be.
    #[error("{posts} sites are to be opened, but only {allowed} candidates may be")]
    TooFewCandidates {
        /// Sites to open.
        posts: usize,
        /// Candidates that are not forbidden.
        allowed: usize,
    },
    /// No allowed candidate covers these points.
    #[error("{} points are covered by no allowed candidate (the first: {})", .points.len(), .points.first().map_or_else(String::new, usize::to_string))]
    Uncoverable {
        /// The points that no candidate reaches, ascending.
        points: Vec<usize>,
        /// Largest share of the weight that all allowed candidates cover together.
        share: f64,
    },
    /// No set of that many sites can carry the load.
    #[error("a load of {load} does not fit into the {room} of the largest sites")]
    Room {
        /// Load of all points.
        load: f64,
        /// Capacity of the sites with the largest, as many as may be opened.
        room: f64,
    },
    /// No assignment was found, and it was not shown that none exists (or it was: `proved`).
    #[error("no assignment within the capacities was found")]
    NoAssignment {
        /// Whether the search was complete: then there is none.
        proved: bool,
    },
}

/// Distances (or times, or any cost that adds up) from every candidate to every demand point.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    points: usize,
    candidates: usize,
    values: Vec<f64>,
}

impl Table {
    /// A table from its values, one row per demand point. `f64::INFINITY` says that a candidate does not reach a point.
    ///
    /// # Errors
    /// Where the length is not `points × candidates`, or a value is negative or not a number.
    pub fn new(points: usize, candidates: usize, values: Vec<f64>) -> Result<Table, Trouble> {
        let expected = points * candidates;
        if values.len() != expected {
            return Err(Trouble::Length { what: "table of distances", got: values.len(), expected });
        }
        if let Some(at) = values.iter().position(|v| v.is_nan() || *v < 0.0) {
            return Err(Trouble::Number { what: "distance", at, value: values[at] });
        }
        Ok(Table { points, candidates, values })
    }

    /// Demand points.
    #[must_use]
    pub fn points(&self) -> usize {
        self.points
    }

    /// Candidate sites.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// Distance between a point and a candidate.
    #[must_use]
    pub fn at(&self, point: usize, candidate: usize) -> f64 {
        self.values[point * self.candidates + candidate]
    }

    /// Distances of one point to all candidates.
    #[must_use]
    pub fn row(&self, point: usize) -> &[f64] {
        &self.values[point * self.candidates..(point + 1) * self.candidates]
    }

    /// Distance of each point to the nearest of some sites (infinite where there is none).
    #[must_use]
    pub fn nearest(&self, sites: &[usize]) -> Vec<f64> {
        (0..self.points)
            .map(|i| {
                let row = self.row(i);
                sites.iter().map(|&j| row[j]).fold(f64::INFINITY, f64::min)
            })
            .collect()
    }
}

/// Rules of all candidates: those given, or all free.
pub(super) fn rules_of(rules: Option<&[super::SiteRule]>, candidates: usize) -> Result<Vec<super::SiteRule>, Trouble> {
    match rules {
        None => Ok(vec![super::SiteRule::Free; candidates]),
        Some(r) if r.len() == candidates => Ok(r.to_vec()),
        Some(r) => Err(Trouble::Length { what: "list of site rules", got: r.len(), expected: candidates }),
    }
}

/// Weights of all points: those given (finite, not negative), or one each.
pub(super) fn weights_of(weights: Option<&[f64]>, points: usize) -> Result<Vec<f64>, Trouble> {
    let Some(w) = weights else { return Ok(vec![1.0; points]) };
    if w.len() != points {
        return Err(Trouble::Length { what: "list of weights", got: w.len(), expected: points });
    }
    match w.iter().position(|v| !v.is_finite() || *v < 0.0) {
        Some(at) => Err(Trouble::Number { what: "weight", at, value: w[at] }),
        None => Ok(w.to_vec()),
    }
}

/// Whether `posts` sites can be opened under the rules.
pub(super) fn check_posts(rules: &[super::SiteRule], posts: usize) -> Result<(), Trouble> {
    let fixed = rules.iter().filter(|r| **r == super::SiteRule::Open).count();
    let allowed = rules.iter().filter(|r| **r != super::SiteRule::Closed).count();
    if fixed > posts {
        return Err(Trouble::TooManyFixed { fixed, posts });
    }
    if allowed < posts || posts == 0 {
        return Err(Trouble::TooFewCandidates { posts, allowed });
    }
    Ok(())
}
