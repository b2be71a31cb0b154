//! Writes a run folder of invented figures and renders it, to look at the report without simulating:
//! `cargo run --example report_sample -- FOLDER`. With `--data-only` it writes `summary.json` and `map.json` alone; the
//! test data in `tests/data/sample-run` was made so.
//!
//! Every figure here is invented; only the names of places are real.

use goldenhour::experiment::summary::*;
use goldenhour::quality::{Quality, Zone};
use goldenhour::report::render_languages;
use goldenhour::standards::{Basis, EVIDENCE, Judged, Part, PartKind, Verdict, Worst};
use goldenhour::stats::Estimate;
use goldenhour::text::{Lang, Text};
use std::path::PathBuf;

/// County: Chinese name, English name, lon, lat, residents, urban share.
const COUNTIES: [(&str, &str, f64, f64, f64, f64); 9] = [
    ("红塔区", "Hongta District", 102.542, 24.355, 588_170.0, 0.78),
    ("江川区", "Jiangchuan District", 102.751, 24.296, 253_295.0, 0.48),
    ("澄江市", "Chengjiang City", 102.911, 24.677, 173_200.0, 0.45),
    ("通海县", "Tonghai County", 102.762, 24.110, 279_608.0, 0.45),
    ("华宁县", "Huaning County", 102.917, 24.188, 190_400.0, 0.45),
    ("易门县", "Yimen County", 102.161, 24.672, 162_508.0, 0.45),
    ("峨山彝族自治县", "Eshan Yi Autonomous County", 102.400, 24.173, 143_903.0, 0.46),
    ("新平彝族傣族自治县", "Xinping Yi and Dai Autonomous County", 101.989, 24.071, 262_771.0, 0.40),
    ("元江哈尼族彝族傣族自治县", "Yuanjiang Hani, Yi and Dai Autonomous County", 102.004, 23.571, 195_647.0, 0.47),
];

/// Numbers in [0, 1) that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.roll()
    }
}

/// A figure with a made-up interval, rounded so that the file stays readable.
fn about(mean: f64, half: f64) -> Estimate {
    let r = |v: f64| (v * 1e4).round() / 1e4;
    Estimate { mean: r(mean), low: r(mean - half), high: r(mean + half) }
}

fn round(v: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (v * scale).round() / scale
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut folder = None;
    let mut data_only = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--data-only" => data_only = true,
            other => folder = Some(PathBuf::from(other)),
        }
    }
    let folder = folder.ok_or("usage: report_sample FOLDER [--data-only]")?;
    std::fs::create_dir_all(&folder)?;
    let mut dice = Dice(20_251_121);
    let map = map(&mut dice);
    let summary = summary(&mut dice, &map);
    std::fs::write(folder.join("summary.json"), serde_json::to_string_pretty(&summary)? + "\n")?;
    std::fs::write(folder.join("map.json"), serde_json::to_string(&map)? + "\n")?;
    if !data_only {
        for path in render_languages(&folder, &[Lang::Zh, Lang::En], true)? {
            println!("{}", path.display());
        }
    }
    Ok(())
}

fn county(i: usize) -> Text {
    Text::new(COUNTIES[i].0, COUNTIES[i].1)
}

