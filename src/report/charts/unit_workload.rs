//! How busy each unit is, busiest first, over its dispatches a day.

use super::axes::Scale;
use super::canvas::{self, Anchor, Canvas};
use crate::experiment::summary::{Summary, UnitRow};
use crate::report::words::Word;
use crate::report::{ReportError, figure, font, theme};
use crate::stats::Estimate;
use crate::text::Lang;
use plotters::style::RGBColor;

/// Up to this many units, each has its id below its bar.
const NAMED: usize = 45;
/// Longest id in pixels.
const LONGEST_ID: f64 = 90.0;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let mut units: Vec<&UnitRow> = summary.units.iter().collect();
    units.sort_by(|a, b| b.utilisation.mean.total_cmp(&a.utilisation.mean).then_with(|| a.id.cmp(&b.id)));
    let busy: Vec<Estimate> = units.iter().map(|u| u.utilisation.scaled(100.0)).collect();
    let rates: Vec<Estimate> = units.iter().map(|u| u.dispatches_per_day).collect();

    let title = Word::WorkTitle.get(lang);
    let confidence = figure::plain(summary.run.confidence * 100.0);
    let subtitle = Word::WorkSubtitle.fill(lang, &[("n", &units.len().to_string()), ("confidence", &confidence)]);
    let named = units.len() <= NAMED;
    let longest = units.iter().map(|u| font::width(&u.id, 10.0)).fold(0.0, f64::max).min(LONGEST_ID);
    let below = if named { longest + 12.0 } else { 6.0 };
    canvas::draw("unit-workload", title, (900.0, 476.0 + below), |c| {
        let top = c.heading(title, &subtitle) + 12.0;
        let (left, right) = (70.0, c.width - 30.0);
        let axis = Word::BusyAxis.get(lang);
        let y = panel(c, (left, right, top, top + 220.0), &busy, theme::SKY, theme::BLUE, axis);
        if !busy.is_empty() {
            let mean = busy.iter().map(|e| e.mean).sum::<f64>() / busy.len() as f64;
            c.dashed((left, y(mean)), (right, y(mean)), theme::INK, 1.2);
            let label = Word::MeanLine.fill(lang, &[("share", &figure::percent(mean / 100.0))]);
            c.text_on_paper(right - 6.0, y(mean) - 11.0, 12.0, theme::INK, Anchor::End, &label);
        }
        let lower = (left, right, top + 248.0, top + 350.0);
        let axis = Word::DispatchAxis.get(lang);
        let _ = panel(c, lower, &rates, theme::ORANGE, theme::INK, axis);
        let slot = (right - left) / units.len().max(1) as f64;
        if named {
            for (i, unit) in units.iter().enumerate() {
                let label = canvas::shorten(&unit.id, 10.0, LONGEST_ID);
                c.text_up(left + slot * (i as f64 + 0.5), lower.3 + 6.0, 10.0, theme::SOFT, Anchor::End, &label);
            }
        }
        c.text((left + right) / 2.0, c.height - 18.0, 12.0, theme::SOFT, Anchor::Middle, Word::UnitsAxis.get(lang));
    })
}

/// Bars with whiskers and a scale of their own; returns where a value lies.
fn panel(
    c: &mut Canvas<'_>,
    (left, right, top, bottom): (f64, f64, f64, f64),
    bars: &[Estimate],
    fill: RGBColor,
    whisker: RGBColor,
    axis: &str,
) -> impl Fn(f64) -> f64 + use<> {
    let reach = |e: &Estimate| if figure::bounded(e) { e.high.max(e.mean) } else { e.mean };
    let most = bars.iter().map(reach).fold(0.0, f64::max).max(1e-3) * 1.04;
    let scale = Scale::from_zero(most, (bottom - top) / 36.0);
    let y = move |value: f64| scale.within(value, bottom, top);
    c.axis_up(&scale, [left, right, top, bottom], axis);
    let slot = (right - left) / bars.len().max(1) as f64;
    for (i, e) in bars.iter().enumerate() {
        let x = left + slot * (i as f64 + 0.5);
        let width = (slot * 0.74).max(0.6);
        c.rect(x - width / 2.0, y(e.mean), width, bottom - y(e.mean), fill, 1.0);
        if figure::has_interval(e) && slot >= 9.0 {
            c.whisker_up(x, y(e.low), y(e.high), whisker);
        } else if figure::has_interval(e) {
            c.line((x, y(e.low)), (x, y(e.high)), whisker, 0.9);
        }
    }
    c.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
    y
}
