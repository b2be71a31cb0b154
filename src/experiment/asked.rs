//! What the clauses of a pack ask besides the usual figures: other limits and percentiles, priorities, categories,
//! coverage by calls, scenic areas.

use super::figures::{GroupKey, Grouped};
use crate::coverage;
use crate::facilities::{Receives, ScenicArea};
use crate::geo::LatLon;
use crate::ids::PointId;
use crate::quality::Zone;
use crate::sim::{Asked, GroupTally, Interval, Outcome, PRIORITIES, World};
use crate::standards::{Query, Statistic};
use crate::stats::{Estimate, Replicated, TimeHistogram};
use crate::text::Text;
use crate::units::{Span, TravelTime};
use std::collections::BTreeMap;

/// Whose times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// Responses of a county or all, a zone or both.
    Group(Option<u32>, Option<Zone>),
    /// Responses of a set of priorities, see [`Asked::priorities`], of a zone or both.
    Priorities(Option<Zone>, u8),
    /// Responses of a category, planned transfers included.
    Category(usize),
    /// Responses of a category without planned transfers, of a zone or both; in coarse bins.
    CategoryIn(Option<Zone>, usize),
    /// Responses to calls of an hour of the day, of a zone or both; in coarse bins.
    Hour(Option<Zone>, usize),
    /// An interval of all calls.
    Interval(usize),
}

/// Times of one kind, folded over replications.
#[derive(Debug)]
pub(super) struct Times {
    /// Minutes.
    pub(super) mean_min: Replicated,
    /// The longest of all replications, minutes.
    pub(super) max_min: f64,
    /// Calls that were reached, of those that needed a unit.
    pub(super) reached: Replicated,
    /// Calls of this kind that were never reached.
    pub(super) lost: u64,
    /// Within the target that the run counts by; of intervals, within their own.
    pub(super) within: Replicated,
    /// By [`Asked::limits`].
    shares: Vec<Within>,
    /// By [`Asked::quantiles`], seconds.
    quantiles: Vec<Replicated>,
    /// The figures of each replication, where they are kept.
    pub(super) trail: Option<Trail>,
}

/// Replications whose figures are kept one by one.
pub(super) const TRAIL_MOST: usize = 10_000;

/// Numerator and denominator of each replication: a figure of all is the ratio of the sums.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// Minutes and calls.
    pub(super) mean: Vec<(f64, f64)>,
    /// Calls within the counted target, and calls.
    pub(super) within: Vec<(f64, f64)>,
    /// Calls reached, and calls.
    pub(super) reached: Vec<(f64, f64)>,
    /// The longest, minutes, and one.
    pub(super) max: Vec<(f64, f64)>,
    /// Calls likely within each limit asked for, and calls.
    shares: Vec<Vec<(f64, f64)>>,
    /// Each percentile asked for, minutes, and one.
    quantiles: Vec<Vec<(f64, f64)>>,
}

/// How many times were within a limit. Histograms have bins: of the bin a limit falls into it is not known how many are below
/// it.
#[derive(Debug, Default, Clone)]
struct Within {
    surely: Replicated,
    likely: Replicated,
    possibly: Replicated,
}

impl Times {
    fn new(asked: &Asked, keeps_trail: bool) -> Times {
        let (limits, quantiles) = (asked.limits.len(), asked.quantiles.len());
        let trail =
            || Trail { shares: vec![Vec::new(); limits], quantiles: vec![Vec::new(); quantiles], ..Trail::default() };
        Times {
            mean_min: Replicated::new(),
            max_min: 0.0,
            reached: Replicated::new(),
            lost: 0,
            within: Replicated::new(),
            shares: vec![Within::default(); limits],
            quantiles: vec![Replicated::new(); quantiles],
            trail: keeps_trail.then(trail),
        }
    }

