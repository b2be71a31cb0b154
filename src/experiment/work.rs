//! What is to be run: one scenario, or the points of a plan.

use super::folder::FolderError;
use super::journal::{Header, Journal, PointHeader};
use super::named::Named;
use super::plan::{Factor, Plan, PlanPoint};
use super::prepare::{Digested, Overrides, PrepareStep, Prepared, SharedNetwork, digest_changed, prepare_changed};
use super::replicate::{Ended, Replicating, replicate};
use super::sweep::Sweep;
use crate::fault::{Fault, Faults};
use crate::scenario::Change;
use crate::sim::{Options, Outcome};
use crate::stats::{Estimate, PairedRatio};
use crate::text::Text;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// One or more changed scenarios, each to be run so many times.
#[derive(Clone, Debug)]
pub struct Work {
    /// Short name of the scenario or plan.
    pub name: String,
    /// The scenario file.
    pub scenario: PathBuf,
    /// Seed, days and replications.
    pub overrides: Overrides,
    /// What is changed in the scenario for all points, before what a point changes.
    pub changes: Vec<Change>,
    /// The points; one without changes for a scenario.
    pub points: Vec<WorkPoint>,
    /// The plan, if it is one.
    pub plan: Option<Plan>,
}

/// A scenario to be run.
#[derive(Clone, Debug)]
pub struct WorkPoint {
    /// What it is called.
    pub label: Text,
    /// What is changed in the scenario.
    pub changes: Vec<Change>,
}

impl From<&PlanPoint> for WorkPoint {
    fn from(point: &PlanPoint) -> WorkPoint {
        WorkPoint { label: point.label.clone(), changes: point.changes.clone() }
    }
}

impl Work {
    /// Reads a plan, or takes a scenario as it is. What the command line says goes before what the plan says.
    ///
    /// # Errors
    /// Every fault of the plan, and of the scenario at each level of its factors. Scenarios are read by [`Work::header`].
    pub fn read(file: &Path, overrides: &Overrides) -> Result<Work, Faults> {
        if !is_plan(file) {
            let name = file.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let point = WorkPoint { label: Text::new(name.clone(), name.clone()), changes: Vec::new() };
            let (scenario, overrides) = (file.to_path_buf(), overrides.clone());
            return Ok(Work { name, scenario, overrides, changes: Vec::new(), points: vec![point], plan: None });
        }
        let plan = Plan::load(file)?;
        plan.check()?;
        let overrides = Overrides {
            seed: overrides.seed.or(plan.seed),
            replications: overrides.replications.or(plan.replications),
            days: overrides.days.or(plan.days),
        };
        let points = plan.points().iter().map(WorkPoint::from).collect();
        let (name, scenario) = (plan.name.clone(), plan.scenario.clone());
        Ok(Work { name, scenario, overrides, changes: Vec::new(), points, plan: Some(plan) })
    }

    /// The same with changes for all points.
    #[must_use]
    pub fn changed(self, changes: Vec<Change>) -> Work {
        Work { changes, ..self }
    }

    /// All that is changed at a point.
    fn changes_of(&self, point: &WorkPoint) -> Vec<Change> {
        self.changes.iter().chain(&point.changes).cloned().collect()
    }

