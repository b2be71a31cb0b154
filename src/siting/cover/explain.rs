//! Why there is no answer, and the least change that makes one.

use super::model::{CoverModel, share_covered};
use super::sets::CoverSets;
use super::solve::{CoverAnswer, NoAnswer, solve};
use crate::siting::{Effort, SiteRule};

/// What stands in the way, and what would help. Each way out changes one thing only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhyNot {
    /// Rows with a need that all sites that may be opened (at their capacity) do not meet, whatever else is allowed: the
    /// row, units it needs, units that can reach it.
    pub unreached: Vec<(usize, u32, u64)>,
    /// Shares that all sites together do not reach: share, most weight they cover.
    pub short_shares: Vec<(usize, f64)>,
    /// Fewest units with which the model has an answer. None: no number helps.
    pub posts: Option<Least<u32>>,
    /// Highest share that can be reached, for each share asked for, as a part of its `least` (1 = all of it), when this one
    /// share gives way. None: the other rules alone have no answer.
    pub shares: Vec<Option<Least<f64>>>,
    /// Least money with which the model has an answer (with a budget only).
    pub budget: Option<Least<f64>>,
    /// Rows with needs that stay uncovered when as few rows as can be give up their need.
    pub given_up: Option<Vec<usize>>,
}

/// The least change that works.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Least<T> {
    /// The value.
    pub value: T,
    /// Whether nothing less works.
    pub proved: bool,
}

/// Finds out why a model has no answer and what the smallest relaxations are. For a model that has an answer the ways out
/// name what is there already.
pub fn explain(model: &CoverModel, effort: &Effort) -> Result<WhyNot, NoAnswer> {
    model.check()?;
    let most: Vec<u32> = (0..model.sets.sites())
        .map(|s| if model.rules[s] == SiteRule::Closed { 0 } else { model.capacity[s] })
        .collect();
    let reach = |row: usize| model.sets.row(row).iter().map(|s| u64::from(most[*s as usize])).sum::<u64>();
    let everything: Vec<u32> = (0..model.sets.rows()).map(|r| reach(r).min(u64::from(u32::MAX)) as u32).collect();
    let mut why = WhyNot::default();
    for (row, need) in model.need.iter().enumerate().filter(|(_, n)| **n > 0) {
        if reach(row) < u64::from(*need) {
            why.unreached.push((row, *need, reach(row)));
        }
    }
    for (s, share) in model.shares.iter().enumerate() {
        let covered = share_covered(share, &everything);
        if covered < share.least - super::model::slack(share.least) {
            why.short_shares.push((s, covered));
        }
    }
    why.posts = fewest_units(model, effort);
    why.shares = (0..model.shares.len()).map(|s| highest_share(model, s, effort)).collect();
    why.budget = model.budget.as_ref().and_then(|_| least_money(model, effort));
    why.given_up = fewest_given_up(model, effort);
    Ok(why)
}

/// A model that asks only whether there is an answer, with a gain for what should be little or much.
fn bare(model: &CoverModel) -> CoverModel {
    let mut bare = model.clone();
    bare.weight.fill(0.0);
    bare.site_gain.fill(0.0);
    bare
}

/// Least value of a yes-or-no question that stays yes once it is.
fn fewest_units(model: &CoverModel, effort: &Effort) -> Option<Least<u32>> {
    let mut asked = bare(model);
    let all: u32 = model.capacity.iter().fold(0, |a: u32, c| a.saturating_add(*c));
    asked.units = all;
    asked.open = if model.open == u32::MAX { u32::MAX } else { all };
    let mut best: u32 = solve(&asked, effort).ok()?.units.iter().sum();
    let (mut low, mut proved) = (0_u32, true);
    // Everything below `low` is known not to work.
    while low < best {
        let middle = low + (best - low) / 2;
        asked.units = middle;
        match solve(&asked, effort) {
            Ok(found) => best = found.units.iter().sum(),
            Err(why) => {
                proved &= why == NoAnswer::Impossible;
                low = middle + 1;
            }
        }
    }
    Some(Least { value: best, proved })
}

fn highest_share(model: &CoverModel, share: usize, effort: &Effort) -> Option<Least<f64>> {
    let wanted = model.shares[share].clone();
    let mut asked = bare(model);
    asked.shares.remove(share);
    asked.steps.push(vec![1.0]);
    let class = asked.steps.len() as u32 - 1;
    for (row, weight) in &wanted.rows {
        asked.weight[*row as usize] = *weight;
        asked.class[*row as usize] = class;
    }
    let found = solve(&asked, effort).ok()?;
    // Nothing asked for is reached by any answer.
    let part = if wanted.least > 0.0 { (found.answer.objective / wanted.least).min(1.0) } else { 1.0 };
    Some(Least { value: part, proved: found.answer.proved || part >= 1.0 })
}

fn least_money(model: &CoverModel, effort: &Effort) -> Option<Least<f64>> {
    let mut asked = bare(model);
    let budget = asked.budget.take()?;
    // Costs of sites go into the objective; costs of units do so where one unit stands at each site. Else the money of
    // the best found is named without a proof.
    let single = asked.capacity.iter().all(|c| *c <= 1);
    for (s, gain) in asked.site_gain.iter_mut().enumerate() {
        *gain = -(budget.site_cost[s] + budget.unit_cost[s]);
    }
    let found = solve(&asked, effort).ok()?;
    Some(Least { value: model.cost(&found.units), proved: single && found.answer.proved })
}

/// Needs as wishes: a row with a need gives it up at a cost of one; as few as can be do.
fn fewest_given_up(model: &CoverModel, effort: &Effort) -> Option<Vec<usize>> {
    let mut asked = bare(model);
    let first = asked.steps.len() as u32;
    let deepest = model.need.iter().copied().max().unwrap_or(0);
    for need in 1..=deepest {
        // All or nothing: only the last of the needed units counts.
        let mut steps = vec![0.0; need as usize];
        steps[need as usize - 1] = 1.0;
        asked.steps.push(steps);
    }
    for (row, need) in model.need.iter().enumerate().filter(|(_, n)| **n > 0) {
        asked.class[row] = first + need - 1;
        asked.weight[row] = 1.0;
        asked.need[row] = 0;
    }
    let found = solve(&asked, effort).ok()?;
    let count = model.counts(&found.units);
    Some((0..count.len()).filter(|r| count[*r] < model.need[*r]).collect())
}

/// The smallest of several radii (ascending) with which a model built for it has an answer, and that answer; the radius
/// before it (if any) has none, if that is proved. `build` makes the model from the cover sets of a radius.
///
/// Larger radii must cover whatever smaller ones do.
pub fn smallest_radius(
    radii: &[f64],
    sets: impl Fn(f64) -> CoverSets,
    build: impl Fn(CoverSets) -> CoverModel,
    effort: &Effort,
) -> Option<(Least<f64>, CoverAnswer)> {
    let (mut low, mut high, mut proved) = (0, radii.len(), true);
    let mut best = None;
    while low < high {
        let middle = low + (high - low) / 2;
        match solve(&build(sets(radii[middle])), effort) {
            Ok(found) => {
                best = Some((radii[middle], found));
                high = middle;
            }
            Err(NoAnswer::Impossible) => low = middle + 1,
            Err(_) => {
                proved = false;
                low = middle + 1;
            }
        }
    }
    best.map(|(value, found)| (Least { value, proved }, found))
}
