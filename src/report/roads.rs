//! The part of the page on coverage through the week, closures, and the speed model: rows for the template.

use super::figure;
use super::html::county;
use super::words::{self, Word};
use crate::experiment::summary::{ClosureEffect, ClosureRow, ReachRow, SpeedPart, StateCoverage, Summary};
use crate::quality::Zone;
use crate::text::{Lang, Text};
use serde_json::{Value, json};

/// Changes of the mean below this many minutes are not worth a line.
const NOTABLE_MIN: f64 = 0.05;

/// What is in force, in words.
pub(super) fn names(active: &[Text], lang: Lang) -> String {
    if active.is_empty() {
        return Word::OrdinaryTimes.get(lang).into();
    }
    active.iter().map(|t| t.get(lang)).collect::<Vec<_>>().join(" + ")
}

fn drive(row: &ReachRow) -> String {
    row.mean_drive_min.map_or("–".into(), |m| figure::number(m, 1))
}

/// Share within time and mean drive of everybody and of each zone.
fn by_zone(rows: &[ReachRow]) -> Vec<String> {
    let find = |zone| rows.iter().find(|r| r.county.is_none() && r.zone == zone);
    let zones = [None, Some(Zone::Urban), Some(Zone::Rural)].map(find);
    let within = zones.iter().map(|r| r.map_or("–".into(), |r| figure::percent(r.within_time)));
    within.chain(zones.iter().map(|r| r.map_or("–".into(), drive))).collect()
}

/// One row per state of the roads.
pub(super) fn states(summary: &Summary, lang: Lang) -> Vec<Value> {
    let row = |s: &StateCoverage| {
        json!({
            "name": names(&s.active, lang),
            "usual": if s.usual { Word::UsualState.get(lang) } else { "" },
            "share": figure::percent(s.share_of_time),
            "cells": by_zone(&s.rows),
        })
    };
    summary.states.iter().map(row).collect()
}

/// One row per county and zone, one cell per state.
pub(super) fn states_by_county(summary: &Summary, lang: Lang) -> Vec<Value> {
    let Some(first) = summary.states.first() else { return Vec::new() };
    let row = |(i, r): (usize, &ReachRow)| {
        let cell = |s: &StateCoverage| {
            s.rows.get(i).map_or("–".into(), |r| format!("{} | {}", figure::percent(r.within_time), drive(r)))
        };
        json!({
            "county": county(r.county.as_ref(), lang),
            "zone": words::zone(r.zone).get(lang),
            "first": r.zone.is_none(),
            "cells": summary.states.iter().map(cell).collect::<Vec<_>>(),
        })
    };
    first.rows.iter().enumerate().map(row).collect()
}

/// Each closure with the groups it changes anything for.
pub(super) fn closures(summary: &Summary, lang: Lang) -> Vec<Value> {
    let people = |n: f64| figure::number(n, 0);
    let minutes = |m: Option<f64>| m.map_or("–".into(), |m| figure::number(m, 1));
    let changes = |r: &&ClosureRow| {
        let notable = r.most_added_min.is_some_and(|m| m >= NOTABLE_MIN);
        r.county.is_none() || r.lose > 0.0 || r.cut_off > 0.0 || notable
    };
    let row = |r: &ClosureRow| {
        json!({
            "county": county(r.county.as_ref(), lang),
            "zone": words::zone(r.zone).get(lang),
            "first": r.zone.is_none(),
            "cells": [
                people(r.population),
                figure::percent(r.within_time_open),
                figure::percent(r.within_time_closed),
                people(r.lose),
                minutes(r.added_min),
                minutes(r.most_added_min),
                people(r.cut_off),
            ],
        })
    };
    let effect = |e: &ClosureEffect| {
        let all = e.rows.first();
        let count = |of: fn(&ClosureRow) -> f64| people(all.map_or(0.0, of));
        let beside = if e.beside.is_empty() {
            String::new()
        } else {
            Word::ClosureBeside.fill(lang, &[("names", &names(&e.beside, lang))])
        };
        let time = figure::percent(e.share_of_time);
        let (lose, cut) = (count(|r| r.lose), count(|r| r.cut_off));
        json!({
            "name": e.name.get(lang),
            "line": Word::ClosureLine.fill(lang, &[("time", &time), ("lose", &lose), ("cut", &cut)]),
            "beside": beside,
            "rows": e.rows.iter().filter(changes).map(row).collect::<Vec<_>>(),
        })
    };
    summary.closures.iter().map(effect).collect()
}

/// As computed, then without each part of the speed model; empty where the profile has none of them.
pub(super) fn sensitivity(summary: &Summary, lang: Lang) -> Vec<Value> {
    if summary.sensitivity.is_empty() {
        return Vec::new();
    }
    let computed: Vec<ReachRow> = summary
        .coverage
        .iter()
        .map(|r| ReachRow {
            county: r.county.clone(),
            zone: r.zone,
            population: r.population,
            within_time: r.within_time,
            mean_drive_min: r.mean_drive_min,
            unreached: r.unreached,
        })
        .collect();
    let line = |word: Word, rows: &[ReachRow]| json!({"name": word.get(lang), "cells": by_zone(rows)});
    let parts = summary.sensitivity.iter().map(|s| {
        let word = match s.without {
            SpeedPart::Bends => Word::WithoutBends,
            SpeedPart::Gradient => Word::WithoutGradient,
        };
        line(word, &s.rows)
    });
    std::iter::once(line(Word::AsComputed, &computed)).chain(parts).collect()
}
