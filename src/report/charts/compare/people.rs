//! Residents who gain, who lose, and for whom it cannot be told, by county.

use super::{letters, name_of};
use crate::experiment::compare::{Comparison, FALSE_DISCOVERIES, Pair, PeopleRow};
use crate::report::charts::canvas::{self, Anchor, MARGIN, Mark};
use crate::report::words::Word;
use crate::report::words_compare::Said;
use crate::report::{ReportError, figure, font, theme};
use crate::text::Lang;

/// Height of a county.
const ROW: f64 = 30.0;
/// Most width for the counties' names.
const NAMES: f64 = 236.0;

pub(super) fn draw(c: &Comparison, pair: &Pair, lang: Lang) -> Result<String, ReportError> {
    let rows: Vec<&PeopleRow> = pair.people.iter().filter(|p| p.zone.is_none()).collect();
    let (a, b) = letters(c, pair);
    let title = Said::ChartPeople.fill(lang, &[("a", a), ("b", b)]);
    let subtitle = Said::ChartPeopleAbout.fill(lang, &[("rate", &figure::plain(100.0 * FALSE_DISCOVERIES))]);
    let numbers = |r: &PeopleRow| {
        let (gain, lose) = (figure::number(r.gain, 0), figure::number(r.lose, 0));
        Said::BarNumbers.fill(lang, &[("gain", &gain), ("lose", &lose)])
    };
    canvas::draw("people", &title, (900.0, 160.0 + ROW * rows.len() as f64), |p| {
        let top = p.heading(&title, &subtitle) + 10.0;
        let parts = [
            (theme::GREEN, Mark::Box, Said::LegendGain.get(lang)),
            (theme::PALE, Mark::Box, Said::LegendCannot.get(lang)),
            (theme::VERMILLION, Mark::Box, Said::LegendLose.get(lang)),
        ];
        p.legend(MARGIN, top, &parts);
        let name = |r: &PeopleRow| name_of(r.county.as_ref(), NAMES, lang);
        let names = rows.iter().map(|r| font::width(&name(r), 12.0)).fold(0.0, f64::max);
        let beside = rows.iter().map(|r| font::width(&numbers(r), 11.0)).fold(0.0, f64::max);
        let (left, right) = (MARGIN + names + 14.0, p.width - MARGIN - beside - 12.0);
        let top = top + 22.0;
        let bottom = top + ROW * rows.len() as f64;
        let x = |share: f64| left + (right - left) * share;
        for (i, row) in rows.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            p.text(left - 12.0, y, 12.0, theme::INK, Anchor::End, &name(row));
            let mut from = 0.0;
            for (part, people) in [row.gain, row.cannot_tell, row.lose].into_iter().enumerate() {
                if people > 0.0 && row.residents > 0.0 {
                    let to = from + people / row.residents;
                    p.rect(x(from), y - 8.0, x(to) - x(from), 16.0, parts[part].0, 1.0);
                    from = to;
                }
            }
            p.text(right + 12.0, y, 11.0, theme::SOFT, Anchor::Start, &numbers(row));
        }
        for i in 0..=5 {
            let share = f64::from(i) / 5.0;
            p.line((x(share), bottom), (x(share), bottom + 4.0), theme::AXIS, 1.0);
            p.text(x(share), bottom + 15.0, 12.0, theme::SOFT, Anchor::Middle, &format!("{}", i * 20));
        }
        p.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        p.text((left + right) / 2.0, bottom + 36.0, 12.0, theme::SOFT, Anchor::Middle, Word::ShareOfPeople.get(lang));
    })
}
