//! Slopes: from rough heights along a road to what they multiply driving time by.

use crate::network::profile::GradientRule;

/// Heights are mapped in whole metres at best: two of them differ by up to this for nothing.
const ROUNDING_M: f64 = 1.0;
/// Steeper is no road but a fault of the heights, percent.
const STEEPEST_PERCENT: f64 = 35.0;

/// What slopes multiply the driving time of each segment by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlopeFactors {
    /// In the direction of the points.
    pub forward: Vec<f32>,
    /// Against it.
    pub backward: Vec<f32>,
}

/// What the gradient multiplies the driving time of each segment by, in both directions.
///
/// `along_m` is the distance of each point from the road's first one. `heights_m` are heights at points, where known;
/// between known ones they run straight. The slope at the middle of a segment is that between the mean heights of the
/// road before and behind it, half of [`GradientRule::smooth_m`] each, as far as the road reaches. `inclines` are
/// slopes told for segments in the direction of the points, percent; they go before heights. Where nothing is known the
/// factor is 1; on roads shorter than the smoothing, differences that may come from rounding are left out.
pub fn grade_factors(
    along_m: &[f64],
    heights_m: &[Option<f32>],
    inclines: &[Option<f32>],
    rule: &GradientRule,
) -> SlopeFactors {
    let segments = along_m.len().saturating_sub(1);
    let profile = HeightProfile::new(along_m, heights_m);
    let mut out = SlopeFactors { forward: vec![1.0; segments], backward: vec![1.0; segments] };
    for i in 0..segments {
        let told = inclines.get(i).copied().flatten().map(f64::from).filter(|p| p.is_finite());
        let middle = (along_m[i] + along_m[i + 1]) / 2.0;
        let Some(percent) = told.or_else(|| profile.as_ref()?.percent(middle, rule.smooth_m)) else { continue };
        if percent.abs() <= STEEPEST_PERCENT {
            out.forward[i] = rule.factor(percent) as f32;
            out.backward[i] = rule.factor(-percent) as f32;
        }
    }
    out
}

/// Heights along a road: straight between known points.
struct HeightProfile {
    /// Distance, height, and the sum of height × distance up to there.
    known: Vec<(f64, f64, f64)>,
}

impl HeightProfile {
    /// `None` for fewer than two known heights at different places.
    fn new(along_m: &[f64], heights_m: &[Option<f32>]) -> Option<HeightProfile> {
        let mut known: Vec<(f64, f64, f64)> = Vec::new();
        for (s, z) in along_m.iter().zip(heights_m) {
            let Some(z) = z.map(f64::from).filter(|z| z.is_finite()) else { continue };
            let sum = match known.last() {
                Some((before, _, _)) if *s <= *before => continue,
                Some((before, height, sum)) => sum + (s - before) * (z + height) / 2.0,
                None => 0.0,
            };
            known.push((*s, z, sum));
        }
        (known.len() > 1).then_some(HeightProfile { known })
    }

    fn ends(&self) -> (f64, f64) {
        (self.known[0].0, self.known[self.known.len() - 1].0)
    }

    /// Sum of height × distance from the first known place to `s`, which lies between the ends.
    fn sum(&self, s: f64) -> f64 {
        let k = self.known.partition_point(|(at, _, _)| *at <= s).clamp(1, self.known.len() - 1);
        let ((a, za, sum), (b, zb, _)) = (self.known[k - 1], self.known[k]);
        let z = za + (zb - za) * (s - a) / (b - a);
        sum + (s - a) * (za + z) / 2.0
    }

