//! Trips of helicopters and boats against what they take by hand.

use super::*;
use crate::geo::offset;
use crate::scenario::rules::{Air, Lake, Water};

const HOME: LatLon = LatLon { lat: 24.5, lon: 102.9 };

fn at(x: f64, y: f64) -> LatLon {
    offset(HOME, x, y)
}

fn air(landing_points: Vec<PointId>) -> Air {
    Air {
        speed_kmh: 216.0,
        start: Span::from_seconds(120.0),
        landing: Span::from_seconds(60.0),
        daylight: Vec::new(),
        flyable: 1.0,
        weather_block: Span::from_minutes(60.0),
        landing_points,
        helipads: vec![HospitalId(0)],
        reach_m: 3_000.0,
        reach_kmh: 18.0,
        least_m: 5_000.0,
    }
}

fn near(a: Span, seconds: f64) {
    // A flat earth is good to 0.1 % here.
    assert!((a.seconds() - seconds).abs() <= 1.0 + 1e-3 * seconds, "{} against {seconds}", a.seconds());
}

/// Base at 0; landing places at 30 km, 32 km and 1 km east; a hospital with a helipad 60 km east, one without 31.8 km.
fn helicopters() -> (Craft, Vec<LatLon>) {
    let points = vec![
        at(30_000.0, 1_000.0),
        at(31_500.0, 0.0),
        at(1_000.0, 500.0),
        at(45_000.0, 0.0),
        // Sites.
        at(30_000.0, 0.0),
        at(32_000.0, 0.0),
        at(1_000.0, 0.0),
    ];
    let rules = CraftRules { air: Some(air(vec![PointId(4), PointId(5), PointId(6)])), water: None };
    let bases = [(UnitKind::Helicopter, PostId(1)), (UnitKind::Basic, PostId(0)), (UnitKind::Boat, PostId(0))];
    let hospitals = [at(60_000.0, 0.0), at(31_800.0, 0.0)];
    (Craft::build(&rules, &bases, &[at(5.0, 5.0), HOME], &points, &hospitals), points)
}

#[test]
fn a_flight_and_the_last_metres() {
    let (craft, _) = helicopters();
    let out = |p| craft.to_point(UnitKind::Helicopter, PostId(1), PointId(p));
    // 60 m/s in the air, 5 m/s on the ground.
    let first = out(0).unwrap();
    assert_eq!(first.landing, PointId(4));
    near(first.reach, 200.0);
    near(first.time, 120.0 + 500.0 + 60.0 + 200.0);
    // The nearer landing place is reached later.
    let second = out(1).unwrap();
    assert_eq!(second.landing, PointId(5));
    near(second.time, 180.0 + 32_000.0 / 60.0 + 100.0);
    assert_eq!(out(2), None, "the flight would be too short");
    assert_eq!(out(3), None, "no landing place within reach");
    assert_eq!(out(4).unwrap().reach, Span::ZERO, "on the landing place itself");
    assert_eq!(out(99), None);
    assert_eq!(craft.to_point(UnitKind::Helicopter, PostId(0), PointId(0)), None, "none is based there");
    assert_eq!(craft.to_point(UnitKind::Boat, PostId(0), PointId(0)), None, "there are no rules for boats");
    assert_eq!(craft.to_point(UnitKind::Advanced, PostId(1), PointId(0)), None);
}

#[test]
fn to_a_helipad_or_to_where_a_road_unit_waits() {
    let (craft, _) = helicopters();
    let to = |from, h| craft.to_hospital(UnitKind::Helicopter, PointId(from), HospitalId(h));
    let carry = to(4, 0).unwrap();
    assert_eq!(carry.meet, None);
    near(carry.time, 180.0 + 500.0);
    let carry = to(4, 1).unwrap();
    assert_eq!(carry.meet, Some(PointId(5)));
    near(carry.time, 180.0 + 2_000.0 / 60.0);
    assert_eq!(to(5, 1), Some(Carry { time: Span::ZERO, meet: Some(PointId(5)) }), "it is there already");
    assert_eq!(to(0, 1), None, "no landing place");
    assert_eq!(to(4, 9), None);
    let home = |from| craft.home(UnitKind::Helicopter, from, PostId(1));
    near(home(Landed::Site(PointId(5))).unwrap(), 180.0 + 32_000.0 / 60.0);
    near(home(Landed::Hospital(HospitalId(0))).unwrap(), 180.0 + 1_000.0);
    assert_eq!(home(Landed::Hospital(HospitalId(1))), None, "it has no helipad");
    assert_eq!(home(Landed::Site(PointId(0))), None);
}

