//! Share of phone calls answered in time, by hour of the day, over the number of calls.

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
    let calls_step = round_step(most.max(1.0) * 2.0, 6.0);
    let calls_end = (most.max(1.0) * 2.0 / calls_step).ceil() * calls_step;

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
        let slot = (right - left) / 24.0;
        let x = |hour: usize| left + slot * (hour as f64 + 0.5);
        let y = |share: f64| bottom - (bottom - top) * ((share - start) / (1.0 - start)).clamp(0.0, 1.0);
        let y_calls = |n: f64| bottom - (bottom - top) * n / calls_end;
        let step = round_step((1.0 - start) * 100.0, 6.0);
        for i in 0..=((1.0 - start) * 100.0 / step).floor() as usize {
            let share = 1.0 - i as f64 * step / 100.0;
            c.line((left, y(share)), (right, y(share)), theme::GRID, 1.0);
            c.text(left - 8.0, y(share), 12.0, theme::SOFT, Anchor::End, &figure::plain(share * 100.0));
        }
        for (hour, calls) in info.calls_by_hour.iter().enumerate().take(24) {
            let height = bottom - y_calls(*calls);
            c.rect(x(hour) - slot * 0.36, bottom - height, slot * 0.72, height, theme::PALE, 1.0);
        }
        for i in 0..=(calls_end / calls_step / 2.0).floor() as usize {
            let n = i as f64 * calls_step;
            c.text(right + 8.0, y_calls(n), 12.0, theme::SOFT, Anchor::Start, &figure::plain(n));
        }
        for hour in 0..24 {
            let label = figure::number(hour as f64, 0);
            c.text(x(hour), bottom + 14.0, 12.0, theme::SOFT, Anchor::Middle, &label);
        }
        c.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        c.text((left + right) / 2.0, bottom + 37.0, 12.0, theme::SOFT, Anchor::Middle, Word::HourAxis.get(lang));
        let left_title = Word::AnswerAxis.fill(lang, &[("s", &seconds)]);
        c.text_up(22.0, (top + bottom) / 2.0, 12.0, theme::SOFT, Anchor::Middle, &left_title);
        c.text_up(
            c.width - 20.0,
            bottom - (bottom - top) / 4.0,
            12.0,
            theme::SOFT,
            Anchor::Middle,
            Word::CallsAxis.get(lang),
        );

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
