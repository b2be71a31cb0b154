//! Charts of a sweep: main effects, the interaction of two factors, a heat map, a tornado.

use super::axes::Scale;
use super::canvas::{self, Anchor, Canvas, MARGIN, Mark};
use crate::experiment::plan::Level;
use crate::experiment::sweep::{MainEffect, Sweep, SweepFigure, SweepPoint};
use crate::report::words::Word;
use crate::report::{ReportError, figure, font, picture, theme};
use crate::stats::Estimate;
use crate::text::Lang;
use plotters::style::RGBColor;

/// Beyond so many levels a factor is drawn as a cloud of points.
const MOST_LEVELS: usize = 8;
/// Colours of lines, in order.
const LINES: [RGBColor; 5] = [theme::BLUE, theme::VERMILLION, theme::GREEN, theme::ORANGE, theme::SKY];
/// Most bars of a tornado.
const MOST_BARS: usize = 25;

/// Which chart of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SweepChart {
    /// The mean of a figure at each level of each factor.
    MainEffects,
    /// Lines over the levels of the first factor, one for each level of the second.
    Interaction(usize, usize),
    /// A cell for each combination of two factors.
    HeatMap(usize, usize),
    /// A bar for each factor, the longest first. Needs the points of a one-at-a-time design, the first one unchanged.
    Tornado {
        /// Confidence of the intervals, e.g. 0.95.
        confidence: f64,
    },
}

/// A drawn chart.
#[derive(Clone, Debug)]
pub struct ChartFile {
    /// The SVG, with the characters it uses embedded.
    pub svg: String,
    /// The same as PNG, at twice the size.
    pub png: Vec<u8>,
}

/// Draws a chart of one figure of a sweep (by its place). `None` when the sweep holds nothing to draw.
///
/// # Errors
/// Faults of the picture code only.
pub fn sweep_chart(sweep: &Sweep, at: usize, chart: SweepChart, lang: Lang) -> Result<Option<ChartFile>, ReportError> {
    super::register()?;
    let Some(shown) = sweep.figures.get(at).map(Shown::of) else { return Ok(None) };
    let svg = match chart {
        SweepChart::MainEffects => main_effects(sweep, at, &shown, lang)?,
        SweepChart::Interaction(a, b) if a.max(b) < sweep.factors.len() && a != b => {
            interaction(sweep, at, &shown, (a, b), lang)?
        }
        SweepChart::HeatMap(a, b) if a.max(b) < sweep.factors.len() && a != b => {
            heat_map(sweep, at, &shown, (a, b), lang)?
        }
        SweepChart::Tornado { confidence } => tornado(sweep, at, &shown, confidence, lang)?,
        _ => None,
    };
    let Some(svg) = svg else { return Ok(None) };
    let svg = picture::Picture { path: "sweep", svg }.standalone()?;
    let png = picture::png(&svg)?;
    Ok(Some(ChartFile { svg, png }))
}

/// How a figure's numbers are shown.
struct Shown<'a> {
    figure: &'a SweepFigure,
    scale: f64,
}

impl Shown<'_> {
    fn of(figure: &SweepFigure) -> Shown<'_> {
        Shown { figure, scale: if figure.unit == "share" { 100.0 } else { 1.0 } }
    }

    fn unit(&self, lang: Lang) -> String {
        match self.figure.unit.as_str() {
            "share" => "%".into(),
            "/day" => Word::UnitADay.get(lang).into(),
            unit => figure::unit(unit, lang),
        }
    }

    /// Label and unit.
    fn name(&self, lang: Lang) -> String {
        format!("{} ({})", self.figure.label.get(lang), self.unit(lang))
    }
}

/// Grid and numbers of the vertical axis.
fn axis(c: &mut Canvas<'_>, scale: &Scale, (left, right): (f64, f64), (top, bottom): (f64, f64)) {
    c.axis_up(scale, [left, right, top, bottom], "");
    c.line((left, top), (left, bottom), theme::AXIS, 1.0);
}

