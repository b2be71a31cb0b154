//! The charts of a calibration: recorded and simulated times of each step, and when calls come.

use super::canvas::{self, Anchor, MARGIN, Mark, round_step};
use super::register;
use crate::experiment::calibrate::{Calibration, Check};
use crate::report::words_calibrate::Told;
use crate::report::{ReportError, figure, theme};
use crate::text::Lang;
use plotters::style::RGBColor;

/// A chart and the name of its file.
pub(in crate::report) struct Drawn {
    pub(in crate::report) name: String,
    pub(in crate::report) svg: String,
}

/// Draws every chart: one for each step that is compared, and that of hours and weekdays.
pub(in crate::report) fn draw_all(c: &Calibration, lang: Lang) -> Result<Vec<Drawn>, ReportError> {
    register()?;
    let mut out = Vec::new();
    for check in &c.checks {
        out.push(Drawn { name: format!("step-{}", check.key), svg: step(check, lang)? });
    }
    out.push(Drawn { name: "when-calls-come".into(), svg: when(c, lang)? });
    Ok(out)
}

/// A p-value in words.
pub(in crate::report) fn p_words(p: f64) -> String {
    if p < 0.001 { "< 0.001".into() } else { format!("{p:.3}") }
}

const RECORDED: RGBColor = theme::INK;
const SIMULATED: RGBColor = theme::BLUE;
const FITTED: RGBColor = theme::ORANGE;

fn step(check: &Check, lang: Lang) -> Result<String, ReportError> {
    let title = Told::ChartStep.fill(lang, &[("name", check.name.get(lang))]);
    let subtitle = Told::ChartStepAbout.fill(
        lang,
        &[
            ("n", &figure::number(check.recorded.n as f64, 0)),
            ("m", &figure::number(check.simulated.n as f64, 0)),
            ("d", &figure::number(check.distance, 3)),
            ("p", &p_words(check.p_value)),
        ],
    );
    canvas::draw("step", &title, (560.0, 400.0), |p| {
        let top = p.heading(&title, &subtitle) + 10.0;
        let mut legend =
            vec![(RECORDED, Mark::Line, Told::Recorded.get(lang)), (SIMULATED, Mark::Line, Told::Simulated.get(lang))];
        if !check.curve.fitted.is_empty() {
            legend.push((FITTED, Mark::Dash, Told::Fit.get(lang)));
        }
        p.legend(MARGIN, top, &legend);
        let (left, right, top, bottom) = (62.0, p.width - 26.0, top + 22.0, p.height - 54.0);
        let last = check.curve.minutes.last().copied().unwrap_or(1.0);
        // Short steps are read in seconds better, but one unit for all saves mistakes.
        let tick = round_step(last, 8.0);
        let end = (last / tick).ceil() * tick;
        let x = |min: f64| left + (right - left) * min / end;
        let y = |share: f64| bottom - (bottom - top) * share;
        for i in 0..=5 {
            let share = f64::from(i) / 5.0;
            p.line((left, y(share)), (right, y(share)), theme::GRID, 1.0);
            p.text(left - 8.0, y(share), 12.0, theme::SOFT, Anchor::End, &format!("{}", i * 20));
        }
        for i in 0..=(end / tick).round() as usize {
            let min = i as f64 * tick;
            p.line((x(min), bottom), (x(min), bottom + 4.0), theme::AXIS, 1.0);
            p.text(x(min), bottom + 15.0, 12.0, theme::SOFT, Anchor::Middle, &figure::plain(min));
        }
        p.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        let middle = (left + right) / 2.0;
        p.text(middle, bottom + 36.0, 12.0, theme::SOFT, Anchor::Middle, Told::AxisMinutes.get(lang));
        p.text_up(20.0, (top + bottom) / 2.0, 12.0, theme::SOFT, Anchor::Middle, Told::AxisShare.get(lang));
        let points = |shares: &[f64]| -> Vec<(f64, f64)> {
            check.curve.minutes.iter().zip(shares).map(|(min, share)| (x(*min), y(*share))).collect()
        };
        let fitted = points(&check.curve.fitted);
        // Every other piece of the line: dashes.
        for piece in fitted.windows(2).step_by(2) {
            p.path(piece, FITTED, 1.8);
        }
        for (shares, colour) in [(&check.curve.simulated, SIMULATED), (&check.curve.recorded, RECORDED)] {
            let points = points(shares);
            if points.len() > 1 {
                p.path(&points, colour, 2.0);
            }
        }
    })
}

