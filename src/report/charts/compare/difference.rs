//! Change in mean response by county and zone, with intervals.

use super::{letters, name_of};
use crate::experiment::compare::{Comparison, Pair};
use crate::quality::Zone;
use crate::report::charts::canvas::{self, Anchor, MARGIN, Mark, round_step};
use crate::report::words;
use crate::report::words_compare::Said;
use crate::report::{ReportError, compare, figure, font, theme};
use crate::stats::Estimate;
use crate::text::{Lang, Text};

/// Height of a county.
const GROUP: f64 = 38.0;
/// Most width for the counties' names.
const NAMES: f64 = 236.0;

pub(super) fn draw(c: &Comparison, pair: &Pair, lang: Lang) -> Result<String, ReportError> {
    let zones = [(Zone::Urban, theme::BLUE), (Zone::Rural, theme::VERMILLION)];
    let counties: Vec<Option<&Text>> =
        pair.groups.iter().filter(|g| g.zone.is_none()).map(|g| g.county.as_ref()).collect();
    let of = |county: Option<&Text>, zone: Zone| -> Option<Estimate> {
        let row = pair.groups.iter().find(|g| g.county.as_ref() == county && g.zone == Some(zone));
        row?.mean_min.map(|d| d.difference)
    };
    let (low, high) = range(counties.iter().flat_map(|county| zones.map(|(z, _)| of(*county, z))).flatten());
    let step = round_step(high - low, 9.0);
    let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
    let (low, high) = (first as f64 * step, last as f64 * step);

    // As in the tables.
    let whole = pair.groups.iter().find(|g| g.county.is_none() && g.zone.is_none());
    let digits = compare::decimals(whole.and_then(|w| w.mean_min).map(|d| d.difference.mean));
    let (a, b) = letters(c, pair);
    let title = Said::ChartDifference.fill(lang, &[("a", a), ("b", b)]);
    let subtitle = Said::ChartDifferenceAbout.fill(
        lang,
        &[
            ("confidence", &compare::plain_percent(pair.confidence)),
            ("n", &c.run.replications.to_string()),
            ("days", &figure::plain(c.run.days)),
        ],
    );
    let height = 186.0 + GROUP * counties.len() as f64;
    canvas::draw("difference-by-county", &title, (900.0, height), |p| {
        let top = p.heading(&title, &subtitle) + 10.0;
        let entries = zones.map(|(z, colour)| (colour, Mark::Dot, words::zone(Some(z)).get(lang)));
        p.legend(MARGIN, top, &entries);
        let names = counties.iter().map(|n| font::width(&name_of(*n, NAMES, lang), 12.0)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + names + 18.0, p.width - 72.0);
        let (top, bottom) = (top + 42.0, top + 42.0 + GROUP * counties.len() as f64);
        let x = |minutes: f64| left + (right - left) * ((minutes - low) / (high - low)).clamp(0.0, 1.0);
        for i in first..=last {
            let minutes = i as f64 * step;
            let (colour, width) = if i == 0 { (theme::INK, 1.6) } else { (theme::GRID, 1.0) };
            p.line((x(minutes), top), (x(minutes), bottom), colour, width);
            let label = compare::signed(minutes, decimals(step));
            p.text(x(minutes), bottom + 14.0, 12.0, theme::SOFT, Anchor::Middle, &label);
        }
        let axis = Said::AxisDifference.fill(lang, &[("a", a), ("b", b)]);
        p.text((left + right) / 2.0, bottom + 36.0, 12.0, theme::SOFT, Anchor::Middle, &axis);
        // What the two sides mean, where there is a side.
        if first < 0 {
            let text = Said::SideSooner.fill(lang, &[("b", b)]);
            let anchor = if x(0.0) - left > font::width(&text, 12.0) + 16.0 { Anchor::End } else { Anchor::Start };
            let at = if anchor == Anchor::End { x(0.0) - 10.0 } else { left };
            p.text(at, top - 12.0, 12.0, theme::GREEN, anchor, &text);
        }
        if last > 0 {
            let text = Said::SideLater.fill(lang, &[("b", b)]);
            let anchor = if right - x(0.0) > font::width(&text, 12.0) + 16.0 { Anchor::Start } else { Anchor::End };
            let at = if anchor == Anchor::Start { x(0.0) + 10.0 } else { p.width - MARGIN };
            p.text(at, top - 12.0, 12.0, theme::VERMILLION, anchor, &text);
        }
        for (i, county) in counties.iter().enumerate() {
            let y = top + GROUP * (i as f64 + 0.5);
            if i > 0 {
                p.line((MARGIN, y - GROUP / 2.0), (right, y - GROUP / 2.0), theme::GRID, 1.0);
            }
            p.text(left - 14.0, y, 12.0, theme::INK, Anchor::End, &name_of(*county, NAMES, lang));
            for (k, (zone, colour)) in zones.into_iter().enumerate() {
                let Some(e) = of(*county, zone) else { continue };
                let y = y + if k == 0 { -8.0 } else { 8.0 };
                let (mut before, mut behind) = (x(e.mean) - 8.0, x(e.mean) + 8.0);
                if figure::has_interval(&e) {
                    p.whisker_along(y, x(e.low), x(e.high), colour);
                    (before, behind) = (before.min(x(e.low) - 7.0), behind.max(x(e.high) + 7.0));
                }
                p.disc(x(e.mean), y, 3.6, colour);
                let text = compare::signed(e.mean, digits);
                // A label does not hide the line of zero, nor leave the picture.
                let end = behind + font::width(&text, 11.0) + 3.0;
                let crosses = behind < x(0.0) + 3.0 && end > x(0.0);
                let (at, anchor) =
                    if crosses || end > p.width - 4.0 { (before, Anchor::End) } else { (behind, Anchor::Start) };
                p.text_on_paper(at, y, 11.0, theme::SOFT, anchor, &text);
            }
        }
    })
}

/// Decimals for labels a step apart.
fn decimals(step: f64) -> usize {
    (0..3).find(|d| ((step * 10f64.powi(*d as i32)).round() / 10f64.powi(*d as i32) - step).abs() < 1e-9).unwrap_or(3)
}

/// Lowest and highest minutes to show, zero included. A very wide interval is cut, so that one small county does not flatten
/// the others.
fn range(all: impl Iterator<Item = Estimate> + Clone) -> (f64, f64) {
    let most = all.clone().map(|e| e.mean.abs()).fold(0.5, f64::max);
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for e in all {
        (low, high) = (low.min(e.mean), high.max(e.mean));
        if figure::bounded(&e) {
            (low, high) = (low.min(e.low.max(-1.5 * most)), high.max(e.high.min(1.5 * most)));
        }
    }
    if high - low < 0.2 {
        // Nothing to see is seen on a scale that means something.
        return (-0.5, 0.5);
    }
    let room = 0.04 * (high - low);
    (if low < 0.0 { low - room } else { 0.0 }, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_always_in_the_picture() {
        let e = |mean: f64, half: f64| Estimate { mean, low: mean - half, high: mean + half };
        let (low, high) = range([e(-10.0, 1.0), e(-2.0, 100.0)].into_iter());
        assert!((-16.5..-15.0).contains(&low) && (15.0..16.5).contains(&high), "{low} {high}");
        let (low, high) = range([Estimate::exact(0.0)].into_iter());
        assert_eq!((low, high), (-0.5, 0.5));
        assert_eq!((decimals(2.0), decimals(2.5), decimals(0.25)), (0, 1, 2));
    }
}
