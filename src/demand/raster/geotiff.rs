//! Reading a GeoTIFF part by part: where its pixels lie, and their values.

use crate::fault::Fault;
use crate::geo::Bounds;
use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// A strip or tile may take so many bytes unpacked.
const LARGEST_CHUNK: usize = 256 << 20;
/// The lists of where strips and tiles lie may take so many bytes.
const LARGEST_LIST: usize = 64 << 20;
/// WGS 84, longitude and latitude.
const WGS84: u16 = 4326;

/// Where the pixels of a raster lie: north up, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Georeference {
    /// Longitude of the western edge of the first column.
    pub west: f64,
    /// Latitude of the northern edge of the first row.
    pub north: f64,
    /// Width of a pixel, degrees.
    pub step_lon: f64,
    /// Height of a pixel, degrees.
    pub step_lat: f64,
}

impl Georeference {
    /// Longitude at so many columns from the west (fractions of a column count).
    pub fn lon(&self, column: f64) -> f64 {
        self.west + column * self.step_lon
    }

    /// Latitude at so many rows from the north.
    pub fn lat(&self, row: f64) -> f64 {
        self.north - row * self.step_lat
    }
}

/// A part of a raster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows from the north.
    pub rows: Range<usize>,
    /// Columns from the west.
    pub columns: Range<usize>,
}

/// What a visit of a raster comes to.
pub(super) enum Piece<'a> {
    /// Some pixels of a row.
    Values {
        /// The row, from the north.
        row: usize,
        /// The column of the first pixel.
        first: usize,
        /// What the pixels hold.
        values: &'a [f64],
    },
    /// All rows before this one have been visited.
    DoneTo(usize),
}

/// A GeoTIFF that is open for reading.
pub struct Raster {
    path: PathBuf,
    decoder: Decoder<BufReader<File>>,
    grid: Georeference,
    size: (usize, usize),
    /// The value that stands for no data.
    nodata: Option<f64>,
    /// Sizes of strips or tiles in the file, if the file has a list of them: empty ones are not there.
    sizes: Vec<u64>,
}

fn damaged(path: &Path, what: &str) -> Box<Fault> {
    let fault = Fault::error(format!("{}: {what}", path.display())).in_file(path);
    fault.hint("a population raster is a GeoTIFF with one band, in longitude and latitude (EPSG:4326)").boxed()
}

fn told(path: &Path, error: &TiffError) -> Box<Fault> {
    match error {
        TiffError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged(path, "the file ends where data should be")
        }
        TiffError::LimitsExceeded => {
            let message = format!("{}: a strip or tile of it is too large to be read", path.display());
            let hint = "write it anew in tiles: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE OLD.tif NEW.tif";
            Fault::error(message).in_file(path).hint(hint).boxed()
        }
        TiffError::UnsupportedError(e) => {
            let message = format!("{}: {e}", path.display());
            let hint = "write it anew: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE OLD.tif NEW.tif";
            Fault::error(message).in_file(path).hint(hint).boxed()
        }
        e => damaged(path, &e.to_string()),
    }
}

/// Runs a step of the decoder; a file on which it stops dead is a damaged file.
fn guarded<T>(path: &Path, step: impl FnOnce() -> Result<T, TiffError>) -> Result<T, Box<Fault>> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(|e| told(path, &e)),
        Err(_) => Err(damaged(path, "the file is damaged")),
    }
}

