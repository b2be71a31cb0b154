//! What the models promised of proposals and what the simulation delivers: the content of `judgment.json`.
//!
//! A promise is of people on paper, a simulation of calls; so that one thing is compared with one thing, the promise is weighed
//! here by the calls that are expected ([`CallsPromise`]), and both count by the same minutes. What is left between them is
//! what paper does not know: queues, busy units, units under way, chance.

use super::field::Field;
use super::sited::{ProposalRow, Question, Sited, WantRow};
use crate::experiment::Figures;
use crate::experiment::compare::{
    Comparison, Difference, GroupRow, MOST_SCENARIOS, MainFigure, PeopleRow, Setup, SystemFigure, Winner,
};
use crate::fault::{Fault, Faults};
use crate::quality::Zone;
use crate::sim::{Options, Outcome};
use crate::standards::{Judged, Pack, Verdict, judge};
use crate::stats::Estimate;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The layout of `judgment.json`.
pub const JUDGMENT_SCHEMA: u32 = 1;

/// What stands for the scenario as it is among the keys of proposals.
pub const AS_IS: &str = "as-is";

/// What posts promise the calls of a group on paper: each place weighs by the calls expected there, the time allowed is that
/// of the scenario's pack, by which the simulation counts as well.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallsPromise {
    /// A county; `None`: all.
    pub county: Option<Text>,
    /// A zone; `None`: both.
    pub zone: Option<Zone>,
    /// Calls a day that are expected.
    pub calls_per_day: f64,
    /// Share of them at places within the time of a post, 0 to 1.
    pub within: f64,
    /// Mean minutes of those that can be reached.
    pub mean_min: Option<f64>,
}

/// What can be said of a difference between a proposal and the scenario as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The whole interval is on the good side of zero.
    Better,
    /// The whole interval is on the bad side.
    Worse,
    /// The interval straddles zero: neither is shown.
    NotShown,
    /// Not the least difference in any replication.
    Same,
}

/// A figure as it was promised and as it is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedFigure {
    /// On paper, as it is.
    pub promised_now: Option<f64>,
    /// On paper, with the proposal.
    pub promised: Option<f64>,
    /// In the simulation: `a` as it is, `b` with the proposal, and the paired difference with its interval.
    pub delivered: Option<Difference>,
    /// What the difference shows.
    pub shown: Shown,
}

impl JudgedFigure {
    /// What part of the change that was promised the simulation delivers; `None` where nothing to speak of was promised, or
    /// nothing is shown.
    pub fn kept(&self) -> Option<f64> {
        let promised = self.promised? - self.promised_now?;
        let delivered = self.delivered.as_ref()?.difference.mean;
        let told = matches!(self.shown, Shown::Better | Shown::Worse);
        (told && promised.abs() > LEAST_PROMISED).then(|| delivered / promised)
    }
}

/// Changes below this (of a share; of minutes) are too small for a ratio with them to say anything.
const LEAST_PROMISED: f64 = 0.002;

/// A group of calls: all, a zone or a county.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedGroup {
    /// A county; `None`: all.
    pub county: Option<Text>,
    /// A zone; `None`: both.
    pub zone: Option<Zone>,
    /// Calls a day that are expected on paper.
    pub calls_per_day: Option<f64>,
    /// Share of calls within the time, 0 to 1.
    pub within: JudgedFigure,
    /// Mean response, minutes.
    pub mean_min: JudgedFigure,
}

/// The verdict on a clause of the pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClauseVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// The figure, in the unit of the clause.
    pub value: Option<Estimate>,
}

/// A clause of the pack before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedClause {
    /// Its id in the pack.
    pub clause: String,
    /// What it asks.
    pub title: Text,
    /// `<=`, `>=` or `in`.
    pub op: String,
    /// The threshold, in `unit`.
    pub threshold: f64,
    /// Of `in`, the highest good value.
    pub upper: Option<f64>,
    /// `min`, `km`, `s`, `%`, …
    pub unit: String,
    /// The group of alternatives of which one is enough.
    pub any_of: Option<String>,
    /// What `siting fewest` promised of it on paper, where it had a say.
    pub paper: Option<WantRow>,
    /// As it is.
    pub now: ClauseVerdict,
    /// With each proposal, in the order of [`Judgment::proposals`].
    pub then: Vec<ClauseVerdict>,
}

