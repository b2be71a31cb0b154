//! The short answer: what to do and what that brings, in sentences for somebody who knows no optimisation.

use super::{judged_text, sentences};
use crate::experiment::siting::{Judgment, ProposalRow, Question, Site, Sited};
use crate::report::figure::{number, percent};
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::text::Lang;

/// A smaller change of a share is next to nothing.
const LITTLE: f64 = 0.001;
/// Places that are named in a sentence at most.
const NAMED: usize = 8;

/// The answer, a sentence each; of the first proposal, which has the model that was asked for first.
pub(super) fn answer(sited: &Sited, judgment: Option<&Judgment>, lang: Lang) -> Vec<String> {
    let Some(first) = sited.proposals.first() else {
        let mut out = vec![Page::NoneShort.get(lang).to_string()];
        if let Some(why) = sited.why_none.first().filter(|why| !why.ways_out.is_empty()) {
            let ways: Vec<&str> = why.ways_out.iter().map(|w| w.get(lang)).collect();
            let list = ways.join(if lang == Lang::Zh { "；" } else { "; " });
            out.push(Siting::WaysOut.fill(lang, &[("list", &list)]));
        }
        return out;
    };
    let mut out = match sited.front.is_empty() {
        true => {
            let mut out = actions(sited, first, lang);
            out.extend(sentences::idle(sited, first, lang));
            out.extend(effects(sited, first, lang));
            out.extend(agree(sited, lang));
            out
        }
        false => front(sited, lang),
    };
    out.extend(judged_text::polished(sited, lang));
    out.extend(judgment.map(|j| Page::JudgedShort.fill(lang, &[("best", &judged_text::best(sited, j, lang))])));
    out
}

/// What "proved best" and the gaps in the table mean.
pub(super) fn proof_means(sited: &Sited, lang: Lang) -> Vec<&'static str> {
    let some = |proved: bool| sited.proposals.iter().any(|p| p.proved == proved);
    let mut out = Vec::new();
    if some(true) {
        out.push(Page::ProvedMeans.get(lang));
    }
    if some(false) {
        out.push(Page::GapMeans.get(lang));
    }
    if matches!(sited.question, Question::Fewest { .. } | Question::Close { keep: Some(_), .. }) {
        out.push(Page::GapSecond.get(lang));
    }
    out
}

/// What a proposal does, as an order.
fn actions(sited: &Sited, p: &ProposalRow, lang: Lang) -> Vec<String> {
    let fill = |word: Page, n: usize, list: String| word.fill(lang, &[("n", &n.to_string()), ("list", &list)]);
    let mut out = Vec::new();
    let opened = p.opened.len();
    let fewest = matches!(sited.question, Question::Fewest { .. });
    if opened > 0 {
        let word = match (fewest, opened) {
            (true, 1) => Page::FewestOne,
            (true, _) => Page::FewestMany,
            (false, 1) => Page::OpenOne,
            (false, _) => Page::OpenMany,
        };
        out.push(fill(word, opened, names(&p.opened, lang)));
    } else if fewest {
        out.push(Page::FewestNone.get(lang).into());
    }
    if !p.closed.is_empty() {
        let word = match (&sited.question, p.closed.len()) {
            (Question::Close { .. }, 1) => Page::CloseOne,
            (Question::Close { .. }, _) => Page::CloseMany,
            _ => Page::MoveFrom,
        };
        out.push(fill(word, p.closed.len(), names(&p.closed, lang)));
    }
    // Where posts open and close, units follow them; of those the table tells.
    if opened + p.closed.len() == 0 {
        for (word, more) in [(Page::MoreUnitsAt, true), (Page::FewerUnitsAt, false)] {
            let of: Vec<&Site> = p.changed.iter().filter(|s| (s.units > s.units_now) == more).collect();
            if !of.is_empty() {
                let texts = of.iter().map(|s| format!("{} {}", s.name.get(lang), units(s))).collect();
                out.push(word.fill(lang, &[("list", &listed(texts, lang))]));
            }
        }
        if p.changed.is_empty() && !fewest {
            out.extend(sentences::does(p, lang));
        }
    }
    out
}

/// `+2`, `−1`.
pub(super) fn units(site: &Site) -> String {
    let sign = if site.units >= site.units_now { "+" } else { "−" };
    Page::Change.fill(Lang::En, &[("sign", sign), ("n", &site.units.abs_diff(site.units_now).to_string())])
}

