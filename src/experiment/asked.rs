//! What the clauses of a pack ask besides the usual figures: other limits and percentiles, priorities, categories,
//! coverage by calls, scenic areas.

use super::figures::{GroupKey, Grouped};
use crate::coverage;
use crate::facilities::Receives;
use crate::ids::PointId;
use crate::quality::Zone;
use crate::sim::{Asked, Interval, Outcome, World};
use crate::stats::{Estimate, Replicated, TimeHistogram};
use crate::text::Text;
use crate::units::Span;
use std::collections::BTreeMap;

/// Whose times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// Responses of a county or all, a zone or both.
    Group(Option<u32>, Option<Zone>),
    /// Responses of a set of priorities, see [`Asked::priorities`].
    Priorities(u8),
    /// Responses of a category.
    Category(usize),
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
    /// Calls that may belong here and were never reached.
    pub(super) lost: u64,
    /// By [`Asked::limits`].
    shares: Vec<Within>,
    /// By [`Asked::quantiles`], seconds.
    quantiles: Vec<Replicated>,
}

/// How many times were within a limit. Histograms have bins: of the bin a limit falls into it is known neither how many
/// are below it; nor whether a call nobody reached had the priority or the category asked for.
#[derive(Debug, Default, Clone)]
struct Within {
    surely: Replicated,
    likely: Replicated,
    possibly: Replicated,
}

impl Times {
    fn new(asked: &Asked) -> Times {
        Times {
            mean_min: Replicated::new(),
            max_min: 0.0,
            reached: Replicated::new(),
            lost: 0,
            shares: vec![Within::default(); asked.limits.len()],
            quantiles: vec![Replicated::new(); asked.quantiles.len()],
        }
    }

    /// Adds a replication. `lost` calls belong here for certain, `perhaps` more may do so.
    fn add(&mut self, asked: &Asked, times: &TimeHistogram, lost: u64, perhaps: u64) {
        let n = times.count() as f64;
        let (certain, all) = (n + lost as f64, n + (lost + perhaps) as f64);
        self.mean_min.push(times.sum_seconds() / 60.0, n);
        self.max_min = self.max_min.max(times.max().minutes());
        self.reached.push(n, certain);
        self.lost += lost + perhaps;
        for (share, limit) in self.shares.iter_mut().zip(&asked.limits) {
            let [surely, likely, possibly] = within(times, *limit);
            share.surely.push(surely, all);
            share.likely.push(likely, certain);
            share.possibly.push(possibly, certain);
        }
        for (figure, q) in self.quantiles.iter_mut().zip(&asked.quantiles) {
            if let Some(seconds) = times.quantile_seconds(*q) {
                figure.push(seconds, 1.0);
            }
        }
    }
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
    categories: Vec<String>,
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
            categories: s.demand.categories.iter().map(|c| c.key.clone()).collect(),
            clock_start: s.run.clock_start.key(),
            calls: s.points.iter().map(|p| s.demand.dispatches_per_day(p)).collect(),
            scenic: scenic(world),
            observation_percent: observation(world),
        }
    }

    pub(super) fn add(&mut self, o: &Outcome, groups: &BTreeMap<GroupKey, Grouped>) {
        let asked = &self.asked;
        let mut put = |of: Of, times: &TimeHistogram, lost: u64, perhaps: u64| {
            self.times.entry(of).or_insert_with(|| Times::new(asked)).add(asked, times, lost, perhaps);
        };
        for ((county, zone), group) in groups {
            put(Of::Group(*county, *zone), &group.histogram, group.lost, 0);
        }
        let lost: u64 = o.groups.iter().map(|g| g.lost).sum();
        for bits in &asked.priorities {
            let of_set = o.by_priority.iter().enumerate().filter(|(p, _)| bits & (1 << p) != 0).map(|(_, h)| h);
            let merged = of_set.cloned().reduce(|mut all, h| {
                all.merge(&h);
                all
            });
            if let Some(times) = merged {
                put(Of::Priorities(*bits), &times, 0, lost);
            }
        }
        for (category, times) in o.by_category.iter().enumerate() {
            put(Of::Category(category), times, 0, lost);
        }
        for (interval, times) in o.intervals.iter().enumerate() {
            put(Of::Interval(interval), times, 0, 0);
        }
    }

    pub(super) fn times(&self, of: Of) -> Option<&Times> {
        self.times.get(&of).filter(|t| t.mean_min.ratio().is_some() || t.lost > 0)
    }

    pub(super) fn of_interval(&self, interval: Interval) -> Option<&Times> {
        self.times(Of::Interval(interval as usize))
    }

    /// A category by its key.
    pub(super) fn category(&self, key: &str) -> Option<Of> {
        self.categories.iter().position(|c| c == key).map(Of::Category)
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

/// Driving time to the scenic areas of grade 4A and above that are places of calls in the scenario.
fn scenic(world: &World) -> Vec<(Text, Option<f64>)> {
    let s = &world.scenario;
    let graded = |level: &str| level.strip_suffix('A').and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n >= 4);
    let (regime, staffed) = (coverage::usual(world), world.staffed());
    let minutes = |id: &str| {
        let site = s.sites.iter().position(|site| site.id == id)?;
        let (_, time) = world.nearest_post(regime, PointId::new(s.points.len() + site), &staffed)?;
        Some(time.minutes() * s.travel.response_factor)
    };
    s.scenic.iter().filter(|a| graded(&a.level)).map(|a| (a.name.clone(), minutes(&a.id))).collect()
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
    fn calls_nobody_reached_open_the_share_of_a_priority() {
        let limit = Span::from_seconds(5.0);
        let asked = Asked { limits: vec![limit], quantiles: vec![0.5], priorities: vec![1] };
        let figures = |lost: u64, perhaps: u64| {
            let mut t = Times::new(&asked);
            for _ in 0..40 {
                t.add(&asked, &times(&[1.0, 2.0, 3.0, 9.0]), lost, perhaps);
            }
            t
        };
        let all = AskedFigures {
            asked: asked.clone(),
            times: BTreeMap::new(),
            categories: vec!["a".into(), "b".into()],
            clock_start: "ring",
            calls: Vec::new(),
            scenic: Vec::new(),
            observation_percent: None,
        };
        let share = |t: &Times| all.share(t, limit, 0.95).unwrap();
        let (none, certain, open) = (share(&figures(0, 0)), share(&figures(1, 0)), share(&figures(0, 1)));
        assert!((none.mean - 0.75).abs() < 1e-12 && (certain.mean - 0.6).abs() < 1e-12);
        assert!(certain.high < 0.75 && open.low < 0.6 && open.high > 0.75, "{open:?}");
        assert!(all.share(&figures(0, 0), Span::from_seconds(6.0), 0.95).is_none(), "nobody asked for this limit");
        assert_eq!(all.category("b"), Some(Of::Category(1)));
        assert_eq!(all.category("c"), None);
        let median = all.quantile(&figures(0, 0), 0.5, 0.95).unwrap().mean * 60.0;
        assert!((median - 10.0 / 3.0).abs() < 1e-9, "{median}");
    }
}