fn map(dice: &mut Dice) -> MapData {
    let mut roads = Vec::new();
    let mut points = Vec::new();
    let mut posts = Vec::new();
    let mut hospitals = Vec::new();
    for (i, (zh, en, lon, lat, people, urban)) in COUNTIES.iter().enumerate() {
        let short = |t: &str| t.split(' ').next().unwrap_or(t).to_string();
        let station = posts.len();
        posts.push(MapPlace {
            name: Text::new(format!("{zh}急救站"), format!("{} station", short(en))),
            at: [*lon, *lat],
            units: if i == 0 { 6 } else { 2 },
        });
        hospitals.push(MapPlace {
            name: Text::new(format!("{zh}人民医院"), format!("{} People's Hospital", short(en))),
            at: [*lon, *lat],
            units: 0,
        });
        let spread = if i < 5 { 0.11 } else { 0.26 };
        for k in 0..24 {
            let (zone, reach) = if k < 6 { (Zone::Urban, 0.03) } else { (Zone::Rural, spread) };
            let at =
                [round(lon + dice.between(-reach, reach), 5), round(lat + dice.between(-reach * 0.8, reach * 0.8), 5)];
            let share = if zone == Zone::Urban { urban / 6.0 } else { (1.0 - urban) / 18.0 };
            let km = ((at[0] - lon).powi(2) * 0.83 + (at[1] - lat).powi(2)).sqrt() * 111.2;
            let lost = k == 23 && i % 4 == 3;
            points.push(MapPoint {
                id: format!("V{:03}", i * 24 + k + 1),
                name: Text::new(format!("{}{}村", &zh[..6], k + 1), format!("{} village {}", short(en), k + 1)),
                county: Some(county(i)),
                zone,
                at,
                population: (people * share * dice.between(0.4, 1.6)).round(),
                drive_min: (!lost).then(|| round(km * dice.between(1.3, 1.9) + 0.6, 2)),
                radius_km: round(km, 2),
                post: (!lost).then_some(station),
                road_km: None,
                covered_time: None,
                covered_radius: None,
                calls: (dice.between(5.0, 400.0)).round() as u64,
                mean_response_min: (!lost).then(|| round(km * 1.7 + 5.0, 2)),
                share_within: (!lost).then(|| round((1.2 - km / 40.0).clamp(0.0, 1.0), 3)),
            });
            if k % 6 == 5 && k > 6 {
                posts.push(MapPlace {
                    name: Text::new(format!("{}第{}网点", &zh[..6], k / 6), format!("{} post {}", short(en), k / 6)),
                    at,
                    units: 1,
                });
            }
            let class = if zone == Zone::Urban { "tertiary" } else { ["secondary", "unclassified"][k % 2] };
            roads.push(MapRoad {
                class: class.into(),
                line: curve(dice, [*lon, *lat], at, 14, 0.012),
                minutes: Vec::new(),
            });
        }
    }
    for (a, b, class) in [
        (0, 2, "motorway"),
        (0, 8, "motorway"),
        (0, 1, "trunk"),
        (1, 3, "primary"),
        (3, 4, "primary"),
        (1, 4, "secondary"),
        (0, 6, "trunk"),
        (6, 7, "primary"),
        (0, 5, "primary"),
        (7, 8, "primary"),
        (2, 4, "secondary"),
        (3, 6, "secondary"),
    ] {
        let from = [COUNTIES[a].2, COUNTIES[a].3];
        let to = [COUNTIES[b].2, COUNTIES[b].3];
        roads.push(MapRoad { class: class.into(), line: curve(dice, from, to, 60, 0.02), minutes: Vec::new() });
    }
    let lake = |name: &str, lon: f64, lat: f64, w: f64, h: f64| MapArea {
        name: name.into(),
        ring: (0..36)
            .map(|k| {
                let a = f64::from(k) * 10.0_f64.to_radians();
                let wobble = 1.0 + 0.15 * libm::sin(3.0 * a);
                [round(lon + w * wobble * libm::cos(a), 5), round(lat + h * wobble * libm::sin(a), 5)]
            })
            .collect(),
    };
    let water = vec![
        lake("抚仙湖", 102.89, 24.52, 0.045, 0.11),
        lake("星云湖", 102.78, 24.345, 0.03, 0.035),
        lake("杞麓湖", 102.77, 24.165, 0.05, 0.025),
    ];
    // Dice of its own: what else is invented stays as it was.
    let time = time(&mut Dice(20_261_122), &points);
    MapData { schema: SCHEMA, roads, water, posts, hospitals, points, outlines: Vec::new(), time }
}

/// Rush hours on weekdays that make driving a third longer, and responses by the hour that suffer from them.
fn time(dice: &mut Dice, points: &[MapPoint]) -> MapTime {
    let rush = |hour: usize, weekend: bool| !weekend && [7, 8, 17, 18].contains(&hour);
    let slower = |factor: f64| points.iter().map(|p| p.drive_min.map(|m| round(m * factor, 2))).collect();
    let state = |active: Vec<Text>, share_of_time: f64, factor: f64| MapState {
        active,
        share_of_time,
        drive_min: slower(factor),
    };
    let mut groups = Vec::new();
    for i in 0..COUNTIES.len() {
        for zone in Zone::ALL {
            let mean = if zone == Zone::Urban { 9.0 } else { 17.0 + i as f64 };
            let mut group = MapHours { county: Some(county(i)), zone, calls: vec![], sum_min: vec![], within: vec![] };
            for slot in 0..48 {
                let (hour, weekend) = (slot % 24, slot >= 24);
                let daily = if hour < 6 { 0.2 } else { 1.0 };
                let calls = (dice.between(60.0, 140.0) * daily * if weekend { 0.4 } else { 1.0 }).round();
                let slow = if rush(hour, weekend) { 1.5 } else { 1.0 };
                let share = (1.25 - mean * slow * dice.between(0.9, 1.1) / 32.0).clamp(0.0, 1.0);
                group.calls.push(calls as u64);
                group.sum_min.push(round(calls * mean * slow * dice.between(0.9, 1.1), 2));
                group.within.push((calls * share) as u64);
            }
            groups.push(group);
        }
    }
    MapTime {
        states: vec![
            state(vec![], round(148.0 / 168.0, 4), 1.0),
            state(vec![Text::new("早晚高峰", "rush hours")], round(20.0 / 168.0, 4), 1.35),
        ],
        week: (0..168).map(|h| Some(usize::from(rush(h % 24, h / 24 > 4)))).collect(),
        groups,
    }
}

