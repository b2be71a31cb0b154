//! Coverage counted again by hand on a small world.

use super::*;
use crate::geo::LatLon;
use crate::ids::NodeId;
use crate::network::calendar::Calendar;
use crate::network::{AreaFactor, MetricRules, RoadGraph, RoadInput, Snapper, Topology, Way};
use crate::scenario::Scenario;
use crate::sim::{ROWS_LIMIT_BYTES, RoadPlan};
use std::sync::Arc;

/// The states of the roads of a scenario on a graph of one class, put together without the profile.
fn plan(s: &Scenario, graph: RoadGraph) -> RoadPlan {
    let windows = s.periods.iter().map(|p| p.when.clone()).chain(s.closures.iter().map(|c| c.when.clone()));
    let calendar = Calendar::new(&windows.collect::<Vec<_>>());
    let rules = |active: &Vec<usize>| {
        let mut rules = MetricRules::default();
        for item in active {
            match s.periods.get(*item) {
                Some(p) => {
                    let class_factor = vec![1.0 / p.speed_factor("primary")];
                    rules.factors.push(AreaFactor { area: p.area.clone(), class_factor });
                }
                None => rules.closed.extend(s.closures[item - s.periods.len()].segments(&graph).unwrap()),
            }
        }
        rules.closed.sort_unstable();
        std::array::from_fn(|_| (0, rules.clone()))
    };
    let regimes = calendar.regimes.iter().map(rules).collect();
    RoadPlan {
        topologies: vec![Arc::new(Topology::junctions(&graph))],
        graph: Arc::new(graph),
        calendar,
        regimes,
        rows_limit_bytes: ROWS_LIMIT_BYTES,
    }
}

fn world() -> World {
    world_of("", |_| {})
}

/// One straight road of ten kilometres with junctions at both ends, 20 m/s; a post at its west end.
pub(super) fn world_of(more: &str, change: impl FnOnce(&mut RoadGraph)) -> World {
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
        .replace("response_factor = { value = 0.96", "response_factor = { value = 0.5");
    file("s.toml", &format!("{text}\n{more}"));
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
    let mut graph =
        RoadGraph::build(ends, vec![1, 2], &[road], vec![way], vec!["primary".into()], vec![String::new()]).unwrap();
    change(&mut graph);
    let snapper = Snapper::new(&graph);
    let plan = plan(&scenario, graph);
    World::build(scenario, plan, &snapper).unwrap_or_else(|f| panic!("{f}"))
}

/// Mondays and Tuesdays at half the speed; on Wednesdays the road is closed between the eighth and ninth kilometre.
const WEEK: &str = r#"
[[period]]
key = "slow"
name = { zh = "慢", en = "slow" }
when = ["mon-tue"]
speed = 0.5

[[closure]]
key = "east"
name = { zh = "东段", en = "east" }
when = ["wed"]
polygon = [[23.9, 102.0802], [23.9, 102.0808], [24.1, 102.0808], [24.1, 102.0802]]
"#;

#[test]
fn states_of_the_roads_by_hand() {
    let w = world_of(WEEK, |_| {});
    let shares = shares_of_time(&w);
    assert_eq!(w.roads.calendar.regimes, [vec![0], vec![1], vec![]]);
    for (share, days) in shares.iter().zip([2.0, 1.0, 4.0]) {
        assert!((share - days / 7.0).abs() < 1e-9, "{shares:?}");
    }
    // What other figures are for is an ordinary day, though the run begins with a slow one.
    assert_eq!(usual(&w), 2);
    assert!((points(&w)[0].drive_min.unwrap() - 50.0 / 60.0).abs() < 0.02);

    let states = states(&w, &[3.0, 4.0]);
    let active: Vec<Vec<&str>> = states.iter().map(|s| s.active.iter().map(|t| t.en.as_str()).collect()).collect();
    assert_eq!(active, [vec![], vec!["slow"], vec!["east"]]);
    assert_eq!(states.iter().map(|s| s.usual).collect::<Vec<_>>(), [true, false, false]);
    // Minutes: 0.8, 2.5 and 3.75 on ordinary days, twice that on slow ones; nobody gets through on Wednesdays.
    for (state, (within, unreached)) in states.iter().zip([(1.0, 0.0), (0.1, 0.0), (0.4, 600.0)]) {
        let all = &state.rows[0];
        assert!((all.within_time - within).abs() < 1e-12 && (all.unreached - unreached).abs() < 1e-9, "{state:?}");
    }
    let mean = |i: usize| states[i].rows[0].mean_drive_min.unwrap();
    assert!((mean(1) - 2.0 * mean(0)).abs() < 1e-3);
    assert!((mean(2) - (100.0 * 50.0 + 300.0 * 150.0) / 400.0 / 60.0).abs() < 0.02, "{}", mean(2));
    assert!(super::states(&world(), &[3.0, 4.0]).is_empty());
}

#[test]
fn what_a_closure_takes_away_by_hand() {
    let w = world_of(WEEK, |_| {});
    let effects = closures(&w, &[3.0, 4.0]);
    assert_eq!(effects.len(), 1);
    let e = &effects[0];
    assert!((e.share_of_time - 1.0 / 7.0).abs() < 1e-9 && e.beside.is_empty() && e.key == "east");
    let all = &e.rows[0];
    assert_eq!((all.within_time_open, all.lose, all.cut_off), (1.0, 600.0, 600.0));
    assert!((all.within_time_closed - 0.4).abs() < 1e-12);
    // Those who are reached both ways are no farther off.
    assert_eq!((all.added_min, all.most_added_min), (Some(0.0), Some(0.0)));
    let rural = e.rows.iter().find(|r| r.county.is_none() && r.zone == Some(Zone::Rural)).unwrap();
    assert_eq!((rural.within_time_open, rural.within_time_closed, rural.added_min), (1.0, 0.0, None));
    let urban = e.rows.iter().find(|r| r.county.is_none() && r.zone == Some(Zone::Urban)).unwrap();
    assert_eq!((urban.lose, urban.cut_off, urban.population), (0.0, 0.0, 400.0));
}

#[test]
fn bends_and_gradient_left_out_by_hand() {
    assert!(sensitivity(&world(), &[3.0, 4.0]).is_empty());
    // The first kilometre takes twice as long for its bends, the second half as long again for its slope.
    let w = world_of("", |g| {
        g.bend = vec![1.0; g.points.len()];
        g.bend[0] = 2.0;
        g.grade_forward = vec![1.0; g.points.len()];
        g.grade_forward[1] = 1.5;
    });
    let minutes = [3.0, 4.0];
    let all = reach_of(&sensitivity(&w, &minutes));
    let base = points(&w);
    let mean = |extra: f64| (100.0 * 2.0 + 300.0 * 6.0 + 600.0 * 9.0) / 1000.0 * 25.0 / 60.0 + extra / 60.0;
    assert!((base[0].drive_min.unwrap() - (2.0 * 25.0 + 25.0 + 12.5) / 60.0).abs() < 0.02);
    assert_eq!(all.iter().map(|a| a.0).collect::<Vec<_>>(), [SpeedPart::Bends, SpeedPart::Gradient]);
    assert!((all[0].1 - mean(12.5)).abs() < 0.02 && (all[1].1 - mean(25.0)).abs() < 0.02, "{all:?}");
}

fn reach_of(all: &[Sensitivity]) -> Vec<(SpeedPart, f64)> {
    all.iter().map(|s| (s.without, s.rows[0].mean_drive_min.unwrap())).collect()
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
