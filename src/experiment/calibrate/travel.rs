//! Speeds: recorded drives against the network's times for the same ways.

use super::log::{Asides, Call, DAY_S, Log, Reason};
use super::result::{FactorFit, Left, TravelFit};
use super::samples::{Kind, Samples};
use super::times::{How, LEAST, log_interval};
use crate::quality::Zone;
use crate::random::{Dist, normal_quantile};
use crate::scenario::rules::MoveUpRule;
use crate::sim::ways::{Drive, Ways};
use crate::sim::{Leg, Origin, Stamp, World};
use crate::stats::Estimate;
use crate::stats::rounded::{Rounding, nelder_mead};
use crate::text::Text;
use crate::units::{SimTime, Span};
use std::collections::BTreeMap;

/// Drives that the network does in less than this, or in less than so many steps of rounding, tell little: the way between a
/// place and its road, and rounding, are much of them.
const LEAST_NET_S: f64 = 120.0;
const LEAST_STEPS: f64 = 3.0;
/// Drives whose logarithm is farther from the median than so many robust standard deviations are set aside: a wrong post or
/// place. Of a normal distribution that is one in two million.
const OUTLIER: f64 = 5.0;
/// The least robust standard deviation that is believed.
const LEAST_SD: f64 = 0.05;
/// A week far beyond any fixed day of a scenario: only what comes every week holds there.
const FAR_WEEKS: f64 = 10_000.0;

/// A drive with what the network says of it.
#[derive(Clone, Copy)]
struct Driven {
    recorded: f64,
    net: f64,
    zone: Zone,
    place: usize,
    /// Where its row begins in the file.
    start: usize,
}

/// Which drives belong to a factor.
struct Way {
    key: &'static str,
    name: (&'static str, &'static str),
    kind: Kind,
    leg: Leg,
    siren: bool,
}

const WAYS: [Way; 3] = [
    Way {
        key: "travel.response_factor",
        name: ("赴现场行程时间系数", "factor on travel time to the scene"),
        kind: Kind::Travel,
        leg: Leg::Response,
        siren: true,
    },
    Way {
        key: "travel.calm_factor",
        name: ("不鸣警笛行程时间系数", "factor on travel time without siren"),
        kind: Kind::Travel,
        leg: Leg::CalmResponse,
        siren: false,
    },
    Way {
        key: "travel.transport_factor",
        name: ("送院行程时间系数", "factor on travel time to hospital"),
        kind: Kind::Transport,
        leg: Leg::Transport,
        siren: true,
    },
];

/// Fits the factors and the scatter.
pub(super) fn fit(
    world: &World,
    samples: &Samples<'_>,
    how: &How,
    asides: &mut Asides,
    left: &mut Vec<Left>,
) -> TravelFit {
    let s = &world.scenario;
    let calm = s.demand.categories.iter().any(|c| !c.care.siren);
    let mut found = TravelFit::default();
    for way in WAYS.iter().filter(|w| w.siren || calm) {
        let name = Text::new(way.name.0, way.name.1);
        match factor(world, samples, way, how, asides) {
            Ok(fit) => found.factors.push(fit),
            Err(why) => left.push(Left { what: name, why }),
        }
    }
    let n: usize = found.factors.iter().map(|f| f.n).sum();
    if n > 0 {
        let variance = found.factors.iter().map(|f| f.n as f64 * f.sigma.mean * f.sigma.mean).sum::<f64>() / n as f64;
        let sigma = libm::sqrt(variance);
        let sd_log = sd_log_of_sigma(n);
        found.scatter = Some((log_interval(sigma, sd_log, how.confidence), n));
    }
    found
}

/// Standard error of the logarithm of a standard deviation found from n normal values.
fn sd_log_of_sigma(n: usize) -> f64 {
    1.0 / libm::sqrt(2.0 * n as f64)
}

