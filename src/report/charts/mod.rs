//! The charts, one file each. All are drawn with plotters into SVG; the PNG is made of that SVG.

mod answer_by_hour;
mod call_timeline;
pub(super) mod canvas;
mod coverage_by_county;
mod response_by_county;
mod response_time;
mod unit_workload;

use super::picture::Picture;
use super::{ReportError, font};
use crate::experiment::summary::Summary;
use crate::text::Lang;
use plotters::style::{FontStyle, register_font};
use std::sync::OnceLock;

/// Draws every chart of a run.
pub(super) fn draw_all(summary: &Summary, lang: Lang) -> Result<Vec<Picture>, ReportError> {
    // Plotters keeps fonts for the whole process: tell it of ours once.
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    if !REGISTERED.get_or_init(|| register_font(font::FAMILY, FontStyle::Normal, font::BYTES).is_ok()) {
        return Err(ReportError::Font("plotters cannot read it".into()));
    }
    Ok(vec![
        Picture { path: "charts/response-time", svg: response_time::draw(summary, lang)? },
        Picture { path: "charts/coverage-by-county", svg: coverage_by_county::draw(summary, lang)? },
        Picture { path: "charts/response-by-county", svg: response_by_county::draw(summary, lang)? },
        Picture { path: "charts/answer-by-hour", svg: answer_by_hour::draw(summary, lang)? },
        Picture { path: "charts/unit-workload", svg: unit_workload::draw(summary, lang)? },
        Picture { path: "charts/call-timeline", svg: call_timeline::draw(summary, lang)? },
    ])
}