/// A road that wanders from one place to another.
fn curve(dice: &mut Dice, a: [f64; 2], b: [f64; 2], steps: usize, wander: f64) -> Vec<[f64; 2]> {
    let (p, q) = (dice.between(-1.0, 1.0), dice.between(-1.0, 1.0));
    (0..=steps)
        .map(|k| {
            let t = k as f64 / steps as f64;
            let off = wander * (p * libm::sin(t * 9.42) + q * libm::sin(t * 18.85));
            [round(a[0] + (b[0] - a[0]) * t + off, 5), round(a[1] + (b[1] - a[1]) * t - off * 0.8, 5)]
        })
        .collect()
}

fn summary(dice: &mut Dice, map: &MapData) -> Summary {
    let people: f64 = COUNTIES.iter().map(|c| c.4).sum();
    let urban: f64 = COUNTIES.iter().map(|c| c.4 * c.5).sum();
    let mut coverage = Vec::new();
    let mut response = Vec::new();
    let cover = |county: Option<Text>, zone, population: f64, time: f64, radius: f64, lost: f64| CoverageRow {
        county,
        zone,
        population: population.round(),
        within_radius_straight: round((time + 0.12).min(1.0), 4),
        within_radius_road: round((time + 0.03).min(0.995), 4),
        within_time: round(time, 4),
        mean_drive_min: (lost == 0.0).then(|| round(radius * 1.6, 2)),
        unreached: lost,
        mean_radius_km: round(radius, 2),
    };
    let answer = |county: Option<Text>, zone: Option<Zone>, calls: f64, mean: f64, half: f64| {
        let (target, share) = match zone {
            Some(Zone::Urban) => (Some(15.0), 1.12 - mean / 40.0),
            Some(Zone::Rural) => (Some(30.0), 1.28 - mean / 48.0),
            None => (None, 1.1 - mean / 50.0),
        };
        ResponseRow {
            county,
            zone,
            calls_per_day: about(calls, calls * 0.02),
            mean_min: Some(about(mean, half)),
            share_within: Some(about(share.min(0.99), 0.008)),
            target_min: target,
            p50_min: Some(about(mean * 0.88, half)),
            p90_min: Some(about(mean * 1.8, half * 2.0)),
            p80_min: Some(about(mean * 1.45, half * 1.6)),
            p95_min: Some(about(mean * 2.1, half * 2.6)),
        }
    };
    let (u, r) = (Some(Zone::Urban), Some(Zone::Rural));
    coverage.push(cover(None, None, people, 0.861, 5.93, 0.0));
    coverage.push(cover(None, u, urban, 0.972, 1.74, 0.0));
    coverage.push(cover(None, r, people - urban, 0.732, 10.82, 3_480.0));
    response.push(answer(None, None, 112.4, 14.83, 0.21));
    response.push(answer(None, u, 71.2, 10.42, 0.12));
    response.push(answer(None, r, 41.2, 22.45, 0.38));
    for (i, c) in COUNTIES.iter().enumerate() {
        let far = if i < 5 { 1.0 } else { 1.7 };
        let (cu, cr) = (dice.between(8.5, 13.0), dice.between(15.0, 20.0) * far);
        coverage.push(cover(Some(county(i)), None, c.4, 0.9 - far * 0.06 * dice.roll(), 4.0 * far, 0.0));
        coverage.push(cover(Some(county(i)), u, c.4 * c.5, 1.0 - 0.06 * dice.roll(), 1.8, 0.0));
        let lost = if i % 4 == 3 { 640.0 } else { 0.0 };
        coverage.push(cover(Some(county(i)), r, c.4 * (1.0 - c.5), 0.95 - far * 0.2 * dice.roll(), 7.0 * far, lost));
        response.push(answer(Some(county(i)), None, c.4 / 20_000.0, (cu + cr) / 2.0, 0.5));
        response.push(answer(Some(county(i)), u, c.4 * c.5 / 18_000.0, cu, 0.35));
        response.push(answer(Some(county(i)), r, c.4 * (1.0 - c.5) / 26_000.0, cr, 0.4 + 0.8 * dice.roll()));
    }
    let hump = |bins: usize, scale: f64, spread: f64, n: f64| -> Vec<u64> {
        (0..bins)
            .map(|k| {
                let x = (libm::log((k as f64 + 0.5) / 6.0) - libm::log(scale)) / spread;
                (n * libm::exp(-x * x / 2.0) / (k as f64 + 0.5)).round() as u64
            })
            .collect()
    };
    let by_hour: Vec<Option<Estimate>> = (0..24)
        .map(|h| {
            let busy = 0.5 + 0.5 * libm::sin((f64::from(h) - 7.0) * 0.262);
            Some(about(0.994 - 0.055 * busy * busy, 0.004 + 0.004 * busy).clamped(0.0, 1.0))
        })
        .collect();
    let calls_by_hour = (0..24).map(|h| round(22.0 - 13.0 * libm::cos((f64::from(h) - 3.5) * 0.262), 2)).collect();
    let stage = |key: &str, zh: &str, en: &str, mean: f64, p90: f64, target: Option<(f64, f64)>| IntervalRow {
        key: key.into(),
        name: Text::new(zh, en),
        mean_min: Some(about(mean, mean * 0.015)),
        p90_min: Some(about(p90, p90 * 0.03)),
        share_within: target.map(|t| about(t.1, 0.006)),
        target_min: target.map(|t| t.0),
    };
    let intervals = vec![
        stage("answer", "接听", "answer", 0.07, 0.12, Some((10.0 / 60.0, 0.957))),
        stage("triage", "受理", "call taking", 1.62, 2.6, None),
        stage("queue", "等待派车", "queue for a unit", 0.21, 0.0, None),
        stage("turnout", "出车准备", "turn-out", 1.94, 2.8, Some((3.0, 0.938))),
        stage("travel", "赶赴现场", "travel", 11.2, 24.1, None),
        stage("scene", "现场处置", "on scene", 15.3, 25.7, None),
        stage("transport", "转运", "transport", 14.6, 31.0, None),
        stage("handover", "院内交接", "hand-over", 8.4, 13.9, Some((10.0, 0.712))),
        stage("clear", "整备", "cleaning", 9.8, 16.0, None),
        stage("return", "返回", "return", 12.7, 27.5, None),
    ];
    let units: Vec<UnitRow> = (0..142)
        .map(|k| {
            let i = k % 9;
            let busy = 0.04 + 0.33 * dice.roll() * dice.roll() + if i == 0 { 0.08 } else { 0.0 };
            UnitRow {
                id: format!("A{:03}", k + 1),
                post: format!("P{:02}", k % map.posts.len() + 1),
                county: Some(county(i)),
                kind: if k % 5 < 2 { "advanced" } else { "basic" }.into(),
                dispatches_per_day: about(busy * 15.0, 0.08),
                utilisation: about(busy, 0.006),
            }
        })
        .collect();
    let posts = map
        .posts
        .iter()
        .enumerate()
        .map(|(k, p)| PostRow {
            id: format!("P{:02}", k + 1),
            name: p.name.clone(),
            units: p.units,
            dispatches_per_day: about(f64::from(p.units) * dice.between(0.8, 3.4), 0.1),
            snap_m: round(dice.between(2.0, 160.0), 1),
        })
        .collect();
    let hospitals: Vec<HospitalRow> = map
        .hospitals
        .iter()
        .enumerate()
        .map(|(k, h)| HospitalRow {
            id: format!("H{:02}", k + 1),
            name: h.name.clone(),
            patients_per_day: about(dice.between(4.0, 22.0), 0.4),
        })
        .collect();
    Summary {
        charts: charts(&hospitals),
        states: Vec::new(),
        closures: Vec::new(),
        sensitivity: Vec::new(),
        events: Default::default(),
        schema: SCHEMA,
        program: "0.1.0".into(),
        scenario: ScenarioInfo {
            name: "sample".into(),
            title: Text::new("样例：九区县统一调度", "Sample: nine counties, one dispatch centre"),
            description: Text::new(
                "只为看版式而编造的数字，不是任何仿真的结果。",
                "Invented figures that show the layout; not the result of any simulation.",
            ),
            digest: "b3:5d1c0e7a9f2b44c8".into(),
        },
        network: NetworkInfo {
            file: "networks/sample.osm.pbf".into(),
            digest: "b3:90aa17c3d5e6f012".into(),
            synthetic: true,
            source: "sample roads, invented".into(),
            profile: "cn-mountain".into(),
            junctions: 18_204,
            edges: 44_310,
            road_km: 6_812.4,
            dropped_junctions: 212,
            dropped_km: 38.2,
            missing_node_refs: 0,
        },
        run: RunInfo {
            seed: 120,
            replications: 20,
            days: 28.0,
            warmup_days: 1.0,
            confidence: 0.95,
            clock_start: "answered".into(),
            changes: Vec::new(),
            command: "goldenhour run sample.toml --seed 120".into(),
            one_run: None,
        },
        world: WorldInfo {
            population: people.round(),
            urban_population: urban.round(),
            points: map.points.len(),
            posts: map.posts.len(),
            units: 142,
            negative_pressure_units: 57,
            hospitals: map.hospitals.len(),
            centres: vec![CentreRow {
                name: Text::new("市急救指挥中心", "City dispatch centre"),
                seats: 6,
                seat_utilisation: about(0.164, 0.004),
            }],
            phone_calls_per_day: 528.0,
            dispatches_per_day: 117.5,
        },
        coverage,
        response,
        equity: equity(urban, people - urban),
        cover_bound: Some(CoverBound {
            rows: vec![
                BoundRow { zone: None, all_free: 0.871, bound: 0.868 },
                BoundRow { zone: Some(Zone::Urban), all_free: 0.902, bound: 0.899 },
                BoundRow { zone: Some(Zone::Rural), all_free: 0.836, bound: 0.833 },
            ],
            units: 142,
            posts: 36,
            busy: Some(7.4),
            remarks: Vec::new(),
        }),
        convergence: (2..=20).map(settling).collect(),
        response_histogram: Histogram {
            bin_s: 10.0,
            urban: hump(720, 9.2, 0.45, 52_000.0),
            rural: hump(720, 19.5, 0.52, 31_000.0),
        },
        answer: AnswerInfo {
            target_s: 10.0,
            target_share: Some(0.95),
            share_within: about(0.957, 0.003),
            mean_s: about(4.3, 0.2),
            by_hour,
            calls_by_hour,
        },
        intervals,
        flow: Flow {
            phone_calls: about(528.3, 4.1),
            no_dispatch: about(410.2, 3.7),
            dispatches: about(117.6, 1.4),
            queued: about(3.1, 0.3),
            transported: about(88.9, 1.2),
            left_at_scene: about(25.3, 0.6),
            from_road: about(9.7, 0.5),
            unserved: about(0.2, 0.1),
        },
        units,
        posts,
        hospitals,
        pack: PackInfo {
            name: "cn-yuxi-2025".into(),
            title: Text::new("玉溪市“十四五”目标（按原文）", "Yuxi plan 2021–2025, as written"),
            source: "玉溪市“十四五”医疗卫生服务体系规划".into(),
            digest: "b3:77ab03fe4412cd90".into(),
        },
        verdicts: verdicts(),
        references: references(),
        assumptions: assumptions(),
        notes: vec![
            Text::new(
                "3 个需求点离主路网超过 2 公里，按道路不可达处理。",
                "3 demand points lie more than 2 km from the main network and count as not reached.",
            ),
            Text::new("医院床位资料缺失，未模拟占床。", "Hospital beds are unknown; bed blocking is not simulated."),
        ],
        explained: explained(),
    }
}

