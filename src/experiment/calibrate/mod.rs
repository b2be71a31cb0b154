//! Calibration: the values of a scenario fitted to a log of real calls, and how near the simulation then comes to the log.
//!
//! The log is one row a call with the moments of its life ([`LogMapping`] says in which columns). What is fitted, and how, stands
//! in `docs/calibrate.md`; the result is a new scenario that is based on the old one and says only what was fitted, and
//! a [`Calibration`] with everything a report shows.

mod check;
mod columns;
mod demand;
mod log;
mod mix;
mod resolution;
mod result;
mod row;
mod samples;
#[cfg(test)]
mod tests;
mod times;
mod travel;
pub(super) mod write;

pub use columns::{LogMapping, STEPS, column_keys};
pub use log::{Aside, Reason};
pub use result::{
    Calibration, Check, Curve, DemandFit, FactorFit, Left, LogInfo, Nearness, RunInfo, SCHEMA, TimeFit, Times,
    TravelFit, Value, Written,
};

use super::prepare::{Overrides, PrepareStep, Prepared, SharedNetwork, prepare_changed};
use crate::demand::CallLog;
use crate::fault::{Fault, Faults};
use crate::input::Table;
use crate::random::Dist;
use crate::scenario::Scenario;
use crate::text::Text;
use log::{Asides, Log};
use rayon::prelude::*;
use samples::{Kind, Samples};
use std::path::{Path, PathBuf};
use times::How;

/// Replications of the check unless the person says otherwise.
pub const USUAL_REPLICATIONS: u32 = 4;

/// What to calibrate from what.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The scenario.
    pub scenario: PathBuf,
    /// The log, a CSV file.
    pub log: PathBuf,
    /// Its columns.
    pub mapping: LogMapping,
    /// Where the new scenario will stand: its folder decides the paths in it.
    pub out: PathBuf,
    /// The last share of the days is not fitted to but kept for the comparison; 0: all are fitted to, and compared.
    pub hold_out: f64,
    /// Replications of the comparison.
    pub replications: u32,
    /// Days of each; without it as many as the log has.
    pub days: Option<f64>,
    /// Instead of the scenario's seed.
    pub seed: Option<u64>,
}

/// What a calibration is about to do.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum CalibrateStep {
    /// Preparing the scenario.
    Preparing(PrepareStep),
    /// Fitting.
    Fitting,
    /// So many replications of the comparison are done.
    Simulating(u32),
}

/// A calibration and the scenario it leads to.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// What was found.
    pub calibration: Calibration,
    /// The new scenario, to be written at [`Ask::out`].
    pub toml: String,
    /// Faults of the scenario that do not stop anything.
    pub warnings: Faults,
}

