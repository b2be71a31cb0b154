//! A choice of units that keeps, for every site, what one more unit there would bring.

#[cfg(test)]
use super::model::share_covered;
use super::model::{CoverModel, slack};
use crate::siting::SiteRule;

/// What every search of one model needs, made once.
#[derive(Debug)]
pub(super) struct Ground<'m> {
    /// The model.
    pub model: &'m CoverModel,
    /// Fewest units at each site (1 where it is fixed open).
    pub low: Vec<u32>,
    /// Most units at each site (0 where it is closed).
    pub high: Vec<u32>,
    /// Sites too close to each site.
    pub near: Vec<Vec<u32>>,
    /// Groups of each site.
    pub groups_of: Vec<Vec<u32>>,
    /// Shares (index and weight) that each row counts in.
    pub shares_of: Vec<Vec<(u32, f64)>>,
    /// Sum of the steps up to each count, by class.
    pub total_steps: Vec<Vec<f64>>,
    /// Count from which on another unit changes nothing for a row.
    sated: Vec<u32>,
}

impl<'m> Ground<'m> {
    pub fn new(model: &'m CoverModel) -> Ground<'m> {
        let sites = model.sets.sites();
        let mut near = vec![Vec::new(); sites];
        for (a, b) in model.apart.iter().filter(|(a, b)| a != b) {
            near[*a as usize].push(*b);
            near[*b as usize].push(*a);
        }
        for list in &mut near {
            list.sort_unstable();
            list.dedup();
        }
        let mut groups_of = vec![Vec::new(); sites];
        for (g, group) in model.groups.iter().enumerate() {
            for s in &group.sites {
                groups_of[*s as usize].push(g as u32);
            }
        }
        let mut shares_of = vec![Vec::new(); model.sets.rows()];
        for (s, share) in model.shares.iter().enumerate() {
            for (row, weight) in &share.rows {
                shares_of[*row as usize].push((s as u32, *weight));
            }
        }
        let low = model.rules.iter().map(|r| u32::from(*r == SiteRule::Open)).collect();
        let high =
            (0..sites).map(|s| if model.rules[s] == SiteRule::Closed { 0 } else { model.capacity[s].min(model.units) });
        let mut total_steps = Vec::new();
        for steps in &model.steps {
            let mut sums = vec![0.0];
            let mut sum = 0.0;
            for step in steps {
                sum += step;
                sums.push(sum);
            }
            total_steps.push(sums);
        }
        let sated = (0..model.sets.rows()).map(|row| {
            let steps = if model.weight[row] > 0.0 { model.steps[model.class[row] as usize].len() as u32 } else { 0 };
            steps.max(model.need[row]).max(u32::from(!shares_of[row].is_empty()))
        });
        let sated = sated.collect();
        Ground { model, low, high: high.collect(), near, groups_of, shares_of, total_steps, sated }
    }
}

/// How good a choice is: what is broken comes first, then the value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    /// How much of the rules that a search may break for a while (needs, least of groups, shares) is broken.
    pub broken: f64,
    /// The objective.
    pub value: f64,
}

impl Score {
    /// Whether this is better by more than rounding.
    pub fn beats(self, other: Score) -> bool {
        if (self.broken - other.broken).abs() > 1e-7 {
            return self.broken < other.broken;
        }
        self.value > other.value + 1e-9 * other.value.abs().max(1e-3)
    }
}

/// How much is lacking of each kind of rule, or what that costs: needs in covers, groups in sites, shares in weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lacks {
    pub needs: f64,
    pub groups: f64,
    pub shares: f64,
}

/// A choice of units.
#[derive(Clone, Debug)]
pub(super) struct State<'g, 'm> {
    ground: &'g Ground<'m>,
    /// What each further unit adds, by class: the model's own steps, or others that a search tries.
    steps: &'g [Vec<f64>],
    pub units: Vec<u32>,
    count: Vec<u32>,
    /// Worth of one more unit at each site: rows only.
    add: Vec<f64>,
    /// Missing covers of needs that one more unit at each site would fill.
    fill: Vec<u32>,
    missing: u32,
    value: f64,
    covered: Vec<f64>,
    share_add: Vec<Vec<f64>>,
    total: u32,
    open: u32,
    spent: f64,
    blocked: Vec<u32>,
    in_group: Vec<u32>,
}

impl<'g, 'm> State<'g, 'm> {
    pub fn new(ground: &'g Ground<'m>, units: &[u32]) -> State<'g, 'm> {
        State::with_steps(ground, &ground.model.steps, units)
    }

