use super::*;
use crate::network::profile::DelayKind::{Gate, GiveWay, Signal, Stop, Toll};

fn profile() -> SpeedProfile {
    SpeedProfile::builtin("china-default").unwrap()
}

fn of(tags: &[(&str, &str)]) -> Option<Route> {
    route(Tags(tags), &profile())
}

/// A way with `highway=residential` and some more tags.
fn street(more: &[(&str, &str)]) -> Option<Route> {
    let mut tags = vec![("highway", "residential")];
    tags.extend_from_slice(more);
    of(&tags)
}

fn both(r: Option<Route>) -> (Option<f64>, Option<f64>) {
    r.map_or((None, None), |r| (r.forward_kmh, r.backward_kmh))
}

#[test]
fn classes_open_or_closed() {
    assert_eq!(both(of(&[("highway", "primary")])), (Some(65.0), Some(65.0)));
    for closed in ["footway", "steps", "path", "cycleway", "pedestrian", "construction", "proposed", "raceway"] {
        assert_eq!(of(&[("highway", closed)]), None, "{closed}");
    }
    assert_eq!(of(&[("building", "yes")]), None);
}

#[test]
fn paths_kept_open_for_emergencies_are_service_roads() {
    for tags in [[("highway", "footway"), ("emergency", "yes")], [("highway", "path"), ("service", "emergency_access")]]
    {
        assert_eq!(of(&tags).map(|r| r.class), Some("service".to_string()), "{tags:?}");
    }
    assert_eq!(of(&[("highway", "steps"), ("emergency", "yes")]), None);
}

#[test]
fn access_tags() {
    for open in ["private", "destination", "customers", "agricultural", "permit", "emergency", "psv"] {
        assert!(street(&[("access", open)]).is_some(), "{open}");
    }
    assert!(street(&[("access", "no")]).is_none());
    assert!(street(&[("motor_vehicle", "no")]).is_none());
    assert!(street(&[("access", "no"), ("motor_vehicle", "private")]).is_some());
    assert!(street(&[("access", "yes"), ("vehicle", "no")]).is_none());
    assert!(street(&[("access", "no"), ("bus", "yes")]).is_some());
    assert!(street(&[("access", "no"), ("psv", "no")]).is_none());
    assert!(street(&[("access", "no"), ("emergency", "yes")]).is_some());
    assert!(street(&[("emergency", "no")]).is_none());
    assert!(street(&[("area", "yes")]).is_none());
}

#[test]
fn one_way_streets() {
    let v = Some(25.0);
    for (value, expected) in [
        ("yes", (v, None)),
        ("1", (v, None)),
        ("true", (v, None)),
        ("-1", (None, v)),
        ("reverse", (None, v)),
        ("no", (v, v)),
        ("alternating", (v, v)),
        ("reversible", (None, None)),
    ] {
        assert_eq!(both(street(&[("oneway", value)])), expected, "{value}");
    }
    assert_eq!(both(street(&[("junction", "roundabout")])), (v, None));
    assert_eq!(both(street(&[("junction", "circular")])), (v, None));
    assert_eq!(both(street(&[("junction", "roundabout"), ("oneway", "no")])), (v, v));
    assert_eq!(both(of(&[("highway", "motorway")])), (Some(100.0), None));
    assert_eq!(both(of(&[("highway", "motorway_link")])), (Some(45.0), None));
    assert_eq!(both(of(&[("highway", "motorway"), ("oneway", "no")])), (Some(100.0), Some(100.0)));
}

#[test]
fn limits_go_before_class_speeds() {
    assert_eq!(both(street(&[("maxspeed", "60")])), (Some(54.0), Some(54.0)));
    let sided = street(&[("maxspeed", "60"), ("maxspeed:backward", "40")]);
    assert_eq!(both(sided), (Some(54.0), Some(36.0)));
    assert_eq!(both(street(&[("maxspeed:type", "CN:urban")])), (Some(45.0), Some(45.0)));
    assert_eq!(both(street(&[("source:maxspeed", "sign")])), (Some(25.0), Some(25.0)));
    let garbage = street(&[("maxspeed", "fast")]).unwrap();
    assert_eq!((garbage.forward_kmh, garbage.bad_maxspeed), (Some(25.0), true));
    assert!(!street(&[("maxspeed", "signals")]).unwrap().bad_maxspeed);
}

#[test]
fn surfaces_and_track_types_cap() {
    let rough = of(&[("highway", "primary"), ("surface", "gravel"), ("maxspeed", "80")]);
    assert_eq!(both(rough), (Some(35.0), Some(35.0)));
    let grade = of(&[("highway", "track"), ("tracktype", "grade5")]);
    assert_eq!(both(grade), (Some(10.0), Some(10.0)));
    assert_eq!(both(of(&[("highway", "primary"), ("surface", "asphalt")])).0, Some(65.0));
    assert_eq!(both(of(&[("highway", "primary"), ("smoothness", "very_bad")])).0, Some(20.0));
}

