//! The parts of the mean response one after another, urban above rural on one scale.

use super::axes::Scale;
use super::canvas::{self, Anchor, MARGIN};
use crate::experiment::summary::{ResponseParts, Summary};
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::words_charts::Chart;
use crate::report::{ReportError, figure, font, theme};
use crate::stats::Estimate;
use crate::text::Lang;
use plotters::style::RGBColor;

const ROW: f64 = 25.0;
/// Between the zones.
const GAP: f64 = 34.0;
const NAMES: f64 = 108.0;

/// `None` without the parts in the summary.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let zones = &summary.charts.response_parts;
    if zones.is_empty() {
        return Ok(None);
    }
    let row_of = |zone: Zone| summary.response.iter().find(|r| r.county.is_none() && r.zone == Some(zone));
    let before = |z: &ResponseParts| z.parts.iter().filter(|p| !p.counts).map(|p| p.mean_min.mean).sum::<f64>();
    let sum = |z: &ResponseParts| z.parts.iter().filter(|p| p.counts).map(|p| p.mean_min.mean).sum::<f64>();
    let end = |z: &ResponseParts| row_of(z.zone).and_then(|r| r.p90_min).map_or(sum(z), |p| p.mean.max(sum(z)));
    let most = zones.iter().map(end).fold(1.0, f64::max) * 1.2;
    let mut minutes = Scale::from_zero(most, 10.0);
    // What lies before the clock reaches to the left of zero.
    let early = zones.iter().map(before).fold(0.0, f64::max);
    let steps = libm::ceil(early / minutes.step);
    minutes.low = -early.min(steps * minutes.step);

    let clock = words::clock(&summary.run.clock_start, lang);
    let title = Chart::PartsTitle.get(lang);
    let confidence = figure::plain(summary.run.confidence * 100.0);
    let subtitle = Chart::PartsSubtitle.fill(lang, &[("clock", &clock), ("confidence", &confidence)]);
    let rows = zones.iter().map(|z| z.parts.len() as f64 + 2.0).sum::<f64>();
    let height = 166.0 + ROW * rows + GAP * zones.len() as f64;
    let svg = canvas::draw("response-parts", title, (900.0, height), |c| {
        let mut y = c.heading(title, &subtitle) + 6.0;
        let (left, right) = (MARGIN + NAMES, c.width - 40.0);
        let x = |min: f64| minutes.at(min, left, right);
        let (top, bottom) = (y + GAP, y + GAP * zones.len() as f64 + ROW * rows);
        for tick in minutes.ticks_from_zero() {
            c.line((x(tick), top - GAP / 2.0), (x(tick), bottom), theme::GRID, 1.0);
            c.text(x(tick), bottom + 14.0, 12.0, theme::SOFT, Anchor::Middle, &minutes.text(tick));
        }
        c.line((x(0.0), top - GAP / 2.0), (x(0.0), bottom), theme::AXIS, 1.2);
        let name = Chart::PartsAxis.fill(lang, &[("clock", &clock)]);
        c.text((left + right) / 2.0, bottom + 36.0, 12.0, theme::SOFT, Anchor::Middle, &name);
        for zone in zones {
            let word = words::zone(Some(zone.zone)).get(lang);
            let mut label = word.to_string();
            if let Some(target) = row_of(zone.zone).and_then(|r| r.target_min) {
                label = format!(
                    "{word} · {}",
                    Word::TargetLabel.fill(lang, &[("zone", ""), ("min", &figure::plain(target))]).trim()
                );
            }
            c.text_on_paper(MARGIN, y + GAP / 2.0 + 2.0, 13.0, theme::INK, Anchor::Start, &label);
            y += GAP;
            let mut at = -before(zone);
            for part in &zone.parts {
                let middle = y + ROW / 2.0;
                c.text(left - 12.0, middle, 12.0, theme::INK, Anchor::End, name_of(&part.key, lang));
                let to = at + part.mean_min.mean;
                let (colour, opacity) = (colour(&part.key), if part.counts { 1.0 } else { 0.35 });
                c.rect(x(at), middle - 7.0, (x(to) - x(at)).max(1.2), 14.0, colour, opacity);
                c.line((x(to), middle + 7.0), (x(to), middle + ROW - 7.0), theme::AXIS, 0.8);
                let text = figure::estimate_in(&part.mean_min, decimals(part.mean_min.mean), "min", lang);
                c.text_on_paper(x(to.max(0.0)) + 8.0, middle, 11.0, theme::SOFT, Anchor::Start, &text);
                at = to;
                y += ROW;
            }
            let row = row_of(zone.zone);
            let whole = Estimate::exact(sum(zone));
            let mean = row.and_then(|r| r.mean_min).unwrap_or(whole);
            let bars = [
                (Chart::PartsResponse, Some(mean), theme::SOFT, 1.0),
                (Chart::PartsP90, row.and_then(|r| r.p90_min), theme::SOFT, 0.35),
            ];
            for (word, e, colour, opacity) in bars {
                let Some(e) = e else { continue };
                let middle = y + ROW / 2.0;
                c.text(left - 12.0, middle, 12.0, theme::INK, Anchor::End, word.get(lang));
                c.rect(x(0.0), middle - 7.0, x(e.mean) - x(0.0), 14.0, colour, opacity);
                let mut label = x(e.mean);
                if figure::has_interval(&e) {
                    c.whisker_along(middle, x(e.low), x(e.high.min(minutes.high)), theme::INK);
                    label = label.max(x(e.high.min(minutes.high)));
                }
                let text = figure::estimate_in(&e, 1, "min", lang);
                // Before the bar's end where it would leave the picture.
                if label + 8.0 + font::width(&text, 11.0) > c.width - 6.0 {
                    let end = x(if figure::has_interval(&e) { e.low } else { e.mean });
                    c.text_on_paper(end - 8.0, middle, 11.0, theme::INK, Anchor::End, &text);
                } else {
                    c.text_on_paper(label + 8.0, middle, 11.0, theme::INK, Anchor::Start, &text);
                }
                y += ROW;
            }
        }
    })?;
    Ok(Some(svg))
}

fn decimals(minutes: f64) -> usize {
    if minutes < 1.0 { 2 } else { 1 }
}

fn name_of(key: &str, lang: Lang) -> &str {
    let word = match key {
        "answer" => Chart::PartAnswer,
        "triage" => Chart::PartTriage,
        "queue" => Chart::PartQueue,
        "turnout" => Chart::PartTurnout,
        "travel" => Chart::PartTravel,
        _ => return "",
    };
    word.get(lang)
}

/// As in the time line of a call: the centre, the crew on its way.
fn colour(key: &str) -> RGBColor {
    match key {
        "answer" | "triage" | "queue" => theme::ORANGE,
        _ => theme::BLUE,
    }
}