fn main_effects(sweep: &Sweep, at: usize, shown: &Shown<'_>, lang: Lang) -> Result<Option<String>, ReportError> {
    let effects = sweep.main_effects(at);
    let all: Vec<f64> =
        sweep.points.iter().filter_map(|p| Some(p.values.get(at)?.as_ref()?.mean * shown.scale)).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let cloud = effects.iter().any(|e| e.means.len() > MOST_LEVELS);
    let drawn = effects.iter().flat_map(|e| dots(sweep, at, e, cloud).1).map(|v| v * shown.scale);
    let Some(scale) = Scale::round(drawn, 5.0) else { return Ok(None) };
    let n = all.len().to_string();
    let word = if cloud { Word::SweepScatterSubtitle } else { Word::SweepMainSubtitle };
    let subtitle = word.fill(lang, &[("n", &n)]);
    let title = Word::SweepMainTitle.fill(lang, &[("figure", &shown.name(lang))]);
    let (columns, height) = (effects.len().clamp(1, 4), 190.0);
    let rows = effects.len().div_ceil(columns);
    let size = (900.0, 80.0 + rows as f64 * (height + 76.0));
    let svg = canvas::draw("main-effects", &title, size, |c| {
        let start = c.heading(&title, &subtitle) + 8.0;
        let left = MARGIN + 42.0;
        let width = (c.width - left - MARGIN) / columns as f64;
        for (i, effect) in effects.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let top = start + row as f64 * (height + 76.0);
            let bottom = top + height;
            let (x0, x1) = (left + column as f64 * width, left + (column + 1) as f64 * width - 18.0);
            if column == 0 {
                axis(c, &scale, (x0, x1), (top, bottom));
            } else {
                for tick in scale.ticks() {
                    let y = scale.at(tick, bottom, top);
                    c.line((x0, y), (x1, y), theme::GRID, 1.0);
                }
            }
            let y = scale.at(mean, bottom, top);
            c.dashed((x0, y), (x1, y), theme::AXIS, 1.2);
            let (levels, values) = dots(sweep, at, effect, cloud);
            let xs = places(&levels, (x0 + 24.0, x1 - 24.0));
            let points: Vec<(f64, f64)> =
                xs.iter().zip(&values).map(|(x, v)| (*x, scale.at(v * shown.scale, bottom, top))).collect();
            if !cloud && points.len() > 1 {
                c.path(&points, theme::BLUE, 2.2);
            }
            for (x, y) in &points {
                c.dot(*x, *y, if cloud { 3.0 } else { 4.4 }, theme::BLUE);
            }
            let room = (x1 - x0) / if cloud { 2.0 } else { points.len().max(1) as f64 };
            for (k, (x, level)) in xs.iter().zip(&levels).enumerate() {
                // Of many only the ends are named.
                if !cloud || k == 0 || k + 1 == xs.len() {
                    let text = canvas::shorten(&level.label, 11.0, room - 4.0);
                    c.text(*x, bottom + 15.0, 11.0, theme::SOFT, Anchor::Middle, &text);
                }
            }
            let name = canvas::shorten(&factor_name(sweep, effect.factor, lang), 13.0, x1 - x0);
            c.text((x0 + x1) / 2.0, bottom + 38.0, 13.0, theme::INK, Anchor::Middle, &name);
        }
    })?;
    Ok(Some(svg))
}

/// The dots of a factor: the mean at each level, or each point by itself.
fn dots(sweep: &Sweep, at: usize, effect: &MainEffect, cloud: bool) -> (Vec<Level>, Vec<f64>) {
    if !cloud {
        return effect.means.iter().map(|(level, m)| (level.clone(), m.mean)).unzip();
    }
    let dot = |p: &SweepPoint| Some((p.point.levels[effect.factor].clone()?, p.values.get(at)?.as_ref()?.mean));
    let mut all: Vec<(Level, f64)> = sweep.points.iter().filter_map(dot).collect();
    if all.iter().all(|(l, _)| l.number().is_some()) {
        all.sort_by(|a, b| a.0.number().unwrap_or(0.0).total_cmp(&b.0.number().unwrap_or(0.0)));
    }
    all.into_iter().unzip()
}

