//! How the mean response settles as replications come in.

use super::canvas::{self, Anchor, Mark, round_step};
use crate::experiment::summary::Summary;
use crate::report::words::Word;
use crate::report::{ReportError, figure, theme};
use crate::text::Lang;

/// `None` with fewer than three replications: there is nothing to see.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let steps: Vec<_> = summary.convergence.iter().filter(|s| figure::bounded(&s.mean_min)).collect();
    let [.., last] = steps.as_slice() else { return Ok(None) };
    if steps.len() < 2 {
        return Ok(None);
    }
    // The first intervals are so wide that in their scale nothing else would be seen: they are cut at the frame.
    let quarter = steps.iter().find(|s| s.n * 4 >= last.n).map_or(last, |s| s);
    let reach = 2.0 * quarter.mean_min.half_width().max(last.mean_min.half_width());
    let reach = if reach > 0.0 { reach } else { 0.5 };
    let step = round_step(2.0 * reach, 6.0);
    let (low, high) =
        (((last.mean_min.mean - reach) / step).floor() * step, ((last.mean_min.mean + reach) / step).ceil() * step);
    let low = low.max(0.0);

    let title = Word::ConvergenceTitle.get(lang);
    let about = if summary.run.one_run.is_some() { Word::ConvergenceOfBatches } else { Word::ConvergenceSubtitle };
    let subtitle = about.fill(
        lang,
        &[
            ("confidence", &figure::plain(summary.run.confidence * 100.0)),
            ("mean", &figure::estimate_in(&last.mean_min, 2, "min", lang)),
        ],
    );
    let svg = canvas::draw("convergence", title, (900.0, 380.0), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let names = [Word::MeanHead.get(lang), Word::IntervalEnds.get(lang)];
        c.legend(canvas::MARGIN, top, &[(theme::BLUE, Mark::Line, names[0]), (theme::ORANGE, Mark::Line, names[1])]);
        let (left, right, top, bottom) = (66.0, c.width - 34.0, top + 24.0, c.height - 58.0);
        let x = |n: u32| left + (right - left) * f64::from(n) / f64::from(last.n);
        let y = |min: f64| bottom - (bottom - top) * ((min - low) / (high - low)).clamp(0.0, 1.0);
        let decimals = if step < 0.1 { 2 } else { 1 };
        for i in 0..=((high - low) / step).round() as usize {
            let min = low + i as f64 * step;
            c.line((left, y(min)), (right, y(min)), theme::GRID, 1.0);
            c.text(left - 8.0, y(min), 12.0, theme::SOFT, Anchor::End, &figure::number(min, decimals));
        }
        let across = round_step(f64::from(last.n), 10.0).max(1.0);
        for i in 0..=(f64::from(last.n) / across).floor() as u32 {
            let n = f64::from(i) * across;
            c.line((x(n as u32), bottom), (x(n as u32), bottom + 4.0), theme::AXIS, 1.0);
            c.text(x(n as u32), bottom + 15.0, 12.0, theme::SOFT, Anchor::Middle, &figure::number(n, 0));
        }
        c.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        let axis = if summary.run.one_run.is_some() { Word::BatchAxis } else { Word::ReplicationAxis };
        c.text((left + right) / 2.0, bottom + 38.0, 12.0, theme::SOFT, Anchor::Middle, axis.get(lang));
        c.text_up(18.0, (top + bottom) / 2.0, 12.0, theme::SOFT, Anchor::Middle, Word::EquityAxis.get(lang));
        let ends: [fn(&crate::stats::Estimate) -> f64; 2] = [|e| e.low, |e| e.high];
        for end in ends {
            let points: Vec<(f64, f64)> = steps.iter().map(|s| (x(s.n), y(end(&s.mean_min)))).collect();
            c.path(&points, theme::ORANGE, 1.6);
        }
        let points: Vec<(f64, f64)> = steps.iter().map(|s| (x(s.n), y(s.mean_min.mean))).collect();
        c.path(&points, theme::BLUE, 2.4);
    })?;
    Ok(Some(svg))
}
