//! Rules for mountain roads: how bends and gradients slow a vehicle down.

use super::FERRY;
use super::section::Section;
use crate::fault::Faults;

fn applies(classes: &[String], class: &str) -> bool {
    if classes.is_empty() { class != FERRY } else { classes.iter().any(|c| c == class) }
}

/// How bends limit speed: `v = sqrt(lateral_ms2 · R)` on a bend of radius `R`.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvatureRule {
    /// Lateral acceleration that is not exceeded, m/s².
    pub lateral_ms2: f64,
    /// Braking before a bend and speeding up after it, m/s².
    pub longitudinal_ms2: f64,
    /// No bend is taken slower than this, km/h.
    pub floor_kmh: f64,
    /// Classes it holds for; where the list is empty all but ferries.
    pub classes: Vec<String>,
}

impl CurvatureRule {
    /// Whether it holds for a class.
    pub fn applies_to(&self, class: &str) -> bool {
        applies(&self.classes, class)
    }

    /// Highest speed on a bend, km/h.
    pub fn speed_kmh(&self, radius_m: f64) -> f64 {
        (libm::sqrt(self.lateral_ms2 * radius_m.max(0.0)) * 3.6).max(self.floor_kmh)
    }

    pub(super) fn read(mut t: Section<'_, '_>, f: &mut Faults) -> CurvatureRule {
        let rule = CurvatureRule {
            lateral_ms2: t.number("lateral_ms2", 0.3..=10.0, f),
            longitudinal_ms2: t.number("longitudinal_ms2", 0.2..=10.0, f),
            floor_kmh: t.number("floor_kmh", 1.0..=60.0, f),
            classes: t.class_list("classes", f),
        };
        t.finish(&[], f);
        rule
    }
}

/// How gradients lengthen driving time: by a share for every percent of slope beyond what costs nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientRule {
    /// Slope up to which going up costs nothing, percent.
    pub up_free_percent: f64,
    /// Share of time added for each further percent going up.
    pub up_per_percent: f64,
    /// Slope up to which going down costs nothing, percent.
    pub down_free_percent: f64,
    /// Share of time added for each further percent going down.
    pub down_per_percent: f64,
    /// Driving time is multiplied by no more than this.
    pub max_factor: f64,
    /// Heights are averaged over this length of road, metres: mapped heights are rough.
    pub smooth_m: f64,
    /// Classes it holds for; where the list is empty all but ferries.
    pub classes: Vec<String>,
}

impl GradientRule {
    /// Whether it holds for a class.
    pub fn applies_to(&self, class: &str) -> bool {
        applies(&self.classes, class)
    }

    /// What driving time is multiplied by on a slope; `percent` is positive going up.
    pub fn factor(&self, percent: f64) -> f64 {
        let up = (percent - self.up_free_percent).max(0.0) * self.up_per_percent;
        let down = (-percent - self.down_free_percent).max(0.0) * self.down_per_percent;
        (1.0 + up + down).min(self.max_factor)
    }

    pub(super) fn read(mut t: Section<'_, '_>, f: &mut Faults) -> GradientRule {
        let rule = GradientRule {
            up_free_percent: t.number("up_free_percent", 0.0..=30.0, f),
            up_per_percent: t.number("up_per_percent", 0.0..=1.0, f),
            down_free_percent: t.number("down_free_percent", 0.0..=30.0, f),
            down_per_percent: t.number("down_per_percent", 0.0..=1.0, f),
            max_factor: t.number("max_factor", 1.0..=10.0, f),
            smooth_m: t.number("smooth_m", 0.0..=5000.0, f),
            classes: t.class_list("classes", f),
        };
        t.finish(&[], f);
        rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bends_and_slopes() {
        let bends = CurvatureRule { lateral_ms2: 2.5, longitudinal_ms2: 1.0, floor_kmh: 10.0, classes: vec![] };
        // sqrt(2.5 · 40) = 10 m/s.
        assert!((bends.speed_kmh(40.0) - 36.0).abs() < 1e-9);
        assert_eq!(bends.speed_kmh(0.1), 10.0);
        assert!(bends.applies_to("primary") && !bends.applies_to(FERRY));
        let slopes = GradientRule {
            up_free_percent: 3.0,
            up_per_percent: 0.03,
            down_free_percent: 4.0,
            down_per_percent: 0.01,
            max_factor: 1.25,
            smooth_m: 100.0,
            classes: vec!["primary".into()],
        };
        assert_eq!([-4.0, 0.0, 3.0].map(|g| slopes.factor(g)), [1.0; 3]);
        assert!((slopes.factor(8.0) - 1.15).abs() < 1e-12 && (slopes.factor(-9.0) - 1.05).abs() < 1e-12);
        assert_eq!(slopes.factor(40.0), 1.25);
        assert!(!slopes.applies_to("motorway"));
    }
}
