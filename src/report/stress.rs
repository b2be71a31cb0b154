//! The method section under the headings of STRESS-DES, filled from the run.
//!
//! Monks, T. et al. (2019): Strengthening the reporting of empirical simulation studies: introducing the STRESS guidelines.
//! Journal of Simulation 13(1), 55–67. Its checklist for discrete-event simulation has six parts; their headings and
//! numbers are kept, so that a reviewer finds each point.

use super::figure::{self, number};
use super::html;
use super::words::Word;
use super::words_stress::Stress;
use crate::experiment::summary::Summary;
use crate::quality::Quality;
use crate::text::Lang;
use serde_json::{Value, json};

/// A heading of the second level with what stands under it.
struct Point {
    title: Stress,
    lines: Vec<String>,
}

/// The six parts for the template: `no`, `title`, `points` with `no`, `title`, `lines`.
pub(super) fn section(summary: &Summary, compared: bool, lang: Lang) -> Vec<Value> {
    let parts = [
        (Stress::Objectives, objectives(summary, compared, lang)),
        (Stress::Logic, logic(summary, lang)),
        (Stress::Data, data(summary, lang)),
        (Stress::Experimentation, experimentation(summary, lang)),
        (Stress::Implementation, implementation(summary, lang)),
        (Stress::Access, access(summary, lang)),
    ];
    let point = |part: usize, (k, p): (usize, Point)| json!({"no": format!("{part}.{}", k + 1), "title": p.title.get(lang), "lines": p.lines});
    let part = |(i, (title, points)): (usize, (Stress, Vec<Point>))| {
        json!({
            "no": (i + 1).to_string(),
            "title": title.get(lang),
            "points": points.into_iter().enumerate().map(|p| point(i + 1, p)).collect::<Vec<_>>(),
        })
    };
    parts.into_iter().enumerate().map(part).collect()
}

fn point(title: Stress, lines: Vec<String>) -> Point {
    Point { title, lines }
}

/// The scenario's own sentences on some subjects.
fn told(summary: &Summary, keys: &[&str], lang: Lang) -> Vec<String> {
    let sections = summary.explained.get(lang);
    keys.iter().flat_map(|key| sections.iter().filter(move |s| s.key == *key)).flat_map(|s| s.lines.clone()).collect()
}

/// The stages of a call in their order.
fn stages(summary: &Summary, lang: Lang) -> String {
    let names: Vec<&str> = summary.intervals.iter().map(|i| i.name.get(lang)).collect();
    names.join(match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    })
}

fn objectives(summary: &Summary, compared: bool, lang: Lang) -> Vec<Point> {
    let purpose = [("title", summary.scenario.title.get(lang)), ("pack", summary.pack.title.get(lang))];
    let n = summary.verdicts.len().to_string();
    let aims = if compared { Stress::AimsCompared } else { Stress::AimsOne };
    vec![
        point(Stress::Purpose, vec![Stress::PurposeLine.fill(lang, &purpose)]),
        point(Stress::Outputs, vec![Stress::OutputsLine.fill(lang, &[("n", &n)]), html::clock_line(summary, lang)]),
        point(Stress::Aims, vec![aims.get(lang).into()]),
    ]
}

