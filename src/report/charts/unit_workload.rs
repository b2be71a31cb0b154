//! How busy each unit is, busiest first, with its dispatches a day.

use super::canvas::{self, Anchor, round_step};
use crate::experiment::summary::{Summary, UnitRow};
use crate::report::words::Word;
use crate::report::{ReportError, figure, font, theme};
use crate::text::Lang;

/// Up to this many units, each has its id below its bar.
const NAMED: usize = 45;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let mut units: Vec<&UnitRow> = summary.units.iter().collect();
    units.sort_by(|a, b| b.utilisation.mean.total_cmp(&a.utilisation.mean).then_with(|| a.id.cmp(&b.id)));
    let n = units.len().max(1);
    let mean = units.iter().map(|u| u.utilisation.mean).sum::<f64>() / n as f64;
    let high = |u: &UnitRow| if figure::bounded(&u.utilisation) { u.utilisation.high } else { u.utilisation.mean };
    let top_share = units.iter().map(|u| high(u).max(u.utilisation.mean)).fold(0.02, f64::max) * 1.05;
    let step = round_step(top_share * 100.0, 6.0);
    let end = ((top_share * 100.0 / step).ceil() * step / 100.0).max(0.01);
    let most = units.iter().map(|u| u.dispatches_per_day.mean).fold(0.0, f64::max).max(0.1) * 1.1;
    let rate_step = round_step(most, 6.0);
    let rate_end = (most / rate_step).ceil() * rate_step;

    let title = Word::WorkTitle.get(lang);
    let subtitle = Word::WorkSubtitle.fill(lang, &[("n", &units.len().to_string())]);
    let named = units.len() <= NAMED;
    let below =
        if named { units.iter().map(|u| font::width(&u.id, 10.0)).fold(20.0, f64::max).min(90.0) + 12.0 } else { 22.0 };
    canvas::draw("unit-workload", title, (900.0, 400.0 + below), |c| {
        let top = c.heading(title, &subtitle) + 14.0;
        let (left, right, bottom) = (70.0, c.width - 70.0, c.height - 34.0 - below);
        let slot = (right - left) / n as f64;
        let y = |share: f64| bottom - (bottom - top) * (share / end).clamp(0.0, 1.0);
        let y_rate = |rate: f64| bottom - (bottom - top) * (rate / rate_end).clamp(0.0, 1.0);
        for i in 0..=(end * 100.0 / step).round() as usize {
            let share = i as f64 * step / 100.0;
            c.line((left, y(share)), (right, y(share)), theme::GRID, 1.0);
            c.text(left - 8.0, y(share), 12.0, theme::SOFT, Anchor::End, &figure::plain(i as f64 * step));
        }
        for i in 0..=(rate_end / rate_step).round() as usize {
            let rate = i as f64 * rate_step;
            c.text(right + 8.0, y_rate(rate), 12.0, theme::SOFT, Anchor::Start, &figure::plain(rate));
        }
        for (i, unit) in units.iter().enumerate() {
            let x = left + slot * (i as f64 + 0.5);
            let width = (slot * 0.74).max(0.6);
            c.rect(
                x - width / 2.0,
                y(unit.utilisation.mean),
                width,
                bottom - y(unit.utilisation.mean),
                theme::SKY,
                1.0,
            );
            if figure::has_interval(&unit.utilisation) && slot >= 7.0 {
                c.whisker_up(x, y(unit.utilisation.low), y(unit.utilisation.high), theme::BLUE);
            } else if figure::has_interval(&unit.utilisation) {
                c.line((x, y(unit.utilisation.low)), (x, y(unit.utilisation.high)), theme::BLUE, 0.9);
            }
            c.dot(x, y_rate(unit.dispatches_per_day.mean), (slot * 0.3).clamp(1.4, 3.6), theme::ORANGE);
            if named {
                let label = canvas::shorten(&unit.id, 10.0, 90.0);
                c.text_up(x, bottom + 6.0, 10.0, theme::SOFT, Anchor::End, &label);
            }
        }
        c.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        if !units.is_empty() {
            c.dashed((left, y(mean)), (right, y(mean)), theme::INK, 1.2);
            let label = Word::MeanLine.fill(lang, &[("share", &figure::percent(mean))]);
            let wide = font::width(&label, 12.0);
            c.rect(right - wide - 10.0, y(mean) - 19.0, wide + 8.0, 16.0, theme::PAPER, 0.85);
            c.text(right - 6.0, y(mean) - 11.0, 12.0, theme::INK, Anchor::End, &label);
        }
        c.text((left + right) / 2.0, c.height - 20.0, 12.0, theme::SOFT, Anchor::Middle, Word::UnitsAxis.get(lang));
        c.text_up(22.0, (top + bottom) / 2.0, 12.0, theme::SOFT, Anchor::Middle, Word::BusyAxis.get(lang));
        c.text_up(
            c.width - 18.0,
            (top + bottom) / 2.0,
            12.0,
            theme::SOFT,
            Anchor::Middle,
            Word::DispatchAxis.get(lang),
        );
    })
}
