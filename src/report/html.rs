//! The page: every section of the report in one file that opens offline.
//!
//! This file turns a summary into words and figures; how they are set stands in `assets/templates/report.html`.

use super::compare::in_report;
use super::picture::{Picture, drawn_text};
use super::words::{self, Word};
use super::words_score::Score;
use super::words_stress::Stress;
use super::{ReportError, equity, events, figure, font, map_page, roads, scorecard, siting, stress, terminal};
use crate::experiment::compare::Comparison;
use crate::experiment::summary::{MapData, Summary};
use crate::quality::Quality;
use crate::standards::{Tally, Verdict};
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};

/// The page of a run; a comparison takes over its style sheet.
pub(super) static REPORT_TEMPLATE: &str = include_str!("../../assets/templates/report.html");
/// Stands where the font goes, until the characters of the page are known.
pub(super) const FONT_PLACE: &str = "/*font*/";

/// What the page is made of.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The run.
    pub(super) summary: &'a Summary,
    /// Its map.
    pub(super) map: &'a MapData,
    /// A comparison in which its scenario stands.
    pub(super) comparison: Option<&'a Comparison>,
    /// Siting proposals that go with it.
    pub(super) siting: Option<&'a siting::in_report::Proposals>,
}

/// Renders the page. `suffix` is what the names of the files of its language carry.
pub(super) fn page(shown: &Shown, pictures: &[Picture], suffix: &str, lang: Lang) -> Result<String, ReportError> {
    let page = unset_page(shown, pictures, Some(suffix), lang)?;
    let face = font::face_rule(&drawn_text(&page))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// The page with [`FONT_PLACE`] where its font goes; without a suffix it leads to no map page.
pub(super) fn unset_page(
    shown: &Shown,
    pictures: &[Picture],
    suffix: Option<&str>,
    lang: Lang,
) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("report", REPORT_TEMPLATE)?;
    let mut context = context(shown.summary, shown.map, pictures, lang);
    context["map_page"] = suffix.map_or(Value::Null, |suffix| map_page::link(suffix, lang));
    context["method"] = stress::section(shown.summary, shown.comparison.is_some(), lang).into();
    context["comparison"] = match shown.comparison {
        Some(comparison) => in_report::section(comparison, shown.summary, lang)?,
        None => Value::Null,
    };
    context["siting"] = match shown.siting {
        Some(proposals) => siting::in_report::section(proposals, lang)?,
        None => Value::Null,
    };
    Ok(environment.get_template("report")?.render(template_value(context))?)
}

/// The same value in the template engine's type.
pub(super) fn template_value(value: Value) -> minijinja::Value {
    match value {
        Value::Null => ().into(),
        Value::Bool(b) => b.into(),
        Value::Number(n) => n.as_i64().map_or_else(|| n.as_f64().unwrap_or(f64::NAN).into(), Into::into),
        Value::String(text) => text.into(),
        Value::Array(items) => items.into_iter().map(template_value).collect::<Vec<_>>().into(),
        Value::Object(fields) => minijinja::Value::from_pairs(fields.into_iter().map(|(k, v)| (k, template_value(v)))),
    }
}

