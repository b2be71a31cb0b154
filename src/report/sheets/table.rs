//! What a sheet is before any file format: headings and typed cells.

use crate::report::words::Word;
use crate::report::words_tables::Sheet;
use crate::standards::Verdict;
use crate::stats::Estimate;
use crate::text::Lang;

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// With so many decimals and commas between thousands.
    Decimals(u8),
    /// A number from 0 to 1 as per cent with one decimal.
    Share,
    /// A difference as per cent, its sign before it.
    Change,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// No value: nothing is written.
    Empty,
    /// Words.
    Text(String),
    /// Words on the colour of a verdict.
    Verdict(Verdict, String),
    /// A finite number.
    Number(f64, Shown),
}

impl Cell {
    /// Words; none is an empty cell.
    pub(super) fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    /// A number; none, or one without bounds, is an empty cell.
    pub(super) fn number(value: impl Into<Option<f64>>, shown: Shown) -> Cell {
        // The ends of the interval of a single replication are beyond this.
        match value.into() {
            Some(v) if v.is_finite() && v.abs() < 1e300 => Cell::Number(v, shown),
            _ => Cell::Empty,
        }
    }

    /// A count.
    pub(super) fn count(n: impl TryInto<u32>) -> Cell {
        Cell::number(n.try_into().ok().map(f64::from), Shown::Decimals(0))
    }
}

/// Mean and both ends of the interval.
pub(super) fn estimate(e: Option<&Estimate>, shown: Shown) -> [Cell; 3] {
    [e.map(|e| e.mean), e.map(|e| e.low), e.map(|e| e.high)].map(|v| Cell::number(v, shown))
}

/// The headings above [`estimate`]; `unit` is empty where the number speaks for itself.
pub(super) fn estimate_heads(name: &str, unit: &str, lang: Lang) -> [String; 3] {
    [
        in_unit(name, unit, lang),
        in_unit(&Sheet::LowOf.fill(lang, &[("name", name)]), unit, lang),
        in_unit(&Sheet::HighOf.fill(lang, &[("name", name)]), unit, lang),
    ]
}

/// A heading with its unit.
pub(super) fn in_unit(name: &str, unit: &str, lang: Lang) -> String {
    if unit.is_empty() { name.to_string() } else { Sheet::InUnit.fill(lang, &[("name", name), ("unit", unit)]) }
}

/// A heading with minutes as its unit.
pub(super) fn minutes(name: Word, lang: Lang) -> String {
    in_unit(name.get(lang), Word::UnitMin.get(lang), lang)
}

/// A sheet: one row of headings, then rows of the same length.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    /// Name of the sheet.
    pub(super) name: String,
    /// The headings.
    pub(super) heads: Vec<String>,
    /// The rows.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns that stay in sight when one scrolls to the right.
    pub(super) fixed: u16,
}

impl Table {
    /// A sheet without columns yet.
    pub(super) fn new(name: Sheet, fixed: u16, lang: Lang) -> Table {
        Table { name: name.get(lang).to_string(), fixed, ..Table::default() }
    }

    /// Adds a column.
    pub(super) fn head(&mut self, text: impl Into<String>) -> &mut Table {
        self.heads.push(text.into());
        self
    }

    /// Adds the columns of an estimate.
    pub(super) fn estimate_head(&mut self, name: &str, unit: &str, lang: Lang) -> &mut Table {
        self.heads.extend(estimate_heads(name, unit, lang));
        self
    }
}
