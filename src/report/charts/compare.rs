//! The charts of a comparison, one file each.

mod difference;
mod distribution;
mod people;

use super::register;
use crate::experiment::compare::{Comparison, Pair};
use crate::report::ReportError;
use crate::report::picture::Picture;
use crate::report::words::Word;
use crate::text::{Lang, Text};

/// Draws every chart of one scenario against another; the paths are names without folder.
pub(in crate::report) fn draw_all(c: &Comparison, pair: &Pair, lang: Lang) -> Result<Vec<Picture>, ReportError> {
    register()?;
    Ok(vec![
        Picture { path: "difference-by-county", svg: difference::draw(c, pair, lang)? },
        Picture { path: "response-distribution", svg: distribution::draw(c, pair, lang)? },
        Picture { path: "people", svg: people::draw(c, pair, lang)? },
    ])
}

/// Letters of the two scenarios.
fn letters<'a>(c: &'a Comparison, pair: &Pair) -> (&'a str, &'a str) {
    (&c.systems[pair.a].letter, &c.systems[pair.b].letter)
}

/// A county's name, or the whole area, cut to a width.
fn name_of(county: Option<&Text>, width: f64, lang: Lang) -> String {
    super::canvas::shorten(county.map_or(Word::WholeArea.get(lang), |t| t.get(lang)), 12.0, width)
}
