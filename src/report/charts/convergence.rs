//! How the mean response settles as replications come in.

use super::axes::Scale;
use super::canvas::{self, Mark, round_step};
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
    let (low, high) = ((last.mean_min.mean - reach).max(0.0), last.mean_min.mean + reach);
    let Some(minutes) = Scale::round([low, high].into_iter(), 6.0) else { return Ok(None) };

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
        let frame = [left, right, top, bottom];
        let numbers = Scale::of(0.0, f64::from(last.n), round_step(f64::from(last.n), 10.0).max(1.0));
        let (x, y) = (|n: u32| numbers.at(f64::from(n), left, right), |min: f64| minutes.within(min, bottom, top));
        c.axis_up(&minutes, frame, Word::EquityAxis.get(lang));
        let axis = if summary.run.one_run.is_some() { Word::BatchAxis } else { Word::ReplicationAxis };
        c.ticks_across(&numbers, frame, axis.get(lang));
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
