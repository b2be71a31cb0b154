//! The page: the comparison in one file that opens offline and prints on A4.
//!
//! This file turns a comparison into words and figures; how they are set stands in `assets/templates/compare.html`, and in
//! the style of the report, which it shares.

use super::change::{self, change, percent};
use super::sentences::{self, Judgement};
use super::{Drawn, letters, place, terminal};
use crate::experiment::compare::{
    Comparison, Difference, FALSE_DISCOVERIES, LEAST_REPLICATIONS, Pair, PeopleRow, SystemFigure,
};
use crate::report::figure::{self, number};
use crate::report::html::{FONT_PLACE, REPORT_TEMPLATE, template_value};
use crate::report::picture::drawn_text;
use crate::report::words::{self, Word};
use crate::report::words_compare::Said;
use crate::report::{ReportError, font};
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};

static TEMPLATE: &str = include_str!("../../../assets/templates/compare.html");

/// Renders the page.
pub(super) fn page(c: &Comparison, drawn: &[Vec<Drawn>], lang: Lang) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("compare", TEMPLATE)?;
    let page = environment.get_template("compare")?.render(template_value(context(c, drawn, lang)))?;
    let face = font::face_rule(&drawn_text(&page))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// The style sheet of the report.
fn style() -> &'static str {
    let rest = REPORT_TEMPLATE.split_once("<style>").map_or("", |(_, rest)| rest);
    rest.split_once("</style>").map_or("", |(style, _)| style)
}

fn context(c: &Comparison, drawn: &[Vec<Drawn>], lang: Lang) -> Value {
    let said = Said::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    let word = Word::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    let both = c.pairs.len() == 1;
    let title = match &c.systems[..] {
        [a, b] => {
            let titles = [("a", a.scenario.title.get(lang)), ("b", b.scenario.title.get(lang))];
            Said::TitleOfTwo.fill(lang, &titles)
        }
        many => Said::TitleOfMany.fill(lang, &[("n", &many.len().to_string())]),
    };
    let saved = c.pairs.first().filter(|_| both).and_then(|p| sentences::saved(p, lang));
    let basis: Vec<String> =
        [saved, sentences::all_at_once(c, lang), sentences::rests(c, lang)].into_iter().flatten().collect();
    json!({
        "lang": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
        "style": style(),
        "w": word.collect::<Map<String, Value>>(),
        "s": said.collect::<Map<String, Value>>(),
        "title": title,
        "run_line": sentences::run_line(c, lang),
        "clock_line": sentences::clock_line(c, lang),
        "calls_line": sentences::calls(c, lang),
        "same_calls": c.demand.same,
        "pack": c.pack.title.get(lang),
        "synthetic": c.systems.iter().any(|s| s.network.synthetic),
        "systems": systems(c, lang),
        "ranking": ranking(c, lang),
        "pairs": c.pairs.iter().zip(drawn).map(|(p, d)| pair(c, p, d, lang)).collect::<Vec<_>>(),
        "several": !both,
        "letters": c.systems.iter().map(|s| s.letter.as_str()).collect::<Vec<_>>(),
        "inputs": inputs(c, lang),
        "same_inputs_title": Said::SameInputs.fill(lang, &[("n", &c.assumptions.len().to_string())]),
        "assumptions": assumptions(c, lang),
        "basis": basis,
        "notes": c.notes.iter().map(|n| n.get(lang)).collect::<Vec<_>>(),
        "about_people": about_people(lang),
        "method": method(c, lang),
        "command": c.run.command,
        "facts": facts(c, lang),
        "credits": credits(c, lang),
        "made_by": Word::MadeBy.fill(lang, &[("version", c.program.trim_start_matches("goldenhour "))]),
    })
}

fn systems(c: &Comparison, lang: Lang) -> Vec<Value> {
    let row = |s: &crate::experiment::compare::SystemRow| {
        json!({
            "letter": s.letter,
            "title": s.scenario.title.get(lang),
            "name": s.scenario.name,
            "description": s.scenario.description.get(lang),
            "posts": number(s.posts as f64, 0),
            "units": number(s.units as f64, 0),
            "centres": number(s.centres as f64, 0),
            "people": number(s.population, 0),
        })
    };
    c.systems.iter().map(row).collect()
}

fn ranking(c: &Comparison, lang: Lang) -> Value {
    let Some(r) = &c.ranking else { return Value::Null };
    let about = Said::AboutRanking
        .fill(lang, &[("confidence", &terminal::plain_percent(r.confidence)), ("first", &r.first_stage.to_string())]);
    let rows = terminal::ranking_rows(c, lang);
    json!({
        "line": sentences::best(c, r, lang),
        "about": about,
        "figure": sentences::main_figure(r.figure, lang),
        "rows": rows.into_iter().map(|(name, cells)| json!({"name": name, "cells": cells})).collect::<Vec<_>>(),
    })
}

