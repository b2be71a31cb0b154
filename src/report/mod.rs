//! From a finished run folder to what a person reads: charts, a map, tables, one page that opens offline.
//!
//! Everything is rendered from `summary.json` and `map.json` alone, so a report can be made again, or in the other
//! language, without simulating again. Nothing is computed here but pixels: every figure stands in the summary.
//!
//! * [`render`] writes the files of one language, [`render_languages`] those of several, [`render_formats`] those of
//!   other programs: WPS and Excel, Word, issue trackers, maps;
//! * [`terminal_table`] is what the command line prints after a run;
//! * [`words`] holds every word a person sees, in Chinese and English.

mod both;
pub mod calibrate;
mod charts;
pub mod compare;
mod equity;
mod error;
mod events;
mod figure;
mod files;
mod font;
mod formats;
mod html;
mod isochrones;
mod map;
mod map_page;
mod markdown;
mod mend_text;
mod picture;
mod points;
mod power_table;
mod roads;
mod scorecard;
mod sheets;
mod siting;
mod stress;
mod sweep_table;
mod tables;
mod terminal;
mod theme;
mod word;
pub mod words;
mod words_calibrate;
mod words_charts;
mod words_compare;
mod words_judged;
mod words_map;
mod words_map_page;
mod words_power;
mod words_score;
mod words_siting;
mod words_siting_page;
mod words_stress;
mod words_tables;

pub use charts::sweep::{ChartFile, SweepChart, sweep_chart};
pub use error::ReportError;
pub use font::uncovered_characters;
pub use formats::{Format, Rendering, render_formats};
pub use isochrones::{MOST_BANDS, isochrone_table, render_isochrones};
pub use mend_text::mend_text;
pub use power_table::power_table;
pub use siting::{judged_text, render_siting, siting_page_at, siting_text};
pub use sweep_table::sweep_table;
pub use terminal::terminal_table;

use crate::text::Lang;
use std::path::{Path, PathBuf};

/// How a report is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportOptions {
    /// The language of every word in it.
    pub lang: Lang,
    /// Whether each SVG gets a PNG beside it.
    pub png: bool,
}

/// Renders a run folder (one that holds `summary.json` and `map.json`) in one language: `charts/*.svg`, `map.svg`,
/// their PNGs if asked, `report.html`, `map.html`, `verdicts.csv` and `points.csv`. Returns the files it wrote, in that order.
///
/// Each file is written beside its place and then moved there, so that an earlier good one is never lost. The bytes
/// depend on the run folder and the options only.
///
/// # Errors
/// A summary that cannot be read, is not one, or has another [`SCHEMA`](crate::experiment::summary::SCHEMA); a folder that cannot be written; and faults of
/// this program's own font, template or picture code.
pub fn render(run_folder: &Path, options: &ReportOptions) -> Result<Vec<PathBuf>, ReportError> {
    render_languages(run_folder, &[options.lang], options.png)
}

/// As [`render`], in several languages: the first one's files have the plain names, the others carry the language
/// (`report.en.html`, `charts/response-time.en.svg`). The CSV files hold both languages and are written once.
///
/// # Errors
/// As [`render`].
pub fn render_languages(run_folder: &Path, langs: &[Lang], png: bool) -> Result<Vec<PathBuf>, ReportError> {
    render_formats(run_folder, &Rendering { langs, formats: &[Format::Html], png, comparison: None, siting: None })
}
