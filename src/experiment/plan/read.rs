//! Reading and checking a plan: all its faults at once.

use super::points::fraction;
use super::{Factor, Level, MOST_PLAN_FACTORS, MOST_POINTS, PLAN_SCHEMA, Plan, PlanDesign};
use crate::experiment::sweep::RESERVED;
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::input::TomlDoc;
use crate::scenario::{Scenario, ValuePath};
use crate::text::Text;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A plan as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    schema: u32,
    name: String,
    title: Option<Text>,
    scenario: String,
    design: RawDesign,
    resolution: Option<u32>,
    runs: Option<usize>,
    seed: Option<u64>,
    #[serde(default)]
    figures: Vec<String>,
    #[serde(default)]
    run: RawPlanRun,
    #[serde(default)]
    factor: Vec<RawFactor>,
    #[serde(default)]
    point: Vec<BTreeMap<String, toml::Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlanRun {
    replications: Option<u32>,
    days: Option<f64>,
    seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawDesign {
    Full,
    Fractional,
    LatinHypercube,
    OneAtATime,
    List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFactor {
    name: String,
    label: Option<Text>,
    path: Option<String>,
    paths: Option<Vec<String>>,
    values: Option<Vec<toml::Value>>,
    labels: Option<Vec<String>>,
    range: Option<RawRange>,
    low: Option<f64>,
    high: Option<f64>,
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    multiply: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRange {
    from: f64,
    to: f64,
    step: Option<f64>,
    n: Option<usize>,
}

impl Plan {
    /// Reads a plan. The scenario is not read: see [`Plan::check`].
    ///
    /// # Errors
    /// Every fault of the file, each with its place.
    pub fn load(file: &Path) -> Result<Plan, Faults> {
        let source = SourceText::read(file)?;
        let digest = crate::digest::of(source.text.as_bytes());
        let doc: TomlDoc<RawPlan> = TomlDoc::parse(source)?;
        Reader { doc: &doc, faults: Faults::new() }.run(file, digest)
    }

    /// Reads the scenario with each level of each factor by itself, so that a fault in a plan shows before the first point
    /// is run.
    ///
    /// # Errors
    /// Every fault of the scenario or of a level, each once.
    pub fn check(&self) -> Result<(), Faults> {
        Scenario::load(&self.scenario)?;
        let (mut faults, mut told) = (Faults::new(), BTreeSet::new());
        let listed = match &self.design {
            PlanDesign::List(points) => points.as_slice(),
            _ => &[],
        };
        for (i, factor) in self.factors.iter().enumerate() {
            let bounds = factor.bounds.iter().filter(|_| factor.levels.is_empty());
            let ends =
                bounds.flat_map(|(low, high, whole)| [number(*low, *whole), number(*high, *whole)]).map(Level::of);
            let written = listed.iter().filter_map(|row| row[i].clone());
            for level in factor.levels.iter().cloned().chain(ends).chain(written) {
                if let Err(found) = Scenario::load_with(&self.scenario, &factor.changes(&level)) {
                    for fault in found.0.into_iter().filter(|f| told.insert(f.to_string())) {
                        let message = format!("factor {} at {}: {}", factor.name, level.label, fault.message);
                        faults.push(Fault { message, ..fault });
                    }
                }
            }
        }
        if faults.has_errors() { Err(faults) } else { Ok(()) }
    }
}

fn number(value: f64, whole: bool) -> toml::Value {
    if whole { toml::Value::Integer(value as i64) } else { toml::Value::Float(value) }
}

struct Reader<'a> {
    doc: &'a TomlDoc<RawPlan>,
    faults: Faults,
}

impl Reader<'_> {
    fn fault(&mut self, path: &str, message: impl Into<String>, hint: &str) {
        let fault = self.doc.fault(path, message);
        self.faults.push(if hint.is_empty() { fault } else { fault.hint(hint) });
    }

    fn run(mut self, file: &Path, digest: String) -> Result<Plan, Faults> {
        let raw = &self.doc.value;
        if raw.schema != PLAN_SCHEMA {
            let hint = format!("this program reads {PLAN_SCHEMA}");
            self.fault("schema", format!("version {} is not known", raw.schema), &hint);
        }
        let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
        if raw.name.trim() != raw.name || raw.name.is_empty() || raw.name.starts_with('.') || raw.name.contains(odd) {
            self.fault("name", format!("`{}` cannot name a folder", raw.name), "use letters, digits and dashes");
        }
        let scenario = file.parent().unwrap_or(Path::new("")).join(&raw.scenario);
        if !scenario.is_file() {
            let told = Fault::io("read", &scenario, &std::io::Error::from(std::io::ErrorKind::NotFound));
            let hint = told.hint.unwrap_or_else(|| "the path is relative to the plan".into());
            self.fault("scenario", told.message, &hint);
        }
        if raw.run.days.is_some_and(|d| !(d > 0.0 && d <= 36_525.0)) {
            self.fault("run.days", "this is no number of days", "write a number above zero, at most 36525");
        }
        if raw.run.replications == Some(0) {
            self.fault("run.replications", "there must be one at least", "");
        }
        if raw.factor.is_empty() || raw.factor.len() > MOST_PLAN_FACTORS {
            let message = format!("a plan varies 1 to {MOST_PLAN_FACTORS} factors, this one {}", raw.factor.len());
            self.fault("factor", message, "write a [[factor]] for each value that is varied");
        }
        let mut factors: Vec<Factor> = Vec::new();
        for i in 0..raw.factor.len() {
            let factor = self.factor(i, &factors);
            factors.push(factor);
        }
        let design = if self.faults.has_errors() { PlanDesign::OneAtATime } else { self.design(&factors) };
        if self.faults.has_errors() {
            return Err(self.faults);
        }
        Ok(Plan {
            name: raw.name.clone(),
            title: raw.title.clone().unwrap_or_else(|| Text::same(&raw.name)),
            scenario,
            digest,
            replications: raw.run.replications,
            days: raw.run.days,
            seed: raw.run.seed,
            figures: raw.figures.clone(),
            design,
            factors,
        })
    }

    fn factor(&mut self, i: usize, before: &[Factor]) -> Factor {
        let raw = &self.doc.value.factor[i];
        let at = |key: &str| format!("factor[{i}].{key}");
        let sign = |c: char| c.is_whitespace() || c.is_control() || ",;\"'".contains(c);
        if raw.name.is_empty() || raw.name.contains(sign) || RESERVED.contains(&raw.name.as_str()) {
            let hint = format!("one word, and none of {}", RESERVED.join(", "));
            self.fault(&at("name"), format!("`{}` cannot name a column", raw.name), &hint);
        }
        if before.iter().any(|f| f.name == raw.name) {
            self.fault(&at("name"), format!("`{}` is there twice", raw.name), "give each factor a name of its own");
        }
        let written: Vec<(String, &String)> = match (&raw.path, &raw.paths) {
            (Some(path), None) => vec![(at("path"), path)],
            (None, Some(paths)) if !paths.is_empty() => {
                paths.iter().enumerate().map(|(n, p)| (format!("factor[{i}].paths[{n}]"), p)).collect()
            }
            _ => {
                self.fault(&format!("factor[{i}]"), "what does it vary?", "write `path` or `paths`, one of them");
                Vec::new()
            }
        };
        let mut paths: Vec<ValuePath> = Vec::new();
        for (place, text) in written {
            match text.parse::<ValuePath>() {
                Ok(path) if paths.contains(&path) || before.iter().any(|f| f.paths.contains(&path)) => {
                    self.fault(&place, format!("{path} is varied twice"), "each value belongs to one factor");
                }
                Ok(path) => paths.push(path),
                Err(error) => self.fault(&place, error.to_string(), ""),
            }
        }
        let levels = self.levels(i);
        let bounds = match (raw.low, raw.high) {
            (Some(low), Some(high)) if low < high && low.is_finite() && high.is_finite() => {
                Some((low, high, raw.whole))
            }
            (None, None) => None,
            (Some(_), Some(_)) => {
                self.fault(&at("high"), "`low` must be below `high`", "");
                None
            }
            _ => {
                self.fault(&format!("factor[{i}]"), "only one bound is given", "write both `low` and `high`");
                None
            }
        };
        if raw.multiply && levels.iter().any(|l| l.number().is_none_or(|n| !n.is_finite())) {
            self.fault(&at("values"), "only numbers can multiply a value", "");
        }
        let label = raw.label.clone().unwrap_or_else(|| Text::same(&raw.name));
        Factor { name: raw.name.clone(), label, paths, multiply: raw.multiply, levels, bounds }
    }

    fn levels(&mut self, i: usize) -> Vec<Level> {
        let raw = &self.doc.value.factor[i];
        let (values, place) = match (&raw.values, &raw.range) {
            (Some(values), None) => (values.clone(), "values"),
            (None, Some(range)) => match steps(range) {
                Ok(values) => (values, "range"),
                Err(message) => {
                    self.fault(&format!("factor[{i}].range"), message, "write { from, to, step } or { from, to, n }");
                    return Vec::new();
                }
            },
            (None, None) => return Vec::new(),
            (Some(_), Some(_)) => {
                self.fault(&format!("factor[{i}].range"), "there are `values` as well", "write one of them");
                return Vec::new();
            }
        };
        let place = format!("factor[{i}].{place}");
        let mut levels: Vec<Level> = values.into_iter().map(Level::of).collect();
        if levels.is_empty() {
            self.fault(&place, "there is no value", "write the levels, e.g. values = [1, 2, 3]");
        }
        if let Some(labels) = &raw.labels {
            if labels.len() == levels.len() {
                levels.iter_mut().zip(labels).for_each(|(level, label)| level.label = label.clone());
            } else {
                let message = format!("{} labels for {} levels", labels.len(), levels.len());
                self.fault(&format!("factor[{i}].labels"), message, "write one for each");
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = levels.iter().find(|l| !seen.insert(l.label.clone())) {
            self.fault(&place, format!("the level {} is there twice", twice.label), "");
        }
        levels
    }

    fn design(&mut self, factors: &[Factor]) -> PlanDesign {
        let raw = &self.doc.value;
        let hypercube = raw.design == RawDesign::LatinHypercube;
        for (key, there, fits) in [
            ("resolution", raw.resolution.is_some(), raw.design == RawDesign::Fractional),
            ("runs", raw.runs.is_some(), hypercube),
            ("seed", raw.seed.is_some(), hypercube),
            ("point", !raw.point.is_empty(), raw.design == RawDesign::List),
        ] {
            if there && !fits {
                self.fault(key, "this design has no use for it", "leave it out, or name the design it belongs to");
            }
        }
        for (i, factor) in factors.iter().enumerate() {
            let place = format!("factor[{i}]");
            match raw.design {
                RawDesign::LatinHypercube if factor.bounds.is_none() || !factor.levels.is_empty() => {
                    self.fault(&place, "a Latin hypercube needs bounds, not levels", "write `low` and `high`");
                }
                RawDesign::Fractional if factor.levels.len() != 2 => {
                    let message = format!("a fractional design has two levels, here are {}", factor.levels.len());
                    self.fault(&place, message, "write values = [low, high]");
                }
                RawDesign::Full | RawDesign::OneAtATime if factor.levels.is_empty() => {
                    self.fault(&place, "it has no levels", "write `values` or `range`");
                }
                RawDesign::Full | RawDesign::OneAtATime | RawDesign::Fractional if factor.bounds.is_some() => {
                    self.fault(&place, "bounds are for a Latin hypercube", "write `values` or `range`");
                }
                _ => {}
            }
        }
        if self.faults.has_errors() {
            return PlanDesign::OneAtATime;
        }
        let (design, points) = match raw.design {
            RawDesign::Full => {
                let points = factors.iter().try_fold(1_usize, |n, f| n.checked_mul(f.levels.len()));
                (PlanDesign::Full, points.unwrap_or(usize::MAX))
            }
            RawDesign::OneAtATime => {
                (PlanDesign::OneAtATime, 1 + factors.iter().map(|f| f.levels.len()).sum::<usize>())
            }
            RawDesign::Fractional => {
                let resolution = raw.resolution.unwrap_or(4);
                match fraction(factors.len(), resolution) {
                    Some(found) if (3..=5).contains(&resolution) => (PlanDesign::Fractional(resolution), found.runs()),
                    _ => {
                        let message = format!("no fraction for {} factors has resolution {resolution}", factors.len());
                        let hint = "resolutions are 3, 4 and 5, for 3 to 11 factors; design = \"full\" always works";
                        let place = if raw.resolution.is_some() { "resolution" } else { "design" };
                        self.fault(place, message, hint);
                        return PlanDesign::Full;
                    }
                }
            }
            RawDesign::LatinHypercube => {
                let runs = raw.runs.unwrap_or(10 * factors.len());
                (PlanDesign::LatinHypercube { runs, seed: raw.seed.unwrap_or(1) }, runs)
            }
            RawDesign::List => (PlanDesign::List(self.listed(factors)), raw.point.len()),
        };
        if points == 0 || points > MOST_POINTS {
            let many = if points == usize::MAX { "more than can be counted".into() } else { points.to_string() };
            let hint = format!("a plan has 1 to {MOST_POINTS}; take fewer levels, a fraction or a Latin hypercube");
            self.fault("design", format!("the plan has {many} points"), &hint);
        }
        design
    }

    fn listed(&mut self, factors: &[Factor]) -> Vec<Vec<Option<Level>>> {
        let raw = &self.doc.value.point;
        let mut rows = Vec::new();
        for (i, point) in raw.iter().enumerate() {
            for name in point.keys().filter(|name| factors.iter().all(|f| f.name != **name)) {
                let near = nearest_name(name, factors.iter().map(|f| f.name.as_str()));
                let hint = near.map(|n| format!("did you mean `{n}`?")).unwrap_or("name a factor of this plan".into());
                self.fault(&format!("point[{i}].{name}"), format!("there is no factor `{name}`"), &hint);
            }
            let level = |f: &Factor| {
                let value = point.get(&f.name)?;
                Some(f.levels.iter().find(|l| l.value == *value).cloned().unwrap_or_else(|| Level::of(value.clone())))
            };
            rows.push(factors.iter().map(level).collect());
        }
        rows
    }
}

/// The values of a range; whole ones where all that is written is whole.
fn steps(range: &RawRange) -> Result<Vec<toml::Value>, String> {
    let RawRange { from, to, .. } = *range;
    let (step, n) = match (range.step, range.n) {
        (Some(step), None) if step > 0.0 && step.is_finite() && to >= from => {
            // A last step that misses the end by rounding only is taken.
            let n = libm::floor((to - from) / step + 1e-9);
            (step, if n < MOST_POINTS as f64 { n as usize + 1 } else { usize::MAX })
        }
        (None, Some(n)) if n >= 2 && to > from => ((to - from) / (n - 1) as f64, n),
        (None, Some(1)) | (Some(_), None) | (None, Some(_)) => {
            return Err("this range is empty or runs backwards".into());
        }
        _ => return Err("a range needs `step` or `n`, one of them".into()),
    };
    if n > MOST_POINTS || !from.is_finite() || !to.is_finite() {
        return Err("this range has too many values".into());
    }
    let whole = from.fract() == 0.0 && step.fract() == 0.0;
    let digits = (6.0 - libm::floor(libm::log10(step))).clamp(0.0, 15.0) as usize;
    let value = |i: usize| {
        let value = from + i as f64 * step;
        // 0.1 + 0.2 is to be 0.3.
        number(if whole { value } else { format!("{value:.digits$}").parse().unwrap_or(value) }, whole)
    };
    Ok((0..n).map(value).collect())
}
