//! `goldenhour demand from-raster` as a person types it, on rasters made here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use tiff::encoder::{TiffEncoder, colortype::Gray32Float};
use tiff::tags::Tag;

/// A raster of 60 × 40 pixels of 0.001° with three people in each, and its folder.
fn raster(epsg: u16) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.tif");
    let mut encoder = TiffEncoder::new(fs::File::create(&path).unwrap()).unwrap();
    let mut image = encoder.new_image::<Gray32Float>(60, 40).unwrap();
    let e = image.encoder();
    e.write_tag(Tag::ModelPixelScaleTag, &[0.001, 0.001, 0.0][..]).unwrap();
    e.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, 102.5, 24.4, 0.0][..]).unwrap();
    let keys = [1_u16, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, epsg];
    e.write_tag(Tag::GeoKeyDirectoryTag, &keys[..]).unwrap();
    image.write_data(&[3.0; 2400]).unwrap();
    (folder, path)
}

fn goldenhour(folder: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("goldenhour").unwrap().current_dir(folder).args(args).assert()
}

#[test]
fn a_table_scaled_to_a_census() {
    let (folder, _) = raster(4326);
    let ring = "[[[102.5,24.3],[102.53,24.3],[102.53,24.5],[102.5,24.5]]]";
    let feature = format!(
        r#"{{"type":"Feature","properties":{{"NAME":"甲"}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
    );
    fs::write(folder.path().join("c.geojson"), feature).unwrap();
    fs::write(folder.path().join("census.csv"), "name,population\n甲,7200\n").unwrap();
    let args = ["demand", "from-raster", "people.tif", "--out", "d.csv", "--lang", "en", "--json"];
    let whole = goldenhour(folder.path(), &args).success();
    let told: serde_json::Value = serde_json::from_slice(&whole.get_output().stdout).unwrap();
    assert_eq!((told["raster_people"].as_f64(), told["quality"].as_str()), (Some(7200.0), Some("C")));
    let more = ["--counties", "c.geojson", "--county-name", "NAME", "--census", "census.csv", "--cell-m", "500"];
    let scaled = goldenhour(folder.path(), &[&args[..], &more].concat()).success();
    let told: serde_json::Value = serde_json::from_slice(&scaled.get_output().stdout).unwrap();
    assert!((told["census_factors"][0]["factor"].as_f64().unwrap() - 2.0).abs() < 1e-9, "{told}");
    assert!((told["people"].as_f64().unwrap() - 7200.0).abs() < 1e-6, "{told}");
    let table = fs::read_to_string(folder.path().join("d.csv")).unwrap();
    assert_eq!(table.lines().count() as u64, 1 + told["rows"].as_u64().unwrap());
    assert!(table.lines().skip(1).all(|l| l.contains(",甲,") && l.contains(",B,")), "{table}");
    let text = goldenhour(folder.path(), &[&args[..7], &more].concat()).success();
    let text = String::from_utf8_lossy(&text.get_output().stdout).to_string();
    assert!(text.contains("× 2.0000") && text.contains("3600 → 7200"), "{text}");
}

#[test]
fn faults_end_with_code_two_and_leave_the_table_alone() {
    let (folder, _) = raster(4490);
    fs::write(folder.path().join("d.csv"), "old").unwrap();
    let told = goldenhour(folder.path(), &["demand", "from-raster", "people.tif", "--out", "d.csv"]).code(2);
    assert!(String::from_utf8_lossy(&told.get_output().stderr).contains("EPSG:4490"));
    let (folder, _) = raster(4326);
    fs::write(folder.path().join("d.csv"), "old").unwrap();
    let far = ["demand", "from-raster", "people.tif", "--out", "d.csv", "--bbox", "-10,20,-5,30"];
    let told = goldenhour(folder.path(), &far).code(2);
    assert!(String::from_utf8_lossy(&told.get_output().stderr).contains("nobody lives"));
    assert_eq!(fs::read_to_string(folder.path().join("d.csv")).unwrap(), "old");
    let wrong = ["demand", "from-raster", "people.tif", "--out", "d.csv", "--bbox", "1,2,3"];
    goldenhour(folder.path(), &wrong).code(2);
}
