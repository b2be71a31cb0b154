//! The scorecard's depth: groups of clauses, where each fails worst, the figure of every part.

use super::figure;
use super::words;
use super::words::Word;
use super::words_score::Score;
use crate::experiment::summary::{BoundRow, Summary};
use crate::standards::{Judged, Part, PartKind, Verdict};
use crate::stats::Estimate;
use crate::text::Lang;

/// Parts that are named in a line of a terminal, or of a short report.
const NAMED: usize = 4;

/// Whether one clause of a group is enough, or all of it must be met; empty for a clause on its own.
pub(super) fn group(v: &Judged, lang: Lang) -> &'static str {
    match (&v.any_of, &v.all_of) {
        (Some(_), _) => Word::AnyOf.get(lang),
        (None, Some(_)) => Score::AllOf.get(lang),
        (None, None) => "",
    }
}

/// What kind of part it is.
pub(super) fn kind(kind: PartKind, lang: Lang) -> &'static str {
    match kind {
        PartKind::County => Score::KindCounty,
        PartKind::Area => Score::KindArea,
        PartKind::Hour => Score::KindHour,
        PartKind::Category => Score::KindCategory,
    }
    .get(lang)
}

/// A figure beside a clause's threshold. Long units are not said again: they stand beside the clause's own figure.
fn beside(v: &Judged, value: f64, lang: Lang) -> String {
    let text = figure::number(value, figure::decimals_beside(value, v.threshold, &v.unit));
    if matches!(v.unit.as_str(), "%" | "min" | "km" | "s") { figure::with_unit(&text, &v.unit, lang) } else { text }
}

