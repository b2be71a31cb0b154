//! Scales and axes, the same in every chart.

use super::canvas::{self, Anchor, Canvas, round_step};
use crate::report::{figure, theme};

/// Left, right, top and bottom of where a chart's data are drawn.
pub(super) type Frame = [f64; 4];

/// Size of the numbers and names of axes.
const SIZE: f64 = 12.0;

/// A scale between round values, with decimals that tell its steps apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    pub(super) decimals: usize,
}

impl Scale {
    /// From `low` as far as `high`, which is a tick only where a whole number of steps leads there.
    pub(super) fn of(low: f64, high: f64, step: f64) -> Scale {
        let decimals = (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 6.0) as usize;
        // Steps of 2.5 have a digit more.
        let mantissa = step * 10f64.powi(decimals as i32);
        let decimals = decimals + usize::from((mantissa - mantissa.round()).abs() > 1e-6);
        Scale { low, high, step, decimals }
    }

    /// Round values about some; `None` where none of them is a number.
    pub(super) fn round(values: impl Iterator<Item = f64>, parts: f64) -> Option<Scale> {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        if !(low.is_finite() && high.is_finite()) {
            return None;
        }
        // Figures that are all alike still want a scale.
        let room = (high - low).max(high.abs() * 0.02).max(1e-6);
        let step = round_step(room, parts);
        Some(Scale::of(libm::floor(low / step) * step, libm::ceil(high / step) * step, step))
    }

    /// From zero to a round value not below `most`.
    pub(super) fn from_zero(most: f64, parts: f64) -> Scale {
        let step = round_step(most, parts);
        Scale::of(0.0, libm::ceil(most / step - 1e-9).max(1.0) * step, step)
    }

    /// Where a value lies between two ends in pixels; it may lie beyond them.
    pub(super) fn at(&self, value: f64, from: f64, to: f64) -> f64 {
        let width = (self.high - self.low).max(self.step * 1e-6);
        from + (to - from) * (value - self.low) / width
    }

    /// The same, at the end where it would lie beyond.
    pub(super) fn within(&self, value: f64, from: f64, to: f64) -> f64 {
        self.at(value.clamp(self.low, self.high), from, to)
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        // As much as rounding makes of a whole number of steps.
        let n = ((self.high - self.low) / self.step + 1e-9).floor().max(1.0) as usize;
        (0..=n).map(|i| self.low + i as f64 * self.step).collect()
    }

    /// Those of a scale that reaches beyond zero to the left, which need not begin at a tick.
    pub(super) fn ticks_from_zero(&self) -> Vec<f64> {
        let first = libm::ceil(self.low / self.step - 1e-9);
        let n = ((self.high / self.step) - first + 1e-9).floor() as usize;
        (0..=n).map(|i| (first + i as f64) * self.step).collect()
    }

    pub(super) fn text(&self, value: f64) -> String {
        figure::number(value, self.decimals)
    }
}