    /// A choice that is valued by other steps than the model's.
    pub fn with_steps(ground: &'g Ground<'m>, steps: &'g [Vec<f64>], units: &[u32]) -> State<'g, 'm> {
        let model = ground.model;
        let (rows, sites) = (model.sets.rows(), model.sets.sites());
        let mut state = State {
            ground,
            steps,
            units: vec![0; sites],
            count: vec![0; rows],
            add: vec![0.0; sites],
            fill: vec![0; sites],
            missing: model.need.iter().sum(),
            value: 0.0,
            covered: vec![0.0; model.shares.len()],
            share_add: vec![vec![0.0; sites]; model.shares.len()],
            total: 0,
            open: 0,
            spent: 0.0,
            blocked: vec![0; sites],
            in_group: vec![0; model.groups.len()],
        };
        for site in 0..sites {
            for row in model.sets.site(site) {
                let row = *row as usize;
                state.add[site] += model.weight[row] * state.step(row, 0);
                state.fill[site] += u32::from(model.need[row] > 0);
                for (s, w) in &ground.shares_of[row] {
                    state.share_add[*s as usize][site] += w;
                }
            }
        }
        for (site, here) in units.iter().enumerate() {
            for _ in 0..*here {
                state.put(site);
            }
        }
        state
    }

    /// What the unit that follows `count` others adds, per weight.
    fn step(&self, row: usize, count: u32) -> f64 {
        self.steps[self.ground.model.class[row] as usize].get(count as usize).copied().unwrap_or(0.0)
    }

    #[inline]
    fn row_changes(&mut self, row: usize, from: u32, to: u32) {
        if from.min(to) < self.ground.sated[row] {
            self.row_counts(row, from, to);
        }
    }

    fn row_counts(&mut self, row: usize, from: u32, to: u32) {
        let (ground, model) = (self.ground, self.ground.model);
        let change = model.weight[row] * (self.step(row, to) - self.step(row, from));
        let need = model.need[row];
        let fills = i32::from(to < need) - i32::from(from < need);
        if change == 0.0 && fills == 0 && (from > 0) == (to > 0) {
            return;
        }
        let sites = model.sets.row(row);
        if change != 0.0 {
            for s in sites {
                self.add[*s as usize] += change;
            }
        }
        if fills != 0 {
            for s in sites {
                self.fill[*s as usize] = self.fill[*s as usize].wrapping_add_signed(fills);
            }
        }
        if (from > 0) != (to > 0) {
            for (share, w) in &ground.shares_of[row] {
                let sign = if to > 0 { -1.0 } else { 1.0 };
                self.covered[*share as usize] -= sign * w;
                for s in sites {
                    self.share_add[*share as usize][*s as usize] += sign * w;
                }
            }
        }
    }

    /// Puts one more unit at a site.
    pub fn put(&mut self, site: usize) {
        let (ground, model) = (self.ground, self.ground.model);
        self.value += self.add[site];
        self.missing -= self.fill[site];
        for row in model.sets.site(site) {
            let row = *row as usize;
            let c = self.count[row];
            self.count[row] = c + 1;
            self.row_changes(row, c, c + 1);
        }
        if self.units[site] == 0 {
            self.value += model.site_gain[site];
            self.open += 1;
            for n in &ground.near[site] {
                self.blocked[*n as usize] += 1;
            }
            for g in &ground.groups_of[site] {
                self.in_group[*g as usize] += 1;
            }
        }
        self.spent += self.price(site);
        self.units[site] += 1;
        self.total += 1;
    }

    /// Takes one unit away from a site that has one.
    pub fn take(&mut self, site: usize) {
        let (ground, model) = (self.ground, self.ground.model);
        self.units[site] -= 1;
        self.total -= 1;
        self.spent -= self.price(site);
        if self.units[site] == 0 {
            self.value -= model.site_gain[site];
            self.open -= 1;
            for n in &ground.near[site] {
                self.blocked[*n as usize] -= 1;
            }
            for g in &ground.groups_of[site] {
                self.in_group[*g as usize] -= 1;
            }
        }
        for row in model.sets.site(site) {
            let row = *row as usize;
            let c = self.count[row];
            self.count[row] = c - 1;
            self.row_changes(row, c, c - 1);
        }
        self.value -= self.add[site];
        self.missing += self.fill[site];
    }

    /// Cost of the next unit at a site.
    fn price(&self, site: usize) -> f64 {
        self.ground
            .model
            .budget
            .as_ref()
            .map_or(0.0, |b| b.unit_cost[site] + if self.units[site] == 0 { b.site_cost[site] } else { 0.0 })
    }

    /// Whether one more unit may stand at a site, by the rules that a search never breaks.
    #[inline]
    pub fn may_put(&self, site: usize) -> bool {
        let (ground, model) = (self.ground, self.ground.model);
        if self.units[site] >= ground.high[site] || self.total >= model.units {
            return false;
        }
        let opening_ok = self.units[site] > 0
            || (self.blocked[site] == 0
                && self.open < model.open
                && ground.groups_of[site].iter().all(|g| self.in_group[*g as usize] < model.groups[*g as usize].most));
        opening_ok && model.budget.as_ref().is_none_or(|b| self.spent + self.price(site) <= b.limit + slack(b.limit))
    }

    fn share_broken(&self, more: impl Fn(usize) -> f64) -> f64 {
        let shares = &self.ground.model.shares;
        shares.iter().enumerate().map(|(s, share)| lack(share.least, self.covered[s] + more(s))).sum()
    }

