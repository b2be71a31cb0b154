//! Sheets of verdicts and of published figures.

use super::table::{Cell, Shown, Table, estimate};
use crate::experiment::summary::Summary;
use crate::report::words::{self, Word};
use crate::report::words_score::Score;
use crate::report::words_tables::Sheet;
use crate::report::{figure, scorecard, terminal};
use crate::standards::{Judged, Part};
use crate::text::Lang;

/// Every clause with its figure, target and verdict.
pub(super) fn verdicts(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Verdicts, 2, lang);
    table.head(Word::VerdictHead.get(lang)).head(Word::Clause.get(lang)).head(Sheet::Id.get(lang));
    table.head(Word::Zone.get(lang)).estimate_head(Word::Value.get(lang), "", lang);
    table.head(Sheet::Operator.get(lang)).head(Word::Target.get(lang)).head(Sheet::UnitOfMeasure.get(lang));
    table.head(Word::Margin.get(lang)).head(Word::WorstPlace.get(lang)).head(Sheet::WorstValue.get(lang));
    let finer = [Score::WorstHour, Score::WorstCategory];
    for word in finer.iter().flat_map(|w| [w.get(lang), Sheet::WorstValue.get(lang)]) {
        table.head(word);
    }
    for word in
        [Word::BasisHead.get(lang), Sheet::AnyOfGroup.get(lang), Score::AllOfGroup.get(lang), Word::Quality.get(lang)]
    {
        table.head(word);
    }
    for word in [Sheet::Reading.get(lang), Sheet::Remark.get(lang), Word::Source.get(lang), Score::Evidence.get(lang)] {
        table.head(word);
    }
    table.rows = summary.verdicts.iter().map(|v| verdict(v, lang)).collect();
    table
}

fn verdict(v: &Judged, lang: Lang) -> Vec<Cell> {
    // As many decimals as keep the figure off a threshold it is not on.
    let beside = |value: f64| Shown::Decimals(decimals(figure::decimals_beside(value, v.threshold, &v.unit)));
    let shown = v.value.as_ref().map_or(Shown::Decimals(1), |e| beside(e.mean));
    let word = format!("{} {}", words::verdict_sign(v.verdict), words::verdict(v.verdict).get(lang));
    let mut row = vec![
        Cell::Verdict(v.verdict, word),
        Cell::text(terminal::clause(v, lang)),
        Cell::text(v.clause.as_str()),
        Cell::text(v.zone.map_or("", |z| words::zone(Some(z)).get(lang))),
    ];
    row.extend(estimate(v.value.as_ref(), shown));
    let whole = v.threshold.fract().abs() < 1e-9;
    row.extend([
        Cell::text(figure::operator(&v.op)),
        Cell::number(v.threshold, Shown::Decimals(if whole { 0 } else { 2 })),
        Cell::text(figure::unit(&v.unit, lang)),
        Cell::number(
            v.margin,
            v.margin.map_or(shown, |m| Shown::Decimals(decimals(figure::decimals_beside(m, 0.0, &v.unit)))),
        ),
        Cell::text(v.worst.as_ref().map_or("", |w| w.place.get(lang))),
        Cell::number(v.worst.as_ref().map(|w| w.value), v.worst.as_ref().map_or(shown, |w| beside(w.value))),
    ]);
    for part in [&v.worst_hour, &v.worst_category] {
        row.push(Cell::text(part.as_ref().map_or("", |p| p.place.get(lang))));
        let value = part.as_ref().map(|p| p.value.mean);
        row.push(Cell::number(value, value.map_or(shown, beside)));
    }
    row.extend([
        Cell::text(words::basis(v.basis).get(lang)),
        Cell::text(v.any_of.clone().unwrap_or_default()),
        Cell::text(v.all_of.clone().unwrap_or_default()),
        Cell::text(words::quality(v.quality).get(lang)),
        Cell::text(v.reading.get(lang)),
        Cell::text(v.remark.as_ref().map_or("", |t| t.get(lang))),
        Cell::text(v.source.as_str()),
        Cell::text(v.evidence.as_str()),
    ]);
    row
}

/// Every part of every clause.
pub(super) fn parts(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Parts, 2, lang);
    table.head(Word::VerdictHead.get(lang)).head(Word::Clause.get(lang)).head(Sheet::Id.get(lang));
    table.head(Score::KindHead.get(lang)).head(Score::PartHead.get(lang));
    table.estimate_head(Word::Value.get(lang), "", lang).head(Sheet::Operator.get(lang)).head(Word::Target.get(lang));
    table.head(Sheet::UnitOfMeasure.get(lang)).head(Word::Margin.get(lang)).head(Score::Counted.get(lang));
    table.head(Sheet::Reading.get(lang));
    let row = |v: &Judged, p: &Part| {
        let beside = |value: f64| Shown::Decimals(decimals(figure::decimals_beside(value, v.threshold, &v.unit)));
        let word = format!("{} {}", words::verdict_sign(p.verdict), words::verdict(p.verdict).get(lang));
        let mut row = vec![
            Cell::Verdict(p.verdict, word),
            Cell::text(terminal::clause(v, lang)),
            Cell::text(v.clause.as_str()),
            Cell::text(scorecard::kind(p.kind, lang)),
            Cell::text(p.place.get(lang)),
        ];
        row.extend(estimate(Some(&p.value), beside(p.value.mean)));
        let (whole, margin) = (v.threshold.fract().abs() < 1e-9, scorecard::margin(v, p.value.mean));
        row.extend([
            Cell::text(figure::operator(&v.op)),
            Cell::number(v.threshold, Shown::Decimals(if whole { 0 } else { 2 })),
            Cell::text(figure::unit(&v.unit, lang)),
            Cell::number(margin, margin.map_or(Shown::Decimals(1), beside)),
            Cell::number(p.counted, Shown::Decimals(0)),
            Cell::text(v.reading.get(lang)),
        ]);
        row
    };
    table.rows = summary.verdicts.iter().flat_map(|v| v.parts.iter().map(move |p| row(v, p))).collect();
    table
}

/// Decimals in as few bits as the cell's style keeps.
fn decimals(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

/// Published figures beside simulated ones.
pub(super) fn references(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::References, 1, lang);
    table.head(Word::Figure.get(lang)).head(Sheet::UnitOfMeasure.get(lang)).head(Word::Published.get(lang));
    table.estimate_head(Word::Simulated.get(lang), "", lang).head(Sheet::RelativeDifference.get(lang));
    table.head(Word::AssumedOrCalibrated.get(lang)).head(Word::Source.get(lang));
    table.rows = summary
        .references
        .iter()
        .map(|r| {
            let shown = Shown::Decimals(if r.published.fract().abs() > 1e-9 { 2 } else { 1 });
            let mut row = vec![
                Cell::text(r.name.get(lang)),
                Cell::text(figure::unit(&r.unit, lang)),
                Cell::number(r.published, shown),
            ];
            row.extend(estimate(r.simulated.as_ref(), shown));
            row.push(Cell::number(r.difference, Shown::Change));
            row.extend([Cell::text(r.note.get(lang)), Cell::text(r.source.as_str())]);
            row
        })
        .collect();
    table
}
