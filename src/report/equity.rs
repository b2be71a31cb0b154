//! The section on how evenly people wait.

use super::figure;
use super::words::{self, Word};
use crate::experiment::summary::{EquityRow, Summary, Who};
use crate::text::Lang;
use serde_json::{Value, json};

/// Rows of the table, or of that of townships; empty where there is nothing to tell.
pub(super) fn rows(summary: &Summary, townships: bool, lang: Lang) -> Vec<Value> {
    let row = |r: &EquityRow| {
        let beyond = match figure::bounded(&r.beyond) {
            true => figure::estimate(&r.beyond, 0, "", lang),
            false => figure::number(r.beyond.mean, 0),
        };
        json!({
            "who": who(&r.who, lang),
            "first": !matches!(r.who, Who::County(_) | Who::Township(_)),
            "people": figure::number(r.people + r.untold, 0),
            "mean": figure::estimate(&r.mean_min, 1, "", lang),
            "p90": figure::estimate(&r.p90_min, 1, "", lang),
            "worst": figure::estimate(&r.worst_tenth_min, 1, "", lang),
            "gini": figure::estimate(&r.gini, 3, "", lang),
            "palma": figure::estimate(&r.palma, 2, "", lang),
            "beyond": beyond,
        })
    };
    summary.equity.rows.iter().filter(|r| matches!(r.who, Who::Township(_)) == townships).map(row).collect()
}

/// Who they are.
pub(super) fn who(who: &Who, lang: Lang) -> String {
    match who {
        Who::All => words::zone(None).get(lang).into(),
        Who::Zone(zone) => words::zone(Some(*zone)).get(lang).into(),
        Who::Elderly => Word::Elderly.get(lang).into(),
        Who::County(name) | Who::Township(name) => name.get(lang).into(),
    }
}

/// What the table does not speak of; empty where it speaks of all.
pub(super) fn untold(summary: &Summary, lang: Lang) -> String {
    let people = summary.equity.rows.first().map_or(0.0, |r| r.untold);
    if people < 0.5 { String::new() } else { Word::EquityUntold.fill(lang, &[("n", &figure::number(people, 0))]) }
}
