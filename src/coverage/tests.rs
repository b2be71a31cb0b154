//! Coverage counted again by hand on a small world.

use super::*;
use crate::geo::LatLon;
use crate::ids::NodeId;
use crate::network::{MetricRules, RoadGraph, RoadInput, Snapper, Way};
use crate::scenario::Scenario;
use crate::sim::RoadPlan;

/// One straight road of ten kilometres with junctions at both ends, 20 m/s; a post at its west end.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let km = |k: f64| 102.0 + k / (111.195 * 24.0_f64.to_radians().cos());
    file("posts.csv", &format!("id,name,lat,lon,quality\nP1,west,24,{},C\nP2,empty,24,{},C\n", km(0.0), km(10.0)));
    file("units.csv", "id,post,kind,negative_pressure,quality\nU1,P1,basic,no,C\n");
    file("hospitals.csv", "id,name,lat,lon,receives,quality\nH1,h,24,102.0,all,C\n");
    file(
        "demand.csv",
        &format!(
            "id,name,county,zone,lat,lon,population,quality\n\
             D1,near,甲,urban,24,{},100,C\nD2,middle,甲,urban,24,{},300,C\nD3,far,乙,rural,24,{},600,C\n",
            km(2.0),
            km(6.0),
            km(9.0)
        ),
    );
    file("roads.osm.pbf", "");
    let text = include_str!("../../scenarios/yuxi-now.toml")
        .replace("../networks/yuxi.osm.pbf", "roads.osm.pbf")
        .replace("counties = \"yuxi/counties.csv\"\n", "")
        .replace("scenic = \"yuxi/scenic.csv\"\n", "")
        .replace("yuxi/posts-now.csv", "posts.csv")
        .replace("yuxi/units-now.csv", "units.csv")
        .replace("yuxi/hospitals.csv", "hospitals.csv")
        .replace("yuxi/demand.csv", "demand.csv")
        .replace("needs_negative_pressure = true\n", "")
        .replace("response_factor = { value = 0.81", "response_factor = { value = 0.5");
    file("s.toml", &text);
    let scenario = Scenario::load(&folder.path().join("s.toml")).unwrap_or_else(|f| panic!("{f}"));
    let points: Vec<LatLon> = (0..=10).map(|k| LatLon::new(24.0, km(f64::from(k)))).collect();
    let seconds = vec![50.0; 10];
    let road = RoadInput {
        from: NodeId(0),
        to: NodeId(1),
        forward_s: Some(seconds.clone()),
        backward_s: Some(seconds),
        delays: Vec::new(),
        ways: vec![0; 10],
        class: 0,
        points: points.clone(),
    };
    let ends = vec![points[0], points[10]];
    let way = Way { id: 1, name: 0, reference: 0 };
    let graph =
        RoadGraph::build(ends, vec![1, 2], &[road], vec![way], vec!["primary".into()], vec![String::new()]).unwrap();
    let snapper = Snapper::new(&graph);
    World::build(scenario, RoadPlan::constant(graph, MetricRules::default()), &snapper)
        .unwrap_or_else(|f| panic!("{f}"))
}

#[test]
fn distances_times_and_shares_by_hand() {
    let w = world();
    let points = points(&w);
    // Twice 50 s a kilometre there, halved by the factor; the post without units does not count for the far point.
    for (cover, km) in points.iter().zip([2.0, 6.0, 9.0]) {
        assert!((cover.radius_km - km).abs() < 0.02, "{cover:?}");
        assert!((cover.road_km.unwrap() - km).abs() < 0.02, "{cover:?}");
        assert!((cover.drive_min.unwrap() - km * 50.0 * 0.5 / 60.0).abs() < 0.02, "{cover:?}");
    }
    let targets = CoverTargets { radius_km: [5.0, 20.0], minutes: [1.0, 3.0] };
    let rows = rows(&w, &points, &targets);
    let find = |county: Option<&str>, zone: Option<Zone>| {
        rows.iter().find(|r| r.county.as_ref().map(|c| c.zh.as_str()) == county && r.zone == zone).unwrap()
    };
    let all = find(None, None);
    assert_eq!((all.population, all.unreached), (1000.0, 0.0));
    // Within the radius: 100 urban of 2 km and all 600 rural; within time: 100 urban (0.8 min), nobody rural (3.75 min).
    assert!((all.within_radius_straight - 0.7).abs() < 1e-12);
    assert!((all.within_radius_road - 0.7).abs() < 1e-12);
    assert!((all.within_time - 0.1).abs() < 1e-12);
    assert!((all.mean_radius_km - (2.0 * 100.0 + 6.0 * 300.0 + 9.0 * 600.0) / 1000.0).abs() < 0.02);
    assert!((find(Some("甲"), Some(Zone::Urban)).within_radius_straight - 0.25).abs() < 1e-12);
    assert!(!rows.iter().any(|r| r.county.as_ref().is_some_and(|c| c.zh == "乙") && r.zone == Some(Zone::Urban)));
    assert_eq!(
        rows.iter().filter(|r| r.county.is_some() && r.zone.is_none()).map(|r| r.population).sum::<f64>(),
        1000.0
    );
}