/// What a factor is called; one whose levels multiply says so.
fn factor_name(sweep: &Sweep, factor: usize, lang: Lang) -> String {
    let factor = &sweep.factors[factor];
    let sign = if factor.multiply { " ×" } else { "" };
    format!("{}{sign}", factor.label.get(lang))
}

/// Where levels stand between two ends: numbers to scale, others evenly.
fn places(levels: &[Level], (from, to): (f64, f64)) -> Vec<f64> {
    let numbers: Option<Vec<f64>> = levels.iter().map(Level::number).collect();
    let ends = numbers.as_ref().and_then(|n| Some((*n.first()?, *n.last()?))).filter(|(a, b)| a < b);
    match (numbers, ends) {
        (Some(numbers), Some((a, b))) => numbers.iter().map(|v| from + (to - from) * (v - a) / (b - a)).collect(),
        _ => {
            let n = levels.len().max(1) as f64;
            (0..levels.len()).map(|i| from + (to - from) * (i as f64 + 0.5) / n).collect()
        }
    }
}

fn interaction(
    sweep: &Sweep,
    at: usize,
    shown: &Shown<'_>,
    (first, second): (usize, usize),
    lang: Lang,
) -> Result<Option<String>, ReportError> {
    let cells = sweep.cells(at, first, second);
    let means = cells.means.iter().flatten().flatten().map(|m| m * shown.scale);
    let Some(scale) = Scale::round(means, 6.0) else { return Ok(None) };
    // More lines than colours, or than a legend holds, cannot be read.
    if cells.second.len() > LINES.len() || cells.first.len() > 2 * MOST_LEVELS {
        return Ok(None);
    }
    let names = [first, second].map(|f| factor_name(sweep, f, lang));
    let names = [names[0].as_str(), names[1].as_str()];
    let title = Word::SweepInteractionTitle.fill(lang, &[("figure", &shown.name(lang))]);
    let subtitle = Word::SweepInteractionSubtitle.fill(lang, &[("second", names[1])]);
    let svg = canvas::draw("interaction", &title, (720.0, 460.0), |c| {
        let top = c.heading(&title, &subtitle) + 8.0;
        let entries: Vec<(RGBColor, Mark, String)> = cells
            .second
            .iter()
            .zip(LINES)
            .map(|(level, colour)| (colour, Mark::Line, format!("{} {}", names[1], level.label)))
            .collect();
        let entries: Vec<_> = entries.iter().map(|(a, b, t)| (*a, *b, t.as_str())).collect();
        c.legend(MARGIN, top, &entries);
        let (left, right, top, bottom) = (MARGIN + 48.0, c.width - MARGIN - 8.0, top + 22.0, c.height - 62.0);
        axis(c, &scale, (left, right), (top, bottom));
        let xs = places(&cells.first, (left + 50.0, right - 50.0));
        for (x, level) in xs.iter().zip(&cells.first) {
            c.text(*x, bottom + 16.0, 12.0, theme::SOFT, Anchor::Middle, &canvas::shorten(&level.label, 12.0, 90.0));
        }
        for (j, colour) in (0..cells.second.len()).zip(LINES) {
            let dots: Vec<(f64, f64)> = xs
                .iter()
                .zip(&cells.means)
                .filter_map(|(x, row)| Some((*x, scale.at(row[j]? * shown.scale, bottom, top))))
                .collect();
            if dots.len() > 1 {
                c.path(&dots, colour, 2.2);
            }
            for (x, y) in dots {
                c.dot(x, y, 4.4, colour);
            }
        }
        c.text((left + right) / 2.0, bottom + 42.0, 13.0, theme::INK, Anchor::Middle, names[0]);
    })?;
    Ok(Some(svg))
}

