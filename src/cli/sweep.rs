//! `goldenhour sweep` and `goldenhour sensitivity`: many points, one table.

use super::args::{Common, PointsArgs, SensitivityArgs, SweepArgs};
use super::batch::replication_bar;
use super::run::changes;
use super::{CliError, show, stop};
use crate::experiment::journal::Journal;
use crate::experiment::plan::{Factor, PlanDesign, PlanPoint};
use crate::experiment::sensitivity::guesses;
use crate::experiment::sweep::Sweep;
use crate::experiment::{FolderError, SharedNetwork, USUAL_FIGURES, Work, WorkPoint, play_points, replace_folder};
use crate::fault::Fault;
use crate::report::{SweepChart, sweep_chart, sweep_table};
use crate::scenario::{Assumption, Scenario};
use crate::text::{Lang, Text};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Pairs of factors that are drawn.
const PAIRS: usize = 6;

/// `goldenhour sweep`
pub(super) fn sweep(args: &SweepArgs, common: &Common) -> Result<(), CliError> {
    let changes = changes(&args.points.set)?;
    let work = Work::read(&args.plan, &args.points.settings.overrides())?.changed(changes);
    let Some(plan) = work.plan.clone() else {
        let fault = Fault::error(format!("{} is no plan: it names no scenario", args.plan.display()));
        return Err(fault
            .hint("write scenario = \"FILE\" and [[factor]] sections: docs/file-formats.md, Plans")
            .into());
    };
    let figures = match (args.points.figure.is_empty(), plan.figures.is_empty()) {
        (false, _) => args.points.figure.clone(),
        (true, false) => plan.figures.clone(),
        (true, true) => USUAL_FIGURES.map(String::from).to_vec(),
    };
    let points = plan.points();
    let Some((sweep, folder)) = play(&work, (&plan.factors, &points), &figures, &args.points, common)? else {
        return Err(CliError::Stopped);
    };
    let mut charts = Vec::new();
    if plan.design == PlanDesign::OneAtATime {
        charts.push(("tornado".to_string(), SweepChart::Tornado { confidence: confidence(&plan.scenario, &work)? }));
    } else {
        charts.push(("main-effects".to_string(), SweepChart::MainEffects));
        let of = plan.factors.len();
        let pairs = (0..of).flat_map(|a| (a + 1..of).map(move |b| (a, b)));
        for (a, b) in pairs.filter(|_| !matches!(plan.design, PlanDesign::LatinHypercube { .. })).take(PAIRS) {
            let of = |what: &str| format!("{what}-{}-{}", plan.factors[a].name, plan.factors[b].name);
            charts.push((of("interaction"), SweepChart::Interaction(a, b)));
            charts.push((of("heat-map"), SweepChart::HeatMap(a, b)));
        }
    }
    write(&folder, &sweep, &charts, &args.points, common)?;
    print(&sweep, &[], &folder, common)
}

/// `goldenhour sensitivity`
pub(super) fn sensitivity(args: &SensitivityArgs, common: &Common) -> Result<(), CliError> {
    if !(args.share > 0.0 && args.share < 1.0) {
        let fault = Fault::error(format!("--share {} is not allowed", args.share));
        return Err(fault.hint("write a number between 0 and 1, such as 0.2 for 20 % up and down").into());
    }
    let changes = changes(&args.points.set)?;
    let scenario = Scenario::load_with(&args.scenario, &changes)?;
    let found = guesses(&scenario, args.share)?;
    let work = Work {
        name: format!("{}-sensitivity", scenario.name),
        scenario: args.scenario.clone(),
        overrides: args.points.settings.overrides(),
        changes,
        points: found.points.iter().map(WorkPoint::from).collect(),
        plan: None,
    };
    let figures = match args.points.figure.is_empty() {
        true => USUAL_FIGURES[..2].iter().map(|f| (*f).to_string()).collect(),
        false => args.points.figure.clone(),
    };
    let played = play(&work, (&found.factors, &found.points), &figures, &args.points, common)?;
    let Some((sweep, folder)) = played else { return Err(CliError::Stopped) };
    let charts = [("tornado".to_string(), SweepChart::Tornado { confidence: scenario.run.confidence })];
    write(&folder, &sweep, &charts, &args.points, common)?;
    print(&sweep, &found.left_out, &folder, common)
}

