//! Calibration against truth: a scenario with known values is simulated, its calls are written as a log, and a scenario with
//! wrong values is calibrated from it.

use super::*;
use crate::demand::Date;
use crate::experiment::prepare;
use crate::sim::{self, CallRecord, Options, PartKind, Stamp, World};
use crate::stats::Estimate;
use std::fmt::Write;
use std::fs;

/// What the log is made of: the bundled scenario with other values.
const TRUTH: &str = r#"
[demand]
urban_per_1000_year = 20
rural_per_1000_year = 8
phone_calls_per_dispatch = 3.2
hourly = [10, 10, 10, 10, 10, 20, 30, 40, 60, 70, 70, 60, 50, 50, 50, 50, 60, 60, 60, 50, 40, 30, 20, 15]
weekday = [1.2, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8]
variation = { cv = 0.15 }
[call_taking]
pickup = { dist = "lognormal", median_s = 8, sigma = 0.5 }
handling = { dist = "lognormal", median_s = 70, sigma = 0.5 }
handling_no_dispatch = { dist = "exponential", mean_s = 50 }
[durations]
turnout = { dist = "lognormal", median_s = 95, sigma = 0.5 }
turnout_on_road = { dist = "lognormal", median_s = 40, sigma = 0.3 }
scene = { dist = "weibull", scale_s = 1000, shape = 2 }
scene_left = { dist = "exponential", mean_s = 600 }
handover = { dist = "lognormal", median_s = 500, sigma = 0.6 }
clear = { dist = "weibull", scale_s = 700, shape = 1.5 }
[travel]
response_factor = 1.2
transport_factor = 1.0
scatter_sigma = 0.15
[[category]]
key = "cardio"
share = 0.4
transport = 0.9
[[category]]
key = "other"
share = 0.2
transport = 0.5
"#;

/// What is known of each value: where it stands (a parameter after the last point), and what it is.
const KNOWN: [(&str, f64); 24] = [
    ("demand.urban_per_1000_year", 20.0),
    ("demand.rural_per_1000_year", 8.0),
    ("demand.phone_calls_per_dispatch", 3.2),
    ("call_taking.pickup.median_s", 8.0),
    ("call_taking.pickup.sigma", 0.5),
    ("call_taking.handling.median_s", 70.0),
    ("call_taking.handling.sigma", 0.5),
    ("call_taking.handling_no_dispatch.mean_s", 50.0),
    ("durations.turnout.median_s", 95.0),
    ("durations.turnout.sigma", 0.5),
    ("durations.turnout_on_road.median_s", 40.0),
    ("durations.turnout_on_road.sigma", 0.3),
    ("durations.scene.scale_s", 1000.0),
    ("durations.scene.shape", 2.0),
    ("durations.scene_left.mean_s", 600.0),
    ("durations.handover.median_s", 500.0),
    ("durations.handover.sigma", 0.6),
    ("durations.clear.scale_s", 700.0),
    ("durations.clear.shape", 1.5),
    ("travel.response_factor", 1.2),
    ("travel.transport_factor", 1.0),
    ("travel.scatter_sigma", 0.15),
    ("category[cardio].transport", 90.0),
    ("category[other].transport", 50.0),
];

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml")
}

fn variant(folder: &Path, name: &str, more: &str) -> PathBuf {
    let file = folder.join(format!("{name}.toml"));
    let base = bundled();
    fs::write(&file, format!("schema = 1\nbase = {:?}\nname = \"{name}\"\n{more}", base.display().to_string()))
        .unwrap();
    file
}

/// Columns of the logs of these tests.
const COLUMNS: [(&str, &str); 18] = [
    ("time", "来电时间"),
    ("answered", "接听"),
    ("triaged", "受理完成"),
    ("assigned", "派车"),
    ("departed", "出车"),
    ("arrived", "到达现场"),
    ("left_scene", "离开现场"),
    ("at_hospital", "到达医院"),
    ("handed_over", "交接完成"),
    ("clear", "待命"),
    ("lat", "纬度"),
    ("lon", "经度"),
    ("category", "类别"),
    ("dispatch", "是否出车"),
    ("hospital", "医院"),
    ("post", "站点"),
    ("sent_from", "派出"),
    ("transport", "送院"),
];

