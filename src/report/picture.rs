//! A finished SVG, standing alone or inside the page, and its PNG.

use super::{ReportError, font};
use resvg::{tiny_skia, usvg};

/// Pixels of a PNG per pixel of the SVG.
const PNG_SCALE: f32 = 2.0;

/// A drawn picture. Its SVG names the font family but does not carry the font yet.
pub(super) struct Picture {
    /// Path in the run folder, without ending.
    pub path: &'static str,
    /// The SVG.
    pub svg: String,
}

impl Picture {
    /// The SVG with the characters it uses embedded, readable anywhere.
    pub(super) fn standalone(&self) -> Result<String, ReportError> {
        let style = format!("<style>{}</style>", font::face_rule(&drawn_text(&self.svg))?);
        let end = self.svg.find('>').ok_or_else(|| fault(self.path, "it has no opening tag"))?;
        let (open, rest) = self.svg.split_at(end + 1);
        Ok(format!("{open}{style}{rest}"))
    }
}

/// What of a file is drawn: everything but the tool tips, whose many names would make the embedded font large.
pub(super) fn drawn_text(svg: &str) -> String {
    let mut parts = svg.split("<title>");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(part.split_once("</title>").map_or(part, |(_, rest)| rest));
    }
    out
}

/// Draws an SVG as PNG at twice its size with the built-in font only.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, ReportError> {
    let options = usvg::Options { font_family: font::FAMILY.into(), fontdb: font::database(), ..Default::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|e| fault("svg", e))?;
    let size = tree.size().to_int_size().scale_by(PNG_SCALE).ok_or_else(|| fault("svg", "it has no size"))?;
    let mut pixels =
        tiny_skia::Pixmap::new(size.width(), size.height()).ok_or_else(|| fault("svg", "it has no size"))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| fault("svg", e))
}

fn fault(name: &str, reason: impl std::fmt::Display) -> ReportError {
    ReportError::Picture { name: name.to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(svg: &str) -> usize {
        let pixels = tiny_skia::Pixmap::decode_png(&png(svg).unwrap()).unwrap();
        pixels.pixels().iter().filter(|p| p.alpha() > 0).count()
    }

    #[test]
    fn hanzi_are_drawn_as_glyphs_of_their_own() {
        let text = |t: &str| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'>\
                 <text x='5' y='30' font-size='24' font-family=\"{}\">{t}</text></svg>",
                font::FAMILIES
            )
        };
        let (one, two, missing) = (ink(&text("一")), ink(&text("覆")), ink(&text("\u{1F600}")));
        assert!(one > 20 && two > 2 * one, "一 {one}, 覆 {two}");
        // A character without a glyph is the same box whatever it is; a hanzi of the font is not that box.
        assert_eq!(missing, ink(&text("\u{1F601}")));
        assert_ne!(two, missing);
        assert_ne!(one, missing);
    }
}