/// A few sentences of an invented scenario.
fn explained() -> Explained {
    let section = |key: &str, title: &str, lines: &[&str]| Section {
        key: key.into(),
        title: title.into(),
        lines: lines.iter().map(ToString::to_string).collect(),
    };
    Explained {
        zh: vec![
            section("demand", "呼叫需求", &["合计平均每天约 117.5 次出车 [C]。"]),
            section("telephone", "电话受理", &["市急救指挥中心：6 个座席 [A]，昼夜值守；服务全部县区。"]),
            section("dispatch", "派车", &["派预计最快到达的合适空闲车辆。", "同样快时派空闲最久的一辆。"]),
            section("move_up", "动态待命", &["某县无空闲车辆时，由邻县调一辆前往待命。"]),
            section("off", "未模拟（方案未启用）", &["没有用餐休息。", "没有道路封闭。"]),
        ],
        en: vec![
            section("demand", "Demand", &["In all about 117.5 dispatches a day [C]."]),
            section("telephone", "At the telephone", &["City dispatch centre: 6 seats [A], staffed around the clock."]),
            section(
                "dispatch",
                "Dispatch",
                &[
                    "The suitable free unit that is expected there first is sent.",
                    "Of equals, the one that has rested longest goes.",
                ],
            ),
            section("move_up", "Where free units wait", &["A county without a free unit gets one from its neighbour."]),
            section("off", "Not modelled", &["there are no meal breaks.", "no road is closed."]),
        ],
    }
}

