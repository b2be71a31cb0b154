//! Bends: the radius at every corner of a road's shape, the speed it allows, and the braking before and after.

use crate::geo::{EARTH_RADIUS_M, LatLon};
use crate::network::profile::CurvatureRule;

/// How far the drawn line may lie off the driven one, metres: about the precision of mapping and half a lane. Corners
/// that a line within this distance does without are no bends.
const OFF_LINE_M: f64 = 1.5;
/// A corner between longer straight pieces is rounded over this length on each side, metres.
const ROUND_M: f64 = 20.0;
/// Points nearer to one another are one point, metres.
const SAME_M: f64 = 0.05;

/// A stretch that is not driven faster than some speed.
struct Slow {
    from_m: f64,
    to_m: f64,
    speed: f64,
}

/// What bends multiply the driving time of each segment by: 1 or more, one number for each pair of neighbouring points.
///
/// `base_kmh` is the speed of each segment without bends. Between bends the vehicle brakes and speeds up as the rule
/// allows, so a sharp corner costs its neighbourhood some seconds, however long the segments are that meet there. The
/// ends of the road are no bends: what happens at junctions is a matter of turns. Missing numbers in `base_kmh` leave
/// their segments at 1.
pub fn bend_factors(points: &[LatLon], base_kmh: &[f64], rule: &CurvatureRule) -> Vec<f32> {
    let segments = points.len().saturating_sub(1);
    let mut factors = vec![1.0_f32; segments];
    let base = |i: usize| base_kmh.get(i).copied().filter(|v| v.is_finite() && *v > 0.0).map(|v| v / 3.6);
    let Some(fastest) = (0..segments).filter_map(base).reduce(f64::max) else { return factors };
    let line = flatten(points);
    let along = cumulate(&line);
    let bends = bends(&line, &along, rule, fastest);
    if bends.is_empty() {
        return factors;
    }
    let marks = marks(&along, &bends);
    // The speed without bends from each mark to the next.
    let segment = |k: usize| along.partition_point(|s| *s <= marks[k]).saturating_sub(1);
    let bases: Vec<f64> = (0..marks.len()).map(|k| base(segment(k)).unwrap_or(f64::INFINITY)).collect();
    let (caps, limits) = limits(&marks, &bends, &bases, rule.longitudinal_ms2);
    let mut k = 0;
    for (i, factor) in factors.iter_mut().enumerate() {
        let (from, to) = (along[i], along[i + 1]);
        let mut seconds = 0.0;
        let speed = base(i);
        while k + 1 < marks.len() && marks[k + 1] <= to {
            if let Some(speed) = speed {
                let length = marks[k + 1] - marks[k];
                seconds += time_s(length, speed.min(caps[k]), limits[k], limits[k + 1], rule.longitudinal_ms2);
            }
            k += 1;
        }
        if let Some(speed) = speed.filter(|_| to > from) {
            *factor = (seconds * speed / (to - from)).max(1.0) as f32;
        }
    }
    factors
}

/// Metres east and north of the first point, right across the antimeridian.
fn flatten(points: &[LatLon]) -> Vec<[f64; 2]> {
    let Some(first) = points.first() else { return Vec::new() };
    let radian_m = EARTH_RADIUS_M.to_radians();
    let width = libm::cos(first.lat.to_radians());
    let east = |lon: f64| {
        let d = lon - first.lon;
        if d > 180.0 {
            d - 360.0
        } else if d < -180.0 {
            d + 360.0
        } else {
            d
        }
    };
    points.iter().map(|p| [east(p.lon) * width * radian_m, (p.lat - first.lat) * radian_m]).collect()
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    libm::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]))
}

fn cumulate(line: &[[f64; 2]]) -> Vec<f64> {
    let mut along = Vec::with_capacity(line.len());
    let mut sum = 0.0;
    for (i, p) in line.iter().enumerate() {
        sum += if i > 0 { distance(line[i - 1], *p) } else { 0.0 };
        along.push(sum);
    }
    along
}

/// Distance of a point from the segment between two others.
fn off(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    distance(p, [a[0] + t * dx, a[1] + t * dy])
}