fn mapping() -> LogMapping {
    let words: Vec<String> = COLUMNS.iter().map(|(key, column)| format!("{key}={column}")).collect();
    LogMapping::read(None, &words).unwrap()
}

/// A moment of a simulation as a dispatch system writes it, cut down to `step` seconds; day 0 is 2025-01-06.
fn moment(seconds: f64, step: f64) -> String {
    let seconds = if step > 0.0 { (seconds / step).floor() * step } else { seconds };
    let day = (seconds / 86_400.0).floor();
    let date = Date::new(2025, 1, 6).unwrap().after(day as i64);
    let rest = seconds - day * 86_400.0;
    let (hour, minute) = ((rest / 3600.0).floor(), (rest % 3600.0 / 60.0).floor());
    format!("{date} {hour:02}:{minute:02}:{:09.6}", rest % 60.0)
}

/// The calls of a simulation as a log.
fn log_of(world: &World, calls: &[CallRecord], step: f64) -> String {
    let s = &world.scenario;
    let mut out = COLUMNS.map(|(_, column)| column).join(",") + "\n";
    for call in calls.iter().filter(|c| c.kind == PartKind::Call) {
        let mut row: Vec<String> = Stamp::ALL[..10]
            .iter()
            .map(|stamp| call.at(*stamp).map_or(String::new(), |t| moment(t.seconds(), step)))
            .collect();
        let at = s.points[call.point.index()].at;
        row.extend([format!("{:.6}", at.lat), format!("{:.6}", at.lon)]);
        let dispatched = call.category.is_some();
        row.push(call.category.map_or(String::new(), |c| s.demand.categories[c.index()].name.zh.clone()));
        row.push(if dispatched { "是" } else { "否" }.into());
        row.push(call.hospital.map_or(String::new(), |h| s.hospitals[h.index()].id.clone()));
        let home = call.unit.filter(|_| !call.from_road).map(|u| s.units[u.index()].post);
        row.push(home.map_or(String::new(), |p| s.posts[p.index()].id.clone()));
        row.push(call.unit.map_or("", |_| if call.from_road { "途中" } else { "站内" }).into());
        let reached = call.at(Stamp::LeftScene).is_some();
        row.push(match (reached, call.hospital) {
            (false, _) => String::new(),
            (true, Some(_)) => "是".into(),
            (true, None) => "否".into(),
        });
        writeln!(out, "{}", row.join(",")).unwrap();
    }
    out
}

fn calibrated(folder: &Path, text: &str, hold_out: f64) -> Calibrated {
    let log = folder.join("calls.csv");
    fs::write(&log, text).unwrap();
    let ask = Ask {
        scenario: bundled(),
        log,
        mapping: mapping(),
        out: folder.join("new/fitted.toml"),
        hold_out,
        replications: 2,
        days: Some(14.0),
        seed: None,
    };
    calibrate(&ask, &mut |_| {}).unwrap_or_else(|faults| panic!("{faults}"))
}

fn simulated(folder: &Path, days: f64) -> (World, Vec<CallRecord>) {
    let file = variant(folder, "truth", TRUTH);
    let overrides = Overrides { seed: Some(11), replications: Some(1), days: Some(days) };
    let prepared = prepare(&file, &overrides).unwrap_or_else(|faults| panic!("{faults}"));
    let (_, calls) = sim::run(&prepared.world, &Options::by(&prepared.pack.targets(), true), 11, 0);
    (prepared.world, calls)
}

/// The interval of a value.
fn interval(c: &Calibration, key: &str) -> Option<Estimate> {
    let plain = |text: &str| -> Option<Estimate> {
        let (low, high) = text.trim_end_matches('%').split_once('–')?;
        let (low, high): (f64, f64) = (low.parse().ok()?, high.parse().ok()?);
        Some(Estimate { mean: (low + high) / 2.0, low, high })
    };
    if let Some(value) = c.values.iter().find(|v| v.key == key) {
        return plain(&value.interval);
    }
    let (dist, parameter) = key.rsplit_once('.')?;
    let fit = c.times.iter().find(|f| f.key == dist)?;
    fit.parameters.iter().find(|(name, _)| name == parameter).map(|(_, e)| *e)
}

