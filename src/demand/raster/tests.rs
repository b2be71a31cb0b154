//! Rasters made for the purpose, in all the ways a file can hold them.

use super::*;
use crate::facilities::County;
use crate::geo::{LatLon, distance_m};
use crate::quality::{Quality, Zone};
use crate::text::Text;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use tiff::encoder::colortype::{ColorType, Gray8, Gray16, Gray32, Gray32Float, Gray64Float, GrayI16};
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, TiffValue};
use tiff::tags::Tag;

/// GeoTIFF keys: version, then longitude and latitude, pixels are areas, and the system.
fn keys(model: u16, epsg: u16, point: bool) -> Vec<u16> {
    vec![1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, if point { 2 } else { 1 }, 2048, 0, 1, epsg]
}

#[derive(Clone)]
struct Make {
    width: usize,
    height: usize,
    west: f64,
    north: f64,
    step: f64,
    nodata: Option<&'static str>,
    keys: Vec<u16>,
    compression: Compression,
    rows_per_strip: u32,
}

impl Make {
    fn new(width: usize, height: usize) -> Make {
        Make {
            width,
            height,
            west: 102.5,
            north: 24.5,
            step: 1.0 / 1200.0,
            nodata: Some("-99999"),
            keys: keys(2, 4326, false),
            compression: Compression::Uncompressed,
            rows_per_strip: 7,
        }
    }

    fn write<C: ColorType>(&self, values: &[C::Inner]) -> (tempfile::TempDir, PathBuf)
    where
        [C::Inner]: TiffValue,
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.tif");
        let file = fs::File::create(&path).unwrap();
        let mut encoder = TiffEncoder::new(file).unwrap().with_compression(self.compression);
        let mut image = encoder.new_image::<C>(self.width as u32, self.height as u32).unwrap();
        image.rows_per_strip(self.rows_per_strip).unwrap();
        let e = image.encoder();
        e.write_tag(Tag::ModelPixelScaleTag, &[self.step, self.step, 0.0][..]).unwrap();
        e.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, self.west, self.north, 0.0][..]).unwrap();
        e.write_tag(Tag::GeoKeyDirectoryTag, &self.keys[..]).unwrap();
        if let Some(nodata) = self.nodata {
            e.write_tag(Tag::GdalNodata, nodata).unwrap();
        }
        image.write_data(values).unwrap();
        (folder, path)
    }

    fn tiled(&self, values: &[f32], tile: usize, empty: Option<usize>) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tiles.tif");
        let mut encoder = TiffEncoder::new(fs::File::create(&path).unwrap()).unwrap();
        let mut e = encoder.image_directory().unwrap();
        let (mut offsets, mut sizes) = (Vec::new(), Vec::new());
        for top in (0..self.height).step_by(tile) {
            for left in (0..self.width).step_by(tile) {
                let value = |i: usize| {
                    let (r, c) = (top + i / tile, left + i % tile);
                    if r < self.height && c < self.width { values[r * self.width + c] } else { 12_345.0 }
                };
                let data: Vec<f32> = (0..tile * tile).map(value).collect();
                let there = Some(offsets.len()) != empty;
                offsets.push(if there { e.write_data(&data[..]).unwrap() as u32 } else { 0 });
                sizes.push(if there { 4 * data.len() as u32 } else { 0 });
            }
        }
        for (tag, value) in [
            (Tag::ImageWidth, self.width as u32),
            (Tag::ImageLength, self.height as u32),
            (Tag::TileWidth, tile as u32),
            (Tag::TileLength, tile as u32),
        ] {
            e.write_tag(tag, value).unwrap();
        }
        for (tag, value) in [
            (Tag::BitsPerSample, 32_u16),
            (Tag::Compression, 1),
            (Tag::PhotometricInterpretation, 1),
            (Tag::SamplesPerPixel, 1),
            (Tag::SampleFormat, 3),
        ] {
            e.write_tag(tag, value).unwrap();
        }
        e.write_tag(Tag::TileOffsets, &offsets[..]).unwrap();
        e.write_tag(Tag::TileByteCounts, &sizes[..]).unwrap();
        e.write_tag(Tag::ModelPixelScaleTag, &[self.step, self.step, 0.0][..]).unwrap();
        e.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, self.west, self.north, 0.0][..]).unwrap();
        e.write_tag(Tag::GeoKeyDirectoryTag, &self.keys[..]).unwrap();
        e.finish().unwrap();
        (folder, path)
    }
}

fn cells(path: &std::path::Path, cell_m: f64) -> Resampled {
    let mut raster = Raster::open(path, None).unwrap();
    resample(&mut raster, &Resampling { cell_m, bounds: None, regions: None }).unwrap()
}

fn total(r: &Resampled) -> f64 {
    r.cells.iter().map(|c| c.people).sum()
}

