//! Share of phone calls answered in time, by hour of the day, over the number of calls.

use super::axes::Scale;
use super::canvas::{self, Anchor, round_step};
use crate::experiment::summary::Summary;
use crate::report::words::Word;
use crate::report::{ReportError, figure, theme};
use crate::text::Lang;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let info = &summary.answer;
    let seconds = figure::plain(info.target_s);
    let target = summary.answer.target_share;
    let mut lowest = target.unwrap_or(1.0).min(info.share_within.mean);
    for e in info.by_hour.iter().flatten() {
        lowest = lowest.min(if figure::bounded(e) { e.low.max(0.0) } else { e.mean });
    }
    // The axis starts at a multiple of 5 % below everything, and never so high that small differences look large.
    let start = (((lowest - 0.01) * 20.0).floor() / 20.0).clamp(0.0, 0.8);
    let most = info.calls_by_hour.iter().copied().fold(0.0, f64::max);

    let title = Word::AnswerTitle.fill(lang, &[("s", &seconds)]);
    let subtitle = Word::AnswerSubtitle.fill(
        lang,
        &[
            ("confidence", &figure::plain(summary.run.confidence * 100.0)),
            ("share", &figure::share(&info.share_within, lang)),
        ],
    );
    canvas::draw("answer-by-hour", &title, (900.0, 440.0), |c| {
        let top = c.heading(&title, &subtitle) + 14.0;
        let (left, right, bottom) = (74.0, c.width - 92.0, c.height - 58.0);
        let frame = [left, right, top, bottom];
        let step = round_step((1.0 - start) * 100.0, 6.0);
        let shares = Scale::of((start * 100.0 / step).floor() * step, 100.0, step);
        let y = |share: f64| shares.within(share * 100.0, bottom, top);
        c.axis_up(&shares, frame, &Word::AnswerAxis.fill(lang, &[("s", &seconds)]));
        // Bars to half the height: the dots lie above.
        let calls = Scale::from_zero(most.max(1.0) * 2.0, 6.0);
        let slot = (right - left) / 24.0;
        for (hour, n) in info.calls_by_hour.iter().enumerate().take(24) {
            let (x, top) = (left + slot * (hour as f64 + 0.14), calls.at(*n, bottom, top));
            c.rect(x, top, slot * 0.72, bottom - top, theme::PALE, 1.0);
        }
        for n in calls.ticks().into_iter().filter(|n| *n <= calls.high / 2.0) {
            c.text(right + 8.0, calls.at(n, bottom, top), 12.0, theme::SOFT, Anchor::Start, &calls.text(n));
        }
        let middle = bottom - (bottom - top) / 4.0;
        c.text_up(c.width - 20.0, middle, 12.0, theme::SOFT, Anchor::Middle, Word::CallsAxis.get(lang));
        c.hours_across(frame, Word::HourAxis.get(lang));
        let x = |hour: usize| left + slot * (hour as f64 + 0.5);

        if let Some(target) = target {
            c.dashed((left, y(target)), (right, y(target)), theme::VERMILLION, 1.5);
        }
        let dots: Vec<(f64, f64)> =
            info.by_hour.iter().enumerate().take(24).filter_map(|(h, e)| e.map(|e| (x(h), y(e.mean)))).collect();
        if dots.len() > 1 {
            c.path(&dots, theme::BLUE, 1.6);
        }
        for (hour, e) in info.by_hour.iter().enumerate().take(24) {
            let Some(e) = e else { continue };
            if figure::has_interval(e) {
                c.whisker_up(x(hour), y(e.low), y(e.high), theme::BLUE);
            }
            c.dot(x(hour), y(e.mean), 4.0, theme::BLUE);
        }
        if let Some(target) = target {
            let label = Word::AnswerTarget
                .fill(lang, &[("target", &figure::with_unit(&figure::plain(target * 100.0), "%", lang))]);
            c.text(right + 8.0, y(target), 12.0, theme::VERMILLION, Anchor::Start, &label);
        }
    })
}