/// Every known value lies in its interval, or (one of 20 need not) hardly outside.
fn holds(c: &Calibration, without: &[&str]) {
    let mut outside = Vec::new();
    for (key, truth) in KNOWN.iter().filter(|(key, _)| !without.iter().any(|w| key.starts_with(w))) {
        let e = interval(c, key).unwrap_or_else(|| panic!("{key}: {:#?} {:#?}", c.times, c.left));
        let middle = (e.low + e.high) / 2.0;
        // 1.68 times the half width of a 95 % interval is that of one of 99.9 %; the figures shown are rounded.
        let off = (truth - middle).abs() / ((e.high - e.low) / 2.0);
        assert!(off < 1.68, "{key}: {truth} is not in {}–{}", e.low, e.high);
        if off > 1.0 {
            outside.push(*key);
        }
    }
    assert!(outside.len() <= 4, "{outside:?}");
}

#[test]
fn known_values_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (world, calls) = simulated(folder.path(), 42.0);
    let done = calibrated(folder.path(), &log_of(&world, &calls, 0.0), 0.0);
    let c = &done.calibration;
    assert_eq!((c.log.days, c.log.first.as_str(), c.log.last.as_str()), (42, "2025-01-07", "2025-02-17"));
    assert_eq!((c.log.calls, c.log.rows), (calls.len(), calls.len()));
    holds(c, &[]);
    let aside: Vec<Reason> = c.log.aside.iter().map(|a| a.reason).collect();
    assert!(aside.iter().all(|r| *r == Reason::ShortDrive), "nothing of a clean log is set aside: {:?}", c.log.aside);

    // Weights and shares.
    let truth = &world.scenario.demand;
    let doc: toml::Table = done.toml.parse().unwrap();
    let numbers = |key: &str| -> Vec<f64> {
        let list = doc["demand"][key]["value"].as_array().unwrap();
        list.iter().map(|v| v.as_float().unwrap()).collect()
    };
    for (hour, found) in numbers("hourly").iter().enumerate() {
        assert!((found / truth.hourly[hour] - 1.0).abs() < 0.3, "{hour}: {found} for {}", truth.hourly[hour]);
    }
    for (day, found) in numbers("weekday").iter().enumerate() {
        assert!((found / truth.weekday[day] - 1.0).abs() < 0.2, "{day}: {found} for {}", truth.weekday[day]);
    }
    for (category, found) in truth.categories.iter().zip(doc["category"].as_array().unwrap()) {
        assert_eq!(found["key"].as_str(), Some(category.key.as_str()));
        let share = found["share"]["value"].as_float().unwrap();
        assert!((share - category.share).abs() < 0.025, "{}: {share} for {}", category.key, category.share);
    }
    // About 80 dispatches a day and a coefficient of variation of 0.15 make 2.8.
    let dispersion = c.demand.dispersion.unwrap();
    assert!((1.7..4.2).contains(&dispersion) && c.demand.dispersion_p.unwrap() < 0.01, "{dispersion}");

    // The new scenario is one, and says of every value where it comes from.
    let out = folder.path().join("new/fitted.toml");
    fs::write(&out, &done.toml).unwrap();
    let new = Scenario::load(&out).unwrap_or_else(|faults| panic!("{faults}\n{}", done.toml));
    assert_eq!(new.name, "yuxi-now-calibrated");
    for value in c.values.iter().filter(|v| !v.key.starts_with("category")) {
        let noted = new.assumptions.iter().find(|a| a.key == value.key).unwrap_or_else(|| panic!("{}", value.key));
        assert_eq!(noted.quality, crate::quality::Quality::Calibrated, "{}", value.key);
        assert!(noted.source.starts_with("calibrated from calls.csv, n = "), "{}", noted.source);
    }
    assert!(done.toml.contains("# calibrated from calls.csv, n = "), "{}", done.toml);
    let varied = crate::experiment::sensitivity::guesses(&new, 0.2).unwrap();
    assert!(varied.factors.iter().any(|f| f.name == "durations.turnout"));

    // With the right values the simulation comes near everything, also to the response time, which was not fitted.
    let response = c.checks.iter().find(|k| k.key == "response").unwrap();
    assert!(!response.fitted && response.distance < 0.05, "{response:?}");
    for check in &c.checks {
        assert!(check.distance < 0.08 || check.p_value > 0.001, "{}: {} {}", check.key, check.distance, check.p_value);
    }
    let steps: Vec<&str> = c.checks.iter().map(|k| k.key.as_str()).collect();
    assert!(steps.len() == 13, "{steps:?}");
}

