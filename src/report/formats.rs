//! The formats of a report, and rendering a run folder in those asked for.

use super::{ReportError, charts, files, html, map, map_page, markdown, picture, points, sheets, tables, word};
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use std::path::{Path, PathBuf};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The page, its charts and map as pictures beside it, and the CSV files.
    Html,
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

/// Renders a run folder in some formats and languages. The first language's files have the plain names, the others
/// carry the language (`report.en.xlsx`). A format asked for twice is written once. Returns the files it wrote.
///
/// Each file is written beside its place and then moved there, so that an earlier good one is never lost. The bytes
/// depend on the run folder, languages and `png` only.
///
/// # Errors
/// As [`render`](super::render).
pub fn render_formats(
    run_folder: &Path,
    langs: &[Lang],
    formats: &[Format],
    png: bool,
) -> Result<Vec<PathBuf>, ReportError> {
    let summary: Summary = files::read_json(&run_folder.join("summary.json"))?;
    let map: MapData = files::read_json(&run_folder.join("map.json"))?;
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
            write(&report("html"), html::page(&summary, &map, &pictures, suffix, *lang)?.as_bytes())?;
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
    if asked(Format::Html) || asked(Format::Csv) {
        write("verdicts.csv", &tables::verdicts_csv(&summary)?)?;
        write("points.csv", &tables::points_csv(&map)?)?;
    }
    if asked(Format::GeoJson) {
        write("points.geojson", points::geojson(&map).as_bytes())?;
    }
    Ok(written)
}
