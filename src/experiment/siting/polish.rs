//! The final touch: a local search that asks the simulator itself, see [`super::climb`] for how its noise is handled.
//!
//! Only what the proposal placed is moved: a post that it opened to another candidate, a unit that it added or moved to another
//! post (where all units are placed anew: any unit on the road). Rules of the question hold for every step. The gain is
//! estimated on the scenario's own replications, which the search never plays: what was found by luck in the search is not
//! counted as a gain.

use super::climb::{Climb, Climbing, climb};
use super::field::Field;
use super::judgment::calls_promise;
use super::models::Model;
use super::outcome::{Choice, NewUnits, is_negative, open_posts};
use super::plan::RuleSet;
use super::promise::nearest;
use super::served::served;
use super::sited::Question;
use super::want::Want;
use crate::experiment::compare::{Difference, MainFigure};
use crate::facilities::Unit;
use crate::fault::{Fault, Faults};
use crate::geo::distance_m;
use crate::ids::{PostId, UnitId};
use crate::quality::Quality;
use crate::scenario::Scenario;
use crate::sim::facts::Facts;
use crate::sim::{self, Options, Outcome};
use crate::siting::Answer;
use crate::stats::{PairedRatio, bonferroni};
use crate::text::Text;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

/// How a proposal says that it was found here.
pub const POLISH_METHOD: &str = "local search in the simulator";

/// Places that a post or unit may move to: so many, the nearest in a straight line.
const NEAREST: usize = 6;

/// Moves of posts to farther places: so many in all, those that look best on paper.
const FARTHER: usize = 10;

/// Replications of the search have numbers from here on, or from behind those of the scenario.
const SEARCHED_FROM: u32 = 1_000_000;

/// Figures of the gain that is shown: share within the time and mean response.
const GAINS: usize = 2;

/// How to polish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PolishPlan {
    /// What is to become better.
    pub figure: MainFigure,
    /// A gain of so much is worth a move, in minutes or percentage points; `None`: half of
    /// [`MainFigure::usual_indifference`].
    pub worth: Option<f64>,
    /// Comparisons at most.
    pub comparisons: u32,
    /// Replications of the first stage of each.
    pub first: u32,
    /// Replications of each at most.
    pub most: u32,
}

impl Default for PolishPlan {
    /// With a first stage of 20 the guarantee held for skewed means as well, see [`crate::stats::Kn`].
    fn default() -> PolishPlan {
        PolishPlan { figure: MainFigure::Within, worth: None, comparisons: 40, first: 20, most: 100 }
    }
}

/// Whom a search tells where it stands, and who may stop it.
pub struct Polishing<'a> {
    /// Once it is set nothing more is begun.
    pub stop: &'a AtomicBool,
    /// Told before each comparison.
    pub tell: &'a mut dyn FnMut(Climb),
}

/// A step of the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolishStep {
    /// The post that closes again or gives units.
    pub from: Text,
    /// The post that opens instead or gets them.
    pub to: Text,
    /// How many units move.
    pub units: u32,
    /// Whether the post itself moves.
    pub post: bool,
    /// Replications that it took to show the step.
    pub replications: u32,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polished {
    /// The proposal it began with: the best in its first replications.
    pub start: String,
    /// The proposal that came of it; `None`: nothing near the start is shown to be better.
    pub key: Option<String>,
    /// What was to become better.
    pub figure: MainFigure,
    /// A gain of so much is worth a move, in minutes or percentage points.
    pub worth: f64,
    /// The chance that no step is for the worse, at least.
    pub confidence: f64,
    /// Comparisons made.
    pub compared: u32,
    /// Comparisons at most.
    pub most_compared: u32,
    /// Of those made, those undecided after as many replications as were allowed.
    pub undecided: u32,
    /// Replications of the first stage of a comparison.
    pub first: u32,
    /// Replications of a comparison at most.
    pub most: u32,
    /// Replications played in the search.
    pub played: u64,
    /// Whether all that is near was looked at; else the comparisons ran out.
    pub all_tried: bool,
    /// The steps.
    pub steps: Vec<PolishStep>,
    /// Replications of the gain: the scenario's own, which the search never played.
    pub replications: u32,
    /// Share of calls within the time, 0 to 1: `a` the start, `b` polished. Both intervals of the gain hold at once.
    pub within: Option<Difference>,
    /// Mean response, minutes.
    pub mean_min: Option<Difference>,
}

