//! The one font of all pictures and pages: a subset of Noto Sans SC that is built into the program.
//!
//! Text in SVG and HTML stays text. So that it is readable on a machine without Chinese fonts, every file carries a
//! `@font-face` with just the characters it uses, cut from the built-in font at run time.

use super::ReportError;
use allsorts::binary::read::ReadScope;
use allsorts::font::MatchingPresentation;
use allsorts::font_data::{DynamicFontTableProvider, FontData};
use allsorts::subset::{CmapTarget, SubsetProfile};
use base64::Engine;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The font file (SIL Open Font License 1.1, see `assets/fonts/README.md`).
pub(super) static BYTES: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");
/// Its family name.
pub(super) const FAMILY: &str = "Goldenhour Sans";
/// What SVG and CSS name: the embedded font, then what a machine may have for characters the font lacks.
pub(super) const FAMILIES: &str = "'Goldenhour Sans','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
/// Font units in an em.
const UNITS_PER_EM: f64 = 1000.0;

/// Glyph and advance of every character the font has.
struct Metrics {
    glyphs: BTreeMap<char, (u16, u16)>,
}

fn provider() -> Result<DynamicFontTableProvider<'static>, String> {
    let data = ReadScope::new(BYTES).read::<FontData<'static>>().map_err(|e| e.to_string())?;
    data.table_provider(0).map_err(|e| e.to_string())
}

fn metrics() -> Result<&'static Metrics, ReportError> {
    static METRICS: OnceLock<Result<Metrics, String>> = OnceLock::new();
    let read = || {
        let mut font = allsorts::Font::new(provider()?).map_err(|e| e.to_string())?;
        let mut glyphs = BTreeMap::new();
        for c in ('\u{20}'..='\u{ffff}').chain('\u{20000}'..='\u{2ffff}') {
            let (glyph, _) = font.lookup_glyph_index(c, MatchingPresentation::NotRequired, None);
            if glyph != 0 {
                glyphs.insert(c, (glyph, font.horizontal_advance(glyph).unwrap_or(1000)));
            }
        }
        Ok(Metrics { glyphs })
    };
    METRICS.get_or_init(read).as_ref().map_err(|e: &String| ReportError::Font(e.clone()))
}

/// Width of a text in the unit of `size`. Characters the font lacks count as one em.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let Ok(metrics) = metrics() else { return text.chars().count() as f64 * size };
    let units: f64 = text.chars().map(|c| metrics.glyphs.get(&c).map_or(UNITS_PER_EM, |(_, a)| f64::from(*a))).sum();
    units / UNITS_PER_EM * size
}

/// The characters of a text that the built-in font lacks, so that a PNG would show a box for them.
pub fn uncovered_characters(text: &str) -> Vec<char> {
    let Ok(metrics) = metrics() else { return Vec::new() };
    let unknown: BTreeSet<char> = text.chars().filter(|c| !c.is_control() && !metrics.glyphs.contains_key(c)).collect();
    unknown.into_iter().collect()
}

/// An OpenType font with just the characters of `text` that the built-in font has.
fn subset(text: &str) -> Result<Vec<u8>, ReportError> {
    let metrics = metrics()?;
    let mut glyphs: BTreeSet<u16> = BTreeSet::from([0]);
    glyphs.extend(text.chars().filter_map(|c| metrics.glyphs.get(&c)).map(|(glyph, _)| *glyph));
    let glyphs: Vec<u16> = glyphs.into_iter().collect();
    let provider = provider().map_err(ReportError::Font)?;
    allsorts::subset::subset(&provider, &glyphs, &SubsetProfile::Minimal, CmapTarget::Unicode)
        .map_err(|e| ReportError::Font(format!("{e:?}")))
}

/// A CSS `@font-face` rule that carries the characters of `text`.
pub(super) fn face_rule(text: &str) -> Result<String, ReportError> {
    let data = base64::engine::general_purpose::STANDARD.encode(subset(text)?);
    Ok(format!("@font-face{{font-family:'{FAMILY}';src:url(data:font/otf;base64,{data}) format('opentype')}}"))
}

/// The font database of the PNG renderer: the built-in font and nothing else, so that every machine draws the same.
pub(super) fn database() -> Arc<resvg::usvg::fontdb::Database> {
    static DATABASE: OnceLock<Arc<resvg::usvg::fontdb::Database>> = OnceLock::new();
    Arc::clone(DATABASE.get_or_init(|| {
        let mut database = resvg::usvg::fontdb::Database::new();
        database.load_font_source(resvg::usvg::fontdb::Source::Binary(Arc::new(BYTES)));
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_chinese_signs_and_names() {
        let text = "急救覆盖达标未达标无法判定 竜垤戛咪哩 玉溪红塔 ≤≥±–—·×²°′″→✓?%ABCabc123";
        assert_eq!(uncovered_characters(text), Vec::<char>::new());
        assert_eq!(uncovered_characters("a\u{1F600}"), vec!['\u{1F600}']);
        // A hanzi is one em wide, a digit of this font 0.555 em.
        assert_eq!(width("急救", 10.0), 20.0);
        assert!((width("0", 1000.0) - 555.0).abs() < 1.0);
    }

    #[test]
    fn a_subset_is_small_and_holds_what_was_asked() {
        let cut = subset("达标 15 min").unwrap();
        assert!(cut.len() < 20_000, "{} bytes", cut.len());
        let data = ReadScope::new(&cut).read::<FontData<'_>>().unwrap();
        let mut font = allsorts::Font::new(data.table_provider(0).unwrap()).unwrap();
        let mut has = |c| font.lookup_glyph_index(c, MatchingPresentation::NotRequired, None).0 != 0;
        assert!(has('达') && has('标') && has('5') && !has('急'));
    }
}