pub(super) fn pair(c: &Comparison, pair: &Pair, drawn: &[Drawn], lang: Lang) -> Value {
    let (a, b) = letters(c, pair.a, pair.b);
    let svg: Map<String, Value> = drawn
        .iter()
        .zip(["difference", "distribution", "people"])
        .map(|(d, key)| (key.into(), d.svg.clone().into()))
        .collect();
    let fill = |said: Said| said.fill(lang, &[("a", a), ("b", b)]);
    let letter = |said: Said, letter: &str| said.fill(lang, &[("letter", letter)]);
    let saved = sentences::saved(pair, lang).filter(|_| c.pairs.len() > 1);
    let said = [sentences::mean(c, pair, lang), sentences::within(c, pair, lang)].into_iter().flatten();
    let said: Vec<String> = said.chain(sentences::people(pair, lang)).chain(saved).collect();
    json!({
        "title": fill(Said::OfPair),
        "a": a,
        "b": b,
        "heads": {
            "mean_a": letter(Said::MeanOf, a), "mean_b": letter(Said::MeanOf, b),
            "within_a": letter(Said::WithinOf, a), "within_b": letter(Said::WithinOf, b),
            "change": fill(Said::ChangeOf),
        },
        "tiles": tiles(pair, lang),
        "sentences": said,
        "places": places(pair, lang),
        "people": people(pair, lang),
        "figures": figures(c, pair, lang),
        "svg": svg,
        "map": drawn.iter().find(|d| d.path.starts_with("charts/difference-map")).map(|d| d.svg.as_str()),
    })
}

/// The large figures at the top.
fn tiles(pair: &Pair, lang: Lang) -> Vec<Value> {
    let mut out = Vec::new();
    let mut add = |figure: String, words: String, class: &str| {
        out.push(json!({"figure": figure, "words": words, "class": class}));
    };
    let whole = sentences::whole(pair);
    if let Some(d) = whole.and_then(|w| w.mean_min) {
        let digits = change::decimals(Some(d.difference.mean));
        let figure = figure::with_unit(&change::signed(d.difference.mean, digits), "min", lang);
        add(figure, Word::KeyMeanResponse.get(lang).into(), Judgement::of(&d, false).class());
    }
    if let Some(d) = whole.and_then(|w| w.share_within).map(|d| percent(&d)) {
        let digits = change::decimals(Some(d.difference.mean));
        let figure = format!("{} {}", change::signed(d.difference.mean, digits), Said::Points.get(lang));
        add(figure, Word::KeyWithin.get(lang).into(), Judgement::of(&d, true).class());
    }
    if let Some(p) = sentences::everyone(pair) {
        let people = |n: f64| figure::with_unit(&number(n, 0), "people", lang);
        add(people(p.gain), Said::LegendGain.get(lang).into(), if p.gain > 0.0 { "met" } else { "not-judged" });
        add(people(p.lose), Said::LegendLose.get(lang).into(), if p.lose > 0.0 { "missed" } else { "not-judged" });
    }
    out
}

fn places(pair: &Pair, lang: Lang) -> Vec<Value> {
    let whole = sentences::whole(pair);
    let min_digits = change::decimals(whole.and_then(|w| w.mean_min).map(|d| d.difference.mean));
    let share_digits = change::decimals(whole.and_then(|w| w.share_within).map(|d| 100.0 * d.difference.mean));
    let row = |g: &crate::experiment::compare::GroupRow| {
        let mean = g.mean_min;
        let within = g.share_within.map(|d| percent(&d));
        let number = |d: &Option<Difference>, pick: fn(&Difference) -> f64, unit: &str| {
            d.as_ref().map_or("–".into(), |d| format!("{}{unit}", number(pick(d), 1)))
        };
        let differs = |d: &Option<Difference>, digits, larger| {
            let class = d.as_ref().map_or("", |d| match Judgement::of(d, larger) {
                Judgement::Better => "better",
                Judgement::Worse => "worse",
                _ => "",
            });
            let text = d.as_ref().map_or("–".into(), |d| change(&d.difference, digits, lang));
            json!({"text": text, "class": class})
        };
        json!({
            "place": place(g.county.as_ref(), g.zone, lang),
            "first": g.zone.is_none(),
            "mean_a": number(&mean, |d| d.a, ""),
            "mean_b": number(&mean, |d| d.b, ""),
            "mean": differs(&mean, min_digits, false),
            "within_a": number(&within, |d| d.a, "%"),
            "within_b": number(&within, |d| d.b, "%"),
            "within": differs(&within, share_digits, true),
        })
    };
    pair.groups.iter().map(row).collect()
}

fn people(pair: &Pair, lang: Lang) -> Vec<Value> {
    let row = |p: &PeopleRow| {
        let count = |n: f64| number(n, 0);
        let minutes = |m: Option<f64>| m.map_or("–".into(), |m| change::signed(m, 1));
        json!({
            "place": place(p.county.as_ref(), p.zone, lang),
            "first": p.zone.is_none(),
            "residents": count(p.residents),
            "gain": count(p.gain),
            "gain_min": minutes(p.gain_min),
            "lose": count(p.lose),
            "lose_min": minutes(p.lose_min),
            "cannot_tell": count(p.cannot_tell),
            "inside": count(p.inside),
            "outside": count(p.outside),
        })
    };
    pair.people.iter().map(row).collect()
}

