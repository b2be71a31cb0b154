//! The fold of paired replications, in constant memory.

use super::ranking::Race;
use super::{RankBy, Setup};
use crate::experiment::figures::{GroupKey, Grouped, grouped};
use crate::sim::{Interval, Outcome};
use crate::stats::PairedRatio;
use crate::text::Text;
use std::collections::BTreeMap;

/// How the counties and demand points of a scenario are numbered in another.
pub(super) struct Match {
    /// By county of the first.
    counties: Vec<Option<u32>>,
    /// By demand point of the first.
    pub(super) points: Vec<Option<usize>>,
}

impl Match {
    fn of(setup: &Setup, system: usize) -> Match {
        let (a, b) = (&setup.first().world.scenario, &setup.prepared[system].world.scenario);
        let county = |name: &Text| b.counties.iter().position(|c| c.name == *name).map(|i| i as u32);
        let ids: BTreeMap<&str, usize> = b.points.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect();
        Match {
            counties: a.counties.iter().map(|c| county(&c.name)).collect(),
            points: a.points.iter().map(|p| ids.get(p.id.as_str()).copied()).collect(),
        }
    }

    fn group(&self, (county, zone): GroupKey) -> Option<GroupKey> {
        match county {
            None => Some((None, zone)),
            Some(c) => self.counties.get(c as usize).copied().flatten().map(|c| (Some(c), zone)),
        }
    }
}

/// Response figures of a group in two scenarios.
#[derive(Default)]
pub(super) struct GroupPair {
    pub(super) mean_min: PairedRatio,
    pub(super) share_within: PairedRatio,
    pub(super) p90_min: PairedRatio,
}

/// One scenario against the first.
pub(super) struct PairFold {
    pub(super) matched: Match,
    pub(super) groups: BTreeMap<GroupKey, GroupPair>,
    pub(super) answered: PairedRatio,
    pub(super) queued: PairedRatio,
    pub(super) busy: PairedRatio,
    /// Mean response by demand point of the first; replications without calls there are left out.
    pub(super) points: Vec<PairedRatio>,
}

/// Everything that is folded.
pub(super) struct Fold {
    days: f64,
    /// Counties of each scenario.
    counties: Vec<usize>,
    pub(super) pairs: Vec<PairFold>,
    pub(super) race: Option<Race>,
    /// All outcomes of each scenario merged.
    pub(super) totals: Vec<Outcome>,
    /// Replications of all scenarios.
    pub(super) done: u32,
}

impl Fold {
    pub(super) fn new(setup: &Setup, rank_by: &RankBy) -> Fold {
        let scenario = |i: usize| &setup.prepared[i].world.scenario;
        let all = 0..setup.prepared.len();
        let pair = |system| PairFold {
            matched: Match::of(setup, system),
            groups: BTreeMap::new(),
            answered: PairedRatio::new(),
            queued: PairedRatio::new(),
            busy: PairedRatio::new(),
            points: vec![PairedRatio::new(); scenario(0).points.len()],
        };
        Fold {
            days: scenario(0).run.days,
            counties: all.clone().map(|i| scenario(i).counties.len()).collect(),
            pairs: all.clone().skip(1).map(pair).collect(),
            race: Race::of(setup, rank_by),
            totals: all.map(|i| Outcome::new(scenario(i))).collect(),
            done: 0,
        }
    }

    /// Adds one replication of all scenarios; replications must come in order.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        let groups: Vec<BTreeMap<GroupKey, Grouped>> =
            outcomes.iter().zip(&self.counties).map(|(o, counties)| grouped(o, *counties)).collect();
        if let (Some((a, others)), Some((groups_a, groups_b))) = (outcomes.split_first(), groups.split_first()) {
            for ((pair, b), groups_b) in self.pairs.iter_mut().zip(others).zip(groups_b) {
                pair.add((a, groups_a), (b, groups_b), self.days);
            }
        }
        if let Some(race) = &mut self.race {
            let all: Vec<Option<&Grouped>> = groups.iter().map(|g| g.get(&(None, None))).collect();
            race.add(&all);
        }
        for (total, outcome) in self.totals.iter_mut().zip(outcomes) {
            total.merge(outcome);
        }
        self.done += 1;
    }
}

impl PairFold {
    fn add(
        &mut self,
        (a, groups_a): (&Outcome, &BTreeMap<GroupKey, Grouped>),
        (b, groups_b): (&Outcome, &BTreeMap<GroupKey, Grouped>),
        days: f64,
    ) {
        for (key, of_a) in groups_a {
            let Some(of_b) = self.matched.group(*key).and_then(|key| groups_b.get(&key)) else { continue };
            let pair = self.groups.entry(*key).or_default();
            pair.mean_min.push(mean_min(of_a), mean_min(of_b));
            pair.share_within.push(share_within(of_a), share_within(of_b));
            if let (Some(p_a), Some(p_b)) = (p90_min(of_a), p90_min(of_b)) {
                pair.p90_min.push((p_a, 1.0), (p_b, 1.0));
            }
        }
        let answered = |o: &Outcome| {
            let answer = Interval::Answer as usize;
            (o.interval_within[answer] as f64, o.intervals[answer].count() as f64)
        };
        self.answered.push(answered(a), answered(b));
        self.queued.push((a.queued as f64, days), (b.queued as f64, days));
        let sum = |times: &[i64]| times.iter().map(|t| *t as f64).sum::<f64>();
        let busy = |o: &Outcome| (sum(&o.unit_busy), sum(&o.unit_duty));
        self.busy.push(busy(a), busy(b));
        for ((point, tally), other) in self.points.iter_mut().zip(&a.points).zip(&self.matched.points) {
            let Some(other) = other.and_then(|i| b.points.get(i)) else { continue };
            if tally.0 + other.0 > 0 {
                let minutes = |t: &(u64, i64, u64)| (t.1 as f64 / 60e6, t.0 as f64);
                point.push(minutes(tally), minutes(other));
            }
        }
    }
}

/// Minutes and calls.
pub(super) fn mean_min(g: &Grouped) -> (f64, f64) {
    (g.histogram.sum_seconds() / 60.0, g.histogram.count() as f64)
}

/// Calls within target and all: who is never reached is not reached in time.
pub(super) fn share_within(g: &Grouped) -> (f64, f64) {
    (g.within as f64, (g.histogram.count() + g.lost) as f64)
}

fn p90_min(g: &Grouped) -> Option<f64> {
    g.histogram.quantile_seconds(0.9).map(|s| s / 60.0)
}
