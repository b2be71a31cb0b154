//! The planner's question as a location model, and its answer.

use super::field::Field;
use super::rows::{Rows, levels};
use super::space::Space;
use crate::siting::center::Center;
use crate::siting::cover::{CoverModel, NoAnswer, busy_steps, solve};
use crate::siting::median::{Capacitated, Median};
use crate::siting::{Answer, Effort, SiteRule, Table, Trouble};
use serde::{Deserialize, Serialize};

/// Minutes that stand for "no road leads there" where a mean needs a number: a day.
pub const UNREACHED_MIN: f64 = 1440.0;

/// What choices are to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// As many people as can be within the time (maximal covering, MCLP; Church & ReVelle 1974).
    Mclp,
    /// The shortest mean time (p-median; Hakimi 1964).
    Median,
    /// As many people as can be within the time when units are busy now and then (MEXCLP; Daskin 1983).
    Mexclp,
    /// As many people as can be within the time of two posts (backup coverage, BACOP2; Hogan & ReVelle 1986).
    Backup,
    /// The shortest longest time (p-center; Hakimi 1964).
    Center,
    /// Everybody within a wide limit, a share within the time, as many as can be within the time of two units (double
    /// standard, DSM; Gendreau, Laporte & Semet 1997).
    Dsm,
    /// The most survivors of cardiac arrest, the nearest free unit going (Erkut, Ingolfsson & Erdoğan 2008).
    Survival,
    /// The shortest mean time with a limit to how many people a post takes (capacitated p-median).
    Capacitated,
}

impl Model {
    /// All of them.
    pub const ALL: [Model; 8] = [
        Model::Mclp,
        Model::Median,
        Model::Mexclp,
        Model::Backup,
        Model::Center,
        Model::Dsm,
        Model::Survival,
        Model::Capacitated,
    ];

    /// As it is written on the command line and in names of files.
    pub fn key(self) -> &'static str {
        match self {
            Model::Mclp => "mclp",
            Model::Median => "median",
            Model::Mexclp => "mexclp",
            Model::Backup => "backup",
            Model::Center => "center",
            Model::Dsm => "dsm",
            Model::Survival => "survival",
            Model::Capacitated => "capacitated",
        }
    }

    /// Whether more of its objective is better.
    pub fn more_is_better(self) -> bool {
        !matches!(self, Model::Median | Model::Center | Model::Capacitated)
    }

    /// Whether it counts units, not posts.
    pub fn counts_units(self) -> bool {
        matches!(self, Model::Mexclp | Model::Dsm | Model::Survival)
    }
}

/// Numbers of the models that are not in the scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Share of time in which a unit is busy, for [`Model::Mexclp`] and [`Model::Survival`].
    pub busy: f64,
    /// The wide limit of [`Model::Dsm`], as a multiple of the time allowed.
    pub wide: f64,
    /// The share that [`Model::Dsm`] asks for within the time (of what any choice could reach): `None`: as now.
    pub least: Option<f64>,
    /// Most that a post takes under [`Model::Capacitated`], in what places weigh.
    pub room: Option<f64>,
}

impl Tuning {
    /// The usual numbers with this share of busy time.
    pub fn of(busy: f64) -> Tuning {
        Tuning { busy, wide: 2.0, least: None, room: None }
    }
}

/// Weight on being reached by one post in backup coverage; the rest is on a second one.
const FIRST_OF_BACKUP: f64 = 0.5;

/// Steps of expected covering below this part of the weight are left out.
const LEAST_STEP: f64 = 1e-12;