/// Fits a scenario's values to a log, and simulates the scenario with them.
///
/// # Errors
/// Every fault of the scenario and of the log; a log that nothing can be fitted to; a scenario that plays a log itself.
pub fn calibrate(ask: &Ask, tell: &mut dyn FnMut(CalibrateStep)) -> Result<Calibrated, Faults> {
    let mut shared = SharedNetwork::default();
    let overrides = Overrides { seed: ask.seed, ..Overrides::default() };
    let mut faults = Faults::new();
    if !(0.0..=0.9).contains(&ask.hold_out) {
        let fault = Fault::error(format!("--hold-out {} is not a share that can be kept back", ask.hold_out));
        faults.push(fault.hint("write a number from 0 to 0.9, such as 0.25 for the last quarter of the days"));
    }
    let names = ask.mapping.names();
    let table = faults.take(Table::read(&ask.log, &names, &[]));
    let scenario = faults.take(Scenario::load(&ask.scenario));
    let (Some(table), Some(scenario), false) = (table, scenario, faults.has_errors()) else { return Err(faults) };
    if let Some(CallLog { .. }) = scenario.demand.log {
        let fault = Fault::error(format!("{}: the scenario plays a log itself (demand.log)", ask.scenario.display()));
        return Err(fault.hint("calibrate the scenario without it: then its own rates count").into());
    }
    // Faults of the log come before the work with the network.
    let mut asides = Asides::default();
    let log = log::read(&table, &ask.mapping, &scenario, &mut asides)?;
    let base = prepare_changed(&ask.scenario, &overrides, &[], &mut shared, &mut |step| {
        tell(CalibrateStep::Preparing(step));
    })?;
    tell(CalibrateStep::Fitting);
    let s = &base.world.scenario;
    let how = How { seed: s.run.seed, confidence: s.run.confidence };
    let length = log.length();
    let held_out = (ask.hold_out * length as f64).floor() as i64;
    let last = log.days.1 - held_out;
    let cut = log.calls.partition_point(|c| c.day <= last);
    if cut == 0 || (held_out > 0 && cut == log.calls.len()) {
        let fault = Fault::error(format!("--hold-out {}: no calls are left on one side", ask.hold_out));
        return Err(fault.hint("keep back a smaller or larger share of the days").into());
    }
    let samples = Samples::new(&log, &log.calls[..cut]);
    let mut left = Vec::new();
    let times = all_times(s, &samples, &how, &mut left);
    let travel = travel::fit(&base.world, &samples, &how, &mut asides, &mut left);
    let found = demand::fit(s, &samples, (log.days.0, last), &how, &mut left);
    let mut info = info(&ask.log, &table, &log, held_out);
    let values = values(s, found.values, &times, &travel);
    if values.is_empty() {
        let fault = Fault::error("nothing could be fitted to this log");
        let why: Vec<String> = left.iter().map(|l| format!("{}: {}", l.what.en, l.why.en)).collect();
        return Err(fault.hint(why.join("; ")).into());
    }

    let folder = ask.out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| Fault::io("create the folder", folder, &e))?;
    let base_path = write::relative(&ask.scenario, folder);
    let base_path = base_path.to_string_lossy().replace('\\', "/");
    let name = format!("{}-calibrated", s.name);
    let toml = write::scenario(s, &base_path, &name, &info, &values, how.confidence);
    let compared = if held_out > 0 { Samples::new(&log, &log.calls[cut..]) } else { samples };
    let days = ask.days.unwrap_or_else(|| check::days(&log, &compared));
    let overrides = Overrides { seed: ask.seed, replications: Some(ask.replications), days: Some(days) };
    let prepared = prepare_new(&toml, folder, &overrides, &mut shared, tell)?;
    let mut remarks = remarks(&base, &log, &compared);
    remarks.extend(found.remarks);
    let (checks, run) =
        check::check(&prepared, &compared, &times, &mut asides, &mut |n| tell(CalibrateStep::Simulating(n)))?;
    info.aside = asides.list(table.source());
    let calibration = Calibration {
        schema: SCHEMA,
        program: env!("CARGO_PKG_VERSION").into(),
        scenario: s.name.clone(),
        title: s.title.clone(),
        log: info,
        times: times.into_iter().map(|(_, fit)| fit).collect(),
        travel,
        demand: found.fit,
        values,
        left,
        checks,
        run,
        remarks,
    };
    Ok(Calibrated { calibration, toml, warnings: base.warnings })
}

/// Reads the new scenario back as anybody would: from a file in its folder.
fn prepare_new(
    toml: &str,
    folder: &Path,
    overrides: &Overrides,
    shared: &mut SharedNetwork,
    tell: &mut dyn FnMut(CalibrateStep),
) -> Result<Prepared, Faults> {
    let draft = tempfile::Builder::new().prefix(".calibrated-").suffix(".toml").tempfile_in(folder);
    let draft = draft.map_err(|e| Fault::io("create a file in", folder, &e))?;
    std::fs::write(draft.path(), toml).map_err(|e| Fault::io("write", draft.path(), &e))?;
    prepare_changed(draft.path(), overrides, &[], shared, &mut |step| tell(CalibrateStep::Preparing(step)))
}

