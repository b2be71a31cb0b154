//! From a finished run folder to what a person reads: charts, a map, tables, one page that opens offline.
//!
//! Everything is rendered from `summary.json` and `map.json` alone, so a report can be made again, or in the other
//! language, without simulating again. Nothing is computed here but pixels: every figure stands in the summary.
//!
//! * [`render`] writes the files of one language, [`render_languages`] those of several;
//! * [`terminal_table`] is what the command line prints after a run;
//! * [`words`] holds every word a person sees, in Chinese and English.

pub mod calibrate;
mod charts;
pub mod compare;
mod error;
mod events;
mod figure;
mod files;
mod font;
mod html;
mod map;
mod picture;
mod roads;
mod sweep_table;
mod tables;
mod terminal;
mod theme;
pub mod words;
mod words_calibrate;
mod words_compare;

pub use charts::sweep::{ChartFile, SweepChart, sweep_chart};
pub use error::ReportError;
pub use font::uncovered_characters;
pub use sweep_table::sweep_table;
pub use terminal::terminal_table;

use crate::experiment::summary::{MapData, Summary};
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
/// their PNGs if asked, `verdicts.csv`, `points.csv` and `report.html`. Returns the files it wrote, in that order.
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
    let summary: Summary = files::read_json(&run_folder.join("summary.json"))?;
    let map: MapData = files::read_json(&run_folder.join("map.json"))?;

    let mut written = Vec::new();
    for (i, lang) in langs.iter().enumerate() {
        let suffix = match (i, lang) {
            (0, _) => "",
            (_, Lang::Zh) => ".zh",
            (_, Lang::En) => ".en",
        };
        let mut pictures = charts::draw_all(&summary, *lang)?;
        pictures.push(map::draw(&summary, &map, *lang)?);
        for picture in &pictures {
            let stem = format!("{}{suffix}", picture.path);
            let standalone = picture.standalone()?;
            written.push(files::write(run_folder, &format!("{stem}.svg"), standalone.as_bytes())?);
            if png {
                let bytes = picture::png(&standalone)?;
                written.push(files::write(run_folder, &format!("{stem}.png"), &bytes)?);
            }
        }
        let page = html::page(&summary, &map, &pictures, *lang)?;
        written.push(files::write(run_folder, &format!("report{suffix}.html"), page.as_bytes())?);
    }
    written.push(files::write(run_folder, "verdicts.csv", &tables::verdicts_csv(&summary)?)?);
    written.push(files::write(run_folder, "points.csv", &tables::points_csv(&map)?)?);
    Ok(written)
}
