//! The page that compares scenarios: on the terminal, as HTML, as pictures and as a table.

mod change;
pub(super) mod in_report;
mod page;
mod sentences;
mod table;
mod terminal;

pub(super) use change::{decimals, signed};
pub use terminal::comparison_page;
pub(super) use terminal::{folded, plain_percent};

use super::{ReportError, ReportOptions, charts, files, map, picture};
use crate::experiment::compare::Comparison;
use crate::quality::Zone;
use crate::text::{Lang, Text};
use std::path::{Path, PathBuf};

/// The word before the path of the page, for the command line.
pub fn page_at(lang: Lang) -> &'static str {
    super::words_compare::Said::PageAt.get(lang)
}

/// Name of the map of who gains and who loses.
const MAP: &str = "difference-map";

/// A picture of a comparison and where it goes.
struct Drawn {
    /// Path in the folder, without ending.
    path: String,
    svg: String,
}

/// Renders a comparison into its folder: `charts/*.svg` (and PNG if asked), the map among them, `points.csv`, `compare.html`. With more than two
/// scenarios, the charts' names end in the letter of the one that is compared with the first. Returns the files it wrote.
///
/// # Errors
/// A folder that cannot be written; faults of this program's own font, template or picture code.
pub fn render_comparison(
    folder: &Path,
    comparison: &Comparison,
    options: &ReportOptions,
) -> Result<Vec<PathBuf>, ReportError> {
    let lang = options.lang;
    let mut written = Vec::new();
    let mut drawn = Vec::new();
    for pair in &comparison.pairs {
        let suffix = match comparison.pairs.len() {
            1 => String::new(),
            _ => format!("-{}", comparison.systems[pair.b].letter.to_lowercase()),
        };
        let pictures = charts::compare::draw_all(comparison, pair, lang)?;
        let of_pair = pictures.into_iter().map(|p| Drawn { path: format!("charts/{}{suffix}", p.path), svg: p.svg });
        let mut of_pair: Vec<Drawn> = of_pair.collect();
        if let Some(ground) = &comparison.map {
            let svg = map::draw_difference(comparison, pair, ground, lang);
            of_pair.push(Drawn { path: format!("charts/{MAP}{suffix}"), svg });
        }
        drawn.push(of_pair);
    }
    for one in drawn.iter().flatten() {
        let standalone = picture::Picture { path: "compare", svg: one.svg.clone() }.standalone()?;
        written.push(files::write(folder, &format!("{}.svg", one.path), standalone.as_bytes())?);
        if options.png {
            written.push(files::write(folder, &format!("{}.png", one.path), &picture::png(&standalone)?)?);
        }
    }
    written.push(files::write(folder, "points.csv", &table::points_csv(comparison)?)?);
    let page = page::page(comparison, &drawn, lang)?;
    written.push(files::write(folder, "compare.html", page.as_bytes())?);
    Ok(written)
}

/// What a scenario is called in a sentence: its letter; the title stands in the head.
fn letters(comparison: &Comparison, a: usize, b: usize) -> (&str, &str) {
    (&comparison.systems[a].letter, &comparison.systems[b].letter)
}

/// The county's name or the whole area; of a zone's row, which stands below that of its county, the zone.
fn place(county: Option<&Text>, zone: Option<Zone>, lang: Lang) -> &str {
    match zone {
        None => super::html::county(county, lang),
        Some(_) => super::words::zone(zone).get(lang),
    }
}