#[test]
fn known_values_come_back_from_whole_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let (world, calls) = simulated(folder.path(), 42.0);
    let done = calibrated(folder.path(), &log_of(&world, &calls, 60.0), 0.25);
    let c = &done.calibration;
    assert!(c.log.written.iter().all(|w| w.seconds == 60.0), "{:?}", c.log.written);
    assert_eq!(c.log.held_out_days, 10);
    // Of 8 seconds whole minutes tell nothing, of 40 hardly anything.
    holds(c, &["call_taking.pickup", "durations.turnout_on_road"]);
    let turnout = c.times.iter().find(|f| f.key == "durations.turnout").unwrap();
    assert_eq!((turnout.dist.as_str(), turnout.rounded_to_s, turnout.zeros), ("lognormal", 60.0, 0.0));
    assert!(c.remarks.iter().any(|r| r.en.contains("whole minutes")), "{:?}", c.remarks);
    let response = c.checks.iter().find(|k| k.key == "response").unwrap();
    assert!(response.distance < 0.08, "{response:?}");
}

#[test]
fn bad_cells_are_named_and_impossible_times_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Scenario::load(&bundled()).unwrap();
    let read = |text: &str, words: &[&str]| {
        let file = folder.path().join("log.csv");
        fs::write(&file, text).unwrap();
        let words: Vec<String> = words.iter().map(|w| (*w).to_string()).collect();
        let mapping = LogMapping::read(None, &words).unwrap();
        let table = Table::read(&file, &mapping.names(), &[])?;
        let mut asides = Asides::default();
        log::read(&table, &mapping, &scenario, &mut asides).map(|log| (log, asides.list(table.source())))
    };
    let words = [
        "time=t",
        "answered=a",
        "departed=d",
        "arrived=r",
        "scene_min=m",
        "category=c",
        "point=p",
        "dispatch=y",
        "hospital=h",
        "post=s",
        "unit=u",
        "sent_from=f",
        "priority=q",
    ];
    let (point, hospital, post, unit) =
        (&scenario.points[0].id, &scenario.hospitals[0].id, &scenario.posts[0].id, &scenario.units[0].id);
    let head = "t,a,d,r,m,c,p,y,h,s,u,f,q\n";
    let text = format!(
        "{head}2025-01-06 08:00:00,08:00:05,08:03,08:10:00,15,cardio,{point},yes,{hospital},{post},{unit},post,\n\
         soon,08:00,,,,,,yes,,,,,\n\
         2025-01-06 08:00,noon,,,,,,yes,,,,,\n\
         2025-01-06 08:00,,,,x,cardiac,nowhere,maybe,H,P,U,sky,9\n\
         2025-01-06 08:00,,,,,cardiac,,yes,,,,,\n\
         3600,,,,,,,yes,,,,,\n"
    );
    let all = read(&text, &words).unwrap_err().to_string();
    for part in [
        "log.csv:3:1: column `t`: `soon` is no time",
        "log.csv:4:18: column `a`: `noon` is no time",
        "log.csv:5:21: column `m`: `x` is not a number",
        "column `c`: there is no category `cardiac` (in 2 rows)",
        "there is no demand point `nowhere`",
        "column `y`: `maybe` is neither yes nor no",
        "there is no hospital `H`",
        "there is no post `P`",
        "there is no unit `U`",
        "column `f`: `sky` is neither post nor road",
        "log.csv:7:1: column `t`: `3600` is written in another way",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert_eq!(all.matches("cardiac").count(), 1, "each word is told once: {all}");
    assert!(!read("t\n", &["time=t"]).unwrap_err().to_string().is_empty());

    // Order, length, days and places.
    let text = "t,a,d,r,lat,lon\n\
        2025-01-06 08:00:00,08:00:05,08:03:00,08:10:00,24.35,102.54\n\
        2025-01-06 23:59:50,00:00:10,00:02:00,2025-01-07 00:12:00,,\n\
        2025-01-07 09:00:00,08:59:00,09:05:00,09:04:00,24.35,102.54\n\
        2025-01-07 10:00:00,10:00:05,10:05:00,20:04:00,44.35,102.54\n\
        2025-02-07 10:00:00,10:00:05,10:05:00,10:14:00,24.35,102.54\n";
    let words = ["time=t", "answered=a", "departed=d", "arrived=r", "lat=lat", "lon=lon"];
    let (log, aside) = read(text, &words).unwrap();
    assert_eq!((log.calls.len(), log.length()), (5, 33));
    let told: Vec<(Reason, &str, usize, &[usize])> =
        aside.iter().map(|a| (a.reason, a.what.as_str(), a.n, a.lines.as_slice())).collect();
    let expected: [(Reason, &str, usize, &[usize]); 4] = [
        (Reason::Order, "answer", 1, &[4]),
        (Reason::Order, "travel", 1, &[4]),
        (Reason::TooLong, "travel", 1, &[5]),
        (Reason::FarAway, "place", 1, &[5]),
    ];
    assert_eq!(told, expected);
    assert_eq!(log.calls[1].steps[..5], [Some(20.0), None, None, None, Some(600.0)], "over midnight");
    let mut mapping = mapping();
    mapping.columns.retain(|key, _| key == "time");
    mapping.columns.insert("time".into(), "t".into());
    mapping.to = Date::parse("2025-01-31");
    let table = Table::read(&folder.path().join("log.csv"), &["t"], &[]).unwrap();
    let mut asides = Asides::default();
    let log = log::read(&table, &mapping, &scenario, &mut asides).unwrap();
    assert_eq!((log.calls.len(), log.length()), (4, 26));
    assert_eq!(
        asides.list(table.source())[0],
        Aside { reason: Reason::OutsideDays, what: String::new(), n: 1, lines: vec![6] }
    );
}