/// Few units free here and there, one hospital that keeps them waiting, nights with too few calls for a share.
fn charts(hospitals: &[HospitalRow]) -> ChartData {
    let day = |h: usize| 0.5 - 0.5 * libm::cos((h as f64 - 3.5) * 0.262);
    let week = (0..168)
        .map(|h| {
            let calls = 1.2 + 6.4 * day(h % 24) * if h >= 120 { 1.15 } else { 1.0 };
            let share = 0.93 - 0.11 * day(h % 24) - if h >= 120 { 0.04 } else { 0.0 };
            WeekHour {
                calls_per_hour: Some(about(calls, calls * 0.05)),
                share_within: Some(about(share, 0.25 / calls).clamped(0.0, 1.0)),
            }
        })
        .collect();
    let free = |county: Option<Text>, units: u32, none: f64| FreeUnits {
        county,
        units,
        at_most: [1.0, 3.1, 7.4].map(|k| about(none * k, none * k * 0.12)).to_vec(),
        mean: about(f64::from(units) * 0.83 - none, 0.2),
    };
    let counties = (0..9_u32).map(|i| free(Some(county(i as usize)), 7 + i, 0.006 * f64::from(9 - i)));
    let free_units = std::iter::once(free(None, 99, 0.0)).chain(counties).collect();
    let parts = |zone: Zone, mean: f64| {
        let keys = ["answer", "triage", "queue", "turnout", "travel"];
        let known = [0.07, 1.62, 0.21, 1.94];
        let travel = round(mean - known[1..].iter().sum::<f64>(), 4);
        let part = |(i, key): (usize, &&str)| ResponsePart {
            key: (*key).into(),
            mean_min: about(known.get(i).copied().unwrap_or(travel), 0.02 + mean * 0.001),
            counts: i > 0,
        };
        ResponseParts { zone, parts: keys.iter().enumerate().map(part).collect() }
    };
    let handed = |(i, h): (usize, &HospitalRow)| {
        let wait = if i == 0 { 6.3 } else { 0.0 };
        HandoverRow {
            name: h.name.clone(),
            bays: (i == 0).then_some(3),
            patients_per_day: h.patients_per_day,
            mean_min: about(8.1 + wait + 0.2 * i as f64, 0.4),
            p90_min: 13.4 + 2.6 * wait + 0.2 * i as f64,
            share_within: about(0.72 - 0.04 * wait, 0.02),
            wait_min: about(wait, 0.3),
            waited: about(if i == 0 { 0.41 } else { 0.0 }, 0.02),
        }
    };
    let units = |scale: f64| (0..24).map(|h| about(scale * (0.2 + day(h)), scale * 0.08)).collect();
    ChartData {
        week,
        free_units,
        response_parts: vec![parts(Zone::Urban, 10.42), parts(Zone::Rural, 22.45)],
        handover: Some(Handover {
            target_min: 10.0,
            limited: true,
            hospitals: hospitals.iter().enumerate().map(handed).collect(),
            waiting: units(0.4),
            handing_over: units(0.9),
        }),
    }
}