/// A proposal as the simulation judges it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedProposal {
    /// Its key in `siting.json`.
    pub key: String,
    /// Its letter in the comparison.
    pub letter: String,
    /// All calls, then by zone, then by county.
    pub groups: Vec<JudgedGroup>,
    /// Who is reached sooner and who later: all, then by zone, then by county.
    pub people: Vec<PeopleRow>,
    /// Share of the units' duty on a job, 0 to 1.
    pub busy: Option<Difference>,
    /// Dispatches that waited for a unit, a day.
    pub queued: Option<Difference>,
    /// Against the best of the others, the scenario as it is among them (Hsu); in the unit of [`Best::figure`].
    pub with_best: Option<Estimate>,
    /// After how many replications it was out of the race for the best.
    pub dropped_at: Option<u64>,
}

/// Which is best, by all that was simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// By which figure.
    pub figure: MainFigure,
    /// Differences below this do not matter: minutes, or percentage points; 0 where two are compared by their difference alone.
    pub indifference: f64,
    /// Confidence of what is said.
    pub confidence: f64,
    /// Keys, [`AS_IS`] among them where it holds out: one if the best is known, several if they cannot be told apart, none if
    /// there was no race.
    pub keys: Vec<String>,
    /// Replications after which this was known, or of the whole race.
    pub after: u64,
}

impl Best {
    /// The key of the best, where it is known.
    pub fn known(&self) -> Option<&str> {
        match &self.keys[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// Proposals before the simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgment {
    /// [`JUDGMENT_SCHEMA`].
    pub schema: u32,
    /// Short name of the scenario.
    pub scenario: String,
    /// Its digest, as in `siting.json`.
    pub digest: String,
    /// The folder of the comparison, seen from that of this file.
    pub comparison: String,
    /// The command that makes the comparison again.
    pub command: String,
    /// Seed of the replications.
    pub seed: u64,
    /// Replications.
    pub replications: u32,
    /// Days of each.
    pub days: f64,
    /// Confidence asked for.
    pub confidence: f64,
    /// Confidence of each interval of a difference: with it those of one figure hold for all proposals at once (Bonferroni).
    pub each: f64,
    /// Minutes within which calls must be reached, urban and rural: for promise and simulation alike.
    pub target_min: [f64; 2],
    /// Keys of proposals that were not simulated, as there are more than can be compared.
    pub left_out: Vec<String>,
    /// Proposals that do just what another one does: their keys with that of the one that was simulated for both.
    pub same: Vec<[String; 2]>,
    /// Proposals.
    pub proposals: Vec<JudgedProposal>,
    /// Which is best.
    pub best: Best,
    /// Clauses of the pack.
    pub clauses: Vec<JudgedClause>,
    /// What the reader should know.
    pub notes: Vec<Text>,
}

impl Judgment {
    /// A proposal by its key.
    pub fn proposal(&self, key: &str) -> Option<&JudgedProposal> {
        self.proposals.iter().find(|p| p.key == key)
    }

    /// Reads a folder's `judgment.json`; `None` where there is none.
    ///
    /// # Errors
    /// A file that cannot be read or is not one of this layout.
    pub fn read(folder: &Path) -> Result<Option<Judgment>, Faults> {
        let path = folder.join("judgment.json");
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).map_err(|e| Fault::io("read", &path, &e))?;
        let bad = |e: String| Faults::from(Fault::error(format!("not a judgment of proposals: {e}")).in_file(&path));
        let found: Judgment = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
        match found.schema {
            JUDGMENT_SCHEMA => Ok(Some(found)),
            other => Err(bad(format!("it has layout {other}, this program knows {JUDGMENT_SCHEMA}"))),
        }
    }
}

/// What some posts promise the calls of every group: all, by zone, by county. `minutes` are those of every row.
pub(super) fn calls_promise(field: &Field, minutes: &[f64]) -> Vec<CallsPromise> {
    let s = &field.prepared.world.scenario;
    let target = field.prepared.pack.targets().response_min;
    let mut out = vec![CallsPromise::default()];
    out.extend(Zone::ALL.map(|zone| CallsPromise { zone: Some(zone), ..CallsPromise::default() }));
    let first_county = out.len();
    out.extend(s.counties.iter().map(|c| CallsPromise { county: Some(c.name.clone()), ..CallsPromise::default() }));
    let mut reached = vec![0.0; out.len()];
    for (row, minutes) in field.rows.iter().zip(minutes) {
        let point = &s.points[row.point];
        let calls = s.demand.dispatches_per_day(point) * row.share;
        let county = point.county.map(|c| first_county + c.index());
        for at in [0, 1 + point.zone.index()].into_iter().chain(county) {
            let group = &mut out[at];
            group.calls_per_day += calls;
            group.within += if *minutes <= target[point.zone.index()] { calls } else { 0.0 };
            if minutes.is_finite() {
                reached[at] += calls;
                *group.mean_min.get_or_insert(0.0) += calls * minutes;
            }
        }
    }
    for (group, reached) in out.iter_mut().zip(reached) {
        group.within /= group.calls_per_day.max(f64::MIN_POSITIVE);
        group.mean_min = group.mean_min.filter(|_| reached > 0.0).map(|sum| sum / reached);
    }
    out.retain(|g| g.calls_per_day > 0.0);
    out
}

/// Which proposals the simulation judges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortlist {
    /// Indices of those that are simulated, ascending.
    pub listed: Vec<usize>,
    /// Keys of those that are not, as no more can be compared.
    pub left_out: Vec<String>,
    /// Keys of those that are not, as they do just what one that is listed does, with its key.
    pub same: Vec<[String; 2]>,
}