impl Raster {
    /// Opens a raster. `nodata` is taken instead of the file's own mark of pixels without data.
    ///
    /// # Errors
    /// A fault when the file is no GeoTIFF with one band, or is not in longitude and latitude on WGS 84.
    pub fn open(path: &Path, nodata: Option<f64>) -> Result<Raster, Box<Fault>> {
        let file = File::open(path).map_err(|e| Fault::io("read", path, &e).boxed())?;
        let limits = {
            let mut limits = Limits::default();
            (limits.decoding_buffer_size, limits.ifd_value_size) = (LARGEST_CHUNK, LARGEST_LIST);
            limits
        };
        let mut decoder = guarded(path, || Ok(Decoder::new(BufReader::new(file))?.with_limits(limits)))?;
        let (width, height) = guarded(path, || decoder.dimensions())?;
        match guarded(path, || decoder.colortype())? {
            ColorType::Gray(8 | 16 | 32 | 64) => {}
            other => return Err(damaged(path, &format!("the pixels are {other:?}, not single numbers"))),
        }
        if width == 0 || height == 0 {
            return Err(damaged(path, "the raster has no pixels"));
        }
        let grid = georeference(path, &mut decoder)?;
        let (east, south) = (grid.lon(f64::from(width)), grid.lat(f64::from(height)));
        // Rasters of the whole earth may stick out by a fraction of a pixel.
        let (slack_lon, slack_lat) = (grid.step_lon + 1e-6, grid.step_lat + 1e-6);
        let (lons, lats) = (-180.0 - slack_lon..=180.0 + slack_lon, -90.0 - slack_lat..=90.0 + slack_lat);
        if ![grid.west, east].iter().all(|x| lons.contains(x)) || ![grid.north, south].iter().all(|x| lats.contains(x))
        {
            let message = format!(
                "the raster reaches from {:.3}° to {east:.3}° east and from {south:.3}° to {:.3}° north, off the globe",
                grid.west, grid.north
            );
            return Err(damaged(path, &message));
        }
        let own = decoder.get_tag_ascii_string(Tag::GdalNodata).ok();
        let own = own.and_then(|t| t.trim_matches(|c: char| c.is_whitespace() || c == '\0').parse().ok());
        let list = match decoder.get_chunk_type() {
            ChunkType::Strip => Tag::StripByteCounts,
            ChunkType::Tile => Tag::TileByteCounts,
        };
        let sizes = decoder.get_tag_u64_vec(list).unwrap_or_default();
        let size = (width as usize, height as usize);
        Ok(Raster { path: path.to_path_buf(), decoder, grid, size, nodata: nodata.or(own), sizes })
    }