/// The mean response of the first replications: an interval that narrows.
fn settling(n: u32) -> Convergence {
    let far = round(1.9 / f64::from(n).sqrt(), 2);
    let mean = round(12.5 + far * if n.is_multiple_of(3) { -0.3 } else { 0.2 }, 2);
    Convergence { n, mean_min: about(mean, far) }
}

fn equity(urban: f64, rural: f64) -> Equity {
    let row = |who: Who, people: f64, curve: &dyn Fn(f64) -> f64, [mean, gini, palma]: [f64; 3]| {
        let curve: Vec<f64> = (0..=100).map(|p| round(curve(f64::from(p) / 100.0), 2)).collect();
        let beyond = curve.iter().filter(|min| **min > 30.0).count() as f64 / 101.0 * people;
        EquityRow {
            who,
            people: people.round(),
            untold: 0.0,
            mean_min: about(mean, 0.1),
            p90_min: about(curve[90], 0.7),
            worst_tenth_min: about(curve[95], 0.5),
            gini: about(gini, 0.003),
            palma: about(palma, 0.02),
            beyond: about(beyond.round(), (beyond * 0.06).round()),
            curve,
        }
    };
    let town = |p: f64| 4.5 + 4.0 * p * p;
    let country = |p: f64| 5.0 + 25.0 * p + 30.0 * p * p * p * p;
    let all = |p: f64| if p < 0.6 { town(p / 0.6) } else { country((p - 0.6) / 0.4).max(8.5) };
    let rows = vec![
        row(Who::All, urban + rural, &all, [14.3, 0.429, 1.92]),
        row(Who::Zone(Zone::Urban), urban, &town, [6.8, 0.082, 0.36]),
        row(Who::Zone(Zone::Rural), rural, &country, [22.6, 0.382, 1.74]),
    ];
    Equity { long_wait_min: 30.0, rows }
}

