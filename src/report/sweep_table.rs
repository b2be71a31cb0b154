//! The table of a sweep for the terminal.

use super::terminal::STYLE;
use crate::experiment::plan::{Factor, Level};
use crate::experiment::sweep::{Sweep, SweepFigure};
use crate::stats::Estimate;
use crate::text::Lang;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

/// Points that a terminal shows; all are in the files.
const MOST: usize = 60;

/// More factors than this have no columns of their own.
const MOST_COLUMNS: usize = 4;

/// A row for each point, a column for each figure, for a terminal of `width` columns. Ends without a line feed.
pub fn sweep_table(sweep: &Sweep, lang: Lang, width: u16) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    // Few factors have columns of their own; of many only what is changed is named.
    let columns = sweep.factors.len() <= MOST_COLUMNS;
    let mut head: Vec<Cell> = match columns {
        true => sweep.factors.iter().map(|f| Cell::new(f.label.get(lang))).collect(),
        false => vec![Cell::new("")],
    };
    head.extend(sweep.figures.iter().map(|f| right(format!("{}\n{}", f.label.get(lang), unit(f, lang)))));
    table.set_header(head);
    for point in sweep.points.iter().take(MOST) {
        let mut row: Vec<Cell> = match columns {
            true => {
                sweep.factors.iter().zip(&point.point.levels).map(|(f, level)| Cell::new(called(f, level))).collect()
            }
            false => vec![Cell::new(point.point.label.get(lang))],
        };
        row.extend(sweep.figures.iter().zip(&point.values).map(|(f, value)| right(words(f, value.as_ref()))));
        table.add_row(row);
    }
    let mut out = table.trim_fmt();
    if sweep.points.len() > MOST {
        out.push_str(&format!("\n… {MOST} / {}", sweep.points.len()));
    }
    out
}

/// A level as a cell; a dot where the scenario's own value stands.
fn called(factor: &Factor, level: &Option<Level>) -> String {
    match level {
        Some(level) if factor.multiply => format!("× {}", level.label),
        Some(level) => level.label.clone(),
        None => "·".into(),
    }
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn unit(figure: &SweepFigure, lang: Lang) -> String {
    match figure.unit.as_str() {
        "share" => "%".into(),
        "min" if lang == Lang::Zh => "分钟".into(),
        other => other.into(),
    }
}

fn words(figure: &SweepFigure, value: Option<&Estimate>) -> String {
    let Some(value) = value else { return "–".into() };
    let value = if figure.unit == "share" { value.scaled(100.0) } else { *value };
    match value.half_width().is_finite() {
        true => format!("{:.2} ± {:.2}", value.mean, value.half_width()),
        false => format!("≥ {:.2}", value.low.max(0.0)),
    }
}
