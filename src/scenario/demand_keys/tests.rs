//! Keys of demand in full on top of a bundled scenario, read from files as a planner's are.

use crate::demand::{CallOrigin, CallSource, LogColumns, PhoneCall, nearest_point};
use crate::fault::{Faults, Severity};
use crate::geo::LatLon;
use crate::ids::{HospitalId, PointId};
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::units::{SimTime, Span};
use std::fs;
use std::path::Path;

/// Reads `yuxi-now` with `more` on top, and files beside it.
fn load(more: &str, files: &[(&str, &str)]) -> Result<Scenario, Faults> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let file = folder.path().join("s.toml");
    fs::write(&file, format!("base = {:?}\nname = \"s\"\n{more}", base.display().to_string())).unwrap();
    Scenario::load(&file)
}

/// Every line of faults.
fn faults(more: &str, files: &[(&str, &str)]) -> String {
    match load(more, files) {
        Ok(s) => panic!("no fault; warnings: {}", s.warnings),
        Err(faults) => faults.to_string(),
    }
}

fn calls(s: &Scenario, days: f64) -> Vec<PhoneCall> {
    let mut source = CallSource::new(&s.demand, &s.points, s.run.seed, 0);
    std::iter::from_fn(|| source.next_call()).take_while(|c| c.ring < SimTime::from_days(days)).collect()
}

/// A block of the documentation with the tables that follow it: (title, toml, [(file, csv)]).
type Fragment = (String, String, Vec<(String, String)>);

/// The blocks of the documentation's section.
fn documented() -> Vec<Fragment> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/file-formats.md")).unwrap();
    let section = text.split("### Demand in full\n").nth(1).unwrap().split("\n### ").next().unwrap();
    let mut out: Vec<Fragment> = Vec::new();
    let (mut title, mut file) = (String::new(), String::new());
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        if let Some(bold) = line.strip_prefix("**") {
            title = bold.split("**").next().unwrap().trim_end_matches('.').to_string();
        } else if line.starts_with('`') && line.ends_with("`:") {
            file = line.trim_matches(['`', ':']).to_string();
        } else if let Some(kind) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            let body = body.join("\n") + "\n";
            match kind {
                "toml" => out.push((title.clone(), body, Vec::new())),
                "csv" => out.last_mut().unwrap().2.push((file.clone(), body)),
                _ => panic!("a block of {kind}"),
            }
        }
    }
    out
}

#[test]
fn every_documented_fragment_is_a_scenario() {
    let plain = load("", &[]).unwrap();
    let all = documented();
    assert!(all.len() >= 11, "{}", all.len());
    for (title, toml, files) in all {
        let files: Vec<(&str, &str)> = files.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect();
        let s = load(&toml, &files).unwrap_or_else(|faults| panic!("{title}: {faults}"));
        // It does something, says what it rests on, and gives calls.
        assert_ne!(s.demand, plain.demand, "{title}");
        assert!(s.assumptions.len() > plain.assumptions.len() || title.starts_with("Seasons"), "{title}");
        let strangers: Vec<String> = s
            .warnings
            .0
            .iter()
            .filter(|w| !plain.warnings.0.iter().any(|p| p.message == w.message))
            .map(ToString::to_string)
            .collect();
        // The log of the documentation is short.
        let expected = if title.starts_with("Replaying") { "its last call is on day 2" } else { "" };
        assert!(strangers.iter().all(|w| !expected.is_empty() && w.contains(expected)), "{title}: {strangers:?}");
        assert!(!calls(&s, 2.0).is_empty(), "{title}");
        let places = s.points.len() + s.sites.len();
        assert!(calls(&s, 10.0).iter().all(|c| c.point.index() < places), "{title}");
    }
}

#[test]
fn nothing_of_it_changes_a_plain_scenario() {
    let s = load("", &[]).unwrap();
    assert_eq!(s.demand.patterns, crate::demand::Patterns::default());
    assert!(s.sites.is_empty() && s.demand.casualties.is_empty() && s.demand.transfers.is_empty());
    // A neutral pattern is none: the same calls.
    let neutral = "[run]\nstart_month = 3\n[demand]\nmonthly = [1,1,1,1,1,1,1,1,1,1,1,1]\n";
    let t = load(neutral, &[]).unwrap();
    let same = |a: &PhoneCall, b: &PhoneCall| {
        (a.ring, a.point, a.category, a.dispatch) == (b.ring, b.point, b.category, b.dispatch)
    };
    let (a, b) = (calls(&s, 20.0), calls(&t, 20.0));
    assert!(a.len() > 1000 && a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a, b)));
}

