//! Demand points from a population raster: a GeoTIFF such as those of WorldPop, brought to cells of a wanted size so that
//! totals are kept.
//!
//! Every pixel that is taken is shared out among the cells it overlaps by area (in degrees), so what comes out adds up to
//! what went in. A cell stands at the middle of its people, not of its square. Rows of cells are exactly as high as asked;
//! their columns are as wide as asked at the row's latitude, so all cells have the same area.
//!
//! The raster is read strip by strip (or tile row by tile row): memory does not grow with its size, only with the number of
//! cells that hold people, of which there may be [`MOST_CELLS`].

mod cells;
mod geotiff;
mod regions;
mod table;
#[cfg(test)]
mod tests;

pub use cells::{Cell, MOST_CELLS, Resampled};
pub use geotiff::{Georeference, Raster, Window};
pub use regions::Regions;
pub use table::{CensusFactor, Row, Zoning, rows, scale_to_census, write_csv};

use crate::fault::Fault;
use crate::geo::{Bounds, LatLon};
use cells::Gatherer;
use geotiff::Piece;
use regions::Span;
use std::collections::BTreeMap;

/// People per km² from which a cell counts as urban: the density of the grid cells of an urban centre in the degree of
/// urbanisation (Eurostat, UN Statistical Commission 2020). The full rule also asks for 50,000 people in cells that join
/// one another, which is not looked at here.
pub const URBAN_PER_KM2: f64 = 1500.0;

/// What to take from a raster, and how coarse.
#[derive(Clone, Debug)]
pub struct Resampling<'a> {
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Take only pixels whose middle lies in this box.
    pub bounds: Option<Bounds>,
    /// Take only pixels whose middle lies in one of these, and keep the people of each apart.
    pub regions: Option<&'a Regions>,
}

/// Reads what is wanted of a raster and brings it to cells.
///
/// # Errors
/// A fault when the file is damaged, is not in longitude and latitude, holds negative numbers of people, or gives more
/// than [`MOST_CELLS`] cells.
pub fn resample(raster: &mut Raster, how: &Resampling<'_>) -> Result<Resampled, Box<Fault>> {
    if !(10.0..=100_000.0).contains(&how.cell_m) {
        let message = format!("cells of {} m are not possible", how.cell_m);
        return Err(Fault::error(message).hint("write a size from 10 to 100000 metres; 1000 is usual").boxed());
    }
    let grid = raster.georeference();
    let apart = how.regions.is_some();
    // What lies in no region's box is not looked at at all.
    let bounds = match (how.bounds, how.regions.and_then(Regions::bounds)) {
        (Some(a), Some(b)) => Some(Bounds {
            min: LatLon::new(a.min.lat.max(b.min.lat), a.min.lon.max(b.min.lon)),
            max: LatLon::new(a.max.lat.min(b.max.lat), a.max.lon.min(b.max.lon)),
        }),
        (a, b) => a.or(b),
    };
    let window = raster.window(bounds.as_ref());
    let mut gatherer = Gatherer::new(how.cell_m, grid, raster.path().to_path_buf());
    // The regions of each row are the same for all its pieces; rows come by rows of tiles.
    let mut spans: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    raster.pieces(&window, |piece| match piece {
        Piece::Values { row, first, values } => {
            let lat = grid.lat(row as f64 + 0.5);
            if bounds.is_some_and(|b| !(b.min.lat..=b.max.lat).contains(&lat)) {
                return Ok(());
            }
            let spans = how.regions.map(|r| spans.entry(row).or_insert_with(|| r.spans(lat)).as_slice());
            gatherer.row(row, first, values, bounds.as_ref(), spans)
        }
        Piece::DoneTo(row) => {
            spans = spans.split_off(&row);
            gatherer.ready_north_of(row, apart)
        }
    })?;
    gatherer.finish(apart)
}
