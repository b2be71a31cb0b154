//! `[air]` and `[water]` added to the bundled scenario, with helicopters and boats that the test puts at posts.

use super::super::assumptions::Collector;
use super::super::raw::RawScenario;
use super::*;
use crate::geo::offset;
use crate::ids::PostId;
use crate::input::TomlDoc;
use std::fs;

/// What was read, the sites it added, the quality marks noted, and the faults.
struct Read {
    rules: CraftRules,
    sites: Vec<Site>,
    notes: Vec<(String, &'static str)>,
    faults: Faults,
}

impl Read {
    fn told(&self) -> String {
        self.faults.to_string()
    }
}

const POINTS: usize = 100;
const SHORE: LatLon = LatLon { lat: 24.5, lon: 102.9 };

fn unit(kind: UnitKind) -> Unit {
    let (id, post, quality) = (kind.key().into(), PostId(0), Quality::Assumed);
    Unit { id, post, kind, negative_pressure: false, shift: String::new(), duty: None, quality }
}

fn read(more: &str, kinds: &[UnitKind], files: &[(&str, &str)]) -> Read {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let text = fs::read_to_string(scenarios.join("yuxi-now.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let file = folder.path().join("s.toml");
    fs::write(&file, format!("{text}\n{more}")).unwrap();
    let doc: TomlDoc<RawScenario> = TomlDoc::read_with_base(&file).unwrap();
    let mut loader = Loader { doc: &doc, faults: Faults::new(), notes: Collector::default() };
    let name = Text::same("x");
    let at = offset(SHORE, 50.0, 50.0);
    let posts = [Post {
        id: "P1".into(),
        name: name.clone(),
        county: None,
        at,
        open_24h: true,
        hours: None,
        crews: None,
        quality: Quality::Assumed,
    }];
    let hospital = |id: &str| Hospital {
        id: id.into(),
        name: name.clone(),
        county: None,
        level: String::new(),
        at: SHORE,
        beds: None,
        ed_bays: None,
        observation_beds: None,
        hours: None,
        // What the table of hospitals would say; it is not read here.
        helipad: more.contains(&format!("# the table marks {id}")),
        share: None,
        receives: crate::facilities::Receives::All,
        quality: Quality::Assumed,
    };
    let hospitals = [hospital("H1"), hospital("H2")];
    let units: Vec<Unit> = kinds.iter().map(|k| unit(*k)).collect();
    let around = Around { counties: &[], posts: &posts, units: &units, hospitals: &hospitals, points: POINTS };
    let mut sites = Vec::new();
    let rules = loader.craft(&around, &mut sites, &mut Digester::new());
    let notes = loader.notes.list.iter().map(|a| (a.key.clone(), a.quality.mark())).collect();
    Read { rules, sites, notes, faults: loader.faults }
}

const PADS: &str = "id,name,lat,lon,quality,source\nL1,西山,24.1,101.9,B,map\nL2,南,23.9,101.8,C,\n";
const PIERS: &str = "id,name,lat,lon,quality\nW1,一号码头,24.5,102.9,C\nW2,二号码头,24.55,102.95,C\n";
const LAKE: &str = r#"{"type":"Feature","properties":{"name":"湖"},"geometry":{"type":"Polygon","coordinates":[
    [[102.9,24.5],[103.0,24.5],[103.0,24.6],[102.9,24.6]],[[102.93,24.53],[102.94,24.53],[102.94,24.54]]]}}"#;