fn context(summary: &Summary, map: &MapData, pictures: &[Picture], lang: Lang) -> Value {
    let w: Map<String, Value> = Word::ALL.iter().map(|w| (w.key().into(), w.get(lang).into())).collect();
    let svg: Map<String, Value> = pictures
        .iter()
        .map(|p| (p.path.rsplit('/').next().unwrap_or(p.path).replace('-', "_"), p.svg.clone().into()))
        .collect();
    let n = |v: usize| v.to_string();
    json!({
        "lang": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
        "w": w,
        "svg": svg,
        "title": summary.scenario.title.get(lang),
        "description": summary.scenario.description.get(lang),
        "name": summary.scenario.name,
        "pack": summary.pack.title.get(lang),
        "pack_source": summary.pack.source,
        "run_line": run_line(summary, lang),
        "clock_line": clock_line(summary, lang),
        "synthetic": summary.network.synthetic,
        "tally": tally(summary, lang),
        "key_figures": key_figures(summary, lang).into_iter()
            .map(|(name, figure, note)| json!({"name": name, "figure": figure, "note": note})).collect::<Vec<_>>(),
        "verdicts": verdicts(summary, lang),
        "parts": parts(summary, lang),
        "cover_bound": scorecard::cover_bound(summary, lang),
        "score": Score::ALL.iter().map(|w| (w.key().into(), w.get(lang).into())).collect::<Map<String, Value>>(),
        "references": references(summary, lang),
        "coverage": coverage(summary, lang),
        "states": roads::states(summary, lang),
        "states_by_county": roads::states_by_county(summary, lang),
        "closures": roads::closures(summary, lang),
        "sensitivity": roads::sensitivity(summary, lang),
        "response": response(summary, lang),
        "centres": centres(summary, lang),
        "answer_mean": figure::estimate(&summary.answer.mean_s, 1, "", lang),
        "answer_share": figure::share(&summary.answer.share_within, lang),
        "answer_name": Word::KeyAnswered.fill(lang, &[("s", &figure::plain(summary.answer.target_s))]),
        "stages": stages(summary, lang),
        "flow": flow(summary, lang),
        "events": events::section(summary, lang),
        "equity": equity::rows(summary, false, lang),
        "townships": equity::rows(summary, true, lang),
        "equity_beyond": Word::BeyondLong.fill(lang, &[("min", &figure::plain(summary.equity.long_wait_min))]),
        "equity_untold": equity::untold(summary, lang),
        "units": units(summary, lang),
        "posts": posts(summary, lang),
        "hospitals": hospitals(summary, lang),
        "units_title": Word::AllUnits.fill(lang, &[("n", &n(summary.units.len()))]),
        "posts_title": Word::AllPosts.fill(lang, &[("n", &n(summary.posts.len()))]),
        "hospitals_title": Word::AllHospitals.fill(lang, &[("n", &n(summary.hospitals.len()))]),
        "assumptions": assumptions(summary, lang),
        "changes": &summary.run.changes,
        "about_method": Stress::About.get(lang),
        "notes": notes(summary, pictures, lang),
        "facts": facts(summary, lang).into_iter()
            .map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "command": summary.run.command.as_str(),
        "credits": credits(summary, map, lang),
        "made_by": made_by(summary, lang),
    })
}

/// Replications, days, confidence.
pub(super) fn run_line(summary: &Summary, lang: Lang) -> String {
    let run = &summary.run;
    let word = if run.one_run.is_some() { Word::OneRunLine } else { Word::RunLine };
    word.fill(
        lang,
        &[
            ("total", &run.one_run.map_or(0, |o| o.days).to_string()),
            ("n", &run.replications.to_string()),
            ("days", &figure::plain(run.days)),
            ("warmup", &figure::plain(run.warmup_days)),
            ("confidence", &figure::plain(run.confidence * 100.0)),
        ],
    )
}

/// From which moment response time counts.
pub(super) fn clock_line(summary: &Summary, lang: Lang) -> String {
    Word::ClockLine.fill(lang, &[("clock", &words::clock(&summary.run.clock_start, lang))])
}

/// The figures a reader wants first: name, figure, note.
pub(super) fn key_figures(summary: &Summary, lang: Lang) -> Vec<(String, String, String)> {
    let world = &summary.world;
    let all = summary.response.iter().find(|r| r.county.is_none() && r.zone.is_none());
    let covered = summary.coverage.iter().find(|r| r.county.is_none() && r.zone.is_none());
    let by_zone = |pick: &dyn Fn(crate::quality::Zone) -> Option<String>| {
        let parts = crate::quality::Zone::ALL
            .into_iter()
            .filter_map(|z| Some(format!("{} {}", words::zone(Some(z)).get(lang), pick(z)?)));
        parts.collect::<Vec<_>>().join(" | ")
    };
    let response = |z| summary.response.iter().find(|r| r.county.is_none() && r.zone == Some(z));
    let coverage = |z| summary.coverage.iter().find(|r| r.county.is_none() && r.zone == Some(z));
    let mut out: Vec<(String, String, String)> = Vec::new();
    let mut add = |name: String, figure: String, note: String| out.push((name, figure, note));
    if let Some(mean) = all.and_then(|r| r.mean_min) {
        add(
            Word::KeyMeanResponse.get(lang).into(),
            figure::estimate_in(&mean, 1, "min", lang),
            by_zone(&|z| Some(figure::number(response(z)?.mean_min?.mean, 1))),
        );
    }
    if let Some(share) = all.and_then(|r| r.share_within) {
        add(
            Word::KeyWithin.get(lang).into(),
            figure::share(&share, lang),
            by_zone(&|z| Some(figure::percent(response(z)?.share_within?.mean))),
        );
    }
    add(
        Word::KeyAnswered.fill(lang, &[("s", &figure::plain(summary.answer.target_s))]),
        figure::share(&summary.answer.share_within, lang),
        String::new(),
    );
    if let Some(row) = covered {
        let zones = by_zone(&|z| Some(figure::percent(coverage(z)?.within_time)));
        add(Word::KeyCoverageTime.get(lang).into(), figure::percent(row.within_time), zones);
        let zones = by_zone(&|z| Some(figure::percent(coverage(z)?.within_radius_straight)));
        add(Word::KeyCoverageRadius.get(lang).into(), figure::percent(row.within_radius_straight), zones);
    }
    let share_of = |part: f64, whole: f64| figure::percent(if whole > 0.0 { part / whole } else { 0.0 });
    add(
        Word::KeyUnits.get(lang).into(),
        figure::number(world.units as f64, 0),
        Word::KeyNegative.fill(
            lang,
            &[
                ("n", &world.negative_pressure_units.to_string()),
                ("share", &share_of(world.negative_pressure_units as f64, world.units as f64)),
            ],
        ),
    );
    add(
        Word::KeyPosts.get(lang).into(),
        figure::number(world.posts as f64, 0),
        Word::KeyHospitals.fill(lang, &[("n", &figure::number(world.hospitals as f64, 0))]),
    );
    add(
        Word::KeyDispatches.get(lang).into(),
        figure::estimate(&summary.flow.dispatches, 1, "", lang),
        format!("{} {}", Word::KeyCalls.get(lang), figure::number(summary.flow.phone_calls.mean, 1)),
    );
    let urban = share_of(world.urban_population, world.population);
    let points = Word::KeyPoints.fill(lang, &[("n", &figure::number(world.points as f64, 0))]);
    add(
        Word::KeyPopulation.get(lang).into(),
        figure::number(world.population, 0),
        format!("{} | {points}", Word::KeyUrbanShare.fill(lang, &[("share", &urban)])),
    );
    out
}