/// Where a clause fails worst: the place, then the hour of the day and the category, where these are known.
pub(super) fn worst(v: &Judged, lang: Lang) -> Vec<String> {
    let place = v.worst.as_ref().map(|w| (w.place.get(lang), w.value));
    let finer = [&v.worst_hour, &v.worst_category].into_iter().flatten().map(|p| (p.place.get(lang), p.value.mean));
    let mut lines: Vec<String> = Vec::new();
    for (name, value) in place.into_iter().chain(finer) {
        let line = format!("{name} {}", beside(v, value, lang));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The figure of a part with its interval.
pub(super) fn part_value(v: &Judged, part: &Part, lang: Lang) -> String {
    let decimals = figure::decimals_beside(part.value.mean, v.threshold, &v.unit);
    figure::estimate_in(&part.value, decimals, &v.unit, lang)
}

/// The margin of a part; positive on the good side.
pub(super) fn margin(v: &Judged, value: f64) -> Option<f64> {
    match (v.op.as_str(), v.upper) {
        ("<=", _) => Some(v.threshold - value),
        (">=", _) => Some(value - v.threshold),
        ("in", Some(upper)) => Some((value - v.threshold).min(upper - value)),
        _ => None,
    }
}

/// A margin with its sign.
pub(super) fn signed(margin: Option<f64>, unit: &str) -> String {
    let Some(m) = margin else { return "–".into() };
    let sign = if m > 0.0 { "+" } else { "" };
    // The unit stands in the columns beside it.
    let unit_sign = if unit == "%" { "%" } else { "" };
    format!("{sign}{}{unit_sign}", figure::number(m, figure::decimals_beside(m, 0.0, unit)))
}

/// Clauses of which a part is not met, with these parts (the worst first) in words, as far as a line holds them.
pub(super) fn not_met(verdicts: &[Judged], lang: Lang) -> Vec<(String, String)> {
    let line = |v: &Judged| {
        let mut parts: Vec<&Part> = v
            .parts
            .iter()
            .filter(|p| matches!(p.kind, PartKind::County | PartKind::Area))
            .filter(|p| matches!(p.verdict, Verdict::Missed | Verdict::Undecided))
            .collect();
        let key = |p: &Part| (p.verdict != Verdict::Missed, margin(v, p.value.mean).unwrap_or(0.0));
        parts.sort_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
        let named = parts.iter().take(NAMED).map(|p| {
            format!("{} {} {}", words::verdict_sign(p.verdict), p.place.get(lang), beside(v, p.value.mean, lang))
        });
        let (comma, mut text) = (if lang == Lang::Zh { "；" } else { "; " }, named.collect::<Vec<_>>());
        if parts.len() > NAMED {
            text.push(Score::MoreParts.fill(lang, &[("n", &(parts.len() - NAMED).to_string())]));
        }
        (!parts.is_empty()).then(|| (super::terminal::clause(v, lang), text.join(comma)))
    };
    verdicts.iter().filter_map(line).collect()
}

/// What no dispatch policy can beat, line by line, then on what it rests; empty in runs of earlier versions.
pub(super) fn cover_bound(summary: &Summary, lang: Lang) -> Vec<String> {
    let (rows, rest) = cover_bound_parts(summary, lang);
    rows.into_iter().chain(rest).collect()
}

/// The same in short: the whole area, and what the bound does not hold for.
pub(super) fn cover_bound_short(summary: &Summary, lang: Lang) -> Vec<String> {
    let (rows, rest) = cover_bound_parts(summary, lang);
    let others = (rest.len() > 1).then(|| rest[0].clone());
    rows.into_iter().take(1).chain(others).collect()
}

/// The lines of the bound, and those on what it rests.
fn cover_bound_parts(summary: &Summary, lang: Lang) -> (Vec<String>, Vec<String>) {
    let nothing = (Vec::new(), Vec::new());
    let Some(bound) = &summary.cover_bound else { return nothing };
    let why = bound.remarks.iter().map(|r| r.get(lang)).collect::<Vec<_>>();
    let why = why.join(if lang == Lang::Zh { "；" } else { "; " });
    if bound.rows.is_empty() {
        return (vec![Score::NoBound.fill(lang, &[("why", &why)])], Vec::new());
    }
    let achieved = |zone| {
        let row = summary.response.iter().find(|r| r.county.is_none() && r.zone == zone);
        figure::optional_share(row.and_then(|r| r.share_within.as_ref()), lang)
    };
    let line = |r: &BoundRow| {
        let zone = r.zone.map_or(Word::WholeArea.get(lang), |z| words::zone(Some(z)).get(lang));
        let counts = [bound.posts.to_string(), bound.units.to_string()];
        let values = [
            ("zone", zone),
            ("posts", &counts[0]),
            ("units", &counts[1]),
            ("bound", &figure::percent(r.bound)),
            ("achieved", &achieved(r.zone)),
        ];
        Score::BoundLine.fill(lang, &values)
    };
    let lines: Vec<String> = bound.rows.iter().map(line).collect();
    let mut rest = Vec::new();
    let flow = &summary.flow;
    let most = |e: &Estimate| if figure::bounded(e) { e.high } else { e.mean };
    let others = (most(&flow.from_road) + most(&flow.queued)) / flow.dispatches.mean.max(f64::MIN_POSITIVE);
    if others > 0.0 {
        let most = (bound.rows[0].bound + others).min(1.0);
        let values = [("share", &*figure::percent(others.min(1.0))), ("most", &*figure::percent(most))];
        rest.push(Score::BoundOthers.fill(lang, &values));
    }
    rest.push(match bound.busy {
        Some(busy) => Score::BoundBusy.fill(lang, &[("n", &figure::number(busy, 1))]),
        None => Score::BoundAllFree.fill(lang, &[("why", &why)]),
    });
    (lines, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;
    use crate::text::Text;

    #[test]
    fn margins_are_positive_on_the_good_side() {
        let mut v: Judged = serde_json::from_value(serde_json::json!({
            "clause": "a", "title": {"zh": "甲", "en": "A"}, "reading": {"zh": "", "en": ""}, "zone": null,
            "basis": "simulation", "value": null, "op": "<=", "threshold": 15.0, "unit": "min", "verdict": "missed",
            "margin": null, "worst": null, "remark": null, "any_of": null, "quality": "A", "source": ""
        }))
        .unwrap();
        assert_eq!(margin(&v, 14.0), Some(1.0));
        v.all_of = Some("g".into());
        assert_eq!(group(&v, Lang::Zh), "同组须全部达标");
        let part = |place: &str, mean: f64, verdict| Part {
            kind: PartKind::County,
            place: Text::same(place),
            counted: Some(9.0),
            value: Estimate { mean, low: mean - 1.0, high: mean + 1.0 },
            verdict,
        };
        v.parts = vec![part("p", 15.5, Verdict::Undecided), part("q", 12.0, Verdict::Met)];
        v.parts.extend((0..5).map(|i| part(&format!("r{i}"), 20.0 + f64::from(i), Verdict::Missed)));
        v.worst_hour = Some(Part { kind: PartKind::Hour, ..part("3:00", 30.0, Verdict::Missed) });
        let lines = not_met(&[v.clone()], Lang::En);
        assert_eq!(lines[0].1, "× r4 24.0 min; × r3 23.0 min; × r2 22.0 min; × r1 21.0 min; 2 more");
        assert_eq!(worst(&v, Lang::En), ["3:00 30.0 min"]);
        (v.op, v.upper) = ("in".into(), Some(18.0));
        assert_eq!((margin(&v, 16.0), margin(&v, 20.0)), (Some(1.0), Some(-2.0)));
        assert_eq!((signed(Some(-2.0), "min"), signed(Some(2.0), "%")), ("−2.0".into(), "+2.0%".into()));
    }
}
