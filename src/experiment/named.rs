//! Figures by name: what stopping rules, sweeps, tornado charts and power calculations speak of.
//!
//! A name is what is measured, a point, and which number of it, such as `response.mean` or `queued.per_day`; after an `@`
//! follows the group of calls: `response.within@rural`, `response.p90@county=Hongta District,urban`,
//! `response.mean@category=cardio`, `response.mean@priority=1`.

mod catalogue;

use super::figures::{Figures, GroupKey};
use crate::fault::{Fault, nearest_name};
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::sim::{Count, Interval, Outcome, PRIORITIES};
use crate::stats::{Estimate, Replicated, TimeHistogram};
use crate::text::Text;
use std::fmt;
use std::str::FromStr;

/// A number of a thing measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Mean.
    Mean,
    /// Share within the target, 0 to 1.
    Within,
    /// Median.
    P50,
    /// 90th percentile.
    P90,
    /// How often a day.
    PerDay,
    /// Share of the time on duty, 0 to 1.
    Busy,
    /// Share of the time on duty spent driving, 0 to 1.
    Driving,
    /// Mean chance, 0 to 1.
    Chance,
}

impl Number {
    const ALL: [Number; 8] = [
        Number::Mean,
        Number::Within,
        Number::P50,
        Number::P90,
        Number::PerDay,
        Number::Busy,
        Number::Driving,
        Number::Chance,
    ];

    /// As names write it.
    pub fn key(self) -> &'static str {
        match self {
            Number::Mean => "mean",
            Number::Within => "within",
            Number::P50 => "p50",
            Number::P90 => "p90",
            Number::PerDay => "per_day",
            Number::Busy => "busy",
            Number::Driving => "driving",
            Number::Chance => "chance",
        }
    }
}

/// Which calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// All.
    All,
    /// Those of a county, by its name in either language, a zone, or both.
    Place(Option<String>, Option<Zone>),
    /// Those of a category, by its key.
    Category(String),
    /// Those of a priority, 1 the most urgent.
    Priority(u8),
}

/// The name of a figure. `parse` and `to_string` undo one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureName {
    /// What is measured, e.g. `response`.
    pub subject: String,
    /// Which number of it.
    pub number: Number,
    /// Of which calls.
    pub group: Group,
}

impl fmt::Display for FigureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.subject, self.number.key())?;
        match &self.group {
            Group::All => Ok(()),
            Group::Place(None, None) => Ok(()),
            Group::Place(None, Some(zone)) => write!(f, "@{}", zone.key()),
            Group::Place(Some(county), None) => write!(f, "@county={county}"),
            Group::Place(Some(county), Some(zone)) => write!(f, "@county={county},{}", zone.key()),
            Group::Category(key) => write!(f, "@category={key}"),
            Group::Priority(priority) => write!(f, "@priority={priority}"),
        }
    }
}

impl FromStr for FigureName {
    type Err = Box<Fault>;

    fn from_str(text: &str) -> Result<FigureName, Box<Fault>> {
        let wrong = |message: String, hint: &str| Fault::error(message).hint(hint).boxed();
        let (what, group) = text.split_once('@').map_or((text, None), |(w, g)| (w, Some(g)));
        let fits = |c: char| c.is_ascii_lowercase() || c == '_';
        let Some((subject, number)) = what.split_once('.').filter(|(s, _)| !s.is_empty() && s.chars().all(fits)) else {
            let message = format!("`{text}` names no figure");
            return Err(wrong(message, "write what, a point and which number, e.g. response.mean or queued.per_day"));
        };
        let keys = Number::ALL.map(Number::key);
        let Some(number) = Number::ALL.into_iter().find(|n| n.key() == number) else {
            let near = nearest_name(number, keys).map(|n| format!("did you mean {subject}.{n}?"));
            let hint = near.unwrap_or_else(|| format!("known: {}", keys.join(", ")));
            return Err(wrong(format!("`{text}`: there is no `{number}`"), &hint));
        };
        let group = match group {
            None => Group::All,
            Some("urban") => Group::Place(None, Some(Zone::Urban)),
            Some("rural") => Group::Place(None, Some(Zone::Rural)),
            Some(group) => match group.split_once('=') {
                Some(("county", place)) if !place.trim().is_empty() => {
                    let zone = |z: &str| Zone::ALL.into_iter().find(|known| known.key() == z);
                    let (county, zone) = match place.rsplit_once(',') {
                        Some((county, z)) if zone(z).is_some() => (county, zone(z)),
                        _ => (place, None),
                    };
                    Group::Place(Some(county.to_string()), zone)
                }
                Some(("category", key)) if !key.is_empty() => Group::Category(key.to_string()),
                Some(("priority", n)) => match n.parse::<u8>() {
                    Ok(p) if (1..=PRIORITIES as u8).contains(&p) && p.to_string() == n => Group::Priority(p),
                    _ => {
                        let hint = format!("write a number from 1 to {PRIORITIES}");
                        return Err(wrong(format!("`{text}`: `{n}` is no priority"), &hint));
                    }
                },
                _ => {
                    let hint = "write @urban, @rural, @county=NAME, @county=NAME,urban, @category=KEY or @priority=1";
                    return Err(wrong(format!("`{text}`: `{group}` is no group of calls"), hint));
                }
            },
        };
        Ok(FigureName { subject: subject.to_string(), number, group })
    }
}

