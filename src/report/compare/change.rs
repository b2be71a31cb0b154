//! Differences as a person reads them: signed, with "to" between the ends of an interval that may be negative.

use crate::experiment::compare::Difference;
use crate::report::figure::{bounded, number};
use crate::report::words::Word;
use crate::stats::Estimate;
use crate::text::Lang;

/// A signed number: `+1.2`, `−0.3`, `0.0`.
pub(in crate::report) fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    let positive = value > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if positive { format!("+{text}") } else { text }
}

/// `−13.8 (−14.1 to −13.6)`; only the figure where it is exact; a remark where there is no interval.
pub(super) fn change(e: &Estimate, decimals: usize, lang: Lang) -> String {
    let mean = signed(e.mean, decimals);
    if e.is_exact() {
        return mean;
    }
    if !bounded(e) {
        return match lang {
            Lang::Zh => format!("{mean}（{}）", Word::NoInterval.get(lang)),
            Lang::En => format!("{mean} ({})", Word::NoInterval.get(lang)),
        };
    }
    let (low, high) = (signed(e.low, decimals), signed(e.high, decimals));
    match lang {
        Lang::Zh => format!("{mean}（{low} 至 {high}）"),
        Lang::En => format!("{mean} ({low} to {high})"),
    }
}

/// `−13.8 ± 0.3`, for narrow columns: the intervals are symmetric.
pub(super) fn plus_minus(e: &Estimate, decimals: usize) -> String {
    let mean = signed(e.mean, decimals);
    if e.is_exact() || !bounded(e) { mean } else { format!("{mean} ± {}", number(e.half_width(), decimals)) }
}

/// Decimals for differences of a column: two where the whole differs by less than one.
pub(in crate::report) fn decimals(whole: Option<f64>) -> usize {
    if whole.is_some_and(|d| d != 0.0 && d.abs() < 1.0) { 2 } else { 1 }
}

/// Shares as per cent, their difference in percentage points.
pub(super) fn percent(d: &Difference) -> Difference {
    Difference { a: d.a * 100.0, b: d.b * 100.0, difference: d.difference.scaled(100.0), ..*d }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_signs() {
        let e = Estimate { mean: -13.8, low: -14.1, high: -13.5 };
        assert_eq!(change(&e, 1, Lang::En), "−13.8 (−14.1 to −13.5)");
        assert_eq!(change(&e, 1, Lang::Zh), "−13.8（−14.1 至 −13.5）");
        assert_eq!(plus_minus(&e, 1), "−13.8 ± 0.3");
        assert_eq!(change(&Estimate::exact(0.0), 1, Lang::En), "0.0");
        assert_eq!((signed(0.04, 1), signed(0.04, 2)), ("0.0".into(), "+0.04".into()));
        let none = Estimate { mean: 2.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
        assert_eq!(change(&none, 1, Lang::En), "+2.0 (one replication: no interval)");
        assert_eq!((decimals(Some(-0.4)), decimals(Some(-13.0)), decimals(Some(0.0))), (2, 1, 1));
    }
}
