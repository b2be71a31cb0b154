//! The page: a siting question and its proposals in one file that opens offline and prints on A4.
//!
//! This file turns proposals into words and figures; how they are set stands in `assets/templates/siting.html`, and in the
//! style of the report, which it shares.

use super::{front, judged, judged_text, mapped, proposal, sentences, short};
use crate::experiment::siting::{Judgment, Promise, ProposalRow, Served, Sited, SitingMap, WhyNone};
use crate::report::compare::signed;
use crate::report::figure::{self, number, percent};
use crate::report::html::{FONT_PLACE, REPORT_TEMPLATE, template_value};
use crate::report::picture::drawn_text;
use crate::report::words::Word;
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::report::{ReportError, font};
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};
use std::path::Path;

static TEMPLATE: &str = include_str!("../../../assets/templates/siting.html");

/// What is drawn for a page, in its language.
pub(super) struct Drawn<'a> {
    /// Maps by the key of their proposal.
    pub maps: &'a [(&'a str, String)],
    /// The chart of the front.
    pub chart: Option<&'a str>,
    /// What the names of the files of this language carry.
    pub ending: &'a str,
    /// What the simulation makes of the proposals, where it was asked.
    pub judgment: Option<&'a Judgment>,
    /// The folder, as it was named.
    pub folder: &'a Path,
}

/// Renders the page.
pub(super) fn page(sited: &Sited, ground: &SitingMap, drawn: &Drawn, lang: Lang) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("siting", TEMPLATE)?;
    let context = context(sited, ground, drawn, lang);
    let page = environment.get_template("siting")?.render(template_value(context))?;
    let face = font::face_rule(&drawn_text(&page))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// The style sheet of the report.
fn style() -> &'static str {
    let rest = REPORT_TEMPLATE.split_once("<style>").map_or("", |(_, rest)| rest);
    rest.split_once("</style>").map_or("", |(style, _)| style)
}

fn context(sited: &Sited, ground: &SitingMap, drawn: &Drawn, lang: Lang) -> Value {
    let all = |words: &mut dyn Iterator<Item = (String, Value)>| words.collect::<Map<String, Value>>();
    let ours = all(&mut Page::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang)))));
    let siting = all(&mut Siting::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang)))));
    let word = all(&mut Word::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang)))));
    let map_of = |p: &ProposalRow| drawn.maps.iter().find(|(key, _)| *key == p.key).map(|(_, svg)| svg.as_str());
    let before = number(sited.before_min, 1);
    let shown: Vec<Value> = mapped(sited)
        .into_iter()
        .filter(|p| p.rank == 1 || !sited.front.is_empty())
        .map(|p| proposal::shown(sited, p, map_of(p), drawn.ending, lang))
        .collect();
    let folder = drawn.folder.display().to_string();
    let folder = folder.trim_end_matches(['/', '\\']);
    json!({
        "lang": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
        "style": style(),
        "w": word, "s": siting, "p": ours,
        "title": sentences::title(sited, lang),
        "about": sentences::about(sited, lang),
        "synthetic": ground.network.as_ref().is_some_and(|n| n.synthetic),
        "answer": short::answer(sited, drawn.judgment, lang),
        "proof_means": short::proof_means(sited, lang),
        "other": other_page(drawn.ending, lang),
        "about_proposals": Page::AboutProposals.fill(lang, &[("before", &before)]),
        "table": table(sited, lang),
        "front": front::shown(sited, lang),
        "chart": drawn.chart,
        "wants": wants(sited, lang),
        "why": why(sited, lang),
        "polished": judged_text::polished(sited, lang),
        "judged": drawn.judgment.map(|j| judged::shown(sited, j, lang)),
        "proposals": shown,
        "commands": commands(sited, folder),
        "method": method(sited, &before, lang),
        "facts": facts(sited, ground, lang),
        "credits": credits(ground, lang),
        "made_by": Word::MadeBy.fill(lang, &[("version", env!("CARGO_PKG_VERSION"))]),
    })
}

