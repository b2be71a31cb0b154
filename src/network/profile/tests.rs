use super::*;
use crate::geo::LatLon;

fn parse(text: &str) -> Result<SpeedProfile, Faults> {
    SpeedProfile::parse(Arc::new(SourceText { path: "my.toml".into(), text: text.to_string() }))
}

fn text_of(name: &str) -> &'static str {
    FILES.iter().find(|(n, _)| *n == name).map(|(_, text)| *text).expect("a profile that comes with the program")
}

#[test]
fn every_builtin_profile_reads() {
    for name in BUILTIN {
        let profile = parse(text_of(name)).unwrap_or_else(|f| panic!("{name}: {f}"));
        assert_eq!(SpeedProfile::builtin(name).map(|p| p.digest()), Some(profile.digest()));
        assert_eq!(profile.name, name);
        assert_eq!(profile.quality.needs_telling(), !["de-bw-2026", "osrm-car-like"].contains(&name), "{name}");
        assert!(profile.classes["motorway"].oneway);
        assert!(!profile.classes.contains_key("footway"));
        assert_eq!(profile.class_names().last().map(String::as_str), Some(FERRY));
        let (siren, plain) = (profile.mission(SIREN).unwrap(), profile.mission(PLAIN).unwrap());
        assert!(plain.factor <= siren.factor, "{name}: without siren nobody is faster");
        assert!(plain.turn_restrictions && (!siren.turn_restrictions || name == "osrm-car-like"), "{name}");
        assert_eq!(profile.curvature.is_some() && profile.gradient.is_some(), name == "yuxi-mountain");
    }
    assert!(SpeedProfile::builtin("no-such").is_none());
}

#[test]
fn published_figures_are_in_their_profiles() {
    let kmh = |name: &str, class: &str| SpeedProfile::builtin(name).unwrap().classes[class].speed_kmh;
    // Speeds of dispatch in Baden-Württemberg, and defaults of OSRM's car.lua.
    for (class, ambulance, car) in [
        ("motorway", 105.0, 90.0),
        ("motorway_link", 36.0, 45.0),
        ("trunk", 89.0, 85.0),
        ("primary", 54.0, 65.0),
        ("secondary", 47.0, 55.0),
        ("tertiary", 40.0, 40.0),
        ("unclassified", 29.0, 25.0),
        ("residential", 17.0, 25.0),
        ("service", 9.0, 15.0),
    ] {
        assert_eq!((kmh("de-bw-2026", class), kmh("osrm-car-like", class)), (ambulance, car), "{class}");
    }
    let car = SpeedProfile::builtin("osrm-car-like").unwrap();
    let turns = car.missions[SIREN].turn_costs.unwrap();
    assert_eq!((car.maxspeed.factor, turns.max_s, turns.bias, turns.u_turn_s), (0.8, 7.5, 1.075, 20.0));
    assert_eq!([DelayKind::Signal, DelayKind::Gate].map(|k| car.delays.seconds(k)), [2.0, 60.0]);
}

#[test]
fn bends_do_not_count_twice() {
    let [with, without] = ["yuxi-mountain", "china-mountain"].map(|n| SpeedProfile::builtin(n).unwrap());
    for (class, rule) in &with.classes {
        assert!(rule.speed_kmh >= without.classes[class].speed_kmh, "{class}");
    }
}

#[test]
fn faults_come_all_at_once_with_their_places() {
    let good = text_of("china-default");
    let bad = good
        .replace("[classes.primary]", "[classes.primry]")
        .replace("gate_s = 60", "gates_s = 60")
        .replace("walk_kmh = 6", "walk_kmh = \"slow\"")
        .replace("avoid_extra_m = 2000", "avoid_extra_m = -1");
    let faults = parse(&bad).expect_err("four faults");
    let text = faults.to_string();
    for expected in ["classes.primry", "primary", "gates_s", "walk_kmh", "avoid_extra_m", "gate_s", "my.toml:"] {
        assert!(text.contains(expected), "{expected} not in:\n{text}");
    }
    assert!(faults.0.len() >= 4, "{text}");
}

