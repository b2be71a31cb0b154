//! The front of `siting frontier` as a table: what each further post brings.

use super::{mapped, sentences};
use crate::experiment::siting::{ProposalRow, Sited};
use crate::report::compare::signed;
use crate::report::figure::{number, percent, plain};
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::text::Lang;
use serde_json::{Value, json};

/// What the template shows of it; nothing where there is none.
pub(super) fn shown(sited: &Sited, lang: Lang) -> Value {
    if sited.front.is_empty() {
        return Value::Null;
    }
    let on = sited.front.iter().filter(|f| f.on_front).count();
    let shown = mapped(sited);
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let list = shown.iter().map(|p| sentences::name(sited, p, lang)).collect::<Vec<_>>().join(comma);
    json!({
        "rows": rows(sited, lang),
        "costs": sited.front.iter().any(|f| f.cost.is_some()),
        "which": match shown.len() < on {
            true => Page::FrontShown.fill(
                lang,
                &[("all", &on.to_string()), ("n", &shown.len().to_string()), ("list", &list)],
            ),
            false => Page::FrontAll.get(lang).to_string(),
        },
    })
}

fn rows(sited: &Sited, lang: Lang) -> Vec<Value> {
    let mut before: Option<&ProposalRow> = None;
    let now = &sited.now;
    let mut out = vec![json!({
        "name": Siting::AsIs.get(lang), "first": true, "people": format!("{} ({})", number(now.people_within, 0), percent(now.within)), "gained": "", "served": percent(sited.served_now.within),
        "mean": number(now.mean_min, 2), "worst": now.worst.as_ref().map_or("–".into(), |w| percent(w.1)),
        "cost": "–", "on_front": false, "answer": "", "file": "", "proof": "",
    })];
    for f in &sited.front {
        let Some(p) = sited.proposal(&f.key) else { continue };
        // The row above, of the same model and one post fewer; the first against what is there.
        let last = before.filter(|b| b.model == p.model && b.opened.len() < p.opened.len());
        let people = last.map_or(sited.now.people_within, |b| b.promise.people_within);
        out.push(json!({
            "name": sentences::name(sited, p, lang),
            "first": false,
            "people": format!("{} ({})", number(f.people_within, 0), percent(f.within)),
            "gained": signed(f.people_within - people, 0),
            "served": percent(p.served.within),
            "mean": number(f.mean_min, 2),
            "worst": f.worst.map_or("–".into(), percent),
            "cost": f.cost.map_or("–".into(), plain),
            "on_front": f.on_front,
            "answer": if f.on_front { Page::Yes } else { Page::No }.get(lang),
            "file": p.scenario,
            "proof": sentences::proof(p, lang),
        }));
        before = Some(p);
    }
    out
}