    /// Adds a replication.
    fn add(&mut self, asked: &Asked, tally: &Tallied<'_>) {
        let Tallied { times, within: counted, lost } = *tally;
        let n = times.count() as f64;
        let all = n + lost as f64;
        let minutes = times.sum_seconds() / 60.0;
        self.mean_min.push(minutes, n);
        self.max_min = self.max_min.max(times.max().minutes());
        self.reached.push(n, all);
        self.lost += lost;
        self.within.push(counted as f64, all);
        let mut trail = self.trail.as_mut().filter(|t| t.mean.len() < TRAIL_MOST);
        if let Some(trail) = &mut trail {
            trail.mean.push((minutes, n));
            trail.within.push((counted as f64, all));
            trail.reached.push((n, all));
            trail.max.push((times.max().minutes(), 1.0));
        }
        for (at, (share, limit)) in self.shares.iter_mut().zip(&asked.limits).enumerate() {
            let [surely, likely, possibly] = within(times, *limit);
            share.surely.push(surely, all);
            share.likely.push(likely, all);
            share.possibly.push(possibly, all);
            if let Some(trail) = &mut trail {
                trail.shares[at].push((likely, all));
            }
        }
        for (at, (figure, q)) in self.quantiles.iter_mut().zip(&asked.quantiles).enumerate() {
            let seconds = times.quantile_seconds(*q);
            if let Some(seconds) = seconds {
                figure.push(seconds, 1.0);
            }
            if let Some(trail) = &mut trail {
                trail.quantiles[at].push(seconds.map_or((0.0, 0.0), |s| (s / 60.0, 1.0)));
            }
        }
    }
}

/// Times of one replication with how many were within the counted target, and calls that have none as nobody reached them.
struct Tallied<'a> {
    times: &'a TimeHistogram,
    within: u64,
    lost: u64,
}

/// The groups of one zone or both at one place of lists that hold zone after zone, `width` groups each.
fn of_zones(list: &[GroupTally], zone: Option<Zone>, width: usize, places: &[usize]) -> Option<GroupTally> {
    let zones: &[Zone] = zone.as_ref().map_or(&Zone::ALL, std::slice::from_ref);
    let members = zones.iter().flat_map(|z| places.iter().filter_map(|p| list.get(z.index() * width + p)));
    members.cloned().reduce(|mut all, more| {
        all.merge(&more);
        all
    })
}

/// How many times are at most `limit`: surely, likely (evenly spread in the bin of the limit), possibly. Equal unless the
/// limit falls inside a bin; a time of exactly an edge counts as longer, unless all times are within.
fn within(times: &TimeHistogram, limit: Span) -> [f64; 3] {
    if times.max() <= limit {
        return [times.count() as f64; 3];
    }
    let (counts, bin) = (times.counts(), times.bin());
    let last = counts.len() - 1;
    let slot = ((limit.0.max(0) / bin.0) as usize).min(last);
    let below = counts[..slot].iter().sum::<u64>() as f64;
    let start = Span(slot as i64 * bin.0);
    let width = if slot == last { times.max().0 - start.0 } else { bin.0 };
    let inside = (limit.0 - start.0) as f64 / width as f64;
    if inside <= 0.0 {
        return [below; 3];
    }
    [below, below + inside * counts[slot] as f64, below + counts[slot] as f64]
}

/// Facts and folds that only clauses ask for.
#[derive(Debug)]
pub(super) struct AskedFigures {
    asked: Asked,
    times: BTreeMap<Of, Times>,
    /// Key and name.
    pub(super) categories: Vec<(String, Text)>,
    /// From when the run's response time counts.
    pub(super) clock_start: &'static str,
    /// Dispatches a day expected at each demand point.
    pub(super) calls: Vec<f64>,
    /// Scenic areas of grade 4A and above, with the driving minutes from the nearest post where these are known.
    pub(super) scenic: Vec<(Text, Option<f64>)>,
    /// Emergency observation beds in % of beds, of the hospitals that take emergency patients; `None` unless all of them
    /// state both.
    pub(super) observation_percent: Option<f64>,
}

impl AskedFigures {
    pub(super) fn new(world: &World, asked: &Asked) -> AskedFigures {
        let s = &world.scenario;
        AskedFigures {
            asked: asked.clone(),
            times: BTreeMap::new(),
            categories: s.demand.categories.iter().map(|c| (c.key.clone(), c.name.clone())).collect(),
            clock_start: s.run.clock_start.key(),
            calls: s.points.iter().map(|p| s.demand.dispatches_per_day(p)).collect(),
            scenic: if asked.scenic { scenic(world) } else { Vec::new() },
            observation_percent: observation(world),
        }
    }

