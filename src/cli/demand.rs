//! `goldenhour demand …`

use super::args::Common;
use super::{CliError, show};
use crate::demand::raster::{
    CensusFactor, Raster, Regions, Resampled, Resampling, URBAN_PER_KM2, Zoning, resample, rows, scale_to_census,
    write_csv,
};
use crate::facilities::{COUNTY_COLUMNS, County, read_counties};
use crate::fault::{Fault, Faults};
use crate::geo::{Bounds, LatLon};
use crate::input::Table;
use crate::quality::{Quality, Zone};
use crate::text::{Lang, Text};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};

/// `goldenhour demand …`
#[derive(Debug, Subcommand)]
pub(super) enum DemandCommand {
    /// Make a table of demand points from a population raster (GeoTIFF in EPSG:4326), totals kept
    #[command(
        after_help = "Example: goldenhour demand from-raster chn_ppp_2020.tif --counties counties.geojson --census counties.csv --out demand.csv\n\nWhat is done and how: docs/file-formats.md"
    )]
    FromRaster(RasterArgs),
}

/// `goldenhour demand from-raster`
#[derive(Debug, Args)]
pub(super) struct RasterArgs {
    /// A GeoTIFF of people per pixel, such as WorldPop's
    raster: PathBuf,
    /// The table to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Side of the cells, each of which becomes a demand point, metres
    #[arg(long, default_value_t = 1000.0, value_name = "M")]
    cell_m: f64,
    /// Only this box, degrees
    #[arg(long, value_name = "SOUTH,WEST,NORTH,EAST", value_parser = bounds, allow_hyphen_values = true)]
    bbox: Option<Bounds>,
    /// Only inside the polygons of this GeoJSON file
    #[arg(long, value_name = "FILE", conflicts_with = "counties")]
    clip: Option<PathBuf>,
    /// Counties as GeoJSON polygons: fills the column `county`, and only people inside are taken
    #[arg(long, value_name = "FILE")]
    counties: Option<PathBuf>,
    /// The property of those polygons that holds the name
    #[arg(long, default_value = "name", value_name = "KEY")]
    county_name: String,
    /// A table of counties with the column `population`: people of each county are scaled to it
    #[arg(long, value_name = "FILE", requires = "counties")]
    census: Option<PathBuf>,
    /// Cells with so many people per km² are urban (an urban centre's cells, degree of urbanisation)
    #[arg(long, default_value_t = URBAN_PER_KM2, value_name = "PER_KM2")]
    urban_density: f64,
    /// The value of pixels without data, instead of what the file says
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    nodata: Option<f64>,
    /// Quality mark of the rows; without it B if scaled to a census, else C
    #[arg(long, value_name = "MARK", value_parser = mark)]
    quality: Option<Quality>,
    /// Where the raster comes from, for the column `source`; without it, the file's name
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

fn mark(text: &str) -> Result<Quality, String> {
    Quality::parse(text).ok_or_else(|| "write A, B, C or calibrated".into())
}

fn bounds(text: &str) -> Result<Bounds, String> {
    let parts: Vec<f64> = text.split(',').map(str::trim).map(str::parse).collect::<Result<_, _>>().unwrap_or_default();
    let [south, west, north, east] = parts.as_slice() else {
        return Err("write four numbers: south,west,north,east".into());
    };
    let (min, max) = (LatLon::new(*south, *west), LatLon::new(*north, *east));
    if !min.is_valid() || !max.is_valid() || min.lat >= max.lat || min.lon >= max.lon {
        return Err("the box is empty or off the globe; the order is south,west,north,east".into());
    }
    Ok(Bounds { min, max })
}

/// `goldenhour demand …`
pub(super) fn demand(command: DemandCommand, common: &Common) -> Result<(), CliError> {
    match command {
        DemandCommand::FromRaster(args) => from_raster(&args, common),
    }
}

fn census(path: &Path, common: &Common) -> Result<Vec<County>, Faults> {
    let table = Table::read(path, COUNTY_COLUMNS.0, COUNTY_COLUMNS.1)?;
    if !common.quiet {
        show::faults(table.warnings(), common);
    }
    read_counties(&table)
}

fn from_raster(args: &RasterArgs, common: &Common) -> Result<(), CliError> {
    let fault = |fault: Box<Fault>| CliError::from(*fault);
    if !(args.urban_density.is_finite() && args.urban_density > 0.0) {
        let message = format!("--urban-density {} is not possible", args.urban_density);
        return Err(Fault::error(message).hint("write people per km², above zero").into());
    }
    let regions = match (&args.counties, &args.clip) {
        (Some(file), _) => Some(Regions::named(file, &args.county_name).map_err(fault)?),
        (None, Some(file)) => Some(Regions::whole(file).map_err(fault)?),
        (None, None) => None,
    };
    let census = args.census.as_deref().map(|file| census(file, common)).transpose()?;
    let mut raster = Raster::open(&args.raster, args.nodata).map_err(fault)?;
    let how = Resampling { cell_m: args.cell_m, bounds: args.bbox, regions: regions.as_ref() };
    let made = resample(&mut raster, &how).map_err(fault)?;
    if made.cells.is_empty() {
        let hint = "does the raster cover the area, and are latitude and longitude in the right order?";
        return Err(Fault::error(format!("{}: nobody lives in the part asked for", args.raster.display()))
            .hint(hint)
            .into());
    }
    let mut list = rows(&made, regions.as_ref());
    let factors = match &census {
        Some(census) => scale_to_census(&mut list, census)?,
        None => Vec::new(),
    };
    let default = if factors.is_empty() { Quality::Assumed } else { Quality::Derived };
    let quality = args.quality.unwrap_or(default);
    let zoning = Zoning { urban_per_km2: args.urban_density };
    let name = args.raster.file_name().map(|n| n.to_string_lossy().to_string()).unwrap_or_default();
    let mut source = args.source.clone().unwrap_or(name);
    source.push_str(&format!("; resampled to cells of {} m", args.cell_m));
    if args.census.is_some() {
        source.push_str(", scaled to census totals of counties");
    }
    write_csv(&args.out, &list, &zoning, quality, &source).map_err(fault)?;
    let people: f64 = list.iter().map(|r| r.people).sum();
    let urban: f64 = list.iter().filter(|r| zoning.of(r) == Zone::Urban).map(|r| r.people).sum();
    let facts = Facts { args, made: &made, rows: list.len(), people, urban, factors: &factors, quality };
    print(&facts, common)
}

/// What a person is told.
struct Facts<'a> {
    args: &'a RasterArgs,
    made: &'a Resampled,
    rows: usize,
    people: f64,
    urban: f64,
    factors: &'a [CensusFactor],
    quality: Quality,
}

