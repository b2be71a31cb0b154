//! Plans: which values of a scenario are varied together, read from a TOML file (`docs/file-formats.md`, "Plans").

mod points;
mod read;
#[cfg(test)]
mod tests;

pub use points::PlanPoint;
pub(crate) use points::one_at_a_time;

use crate::scenario::{Change, ValuePath};
use crate::text::Text;
use std::path::PathBuf;

/// Version of the plan format this program reads.
pub const PLAN_SCHEMA: u32 = 1;
/// Most points of a plan.
pub const MOST_POINTS: usize = 10_000;
/// Most factors of a plan.
pub const MOST_PLAN_FACTORS: usize = 50;

/// A checked plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Short name, used as a folder name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// The scenario whose values are varied.
    pub scenario: PathBuf,
    /// Digest of the plan's text.
    pub digest: String,
    /// Instead of the scenario's `run.replications`.
    pub replications: Option<u32>,
    /// Instead of `run.days`.
    pub days: Option<f64>,
    /// Instead of `run.seed`.
    pub seed: Option<u64>,
    /// Names of the figures that the charts and tables show; empty: the usual ones.
    pub figures: Vec<String>,
    /// How the levels are put together.
    pub design: PlanDesign,
    /// What is varied.
    pub factors: Vec<Factor>,
}

/// How the levels of factors are put together.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanDesign {
    /// Every combination.
    Full,
    /// A fraction of all combinations of two levels, of at least this resolution.
    Fractional(u32),
    /// A Latin hypercube between the bounds.
    LatinHypercube {
        /// Number of points.
        runs: usize,
        /// Seed of the places.
        seed: u64,
    },
    /// The scenario as it is, then each level of each factor by itself.
    OneAtATime,
    /// Points written out: the level of each factor, where it is not the scenario's own.
    List(Vec<Vec<Option<Level>>>),
}

/// Something that is varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Its column in the results.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// The values it sets.
    pub paths: Vec<ValuePath>,
    /// Whether levels multiply the scenario's values instead of replacing them.
    pub multiply: bool,
    /// Its levels; empty for a Latin hypercube.
    pub levels: Vec<Level>,
    /// Its bounds, for a Latin hypercube, and whether only whole numbers lie between them.
    pub bounds: Option<(f64, f64, bool)>,
}

/// A level of a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value, or what the scenario's value is multiplied by.
    pub value: toml::Value,
    /// What it is called.
    pub label: String,
}

impl Level {
    /// A level that is called by its value.
    pub fn of(value: toml::Value) -> Level {
        let label = match &value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Level { value, label }
    }

    /// Its number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            toml::Value::Integer(n) => Some(n as f64),
            toml::Value::Float(n) => Some(n),
            _ => None,
        }
    }
}

impl Factor {
    /// What a level changes.
    pub fn changes(&self, level: &Level) -> Vec<Change> {
        let change = |path: &ValuePath| match (self.multiply, level.number()) {
            (true, Some(factor)) => Change::factor(path.clone(), factor),
            _ => Change::set(path.clone(), level.value.clone()),
        };
        self.paths.iter().map(change).collect()
    }
}