/// All distributions of times: of each step the scenario's, and those that categories have of their own.
fn all_times(s: &Scenario, samples: &Samples<'_>, how: &How, left: &mut Vec<Left>) -> Vec<(Dist, TimeFit)> {
    struct Wanted {
        key: String,
        name: Text,
        kind: Kind,
        category: Option<usize>,
    }
    let mut wanted = Vec::new();
    for kind in Kind::ALL {
        let Some(key) = kind.target() else { continue };
        // What a log can hold only together with something else is not missed without that.
        let there = match kind {
            Kind::OnRoad => samples.tells_from,
            Kind::SceneLeft => samples.tells_transport,
            Kind::HandlingNone => samples.tells_dispatch,
            _ => true,
        };
        if samples.between(kind).is_none() || !there {
            let why = Text::new("记录中没有", "the log does not tell it");
            left.push(Left { what: kind.name(), why });
            continue;
        }
        wanted.push(Wanted { key: key.into(), name: kind.name(), kind, category: None });
        for (i, category) in s.demand.categories.iter().enumerate() {
            if kind.own(&category.care).is_some() {
                let key = format!("category[{}].{}", category.key, kind.key());
                let of = kind.name();
                let (zh, en) = (format!("{}：{}", category.name.zh, of.zh), format!("{}: {}", category.name.en, of.en));
                wanted.push(Wanted { key, name: Text::new(zh, en), kind, category: Some(i) });
            }
        }
    }
    let fits: Vec<_> = wanted
        .par_iter()
        .enumerate()
        .map(|(number, w)| {
            let times = samples.recorded_for(w.kind, s, w.category);
            let what = (w.key.as_str(), w.name.clone());
            times::fit(what, &times, samples.rounding(w.kind), how, number as u32)
        })
        .collect();
    let mut found = Vec::new();
    for (w, fit) in wanted.into_iter().zip(fits) {
        match fit {
            Ok(fit) => found.push(fit),
            Err(why) => left.push(Left { what: w.name, why }),
        }
    }
    found
}

/// A distribution in words.
fn dist_words(dist: &Dist) -> String {
    let (kind, parameters) = times::parameters(dist);
    let parts: Vec<String> = parameters.iter().map(|(key, v)| format!("{key} {}", demand::digits(*v))).collect();
    format!("{kind}, {}", parts.join(", "))
}

/// Everything that goes into the new scenario.
fn values(s: &Scenario, demand: Vec<Value>, times: &[(Dist, TimeFit)], travel: &TravelFit) -> Vec<Value> {
    let mut out = demand;
    for (dist, fit) in times {
        let key_of_list = match fit.key.strip_prefix("category[").and_then(|rest| rest.split_once("].")) {
            Some((category, rest)) => {
                let at = s.demand.categories.iter().position(|c| c.key == category).unwrap_or(0);
                format!("category[{at}].{rest}")
            }
            None => fit.key.clone(),
        };
        let (kind, parameters) = times::parameters(dist);
        let parts: Vec<String> = parameters.iter().map(|(key, v)| format!("{key} = {v}")).collect();
        let intervals: Vec<String> =
            fit.parameters.iter().map(|(key, e)| format!("{key} {}", demand::words(e))).collect();
        out.push(Value {
            key: fit.key.clone(),
            name: fit.name.clone(),
            before: demand::known(s, &key_of_list),
            after: dist_words(dist),
            n: fit.n,
            interval: if matches!(dist, Dist::Fixed(_)) { String::new() } else { intervals.join(", ") },
            toml: format!("dist = \"{kind}\", {}", parts.join(", ")),
        });
    }
    for fit in &travel.factors {
        out.push(Value {
            key: fit.key.clone(),
            name: fit.name.clone(),
            before: demand::known(s, &fit.key),
            after: demand::digits(fit.factor.mean),
            n: fit.n,
            interval: demand::words(&fit.factor),
            toml: format!("value = {}", times::five_digits(fit.factor.mean)),
        });
    }
    if let Some((sigma, n)) = &travel.scatter {
        let key = "travel.scatter_sigma";
        out.push(Value {
            key: key.into(),
            name: Text::new("行程时间离散度 σ", "scatter of trip times, σ"),
            before: demand::known(s, key),
            after: demand::digits(sigma.mean),
            n: *n,
            interval: demand::words(sigma),
            // No scenario may say more than 2.
            toml: format!("value = {}", times::five_digits(sigma.mean.min(2.0))),
        });
    }
    // The parts of a list of tables must stand together, and after all that are no lists.
    out.sort_by_key(|v| v.key.starts_with("category["));
    out
}