fn factor(world: &World, samples: &Samples<'_>, way: &Way, how: &How, asides: &mut Asides) -> Result<FactorFit, Text> {
    let Some((from, to)) = samples.between(way.kind) else {
        return Err(match way.kind {
            Kind::Travel => Text::new("没有出车与到达现场的时间", "there are no times of leaving and of arrival"),
            _ => Text::new(
                "没有离开现场与到达医院的时间",
                "there are no times of leaving the scene and of arrival at hospital",
            ),
        });
    };
    let rounding = samples.log.rounding(from, to);
    why_not(world, samples.log, way)?;
    let mut factor = 1.0;
    // Where roads change over the week, how long a way takes depends on how fast it is driven: once more with what was found.
    let passes = if world.roads.regimes() > 1 { 2 } else { 1 };
    let mut last = None;
    for _ in 0..passes {
        let mut here = Asides::default();
        let drives = drives(world, samples, way, factor, &mut here);
        let kept = without_short(drives, rounding, way, &mut here);
        let kept = without_outliers(kept, rounding, way, &mut here);
        if kept.len() < LEAST {
            let n = kept.len();
            return Err(Text::new(
                format!("起点、地点与行驶时间都已知且足够长的只有 {n} 次，少于 {LEAST} 次"),
                format!("{n} drives have a known start, a known place and are long enough: fewer than {LEAST}"),
            ));
        }
        let fit = lognormal(&kept, rounding, way, how);
        factor = fit.factor.mean;
        last = Some((fit, here));
    }
    let Some((fit, here)) = last else { return Err(Text::new("没有行驶", "there are no drives")) };
    asides.take(here);
    Ok(fit)
}

/// What a log must tell so that the network can be asked.
fn why_not(world: &World, log: &Log, way: &Way) -> Result<(), Text> {
    let m = &log.mapping;
    if m.get("point").is_none() && m.get("lat").is_none() {
        return Err(Text::new("没有地点", "there are no places"));
    }
    if way.kind == Kind::Transport {
        return match m.get("hospital") {
            Some(_) => Ok(()),
            None => Err(Text::new("没有医院编号", "it is not said to which hospital")),
        };
    }
    let moving = world.scenario.rules.move_up != MoveUpRule::Home;
    match (m.get("post"), m.get("unit")) {
        (Some(_), _) => Ok(()),
        (None, Some(_)) if !moving => Ok(()),
        (None, Some(_)) => Err(Text::new(
            "没有出发站点；方案中车辆会调防，由车号不能得知站点",
            "there is no post; units of the scenario move between posts, so that the unit does not tell it",
        )),
        (None, None) => {
            Err(Text::new("没有出发站点，也没有车号", "neither the post a unit left from nor the unit is told"))
        }
    }
}

/// All drives of a kind whose way is known, with the network's time at a factor, over that factor.
fn drives(world: &World, samples: &Samples<'_>, way: &Way, factor: f64, asides: &mut Asides) -> Vec<Driven> {
    let s = &world.scenario;
    let all_siren = s.demand.categories.iter().all(|c| c.care.siren);
    let mut scratch = <World as Ways>::Scratch::default();
    let mut out = Vec::new();
    for call in samples.calls.iter().filter(|c| c.dispatch) {
        let siren =
            call.category.map_or(all_siren.then_some(true), |c| Some(s.demand.categories[c.index()].care.siren));
        let (Some(recorded), Some(point)) = (call.steps[way.kind.step()], call.point) else { continue };
        let Some((from, to)) = ends(world, call, way) else { continue };
        if siren != Some(way.siren) {
            continue;
        }
        let leaves = call.at(if way.kind == Kind::Travel { Stamp::Departed } else { Stamp::LeftScene });
        let leaves = leaves.unwrap_or(call.ring()).rem_euclid(7.0 * DAY_S) + FAR_WEEKS * 7.0 * DAY_S;
        let drive = Drive {
            from: world.resting(from),
            leaves: SimTime::ZERO + Span::from_seconds(leaves),
            to,
            leg: way.leg,
            factor,
        };
        match world.time(&mut scratch, &drive) {
            Some(time) => {
                let zone = s.points[point.index()].zone;
                out.push(Driven {
                    recorded,
                    net: time.seconds() / factor,
                    zone,
                    place: point.index(),
                    start: call.start,
                });
            }
            None => asides.add(Reason::NoWay, way.kind.key(), Some(call.start)),
        }
    }
    out
}

