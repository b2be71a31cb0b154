use super::super::table::{Table, Trouble, check_posts, rules_of, weights_of};
use super::super::{Answer, Effort, SiteRule};
use super::{exact, interchange, relink};

/// A p-median problem, with the candidates of every point sorted by cost.
#[derive(Clone, Debug)]
pub struct Median {
    /// Demand points.
    pub(super) points: usize,
    /// Candidates that may be opened.
    pub(super) sites: usize,
    /// Sites to open.
    pub(super) posts: usize,
    /// Which of the candidates must be open.
    pub(super) fixed: Vec<bool>,
    /// Numbers of the candidates in the caller's table.
    names: Vec<usize>,
    /// Weight × distance, one row per point.
    pub(super) cost: Vec<f64>,
    /// The same, one row per site.
    pub(super) by_site: Vec<f64>,
    /// Sites of each point by ascending cost, one row per point.
    pub(super) order: Vec<u32>,
    /// Every objective is a multiple of this (1 where all costs are whole numbers), or 0 where nothing is known.
    pub(super) step: f64,
}

impl Median {
    /// A problem from distances, weights (one each where none are given), rules (all free where none are given) and the
    /// number of sites to open, those fixed open included.
    ///
    /// # Errors
    /// Lists of wrong length, weights that are negative or not finite, unreachable pairs with a positive weight, and
    /// numbers of posts that the rules do not allow.
    pub fn new(
        table: &Table,
        weights: Option<&[f64]>,
        rules: Option<&[SiteRule]>,
        posts: usize,
    ) -> Result<Median, Trouble> {
        let rules = rules_of(rules, table.candidates())?;
        let weights = weights_of(weights, table.points())?;
        check_posts(&rules, posts)?;
        let names: Vec<usize> = (0..rules.len()).filter(|&j| rules[j] != SiteRule::Closed).collect();
        let fixed = names.iter().map(|&j| rules[j] == SiteRule::Open).collect();
        let (points, sites) = (table.points(), names.len());
        let mut cost = Vec::with_capacity(points * sites);
        for (i, &w) in weights.iter().enumerate() {
            let row = table.row(i);
            for &j in &names {
                // A point nobody weighs costs nothing, reachable or not.
                let c = if w == 0.0 { 0.0 } else { w * row[j] };
                if !c.is_finite() {
                    return Err(Trouble::Unreachable { point: i, candidate: j });
                }
                cost.push(c);
            }
        }
        let mut by_site = vec![0.0; points * sites];
        let mut order = Vec::with_capacity(points * sites);
        let mut total = 0.0;
        for i in 0..points {
            let row = &cost[i * sites..(i + 1) * sites];
            for (j, &c) in row.iter().enumerate() {
                by_site[j * points + i] = c;
            }
            let mut list: Vec<u32> = (0..sites as u32).collect();
            list.sort_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize]).then(a.cmp(&b)));
            total += list.last().map_or(0.0, |&j| row[j as usize]);
            order.extend(list);
        }
        let whole = total < 9e15 && cost.iter().all(|c| c.fract() == 0.0);
        let step = if whole { 1.0 } else { 0.0 };
        Ok(Median { points, sites, posts, fixed, names, cost, by_site, order, step })
    }

    /// Costs of one point to all sites.
    pub(super) fn row(&self, point: usize) -> &[f64] {
        &self.cost[point * self.sites..(point + 1) * self.sites]
    }

    /// Costs of all points to one site.
    pub(super) fn column(&self, site: usize) -> &[f64] {
        &self.by_site[site * self.points..(site + 1) * self.points]
    }

    /// Sites of one point by ascending cost.
    pub(super) fn nearest_first(&self, point: usize) -> &[u32] {
        &self.order[point * self.sites..(point + 1) * self.sites]
    }

    /// Number of a site in the caller's table.
    pub(super) fn name(&self, site: u32) -> usize {
        self.names[site as usize]
    }

    /// Cost of each point to the nearest of some sites (inner numbers).
    pub(super) fn nearest_costs(&self, open: &[u32]) -> Vec<f64> {
        let mut near = vec![f64::INFINITY; self.points];
        for &j in open {
            for (n, &c) in near.iter_mut().zip(self.column(j as usize)) {
                *n = n.min(c);
            }
        }
        near
    }

    /// Sum of the costs to the nearest of some sites.
    pub(super) fn value(&self, open: &[u32]) -> f64 {
        self.nearest_costs(open).iter().sum()
    }

    /// Objective of a choice of candidates (numbers of the caller's table; forbidden ones are not counted).
    #[must_use]
    pub fn objective(&self, sites: &[usize]) -> f64 {
        let open: Vec<u32> = sites.iter().filter_map(|j| self.names.binary_search(j).ok()).map(|j| j as u32).collect();
        self.value(&open)
    }

    /// What a solution must stay below to be worth looking for, when one of value `best` is at hand. Costs that are
    /// not whole numbers are compared to nine digits.
    pub(super) fn cutoff(&self, best: f64) -> f64 {
        if self.step > 0.0 { best - self.step + 1e-6 } else { best - 1e-9 * best.abs() - f64::MIN_POSITIVE }
    }

    /// A lower bound, rounded up to what an objective can be.
    pub(super) fn rounded(&self, bound: f64) -> f64 {
        if self.step > 0.0 { (bound - 1e-6).ceil() } else { bound }
    }

    /// Interchange and path relinking only, without any bound (the bound of the answer is 0).
    #[must_use]
    pub fn heuristic(&self, effort: &Effort) -> Answer {
        let found = self.local(effort);
        self.answer(found, 0.0, "interchange and path relinking", effort.seed)
    }

    /// Climbs the whole ladder: heuristic, Lagrangean bound with `effort.steps` steps, then branch and bound with at
    /// most `effort.nodes` nodes.
    #[must_use]
    pub fn solve(&self, effort: &Effort) -> Answer {
        let found = self.local(effort);
        let end = exact::prove(self, found, effort);
        self.answer(end.sites, end.bound, end.method, effort.seed)
    }

    fn local(&self, effort: &Effort) -> Vec<u32> {
        let fixed: Vec<u32> = (0..self.sites as u32).filter(|&j| self.fixed[j as usize]).collect();
        if fixed.len() == self.posts {
            return fixed;
        }
        if self.sites == self.posts {
            return (0..self.sites as u32).collect();
        }
        if self.posts == 1 {
            return (0..self.sites as u32)
                .min_by(|&a, &b| self.value(&[a]).total_cmp(&self.value(&[b])))
                .into_iter()
                .collect();
        }
        let starts = interchange::from_many_starts(self, effort);
        relink::among(self, starts)
    }

    fn answer(&self, mut open: Vec<u32>, bound: f64, method: &'static str, seed: u64) -> Answer {
        open.sort_unstable();
        let objective = self.value(&open);
        // Costs are never negative.
        let bound = self.rounded(bound).max(0.0).min(objective);
        let proved = bound >= objective || bound > self.cutoff(objective);
        let bound = if proved { objective } else { bound };
        let sites = open.iter().map(|&j| self.names[j as usize]).collect();
        Answer { sites, objective, bound, proved, method, seed }
    }
}