/// What the search is about.
pub(super) struct Around<'a> {
    pub(super) field: &'a Field,
    pub(super) question: &'a Question,
    pub(super) rules: &'a RuleSet,
    /// Lists of wants of which one must be met, for [`Question::Fewest`].
    pub(super) wants: &'a [Vec<Want>],
    pub(super) new_units: &'a NewUnits,
}

/// Where units stand: what a [`Choice`] is about.
#[derive(Clone, Debug, PartialEq)]
struct Placing {
    added: Vec<u32>,
    moved: Vec<(UnitId, usize)>,
}

impl From<&Choice> for Placing {
    fn from(c: &Choice) -> Placing {
        Placing { added: c.added.clone(), moved: c.moved.clone() }
    }
}

/// A scenario that is ready to be played on the roads of the field.
struct Staged {
    scenario: Scenario,
    facts: Facts,
}

/// Polishes the best of some proposals. The choice that comes of it is `None` where nothing near is shown to be better.
///
/// # Errors
/// A search that was stopped; proposals whose units move between posts that close for the night, which cannot be played here.
pub(super) fn polish(
    around: &Around<'_>,
    made: &[(String, &Choice)],
    how: &PolishPlan,
    polishing: &mut Polishing<'_>,
) -> Result<(Polished, Option<Choice>), Faults> {
    let clock = std::time::Instant::now();
    let s = &around.field.prepared.world.scenario;
    let run = &s.run;
    let options = Options::by(&around.field.prepared.pack.targets(), false);
    let look = |p: &Placing, replication: u32| -> Option<f64> {
        let outcome = around.stage(p)?.play(around.field, &options, replication);
        value(&outcome, how.figure)
    };
    let searched = SEARCHED_FROM.max(run.replications);
    let start = begin(made, &look, (searched, how), polishing.stop)?;
    let (key, first) = &made[start];
    let worth = how.worth.unwrap_or(how.figure.usual_indifference() / 2.0);
    let climbing = Climbing {
        larger_is_better: how.figure.larger_is_better(),
        worth,
        confidence: run.confidence,
        comparisons: how.comparisons,
        first: how.first,
        most: how.most,
        // Behind those by which the start was chosen.
        from: searched.saturating_add(how.first),
    };
    let mut neighbours = |p: &Placing| around.neighbours(p, how.figure);
    let found = climb(Placing::from(*first), &mut neighbours, &look, &climbing, polishing.stop, polishing.tell);
    if found.stopped {
        return Err(stopped());
    }
    let steps = found.path.windows(2).zip(&found.took);
    let steps: Vec<PolishStep> = steps.map(|(pair, took)| around.step(&pair[0], &pair[1], *took)).collect();
    let last = found.path.last().filter(|_| found.path.len() > 1);
    let [within, mean_min] = match last {
        Some(last) => around.gain(&Placing::from(*first), last, &options, polishing.stop)?,
        None => [None; GAINS],
    };
    let polished = Polished {
        start: key.clone(),
        key: None,
        figure: how.figure,
        worth,
        confidence: run.confidence,
        compared: found.compared,
        most_compared: how.comparisons,
        undecided: found.undecided,
        first: how.first,
        most: how.most,
        played: found.played,
        all_tried: found.all_tried,
        steps,
        replications: run.replications,
        within,
        mean_min,
    };
    let choice = last.map(|last| {
        // What the simulation counts; nothing is proved.
        let objective = match how.figure {
            MainFigure::Within => within.map_or(0.0, |d| d.b),
            MainFigure::Mean => mean_min.map_or(0.0, |d| d.b),
        };
        let open = open_posts(&around.units(last));
        Choice {
            added: last.added.clone(),
            moved: last.moved.clone(),
            model: first.model,
            rank: 1,
            answer: Answer {
                sites: open.clone(),
                objective,
                bound: objective,
                proved: false,
                method: POLISH_METHOD,
                seed: run.seed,
            },
            seconds: clock.elapsed().as_secs_f64(),
            cost: first.cost.and_then(|_| around.cost(&open)),
        }
    });
    Ok((polished, choice))
}

fn stopped() -> Faults {
    Fault::error("the search was stopped").into()
}

