//! **Capacitated p-median**: every point goes to one site as a whole, and no site takes more than it has room for.
//!
//! Starts from uncapacitated optima, assigns by regret, shifts and swaps points and sites; the bound is the Lagrangean
//! with a knapsack per site (Mulvey and Beck 1984); the proof branches on sites, then on who serves whom, and is meant
//! for small problems (some dozens of points). Larger ones get an honest gap.

mod assign;
mod exact;
mod knapsack;

use super::super::table::{Table, Trouble, weights_of};
use super::super::{Answer, Effort, SiteRule};
use super::instance::Median;
use super::lagrange::State;
use super::{greedy, interchange};
use crate::random::Stream;
use rayon::prelude::*;

/// A capacitated p-median problem.
#[derive(Clone, Debug)]
pub struct Capacitated {
    pub(super) plain: Median,
    /// Load of each point.
    pub(super) loads: Vec<f64>,
    /// Capacity of each site (inner numbers).
    pub(super) room: Vec<f64>,
}

/// Sites, and who serves whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// Sites, objective and bound.
    pub answer: Answer,
    /// The site of each point.
    pub by: Vec<usize>,
}

/// Open sites (inner numbers, ascending) with the site of each point.
#[derive(Clone, Debug)]
struct Plan {
    sites: Vec<u32>,
    by: Vec<u32>,
    value: f64,
}

impl Capacitated {
    /// A problem from distances, weights (cost is weight × distance), loads per point, capacities per candidate, rules,
    /// and the number of sites to open.
    ///
    /// # Errors
    /// As [`Median::new`]; bad loads and capacities; a load that the largest sites together cannot take.
    pub fn new(
        table: &Table,
        weights: Option<&[f64]>,
        loads: &[f64],
        capacities: &[f64],
        rules: Option<&[SiteRule]>,
        posts: usize,
    ) -> Result<Capacitated, Trouble> {
        let plain = Median::new(table, weights, rules, posts)?;
        let loads = weights_of(Some(loads), table.points())?;
        if capacities.len() != table.candidates() {
            let (got, expected) = (capacities.len(), table.candidates());
            return Err(Trouble::Length { what: "list of capacities", got, expected });
        }
        if let Some(at) = capacities.iter().position(|c| c.is_nan() || *c < 0.0) {
            return Err(Trouble::Number { what: "capacity", at, value: capacities[at] });
        }
        let room: Vec<f64> = (0..plain.sites as u32).map(|j| capacities[plain.name(j)]).collect();
        let mut free: Vec<f64> = (0..plain.sites).filter(|&j| !plain.fixed[j]).map(|j| room[j]).collect();
        free.sort_by(|a, b| b.total_cmp(a));
        let fixed: f64 = (0..plain.sites).filter(|&j| plain.fixed[j]).map(|j| room[j]).sum();
        let most = fixed + free.iter().take(posts - (plain.sites - free.len())).sum::<f64>();
        let load: f64 = loads.iter().sum();
        if load > most + slack(most) {
            return Err(Trouble::Room { load, room: most });
        }
        Ok(Capacitated { plain, loads, room })
    }

    /// Climbs the ladder: many starts, interchange, bound, branch and bound with at most `effort.nodes` nodes.
    ///
    /// # Errors
    /// [`Trouble::NoAssignment`] where none was found; it says whether that is proved.
    pub fn solve(&self, effort: &Effort) -> Result<Served, Trouble> {
        let starts = self.starts(effort);
        let end = exact::prove(self, starts, effort);
        let Some(plan) = end.plan else {
            return Err(Trouble::NoAssignment { proved: end.complete });
        };
        let bound = if end.complete { plan.value } else { self.plain.rounded(end.bound).min(plan.value) };
        let proved = end.complete || bound > self.plain.cutoff(plan.value);
        let answer = Answer {
            sites: plan.sites.iter().map(|&j| self.plain.name(j)).collect(),
            objective: plan.value,
            bound: if proved { plan.value } else { bound },
            proved,
            method: if end.branched { "branch and bound" } else { "interchange and Lagrangean bound" },
            seed: effort.seed,
        };
        let by = plan.by.iter().map(|&j| self.plain.name(j)).collect();
        Ok(Served { answer, by })
    }