fn numbered(n: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 7919) % 101) as f64).collect()
}

#[test]
fn every_type_of_pixel_gives_the_same_cells() {
    let make = Make { nodata: Some("100"), ..Make::new(40, 30) };
    let values = numbered(1200);
    let expected: f64 = values.iter().filter(|v| **v != 100.0).sum();
    let mut all = Vec::new();
    macro_rules! with {
        ($kind:ty, $type:ty) => {
            let list: Vec<$type> = values.iter().map(|v| *v as $type).collect();
            let (_folder, path) = make.write::<$kind>(&list);
            all.push(cells(&path, 1000.0));
        };
    }
    with!(Gray8, u8);
    with!(Gray16, u16);
    with!(Gray32, u32);
    with!(GrayI16, i16);
    with!(Gray32Float, f32);
    with!(Gray64Float, f64);
    for compression in [Compression::Lzw, Compression::Deflate(DeflateLevel::Balanced), Compression::Packbits] {
        let make = Make { compression, ..make.clone() };
        let list: Vec<f32> = values.iter().map(|v| *v as f32).collect();
        let (_folder, path) = make.write::<Gray32Float>(&list);
        all.push(cells(&path, 1000.0));
    }
    for r in &all {
        assert!((total(r) / expected - 1.0).abs() < 1e-12 && r.people == expected, "{} of {expected}", total(r));
        assert_eq!(r.cells, all[0].cells);
        assert_eq!((r.pixels + r.without_data, r.without_data > 0), (1200, true));
    }
}

#[test]
fn tiles_are_read_like_strips_and_missing_ones_are_empty() {
    let make = Make { nodata: None, ..Make::new(50, 37) };
    let values: Vec<f32> = numbered(50 * 37).iter().map(|v| *v as f32).collect();
    let (_a, strips) = make.write::<Gray32Float>(&values);
    let (_b, tiles) = make.tiled(&values, 16, None);
    let (strips, tiles) = (cells(&strips, 700.0), cells(&tiles, 700.0));
    assert_eq!(strips.people, tiles.people);
    assert_eq!(strips.cells.len(), tiles.cells.len());
    for (a, b) in strips.cells.iter().zip(&tiles.cells) {
        assert_eq!((a.row, a.column), (b.row, b.column));
        assert!((a.people / b.people - 1.0).abs() < 1e-12);
    }
    let (_c, sparse) = make.tiled(&values, 16, Some(0));
    let corner = (0..256).map(|i| f64::from(values[i / 16 * 50 + i % 16]));
    let missing: f64 = corner.sum();
    assert!((cells(&sparse, 700.0).people + missing - tiles.people).abs() < 1e-6);
}

#[test]
fn cells_have_the_size_asked_for_and_people_stay_where_they_are() {
    // Ten people in one pixel, thirty in one a kilometre and a half farther north; the others empty.
    let make = Make::new(24, 48);
    let mut values = vec![0.0_f32; 24 * 48];
    (values[5 * 24 + 3], values[23 * 24 + 3]) = (30.0, 10.0);
    let (_folder, path) = make.write::<Gray32Float>(&values);
    let r = cells(&path, 1000.0);
    let at = |row: usize| LatLon::new(24.5 - (row as f64 + 0.5) / 1200.0, 102.5 + 3.5 / 1200.0);
    for (row, people) in [(5, 30.0), (23, 10.0)] {
        // A pixel may lie on the edge of a cell.
        let near: Vec<&Cell> = r.cells.iter().filter(|c| distance_m(c.at, at(row)) < 70.0).collect();
        let sum: f64 = near.iter().map(|c| c.people).sum();
        assert!((sum - people).abs() < 1e-9, "{near:?}");
        assert!(near.iter().all(|c| (c.per_km2 - c.people).abs() < 1e-9), "a cell is one km²");
    }
    assert_eq!(r.people, 40.0);
    // Evenly spread people: whole cells hold their area's worth wherever they lie.
    let make = Make { west: 0.0, north: 61.0, step: 1.0 / 300.0, ..Make::new(300, 300) };
    let (_folder, path) = make.write::<Gray32Float>(&vec![1.0; 300 * 300]);
    let r = cells(&path, 5000.0);
    let most = r.cells.iter().map(|c| c.people).fold(0.0, f64::max);
    let pixel_km2 = 111.195 / 300.0 * 111.195 / 300.0 * libm::cos(60.5_f64.to_radians());
    assert!((most / (25.0 / pixel_km2) - 1.0).abs() < 0.02, "{most} against {}", 25.0 / pixel_km2);
}

fn square(west: f64, south: f64, east: f64, north: f64, name: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":
        [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}]]]}}}}"#
    )
}