#[test]
fn faults_of_missions_bends_and_areas() {
    let bad = text_of("yuxi-mountain")
        .replace("[missions.plain]", "[missions.plian]")
        .replace("[missions.plain.delays]", "[missions.plian.delays]")
        .replace("lateral_ms2 = 2.2", "lateral_ms2 = 22")
        .replace("up_per_percent", "up_percent")
        .replace("toll_s = 15", "tol_s = 15")
        .replace("factor = 0.85 # speed", "factor = 0.85\nuse = \"ignor\" # speed")
        + "\n[missions.siren.classes]\nsecondery = 1.1\n\
           [[areas]]\nname = \"lake\"\nfactor = 0.5\npolygon = [[24.0, 102.0], [24.1, 102.0]]\n\
           [[areas]]\nname = \"fog\"\nfactor = 0.5\nclasses = [\"motorwy\"]\n\
           [[areas]]\nname = \"far\"\nfactor = 0.5\ngeojson = \"no-such-file.geojson\"\n";
    let text = parse(&bad).expect_err("many faults").to_string();
    for expected in [
        "missions.plain is missing (is missions.plian meant?)",
        "curvature.lateral_ms2 must be from 0.3 to 10",
        "unknown key gradient.up_percent (did you mean up_per_percent?)",
        "unknown key missions.plian.delays.tol_s (did you mean toll_s?)",
        "maxspeed.use \"ignor\" is none of replace, cap, ignore",
        "unknown key missions.siren.classes.secondery (did you mean secondary?)",
        "polygon of area \"lake\" needs three or more corners",
        "\"motorwy\" in areas[2].classes is no road class (did you mean motorway?)",
        "area \"fog\" needs either `polygon` or `geojson`",
        "no-such-file.geojson",
    ] {
        assert!(text.contains(expected), "{expected} not in:\n{text}");
    }
}

#[test]
fn missions_take_over_what_they_do_not_change() {
    let profile = SpeedProfile::builtin("china-default").unwrap();
    let plain = profile.mission(PLAIN).unwrap();
    assert_eq!(plain.delays, Delays { traffic_signals_s: 20.0, toll_s: 15.0, ..profile.delays });
    assert_eq!(profile.missions[SIREN].delays, profile.delays);
    assert_eq!(profile.mission("sirene").unwrap_err().matches("did you mean siren?").count(), 1);
    assert!(profile.mission("xyz").unwrap_err().contains("plain, siren"));
    let third = parse(&format!(
        "{}\n[missions.transfer]\nfactor = 0.6\nturn_restrictions = true\n[missions.transfer.classes]\nmotorway = 0.5\n",
        text_of("china-default")
    ))
    .unwrap();
    let transfer = third.mission("transfer").unwrap();
    assert_eq!([transfer.speed_factor("motorway"), transfer.speed_factor("trunk")], [0.3, 0.6]);
}

#[test]
fn a_profile_without_missions_drives_alike_on_both() {
    let profile = SpeedProfile::builtin("china-mountain").unwrap();
    let [siren, plain] = [SIREN, PLAIN].map(|m| profile.mission(m).unwrap().clone());
    assert_eq!((siren.factor, siren.delays), (1.0, profile.delays));
    assert_eq!(Mission { turn_restrictions: false, ..plain }, siren);
}

#[test]
fn areas_are_read_and_belong_to_the_digest() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let profile = format!(
        "{}\n[[areas]]\nname = \"lake\"\nfactor = 0.5\nclasses = [\"primary\"]\npolygon = [[24, 102], [24, 103], [25.0, 103.0]]\n\
         [[areas]]\nname = \"range\"\nfactor = 0.9\ngeojson = \"range.geojson\"\n",
        text_of("china-default")
    );
    write("my.toml", &profile);
    let ring = |east: f64| {
        format!(r#"{{"type":"Polygon","coordinates":[[[101,23],[{east},23],[{east},26],[101,26],[101,23]]]}}"#)
    };
    write("range.geojson", &ring(102.0));
    let path = folder.path().join("my.toml");
    let first = SpeedProfile::load(&path).unwrap();
    let [lake, range] = &first.areas[..] else { panic!("{:?}", first.areas) };
    assert!(lake.applies_to("primary") && !lake.applies_to("trunk") && range.applies_to("trunk"));
    assert!(lake.area.contains(LatLon::new(24.2, 102.9)) && !lake.area.contains(LatLon::new(24.9, 102.1)));
    assert!(range.area.contains(LatLon::new(25.5, 101.5)) && (lake.factor, range.factor) == (0.5, 0.9));
    write("range.geojson", &ring(102.5));
    assert_ne!(SpeedProfile::load(&path).unwrap().digest(), first.digest());
}

#[test]
fn broken_toml_is_one_fault_with_a_place() {
    let faults = parse("name = \"x\"\n[classes\n").expect_err("not TOML");
    assert!(faults.to_string().starts_with("my.toml:2:"), "{faults}");
}

#[test]
fn a_copy_with_one_speed_changed_has_another_digest() {
    let copy = parse(&text_of("china-default").replace("speed_kmh = 65", "speed_kmh = 55")).unwrap();
    let original = SpeedProfile::builtin("china-default").unwrap();
    assert_eq!(copy.classes["primary"].speed_kmh, 55.0);
    assert_ne!(copy.digest(), original.digest());
}
