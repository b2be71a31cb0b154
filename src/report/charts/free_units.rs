//! How long no, one or two units were free, in all and by county.

use super::axes::Scale;
use super::canvas::{self, Anchor, MARGIN, Mark};
use crate::experiment::summary::{FreeUnits, Summary};
use crate::report::words::{self, Word};
use crate::report::words_charts::Chart;
use crate::report::{ReportError, figure, font, theme};
use crate::stats::Estimate;
use crate::text::Lang;

const ROW: f64 = 30.0;
/// Most width of the names, and of a column of hours.
const NAMES: f64 = 170.0;
const COLUMN: f64 = 98.0;
const HOURS_A_WEEK: f64 = 168.0;
/// The axis reaches at least so many per cent, so that seconds a week do not look like much.
const LEAST_PERCENT: f64 = 1.0;

/// `None` in runs of earlier versions.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let rows: Vec<&FreeUnits> = summary.charts.free_units.iter().filter(|r| r.at_most.len() == 3).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let ends = rows.iter().flat_map(|r| &r.at_most).map(reach).fold(LEAST_PERCENT, f64::max).min(100.0);
    let percent = Scale::from_zero(ends, 5.0);
    let name = |r: &FreeUnits| r.county.as_ref().map_or(Word::WholeArea.get(lang), |t| t.get(lang)).to_string();
    let title = Chart::FreeTitle.get(lang);
    let subtitle = Chart::FreeSubtitle.fill(
        lang,
        &[
            ("confidence", &figure::plain(summary.run.confidence * 100.0)),
            ("extent", &words::extent(&summary.run, lang)),
        ],
    );
    let svg = canvas::draw("free-units", title, (900.0, 190.0 + ROW * rows.len() as f64), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let colours = [theme::VERMILLION, theme::ORANGE, theme::SKY];
        let levels = [Chart::FreeNone, Chart::FreeOne, Chart::FreeTwo].map(|w| w.get(lang));
        let legend: Vec<_> = colours.iter().zip(levels).map(|(colour, word)| (*colour, Mark::Box, word)).collect();
        c.legend(MARGIN, top, &legend);
        let names = rows.iter().map(|r| font::width(&name(r), 12.0)).fold(0.0, f64::max).min(NAMES);
        let (left, right) = (MARGIN + names + 14.0, c.width - MARGIN - 4.0 * COLUMN + 20.0);
        let columns = [2.0, 1.0, 0.0].map(|k| c.width - MARGIN - COLUMN * k);
        let free = columns[0] - COLUMN;
        c.text(columns[2], top, 12.0, theme::SOFT, Anchor::End, Chart::FreeHours.get(lang));
        let (top, heads) = (top + 42.0, [Chart::FreeNone, Chart::FreeMostOne, Chart::FreeMostTwo]);
        for (x, head) in columns.into_iter().zip(heads) {
            c.text(x, top - 14.0, 12.0, theme::SOFT, Anchor::End, head.get(lang));
        }
        c.text(free, top - 14.0, 12.0, theme::SOFT, Anchor::End, Chart::FreeMean.get(lang));
        let bottom = top + ROW * rows.len() as f64;
        c.axis_across(&percent, [left, right, top, bottom], Chart::FreeAxis.get(lang));
        let x = |e: f64| percent.within(e * 100.0, left, right);
        for (i, row) in rows.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            if i > 0 {
                c.line((MARGIN, y - ROW / 2.0), (c.width - MARGIN, y - ROW / 2.0), theme::GRID, 1.0);
            }
            c.row_name((left - 12.0, y), &name(row), NAMES, 2);
            let mean = format!("{} / {}", figure::number(row.mean.mean, 1), row.units);
            c.text(free, y, 11.0, theme::INK, Anchor::End, &mean);
            let mut from = 0.0;
            for (e, colour) in row.at_most.iter().zip(colours) {
                c.rect(x(from), y - 8.0, x(e.mean) - x(from), 16.0, colour, 1.0);
                from = e.mean;
            }
            for (k, e) in row.at_most.iter().enumerate() {
                if figure::has_interval(e) {
                    // Side by side, so that none hides another.
                    c.whisker_along(y + 5.0 * (k as f64 - 1.0), x(e.low), x(e.high), theme::INK);
                }
                let hours = e.scaled(HOURS_A_WEEK);
                let text = match figure::bounded(&hours) {
                    true => figure::estimate(&hours, decimals(hours.mean), "", lang),
                    false => figure::number(hours.mean, decimals(hours.mean)),
                };
                c.text(columns[k], y, 11.0, theme::INK, Anchor::End, &text);
            }
        }
        if rows.iter().flat_map(|r| &r.at_most).all(|e| e.mean == 0.0) {
            let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
            c.text_on_paper(middle.0, middle.1, 12.0, theme::SOFT, Anchor::Middle, Chart::FreeNever.get(lang));
        }
    })?;
    Ok(Some(svg))
}

/// How far to the right a share is drawn, per cent: an interval that is very wide is cut, so that one county does not flatten the
/// others.
fn reach(e: &Estimate) -> f64 {
    let end = if figure::bounded(e) { e.high.min(2.0 * e.mean) } else { e.mean };
    end * 100.0
}

/// Minutes a week want a decimal more.
fn decimals(hours: f64) -> usize {
    match hours {
        0.0 => 0,
        h if h < 1.0 => 2,
        _ => 1,
    }
}