#[test]
fn events_become_what_the_engine_reads() {
    let all = documented();
    let fragment = |start: &str| all.iter().find(|d| d.0.starts_with(start)).unwrap();
    let s = load(&fragment("Incidents").1, &[]).unwrap();
    let [coach] = s.demand.casualties.as_slice() else { panic!("{:?}", s.demand.casualties) };
    assert_eq!(coach.at, SimTime::from_days(9.0) + Span::from_minutes(870.0));
    assert_eq!((coach.site, s.sites.len()), (PointId::new(s.points.len()), 1));
    assert_eq!((coach.patients.iter().map(|p| p.1).sum::<u32>(), coach.callers), (32, 15));
    assert_eq!((s.sites[0].id.as_str(), s.sites[0].at.lat), ("coach", 24.229));
    assert!(s.sites[0].county.is_some());
    let first = calls(&s, 11.0).into_iter().find(|c| c.origin == CallOrigin::Casualty(0)).unwrap();
    assert_eq!((first.ring, first.point, first.category), (coach.at, coach.site, coach.patients[0].0));

    let s = load(&fragment("Transfers").1, &[]).unwrap();
    let streams = &s.demand.transfers;
    // 21 secondary hospitals to the nearest tertiary one; two township ones to two each.
    assert_eq!((streams.iter().filter(|t| t.key == "up").count(), streams.len()), (21, 25));
    let of = |id: &str| s.hospitals.iter().position(|h| h.id == id).unwrap();
    let site = |id: &str| PointId::new(s.points.len() + s.sites.iter().position(|p| p.id == id).unwrap());
    let up = streams.iter().find(|t| t.from == site("H011")).unwrap();
    assert_eq!(up.to, HospitalId::new(of("H003")), "the nearest tertiary one takes heart patients");
    // H002 is tertiary and nearer to some, but takes no heart patients.
    assert!(streams.iter().filter(|t| t.key == "up").all(|t| t.to != HospitalId::new(of("H002"))));
    let township: Vec<f64> = streams.iter().filter(|t| t.from == site("H025")).map(|t| t.per_day).collect();
    assert!((township.iter().sum::<f64>() - 60.0 / 365.25).abs() < 1e-12, "{township:?}");
    assert!((township[0] / township[1] - 7.0 / 3.0).abs() < 1e-12);
    assert_eq!(s.sites.len(), 23, "each hospital is one site");

    let (_, toml, files) = fragment("Further");
    let s = load(toml, &[(&files[0].0, &files[0].1)]).unwrap();
    let names: Vec<&str> = s.sites.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(names, ["S04", "S05", "pier-1"]);
    assert_eq!(s.sites[2].zone, Zone::Rural);
    let [visitors, workers] = s.demand.patterns.populations.as_slice() else { panic!() };
    assert_eq!(visitors.people[2].point, PointId::new(s.points.len() + 2));
    assert_eq!(
        workers.people.iter().map(|p| (p.point, p.people)).collect::<Vec<_>>(),
        [(PointId(0), 9000.0), (PointId(1), 4000.0)]
    );
    assert!((visitors.shares.as_ref().unwrap().iter().sum::<f64>() - 1.0).abs() < 1e-12);

    let s = load(&fragment("Epidemic").1, &[]).unwrap();
    let wave = &s.demand.patterns.waves[0];
    let usual: f64 = s.points.iter().map(|p| s.demand.dispatches_per_day(p)).sum::<f64>() * 0.03;
    assert!((wave.peak_per_day / (4.0 * usual) - 1.0).abs() < 1e-9);
    let s = load(&fragment("Good and bad").1, &[]).unwrap();
    let per_day: f64 = s.points.iter().map(|p| s.demand.dispatches_per_day(p)).sum();
    assert!((1.0 + s.demand.patterns.day_cv2 * per_day - 1.6).abs() < 1e-12);
    let s = load(&fragment("Surges").1, &[]).unwrap();
    let areas: Vec<usize> = s.demand.patterns.surges.iter().map(|s| s.area.as_ref().unwrap().len()).collect();
    let county = s.counties.iter().position(|c| c.name.zh == "通海县").unwrap();
    assert_eq!(areas[0], s.points.iter().filter(|p| p.county.is_some_and(|c| c.index() == county)).count());
    assert!(areas[1] > 0 && areas[1] < s.points.len());
}

