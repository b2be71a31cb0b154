//! What the simulation says of proposals, for the terminal.

use super::sentences;
use crate::experiment::compare::{MainFigure, PeopleRow};
use crate::experiment::siting::{
    AS_IS, ClauseVerdict, JudgedFigure, JudgedGroup, JudgedProposal, Judgment, PolishStep, Question, Shown, Sited,
};
use crate::report::compare::{folded, signed};
use crate::report::figure::{self, bounded, number};
use crate::report::terminal::STYLE;
use crate::report::words::{verdict, verdict_sign};
use crate::report::words_judged::Judging;
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::stats::Estimate;
use crate::text::Lang;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use std::fmt::Write;

/// Columns of its sentences at least, and at most.
const NARROWEST: u16 = 60;
const WIDEST: u16 = 110;

/// The judgment for a terminal of `width` columns. Ends with a line feed.
pub fn judged_text(sited: &Sited, judgment: &Judgment, lang: Lang, width: u16) -> String {
    let columns = usize::from(width.clamp(NARROWEST, WIDEST));
    let mut out = String::new();
    let say = |text: &str, out: &mut String| {
        folded(text, columns).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    };
    let days = figure::plain(judgment.days);
    let replications = judgment.replications.to_string();
    say(&Judging::Title.fill(lang, &[("replications", &replications), ("days", &days)]), &mut out);
    let _ = writeln!(out, "\n{}\n", overview(sited, judgment, lang, width).trim_fmt());
    say(&best(sited, judgment, lang), &mut out);
    if let Some(p) = foremost(judgment) {
        kept(sited, p, lang).iter().for_each(|line| say(line, &mut out));
        let name = name(sited, &p.key, lang);
        let (same, other): (Vec<&JudgedGroup>, Vec<&JudgedGroup>) =
            p.groups.iter().filter(|g| g.zone.is_none()).partition(|g| g.county.is_some() && is_same(g));
        let _ = writeln!(out);
        say(&Judging::ByCounty.fill(lang, &[("proposal", &name)]), &mut out);
        let _ = writeln!(out, "{}", counties(p, &other, lang, width).trim_fmt());
        let names: Vec<&str> = same.iter().filter_map(|g| g.county.as_ref()).map(|c| c.get(lang)).collect();
        if !names.is_empty() {
            let list = names.join(if lang == Lang::Zh { "、" } else { ", " });
            say(&Judging::NoChangeIn.fill(lang, &[("list", &list)]), &mut out);
        }
    }
    if let Some(table) = clauses(sited, judgment, lang, width) {
        let _ = writeln!(out);
        say(Judging::Clauses.get(lang), &mut out);
        let _ = writeln!(out, "{}", table.trim_fmt());
    }
    let _ = writeln!(out);
    say(&Judging::Note.fill(lang, &[("confidence", &figure::percent(judgment.confidence))]), &mut out);
    judgment.notes.iter().for_each(|note| say(note.get(lang), &mut out));
    for [key, other] in &judgment.same {
        let (name, other) = (name(sited, key, lang), name(sited, other, lang));
        say(&Page::JudgedSame.fill(lang, &[("name", &name), ("other", &other)]), &mut out);
    }
    if !judgment.left_out.is_empty() {
        let list = judgment.left_out.iter().map(|key| name(sited, key, lang)).collect::<Vec<_>>();
        let list = list.join(if lang == Lang::Zh { "、" } else { ", " });
        say(&Page::JudgedLeftOut.fill(lang, &[("list", &list)]), &mut out);
    }
    out
}

/// The name of a proposal, or of the scenario as it is.
pub(in crate::report) fn name(sited: &Sited, key: &str, lang: Lang) -> String {
    match sited.proposal(key) {
        Some(p) => sentences::name(sited, p, lang),
        None => Siting::AsIs.get(lang).to_string(),
    }
}

/// The best proposal; where it is not known, the first of those that may be.
fn foremost(judgment: &Judgment) -> Option<&JudgedProposal> {
    let listed = judgment.best.keys.iter().find_map(|key| judgment.proposal(key));
    listed.or_else(|| judgment.proposals.first())
}

/// Whether neither promise nor simulation knows of a change.
pub(in crate::report) fn is_same(g: &JudgedGroup) -> bool {
    let same = |f: &JudgedFigure| f.shown == Shown::Same && f.promised == f.promised_now;
    same(&g.within) && same(&g.mean_min)
}

/// What part of the promise is delivered.
pub(in crate::report) fn kept(sited: &Sited, p: &JudgedProposal, lang: Lang) -> Option<String> {
    let f = &p.groups.first()?.within;
    let (kept, delivered) = (f.kept()?, f.delivered.as_ref()?.difference.mean);
    let points = |v: f64| signed(100.0 * v, 1);
    let (name, kept) = (name(sited, &p.key, lang), format!("{}%", number(100.0 * kept, 0)));
    let promised = points(f.promised? - f.promised_now?);
    let words = [("proposal", name.as_str()), ("promised", &promised), ("kept", &kept)];
    Some(Judging::Kept.fill(lang, &[&words[..], &[("delivered", points(delivered).as_str())]].concat()))
}