#[test]
fn both_sections_become_rules_and_sites() {
    let more = r#"
        [air]
        speed_kmh = { value = 235, quality = "B", source = "the operator" }
        flyable = 0.7
        daylight = ["mon-fri 08:00-18:00"]
        landing_points = "pads.csv"
        helipads = ["H2"]
        least_km = 12
        [water]
        speed_kmh = 40
        mooring_s = 60
        lakes = "lake.geojson"
        piers = "piers.csv"
    "#;
    let kinds = [UnitKind::Helicopter, UnitKind::Boat, UnitKind::Basic];
    let r = read(more, &kinds, &[("pads.csv", PADS), ("piers.csv", PIERS), ("lake.geojson", LAKE)]);
    assert!(r.faults.0.is_empty(), "{}", r.told());
    let air = r.rules.air.unwrap();
    assert_eq!((air.speed_kmh, air.flyable, air.least_m, air.daylight.len()), (235.0, 0.7, 12_000.0, 5));
    assert_eq!((air.start, air.weather_block), (Span::from_seconds(180.0), Span::from_seconds(10_800.0)));
    // Landing points first, then the helipads, numbered after the demand points.
    assert_eq!(air.landing_points, [PointId(100), PointId(101), PointId(102)]);
    assert_eq!((air.helipads, r.sites[2].at), (vec![HospitalId(1)], SHORE));
    let water = r.rules.water.unwrap();
    assert_eq!((water.piers, water.mooring, water.when.len()), (vec![PointId(103), PointId(104)], Span(60_000_000), 0));
    assert_eq!((water.lakes[0].name.as_str(), water.lakes[0].islands.len()), ("湖", 1));
    assert_eq!(r.sites.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["L1", "L2", "helipad:H2", "W1", "W2"]);
    let mark = |key: &str| r.notes.iter().find(|n| n.0 == key).map(|n| n.1);
    assert_eq!([mark("air.speed_kmh"), mark("air.start_s"), mark("pads.csv")], [Some("B"), Some("C"), Some("C")]);
}

#[test]
fn kinds_and_sections_belong_together() {
    let r = read("", &[UnitKind::Helicopter, UnitKind::Boat], &[]);
    assert_eq!(r.faults.0.len(), 2, "{}", r.told());
    assert!(r.faults.has_errors() && r.told().contains("[air]") && r.told().contains("[water]"), "{}", r.told());
    let r = read("[air]\nhelipads = [\"H1\"]\n", &[UnitKind::Basic], &[]);
    assert!(!r.faults.has_errors() && r.told().contains("no effect"), "{}", r.told());
    assert!(read("", &[UnitKind::Basic], &[]).faults.0.is_empty());
}

#[test]
fn helipads_of_the_table_join_those_of_the_section() {
    let r =
        read("[air]\nhelipads = [\"H2\"]\n# the table marks H1\n# the table marks H2\n", &[UnitKind::Helicopter], &[]);
    assert!(r.faults.0.is_empty(), "{}", r.told());
    let air = r.rules.air.unwrap();
    assert_eq!(air.helipads, [HospitalId(1), HospitalId(0)]);
    assert_eq!(air.landing_points, [PointId(100), PointId(101)]);
    assert_eq!(r.sites.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["helipad:H2", "helipad:H1"]);
}

#[test]
fn all_faults_are_told_at_once() {
    let more = r#"
        [air]
        speed_kmh = 5
        flyable = 1.2
        daylight = ["noon", "daily 07:00-19:00"]
        landing_points = "none.csv"
        helipads = ["H3", "H1", "H1"]
        [water]
        lakes = "lake.geojson"
        piers = "piers.csv"
        when = []
    "#;
    let piers = "id,name,lat,lon,quality\nW1,x,24.55,103.01,C\nW2,y,x,102.95,C\n";
    let r = read(more, &[UnitKind::Helicopter, UnitKind::Boat], &[("piers.csv", piers), ("lake.geojson", LAKE)]);
    let told = r.told();
    for expected in [
        "5 is not allowed",
        "1.2 is not",
        "`noon`",
        "none.csv",
        "no hospital `H3`",
        "there twice",
        "no window",
        "`x` is not a number",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn piers_lie_at_the_water_and_boats_at_piers() {
    let water = "[water]\nlakes = \"lake.geojson\"\npiers = \"piers.csv\"\n";
    let far = "id,name,lat,lon,quality\nW1,x,24.55,103.01,C\n";
    let r = read(water, &[UnitKind::Boat], &[("piers.csv", far), ("lake.geojson", LAKE)]);
    assert!(r.told().contains("pier `W1` lies 1011 m from any water"), "{}", r.told());
    assert!(r.told().contains("post `P1` has a boat"), "{}", r.told());
    for (lake, expected) in
        [("{}", "no polygon"), (r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0.9]]]}"#, "crosses itself")]
    {
        let r = read(water, &[UnitKind::Boat], &[("piers.csv", PIERS), ("lake.geojson", lake)]);
        assert!(r.faults.has_errors() && r.told().contains(expected), "{}", r.told());
    }
    let r = read("[air]\n", &[UnitKind::Helicopter], &[]);
    assert!(r.told().contains("no place where helicopters land"), "{}", r.told());
}
