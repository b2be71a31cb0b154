//! `goldenhour network import` and `network info`, and two runs that start together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::cargo::cargo_bin;
use osmpbfreader::osmformat::HeaderBlock;
use protobuf::Message;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[path = "made/pbf.rs"]
mod made;

fn bundled(folder: &Path) -> PathBuf {
    let path = folder.join("yuxi.osm.pbf");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf"), &path).unwrap();
    path
}

fn command(args: &[&str], file: &Path) -> Command {
    let mut command = Command::new(cargo_bin("goldenhour"));
    command.args(["network"]).args(args).arg(file).env_remove("GOLDENHOUR_CACHE");
    command
}

fn json(out: &Output) -> serde_json::Value {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn an_import_is_kept_and_used_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = bundled(folder.path());
    let first = json(&command(&["import", "--json"], &file).output().unwrap());
    assert_eq!(first["from_cache"], false);
    assert!(first["hierarchy"]["arcs"].as_u64().unwrap() > first["stats"]["junctions"].as_u64().unwrap());
    assert!(first["seconds"]["preparing"].as_f64().unwrap() > 0.0);
    let second = json(&command(&["import", "--json"], &file).output().unwrap());
    assert_eq!((&second["from_cache"], &second["stats"]), (&true.into(), &first["stats"]));
    assert!(second["seconds"].get("preparing").is_none());
    let off = command(&["import", "--json"], &file).env("GOLDENHOUR_CACHE", "off").output().unwrap();
    assert_eq!(json(&off)["cache_file"], serde_json::Value::Null);
    let elsewhere = folder.path().join("else");
    let out = command(&["import", "--json"], &file).env("GOLDENHOUR_CACHE", &elsewhere).output().unwrap();
    assert_eq!(json(&out)["from_cache"], false);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
    let no_cache = json(&command(&["import", "--json", "--no-cache"], &file).output().unwrap());
    assert_eq!(no_cache["from_cache"], false);
}

#[test]
fn processes_that_start_together_do_not_disturb_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = bundled(folder.path());
    let start = || {
        let mut command = command(&["import", "--json"], &file);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs = [start(), start(), start()];
    for run in runs {
        let got = json(&run.wait_with_output().unwrap());
        assert_eq!(got["notes"], serde_json::json!([]));
    }
    assert_eq!(fs::read_dir(folder.path().join(".goldenhour-cache")).unwrap().count(), 1, "drafts were left");
    assert_eq!(json(&command(&["import", "--json"], &file).output().unwrap())["from_cache"], true);
}

#[test]
fn info_tells_what_is_odd() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.osm.pbf");
    // A street with a dead end, a one-way stub that leads out of the extract, and a hospital nobody can drive to.
    let street: made::TagPairs = &[("highway", "residential")];
    let limited: made::TagPairs = &[("highway", "residential"), ("maxspeed", "40")];
    let oneway: made::TagPairs = &[("highway", "residential"), ("oneway", "yes")];
    let hospital: made::TagPairs = &[("amenity", "hospital"), ("name", "Far")];
    let near: made::TagPairs = &[("amenity", "hospital"), ("name", "Near")];
    let nodes = [
        (1, 24.0, 102.00, &[][..]),
        (2, 24.0, 102.01, &[]),
        (3, 24.0, 102.02, &[]),
        (4, 24.02, 102.01, &[]),
        (5, 24.01, 102.05, hospital),
        (6, 24.001, 102.01, near),
    ];
    let ways: [(i64, &[i64], made::TagPairs); 3] = [(7, &[1, 2], limited), (8, &[2, 3], street), (9, &[2, 4], oneway)];
    fs::write(&path, made::pbf(&nodes, &ways)).unwrap();
    let got = json(&command(&["info", "--json"], &path).output().unwrap());
    assert_eq!(got["junctions"], 2, "{got}");
    let seen = &got["inspection"];
    assert_eq!((&seen["dead_ends"], &seen["loops"]), (&2.into(), &0.into()));
    assert!((seen["share_without_maxspeed"].as_f64().unwrap() - 0.5).abs() < 0.01);
    assert_eq!((&got["border_parts"], got["dropped_parts"].as_array().unwrap().len()), (&1.into(), 1));
    let isolated = seen["isolated"].as_array().unwrap();
    assert_eq!((isolated.len(), &isolated[0]["name"]), (1, &"Far".into()));
    assert!(isolated[0]["distance_m"].as_f64().unwrap() > 3_000.0);
    assert_eq!(seen["places"], serde_json::json!([["hospital", 2]]));
    assert!((seen["bounds"]["max"]["lon"].as_f64().unwrap() - 102.02).abs() < 1e-9);
    for (lang, words) in [("en", ["box (lat, lon)", "more than 300 m"]), ("zh", ["范围", "距路网超过 300 米"])]
    {
        let out = command(&["info", "--lang", lang], &path).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(words.iter().all(|w| text.contains(w)), "{text}");
    }
}

#[test]
fn a_file_without_roads_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.osm.pbf");
    let mut bytes = Vec::new();
    made::blob("OSMHeader", HeaderBlock::new().write_to_bytes().unwrap(), &mut bytes);
    let mut packed = osmpbfreader::fileformat::Blob::new();
    packed.set_raw(Vec::new());
    made::frame("OSMData", &packed, &mut bytes);
    fs::write(&path, bytes).unwrap();
    let out = command(&["import"], &path).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(!folder.path().join(".goldenhour-cache").exists());
    // The maker of relations is used by the other tests of extracts.
    assert!(!made::with_relations(&[], &[], &[]).is_empty());
}

#[test]
fn another_reader_counts_the_same_objects() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf");
    let out = json(&command(&["info", "--json", "--cross-check"], &file).output().unwrap());
    assert_eq!(out["cross_check"]["agrees"], true);
    assert_eq!((&out["cross_check"]["nodes"], &out["cross_check"]["ways"]), (&out["nodes_read"], &out["ways_read"]));
}
