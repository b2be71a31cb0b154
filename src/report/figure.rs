//! Figures as a person reads them: decimals, units, intervals.

use super::words::Word;
use crate::stats::Estimate;
use crate::text::Lang;

/// Beyond this an end of an interval means "no interval": one replication only.
const UNBOUNDED: f64 = 1e300;

/// Whether an estimate has an interval worth showing.
pub(super) fn has_interval(e: &Estimate) -> bool {
    !e.is_exact() && bounded(e)
}

/// Whether both ends are real numbers.
pub(super) fn bounded(e: &Estimate) -> bool {
    e.low.abs() < UNBOUNDED && e.high.abs() < UNBOUNDED
}

/// A number with a fixed count of decimals and commas between thousands. Minus zero is zero.
pub(super) fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() || value.abs() >= UNBOUNDED {
        return "–".into();
    }
    let text = format!("{:.decimals$}", value.abs());
    let negative = value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut out = String::from(if negative { "−" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A figure with its interval: `12.5 (12.1–12.9)`; `12.5` when exact; with a remark when there is one replication only.
pub(super) fn estimate(e: &Estimate, decimals: usize, suffix: &str, lang: Lang) -> String {
    let mean = format!("{}{suffix}", number(e.mean, decimals));
    if e.is_exact() {
        mean
    } else if bounded(e) {
        format!("{mean} ({}–{})", number(e.low, decimals), number(e.high, decimals))
    } else if is_lower_bound(e) {
        format!("{mean} (≥ {})", number(e.low, decimals))
    } else {
        format!("{mean} ({})", Word::NoInterval.get(lang))
    }
}

/// Whether it is known from below only: a mean without the calls that nobody reached.
fn is_lower_bound(e: &Estimate) -> bool {
    e.low.is_finite() && e.low < e.mean && !e.high.is_finite()
}

/// A figure with its interval and unit: `12.5 (12.1–12.9) min`, `95.2% (94.8–95.6)`.
pub(super) fn estimate_in(e: &Estimate, decimals: usize, unit: &str, lang: Lang) -> String {
    if unit == "%" {
        estimate(e, decimals, "%", lang)
    } else if e.is_exact() || bounded(e) {
        with_unit(&estimate(e, decimals, "", lang), unit, lang)
    } else if is_lower_bound(e) {
        let (mean, low) = (number(e.mean, decimals), number(e.low, decimals));
        format!("{} (≥ {low})", with_unit(&mean, unit, lang))
    } else {
        format!("{} ({})", with_unit(&number(e.mean, decimals), unit, lang), Word::NoInterval.get(lang))
    }
}

/// A share (0 to 1) as per cent with its interval.
pub(super) fn share(e: &Estimate, lang: Lang) -> String {
    estimate(&e.scaled(100.0), 1, "%", lang)
}

/// A share (0 to 1) as per cent.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", number(share * 100.0, 1))
}

/// An optional estimate, or a dash.
pub(super) fn optional(e: Option<&Estimate>, decimals: usize, lang: Lang) -> String {
    e.map_or_else(|| "–".into(), |e| estimate(e, decimals, "", lang))
}

/// An optional share, or a dash.
pub(super) fn optional_share(e: Option<&Estimate>, lang: Lang) -> String {
    e.map_or_else(|| "–".into(), |e| share(e, lang))
}

/// Decimals for a figure of a unit.
pub(super) fn decimals(unit: &str) -> usize {
    match unit {
        "min" | "%" | "km" | "s" => 1,
        "people" | "people per seat" => 0,
        _ => 2,
    }
}

/// Enough decimals that rounding does not put a figure on a threshold it is not on.
pub(super) fn decimals_beside(value: f64, threshold: f64, unit: &str) -> usize {
    let first = decimals(unit);
    (first..first + 3).find(|d| value == threshold || number(value, *d) != number(threshold, *d)).unwrap_or(first)
}

/// A threshold without needless decimals.
pub(super) fn plain(value: f64) -> String {
    (0..4)
        .map(|d| (d, number(value, d)))
        .find(|(d, _)| {
            let scale = 10f64.powi(*d as i32);
            ((value * scale).round() / scale - value).abs() < 1e-9
        })
        .map_or_else(|| number(value, 4), |(_, text)| text)
}

/// The unit's name; units the catalogue does not know are shown as they are.
pub(super) fn unit(unit: &str, lang: Lang) -> String {
    let word = match unit {
        "min" => Word::UnitMin,
        "km" => Word::UnitKm,
        "s" => Word::UnitS,
        "/30k" | "per 30k" => Word::UnitPer30k,
        "/100k" | "per 100k" => Word::UnitPer100k,
        "people" => Word::UnitPeople,
        "people per seat" => Word::UnitPeoplePerSeat,
        "%" => return "%".into(),
        other => return other.into(),
    };
    word.get(lang).into()
}

/// A text of figures with its unit behind: no space before `%`, none in Chinese before a hanzi unit.
pub(super) fn with_unit(figure: &str, name: &str, lang: Lang) -> String {
    match unit(name, lang) {
        u if u.is_empty() => figure.into(),
        u if u == "%" => format!("{figure}%"),
        u => format!("{figure} {u}"),
    }
}

/// `≤` and `≥` for `<=` and `>=`.
pub(super) fn operator(op: &str) -> &str {
    match op {
        "<=" => "≤",
        ">=" => "≥",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_and_no_minus_zero() {
        assert_eq!(number(2_249_502.0, 0), "2,249,502");
        assert_eq!(number(-1234.56, 1), "−1,234.6");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(number(f64::NAN, 1), "–");
        assert_eq!((plain(15.0), plain(0.33), plain(95.5)), ("15".into(), "0.33".into(), "95.5".into()));
    }

    #[test]
    fn what_is_known_from_below_only_says_so() {
        let e = Estimate { mean: 51.9, low: 35.7, high: f64::INFINITY };
        assert_eq!(estimate(&e, 1, "", Lang::En), "51.9 (≥ 35.7)");
        assert_eq!(estimate_in(&e, 1, "min", Lang::En), "51.9 min (≥ 35.7)");
    }

    #[test]
    fn intervals_are_shown_or_explained() {
        let e = Estimate { mean: 12.52, low: 12.1, high: 12.94 };
        assert_eq!(estimate(&e, 1, "", Lang::En), "12.5 (12.1–12.9)");
        assert_eq!(share(&Estimate { mean: 0.952, low: 0.948, high: 0.956 }, Lang::Zh), "95.2% (94.8–95.6)");
        assert_eq!(estimate(&Estimate::exact(3.0), 1, "", Lang::En), "3.0");
        for (low, high) in [(f64::NEG_INFINITY, f64::INFINITY), (f64::MIN, f64::MAX)] {
            let single = Estimate { mean: 3.0, low, high };
            assert_eq!(estimate(&single, 1, "", Lang::En), "3.0 (one replication: no interval)");
            assert!(!share(&single, Lang::Zh).contains("inf"));
        }
    }

    #[test]
    fn rounding_never_hides_a_miss() {
        assert_eq!(decimals_beside(94.96, 95.0, "%"), 2);
        assert_eq!(decimals_beside(95.0, 95.0, "%"), 1);
        assert_eq!(decimals_beside(80.0, 95.0, "%"), 1);
    }
}
