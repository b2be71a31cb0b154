//! `goldenhour siting … --judge`: the simulation judges the proposals.

use super::CliError;
use super::args::{Common, CompareArgs, FigureArg, SitingAsk};
use super::compare::{Played, play};
use crate::experiment::compare::{MainFigure, RankBy, prepare_changed_all};
use crate::experiment::siting::{ClauseFold, Judgment, Question, Sited, judgment, shortlist, standard_of};
use std::path::{Path, PathBuf};

/// Compares the scenario as it is with the proposals, on the same calls, and writes what the simulation says of them.
pub(super) fn judge(
    sited: &Sited,
    question: &Question,
    ask: &SitingAsk,
    common: &Common,
) -> Result<(Judgment, Played), CliError> {
    let listed = shortlist(sited).listed;
    let mut scenarios: Vec<PathBuf> = vec![ask.scenario.clone()];
    scenarios.extend(listed.iter().map(|i| ask.out.join(&sited.proposals[*i].scenario)));
    let args = CompareArgs {
        scenarios,
        out: ask.out.clone(),
        settings: ask.settings.clone(),
        figure: FigureArg::Within,
        indifference: None,
        // The proposals are the same when the same is asked again: what was stopped goes on by itself.
        resume: true,
        no_png: ask.no_png,
    };
    let rank_by = RankBy { figure: MainFigure::Within, indifference: None };
    let overrides = ask.settings.overrides();
    // All are measured by the pack that was asked for, which the proposals name.
    let standard = standard_of(question)?;
    let mut clauses: Option<ClauseFold> = None;
    let played = play(
        &args,
        common,
        &rank_by,
        None,
        &mut |step| prepare_changed_all(&args.scenarios, &standard, &overrides, step),
        &mut |setup, outcomes| clauses.get_or_insert_with(|| ClauseFold::new(setup)).add(outcomes),
    )?;
    if played.stopped {
        return Err(CliError::Stopped);
    }
    let clauses = clauses.map(|c| c.judged()).unwrap_or_default();
    let folder = played.target.strip_prefix(&ask.out).unwrap_or(&played.target);
    let found = judgment(sited, &played.found, &clauses, &slashed(folder));
    found.write(&ask.out)?;
    Ok((found, played))
}

/// A path as it is written everywhere.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