/// The proposal that is best in some replications of its own: nothing is claimed of it but that the search begins there.
fn begin(
    made: &[(String, &Choice)],
    look: &(dyn Fn(&Placing, u32) -> Option<f64> + Sync),
    (from, how): (u32, &PolishPlan),
    stop: &AtomicBool,
) -> Result<usize, Faults> {
    let mut best: Option<(usize, f64)> = None;
    for (i, (_, choice)) in made.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        let placing = Placing::from(*choice);
        let of = |r: u32| look(&placing, from.saturating_add(r));
        let values: Vec<Option<f64>> = (0..how.first).into_par_iter().map(of).collect();
        let counted: Vec<f64> = values.into_iter().flatten().collect();
        if counted.is_empty() {
            continue;
        }
        let mean = counted.iter().sum::<f64>() / counted.len() as f64;
        let better = best.is_none_or(|(_, b)| if how.figure.larger_is_better() { mean > b } else { mean < b });
        if better {
            best = Some((i, mean));
        }
    }
    best.map(|(i, _)| i).ok_or_else(|| {
        let fault = Fault::error("no proposal can be polished: none has calls in the simulated days, or units move between posts that are not staffed around the clock");
        fault.hint("simulate more days (--days), or leave out --polish").into()
    })
}

/// Numerators and denominators of a replication: share within, mean response in minutes.
fn ratios(outcome: &Outcome) -> [(f64, f64); GAINS] {
    let (mut within, mut lost, mut calls, mut seconds) = (0, 0, 0, 0.0);
    for group in &outcome.groups {
        within += group.within;
        lost += group.lost;
        calls += group.response.count();
        seconds += group.response.sum_seconds();
    }
    // Who is never reached is not reached in time.
    [(within as f64, (calls + lost) as f64), (seconds / 60.0, calls as f64)]
}

/// The figure of a replication: per cent, or minutes.
fn value(outcome: &Outcome, figure: MainFigure) -> Option<f64> {
    let [within, mean] = ratios(outcome);
    let (top, bottom) = match figure {
        MainFigure::Within => (100.0 * within.0, within.1),
        MainFigure::Mean => mean,
    };
    (bottom > 0.0).then(|| top / bottom)
}

impl Staged {
    fn play(&self, field: &Field, options: &Options, replication: u32) -> Outcome {
        let seed = self.scenario.run.seed;
        sim::play(&self.scenario, &self.facts, &field.prepared.world, options, seed, replication).outcome
    }
}