/// A sentence on which is best.
pub(in crate::report) fn best(sited: &Sited, judgment: &Judgment, lang: Lang) -> String {
    let best = &judgment.best;
    let figure = match best.figure {
        MainFigure::Within => Judging::FigureWithin,
        MainFigure::Mean => Judging::FigureMean,
    }
    .get(lang);
    let (after, confidence) = (best.after.to_string(), figure::percent(best.confidence));
    match best.known() {
        Some(AS_IS) => Judging::BestNow.fill(lang, &[("figure", figure), ("confidence", &confidence)]),
        Some(key) => {
            let name = name(sited, key, lang);
            let zone = zone(best.figure, best.indifference, lang);
            let word = if best.indifference == 0.0 { Judging::BestIs } else { Judging::BestNear };
            let words = [
                ("proposal", name.as_str()),
                ("figure", figure),
                ("confidence", &confidence),
                ("n", &after),
                ("zone", &zone),
            ];
            word.fill(lang, &words)
        }
        None if best.keys.is_empty() => Judging::NoRace.get(lang).to_string(),
        None => {
            let names: Vec<String> = best.keys.iter().map(|key| name(sited, key, lang)).collect();
            let list = names.join(if lang == Lang::Zh { "、" } else { ", " });
            if best.indifference == 0.0 {
                return Judging::BestUntoldTwo.fill(lang, &[("n", &after), ("figure", figure), ("list", &list)]);
            }
            let zone = zone(best.figure, best.indifference, lang);
            let words = [("n", after.as_str()), ("figure", figure), ("list", &list), ("zone", &zone)];
            Judging::BestUntold.fill(lang, &words)
        }
    }
}

/// A change with its interval, and whether it shows anything.
pub(in crate::report) fn change_of(f: &JudgedFigure, percent: bool, lang: Lang) -> String {
    let Some(d) = &f.delivered else { return "–".into() };
    let e = if percent { d.difference.scaled(100.0) } else { d.difference };
    let text = plus_minus(&e, if percent { 1 } else { 2 });
    match f.shown {
        Shown::Better | Shown::Worse => text,
        Shown::Same => Judging::Same.get(lang).to_string(),
        Shown::NotShown => Judging::NotShown.fill(lang, &[("change", &text)]),
    }
}

/// What a search in the simulator came to, a sentence each.
pub(in crate::report) fn polished(sited: &Sited, lang: Lang) -> Vec<String> {
    let Some(p) = &sited.polished else { return Vec::new() };
    let n = p.compared.to_string();
    let mut out = Vec::new();
    if p.steps.is_empty() {
        let worth = zone(p.figure, p.worth, lang);
        out.push(Judging::PolishedNone.fill(lang, &[("start", &p.start), ("n", &n), ("worth", &worth)]));
    } else {
        let step = |s: &PolishStep| {
            let words = [("from", s.from.get(lang)), ("to", s.to.get(lang)), ("units", &s.units.to_string())];
            if s.post { Judging::PolishedStep } else { Judging::PolishedUnit }.fill(lang, &words)
        };
        let steps: Vec<String> = p.steps.iter().map(step).collect();
        let list = steps.join(if lang == Lang::Zh { "；" } else { "; " });
        let (count, alpha) = (p.steps.len().to_string(), figure::percent(1.0 - p.confidence));
        let words = [("start", p.start.as_str()), ("n", &n), ("steps", &count), ("list", &list), ("alpha", &alpha)];
        out.push(Judging::Polished.fill(lang, &words));
        if let (Some(key), Some(within), Some(mean)) = (&p.key, &p.within, &p.mean_min) {
            let (within, mean) = (plus_minus(&within.difference.scaled(100.0), 1), plus_minus(&mean.difference, 2));
            let (replications, confidence) = (p.replications.to_string(), figure::percent(p.confidence));
            let words = [
                ("n", replications.as_str()),
                ("key", key),
                ("start", &p.start),
                ("within", &within),
                ("mean", &mean),
                ("confidence", &confidence),
            ];
            out.push(Judging::PolishedGain.fill(lang, &words));
        }
    }
    if !p.all_tried {
        out.push(Judging::PolishedRanOut.get(lang).to_string());
    }
    out
}

/// A difference that does not matter, or is worth while, with its unit.
fn zone(figure: MainFigure, x: f64, lang: Lang) -> String {
    let x = figure::plain(x);
    match figure {
        MainFigure::Within if x == "1" => Judging::Point,
        MainFigure::Within => Judging::Points,
        MainFigure::Mean => Judging::Minutes,
    }
    .fill(lang, &[("x", &x)])
}

fn plus_minus(e: &Estimate, digits: usize) -> String {
    let mean = signed(e.mean, digits);
    if e.is_exact() || !bounded(e) { mean } else { format!("{mean} ± {}", number(e.half_width(), digits)) }
}

