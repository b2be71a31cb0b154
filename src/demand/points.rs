use crate::facilities::{Coordinates, County, county, names};
use crate::fault::Faults;
use crate::geo::LatLon;
use crate::ids::CountyId;
use crate::input::{Row, Table};
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
    /// Share of residents over 65, when the table says.
    pub elderly: Option<f64>,
    /// Its township, as the table writes it; empty when it does not say.
    pub township: String,
}

/// Columns of the table of demand points: needed, and known besides.
pub const DEMAND_COLUMNS: (&[&str], &[&str]) = (
    &["id", "name", "zone", "lat", "lon", "population", "quality"],
    &["name_en", "county", "township", "elderly", "source"],
);

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
        let elderly = share(row, "elderly");
        let township = row.text("township").to_string();
        let at = coordinates.to_wgs84(at?);
        Some(DemandPoint {
            id: id?,
            name: name?,
            county: county?,
            zone: zone?,
            at,
            population: population?,
            quality: quality?,
            elderly: elderly?,
            township,
        })
    })
}

/// A share from 0 to 1; an empty cell is none.
fn share(row: &mut Row<'_>, column: &str) -> Option<Option<f64>> {
    match row.optional_number(column)? {
        Some(share) if share > 1.0 => {
            row.fault(column, format!("{share} is not a share"), Some("write a number between 0 and 1"));
            None
        }
        other => Some(other),
    }
}

/// The shares of people over 65 in the table of counties, by county; `None` where the table does not say.
///
/// # Errors
/// Every row with what is no share.
pub fn read_elderly(table: &Table, counties: &[County]) -> Result<Vec<Option<f64>>, Faults> {
    let rows = table.rows(|row| {
        let (name, share) = (row.text("name").to_string(), share(row, "elderly"));
        Some((name, share?))
    })?;
    let of = |county: &County| rows.iter().find(|r| r.0 == county.name.zh).and_then(|r| r.1);
    Ok(counties.iter().map(of).collect())
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
