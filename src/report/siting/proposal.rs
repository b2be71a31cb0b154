//! A proposal as the page shows it: what changes, for whom, and what is nearly as good.

use super::short::{effects, names, units};
use super::{numbered, sentences};
use crate::experiment::siting::{FELT_MIN, Model, ProposalRow, Question, Shift, Site, Sited, Weigh};
use crate::report::figure::{number, percent, plain};
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::text::Lang;
use serde_json::{Value, json};

/// What the template shows of a proposal; `map` is its map, `ending` what the map files of this language carry.
pub(super) fn shown(sited: &Sited, p: &ProposalRow, map: Option<&str>, ending: &str, lang: Lang) -> Value {
    // The same choice by another aim needs no second map.
    let same = sited.proposals.iter().take_while(|o| o.key != p.key).find(|o| o.rank == 1 && same_choice(o, p));
    let moves = p.opened.len() + p.closed.len() > 0;
    json!({
        "key": p.key,
        "name": sentences::name(sited, p, lang),
        "aim": aim(sited, p, lang),
        "effects": effects(sited, p, lang),
        "idle": sentences::idle(sited, p, lang),
        "proof": sentences::proof(p, lang),
        "proved": p.proved,
        "file": Page::ScenarioFile.fill(lang, &[("file", &p.scenario)]),
        "same": same.map(|o| Page::SameAs.fill(lang, &[("name", &sentences::name(sited, o, lang))])),
        "moves": moves,
        "sites": sites(p, lang),
        "map": map,
        "about_counties": Page::AboutCounties.fill(lang, &[("felt", &plain(FELT_MIN))]),
        "counties": counties(sited, p, lang),
        "alternatives": alternatives(sited, p, ending, lang),
    })
}

/// Whether two proposals put the same units at the same posts.
fn same_choice(a: &ProposalRow, b: &ProposalRow) -> bool {
    let units = |p: &ProposalRow| {
        let mut out: Vec<(String, u32)> = numbered(p).into_iter().map(|(s, _)| (s.id.clone(), s.units)).collect();
        out.sort();
        out
    };
    units(a) == units(b)
}

/// What places weigh by, in a sentence.
pub(super) fn weigh(weigh: Weigh) -> Siting {
    match weigh {
        Weigh::People => Siting::People,
        Weigh::Calls => Siting::Calls,
        Weigh::Elderly => Siting::Elderly,
    }
}

/// What its model is for, in a sentence.
fn aim(sited: &Sited, p: &ProposalRow, lang: Lang) -> String {
    let word = match p.model {
        Model::Mclp => Page::AimMclp,
        Model::Median => Page::AimMedian,
        Model::Mexclp => Page::AimMexclp,
        Model::Backup => Page::AimBackup,
        Model::Center => Page::AimCenter,
        Model::Dsm => Page::AimDsm,
        Model::Survival => Page::AimSurvival,
        Model::Capacitated => Page::AimCapacitated,
    };
    let said = word.fill(lang, &[("weigh", weigh(sited.weigh).get(lang)), ("busy", &percent(sited.busy))]);
    match sited.question {
        Question::Fewest { .. } => {
            // "Its aim: " of the model is said already.
            let rest = said.split_once(if lang == Lang::Zh { "：" } else { ": " }).map_or("", |(_, rest)| rest);
            format!("{}{rest}", Page::AimFewest.get(lang))
        }
        _ => said,
    }
}

fn sites(p: &ProposalRow, lang: Lang) -> Vec<Value> {
    let row = |(i, (site, fate)): (usize, (&Site, super::Fate))| {
        json!({
            "number": i + 1,
            "name": site.name.get(lang),
            "county": site.county.as_ref().map_or("–", |c| c.get(lang)),
            "fate": fate.word().get(lang),
            "class": fate.class(),
            "units": format!("{} → {} ({})", site.units_now, site.units, units(site)),
            "at": format!("{:.5}, {:.5}", site.at[0], site.at[1]),
        })
    };
    numbered(p).into_iter().enumerate().map(row).collect()
}

fn counties(sited: &Sited, p: &ProposalRow, lang: Lang) -> Vec<Value> {
    let people = |n: f64| number(n, 0);
    let none = Shift::default();
    let within = |n: f64, of: f64| format!("{} ({})", people(n), percent(n / of.max(1e-9)));
    let minutes = |m: Option<f64>| m.map_or("–".into(), |m| number(m, 1));
    let count = |n: f64| if n >= 0.5 { people(n) } else { "–".into() };
    let row = |name: &str, all: f64, now: (f64, Option<f64>), then: (f64, Option<f64>), shift: &Shift, first: bool| {
        let class = |now: f64, then: f64| match () {
            () if then > now + 0.5 => "better",
            () if then < now - 0.5 => "worse",
            () => "",
        };
        json!({
            "name": name, "first": first, "people": people(all),
            "within_now": within(now.0, all), "within_then": within(then.0, all),
            "within_class": class(now.0, then.0),
            "mean_now": minutes(now.1), "mean_then": minutes(then.1),
            "sooner": count(shift.sooner), "later": count(shift.later),
            "inside": count(shift.inside), "outside": count(shift.outside),
        })
    };
    let all: f64 = sited.now.counties.iter().map(|c| c.people).sum();
    // Residents outside every county count in the whole; where there are none of them both are the same.
    let whole = if sited.now.within > 0.0 { sited.now.people_within / sited.now.within } else { all };
    let shift_of =
        |county: Option<&crate::text::Text>| p.shifts.iter().find(|s| s.county.as_ref() == county).unwrap_or(&none);
    let mut out = vec![row(
        Page::WholeArea.get(lang),
        whole,
        (sited.now.people_within, Some(sited.now.mean_min)),
        (p.promise.people_within, Some(p.promise.mean_min)),
        shift_of(None),
        true,
    )];
    for now in &sited.now.counties {
        let Some(then) = p.promise.counties.iter().find(|c| c.county == now.county) else { continue };
        out.push(row(
            now.county.get(lang),
            now.people,
            (now.people_within, now.mean_min),
            (then.people_within, then.mean_min),
            shift_of(Some(&now.county)),
            false,
        ));
    }
    out
}

/// The others of its model, each with what it does otherwise.
fn alternatives(sited: &Sited, best: &ProposalRow, ending: &str, lang: Lang) -> Vec<Value> {
    if best.rank != 1 || !sited.front.is_empty() {
        return Vec::new();
    }
    let row = |p: &ProposalRow| {
        let done = |p: &ProposalRow| numbered(p).into_iter().map(|(s, fate)| (s.clone(), fate)).collect::<Vec<_>>();
        let (mine, theirs) = (done(p), done(best));
        let only = |a: &[(Site, super::Fate)], b: &[(Site, super::Fate)]| {
            let sites: Vec<Site> = a
                .iter()
                .filter(|(s, fate)| !b.iter().any(|(o, f)| o.id == s.id && f == fate && o.units == s.units))
                .map(|(s, _)| s.clone())
                .collect();
            if sites.is_empty() { "–".to_string() } else { names(&sites, lang) }
        };
        json!({
            "rank": Page::Rank.fill(lang, &[("rank", &p.rank.to_string())]),
            "file": p.scenario,
            "map": format!("map-{}{ending}.svg", p.key),
            "without": only(&theirs, &mine),
            "instead": only(&mine, &theirs),
            "within": number(p.promise.people_within, 0),
            "served": percent(p.served.within),
            "mean": number(p.promise.mean_min, 2),
        })
    };
    sited.proposals.iter().filter(|p| p.model == best.model && p.rank > 1).map(row).collect()
}
