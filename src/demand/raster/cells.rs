//! From pixels to cells of equal area, so that totals are kept.

use super::geotiff::Georeference;
use super::regions::Span;
use crate::fault::Fault;
use crate::geo::{Bounds, EARTH_RADIUS_M, LatLon};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// So many cells with people may come out: far more than a simulation can use, and about 150 MB.
pub const MOST_CELLS: usize = 2_000_000;

/// A pixel that sticks into a cell by no more than this share of its size does not belong to it: rounding would make cells
/// with next to nobody.
const TOUCH: f64 = 1e-9;

/// People of one cell, or of the part of a cell that lies in one region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Row, counted from the south pole.
    pub row: i64,
    /// Column in its row, counted from the antimeridian.
    pub column: i64,
    /// The region its people live in, if regions were asked for.
    pub region: Option<u32>,
    /// The middle of its people.
    pub at: LatLon,
    /// How many there are.
    pub people: f64,
    /// People per km² of the whole cell, all regions together.
    pub per_km2: f64,
}

/// What came out of a raster.
#[derive(Clone, Debug, Default)]
pub struct Resampled {
    /// Cells with people, from north to south, then from west to east.
    pub cells: Vec<Cell>,
    /// People in the pixels that were taken: the sum over the cells is the same.
    pub people: f64,
    /// People in the box round all regions, but in none of them.
    pub outside: f64,
    /// Pixels that were taken.
    pub pixels: u64,
    /// Pixels in the part that was read that hold no data.
    pub without_data: u64,
}

/// People, and their moments about the earth's axes of degrees.
#[derive(Clone, Copy, Debug, Default)]
struct Gathered {
    people: f64,
    lon: f64,
    lat: f64,
}

/// A sum that keeps what single additions lose (Neumaier 1974).
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() { (self.sum - sum) + x } else { (x - sum) + self.sum };
        self.sum = sum;
    }

    fn total(self) -> f64 {
        self.sum + self.lost
    }
}

/// Shares pixels out among cells.
pub(super) struct Gatherer {
    path: PathBuf,
    grid: Georeference,
    cell_m: f64,
    /// Height of a row of cells, degrees.
    step: f64,
    /// Rows of cells that pixels still to come may add to.
    open: BTreeMap<i64, BTreeMap<(i64, u32), Gathered>>,
    out: Resampled,
    people: Sum,
    outside: Sum,
    /// The regions of a pixel row's columns, used again and again.
    regions: Vec<u32>,
}

/// In no region; where regions are not asked for, that of all.
const NOWHERE: u32 = u32::MAX;

impl Gatherer {
    pub(super) fn new(cell_m: f64, grid: Georeference, path: PathBuf) -> Gatherer {
        Gatherer {
            path,
            grid,
            cell_m,
            step: (cell_m / EARTH_RADIUS_M).to_degrees(),
            open: BTreeMap::new(),
            out: Resampled::default(),
            people: Sum::default(),
            outside: Sum::default(),
            regions: Vec::new(),
        }
    }

    fn row_of(&self, lat: f64) -> i64 {
        ((lat + 90.0) / self.step).floor() as i64
    }

    fn south_of(&self, row: i64) -> f64 {
        row as f64 * self.step - 90.0
    }

    /// Width of the cells of a row, degrees: as many metres as they are high, at the middle of the row.
    fn width_of(&self, row: i64) -> f64 {
        let middle = (self.south_of(row) + self.step / 2.0).clamp(-90.0, 90.0);
        (self.step / libm::cos(middle.to_radians()).max(1e-6)).min(360.0)
    }

    /// Takes a piece of a row of pixels. Without `spans` every pixel is taken, else those whose middle lies in one.
    ///
    /// # Errors
    /// A fault at numbers of people that cannot be.
    pub(super) fn row(
        &mut self,
        row: usize,
        first: usize,
        values: &[f64],
        bounds: Option<&Bounds>,
        spans: Option<&[Span]>,
    ) -> Result<(), Box<Fault>> {
        let (north, south) = (self.grid.lat(row as f64), self.grid.lat(row as f64 + 1.0));
        self.regions.clear();
        let mut next = spans.map_or(0, |s| s.partition_point(|s| s.east <= self.grid.lon(first as f64 + 0.5)));
        for (i, people) in values.iter().enumerate() {
            let lon = self.grid.lon((first + i) as f64 + 0.5);
            let inside = bounds.is_none_or(|b| (b.min.lon..=b.max.lon).contains(&lon));
            let region = spans.map(|spans| {
                while spans.get(next).is_some_and(|s| s.east <= lon) {
                    next += 1;
                }
                spans.get(next).filter(|s| s.west <= lon).map(|s| s.region)
            });
            let taken = inside && region != Some(None) && *people > 0.0;
            self.regions.push(if taken { region.flatten().unwrap_or(0) } else { NOWHERE });
            if people.is_nan() {
                self.out.without_data += u64::from(inside);
                continue;
            }
            if *people < 0.0 || people.is_infinite() {
                let place = format!("column {}, row {row}", first + i);
                let message = format!("{}: {people} people at {place}", self.path.display());
                let hint = "is that the mark of pixels without data? Name it: --nodata=-9999";
                return Err(Fault::error(message).in_file(&self.path).hint(hint).boxed());
            }
            if !inside {
                continue;
            }
            if region == Some(None) {
                self.outside.add(*people);
            } else {
                self.out.pixels += 1;
                self.people.add(*people);
            }
        }
        // The rows of cells that the pixels overlap, each with its share; the last takes what is left, so that shares
        // add up to one.
        let touch = TOUCH * (north - south);
        let (low, high) = (self.row_of(south + touch), self.row_of(north - touch));
        let mut left = 1.0;
        for cells in low..=high {
            let (from, to) = (south.max(self.south_of(cells)), north.min(self.south_of(cells + 1)));
            let share = if cells == high { left } else { ((to - from) / (north - south)).clamp(0.0, left) };
            left -= share;
            if share > 0.0 {
                self.share_out(cells, (from + to) / 2.0, share, first, values);
            }
        }
        Ok(())
    }