#[test]
fn a_log_is_read_row_by_row() {
    let all = documented();
    let (_, toml, files) = all.iter().find(|d| d.0.starts_with("Replaying")).unwrap();
    let s = load(toml, &[(&files[0].0, &files[0].1)]).unwrap();
    let rows = &s.demand.log.as_ref().unwrap().rows;
    let key = |i: usize| s.demand.categories[rows[i].category.index()].key.as_str();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0].ring, SimTime::ZERO + Span::from_seconds(8.0 * 3600.0 + 760.0));
    assert_eq!((key(0), rows[0].dispatch, rows[0].transport), ("cardio", true, Some(true)));
    assert_eq!(rows[0].hospital.map(|h| s.hospitals[h.index()].id.as_str()), Some("H001"));
    let spans = |i: usize| [rows[i].handling, rows[i].turnout, rows[i].scene, rows[i].handover, rows[i].clear];
    assert_eq!(spans(0), [85.0, 110.0, 900.0, 540.0, 600.0].map(|v| Some(Span::from_seconds(v))));
    assert!(!rows[1].dispatch && spans(1)[1].is_none());
    assert_eq!((key(2), rows[2].transport), ("traffic", None));
    // Without a category, by priority: only one has the third.
    assert_eq!((key(3), rows[3].transport), ("other", Some(false)));
    let places = [(24.3502, 102.5491), (24.2931, 102.7415), (24.6735, 102.908), (24.1113, 102.765)];
    for (row, (lat, lon)) in rows.iter().zip(places) {
        assert_eq!(Some(row.point), nearest_point(&s.points, LatLon::new(lat, lon)));
    }
    let note = s.assumptions.iter().find(|a| a.key == "demand.log").unwrap();
    assert!(note.value.contains("4 calls, 3 dispatches, day 0 = 2025-03-03, median"), "{}", note.value);
    assert_eq!(note.quality.mark(), "A");
    // Seconds instead of dates, ids instead of positions, rows in any order.
    let log = "t,where\n7200,B0002\n60.5,B0001\n";
    let toml = "[demand]\nlog = \"l.csv\"\n[demand.log_columns]\ntime = \"t\"\npoint = \"where\"\n";
    let s = load(toml, &[("l.csv", log)]).unwrap();
    let rows = &s.demand.log.as_ref().unwrap().rows;
    assert_eq!(rows.iter().map(|r| (r.ring.seconds(), r.point.0)).collect::<Vec<_>>(), [(60.5, 0), (7200.0, 1)]);
    assert!(rows.iter().all(|r| r.dispatch && r.category.index() < s.demand.categories.len()));
}

#[test]
fn all_rows_of_a_log_are_told_at_once() {
    let toml = "[demand]\nlog = \"l.csv\"\nlog_start = \"2025-03-03\"\n[demand.log_columns]\nlat = \"lat\"\nlon = \"lon\"\n\
                category = \"what\"\ndispatch = \"sent\"\nscene_s = \"scene\"\nhospital = \"to\"\npriority = \"p\"\n";
    let log = "time,lat,lon,what,p,sent,scene,to\n\
        2025-03-03 08:00,24.35,102.55,cardio,,yes,600,H001\n\
        2025-03-02 08:00,24.35,102.55,cardio,,yes,,\n\
        yesterday,24.35,102.55,cardio,,yes,,\n\
        3600,24.35,102.55,cardio,,yes,,\n\
        2025-03-03 08:00,102.55,24.35,cardio,,yes,,\n\
        2025-03-03 08:00,24.35,102.55,cardoi,,maybe,,\n\
        2025-03-03 08:00,24.35,102.55,,9,yes,9999999,H01\n";
    let told = faults(toml, &[("l.csv", log)]);
    for (place, words) in [
        ("l.csv:3:1", "before day 0, 2025-03-03"),
        ("l.csv:4:1", "`yesterday` is no time"),
        ("l.csv:5:1", "written in another way"),
        ("l.csv:6:18", "swapped"),
        ("l.csv:7:31", "did you mean `cardio`"),
        ("l.csv:7:39", "neither yes nor no"),
        ("l.csv:8:32", "no category has the priority `9`"),
        ("l.csv:8:38", "more than a month"),
        ("l.csv:8:46", "there is no hospital `H01`"),
    ] {
        let line = told.lines().find(|l| l.contains(place) && l.contains(words));
        assert!(line.is_some(), "{place} {words} in\n{told}");
    }
    assert_eq!(told.lines().count(), 9, "{told}");
}