    /// The slope at a place, percent; `None` outside the known heights.
    fn percent(&self, at: f64, smooth_m: f64) -> Option<f64> {
        let (first, last) = self.ends();
        if at <= first || at >= last {
            return None;
        }
        // A window of no length would ask for the slope of a point.
        let half = (smooth_m / 2.0).max(1.0);
        let (behind, ahead) = ((at - first).min(half), (last - at).min(half));
        let mean = |from: f64, to: f64| (self.sum(to) - self.sum(from)) / (to - from);
        let step = (behind + ahead) / 2.0;
        let rise = mean(at, at + ahead) - mean(at - behind, at);
        let doubt = ROUNDING_M * (1.0 - step / half).max(0.0);
        let rise = if rise.abs() <= doubt { 0.0 } else { rise - doubt * rise.signum() };
        Some(100.0 * rise / step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: GradientRule = GradientRule {
        up_free_percent: 3.0,
        up_per_percent: 0.03,
        down_free_percent: 4.0,
        down_per_percent: 0.01,
        max_factor: 1.5,
        smooth_m: 200.0,
        classes: Vec::new(),
    };

    fn road(n: usize, step: f64) -> Vec<f64> {
        (0..=n).map(|i| i as f64 * step).collect()
    }

    #[test]
    fn an_even_slope_has_its_factor_everywhere_but_where_rounding_may_deceive() {
        let along = road(40, 25.0);
        let heights: Vec<_> = along.iter().map(|s| Some((s * 0.08) as f32)).collect();
        let got = grade_factors(&along, &heights, &[], &RULE);
        for i in 4..36 {
            assert!((got.forward[i] - 1.15).abs() < 1e-4 && (got.backward[i] - 1.04).abs() < 1e-4, "{i} {got:?}");
        }
        assert!(got.forward.iter().all(|f| (1.0..1.16).contains(f)));
    }

    #[test]
    fn noise_costs_little_and_a_flat_road_nothing() {
        let along = road(60, 20.0);
        let flat: Vec<_> = along.iter().map(|_| Some(1600.0)).collect();
        assert_eq!(grade_factors(&along, &flat, &[], &RULE).forward, vec![1.0; 60]);
        // Two metres up and down from point to point: 20 % if one believed it.
        let rough: Vec<_> = (0..along.len()).map(|i| Some(if i % 2 == 0 { 1600.0 } else { 1604.0 })).collect();
        let got = grade_factors(&along, &rough, &[], &RULE);
        assert!(got.forward.iter().chain(&got.backward).all(|f| *f < 1.03), "{got:?}");
    }

    #[test]
    fn short_roads_do_not_believe_a_metre() {
        let got = grade_factors(&[0.0, 20.0], &[Some(100.0), Some(101.0)], &[], &RULE);
        assert_eq!(got.forward, [1.0]);
        let got = grade_factors(&[0.0, 20.0], &[Some(100.0), Some(104.0)], &[], &RULE);
        assert!(got.forward[0] > 1.0 && got.backward[0] > 1.0);
    }

    #[test]
    fn told_slopes_go_before_heights_and_gaps_stay_flat() {
        let along = road(4, 100.0);
        let got = grade_factors(&along, &[None; 5], &[None, Some(10.0), Some(-90.0)], &RULE);
        assert_eq!(got.forward, [1.0, 1.21, 1.0, 1.0]);
        assert_eq!(got.backward[1], 1.06);
        // Heights at the ends of the second half only.
        let got = grade_factors(&along, &[None, None, Some(0.0), None, Some(20.0)], &[], &RULE);
        assert_eq!(got.forward[..2], [1.0, 1.0]);
        assert!(got.forward[2] > 1.1 && got.forward[3] > 1.1);
    }

    #[test]
    fn odd_input_is_no_trouble() {
        assert_eq!(grade_factors(&[], &[], &[], &RULE), SlopeFactors::default());
        let same = grade_factors(&[0.0, 0.0, 0.0], &[Some(1.0), Some(9.0), Some(f32::NAN)], &[], &RULE);
        assert_eq!(same.forward, [1.0, 1.0]);
        let sharp = GradientRule { smooth_m: 0.0, ..RULE };
        let got = grade_factors(&road(2, 50.0), &[Some(0.0), Some(5.0), Some(0.0)], &[], &sharp);
        assert!((got.forward[0] - 1.21).abs() < 1e-4 && (got.forward[1] - 1.06).abs() < 1e-4, "{got:?}");
    }
}