/// Every figure of the whole area and its zones, with what the pairing saved.
fn figures(c: &Comparison, pair: &Pair, lang: Lang) -> Vec<Value> {
    let mut out = Vec::new();
    let mut add = |name: String, first: bool, d: Option<Difference>, unit: &str, digits: usize| {
        let Some(d) = d else { return };
        let value = |v: f64| figure::with_unit(&number(v, digits), unit, lang);
        let small = if d.difference.mean.abs() < 1.0 { digits.max(2) } else { digits };
        out.push(json!({
            "name": name,
            "first": first,
            "a": value(d.a),
            "b": value(d.b),
            "change": change(&d.difference, small, lang),
            "saved": d.saved.map_or("–".into(), |s| Said::Times.fill(lang, &[("x", &sentences::times(s))])),
            "correlation": d.correlation.map_or("–".into(), |r| number(r, 2)),
        }));
    };
    let whole: Vec<_> = pair.groups.iter().filter(|g| g.county.is_none()).collect();
    let figures = [Said::MeanResponse, Said::Within, Said::P90Response];
    for (k, said) in figures.into_iter().enumerate() {
        for g in &whole {
            let (d, unit) = match k {
                0 => (g.mean_min, "min"),
                1 => (g.share_within.map(|d| percent(&d)), "%"),
                _ => (g.p90_min, "min"),
            };
            let name = match g.zone {
                None => said.get(lang).to_string(),
                Some(_) => words::zone(g.zone).get(lang).to_string(),
            };
            add(name, g.zone.is_none(), d, unit, 1);
        }
    }
    for f in &pair.figures {
        let name = sentences::system_figure(c, f.figure, lang);
        match f.figure {
            SystemFigure::Queued => add(name, true, f.values, "", 2),
            _ => add(name, true, f.values.map(|d| percent(&d)), "%", 1),
        }
    }
    out
}

fn inputs(c: &Comparison, lang: Lang) -> Vec<Value> {
    let value = |v: &Option<String>| v.clone().unwrap_or_else(|| Said::Absent.get(lang).into());
    let row = |i: &crate::experiment::compare::InputRow| json!({"name": i.name.get(lang), "key": i.key, "values": i.values.iter().map(value).collect::<Vec<_>>()});
    c.inputs.iter().map(row).collect()
}

fn assumptions(c: &Comparison, lang: Lang) -> Vec<Value> {
    let row = |a: &crate::experiment::summary::Assumption| {
        json!({
            "key": a.key,
            "name": a.name.get(lang),
            "value": a.value,
            "quality": words::quality(a.quality).get(lang),
            "told": a.quality.needs_telling(),
            "source": a.source,
        })
    };
    c.assumptions.iter().map(row).collect()
}

/// In words: how it is decided who gains and who loses.
fn about_people(lang: Lang) -> String {
    let rate = figure::plain(100.0 * FALSE_DISCOVERIES);
    Said::MethodPeople.fill(lang, &[("rate", &rate), ("least", &LEAST_REPLICATIONS.to_string())])
}

fn method(c: &Comparison, lang: Lang) -> Vec<String> {
    let [urban, rural] = c.target_min.map(figure::plain);
    vec![
        Said::MethodPairs.get(lang).into(),
        Said::MethodTarget.fill(lang, &[("urban", &urban), ("rural", &rural)]),
        Said::MethodSaved.get(lang).into(),
    ]
}

/// Name and value of everything needed to make it again.
fn facts(c: &Comparison, lang: Lang) -> Vec<Value> {
    let mut rows = vec![
        (Word::Program.get(lang).to_string(), c.program.clone()),
        (Word::Seed.get(lang).into(), c.run.seed.to_string()),
        (Word::Pack.get(lang).into(), format!("{} ({})", c.pack.name, c.pack.source)),
        (Word::PackDigest.get(lang).into(), c.pack.digest.clone()),
    ];
    for s in &c.systems {
        let of = |word: Word| format!("{} {}", s.letter, word.get(lang));
        rows.push((of(Word::ScenarioDigest), s.scenario.digest.clone()));
        rows.push((
            of(Word::NetworkDigest),
            format!("{} ({}, {})", s.network.digest, s.network.file, s.network.profile),
        ));
    }
    rows.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn credits(c: &Comparison, lang: Lang) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for s in &c.systems {
        let line = Word::CreditNetwork.fill(lang, &[("source", &s.network.source)]);
        if !out.contains(&line) {
            out.push(line);
        }
    }
    if c.systems.iter().any(|s| !s.network.synthetic) {
        out.push(Word::CreditOsm.get(lang).into());
    }
    out.push(Word::CreditFont.get(lang).into());
    out
}
