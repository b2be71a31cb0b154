//! Results of a sweep: a tidy table of all points and figures, and what it says of each factor.

mod table;
#[cfg(test)]
mod tests;

pub use table::RESERVED;

use super::named::{Better, Named};
use super::plan::{Factor, Level, PlanPoint};
use crate::stats::Estimate;
use crate::stats::effects::{LevelMean, cell_means, level_means};
use crate::text::Text;

/// A figure of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepFigure {
    /// Its name, e.g. `response.mean`.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// Its unit: `min`, `s`, `share` or `/day`.
    pub unit: String,
    /// Which way is better.
    pub better: Better,
}

impl From<&Named> for SweepFigure {
    fn from(named: &Named) -> SweepFigure {
        let (name, unit) = (named.name.to_string(), named.unit.to_string());
        SweepFigure { name, label: named.label.clone(), unit, better: named.better }
    }
}

/// The results of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    /// The point.
    pub point: PlanPoint,
    /// Replications run.
    pub replications: u32,
    /// One for each figure; `None` where nothing was counted.
    pub values: Vec<Option<Estimate>>,
    /// What each figure differs by from that of the unchanged scenario, replication by replication under the same random
    /// numbers; empty where there is no such point, `None` where a figure cannot be compared so.
    pub differences: Vec<Option<Estimate>>,
}

/// All results of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// What was varied.
    pub factors: Vec<Factor>,
    /// What was measured.
    pub figures: Vec<SweepFigure>,
    /// The points, in order.
    pub points: Vec<SweepPoint>,
}

/// The mean of a figure at each level of a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct MainEffect {
    /// The factor's place.
    pub factor: usize,
    /// Level and mean over all points that have it.
    pub means: Vec<(Level, LevelMean)>,
}

/// The mean of a figure at each combination of the levels of two factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// Levels of the first factor.
    pub first: Vec<Level>,
    /// Levels of the second.
    pub second: Vec<Level>,
    /// Means at `[first][second]`; `None` where no point has both.
    pub means: Vec<Vec<Option<f64>>>,
}

/// A bar of a tornado: how far a figure goes when one factor goes from its lowest to its highest level.
#[derive(Clone, Debug, PartialEq)]
pub struct TornadoBar {
    /// The factor's place.
    pub factor: usize,
    /// Its levels with the figure at each.
    pub ends: Vec<(Level, Estimate)>,
    /// What each of them differs by from the unchanged scenario, pair by pair.
    pub differences: Vec<Option<Estimate>>,
}

impl TornadoBar {
    /// The largest distance from the figure of the unchanged scenario.
    pub fn reach(&self, base: f64) -> f64 {
        self.ends.iter().map(|(_, e)| (e.mean - base).abs()).fold(0.0, f64::max)
    }

    /// Whether the replications tell no effect: the interval of every paired difference holds zero. Where pairs are not known,
    /// whether all intervals overlap that of the unchanged scenario, which is a much weaker test.
    pub fn untold(&self, base: &Estimate) -> bool {
        let differences = self.differences.iter().copied().chain(std::iter::repeat(None));
        self.ends.iter().zip(differences).all(|((_, e), difference)| match difference {
            Some(d) => d.low <= 0.0 && d.high >= 0.0,
            None => e.low <= base.high && base.low <= e.high,
        })
    }
}

impl Sweep {
    /// No results yet.
    pub fn new(factors: &[Factor], figures: &[Named]) -> Sweep {
        let figures = figures.iter().map(SweepFigure::from).collect();
        Sweep { factors: factors.to_vec(), figures, points: Vec::new() }
    }

    /// Adds the results of a point: a value for each figure. Points may come in any order, the table is in theirs.
    pub fn add(&mut self, point: PlanPoint, replications: u32, values: Vec<Option<Estimate>>) {
        self.add_paired(point, replications, values, Vec::new());
    }

    /// The same, with what each figure differs by from the unchanged scenario.
    pub fn add_paired(
        &mut self,
        point: PlanPoint,
        replications: u32,
        values: Vec<Option<Estimate>>,
        differences: Vec<Option<Estimate>>,
    ) {
        let at = self.points.partition_point(|p| p.point.number < point.number);
        self.points.insert(at, SweepPoint { point, replications, values, differences });
    }