fn heat_map(
    sweep: &Sweep,
    at: usize,
    shown: &Shown<'_>,
    (first, second): (usize, usize),
    lang: Lang,
) -> Result<Option<String>, ReportError> {
    let cells = sweep.cells(at, first, second);
    let values = || cells.means.iter().flatten().flatten().map(|m| m * shown.scale);
    let Some(scale) = Scale::round(values(), 5.0) else { return Ok(None) };
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let (columns, rows) = (cells.first.len(), cells.second.len());
    if columns > 20 || rows > 20 {
        return Ok(None);
    }
    let names = [first, second].map(|f| factor_name(sweep, f, lang));
    let names = [names[0].as_str(), names[1].as_str()];
    let title =
        Word::SweepHeatTitle.fill(lang, &[("figure", &shown.name(lang)), ("first", names[0]), ("second", names[1])]);
    let subtitle = Word::SweepHeatSubtitle.get(lang);
    let wide = cells.second.iter().map(|l| font::width(&l.label, 12.0)).fold(0.0, f64::max).min(160.0);
    let left = MARGIN + 28.0 + wide + 10.0;
    let (cell_w, cell_h) = ((560.0 / columns as f64).clamp(34.0, 110.0), (320.0 / rows as f64).clamp(22.0, 60.0));
    let title_width = font::width(&title, 18.0) + 2.0 * MARGIN;
    let size = ((left + cell_w * columns as f64 + MARGIN).max(title_width).max(460.0), 150.0 + cell_h * rows as f64);
    let svg = canvas::draw("heat-map", &title, size, |c| {
        let top = c.heading(&title, subtitle) + 6.0;
        let bottom = top + cell_h * rows as f64;
        for (j, level) in cells.second.iter().enumerate() {
            // The first level lies at the bottom, as on an axis.
            let y = bottom - cell_h * (j as f64 + 0.5);
            let text = canvas::shorten(&level.label, 12.0, 160.0);
            c.text(left - 8.0, y, 12.0, theme::SOFT, Anchor::End, &text);
            for (i, row) in cells.means.iter().enumerate() {
                let x = left + cell_w * i as f64;
                let Some(value) = row[j].map(|v| v * shown.scale) else { continue };
                let share = if high > low { (value - low) / (high - low) } else { 0.5 };
                let colour = theme::blend(theme::PALE, theme::BLUE, share);
                c.rect(x + 1.0, y - cell_h / 2.0 + 1.0, cell_w - 2.0, cell_h - 2.0, colour, 1.0);
                let ink = if share > 0.6 { theme::PAPER } else { theme::INK };
                let text = figure::number(value, scale.decimals.max(1));
                c.text(x + cell_w / 2.0, y, 12.0, ink, Anchor::Middle, &text);
            }
        }
        for (i, level) in cells.first.iter().enumerate() {
            let text = canvas::shorten(&level.label, 12.0, cell_w - 2.0);
            c.text(left + cell_w * (i as f64 + 0.5), bottom + 15.0, 12.0, theme::SOFT, Anchor::Middle, &text);
        }
        c.text(left + cell_w * columns as f64 / 2.0, bottom + 40.0, 13.0, theme::INK, Anchor::Middle, names[0]);
        c.text_up(MARGIN + 8.0, (top + bottom) / 2.0, 13.0, theme::INK, Anchor::Middle, names[1]);
    })?;
    Ok(Some(svg))
}

