//! Sheets of what the results rest on and of how to make them again.

use super::table::{Cell, Table};
use crate::experiment::summary::{MapData, Summary};
use crate::report::words::{self, Word};
use crate::report::words_tables::Sheet;
use crate::report::{html, terminal};
use crate::text::Lang;

/// Every input with its quality and source.
pub(super) fn assumptions(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Assumptions, 1, lang);
    table.head(Word::Input.get(lang)).head(Word::InputValue.get(lang)).head(Word::Quality.get(lang));
    table.head(Word::Source.get(lang)).head(Sheet::InputKey.get(lang));
    table.rows = summary
        .assumptions
        .iter()
        .map(|a| [a.name.get(lang), &a.value, words::quality(a.quality).get(lang), &a.source, &a.key])
        .map(|row| row.map(Cell::text).to_vec())
        .collect();
    table
}

/// The run in words, digests, the command, notes and credits.
pub(super) fn reproducing(summary: &Summary, map: &MapData, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Reproducing, 1, lang);
    table.head(Sheet::Item.get(lang)).head(Sheet::Content.get(lang));
    let mut add = |name: &str, value: &str| table.rows.push(vec![Cell::text(name), Cell::text(value)]);
    add(Sheet::Title.get(lang), summary.scenario.title.get(lang));
    add(Sheet::Description.get(lang), summary.scenario.description.get(lang));
    add(Sheet::Run.get(lang), &html::run_line(summary, lang));
    add(Sheet::Clock.get(lang), &html::clock_line(summary, lang));
    add(Word::VerdictHead.get(lang), &terminal::counts(summary, lang));
    add(Sheet::Reader.get(lang), Sheet::AboutNumbers.get(lang));
    if summary.network.synthetic {
        add(Sheet::Roads.get(lang), Word::SyntheticNetwork.get(lang));
    }
    for (name, value) in html::facts(summary, lang) {
        add(name, &value);
    }
    for change in &summary.run.changes {
        add(Sheet::Changed.get(lang), change);
    }
    add(Sheet::Command.get(lang), &summary.run.command);
    for note in words::doubts_of_one_run(&summary.run, lang) {
        add(Sheet::Note.get(lang), &note);
    }
    for note in &summary.notes {
        add(Sheet::Note.get(lang), note.get(lang));
    }
    for credit in html::credits(summary, map, lang) {
        add(Sheet::Credit.get(lang), &credit);
    }
    table
}