fn square(x: f64, y: f64, half: f64) -> Vec<LatLon> {
    [(-half, -half), (half, -half), (half, half), (-half, half)].iter().map(|(a, b)| at(x + a, y + b)).collect()
}

#[test]
fn boats_go_round_islands_and_stay_on_their_lake() {
    let lake =
        |x: f64| Lake { name: String::new(), outer: square(x, 0.0, 10_000.0), islands: vec![square(x, 0.0, 3_000.0)] };
    let water = Water {
        speed_kmh: 36.0,
        mooring: Span::from_seconds(90.0),
        when: vec![],
        lakes: vec![lake(0.0), lake(30_000.0)],
        piers: vec![PointId(2), PointId(3), PointId(4), PointId(5)],
        reach_m: 500.0,
        reach_kmh: 3.6,
    };
    let points = [
        at(5_000.0, 100.0),
        at(25_000.0, 0.0),
        // Piers: two in the first lake (on either side of its island), one in the second, one far from any water.
        at(-5_000.0, 0.0),
        at(5_000.0, 0.0),
        at(25_000.0, 0.0),
        at(15_000.0, 0.0),
    ];
    let rules = CraftRules { air: None, water: Some(water) };
    let bases = [(UnitKind::Boat, PostId(0)), (UnitKind::Boat, PostId(1)), (UnitKind::Boat, PostId(0))];
    // The second post lies too far from its pier.
    let posts = [at(-5_100.0, 100.0), at(-5_500.0, 0.0)];
    let craft = Craft::build(&rules, &bases, &posts, &points, &[at(40_000.0, 0.0), at(6_000.0, 12_000.0)]);
    let round = 2.0 * libm::hypot(2_000.0, 3_000.0) + 6_000.0;
    let out = craft.to_point(UnitKind::Boat, PostId(0), PointId(0)).unwrap();
    assert_eq!(out.landing, PointId(3));
    near(out.time, 180.0 + round / 10.0 + 100.0);
    assert_eq!(craft.to_point(UnitKind::Boat, PostId(0), PointId(1)), None, "another lake");
    assert_eq!(craft.to_point(UnitKind::Boat, PostId(1), PointId(0)), None, "no pier at the post");
    // Hospitals have no piers: to the nearest pier of the same lake.
    let carry = |from, h| craft.to_hospital(UnitKind::Boat, PointId(from), HospitalId(h)).unwrap();
    assert_eq!(carry(3, 1), Carry { time: Span::ZERO, meet: Some(PointId(3)) });
    assert_eq!(carry(2, 0).meet, Some(PointId(3)));
    near(carry(2, 0).time, 180.0 + round / 10.0);
    assert_eq!(carry(4, 1).meet, Some(PointId(4)));
    assert_eq!(craft.to_hospital(UnitKind::Boat, PointId(5), HospitalId(0)), None, "no water at the pier");
    assert_eq!(craft.home(UnitKind::Boat, Landed::Site(PointId(2)), PostId(0)), Some(Span::ZERO));
    near(craft.home(UnitKind::Boat, Landed::Site(PointId(3)), PostId(0)).unwrap(), 180.0 + round / 10.0);
    assert_eq!(craft.home(UnitKind::Boat, Landed::Hospital(HospitalId(0)), PostId(0)), None);
    assert_eq!(craft.home(UnitKind::Boat, Landed::Site(PointId(4)), PostId(0)), None);
    assert!(craft.goes(UnitKind::Boat, 1, 0, SimTime(77)) && !craft.goes(UnitKind::Helicopter, 1, 0, SimTime(77)));
}

#[test]
fn nothing_comes_of_no_rules_and_empty_tables() {
    let craft = Craft::build(&CraftRules::default(), &[(UnitKind::Helicopter, PostId(0))], &[HOME], &[HOME], &[HOME]);
    assert_eq!(craft.to_point(UnitKind::Helicopter, PostId(0), PointId(0)), None);
    let rules = CraftRules { air: Some(air(vec![PointId(7)])), water: None };
    let craft = Craft::build(&rules, &[(UnitKind::Helicopter, PostId(3))], &[HOME], &[], &[]);
    assert_eq!(craft.to_point(UnitKind::Helicopter, PostId(0), PointId(7)), None);
    assert_eq!(craft.to_hospital(UnitKind::Helicopter, PointId(7), HospitalId(0)), None);
}
