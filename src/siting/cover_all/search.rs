//! Branch and bound for the fewest sites.

use super::super::Effort;
use super::core::Core;
use super::price::{Priced, climb};
use super::reduce::reduced;
use crate::random::Stream;

/// A search with its limits.
pub(super) struct Search {
    nodes: u64,
    limit: u64,
    /// Whether any cover within the limit is good enough.
    any: bool,
    cut: bool,
    steps: usize,
    starts: usize,
    seed: u64,
    root: Option<f64>,
}

impl Search {
    pub(super) fn new(effort: &Effort, any: bool) -> Search {
        Search {
            nodes: 0,
            limit: effort.nodes,
            any,
            cut: false,
            steps: effort.steps,
            starts: effort.starts,
            seed: effort.seed,
            root: None,
        }
    }

    /// Whether the search was finished: what it found is the least, and what it did not find is not there.
    pub(super) fn complete(&self) -> bool {
        !self.cut
    }

    /// Whether it had to branch.
    pub(super) fn branched(&self) -> bool {
        self.nodes > 1
    }

    /// Lower bound of the whole problem, before any branching.
    pub(super) fn root_bound(&self) -> f64 {
        self.root.unwrap_or(0.0)
    }

    /// The least cover, if it has no more than `limit` sites.
    pub(super) fn least(&mut self, core: Core, limit: usize) -> Option<Vec<u32>> {
        let root = self.nodes == 0;
        self.nodes += 1;
        let (mut core, mut taken) = reduced(core);
        let mut limit = limit.checked_sub(taken.len())?;
        if core.done() {
            self.root.get_or_insert(taken.len() as f64);
            return Some(taken);
        }
        if limit == 0 || !core.feasible() {
            return None;
        }
        let mut found: Option<Vec<u32>> = None;
        let starts = if root { self.starts.max(1) } else { 1 };
        for k in 0..starts {
            let mut stream = Stream::new(self.seed, "siting cover start", k as u32);
            let cover = greedy(&core, (k > 0).then_some(&mut stream), None);
            if cover.len() <= limit {
                limit = cover.len() - 1;
                found = Some(cover);
                if self.any || limit == 0 {
                    break;
                }
            }
        }
        let finish = |found: Option<Vec<u32>>, taken: Vec<u32>| found.map(|f| [taken, f].concat());
        if found.is_some() && self.any {
            return finish(found, taken);
        }
        let mut rounds = 0;
        let mut priced;
        loop {
            let steps = if root { self.steps.max(100) } else { 60 };
            priced = climb(&mut core, limit, steps);
            if root && rounds == 0 {
                self.root = Some(taken.len() as f64 + (priced.bound - 1e-6).ceil().max(0.0));
            }
            if priced.bound > limit as f64 + 1e-6 {
                return finish(found, taken);
            }
            let cover = greedy(&core, None, Some(&priced));
            if cover.len() <= limit {
                limit = cover.len() - 1;
                found = Some(cover);
                if self.any {
                    return finish(found, taken);
                }
                if priced.bound > limit as f64 + 1e-6 {
                    return finish(found, taken);
                }
            }
            // Sites whose change would need more than the limit are decided.
            let most = limit as f64 + 1e-6;
            let must: Vec<bool> = priced.cost.iter().map(|&c| c < 0.0 && priced.bound - c > most).collect();
            let never: Vec<bool> = priced.cost.iter().map(|&c| c > 0.0 && priced.bound + c > most).collect();
            let decided = must.iter().chain(&never).filter(|d| **d).count();
            rounds += 1;
            if decided == 0 || (rounds > 1 && decided * 10 < core.names.len()) || rounds > 8 {
                break;
            }
            // What was found so far does not hold in the problem that is left: it is kept with the sites taken.
            let newly: Vec<u32> = (0..must.len()).filter(|&j| must[j]).map(|j| core.names[j]).collect();
            let (rest, more) = reduced(core.after(&must, &never));
            let add = newly.len() + more.len();
            if let Some(f) = found.take() {
                let whole = [taken.clone(), f].concat();
                taken.extend(newly);
                taken.extend(more);
                let inner = limit.checked_sub(add).and_then(|l| self.below(rest, l));
                return Some(inner.map_or(whole, |f| [taken, f].concat()));
            }
            taken.extend(newly);
            taken.extend(more);
            limit = limit.checked_sub(add)?;
            core = rest;
            if core.done() {
                return Some(taken);
            }
            if limit == 0 || !core.feasible() {
                return None;
            }
        }
        let better = self.parted(core, limit, &priced);
        match better {
            Some(f) => Some([taken, f].concat()),
            None => finish(found, taken),
        }
    }

    /// The least cover of a problem that is a step further, unless the nodes ran out.
    fn below(&mut self, core: Core, limit: usize) -> Option<Vec<u32>> {
        if self.nodes >= self.limit.max(1) {
            self.cut = true;
            return None;
        }
        self.least(core, limit)
    }