/// The proposals that the simulation judges: of a front its points, of several models the best of each, then the others in
/// order, as many as can be compared with the scenario as it is; of those that are the same, the first.
pub fn shortlist(sited: &Sited) -> Shortlist {
    let most = MOST_SCENARIOS - 1;
    let on_front = |p: &ProposalRow| sited.front.iter().any(|f| f.key == p.key && f.on_front);
    let first = |p: &ProposalRow| match sited.question {
        Question::Frontier { .. } => on_front(p),
        _ => p.rank == 1,
    };
    let mut out = Shortlist::default();
    for (i, p) in sited.proposals.iter().enumerate() {
        match out.listed.iter().map(|j| &sited.proposals[*j]).find(|other| same_choice(p, other)) {
            Some(other) => out.same.push([p.key.clone(), other.key.clone()]),
            None => out.listed.push(i),
        }
    }
    out.listed.sort_by_key(|i| (!first(&sited.proposals[*i]), *i));
    let mut left = out.listed.split_off(out.listed.len().min(most));
    out.listed.sort_unstable();
    left.sort_unstable();
    out.left_out = left.into_iter().map(|i| sited.proposals[i].key.clone()).collect();
    out.same.retain(|[_, other]| !out.left_out.contains(other));
    out
}

/// Whether two proposals do the same. Where units move it may be others that do, so nothing is said of those.
fn same_choice(a: &ProposalRow, b: &ProposalRow) -> bool {
    let adds_only = |p: &ProposalRow| p.closed.is_empty() && p.changed.iter().all(|s| s.units >= s.units_now);
    adds_only(a) && adds_only(b) && a.opened == b.opened && a.changed == b.changed
}

/// Clauses of the pack of the first of several scenarios, judged for all of them as their replications come in.
#[derive(Debug)]
pub struct ClauseFold {
    pack: Pack,
    figures: Vec<Figures>,
}