    /// Adds a share of each pixel of a row to the cells of one row.
    fn share_out(&mut self, cells: i64, lat: f64, share: f64, first: usize, values: &[f64]) {
        let width = self.width_of(cells);
        let column_of = |lon: f64| ((lon + 180.0) / width).floor() as i64;
        let open = self.open.entry(cells).or_default();
        // Neighbouring pixels mostly lie in the same cell: it is looked up once for all of them.
        let mut at = (i64::MIN, NOWHERE);
        let mut here = Gathered::default();
        let mut put = |at: (i64, u32), here: Gathered| {
            if here.people > 0.0 {
                let cell = open.entry(at).or_default();
                cell.people += here.people;
                cell.lon += here.lon;
                cell.lat += here.lat;
            }
        };
        for (i, people) in values.iter().enumerate().filter(|(i, _)| self.regions[*i] != NOWHERE) {
            let (west, east) = (self.grid.lon((first + i) as f64), self.grid.lon((first + i + 1) as f64));
            let people = people * share;
            let touch = TOUCH * (east - west);
            let (low, high) = (column_of(west + touch), column_of(east - touch));
            let mut left = people;
            for column in low..=high {
                let (from, to) =
                    (west.max(column as f64 * width - 180.0), east.min((column + 1) as f64 * width - 180.0));
                let part = if column == high { left } else { (people * (to - from) / (east - west)).clamp(0.0, left) };
                left -= part;
                if (column, self.regions[i]) != at {
                    put(at, here);
                    (at, here) = ((column, self.regions[i]), Gathered::default());
                }
                here.people += part;
                here.lon += part * (from + to) / 2.0;
                here.lat += part * lat;
            }
        }
        put(at, here);
    }

    /// All pixels that reach north of a row's southern edge have been taken: the cells beyond it are ready.
    ///
    /// # Errors
    /// A fault when there are too many.
    pub(super) fn ready_north_of(&mut self, row: usize, apart: bool) -> Result<(), Box<Fault>> {
        let first_open = self.row_of(self.grid.lat(row as f64)) + 1;
        let ready = self.open.split_off(&first_open);
        self.close(ready, apart)
    }

    fn close(&mut self, rows: BTreeMap<i64, BTreeMap<(i64, u32), Gathered>>, apart: bool) -> Result<(), Box<Fault>> {
        let km2 = (self.cell_m / 1000.0) * (self.cell_m / 1000.0);
        for (row, cells) in rows.into_iter().rev() {
            if self.out.cells.len() + cells.len() > MOST_CELLS {
                let message = format!("{}: more than {MOST_CELLS} cells with people", self.path.display());
                let hint = "take larger cells (--cell-m), or only your area (--bbox, --clip, --counties)";
                return Err(Fault::error(message).in_file(&self.path).hint(hint).boxed());
            }
            let mut whole: BTreeMap<i64, f64> = BTreeMap::new();
            cells.iter().for_each(|((column, _), c)| *whole.entry(*column).or_default() += c.people);
            self.out.cells.extend(cells.iter().map(|((column, region), c)| Cell {
                row,
                column: *column,
                region: apart.then_some(*region),
                at: LatLon::new(c.lat / c.people, c.lon / c.people),
                people: c.people,
                per_km2: whole[column] / km2,
            }));
        }
        Ok(())
    }

    pub(super) fn finish(mut self, apart: bool) -> Result<Resampled, Box<Fault>> {
        let rest = std::mem::take(&mut self.open);
        self.close(rest, apart)?;
        self.out.people = self.people.total();
        self.out.outside = self.outside.total();
        Ok(self.out)
    }
}
