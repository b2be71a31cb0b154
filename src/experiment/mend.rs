//! What would mend a clause that is not met: the smallest number of units, posts or seats more with which it is met, by a simple
//! search on the same calls; counts of units and seats by arithmetic.
//!
//! Units and posts are added in an order that is found once (`mend/place.rs`), so that more of them always include fewer. The
//! number is doubled until the clause is met, its whole interval on the good side, and then bisected. That more of them never
//! serve worse is taken for granted; what is given is tried, so that it mends even where it is not the least.

mod added;
mod count;
mod place;

pub use added::Addition;

use super::folder::FolderError;
use super::layout::Writing;
use super::prepare::{Overrides, Prepared, SharedNetwork, prepare_changed};
use super::replicate::{Replicating, Replications, replicate};
use crate::fault::{Fault, Faults, nearest_name};
use crate::quality::Zone;
use crate::scenario::Change;
use crate::sim::Options;
use crate::standards::{Clause, Evidence, Judged, Metric, Query, Scope, Statistic, Verdict, Weight, judge};
use crate::stats::Estimate;
use crate::text::Text;
use added::{MEND, layout};
use place::Places;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// What is to be mended.
#[derive(Clone, Debug)]
pub struct MendPlan {
    /// The scenario.
    pub scenario: PathBuf,
    /// Seed, days and replications.
    pub overrides: Overrides,
    /// What is changed of the scenario.
    pub changes: Vec<Change>,
    /// Only the clause with this id; without one all that are missed or undecided.
    pub clause: Option<String>,
    /// At most so many units, posts or seats more.
    pub most: u32,
    /// The folder for scenarios that mend.
    pub out: PathBuf,
}

/// What became of a clause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mended {
    /// The clause's id.
    pub clause: String,
    /// What it asks.
    pub title: Text,
    /// Its unit.
    pub unit: String,
    /// The operator and threshold.
    pub target: String,
    /// Its verdict as the scenario is.
    pub verdict: Verdict,
    /// Its figure as the scenario is.
    pub value: Option<Estimate>,
    /// What was tried, or counted.
    pub remedies: Vec<Remedy>,
}

/// What is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Units at the posts there are.
    Units,
    /// Posts with a unit each.
    Posts,
    /// Dispatcher seats.
    Seats,
    /// What is counted without simulation.
    Counted,
    /// Nothing that is searched for here.
    Nothing,
}

/// One way to mend, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Remedy {
    /// What is added.
    pub what: What,
    /// How many are enough; `None`: none that was tried.
    pub enough: Option<u32>,
    /// The figure with so many, or with the most that were tried.
    pub value: Option<Estimate>,
    /// Each number tried, with the verdict.
    pub tried: Vec<(u32, Verdict)>,
    /// Where they are added.
    pub added: Vec<Addition>,
    /// What is to be known.
    pub remark: Option<Text>,
    /// The scenario that mends it.
    pub scenario: Option<PathBuf>,
    /// The change that mends it, where no scenario file is written.
    pub change: Option<String>,
}

impl Remedy {
    fn of(what: What) -> Remedy {
        Remedy {
            what,
            enough: None,
            value: None,
            tried: Vec::new(),
            added: Vec::new(),
            remark: None,
            scenario: None,
            change: None,
        }
    }

    fn not(what: What, zh: impl Into<String>, en: impl Into<String>) -> Remedy {
        Remedy { remark: Some(Text::new(zh, en)), ..Remedy::of(what) }
    }
}

/// What is told while it searches.
pub type Tell<'a> = &'a mut dyn FnMut(&str);

