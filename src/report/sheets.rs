//! The workbook of a run, for WPS and Excel: a sheet a topic, typed cells.
//!
//! * `table` – what a sheet is, before any file format;
//! * `judged`, `times`, `work`, `about` – the sheets, topic by topic;
//! * `book` – the file.

mod about;
mod book;
mod changes;
mod judged;
mod table;
mod times;
mod work;

use super::ReportError;
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use table::Table;

/// The bytes of `report.xlsx` in one language. They depend on the run and the language only.
pub(super) fn workbook(summary: &Summary, map: &MapData, lang: Lang) -> Result<Vec<u8>, ReportError> {
    book::bytes(&tables(summary, map, lang), summary.scenario.title.get(lang))
}

/// The sheets in their order. One that speaks of roads in several states is there only where they have several.
fn tables(summary: &Summary, map: &MapData, lang: Lang) -> Vec<Table> {
    let mut sheets = vec![
        judged::verdicts(summary, lang),
        times::response(summary, lang),
        times::answer(summary, lang),
        times::stages(summary, lang),
        work::coverage(summary, lang),
    ];
    if !summary.states.is_empty() {
        sheets.push(work::states(summary, lang));
    }
    if !summary.closures.is_empty() {
        sheets.push(changes::closures(summary, lang));
    }
    if !summary.equity.rows.is_empty() {
        sheets.push(changes::evenness(summary, lang));
    }
    if summary.verdicts.iter().any(|v| !v.parts.is_empty()) {
        sheets.insert(1, judged::parts(summary, lang));
    }
    sheets.extend([
        work::units(summary, lang),
        work::posts(summary, lang),
        work::hospitals(summary, lang),
        times::flow(summary, lang),
        times::groups(summary, lang),
        judged::references(summary, lang),
        about::assumptions(summary, lang),
        about::reproducing(summary, map, lang),
    ]);
    sheets
}
