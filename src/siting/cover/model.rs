//! One model for the whole cover family: rows that gain by the number of units that cover them, and rules for sites.
//!
//! Every member is "maximise Σ over rows of weight × what the first, second, … covering unit is worth", under rules. So
//! one search, one bound and one proof serve them all; the constructors in [`super::models`] say which steps and rules
//! make which model of the literature.

use super::sets::CoverSets;
use crate::siting::SiteRule;

/// A share that must be covered: Σ weight of the listed rows with at least one unit ≥ `least`.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Rows and their weights (each row once).
    pub rows: Vec<(u32, f64)>,
    /// Weight that must be covered at least.
    pub least: f64,
}

/// Bounds on how many sites of a set are opened: a county's least number of posts, or at most so many of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The sites (each once).
    pub sites: Vec<u32>,
    /// Fewest opened.
    pub least: u32,
    /// Most opened.
    pub most: u32,
}

impl Group {
    /// At least so many of these sites are opened.
    #[must_use]
    pub fn at_least(least: u32, sites: Vec<u32>) -> Group {
        Group { most: sites.len() as u32, sites, least }
    }

    /// At most so many of these sites are opened.
    #[must_use]
    pub fn at_most(most: u32, sites: Vec<u32>) -> Group {
        Group { sites, least: 0, most }
    }
}

/// Money: what opening a site costs, what each unit there costs, and what there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// Cost of opening each site (not negative).
    pub site_cost: Vec<f64>,
    /// Cost of each unit at each site (not negative).
    pub unit_cost: Vec<f64>,
    /// Most that may be spent, sites that are fixed open included.
    pub limit: f64,
}

/// A model of the cover family. Public fields, so that a caller may add rules to what a constructor made;
/// [`CoverModel::check`] says what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverModel {
    /// Who covers whom.
    pub sets: CoverSets,
    /// Weight of each row (people, calls; not negative).
    pub weight: Vec<f64>,
    /// Which entry of [`CoverModel::steps`] each row follows.
    pub class: Vec<u32>,
    /// What the first, second, … covering unit adds, per weight (not negative; nothing beyond the list).
    pub steps: Vec<Vec<f64>>,
    /// Units that must cover each row at least (0: no such duty).
    pub need: Vec<u32>,
    /// Shares that must be covered.
    pub shares: Vec<Share>,
    /// What may be done with each site.
    pub rules: Vec<SiteRule>,
    /// Most units at each site (0 closes it).
    pub capacity: Vec<u32>,
    /// Worth of opening each site, beside what it covers (negative: a cost in units of the objective).
    pub site_gain: Vec<f64>,
    /// Most units in all, those at sites fixed open (one each at least) included.
    pub units: u32,
    /// Most sites opened.
    pub open: u32,
    /// Costs and their limit.
    pub budget: Option<Budget>,
    /// Pairs of sites too close to be opened both.
    pub apart: Vec<(u32, u32)>,
    /// Bounds on sets of sites.
    pub groups: Vec<Group>,
}

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFault {
    /// A list does not have one entry for each row or site.
    #[error("{list} has {found} entries where {expected} are needed")]
    Length {
        /// The list.
        list: &'static str,
        /// Its entries.
        found: usize,
        /// Rows or sites.
        expected: usize,
    },
    /// A number is negative or not finite.
    #[error("{list}: entry {entry} is negative or not a number")]
    Number {
        /// The list.
        list: &'static str,
        /// The entry, from 0.
        entry: usize,
    },
    /// An index points outside.
    #[error("{list}: entry {entry} names something that does not exist")]
    Index {
        /// The list.
        list: &'static str,
        /// The entry, from 0.
        entry: usize,
    },
}

