//! Share of people by how long they wait on average, all and by zone.

use super::canvas::{self, Anchor, Mark, round_step};
use crate::experiment::summary::{Summary, Who};
use crate::quality::Zone;
use crate::report::words::{self, Word};
use crate::report::{ReportError, figure, theme};
use crate::text::Lang;

/// The axis ends where so many in a hundred of the slowest group have been reached.
const SHOWN: usize = 98;

pub(super) fn draw(summary: &Summary, lang: Lang) -> Result<String, ReportError> {
    let equity = &summary.equity;
    let groups = [
        (Who::Zone(Zone::Urban), Some(Zone::Urban), theme::BLUE),
        (Who::Zone(Zone::Rural), Some(Zone::Rural), theme::VERMILLION),
        (Who::All, None, theme::INK),
    ];
    let curves: Vec<_> = groups
        .iter()
        .filter_map(|(who, zone, colour)| {
            let row = equity.rows.iter().find(|r| r.who == *who)?;
            (row.curve.len() == 101).then_some((*zone, *colour, row))
        })
        .collect();
    let longest = curves.iter().map(|c| c.2.curve[SHOWN]).fold(equity.long_wait_min * 1.1, f64::max);
    let step = round_step(longest, 12.0);
    let end = (longest / step).ceil() * step;

    let title = Word::EquityTitle.get(lang);
    let subtitle = Word::EquitySubtitle.fill(lang, &[("extent", &words::extent(&summary.run, lang))]);
    canvas::draw("equity", title, (900.0, 460.0), |c| {
        let top = c.heading(title, &subtitle) + 10.0;
        let legend: Vec<_> =
            curves.iter().map(|(zone, colour, _)| (*colour, Mark::Line, words::zone(*zone).get(lang))).collect();
        c.legend(canvas::MARGIN, top, &legend);
        let (left, right, top, bottom) = (66.0, c.width - 34.0, top + 24.0, c.height - 58.0);
        let x = |min: f64| left + (right - left) * min / end;
        let y = |share: f64| bottom - (bottom - top) * share;
        let names = [Word::EquityAxis.get(lang), Word::EquityShare.get(lang)];
        c.axes_of_shares([left, right, top, bottom], end, step, names);
        c.dashed((x(equity.long_wait_min), top), (x(equity.long_wait_min), bottom), theme::SOFT, 1.2);
        for (_, colour, row) in &curves {
            let points = row.curve.iter().enumerate().filter(|(_, min)| **min <= end);
            let points: Vec<(f64, f64)> = points.map(|(p, min)| (x(*min), y(p as f64 / 100.0))).collect();
            c.path(&points, *colour, 2.2);
        }
        if let Some((_, _, all)) = curves.iter().find(|c| c.0.is_none()) {
            let beyond = Word::EquityBeyondLabel.fill(
                lang,
                &[
                    ("min", &figure::plain(equity.long_wait_min)),
                    ("n", &figure::number(all.beyond.mean, 0)),
                    ("share", &figure::percent(all.beyond.mean / all.people)),
                ],
            );
            // Beside the line on whichever side has room for it.
            let line = x(equity.long_wait_min);
            let (at, anchor) =
                if line - left > right - line { (line - 8.0, Anchor::End) } else { (line + 8.0, Anchor::Start) };
            c.text_on_paper(at, bottom - 20.0, 12.0, theme::INK, anchor, &beyond);
        }
    })
}
