//! Coverage in each state the roads pass through (rush hours, night), what closures take away, and how much the parts of
//! the speed model matter.

use super::{Group, groups};
use crate::ids::PointId;
use crate::network::MetricRules;
use crate::quality::Zone;
use crate::sim::{Leg, World};
use crate::text::Text;
use crate::units::SimTime;
use serde::{Deserialize, Serialize};

/// Who is reached in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReachRow {
    /// County, or `None` for all.
    pub county: Option<Text>,
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// People.
    pub population: f64,
    /// Share within the zone's time target of a post, driving time only.
    pub within_time: f64,
    /// Population-weighted mean driving time from the nearest post, minutes, of those who can be reached.
    pub mean_drive_min: Option<f64>,
    /// People who cannot be reached by road at all.
    pub unreached: f64,
}

/// Coverage in one state of the roads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateCoverage {
    /// The periods and closures in force; none in ordinary times.
    pub active: Vec<Text>,
    /// Share of the measured time in which the roads are in this state.
    pub share_of_time: f64,
    /// Whether it is the state of most of the time, which all other figures of coverage and the map are for.
    pub usual: bool,
    /// All, by zone, by county, by county and zone.
    pub rows: Vec<ReachRow>,
}

/// What a closure changes for a group of people, all else as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosureRow {
    /// County, or `None` for all.
    pub county: Option<Text>,
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// People.
    pub population: f64,
    /// Share within the zone's time target with the roads open.
    pub within_time_open: f64,
    /// The same with the roads closed.
    pub within_time_closed: f64,
    /// People within the target only while the roads are open.
    pub lose: f64,
    /// What the closure adds to the population-weighted mean driving time, minutes, of those who are reached both ways.
    pub added_min: Option<f64>,
    /// The most it adds for anybody of them.
    pub most_added_min: Option<f64>,
    /// People who are reached by road only while the roads are open.
    pub cut_off: f64,
}

/// Who loses cover by a closure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosureEffect {
    /// The closure's key.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Share of the measured time in which it is in force.
    pub share_of_time: f64,
    /// What else is in force in the state asked: the one in force longest of those with the closure.
    pub beside: Vec<Text>,
    /// All, by zone, by county, by county and zone.
    pub rows: Vec<ClosureRow>,
}

/// A part of the speed model that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpeedPart {
    /// Bends slow down.
    Bends,
    /// The gradient does.
    Gradient,
}

/// Coverage in the usual state if a part of the speed model did not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// What is left out.
    pub without: SpeedPart,
    /// All, then by zone.
    pub rows: Vec<ReachRow>,
}

/// Driving minutes to each point from its nearest staffed post; `None` if out of reach.
pub(super) type Drive = Vec<Option<f64>>;

/// Share of the measured time in which each regime is in force.
pub fn shares_of_time(world: &World) -> Vec<f64> {
    let run = &world.scenario.run;
    let (start, end) = (SimTime::from_days(run.warmup_days), SimTime::from_days(run.warmup_days + run.days));
    let mut shares = vec![0.0; world.roads.regimes()];
    let mut now = start;
    while now < end {
        let (regime, change) = world.roads.calendar.at(now);
        let until = change.min(end);
        shares[regime] += (until - now).seconds() / (end - start).seconds();
        now = until;
    }
    shares
}

/// The regime that is in force longest; the first of equals.
pub fn usual(world: &World) -> usize {
    longest(&shares_of_time(world), |_| true).unwrap_or(0)
}

pub(super) fn longest(shares: &[f64], counts: impl Fn(usize) -> bool) -> Option<usize> {
    let fits = (0..shares.len()).filter(|r| counts(*r) && shares[*r] > 0.0);
    fits.rev().max_by(|a, b| shares[*a].total_cmp(&shares[*b]))
}

/// Coverage in every state that occurs in the measured time, the longest first; empty where there is only one.
pub fn states(world: &World, minutes: &[f64; 2]) -> Vec<StateCoverage> {
    let shares = shares_of_time(world);
    let usual = usual(world);
    let mut order: Vec<usize> = (0..shares.len()).filter(|r| shares[*r] > 0.0).collect();
    if order.len() < 2 {
        return Vec::new();
    }
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
    let state = |regime: usize| StateCoverage {
        active: names(world, &world.roads.calendar.regimes[regime]),
        share_of_time: shares[regime],
        usual: regime == usual,
        rows: reach(world, &drive(world, regime), minutes, |_| true),
    };
    order.into_iter().map(state).collect()
}

/// Who loses cover by each closure that is in force at some measured time.
pub fn closures(world: &World, minutes: &[f64; 2]) -> Vec<ClosureEffect> {
    let s = &world.scenario;
    let shares = shares_of_time(world);
    let regimes = &world.roads.calendar.regimes;
    let effect = |(i, closure): (usize, &crate::scenario::Closure)| {
        let item = s.periods.len() + i;
        let regime = longest(&shares, |r| regimes[r].contains(&item))?;
        let mut open: MetricRules = world.roads.rules(regime, Leg::Response).clone();
        // What other closures in force close stays closed. Each was found on this network when the world was made.
        let others = regimes[regime].iter().filter(|k| **k != item).filter_map(|k| k.checked_sub(s.periods.len()));
        open.closed = others.flat_map(|k| s.closures[k].segments(&world.roads.graph).unwrap_or_default()).collect();
        open.closed.sort_unstable();
        open.closed.dedup();
        let (open, closed) = (drive_by(world, &open), drive(world, regime));
        let beside: Vec<usize> = regimes[regime].iter().copied().filter(|k| *k != item).collect();
        Some(ClosureEffect {
            key: closure.key.clone(),
            name: closure.name.clone(),
            share_of_time: (0..shares.len()).filter(|r| regimes[*r].contains(&item)).map(|r| shares[r]).sum(),
            beside: names(world, &beside),
            rows: groups(world).iter().map(|g| closure_row(world, g, &open, &closed, minutes)).collect(),
        })
    };
    s.closures.iter().enumerate().filter_map(effect).collect()
}