/// Which way a figure should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The lower the better.
    Lower,
    /// The higher the better.
    Higher,
    /// Neither way is better by itself.
    Neither,
}

/// What a figure is read from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Read {
    Response(GroupKey),
    Priority(usize),
    Category(usize),
    Interval(Interval),
    Flow(Flow),
    Count(Count),
    Units,
    UnitsDriving,
    Seats,
    BayWait,
    Survival(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    PhoneCalls,
    NoDispatch,
    Dispatches,
    Queued,
    Transported,
    LeftAtScene,
    FromRoad,
    Unserved,
}

/// A figure of a scenario: its name made sure of, and what people call it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: FigureName,
    /// What people call it.
    pub label: Text,
    /// Its unit: `min`, `s`, `share` (0 to 1) or `/day`.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    read: Read,
    days: f64,
}

impl Named {
    /// The figure of a scenario that has this name.
    ///
    /// # Errors
    /// Names this scenario has no figure for, with the nearest one.
    pub fn of(name: &FigureName, scenario: &Scenario) -> Result<Named, Box<Fault>> {
        let all = Named::all(scenario);
        let key = name.to_string();
        // A county goes by either of its names.
        let same = |n: &&Named| match (&n.name.group, &name.group) {
            (Group::Place(Some(_), zone), Group::Place(Some(wanted), wanted_zone)) => {
                let Read::Response((Some(county), _)) = n.read else { return false };
                let county = scenario.counties.get(county as usize);
                let called = county.is_some_and(|c| c.name.zh == *wanted || c.name.en == *wanted);
                called && zone == wanted_zone && (&n.name.subject, n.name.number) == (&name.subject, name.number)
            }
            _ => n.name == *name,
        };
        if let Some(found) = all.iter().find(same) {
            return Ok(Named { name: name.clone(), ..found.clone() });
        }
        let mut names: Vec<String> = all.iter().map(|n| n.name.to_string()).collect();
        for named in &all {
            if let (Read::Response((Some(county), _)), Group::Place(_, zone)) = (named.read, &named.name.group) {
                let zh = scenario.counties.get(county as usize).map(|c| c.name.zh.clone());
                names.push(FigureName { group: Group::Place(zh, *zone), ..named.name.clone() }.to_string());
            }
        }
        // A short name of a county is near only to those that begin with it.
        let begins = names.iter().find(|n| key.contains('@') && n.starts_with(&key)).map(String::as_str);
        let hint = match begins.or_else(|| nearest_name(&key, names.iter().map(String::as_str))) {
            Some(near) => format!("did you mean {near}?"),
            None => "for example response.mean, response.within@rural, answer.within, queued.per_day".into(),
        };
        Err(Fault::error(format!("this scenario has no figure `{key}`")).hint(hint).boxed())
    }

    /// Reads a name and finds its figure.
    ///
    /// # Errors
    /// As [`FigureName::from_str`] and [`Named::of`].
    pub fn parse(text: &str, scenario: &Scenario) -> Result<Named, Box<Fault>> {
        Named::of(&text.parse()?, scenario)
    }

    /// The figure over all replications, with its interval. `None` when nothing was counted. A mean or percentile of
    /// response times is known from below only when calls were never reached.
    pub fn figure(&self, f: &Figures) -> Option<Estimate> {
        let fold = self.fold(f)?;
        let estimate = match self.unit {
            "share" if self.name.number == Number::Within => f.proportion(fold),
            "share" => f.share(fold),
            _ => f.at_least_zero(fold),
        }?;
        let scaled = estimate.scaled(self.scale());
        Some(if self.lost(f) > 0 { Estimate { high: f64::INFINITY, ..scaled } } else { scaled })
    }

    /// How many calls that nobody reached the figure leaves out: one is enough, and its interval has no upper end, however many
    /// replications follow. 0 for figures that have no such calls, or count them.
    pub fn lost(&self, f: &Figures) -> u64 {
        match self.read {
            Read::Response(key) if self.leaves_out() => f.groups.get(&key).map_or(0, |g| g.lost),
            _ => 0,
        }
    }

    fn leaves_out(&self) -> bool {
        matches!(self.name.number, Number::Mean | Number::P50 | Number::P90)
    }

    /// From the unit of the fold to the unit of the figure.
    fn scale(&self) -> f64 {
        if self.unit == "s" { 60.0 } else { 1.0 }
    }

