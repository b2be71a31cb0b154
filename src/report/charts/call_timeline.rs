//! The stages of a call one after another, each with its mean and its 90th percentile.

use super::axes::Scale;
use super::canvas::{self, Anchor, MARGIN};
use crate::experiment::summary::Summary;
use crate::report::words::Word;
use crate::report::{ReportError, figure, font, theme};
use crate::text::Lang;
use plotters::style::RGBColor;

const ROW: f64 = 32.0;
const NAMES: f64 = 172.0;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let stages: Vec<_> = summary.intervals.iter().filter_map(|i| i.mean_min.map(|mean| (i, mean))).collect();
    let mut longest: f64 = 1.0;
    let mut start = 0.0;
    for (stage, mean) in &stages {
        longest = longest.max(start + stage.p90_min.map_or(mean.mean, |p| p.mean.max(mean.mean)));
        start += mean.mean;
    }
    let minutes = Scale::from_zero(longest * 1.1, 9.0);
    let title = Word::TimelineTitle.get(lang);
    canvas::draw("call-timeline", title, (900.0, 150.0 + ROW * stages.len().max(1) as f64), |c| {
        let top = c.heading(title, Word::TimelineSubtitle.get(lang)) + 8.0;
        let (left, right) = (MARGIN + NAMES, c.width - 40.0);
        let bottom = top + ROW * stages.len() as f64;
        let x = |min: f64| minutes.at(min, left, right);
        c.axis_across(&minutes, [left, right, top, bottom], Word::TimelineAxis.get(lang));
        let mut start = 0.0;
        for (i, (stage, mean)) in stages.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            let name = canvas::shorten(stage.name.get(lang), 12.0, NAMES - 14.0);
            c.text(left - 12.0, y, 12.0, theme::INK, Anchor::End, &name);
            let stop = start + mean.mean;
            let mut label = x(stop);
            if let Some(p90) = stage.p90_min
                && p90.mean > mean.mean
            {
                c.line((x(stop), y), (x(start + p90.mean), y), theme::AXIS, 1.2);
                c.line((x(start + p90.mean), y - 4.0), (x(start + p90.mean), y + 4.0), theme::AXIS, 1.2);
                label = x(start + p90.mean);
            }
            c.rect(x(start), y - 8.0, (x(stop) - x(start)).max(1.5), 16.0, colour(&stage.key), 1.0);
            let text = figure::with_unit(&figure::number(mean.mean, decimals(mean.mean)), "min", lang);
            // Where the label would leave the picture, it goes before the bar.
            if label + 8.0 + font::width(&text, 12.0) > c.width - 6.0 {
                c.text(x(start) - 8.0, y, 12.0, theme::INK, Anchor::End, &text);
            } else {
                c.text(label + 8.0, y, 12.0, theme::INK, Anchor::Start, &text);
            }
            if i + 1 < stages.len() {
                c.line((x(stop), y + 8.0), (x(stop), y + ROW - 8.0), theme::AXIS, 0.8);
            }
            start = stop;
        }
    })
}

/// Short stages need a second decimal to be more than zero.
fn decimals(minutes: f64) -> usize {
    if minutes < 1.0 { 2 } else { 1 }
}

/// One hue for each party of the call: the centre, the crew on its way, at the scene, at the hospital, afterwards.
fn colour(key: &str) -> RGBColor {
    match key {
        "answer" | "triage" | "queue" => theme::ORANGE,
        "turnout" | "travel" => theme::BLUE,
        "scene" => theme::GREEN,
        "transport" => theme::SKY,
        "handover" => theme::VERMILLION,
        _ => theme::AXIS,
    }
}
