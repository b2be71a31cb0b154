//! Calls and the share reached in time by hour of the week, a cell for each hour.

use super::canvas::{self, Anchor, Canvas, MARGIN};
use crate::experiment::summary::{Summary, WeekHour};
use crate::report::words;
use crate::report::words_charts::Chart;
use crate::report::words_tables::Sheet;
use crate::report::{ReportError, figure, font, theme};
use crate::stats::Estimate;
use crate::text::Lang;
use plotters::style::RGBColor;

const DAYS: [Chart; 7] =
    [Chart::Monday, Chart::Tuesday, Chart::Wednesday, Chart::Thursday, Chart::Friday, Chart::Saturday, Chart::Sunday];
/// Width of the weekdays' names.
const NAMES: f64 = 42.0;
const CELL: f64 = 22.0;
/// Height of a panel with its title, hours and the gap below.
const PANEL: f64 = 24.0 + 7.0 * CELL + 46.0;
/// A share whose interval is wider than this is not told.
const WIDEST: f64 = 0.2;
/// Shares are coloured from at least this on, so that small differences do not look large.
const LOWEST: f64 = 0.8;

/// What a cell shows: the figure, its text, how dark it is (0 to 1); nothing where there is no figure.
type Cell = Option<(String, f64)>;

/// `None` without an hour of the week in the summary.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let week = &summary.charts.week;
    if week.len() != 7 * 24 || week.iter().all(|h| h.calls_per_hour.is_none()) {
        return Ok(None);
    }
    let title = Chart::WeekTitle.get(lang);
    let all = summary.response.iter().find(|r| r.county.is_none() && r.zone.is_none());
    let subtitle = Chart::WeekSubtitle.fill(
        lang,
        &[
            ("calls", &all.map_or("–".into(), |r| figure::number(r.calls_per_day.mean, 1))),
            ("share", &figure::optional_share(all.and_then(|r| r.share_within.as_ref()), lang)),
            ("extent", &words::extent(&summary.run, lang)),
        ],
    );
    let most = week.iter().filter_map(|h| h.calls_per_hour).map(|e| e.mean).fold(0.0, f64::max);
    let decimals = if most < 10.0 { 1 } else { 0 };
    let calls = |h: &WeekHour| {
        let mean = h.calls_per_hour?.mean;
        Some((figure::number(mean, decimals), if most > 0.0 { mean / most } else { 0.0 }))
    };
    let least = week.iter().filter_map(told).map(|e| e.mean).fold(LOWEST, f64::min);
    let within = |h: &WeekHour| {
        let mean = told(h)?.mean;
        Some((figure::number(mean * 100.0, 0), (1.0 - mean) / (1.0 - least)))
    };
    let untold = week.iter().any(|h| told(h).is_none());

    let svg = canvas::draw("hour-of-week", title, (900.0, 96.0 + 2.0 * PANEL), |c| {
        let top = c.heading(title, &subtitle) + 6.0;
        let ends = ["0".to_string(), figure::number(most, decimals)];
        let grid = [theme::PAPER, theme::BLUE];
        panel(c, top, Chart::WeekCalls.get(lang), &week.iter().map(calls).collect::<Vec<_>>(), grid, ends, lang);
        let top = top + PANEL;
        let ends = ["100%".to_string(), format!("{}%", figure::number(least * 100.0, 0))];
        let grid = [theme::PAPER, theme::VERMILLION];
        panel(c, top, Chart::WeekWithin.get(lang), &week.iter().map(within).collect::<Vec<_>>(), grid, ends, lang);
        if untold {
            let confidence = figure::plain(summary.run.confidence * 100.0);
            let width = figure::plain(WIDEST * 100.0);
            let text = Chart::WeekTooFew.fill(lang, &[("confidence", &confidence), ("width", &width)]);
            let x = c.width - MARGIN - font::width(&text, 12.0);
            let y = top + PANEL - 8.0;
            hatched(c, [x - 40.0, y - 8.0, 32.0, 16.0]);
            c.text(x, y, 12.0, theme::INK, Anchor::Start, &text);
        }
    })?;
    Ok(Some(svg))
}

/// A share that is known well enough to be told.
fn told(hour: &WeekHour) -> Option<Estimate> {
    hour.share_within.filter(|e| figure::bounded(e) && e.high - e.low <= WIDEST)
}

fn panel(
    c: &mut Canvas<'_>,
    top: f64,
    title: &str,
    cells: &[Cell],
    [pale, dark]: [RGBColor; 2],
    ends: [String; 2],
    lang: Lang,
) {
    c.text(MARGIN, top + 4.0, 13.0, theme::INK, Anchor::Start, title);
    // The colours from one end to the other.
    let key = c.width - MARGIN - 160.0;
    for i in 0..10 {
        c.rect(key + 10.0 * f64::from(i), top - 2.0, 10.4, 11.0, theme::blend(pale, dark, f64::from(i) / 9.0), 1.0);
    }
    c.text(key - 6.0, top + 4.0, 12.0, theme::SOFT, Anchor::End, &ends[0]);
    c.text(key + 106.0, top + 4.0, 12.0, theme::SOFT, Anchor::Start, &ends[1]);

    let (left, right, top) = (MARGIN + NAMES, c.width - MARGIN, top + 20.0);
    let bottom = top + 7.0 * CELL;
    let slot = (right - left) / 24.0;
    for (day, name) in DAYS.iter().enumerate() {
        let y = top + CELL * day as f64;
        c.text(left - 8.0, y + CELL / 2.0, 12.0, theme::SOFT, Anchor::End, name.get(lang));
        for hour in 0..24 {
            let x = left + slot * hour as f64;
            let place = [x + 0.5, y + 0.5, slot - 1.0, CELL - 1.0];
            match cells.get(day * 24 + hour) {
                Some(Some((text, darkness))) => {
                    let colour = theme::blend(pale, dark, *darkness);
                    c.rect(place[0], place[1], place[2], place[3], colour, 1.0);
                    c.text(x + slot / 2.0, y + CELL / 2.0, 11.0, theme::ink_on(colour), Anchor::Middle, text);
                }
                _ => hatched(c, place),
            }
        }
    }
    c.line((left, top), (right, top), theme::GRID, 1.0);
    c.line((left, top), (left, bottom), theme::GRID, 1.0);
    c.line((right, top), (right, bottom), theme::GRID, 1.0);
    c.hours_across([left, right, top, bottom], "");
    c.text(left - 8.0, bottom + 15.0, 12.0, theme::SOFT, Anchor::End, Sheet::Hours.get(lang));
}

/// A cell without a figure.
fn hatched(c: &mut Canvas<'_>, [x, y, w, h]: [f64; 4]) {
    c.rect(x, y, w, h, theme::GRID, 1.0);
    for i in 0..2 {
        let shift = w / 2.0 * f64::from(i);
        let run = (w / 2.0).min(h);
        c.line((x + shift + 2.0, y + h - 2.0), (x + shift + run - 2.0, y + 2.0), theme::AXIS, 0.8);
    }
}
