//! How many units are busy at least, whatever the policy.
//!
//! A policy that sends a free unit at once to any call it may serve keeps at least as many units busy as there would be calls in
//! progress if each began service when it reaches dispatch and lasted as short as possible: the M(t)/G/∞ queue, whose number is
//! Poisson (Palm 1943; Eick, Massey, Whitt, Operations Research 41 (1993) 731). That is the coupling of Maxwell et al. 2014 for a
//! system in which calls wait instead of being lost.

use crate::demand::Category;
use crate::ids::{CategoryId, PointId};
use crate::random::{Stream, normal_quantile};
use crate::sim::World;

/// Draws of the shortest service time.
const DRAWS: usize = 4000;
/// Seconds between the moments at which means are told.
const STEP_S: f64 = 300.0;
/// Moments of a week.
const MOMENTS: usize = 2016;

/// Calls in progress at least, on the mean, at each moment of a week, with the rate of calls there; none where no call is sure
/// to be served by any free unit.
pub(super) fn least_in_progress(
    world: &World,
    nearest: &[Option<f64>],
    every_unit: &dyn Fn(usize) -> bool,
) -> Vec<(f64, f64)> {
    let s = &world.scenario;
    let rates: Vec<f64> = s.points.iter().map(|p| s.demand.dispatches_per_day(p) / 86_400.0).collect();
    let categories: Vec<usize> = (0..s.demand.categories.len()).filter(|c| every_unit(*c)).collect();
    let share: f64 = categories.iter().map(|c| s.demand.categories[*c].share).sum();
    let points: Vec<usize> = (0..rates.len()).filter(|p| nearest[*p].is_some()).collect();
    let served: f64 = points.iter().map(|p| rates[*p]).sum::<f64>() * share;
    let mut longer = Vec::new();
    if served > 0.0 {
        let mut random = Stream::new(1, "cover bound", 0);
        let mut lengths: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let point = chosen(&points, random.uniform(), &|p| rates[p]);
                let category = chosen(&categories, random.uniform(), &|c| s.demand.categories[c].share);
                shortest(world, point, category, nearest[point].unwrap_or(0.0), &mut random)
            })
            .collect();
        lengths.sort_by(f64::total_cmp);
        // Share of calls that last longer than each multiple of the step.
        let beyond = |t: f64| (DRAWS - lengths.partition_point(|l| *l <= t)) as f64 / DRAWS as f64;
        longer = (1..MOMENTS).map(|k| beyond(k as f64 * STEP_S)).take_while(|b| *b > 0.0).collect();
    }
    let weight = |moment: usize| {
        let hour = moment * 24 / (MOMENTS / 7);
        s.demand.hourly[hour % 24] * s.demand.weekday[hour / 24 % 7]
    };
    let low = |moment: usize| {
        [moment + MOMENTS - 1, moment, moment + 1].iter().map(|m| weight(m % MOMENTS)).fold(f64::INFINITY, f64::min)
    };
    (0..MOMENTS)
        .map(|moment| {
            let lags = longer.iter().enumerate();
            let mean: f64 = lags.map(|(lag, b)| low((moment + 2 * MOMENTS - lag - 1) % MOMENTS) * b).sum();
            (mean * served * STEP_S, weight(moment))
        })
        .collect()
}

fn chosen(list: &[usize], u: f64, weight: &dyn Fn(usize) -> f64) -> usize {
    let total: f64 = list.iter().map(|i| weight(*i)).sum();
    let mut left = u * total;
    let found = list.iter().find(|i| {
        left -= weight(**i);
        left <= 0.0
    });
    found.or(list.last()).copied().unwrap_or(0)
}

/// One draw of the shortest time from sending a unit to its being clear: the nearest post, the nearest able hospital, the
/// fastest state of the roads. A call that may be cancelled lasts no time at all with that chance.
fn shortest(world: &World, point: usize, category: usize, drive_s: f64, random: &mut Stream) -> f64 {
    let s = &world.scenario;
    let c: &Category = &s.demand.categories[category];
    // Always as many draws, so that one call does not depend on another.
    let u: [f64; 9] = std::array::from_fn(|_| random.uniform());
    if u[0] < c.care.cancelled {
        return 0.0;
    }
    let scatter = |u: f64| libm::exp(s.travel.scatter_sigma * normal_quantile(u));
    let d = &s.durations;
    let out = d.turnout.quantile(u[1]) + drive_s * scatter(u[2]);
    let clear = c.care.clear.unwrap_or(d.clear).quantile(u[3]);
    let regimes = 0..world.roads.regimes();
    let times = regimes.filter_map(|r| world.hospital_for(r, PointId::new(point), CategoryId::new(category)));
    let to_hospital = times.map(|(_, t)| t.minutes() * 60.0).reduce(f64::min);
    match to_hospital {
        Some(seconds) if u[4] < c.transport => {
            let calm = s.travel.calm_factor * s.travel.transport_factor / s.travel.response_factor;
            let factor = if c.care.siren { s.travel.transport_factor } else { calm };
            let scene = c.care.scene.unwrap_or(d.scene).quantile(u[5]);
            let handover = c.care.handover.unwrap_or(d.handover).quantile(u[7]);
            out + scene + seconds * factor * scatter(u[6]) + handover + clear
        }
        _ => out + c.care.scene_left.unwrap_or(d.scene_left).quantile(u[8]) + clear,
    }
}