fn print(f: &Facts<'_>, common: &Common) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    if common.json {
        let factors: Vec<serde_json::Value> = f
            .factors
            .iter()
            .map(|c| {
                serde_json::json!({ "county": c.county, "raster": c.raster, "census": c.census, "factor": c.factor })
            })
            .collect();
        let value = serde_json::json!({
            "file": f.args.out.display().to_string(),
            "rows": f.rows,
            "raster_people": f.made.people,
            "raster_people_outside": f.made.outside,
            "pixels": f.made.pixels,
            "pixels_without_data": f.made.without_data,
            "people": f.people,
            "urban_people": f.urban,
            "urban_per_km2": f.args.urban_density,
            "cell_m": f.args.cell_m,
            "quality": f.quality.mark(),
            "census_factors": factors,
        });
        let text = serde_json::to_string_pretty(&value).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let lang = common.lang();
    let mut line = |zh: &str, en: &str, value: String| {
        let name = Text::new(zh, en);
        let _ = writeln!(out, "{} {value}", super::network::padded(name.get(lang)));
    };
    line("需求点表", "table of demand points", f.args.out.display().to_string());
    line("需求点数", "demand points", format!("{} ({} m)", f.rows, f.args.cell_m));
    line("栅格人口", "people in the raster", format!("{:.1}", f.made.people));
    if f.made.outside > 0.0 {
        line("范围外人口（未取）", "left out, outside the area", format!("{:.1}", f.made.outside));
    }
    line("像元 / 无数据", "pixels / without data", format!("{} / {}", f.made.pixels, f.made.without_data));
    for c in f.factors {
        let value = format!("{:.0} → {:.0}, × {:.4}", c.raster, c.census, c.factor);
        line(&format!("按普查缩放：{}", c.county), &format!("scaled to census: {}", c.county), value);
    }
    line("表中人口", "people in the table", format!("{:.1}", f.people));
    let share = 100.0 * f.urban / f.people;
    let per = match lang {
        Lang::Zh => format!("{share:.1}%（≥ {} 人/km²）", f.args.urban_density),
        Lang::En => format!("{share:.1}% (from {} people per km²)", f.args.urban_density),
    };
    line("城区人口占比", "urban share of people", per);
    line("质量标记", "quality mark", f.quality.mark().to_string());
    Ok(())
}