/// File and name of the page in the other language; `ending` is that of this one.
fn other_page(ending: &str, lang: Lang) -> Value {
    let (other, name) = match lang {
        Lang::Zh => (".en", "English"),
        Lang::En => (".zh", "中文"),
    };
    json!({"file": format!("siting{}.html", if ending.is_empty() { other } else { "" }), "name": name})
}

/// The proposals side by side, the scenario as it is on top.
pub(super) fn table(sited: &Sited, lang: Lang) -> Value {
    let costs = sited.proposals.iter().any(|p| p.cost.is_some());
    let row = |name: String, promise: &Promise, served: &Served, p: Option<&ProposalRow>| {
        let (county, share) =
            promise.worst.as_ref().map_or(("–", String::new()), |(c, s)| (c.get(lang), percent(*s)));
        let more = promise.people_within - sited.now.people_within;
        json!({
            "name": name,
            "first": p.is_none(),
            "choice": p.is_some_and(|p| p.rank > 1),
            "key": p.filter(|p| p.rank == 1 && sited.front.is_empty()).map(|p| p.key.as_str()),
            "people": number(promise.people_within, 0),
            "share": percent(promise.within),
            "more": p.filter(|_| more.abs() >= 0.5).map(|_| signed(more, 0)),
            "served": percent(served.within),
            "mean": number(promise.mean_min, 2),
            "longest": number(promise.longest_min, 1),
            "worst": county,
            "worst_share": share,
            "cost": p.and_then(|p| p.cost).map_or("–".into(), figure::plain),
            "proof": p.map(|p| sentences::proof(p, lang)),
            "proved": p.is_some_and(|p| p.proved),
        })
    };
    let mut rows = vec![row(Siting::AsIs.get(lang).into(), &sited.now, &sited.served_now, None)];
    rows.extend(sited.proposals.iter().map(|p| row(sentences::name(sited, p, lang), &p.promise, &p.served, Some(p))));
    json!({"costs": costs, "rows": rows})
}

/// The clauses of a pack on paper.
fn wants(sited: &Sited, lang: Lang) -> Value {
    let crate::experiment::siting::Question::Fewest { title, .. } = &sited.question else { return Value::Null };
    let figure = |v: f64, unit: &str| sentences::figure_of(v, unit, lang);
    let met = |v: f64, wanted: f64, unit: &str| if unit == "%" { v >= wanted - 1e-9 } else { v <= wanted + 1e-9 };
    let verdict = |met: bool| match met {
        true => json!({"word": Page::Reached.get(lang), "class": "met"}),
        false => json!({"word": Page::Short.get(lang), "class": "missed"}),
    };
    let rows = sited.wants.iter().filter(|w| w.left_out.is_none()).map(|w| {
        json!({
            "title": w.title.get(lang), "clause": w.clause,
            "wanted": format!("{} {}", if w.unit == "%" { "≥" } else { "≤" }, figure(w.wanted, &w.unit)),
            "now": figure(w.now, &w.unit), "now_met": verdict(met(w.now, w.wanted, &w.unit)),
            "then": w.promised.map_or("–".into(), |v| figure(v, &w.unit)),
            "then_met": w.promised.map(|v| verdict(met(v, w.wanted, &w.unit))),
        })
    });
    let left = sited.wants.iter().filter_map(|w| {
        let why = w.left_out.as_ref()?;
        Some(json!({"title": w.title.get(lang), "why": why.get(lang)}))
    });
    json!({
        "about": Page::AboutWants.fill(lang, &[("pack", title.get(lang))]),
        "rows": rows.collect::<Vec<_>>(),
        "left_out": left.collect::<Vec<_>>(),
    })
}