    pub(super) fn add(&mut self, o: &Outcome, groups: &BTreeMap<GroupKey, Grouped>) {
        let asked = &self.asked;
        let mut put = |of: Of, tally: Tallied<'_>| {
            // Hours and categories are many, and parts of a clause only.
            let keeps_trail = !matches!(of, Of::Hour(..) | Of::CategoryIn(..));
            self.times.entry(of).or_insert_with(|| Times::new(asked, keeps_trail)).add(asked, &tally);
        };
        for ((county, zone), g) in groups {
            put(Of::Group(*county, *zone), Tallied { times: &g.histogram, within: g.within, lost: g.lost });
        }
        let categories = o.by_category.len();
        for zone in [None, Some(Zone::Urban), Some(Zone::Rural)] {
            let mut put_merged = |of: Of, tally: Option<GroupTally>| {
                if let Some(t) = tally {
                    put(of, Tallied { times: &t.response, within: t.within, lost: t.lost });
                }
            };
            for bits in &asked.priorities {
                let places: Vec<usize> = (0..PRIORITIES).filter(|p| bits & (1 << p) != 0).collect();
                let tally = of_zones(&o.by_zone_priority, zone, PRIORITIES, &places);
                put_merged(Of::Priorities(zone, *bits), tally);
            }
            for category in 0..categories {
                let tally = of_zones(&o.by_zone_category, zone, categories, &[category]);
                put_merged(Of::CategoryIn(zone, category), tally);
            }
            for hour in 0..24 {
                put_merged(Of::Hour(zone, hour), of_zones(&o.by_zone_hour, zone, 24, &[hour]));
            }
        }
        for (category, times) in o.by_category.iter().enumerate() {
            let lost = of_zones(&o.by_zone_category, None, categories, &[category]).map_or(0, |t| t.lost);
            put(Of::Category(category), Tallied { times, within: 0, lost });
        }
        for (interval, times) in o.intervals.iter().enumerate() {
            put(Of::Interval(interval), Tallied { times, within: o.interval_within[interval], lost: 0 });
        }
    }

    pub(super) fn times(&self, of: Of) -> Option<&Times> {
        self.times.get(&of).filter(|t| t.mean_min.ratio().is_some() || t.lost > 0)
    }

    pub(super) fn of_interval(&self, interval: Interval) -> Option<&Times> {
        self.times(Of::Interval(interval as usize))
    }

    /// A category by its key.
    pub(super) fn category(&self, key: &str) -> Option<usize> {
        self.categories.iter().position(|(c, _)| c == key)
    }

    /// Numerators and denominators of a statistic by replication; empty where they are not kept. `counted`: whether the share
    /// is that within the target the run counts by.
    pub(super) fn trail(&self, times: &Times, q: &Query<'_>, counted: bool) -> Vec<(f64, f64)> {
        let Some(trail) = &times.trail else { return Vec::new() };
        let found = match q.statistic {
            Statistic::Mean => Some(&trail.mean),
            Statistic::ShareWithin if counted => Some(&trail.within),
            Statistic::ShareWithin => {
                let limit = q.limit_span();
                self.asked.limits.iter().position(|l| Some(*l) == limit).and_then(|at| trail.shares.get(at))
            }
            Statistic::Percentile | Statistic::P90 => {
                let at = self.asked.quantiles.iter().position(|asked| (asked - q.quantile).abs() < 1e-12);
                at.and_then(|at| trail.quantiles.get(at))
            }
            Statistic::Max => Some(&trail.max),
            Statistic::Ratio => Some(&trail.reached),
        };
        found.cloned().unwrap_or_default()
    }

    /// The share within a limit, between 0 and 1; `None` for a limit nobody asked for, or without times.
    pub(super) fn share(&self, times: &Times, limit: Span, confidence: f64) -> Option<Estimate> {
        let at = self.asked.limits.iter().position(|l| *l == limit)?;
        let Within { surely, likely, possibly } = &times.shares[at];
        let (low, mean, high) =
            (surely.proportion(confidence)?, likely.proportion(confidence)?, possibly.proportion(confidence)?);
        let e = Estimate { low: low.low.min(mean.low), mean: mean.mean, high: high.high.max(mean.high) };
        Some(if e.low.is_finite() && e.high.is_finite() { e.clamped(0.0, 1.0) } else { e })
    }

    /// A quantile in minutes.
    pub(super) fn quantile(&self, times: &Times, q: f64, confidence: f64) -> Option<Estimate> {
        let at = self.asked.quantiles.iter().position(|asked| (asked - q).abs() < 1e-12)?;
        times.quantiles[at].estimate(confidence).map(|e| e.scaled(1.0 / 60.0))
    }
}