fn logic(summary: &Summary, lang: Lang) -> Vec<Point> {
    let stages = stages(summary, lang);
    let mut base = vec![Word::MethodWorld.get(lang).to_string(), Word::MethodRun.get(lang).into()];
    base.extend(told(summary, &["telephone", "dispatch", "fleet", "hospitals", "roads"], lang));
    let mut scenario = told(summary, &["move_up", "craft", "events"], lang);
    // A run of an earlier version does not say what its scenario turned on.
    if scenario.is_empty() && !summary.explained.en.is_empty() {
        scenario.push(Stress::ScenarioPlain.get(lang).into());
    }
    if !summary.run.changes.is_empty() {
        scenario.push(Stress::Changed.fill(lang, &[("changes", &summary.run.changes.join("; "))]));
    }
    let world = &summary.world;
    let count = |n: usize| number(n as f64, 0);
    let seats: u32 = world.centres.iter().map(|c| c.seats).sum();
    let resources = [
        ("seats", seats.to_string()),
        ("centres", count(world.centres.len())),
        ("units", count(world.units)),
        ("posts", count(world.posts)),
        ("hospitals", count(world.hospitals)),
    ];
    let resources: Vec<(&str, &str)> = resources.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let (points, people) = (count(world.points), number(world.population, 0));
    let overview = [("stages", stages.as_str()), ("section", Word::SectionLife.get(lang))];
    let components = vec![
        Stress::Entities.get(lang).into(),
        Stress::Activities.fill(lang, &[("stages", &stages)]),
        Stress::Resources.fill(lang, &resources),
        Stress::Queues.get(lang).into(),
        Stress::Entry.fill(lang, &[("points", &points), ("people", &people)]),
    ];
    vec![
        point(Stress::Overview, vec![Stress::OverviewLine.fill(lang, &overview)]),
        point(Stress::BaseLogic, base),
        point(Stress::ScenarioLogic, scenario),
        point(Stress::Algorithms, vec![Stress::AlgorithmsLine.get(lang).into()]),
        point(Stress::Components, components),
    ]
}

fn data(summary: &Summary, lang: Lang) -> Vec<Point> {
    let net = &summary.network;
    let source = [("source", net.source.as_str()), ("file", &net.file), ("profile", &net.profile)];
    let snap = summary.posts.iter().map(|p| p.snap_m).fold(0.0, f64::max);
    let of = |quality: Quality| summary.assumptions.iter().filter(|a| a.quality == quality).count().to_string();
    let counts = [
        ("n", summary.assumptions.len().to_string()),
        ("assumed", of(Quality::Assumed)),
        ("calibrated", of(Quality::Calibrated)),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let size = html::network_size(summary, lang);
    let mut parameters = vec![Stress::ParametersLine.fill(lang, &counts)];
    parameters.extend(told(summary, &["demand"], lang));
    vec![
        point(Stress::Sources, vec![Stress::SourcesLine.fill(lang, &source)]),
        point(
            Stress::Preprocessing,
            vec![Stress::PreprocessingLine.fill(lang, &[("size", &size), ("snap", &number(snap, 0))])],
        ),
        point(Stress::Parameters, parameters),
        point(Stress::AssumptionsHead, told(summary, &["off"], lang)),
    ]
}

fn experimentation(summary: &Summary, lang: Lang) -> Vec<Point> {
    let warmup = figure::plain(summary.run.warmup_days);
    let estimation = if summary.run.one_run.is_some() { Word::MethodBatches } else { Word::MethodIntervals };
    vec![
        point(Stress::Initialisation, vec![Stress::InitialisationLine.fill(lang, &[("warmup", &warmup)])]),
        point(Stress::RunLength, vec![html::run_line(summary, lang)]),
        point(Stress::Estimation, vec![estimation.get(lang).into(), Word::MethodVerdicts.get(lang).into()]),
    ]
}

fn implementation(summary: &Summary, lang: Lang) -> Vec<Point> {
    let (program, seed) = (format!("goldenhour {}", html::version(summary)), summary.run.seed.to_string());
    vec![
        point(Stress::Software, vec![Stress::SoftwareLine.fill(lang, &[("program", &program)])]),
        point(Stress::Sampling, vec![Stress::SamplingLine.fill(lang, &[("seed", &seed)])]),
        point(Stress::Execution, vec![Stress::ExecutionLine.get(lang).into()]),
        point(Stress::System, vec![Stress::SystemLine.get(lang).into()]),
    ]
}

fn access(summary: &Summary, lang: Lang) -> Vec<Point> {
    vec![point(Stress::Sharing, vec![Stress::SharingLine.fill(lang, &[("scenario", &summary.scenario.name)])])]
}
