//! What no dispatch policy can beat with given posts and units.
//!
//! After Maxwell, Ni, Tong, Henderson, Topaloglu and Zhang, "A bound on the performance of an optimal ambulance redeployment
//! policy", Operations Research 62 (2014) 1014: with `a` units free, no policy covers more than the best `a` posts do, and no
//! policy has more units free than one whose calls all last as short as possible. Unlike there, calls wait when no unit is free
//! instead of being lost, so the second half holds for calls that get a unit at once, under conditions that are checked.
//!
//! *All units free.* The chance that a unit sent from post `j` is in time at point `p` is at most `chance[p][j]`: handling and
//! turn-out, which no policy changes, and the drive on the fastest state of the roads, each of which policies cannot foresee.
//! However calls wait and units move between posts, the share in time is at most `Σ_p w_p max_j chance[p][j]`.
//!
//! *Busy units.* With Poisson calls a call finds `A ≤ (n − M)⁺` units free, `M` being Poisson ([`busy`]), so the share of calls that
//! get a unit at once, from its post and in time is at most `E[v((n − M)⁺)]`, `v(a)` the most that `a` posts cover ([`most`]).
//! Calls that wait, or whose unit is sent from the road, come on top: whatever share they are, all may be in time.

mod busy;
mod most;

use crate::ids::{PointId, PostId};
use crate::quality::Zone;
use crate::random::Dist;
use crate::scenario::{ClockStart, Scenario};
use crate::sim::{Leg, Origin, World};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A bound, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverBound {
    /// All calls, then by zone; empty where there is no bound.
    pub rows: Vec<BoundRow>,
    /// Units.
    pub units: usize,
    /// Posts counted.
    pub posts: usize,
    /// Units busy at least, on the mean as calls see it; `None` where it could not be shown.
    pub busy: Option<f64>,
    /// Why there is no bound, or why busy units are left out of it.
    pub remarks: Vec<Text>,
}

/// The bound for some calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundRow {
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// No unit sent from its post does better if all are free: share of calls within the zone's target, 0 to 1.
    pub all_free: f64,
    /// The share of calls that get a unit at once, from its post and in time, with the units that are busy at least; not above
    /// [`BoundRow::all_free`].
    pub bound: f64,
}

/// Seconds of a bin when times before driving are added up.
const BIN_S: f64 = 1.0;
/// Steps of a distribution; each counts at its lower end.
const SLICES: usize = 400;
/// Steps of driving time, seconds; times are rounded down.
const DRIVE_STEP_S: f64 = 2.0;
/// Tables of driving times are rounded; they count as shorter by this share and this many seconds.
const ROUNDING: (f64, f64) = (0.999, 0.2);

/// The bound on the share of calls reached within the targets (minutes, urban and rural).
pub fn cover_bound(world: &World, targets_min: &[f64; 2]) -> CoverBound {
    let s = &world.scenario;
    let staffed: Vec<usize> = {
        // Units that move up may wait at any post.
        let moves = s.rules.move_up != crate::scenario::rules::MoveUpRule::Home;
        let staffed = world.staffed();
        (0..s.posts.len()).filter(|p| moves || staffed[*p]).collect()
    };
    let mut found =
        CoverBound { rows: Vec::new(), units: s.units.len(), posts: staffed.len(), busy: None, remarks: no_bound(s) };
    if !found.remarks.is_empty() {
        return found;
    }
    let drives = drives(world, &staffed);
    let before = before_driving(s);
    let tables = targets_min.map(|minutes| in_time(&before, minutes * 60.0, s.travel.scatter_sigma));
    let chance: Vec<Vec<f64>> = drives
        .iter()
        .zip(&s.points)
        .map(|(row, point)| {
            let table = &tables[point.zone.index()];
            let of = |d: &Option<f64>| d.and_then(|d| table.get((d / DRIVE_STEP_S) as usize)).copied().unwrap_or(0.0);
            row.iter().map(of).collect()
        })
        .collect();
    let nearest: Vec<Option<f64>> = drives.iter().map(|row| row.iter().flatten().copied().reduce(f64::min)).collect();
    let progress = match idle_by_rule(s) {
        reasons if reasons.is_empty() => {
            // Points that some post does not reach may wait though a unit is free.
            let sure: Vec<Option<f64>> = drives
                .iter()
                .zip(&nearest)
                .map(|(row, nearest)| nearest.filter(|_| row.iter().all(Option::is_some)))
                .collect();
            let any = |c: usize| !s.demand.categories[c].needs_negative_pressure;
            Some(busy::least_in_progress(world, &sure, &any))
        }
        reasons => {
            found.remarks = reasons;
            None
        }
    };
    let mean = |p: &[(f64, f64)]| p.iter().map(|(m, w)| m * w).sum::<f64>() / p.iter().map(|p| p.1).sum::<f64>();
    found.busy = progress.as_deref().map(mean);
    for zone in [None, Some(Zone::Urban), Some(Zone::Rural)] {
        let weight: Vec<f64> = s
            .points
            .iter()
            .map(|p| if zone.is_none_or(|z| z == p.zone) { s.demand.dispatches_per_day(p) } else { 0.0 })
            .collect();
        let total: f64 = weight.iter().sum();
        if total <= 0.0 {
            continue;
        }
        let best = |row: &Vec<f64>| row.iter().copied().fold(0.0, f64::max);
        let all_free = chance.iter().zip(&weight).map(|(row, w)| best(row) * w).sum::<f64>() / total;
        let bound = progress.as_ref().map_or(all_free, |p| {
            if s.units.len() as f64 > 3.0 * staffed.len() as f64 {
                return all_free; // So many that no busy ones show.
            }
            expected(&most::most_covered(&weight, &chance), s.units.len(), p) / total
        });
        found.rows.push(BoundRow { zone, all_free, bound: bound.min(all_free) });
    }
    found
}

