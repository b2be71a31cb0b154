//! What people call for, from the calls of a log: shares of categories, and of patients that are taken to hospital.

use super::demand::{Leave, value};
use super::result::Value;
use super::samples::Samples;
use super::times::{How, LEAST, five_digits};
use crate::scenario::Scenario;
use crate::stats::{Estimate, wilson_interval};

/// Shares of categories, and of their patients that are taken to hospital.
pub(super) fn categories(s: &Scenario, samples: &Samples<'_>, how: &How, values: &mut Vec<Value>, leave: Leave<'_>) {
    let all = &s.demand.categories;
    let mut counts = vec![0_u64; all.len()];
    let mut transported = vec![(0_u64, 0_u64); all.len()];
    let mut by_zone = [0.0; 2];
    for call in samples.calls.iter().filter(|c| c.dispatch) {
        let Some(category) = call.category else { continue };
        counts[category.index()] += 1;
        if let Some(point) = call.point {
            by_zone[s.points[point.index()].zone.index()] += 1.0;
        }
        if let Some(taken) = call.transported {
            let slot = &mut transported[category.index()];
            slot.0 += u64::from(taken);
            slot.1 += 1;
        }
    }
    let total: u64 = counts.iter().sum();
    if total < LEAST as u64 {
        leave(
            "类别构成与送院率",
            "shares of categories, and of patients taken to hospital",
            format!("{total} 次出车有类别，少于 {LEAST} 次"),
            format!("{total} dispatches have a category, fewer than {LEAST}"),
        );
        return;
    }
    let observed: Vec<f64> = counts.iter().map(|n| *n as f64 / total as f64).collect();
    let shares = before_zones(&observed, &all.iter().map(|c| c.pattern.zones).collect::<Vec<_>>(), by_zone);
    for (i, category) in all.iter().enumerate() {
        let (zh, en) = (format!("{}：占比", category.name.zh), format!("{}: share", category.name.en));
        let interval = wilson_interval(counts[i], total, how.confidence);
        // Factors of zones move the share that is written away from the one that is seen.
        let scale = if observed[i] > 0.0 { shares[i] / observed[i] } else { 1.0 };
        values.push(value(
            &format!("category[{}].share", category.key),
            (&zh, &en),
            format!("{:.1}%", 100.0 * category.share),
            format!("{:.1}%", 100.0 * shares[i]),
            total as usize,
            interval.map_or(String::new(), |e| percent(&e.scaled(scale))),
            format!("value = {}", five_digits(shares[i])),
        ));
    }
    let mut without = Vec::new();
    for (i, category) in all.iter().enumerate() {
        let (taken, of) = transported[i];
        let Some(e) = wilson_interval(taken, of, how.confidence).filter(|_| of >= LEAST as u64) else {
            without.push(category);
            continue;
        };
        let (zh, en) = (format!("{}：送院率", category.name.zh), format!("{}: share transported", category.name.en));
        values.push(value(
            &format!("category[{}].transport", category.key),
            (&zh, &en),
            format!("{:.1}%", 100.0 * category.transport),
            format!("{:.1}%", 100.0 * e.mean),
            of as usize,
            percent(&e),
            format!("value = {}", five_digits(e.mean)),
        ));
    }
    if !without.is_empty() {
        let zh: Vec<&str> = without.iter().map(|c| c.name.zh.as_str()).collect();
        let en: Vec<&str> = without.iter().map(|c| c.name.en.as_str()).collect();
        leave(
            &format!("送院率：{}", zh.join("、")),
            &format!("shares transported: {}", en.join(", ")),
            format!("知道是否送院的患者少于 {LEAST} 人"),
            format!("fewer than {LEAST} patients of whom it is known"),
        );
    }
}

fn percent(e: &Estimate) -> String {
    format!("{:.1}–{:.1}%", 100.0 * e.low, 100.0 * e.high)
}

/// The shares that, multiplied by each zone's factors and brought to 1 there, give the observed ones: found by dividing the
/// difference out again and again (iterative proportional fitting).
fn before_zones(observed: &[f64], zones: &[[f64; 2]], by_zone: [f64; 2]) -> Vec<f64> {
    let calls: f64 = by_zone.iter().sum();
    if calls == 0.0 || zones.iter().all(|z| *z == [1.0; 2]) {
        return observed.to_vec();
    }
    let mut shares = observed.to_vec();
    for _ in 0..500 {
        let mut given = vec![0.0; shares.len()];
        for z in 0..2 {
            let whole: f64 = shares.iter().zip(zones).map(|(s, f)| s * f[z]).sum();
            if whole > 0.0 {
                let part = by_zone[z] / calls / whole;
                given.iter_mut().zip(shares.iter().zip(zones)).for_each(|(g, (s, f))| *g += part * s * f[z]);
            }
        }
        for ((share, given), observed) in shares.iter_mut().zip(&given).zip(observed) {
            *share *= if *given > 0.0 { observed / given } else { 1.0 };
        }
        let whole: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= whole);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_factors_are_taken_off() {
        let (truth, zones) = ([0.5, 0.3, 0.2], [[1.0, 1.0], [2.0, 0.5], [0.0, 3.0]]);
        let by_zone = [300.0, 700.0];
        let mut observed = vec![0.0; 3];
        for z in 0..2 {
            let whole: f64 = (0..3).map(|i| truth[i] * zones[i][z]).sum();
            (0..3).for_each(|i| observed[i] += by_zone[z] / 1000.0 * truth[i] * zones[i][z] / whole);
        }
        let found = before_zones(&observed, &zones, by_zone);
        (0..3).for_each(|i| assert!((found[i] - truth[i]).abs() < 1e-6, "{found:?}"));
        assert_eq!(before_zones(&observed, &[[1.0; 2]; 3], by_zone), observed);
    }
}