    /// How good the choice is.
    pub fn score(&self) -> Score {
        let groups = &self.ground.model.groups;
        let lacking: u32 = groups.iter().zip(&self.in_group).map(|(g, n)| g.least.saturating_sub(*n)).sum();
        let broken = f64::from(self.missing) + f64::from(lacking) + self.share_broken(|_| 0.0);
        Score { broken, value: self.value }
    }

    /// How good it would be with one more unit at a site; `now` is the score of the choice.
    pub fn score_with(&self, site: usize, now: Score) -> Score {
        let (ground, model) = (self.ground, self.ground.model);
        let mut broken = now.broken - f64::from(self.fill[site]);
        let mut value = now.value + self.add[site];
        if self.units[site] == 0 {
            value += model.site_gain[site];
            for g in &ground.groups_of[site] {
                broken -= f64::from(u8::from(self.in_group[*g as usize] < model.groups[*g as usize].least));
            }
        }
        if !self.covered.is_empty() {
            broken += self.share_broken(|s| self.share_add[s][site]) - self.share_broken(|_| 0.0);
        }
        Score { broken, value }
    }

    /// What of the rules that a search may break for a while is broken, kind by kind, in their own measures.
    pub fn lacks(&self) -> Lacks {
        let (groups, shares) = (&self.ground.model.groups, &self.ground.model.shares);
        let groups: u32 = groups.iter().zip(&self.in_group).map(|(g, n)| g.least.saturating_sub(*n)).sum();
        let shares = shares.iter().zip(&self.covered).map(|(s, c)| (s.least - slack(s.least) - c).max(0.0)).sum();
        Lacks { needs: f64::from(self.missing), groups: f64::from(groups), shares }
    }

    /// Whether another unit is left to be put somewhere.
    pub fn has_spare(&self) -> bool {
        self.total < self.ground.model.units
    }

    /// The sites that may take one more unit, and what it is worth there at prices for what is lacking.
    pub fn worths(&self, price: &Lacks, worths: &mut Vec<(u32, f64)>) {
        let (ground, model) = (self.ground, self.ground.model);
        worths.clear();
        let short: Vec<(f64, &[f64])> = (model.shares.iter().zip(&self.covered).zip(&self.share_add))
            .map(|((share, covered), add)| (share.least - slack(share.least) - covered, add.as_slice()))
            .filter(|(lack, _)| *lack > 0.0)
            .collect();
        if self.total >= model.units {
            return;
        }
        for site in 0..self.units.len() {
            if !self.may_put(site) {
                continue;
            }
            let mut worth = self.add[site] + price.needs * f64::from(self.fill[site]);
            if self.units[site] == 0 {
                worth += model.site_gain[site];
                for g in &ground.groups_of[site] {
                    if self.in_group[*g as usize] < model.groups[*g as usize].least {
                        worth += price.groups;
                    }
                }
            }
            for (lack, add) in &short {
                worth += price.shares * add[site].min(*lack);
            }
            worths.push((site as u32, worth));
        }
    }

    /// Becomes the same as another choice of the same model and steps, without new memory.
    pub fn copy_from(&mut self, other: &State<'g, 'm>) {
        self.units.copy_from_slice(&other.units);
        self.count.copy_from_slice(&other.count);
        self.add.copy_from_slice(&other.add);
        self.fill.copy_from_slice(&other.fill);
        self.covered.copy_from_slice(&other.covered);
        for (mine, theirs) in self.share_add.iter_mut().zip(&other.share_add) {
            mine.copy_from_slice(theirs);
        }
        self.blocked.copy_from_slice(&other.blocked);
        self.in_group.copy_from_slice(&other.in_group);
        (self.missing, self.value, self.total) = (other.missing, other.value, other.total);
        (self.open, self.spent) = (other.open, other.spent);
    }

    /// Fewest units the rules want at a site.
    pub fn low(&self, site: usize) -> u32 {
        self.ground.low[site]
    }

    /// Whether the kept figures agree with a fresh count.
    #[cfg(test)]
    pub fn agrees_with_fresh_count(&self) -> bool {
        let fresh = State::new(self.ground, &self.units);
        let close = |a: &f64, b: &f64| (a - b).abs() < 1e-6;
        let model = self.ground.model;
        let shares = model.shares.iter().zip(&self.covered).all(|(s, c)| close(&share_covered(s, &self.count), c));
        shares
            && close(&self.value, &model.value(&self.units))
            && self.add.iter().zip(&fresh.add).all(|(a, b)| close(a, b))
            && self.fill == fresh.fill
            && self.missing == fresh.missing
            && self.blocked == fresh.blocked
            && close(&self.spent, &model.cost(&self.units))
    }
}

/// What a share lacks, relative to what it needs; rounding forgiven.
fn lack(least: f64, covered: f64) -> f64 {
    if covered >= least - slack(least) { 0.0 } else { (least - covered) / least.abs().max(1e-12) + 1e-6 }
}
