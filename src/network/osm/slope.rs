//! Heights and gradients as mappers write them.

/// Metres above the sea: a number, perhaps with a unit (`1890`, `1 890 m`, `6201 ft`). `None` for anything else and for
/// what lies below the Dead Sea or above every road there is.
pub(super) fn elevation(text: &str) -> Option<f32> {
    let text = text.trim();
    let (number, factor) = match text.strip_suffix("ft") {
        Some(feet) => (feet, 0.3048),
        None => (text.strip_suffix('m').unwrap_or(text), 1.0),
    };
    let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
    let metres = digits.replace(',', ".").parse::<f64>().ok()? * factor;
    (-450.0..6500.0).contains(&metres).then_some(metres as f32)
}

/// Gradient in per cent in the direction of the way: `10%`, `-5 %`, `6°`. `None` for `up`, `down` and anything else,
/// and for what no vehicle climbs (over 45 %).
pub(super) fn incline(text: &str) -> Option<f32> {
    let text = text.trim();
    let number = |t: &str| t.trim().replace(',', ".").replace('\u{2212}', "-").parse::<f64>().ok();
    let percent = match text.strip_suffix('°') {
        Some(degrees) => 100.0 * libm::tan(number(degrees)?.to_radians()),
        None => number(text.strip_suffix('%').unwrap_or(text))?,
    };
    (percent.abs() <= 45.0).then_some(percent as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_and_gradients() {
        assert_eq!(elevation("1890"), Some(1890.0));
        assert_eq!(elevation("1 890,5 m"), Some(1890.5));
        assert_eq!(elevation("1000 ft").map(f32::round), Some(305.0));
        for bad in ["", "high", "99999", "NaN", "-4000"] {
            assert_eq!(elevation(bad), None, "{bad}");
        }
        assert_eq!(incline("10%"), Some(10.0));
        assert_eq!(incline("-5.5 %"), Some(-5.5));
        assert_eq!(incline("\u{2212}7"), Some(-7.0));
        assert_eq!(incline("6°").map(|p| (p * 100.0).round()), Some(1051.0));
        for bad in ["up", "down", "", "steep", "80°", "1000%", "inf"] {
            assert_eq!(incline(bad), None, "{bad}");
        }
    }
}
