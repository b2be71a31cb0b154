//! From cells to a table of demand points, scaled to census totals if wanted.

use super::cells::Resampled;
use super::regions::Regions;
use crate::facilities::County;
use crate::fault::{Fault, Faults, nearest_name};
use crate::geo::LatLon;
use crate::quality::{Quality, Zone};
use std::collections::BTreeMap;
use std::path::Path;

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its id: row and column of the cell, and a letter where several counties share a cell.
    pub id: String,
    /// Its county; empty if none is known.
    pub county: String,
    /// Where it is.
    pub at: LatLon,
    /// Residents.
    pub people: f64,
    /// Residents per km² of the whole cell.
    pub per_km2: f64,
}

/// What makes a row urban.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoning {
    /// From so many people per km².
    pub urban_per_km2: f64,
}

impl Zoning {
    /// The zone of a row.
    pub fn of(&self, row: &Row) -> Zone {
        if row.per_km2 >= self.urban_per_km2 { Zone::Urban } else { Zone::Rural }
    }
}

/// What people of a county were multiplied by.
#[derive(Clone, Debug, PartialEq)]
pub struct CensusFactor {
    /// The county.
    pub county: String,
    /// People by the raster.
    pub raster: f64,
    /// People by the census.
    pub census: f64,
    /// The second over the first.
    pub factor: f64,
}

/// The rows of a table.
pub fn rows(cells: &Resampled, regions: Option<&Regions>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::with_capacity(cells.cells.len());
    let (mut last, mut again) = ((i64::MIN, i64::MIN), 0_u32);
    for c in &cells.cells {
        again = if (c.row, c.column) == last { again + 1 } else { 0 };
        last = (c.row, c.column);
        let part = if again == 0 { String::new() } else { format!("-{}", again + 1) };
        let county = regions.zip(c.region).map(|(r, region)| r.name(region).to_string()).unwrap_or_default();
        let id = format!("R{}C{}{part}", c.row, c.column);
        out.push(Row { id, county, at: c.at, people: c.people, per_km2: c.per_km2 });
    }
    out
}

/// Multiplies the people of each county so that they add up to its census.
///
/// # Errors
/// Counties of the rows that the census does not have or has no number for, and counties of the census without people.
pub fn scale_to_census(rows: &mut [Row], census: &[County]) -> Result<Vec<CensusFactor>, Faults> {
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    rows.iter().for_each(|r| *totals.entry(r.county.clone()).or_default() += r.people);
    let mut faults = Faults::new();
    let known = |name: &str| census.iter().find(|c| c.name.zh == name || c.name.en == name);
    for name in totals.keys() {
        match known(name) {
            None => {
                let near = nearest_name(name, census.iter().map(|c| c.name.zh.as_str()));
                let hint =
                    near.map(|n| format!("did you mean {n}?")).unwrap_or("add it to the table of counties".into());
                faults.push(Fault::error(format!("the census has no county `{name}`")).hint(hint));
            }
            Some(county) if !county.population.is_some_and(|p| p > 0.0) => {
                let fault = Fault::error(format!("the census has no people for {name}"));
                faults.push(fault.hint("fill in the column `population`"));
            }
            Some(_) => {}
        }
    }
    let mut factors = Vec::new();
    for county in census {
        let raster = totals.get(&county.name.zh).or_else(|| totals.get(&county.name.en)).copied().unwrap_or(0.0);
        let Some(census) = county.population.filter(|p| *p > 0.0) else { continue };
        if raster <= 0.0 {
            let fault = Fault::error(format!("the raster has nobody in {}", county.name.zh));
            faults.push(fault.hint("do raster, outlines and census speak of the same counties?"));
            continue;
        }
        factors.push(CensusFactor { county: county.name.zh.clone(), raster, census, factor: census / raster });
    }
    if faults.has_errors() {
        return Err(faults);
    }
    for row in rows {
        let name = known(&row.county).map(|c| c.name.zh.as_str());
        if let Some(f) = factors.iter().find(|f| Some(f.county.as_str()) == name) {
            row.people *= f.factor;
            row.per_km2 *= f.factor;
        }
    }
    Ok(factors)
}

/// Writes the table; one that is there stays whole until the new one is.
///
/// # Errors
/// A fault when it cannot be written.
pub fn write_csv(path: &Path, rows: &[Row], zoning: &Zoning, quality: Quality, source: &str) -> Result<(), Box<Fault>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = ["id", "name", "county", "zone", "lat", "lon", "population", "quality", "source"];
    let written = table.write_record(header).and_then(|()| {
        rows.iter().try_for_each(|row| {
            let place = format!("{:.4}, {:.4}", row.at.lat, row.at.lon);
            let name = if row.county.is_empty() { place } else { format!("{} {place}", row.county) };
            let (lat, lon) = (format!("{:.6}", row.at.lat), format!("{:.6}", row.at.lon));
            // In full, so that totals are kept to the last digit.
            let people = row.people.to_string();
            let zone = zoning.of(row).key();
            table.write_record([&row.id, &name, &row.county, zone, &lat, &lon, &people, quality.mark(), source])
        })
    });
    let failed = |e: std::io::Error| Fault::io("write", path, &e).boxed();
    written.map_err(|e| failed(std::io::Error::other(e)))?;
    let bytes = table.into_inner().map_err(|e| failed(std::io::Error::other(e.to_string())))?;
    crate::aside::write(path, &bytes)
}
