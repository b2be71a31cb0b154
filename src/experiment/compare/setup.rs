//! Scenarios made ready to be compared: one seed, one number of days and replications for all, and what cannot be
//! compared is refused before anything is computed.

use crate::digest::Digester;
use crate::experiment::journal::{Header, PointHeader};
use crate::experiment::{Overrides, PrepareStep, Prepared, SharedNetwork, prepare_changed};
use crate::fault::{Fault, Faults};
use crate::scenario::{Change, RunSpec, Scenario};
use crate::text::Text;
use std::path::{Path, PathBuf};

/// More have no letter.
pub const MOST_SCENARIOS: usize = 26;

/// What a scenario is called on the page: A, B, … by its place in the list.
pub fn letter(system: usize) -> char {
    u8::try_from(system).ok().filter(|i| *i < 26).map_or('?', |i| char::from(b'A' + i))
}

/// Scenarios that are ready to be played.
#[derive(Debug)]
pub struct Setup {
    /// At least two; the first is the one the others are compared with.
    pub prepared: Vec<Prepared>,
    /// Their files.
    pub files: Vec<PathBuf>,
    /// How the files say that they are run.
    own: Vec<RunSpec>,
    /// What the command line says instead.
    overrides: Overrides,
}

impl Setup {
    /// The scenario the others are compared with.
    pub fn first(&self) -> &Prepared {
        &self.prepared[0]
    }

    /// What stands at the head of a file of its replications: a point for each scenario.
    pub fn header(&self) -> Header {
        let first = &self.first().pack.digest;
        let point = |p: &Prepared| {
            // All are counted by the first one's targets.
            let digest = match p.pack.digest == *first {
                true => p.digest(),
                false => Digester::new().part("own", p.digest().as_bytes()).part("pack", first.as_bytes()).finish(),
            };
            PointHeader { label: p.world.scenario.name.clone(), digest }
        };
        let points: Vec<PointHeader> = self.prepared.iter().map(point).collect();
        let names: Vec<&str> = points.iter().map(|p| p.label.as_str()).collect();
        Header::new(names.join("--"), points, self.first().world.scenario.run.replications)
    }

    /// Says where the scenarios' own run settings are not those used, when so many replications were played.
    pub(super) fn made_equal(&self, played: u32) -> Vec<Text> {
        let mut used = self.first().world.scenario.run.clone();
        let mut overrides = self.overrides.clone();
        if played != used.replications {
            // It was stopped: the number is that of no file.
            used.replications = played;
            overrides.replications = Some(played);
        }
        made_equal(&self.own, &used, &overrides)
    }
}

