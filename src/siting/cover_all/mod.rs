//! **LSCP**: the fewest sites that cover everyone, or a share of everyone (Toregas, Swain, ReVelle and Bergman 1971).
//!
//! Reductions (points that are covered whenever another is, sites that cover no more than another, sites that alone
//! cover a point), separate parts solved apart, a Lagrangean bound with fixing by reduced cost, and branch and bound.

mod core;
mod price;
mod reduce;
mod search;
#[cfg(test)]
mod tests;

use super::table::{Table, Trouble, rules_of, weights_of};
use super::{Answer, Effort, SiteRule};
use core::Core;

/// A problem of covering everyone, or a share, with the fewest sites.
#[derive(Clone, Debug)]
pub struct CoverAll {
    /// What is still to choose when the sites fixed open stand.
    core: Core,
    /// Sites fixed open (numbers of the caller), ascending.
    fixed: Vec<usize>,
}

/// What is known about covering with at most so many sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Possible {
    /// These sites do it.
    Yes(Vec<usize>),
    /// It was proved that no choice does it.
    No,
    /// The search ended before an answer.
    Unknown,
}

impl CoverAll {
    /// Cover within a distance: a candidate covers a point at `radius` or nearer. `share` is the share of the weight
    /// that must be covered, 1 for everyone.
    ///
    /// # Errors
    /// Lists of wrong length, bad weights, and points that no allowed candidate covers: all of them where everyone is
    /// asked for, and where a share is, only if all candidates together miss it.
    pub fn within(
        table: &Table,
        radius: f64,
        weights: Option<&[f64]>,
        rules: Option<&[SiteRule]>,
        share: f64,
    ) -> Result<CoverAll, Trouble> {
        let lists: Vec<Vec<usize>> = (0..table.points())
            .map(|i| {
                let row = table.row(i);
                (0..row.len()).filter(|&j| row[j] <= radius).collect()
            })
            .collect();
        CoverAll::of_lists(&lists, table.candidates(), weights, rules, share)
    }

    /// Cover by lists of the candidates that cover each point: standards that differ from point to point go here.
    ///
    /// # Errors
    /// As [`CoverAll::within`]; numbers in the lists that are no candidate are left out.
    pub fn of_lists(
        lists: &[Vec<usize>],
        candidates: usize,
        weights: Option<&[f64]>,
        rules: Option<&[SiteRule]>,
        share: f64,
    ) -> Result<CoverAll, Trouble> {
        let rules = rules_of(rules, candidates)?;
        let weights = weights_of(weights, lists.len())?;
        if !(0.0..=1.0).contains(&share) {
            return Err(Trouble::Number { what: "share", at: 0, value: share });
        }
        let allowed = |j: usize| j < candidates && rules[j] != SiteRule::Closed;
        let out: Vec<usize> = (0..lists.len()).filter(|&i| !lists[i].iter().any(|&j| allowed(j))).collect();
        let total: f64 = weights.iter().sum();
        let lost: f64 = out.iter().map(|&i| weights[i]).sum();
        let whole = share >= 1.0;
        // A share is met when it is met to twelve digits: sums of shares are rarely exact.
        let need = total * share * (1.0 - 1e-12);
        if (whole && !out.is_empty()) || (!whole && total - lost < need) {
            let share = if total > 0.0 { (total - lost) / total } else { 1.0 };
            return Err(Trouble::Uncoverable { points: out, share });
        }
        let fixed: Vec<usize> = (0..candidates).filter(|&j| rules[j] == SiteRule::Open).collect();
        let mut done = 0.0;
        let mut rows = Vec::new();
        let mut heavy = Vec::new();
        for (i, list) in lists.iter().enumerate() {
            let mut row: Vec<u32> = list.iter().filter(|&&j| allowed(j)).map(|&j| j as u32).collect();
            row.sort_unstable();
            row.dedup();
            if row.iter().any(|&j| rules[j as usize] == SiteRule::Open) {
                done += weights[i];
            } else if !row.is_empty() && (whole || weights[i] > 0.0) {
                rows.push(row);
                heavy.push(weights[i]);
            }
        }
        Ok(CoverAll { core: Core::new(&rows, heavy, (!whole).then_some(need - done)), fixed })
    }

    /// The fewest sites, those fixed open included (they count, whether they help or not).
    #[must_use]
    pub fn solve(&self, effort: &Effort) -> Answer {
        let mut search = search::Search::new(effort, false);
        let found = search.least(self.core.clone(), usize::MAX);
        // `new` made sure that all candidates together do it.
        let found = found.unwrap_or_else(|| self.core.sites());
        let more = found.len() as f64;
        let bound = if search.complete() { more } else { search.root_bound().ceil().min(more) };
        let before = self.fixed.len() as f64;
        Answer {
            objective: before + more,
            bound: before + bound,
            proved: bound >= more,
            sites: self.with_fixed(&found),
            method: if search.branched() {
                "reductions and branch and bound"
            } else {
                "reductions and Lagrangean bound"
            },
            seed: effort.seed,
        }
    }

    /// Whether at most `posts` sites (those fixed open included) can do it.
    #[must_use]
    pub fn possible(&self, posts: usize, effort: &Effort) -> Possible {
        let Some(more) = posts.checked_sub(self.fixed.len()) else { return Possible::No };
        let mut search = search::Search::new(effort, true);
        match search.least(self.core.clone(), more) {
            Some(found) => Possible::Yes(self.with_fixed(&found)),
            None if search.complete() => Possible::No,
            None => Possible::Unknown,
        }
    }

    fn with_fixed(&self, found: &[u32]) -> Vec<usize> {
        let mut sites: Vec<usize> = self.fixed.iter().copied().chain(found.iter().map(|&j| j as usize)).collect();
        sites.sort_unstable();
        sites
    }
}