/// Why there is no proposal.
fn why(sited: &Sited, lang: Lang) -> Vec<Value> {
    let place = |p: &crate::experiment::siting::UnreachedPlace| {
        json!({
            "name": p.name.get(lang),
            "county": p.county.as_ref().map_or("–", |c| c.get(lang)),
            "people": number(p.people, 0),
            "minutes": p.minutes.map_or("–".into(), |m| number(m, 1)),
        })
    };
    // Models that fail for the same reasons are told of once.
    let mut groups: Vec<(&WhyNone, Vec<&str>)> = Vec::new();
    for why in &sited.why_none {
        let name = sentences::model(why.model).get(lang);
        match groups.iter_mut().find(|(o, _)| o.ways_out == why.ways_out && o.unreached == why.unreached) {
            Some((_, names)) => names.push(name),
            None => groups.push((why, vec![name])),
        }
    }
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let of = |(why, names): (&WhyNone, Vec<&str>)| {
        json!({
            "model": names.join(comma),
            "ways": why.ways_out.iter().map(|w| w.get(lang)).collect::<Vec<_>>(),
            "places": why.unreached.iter().map(place).collect::<Vec<_>>(),
        })
    };
    groups.into_iter().map(of).collect()
}

/// Commands that go on from here.
fn commands(sited: &Sited, folder: &str) -> Value {
    let Some(first) = sited.proposals.first() else { return Value::Null };
    let file = |p: &ProposalRow| format!("{folder}/{}", p.scenario);
    // More than these would be no shortlist.
    let best: Vec<&ProposalRow> =
        mapped(sited).into_iter().filter(|p| p.rank == 1 || !sited.front.is_empty()).collect();
    let files: Vec<String> = std::iter::once(sited.file.clone()).chain(best.into_iter().map(file)).collect();
    let name = first.scenario.trim_end_matches(".toml");
    json!({
        "compare": format!("goldenhour compare {}", files.join(" ")),
        "run": format!("goldenhour run {}", file(first)),
        "report": format!("goldenhour report output/{name}/RUN --siting {folder}"),
    })
}

fn method(sited: &Sited, before: &str, lang: Lang) -> Vec<String> {
    let mut methods: Vec<&str> = Vec::new();
    for p in &sited.proposals {
        if !methods.contains(&p.method.as_str()) {
            methods.push(&p.method);
        }
    }
    let mut out = vec![
        Page::MethodPaper.fill(lang, &[("before", before)]),
        Page::MethodBusy.get(lang).into(),
        Page::MethodLeft.get(lang).into(),
        Page::MethodInputs.get(lang).into(),
        Page::MethodMaps.get(lang).into(),
    ];
    if !methods.is_empty() {
        let list = methods.join(if lang == Lang::Zh { "；" } else { "; " });
        out.push(Page::MethodFound.fill(lang, &[("methods", &list), ("seed", &sited.seed.to_string())]));
    }
    out
}

/// Name and value of everything needed to make it again.
fn facts(sited: &Sited, ground: &SitingMap, lang: Lang) -> Vec<Value> {
    let mut rows = vec![
        (Word::Program, format!("goldenhour {}", env!("CARGO_PKG_VERSION"))),
        (Word::Seed, sited.seed.to_string()),
        (Word::ScenarioDigest, format!("{} ({}, {})", sited.digest, sited.scenario, sited.file)),
    ];
    if let Some(n) = &ground.network {
        rows.push((Word::NetworkDigest, format!("{} ({}, {})", n.digest, n.file, n.profile)));
    }
    rows.into_iter().map(|(name, value)| json!({"name": name.get(lang), "value": value})).collect()
}

fn credits(ground: &SitingMap, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(n) = &ground.network {
        out.push(Word::CreditNetwork.fill(lang, &[("source", &n.source)]));
        if !n.synthetic {
            out.push(Word::CreditOsm.get(lang).into());
        }
    }
    out.push(Word::CreditFont.get(lang).into());
    out
}
