//! What the command line prints after a run.

use super::words::{self, Word};
use super::words_score::Score;
use super::{figure, scorecard};
use crate::experiment::summary::Summary;
use crate::standards::{Judged, Tally, Verdict};
use crate::text::Lang;
use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use std::fmt::Write;

/// Below this the table would be unreadable; it is drawn as if the terminal were so wide.
const NARROWEST: u16 = 60;
/// From this width on the worst place has room.
const WITH_WORST: u16 = 90;
/// Width of a figure with its interval, padding included.
const FIGURE: u16 = 23;

/// The verdicts and the key figures of a run for a terminal of `width` columns. With `colour`, verdicts carry ANSI
/// colours (met green, missed red, undecided yellow, not judged grey); their sign and word stand there in any case.
/// Ends with a line feed.
pub fn terminal_table(summary: &Summary, lang: Lang, colour: bool, width: u16) -> String {
    let width = width.max(NARROWEST);
    let mut out = String::new();
    let _ = writeln!(out, "{} ({})", summary.scenario.title.get(lang), summary.scenario.name);
    let _ = writeln!(out, "{}", super::html::run_line(summary, lang));
    let _ = writeln!(out, "{} — {}", summary.pack.title.get(lang), super::html::clock_line(summary, lang));
    if summary.network.synthetic {
        let _ = writeln!(out, "{}", Word::SyntheticNetwork.get(lang));
    }
    let _ = writeln!(out, "{}", verdicts(summary, lang, colour, width).trim_fmt());
    let _ = writeln!(out, "{}", counts(summary, lang));
    let _ = writeln!(out);
    let not_met = scorecard::not_met(&summary.verdicts, lang);
    if !not_met.is_empty() {
        let _ = writeln!(out, "{}", not_met_table(&not_met, lang, width).trim_fmt());
        let _ = writeln!(out);
    }
    let _ = writeln!(out, "{}", key_figures(summary, lang, width).trim_fmt());
    // What it rests on stands in the report.
    for line in scorecard::cover_bound_short(summary, lang) {
        let _ = writeln!(out, "{line}");
    }
    if !summary.run.changes.is_empty() {
        let _ = writeln!(out, "{} {}", Word::ChangedBySet.get(lang), summary.run.changes.join(", "));
    }
    let told = summary.assumptions.iter().filter(|a| a.quality.needs_telling()).count();
    if told > 0 {
        let _ = writeln!(out, "{}", Word::AssumptionCount.fill(lang, &[("n", &told.to_string())]));
    }
    out
}

/// How many clauses got which verdict, in words.
pub(super) fn counts(summary: &Summary, lang: Lang) -> String {
    let kinds = [
        (Verdict::Met, Word::MetCount),
        (Verdict::Missed, Word::MissedCount),
        (Verdict::Undecided, Word::UndecidedCount),
        (Verdict::NotJudged, Word::NotJudgedCount),
    ];
    let parts = kinds.iter().filter_map(|(verdict, word)| {
        let n = Tally::of(&summary.verdicts).count(*verdict);
        (n > 0).then(|| word.fill(lang, &[("n", &n.to_string())]))
    });
    parts.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
}

/// Rules above, below and under the head; rows stand close together.
pub(super) const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

fn table(width: u16, colour: bool) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    // Whether to colour was decided by the caller, not by what kind of stream this process has.
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn verdicts(summary: &Summary, lang: Lang, colour: bool, width: u16) -> Table {
    let narrow = width < WITH_WORST;
    let mut table = table(width, colour);
    table.set_header(
        [Word::VerdictHead, Word::Clause, Word::Value, Word::Target, Word::WorstPlace].map(|w| w.get(lang)),
    );
    for v in &summary.verdicts {
        let word = format!("{} {}", words::verdict_sign(v.verdict), words::verdict(v.verdict).get(lang));
        let tint = match v.verdict {
            Verdict::Met => Color::Green,
            Verdict::Missed => Color::Red,
            Verdict::Undecided => Color::Yellow,
            Verdict::NotJudged => Color::DarkGrey,
        };
        let mut verdict = Cell::new(word);
        if colour {
            verdict = verdict.fg(tint);
        }
        let mut clause = clause(v, lang);
        let group = scorecard::group(v, lang);
        if !group.is_empty() {
            clause = format!("{clause} [{group}]");
        }
        table.add_row(vec![
            verdict,
            Cell::new(clause),
            Cell::new(if narrow { format!("{}\n{}", value(v, lang), target(v, lang)) } else { value(v, lang) }),
            Cell::new(target(v, lang)),
            Cell::new(worst(v, lang, "\n")),
        ]);
    }
    // Figures are not broken; the words around them are. A narrow terminal has the target below the figure and no worst
    // place.
    let constraints = [
        (0, Some(ColumnConstraint::ContentWidth)),
        (2, Some(ColumnConstraint::LowerBoundary(Width::Fixed(FIGURE)))),
        (3, Some(if narrow { ColumnConstraint::Hidden } else { ColumnConstraint::ContentWidth })),
        (4, narrow.then_some(ColumnConstraint::Hidden)),
    ];
    for (column, constraint) in constraints {
        if let (Some(column), Some(constraint)) = (table.column_mut(column), constraint) {
            column.set_constraint(constraint);
        }
    }
    table
}

/// The clause with its zone.
pub(super) fn clause(v: &Judged, lang: Lang) -> String {
    let title = v.title.get(lang);
    let zone = words::zone(v.zone).get(lang);
    // Titles often name their zone themselves.
    if v.zone.is_none() || title.to_lowercase().contains(zone) { title.into() } else { format!("{title} ({zone})") }
}

/// The figure with its interval, or a dash.
pub(super) fn value(v: &Judged, lang: Lang) -> String {
    let Some(e) = &v.value else { return "–".into() };
    let decimals = figure::decimals_beside(e.mean, v.threshold, &v.unit);
    figure::estimate_in(e, decimals, &v.unit, lang)
}

/// The threshold with its sign and unit.
pub(super) fn target(v: &Judged, lang: Lang) -> String {
    if v.op.is_empty() {
        return "–".into();
    }
    if let Some(upper) = v.upper {
        let range = format!("{}–{}", figure::plain(v.threshold), figure::plain(upper));
        return figure::with_unit(&range, &v.unit, lang);
    }
    let unit = figure::with_unit(&figure::plain(v.threshold), &v.unit, lang);
    format!("{} {unit}", figure::operator(&v.op))
}

/// Where it fails worst with the figures there, or a dash.
pub(super) fn worst(v: &Judged, lang: Lang, between: &str) -> String {
    let lines = scorecard::worst(v, lang);
    if lines.is_empty() { "–".into() } else { lines.join(between) }
}

fn not_met_table(rows: &[(String, String)], lang: Lang, width: u16) -> Table {
    let mut table = table(width, false);
    table.set_header([Score::NotMetIn.get(lang), ""]);
    for (clause, parts) in rows {
        table.add_row([clause, parts]);
    }
    table
}

fn key_figures(summary: &Summary, lang: Lang, width: u16) -> Table {
    let mut table = table(width, false);
    table.set_header([Word::KeyFigures.get(lang), "", ""]);
    for (name, figure, note) in super::html::key_figures(summary, lang) {
        table.add_row([name, figure, note]);
    }
    table
}