#[test]
fn far_calls_and_late_ones_are_warned_of() {
    let toml = "[demand]\nlog = \"l.csv\"\n[demand.log_columns]\nlat = \"lat\"\nlon = \"lon\"\n";
    let warned = |log: &str| {
        let s = load(toml, &[("l.csv", log)]).unwrap();
        s.warnings.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let far = warned(
        "time,lat,lon\n2025-03-03 08:00,30.35,102.55\n2025-04-30 08:00,24.3519,102.5489\n2025-04-30 08:00,30.35,102.55\n",
    );
    assert!(far.contains("half of its calls are more than"), "{far}");
    assert!(far.contains("2 of its 3 calls are after the last day") && far.contains("days = 58"), "{far}");
    let some = warned(
        "time,lat,lon\n2025-03-03 08:00,30.35,102.55\n2025-03-31 08:00,24.3519,102.5489\n2025-03-31 08:00,24.3519,102.5489\n",
    );
    assert!(some.contains("33 % of its calls are more than 5 km"), "{some}");
    assert!(!some.contains("after the last day") && !some.contains("its last call"), "{some}");
}

#[test]
fn faults_say_where_and_what_to_do() {
    let name = "key = \"k\"\nname = { zh = \"甲\", en = \"a\" }\n";
    let people = "people.value = { B0001 = 10 }\nper_1000_year = 5\n";
    let hours = "when = [\"sat\"]\n";
    let coach = "at = \"day 3 12:00\"\nlat = 24.3\nlon = 102.5\n";
    let hurt = "patients = [{ category = \"traffic\", n = 3 }]\n";
    let up = "category = \"cardio\"\nfrom_level = \"secondary\"\nto_level = \"tertiary\"\n";
    let flu = "category = \"other\"\nstart = \"day 3\"\npeak = \"day 5\"\nend = \"day 9\"\n";
    let cases: &[(String, &str, &str)] = &[
        ("[run]\nstart_date = \"2025-01-07\"\n".into(), "run.start_date: 2025-01-07 is not a Monday", "2025-01-06"),
        ("[run]\nstart_date = \"2025-02-30\"\n".into(), "is no date", "start_date ="),
        ("[run]\nstart_month = 13\n".into(), "run.start_month: 13 is no month", "1 to 12"),
        ("[run]\nstart_month = 1\nstart_date = \"2025-01-06\"\n".into(), "there is a start_date too", "one of the two"),
        ("[demand]\nmonthly = [1,1,1,1,1,1,1,1,1,1,1,1]\n".into(), "in which month day 0 is", "start_month"),
        ("[demand]\nmonthly = [1, 2]\n".into(), "demand.monthly: 12 weights", ""),
        ("[demand]\ngrowth_per_year = 0.03\n".into(), "over how many years", "years = 5"),
        ("[demand]\nyears = 3\n".into(), "nothing grows", "growth_per_year"),
        ("[demand]\ngrowth_per_year = 3\nyears = 3\n".into(), "demand.growth_per_year: 3 is not allowed", "to 1"),
        (
            "[demand.elderly]\nfactor = 1.2\nrelative_rate = 4\n".into(),
            "have no share of people over 65",
            "column `elderly`",
        ),
        (
            "[demand.elderly]\nfactor = 1.2\nrelative_rate = 4\nshare = 14\n".into(),
            "14 is not a share",
            "between 0 and 1",
        ),
        ("[demand.variation]\ncv = 0.1\nvariance_to_mean = 2\n".into(), "one of `cv` and", "cv = 0.1"),
        ("[demand.variation]\nvariance_to_mean = 0.5\n".into(), "0.5 is not allowed", "from 1"),
        ("[demand.variation]\nvariance_to_mean = 100000\n".into(), "cannot be reached", "over its mean"),
        ("[demand.bursts]\nper_week = 100\nlasts_min = 120\nfactor = 2\n".into(), "more than the whole week", "fewer"),
        (
            "[[category]]\nkey = \"cardio\"\n[category.pattern]\nurban = -1\n".into(),
            "category[0].pattern.urban: -1",
            "from 0",
        ),
        (
            "[[category]]\nkey = \"cardio\"\n[category.pattern]\nhuorly = [1]\n".into(),
            "`huorly` is not known",
            "`hourly`",
        ),
        (format!("[[population]]\n{name}per_1000_year = 5\n"), "one of `table` and `people`", "table ="),
        (
            format!("[[population]]\n{name}people.value = {{ B001 = 5 }}\nper_1000_year = 5\n"),
            "no place with the id `B001`",
            "did you mean",
        ),
        (format!("[[population]]\n{name}table = \"no.csv\"\nper_1000_year = 5\n"), "population[0].table", ""),
        (
            format!("[[population]]\n{name}{people}[[population]]\n{name}{people}"),
            "population[1].key: `k` is there twice",
            "its own",
        ),
        (
            format!("[[population]]\n{name}{people}categories.value = {{ cadio = 1 }}\n"),
            "no category `cadio`",
            "`cardio`",
        ),
        (
            format!("[[population]]\n{name}{people}monthly = [1,1,1,1,1,1,1,1,1,1,1,2]\n"),
            "in which month day 0 is",
            "start_date",
        ),
        (format!("[[surge]]\n{name}{hours}factor = -1\n"), "surge[0].factor: -1 is not allowed", "from 0"),
        (format!("[[surge]]\n{name}when = [\"someday\"]\nfactor = 2\n"), "surge[0].when[0]", "did you mean"),
        (format!("[[surge]]\n{name}{hours}factor = 2\ncounties = [\"通海\"]\n"), "there is no county `通海`", "通海县"),
        (
            format!("[[surge]]\n{name}{hours}factor = 2\npolygon = [[0, 0], [0, 1], [1, 1]]\n"),
            "no demand point lies in",
            "right order",
        ),
        (
            format!("[[surge]]\n{name}{hours}factor = 0.5\ncategories.value = {{ cardio = 1 }}\n"),
            "a factor below 1 brings none",
            "leave",
        ),
        (format!("[[wave]]\n{name}{flu}"), "one of `peak_per_day`, `total` and", "count dispatches"),
        (
            format!("[[wave]]\n{name}{}total = 5\n", flu.replace("day 5", "day 15")),
            "wave[0].peak: the height is not between",
            "in order",
        ),
        (format!("[[wave]]\n{name}{}total = 5\n", flu.replace("day 3", "day 3 12:00")), "whole days", "leave the time"),
        (format!("[[wave]]\n{name}{}total = 5\n", flu.replace("day 9", "friday")), "wave[0].end", "day 3"),
        (format!("[[casualty]]\n{name}{coach}patients = []\n"), "nobody is hurt", "n = 12"),
        (
            format!("[[casualty]]\n{name}{}{hurt}", coach.replace("day 3 12:00", "day 3")),
            "at what time of day",
            "14:30",
        ),
        (format!("[[casualty]]\n{name}{}{hurt}", coach.replace("24.3", "240.3")), "not on the globe", "WGS-84"),
        (format!("[[casualty]]\n{name}{coach}{}", hurt.replace("= 3", "= 0")), "patients[0].n: 0 is not", "from 1"),
        (format!("[[transfer]]\n{name}{up}"), "how many are transferred", "per_day"),
        (
            format!("[[transfer]]\n{name}{}per_day = 1\n", up.replace("tertiary", "teritary")),
            "no hospital has the level",
            "primary, secondary, tertiary",
        ),
        (
            format!(
                "[[transfer]]\n{name}category = \"cardio\"\nfrom = [\"H0011\"]\nto_level = \"tertiary\"\nper_day = 1\n"
            ),
            "no hospital `H0011`",
            "did you mean",
        ),
        (
            format!(
                "[[transfer]]\n{name}category = \"cardio\"\nfrom = [\"H011\"]\nto.value = {{ H002 = 1 }}\nper_day = 1\n"
            ),
            "takes no patients who need `cardiac`",
            "receives",
        ),
        (
            format!(
                "[[transfer]]\n{name}category = \"cardio\"\nfrom = [\"H001\"]\nto.value = {{ H001 = 1 }}\nper_day = 1\n"
            ),
            "nowhere to go from H001",
            "another",
        ),
        ("[demand]\nlog = \"calls.csv\"\n".into(), "in which columns places are", "point ="),
        ("[demand]\nlog_start = \"2025-03-03\"\n".into(), "demand.log_start: there is no log", "log ="),
        (
            format!("[[population]]\n{name}people.value = {{ B0001 = 9e8 }}\nper_1000_year = 90000\n"),
            "phone calls a day",
            "cannot be meant",
        ),
        ("[demand]\nlog = \"no.csv\"\n[demand.log_columns]\npoint = \"p\"\n".into(), "demand.log", ""),
        (
            "[demand]\nlog = \"no.csv\"\n[demand.log_columns]\npoint = \"p\"\nscene = \"s\"\n".into(),
            "the key `scene` is not known here",
            "did you mean `scene_s`?",
        ),
    ];
    let mut wrong = Vec::new();
    for (toml, message, hint) in cases {
        let told = match load(toml, &[]) {
            Ok(_) => "no fault".to_string(),
            Err(faults) => faults.to_string(),
        };
        let fine = |l: &str| l.contains(message) && l.contains(hint) && l.contains(".toml:");
        if !told.lines().any(fine) {
            wrong.push(format!("{toml}\n{message} ({hint}) in\n{told}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shares_of_old_people_come_from_either_table() {
    let s = load("", &[]).unwrap();
    assert!(s.points.iter().all(|p| p.elderly.is_none()));
    let read = |name: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi").join(name)).unwrap()
    };
    // A column at the end of every row.
    let with = |name: &str, column: &str, value: &dyn Fn(usize) -> String| {
        let text = read(name);
        let rows = text.lines().enumerate();
        let rows = rows.map(|(i, l)| format!("{l},{}", if i == 0 { column.to_string() } else { value(i) }));
        rows.collect::<Vec<_>>().join("\n") + "\n"
    };
    let counties = with("counties.csv", "elderly", &|i| format!("0.{i}"));
    let demand = with("demand.csv", "elderly", &|i| if i == 1 { "0.55".into() } else { String::new() });
    let toml =
        "[tables]\ncounties = \"c.csv\"\ndemand = \"d.csv\"\n[demand.elderly]\nfactor = 1.2\nrelative_rate = 4\n";
    let t = load(toml, &[("c.csv", &counties), ("d.csv", &demand)]).unwrap();
    assert_eq!(t.points[0].elderly, Some(0.55));
    let county = t.points[200].county.unwrap().index();
    assert_eq!(t.points[200].elderly, Some(format!("0.{}", county + 1).parse().unwrap()));
    let more = |i: usize| t.demand.dispatches_per_day(&t.points[i]) / s.demand.dispatches_per_day(&s.points[i]);
    assert!((more(0) - (0.45 + 0.55 * 4.0 * 1.2) / (0.45 + 0.55 * 4.0)).abs() < 1e-12);
    let wrong = with("counties.csv", "elderly", &|i| format!("{}", i * 5));
    let told = faults(toml, &[("c.csv", &wrong), ("d.csv", &demand)]);
    assert!(told.contains("c.csv:2:") && told.contains("5 is not a share"), "{told}");
    assert!(
        load(toml, &[("c.csv", &wrong), ("d.csv", &demand)])
            .unwrap_err()
            .0
            .iter()
            .all(|f| f.severity == Severity::Error)
    );
}

#[test]
fn every_column_of_a_log_has_its_key() {
    let keys = [
        "time",
        "lat",
        "lon",
        "point",
        "category",
        "priority",
        "dispatch",
        "handling_s",
        "turnout_s",
        "scene_s",
        "transport",
        "hospital",
        "handover_s",
        "clear_s",
    ];
    let text: String = keys.iter().map(|key| format!("{key} = \"the {key}\"\n")).collect();
    let columns: LogColumns = toml::from_str(&text).unwrap();
    assert_eq!(columns.names(), keys.map(|key| format!("the {key}")));
    assert_eq!(toml::from_str::<LogColumns>("").unwrap().names(), ["time"]);
}