fn tornado(
    sweep: &Sweep,
    at: usize,
    shown: &Shown<'_>,
    confidence: f64,
    lang: Lang,
) -> Result<Option<String>, ReportError> {
    let Some((base, mut bars)) = sweep.tornado(at) else { return Ok(None) };
    bars.truncate(MOST_BARS);
    let ends = bars.iter().flat_map(|b| b.ends.iter().map(|(_, e)| e.mean * shown.scale));
    let Some(scale) = Scale::round(ends.chain([base.mean * shown.scale]), 6.0) else { return Ok(None) };
    let title = Word::TornadoTitle.fill(lang, &[("figure", &shown.name(lang))]);
    let scaled = Estimate { ..base.scaled(shown.scale) };
    let subtitle = Word::TornadoSubtitle.fill(
        lang,
        &[
            ("base", &figure::estimate(&scaled, scale.decimals.max(1), "", lang)),
            ("confidence", &figure::plain(confidence * 100.0)),
        ],
    );
    let height = 30.0;
    let svg = canvas::draw("tornado", &title, (900.0, 190.0 + height * bars.len() as f64), |c| {
        let top = c.heading(&title, &subtitle) + 8.0;
        let words = [Word::TornadoLow, Word::TornadoHigh].map(|w| w.get(lang));
        c.legend(MARGIN, top, &[(theme::BLUE, Mark::Box, words[0]), (theme::ORANGE, Mark::Box, words[1])]);
        let top = top + 22.0;
        let bottom = top + height * bars.len() as f64;
        let label = |at: usize| canvas::shorten(sweep.factors[bars[at].factor].label.get(lang), 12.0, 290.0);
        let names = (0..bars.len()).map(|i| font::width(&label(i), 12.0)).fold(0.0, f64::max);
        // Beside the bars stand the levels.
        let (left, right) = (MARGIN + names + 62.0, c.width - MARGIN - 52.0);
        for tick in scale.ticks() {
            let x = scale.at(tick, left, right);
            c.line((x, top), (x, bottom), theme::GRID, 1.0);
            c.text(x, bottom + 14.0, 12.0, theme::SOFT, Anchor::Middle, &scale.text(tick));
        }
        let middle = scale.at(base.mean * shown.scale, left, right);
        for (i, bar) in bars.iter().enumerate() {
            let y = top + height * (i as f64 + 0.5);
            c.text(MARGIN + names, y, 12.0, theme::INK, Anchor::End, &label(i));
            let opacity = if bar.untold(&base) { 0.35 } else { 1.0 };
            let mut sides: [Vec<(f64, &str)>; 2] = [Vec::new(), Vec::new()];
            for (k, (level, e)) in bar.ends.iter().enumerate() {
                let x = scale.at(e.mean * shown.scale, left, right);
                // A factor with one level only has the higher or the lower one.
                let high = bar.ends.len() > 1 && k + 1 == bar.ends.len() || is_higher(level);
                let colour = if high { theme::ORANGE } else { theme::BLUE };
                // Both ends on one side: each has its half of the bar's height.
                let (offset, h) = if k == 0 { (-8.0, 8.0) } else { (0.0, 8.0) };
                c.rect(x.min(middle), y + offset, (x - middle).abs(), h, colour, opacity);
                sides[usize::from(x >= middle)].push((x, level.label.as_str()));
            }
            for (side, mut ends) in sides.into_iter().enumerate() {
                ends.sort_by(|a, b| a.0.total_cmp(&b.0));
                let text = ends.iter().map(|(_, l)| *l).collect::<Vec<_>>().join(", ");
                let anchor = if side == 0 { Anchor::End } else { Anchor::Start };
                let x = if side == 0 { ends.first() } else { ends.last() }.map(|e| e.0);
                if let Some(x) = x {
                    let x = if side == 0 { x - 5.0 } else { x + 5.0 };
                    c.text_on_paper(x, y, 11.0, theme::SOFT, anchor, &text);
                }
            }
        }
        c.line((middle, top), (middle, bottom), theme::INK, 1.4);
        let name = shown.name(lang);
        c.text((left + right) / 2.0, bottom + 38.0, 12.0, theme::SOFT, Anchor::Middle, &name);
    })?;
    Ok(Some(svg))
}

/// Whether a level that stands alone says that it is a higher one: `+20%`, `2 (+100%)`.
fn is_higher(level: &Level) -> bool {
    level.label.contains('+')
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