#[test]
fn counties_share_cells_and_are_scaled_to_their_census() {
    let make = Make { step: 0.001, ..Make::new(100, 100) };
    let (folder, path) = make.write::<Gray32Float>(&vec![2.0; 10_000]);
    // Two counties that meet in the middle of a cell, and nothing south of 24.42.
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        square(102.0, 24.42, 102.553, 25.0, "甲"),
        square(102.553, 24.42, 103.0, 24.46, "乙")
    );
    let file = folder.path().join("c.geojson");
    fs::write(&file, text).unwrap();
    let regions = Regions::named(&file, "name").unwrap();
    let how = Resampling { cell_m: 1000.0, bounds: None, regions: Some(&regions) };
    let r = resample(&mut Raster::open(&path, None).unwrap(), &how).unwrap();
    assert!((r.people - 12_240.0).abs() < 1e-9 && (r.outside - 3_760.0).abs() < 1e-9, "{} {}", r.people, r.outside);
    let mut rows = rows(&r, Some(&regions));
    let of = |rows: &[Row], county: &str| rows.iter().filter(|r| r.county == county).map(|r| r.people).sum::<f64>();
    assert!((of(&rows, "甲") - 53.0 * 80.0 * 2.0).abs() < 1e-6, "{}", of(&rows, "甲"));
    let mut ids: Vec<&str> = rows.iter().map(|r| r.id.as_str()).collect();
    assert!(ids.iter().any(|id| id.ends_with("-2")), "a cell is shared");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len());
    let county = |name: &str, people| County { name: Text::same(name), population: people, area_km2: None };
    let census = [county("甲", Some(10_000.0)), county("乙", Some(5_000.0))];
    let factors = scale_to_census(&mut rows, &census).unwrap();
    assert!((factors[0].factor - 10_000.0 / 8480.0).abs() < 1e-9);
    assert!((of(&rows, "甲") - 10_000.0).abs() < 1e-8 && (of(&rows, "乙") - 5_000.0).abs() < 1e-8);
    let told = scale_to_census(&mut rows, &[county("甲", None), county("丙", Some(1.0))]).unwrap_err().to_string();
    assert!(told.contains("no people for 甲") && told.contains("no county `乙`"), "{told}");
    assert!(told.contains("nobody in 丙"), "{told}");
    assert!(Regions::named(&file, "NAME").unwrap_err().to_string().contains("there are name"));
}

#[test]
fn the_table_is_one_a_scenario_reads() {
    let make = Make { step: 0.001, nodata: None, ..Make::new(30, 30) };
    let values: Vec<f32> = (0..900).map(|i| if i % 30 < 15 { 20.0 } else { 0.3 }).collect();
    let (folder, path) = make.write::<Gray32Float>(&values);
    let r = cells(&path, 1000.0);
    let list = rows(&r, None);
    let zoning = Zoning { urban_per_km2: URBAN_PER_KM2 };
    assert!(list.iter().any(|r| zoning.of(r) == Zone::Urban) && list.iter().any(|r| zoning.of(r) == Zone::Rural));
    let out = folder.path().join("demand.csv");
    write_csv(&out, &list, &zoning, Quality::Assumed, "a, \"b\"").unwrap();
    let (needed, known) = crate::demand::DEMAND_COLUMNS;
    let table = crate::input::Table::read(&out, needed, known).unwrap();
    let points = crate::demand::read_points(&table, &[], Default::default()).unwrap();
    assert_eq!(points.len(), list.len());
    let sum: f64 = points.iter().map(|p| p.population).sum();
    assert!((sum / r.people - 1.0).abs() < 1e-12);
    assert!(write_csv(folder.path(), &list, &zoning, Quality::Assumed, "").is_err());
}