/// Where a drive began and ended, where that is known.
fn ends(world: &World, call: &Call, way: &Way) -> Option<(Origin, Origin)> {
    let s = &world.scenario;
    let scene = Origin::Point(call.point?);
    if way.kind == Kind::Transport {
        return Some((scene, Origin::Hospital(call.hospital?)));
    }
    let unit = call.unit.map(|u| &s.units[u.index()]);
    if call.from_road == Some(true) || unit.is_some_and(|u| !u.kind.on_road()) {
        return None;
    }
    let home = unit.filter(|_| s.rules.move_up == MoveUpRule::Home).map(|u| u.post);
    Some((Origin::Post(call.post.or(home)?), scene))
}

/// Without those that the network does in no time.
fn without_short(drives: Vec<Driven>, rounding: Rounding, way: &Way, asides: &mut Asides) -> Vec<Driven> {
    let least = LEAST_NET_S.max(LEAST_STEPS * rounding.step());
    let (kept, short): (Vec<Driven>, Vec<Driven>) = drives.into_iter().partition(|d| d.net >= least);
    short.iter().for_each(|d| asides.add(Reason::ShortDrive, way.kind.key(), Some(d.start)));
    kept
}

/// Logarithm of recorded over network time.
fn log_ratio(d: &Driven, rounding: Rounding) -> f64 {
    let recorded = (d.recorded + rounding.shift()).max(rounding.step() / 4.0).max(1.0);
    libm::log(recorded / d.net)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 { 0.0 } else { (values[(n - 1) / 2] + values[n / 2]) / 2.0 }
}

/// Without those far from the rest, by median and median absolute deviation.
fn without_outliers(drives: Vec<Driven>, rounding: Rounding, way: &Way, asides: &mut Asides) -> Vec<Driven> {
    let mut logs: Vec<f64> = drives.iter().map(|d| log_ratio(d, rounding)).collect();
    let middle = median(&mut logs);
    let mut off: Vec<f64> = logs.iter().map(|l| (l - middle).abs()).collect();
    // 1.4826 times the median absolute deviation of a normal distribution is its standard deviation.
    let limit = OUTLIER * (1.4826 * median(&mut off)).max(LEAST_SD);
    let near = |d: &Driven| (log_ratio(d, rounding) - middle).abs() <= limit;
    let (kept, far): (Vec<Driven>, Vec<Driven>) = drives.into_iter().partition(near);
    far.iter().for_each(|d| asides.add(Reason::Outlier, way.kind.key(), Some(d.start)));
    kept
}

/// The factor and scatter of a lognormal distribution about the network's times, most likely given how times are rounded. The
/// factor's interval lets drives to one place share the error of the network's time to it.
fn lognormal(drives: &[Driven], rounding: Rounding, way: &Way, how: &How) -> FactorFit {
    let n = drives.len() as f64;
    let logs: Vec<f64> = drives.iter().map(|d| log_ratio(d, rounding)).collect();
    let mean = logs.iter().sum::<f64>() / n;
    let sd = libm::sqrt(logs.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>() / n);
    let recorded: Vec<f64> = drives.iter().map(|d| d.recorded).collect();
    let (log_factor, sigma) = match rounding.for_times(&recorded) {
        Rounding::Exact => (mean, sd),
        rounding => {
            let minus = |at: &[f64]| -> f64 {
                let (factor, sigma) = (libm::exp(at[0]), libm::exp(at[1].clamp(-9.0, 3.0)));
                let of = |d: &Driven| {
                    let dist = Dist::Lognormal { median: d.net * factor, sigma };
                    libm::log(rounding.density(&dist, d.recorded).max(1e-300))
                };
                -drives.iter().map(of).sum::<f64>()
            };
            let at = nelder_mead(&[mean, libm::log(sd.max(0.01))], 0.1, &minus);
            (at[0], libm::exp(at[1].clamp(-9.0, 3.0)))
        }
    };
    let error = clustered_error(drives, &logs, mean);
    let part = |zone: Zone, zh: &str, en: &str| {
        let of: Vec<usize> = (0..drives.len()).filter(|i| drives[*i].zone == zone).collect();
        if of.len() < LEAST {
            return None;
        }
        let (some, logs): (Vec<Driven>, Vec<f64>) = of.iter().map(|i| (drives[*i], logs[*i])).unzip();
        let mean_here = logs.iter().sum::<f64>() / logs.len() as f64;
        // What rounding does to the mean of the logarithms, it does to that of the parts.
        let value = libm::exp(mean_here - mean + log_factor);
        let error = clustered_error(&some, &logs, mean_here);
        Some((Text::new(zh, en), of.len(), log_interval(value, error, how.confidence)))
    };
    FactorFit {
        key: way.key.into(),
        name: Text::new(way.name.0, way.name.1),
        n: drives.len(),
        factor: log_interval(libm::exp(log_factor), error, how.confidence),
        sigma: log_interval(sigma, sd_log_of_sigma(drives.len()), how.confidence),
        parts: [part(Zone::Urban, "城区", "urban"), part(Zone::Rural, "农村", "rural")].into_iter().flatten().collect(),
    }
}

