//! The front of `siting frontier`: what further posts, or money, bring to people, minutes and the county served worst.

use super::axes::Scale;
use super::canvas::{self, Anchor, Canvas, MARGIN, Mark};
use super::register;
use crate::experiment::siting::{FrontRow, Model, Sited};
use crate::report::words_siting_page::Page;
use crate::report::{ReportError, siting, theme};
use crate::text::Lang;
use plotters::style::RGBColor;

/// Colours of the models' lines, in order.
const LINES: [RGBColor; 5] = [theme::BLUE, theme::VERMILLION, theme::GREEN, theme::ORANGE, theme::SKY];
const PANEL: f64 = 230.0;

/// A panel: its name, the figure as it is, and that of a point.
type Panel = (Page, Option<f64>, fn(&FrontRow) -> Option<f64>);

/// Draws the front; `None` where the question has none.
pub(in crate::report) fn draw(sited: &Sited, lang: Lang) -> Result<Option<String>, ReportError> {
    register()?;
    if sited.front.is_empty() {
        return Ok(None);
    }
    let costs = sited.front.iter().all(|f| f.cost.is_some());
    let across = |f: &FrontRow| if costs { f.cost.unwrap_or(0.0) } else { f64::from(f.posts) };
    let (title, axis) =
        if costs { (Page::FrontTitleCost, Page::FrontCost) } else { (Page::FrontTitle, Page::FrontPosts) };
    let title = title.get(lang);
    let panels: [Panel; 3] = [
        (Page::PanelWithin, Some(100.0 * sited.now.within), |f| Some(100.0 * f.within)),
        (Page::PanelMean, Some(sited.now.mean_min), |f| Some(f.mean_min)),
        (Page::PanelWorst, sited.now.worst.as_ref().map(|w| 100.0 * w.1), |f| Some(100.0 * f.worst?)),
    ];
    let model_of = |f: &FrontRow| sited.proposal(&f.key).map(|p| p.model);
    let mut models: Vec<Model> = Vec::new();
    for model in sited.front.iter().filter_map(model_of) {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    let colour = |model: Model| LINES[models.iter().position(|m| *m == model).unwrap_or(0) % LINES.len()];
    let svg = canvas::draw("front", title, (900.0, 420.0), |c| {
        let mut top = c.heading(title, Page::FrontAbout.get(lang)) + 14.0;
        let words: Vec<&str> = models.iter().map(|m| siting::model_name(*m).get(lang)).collect();
        let entries: Vec<(RGBColor, Mark, &str)> =
            models.iter().zip(&words).map(|(m, word)| (colour(*m), Mark::Dot, *word)).collect();
        // Names of models are long: a few in a row.
        for row in entries.chunks(3) {
            c.legend(MARGIN, top, row);
            top += 20.0;
        }
        top += 26.0;
        let bottom = c.height - 62.0;
        let most = sited.front.iter().map(across).fold(0.0, f64::max);
        let x_scale = Scale::from_zero(most, if costs { 4.0 } else { most.min(8.0) });
        for (i, (name, now, value)) in panels.into_iter().enumerate() {
            let left = MARGIN + 38.0 + i as f64 * (PANEL + 52.0);
            let right = left + PANEL;
            let values = sited.front.iter().filter_map(value).chain(now);
            let Some(scale) = Scale::round(values, 5.0) else { continue };
            c.text(left - 30.0, top - 18.0, 12.5, theme::INK, Anchor::Start, name.get(lang));
            c.axis_up(&scale, [left, right, top, bottom], "");
            c.ticks_across(&x_scale, [left, right, top, bottom], axis.get(lang));
            let at = |x: f64, y: f64| (x_scale.at(x, left + 6.0, right - 6.0), scale.at(y, bottom, top));
            for model in models.iter().rev() {
                let points: Vec<(&FrontRow, (f64, f64))> = sited
                    .front
                    .iter()
                    .filter(|f| model_of(f) == Some(*model))
                    .filter_map(|f| Some((f, at(across(f), value(f)?))))
                    .collect();
                let start = now.map(|now| at(0.0, now));
                let line: Vec<(f64, f64)> = start.into_iter().chain(points.iter().map(|p| p.1)).collect();
                if line.len() > 1 {
                    c.path(&line, colour(*model), 1.6);
                }
                for (f, (x, y)) in points {
                    dot(c, x, y, colour(*model), f.on_front);
                }
            }
            if let Some((x, y)) = now.map(|now| at(0.0, now)) {
                c.dot(x, y, 4.2, theme::SOFT);
            }
        }
    })?;
    Ok(Some(svg))
}

/// A point: filled on the front, hollow elsewhere.
fn dot(c: &mut Canvas<'_>, x: f64, y: f64, colour: RGBColor, on_front: bool) {
    c.dot(x, y, 4.4, colour);
    if !on_front {
        c.disc(x, y, 2.8, theme::PAPER);
    }
}