impl CoverModel {
    /// A model without any rule but the number of units: one unit at most per site.
    #[must_use]
    pub fn plain(sets: CoverSets, weight: Vec<f64>, steps: Vec<f64>, units: u32) -> CoverModel {
        let (rows, sites) = (sets.rows(), sets.sites());
        CoverModel {
            sets,
            weight,
            class: vec![0; rows],
            steps: vec![steps],
            need: vec![0; rows],
            shares: Vec::new(),
            rules: vec![SiteRule::Free; sites],
            capacity: vec![1; sites],
            site_gain: vec![0.0; sites],
            units,
            open: u32::MAX,
            budget: None,
            apart: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Whether every list fits and every number can be used.
    pub fn check(&self) -> Result<(), ModelFault> {
        let (rows, sites) = (self.sets.rows(), self.sets.sites());
        let lengths = [
            ("weight", self.weight.len(), rows),
            ("class", self.class.len(), rows),
            ("need", self.need.len(), rows),
            ("rules", self.rules.len(), sites),
            ("capacity", self.capacity.len(), sites),
            ("site_gain", self.site_gain.len(), sites),
            ("site_cost", self.budget.as_ref().map_or(sites, |b| b.site_cost.len()), sites),
            ("unit_cost", self.budget.as_ref().map_or(sites, |b| b.unit_cost.len()), sites),
        ];
        for (list, found, expected) in lengths {
            if found != expected {
                return Err(ModelFault::Length { list, found, expected });
            }
        }
        let usable =
            |list: &'static str, numbers: &[f64]| match numbers.iter().position(|x| !(*x >= 0.0 && x.is_finite())) {
                Some(entry) => Err(ModelFault::Number { list, entry }),
                None => Ok(()),
            };
        usable("weight", &self.weight)?;
        for steps in &self.steps {
            usable("steps", steps)?;
        }
        if let Some(budget) = &self.budget {
            usable("site_cost", &budget.site_cost)?;
            usable("unit_cost", &budget.unit_cost)?;
            if budget.limit.is_nan() {
                return Err(ModelFault::Number { list: "limit", entry: 0 });
            }
        }
        if let Some(entry) = self.site_gain.iter().position(|x| !x.is_finite()) {
            return Err(ModelFault::Number { list: "site_gain", entry });
        }
        if let Some(entry) = self.class.iter().position(|c| *c as usize >= self.steps.len()) {
            return Err(ModelFault::Index { list: "class", entry });
        }
        for share in &self.shares {
            if let Some(entry) = share.rows.iter().position(|(r, _)| *r as usize >= rows) {
                return Err(ModelFault::Index { list: "shares", entry });
            }
            let weights: Vec<f64> = share.rows.iter().map(|r| r.1).collect();
            usable("shares", &weights)?;
            if share.least.is_nan() {
                return Err(ModelFault::Number { list: "shares", entry: 0 });
            }
        }
        if let Some(entry) = self.apart.iter().position(|(a, b)| *a as usize >= sites || *b as usize >= sites) {
            return Err(ModelFault::Index { list: "apart", entry });
        }
        match self.groups.iter().position(|g| g.sites.iter().any(|s| *s as usize >= sites)) {
            Some(entry) => Err(ModelFault::Index { list: "groups", entry }),
            None => Ok(()),
        }
    }

    /// Units that cover each row.
    #[must_use]
    pub fn counts(&self, units: &[u32]) -> Vec<u32> {
        let mut count = vec![0; self.sets.rows()];
        for (site, here) in units.iter().enumerate().filter(|(_, u)| **u > 0) {
            for row in self.sets.site(site) {
                count[*row as usize] += here;
            }
        }
        count
    }

    /// What so many units at each site are worth (whether allowed or not).
    #[must_use]
    pub fn value(&self, units: &[u32]) -> f64 {
        let count = self.counts(units);
        let covered: f64 = (0..self.sets.rows()).map(|r| self.row_value(r, count[r])).sum();
        let sites: f64 = units.iter().zip(&self.site_gain).filter(|(u, _)| **u > 0).map(|(_, g)| g).sum();
        covered + sites
    }

    /// What a row is worth under so many units.
    pub(super) fn row_value(&self, row: usize, count: u32) -> f64 {
        let steps = &self.steps[self.class[row] as usize];
        self.weight[row] * steps.iter().take(count as usize).sum::<f64>()
    }

    /// Cost of so many units at each site (0 without a budget).
    #[must_use]
    pub fn cost(&self, units: &[u32]) -> f64 {
        let Some(budget) = &self.budget else { return 0.0 };
        let one = |(s, u): (usize, &u32)| {
            if *u > 0 { budget.site_cost[s] + budget.unit_cost[s] * f64::from(*u) } else { 0.0 }
        };
        units.iter().enumerate().map(one).sum()
    }

    /// Whether so many units at each site obey every rule.
    #[must_use]
    pub fn allowed(&self, units: &[u32]) -> bool {
        let sites_ok = units.iter().enumerate().all(|(s, u)| {
            let rule_ok = match self.rules[s] {
                SiteRule::Free => true,
                SiteRule::Open => *u > 0,
                SiteRule::Closed => *u == 0,
            };
            rule_ok && *u <= self.capacity[s]
        });
        let total: u64 = units.iter().map(|u| u64::from(*u)).sum();
        let open = units.iter().filter(|u| **u > 0).count() as u64;
        let opened = |sites: &[u32]| sites.iter().filter(|s| units[**s as usize] > 0).count() as u64;
        let count = self.counts(units);
        sites_ok
            && total <= u64::from(self.units)
            && open <= u64::from(self.open)
            && self.budget.as_ref().is_none_or(|b| self.cost(units) <= b.limit + slack(b.limit))
            && self.apart.iter().all(|(a, b)| a == b || units[*a as usize] == 0 || units[*b as usize] == 0)
            && self.groups.iter().all(|g| (u64::from(g.least)..=u64::from(g.most)).contains(&opened(&g.sites)))
            && count.iter().zip(&self.need).all(|(c, n)| c >= n)
            && self.shares.iter().all(|s| share_covered(s, &count) >= s.least - slack(s.least))
    }
}

/// Weight of a share that is covered.
pub(super) fn share_covered(share: &Share, count: &[u32]) -> f64 {
    share.rows.iter().filter(|(r, _)| count[*r as usize] > 0).map(|(_, w)| w).sum()
}

/// What rounding may cost a limit of this size.
pub(super) fn slack(limit: f64) -> f64 {
    if limit.is_finite() { 1e-9 * limit.abs().max(1.0) } else { 0.0 }
}