    /// The levels of a factor that occur, in the order of the plan; numbers of a Latin hypercube by size.
    pub fn levels(&self, factor: usize) -> Vec<Level> {
        let mut levels: Vec<Level> = self.factors.get(factor).map(|f| f.levels.clone()).unwrap_or_default();
        for level in self.points.iter().filter_map(|p| p.point.levels.get(factor)?.as_ref()) {
            if !levels.contains(level) {
                levels.push(level.clone());
            }
        }
        if levels.iter().all(|l| l.number().is_some()) {
            levels.sort_by(|a, b| a.number().unwrap_or(0.0).total_cmp(&b.number().unwrap_or(0.0)));
        }
        levels
    }

    /// Level numbers of the points that have a figure and every asked factor at a level, and the figures.
    fn rows(&self, figure: usize, factors: &[usize]) -> (Vec<Vec<usize>>, Vec<f64>) {
        let levels: Vec<Vec<Level>> = factors.iter().map(|f| self.levels(*f)).collect();
        let row = |p: &SweepPoint| {
            let value = p.values.get(figure)?.as_ref()?.mean;
            let place = |(f, levels): (&usize, &Vec<Level>)| {
                let level = p.point.levels.get(*f)?.as_ref()?;
                levels.iter().position(|l| l == level)
            };
            Some((factors.iter().zip(&levels).map(place).collect::<Option<Vec<usize>>>()?, value))
        };
        self.points.iter().filter_map(row).unzip()
    }

    /// The main effect of each factor on a figure.
    pub fn main_effects(&self, figure: usize) -> Vec<MainEffect> {
        let of = |factor: usize| {
            let (rows, results) = self.rows(figure, &[factor]);
            let levels = self.levels(factor);
            let means = level_means(&rows, &results, 0);
            MainEffect { factor, means: means.into_iter().map(|m| (levels[m.levels.0].clone(), m)).collect() }
        };
        (0..self.factors.len()).map(of).collect()
    }

    /// The means of a figure over the levels of two factors: the interaction chart and the heat map.
    pub fn cells(&self, figure: usize, first: usize, second: usize) -> Cells {
        let (rows, results) = self.rows(figure, &[first, second]);
        let (a, b) = (self.levels(first), self.levels(second));
        let mut means = vec![vec![None; b.len()]; a.len()];
        for cell in cell_means(&rows, &results, 0, 1) {
            if let (i, Some(j)) = cell.levels {
                means[i][j] = Some(cell.mean);
            }
        }
        Cells { first: a, second: b, means }
    }

    /// The figure of the unchanged scenario, and a bar for each factor that was varied by itself, the longest first.
    pub fn tornado(&self, figure: usize) -> Option<(Estimate, Vec<TornadoBar>)> {
        let value = |p: &SweepPoint| p.values.get(figure).copied().flatten();
        let base = self.points.iter().find(|p| p.point.levels.iter().all(Option::is_none)).and_then(value)?;
        let alone = |p: &SweepPoint, factor: usize| {
            p.point.levels.iter().enumerate().all(|(i, level)| level.is_some() == (i == factor))
        };
        let bar = |factor: usize| {
            let here = self.points.iter().filter(|p| alone(p, factor));
            let end = |p: &SweepPoint| {
                let end = (p.point.levels[factor].clone()?, value(p)?);
                Some((end, p.differences.get(figure).copied().flatten()))
            };
            let (ends, differences): (Vec<_>, Vec<_>) = here.filter_map(end).unzip();
            (!ends.is_empty()).then_some(TornadoBar { factor, ends, differences })
        };
        let mut bars: Vec<TornadoBar> = (0..self.factors.len()).filter_map(bar).collect();
        bars.sort_by(|a, b| b.reach(base.mean).total_cmp(&a.reach(base.mean)).then(a.factor.cmp(&b.factor)));
        Some((base, bars))
    }
}
