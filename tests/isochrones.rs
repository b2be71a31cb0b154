//! `goldenhour isochrones` from outside, and isochrones against the travel times the simulation uses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use goldenhour::coverage::isochrones;
use goldenhour::experiment::{Overrides, find_post, prepare};
use goldenhour::geo::LatLon;
use goldenhour::network::Snapper;
use goldenhour::network::hierarchy::Query;
use goldenhour::sim::Leg;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenario() -> PathBuf {
    root().join("scenarios/yuxi-now.toml")
}

fn command() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(root()).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command.arg("isochrones").arg(scenario());
    command
}

#[test]
fn a_map_and_geojson_tell_the_same_as_the_table() {
    let out = tempfile::tempdir().unwrap();
    let run = |lang: &str, more: &[&str]| {
        let mut command = command();
        command.args(["--post", "P01", "--no-png", "--lang", lang, "--out"]).arg(out.path()).args(more);
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    let said: Value = serde_json::from_str(&run("en", &["--json", "--quiet"])).unwrap();
    assert_eq!(said["minutes"], serde_json::json!([5.0, 10.0, 15.0, 20.0, 30.0]));
    let people = said["people"].as_array().unwrap();
    let within =
        |row: &Value| row["within"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect::<Vec<_>>();
    let (all, urban, rural) = (within(&people[0]), within(&people[1]), within(&people[2]));
    assert!(all[0] > 0.0 && all.windows(2).all(|w| w[0] <= w[1]), "{all:?}");
    for (i, n) in all.iter().enumerate() {
        assert!((urban[i] + rural[i] - n).abs() < 1e-6, "zones add up");
    }

    let read: Value =
        serde_json::from_str(&fs::read_to_string(out.path().join("isochrones-P01.geojson")).unwrap()).unwrap();
    let features = read["features"].as_array().unwrap();
    assert_eq!(features[0]["properties"]["people"], said["people"]);
    let mut bands = Vec::new();
    for roads in &features[1..] {
        assert_eq!(roads["geometry"]["type"], "MultiLineString");
        bands.push(roads["properties"]["to_min"].as_f64().unwrap());
        let lines = roads["geometry"]["coordinates"].as_array().unwrap();
        assert!(!lines.is_empty() && lines.iter().all(|l| l.as_array().unwrap().len() > 1));
    }
    bands.dedup();
    assert_eq!(bands, [5.0, 10.0, 15.0, 20.0, 30.0]);

    let english = fs::read_to_string(out.path().join("isochrones-P01.svg")).unwrap();
    assert!(english.contains("Isochrones of Emergency Centre post 1") && english.contains("class=\"band\""));
    let table = run("zh", &["--quiet"]);
    assert!(table.contains("≤ 15 分钟") && table.contains("isochrones-P01.geojson"), "{table}");
    let chinese = fs::read_to_string(out.path().join("isochrones-P01.svg")).unwrap();
    assert!(chinese.contains("急救中心直属站1：等时圈") && chinese.contains("区县界线"));
    assert!(chinese.len() < 1_500_000);
}

#[test]
fn a_wrong_post_or_wrong_minutes_are_told_with_what_is_right() {
    let out = tempfile::tempdir().unwrap();
    let refused = |more: &[&str]| {
        let mut command = command();
        command.args(["--lang", "en", "--out"]).arg(out.path()).args(more);
        String::from_utf8(command.assert().code(2).get_output().stderr.clone()).unwrap()
    };
    let part = refused(&["--post", "直属"]);
    assert!(part.contains("has no post `直属`") && part.contains("P02 (急救中心直属站2)"), "{part}");
    let near = refused(&["--post", "Emergency Center post 1"]);
    assert!(near.contains("did you mean Emergency Centre post 1"), "{near}");
    let far = refused(&["--post", "§§"]);
    assert!(far.contains("its posts are P01"), "{far}");
    for minutes in ["10,5", "0,5", "1,2,3,4,5,6", "5,nan"] {
        let said = refused(&["--post", "P01", "--minutes", minutes]);
        assert!(said.contains("is not allowed") && said.contains("one to 5 numbers"), "{said}");
    }
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

/// Places in the middle of pieces are asked one by one, through the hierarchy.
#[test]
fn roads_of_a_band_are_reached_in_its_time() {
    let prepared = prepare(&scenario(), &Overrides::default()).unwrap();
    let world = &prepared.world;
    let post = find_post(&world.scenario, "急救中心直属站1").unwrap();
    let ends = [5.0, 12.5, 30.0];
    let found = isochrones(world, post, &ends);
    let times = &world.roads.net(goldenhour::coverage::usual(world), Leg::Response).times;
    let place = &world.posts[post.index()];
    let from = times.on_road(&place.road.unwrap());
    let snapper = Snapper::new(&world.roads.graph);
    let mut query = Query::default();
    let (mut asked, mut fitting) = (0, 0);
    for road in found.roads.iter().step_by(7) {
        let k = road.line.len() / 2;
        let (a, b) = (road.line[k - 1], road.line[k]);
        let middle = LatLon::new((a.lat + b.lat) / 2.0, (a.lon + b.lon) / 2.0);
        let at = snapper.snap(&world.roads.graph, middle).unwrap();
        let time = times.time(&mut query, &from, &times.on_road(&at)).plus(place.access);
        let minutes = time.minutes() * world.scenario.travel.response_factor;
        let least = road.band.checked_sub(1).map_or(0.0, |b| ends[b]);
        asked += 1;
        // Two roads may cross there, one of them with another time; half a minute for waits at signals and junctions.
        fitting += usize::from(minutes > least - 0.5 && minutes < ends[road.band] + 0.5);
    }
    assert!(asked > 100 && fitting * 100 >= asked * 99, "{fitting} of {asked}");
    let km: f64 = found.road_km.iter().sum();
    assert!(km > 100.0 && km < world.roads.graph.road_km());
}
