//! `points.csv`: what becomes of every demand point.

use crate::experiment::compare::{Comparison, Told};
use crate::report::ReportError;

/// One row for each demand point and each scenario that is compared with the first.
pub(super) fn points_csv(c: &Comparison) -> Result<Vec<u8>, ReportError> {
    // Excel needs the mark to read UTF-8.
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record([
        "scenario",
        "against",
        "id",
        "name",
        "name_en",
        "county",
        "zone",
        "lon",
        "lat",
        "population",
        "replications",
        "mean_min_against",
        "mean_min",
        "difference_min",
        "low_min",
        "high_min",
        "p_value",
        "told",
    ])?;
    for pair in &c.pairs {
        for p in &pair.points {
            let number = |v: f64| if v.is_finite() { format!("{v:.4}") } else { String::new() };
            let of = |pick: fn(&crate::experiment::compare::Difference) -> f64| {
                p.mean_min.as_ref().map_or(String::new(), |d| number(pick(d)))
            };
            let p_value = p.mean_min.and_then(|d| d.p_value).map_or(String::new(), |v| format!("{v:.3e}"));
            let told = match p.told {
                Told::Gains => "gains",
                Told::Loses => "loses",
                Told::CannotTell => "cannot_tell",
            };
            out.write_record([
                c.systems[pair.b].scenario.name.as_str(),
                &c.systems[pair.a].scenario.name,
                &p.id,
                &p.name.zh,
                &p.name.en,
                p.county.as_ref().map_or("", |t| &t.zh),
                p.zone.key(),
                &p.at[0].to_string(),
                &p.at[1].to_string(),
                &p.residents.to_string(),
                &p.replications.to_string(),
                &of(|d| d.a),
                &of(|d| d.b),
                &of(|d| d.difference.mean),
                &of(|d| d.difference.low),
                &of(|d| d.difference.high),
                &p_value,
                told,
            ])?;
        }
    }
    out.into_inner().map_err(|e| csv::Error::from(e.into_error()).into())
}