impl ClauseFold {
    /// No replications yet.
    pub fn new(setup: &Setup) -> ClauseFold {
        let pack = setup.first().pack.clone();
        let options = Options::by(&pack.targets(), false);
        ClauseFold { figures: setup.prepared.iter().map(|p| Figures::new(&p.world, &options)).collect(), pack }
    }

    /// Adds a replication of all scenarios; they must come in order.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        self.figures.iter_mut().zip(outcomes).for_each(|(figures, outcome)| figures.add(outcome));
    }

    /// The clauses of each scenario.
    pub fn judged(&self) -> Vec<Vec<Judged>> {
        self.figures.iter().map(|figures| judge(&self.pack, figures)).collect()
    }
}

/// Puts a judgment together: of the proposals that [`shortlist`] names, compared with the scenario as it is, which comes first
/// in `compared`. `comparison` is its folder seen from that of the proposals; `clauses` are those of [`ClauseFold::judged`].
pub fn judgment(sited: &Sited, compared: &Comparison, clauses: &[Vec<Judged>], comparison: &str) -> Judgment {
    let Shortlist { listed, left_out, same } = shortlist(sited);
    let rows: Vec<&ProposalRow> = listed.iter().map(|i| &sited.proposals[*i]).collect();
    let ranking = compared.ranking.as_ref();
    let proposals: Vec<JudgedProposal> = rows
        .iter()
        .zip(&compared.pairs)
        .map(|(row, pair)| {
            let system = |of: SystemFigure| pair.figures.iter().find(|f| f.figure == of).and_then(|f| f.values);
            // Counties and zones, not the zones of each county.
            let plain = |county: &Option<Text>, zone: Option<Zone>| county.is_none() || zone.is_none();
            let groups = pair.groups.iter().filter(|g| plain(&g.county, g.zone));
            JudgedProposal {
                key: row.key.clone(),
                letter: compared.systems.get(pair.b).map(|s| s.letter.clone()).unwrap_or_default(),
                groups: groups.map(|g| group(g, &sited.now.calls, &row.promise.calls)).collect(),
                people: pair.people.iter().filter(|p| plain(&p.county, p.zone)).cloned().collect(),
                busy: system(SystemFigure::Busy),
                queued: system(SystemFigure::Queued),
                with_best: ranking.and_then(|r| r.with_best.get(pair.b).copied().flatten()),
                dropped_at: ranking.and_then(|r| r.dropped_at.get(pair.b).copied().flatten()),
            }
        })
        .collect();
    let mut notes = vec![what_is_compared(sited, compared)];
    notes.extend(compared.notes.iter().cloned());
    Judgment {
        schema: JUDGMENT_SCHEMA,
        scenario: sited.scenario.clone(),
        digest: sited.digest.clone(),
        comparison: comparison.to_string(),
        command: compared.run.command.clone(),
        seed: compared.run.seed,
        replications: compared.run.replications,
        days: compared.run.days,
        confidence: compared.run.confidence,
        each: compared.pairs.first().map_or(compared.run.confidence, |p| p.confidence),
        target_min: compared.target_min,
        left_out,
        same,
        best: best(&proposals, compared),
        proposals,
        clauses: judged_clauses(sited, clauses),
        notes,
    }
}

fn what_is_compared(sited: &Sited, compared: &Comparison) -> Text {
    let [urban, rural] = compared.target_min;
    let mut zh = format!("承诺与实得均按呼叫计（每处按预计呼叫量加权），城市 {urban}、农村 {rural} 分钟以内为达到");
    let mut en = format!(
        "promise and delivery both count calls (each place weighs by the calls expected there), within {urban} min urban and {rural} min rural"
    );
    if sited.within_min != compared.target_min {
        let [urban, rural] = sited.within_min;
        zh.push_str(&format!("；选址时用的是 {urban}、{rural} 分钟"));
        en.push_str(&format!("; posts were chosen for {urban} and {rural} min"));
    }
    Text::new(zh, en)
}