/// Runs a scenario, and for each clause that is not met searches what would mend it. `None` if it was stopped.
///
/// # Errors
/// Every fault of the scenario; a clause that its pack does not have; files that cannot be written.
pub fn mend(plan: &MendPlan, stop: &AtomicBool, tell: Tell<'_>) -> Result<Option<Vec<Mended>>, Faults> {
    let mut shared = SharedNetwork::default();
    let base = prepare_changed(&plan.scenario, &plan.overrides, &plan.changes, &mut shared, &mut |_| {})?;
    if let Some(id) = &plan.clause
        && !base.pack.clauses.iter().any(|c| c.id == *id)
    {
        let known: Vec<&str> = base.pack.clauses.iter().map(|c| c.id.as_str()).collect();
        let fault = Fault::error(format!("the pack {} has no clause `{id}`", base.pack.name));
        let hint = match nearest_name(id, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("its clauses are {}", known.join(", ")),
        };
        return Err(fault.hint(hint).into());
    }
    tell("as it is");
    let Some(done) = played(&base, stop)? else { return Ok(None) };
    let verdicts = judge(&base.pack, &done.figures);
    let mut search = Search { plan, base: &base, done: &done, shared, stop, tell };
    let mut out = Vec::new();
    for (clause, judged) in base.pack.clauses.iter().zip(&verdicts) {
        let asked = match &plan.clause {
            Some(id) => clause.id == *id,
            None => matches!(judged.verdict, Verdict::Missed | Verdict::Undecided) && !other_is_met(judged, &verdicts),
        };
        if !asked {
            continue;
        }
        let Some(remedies) = search.remedies(clause, judged)? else { return Ok(None) };
        let target = match judged.upper {
            Some(upper) => format!("{}–{upper}", judged.threshold),
            None => format!("{} {}", judged.op, judged.threshold),
        };
        out.push(Mended {
            clause: judged.clause.clone(),
            title: judged.title.clone(),
            unit: judged.unit.clone(),
            target,
            verdict: judged.verdict,
            value: judged.value,
            remedies,
        });
    }
    Ok(Some(out))
}

/// Whether another clause of its group, of which one is enough, is met.
fn other_is_met(judged: &Judged, all: &[Judged]) -> bool {
    judged.any_of.is_some() && all.iter().any(|o| o.any_of == judged.any_of && o.verdict == Verdict::Met)
}

/// All replications of what was prepared; `None` if stopped.
fn played(prepared: &Prepared, stop: &AtomicBool) -> Result<Option<Replications>, Faults> {
    let replications = prepared.world.scenario.run.replications;
    let options = Options::by(&prepared.pack.targets(), false);
    let how = Replicating { replications, journal: None, stop, precise: None, progress: &mut |_| {} };
    let done = replicate(&prepared.world, &options, how, |_, _, _| Ok::<(), FolderError>(()));
    let done = done.map_err(|e| Faults::from(Fault::from(e)))?;
    Ok((done.done == replications).then_some(done))
}

struct Search<'a> {
    plan: &'a MendPlan,
    base: &'a Prepared,
    done: &'a Replications,
    shared: SharedNetwork,
    stop: &'a AtomicBool,
    tell: Tell<'a>,
}