/// Prepares every scenario. All are run as the first one's `[run]` says, as changed by `overrides`; where another's says
/// otherwise, that is noted.
///
/// # Errors
/// Every fault of every scenario; fewer than two scenarios or more than [`MOST_SCENARIOS`]; scenarios that count response
/// time from another moment or warm up for another time than the first.
pub fn prepare_all(
    files: &[PathBuf],
    overrides: &Overrides,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Setup, Faults> {
    prepare_changed_all(files, &[], overrides, tell)
}

/// The same with changes of the first scenario. A network that several name is read once.
///
/// # Errors
/// As [`prepare_all`].
pub fn prepare_changed_all(
    files: &[PathBuf],
    of_first: &[Change],
    overrides: &Overrides,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Setup, Faults> {
    if !(2..=MOST_SCENARIOS).contains(&files.len()) {
        let fault = Fault::error(format!("{} scenarios cannot be compared: 2 to {MOST_SCENARIOS} can", files.len()));
        return Err(fault.hint("for more alternatives, vary one scenario's values in a batch").into());
    }
    let mut faults = Faults::new();
    let runs: Vec<Option<RunSpec>> =
        files.iter().map(|f| once(&mut faults, Scenario::load(f)).map(|s| s.run)).collect();
    if let Some((Some(first), others)) = runs.split_first() {
        for (file, other) in files.iter().skip(1).zip(others) {
            let Some(other) = other else { continue };
            comparable((&files[0], first), (file, other), &mut faults);
        }
    }
    if faults.has_errors() {
        return Err(faults);
    }
    let mut prepared: Vec<Prepared> = Vec::new();
    let mut settings = overrides.clone();
    let mut shared = SharedNetwork::default();
    for (i, file) in files.iter().enumerate() {
        let changes = if i == 0 { of_first } else { &[] };
        if let Some(ready) = once(&mut faults, prepare_changed(file, &settings, changes, &mut shared, tell)) {
            let run = &ready.world.scenario.run;
            if prepared.is_empty() {
                settings =
                    Overrides { seed: Some(run.seed), replications: Some(run.replications), days: Some(run.days) };
            }
            prepared.push(ready);
        }
    }
    if faults.has_errors() || prepared.len() < files.len() {
        return Err(faults);
    }
    // As many as a number of a task can count.
    let plays = u64::from(prepared[0].world.scenario.run.replications) * files.len() as u64;
    if plays > u64::from(u32::MAX) {
        let fault = Fault::error(format!("{plays} plays are more than the program can count ({})", u32::MAX));
        return Err(fault.hint("ask for fewer replications").into());
    }
    let own = runs.into_iter().flatten().collect();
    Ok(Setup { prepared, files: files.to_vec(), own, overrides: overrides.clone() })
}

/// Keeps the value of a step, or those of its faults that are not known yet: scenarios share tables.
fn once<T>(faults: &mut Faults, result: Result<T, Faults>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(found) => {
            for fault in found.0 {
                if faults.0.iter().all(|known| known.to_string() != fault.to_string()) {
                    faults.push(fault);
                }
            }
            None
        }
    }
}

fn comparable((file_a, a): (&Path, &RunSpec), (file_b, b): (&Path, &RunSpec), faults: &mut Faults) {
    let (name_a, name_b) = (file_a.display(), file_b.display());
    if a.clock_start != b.clock_start {
        let (from_a, from_b) = (a.clock_start.key(), b.clock_start.key());
        let fault = Fault::error(format!(
            "{name_a} counts response time from `{from_a}`, {name_b} from `{from_b}`: their times cannot be compared"
        ));
        faults.push(fault.in_file(file_b).hint(format!("write run.clock_start = \"{from_a}\" in {name_b}")));
    }
    if a.warmup_days != b.warmup_days {
        let fault = Fault::error(format!(
            "{name_a} warms up for {} days, {name_b} for {}: they would not measure the same calls",
            a.warmup_days, b.warmup_days
        ));
        faults.push(fault.in_file(file_b).hint(format!("write run.warmup_days = {} in {name_b}", a.warmup_days)));
    }
}

/// Says where the scenarios' own run settings are not those used.
fn made_equal(own: &[RunSpec], used: &RunSpec, overrides: &Overrides) -> Vec<Text> {
    let mut notes = Vec::new();
    for (i, own) in own.iter().enumerate().skip(1) {
        let mut settings = Vec::new();
        if overrides.seed.is_none() && own.seed != used.seed {
            settings.push(("seed", own.seed.to_string(), used.seed.to_string()));
        }
        if overrides.replications.is_none() && own.replications != used.replications {
            settings.push(("replications", own.replications.to_string(), used.replications.to_string()));
        }
        if overrides.days.is_none() && own.days != used.days {
            settings.push(("days", own.days.to_string(), used.days.to_string()));
        }
        if own.confidence != used.confidence {
            settings.push(("confidence", own.confidence.to_string(), used.confidence.to_string()));
        }
        let letter = letter(i);
        for (key, own, used) in settings {
            notes.push(Text::new(
                format!("{letter} 的文件中 run.{key} = {own}；对比时与 A 相同，取 {used}"),
                format!("{letter}'s file says run.{key} = {own}; it was run with {used}, as A"),
            ));
        }
    }
    notes
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn scenarios_are_named_by_letters() {
        assert_eq!([0, 1, 25].map(letter), ['A', 'B', 'Z']);
    }
}