/// `E[v((n − M)⁺)]` over the moments of a week, weighed by their calls.
fn expected(most: &[f64], units: usize, progress: &[(f64, f64)]) -> f64 {
    let covered = |free: usize| most.get(free).or(most.last()).copied().unwrap_or(0.0);
    let at = |mean: f64| {
        let mut chance = libm::exp(-mean);
        let (mut sum, mut told) = (0.0, 0.0);
        for k in 0..units {
            sum += chance * covered(units - k);
            told += chance;
            chance *= mean / (k + 1) as f64;
        }
        // What is lost to rounding counts as covered.
        sum + (1.0 - told).clamp(0.0, 1e-9) * covered(units)
    };
    let mut known: std::collections::BTreeMap<u64, f64> = std::collections::BTreeMap::new();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (mean, weight) in progress {
        // Rounded down to thousandths: fewer in progress, so that it stays a bound.
        let thousandths = (mean * 1000.0) as u64;
        sum += weight * *known.entry(thousandths).or_insert_with(|| at(thousandths as f64 / 1000.0));
        weights += weight;
    }
    if weights > 0.0 { sum / weights } else { covered(units) }
}

/// Why nothing can be said.
fn no_bound(s: &Scenario) -> Vec<Text> {
    let p = &s.demand.patterns;
    let mut out = Vec::new();
    let mut when = |holds: bool, zh: &str, en: &str| {
        if holds {
            out.push(Text::new(zh, en));
        }
    };
    when(s.units.iter().any(|u| !u.kind.on_road()), "有直升机或救护艇", "there are helicopters or boats");
    when(s.demand.log.is_some(), "呼叫取自记录，不是泊松过程", "calls come from a log, not from a Poisson process");
    when(
        !p.populations.is_empty() || !p.surges.is_empty() || !p.waves.is_empty() || !s.demand.casualties.is_empty(),
        "呼叫的地点随时间变化（人口变动、波动或大型事件）",
        "the places of calls change over time (populations, surges, waves, incidents with many patients)",
    );
    when(
        s.demand.categories.iter().any(|c| c.pattern != crate::demand::CategoryPattern::default()),
        "有类别的时间或城乡分布与其他类别不同",
        "a category has its own pattern over time or zones",
    );
    when(
        !s.rules.dispatch.redirect.is_empty(),
        "途中车辆可改派",
        "units on their way to a call may be sent to another",
    );
    out
}