pub(super) fn share(value: Option<f64>) -> String {
    value.map_or("–".into(), figure::percent)
}

pub(super) fn minutes(value: Option<f64>) -> String {
    value.map_or("–".into(), |v| number(v, 2))
}

fn right(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn empty(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

fn heads(first: &str, lang: Lang) -> Vec<String> {
    let (within, mean) = (Judging::WithinHead.get(lang), Judging::MeanHead.get(lang));
    let parts = [Judging::PromisedHead, Judging::DeliveredHead, Judging::ChangeHead].map(|w| w.get(lang));
    let both = |head: &str| parts.map(|part| format!("{head}\n{part}"));
    let mut out = vec![first.to_string()];
    out.extend(both(within));
    out.extend(both(mean));
    out.push(Judging::PeopleHead.get(lang).to_string());
    out
}

fn overview(sited: &Sited, judgment: &Judgment, lang: Lang, width: u16) -> Table {
    let mut table = empty(width);
    table.set_header(heads(Siting::Proposal.get(lang), lang));
    let whole = |p: &JudgedProposal| p.groups.first().cloned();
    if let Some(g) = judgment.proposals.first().and_then(whole) {
        let a = |f: &JudgedFigure| f.delivered.as_ref().map(|d| d.a);
        table.add_row(vec![
            Cell::new(Siting::AsIs.get(lang)),
            right(share(g.within.promised_now)),
            right(share(a(&g.within))),
            right(""),
            right(minutes(g.mean_min.promised_now)),
            right(minutes(a(&g.mean_min))),
            right(""),
            right(""),
        ]);
    }
    for p in &judgment.proposals {
        let Some(g) = whole(p) else { continue };
        let b = |f: &JudgedFigure| f.delivered.as_ref().map(|d| d.b);
        table.add_row(vec![
            Cell::new(name(sited, &p.key, lang)),
            right(share(g.within.promised)),
            right(share(b(&g.within))),
            right(change_of(&g.within, true, lang)),
            right(minutes(g.mean_min.promised)),
            right(minutes(b(&g.mean_min))),
            right(change_of(&g.mean_min, false, lang)),
            right(people(p, &g)),
        ]);
    }
    table
}

pub(super) fn people(p: &JudgedProposal, g: &JudgedGroup) -> String {
    let row: Option<&PeopleRow> = p.people.iter().find(|r| r.county == g.county && r.zone == g.zone);
    row.map_or("–".into(), |r| format!("{} / {}", number(r.gain, 0), number(r.lose, 0)))
}

fn counties(p: &JudgedProposal, groups: &[&JudgedGroup], lang: Lang, width: u16) -> Table {
    let mut table = empty(width);
    table.set_header(heads("", lang));
    for g in groups {
        let county = g.county.as_ref().map_or(Judging::All.get(lang), |c| c.get(lang));
        let to = |a: String, b: String| right(format!("{a} → {b}"));
        let (a, b) = (|f: &JudgedFigure| f.delivered.map(|d| d.a), |f: &JudgedFigure| f.delivered.map(|d| d.b));
        table.add_row(vec![
            Cell::new(county),
            to(share(g.within.promised_now), share(g.within.promised)),
            to(share(a(&g.within)), share(b(&g.within))),
            right(change_of(&g.within, true, lang)),
            to(minutes(g.mean_min.promised_now), minutes(g.mean_min.promised)),
            to(minutes(a(&g.mean_min)), minutes(b(&g.mean_min))),
            right(change_of(&g.mean_min, false, lang)),
            right(people(p, g)),
        ]);
    }
    table
}

/// Verdicts before and after: of all clauses that the question is about, else of those that some proposal changes.
fn clauses(sited: &Sited, judgment: &Judgment, lang: Lang, width: u16) -> Option<Table> {
    let asked = matches!(sited.question, Question::Fewest { .. });
    let mut rows = judgment.clauses.iter().filter(|c| match asked {
        true => c.paper.is_some(),
        false => c.then.iter().any(|then| then.verdict != c.now.verdict),
    });
    let mut table = empty(width);
    let mut heads = vec![Siting::Clause.get(lang).to_string(), Siting::AsIs.get(lang).to_string()];
    heads.extend(judgment.proposals.iter().map(|p| name(sited, &p.key, lang)));
    table.set_header(heads);
    let first = rows.next()?;
    for c in std::iter::once(first).chain(rows) {
        let cell = |v: &ClauseVerdict| {
            let digits = figure::decimals(&c.unit);
            let value = v.value.map_or(String::new(), |e| format!(" {}", number(e.mean, digits)));
            Cell::new(format!("{} {}{value}", verdict_sign(v.verdict), verdict(v.verdict).get(lang)))
        };
        let mut cells = vec![Cell::new(c.title.get(lang)), cell(&c.now)];
        cells.extend(c.then.iter().map(cell));
        table.add_row(cells);
    }
    Some(table)
}