    /// What stands at the head of its files: digests of all points, replications of each.
    ///
    /// # Errors
    /// Every fault of the scenarios; points that ask for different numbers of replications.
    pub fn header(&self, shared: &mut SharedNetwork) -> Result<Header, Faults> {
        let mut faults = Faults::new();
        let mut points = Vec::new();
        let mut replications = None;
        let mut name = self.name.clone();
        for point in &self.points {
            match digest_changed(&self.scenario, &self.overrides, &self.changes_of(point), shared) {
                Ok(Digested { digest, run, name: scenario }) => {
                    // A scenario goes by its own name, however its file is called.
                    let label = match self.plan.is_some() || self.points.len() > 1 {
                        true => point.label.en.clone(),
                        false => scenario.clone(),
                    };
                    if self.plan.is_none() {
                        name = scenario;
                    }
                    points.push(PointHeader { label, digest });
                    if replications.is_some_and(|n| n != run.replications) {
                        let fault = Fault::error("the points ask for different numbers of replications");
                        return Err(fault.hint("give the number in [run] of the plan, or with --replications").into());
                    }
                    replications = Some(run.replications);
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.has_errors() {
            return Err(faults);
        }
        Ok(Header::new(name, points, replications.unwrap_or(0)))
    }

    /// Prepares one of its points.
    ///
    /// # Errors
    /// As [`prepare_changed`].
    pub fn prepare(
        &self,
        point: usize,
        shared: &mut SharedNetwork,
        tell: &mut dyn FnMut(PrepareStep),
    ) -> Result<Prepared, Faults> {
        prepare_changed(&self.scenario, &self.overrides, &self.changes_of(&self.points[point]), shared, tell)
    }
}

/// What a sweep shows unless its plan names other figures.
pub const USUAL_FIGURES: [&str; 5] =
    ["response.mean", "response.within", "answer.within", "queued.per_day", "units.busy"];

/// Plays all points of a work, or takes what a journal holds of them, and puts the named figures of each into a table; those
/// after a point that changes nothing with what they differ by from it, in pairs. `None` if it was stopped: what is finished is in
/// the journal. `progress` is told how many replications are done in all.
///
/// # Errors
/// Every fault of a scenario; figures it does not have; what the journal says.
pub fn play_points(
    work: &Work,
    (factors, points): (&[Factor], &[PlanPoint]),
    figures: &[String],
    journal: &mut Journal,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<Sweep>, Faults> {
    let mut shared = SharedNetwork::default();
    let mut sweep: Option<Sweep> = None;
    let mut before = 0;
    let mut unchanged: Option<Unchanged> = None;
    for (at, point) in points.iter().enumerate() {
        let prepared = work.prepare(at, &mut shared, &mut |_| {})?;
        let scenario = &prepared.world.scenario;
        let mut faults = Faults::new();
        let named: Vec<Named> = figures
            .iter()
            .filter_map(|name| Named::parse(name, scenario).map_err(|fault| faults.push(*fault)).ok())
            .collect();
        if faults.has_errors() {
            return Err(faults);
        }
        let replications = scenario.run.replications;
        let how = Replicating {
            replications,
            journal: Some((&mut *journal, at as u32)),
            stop,
            precise: None,
            progress: &mut |standing| progress(before + u64::from(standing.done)),
        };
        let options = Options::by(&prepared.pack.targets(), false);
        let is_base = point.levels.iter().all(Option::is_none);
        let mut rows: Vec<Vec<Option<(f64, f64)>>> = Vec::new();
        let mut pairs = vec![PairedRatio::new(); named.len()];
        let each = |replication: u32, outcome: &Outcome, _| {
            let row: Vec<Option<(f64, f64)>> = named.iter().map(|n| n.value(outcome)).collect();
            if let Some(base) = unchanged.as_ref().and_then(|u| u.rows.get(replication as usize)) {
                for (pair, (a, b)) in pairs.iter_mut().zip(base.iter().zip(&row)) {
                    if let (Some(a), Some(b)) = (a, b) {
                        pair.push(*a, *b);
                    }
                }
            }
            if is_base {
                rows.push(row);
            }
            Ok::<(), FolderError>(())
        };
        let done = replicate(&prepared.world, &options, how, each).map_err(|e| Faults::from(Fault::from(e)))?;
        if done.ended == Ended::Stopped {
            return Ok(None);
        }
        before += u64::from(replications);
        let values: Vec<Option<Estimate>> = named.iter().map(|n| n.figure(&done.figures)).collect();
        let confidence = scenario.run.confidence;
        let differences = unchanged.as_ref().map_or_else(Vec::new, |u| u.differences(&values, &pairs, confidence));
        let sweep = sweep.get_or_insert_with(|| Sweep::new(factors, &named));
        sweep.add_paired(point.clone(), done.done, values.clone(), differences);
        if is_base && unchanged.is_none() {
            unchanged = Some(Unchanged { rows, values });
        }
    }
    Ok(Some(sweep.unwrap_or_else(|| Sweep::new(factors, &[]))))
}

/// The figures of the point that changes nothing.
struct Unchanged {
    /// By replication and figure.
    rows: Vec<Vec<Option<(f64, f64)>>>,
    /// Of all replications.
    values: Vec<Option<Estimate>>,
}

impl Unchanged {
    /// What a point's figures differ by from these. A figure that is known from below only, as calls were never reached, has no
    /// difference.
    fn differences(
        &self,
        values: &[Option<Estimate>],
        pairs: &[PairedRatio],
        confidence: f64,
    ) -> Vec<Option<Estimate>> {
        let from_below = |e: &Option<Estimate>| e.is_some_and(|e| e.low.is_finite() && !e.high.is_finite());
        let figures = self.values.iter().zip(values).zip(pairs);
        let difference = |((base, value), pair): ((&Option<Estimate>, &Option<Estimate>), &PairedRatio)| {
            let known = !from_below(base) && !from_below(value) && pair.n() > 0;
            pair.estimate(confidence).filter(|_| known).map(|d| d.difference)
        };
        figures.map(difference).collect()
    }
}

/// Whether a file is a plan: it names a scenario. One that cannot be read is left to whoever reads it next.
fn is_plan(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("scenario"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file)
    }

    #[test]
    fn a_scenario_is_one_point_and_a_plan_many() {
        let mut shared = SharedNetwork::default();
        let overrides = Overrides { replications: Some(4), ..Overrides::default() };
        let one = Work::read(&bundled("yuxi-now.toml"), &overrides).unwrap();
        let header = one.header(&mut shared).unwrap();
        assert_eq!((header.points.len(), header.replications, header.tasks()), (1, 4, 4));
        assert_eq!(header.points[0].digest, one.prepare(0, &mut shared, &mut |_| {}).unwrap().digest());

        let many = Work::read(&bundled("plans/seats-and-demand.toml"), &Overrides::default()).unwrap();
        let header = many.header(&mut shared).unwrap();
        assert_eq!((header.points.len(), header.replications), (18, 10));
        let mut digests: Vec<&String> = header.points.iter().map(|p| &p.digest).collect();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), 18, "two points are the same");
        let last = many.prepare(17, &mut shared, &mut |_| {}).unwrap();
        assert_eq!(header.points[17].digest, last.digest());
    }

    /// A longer turn-out is told from the unchanged scenario in three short replications, as they meet the same calls, though the
    /// intervals overlap; and a base change applies to every point.
    #[test]
    fn points_are_compared_with_the_unchanged_one_in_pairs() {
        use crate::experiment::plan::{Level, one_at_a_time};
        let path = "durations.turnout.median_s".parse().unwrap();
        let levels = vec![Level::of(toml::Value::Float(1.0)), Level::of(toml::Value::Float(1.3))];
        let factor = Factor {
            name: "turnout".into(),
            label: Text::same("turnout"),
            paths: vec![path],
            multiply: true,
            levels,
            bounds: None,
        };
        let factors = [factor];
        let rows = one_at_a_time(&factors);
        let points: Vec<PlanPoint> =
            rows.into_iter().enumerate().map(|(i, r)| PlanPoint::new(i, &factors, r)).collect();
        let play = |changes: &[&str]| {
            let work = Work {
                name: "pairs".into(),
                scenario: bundled("yuxi-now.toml"),
                overrides: Overrides { replications: Some(3), days: Some(1.0), seed: None },
                changes: changes.iter().map(|c| c.parse().unwrap()).collect(),
                points: points.iter().map(WorkPoint::from).collect(),
                plan: None,
            };
            let folder = tempfile::tempdir().unwrap();
            let header = work.header(&mut SharedNetwork::default()).unwrap();
            let mut journal = Journal::create(&folder.path().join("x.part"), &header).unwrap();
            let figures = ["response.mean".to_string(), "response.p90".to_string()];
            let stop = AtomicBool::new(false);
            play_points(&work, (&factors, &points), &figures, &mut journal, &stop, &mut |_| {}).unwrap().unwrap()
        };
        let sweep = play(&[]);
        assert!(sweep.points[0].differences.is_empty());
        let (base, same, longer) = (&sweep.points[0], &sweep.points[1], &sweep.points[2]);
        assert!(same.differences.iter().all(|d| *d == Some(Estimate::exact(0.0))), "{same:?}");
        for figure in 0..2 {
            let (a, b, d) =
                (base.values[figure].unwrap(), longer.values[figure].unwrap(), longer.differences[figure].unwrap());
            assert!((d.mean - (b.mean - a.mean)).abs() < 1e-9, "{d:?}");
        }
        let (a, b, d) = (base.values[0].unwrap(), longer.values[0].unwrap(), longer.differences[0].unwrap());
        assert!(a.high > b.low && d.low > 0.0, "{a:?} {b:?} {d:?}");
        let (_, bars) = sweep.tornado(0).unwrap();
        assert!(!bars[0].untold(&a));
        let slower = play(&["travel.response_factor*=1.5"]);
        assert!(
            slower.points.iter().zip(&sweep.points).all(|(s, p)| s.values[0].unwrap().mean > p.values[0].unwrap().mean)
        );
    }
}
