use crate::facilities::{Coordinates, County, county, names};
use crate::fault::Faults;
use crate::geo::LatLon;
use crate::ids::CountyId;
use crate::input::Table;
use crate::quality::{Quality, Zone};
use crate::text::Text;

/// A village or an urban block: where people are.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandPoint {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<CountyId>,
    /// Urban or rural.
    pub zone: Zone,
    /// Where it is.
    pub at: LatLon,
    /// Residents.
    pub population: f64,
    /// How good this row is.
    pub quality: Quality,
}

/// Columns of the table of demand points: needed, and known besides.
pub const DEMAND_COLUMNS: (&[&str], &[&str]) =
    (&["id", "name", "zone", "lat", "lon", "population", "quality"], &["name_en", "county", "township", "source"]);

/// Reads the table of demand points.
///
/// # Errors
/// Every faulty row.
pub fn read_points(table: &Table, counties: &[County], coordinates: Coordinates) -> Result<Vec<DemandPoint>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, name, county) = (row.filled("id"), names(row), county(row, counties));
        let (zone, at, population) = (row.zone("zone"), row.position(), row.number("population"));
        let quality = row.quality("quality");
        let at = coordinates.to_wgs84(at?);
        Some(DemandPoint {
            id: id?,
            name: name?,
            county: county?,
            zone: zone?,
            at,
            population: population?,
            quality: quality?,
        })
    })
}

/// The counties that the demand table names, in order of appearance, for scenarios without a table of counties.
///
/// # Errors
/// None of its own; the signature is that of the other readers.
pub fn counties_of(table: &Table) -> Result<Vec<County>, Faults> {
    let mut counties: Vec<County> = Vec::new();
    table.rows(|row| {
        let name = row.text("county");
        if !name.is_empty() && counties.iter().all(|c| c.name.zh != name) {
            counties.push(County { name: Text::same(name), population: None, area_km2: None });
        }
        Some(())
    })?;
    Ok(counties)
}