/// Shares of counts, per cent.
fn shares(counts: &[u64]) -> Vec<f64> {
    let all = counts.iter().sum::<u64>().max(1) as f64;
    counts.iter().map(|n| *n as f64 / all * 100.0).collect()
}

fn when(c: &Calibration, lang: Lang) -> Result<String, ReportError> {
    let days =
        [Told::Monday, Told::Tuesday, Told::Wednesday, Told::Thursday, Told::Friday, Told::Saturday, Told::Sunday];
    // A log need not have as many of each weekday.
    let rates: Vec<f64> = c.demand.by_weekday.iter().map(|(n, of)| *n as f64 / (*of).max(1) as f64).collect();
    let all = rates.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let weekday: Vec<f64> = rates.iter().map(|r| r / all * 100.0).collect();
    let percent = |list: &[f64]| list.iter().map(|s| s * 100.0).collect::<Vec<f64>>();
    let panels = [
        (shares(&c.demand.by_hour), percent(&c.run.by_hour), (0..24).map(|h| h.to_string()).collect::<Vec<_>>()),
        (weekday, percent(&c.run.by_weekday), days.map(|d| d.get(lang).to_string()).to_vec()),
    ];
    let title = Told::ChartHours.get(lang);
    canvas::draw("when-calls-come", title, (900.0, 400.0), |p| {
        let top = p.heading(title, Told::ChartHoursAbout.get(lang)) + 10.0;
        let legend =
            [(theme::PALE, Mark::Box, Told::Recorded.get(lang)), (SIMULATED, Mark::Dot, Told::Simulated.get(lang))];
        p.legend(MARGIN, top, &legend);
        let (top, bottom) = (top + 24.0, p.height - 54.0);
        let mut left = 58.0;
        for ((recorded, simulated, names), wide) in panels.iter().zip([530.0, 230.0]) {
            let most = recorded.iter().chain(simulated).copied().fold(0.0, f64::max).max(1.0);
            let tick = round_step(most, 5.0);
            let end = (most / tick).ceil() * tick;
            let y = |v: f64| bottom - (bottom - top) * v / end;
            for i in 0..=(end / tick).round() as usize {
                let v = i as f64 * tick;
                p.line((left, y(v)), (left + wide, y(v)), theme::GRID, 1.0);
                p.text(left - 7.0, y(v), 12.0, theme::SOFT, Anchor::End, &figure::plain(v));
            }
            let slot = wide / names.len() as f64;
            for (i, name) in names.iter().enumerate() {
                let x = left + slot * (i as f64 + 0.5);
                let value = recorded.get(i).copied().unwrap_or(0.0);
                p.rect(x - slot * 0.36, y(value), slot * 0.72, bottom - y(value), theme::PALE, 1.0);
                if let Some(value) = simulated.get(i) {
                    p.dot(x, y(*value), 3.4, SIMULATED);
                }
                // Of the hours every other one has room.
                if names.len() < 10 || i % 2 == 0 {
                    p.text(x, bottom + 14.0, 12.0, theme::SOFT, Anchor::Middle, name);
                }
            }
            p.line((left, bottom), (left + wide, bottom), theme::AXIS, 1.0);
            if names.len() == 24 {
                let middle = left + wide / 2.0;
                p.text(middle, bottom + 36.0, 12.0, theme::SOFT, Anchor::Middle, Told::AxisHour.get(lang));
            }
            left += wide + 56.0;
        }
    })
}
