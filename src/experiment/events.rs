//! What happened besides the times that targets speak of: how often callers hung up, units were redirected, patients waited
//! for a bay; response by priority and category; survival.

use super::figures::Figures;
use super::named::{Number, sum};
use crate::ids::CategoryId;
use crate::sim::{Count, Outcome, PRIORITIES, World};
use crate::stats::{Estimate, Replicated};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Figures of what happened, folded over replications.
#[derive(Debug)]
pub(super) struct EventFigures {
    pub(super) counts: Vec<Replicated>,
    priorities: Vec<GroupFigures>,
    categories: Vec<GroupFigures>,
    pub(super) survival: Vec<Replicated>,
    pub(super) bay_wait_min: Replicated,
    pub(super) driving: Replicated,
}

/// Response of a group of calls.
#[derive(Debug, Default)]
struct GroupFigures {
    calls: Replicated,
    mean_min: Replicated,
    p90_min: Replicated,
    any: bool,
}

impl EventFigures {
    pub(super) fn new(world: &World) -> EventFigures {
        let categories = world.scenario.demand.categories.len();
        let groups = |n: usize| (0..n).map(|_| GroupFigures::default()).collect();
        EventFigures {
            counts: vec![Replicated::new(); Count::ALL.len()],
            priorities: groups(PRIORITIES),
            categories: groups(categories),
            survival: vec![Replicated::new(); categories],
            bay_wait_min: Replicated::new(),
            driving: Replicated::new(),
        }
    }

    /// A number of a group by priority or category.
    pub(super) fn group(&self, at: usize, priority: bool, number: Number) -> Option<&Replicated> {
        let group = if priority { self.priorities.get(at) } else { self.categories.get(at) }?;
        Some(match number {
            Number::P90 => &group.p90_min,
            Number::PerDay => &group.calls,
            _ => &group.mean_min,
        })
    }

    pub(super) fn add(&mut self, o: &Outcome, days: f64) {
        for (figure, count) in self.counts.iter_mut().zip(&o.counts) {
            figure.push(*count as f64, days);
        }
        let groups = self.priorities.iter_mut().zip(&o.by_priority);
        for (figures, histogram) in groups.chain(self.categories.iter_mut().zip(&o.by_category)) {
            let n = histogram.count() as f64;
            figures.calls.push(n, days);
            figures.mean_min.push(histogram.sum_seconds() / 60.0, n);
            if let Some(seconds) = histogram.quantile_seconds(0.9) {
                figures.p90_min.push(seconds / 60.0, 1.0);
                figures.any = true;
            }
        }
        for (figure, (sum, n)) in self.survival.iter_mut().zip(&o.survival) {
            figure.push(*sum as f64 / 1e9, *n as f64);
        }
        self.bay_wait_min.push(o.bay_wait.sum_seconds() / 60.0, o.bay_wait.count() as f64);
        self.driving.push(sum(&o.unit_driving), sum(&o.unit_duty));
    }
}

/// What happened in a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Events {
    /// How often a day, where it happened at all.
    pub counts: Vec<CountRow>,
    /// Response by priority, the most urgent first.
    pub priorities: Vec<GroupRow>,
    /// Response by category, in the order of the scenario.
    pub categories: Vec<GroupRow>,
    /// Chance of survival of those the scenario has a curve for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survival: Vec<SurvivalRow>,
    /// Mean wait for a bay at hospital, minutes, of all who need one; `None` where bays are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bay_wait_min: Option<Estimate>,
    /// Share of their duty that units drive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driving: Option<Estimate>,
}

/// How often something happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CountRow {
    /// [`Count::key`].
    pub key: String,
    /// Times a day.
    pub per_day: Estimate,
}

/// Response of a group of calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupRow {
    /// Priority or category.
    pub name: Text,
    /// Responses a day.
    pub calls_per_day: Estimate,
    /// Mean, minutes.
    pub mean_min: Option<Estimate>,
    /// 90th percentile, minutes.
    pub p90_min: Option<Estimate>,
}

/// Survival of a category.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SurvivalRow {
    /// The category.
    pub name: Text,
    /// Mean chance of survival, 0 to 1.
    pub chance: Estimate,
}

/// Puts the rows together.
pub(super) fn events(world: &World, f: &Figures) -> Events {
    let e = &f.events;
    let zero = Estimate::exact(0.0);
    let per_day = |figure: &Replicated| f.at_least_zero(figure).unwrap_or(zero);
    let counts = Count::ALL
        .iter()
        .zip(&e.counts)
        .map(|(count, figure)| CountRow { key: count.key().into(), per_day: per_day(figure) });
    let row = |name: Text, g: &GroupFigures| GroupRow {
        name,
        calls_per_day: per_day(&g.calls),
        mean_min: f.at_least_zero(&g.mean_min),
        p90_min: f.at_least_zero(&g.p90_min),
    };
    let s = &world.scenario;
    let name = |c: usize| s.demand.categories[CategoryId::new(c).index()].name.clone();
    let priority = |p: usize| match p + 1 {
        PRIORITIES => Text::new(format!("{PRIORITIES} 级及以下"), format!("priority {PRIORITIES} and below")),
        p => Text::new(format!("{p} 级"), format!("priority {p}")),
    };
    let survival = e.survival.iter().enumerate().filter(|(c, _)| s.demand.categories[*c].care.survival.is_some());
    Events {
        counts: counts.filter(|c| c.per_day.mean > 0.0).collect(),
        priorities: e.priorities.iter().enumerate().filter(|(_, g)| g.any).map(|(p, g)| row(priority(p), g)).collect(),
        categories: e.categories.iter().enumerate().filter(|(_, g)| g.any).map(|(c, g)| row(name(c), g)).collect(),
        survival: survival
            .filter_map(|(c, figure)| Some(SurvivalRow { name: name(c), chance: f.share(figure)? }))
            .collect(),
        bay_wait_min: f.at_least_zero(&e.bay_wait_min).filter(|_| !s.rules.hospitals.bays.is_empty()),
        driving: f.share(&e.driving),
    }
}