/// Coverage in the usual state without bends and without gradient, as far as the profile counts them.
pub fn sensitivity(world: &World, minutes: &[f64; 2]) -> Vec<Sensitivity> {
    let rules = world.roads.rules(usual(world), Leg::Response);
    let g = &world.roads.graph;
    let any = |factors: &[f32]| factors.iter().any(|f| *f != 1.0);
    let mut out = Vec::new();
    let mut add = |without: SpeedPart, rules: MetricRules| {
        let rows = reach(world, &drive_by(world, &rules), minutes, |g| g.county.is_none());
        out.push(Sensitivity { without, rows });
    };
    if rules.bends && any(&g.bend) {
        add(SpeedPart::Bends, MetricRules { bends: false, ..rules.clone() });
    }
    if rules.grades && (any(&g.grade_forward) || any(&g.grade_backward)) {
        add(SpeedPart::Gradient, MetricRules { grades: false, ..rules.clone() });
    }
    out
}

/// Names of periods and closures by their numbers in the calendar.
pub(super) fn names(world: &World, items: &[usize]) -> Vec<Text> {
    let s = &world.scenario;
    let name = |i: &usize| match s.periods.get(*i) {
        Some(period) => Some(period.name.clone()),
        None => s.closures.get(i.checked_sub(s.periods.len())?).map(|c| c.name.clone()),
    };
    items.iter().filter_map(name).collect()
}

/// Driving minutes in a regime, response factor included.
pub(super) fn drive(world: &World, regime: usize) -> Drive {
    let staffed = world.staffed();
    let factor = world.scenario.travel.response_factor;
    let nearest = |p: usize| world.nearest_post(regime, PointId::new(p), &staffed);
    (0..world.scenario.points.len()).map(|p| nearest(p).map(|(_, t)| t.minutes() * factor)).collect()
}

/// The same if the roads were as other rules say.
fn drive_by(world: &World, rules: &MetricRules) -> Drive {
    let factor = world.scenario.travel.response_factor;
    let nearest = world.nearest_posts_by(rules, &world.staffed());
    nearest.into_iter().map(|best| best.map(|(_, t)| t.minutes() * factor)).collect()
}

/// What is asked of a group: its people, and for each point whether it is within time.
struct People<'a> {
    world: &'a World,
    members: &'a [usize],
    population: f64,
}

impl<'a> People<'a> {
    fn of(world: &'a World, group: &'a Group) -> People<'a> {
        let population = group.members.iter().map(|p| world.scenario.points[*p].population).sum();
        People { world, members: &group.members, population }
    }

    fn count(&self, has: impl Fn(usize) -> bool) -> f64 {
        let members = self.members.iter().filter(|p| has(**p));
        // From plus zero: a sum of nothing would be minus zero.
        members.fold(0.0, |sum, p| sum + self.world.scenario.points[*p].population)
    }

    fn within(&self, drive: &Drive, minutes: &[f64; 2], point: usize) -> bool {
        let limit = minutes[self.world.scenario.points[point].zone.index()];
        drive[point].is_some_and(|m| m <= limit)
    }

    /// Population-weighted mean of what is known of points.
    fn mean(&self, of: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let people = self.count(|p| of(p).is_some());
        let sum: f64 =
            self.members.iter().filter_map(|p| Some(self.world.scenario.points[*p].population * of(*p)?)).sum();
        (people > 0.0).then(|| sum / people)
    }

    fn county(&self, group: &Group) -> Option<Text> {
        group.county.map(|c| self.world.scenario.counties[c].name.clone())
    }
}

fn reach(world: &World, drive: &Drive, minutes: &[f64; 2], wanted: impl Fn(&Group) -> bool) -> Vec<ReachRow> {
    let row = |group: &Group| {
        let people = People::of(world, group);
        ReachRow {
            county: people.county(group),
            zone: group.zone,
            population: people.population,
            within_time: people.count(|p| people.within(drive, minutes, p)) / people.population,
            mean_drive_min: people.mean(|p| drive[p]),
            unreached: people.count(|p| drive[p].is_none()),
        }
    };
    groups(world).iter().filter(|g| wanted(g)).map(row).collect()
}

fn closure_row(world: &World, group: &Group, open: &Drive, closed: &Drive, minutes: &[f64; 2]) -> ClosureRow {
    let people = People::of(world, group);
    let (before, after) = (|p| people.within(open, minutes, p), |p| people.within(closed, minutes, p));
    let added = |p: usize| Some(closed[p]? - open[p]?);
    ClosureRow {
        county: people.county(group),
        zone: group.zone,
        population: people.population,
        within_time_open: people.count(before) / people.population,
        within_time_closed: people.count(after) / people.population,
        lose: people.count(|p| before(p) && !after(p)),
        added_min: people.mean(added),
        most_added_min: group.members.iter().filter_map(|p| added(*p)).max_by(f64::total_cmp),
        cut_off: people.count(|p| open[p].is_some() && closed[p].is_none()),
    }
}
