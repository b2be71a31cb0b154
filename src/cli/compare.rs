//! `goldenhour compare`.

use super::CliError;
use super::args::{Common, CompareArgs, FigureArg};
use super::batch::replication_bar;
use super::run::{saying, spinner, tell};
use crate::experiment::compare::{Comparison, MainFigure, RankBy, compare, folder_name, prepare_all, write_comparison};
use crate::experiment::{FolderError, Overrides};
use crate::fault::{Fault, Faults};
use crate::report::ReportOptions;
use crate::report::compare::{comparison_page, page_at, render_comparison};
use std::io::Write;
use std::path::Path;

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
    let overrides = Overrides { seed: args.seed, replications: args.replications, days: args.days };
    let bar = spinner(common, "reading the scenarios and the road network, computing travel times");
    let setup = prepare_all(&args.scenarios, &overrides, &mut |step| bar.set_message(saying(step)));
    bar.finish_and_clear();
    let setup = match (setup, bad_zone) {
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
    let plays = setup.first().world.scenario.run.replications.saturating_mul(setup.prepared.len() as u32);
    let bar = replication_bar(common, plays);
    let found = compare(&setup, &rank_by, &|n| bar.set_position(u64::from(n)));
    bar.finish_and_clear();
    without_calls(&found)?;
    let target = args.out.join("compare").join(folder_name(&found));
    let bar = spinner(common, "drawing the comparison");
    let options = ReportOptions { lang: common.lang(), png: !args.no_png };
    write_comparison(&target, &found, |folder| -> Result<(), CliError> {
        render_comparison(folder, &found, &options)?;
        Ok(())
    })?;
    bar.finish_and_clear();
    print(&found, &target, common)
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
    // A closed pipe (`| head`) is no error of the run.
    if common.json {
        let text = serde_json::to_string_pretty(found).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
    let page = comparison_page(found, common.lang(), width);
    let _ = writeln!(out, "{page}\n{} {}", page_at(common.lang()), target.join("compare.html").display());
    Ok(())
}