fn verdicts() -> Vec<Judged> {
    let place = |i: usize, value: f64| Some(Worst { place: county(i), value });
    let clause = |id: &str, zh: &str, en: &str, op: &str, threshold: f64, unit: &str, basis: Basis| Judged {
        clause: id.into(),
        title: Text::new(zh, en),
        reading: Text::default(),
        zone: None,
        basis,
        value: None,
        op: op.into(),
        threshold,
        unit: unit.into(),
        verdict: Verdict::NotJudged,
        margin: None,
        worst: None,
        worst_hour: None,
        worst_category: None,
        parts: Vec::new(),
        counted: None,
        evidence: if unit.is_empty() { String::new() } else { EVIDENCE.into() },
        upper: None,
        remark: None,
        any_of: None,
        all_of: None,
        quality: Quality::Measured,
        source: "玉溪市“十四五”医疗卫生服务体系规划 §6".into(),
    };
    let read = |zh: &str, en: &str| Text::new(zh, en);
    let part = |kind, place: Text, mean: f64, half: f64, verdict| Part {
        kind,
        place,
        counted: Some((1.9e4 / half).round()),
        value: about(mean, half),
        verdict,
    };
    use Basis::{Coverage, Provision, Simulation};
    vec![
        Judged {
            reading: read("人口加权，直线距离", "share of residents, straight line"),
            zone: Some(Zone::Urban),
            value: Some(Estimate::exact(98.7)),
            verdict: Verdict::Met,
            margin: Some(3.7),
            worst: place(5, 91.2),
            any_of: Some("urban".into()),
            ..clause(
                "urban-radius",
                "城区服务半径 5 公里内的人口",
                "Urban residents within 5 km",
                ">=",
                95.0,
                "%",
                Coverage,
            )
        },
        Judged {
            reading: read("呼叫加权平均，从接听起计", "mean over calls, clock from answered"),
            zone: Some(Zone::Urban),
            value: Some(about(10.42, 0.12)),
            verdict: Verdict::Met,
            margin: Some(4.58),
            worst: place(7, 12.9),
            any_of: Some("urban".into()),
            ..clause("urban-arrival", "城区平均到达时间", "Urban mean arrival", "<=", 15.0, "min", Simulation)
        },
        Judged {
            reading: read("90% 的呼叫，从接听起计", "90 % of calls, clock from answered"),
            zone: Some(Zone::Rural),
            value: Some(about(77.9, 0.8)),
            verdict: Verdict::Missed,
            margin: Some(-12.1),
            worst: place(8, 55.3),
            worst_hour: Some(part(PartKind::Hour, Text::new("3 时", "3:00"), 71.2, 4.1, Verdict::Missed)),
            worst_category: Some(part(
                PartKind::Category,
                Text::new("交通伤", "road accident"),
                75.0,
                2.2,
                Verdict::Missed,
            )),
            parts: (0..9)
                .map(|i| {
                    let (mean, half) = (95.3 - 5.0 * i as f64, 2.4);
                    let verdict = match (mean - half >= 90.0, mean + half < 90.0) {
                        (true, _) => Verdict::Met,
                        (_, true) => Verdict::Missed,
                        _ => Verdict::Undecided,
                    };
                    part(PartKind::County, county(i), mean, half, verdict)
                })
                .chain([
                    part(PartKind::Hour, Text::new("3 时", "3:00"), 71.2, 4.1, Verdict::Missed),
                    part(PartKind::Category, Text::new("交通伤", "road accident"), 75.0, 2.2, Verdict::Missed),
                ])
                .collect(),
            counted: Some(31_204.0),
            all_of: Some("rural".into()),
            remark: Some(read(
                "原文没有“平均”二字，此处按九成呼叫理解",
                "the text lacks the word “mean”; read here as nine calls in ten",
            )),
            ..clause("rural-arrival", "农村 30 分钟内到达", "Rural arrival within 30 min", ">=", 90.0, "%", Simulation)
        },
        Judged {
            reading: read("全部来电", "all phone calls"),
            value: Some(about(95.7, 0.3)),
            verdict: Verdict::Met,
            margin: Some(0.7),
            worst: Some(Worst { place: Text::new("19 时", "19:00"), value: 93.9 }),
            ..clause("answer-10s", "10 秒内接听", "Answered within 10 s", ">=", 95.0, "%", Simulation)
        },
        Judged {
            reading: read("全部派车，从派车起计", "all dispatches, clock from assigned"),
            value: Some(about(94.96, 0.4)),
            verdict: Verdict::Undecided,
            margin: Some(-0.04),
            worst: place(6, 93.1),
            quality: Quality::Assumed,
            ..clause("turnout-3min", "3 分钟内出车", "Turn-out within 3 min", ">=", 95.0, "%", Simulation)
        },
        Judged {
            reading: read("平均，从到达医院起计", "mean, clock from arrival at hospital"),
            value: Some(Estimate { mean: 8.4, low: f64::NEG_INFINITY, high: f64::INFINITY }),
            verdict: Verdict::Undecided,
            margin: Some(1.6),
            ..clause("handover-10min", "院内交接", "Hospital hand-over", "<=", 10.0, "min", Simulation)
        },
        Judged {
            reading: read("全市车辆数除以人口", "all units by all residents"),
            value: Some(Estimate::exact(1.894)),
            verdict: Verdict::Met,
            margin: Some(0.894),
            worst: place(4, 1.1),
            ..clause(
                "units-per-30k",
                "每 3 万人救护车",
                "Ambulances per 30,000 residents",
                ">=",
                1.0,
                "per 30k",
                Provision,
            )
        },
        Judged {
            reading: read("负压车辆占全部车辆", "negative-pressure units by all units"),
            value: Some(Estimate::exact(40.14)),
            verdict: Verdict::Met,
            margin: Some(0.14),
            ..clause(
                "negative-pressure",
                "负压救护车占比",
                "Share of negative-pressure units",
                ">=",
                40.0,
                "%",
                Provision,
            )
        },
        Judged {
            remark: Some(read("场景没有医院床位表", "the scenario has no table of hospital beds")),
            ..clause("ed-beds", "急诊观察床占比", "ED observation beds", ">=", 2.0, "%", Provision)
        },
    ]
}

