//! Share of residents within the radius (straight, by road) and within the time target, by county; one panel a zone.

use super::canvas::{self, Anchor, Canvas, MARGIN, Mark};
use crate::experiment::summary::{CoverageRow, Summary};
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::{ReportError, figure, theme};
use crate::text::{Lang, Text};

/// Height of a bar.
const BAR: f64 = 9.0;
/// Height of a county.
const GROUP: f64 = 43.0;
/// Width of the counties' names.
const NAMES: f64 = 158.0;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let rows = &summary.coverage;
    let groups = groups(rows);
    // A panel for each zone that has rows by county or at all; rows of both zones together when there is nothing else.
    let mut panels: Vec<Option<Zone>> =
        Zone::ALL.into_iter().map(Some).filter(|z| rows.iter().any(|r| r.zone == *z)).collect();
    if panels.is_empty() {
        panels.push(None);
    }
    let people = rows.iter().find(|r| r.county.is_none() && r.zone.is_none()).map_or(0.0, |r| r.population);
    let title = Word::CoverageTitle.get(lang);
    let subtitle = Word::CoverageSubtitle.fill(lang, &[("people", &figure::number(people, 0))]);
    let height = 196.0 + GROUP * groups.len().max(1) as f64;
    canvas::draw("coverage-by-county", title, (900.0, height), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        c.legend(
            MARGIN,
            top,
            &[
                (theme::BLUE, Mark::Box, Word::WithinRadiusStraight.get(lang)),
                (theme::SKY, Mark::Box, Word::WithinRadiusRoad.get(lang)),
                (theme::ORANGE, Mark::Box, Word::WithinTime.get(lang)),
            ],
        );
        let top = top + 34.0;
        let left = MARGIN + NAMES;
        for (i, county) in groups.iter().enumerate() {
            let y = top + 20.0 + GROUP * (i as f64 + 0.5);
            let name = county.as_ref().map_or(Word::WholeArea.get(lang), |t| t.get(lang));
            // Three lines fit beside the three bars.
            c.row_name((left - 12.0, y), name, NAMES - 14.0, 3);
        }
        let gap = 46.0;
        let width = (c.width - left - MARGIN - 20.0 - gap * (panels.len() as f64 - 1.0)) / panels.len() as f64;
        for (p, zone) in panels.iter().enumerate() {
            let x0 = left + (width + gap) * p as f64;
            panel(c, (x0, top, width), &groups, rows, *zone, lang);
        }
    })
}

/// The whole area, then every county in the order of the summary.
fn groups(rows: &[CoverageRow]) -> Vec<Option<Text>> {
    let mut out = Vec::new();
    for row in rows {
        if !out.contains(&row.county) {
            out.push(row.county.clone());
        }
    }
    out
}

fn panel(
    c: &mut Canvas<'_>,
    (x0, top, width): (f64, f64, f64),
    groups: &[Option<Text>],
    rows: &[CoverageRow],
    zone: Option<Zone>,
    lang: Lang,
) {
    let bottom = top + 20.0 + GROUP * groups.len() as f64;
    let x = |share: f64| x0 + width * share;
    c.text(x0, top + 2.0, 13.0, theme::INK, Anchor::Start, words::zone(zone).get(lang));
    for i in 0..=4 {
        let share = f64::from(i) / 4.0;
        c.line((x(share), top + 16.0), (x(share), bottom), theme::GRID, 1.0);
        c.text(x(share), bottom + 13.0, 12.0, theme::SOFT, Anchor::Middle, &format!("{}", i * 25));
    }
    c.line((x0, top + 16.0), (x0, bottom), theme::AXIS, 1.0);
    c.text(x0 + width / 2.0, bottom + 34.0, 12.0, theme::SOFT, Anchor::Middle, Word::ShareOfPeople.get(lang));
    for (i, county) in groups.iter().enumerate() {
        let Some(row) = rows.iter().find(|r| r.county == *county && r.zone == zone) else { continue };
        let y = top + 20.0 + GROUP * (i as f64 + 0.5) - 1.5 * BAR - 2.0;
        let bars = [
            (row.within_radius_straight, theme::BLUE),
            (row.within_radius_road, theme::SKY),
            (row.within_time, theme::ORANGE),
        ];
        for (k, (share, colour)) in bars.into_iter().enumerate() {
            let y = y + (BAR + 2.0) * k as f64;
            let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
            c.rect(x0, y, width * share, BAR, colour, 1.0);
            c.text(x(share) + 4.0, y + BAR / 2.0, 9.5, theme::SOFT, Anchor::Start, &figure::number(share * 100.0, 1));
        }
    }
}
