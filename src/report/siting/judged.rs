//! What the simulation delivers of what was promised, for the page.

use super::judged_text::{self, change_of, minutes, people, share};
use crate::experiment::siting::{
    ClauseVerdict, JudgedClause, JudgedFigure, JudgedGroup, JudgedProposal, Judgment, Question, Shown, Sited,
};
use crate::report::figure::{self, number};
use crate::report::html;
use crate::report::words::{verdict, verdict_sign};
use crate::report::words_judged::Judging;
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::text::Lang;
use serde_json::{Value, json};

/// What the template shows of a judgment.
pub(super) fn shown(sited: &Sited, j: &Judgment, lang: Lang) -> Value {
    let name = |key: &str| judged_text::name(sited, key, lang);
    let days = figure::plain(j.days);
    let mut notes: Vec<String> = j.notes.iter().map(|n| n.get(lang).to_string()).collect();
    for [key, other] in &j.same {
        notes.push(Page::JudgedSame.fill(lang, &[("name", &name(key)), ("other", &name(other))]));
    }
    if !j.left_out.is_empty() {
        let comma = if lang == Lang::Zh { "、" } else { ", " };
        let list = j.left_out.iter().map(|key| name(key)).collect::<Vec<_>>().join(comma);
        notes.push(Page::JudgedLeftOut.fill(lang, &[("list", &list)]));
    }
    let title = [("replications", j.replications.to_string()), ("days", days)];
    let title: Vec<(&str, &str)> = title.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let foremost = j.best.keys.iter().find(|key| j.proposal(key).is_some());
    let clauses = clauses(sited, j, lang);
    let page = format!("{}/compare.html", j.comparison);
    json!({
        "best": judged_text::best(sited, j, lang),
        "title": format!("{}{}", Judging::Title.fill(lang, &title), if lang == Lang::Zh { "。" } else { "." }),
        "within": Judging::WithinHead.get(lang),
        "mean": Judging::MeanHead.get(lang),
        "promised": Judging::PromisedHead.get(lang),
        "delivered": Judging::DeliveredHead.get(lang),
        "change": Judging::ChangeHead.get(lang),
        "rows": overview(sited, j, lang),
        "proposals": j.proposals.iter().enumerate().map(|(i, p)| json!({
            "title": Page::JudgedCounties.fill(lang, &[("name", &name(&p.key))]),
            "open": foremost.map_or(i == 0, |key| *key == p.key),
            "rows": counties(p, lang),
        })).collect::<Vec<_>>(),
        "paper": matches!(sited.question, Question::Fewest { .. }),
        "heads": j.proposals.iter().map(|p| name(&p.key)).collect::<Vec<_>>(),
        "clauses": clauses,
        "note": Judging::Note.fill(lang, &[("confidence", &figure::percent(j.confidence))]),
        "notes": notes,
        "comparison": page,
    })
}

fn cell(text: String) -> Value {
    json!({"text": text, "class": ""})
}

/// A change; coloured only where it is shown.
fn change(f: &JudgedFigure, percent: bool, lang: Lang) -> Value {
    let class = match f.shown {
        Shown::Better => "better",
        Shown::Worse => "worse",
        Shown::NotShown | Shown::Same => "soft",
    };
    json!({"text": change_of(f, percent, lang), "class": class})
}

fn now(f: &JudgedFigure) -> Option<f64> {
    f.delivered.as_ref().map(|d| d.a)
}

fn then(f: &JudgedFigure) -> Option<f64> {
    f.delivered.as_ref().map(|d| d.b)
}

fn overview(sited: &Sited, j: &Judgment, lang: Lang) -> Vec<Value> {
    let mut out = Vec::new();
    if let Some(g) = j.proposals.first().and_then(|p| p.groups.first()) {
        let cells = [
            share(g.within.promised_now),
            share(now(&g.within)),
            String::new(),
            minutes(g.mean_min.promised_now),
            minutes(now(&g.mean_min)),
            String::new(),
            String::new(),
        ];
        let cells = cells.map(cell).to_vec();
        out.push(json!({"name": Siting::AsIs.get(lang), "first": true, "cells": cells}));
    }
    for p in &j.proposals {
        let Some(g) = p.groups.first() else { continue };
        let cells = vec![
            cell(share(g.within.promised)),
            cell(share(then(&g.within))),
            change(&g.within, true, lang),
            cell(minutes(g.mean_min.promised)),
            cell(minutes(then(&g.mean_min))),
            change(&g.mean_min, false, lang),
            cell(people(p, g)),
        ];
        out.push(json!({"name": judged_text::name(sited, &p.key, lang), "first": false, "cells": cells}));
    }
    out
}

/// All, then by county: promised and delivered as it is and with the proposal.
fn counties(p: &JudgedProposal, lang: Lang) -> Vec<Value> {
    let row = |g: &JudgedGroup| {
        let to = |a: String, b: String| cell(format!("{a} → {b}"));
        let cells = vec![
            to(share(g.within.promised_now), share(g.within.promised)),
            to(share(now(&g.within)), share(then(&g.within))),
            change(&g.within, true, lang),
            to(minutes(g.mean_min.promised_now), minutes(g.mean_min.promised)),
            to(minutes(now(&g.mean_min)), minutes(then(&g.mean_min))),
            change(&g.mean_min, false, lang),
            cell(people(p, g)),
        ];
        let name = g.county.as_ref().map_or(Page::WholeArea.get(lang), |c| c.get(lang));
        json!({"name": name, "first": g.county.is_none(), "cells": cells})
    };
    p.groups.iter().filter(|g| g.zone.is_none()).map(row).collect()
}

/// Verdicts before and after: of the clauses that were asked for, else of those that some proposal changes.
fn clauses(sited: &Sited, j: &Judgment, lang: Lang) -> Vec<Value> {
    let asked = matches!(sited.question, Question::Fewest { .. });
    let wanted = |c: &&JudgedClause| match asked {
        true => c.paper.is_some(),
        false => c.then.iter().any(|then| then.verdict != c.now.verdict),
    };
    let row = |c: &JudgedClause| {
        let badge = |v: &ClauseVerdict| {
            let digits = figure::decimals(&c.unit);
            let text = v.value.map(|e| figure::with_unit(&number(e.mean, digits), &c.unit, lang));
            json!({
                "word": format!("{} {}", verdict_sign(v.verdict), verdict(v.verdict).get(lang)),
                "class": html::class(v.verdict),
                "figure": text.unwrap_or_default(),
            })
        };
        let paper = c.paper.as_ref().and_then(|w| Some(super::sentences::figure_of(w.promised?, &w.unit, lang)));
        json!({
            "title": c.title.get(lang),
            "paper": paper.unwrap_or_else(|| "–".into()),
            "cells": std::iter::once(&c.now).chain(&c.then).map(badge).collect::<Vec<_>>(),
        })
    };
    j.clauses.iter().filter(wanted).map(row).collect()
}