/// What it brings and costs.
pub(super) fn effects(sited: &Sited, p: &ProposalRow, lang: Lang) -> Vec<String> {
    let (now, then) = (&sited.now, &p.promise);
    let people = |n: f64| number(n, 0);
    let more = then.people_within - now.people_within;
    let (share_now, share_then) = (percent(now.within), percent(then.within));
    let values = [
        ("n", people(more.abs())),
        ("now", people(now.people_within)),
        ("then", people(then.people_within)),
        ("share_now", share_now),
        ("share_then", share_then),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let same = more.abs() < 0.5;
    let moves_nothing = p.opened.len() + p.closed.len() == 0;
    let mut out = Vec::new();
    match () {
        () if same && moves_nothing => out.push(Page::PeopleSame.fill(lang, &values)),
        () if more < 0.0 => out.push(Page::PeopleFewer.fill(lang, &values)),
        () => out.push(Page::PeopleMore.fill(lang, &values)),
    }
    let pair = |word: Page, now: String, then: String| word.fill(lang, &[("now", &now), ("then", &then)]);
    if !moves_nothing {
        out.push(pair(Page::MeanMoves, number(now.mean_min, 1), number(then.mean_min, 1)));
    }
    let (served_now, served) = (sited.served_now.within, p.served.within);
    let (mut a, mut b) = (percent(served_now), percent(served));
    if a == b && (served - served_now).abs() >= 1e-4 {
        // A small gain is seen with another digit.
        [a, b] = [served_now, served].map(|v| format!("{}%", number(100.0 * v, 2)));
    }
    out.push(pair(Page::ServedMoves, a, b));
    let added = p.changed.iter().any(|s| s.units > s.units_now);
    if moves_nothing && added && (served - served_now).abs() < LITTLE {
        out.push(Page::UnitsBringLittle.get(lang).into());
    }
    if let (Some((county_now, now)), Some((county_then, then))) = (&now.worst, &then.worst)
        && !moves_nothing
    {
        let (now, then) = (percent(*now), percent(*then));
        let (a, b) = (county_now.get(lang), county_then.get(lang));
        out.push(match a == b {
            true if now == then => Page::WorstStays.fill(lang, &[("county", a), ("now", &now)]),
            true => Page::WorstSame.fill(lang, &[("county", a), ("now", &now), ("then", &then)]),
            false => {
                Page::WorstMoves.fill(lang, &[("county_now", a), ("now", &now), ("county_then", b), ("then", &then)])
            }
        });
    }
    if let Some(all) = p.shifts.iter().find(|s| s.county.is_none()).filter(|s| s.outside + s.later >= 0.5) {
        out.push(Page::Losers.fill(lang, &[("outside", &people(all.outside)), ("later", &people(all.later))]));
    }
    out
}

/// Posts that every aim chooses.
fn agree(sited: &Sited, lang: Lang) -> Option<String> {
    let best: Vec<&ProposalRow> = sited.proposals.iter().filter(|p| p.rank == 1).collect();
    let (first, others) = best.split_first()?;
    if others.is_empty() {
        return None;
    }
    let chosen = |p: &ProposalRow, site: &Site| {
        let same = |list: &[Site]| {
            list.iter().any(|o| o.id == site.id && (o.units > o.units_now) == (site.units > site.units_now))
        };
        same(&p.opened) || same(&p.closed) || same(&p.changed)
    };
    let of = |p: &ProposalRow| -> Vec<Site> {
        let lists = [&p.opened, &p.closed, &p.changed];
        lists.into_iter().find(|l| !l.is_empty()).cloned().unwrap_or_default()
    };
    let mine = of(first);
    if mine.is_empty() {
        return None;
    }
    let common: Vec<Site> = mine.into_iter().filter(|site| others.iter().all(|p| chosen(p, site))).collect();
    Some(match common.is_empty() {
        true => Page::AgreeNone.get(lang).into(),
        false => Page::Agree.fill(lang, &[("list", &names(&common, lang))]),
    })
}

/// What the first post of a front brings, and the last.
fn front(sited: &Sited, lang: Lang) -> Vec<String> {
    let mut models = Vec::new();
    for p in sited.proposals.iter().filter(|p| p.rank == 1) {
        if !models.contains(&p.model) {
            models.push(p.model);
        }
    }
    let mut out = Vec::new();
    for (i, model) in models.into_iter().enumerate() {
        let mut rows: Vec<&ProposalRow> = sited.proposals.iter().filter(|p| p.model == model).collect();
        rows.sort_by_key(|p| p.opened.len());
        let name = sentences::model(model).get(lang);
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        let n = last.opened.len().to_string();
        let mean = Page::FrontMean.fill(
            lang,
            &[
                ("now", &number(sited.now.mean_min, 1)),
                ("then", &number(last.promise.mean_min, 1)),
                ("n", &n),
                ("model", name),
            ],
        );
        if i == 0 && first.opened.len() == 1 && rows.len() > 1 {
            let people = |p: &ProposalRow| p.promise.people_within;
            let before = rows[rows.len() - 2];
            out.push(Page::FrontFirst.fill(
                lang,
                &[
                    ("model", name),
                    ("first", &number(people(first) - sited.now.people_within, 0)),
                    ("all", &number(people(last) - sited.now.people_within, 0)),
                    ("last", &number(people(last) - people(before), 0)),
                    ("n", &n),
                ],
            ));
        }
        out.push(mean);
    }
    out
}

/// Names with commas between; of many the first ones and how many more.
pub(super) fn names(sites: &[Site], lang: Lang) -> String {
    listed(sites.iter().map(|s| s.name.get(lang).to_string()).collect(), lang)
}

fn listed(texts: Vec<String>, lang: Lang) -> String {
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    // One or two more are named rather than counted.
    if texts.len() <= NAMED + 2 {
        return texts.join(comma);
    }
    let rest = (texts.len() - NAMED).to_string();
    Page::AndMore.fill(lang, &[("list", &texts[..NAMED].join(comma)), ("n", &rest)])
}
