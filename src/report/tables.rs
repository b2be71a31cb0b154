//! The CSV files of a run: verdicts and demand points. Both languages stand side by side; figures are plain numbers.

use super::ReportError;
use crate::experiment::summary::{MapData, Summary};
use crate::stats::Estimate;
use serde_json::Value;

/// Excel and WPS take a CSV for UTF-8 only when it begins with a byte-order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// `verdicts.csv`: one line per clause.
pub(super) fn verdicts_csv(summary: &Summary) -> Result<Vec<u8>, ReportError> {
    let mut csv = csv::Writer::from_writer(MARK.to_vec());
    csv.write_record([
        "clause",
        "title_zh",
        "title_en",
        "reading_zh",
        "reading_en",
        "zone",
        "basis",
        "value",
        "low",
        "high",
        "op",
        "threshold",
        "unit",
        "verdict",
        "margin",
        "worst_zh",
        "worst_en",
        "worst_value",
        "any_of",
        "remark_zh",
        "remark_en",
        "quality",
        "source",
        "all_of",
        "worst_hour",
        "worst_hour_value",
        "worst_category_zh",
        "worst_category_en",
        "worst_category_value",
        "counted",
        "evidence",
    ])?;
    for v in &summary.verdicts {
        let [value, low, high] = estimate(v.value.as_ref());
        let worst = v.worst.as_ref();
        let remark = v.remark.clone().unwrap_or_default();
        let (hour, category) = (v.worst_hour.as_ref(), v.worst_category.as_ref());
        csv.write_record([
            v.clause.as_str(),
            &v.title.zh,
            &v.title.en,
            &v.reading.zh,
            &v.reading.en,
            v.zone.map_or("", |z| z.key()),
            &key(&v.basis),
            &value,
            &low,
            &high,
            &v.op,
            &number(Some(v.threshold)),
            &v.unit,
            &key(&v.verdict),
            &number(v.margin),
            worst.map_or("", |w| &w.place.zh),
            worst.map_or("", |w| &w.place.en),
            &number(worst.map(|w| w.value)),
            v.any_of.as_deref().unwrap_or(""),
            &remark.zh,
            &remark.en,
            v.quality.mark(),
            &v.source,
            v.all_of.as_deref().unwrap_or(""),
            hour.map_or("", |p| &p.place.en),
            &number(hour.map(|p| p.value.mean)),
            category.map_or("", |p| &p.place.zh),
            category.map_or("", |p| &p.place.en),
            &number(category.map(|p| p.value.mean)),
            &number(v.counted),
            &v.evidence,
        ])?;
    }
    finish(csv)
}

/// `points.csv`: one line per demand point.
pub(super) fn points_csv(map: &MapData) -> Result<Vec<u8>, ReportError> {
    let mut csv = csv::Writer::from_writer(MARK.to_vec());
    csv.write_record([
        "id",
        "name_zh",
        "name_en",
        "county_zh",
        "county_en",
        "zone",
        "lon",
        "lat",
        "population",
        "drive_min",
        "radius_km",
        "calls",
        "mean_response_min",
        "share_within",
        "post_zh",
        "post_en",
        "road_km",
        "covered_time",
        "covered_radius",
    ])?;
    for p in &map.points {
        let county = p.county.clone().unwrap_or_default();
        let post = p.post.and_then(|i| map.posts.get(i)).map(|post| post.name.clone()).unwrap_or_default();
        csv.write_record([
            p.id.as_str(),
            &p.name.zh,
            &p.name.en,
            &county.zh,
            &county.en,
            p.zone.key(),
            &number(Some(p.at[0])),
            &number(Some(p.at[1])),
            &number(Some(p.population)),
            &number(p.drive_min),
            &number(Some(p.radius_km)),
            &p.calls.to_string(),
            &number(p.mean_response_min),
            &number(p.share_within),
            &post.zh,
            &post.en,
            &number(p.road_km),
            yes_no(p.covered_time),
            yes_no(p.covered_radius),
        ])?;
    }
    finish(csv)
}

fn finish(csv: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, ReportError> {
    csv.into_inner().map_err(|e| csv::Error::from(e.into_error()).into())
}

/// At most six decimals, no trailing zeros; empty when there is none, or no end to an interval.
fn number(value: Option<f64>) -> String {
    match value {
        Some(v) if v.is_finite() && v.abs() < 1e300 => {
            let text = format!("{v:.6}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            if text == "-0" { "0".into() } else { text.into() }
        }
        _ => String::new(),
    }
}

/// Spreadsheets read these words as truth values.
fn yes_no(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "TRUE",
        Some(false) => "FALSE",
        None => "",
    }
}

fn estimate(e: Option<&Estimate>) -> [String; 3] {
    [number(e.map(|e| e.mean)), number(e.map(|e| e.low)), number(e.map(|e| e.high))]
}

/// A variant as the JSON files write it.
fn key(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain() {
        let cells = [Some(12.5), Some(-0.0), Some(0.1 + 0.2), Some(f64::MAX), None].map(number);
        assert_eq!(cells, ["12.5", "0", "0.3", "", ""]);
    }
}