    /// The best plan of many starts, if any start found one.
    fn starts(&self, effort: &Effort) -> Option<Plan> {
        let mut sets: Vec<Vec<u32>> = (0..effort.starts.max(1) as u32)
            .into_par_iter()
            .flat_map_iter(|k| {
                let mut stream = Stream::new(effort.seed, "siting capacitated start", k);
                let open = greedy::start(&self.plain, (k > 0).then_some(&mut stream));
                let better = interchange::improve(&self.plain, &open).sites;
                [sorted(open), better]
            })
            .collect();
        // Sites with most room: where room is scarce, near ones may not do.
        let mut large: Vec<u32> = (0..self.plain.sites as u32).collect();
        large.sort_by(|&a, &b| {
            let (a, b) = (a as usize, b as usize);
            self.plain.fixed[b].cmp(&self.plain.fixed[a]).then(self.room[b].total_cmp(&self.room[a])).then(a.cmp(&b))
        });
        large.truncate(self.plain.posts);
        sets.push(sorted(large));
        sets.sort();
        sets.dedup();
        let mut plans: Vec<Plan> = sets.par_iter().filter_map(|s| self.assigned(s)).collect();
        plans.sort_by(|a, b| a.value.total_cmp(&b.value).then_with(|| a.sites.cmp(&b.sites)));
        plans.truncate(4);
        let better: Vec<Plan> = plans.into_par_iter().map(|p| self.interchange(p)).collect();
        better.into_iter().reduce(|a, b| if b.value < a.value { b } else { a })
    }

    /// Swaps sites as long as one of the likeliest swaps helps.
    fn interchange(&self, mut plan: Plan) -> Plan {
        const TRIES: usize = 240;
        loop {
            if let Some(better) = self.centred(&plan) {
                plan = better;
                continue;
            }
            // Without capacities a swap costs no more than with them: what is too dear there is too dear here.
            let mut swaps: Vec<(f64, Vec<u32>)> = Vec::new();
            for slot in 0..plan.sites.len() {
                if self.plain.fixed[plan.sites[slot] as usize] {
                    continue;
                }
                let rest: Vec<u32> = plan.sites.iter().copied().filter(|&j| j != plan.sites[slot]).collect();
                let near = self.plain.nearest_costs(&rest);
                for j in 0..self.plain.sites as u32 {
                    if plan.sites.binary_search(&j).is_ok() {
                        continue;
                    }
                    let value: f64 = near.iter().zip(self.plain.column(j as usize)).map(|(n, c)| n.min(*c)).sum();
                    if value < self.plain.cutoff(plan.value) {
                        let mut sites = rest.clone();
                        sites.push(j);
                        swaps.push((value, sorted(sites)));
                    }
                }
            }
            swaps.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
            swaps.truncate(TRIES);
            let cutoff = self.plain.cutoff(plan.value);
            let better = swaps.into_par_iter().find_map_first(|(_, s)| self.assigned(&s).filter(|p| p.value <= cutoff));
            match better {
                Some(p) => plan = p,
                None => return plan,
            }
        }
    }

    /// A better plan from moving every site to the middle of those it serves, if that makes one (Cooper 1964).
    fn centred(&self, plan: &Plan) -> Option<Plan> {
        let mut sites: Vec<u32> = Vec::new();
        for &now in &plan.sites {
            let served: Vec<usize> = (0..plan.by.len()).filter(|&i| plan.by[i] == now).collect();
            let load: f64 = served.iter().map(|&i| self.loads[i]).sum();
            let fits = |j: &u32| {
                let at = *j as usize;
                let taken = sites.contains(j) || (*j != now && plan.sites.binary_search(j).is_ok());
                !taken && load <= self.room[at] + slack(self.room[at])
            };
            let cost = |j: u32| -> f64 {
                let column = self.plain.column(j as usize);
                served.iter().map(|&i| column[i]).sum()
            };
            let moves = !self.plain.fixed[now as usize] && !served.is_empty();
            let best = (0..self.plain.sites as u32)
                .filter(|j| moves && fits(j))
                .map(|j| (cost(j), j))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            sites.push(best.filter(|b| b.0 < cost(now)).map_or(now, |b| b.1));
        }
        let sites = sorted(sites);
        let better = (sites != plan.sites).then(|| self.assigned(&sites)).flatten();
        better.filter(|p| p.value <= self.plain.cutoff(plan.value))
    }

    /// The sites of some states, if exactly as many as wanted are open or can only be.
    fn settled(&self, states: &[State]) -> Option<Vec<u32>> {
        let open = states.iter().filter(|s| **s == State::Open).count();
        let left = states.iter().filter(|s| **s != State::Closed).count();
        let posts = self.plain.posts;
        (open == posts || left == posts).then(|| {
            let wanted = |s: State| s == State::Open || (open < posts && s == State::Free);
            (0..states.len() as u32).filter(|&j| wanted(states[j as usize])).collect()
        })
    }
}

#[cfg(test)]
pub(super) use knapsack::Knapsacks;

/// Room that is not counted as missing: sums of fractions are rarely exact.
fn slack(room: f64) -> f64 {
    if room.is_finite() { 1e-9 * room } else { 0.0 }
}

fn sorted(mut sites: Vec<u32>) -> Vec<u32> {
    sites.sort_unstable();
    sites
}