impl Search<'_> {
    /// What would mend a clause; `None` if stopped.
    fn remedies(&mut self, clause: &Clause, judged: &Judged) -> Result<Option<Vec<Remedy>>, Faults> {
        if judged.verdict == Verdict::Met {
            return Ok(Some(vec![Remedy::not(What::Nothing, "已经达标", "it is met already")]));
        }
        let (Some(metric), Some(_)) = (clause.metric, judged.value) else {
            let why = judged.remark.clone().unwrap_or_default();
            return Ok(Some(vec![Remedy { remark: Some(why), ..Remedy::of(What::Nothing) }]));
        };
        Ok(Some(match metric {
            Metric::ResponseMin | Metric::CallsReachedPercent => {
                let Some(units) = self.units(clause)? else { return Ok(None) };
                let Some(posts) = self.added(clause, What::Posts)? else { return Ok(None) };
                vec![units, posts]
            }
            Metric::RadiusKm | Metric::DriveMin => {
                let Some(posts) = self.added(clause, What::Posts)? else { return Ok(None) };
                vec![posts]
            }
            Metric::AnswerS => {
                let Some(seats) = self.seats(clause)? else { return Ok(None) };
                vec![seats]
            }
            Metric::TurnoutMin | Metric::HandoverMin | Metric::IntervalMin | Metric::IntervalS => vec![Remedy::not(
                What::Nothing,
                "这段时长主要是输入值（durations、hospitals），增加车辆或站点不能改变它",
                "this time is mostly an input (durations, hospitals): more units or posts do not change it",
            )],
            Metric::ScenicDriveMin => vec![Remedy::not(
                What::Nothing,
                "在景区或其附近设站：最差的景区见该条款的分解",
                "put a post at the area or near it: the parts of the clause name the worst",
            )],
            _ => vec![count::counted(clause, judged, &self.base.world.scenario)],
        }))
    }

    /// Units at the posts there are, unless even all units free would not do.
    fn units(&mut self, clause: &Clause) -> Result<Option<Remedy>, Faults> {
        let Some(remark) = self.ceiling(clause) else { return self.added(clause, What::Units) };
        // Units sent from the road may come sooner than from any post, so that only a trial tells.
        if !self.base.world.scenario.rules.dispatch.under_way {
            return Ok(Some(Remedy { remark: Some(remark), ..Remedy::of(What::Units) }));
        }
        let found = self.added(clause, What::Units)?;
        Ok(found.map(|remedy| if remedy.enough.is_none() { Remedy { remark: Some(remark), ..remedy } } else { remedy }))
    }

    /// Whether driving from the posts alone takes too long: the share of expected calls within the limit's driving time of a post,
    /// or the mean driving time, falls short of the threshold.
    fn ceiling(&self, clause: &Clause) -> Option<Text> {
        let query = Query::of_clause(clause)?;
        let bound = clause.bound()?;
        let plain = query.priority.is_all() && query.category.is_none();
        let whole = clause.scope.is_none_or(|s| s == Scope::default());
        if clause.metric != Some(Metric::ResponseMin) || !plain || !whole {
            return None;
        }
        let cover = Query { metric: Metric::DriveMin, weight: Weight::Calls, clock_start: None, ..query };
        let found = self.done.figures.figure(&cover).ok()?.mean;
        let value = format!("{found:.1}");
        match query.statistic {
            Statistic::ShareWithin if found < bound.low => Some(Text::new(
                format!("这是站点位置的问题：即使每个站点始终有车，也只有 {value}% 的预期呼叫在限值的行车时间之内"),
                format!(
                    "a matter of where posts are: with a unit always at every post only {value} % of expected calls lie \
                     within the limit's driving time"
                ),
            )),
            Statistic::Mean if found > bound.high => Some(Text::new(
                format!("这是站点位置的问题：即使每个站点始终有车，预期呼叫的平均行车时间就有 {value} 分钟"),
                format!(
                    "a matter of where posts are: with a unit always at every post the mean drive to expected calls alone \
                     takes {value} min"
                ),
            )),
            _ => None,
        }
    }

    /// Doubles, then bisects, how many of something are added.
    fn added(&mut self, clause: &Clause, what: What) -> Result<Option<Remedy>, Faults> {
        let writing = Writing::of(&self.plan.scenario, &self.base.world.scenario, MEND);
        if let Some(remark) = writing.no_new_posts().filter(|_| what == What::Posts) {
            return Ok(Some(Remedy { remark: Some(remark), ..Remedy::of(what) }));
        }
        let order = Places::of(self.base, self.done, clause).order(what, self.plan.most as usize);
        if order.is_empty() {
            let remark = Text::new("没有能改善它的地点", "there is no place that would help");
            return Ok(Some(Remedy { remark: Some(remark), ..Remedy::of(what) }));
        }
        let folder = tempfile::tempdir().map_err(|e| Fault::io("create", Path::new("a folder"), &e))?;
        let mut shared = std::mem::take(&mut self.shared);
        let coverage_only = clause.metric.is_some_and(|m| m.basis() != crate::standards::Basis::Simulation);
        let (plan, stop) = (self.plan, self.stop);
        let tell = &mut *self.tell;
        let found = search(order.len() as u32, &mut |n| {
            tell(&format!("{}: {n} more {}", clause.id, if what == What::Units { "units" } else { "posts" }));
            let file = folder.path().join("trial.toml");
            writing.write(&file, "trial", &layout(&writing, &order[..n as usize]))?;
            let prepared = prepare_changed(&file, &plan.overrides, &plan.changes, &mut shared, &mut |_| {})?;
            judged_by(&prepared, clause, coverage_only, stop)
        });
        self.shared = shared;
        let Some(found) = found? else { return Ok(None) };
        let mut remedy = Remedy { enough: found.enough, value: found.value, tried: found.tried, ..Remedy::of(what) };
        let n = found.enough.unwrap_or(order.len() as u32) as usize;
        remedy.added = order[..n].to_vec();
        if found.enough.is_some() {
            let word = if what == What::Units { "units" } else { "posts" };
            let name = format!("{}-{}-{word}", self.base.world.scenario.name, clause.id);
            let file = self.plan.out.join(format!("{name}.toml"));
            std::fs::create_dir_all(&self.plan.out).map_err(|e| Fault::io("create", &self.plan.out, &e))?;
            writing.write(&file, &name, &layout(&writing, &order[..n]))?;
            remedy.scenario = Some(file);
        }
        Ok(Some(remedy))
    }

    /// Seats of the one centre.
    fn seats(&mut self, clause: &Clause) -> Result<Option<Remedy>, Faults> {
        let s = &self.base.world.scenario;
        if s.rules.telephone.duty.iter().any(|d| !d.is_empty()) {
            return Ok(Some(Remedy::not(
                What::Seats,
                "座席按班次排定：请改班次表",
                "seats are staffed by shifts: change the shifts",
            )));
        }
        let seats: Vec<u32> = s.centres.iter().map(|c| c.seats).collect();
        // So many more at every centre.
        let changes_by = |n: u32| -> Vec<String> {
            let centres = seats.iter().enumerate();
            centres.map(|(i, seats)| format!("centre[{i}].seats={}", seats.saturating_add(n))).collect()
        };
        let mut shared = std::mem::take(&mut self.shared);
        let (plan, stop) = (self.plan, self.stop);
        let tell = &mut *self.tell;
        let found = search(plan.most, &mut |n| {
            tell(&format!("{}: {n} more seats", clause.id));
            let mut changes = plan.changes.clone();
            for change in changes_by(n) {
                changes.push(change.parse::<Change>().map_err(|f| Faults::from(*f))?);
            }
            let prepared = prepare_changed(&plan.scenario, &plan.overrides, &changes, &mut shared, &mut |_| {})?;
            judged_by(&prepared, clause, false, stop)
        });
        self.shared = shared;
        let Some(found) = found? else { return Ok(None) };
        let change = found.enough.map(|n| changes_by(n).join("' --set '"));
        let several = Text::new("每个指挥中心各增加这么多", "so many at each centre");
        Ok(Some(Remedy {
            enough: found.enough,
            value: found.value,
            tried: found.tried,
            change,
            remark: (seats.len() > 1).then_some(several),
            ..Remedy::of(What::Seats)
        }))
    }
}

