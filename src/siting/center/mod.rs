//! **p-center**: open p sites so that the farthest point is as near as can be (Hakimi 1964), or the farthest of a share
//! of the people.
//!
//! Halves the list of distances, asking for each whether so many sites can cover (Minieka 1970); every question is
//! answered by the exact search of [`cover_all`](super::cover_all).

use super::cover_all::{CoverAll, Possible};
use super::table::{Table, Trouble, check_posts, rules_of, weights_of};
use super::{Answer, Effort, SiteRule};

/// A p-center problem.
#[derive(Clone, Debug)]
pub struct Center<'a> {
    table: &'a Table,
    weights: Vec<f64>,
    rules: Vec<SiteRule>,
    posts: usize,
    share: f64,
}

impl<'a> Center<'a> {
    /// A problem from distances, people per point (they matter only for a share below 1; one each where none are given),
    /// rules, the number of sites to open (those fixed open included) and the share of the people that must be within
    /// the radius (1 for everyone).
    ///
    /// # Errors
    /// Lists of wrong length, bad weights or shares, and numbers of posts that the rules do not allow.
    pub fn new(
        table: &'a Table,
        weights: Option<&[f64]>,
        rules: Option<&[SiteRule]>,
        posts: usize,
        share: f64,
    ) -> Result<Center<'a>, Trouble> {
        let rules = rules_of(rules, table.candidates())?;
        let weights = weights_of(weights, table.points())?;
        check_posts(&rules, posts)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(Trouble::Number { what: "share", at: 0, value: share });
        }
        Ok(Center { table, weights, rules, posts, share })
    }

    /// The smallest distance within which some sites cover the share, counted anew. Infinite where they do not.
    #[must_use]
    pub fn objective(&self, sites: &[usize]) -> f64 {
        let near = self.table.nearest(sites);
        if self.share >= 1.0 {
            return near.into_iter().fold(0.0, f64::max);
        }
        let need = self.weights.iter().sum::<f64>() * self.share * (1.0 - 1e-12);
        let mut order: Vec<usize> = (0..near.len()).collect();
        order.sort_by(|&a, &b| near[a].total_cmp(&near[b]).then(a.cmp(&b)));
        let mut done = 0.0;
        let mut radius = 0.0;
        for i in order {
            if done >= need {
                break;
            }
            done += self.weights[i];
            radius = near[i];
        }
        radius
    }

    fn possible(&self, radius: f64, effort: &Effort) -> Possible {
        match CoverAll::within(self.table, radius, Some(&self.weights), Some(&self.rules), self.share) {
            Ok(cover) => cover.possible(self.posts, effort),
            Err(_) => Possible::No,
        }
    }

    /// The best radius and its sites; the objective is infinite where no choice reaches everyone (or the share).
    /// `effort.nodes` limits each question of covering.
    #[must_use]
    pub fn solve(&self, effort: &Effort) -> Answer {
        let allowed = |j: usize| self.rules[j] != SiteRule::Closed;
        let mut radii: Vec<f64> = (0..self.table.points())
            .flat_map(|i| self.table.row(i).iter().enumerate().filter(|(j, _)| allowed(*j)).map(|(_, d)| *d))
            .filter(|d| d.is_finite())
            .chain([0.0])
            .collect();
        radii.sort_by(f64::total_cmp);
        radii.dedup();
        let mut best = self.padded(&self.farthest_first());
        let mut objective = self.objective(&best);
        // `high` is possible; below `floor` nothing is; between them and `low` some questions may have stayed open.
        let mut low = 0;
        let mut high = radii.partition_point(|r| *r < objective);
        let mut floor = 0;
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.possible(radii[middle], effort) {
                Possible::Yes(sites) => {
                    best = self.padded(&sites);
                    objective = self.objective(&best);
                    high = radii.partition_point(|r| *r < objective).min(middle);
                }
                Possible::No => {
                    low = middle + 1;
                    floor = low;
                }
                // Without proof: look for something better above, but do not count it as impossible.
                Possible::Unknown => low = middle + 1,
            }
        }
        let bound = radii.get(floor).copied().unwrap_or(f64::INFINITY).min(objective);
        Answer {
            sites: best,
            objective,
            bound,
            proved: bound >= objective,
            method: "halving of radii, each by exact covering",
            seed: effort.seed,
        }
    }

    /// Sites that start the search: each time the nearest candidate to the point that is farthest from all so far
    /// (Gonzalez 1985).
    fn farthest_first(&self) -> Vec<usize> {
        let mut open: Vec<usize> = (0..self.rules.len()).filter(|&j| self.rules[j] == SiteRule::Open).collect();
        while open.len() < self.posts {
            let near = self.table.nearest(&open);
            let Some(far) = (0..near.len()).max_by(|&a, &b| near[a].total_cmp(&near[b]).then(b.cmp(&a))) else { break };
            let row = self.table.row(far);
            let free = (0..row.len()).filter(|j| self.rules[*j] == SiteRule::Free && !open.contains(j));
            let Some(site) = free.min_by(|&a, &b| row[a].total_cmp(&row[b]).then(a.cmp(&b))) else { break };
            open.push(site);
        }
        open
    }

    /// Exactly as many sites as asked for: a cover may need fewer, and more never hurt. Each time the
    /// one that saves most distance in all.
    fn padded(&self, sites: &[usize]) -> Vec<usize> {
        let mut open = sites.to_vec();
        while open.len() < self.posts {
            let near = self.table.nearest(&open);
            let saves = |j: usize| -> f64 {
                near.iter()
                    .zip(&self.weights)
                    .enumerate()
                    .map(|(i, (n, w))| if n.is_finite() { w * (n - self.table.at(i, j)).max(0.0) } else { *w })
                    .sum()
            };
            let free: Vec<(usize, f64)> = (0..self.rules.len())
                .filter(|j| self.rules[*j] == SiteRule::Free && !open.contains(j))
                .map(|j| (j, saves(j)))
                .collect();
            let Some(&(site, _)) = free.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else { break };
            open.push(site);
        }
        open.sort_unstable();
        open
    }
}
