//! `goldenhour calibrate`.

use super::args::Common;
use super::batch::replication_bar;
use super::run::{saying, spinner};
use super::{CliError, show};
use crate::experiment::calibrate::{
    Ask, CalibrateStep, Calibrated, LogMapping, USUAL_REPLICATIONS, calibrate, column_keys,
};
use crate::experiment::replace_folder;
use crate::fault::{Fault, Faults};
use crate::report::ReportOptions;
use crate::report::calibrate::{calibration_page, paths_at, render_calibration};
use crate::scenario::Scenario;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `goldenhour calibrate`
#[derive(Debug, Args)]
pub(super) struct CalibrateArgs {
    /// The scenario file
    scenario: PathBuf,
    /// The log: a CSV file with a row for each call
    log: PathBuf,
    /// A TOML file that says what the columns of the log are called (docs/calibrate.md)
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// What one column is called, such as time=RingTime or turnout_min=出车; may be repeated, goes before --columns
    #[arg(long, value_name = "KEY=COLUMN")]
    column: Vec<String>,
    /// The new scenario; without it, scenario.toml in the folder of the report
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Folder for the report; without it, output/calibrate/<scenario>/
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Keep back the last share of the days: nothing is fitted to them, and the simulation is compared with them alone
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    hold_out: f64,
    /// Replications that are simulated for the comparison
    #[arg(long, default_value_t = USUAL_REPLICATIONS, value_name = "N")]
    replications: u32,
    /// Days of each; without it, as many as the log has (a year at most)
    #[arg(long, value_name = "DAYS")]
    days: Option<f64>,
    /// Instead of the scenario's seed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Overwrite the new scenario if it is there already
    #[arg(long)]
    force: bool,
    /// Write no PNG pictures (faster); SVG and HTML are written all the same
    #[arg(long)]
    no_png: bool,
}

/// Runs the command.
pub(super) fn run(args: &CalibrateArgs, common: &Common) -> Result<(), CliError> {
    let mut faults = Faults::new();
    let mapping = faults.take(LogMapping::read(args.columns.as_deref(), &args.column));
    if mapping.is_none() && args.columns.is_none() && args.column.is_empty() {
        let hint = format!("keys are {}", column_keys().join(", "));
        faults.push(
            Fault::error("the columns of the log must be named: --columns FILE or --column KEY=COLUMN").hint(hint),
        );
    }
    // Where the report goes depends on the scenario's name.
    let name = faults.take(Scenario::load(&args.scenario)).map(|s| s.name);
    let folder = match (&args.report, name) {
        (Some(folder), _) => folder.clone(),
        (None, Some(name)) => Path::new("output/calibrate").join(name),
        (None, None) => PathBuf::new(),
    };
    let out = args.out.clone().unwrap_or_else(|| folder.join("scenario.toml"));
    faults.extend(may_write(&out, args));
    let (Some(mapping), false) = (mapping, faults.has_errors()) else { return Err(faults.into()) };
    let ask = Ask {
        scenario: args.scenario.clone(),
        log: args.log.clone(),
        mapping,
        out: out.clone(),
        hold_out: args.hold_out,
        replications: args.replications,
        days: args.days,
        seed: args.seed,
    };
    let bar = spinner(common, "reading the scenario and the log");
    let replications = replication_bar(common, args.replications);
    let done = calibrate(&ask, &mut |step| match step {
        CalibrateStep::Preparing(step) => bar.set_message(saying(step)),
        CalibrateStep::Fitting => bar.set_message("fitting"),
        CalibrateStep::Simulating(n) => {
            bar.finish_and_clear();
            replications.set_position(u64::from(n));
        }
    });
    bar.finish_and_clear();
    replications.finish_and_clear();
    let done = done?;
    if !common.quiet {
        show::faults(&done.warnings, common);
    }
    let options = ReportOptions { lang: common.lang(), png: !args.no_png };
    let mut written = Vec::new();
    replace_folder(&folder, |folder| -> Result<(), CliError> {
        written = render_calibration(folder, &done.calibration, &options)?;
        Ok(())
    })?;
    remove_old_charts(&folder.join("charts"), &written);
    crate::aside::write(&out, done.toml.as_bytes()).map_err(|fault| CliError::Input((*fault).into()))?;
    print(&done, &folder, &out, common)
}

/// Charts of an earlier calibration in the same folder that this one has not drawn would tell of something else.
fn remove_old_charts(charts: &Path, written: &[PathBuf]) {
    let ours = |name: &str| name.starts_with("step-") || name.starts_with("when-calls-come");
    for file in std::fs::read_dir(charts).into_iter().flatten().flatten() {
        let name = file.file_name();
        let drawn = written.iter().any(|w| w.file_name() == Some(name.as_os_str()));
        if !drawn && name.to_str().is_some_and(ours) {
            // One that cannot be removed is only in the way.
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// The new scenario must not take the place of another, least of all that of the one it is based on.
fn may_write(out: &Path, args: &CalibrateArgs) -> Faults {
    let mut faults = Faults::new();
    let same = |other: &Path| out.canonicalize().is_ok_and(|o| other.canonicalize().is_ok_and(|b| o == b));
    if same(&args.scenario) || same(&args.log) {
        let fault = Fault::error(format!("{}: the new scenario cannot replace what it is made from", out.display()));
        faults.push(fault.hint("give another file with --out"));
    } else if out.is_dir() {
        faults.push(Fault::error(format!("{} is a folder", out.display())).hint("--out names a file"));
    } else if out.exists() && !args.force {
        let fault = Fault::error(format!("{} is there already", out.display()));
        faults.push(fault.hint("give another file with --out, or --force to overwrite it"));
    }
    faults
}

fn print(done: &Calibrated, folder: &Path, out: &Path, common: &Common) -> Result<(), CliError> {
    let mut stdout = anstream::stdout().lock();
    // A closed pipe (`| head`) is no error of the run.
    if common.json {
        let text = serde_json::to_string_pretty(&done.calibration).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(stdout, "{text}");
        return Ok(());
    }
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
    let page = calibration_page(&done.calibration, common.lang(), width);
    let [at, new] = paths_at(common.lang());
    let _ = writeln!(stdout, "{page}\n{at} {}", folder.join("calibration.html").display());
    let _ = writeln!(stdout, "{new} {}", out.display());
    Ok(())
}
