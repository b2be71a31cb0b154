//! Sheets of who loses cover by a closure, and of how evenly people wait.

use super::table::{Cell, Shown, Table, estimate, in_unit, minutes};
use crate::experiment::summary::Summary;
use crate::report::words::{self, Word};
use crate::report::words_tables::Sheet;
use crate::report::{equity, figure, html, roads};
use crate::text::Lang;

const WHOLE: Shown = Shown::Decimals(0);
const TWO: Shown = Shown::Decimals(2);
const THREE: Shown = Shown::Decimals(3);

/// Each closure by county and zone.
pub(super) fn closures(summary: &Summary, lang: Lang) -> Table {
    let people = |word: Word| in_unit(word.get(lang), Word::UnitPeople.get(lang), lang);
    let share = |word: Word| in_unit(word.get(lang), "%", lang);
    let mut table = Table::new(Sheet::Closures, 3, lang);
    table.heads = vec![
        Sheet::Closure.get(lang).into(),
        Word::County.get(lang).into(),
        Word::Zone.get(lang).into(),
        share(Word::ShareOfTime),
        Sheet::Beside.get(lang).into(),
        people(Word::People),
        share(Word::WithinOpen),
        share(Word::WithinClosed),
        people(Word::LoseCover),
        minutes(Word::AddedMean, lang),
        minutes(Word::AddedMost, lang),
        people(Word::CutOff),
    ];
    for e in &summary.closures {
        let beside = if e.beside.is_empty() { String::new() } else { roads::names(&e.beside, lang) };
        table.rows.extend(e.rows.iter().map(|r| {
            vec![
                Cell::text(e.name.get(lang)),
                Cell::text(html::county(r.county.as_ref(), lang)),
                Cell::text(words::zone(r.zone).get(lang)),
                Cell::number(e.share_of_time, Shown::Share),
                Cell::text(beside.as_str()),
                Cell::number(r.population, WHOLE),
                Cell::number(r.within_time_open, Shown::Share),
                Cell::number(r.within_time_closed, Shown::Share),
                Cell::number(r.lose, WHOLE),
                Cell::number(r.added_min, TWO),
                Cell::number(r.most_added_min, TWO),
                Cell::number(r.cut_off, WHOLE),
            ]
        }));
    }
    table
}

/// How evenly people wait.
pub(super) fn evenness(summary: &Summary, lang: Lang) -> Table {
    let long = figure::plain(summary.equity.long_wait_min);
    let mut table = Table::new(Sheet::Equity, 1, lang);
    table.head(Word::WhoHead.get(lang)).head(in_unit(Word::People.get(lang), Word::UnitPeople.get(lang), lang));
    let min = Word::UnitMin.get(lang);
    for (name, unit) in
        [(Word::MeanHead, min), (Word::P90, min), (Word::WorstTenth, ""), (Word::Gini, ""), (Word::Palma, "")]
    {
        table.estimate_head(name.get(lang), unit, lang);
    }
    table.estimate_head(&Word::BeyondLong.fill(lang, &[("min", &long)]), Word::UnitPeople.get(lang), lang);
    table.rows = summary
        .equity
        .rows
        .iter()
        .map(|r| {
            let mut row = vec![Cell::text(equity::who(&r.who, lang)), Cell::number(r.people + r.untold, WHOLE)];
            for (figure, shown) in [
                (&r.mean_min, TWO),
                (&r.p90_min, TWO),
                (&r.worst_tenth_min, TWO),
                (&r.gini, THREE),
                (&r.palma, TWO),
                (&r.beyond, WHOLE),
            ] {
                row.extend(estimate(Some(figure), shown));
            }
            row
        })
        .collect();
    table
}
