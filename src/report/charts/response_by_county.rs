//! Mean response by county and zone with intervals and targets.

use super::axes::Scale;
use super::canvas::{self, Anchor, MARGIN, Mark};
use crate::experiment::summary::Summary;
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::{ReportError, figure, font, theme};
use crate::text::{Lang, Text};

/// Height of a county.
const GROUP: f64 = 38.0;
/// Most width for the counties' names.
const NAMES: f64 = 236.0;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let mut groups: Vec<Option<Text>> = vec![None];
    for row in &summary.response {
        if row.county.is_some() && !groups.contains(&row.county) {
            groups.push(row.county.clone());
        }
    }
    let zones = [(Zone::Urban, theme::BLUE), (Zone::Rural, theme::VERMILLION)];
    let of = |county: &Option<Text>, zone: Zone| {
        summary.response.iter().find(|r| r.county == *county && r.zone == Some(zone))
    };
    let mut longest: f64 = 10.0;
    for row in summary.response.iter().filter(|r| r.zone.is_some()) {
        longest = longest.max(row.target_min.unwrap_or(0.0) * 1.08);
        if let Some(mean) = &row.mean_min {
            longest = longest.max(mean.mean * 1.12);
            if figure::bounded(mean) {
                // A very wide interval is cut at the edge, so that one small county does not flatten the others.
                longest = longest.max(mean.high.min(mean.mean * 2.0) * 1.12);
            }
        }
    }
    let minutes = Scale::from_zero(longest, 8.0);
    let bounded = summary.response.iter().filter_map(|r| r.mean_min).all(|e| figure::bounded(&e));

    let title = Word::ByCountyTitle.get(lang);
    let subtitle = if bounded {
        Word::ByCountySubtitle.fill(
            lang,
            &[
                ("confidence", &figure::plain(summary.run.confidence * 100.0)),
                ("extent", &words::extent(&summary.run, lang)),
            ],
        )
    } else {
        Word::ByCountyNoInterval.get(lang).to_string()
    };
    canvas::draw("response-by-county", title, (900.0, 170.0 + GROUP * groups.len() as f64), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let mut entries: Vec<_> =
            zones.iter().map(|(z, colour)| (*colour, Mark::Dot, words::zone(Some(*z)).get(lang).to_string())).collect();
        for (zone, colour) in zones {
            if let Some(target) = of(&None, zone).and_then(|r| r.target_min) {
                let name = words::zone(Some(zone)).get(lang);
                let text = Word::TargetLabel.fill(lang, &[("zone", name), ("min", &figure::plain(target))]);
                entries.push((colour, Mark::Dash, text));
            }
        }
        let entries: Vec<_> = entries.iter().map(|(a, b, t)| (*a, *b, t.as_str())).collect();
        c.legend(MARGIN, top, &entries);
        let top = top + 22.0;
        let name_of = |county: &Option<Text>| {
            canvas::shorten(county.as_ref().map_or(Word::WholeArea.get(lang), |t| t.get(lang)), 12.0, NAMES)
        };
        let names = groups.iter().map(|g| font::width(&name_of(g), 12.0)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + names + 14.0, c.width - 64.0);
        let bottom = top + GROUP * groups.len() as f64;
        let x = |min: f64| minutes.within(min, left, right);
        c.axis_across(&minutes, [left, right, top, bottom], Word::ResponseAxis.get(lang));
        for (zone, colour) in zones {
            if let Some(target) = of(&None, zone).and_then(|r| r.target_min) {
                c.dashed((x(target), top), (x(target), bottom), colour, 1.4);
            }
        }
        for (i, county) in groups.iter().enumerate() {
            let y = top + GROUP * (i as f64 + 0.5);
            if i > 0 {
                c.line((MARGIN, y - GROUP / 2.0), (right, y - GROUP / 2.0), theme::GRID, 1.0);
            }
            c.text(left - 12.0, y, 12.0, theme::INK, Anchor::End, &name_of(county));
            for (k, (zone, colour)) in zones.into_iter().enumerate() {
                let Some(mean) = of(county, zone).and_then(|r| r.mean_min) else { continue };
                let y = y + if k == 0 { -8.0 } else { 8.0 };
                let mut label = x(mean.mean) + 8.0;
                if figure::has_interval(&mean) {
                    c.whisker_along(y, x(mean.low), x(mean.high), colour);
                    label = label.max(x(mean.high) + 7.0);
                }
                // Without a rim: it would hide the whiskers of a narrow interval.
                c.disc(x(mean.mean), y, 3.6, colour);
                c.text_on_paper(label, y, 11.0, theme::SOFT, Anchor::Start, &figure::number(mean.mean, 1));
            }
        }
    })
}
