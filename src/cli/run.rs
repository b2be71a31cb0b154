//! `goldenhour run` and `goldenhour scenario`.

use super::args::{CallsArg, Common, FormatArg, ReportArgs, RunArgs, ScenarioCommand};
use super::batch::replication_bar;
use super::{CliError, show, stop, until};
use crate::experiment::journal::{Header, Journal, PointHeader};
use crate::experiment::{
    CallTable, CallWriter, Ended, Figures, FolderError, Overrides, Precise, PrepareStep, Prepared, Replicating,
    Replications, prepare, prepare_with, replicate, summarise, write_run,
};
use crate::fault::{Fault, Faults};
use crate::network::Step;
use crate::report::{self, Format, ReportError, ReportOptions};
use crate::scenario::Change;
use crate::sim::{Options, TableBytes};
use crate::standards::Tally;
use crate::stats::Estimate;
use crate::text::Lang;
use indicatif::ProgressBar;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> CliError {
        match error {
            ReportError::File(fault) => CliError::Input((*fault).into()),
            other => CliError::Internal(other.to_string()),
        }
    }
}

/// A spinner on standard error while something takes time; silent when nobody watches.
pub(super) fn spinner(common: &Common, message: &'static str) -> ProgressBar {
    if common.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// What preparing is about to do, in words.
pub(super) fn saying(step: PrepareStep) -> String {
    match step {
        PrepareStep::Network(Step::Reading) => "reading the road network".into(),
        PrepareStep::Network(Step::Importing) => "making roads of the extract".into(),
        PrepareStep::Network(Step::Preparing) => "preparing the road network".into(),
        PrepareStep::Network(_) => "keeping the prepared network for the next time".into(),
        PrepareStep::Times(tables) => format!("computing travel times ({} in memory)", megabytes(tables)),
    }
}

fn megabytes(tables: TableBytes) -> String {
    format!("{:.1} MB", tables.total() as f64 / 1e6)
}

/// Warnings and notes of what was prepared, on standard error.
pub(super) fn tell(prepared: &Prepared, common: &Common) {
    if common.quiet {
        return;
    }
    show::faults(&prepared.warnings, common);
    let mut out = anstream::stderr().lock();
    for note in &prepared.notes {
        let _ = writeln!(out, "note: {note}");
    }
    if prepared.tables.asked_each_time {
        let _ = writeln!(
            out,
            "note: the table that finds units on their way home would be too large; each is found by a search instead, which is slower"
        );
    }
}

/// `goldenhour run`
pub(super) fn run(args: &RunArgs, common: &Common) -> Result<(), CliError> {
    let overrides = args.settings.overrides();
    let changes = changes(&args.set)?;
    let bar = spinner(common, "reading the scenario and the road network, computing travel times");
    let prepared = prepare_with(&args.scenario, &overrides, &changes, &mut |step| bar.set_message(saying(step)));
    bar.finish_and_clear();
    let prepared = prepared?;
    tell(&prepared, common);
    if let Some(what) = &args.trace {
        return super::trace::run(what, args, &prepared, common);
    }
    if args.one_run {
        return super::one_run::run(args, prepared, common);
    }
    let table = match args.calls {
        None => CallTable::None,
        Some(CallsArg::Csv) => CallTable::Csv,
        Some(CallsArg::Parquet) => CallTable::Parquet,
    };
    // Before the work, not after it, it must be clear that there is a place for the result.
    std::fs::create_dir_all(&args.out).map_err(FolderError::io("create", &args.out))?;
    let scratch = match table {
        CallTable::None => None,
        _ => Some(scratch_folder(&args.out)?),
    };
    let file_name = if table == CallTable::Csv { "calls.csv" } else { "calls.parquet" };
    let calls_path = scratch.as_ref().map(|s| s.path().join(file_name));
    let mut calls = match &calls_path {
        Some(path) => CallWriter::create(path, table)?,
        None => None,
    };
    let options = Options::by(&prepared.pack.targets(), table != CallTable::None);
    let asked = prepared.world.scenario.run.replications;
    let mut journal = match table {
        CallTable::None => Some(open_journal(args, &prepared)?),
        _ => None,
    };
    let wanted = until::parse(&args.until, &prepared.world.scenario)?;
    let rule = until::rule(&prepared.world.scenario.run);
    let precise = |figures: &Figures, done: u32| until::reached(&rule, &wanted, figures, done);
    let bar = replication_bar(common, asked);
    let minutes = |e: Estimate| format!("(mean response {:.2} ± {:.2} min)", e.mean, e.half_width());
    let plan = Replicating {
        replications: asked,
        journal: journal.as_mut().map(|j| (j, 0)),
        stop: stop::on_ctrl_c(),
        precise: (!wanted.is_empty()).then_some(&precise as Precise<'_>),
        progress: &mut |standing| {
            bar.set_position(u64::from(standing.done));
            if let Some(response) = standing.response {
                bar.set_message(minutes(response));
            }
        },
    };
    let done = replicate(&prepared.world, &options, plan, |replication, _, records| match &mut calls {
        Some(writer) => writer.add(&prepared.world, replication, &records),
        None => Ok::<(), FolderError>(()),
    })?;
    if let Some(writer) = calls {
        writer.finish()?;
    }
    bar.finish_and_clear();
    if done.ended == Ended::Stopped {
        tell_stopped(args, &done, asked, journal.as_ref(), common);
        if done.done == 0 {
            return Err(CliError::Stopped);
        }
    }
    if done.total.phone_calls() == 0 {
        if let Some(journal) = journal.filter(|_| done.ended != Ended::Stopped) {
            journal.discard()?;
        }
        let fault =
            Fault::error("not one call rang in the measured days of all replications, so there is nothing to judge");
        return Err(fault.hint("simulate more days (--days) or replications (--replications)").into());
    }

    // What was stopped early is the whole run of as many replications as there are.
    let name = prepared.run_name(done.done);
    let missed = write_and_print(args, prepared, &done, &name, calls_path.as_deref(), common)?;
    if let Some(journal) = journal.filter(|_| !matches!(done.ended, Ended::Stopped | Ended::Hopeless)) {
        journal.discard()?;
    }
    until::tell(&wanted, &done, common);
    if done.ended == Ended::Stopped {
        return Err(CliError::Stopped);
    }
    if missed && args.fail_on_miss { Err(CliError::Missed) } else { Ok(()) }
}

/// Writes a run's folder and prints its table; whether a target was missed.
pub(super) fn write_and_print(
    args: &RunArgs,
    prepared: Prepared,
    done: &Replications,
    name: &str,
    calls: Option<&Path>,
    common: &Common,
) -> Result<bool, CliError> {
    let target = args.out.join(&prepared.world.scenario.name).join(name);
    let Prepared { mut world, pack, network, ground, .. } = prepared;
    world.scenario.run.replications = done.done;
    let result = summarise(&world, &pack, network, &ground, done, Vec::new());
    let bar = spinner(common, "drawing the report");
    let lang = common.lang();
    write_run(&target, &result, calls, |folder| -> Result<(), CliError> {
        report::render(folder, &ReportOptions { lang, png: !args.no_png })?;
        Ok(())
    })?;
    bar.finish_and_clear();
    print_result(&result.summary, &target, common)?;
    Ok(Tally::of(&result.summary.verdicts).missed > 0)
}

/// What `--set` changes.
pub(super) fn changes(texts: &[String]) -> Result<Vec<Change>, Faults> {
    let mut faults = Faults::new();
    let read = |text: &String| text.parse::<Change>().map_err(|fault| faults.push(*fault)).ok();
    let changes = texts.iter().filter_map(read).collect();
    if faults.has_errors() { Err(faults) } else { Ok(changes) }
}

/// Where the replications of a run are kept while it is at work.
fn open_journal(args: &RunArgs, prepared: &Prepared) -> Result<Journal, CliError> {
    let s = &prepared.world.scenario;
    let digest = prepared.digest();
    let folder = args.out.join(&s.name);
    std::fs::create_dir_all(&folder).map_err(FolderError::io("create", &folder))?;
    let path = folder.join(format!(".seed{}-{}.part", s.run.seed, &digest[..8]));
    let point = PointHeader { label: s.name.clone(), digest };
    let header = Header::new(s.name.clone(), vec![point], s.run.replications);
    let mut journal = match args.resume {
        true => Journal::resume(&path, &header)?,
        false => Journal::create(&path, &header)?,
    };
    for file in &args.take {
        journal.take(file)?;
    }
    Ok(journal)
}

/// Says what is there of a run that was stopped, and how to go on.
fn tell_stopped(args: &RunArgs, done: &Replications, asked: u32, journal: Option<&Journal>, common: &Common) {
    if common.quiet {
        return;
    }
    let mut err = anstream::stderr().lock();
    let on = match journal {
        Some(_) => "; the same command with --resume goes on",
        None => "",
    };
    let _ = writeln!(err, "stopped: {} of {asked} replications of {} are done{on}", done.done, args.scenario.display());
}

fn scratch_folder(out: &Path) -> Result<tempfile::TempDir, CliError> {
    let folder = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(out);
    Ok(folder.map_err(FolderError::io("create a folder in", out))?)
}

fn print_result(summary: &crate::experiment::summary::Summary, target: &Path, common: &Common) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    let report: PathBuf = target.join("report.html");
    let written = if common.json {
        let text = serde_json::to_string_pretty(summary).map_err(|e| CliError::Internal(e.to_string()))?;
        writeln!(out, "{text}")
    } else {
        let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(120);
        let table = report::terminal_table(summary, common.lang(), show::stdout_colour(), width);
        let label = report::words::Word::ReportAt.get(common.lang());
        writeln!(out, "{table}\n{label} {}", report.display())
    };
    Ok(show::printed(written)?)
}

/// `goldenhour report`
pub(super) fn report(args: &ReportArgs, common: &Common) -> Result<(), CliError> {
    let first = common.lang();
    let other = if first == Lang::Zh { Lang::En } else { Lang::Zh };
    let langs: &[Lang] = if args.and_other { &[first, other] } else { &[first] };
    let bar = spinner(common, "drawing the report");
    let formats: Vec<Format> = args.format.iter().map(|f| format(*f)).collect();
    let comparison = args.comparison.as_deref();
    let how =
        report::Rendering { langs, formats: &formats, png: !args.no_png, comparison, siting: args.siting.as_deref() };
    let written = report::render_formats(&args.run, &how);
    bar.finish_and_clear();
    let mut out = anstream::stdout().lock();
    // What a reader opens first; of the page's files that is the page.
    let endings: &[&str] = if formats.contains(&Format::Csv) {
        &["html", "xlsx", "docx", "md", "geojson", "csv"]
    } else {
        &["html", "xlsx", "docx", "md", "geojson"]
    };
    let (first_read, others): (Vec<PathBuf>, Vec<PathBuf>) =
        written?.into_iter().partition(|f| f.extension().is_some_and(|e| endings.iter().any(|x| e == *x)));
    if common.json {
        let files: Vec<&PathBuf> = first_read.iter().chain(&others).collect();
        let _ = writeln!(out, "{}", serde_json::json!({ "files": files }));
        return Ok(());
    }
    for file in first_read {
        let _ = writeln!(out, "{} {}", report::words::Word::ReportAt.get(first), file.display());
    }
    Ok(())
}

fn format(arg: FormatArg) -> Format {
    match arg {
        FormatArg::Html => Format::Html,
        FormatArg::Both => Format::Both,
        FormatArg::Xlsx => Format::Xlsx,
        FormatArg::Docx => Format::Docx,
        FormatArg::Md => Format::Markdown,
        FormatArg::Geojson => Format::GeoJson,
        FormatArg::Csv => Format::Csv,
    }
}

/// `goldenhour scenario …`
pub(super) fn scenario(command: ScenarioCommand, common: &Common) -> Result<(), CliError> {
    let scenario = match command {
        ScenarioCommand::Check { scenario } => scenario,
        ScenarioCommand::Explain { scenario } => return super::explain::explain(&scenario, common),
    };
    let prepared = prepare(&scenario, &Overrides::default())?;
    tell(&prepared, common);
    let s = &prepared.world.scenario;
    let mut out = anstream::stdout().lock();
    let staffed = prepared.world.staffed();
    let without: Vec<&str> = s.posts.iter().zip(&staffed).filter(|(_, s)| !**s).map(|(p, _)| p.id.as_str()).collect();
    if common.json {
        let found = serde_json::json!({
            "faults": 0,
            "posts": s.posts.len(),
            "posts_without_units": without,
            "units": s.units.len(),
            "hospitals": s.hospitals.len(),
            "demand_points": s.points.len(),
            "junctions": prepared.stats.junctions,
            "edges": prepared.stats.edges,
            "table_bytes": prepared.tables.total(),
        });
        let _ = writeln!(out, "{found}");
        return Ok(());
    }
    if !without.is_empty() {
        let _ = writeln!(out, "posts without units, which count for nothing: {}", without.join(", "));
    }
    let _ = writeln!(out, "tables of travel times: {} in memory", megabytes(prepared.tables));
    let _ = writeln!(
        out,
        "{}: no faults. {} posts, {} units, {} hospitals, {} demand points; {} junctions, {} edges; {} places far from any road, confirmed.",
        scenario.display(),
        s.posts.len(),
        s.units.len(),
        s.hospitals.len(),
        s.points.len(),
        prepared.stats.junctions,
        prepared.stats.edges,
        prepared.world.far.len(),
    );
    Ok(())
}
