//! The charts, one file each. All are drawn with plotters into SVG; the PNG is made of that SVG.

mod answer_by_hour;
mod axes;
pub(super) mod calibrate;
mod call_timeline;
pub(super) mod canvas;
pub(super) mod compare;
mod convergence;
mod coverage_by_county;
mod equity;
mod fractiles;
mod free_units;
mod hand_over;
mod hour_of_week;
mod response_by_county;
mod response_parts;
mod response_time;
pub(super) mod siting;
pub(super) mod sweep;
mod unit_workload;

use super::picture::Picture;
use super::{ReportError, font};
use crate::experiment::summary::Summary;
use crate::text::Lang;
use plotters::style::{FontStyle, register_font};
use std::sync::OnceLock;

/// Tells plotters of our font, which it keeps for the whole process.
fn register() -> Result<(), ReportError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    match REGISTERED.get_or_init(|| register_font(font::FAMILY, FontStyle::Normal, font::BYTES).is_ok()) {
        true => Ok(()),
        false => Err(ReportError::Font("plotters cannot read it".into())),
    }
}

/// Draws every chart of a run.
pub(super) fn draw_all(summary: &Summary, lang: Lang) -> Result<Vec<Picture>, ReportError> {
    register()?;
    let mut charts = vec![
        Picture { path: "charts/response-time", svg: response_time::draw(summary, lang)? },
        Picture { path: "charts/coverage-by-county", svg: coverage_by_county::draw(summary, lang)? },
        Picture { path: "charts/response-by-county", svg: response_by_county::draw(summary, lang)? },
        Picture { path: "charts/answer-by-hour", svg: answer_by_hour::draw(summary, lang)? },
        Picture { path: "charts/unit-workload", svg: unit_workload::draw(summary, lang)? },
        Picture { path: "charts/equity", svg: equity::draw(summary, lang)? },
        Picture { path: "charts/call-timeline", svg: call_timeline::draw(summary, lang)? },
    ];
    // What runs of earlier versions, or of one replication, hold nothing of.
    for (path, svg) in [
        ("charts/convergence", convergence::draw(summary, lang)?),
        ("charts/hour-of-week", hour_of_week::draw(summary, lang)?),
        ("charts/fractile-by-county", fractiles::draw(summary, lang)?),
        ("charts/response-parts", response_parts::draw(summary, lang)?),
        ("charts/free-units", free_units::draw(summary, lang)?),
        ("charts/hand-over", hand_over::draw(summary, lang)?),
    ] {
        charts.extend(svg.map(|svg| Picture { path, svg }));
    }
    Ok(charts)
}