fn confidence(scenario: &Path, work: &Work) -> Result<f64, CliError> {
    Ok(Scenario::load_with(scenario, &work.changes)?.run.confidence)
}

/// Plays all points; `None`, with a word, if somebody stopped it. And the folder for the results.
fn play(
    work: &Work,
    points: (&[Factor], &[PlanPoint]),
    figures: &[String],
    args: &PointsArgs,
    common: &Common,
) -> Result<Option<(Sweep, PathBuf)>, CliError> {
    let header = work.header(&mut SharedNetwork::default())?;
    let name = crate::digest::of(format!("{header:?}{figures:?}").as_bytes());
    let parent = args.out.join(&work.name);
    fs::create_dir_all(&parent).map_err(FolderError::io("create", &parent))?;
    let digests: Vec<&str> = header.points.iter().map(|p| p.digest.as_str()).collect();
    let part = parent.join(format!(".{}.part", &crate::digest::of(digests.concat().as_bytes())[..8]));
    let mut journal = match args.resume {
        true => Journal::resume(&part, &header)?,
        false => Journal::create(&part, &header)?,
    };
    for file in &args.take {
        journal.take(file)?;
    }
    let bar = replication_bar(common, header.tasks() as u32);
    let stopping = stop::on_ctrl_c();
    let played = play_points(work, points, figures, &mut journal, stopping, &mut |n| bar.set_position(n));
    bar.finish_and_clear();
    let Some(sweep) = played? else {
        if !common.quiet {
            let mut err = anstream::stderr().lock();
            let (there, of) = (journal.len(), header.tasks());
            let _ =
                writeln!(err, "stopped: {there} of {of} replications are done; the same command with --resume goes on");
        }
        return Ok(None);
    };
    journal.discard()?;
    Ok(Some((sweep, parent.join(&name[..8]))))
}

/// Writes table and charts, whole or not at all.
fn write(
    target: &Path,
    sweep: &Sweep,
    charts: &[(String, SweepChart)],
    args: &PointsArgs,
    common: &Common,
) -> Result<(), CliError> {
    let lang = common.lang();
    replace_folder(target, |folder| -> Result<(), CliError> {
        sweep.write_csv(&folder.join("results.csv"))?;
        sweep.write_parquet(&folder.join("results.parquet"))?;
        let pictures = folder.join("charts");
        fs::create_dir_all(&pictures).map_err(FolderError::io("create", &pictures))?;
        for (at, figure) in sweep.figures.iter().enumerate() {
            for (what, chart) in charts {
                let Some(drawn) = sweep_chart(sweep, at, *chart, lang)? else { continue };
                let name = figure.name.replace(['@', '=', ','], "-");
                let file = pictures.join(format!("{what}-{name}.svg"));
                fs::write(&file, drawn.svg).map_err(FolderError::io("write", &file))?;
                if !args.no_png {
                    let file = file.with_extension("png");
                    fs::write(&file, drawn.png).map_err(FolderError::io("write", &file))?;
                }
            }
        }
        Ok(())
    })
}

fn print(sweep: &Sweep, left_out: &[(Assumption, Text)], folder: &Path, common: &Common) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    if common.json {
        let told = serde_json::json!({ "folder": folder, "points": sweep.points.len() });
        return Ok(show::printed(writeln!(out, "{told}"))?);
    }
    let lang = common.lang();
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
    let _ = writeln!(out, "{}", sweep_table(sweep, lang, width));
    if !left_out.is_empty() {
        let head = if lang == Lang::Zh { "未变动的假设：" } else { "not varied:" };
        let _ = writeln!(out, "{head}");
        for (assumption, why) in left_out {
            let _ = writeln!(out, "  {} ({}): {}", assumption.name.get(lang), assumption.key, why.get(lang));
        }
    }
    Ok(show::printed(writeln!(out, "{}", folder.join("results.csv").display()))?)
}
