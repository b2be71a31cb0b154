//! `goldenhour compare`.

use super::args::{Common, CompareArgs, FigureArg};
use super::batch::replication_bar;
use super::run::{saying, spinner, tell};
use super::{CliError, show, stop};
use crate::experiment::compare::{
    Comparing, Comparison, MainFigure, RankBy, Setup, compare_with, folder_name, prepare_all, write_comparison,
};
use crate::experiment::journal::Journal;
use crate::experiment::{Ended, FolderError, PrepareStep};
use crate::fault::{Fault, Faults};
use crate::report::ReportOptions;
use crate::report::compare::{comparison_page, page_at, render_comparison};
use crate::sim::Outcome;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Fewer replications than this have no intervals: a comparison that was stopped so early gets no page.
const LEAST_OF_STOPPED: u32 = 2;

/// `goldenhour compare`
pub(super) fn run(args: &CompareArgs, common: &Common) -> Result<(), CliError> {
    let figure = match args.figure {
        FigureArg::Mean => MainFigure::Mean,
        FigureArg::Within => MainFigure::Within,
    };
    let rank_by = RankBy { figure, indifference: args.indifference };
    let bad_zone = args.indifference.filter(|x| !(x.is_finite() && *x > 0.0)).map(|x| {
        Fault::error(format!("--indifference {x} is not allowed: it must be above zero"))
            .hint("minutes with --figure mean, percentage points with --figure within")
    });
    let overrides = args.settings.overrides();
    let played = play(
        args,
        common,
        &rank_by,
        bad_zone,
        &mut |step| prepare_all(&args.scenarios, &overrides, step),
        &mut |_, _| {},
    )?;
    print(&played.found, &played.target, common)?;
    if played.stopped { Err(CliError::Stopped) } else { Ok(()) }
}

/// A comparison that was played and written.
pub(super) struct Played {
    pub(super) found: Comparison,
    /// Its folder.
    pub(super) target: PathBuf,
    /// Whether it was stopped before all replications were done.
    pub(super) stopped: bool,
}

/// Makes scenarios ready, telling the steps.
pub(super) type Preparing<'a> = &'a mut dyn FnMut(&mut dyn FnMut(PrepareStep)) -> Result<Setup, Faults>;

/// Plays a comparison and writes its folder; `each` sees every replication of all scenarios.
pub(super) fn play(
    args: &CompareArgs,
    common: &Common,
    rank_by: &RankBy,
    bad: Option<Fault>,
    prepare: Preparing<'_>,
    each: &mut dyn FnMut(&Setup, &[Outcome]),
) -> Result<Played, CliError> {
    let bar = spinner(common, "reading the scenarios and the road network, computing travel times");
    let setup = prepare(&mut |step| bar.set_message(saying(step)));
    bar.finish_and_clear();
    let setup = match (setup, bad) {
        (Ok(setup), None) => setup,
        (Ok(_), Some(fault)) => return Err(fault.into()),
        (Err(mut faults), fault) => {
            fault.into_iter().for_each(|f| faults.push(f));
            return Err(faults.into());
        }
    };
    setup.prepared.iter().for_each(|p| tell(p, common));
    // Before the work, not after it, it must be clear that there is a place for the result.
    std::fs::create_dir_all(&args.out).map_err(FolderError::io("create", &args.out))?;
    let mut journal = open_journal(args, &setup)?;
    let asked = setup.first().world.scenario.run.replications;
    let bar = replication_bar(common, asked * setup.prepared.len() as u32);
    let how = Comparing {
        journal: Some(&mut journal),
        stop: stop::on_ctrl_c(),
        progress: &mut |n| bar.set_position(u64::from(n)),
    };
    let played = compare_with(&setup, rank_by, how, &mut |outcomes| each(&setup, outcomes));
    bar.finish_and_clear();
    let played = played?;
    let stopped = played.ended == Ended::Stopped;
    if stopped && !common.quiet {
        let mut err = anstream::stderr().lock();
        let done = played.done;
        let with = if args.resume { "" } else { " with --resume" };
        let _ = writeln!(
            err,
            "stopped: {done} of {asked} replications of all scenarios are done; the same command{with} goes on"
        );
    }
    // Of a single replication nothing can be said.
    let Some(found) = played.comparison.filter(|_| !stopped || played.done >= LEAST_OF_STOPPED) else {
        return Err(CliError::Stopped);
    };
    if let Err(faults) = without_calls(&found) {
        if !stopped {
            // More days are other inputs: what is there is of no use to anybody. The folder goes if nothing else is in it.
            journal.discard()?;
            let _ = std::fs::remove_dir(args.out.join("compare"));
        }
        return Err(faults.into());
    }
    // What was stopped must not take the place of a whole comparison.
    let name = folder_name(&found) + if stopped { ".stopped" } else { "" };
    let target = args.out.join("compare").join(name);
    let bar = spinner(common, "drawing the comparison");
    let options = ReportOptions { lang: common.lang(), png: !args.no_png };
    write_comparison(&target, &found, |folder| -> Result<(), CliError> {
        render_comparison(folder, &found, &options)?;
        Ok(())
    })?;
    bar.finish_and_clear();
    if !stopped {
        journal.discard()?;
    }
    Ok(Played { found, target, stopped })
}

/// Where the replications of a comparison are kept while it is at work.
fn open_journal(args: &CompareArgs, setup: &Setup) -> Result<Journal, CliError> {
    let header = setup.header();
    let folder = args.out.join("compare");
    std::fs::create_dir_all(&folder).map_err(FolderError::io("create", &folder))?;
    let digests: Vec<&str> = header.points.iter().map(|p| p.digest.as_str()).collect();
    let part = folder.join(format!(".{}.part", &crate::digest::of(digests.concat().as_bytes())[..8]));
    Ok(match args.resume {
        true => Journal::resume(&part, &header)?,
        false => Journal::create(&part, &header)?,
    })
}

/// Scenarios in which nobody was reached have nothing to compare.
fn without_calls(found: &Comparison) -> Result<(), Faults> {
    let mut faults = Faults::new();
    for system in found.systems.iter().filter(|s| s.responses == 0) {
        let fault = Fault::error(format!(
            "{} ({}): not one call was reached in the measured days of all replications, so there is nothing to compare",
            system.letter, system.scenario.name
        ));
        faults.push(fault.hint("simulate more days (--days) or replications (--replications)"));
    }
    if faults.has_errors() { Err(faults) } else { Ok(()) }
}

fn print(found: &Comparison, target: &Path, common: &Common) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::to_string_pretty(found).map_err(|e| CliError::Internal(e.to_string()))?;
        return Ok(show::printed(writeln!(out, "{text}"))?);
    }
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
    let page = comparison_page(found, common.lang(), width);
    let file = target.join("compare.html");
    Ok(show::printed(writeln!(out, "{page}\n{} {}", page_at(common.lang()), file.display()))?)
}