/// Driving time to the scenic areas of grade 4A and above; `None` where no road is near, or no way leads.
fn scenic(world: &World) -> Vec<(Text, Option<f64>)> {
    let s = &world.scenario;
    let graded = |level: &str| level.strip_suffix('A').and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n >= 4);
    let areas: Vec<&ScenicArea> = s.scenic.iter().filter(|a| graded(&a.level)).collect();
    let at: Vec<LatLon> = areas.iter().map(|a| a.at).collect();
    let (regime, staffed) = (coverage::usual(world), world.staffed());
    // Those that are places of calls have their way already.
    let known = |id: &str| {
        let site = s.sites.iter().position(|site| site.id == id)?;
        world.nearest_post(regime, PointId::new(s.points.len() + site), &staffed).map(|(_, time)| time)
    };
    let found = match areas.iter().all(|a| s.sites.iter().any(|site| site.id == a.id)) {
        true => vec![None; areas.len()],
        false => world.nearest_post_to(regime, &at, &staffed),
    };
    let minutes = |time: TravelTime| time.minutes() * s.travel.response_factor;
    areas.iter().zip(found).map(|(a, time)| (a.name.clone(), known(&a.id).or(time).map(minutes))).collect()
}

fn observation(world: &World) -> Option<f64> {
    let takes = world.scenario.hospitals.iter().filter(|h| h.receives != Receives::Nobody);
    let known: Option<Vec<(f64, f64)>> = takes.map(|h| Some((f64::from(h.observation_beds?), h.beds?))).collect();
    let (observation, beds) = known?.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    (beds > 0.0).then(|| 100.0 * observation / beds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::Metric;

    fn times(seconds: &[f64]) -> TimeHistogram {
        let mut h = TimeHistogram::new(Span::from_seconds(5.0), 4);
        seconds.iter().for_each(|s| h.add(Span::from_seconds(*s)));
        h
    }

    #[test]
    fn shares_from_bins_say_how_much_they_know() {
        let h = times(&[1.0, 4.0, 6.0, 8.0, 12.0, 40.0]);
        let at = |s: f64| within(&h, Span::from_seconds(s));
        assert_eq!(at(5.0), [2.0; 3], "at the edge of a bin nothing is open");
        assert_eq!(at(7.5), [2.0, 3.0, 4.0]);
        assert_eq!(at(30.0), [5.0, 5.5, 6.0], "the last bin reaches to the longest time");
        assert_eq!(at(40.0), [6.0; 3]);
        assert_eq!(at(0.0), [0.0; 3]);
        assert_eq!(within(&times(&[180.0, 180.0]), Span::from_seconds(180.0)), [2.0; 3], "all are within");
    }

    #[test]
    fn calls_nobody_reached_are_not_within_a_limit() {
        let limit = Span::from_seconds(5.0);
        let asked = Asked { limits: vec![limit], quantiles: vec![0.5], priorities: vec![1], scenic: false };
        let h = times(&[1.0, 2.0, 3.0, 9.0]);
        let figures = |lost: u64| {
            let mut t = Times::new(&asked, true);
            (0..40).for_each(|_| t.add(&asked, &Tallied { times: &h, within: 3, lost }));
            t
        };
        let all = AskedFigures {
            asked: asked.clone(),
            times: BTreeMap::new(),
            categories: ["a", "b"].map(|c| (c.to_string(), Text::same(c))).to_vec(),
            clock_start: "ring",
            calls: Vec::new(),
            scenic: Vec::new(),
            observation_percent: None,
        };
        let share = |t: &Times| all.share(t, limit, 0.95).unwrap();
        let (none, some) = (share(&figures(0)), share(&figures(1)));
        assert!((none.mean - 0.75).abs() < 1e-12 && (some.mean - 0.6).abs() < 1e-12);
        assert!(some.high < 0.75, "{some:?}");
        assert!(all.share(&figures(0), Span::from_seconds(6.0), 0.95).is_none(), "nobody asked for this limit");
        assert_eq!(all.category("b"), Some(1));
        assert_eq!(all.category("c"), None);
        let query =
            |statistic| Query { limit: Some(5.0 / 60.0), quantile: 0.5, ..Query::of(Metric::ResponseMin, statistic) };
        for (statistic, wanted) in [(Statistic::Mean, (0.25, 4.0)), (Statistic::ShareWithin, (3.0, 5.0))] {
            let trail = all.trail(&figures(1), &query(statistic), false);
            assert_eq!((trail.len(), trail[0]), (40, wanted), "{statistic:?}");
        }
        assert_eq!(all.trail(&figures(1), &query(Statistic::ShareWithin), true)[39], (3.0, 5.0));
        let median = all.quantile(&figures(0), 0.5, 0.95).unwrap().mean * 60.0;
        assert!((median - 10.0 / 3.0).abs() < 1e-9, "{median}");
    }
}
