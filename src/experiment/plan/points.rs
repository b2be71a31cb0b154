//! The points of a plan.

use super::{Factor, Level, Plan, PlanDesign};
use crate::random::Stream;
use crate::scenario::Change;
use crate::stats::design::{Fractional, full_factorial, spread_latin_hypercube};
use crate::text::{Lang, Text};

/// Latin hypercubes of which the best spread one is taken.
const TRIES: usize = 50;

/// One point: a level of each factor.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPoint {
    /// Its number, from 0.
    pub number: usize,
    /// The level of each factor; `None`: as the scenario has it.
    pub levels: Vec<Option<Level>>,
    /// What is changed in the scenario.
    pub changes: Vec<Change>,
    /// What it is called.
    pub label: Text,
}

impl PlanPoint {
    /// A point of some levels.
    pub fn new(number: usize, factors: &[Factor], levels: Vec<Option<Level>>) -> PlanPoint {
        let set = || factors.iter().zip(&levels).filter_map(|(f, level)| Some((f, level.as_ref()?)));
        let changes = set().flat_map(|(f, level)| f.changes(level)).collect();
        let words = |lang: Lang| {
            let part = |(f, level): (&Factor, &Level)| {
                let times = if f.multiply { " × " } else { " = " };
                format!("{}{times}{}", f.label.get(lang), level.label)
            };
            set().map(part).collect::<Vec<_>>().join(", ")
        };
        let label = match (words(Lang::Zh), words(Lang::En)) {
            (zh, _) if zh.is_empty() => Text::new("原方案", "as the scenario"),
            (zh, en) => Text::new(zh, en),
        };
        PlanPoint { number, levels, changes, label }
    }
}

/// The design behind some factors: `None` where there is no fraction of that resolution.
pub(super) fn fraction(factors: usize, resolution: u32) -> Option<Fractional> {
    Fractional::of_resolution(factors, resolution)
}

impl Plan {
    /// All points, in order. The same plan gives the same points on every machine.
    pub fn points(&self) -> Vec<PlanPoint> {
        self.rows().into_iter().enumerate().map(|(i, levels)| PlanPoint::new(i, &self.factors, levels)).collect()
    }

    fn rows(&self) -> Vec<Vec<Option<Level>>> {
        let at = |row: Vec<usize>| {
            row.iter().zip(&self.factors).map(|(level, factor)| factor.levels.get(*level).cloned()).collect()
        };
        match &self.design {
            PlanDesign::Full => {
                let levels: Vec<usize> = self.factors.iter().map(|f| f.levels.len()).collect();
                full_factorial(&levels).into_iter().map(at).collect()
            }
            PlanDesign::Fractional(resolution) => fraction(self.factors.len(), *resolution)
                .map(|design| design.rows().into_iter().map(at).collect())
                .unwrap_or_default(),
            PlanDesign::LatinHypercube { runs, seed } => {
                let mut stream = Stream::new(*seed, "plan", 0);
                let rows = spread_latin_hypercube(self.factors.len(), *runs, TRIES, &mut stream);
                let level = |(share, factor): (f64, &Factor)| factor.bounds.map(|bounds| between(share, bounds));
                rows.into_iter().map(|row| row.into_iter().zip(&self.factors).map(level).collect()).collect()
            }
            PlanDesign::OneAtATime => one_at_a_time(&self.factors),
            PlanDesign::List(points) => points.clone(),
        }
    }
}

/// The scenario as it is, then each level of each factor by itself.
pub(crate) fn one_at_a_time(factors: &[Factor]) -> Vec<Vec<Option<Level>>> {
    let none = vec![None; factors.len()];
    let mut rows = vec![none.clone()];
    for (i, factor) in factors.iter().enumerate() {
        for level in &factor.levels {
            let mut row = none.clone();
            row[i] = Some(level.clone());
            rows.push(row);
        }
    }
    rows
}

/// A level between bounds, at a share of the way, with as many digits as tell one from the other.
fn between(share: f64, (low, high, whole): (f64, f64, bool)) -> Level {
    if whole {
        let number = (low + (share * (high - low + 1.0)).floor()).min(high);
        return Level::of(toml::Value::Integer(number as i64));
    }
    let digits = (4.0 - libm::floor(libm::log10((high - low).abs().max(1e-12)))).clamp(0.0, 12.0) as usize;
    let value = low + share * (high - low);
    Level::of(toml::Value::Float(format!("{value:.digits$}").parse().unwrap_or(value)))
}