    fn fold<'f>(&self, f: &'f Figures) -> Option<&'f Replicated> {
        let number = self.name.number;
        match self.read {
            Read::Response(key) => {
                let g = f.groups.get(&key)?;
                Some(match number {
                    Number::Within => &g.share_within,
                    Number::P50 => &g.p50_min,
                    Number::P90 => &g.p90_min,
                    Number::PerDay => &g.calls_per_day,
                    _ => &g.mean_min,
                })
            }
            Read::Priority(i) => f.events.group(i, true, number),
            Read::Category(i) => f.events.group(i, false, number),
            Read::Interval(interval) => {
                let i = f.intervals.get(interval as usize)?;
                Some(match number {
                    Number::Within => &i.share_within,
                    Number::P90 => &i.p90_min,
                    _ => &i.mean_min,
                })
            }
            Read::Flow(flow) => Some(match flow {
                Flow::PhoneCalls => &f.flow.phone_calls,
                Flow::NoDispatch => &f.flow.no_dispatch,
                Flow::Dispatches => &f.flow.dispatches,
                Flow::Queued => &f.flow.queued,
                Flow::Transported => &f.flow.transported,
                Flow::LeftAtScene => &f.flow.left_at_scene,
                Flow::FromRoad => &f.flow.from_road,
                Flow::Unserved => &f.flow.unserved,
            }),
            Read::Count(count) => f.events.counts.get(count as usize),
            Read::Units => Some(&f.units_busy),
            Read::UnitsDriving => Some(&f.events.driving),
            Read::Seats => Some(&f.seats_busy),
            Read::BayWait => Some(&f.events.bay_wait_min),
            Read::Survival(i) => f.events.survival.get(i),
        }
    }

    /// The numerator and denominator of one replication: the figure of many is the ratio of the sums. `None` when the
    /// replication says nothing of it (a percentile without calls).
    pub fn value(&self, o: &Outcome) -> Option<(f64, f64)> {
        let number = self.name.number;
        let (top, bottom) = match self.read {
            Read::Response((county, zone)) => {
                let mut histogram: Option<TimeHistogram> = None;
                let (mut within, mut lost) = (0, 0);
                for (i, tally) in o.groups.iter().enumerate() {
                    let here = county.is_none_or(|c| i / 2 == c as usize);
                    if here && zone.is_none_or(|z| z.index() == i % 2) {
                        within += tally.within;
                        lost += tally.lost;
                        match &mut histogram {
                            Some(sum) => sum.merge(&tally.response),
                            None => histogram = Some(tally.response.clone()),
                        }
                    }
                }
                match number {
                    Number::Within => (within as f64, (histogram?.count() + lost) as f64),
                    _ => of_histogram(&histogram?, number, self.days)?,
                }
            }
            Read::Priority(i) => of_histogram(o.by_priority.get(i)?, number, self.days)?,
            Read::Category(i) => of_histogram(o.by_category.get(i)?, number, self.days)?,
            Read::Interval(interval) => {
                let histogram = o.intervals.get(interval as usize)?;
                match number {
                    Number::Within => (o.interval_within[interval as usize] as f64, histogram.count() as f64),
                    _ => of_histogram(histogram, number, self.days)?,
                }
            }
            Read::Flow(flow) => {
                let n = match flow {
                    Flow::PhoneCalls => o.phone_calls(),
                    Flow::NoDispatch => o.no_dispatch,
                    Flow::Dispatches => o.responses(),
                    Flow::Queued => o.queued,
                    Flow::Transported => o.transported,
                    Flow::LeftAtScene => o.left_at_scene,
                    Flow::FromRoad => o.from_road,
                    Flow::Unserved => o.unserved,
                };
                (n as f64, self.days)
            }
            Read::Count(count) => (o.count(count) as f64, self.days),
            Read::Units => (sum(&o.unit_busy), sum(&o.unit_duty)),
            Read::UnitsDriving => (sum(&o.unit_driving), sum(&o.unit_duty)),
            Read::Seats => (sum(&o.seat_busy), sum(&o.seat_duty)),
            Read::BayWait => of_histogram(&o.bay_wait, number, self.days)?,
            Read::Survival(i) => o.survival.get(i).map(|(sum, n)| (*sum as f64 / 1e9, *n as f64))?,
        };
        Some((top * self.scale(), bottom))
    }

    /// Calls of a replication that nobody reached and that the figure therefore does not hold: a mean or percentile of response
    /// times is too good by them. 0 for all other figures.
    pub fn lost_in(&self, o: &Outcome) -> u64 {
        let Read::Response((county, zone)) = self.read else { return 0 };
        if !self.leaves_out() {
            return 0;
        }
        let groups = o.groups.iter().enumerate();
        let here = groups
            .filter(|(i, _)| county.is_none_or(|c| i / 2 == c as usize) && zone.is_none_or(|z| z.index() == i % 2));
        here.map(|(_, tally)| tally.lost).sum()
    }
}

/// The sum of spans.
pub(super) fn sum(spans: &[i64]) -> f64 {
    spans.iter().map(|v| *v as f64).sum()
}

/// Minutes, or times a day.
fn of_histogram(histogram: &TimeHistogram, number: Number, days: f64) -> Option<(f64, f64)> {
    let n = histogram.count() as f64;
    Some(match number {
        Number::PerDay => (n, days),
        Number::P50 => (histogram.quantile_seconds(0.5)? / 60.0, 1.0),
        Number::P90 => (histogram.quantile_seconds(0.9)? / 60.0, 1.0),
        _ => (histogram.sum_seconds() / 60.0, n),
    })
}

#[cfg(test)]
#[path = "named_tests.rs"]
mod tests;
