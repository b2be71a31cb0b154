//! Cumulative distribution of response times, urban and rural, with the targets.

use super::canvas::{self, Anchor, Mark, round_step};
use crate::experiment::summary::Summary;
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::{ReportError, figure, font, theme};
use crate::stats::Estimate;
use crate::text::Lang;

/// The axis ends where this share of the slower zone's calls has been reached.
const SHOWN_SHARE: f64 = 0.98;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let histogram = &summary.response_histogram;
    let zones = [(Zone::Urban, &histogram.urban, theme::BLUE), (Zone::Rural, &histogram.rural, theme::VERMILLION)];
    let bin_min = histogram.bin_s / 60.0;
    let count = |bins: &[u64]| bins.iter().sum::<u64>();
    let targets: Vec<f64> = summary.response.iter().filter_map(|r| r.target_min).collect();
    let end_min = axis_end(&zones.map(|(_, bins, _)| bins.as_slice()), bin_min, &targets);

    let title = Word::ResponseTitle.get(lang);
    let subtitle = Word::ResponseSubtitle.fill(
        lang,
        &[
            ("urban", &figure::number(count(&histogram.urban) as f64, 0)),
            ("rural", &figure::number(count(&histogram.rural) as f64, 0)),
            ("extent", &words::extent(&summary.run, lang)),
            ("clock", &words::clock(&summary.run.clock_start, lang)),
        ],
    );
    canvas::draw("response-time", title, (900.0, 500.0), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let legend: Vec<_> =
            zones.iter().map(|(z, _, colour)| (*colour, Mark::Line, words::zone(Some(*z)).get(lang))).collect();
        c.legend(canvas::MARGIN, top, &legend);
        let (left, right, top, bottom) = (66.0, c.width - 34.0, top + 24.0, c.height - 58.0);
        let x = |min: f64| left + (right - left) * min / end_min;
        let y = |share: f64| bottom - (bottom - top) * share;

        let names = [Word::ResponseAxis.get(lang), Word::ShareOfCalls.get(lang)];
        c.axes_of_shares([left, right, top, bottom], end_min, round_step(end_min, 12.0), names);

        for (zone, bins, colour) in &zones {
            let row = summary.response.iter().find(|r| r.county.is_none() && r.zone == Some(*zone));
            if let Some(target) = row.and_then(|r| r.target_min) {
                c.dashed((x(target), top), (x(target), bottom), *colour, 1.4);
            }
            let total = count(bins) as f64;
            if total > 0.0 {
                let mut points = vec![(x(0.0), y(0.0))];
                let mut reached = 0;
                // The last bin holds everything longer: it has no right end to draw to.
                for (i, n) in bins.iter().enumerate().take(bins.len().saturating_sub(1)) {
                    let end = (i + 1) as f64 * bin_min;
                    if end > end_min + 1e-9 {
                        break;
                    }
                    reached += n;
                    points.push((x(end), y(reached as f64 / total)));
                }
                c.path(&points, *colour, 2.4);
            }
        }
        // Labels last, on white, low in the picture where the curves have left. One that would meet the one before it goes
        // above it.
        let mut before: Option<(f64, f64)> = None;
        for (zone, _, colour) in &zones {
            let Some(row) = summary.response.iter().find(|r| r.county.is_none() && r.zone == Some(*zone)) else {
                continue;
            };
            let Some(target) = row.target_min else { continue };
            let lines = label(*zone, target, row.share_within.as_ref(), lang);
            let wide = lines.iter().map(|l| font::width(l, 12.0)).fold(0.0, f64::max);
            let flip = x(target) + wide + 14.0 > right;
            let (tx, anchor) = if flip { (x(target) - 8.0, Anchor::End) } else { (x(target) + 8.0, Anchor::Start) };
            let start = if flip { tx - wide } else { tx };
            let ty = match before {
                Some((end, y)) if end > start - 6.0 => y - 60.0,
                _ => bottom - 52.0,
            };
            before = Some((start + wide, ty));
            for (k, line) in lines.iter().enumerate() {
                c.text_on_paper(tx, ty + 17.0 * k as f64, 12.0, *colour, anchor, line);
            }
        }
    })
}

/// What stands beside a target line: its name, the share within it, the interval.
fn label(zone: Zone, target: f64, share: Option<&Estimate>, lang: Lang) -> Vec<String> {
    let name = words::zone(Some(zone)).get(lang);
    let mut lines = vec![Word::TargetLabel.fill(lang, &[("zone", name), ("min", &figure::plain(target))])];
    if let Some(share) = share {
        lines.push(Word::WithinLabel.fill(lang, &[("share", &figure::percent(share.mean))]));
        if figure::has_interval(share) {
            let end = |v: f64| figure::number(v * 100.0, 1);
            lines.push(format!("({}–{})", end(share.low), end(share.high)));
        }
    }
    lines
}

/// Minutes at the right end: where nearly all calls of the slower zone are reached, a round number, targets included.
fn axis_end(zones: &[&[u64]], bin_min: f64, targets: &[f64]) -> f64 {
    let all = zones.iter().map(|b| b.len().saturating_sub(1)).max().unwrap_or(0) as f64 * bin_min;
    let mut end = targets.iter().fold(20.0_f64, |a, b| a.max(b * 1.25));
    for bins in zones {
        let total: u64 = bins.iter().sum();
        let mut reached = 0;
        // More calls beyond the histogram than are left out: everything that is known is shown.
        if bins.last().is_some_and(|beyond| *beyond as f64 > (1.0 - SHOWN_SHARE) * total as f64) {
            end = end.max(all);
        }
        for (i, n) in bins.iter().enumerate().take(bins.len().saturating_sub(1)) {
            reached += n;
            if reached as f64 >= SHOWN_SHARE * total as f64 {
                end = end.max((i + 1) as f64 * bin_min);
                break;
            }
        }
    }
    let step = round_step(end, 12.0);
    ((end / step).ceil() * step).min(if all > 0.0 { all } else { f64::INFINITY })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_reaches_nearly_all_calls_and_the_targets() {
        let mut bins = vec![0; 241];
        bins[99] = 950;
        bins[199] = 50;
        // Half-minute bins: 95 % by 50 min, the rest by 100 min.
        assert_eq!(axis_end(&[&bins, &[]], 0.5, &[30.0]), 100.0);
        bins[199] = 0;
        assert_eq!(axis_end(&[&bins, &[]], 0.5, &[30.0]), 50.0);
        assert_eq!(axis_end(&[&[], &[]], 0.5, &[]), 20.0);
    }
}