#[test]
fn files_that_will_not_do_are_told() {
    let good = Make::new(20, 20);
    for (make, expected) in [
        (Make { keys: keys(1, 32648, false), ..good.clone() }, "EPSG:32648"),
        (Make { keys: keys(2, 4490, false), ..good.clone() }, "EPSG:4490"),
        (Make { west: 200.0, ..good.clone() }, "off the globe"),
        (Make { north: f64::NAN, ..good.clone() }, "no usable size"),
        (Make { step: 0.0, ..good.clone() }, "no usable size"),
    ] {
        let (_folder, path) = make.write::<Gray32Float>(&[1.0; 400]);
        let told = Raster::open(&path, None).err().map(|f| f.to_string()).unwrap_or_default();
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let nowhere = Raster::open(std::path::Path::new("no/such.tif"), None).err().map(|f| f.to_string());
    assert!(nowhere.unwrap_or_default().contains("does not exist"));
    let (folder, path) = good.write::<Gray32Float>(&[-5.0; 400]);
    let how = Resampling { cell_m: 1000.0, bounds: None, regions: None };
    let told = resample(&mut Raster::open(&path, None).unwrap(), &how).unwrap_err().to_string();
    assert!(told.contains("-5 people") && told.contains("--nodata"), "{told}");
    let r = resample(&mut Raster::open(&path, Some(-5.0)).unwrap(), &how).unwrap();
    assert_eq!((r.without_data, r.people), (400, 0.0));
    assert!(resample(&mut Raster::open(&path, None).unwrap(), &Resampling { cell_m: 1.0, ..how }).is_err());
    let text = folder.path().join("x.tif");
    fs::write(&text, "id,name\n").unwrap();
    assert!(Raster::open(&text, None).is_err());
}

#[test]
fn damaged_files_are_faults_and_never_more() {
    let make = Make { compression: Compression::Lzw, ..Make::new(60, 50) };
    let values: Vec<f32> = numbered(3000).iter().map(|v| *v as f32).collect();
    let (folder, path) = make.write::<Gray32Float>(&values);
    let bytes = fs::read(&path).unwrap();
    let broken = folder.path().join("broken.tif");
    let how = Resampling { cell_m: 1000.0, bounds: None, regions: None };
    let mut refused = 0;
    let mut word = 12_345_u64;
    for k in 0..300 {
        let mut copy = bytes.clone();
        if k % 3 == 0 {
            copy.truncate(k * bytes.len() / 300);
        } else {
            for _ in 0..1 + k % 4 {
                word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Mostly in the directory at the end, where the sizes stand.
                let at = (word >> 33) as usize % 400.min(bytes.len());
                let at = if k % 2 == 0 { bytes.len() - 1 - at } else { at };
                copy[at] = (word >> 20) as u8;
            }
        }
        fs::write(&broken, &copy).unwrap();
        let read = Raster::open(&broken, None).and_then(|mut r| resample(&mut r, &how));
        refused += usize::from(read.is_err());
    }
    assert!(refused > 125, "only {refused} were refused");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What comes out adds up to what went in, for any sizes, offsets and holes; in a box, to what lies in the box.
    #[test]
    fn totals_are_kept(
        (width, height) in (1..60_usize, 1..60_usize),
        (west, north) in (-170.0..160.0_f64, -70.0..80.0_f64),
        (step, cell_m) in (0.0003..0.02_f64, 150.0..6_000.0_f64),
        seed in any::<u64>(),
        rows_per_strip in 1..20_u32,
        point in any::<bool>(),
    ) {
        let mut word = seed;
        let mut next = || { word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); (word >> 40) as f32 };
        let values: Vec<f32> = (0..width * height)
            .map(|_| match next() as u32 % 5 { 0 => -99999.0, 1 => 0.0, _ => next() / 65_536.0 })
            .collect();
        let make = Make { west, north, step, rows_per_strip, keys: keys(2, 4326, point), ..Make::new(width, height) };
        let (_folder, path) = make.write::<Gray32Float>(&values);
        let r = cells(&path, cell_m);
        let sum = |keep: &dyn Fn(usize) -> bool| -> f64 {
            values.iter().enumerate().filter(|(i, v)| **v > 0.0 && keep(*i)).map(|(_, v)| f64::from(*v)).sum()
        };
        let all = sum(&|_| true);
        prop_assert!((r.people - all).abs() <= 1e-9 * all);
        prop_assert!((total(&r) - all).abs() <= 1e-9 * all, "{} of {}", total(&r), all);
        prop_assert!(r.cells.iter().all(|c| c.people > 0.0 && c.at.is_valid()));
        prop_assert!(r.cells.windows(2).all(|c| (-c[0].row, c[0].column) < (-c[1].row, c[1].column)));
        // A box cut out of it: pixels by their middles.
        let grid = Raster::open(&path, None).unwrap().georeference();
        let (a, b) = (grid.lon(width as f64 * 0.2), grid.lon(width as f64 * 0.7));
        let (c, d) = (grid.lat(height as f64 * 0.9), grid.lat(height as f64 * 0.35));
        let bounds = Bounds { min: LatLon::new(c, a), max: LatLon::new(d, b) };
        let how = Resampling { cell_m, bounds: Some(bounds), regions: None };
        let part = resample(&mut Raster::open(&path, None).unwrap(), &how).unwrap();
        let inside = |i: usize| {
            let (lat, lon) = (grid.lat((i / width) as f64 + 0.5), grid.lon((i % width) as f64 + 0.5));
            (c..=d).contains(&lat) && (a..=b).contains(&lon)
        };
        let expected = sum(&inside);
        prop_assert!((total(&part) - expected).abs() <= 1e-9 * expected.max(1.0));
        prop_assert!((part.people - expected).abs() <= 1e-9 * expected.max(1.0));
    }
}