/// A log in memory, read for a scenario.
fn read_text(folder: &Path, text: &str, words: &[&str], s: &Scenario) -> Log {
    let file = folder.join("made.csv");
    fs::write(&file, text).unwrap();
    let words: Vec<String> = words.iter().map(|w| (*w).to_string()).collect();
    let mapping = LogMapping::read(None, &words).unwrap();
    let table = Table::read(&file, &mapping.names(), &[]).unwrap();
    log::read(&table, &mapping, s, &mut Asides::default()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_year_without_places_tells_months_and_scales_both_rates() {
    let folder = tempfile::tempdir().unwrap();
    let file = variant(folder.path(), "months", "[run]\nstart_month = 1\n");
    let s = Scenario::load(&file).unwrap();
    let mut random = crate::random::Stream::new(2, "year", 0);
    // 20 dispatches a day, twice as many in July; three times as many on every tenth day.
    let mut text = String::from("t,c\n");
    for day in 0..365 {
        let date = Date::new(2025, 1, 1).unwrap().after(day);
        let n = if date.month() == 6 { 40 } else { 20 } * if day % 10 == 0 { 3 } else { 1 };
        for _ in 0..n {
            let minute = (random.uniform() * 1440.0) as u32;
            let category = if random.uniform() < 0.25 { "cardio" } else { "other" };
            writeln!(text, "{date} {:02}:{:02},{category}", minute / 60, minute % 60).unwrap();
        }
    }
    let log = read_text(folder.path(), &text, &["time=t", "category=c"], &s);
    let samples = Samples::new(&log, &log.calls);
    let (how, mut left) = (How { seed: 1, confidence: 0.95 }, Vec::new());
    let found = demand::fit(&s, &samples, log.days, &how, &mut left);
    let toml = |key: &str| -> toml::Table {
        let value = found.values.iter().find(|v| v.key == key).unwrap_or_else(|| panic!("{key}"));
        value.toml.parse().unwrap()
    };
    let monthly: Vec<f64> =
        toml("demand.monthly")["value"].as_array().unwrap().iter().map(|v| v.as_float().unwrap()).collect();
    assert!((monthly[6] / monthly[4] - 2.0).abs() < 0.25, "{monthly:?}");
    // The scenario then brings as many calls on the average day of a year as the log had.
    let total: f64 = log.calls.len() as f64 / 365.0;
    let [urban, rural] = ["urban", "rural"].map(|zone| {
        let key = format!("demand.{zone}_per_1000_year");
        let value = &toml(&key)["value"];
        value.as_float().unwrap()
    });
    assert!((urban / rural - 1.6).abs() < 1e-3, "the ratio of the scenario stays: {urban} {rural}");
    let before: f64 = s.points.iter().map(|p| s.demand.dispatches_per_day(p)).sum();
    assert!((urban / 16.0 * before / total - 1.0).abs() < 0.01, "{urban}: {} for {total}", urban / 16.0 * before);
    assert!(found.remarks.iter().any(|r| r.en.contains("not one dispatch has a place")));
    // Such days are more scatter than chance.
    assert!(found.values.iter().any(|v| v.key == "demand.variation.variance_to_mean"), "{:?}", found.fit);
    let share = toml("category[cardio].share")["value"].as_float().unwrap();
    assert!((share - 0.25).abs() < 0.02, "{share}");
    assert!(left.iter().any(|l| l.what.en.contains("phone calls")), "a log of dispatches tells no phone calls");
}

#[test]
fn categories_with_times_of_their_own_are_fitted_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let more = "[[category]]\nkey = \"infectious\"\nclear = { dist = \"fixed\", value_s = 3600 }\n";
    let s = Scenario::load(&variant(folder.path(), "own", more)).unwrap();
    let mut random = crate::random::Stream::new(3, "own", 0);
    let mut text = String::from("t,c,h,s\n");
    for i in 0..600 {
        let (category, median) = if i % 3 == 0 { ("infectious", 3000.0) } else { ("other", 600.0) };
        let seconds = Dist::Lognormal { median, sigma: 0.3 }.quantile(random.uniform());
        writeln!(text, "{},{category},{},{seconds:.3}", 500 * i, s.hospitals[0].id).unwrap();
    }
    // Of whom it is not known what for: they belong to neither.
    (0..50).for_each(|i| writeln!(text, "{},,{},9000", 500 * i, s.hospitals[0].id).unwrap());
    let log = read_text(folder.path(), &text, &["time=t", "category=c", "hospital=h", "clear_s=s"], &s);
    let samples = Samples::new(&log, &log.calls);
    let mut left = Vec::new();
    let fits = all_times(&s, &samples, &How { seed: 1, confidence: 0.95 }, &mut left);
    let median = |key: &str| {
        let (dist, fit) = fits.iter().find(|(_, f)| f.key == key).unwrap_or_else(|| panic!("{key}: {left:?}"));
        (fit.n, dist.quantile(0.5))
    };
    let (own, others) = (median("category[infectious].clear"), median("durations.clear"));
    assert!(own.0 == 200 && (own.1 / 3000.0 - 1.0).abs() < 0.06, "{own:?}");
    assert!(others.0 == 400 && (others.1 / 600.0 - 1.0).abs() < 0.06, "{others:?}");
    let values = values(&s, Vec::new(), &fits, &TravelFit::default());
    let info = LogInfo {
        file: "x.csv".into(),
        digest: "0".into(),
        rows: 650,
        calls: 650,
        dispatches: 650,
        first: "day 0".into(),
        last: "day 3".into(),
        days: 4,
        held_out_days: 0,
        written: Vec::new(),
        aside: Vec::new(),
    };
    let toml = write::scenario(&s, "own.toml", "new", &info, &values, 0.95);
    let out = folder.path().join("new.toml");
    fs::write(&out, &toml).unwrap();
    let new = Scenario::load(&out).unwrap_or_else(|faults| panic!("{faults}\n{toml}"));
    let at = new.demand.categories.iter().position(|c| c.key == "infectious").unwrap();
    let clear = new.demand.categories[at].care.clear.unwrap();
    assert!((clear.quantile(0.5) / 3000.0 - 1.0).abs() < 0.06, "{clear:?}");
    assert!((new.durations.clear.quantile(0.5) / 600.0 - 1.0).abs() < 0.06);
}
