//! Isochrones of a post: the files and the table on the terminal.

use super::terminal::STYLE;
use super::words_map::OnMap;
use super::{ReportError, ReportOptions, figure, files, map, picture, words};
use crate::experiment::IsochroneMap;
use crate::text::Lang;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::path::{Path, PathBuf};

/// Most bands a map can show: as many as there are colours.
pub const MOST_BANDS: usize = super::theme::BAND_TINTS.len();

/// Writes `<stem>.svg`, its PNG if asked, and `<stem>.geojson` into a folder. Returns the files.
///
/// # Errors
/// A folder that cannot be written; faults of this program's own font or picture code.
pub fn render_isochrones(
    folder: &Path,
    stem: &str,
    found: &IsochroneMap,
    options: &ReportOptions,
) -> Result<Vec<PathBuf>, ReportError> {
    let svg = map::draw_isochrones(found, options.lang);
    let standalone = picture::Picture { path: "isochrones", svg }.standalone()?;
    let mut written = vec![files::write(folder, &format!("{stem}.svg"), standalone.as_bytes())?];
    if options.png {
        written.push(files::write(folder, &format!("{stem}.png"), &picture::png(&standalone)?)?);
    }
    written.push(files::write(folder, &format!("{stem}.geojson"), map::isochrones_geojson(found).as_bytes())?);
    Ok(written)
}

/// Residents and kilometres of road within each time, as a table.
pub fn isochrone_table(found: &IsochroneMap, lang: Lang) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
    let mut head = vec![String::new()];
    for row in &found.people {
        let zone = if row.zone.is_none() { OnMap::Everybody.get(lang) } else { words::zone(row.zone).get(lang) };
        head.extend([zone.to_string(), "%".into()]);
    }
    head.push(OnMap::RoadKm.get(lang).into());
    table.set_header(head);
    let mut km = 0.0;
    for (i, end) in found.ends.iter().enumerate() {
        km += found.road_km[i];
        let mut row = vec![OnMap::WithinMinutes.fill(lang, &[("n", &figure::plain(*end))])];
        for people in &found.people {
            let share = if people.residents > 0.0 { 100.0 * people.within[i] / people.residents } else { 0.0 };
            row.extend([figure::number(people.within[i], 0), figure::number(share, 1)]);
        }
        row.push(figure::number(km, 0));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let title = OnMap::IsochroneTitle.fill(lang, &[("post", found.post.name.get(lang))]);
    let about = OnMap::IsochroneAbout.fill(lang, &[("scenario", found.scenario.get(lang))]);
    format!("{title}\n{about}\n{table}")
}