/// The chance to survive a cardiac arrest out of hospital when the unit comes so many minutes after the call: the curve of
/// De Maio, Stiell, Wells & Spaite (Annals of Emergency Medicine 42 (2003) 242) as Erkut, Ingolfsson & Erdoğan (Naval Research
/// Logistics 55 (2008) 42) use it.
pub fn survival(minutes: f64) -> f64 {
    1.0 / (1.0 + libm::exp(0.679 + 0.262 * minutes))
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoProposal {
    /// The cover models.
    #[error(transparent)]
    Cover(#[from] NoAnswer),
    /// The distance models.
    #[error(transparent)]
    Distance(#[from] Trouble),
    /// The capacitated model obeys no further rule.
    #[error("this model knows no rules but the number of posts: no budget, distances, counties, moves or alternatives")]
    Rules,
    /// The capacitated model needs a capacity.
    #[error("this model needs to know how much a post can take")]
    Room,
    /// There is nothing that the model could improve.
    #[error("no candidate changes anything for this model")]
    Nothing,
}

/// A solved question: columns of the space that are open, and units at each.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// Columns, ascending.
    pub columns: Vec<usize>,
    /// Units (or posts) at each column of the space.
    pub units: Vec<u32>,
    /// Sites are columns; objective and bound in the measure of the model.
    pub answer: Answer,
}

/// The best choice by a model.
///
/// # Errors
/// What a solver says.
pub fn best(space: &Space<'_>, model: Model, tuning: &Tuning, effort: &Effort) -> Result<Solved, NoProposal> {
    match model {
        Model::Median if space.is_plain() => median(space, effort),
        Model::Center if space.is_plain() => center(space, effort),
        Model::Center => ruled_center(space, effort),
        Model::Capacitated => capacitated(space, tuning, effort),
        _ => {
            let (problem, measure) = cover_model(space, model, tuning);
            let found = solve(&problem, effort)?;
            Ok(measure.of(found.answer, found.units))
        }
    }
}

/// How the objective of a cover model becomes the measure of the planner's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    present: f64,
    scale: f64,
}

impl Measure {
    pub(super) fn of(self, mut answer: Answer, units: Vec<u32>) -> Solved {
        answer.objective = self.present + self.scale * answer.objective;
        answer.bound = self.present + self.scale * answer.bound;
        Solved { columns: answer.sites.clone(), units, answer }
    }
}

/// A model of the cover family over a space, and how to read its objective. (Center and capacitated are none.)
pub(super) fn cover_model(space: &Space<'_>, model: Model, tuning: &Tuning) -> (CoverModel, Measure) {
    let field = space.field;
    let base_units = |row: usize, limit: f64| -> usize {
        let near = space.base.iter().filter(|p| field.minutes(row, **p) <= limit);
        near.map(|p| field.units[*p] as usize).sum()
    };
    let all_units = space.base.iter().map(|p| field.units[*p]).sum::<u32>() + space.most * space.units_each;
    let worth = |steps: Vec<f64>| -> Vec<f64> { steps.into_iter().take_while(|s| *s > LEAST_STEP).collect() };
    let simple = |rows: Rows| {
        let present = rows.present;
        (rows.model(space), Measure { present, scale: 1.0 })
    };
    match model {
        Model::Mexclp => {
            let mut rows = Rows::new(worth(busy_steps(tuning.busy, all_units)));
            for (row, r) in field.rows.iter().enumerate() {
                rows.add(r.weight, base_units(row, r.limit_min), within(space, row, r.limit_min));
            }
            simple(rows)
        }
        Model::Survival => {
            let mut rows = Rows::new(worth(busy_steps(tuning.busy, all_units)));
            for (row, r) in field.rows.iter().enumerate().filter(|(_, r)| r.weight > 0.0) {
                // Every post counts here, those that stay too: who comes depends on who is free.
                let mut minutes: Vec<f64> =
                    space.base.iter().chain(&space.columns).map(|p| field.minutes(row, *p)).collect();
                minutes.retain(|m| m.is_finite());
                minutes.sort_by(f64::total_cmp);
                minutes.dedup();
                for (i, m) in minutes.iter().enumerate() {
                    let next = minutes.get(i + 1).map_or(0.0, |m| survival(*m));
                    rows.add(r.weight * (survival(*m) - next), base_units(row, *m), within(space, row, *m));
                }
            }
            simple(rows)
        }
        Model::Dsm => {
            let mut rows = Rows::new(vec![0.0, 1.0]);
            let mut share = Vec::new();
            let (mut reached, mut total) = (0.0, 0.0);
            for (row, r) in field.rows.iter().enumerate() {
                let near = within(space, row, r.limit_min);
                let there = base_units(row, r.limit_min);
                total += if there > 0 || !near.is_empty() { r.weight } else { 0.0 };
                if there > 0 {
                    reached += r.weight;
                } else if !near.is_empty() {
                    share.push((r.weight, near.clone()));
                }
                rows.add(r.weight, there, near);
                // Places beyond every candidate cannot ask for one.
                let wide = within(space, row, r.limit_min * tuning.wide);
                if r.people > 0.0 && base_units(row, r.limit_min * tuning.wide) == 0 && !wide.is_empty() {
                    rows.must(wide);
                }
            }
            let least = tuning.least.map_or(0.0, |part| part * total - reached);
            rows.share(share, least);
            simple(rows)
        }
        Model::Median | Model::Capacitated | Model::Center => {
            let mut rows = Rows::new(vec![1.0]);
            let (mut total, mut now) = (0.0, 0.0);
            for (row, r) in field.rows.iter().enumerate() {
                let base = nearest_base(space, row).min(UNREACHED_MIN);
                total += r.weight;
                now += r.weight * base;
                let values: Vec<f64> = space.columns.iter().map(|p| field.minutes(row, *p)).collect();
                for (saved, list) in levels(&values, base) {
                    rows.add(r.weight * saved, 0, list);
                }
            }
            let total = if total > 0.0 { total } else { 1.0 };
            (rows.model(space), Measure { present: now / total, scale: -1.0 / total })
        }
        Model::Mclp | Model::Backup => {
            let steps = if model == Model::Mclp { vec![1.0] } else { vec![FIRST_OF_BACKUP, 1.0 - FIRST_OF_BACKUP] };
            let mut rows = Rows::new(steps);
            for (row, r) in field.rows.iter().enumerate() {
                // Posts are counted, not units: a second post is the backup.
                let there = space.base.iter().filter(|p| field.minutes(row, **p) <= r.limit_min).count();
                rows.add(r.weight, there, within(space, row, r.limit_min));
            }
            let posts = Space { units_each: 1, ..space.clone() };
            let present = rows.present;
            (rows.model(&posts), Measure { present, scale: 1.0 })
        }
    }
}

/// Columns within so many minutes of a row.
pub(super) fn within(space: &Space<'_>, row: usize, limit: f64) -> Vec<u32> {
    (0..space.columns.len() as u32)
        .filter(|c| {
            let minutes = space.field.minutes(row, space.columns[*c as usize]);
            minutes.is_finite() && minutes <= limit
        })
        .collect()
}

fn nearest_base(space: &Space<'_>, row: usize) -> f64 {
    space.base.iter().map(|p| space.field.minutes(row, *p)).fold(f64::INFINITY, f64::min)
}

/// The posts that stay and the columns, in minutes: column 0 is the nearest post that stays.
fn table(space: &Space<'_>) -> Result<Table, Trouble> {
    let field = space.field;
    let mut values = Vec::with_capacity(field.rows.len() * (space.columns.len() + 1));
    for row in 0..field.rows.len() {
        values.push(nearest_base(space, row).min(UNREACHED_MIN));
        values.extend(space.columns.iter().map(|p| field.minutes(row, *p).min(UNREACHED_MIN)));
    }
    Table::new(field.rows.len(), space.columns.len() + 1, values)
}

/// The answer without the column of the posts that stay.
fn without_base(space: &Space<'_>, mut answer: Answer) -> Solved {
    answer.sites = answer.sites.iter().filter(|s| **s > 0).map(|s| s - 1).collect();
    let mut units = vec![0; space.columns.len()];
    answer.sites.iter().for_each(|c| units[*c] = 1);
    Solved { columns: answer.sites.clone(), units, answer }
}

fn rules(free: usize) -> Vec<SiteRule> {
    std::iter::once(SiteRule::Open).chain(std::iter::repeat_n(SiteRule::Free, free)).collect()
}

/// A mean is what people speak of.
fn as_mean(mut answer: Answer, field: &Field) -> Answer {
    let total: f64 = field.rows.iter().map(|r| r.weight).sum();
    if total > 0.0 {
        answer.objective /= total;
        answer.bound /= total;
    }
    answer
}

fn median(space: &Space<'_>, effort: &Effort) -> Result<Solved, NoProposal> {
    let weights: Vec<f64> = space.field.rows.iter().map(|r| r.weight).collect();
    let rules = rules(space.columns.len());
    let problem = Median::new(&table(space)?, Some(&weights), Some(&rules), space.most as usize + 1)?;
    Ok(without_base(space, as_mean(problem.solve(effort), space.field)))
}

fn capacitated(space: &Space<'_>, tuning: &Tuning, effort: &Effort) -> Result<Solved, NoProposal> {
    if !space.is_plain() {
        return Err(NoProposal::Rules);
    }
    let Some(room) = tuning.room else { return Err(NoProposal::Room) };
    let field = space.field;
    // Every post that stays is a column of its own here: each has its own room.
    let posts: Vec<usize> = space.base.iter().chain(&space.columns).copied().collect();
    let rows: Vec<usize> = (0..field.rows.len()).filter(|r| field.rows[*r].weight > 0.0).collect();
    let values = rows.iter().flat_map(|r| posts.iter().map(|p| field.minutes(*r, *p).min(UNREACHED_MIN)));
    let table = Table::new(rows.len(), posts.len(), values.collect())?;
    let loads: Vec<f64> = rows.iter().map(|r| field.rows[*r].weight).collect();
    let base = space.base.len();
    let rules: Vec<SiteRule> =
        (0..posts.len()).map(|p| if p < base { SiteRule::Open } else { SiteRule::Free }).collect();
    let room = vec![room; posts.len()];
    let problem = Capacitated::new(&table, Some(&loads), &loads, &room, Some(&rules), base + space.most as usize)?;
    let mut answer = as_mean(problem.solve(effort)?.answer, field);
    answer.sites = answer.sites.iter().filter(|s| **s >= base).map(|s| s - base).collect();
    let mut units = vec![0; space.columns.len()];
    answer.sites.iter().for_each(|c| units[*c] = 1);
    Ok(Solved { columns: answer.sites.clone(), units, answer })
}

/// Rows with residents whom somebody can reach: a place that nobody can ever reach would make every choice equally bad.
fn reachable(space: &Space<'_>) -> Vec<usize> {
    let field = space.field;
    let somebody = |row: usize| {
        let mut posts = space.base.iter().chain(&space.columns);
        posts.any(|p| field.minutes(row, *p).is_finite())
    };
    (0..field.rows.len()).filter(|row| field.rows[*row].people > 0.0 && somebody(*row)).collect()
}

fn center(space: &Space<'_>, effort: &Effort) -> Result<Solved, NoProposal> {
    let all = table(space)?;
    let reached = reachable(space);
    let values = reached.iter().flat_map(|row| all.row(*row).iter().copied()).collect();
    let table = Table::new(reached.len(), all.candidates(), values)?;
    let rules = rules(space.columns.len());
    let problem = Center::new(&table, None, Some(&rules), space.most as usize + 1, 1.0)?;
    let found = without_base(space, problem.solve(effort));
    // Somebody whom a candidate could reach is reached by none of so few.
    if found.answer.objective >= UNREACHED_MIN { Err(NoAnswer::Impossible.into()) } else { Ok(found) }
}

/// A model that asks for nothing but that everybody who can be reached is within a radius, under the space's rules.
pub(super) fn all_within(space: &Space<'_>, radius: f64) -> CoverModel {
    let mut rows = Rows::new(vec![1.0]);
    let reached = reachable(space);
    // Nobody is within an infinite time.
    for row in reached.into_iter().filter(|row| nearest_base(space, *row) > radius.min(f64::MAX)) {
        rows.must(within(space, row, radius));
    }
    rows.model(space)
}

/// The center under rules: the shortest radius with which everybody is covered, by halving.
fn ruled_center(space: &Space<'_>, effort: &Effort) -> Result<Solved, NoProposal> {
    let field = space.field;
    let reached = reachable(space);
    let mut radii: Vec<f64> = Vec::new();
    for row in &reached {
        let posts = space.base.iter().chain(&space.columns);
        radii.extend(posts.map(|p| field.minutes(*row, *p)).filter(|m| m.is_finite()));
    }
    radii.sort_by(f64::total_cmp);
    radii.dedup();
    let at = |radius: f64| solve(&all_within(space, radius), effort);
    // Everything up to `low` is known not to work.
    let (mut low, mut high, mut sure) = (0, radii.len(), true);
    let mut best = None;
    while low < high {
        let middle = low + (high - low) / 2;
        match at(radii[middle]) {
            Ok(found) => {
                best = Some((middle, found));
                high = middle;
            }
            Err(NoAnswer::Fault(fault)) => return Err(NoAnswer::Fault(fault).into()),
            Err(why) => {
                sure &= why == NoAnswer::Impossible;
                low = middle + 1;
            }
        }
    }
    let Some((radius, found)) = best else {
        return Err(at(f64::INFINITY).err().unwrap_or(NoAnswer::Impossible).into());
    };
    let mut answer = found.answer;
    answer.objective = radii[radius];
    answer.bound = if sure { radii[radius] } else { radii[0] };
    answer.proved = sure;
    answer.method = "halving of radii";
    Ok(Solved { columns: answer.sites.clone(), units: found.units, answer })
}