fn info(file: &Path, table: &Table, log: &Log, held_out: i64) -> LogInfo {
    LogInfo {
        file: file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        digest: crate::digest::of(table.source().text.as_bytes()),
        rows: log.rows,
        calls: log.calls.len(),
        dispatches: log.calls.iter().filter(|c| c.dispatch).count(),
        first: demand::day_words(log, log.days.0),
        last: demand::day_words(log, log.days.1),
        days: log.length(),
        held_out_days: held_out,
        written: log.written.iter().map(|(column, s)| Written { column: column.clone(), seconds: *s }).collect(),
        aside: Vec::new(),
    }
}

/// What a reader must know of what was found and compared.
fn remarks(base: &Prepared, log: &Log, samples: &Samples<'_>) -> Vec<Text> {
    let s = &base.world.scenario;
    let mut out = Vec::new();
    let mut say = |zh: &str, en: &str| out.push(Text::new(zh, en));
    let days = log.length();
    let called: std::collections::BTreeSet<i64> = log.calls.iter().map(|c| c.day).collect();
    let empty = days - called.len() as i64;
    let per_day = log.calls.len() as f64 / days as f64;
    // With a mean of 10 a day without a call comes once in 60 years.
    if empty > 0 && per_day > 10.0 {
        say(
            &format!("{days} 天中有 {empty} 天没有任何来电，平均每天却有 {per_day:.0} 个：记录是否完整？"),
            &format!(
                "{empty} of the {days} days have no call at all, though there are {per_day:.0} a day on average: is the log whole?"
            ),
        );
    }
    let without = log.calls.iter().filter(|c| !c.dispatch).count();
    if without > 0 && log.mapping.get("dispatch").is_none() {
        say(
            &format!("没有“是否出车”一列：{without} 行没有任何车辆信息，视为无需出车的来电"),
            &format!(
                "there is no column `dispatch`: {without} rows that know nothing of a unit are taken for calls without a dispatch"
            ),
        );
    }
    if samples.between(Kind::Answer).is_some() {
        say(
            "来电至接听含排队等候座席的时间；方案的摘机时间不含，等候多时会重复计算（比较一节可见）",
            "ring to answer holds waiting for a free seat, which the scenario's time to pick up does not: where callers wait much, it counts twice (the comparison shows it)",
        );
    }
    if samples.between(Kind::Turnout).is_some() && !samples.tells_from {
        say(
            "记录没有说明车辆从站内还是途中派出：全部视为从站内",
            "the log does not tell whether units were sent from their post or on the road: all are taken for sent from the post",
        );
    }
    if samples.between(Kind::Turnout).is_some_and(|(from, _)| from == crate::sim::Stamp::Triaged) {
        say(
            "记录没有派车时刻：出车时间从受理完成起计，含等待车辆的时间",
            "the log has no moment of the order: turn-out counts from the end of handling and holds waiting for a unit",
        );
    }
    if samples.between(Kind::Handover).is_some() && s.rules.hospitals.bays.iter().any(Option::is_some) {
        say(
            "院内交接时间含等待床位；方案另行模拟等待，会重复计算",
            "hand-over holds waiting for a bay, which the scenario simulates besides: it counts twice",
        );
    }
    let coarse: Vec<&str> = log.written.iter().filter(|(_, s)| **s >= 30.0).map(|(c, _)| c.as_str()).collect();
    if !coarse.is_empty() {
        let list = coarse.join(", ");
        say(
            &format!("这些列按整分钟（或更粗）记录：{list}。拟合用取整后的似然，比较时仿真时间作同样取整"),
            &format!(
                "these columns are written in whole minutes or coarser: {list}. Fits use the likelihood of rounded times, and simulated times are rounded alike before they are compared"
            ),
        );
    }
    out
}
