//! Colours and sizes, the same in every chart, the map and the page.
//!
//! Series use the palette of Okabe and Ito (2008), which people with any of the common colour-vision deficiencies can
//! tell apart; the map's time bands get darker with time, so that they also work in grey.

use plotters::style::RGBColor;

/// Titles and figures.
pub(super) const INK: RGBColor = RGBColor(0x1f, 0x29, 0x33);
/// Axis labels and notes.
pub(super) const SOFT: RGBColor = RGBColor(0x5b, 0x67, 0x73);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xe3, 0xe7, 0xeb);
/// Axis lines.
pub(super) const AXIS: RGBColor = RGBColor(0x9a, 0xa5, 0xb1);
/// Bars in the background.
pub(super) const PALE: RGBColor = RGBColor(0xd5, 0xe3, 0xef);
/// The ground of every picture.
pub(super) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// Blue: urban, first series.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
/// Vermillion: rural.
pub(super) const VERMILLION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// Bluish green: third series.
pub(super) const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
/// Sky blue: second series.
pub(super) const SKY: RGBColor = RGBColor(0x56, 0xb4, 0xe9);
/// Orange: accents.
pub(super) const ORANGE: RGBColor = RGBColor(0xe6, 0x9f, 0x00);

/// Upper ends in minutes of the map's time bands; the last band is open.
pub(super) const BAND_ENDS: [f64; 4] = [5.0, 10.0, 15.0, 30.0];
/// Fill of each time band.
pub(super) const BAND_FILLS: [&str; 5] = ["#fff3b0", "#fdc863", "#f58a3c", "#cf3a2b", "#6d0f2a"];
/// The ground of each time band along the roads: pale, so that what stands on it is seen.
pub(super) const BAND_TINTS: [&str; 5] = ["#fff0a3", "#fedba0", "#f9bf99", "#e3a39c", "#bb9dab"];
/// Fill of those who are reached sooner, the least change first, and of those reached later: teal and brown, which people
/// with any of the common colour-vision deficiencies can tell apart (BrBG of Brewer, Harrower and others, ColorBrewer 2).
pub(super) const SOONER_FILLS: [&str; 4] = ["#c7eae5", "#80cdc1", "#35978f", "#01665e"];
/// See [`SOONER_FILLS`].
pub(super) const LATER_FILLS: [&str; 4] = ["#f6e8c3", "#dfc27d", "#bf812d", "#8c510a"];

/// The band of a driving time.
pub(super) fn band(minutes: f64) -> usize {
    BAND_ENDS.iter().position(|end| minutes <= *end).unwrap_or(BAND_ENDS.len())
}

/// The colour of a text on a ground: that of the two that stands out more.
pub(super) fn ink_on(RGBColor(r, g, b): RGBColor) -> RGBColor {
    // Luma of ITU-R BT.601, section 2.5.1.
    let luma = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if luma > 110.0 { INK } else { PAPER }
}

/// A colour between two: 0 is the first, 1 the second.
pub(super) fn blend(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0)).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_their_upper_ends() {
        assert_eq!([0.0, 5.0, 5.01, 15.0, 30.0, 31.0].map(band), [0, 0, 1, 2, 3, 4]);
    }
}
