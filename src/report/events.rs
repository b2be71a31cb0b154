//! The part of the page on what happened besides times: rows for the template.

use super::figure;
use super::words::{self, Word};
use crate::experiment::summary::{GroupRow, Summary};
use crate::sim::Count;
use crate::text::Lang;
use serde_json::{Value, json};

/// All of it.
pub(super) fn section(summary: &Summary, lang: Lang) -> Value {
    json!({
        "counts": counts(summary, lang),
        "groups": groups(summary, lang),
        "survival": !summary.events.survival.is_empty(),
    })
}

/// How often what happened a day, the wait for a bay, driving.
fn counts(summary: &Summary, lang: Lang) -> Vec<Value> {
    let name = |key: &str| {
        let count = Count::ALL.into_iter().find(|c| c.key() == key);
        count.map_or(key.to_string(), |c| words::happened(c).get(lang).to_string())
    };
    let e = &summary.events;
    let row = |name: String, figure: String| json!({"name": name, "figure": figure});
    let counted = e.counts.iter().map(|c| row(name(&c.key), figure::estimate(&c.per_day, 2, "", lang)));
    let wait = e.bay_wait_min.iter().map(|wait| {
        row(Word::BayWait.get(lang).to_string(), figure::estimate_in(wait, 1, Word::UnitMin.get(lang), lang))
    });
    let driving =
        e.driving.iter().map(|share| row(Word::DrivingShare.get(lang).to_string(), figure::share(share, lang)));
    counted.chain(wait).chain(driving).collect()
}

/// Response by priority, then by category.
fn groups(summary: &Summary, lang: Lang) -> Vec<Value> {
    let e = &summary.events;
    let minutes =
        |e: &Option<crate::stats::Estimate>| e.as_ref().map_or("–".to_string(), |e| figure::estimate(e, 1, "", lang));
    let row = |g: &GroupRow, first: bool| {
        let survival = e.survival.iter().find(|s| s.name == g.name);
        json!({
            "name": g.name.get(lang),
            "first": first,
            "calls": figure::estimate(&g.calls_per_day, 1, "", lang),
            "mean": minutes(&g.mean_min),
            "p90": minutes(&g.p90_min),
            "survival": survival.map_or(String::new(), |s| figure::share(&s.chance, lang)),
        })
    };
    let priorities = e.priorities.iter().map(|g| row(g, false));
    let categories = e.categories.iter().enumerate().map(|(i, g)| row(g, i == 0));
    priorities.chain(categories).collect()
}