#[test]
fn ferries_must_carry_vehicles() {
    assert_eq!(of(&[("route", "ferry")]), None);
    assert_eq!(of(&[("route", "ferry"), ("motor_vehicle", "no")]), None);
    let crossing = of(&[("route", "ferry"), ("motor_vehicle", "yes"), ("duration", "00:20")]).unwrap();
    assert_eq!((crossing.class.as_str(), crossing.duration_s), ("ferry", Some(1200.0)));
    assert_eq!(both(Some(crossing)), (Some(15.0), Some(15.0)));
    let mut generous = profile();
    generous.ferry.untagged = true;
    assert!(route(Tags(&[("route", "ferry")]), &generous).is_some());
}

fn kinds(rule: NodeRule) -> [Vec<DelayKind>; 2] {
    [rule.forward, rule.backward].map(|k| k.iter().collect())
}

fn at(tags: &[(&str, &str)]) -> Option<NodeRule> {
    node(Tags(tags), &profile())
}

#[test]
fn barriers_block_or_cost_time() {
    for blocking in ["block", "bollard", "jersey_barrier"] {
        assert!(at(&[("barrier", blocking)]).unwrap().blocked, "{blocking}");
        assert_eq!(at(&[("barrier", blocking), ("emergency", "yes")]), None, "{blocking}");
        assert_eq!(at(&[("barrier", blocking), ("motor_vehicle", "yes")]), None, "{blocking}");
        assert!(at(&[("barrier", blocking), ("access", "no")]).unwrap().blocked);
    }
    let gate = at(&[("barrier", "lift_gate"), ("access", "private")]).unwrap();
    assert_eq!((gate.blocked, gate.gate, kinds(gate)), (false, true, [vec![Gate], vec![Gate]]));
    assert!(at(&[("barrier", "gate"), ("access", "no")]).unwrap().blocked);
    assert_eq!(kinds(at(&[("barrier", "toll_booth")]).unwrap()), [vec![Toll], vec![Toll]]);
    assert!(at(&[("barrier", "toll_booth"), ("access", "no")]).unwrap().blocked);
    let mut generous = profile();
    generous.access.free_tagged_gates = true;
    assert_eq!(node(Tags(&[("barrier", "gate"), ("access", "private")]), &generous), None);
    assert!(node(Tags(&[("barrier", "gate")]), &generous).unwrap().gate);
    assert_eq!(at(&[("barrier", "cattle_grid")]), None);
}

#[test]
fn signals_and_signs_cost_time_in_their_direction() {
    let sides = |tags: &[(&str, &str)]| at(tags).map(kinds);
    let signal = ("highway", "traffic_signals");
    assert_eq!(sides(&[signal]), Some([vec![Signal], vec![Signal]]));
    assert_eq!(sides(&[signal, ("traffic_signals:direction", "forward")]), Some([vec![Signal], vec![]]));
    assert_eq!(sides(&[signal, ("direction", "backward")]), Some([vec![], vec![Signal]]));
    assert_eq!(sides(&[("highway", "stop"), ("direction", "forward")]), Some([vec![Stop], vec![]]));
    assert_eq!(sides(&[("highway", "give_way"), ("direction", "both")]), Some([vec![GiveWay], vec![GiveWay]]));
    assert_eq!(sides(&[signal, ("barrier", "gate")]), Some([vec![Signal, Gate], vec![Signal, Gate]]));
    assert_eq!(at(&[("highway", "crossing")]), None);
}

#[test]
fn limits_may_cap_or_be_ignored_and_advice_may_count() {
    let mut p = profile();
    let speed = |p: &SpeedProfile, tags: &[(&str, &str)]| both(route(Tags(tags), p)).0;
    let fast = [("highway", "residential"), ("maxspeed", "60")];
    let slow = [("highway", "residential"), ("maxspeed", "20"), ("maxspeed:advisory", "10")];
    assert_eq!([speed(&p, &fast), speed(&p, &slow)], [Some(54.0), Some(18.0)]);
    p.maxspeed.advisory = true;
    assert_eq!([speed(&p, &fast), speed(&p, &slow)], [Some(54.0), Some(9.0)]);
    p.maxspeed.mode = MaxspeedUse::Cap;
    assert_eq!([speed(&p, &fast), speed(&p, &slow)], [Some(25.0), Some(9.0)]);
    p.maxspeed.mode = MaxspeedUse::Ignore;
    assert_eq!([speed(&p, &fast), speed(&p, &slow)], [Some(25.0); 2]);
    assert!(!route(Tags(&[("highway", "residential"), ("maxspeed", "fast")]), &p).unwrap().bad_maxspeed);
}

#[test]
fn height_weight_and_width_limits_hold() {
    for key in ["maxheight", "maxweight", "maxwidth"] {
        assert!(street(&[(key, "2.0"), ("emergency", "yes")]).is_none(), "{key}");
        assert!(street(&[(key, "20")]).is_some(), "{key}");
        assert!(street(&[(key, "default")]).is_some(), "{key}");
    }
    assert!(at(&[("barrier", "height_restrictor"), ("maxheight", "2.1")]).unwrap().blocked);
    assert_eq!(at(&[("barrier", "height_restrictor"), ("maxheight", "3.5")]), None);
}