/// What makes a unit stay free though a call waits, or makes calls come otherwise than as a Poisson process: busy units are then
/// left out of the bound.
fn idle_by_rule(s: &Scenario) -> Vec<Text> {
    let p = &s.demand.patterns;
    let mut out = Vec::new();
    let mut when = |holds: bool, zh: &str, en: &str| {
        if holds {
            out.push(Text::new(zh, en));
        }
    };
    when(s.centres.len() > 1, "有多个指挥中心，各用各的车", "there are several centres with units of their own");
    when(s.rules.dispatch.hold_back.is_some(), "为急重呼叫保留车辆", "units are kept back for urgent calls");
    when(s.rules.telephone.patience.is_some(), "来电者可能挂断", "callers may hang up");
    when(
        p.day_cv2 > 0.0 || p.bursts.is_some() || p.start.is_some(),
        "呼叫率随日期随机或按季节变化",
        "rates vary from day to day or over the seasons",
    );
    when(s.run.days < 7.0, "计量期不足一周", "less than a week is measured");
    when(s.run.warmup_days < 0.5, "预热不足半天", "the warm-up is shorter than half a day");
    out
}

/// Seconds from each post to each point on the fastest state of the roads, at the faster of the two ways to drive.
fn drives(world: &World, posts: &[usize]) -> Vec<Vec<Option<f64>>> {
    let s = &world.scenario;
    let calm = s.demand.categories.iter().any(|c| !c.care.siren);
    let legs = [(Leg::Response, s.travel.response_factor), (Leg::CalmResponse, s.travel.calm_factor)];
    let legs = &legs[..if calm { 2 } else { 1 }];
    let time = |post: usize, point: usize| {
        let ways = (0..world.roads.regimes()).flat_map(|regime| legs.iter().map(move |(leg, f)| (regime, *leg, *f)));
        let times = ways.filter_map(|(regime, leg, factor)| {
            let t = world.to_point_by(regime, leg, Origin::Post(PostId::new(post)), PointId::new(point));
            t.is_reachable().then(|| t.minutes() * 60.0 * factor)
        });
        times.reduce(f64::min).map(|t| (t * ROUNDING.0 - ROUNDING.1).max(0.0))
    };
    (0..s.points.len()).map(|point| posts.iter().map(|post| time(*post, point)).collect()).collect()
}

/// Chances of the whole seconds that pass at least between the start of the clock and departure: handling (where the clock
/// starts before it) and turn-out.
fn before_driving(s: &Scenario) -> Vec<f64> {
    let lower = |dist: &Dist, k: usize| if k == 0 { 0.0 } else { dist.quantile(k as f64 / SLICES as f64) };
    let own = s.demand.categories.iter().any(|c| c.care.handling.is_some());
    let counts = matches!(s.run.clock_start, ClockStart::Ring | ClockStart::Answered) && !own;
    let handling: Vec<f64> = match counts {
        true => (0..SLICES).map(|k| lower(&s.call_taking.handling, k)).collect(),
        false => vec![0.0],
    };
    let longest = 4 * 3600;
    let mut chances = vec![0.0; longest];
    for k in 0..SLICES {
        let turnout = lower(&s.durations.turnout, k);
        for h in &handling {
            let bin = ((turnout + h) / BIN_S) as usize;
            if bin < longest {
                chances[bin] += 1.0 / (SLICES * handling.len()) as f64;
            }
        }
    }
    chances
}

/// By steps of driving time: the chance to be in time at most.
fn in_time(before: &[f64], limit_s: f64, sigma: f64) -> Vec<f64> {
    let normal = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let drive_within = |left: f64, drive: f64| {
        if drive <= 0.0 {
            1.0
        } else if left <= 0.0 {
            0.0
        } else if sigma > 0.0 {
            normal(libm::log(left / drive) / sigma)
        } else {
            f64::from(u8::from(drive <= left))
        }
    };
    // With scatter a drive of five times the limit has no chance worth naming at usual widths; go on until it has none.
    let mut table = Vec::new();
    loop {
        let drive = table.len() as f64 * DRIVE_STEP_S;
        let last = before.len().min((limit_s / BIN_S) as usize + 1);
        let bins = before[..last].iter().enumerate().filter(|(_, c)| **c > 0.0);
        let chance: f64 = bins.map(|(bin, c)| c * drive_within(limit_s - bin as f64 * BIN_S, drive)).sum();
        table.push(chance.min(1.0));
        if chance < 1e-9 || drive > 86_400.0 {
            return table;
        }
    }
}

#[cfg(test)]
mod tests;
