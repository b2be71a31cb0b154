//! Hand-over by hospital, and the units that wait or hand over by hour of the day.

use super::axes::Scale;
use super::canvas::{self, Anchor, Canvas, MARGIN, Mark};
use crate::experiment::summary::{Handover, HandoverRow, Summary};
use crate::report::words::{self, Word};
use crate::report::words_charts::Chart;
use crate::report::{ReportError, figure, font, theme};
use crate::text::Lang;

const ROW: f64 = 24.0;
/// Most hospitals drawn, those with the most patients.
const MOST: usize = 24;
/// Most width of their names, and of a column of figures.
const NAMES: f64 = 280.0;
const COLUMN: f64 = 74.0;
/// Height of the lower chart's bars.
const HOURS: f64 = 130.0;

/// `None` in runs of earlier versions.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let Some(handover) = &summary.charts.handover else { return Ok(None) };
    let mut rows: Vec<&HandoverRow> = handover.hospitals.iter().collect();
    // Stable: those alike stay in the order of the scenario.
    rows.sort_by(|a, b| b.patients_per_day.mean.total_cmp(&a.patients_per_day.mean));
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    let title = Chart::HandoverTitle.get(lang);
    let about = if handover.limited { Chart::HandoverLimited } else { Chart::HandoverFree };
    let target = figure::plain(handover.target_min);
    let subtitle = about.fill(
        lang,
        &[
            ("confidence", &figure::plain(summary.run.confidence * 100.0)),
            ("target", &target),
            ("extent", &words::extent(&summary.run, lang)),
        ],
    );
    let height = 146.0 + ROW * rows.len().max(1) as f64 + 72.0 + HOURS + 96.0;
    let svg = canvas::draw("hand-over", title, (900.0, height), |c| {
        let top = c.heading(title, &subtitle) + 26.0;
        let bottom = by_hospital(c, top, handover, &rows, lang);
        let mut top = bottom + 58.0;
        if more > 0 {
            let text = Chart::HandoverMore.fill(lang, &[("n", &more.to_string())]);
            c.text(MARGIN, top, 12.0, theme::SOFT, Anchor::Start, &text);
            top += 12.0;
        }
        by_hour(c, top + 22.0, handover, lang);
    })?;
    Ok(Some(svg))
}

/// The rows of hospitals; returns where their axis lies.
fn by_hospital(c: &mut Canvas<'_>, top: f64, handover: &Handover, rows: &[&HandoverRow], lang: Lang) -> f64 {
    let name = |r: &HandoverRow| canvas::shorten(r.name.get(lang), 12.0, NAMES);
    let names = rows.iter().map(|r| font::width(&name(r), 12.0)).fold(60.0, f64::max);
    let columns = if handover.limited { 3 } else { 2 };
    let (left, right) = (MARGIN + names + 14.0, c.width - MARGIN - COLUMN * f64::from(columns));
    let bottom = top + ROW * rows.len().max(1) as f64;
    let most = rows.iter().map(|r| r.p90_min.max(r.mean_min.mean)).fold(handover.target_min * 1.2, f64::max);
    let minutes = Scale::from_zero(most * 1.04, 7.0);
    let x = |min: f64| minutes.within(min, left, right);
    c.axis_across(&minutes, [left, right, top, bottom], Chart::HandoverAxis.get(lang));
    if rows.is_empty() {
        let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
        c.text_on_paper(middle.0, middle.1, 12.0, theme::SOFT, Anchor::Middle, Chart::HandoverNoPatients.get(lang));
        return bottom;
    }
    let target = x(handover.target_min);
    c.dashed((target, top - 4.0), (target, bottom), theme::VERMILLION, 1.4);
    let at = |column: u32| right + COLUMN * f64::from(column);
    let heads = [Chart::HandoverWithin, Chart::HandoverPatients, Chart::HandoverWait];
    for (column, head) in (1..=columns).zip(heads) {
        c.text(at(column), top - 12.0, 11.0, theme::SOFT, Anchor::End, head.get(lang));
    }
    for (i, row) in rows.iter().enumerate() {
        let y = top + ROW * (i as f64 + 0.5);
        c.text(left - 12.0, y, 12.0, theme::INK, Anchor::End, &name(row));
        let p90 = x(row.p90_min);
        c.line((x(row.mean_min.mean), y), (p90, y), theme::AXIS, 1.3);
        c.line((p90, y - 5.0), (p90, y + 5.0), theme::AXIS, 1.6);
        if figure::has_interval(&row.mean_min) {
            c.whisker_along(y, x(row.mean_min.low), x(row.mean_min.high), theme::BLUE);
        }
        c.disc(x(row.mean_min.mean), y, 3.8, theme::BLUE);
        let share = figure::percent(row.share_within.mean);
        c.text(at(1), y, 11.0, theme::INK, Anchor::End, &share);
        let patients = figure::number(row.patients_per_day.mean, 1);
        c.text(at(2), y, 11.0, theme::INK, Anchor::End, &patients);
        if handover.limited {
            let wait = match row.bays {
                Some(_) => figure::number(row.wait_min.mean, 1),
                None => "–".into(),
            };
            c.text(at(3), y, 11.0, theme::INK, Anchor::End, &wait);
        }
    }
    bottom
}

/// Mean number of units by hour of the day, those that wait on those that hand over.
fn by_hour(c: &mut Canvas<'_>, top: f64, handover: &Handover, lang: Lang) {
    c.text(MARGIN, top, 13.0, theme::INK, Anchor::Start, Chart::HandoverUnitsTitle.get(lang));
    let mut legend = vec![(theme::SKY, Mark::Box, Chart::HandoverHanding.get(lang))];
    if handover.limited {
        legend.push((theme::VERMILLION, Mark::Box, Chart::HandoverWaiting.get(lang)));
    }
    c.legend(MARGIN, top + 22.0, &legend);
    let frame = [66.0, c.width - 34.0, top + 42.0, top + 42.0 + HOURS];
    let [left, right, top, bottom] = frame;
    let mean = |of: &[crate::stats::Estimate], hour: usize| of.get(hour).map_or(0.0, |e| e.mean);
    let most = (0..24).map(|h| mean(&handover.waiting, h) + mean(&handover.handing_over, h)).fold(0.0, f64::max);
    let units = Scale::from_zero(most.max(0.1) * 1.08, 4.0);
    let y = |n: f64| units.at(n, bottom, top);
    c.axis_up(&units, frame, Chart::HandoverUnits.get(lang));
    let slot = (right - left) / 24.0;
    for hour in 0..24 {
        let x = left + slot * (hour as f64 + 0.14);
        let (handing, waiting) = (mean(&handover.handing_over, hour), mean(&handover.waiting, hour));
        c.rect(x, y(handing), slot * 0.72, bottom - y(handing), theme::SKY, 1.0);
        c.rect(x, y(handing + waiting), slot * 0.72, y(handing) - y(handing + waiting), theme::VERMILLION, 1.0);
        for (e, from) in [(handover.handing_over.get(hour), 0.0), (handover.waiting.get(hour), handing)] {
            // An interval for each part, side by side.
            let Some(e) = e.filter(|e| figure::has_interval(e) && e.mean > 0.0) else { continue };
            let shift = if from == 0.0 { 0.36 } else { 0.64 };
            let top = (from + e.high).min(units.high);
            c.whisker_up(left + slot * (hour as f64 + shift), y(from + e.low.max(0.0)), y(top), theme::INK);
        }
    }
    c.hours_across(frame, Word::HourAxis.get(lang));
}