    /// Where its pixels lie.
    pub fn georeference(&self) -> Georeference {
        self.grid
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A small part that holds all pixels whose middle lies in a box; without a box, everything.
    pub fn window(&self, bounds: Option<&Bounds>) -> Window {
        let (width, height) = self.size;
        let (mut columns, mut rows) = (0..width, 0..height);
        let clamp = |x: f64, most: usize| x.clamp(0.0, most as f64) as usize;
        if let Some(bounds) = bounds {
            let column = |lon: f64| (lon - self.grid.west) / self.grid.step_lon;
            let row = |lat: f64| (self.grid.north - lat) / self.grid.step_lat;
            // One pixel of slack: the middles are looked at again.
            columns.start = columns.start.max(clamp(column(bounds.min.lon).floor() - 1.0, width));
            columns.end = columns.end.min(clamp(column(bounds.max.lon).ceil() + 1.0, width));
            rows.start = rows.start.max(clamp(row(bounds.max.lat).floor() - 1.0, height));
            rows.end = rows.end.min(clamp(row(bounds.min.lat).ceil() + 1.0, height));
        }
        Window { rows: rows.start..rows.end.max(rows.start), columns: columns.start..columns.end.max(columns.start) }
    }

    /// Visits a part strip by strip, or by rows of tiles from the north, each tile from its first row to its last. Values
    /// are not a number where there is no data.
    pub(super) fn pieces(
        &mut self,
        window: &Window,
        mut visit: impl FnMut(Piece<'_>) -> Result<(), Box<Fault>>,
    ) -> Result<(), Box<Fault>> {
        let (width, height) = self.size;
        if window.rows.is_empty() || window.columns.is_empty() {
            return Ok(());
        }
        let (path, decoder) = (&self.path, &mut self.decoder);
        let (cell_width, cell_height) = guarded(path, || Ok(decoder.chunk_dimensions()))?;
        let cell_width = if decoder.get_chunk_type() == ChunkType::Strip { width } else { cell_width as usize };
        let cell_height = cell_height as usize;
        if cell_width == 0 || cell_height == 0 {
            return Err(damaged(path, "its strips or tiles have no size"));
        }
        let across = width.div_ceil(cell_width);
        let down = |row: usize| row / cell_height;
        let mut line = Vec::new();
        for chunk_row in down(window.rows.start)..=down(window.rows.end - 1) {
            for chunk_column in window.columns.start / cell_width..=(window.columns.end - 1) / cell_width {
                let chunk = chunk_row * across + chunk_column;
                if self.sizes.get(chunk) == Some(&0) {
                    continue;
                }
                let Ok(number) = u32::try_from(chunk) else {
                    return Err(damaged(path, "it has too many strips or tiles"));
                };
                let values = guarded(path, || decoder.read_chunk(number))?;
                let (left, top) = (chunk_column * cell_width, chunk_row * cell_height);
                let (wide, high) = (cell_width.min(width - left), cell_height.min(height - top));
                if length(&values) != wide * high {
                    return Err(damaged(path, "a strip or tile has another size than it should"));
                }
                let columns = window.columns.start.max(left)..window.columns.end.min(left + wide);
                for row in window.rows.start.max(top)..window.rows.end.min(top + high) {
                    let first = (row - top) * wide + columns.start - left;
                    line.clear();
                    numbers(&values, first..first + columns.len(), self.nodata, &mut line);
                    visit(Piece::Values { row, first: columns.start, values: &line })?;
                }
            }
            visit(Piece::DoneTo((chunk_row + 1) * cell_height))?;
        }
        Ok(())
    }
}

macro_rules! each_kind {
    ($values:expr, $list:ident => $body:expr, $half:ident => $of_half:expr) => {
        match $values {
            DecodingResult::U8($list) => $body,
            DecodingResult::U16($list) => $body,
            DecodingResult::U32($list) => $body,
            DecodingResult::U64($list) => $body,
            DecodingResult::F32($list) => $body,
            DecodingResult::F64($list) => $body,
            DecodingResult::I8($list) => $body,
            DecodingResult::I16($list) => $body,
            DecodingResult::I32($list) => $body,
            DecodingResult::I64($list) => $body,
            DecodingResult::F16($half) => $of_half,
        }
    };
}

fn length(values: &DecodingResult) -> usize {
    each_kind!(values, v => v.len(), v => v.len())
}

/// Values as numbers; those that stand for no data are not a number.
// One of the types is that of the numbers already.
#[allow(clippy::unnecessary_cast)]
fn numbers(values: &DecodingResult, range: Range<usize>, nodata: Option<f64>, out: &mut Vec<f64>) {
    each_kind!(
        values,
        v => out.extend(v[range].iter().map(|x| *x as f64)),
        v => out.extend(v[range].iter().map(|x| f64::from(x.to_f32())))
    );
    let Some(nodata) = nodata else { return };
    // The mark is written as text and may be rounded to the type of the pixels.
    let single = matches!(values, DecodingResult::F32(_) | DecodingResult::F16(_));
    for x in out.iter_mut().filter(|x| **x == nodata || (single && **x == f64::from(nodata as f32))) {
        *x = f64::NAN;
    }
}

fn georeference(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<Georeference, Box<Fault>> {
    let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
    let key = |id: u16| keys.get(4..)?.chunks_exact(4).find(|k| k[0] == id && k[1] == 0).map(|k| k[3]);
    // GTModelTypeGeoKey, GeographicTypeGeoKey, ProjectedCSTypeGeoKey and GTRasterTypeGeoKey of the GeoTIFF standard.
    let (model, geographic, projected, raster) = (key(1024), key(2048), key(3072), key(1025));
    if model != Some(2) || geographic.is_some_and(|g| g != WGS84) || geographic.is_none() {
        let system = match (keys.is_empty(), projected.or(geographic)) {
            (true, _) => "the file does not say in which coordinates it is".to_string(),
            (_, Some(epsg)) => format!("the raster is in EPSG:{epsg}"),
            _ => "the raster is not in longitude and latitude on WGS 84".to_string(),
        };
        let hint = "only EPSG:4326 is read; people cannot be kept exactly by warping, so look for that edition first, \
                    else: gdalwarp -t_srs EPSG:4326 -r sum OLD.tif NEW.tif";
        return Err(Fault::error(format!("{}: {system}", path.display())).in_file(path).hint(hint).boxed());
    }
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap_or_default();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap_or_default();
    let matrix = decoder.get_tag_f64_vec(Tag::ModelTransformationTag).unwrap_or_default();
    let mut grid = if let ([sx, sy, ..], [i, j, _, x, y, ..]) = (scale.as_slice(), tie.as_slice()) {
        Georeference { west: x - i * sx, north: y + j * sy, step_lon: *sx, step_lat: *sy }
    } else if let [sx, 0.0, _, west, 0.0, sy, _, north, ..] = matrix.as_slice() {
        Georeference { west: *west, north: *north, step_lon: *sx, step_lat: -sy }
    } else {
        return Err(damaged(path, "the file does not say where its pixels lie, or they are turned"));
    };
    if raster == Some(2) {
        // Positions are those of the middles of pixels.
        grid.west -= grid.step_lon / 2.0;
        grid.north += grid.step_lat / 2.0;
    }
    let fine = |step: f64| step.is_finite() && step > 1e-9 && step <= 90.0;
    if !fine(grid.step_lon) || !fine(grid.step_lat) || !grid.west.is_finite() || !grid.north.is_finite() {
        return Err(damaged(path, "its pixels have no usable size or place (rows must run from north to south)"));
    }
    Ok(grid)
}
