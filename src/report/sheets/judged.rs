//! Sheets of verdicts and of published figures.

use super::table::{Cell, Shown, Table, estimate};
use crate::experiment::summary::Summary;
use crate::report::words::{self, Word};
use crate::report::words_tables::Sheet;
use crate::report::{figure, terminal};
use crate::standards::Judged;
use crate::text::Lang;

/// Every clause with its figure, target and verdict.
pub(super) fn verdicts(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Verdicts, 2, lang);
    table.head(Word::VerdictHead.get(lang)).head(Word::Clause.get(lang)).head(Sheet::Id.get(lang));
    table.head(Word::Zone.get(lang)).estimate_head(Word::Value.get(lang), "", lang);
    table.head(Sheet::Operator.get(lang)).head(Word::Target.get(lang)).head(Sheet::UnitOfMeasure.get(lang));
    table.head(Word::Margin.get(lang)).head(Word::WorstPlace.get(lang)).head(Sheet::WorstValue.get(lang));
    for word in [Word::BasisHead.get(lang), Sheet::AnyOfGroup.get(lang), Word::Quality.get(lang)] {
        table.head(word);
    }
    for word in [Sheet::Reading.get(lang), Sheet::Remark.get(lang), Word::Source.get(lang)] {
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
        Cell::text(words::basis(v.basis).get(lang)),
        Cell::text(v.any_of.clone().unwrap_or_default()),
        Cell::text(words::quality(v.quality).get(lang)),
        Cell::text(v.reading.get(lang)),
        Cell::text(v.remark.as_ref().map_or("", |t| t.get(lang))),
        Cell::text(v.source.as_str()),
    ]);
    row
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