/// The class of a verdict's badge.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided => "undecided",
        Verdict::NotJudged => "not-judged",
    }
}

fn tally(summary: &Summary, lang: Lang) -> Vec<Value> {
    let kinds = [
        (Verdict::Met, Word::MetMeaning),
        (Verdict::Missed, Word::MissedMeaning),
        (Verdict::Undecided, Word::UndecidedMeaning),
        (Verdict::NotJudged, Word::NotJudgedMeaning),
    ];
    kinds
        .iter()
        .map(|(verdict, meaning)| {
            json!({
                "class": class(*verdict),
                "sign": words::verdict_sign(*verdict),
                "word": words::verdict(*verdict).get(lang),
                "n": Tally::of(&summary.verdicts).count(*verdict),
                "meaning": meaning.get(lang),
            })
        })
        .collect()
}

/// A tag for what is assumed or calibrated; empty for what has a source.
fn tag(quality: Quality, lang: Lang) -> &'static str {
    if quality.needs_telling() { words::quality(quality).get(lang) } else { "" }
}

fn verdicts(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |v: &crate::standards::Judged| {
        json!({
            "id": v.clause,
            "title": terminal::clause(v, lang),
            "reading": v.reading.get(lang),
            "value": terminal::value(v, lang),
            "target": terminal::target(v, lang),
            "class": class(v.verdict),
            "sign": words::verdict_sign(v.verdict),
            "verdict": words::verdict(v.verdict).get(lang),
            "margin": scorecard::signed(v.margin, &v.unit),
            "worst": scorecard::worst(v, lang),
            "basis": words::basis(v.basis).get(lang),
            "remark": v.remark.as_ref().map_or("", |t| t.get(lang)),
            "group": scorecard::group(v, lang),
            "quality": tag(v.quality, lang),
            "source": v.source,
        })
    };
    summary.verdicts.iter().map(row).collect()
}

/// The parts of each clause that has any.
fn parts(summary: &Summary, lang: Lang) -> Vec<Value> {
    let clause = |v: &crate::standards::Judged| {
        let row = |p: &crate::standards::Part| {
            json!({
                "kind": scorecard::kind(p.kind, lang),
                "place": p.place.get(lang),
                "value": scorecard::part_value(v, p, lang),
                "margin": scorecard::signed(scorecard::margin(v, p.value.mean), &v.unit),
                "counted": p.counted.map_or("–".into(), |n| figure::number(n, 0)),
                "class": class(p.verdict),
                "sign": words::verdict_sign(p.verdict),
                "verdict": words::verdict(p.verdict).get(lang),
            })
        };
        json!({
            "title": terminal::clause(v, lang),
            "reading": v.reading.get(lang),
            "target": terminal::target(v, lang),
            "evidence": v.evidence,
            "about": Score::EvidenceOf.fill(lang, &[("file", &v.evidence), ("id", &v.clause)]),
            "rows": v.parts.iter().map(row).collect::<Vec<_>>(),
        })
    };
    summary.verdicts.iter().filter(|v| !v.parts.is_empty()).map(clause).collect()
}