/// The corners that matter (Douglas & Peucker 1973), both ends included.
fn corners(line: &[[f64; 2]]) -> Vec<usize> {
    let last = line.len() - 1;
    let mut keep = vec![false; line.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((a, b)) = open.pop() {
        let mut worst = (OFF_LINE_M, 0);
        for i in a + 1..b {
            let d = off(line[i], line[a], line[b]);
            if d > worst.0 {
                worst = (d, i);
            }
        }
        if worst.1 > 0 {
            keep[worst.1] = true;
            open.extend([(a, worst.1), (worst.1, b)]);
        }
    }
    (0..line.len()).filter(|i| keep[*i]).collect()
}

/// The bends that slow a vehicle of some speed down, in order.
///
/// At a corner that turns by `θ` between pieces of lengths `p` and `q` the curvature is `2·tan(θ/2) / ((p + q)/2)`: exact
/// for points on a circle. A corner between long pieces is not spread over all of them but over what a driver rounds it
/// by: [`ROUND_M`], or the length over which the rounded line stays within [`OFF_LINE_M`] of the corner.
fn bends(line: &[[f64; 2]], along: &[f64], rule: &CurvatureRule, fastest: f64) -> Vec<Slow> {
    let mut at = corners(line);
    at.dedup_by(|b, a| distance(line[*a], line[*b]) < SAME_M);
    let mut out = Vec::new();
    for w in at.windows(3) {
        let [a, b, c] = [line[w[0]], line[w[1]], line[w[2]]];
        let (p, q) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
        let turn = libm::fabs(libm::atan2(p[0] * q[1] - p[1] * q[0], p[0] * q[0] + p[1] * q[1]));
        if turn < 1e-3 {
            continue;
        }
        let round = ROUND_M.max(OFF_LINE_M / libm::tan(turn / 4.0));
        let leg = |v: [f64; 2]| distance(v, [0.0, 0.0]).min(2.0 * round);
        let leg = (leg(p) + leg(q)) / 2.0;
        // A line that turns right round has no radius; its tangent is held back from infinity.
        let radius = leg / (2.0 * libm::tan((turn / 2.0).min(1.55)));
        let speed = rule.speed_kmh(radius) / 3.6;
        if speed < fastest {
            let (middle, half) = (along[w[1]], (radius * turn / 2.0).min(leg / 2.0));
            let end = along[along.len() - 1];
            out.push(Slow { from_m: (middle - half).max(0.0), to_m: (middle + half).min(end), speed });
        }
    }
    out
}

/// Where the speed allowed may change: all points and the ends of all bends, sorted.
fn marks(along: &[f64], bends: &[Slow]) -> Vec<f64> {
    let mut marks: Vec<f64> = along.iter().copied().chain(bends.iter().flat_map(|b| [b.from_m, b.to_m])).collect();
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    marks
}

/// The speed allowed between marks by the bends that lie there, and at marks by all bends before and ahead, as far as
/// they are felt: where the road's own speed is reached again, a bend's reach ends.
fn limits(marks: &[f64], bends: &[Slow], bases: &[f64], longitudinal: f64) -> (Vec<f64>, Vec<f64>) {
    let mut caps = vec![f64::INFINITY; marks.len()];
    let mut squares = vec![f64::INFINITY; marks.len()];
    for b in bends {
        let first = marks.partition_point(|m| *m < b.from_m);
        for k in (first..marks.len()).take_while(|k| marks[*k] <= b.to_m) {
            squares[k] = squares[k].min(b.speed * b.speed);
            if marks[k] < b.to_m {
                caps[k] = caps[k].min(b.speed);
            }
        }
    }
    let across = |square: f64, k: usize| {
        let reached = square + 2.0 * longitudinal * (marks[k + 1] - marks[k]);
        if reached < bases[k] * bases[k] { reached } else { f64::INFINITY }
    };
    for k in 0..marks.len().saturating_sub(1) {
        squares[k + 1] = squares[k + 1].min(across(squares[k], k));
    }
    for k in (0..marks.len().saturating_sub(1)).rev() {
        squares[k] = squares[k].min(across(squares[k + 1], k));
    }
    (caps, squares.into_iter().map(libm::sqrt).collect())
}

/// Seconds over a stretch driven at `speed` where the limits at its ends, `from` and `to`, and the acceleration allow it.
fn time_s(length: f64, speed: f64, from: f64, to: f64, longitudinal: f64) -> f64 {
    let (from, to) = (from.min(speed), to.min(speed));
    let needed = |v: f64| (speed * speed - v * v) / (2.0 * longitudinal);
    let (up, down) = (needed(from), needed(to));
    if up + down <= length {
        return (2.0 * speed - from - to) / longitudinal + (length - up - down) / speed;
    }
    let peak = libm::sqrt((from * from + to * to) / 2.0 + longitudinal * length);
    (2.0 * peak - from - to) / longitudinal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{distance_m, offset};
    use proptest::prelude::*;

    const RULE: CurvatureRule =
        CurvatureRule { lateral_ms2: 2.0, longitudinal_ms2: 1.0, floor_kmh: 10.0, classes: Vec::new() };
    const HERE: LatLon = LatLon { lat: 24.0, lon: 102.0 };

    fn line(xy: &[(f64, f64)]) -> Vec<LatLon> {
        xy.iter().map(|(x, y)| offset(HERE, *x, *y)).collect()
    }

    fn arc(radius: f64, step: f64, turn: f64) -> Vec<(f64, f64)> {
        let n = (radius * turn / step).round().max(2.0) as usize;
        let angle = |i: usize| turn * i as f64 / n as f64;
        (0..=n).map(|i| (radius * libm::sin(angle(i)), radius * (1.0 - libm::cos(angle(i))))).collect()
    }

    fn factors(points: &[LatLon], kmh: f64) -> Vec<f32> {
        bend_factors(points, &vec![kmh; points.len() - 1], &RULE)
    }

    fn seconds(points: &[LatLon], kmh: f64) -> f64 {
        let drive = points.windows(2).map(|w| distance_m(w[0], w[1]) * 3.6 / kmh);
        drive.zip(factors(points, kmh)).map(|(s, f)| s * f64::from(f)).sum()
    }

    #[test]
    fn circles_are_driven_at_the_speed_of_their_radius() {
        for radius in [15.0, 40.0, 120.0, 300.0] {
            for step in [4.0_f64, 10.0, 20.0] {
                let points = line(&arc(radius, step.min(radius / 2.0), 5.0));
                let expected = 100.0 / RULE.speed_kmh(radius);
                let got = factors(&points, 100.0);
                // The ends speed up; the middle half is the bend alone.
                let middle = &got[got.len() / 4..got.len() * 3 / 4];
                let mean = middle.iter().map(|f| f64::from(*f)).sum::<f64>() / middle.len() as f64;
                assert!((mean / expected - 1.0).abs() < 0.07, "R {radius} step {step}: {mean} for {expected}");
            }
        }
    }

    #[test]
    fn straight_and_nearly_straight_roads_cost_nothing() {
        let straight: Vec<_> = (0..50).map(|i| (f64::from(i) * 7.0, 0.0)).collect();
        assert!(factors(&line(&straight), 100.0).iter().all(|f| *f == 1.0));
        // Drawn by a shaky hand: a metre to each side, every five metres.
        let zigzag: Vec<_> = (0..80).map(|i| (f64::from(i) * 5.0, if i % 2 == 0 { 0.7 } else { -0.7 })).collect();
        assert!(factors(&line(&zigzag), 100.0).iter().all(|f| *f == 1.0));
        // A motorway's bend, drawn coarsely.
        assert!(factors(&line(&arc(1000.0, 60.0, 1.0)), 110.0).iter().all(|f| *f == 1.0));
    }

    #[test]
    fn one_sharp_corner_costs_seconds_not_minutes() {
        let cost = |leg: f64| {
            let points = line(&[(0.0, 0.0), (leg, 0.0), (leg, leg)]);
            seconds(&points, 60.0) - 2.0 * leg * 3.6 / 60.0
        };
        let (short, long) = (cost(300.0), cost(3000.0));
        assert!((short - long).abs() < 0.1, "{short} {long}");
        assert!((4.0..12.0).contains(&short), "{short}");
        // Rounded over 20 m, R = 20: 22.8 km/h, slowed from 60 over 119 m on each side.
        let (v, b) = (RULE.speed_kmh(20.0) / 3.6, 60.0 / 3.6);
        let braking = 2.0 * ((b - v) - (b * b - v * v) / 2.0 / b);
        let arc = 20.0 * std::f64::consts::FRAC_PI_2 * (1.0 / v - 1.0 / b);
        assert!((short - braking - arc).abs() < 0.2, "{short} for {}", braking + arc);
    }

    #[test]
    fn neighbours_of_a_corner_are_slowed_as_far_as_braking_reaches() {
        let points: Vec<_> = (0..=20)
            .map(|i| (f64::from(i) * 50.0, 0.0))
            .chain((1..=20).map(|i| (1000.0, f64::from(i) * 50.0)))
            .collect();
        let got = factors(&line(&points), 60.0);
        assert!(got[19] > 1.5 && got[20] > 1.5 && got[18] > 1.05, "{got:?}");
        // 60 km/h to standstill takes 139 m: nothing is slowed beyond that.
        assert!(got[..16].iter().chain(&got[24..]).all(|f| *f == 1.0), "{got:?}");
        let back: Vec<_> = points.iter().rev().copied().collect();
        let mut reversed = factors(&line(&back), 60.0);
        reversed.reverse();
        assert!(got.iter().zip(&reversed).all(|(a, b)| (a - b).abs() < 0.01));
    }

    #[test]
    fn hairpins_and_s_bends_are_slow() {
        let mut hairpin: Vec<_> = (0..10).map(|i| (-200.0 + f64::from(i) * 20.0, 0.0)).collect();
        hairpin.extend(arc(10.0, 5.0, std::f64::consts::PI));
        hairpin.extend((1..=10).map(|i| (-f64::from(i) * 20.0, 20.0)));
        let points = line(&hairpin);
        let slowest = factors(&points, 50.0).into_iter().fold(1.0, f32::max);
        let expected = 50.0 / RULE.speed_kmh(10.0);
        assert!((f64::from(slowest) / expected - 1.0).abs() < 0.15, "{slowest} for {expected}");
        // Two quarter circles the one way and the other: as slow as one circle of that radius.
        let quarter = arc(30.0, 6.0, std::f64::consts::FRAC_PI_2);
        let mut s_bend = quarter.clone();
        s_bend.extend(quarter.iter().rev().skip(1).map(|(x, y)| (60.0 - x, 60.0 - y)));
        let got = factors(&line(&s_bend), 80.0);
        let mean = got.iter().map(|f| f64::from(*f)).sum::<f64>() / got.len() as f64;
        let expected = 80.0 / RULE.speed_kmh(30.0);
        assert!((0.6..1.1).contains(&(mean / expected)), "{mean} for {expected}");
    }

    #[test]
    fn rings_twin_points_and_nothing_at_all() {
        let mut ring = arc(25.0, 5.0, std::f64::consts::TAU);
        let n = ring.len();
        ring[n - 1] = ring[0];
        assert!(factors(&line(&ring), 50.0).iter().skip(3).take(n - 8).all(|f| *f > 1.2));
        let twins = line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        let (with, without) =
            (seconds(&twins, 60.0), seconds(&line(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]), 60.0));
        assert!((with - without).abs() < 1e-3, "{with} {without}");
        assert!(factors(&line(&[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]), 60.0).iter().all(|f| *f == 1.0));
        // There and back on the same line.
        assert!(
            factors(&line(&[(0.0, 0.0), (100.0, 0.0), (0.0, 0.0)]), 60.0).iter().all(|f| f.is_finite() && *f > 1.0)
        );
        assert!(bend_factors(&[], &[], &RULE).is_empty() && bend_factors(&[HERE], &[], &RULE).is_empty());
        assert_eq!(bend_factors(&line(&[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)]), &[50.0], &RULE).len(), 2);
    }

    proptest! {
        #[test]
        fn any_line_is_driven_between_its_own_speed_and_the_floor(
            xy in prop::collection::vec((-300.0..300.0_f64, -300.0..300.0_f64), 2..40),
            kmh in 5.0..120.0_f64,
        ) {
            let points = line(&xy);
            let got = factors(&points, kmh);
            let most = (kmh / RULE.floor_kmh).max(1.0) * 1.001;
            prop_assert_eq!(got.len(), points.len() - 1);
            prop_assert!(got.iter().all(|f| (1.0..=most).contains(&f64::from(*f))), "{:?}", got);
            let back: Vec<_> = points.iter().rev().copied().collect();
            let (there, back) = (seconds(&points, kmh), seconds(&back, kmh));
            prop_assert!((there / back - 1.0).abs() < 0.05, "{} there, {} back", there, back);
        }
    }

    #[test]
    fn the_antimeridian_is_no_bend() {
        let points: Vec<_> = (0..5).map(|i| LatLon::new(-17.0, 179.998 + 0.001 * f64::from(i))).collect();
        let turned: Vec<_> =
            points.iter().map(|p| LatLon::new(p.lat, if p.lon > 180.0 { p.lon - 360.0 } else { p.lon })).collect();
        assert_eq!(factors(&turned, 90.0), [1.0; 4]);
    }

    #[test]
    fn changes_of_the_base_speed_alone_cost_nothing() {
        let points = line(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (300.0, 300.0)]);
        let got = bend_factors(&points, &[90.0, 20.0, 20.0, 20.0], &RULE);
        assert_eq!(got[0], 1.0);
        assert!(got[2] < 1.2 && got[1] == 1.0, "{got:?}");
    }
}
