//! How long the report of a large run takes: `cargo bench --bench report`.
//!
//! The sample run of the tests is grown to 2,000 demand points, 200 posts with 600 units and 20,000 roads of 120,000 points
//! with driving times, the most a map keeps, so that the size of everything a report shows is that of a large run. What is
//! timed begins with a run folder on disk, as a run leaves it, and ends with all files written: the page, all charts, the map,
//! tables. The floor asked for is 3 s after the simulation, in one language with PNG, as `goldenhour run` does it.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use goldenhour::experiment::summary::{MapData, MapOutline, MapRoad, Summary};
use goldenhour::report::{Format, Rendering, render_formats, render_languages};
use goldenhour::text::{Lang, Text};
use std::fs;
use std::path::Path;
use std::time::Instant;

const POINTS: usize = 2_000;
const POSTS: usize = 200;
const UNITS: usize = 600;
const ROADS: usize = 20_000;
const ROAD_POINTS: usize = 6;
const TURNS: usize = 5;

/// Numbers in [0, 1) that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }

    fn around(&mut self, [lon, lat]: [f64; 2], reach: f64) -> [f64; 2] {
        let near = |v: f64, roll: f64| ((v + reach * (2.0 * roll - 1.0)) * 1e6).round() / 1e6;
        [near(lon, self.roll()), near(lat, self.roll())]
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sample-run").join(name);
    serde_json::from_str(&fs::read_to_string(file).expect("the sample run")).expect("the sample run")
}

/// Repeats a list in turn until it is so long.
fn grown<T: Clone>(list: &[T], n: usize, change: impl Fn(&mut T, usize)) -> Vec<T> {
    let one = |i: usize| {
        let mut item = list[i % list.len()].clone();
        change(&mut item, i);
        item
    };
    (0..n).map(one).collect()
}

fn large() -> (Summary, MapData) {
    let (mut summary, mut map): (Summary, MapData) = (read("summary.json"), read("map.json"));
    let mut dice = Dice(7);
    let places: Vec<[f64; 2]> = (0..POINTS).map(|i| dice.around(map.points[i % map.points.len()].at, 0.15)).collect();
    map.points = grown(&map.points, POINTS, |p, i| {
        p.id = format!("P{i:04}");
        p.name = Text::new(format!("{}{i}号居民点", p.name.zh), format!("{} {i}", p.name.en));
        p.at = places[i];
    });
    map.posts = grown(&map.posts, POSTS, |p, i| {
        p.name = Text::new(format!("{}{i}号站", p.name.zh), format!("{} {i}", p.name.en));
        p.at = places[i * 7 % POINTS];
    });
    map.roads = (0..ROADS)
        .map(|i| {
            let mut line = vec![places[i % POINTS]];
            let mut minutes = vec![Some(20.0 * dice.roll())];
            while line.len() < ROAD_POINTS {
                line.push(dice.around(line[line.len() - 1], 0.006));
                minutes.push(minutes[minutes.len() - 1].map(|m| m + dice.roll() * 2.0));
            }
            let class = ["unclassified", "tertiary", "secondary", "primary", "trunk", "motorway"][i * i % 97 % 6];
            MapRoad { class: class.into(), line, minutes }
        })
        .collect();
    map.outlines = (0..30)
        .map(|i| MapOutline {
            counties: Vec::new(),
            approximate: true,
            line: (0..60).map(|_| dice.around(places[i], 0.1)).collect(),
        })
        .collect();
    summary.posts = grown(&summary.posts, POSTS, |p, i| p.id = format!("S{i:03}"));
    summary.units = grown(&summary.units, UNITS, |u, i| u.id = format!("A{i:03}"));
    (summary, map)
}

fn main() {
    let (summary, map) = large();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
    write("summary.json", serde_json::to_string(&summary).expect("JSON"));
    write("map.json", serde_json::to_string(&map).expect("JSON"));
    println!(
        "{} demand points, {} posts, {} units, {} points of roads; map.json {:.1} MB",
        map.points.len(),
        map.posts.len(),
        summary.units.len(),
        map.roads.iter().map(|r| r.line.len()).sum::<usize>(),
        fs::metadata(folder.path().join("map.json")).expect("map.json").len() as f64 / 1e6
    );
    let both = [Lang::Zh, Lang::En];
    let time = |what: &str, render: &dyn Fn()| {
        let mut ms: Vec<f64> = (0..TURNS)
            .map(|_| {
                let start = Instant::now();
                render();
                1000.0 * start.elapsed().as_secs_f64()
            })
            .collect();
        ms.sort_by(f64::total_cmp);
        println!("{what:<52} {:>7.0} ms (best {:.0}, worst {:.0})", ms[TURNS / 2], ms[0], ms[TURNS - 1]);
    };
    time("one language, HTML, SVG and PNG", &|| {
        render_languages(folder.path(), &both[..1], true).expect("a report");
    });
    time("both languages, HTML and SVG", &|| {
        render_languages(folder.path(), &both, false).expect("a report");
    });
    time("both languages, HTML, SVG and PNG", &|| {
        render_languages(folder.path(), &both, true).expect("a report");
    });
    time("both languages, workbook", &|| {
        render_formats(
            folder.path(),
            &Rendering { langs: &both, formats: &[Format::Xlsx], png: false, comparison: None, siting: None },
        )
        .expect("a workbook");
    });
    let size = |name: &str| fs::metadata(folder.path().join(name)).map_or(0.0, |m| m.len() as f64 / 1e6);
    println!("map.svg {:.2} MB, report.html {:.2} MB", size("map.svg"), size("report.html"));
}