/// The clause on a changed scenario: its verdict and figure; `None` if stopped.
fn judged_by(
    prepared: &Prepared,
    clause: &Clause,
    coverage_only: bool,
    stop: &AtomicBool,
) -> Result<Option<(Verdict, Option<Estimate>)>, Faults> {
    let verdicts = if coverage_only {
        let figures = super::Figures::new(&prepared.world, &Options::by(&prepared.pack.targets(), false));
        judge(&prepared.pack, &figures)
    } else {
        let Some(done) = played(prepared, stop)? else { return Ok(None) };
        judge(&prepared.pack, &done.figures)
    };
    Ok(verdicts.into_iter().find(|j| j.clause == clause.id).map(|j| (j.verdict, j.value)))
}

/// What a search found.
struct Found {
    enough: Option<u32>,
    value: Option<Estimate>,
    tried: Vec<(u32, Verdict)>,
}

/// The outcome of a trial; `None` if stopped.
type Trial = Result<Option<(Verdict, Option<Estimate>)>, Faults>;

/// The smallest number up to `most` with which a trial is met: doubled until it is, then bisected. `None` if stopped.
fn search(most: u32, trial: &mut dyn FnMut(u32) -> Trial) -> Result<Option<Found>, Faults> {
    let mut tried = Vec::new();
    let mut run = |n: u32| -> Result<Option<(bool, Option<Estimate>)>, Faults> {
        let Some((verdict, value)) = trial(n)? else { return Ok(None) };
        tried.push((n, verdict));
        Ok(Some((verdict == Verdict::Met, value)))
    };
    let (mut low, mut n) = (0, 1.min(most));
    let (mut high, mut best) = loop {
        let Some((met, value)) = run(n)? else { return Ok(None) };
        if met {
            break (n, value);
        }
        if n >= most {
            return Ok(Some(Found { enough: None, value, tried }));
        }
        low = n;
        n = (n * 2).min(most);
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let Some((met, value)) = run(middle)? else { return Ok(None) };
        if met {
            (high, best) = (middle, value);
        } else {
            low = middle;
        }
    }
    Ok(Some(Found { enough: Some(high), value: best, tried }))
}

/// Which calls a clause is about.
fn is_member(clause: &Clause, zone: Zone) -> bool {
    clause.zone.is_none_or(|z| z == zone)
}

#[cfg(test)]
mod tests;
