//! The formats of a report, and rendering a run folder in those asked for.

use super::compare::in_report;
use super::html::Shown;
use super::{
    ReportError, both, charts, files, html, map, map_page, markdown, picture, points, sheets, siting, tables, word,
};
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use std::path::{Path, PathBuf};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The page, its charts and map as pictures beside it, and the CSV files.
    Html,
    /// The page in both languages, side by side: `report.both.html`, the first language asked for on the left.
    Both,
    /// A workbook for WPS and Excel, a sheet a topic: `report.xlsx`.
    Xlsx,
    /// The verdict and two charts for Word: `report.docx`.
    Docx,
    /// A summary for issue trackers: `report.md`.
    Markdown,
    /// Demand points with their coverage: `points.geojson`, both languages in one.
    GeoJson,
    /// `verdicts.csv` and `points.csv`, both languages in one.
    Csv,
}

/// How a run folder is rendered.
#[derive(Clone, Copy, Debug)]
pub struct Rendering<'a> {
    /// The languages; the first one's files have the plain names.
    pub langs: &'a [Lang],
    /// The formats; one named twice is written once.
    pub formats: &'a [Format],
    /// Whether each SVG gets a PNG beside it.
    pub png: bool,
    /// Folder of a comparison in which the run's scenario stands; the page gets a section on it.
    pub comparison: Option<&'a Path>,
    /// Folder of siting proposals that are about the run's scenario, or among which it is; the page gets a section on them.
    pub siting: Option<&'a Path>,
}

/// Renders a run folder in some formats and languages. The first language's files have the plain names, the others
/// carry the language (`report.en.xlsx`). A format asked for twice is written once. Returns the files it wrote.
///
/// Each file is written beside its place and then moved there, so that an earlier good one is never lost. The bytes
/// depend on the run folder, the comparison's and what is asked only.
///
/// # Errors
/// As [`render`](super::render); a comparison that cannot be read, or in which the run's scenario does not stand.
pub fn render_formats(run_folder: &Path, how: &Rendering) -> Result<Vec<PathBuf>, ReportError> {
    let Rendering { langs, formats, png, .. } = *how;
    let summary: Summary = files::read_json(&run_folder.join("summary.json"))?;
    let map: MapData = files::read_json(&run_folder.join("map.json"))?;
    let comparison = how.comparison.map(|folder| in_report::read(folder, &summary)).transpose()?;
    let siting = how.siting.map(|folder| siting::in_report::of_run(folder, &summary)).transpose()?;
    let shown = Shown { summary: &summary, map: &map, comparison: comparison.as_ref(), siting: siting.as_ref() };
    let asked = |format: Format| formats.contains(&format);
    let mut written = Vec::new();
    let mut write = |name: &str, bytes: &[u8]| -> Result<(), ReportError> {
        written.push(files::write(run_folder, name, bytes)?);
        Ok(())
    };
    for (i, lang) in langs.iter().enumerate() {
        let suffix = match (i, lang) {
            (0, _) => "",
            (_, Lang::Zh) => ".zh",
            (_, Lang::En) => ".en",
        };
        let report = |ending: &str| format!("report{suffix}.{ending}");
        let mut pictures = Vec::new();
        if asked(Format::Html) || asked(Format::Docx) {
            pictures = charts::draw_all(&summary, *lang)?;
        }
        if asked(Format::Html) {
            pictures.push(map::draw(&summary, &map, *lang)?);
            for picture in &pictures {
                let stem = format!("{}{suffix}", picture.path);
                let standalone = picture.standalone()?;
                write(&format!("{stem}.svg"), standalone.as_bytes())?;
                if png {
                    write(&format!("{stem}.png"), &picture::png(&standalone)?)?;
                }
            }
            write(&report("html"), html::page(&shown, &pictures, suffix, *lang)?.as_bytes())?;
            write(&format!("map{suffix}.html"), map_page::page(&summary, &map, suffix, *lang)?.as_bytes())?;
        }
        if asked(Format::Xlsx) {
            write(&report("xlsx"), &sheets::workbook(&summary, &map, *lang)?)?;
        }
        if asked(Format::Docx) {
            write(&report("docx"), &word::document(&summary, &pictures, *lang)?)?;
        }
        if asked(Format::Markdown) {
            write(&report("md"), markdown::page(&summary, *lang).as_bytes())?;
        }
    }
    if asked(Format::Both) {
        let left = langs.first().copied().unwrap_or_default();
        let right = if left == Lang::Zh { Lang::En } else { Lang::Zh };
        let drawn = |lang| -> Result<Vec<picture::Picture>, ReportError> {
            let mut pictures = charts::draw_all(&summary, lang)?;
            pictures.push(map::draw(&summary, &map, lang)?);
            Ok(pictures)
        };
        let (a, b) = (drawn(left)?, drawn(right)?);
        write("report.both.html", both::page(&shown, (left, &a), (right, &b))?.as_bytes())?;
    }
    if asked(Format::Html) || asked(Format::Csv) {
        write("verdicts.csv", &tables::verdicts_csv(&summary)?)?;
        write("points.csv", &tables::points_csv(&map)?)?;
    }
    if asked(Format::GeoJson) {
        write("points.geojson", points::geojson(&map).as_bytes())?;
    }
    Ok(written)
}