fn references(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |r: &crate::experiment::summary::ReferenceRow| {
        let decimals = if r.published.fract().abs() > 1e-9 { 2 } else { 1 };
        let with = |text: String| figure::with_unit(&text, &r.unit, lang);
        json!({
            "name": r.name.get(lang),
            "published": with(figure::number(r.published, decimals)),
            "source": r.source,
            "simulated": r.simulated.as_ref().map_or("–".into(), |e| figure::estimate_in(e, decimals, &r.unit, lang)),
            "difference": r.difference.map_or("–".into(), |d| {
                format!("{}{}", if d > 0.0 { "+" } else { "" }, figure::percent(d))
            }),
            "note": r.note.get(lang),
        })
    };
    summary.references.iter().map(row).collect()
}

/// A county's name, or the whole area.
pub(super) fn county(name: Option<&crate::text::Text>, lang: Lang) -> &str {
    name.map_or(Word::WholeArea.get(lang), |t| t.get(lang))
}

fn coverage(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |r: &crate::experiment::summary::CoverageRow| {
        json!({
            "county": county(r.county.as_ref(), lang),
            "zone": words::zone(r.zone).get(lang),
            "first": r.zone.is_none(),
            "people": figure::number(r.population, 0),
            "straight": figure::percent(r.within_radius_straight),
            "road": figure::percent(r.within_radius_road),
            "time": figure::percent(r.within_time),
            "drive": r.mean_drive_min.map_or("–".into(), |m| figure::number(m, 1)),
            "radius": figure::number(r.mean_radius_km, 1),
            "unreached": figure::number(r.unreached, 0),
        })
    };
    summary.coverage.iter().map(row).collect()
}

fn response(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |r: &crate::experiment::summary::ResponseRow| {
        json!({
            "county": county(r.county.as_ref(), lang),
            "zone": words::zone(r.zone).get(lang),
            "first": r.zone.is_none(),
            "calls": figure::estimate(&r.calls_per_day, 1, "", lang),
            "mean": figure::optional(r.mean_min.as_ref(), 1, lang),
            "share": figure::optional_share(r.share_within.as_ref(), lang),
            "target": r.target_min.map_or("–".into(), figure::plain),
            "p50": figure::optional(r.p50_min.as_ref(), 1, lang),
            "p90": figure::optional(r.p90_min.as_ref(), 1, lang),
        })
    };
    summary.response.iter().map(row).collect()
}

fn centres(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |c: &crate::experiment::summary::CentreRow| json!({"name": c.name.get(lang), "seats": c.seats, "busy": figure::share(&c.seat_utilisation, lang)});
    summary.world.centres.iter().map(row).collect()
}

fn stages(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |i: &crate::experiment::summary::IntervalRow| {
        // Seconds matter in short stages only.
        let decimals = if i.mean_min.is_some_and(|m| m.mean < 1.0) { 2 } else { 1 };
        let target = i.target_min.zip(i.share_within.as_ref()).map_or(String::new(), |(minutes, share)| {
            let limit = if minutes < 1.0 {
                figure::with_unit(&figure::plain((minutes * 60_000.0).round() / 1000.0), "s", lang)
            } else {
                figure::with_unit(&figure::plain(minutes), "min", lang)
            };
            Word::StageTarget.fill(lang, &[("target", &limit), ("share", &figure::share(share, lang))])
        });
        json!({
            "name": i.name.get(lang),
            "mean": figure::optional(i.mean_min.as_ref(), decimals, lang),
            "p90": figure::optional(i.p90_min.as_ref(), decimals, lang),
            "target": target,
        })
    };
    summary.intervals.iter().map(row).collect()
}

fn flow(summary: &Summary, lang: Lang) -> Vec<Value> {
    let f = &summary.flow;
    [
        (Word::FlowPhone, f.phone_calls),
        (Word::FlowNoDispatch, f.no_dispatch),
        (Word::FlowDispatches, f.dispatches),
        (Word::FlowQueued, f.queued),
        (Word::FlowFromRoad, f.from_road),
        (Word::FlowTransported, f.transported),
        (Word::FlowLeft, f.left_at_scene),
        (Word::FlowUnserved, f.unserved),
    ]
    .iter()
    .map(|(word, e)| json!({"name": word.get(lang), "figure": figure::estimate(e, 1, "", lang)}))
    .collect()
}