    /// Solves parts that share no site apart; branches where there is one part only.
    fn parted(&mut self, core: Core, limit: usize, priced: &Priced) -> Option<Vec<u32>> {
        if core.need.is_none() {
            let mut parts = core.parts();
            if parts.len() > 1 {
                parts.sort_by_key(|p| p.rows.len());
                let mut left = limit;
                let mut all = Vec::new();
                let count = parts.len();
                for (k, part) in parts.into_iter().enumerate() {
                    // Every part that is still to come needs a site at least.
                    let room = left.checked_sub(count - 1 - k)?;
                    let any = self.any;
                    self.any = any && k + 1 == count;
                    let found = self.below(part, room);
                    self.any = any;
                    let found = found?;
                    left -= found.len();
                    all.extend(found);
                }
                return Some(all);
            }
        }
        self.branch(core, limit, priced)
    }

    fn branch(&mut self, core: Core, mut limit: usize, priced: &Priced) -> Option<Vec<u32>> {
        let nearness = |j: usize| (priced.share[j] - 0.6).abs();
        let site = (0..core.names.len()).min_by(|&a, &b| {
            nearness(a).total_cmp(&nearness(b)).then(core.columns[b].len().cmp(&core.columns[a].len())).then(a.cmp(&b))
        })?;
        let mut one = vec![false; core.names.len()];
        one[site] = true;
        let none = vec![false; core.names.len()];
        let with = self.below(core.after(&one, &none), limit - 1).map(|mut f| {
            f.push(core.names[site]);
            f
        });
        if let Some(f) = &with {
            limit = f.len() - 1;
            if self.any || limit == 0 {
                return with;
            }
        }
        let without = core.after(&none, &one);
        if without.feasible()
            && let Some(f) = self.below(without, limit)
        {
            return Some(f);
        }
        with
    }
}

/// Takes sites one by one, each time the one with most uncovered weight (or, with prices, the highest price of what it
/// would cover), and leaves out those that turned out superfluous. Returns outer numbers.
fn greedy(core: &Core, random: Option<&mut Stream>, priced: Option<&Priced>) -> Vec<u32> {
    let mut times = vec![0_u32; core.rows.len()];
    let mut left = core.need.unwrap_or(0.0);
    let mut open: Vec<usize> = Vec::new();
    let mut uncovered = core.rows.len();
    let worth: Vec<f64> = match (core.need, priced) {
        (_, Some(_)) => core.prices.iter().map(|u| u + 1e-6).collect(),
        // A point that few sites cover is worth more.
        (None, None) => core.rows.iter().map(|r| 1.0 / r.len().max(1) as f64).collect(),
        (Some(_), None) => core.weights.clone(),
    };
    let mut score: Vec<f64> = core.columns.iter().map(|c| c.iter().map(|&i| worth[i as usize]).sum()).collect();
    let mut noise = vec![1.0; core.names.len()];
    if let Some(stream) = random {
        noise.iter_mut().for_each(|x| *x = 0.7 + 0.6 * stream.uniform());
    }
    while if core.need.is_some() { left > 0.0 } else { uncovered > 0 } {
        let key = |j: usize| score[j] * noise[j];
        let Some(best) = (0..score.len()).max_by(|&a, &b| key(a).total_cmp(&key(b)).then(b.cmp(&a))) else { break };
        if score[best] <= 1e-12 {
            // Prices may be spent while points are still open: any site with an open point will do.
            let open_point = |j: &usize| core.columns[*j].iter().any(|&i| times[i as usize] == 0);
            let Some(any) = (0..score.len()).find(open_point) else { break };
            score[any] = 1.0;
            continue;
        }
        open.push(best);
        score[best] = 0.0;
        for &i in &core.columns[best] {
            let i = i as usize;
            times[i] += 1;
            if times[i] == 1 {
                uncovered -= 1;
                left -= core.weights[i];
                for &j in &core.rows[i] {
                    score[j as usize] = (score[j as usize] - worth[i]).max(0.0);
                }
            }
        }
    }
    // What was taken early may have become superfluous by what came later.
    let mut spare = -left;
    let mut kept = Vec::new();
    for &j in &open {
        let alone: f64 =
            core.columns[j].iter().filter(|&&i| times[i as usize] == 1).map(|&i| core.weights[i as usize]).sum();
        let none_alone = core.columns[j].iter().all(|&i| times[i as usize] > 1);
        let superfluous = if core.need.is_some() { alone <= spare } else { none_alone };
        if superfluous {
            spare -= alone;
            core.columns[j].iter().for_each(|&i| times[i as usize] -= 1);
        } else {
            kept.push(core.names[j]);
        }
    }
    kept
}