impl Canvas<'_> {
    /// Values upwards: grid lines, numbers at the left, the axis' name beside them.
    pub(super) fn axis_up(&mut self, scale: &Scale, [left, right, top, bottom]: Frame, name: &str) {
        for tick in scale.ticks() {
            let y = scale.at(tick, bottom, top);
            self.line((left, y), (right, y), theme::GRID, 1.0);
            self.text(left - 8.0, y, SIZE, theme::SOFT, Anchor::End, &scale.text(tick));
        }
        if !name.is_empty() {
            self.text_up(22.0, (top + bottom) / 2.0, SIZE, theme::SOFT, Anchor::Middle, name);
        }
    }

    /// Values across under a chart that reads upwards: the bottom line, ticks, numbers, the axis' name.
    pub(super) fn ticks_across(&mut self, scale: &Scale, [left, right, _, bottom]: Frame, name: &str) {
        for tick in scale.ticks() {
            let x = scale.at(tick, left, right);
            self.line((x, bottom), (x, bottom + 4.0), theme::AXIS, 1.0);
            self.text(x, bottom + 15.0, SIZE, theme::SOFT, Anchor::Middle, &scale.text(tick));
        }
        self.bottom_line([left, right, 0.0, bottom], name);
    }

    /// Values across of a chart that reads along its rows: grid lines, numbers below, the line at the left, the axis' name.
    pub(super) fn axis_across(&mut self, scale: &Scale, [left, right, top, bottom]: Frame, name: &str) {
        for tick in scale.ticks() {
            let x = scale.at(tick, left, right);
            self.line((x, top), (x, bottom), theme::GRID, 1.0);
            self.text(x, bottom + 14.0, SIZE, theme::SOFT, Anchor::Middle, &scale.text(tick));
        }
        self.line((left, top), (left, bottom), theme::AXIS, 1.0);
        self.text((left + right) / 2.0, bottom + 36.0, SIZE, theme::SOFT, Anchor::Middle, name);
    }

    /// The 24 hours of a day under a chart, a slot each, and the axis' name.
    pub(super) fn hours_across(&mut self, [left, right, _, bottom]: Frame, name: &str) {
        let slot = (right - left) / 24.0;
        for hour in 0..24_u32 {
            let x = left + slot * (f64::from(hour) + 0.5);
            self.text(x, bottom + 15.0, SIZE, theme::SOFT, Anchor::Middle, &hour.to_string());
        }
        self.bottom_line([left, right, 0.0, bottom], name);
    }

    /// The name of a row, to the left of a point: in so many lines, or shortened to one.
    pub(super) fn row_name(&mut self, (x, y): (f64, f64), name: &str, width: f64, most_lines: usize) {
        let mut lines = canvas::wrap(name, SIZE, width);
        if lines.len() > most_lines {
            lines = vec![canvas::shorten(name, SIZE, width)];
        }
        for (k, line) in lines.iter().enumerate() {
            let offset = 13.5 * (k as f64 - (lines.len() as f64 - 1.0) / 2.0);
            self.text(x, y + offset, SIZE, theme::INK, Anchor::End, line);
        }
    }

    fn bottom_line(&mut self, [left, right, _, bottom]: Frame, name: &str) {
        self.line((left, bottom), (right, bottom), theme::AXIS, 1.0);
        self.text((left + right) / 2.0, bottom + 38.0, SIZE, theme::SOFT, Anchor::Middle, name);
    }

    /// The axes of a cumulative distribution: minutes across up to `end`, shares of 0 to 100 % upwards.
    pub(super) fn axes_of_shares(&mut self, frame: Frame, end: f64, step: f64, [across, upwards]: [&str; 2]) {
        self.axis_up(&Scale::of(0.0, 100.0, 20.0), frame, upwards);
        self.ticks_across(&Scale::of(0.0, end, step), frame, across);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_hold_their_values() {
        let scale = Scale::from_zero(47.0, 6.0);
        assert_eq!((scale.high, scale.step, scale.decimals), (50.0, 10.0, 0));
        assert_eq!(scale.ticks(), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(Scale::from_zero(50.0, 5.0).high, 50.0);
        assert_eq!(Scale::from_zero(0.0, 5.0).ticks().len(), 2);
        assert_eq!(Scale::of(0.0, 9.0, 2.5).ticks().last(), Some(&7.5));
        assert_eq!(Scale::of(0.0, 9.0, 2.5).text(2.5), "2.5");
        let about = Scale::round([12.1, 12.9].into_iter(), 4.0).unwrap();
        assert!(about.low <= 12.1 && about.high >= 12.9 && about.decimals == 1, "{about:?}");
        assert_eq!(Scale::round([f64::NAN, f64::INFINITY].into_iter(), 4.0), None);
        assert_eq!((scale.at(25.0, 100.0, 0.0), scale.within(80.0, 100.0, 0.0)), (50.0, 0.0));
    }
}