fn units(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |u: &crate::experiment::summary::UnitRow| {
        json!({
            "id": u.id,
            "post": u.post,
            "county": u.county.as_ref().map_or("–", |t| t.get(lang)),
            "kind": words::unit_kind(&u.kind, lang),
            "rate": figure::estimate(&u.dispatches_per_day, 2, "", lang),
            "busy": figure::share(&u.utilisation, lang),
        })
    };
    summary.units.iter().map(row).collect()
}

fn posts(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |p: &crate::experiment::summary::PostRow| {
        json!({
            "id": p.id,
            "name": p.name.get(lang),
            "units": p.units,
            "rate": figure::estimate(&p.dispatches_per_day, 2, "", lang),
            "snap": figure::number(p.snap_m, 0),
        })
    };
    summary.posts.iter().map(row).collect()
}

fn hospitals(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |h: &crate::experiment::summary::HospitalRow| json!({"id": h.id, "name": h.name.get(lang), "rate": figure::estimate(&h.patients_per_day, 2, "", lang)});
    summary.hospitals.iter().map(row).collect()
}

fn assumptions(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |a: &crate::experiment::summary::Assumption| {
        json!({
            "key": a.key,
            "name": a.name.get(lang),
            "value": a.value,
            "quality": words::quality(a.quality).get(lang),
            "told": a.quality.needs_telling(),
            "calibrated": a.quality == Quality::Calibrated,
            "source": a.source,
        })
    };
    summary.assumptions.iter().map(row).collect()
}

/// What the run says the reader should know, and what the pictures could not show.
fn notes(summary: &Summary, pictures: &[Picture], lang: Lang) -> Vec<String> {
    let mut out: Vec<String> = words::doubts_of_one_run(&summary.run, lang);
    out.extend(summary.notes.iter().map(|t| t.get(lang).to_string()));
    let drawn: String = pictures.iter().map(|p| drawn_text(&p.svg)).collect();
    let missing: String = font::uncovered_characters(&drawn).into_iter().collect();
    if !missing.is_empty() {
        out.push(Word::NoteFont.fill(lang, &[("characters", &missing)]));
    }
    out
}

/// The program's version, whose name runs write before it.
pub(super) fn version(summary: &Summary) -> &str {
    summary.program.strip_prefix("goldenhour ").unwrap_or(&summary.program)
}

/// Which program made it.
pub(super) fn made_by(summary: &Summary, lang: Lang) -> String {
    Word::MadeBy.fill(lang, &[("version", version(summary))])
}

/// Name and value of everything needed to make the run again.
pub(super) fn facts(summary: &Summary, lang: Lang) -> Vec<(&'static str, String)> {
    let net = &summary.network;
    let size = network_size(summary, lang);
    let rows = [
        (Word::Program, format!("goldenhour {}", version(summary))),
        (Word::Seed, summary.run.seed.to_string()),
        (Word::Scenario, summary.scenario.name.clone()),
        (Word::ScenarioDigest, summary.scenario.digest.clone()),
        (Word::NetworkFile, net.file.clone()),
        (Word::NetworkDigest, net.digest.clone()),
        (Word::NetworkSize, size),
        (Word::SpeedProfile, net.profile.clone()),
        (Word::Pack, format!("{} ({})", summary.pack.name, summary.pack.source)),
        (Word::PackDigest, summary.pack.digest.clone()),
    ];
    rows.into_iter().map(|(word, value)| (word.get(lang), value)).collect()
}

/// Junctions, edges and kilometres kept and dropped.
pub(super) fn network_size(summary: &Summary, lang: Lang) -> String {
    let (net, count) = (&summary.network, |n: usize| figure::number(n as f64, 0));
    Word::NetworkSizeLine.fill(
        lang,
        &[
            ("nodes", &count(net.junctions)),
            ("edges", &count(net.edges)),
            ("km", &figure::number(net.road_km, 0)),
            ("dropped", &count(net.dropped_junctions)),
            ("dropped_km", &figure::number(net.dropped_km, 1)),
            ("missing", &count(net.missing_node_refs)),
        ],
    )
}

pub(super) fn credits(summary: &Summary, map: &MapData, lang: Lang) -> Vec<String> {
    let mut out = vec![Word::CreditNetwork.fill(lang, &[("source", &summary.network.source)])];
    // A network that is not synthetic was read from an OpenStreetMap extract.
    if !summary.network.synthetic && !map.roads.is_empty() {
        out.push(Word::CreditOsm.get(lang).into());
    }
    if summary.assumptions.iter().any(|a| a.source.contains("GeoNames")) || summary.network.source.contains("GeoNames")
    {
        out.push(Word::CreditGeoNames.get(lang).into());
    }
    out.push(Word::CreditFont.get(lang).into());
    out
}