fn group(delivered: &GroupRow, now: &[CallsPromise], then: &[CallsPromise]) -> JudgedGroup {
    let of = |list: &[CallsPromise]| -> Option<CallsPromise> {
        list.iter().find(|p| p.county == delivered.county && p.zone == delivered.zone).cloned()
    };
    let (now, then) = (of(now), of(then));
    let within = |p: &Option<CallsPromise>| p.as_ref().map(|p| p.within);
    let mean = |p: &Option<CallsPromise>| p.as_ref().and_then(|p| p.mean_min);
    let figure = |promised_now, promised, delivered: Option<Difference>, more_is_better| JudgedFigure {
        promised_now,
        promised,
        shown: shown(delivered.as_ref(), more_is_better),
        delivered,
    };
    JudgedGroup {
        county: delivered.county.clone(),
        zone: delivered.zone,
        calls_per_day: now.as_ref().map(|p| p.calls_per_day),
        within: figure(within(&now), within(&then), delivered.share_within, true),
        mean_min: figure(mean(&now), mean(&then), delivered.mean_min, false),
    }
}

/// What a difference shows: nothing unless its whole interval lies on one side of zero.
pub fn shown(delivered: Option<&Difference>, more_is_better: bool) -> Shown {
    let Some(d) = delivered else { return Shown::NotShown };
    match (d.sign(), more_is_better) {
        (1, true) | (-1, false) => Shown::Better,
        (1, false) | (-1, true) => Shown::Worse,
        _ if d.difference.is_exact() && d.difference.mean == 0.0 => Shown::Same,
        _ => Shown::NotShown,
    }
}

/// Which is best: by the race where several proposals run, by the difference where there is one.
fn best(proposals: &[JudgedProposal], compared: &Comparison) -> Best {
    let name = |system: &usize| match system.checked_sub(1).and_then(|i| proposals.get(i)) {
        Some(p) => p.key.clone(),
        None => AS_IS.to_string(),
    };
    if let Some(ranking) = &compared.ranking {
        let (systems, after): (&[usize], u64) = match &ranking.winner {
            Winner::Best { system, after } => (std::slice::from_ref(system), *after),
            Winner::CannotTell { systems, after } => (systems, *after),
            Winner::NoRace => (&[], 0),
        };
        return Best {
            figure: ranking.figure,
            indifference: ranking.indifference,
            confidence: ranking.confidence,
            keys: systems.iter().map(name).collect(),
            after,
        };
    }
    let all = proposals.first().and_then(|p| p.groups.first());
    let keys = match all.map(|g| g.within.shown) {
        Some(Shown::Better) => vec![name(&1)],
        Some(Shown::Worse) => vec![name(&0)],
        _ => (0..compared.systems.len()).map(|i| name(&i)).collect(),
    };
    Best {
        figure: MainFigure::Within,
        indifference: 0.0,
        confidence: compared.run.confidence,
        keys,
        after: u64::from(compared.run.replications),
    }
}

fn judged_clauses(sited: &Sited, judged: &[Vec<Judged>]) -> Vec<JudgedClause> {
    let Some((now, then)) = judged.split_first() else { return Vec::new() };
    let verdict = |j: &Judged| ClauseVerdict { verdict: j.verdict, value: j.value };
    now.iter()
        .map(|j| JudgedClause {
            clause: j.clause.clone(),
            title: j.title.clone(),
            op: j.op.clone(),
            threshold: j.threshold,
            upper: j.upper,
            unit: j.unit.clone(),
            any_of: j.any_of.clone(),
            paper: sited.wants.iter().find(|w| w.clause == j.clause && w.left_out.is_none()).cloned(),
            now: verdict(j),
            then: then.iter().filter_map(|all| all.iter().find(|o| o.clause == j.clause)).map(verdict).collect(),
        })
        .collect()
}

impl Judgment {
    /// Writes it as `judgment.json` into the folder of the proposals.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Faults> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        crate::aside::write(&folder.join("judgment.json"), text.as_bytes()).map_err(|f| Faults::from(*f))
    }
}
