//! The interactive map: one page that opens offline, drawn in the reader's browser by MapLibre GL JS.
//!
//! This file fills `assets/map/page.html`; what is drawn stands in [`data`], how it is drawn in `assets/map/page.js`. The
//! page's content security policy forbids every request, so that nothing leaves it even by mistake.

mod data;
mod polyline;

use super::html::{FONT_PLACE, credits, made_by, run_line, template_value};
use super::words::Word;
use super::words_map_page::MapWord;
use super::{ReportError, font};
use crate::experiment::summary::{MapData, Summary};
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};

static TEMPLATE: &str = include_str!("../../../assets/map/page.html");
static STYLE: &str = include_str!("../../../assets/map/page.css");
static SCRIPT: &str = include_str!("../../../assets/map/page.js");
/// As npm gives it, see `assets/map/README.md`.
static MAPLIBRE: &str = include_str!("../../../assets/map/maplibre-gl.js");
static MAPLIBRE_STYLE: &str = include_str!("../../../assets/map/maplibre-gl.css");
static MAPLIBRE_LICENCE: &str = include_str!("../../../assets/map/maplibre-gl.LICENSE.txt");
/// Its version; a test holds it to the file.
const MAPLIBRE_VERSION: &str = "5.24.1";

/// The page. `suffix` is what the names of the other files of its language carry (`.en`, or nothing).
pub(super) fn page(summary: &Summary, map: &MapData, suffix: &str, lang: Lang) -> Result<String, ReportError> {
    let data = data::data(summary, map, lang);
    let words: Map<String, Value> = MapWord::ALL.iter().map(|w| (w.key().into(), w.get(lang).into())).collect();
    let title = summary.scenario.title.get(lang);
    let context = json!({
        "lang": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
        "w": words,
        "title": title,
        "run_line": run_line(summary, lang),
        "synthetic": if summary.network.synthetic { Word::SyntheticNetwork.get(lang) } else { "" },
        "credits": credits(summary, map, lang),
        "made_by": made_by(summary, lang),
        "licence": MapWord::Licence.fill(lang, &[("version", MAPLIBRE_VERSION)]),
        "licence_text": MAPLIBRE_LICENCE,
        "report": format!("report{suffix}.html"),
        "picture": format!("map{suffix}.svg"),
        "style": STYLE,
        "script": SCRIPT,
        "maplibre": MAPLIBRE,
        "maplibre_style": MAPLIBRE_STYLE,
        "data": in_script(&data),
    });
    // Names and words may stand anywhere on it; what a reader types is left to the machine's own fonts.
    let ascii: String = (' '..='~').collect();
    let face = font::face_rule(&format!("{ascii}{}{}", shown(&context), shown(&data)))?;
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("map", TEMPLATE)?;
    let page = environment.get_template("map")?.render(template_value(context))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// What the report says of the page: its file, words to click on, what it shows.
pub(super) fn link(suffix: &str, lang: Lang) -> Value {
    json!({
        "file": format!("map{suffix}.html"),
        "open": MapWord::Open.get(lang),
        "about": MapWord::OpenAbout.get(lang),
    })
}

/// JSON that may stand inside a script element, whatever names it holds.
fn in_script(data: &Value) -> String {
    let mut out = String::new();
    for c in data.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            other => out.push(other),
        }
    }
    out
}

/// Every text of a value that can be shown: all that is not ASCII.
fn shown(value: &Value) -> String {
    value.to_string().chars().filter(|c| !c.is_ascii()).collect()
}

#[cfg(test)]
mod tests;