impl Around<'_> {
    /// The scenario with its units where a placing has them, as it would be read from the files that are written for it; on
    /// the roads of the field. `None` where hours of posts would change those of units that move.
    fn stage(&self, p: &Placing) -> Option<Staged> {
        let mut s = self.field.prepared.world.scenario.clone();
        for (unit, to) in &p.moved {
            let from = s.units[unit.index()].post.index();
            if s.posts[from].hours.is_some() || s.posts[*to].hours.is_some() {
                return None;
            }
            s.units[unit.index()].post = PostId::new(*to);
        }
        let mut made = 0;
        for (post, units) in p.added.iter().enumerate() {
            for _ in 0..*units {
                s.units.push(Unit {
                    id: format!("new-{}", made + 1),
                    post: PostId::new(post),
                    kind: self.new_units.kind,
                    negative_pressure: is_negative(made, self.new_units.negative_pressure),
                    shift: String::new(),
                    duty: s.posts[post].hours.clone(),
                    quality: Quality::Assumed,
                });
                made += 1;
            }
        }
        s.rules.fleet.duty = match s.units.iter().any(|u| u.duty.is_some()) {
            true => s.units.iter().map(|u| u.duty.clone()).collect(),
            false => Vec::new(),
        };
        let facts = Facts::of(&s);
        Some(Staged { scenario: s, facts })
    }

    /// A replication of a choice.
    #[cfg(test)]
    pub(super) fn played(&self, choice: &Choice, options: &Options, replication: u32) -> Option<Outcome> {
        Some(self.stage(&Placing::from(choice))?.play(self.field, options, replication))
    }

    fn units(&self, p: &Placing) -> Vec<u32> {
        units_of(self.field, p)
    }

    /// What the posts cost that are opened.
    fn cost(&self, open: &[usize]) -> Option<f64> {
        let r = self.rules;
        let each = match self.question {
            Question::Add { units_each, .. }
            | Question::Fewest { units_each, .. }
            | Question::Frontier { units_each, .. } => *units_each,
            _ => 0,
        };
        let units = f64::from(each) * r.unit_cost.unwrap_or(0.0);
        let post = |p: &usize| self.field.cost_of(*p).or(r.post_cost).unwrap_or(0.0) + units;
        Some(open.iter().filter(|p| !self.field.staffed[**p]).map(post).sum())
    }

    /// Whether the rules of the question hold with units at these posts.
    fn obeys(&self, open: &[usize]) -> bool {
        let s = &self.field.prepared.world.scenario;
        let new = || open.iter().filter(|p| !self.field.staffed[**p]);
        if let Some(km) = self.rules.apart_km {
            let near = |a: usize, b: usize| distance_m(s.posts[a].at, s.posts[b].at) < km * 1000.0;
            if new().any(|a| open.iter().any(|b| a != b && near(*a, *b))) {
                return false;
            }
        }
        if self.rules.county_least > 0 {
            let lived =
                |c: usize| s.points.iter().any(|p| p.population > 0.0 && p.county.is_some_and(|at| at.index() == c));
            let here = |c: usize| open.iter().filter(|p| s.posts[**p].county.is_some_and(|at| at.index() == c)).count();
            if (0..s.counties.len()).any(|c| here(c) < self.rules.county_least as usize && lived(c)) {
                return false;
            }
        }
        if let (Some(limit), Some(cost)) = (self.rules.budget, self.cost(open))
            && cost > limit
        {
            return false;
        }
        let wanted = matches!(self.question, Question::Fewest { .. });
        !wanted || self.wants.iter().any(|list| list.iter().all(|w| w.is_met(self.field, open)))
    }

    /// All placings that are one move away and obey the rules; those that look best on paper, with busy units, come first.
    fn neighbours(&self, p: &Placing, figure: MainFigure) -> Vec<Placing> {
        let field = self.field;
        let units = self.units(p);
        let mut out = Vec::new();
        let mut farther = Vec::new();
        let opens = self.question.opens_posts();
        for from in (0..field.posts()).filter(|post| units[*post] > 0) {
            // A post that was opened, with all its units.
            if opens && field.units[from] == 0 {
                let free = |q: &usize| units[*q] == 0 && field.units[*q] == 0;
                let mut to = self.nearest(p, from, &free);
                farther.extend(to.split_off(to.len().min(NEAREST)).into_iter().map(|to| moved_post(p, from, to)));
                out.extend(to.into_iter().map(|to| moved_post(p, from, to)));
            }
            // A unit, where another one stays.
            if units[from] > 1 {
                let open = |q: &usize| units[*q] > 0;
                let to = self.nearest(p, from, &open).into_iter().take(NEAREST);
                out.extend(to.filter_map(|to| self.moved_unit(p, from, to)));
            }
        }
        farther.retain(|n| self.obeys(&open_posts(&self.units(n))));
        let promised = |n: &Placing| {
            let group = calls_promise(field, &nearest(field, &open_posts(&self.units(n)))).into_iter().next();
            let group = group.unwrap_or_default();
            match figure {
                MainFigure::Within => -group.within,
                MainFigure::Mean => group.mean_min.unwrap_or(f64::INFINITY),
            }
        };
        let looks: Vec<f64> = farther.par_iter().map(promised).collect();
        let mut order: Vec<usize> = (0..farther.len()).collect();
        order.sort_by(|a, b| looks[*a].total_cmp(&looks[*b]).then(a.cmp(b)));
        out.extend(order.into_iter().take(FARTHER).map(|i| farther[i].clone()));
        out.retain(|n| self.obeys(&open_posts(&self.units(n))));
        let now = nearest(field, &open_posts(&field.units));
        let paper = |n: &Placing| -> (f64, f64) {
            let units = self.units(n);
            let promised = calls_promise(field, &nearest(field, &open_posts(&units)));
            let mean = promised.first().and_then(|g| g.mean_min).unwrap_or(f64::INFINITY);
            (served(field, &units, &now).within, mean)
        };
        let looks: Vec<(f64, f64)> = out.par_iter().map(paper).collect();
        let mut order: Vec<usize> = (0..out.len()).collect();
        order.sort_by(|a, b| {
            let ((within_a, mean_a), (within_b, mean_b)) = (looks[*a], looks[*b]);
            let (within, mean) = (within_b.total_cmp(&within_a), mean_a.total_cmp(&mean_b));
            let both = if figure == MainFigure::Within { within.then(mean) } else { mean.then(within) };
            both.then(a.cmp(b))
        });
        order.into_iter().map(|i| out[i].clone()).collect()
    }

    /// Posts to which units of a post could go, the nearest in a straight line first: any, but for units of a centre that
    /// helps no other one, which stay with it.
    fn nearest(&self, p: &Placing, from: usize, wanted: &dyn Fn(&usize) -> bool) -> Vec<usize> {
        let field = self.field;
        let s = &field.prepared.world.scenario;
        let away = |p: &usize| distance_m(s.posts[*p].at, s.posts[from].at);
        let all_new = p.added[from] > 0 && p.moved.iter().all(|(_, to)| *to != from);
        let same = |p: &usize| all_new || field.group_of_post(*p) == field.group_of_post(from);
        let mut posts: Vec<usize> = (0..field.posts()).filter(|p| *p != from && same(p) && wanted(p)).collect();
        posts.sort_by(|a, b| away(a).total_cmp(&away(b)).then(a.cmp(b)));
        posts
    }

    /// A unit that the proposal placed goes to another post; one that was there before only where all are placed anew.
    fn moved_unit(&self, p: &Placing, from: usize, to: usize) -> Option<Placing> {
        let mut out = p.clone();
        if out.added[from] > 0 {
            out.added[from] -= 1;
            out.added[to] += 1;
            return Some(out);
        }
        let s = &self.field.prepared.world.scenario;
        let anew = matches!(self.question, Question::Fleet { anew: true, .. });
        let placed = out.moved.iter().rev().find(|(_, post)| *post == from).map(|(unit, _)| *unit);
        let unit = placed.or_else(|| {
            let stays = |i: &usize| {
                let u = &s.units[*i];
                u.post.index() == from && u.kind.on_road() && out.moved.iter().all(|(m, _)| m.index() != *i)
            };
            (0..s.units.len()).rev().find(stays).filter(|_| anew).map(UnitId::new)
        })?;
        out.moved.retain(|(u, _)| *u != unit);
        if s.units[unit.index()].post.index() != to {
            out.moved.push((unit, to));
            out.moved.sort_unstable();
        }
        Some(out)
    }

    /// What a step did.
    fn step(&self, before: &Placing, after: &Placing, replications: u32) -> PolishStep {
        let s = &self.field.prepared.world.scenario;
        let (a, b) = (self.units(before), self.units(after));
        let name = |of: &dyn Fn(usize) -> bool| {
            (0..a.len()).find(|p| of(*p)).map(|p| s.posts[p].name.clone()).unwrap_or_default()
        };
        PolishStep {
            from: name(&|p| b[p] < a[p]),
            to: name(&|p| b[p] > a[p]),
            units: a.iter().zip(&b).map(|(a, b)| b.saturating_sub(*a)).sum(),
            post: a.iter().zip(&b).any(|(a, b)| *a > 0 && *b == 0),
            replications,
        }
    }

    /// What the search gained, on the scenario's own replications: share within and mean response.
    fn gain(
        &self,
        start: &Placing,
        last: &Placing,
        options: &Options,
        stop: &AtomicBool,
    ) -> Result<[Option<Difference>; GAINS], Faults> {
        let run = &self.field.prepared.world.scenario.run;
        let (Some(start), Some(last)) = (self.stage(start), self.stage(last)) else { return Ok([None; GAINS]) };
        let mut pairs: [PairedRatio; GAINS] = std::array::from_fn(|_| PairedRatio::new());
        let play = |r: u32| [&start, &last].map(|s| ratios(&s.play(self.field, options, r)));
        let mut at = 0;
        while at < run.replications {
            if stop.load(Ordering::Relaxed) {
                return Err(stopped());
            }
            let to = at.saturating_add(32).min(run.replications);
            let found: Vec<_> = (at..to).into_par_iter().map(play).collect();
            for [a, b] in found {
                pairs.iter_mut().enumerate().for_each(|(i, pair)| pair.push(a[i], b[i]));
            }
            at = to;
        }
        let confidence = bonferroni(run.confidence, GAINS);
        Ok(pairs.map(|p| p.estimate(confidence).map(Difference::from)))
    }
}

fn units_of(field: &Field, p: &Placing) -> Vec<u32> {
    // The rest of a choice has no say in it.
    let answer = Answer { sites: Vec::new(), objective: 0.0, bound: 0.0, proved: false, method: "", seed: 0 };
    let (added, moved) = (p.added.clone(), p.moved.clone());
    Choice { added, moved, model: Model::Mclp, rank: 1, answer, seconds: 0.0, cost: None }.units(field)
}

/// A post that was opened stands elsewhere, with all its units.
fn moved_post(p: &Placing, from: usize, to: usize) -> Placing {
    let mut out = p.clone();
    out.added.swap(from, to);
    out.moved.iter_mut().filter(|(_, post)| *post == from).for_each(|(_, post)| *post = to);
    out
}
