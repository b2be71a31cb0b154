//! The time within which half, 80 %, 90 % and 95 % of calls are reached, by county; one panel a zone.

use super::axes::Scale;
use super::canvas::{self, Anchor, Canvas, MARGIN, Mark};
use crate::experiment::summary::{ResponseRow, Summary};
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::words_charts::Chart;
use crate::report::{ReportError, figure, theme};
use crate::stats::Estimate;
use crate::text::{Lang, Text};
use plotters::style::RGBColor;

/// Height of a county.
const ROW: f64 = 34.0;
/// Most width of the counties' names, width of the column of 90th percentiles.
const NAMES: f64 = 158.0;
const COLUMN: f64 = 40.0;
/// Between the panels.
const GAP: f64 = 26.0;
/// Percentiles and their colours.
const SHOWN: [(&str, RGBColor); 4] =
    [("50", theme::SKY), ("80", theme::BLUE), ("90", theme::ORANGE), ("95", theme::VERMILLION)];

fn fractiles(row: &ResponseRow) -> [Option<Estimate>; 4] {
    [row.p50_min, row.p80_min, row.p90_min, row.p95_min]
}

/// `None` without a row that has all four.
pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<Option<String>, ReportError> {
    let rows: Vec<&ResponseRow> =
        summary.response.iter().filter(|r| fractiles(r).iter().all(Option::is_some)).collect();
    let zones: Vec<Zone> = Zone::ALL.into_iter().filter(|z| rows.iter().any(|r| r.zone == Some(*z))).collect();
    if zones.is_empty() {
        return Ok(None);
    }
    let mut groups: Vec<Option<&Text>> = vec![None];
    for row in &rows {
        if !groups.contains(&row.county.as_ref()) {
            groups.push(row.county.as_ref());
        }
    }
    let title = Chart::FractileTitle.get(lang);
    let subtitle = Chart::FractileSubtitle.fill(
        lang,
        &[
            ("confidence", &figure::plain(summary.run.confidence * 100.0)),
            ("extent", &words::extent(&summary.run, lang)),
        ],
    );
    let height = 206.0 + ROW * groups.len() as f64;
    let svg = canvas::draw("fractile-by-county", title, (900.0, height), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let names = SHOWN.map(|(p, _)| Chart::Fractile.fill(lang, &[("p", p)]));
        let legend: Vec<_> =
            SHOWN.iter().zip(&names).map(|((_, colour), n)| (*colour, Mark::Dot, n.as_str())).collect();
        c.legend(MARGIN, top, &legend);
        let top = top + 44.0;
        let left = MARGIN + NAMES;
        for (i, county) in groups.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            if i > 0 {
                c.line((MARGIN, y - ROW / 2.0), (c.width - MARGIN, y - ROW / 2.0), theme::GRID, 1.0);
            }
            let name = county.map_or(Word::WholeArea.get(lang), |t| t.get(lang));
            c.row_name((left - 12.0, y), name, NAMES - 14.0, 2);
        }
        let width = (c.width - left - MARGIN + GAP) / zones.len() as f64;
        for (k, zone) in zones.iter().enumerate() {
            let x0 = left + width * k as f64;
            panel(
                c,
                [x0, x0 + width - COLUMN - GAP, top, top + ROW * groups.len() as f64],
                &groups,
                &rows,
                *zone,
                lang,
            );
        }
    })?;
    Ok(Some(svg))
}

fn panel(
    c: &mut Canvas<'_>,
    [left, right, top, bottom]: [f64; 4],
    groups: &[Option<&Text>],
    rows: &[&ResponseRow],
    zone: Zone,
    lang: Lang,
) {
    let of = |county: Option<&Text>| rows.iter().find(|r| r.county.as_ref() == county && r.zone == Some(zone));
    let here = || groups.iter().filter_map(|county| of(*county));
    let target = here().find_map(|r| r.target_min);
    let most = here().filter_map(|r| Some(r.p95_min?.mean * 1.06)).fold(target.unwrap_or(0.0) * 1.15, f64::max);
    let minutes = Scale::from_zero(most.max(1.0), 6.0);
    let x = |min: f64| minutes.within(min, left, right);
    c.axis_across(&minutes, [left, right, top, bottom], Word::ResponseAxis.get(lang));
    let mut title = words::zone(Some(zone)).get(lang).to_string();
    if let Some(target) = target {
        c.dashed((x(target), top), (x(target), bottom), theme::INK, 1.3);
        let label = Word::TargetLabel.fill(lang, &[("zone", ""), ("min", &figure::plain(target))]);
        title = format!("{title} · {}", label.trim());
    }
    c.text(left, top - 14.0, 13.0, theme::INK, Anchor::Start, &title);
    c.text(right + COLUMN, top - 14.0, 11.0, theme::SOFT, Anchor::End, Chart::P90Column.get(lang));
    for (i, county) in groups.iter().enumerate() {
        let Some(row) = of(*county) else { continue };
        let y = top + ROW * (i as f64 + 0.5);
        for (k, (e, (_, colour))) in fractiles(row).into_iter().zip(SHOWN).enumerate() {
            let Some(e) = e else { continue };
            let y = y + 7.0 * (k as f64 - 1.5);
            if figure::has_interval(&e) {
                c.whisker_along(y, x(e.low), x(e.high), colour);
            }
            c.disc(x(e.mean), y, 3.2, colour);
        }
        if let Some(p90) = row.p90_min {
            c.text(right + COLUMN, y, 11.0, theme::INK, Anchor::End, &figure::number(p90.mean, 1));
        }
    }
}