/// Standard error of a mean of values that are dependent within a place: from the sums of deviations of each place.
fn clustered_error(drives: &[Driven], logs: &[f64], mean: f64) -> f64 {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for (d, log) in drives.iter().zip(logs) {
        *sums.entry(d.place).or_default() += log - mean;
    }
    let places = sums.len() as f64;
    let square: f64 = sums.values().map(|s| s * s).sum();
    let small = if places > 1.0 { places / (places - 1.0) } else { 1.0 };
    libm::sqrt(small * square) / drives.len() as f64
}

/// Half the width of a normal interval of a value with a standard error.
pub(super) fn normal_interval(value: f64, error: f64, confidence: f64) -> Estimate {
    let half = normal_quantile(0.5 + confidence / 2.0) * error;
    Estimate { mean: value, low: value - half, high: value + half }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    const HOW: How = How { seed: 5, confidence: 0.95 };

    fn drives(n: usize, factor: f64, sigma: f64, rounding: Rounding) -> Vec<Driven> {
        let mut s = Stream::new(4, "drives", 0);
        (0..n)
            .map(|_| {
                let net = 180.0 + 1500.0 * s.uniform();
                let time = Dist::Lognormal { median: net * factor, sigma }.quantile(s.uniform());
                let from = 3600.0 * s.uniform();
                let recorded = rounding.recorded(from, from + time);
                Driven { recorded, net, zone: Zone::Urban, place: s.below(80), start: 0 }
            })
            .collect()
    }

    #[test]
    fn factor_and_scatter_are_found_again_with_rounding_too() {
        for rounding in [Rounding::Exact, Rounding::Moments { from: 60.0, to: 60.0 }, Rounding::Nearest(60.0)] {
            let fit = lognormal(&drives(3000, 1.25, 0.15, rounding), rounding, &WAYS[0], &HOW);
            assert!((fit.factor.mean / 1.25 - 1.0).abs() < 0.01, "{rounding:?} {fit:?}");
            assert!(fit.factor.low < 1.25 && fit.factor.high > 1.25, "{rounding:?} {fit:?}");
            assert!((fit.sigma.mean / 0.15 - 1.0).abs() < 0.04, "{rounding:?} {fit:?}");
        }
    }

    #[test]
    fn wrong_posts_are_set_aside() {
        let mut all = drives(1000, 1.1, 0.2, Rounding::Exact);
        for d in all.iter_mut().step_by(50) {
            d.recorded *= 12.0;
        }
        let mut asides = Asides::default();
        let kept = without_outliers(all, Rounding::Exact, &WAYS[0], &mut asides);
        let source = crate::fault::SourceText { path: "x".into(), text: "".into() };
        assert_eq!((kept.len(), asides.list(&source)[0].n), (980, 20));
    }

    /// The places of drives matter where their errors are common.
    #[test]
    fn common_errors_of_places_widen_the_interval() {
        let mut all = drives(2000, 1.0, 0.05, Rounding::Exact);
        let before = lognormal(&all, Rounding::Exact, &WAYS[0], &HOW).factor;
        for d in &mut all {
            d.recorded *= 1.0 + 0.4 * (d.place as f64 / 80.0 - 0.5);
        }
        let after = lognormal(&all, Rounding::Exact, &WAYS[0], &HOW).factor;
        assert!(after.half_width() > 4.0 * before.half_width(), "{before:?} {after:?}");
    }
}
