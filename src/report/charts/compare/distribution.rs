//! Cumulative distribution of response times in two scenarios, urban beside rural, with the targets.

use super::letters;
use crate::experiment::compare::{Comparison, Pair, SystemRow};
use crate::quality::Zone;
use crate::report::charts::canvas::{self, Anchor, MARGIN, Mark, round_step};
use crate::report::words::{self, Word};
use crate::report::words_compare::Said;
use crate::report::{ReportError, figure, font, theme};
use crate::text::Lang;

/// The axis ends where this share of the slower scenario's calls has been reached.
const SHOWN_SHARE: f64 = 0.98;

/// Shares reached by the end of each bin, up to the bin that holds everything longer.
fn cumulative(bins: &[u64]) -> Vec<f64> {
    let total = bins.iter().sum::<u64>().max(1) as f64;
    let mut reached = 0;
    let bins = bins.iter().take(bins.len().saturating_sub(1));
    bins.map(|n| {
        reached += n;
        reached as f64 / total
    })
    .collect()
}

fn bins(system: &SystemRow, zone: Zone) -> &[u64] {
    match zone {
        Zone::Urban => &system.response_histogram.urban,
        Zone::Rural => &system.response_histogram.rural,
    }
}

pub(super) fn draw(c: &Comparison, pair: &Pair, lang: Lang) -> Result<String, ReportError> {
    let systems = [(&c.systems[pair.a], theme::ORANGE), (&c.systems[pair.b], theme::BLUE)];
    let (a, b) = letters(c, pair);
    let title = Said::ChartDistribution.fill(lang, &[("a", a), ("b", b)]);
    let subtitle = Said::ChartDistributionAbout.fill(lang, &[("n", &c.run.replications.to_string())]);
    canvas::draw("response-distribution", &title, (900.0, 460.0), |p| {
        let top = p.heading(&title, &subtitle) + 10.0;
        let room = (p.width - 2.0 * MARGIN) / 2.0 - 60.0;
        let names = systems.map(|(s, _)| {
            canvas::shorten(&format!("{}  {}", s.letter, s.scenario.title.get(lang)), 12.0, room.max(120.0))
        });
        let entries = [0, 1].map(|i| (systems[i].1, Mark::Line, names[i].as_str()));
        p.legend(MARGIN, top, &entries);
        let (panel_top, bottom) = (top + 48.0, p.height - 58.0);
        let wide = (p.width - 66.0 - 34.0 - 40.0) / 2.0;
        for (k, zone) in Zone::ALL.into_iter().enumerate() {
            let left = 66.0 + k as f64 * (wide + 40.0);
            let target = c.target_min[zone.index()];
            let bin_min = systems[0].0.response_histogram.bin_s / 60.0;
            let curves = systems.map(|(s, colour)| (cumulative(bins(s, zone)), colour));
            let mut end = (target * 1.25).max(20.0);
            for (curve, _) in &curves {
                let at = curve.iter().position(|share| *share >= SHOWN_SHARE).unwrap_or(curve.len());
                end = end.max(at as f64 * bin_min);
            }
            let step = round_step(end, 7.0);
            let end = (end / step).ceil() * step;
            let x = |min: f64| left + wide * min / end;
            let y = |share: f64| bottom - (bottom - panel_top) * share;
            let values = [("zone", words::zone(Some(zone)).get(lang)), ("min", &figure::plain(target))];
            p.text(left, panel_top - 16.0, 13.0, theme::INK, Anchor::Start, &Said::PanelTitle.fill(lang, &values));
            for i in 0..=5 {
                let share = f64::from(i) / 5.0;
                p.line((left, y(share)), (left + wide, y(share)), theme::GRID, 1.0);
                if k == 0 {
                    p.text(left - 8.0, y(share), 12.0, theme::SOFT, Anchor::End, &format!("{}", i * 20));
                }
            }
            for i in 0..=(end / step).round() as usize {
                let min = i as f64 * step;
                p.line((x(min), bottom), (x(min), bottom + 4.0), theme::AXIS, 1.0);
                p.text(x(min), bottom + 15.0, 12.0, theme::SOFT, Anchor::Middle, &figure::plain(min));
            }
            p.line((left, bottom), (left + wide, bottom), theme::AXIS, 1.0);
            let axis = Word::ResponseAxis.get(lang);
            p.text(left + wide / 2.0, bottom + 38.0, 12.0, theme::SOFT, Anchor::Middle, axis);
            p.dashed((x(target), panel_top), (x(target), bottom), theme::INK, 1.3);
            for (curve, colour) in &curves {
                let ends = curve.iter().enumerate().map(|(i, share)| ((i + 1) as f64 * bin_min, *share));
                let points: Vec<(f64, f64)> =
                    ends.take_while(|(min, _)| *min <= end + 1e-9).map(|(min, share)| (x(min), y(share))).collect();
                if points.len() > 1 && curve.last().is_some_and(|share| *share > 0.0) {
                    p.path(&points, *colour, 2.4);
                }
            }
            // What is reached at the target, beside the line, low where the curves have left.
            let row = pair.groups.iter().find(|g| g.county.is_none() && g.zone == Some(zone));
            if let Some(d) = row.and_then(|g| g.share_within) {
                let lines = [(0, d.a), (1, d.b)].map(|(i, share)| {
                    let share = figure::percent(share);
                    (format!("{} {}", systems[i].0.letter, Word::WithinLabel.fill(lang, &[("share", &share)])), i)
                });
                let room = left + wide - x(target);
                for (text, i) in &lines {
                    let fits = font::width(text, 12.0) + 10.0 < room;
                    let (at, anchor) =
                        if fits { (x(target) + 8.0, Anchor::Start) } else { (x(target) - 8.0, Anchor::End) };
                    p.text_on_paper(at, bottom - 38.0 + 17.0 * *i as f64, 12.0, systems[*i].1, anchor, text);
                }
            }
        }
        p.text_up(22.0, (panel_top + bottom) / 2.0, 12.0, theme::SOFT, Anchor::Middle, Word::ShareOfCalls.get(lang));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_without_the_open_bin() {
        assert_eq!(cumulative(&[1, 2, 1]), [0.25, 0.75]);
        assert_eq!(cumulative(&[0, 0]), [0.0]);
        assert!(cumulative(&[]).is_empty());
    }
}