fn references() -> Vec<ReferenceRow> {
    let row = |zh: &str, en: &str, unit: &str, published: f64, simulated: Estimate| ReferenceRow {
        name: Text::new(zh, en),
        unit: unit.into(),
        published,
        source: "玉溪网 2025-08-18".into(),
        difference: Some(round(simulated.mean / published - 1.0, 4)),
        simulated: Some(simulated),
        note: Text::new(
            "车速系数标定为 0.86；出车时间为假设",
            "speed factor calibrated to 0.86; turn-out times assumed",
        ),
    };
    vec![
        row("平均响应时间", "mean response", "min", 12.52, about(14.83, 0.21)),
        row("平均服务半径", "mean service radius", "km", 8.22, Estimate::exact(5.93)),
    ]
}

fn assumptions() -> Vec<Assumption> {
    let row = |key: &str, zh: &str, en: &str, value: &str, quality, source: &str| Assumption {
        key: key.into(),
        name: Text::new(zh, en),
        value: value.into(),
        quality,
        source: source.into(),
    };
    vec![
        row(
            "demand.rate_per_1000_year.urban",
            "城区呼叫率",
            "urban dispatch rate",
            "22.3 / 1000 a",
            Quality::Derived,
            "soolun.net (Beijing 2014)",
        ),
        row(
            "demand.rate_per_1000_year.rural",
            "农村呼叫率",
            "rural dispatch rate",
            "14.0 / 1000 a",
            Quality::Assumed,
            "no source found",
        ),
        row(
            "network.speed_factor",
            "车速系数",
            "speed factor",
            "0.86",
            Quality::Calibrated,
            "mean response of 12 min 31 s, 玉溪网 2025-08-18",
        ),
        row(
            "posts.csv",
            "网点位置",
            "places of posts",
            "townships' seats",
            Quality::Assumed,
            "placeholders by rule; seats from GeoNames",
        ),
        row("population", "人口", "residents", "2,249,502", Quality::Measured, "2020 census"),
    ]
}
