//! Renders the sample run (invented figures, `tests/data/sample-run`) and looks at what comes out.
//!
//! Golden texts are written anew with `GOLDENHOUR_BLESS=1 cargo test --test report`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::experiment::summary::{MapData, Summary};
use goldenhour::report::words::Word;
use goldenhour::report::{Format, Rendering, ReportOptions, render, render_formats, render_languages, terminal_table};
use goldenhour::text::{Lang, Text};
use std::fs;
use std::path::{Path, PathBuf};

const CHARTS: [&str; 13] = [
    "response-time",
    "coverage-by-county",
    "response-by-county",
    "answer-by-hour",
    "unit-workload",
    "call-timeline",
    "convergence",
    "hour-of-week",
    "fractile-by-county",
    "response-parts",
    "free-units",
    "hand-over",
    "equity",
];

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sample-run")
}

fn sample_summary() -> Summary {
    serde_json::from_str(&fs::read_to_string(sample().join("summary.json")).unwrap()).unwrap()
}

/// A run folder of its own, with the sample's data changed by `change`.
fn run_folder(change: impl FnOnce(&mut serde_json::Value, &mut serde_json::Value)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(sample().join(name)).unwrap()).unwrap()
    };
    let (mut summary, mut map) = (read("summary.json"), read("map.json"));
    change(&mut summary, &mut map);
    fs::write(folder.path().join("summary.json"), summary.to_string()).unwrap();
    fs::write(folder.path().join("map.json"), map.to_string()).unwrap();
    folder
}

/// Compares with the committed text, or writes it when asked to.
fn golden(name: &str, found: &str) {
    let path = sample().join("expected").join(name);
    if std::env::var_os("GOLDENHOUR_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} differs; bless with GOLDENHOUR_BLESS=1 if this is meant.\n--- found\n{found}",
        path.display()
    );
}

#[test]
fn every_file_is_written_once_and_again_the_same() {
    let folder = run_folder(|_, _| {});
    let written = render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let mut wanted: Vec<String> = vec!["verdicts.csv".into(), "points.csv".into()];
    for suffix in ["", ".en"] {
        wanted.extend(CHARTS.iter().map(|c| format!("charts/{c}{suffix}.svg")));
        wanted.extend([format!("map{suffix}.svg"), format!("map{suffix}.html"), format!("report{suffix}.html")]);
    }
    let mut names: Vec<String> =
        written.iter().map(|p| p.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_string()).collect();
    names.sort();
    wanted.sort();
    assert_eq!(names, wanted);

    let first: Vec<Vec<u8>> = written.iter().map(|p| fs::read(p).unwrap()).collect();
    let again = render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let second: Vec<Vec<u8>> = again.iter().map(|p| fs::read(p).unwrap()).collect();
    assert!(first == second, "the same run folder gave other bytes");
}

#[test]
fn golden_texts() {
    let folder = run_folder(|_, _| {});
    render(folder.path(), &ReportOptions { lang: Lang::Zh, png: false }).unwrap();
    // One chart to the byte; without its font, which its characters follow from.
    let chart = fs::read_to_string(folder.path().join("charts/free-units.svg")).unwrap();
    golden("free-units.zh.svg", &(without_font(&chart) + "\n"));
    golden("verdicts.csv", &fs::read_to_string(folder.path().join("verdicts.csv")).unwrap());
    let summary = sample_summary();
    golden("terminal.zh.txt", &terminal_table(&summary, Lang::Zh, false, 110));
    golden("terminal.en.txt", &terminal_table(&summary, Lang::En, false, 110));
    golden("terminal.narrow.en.txt", &terminal_table(&summary, Lang::En, false, 64));
    for (lang, name) in [(Lang::Zh, "report.zh.md"), (Lang::En, "report.en.md")] {
        let how =
            Rendering { langs: &[lang], formats: &[Format::Markdown], png: false, comparison: None, siting: None };
        render_formats(folder.path(), &how).unwrap();
        golden(name, &fs::read_to_string(folder.path().join("report.md")).unwrap());
    }
}

#[test]
fn the_terminal_table_fits_and_colours_only_when_asked() {
    let summary = sample_summary();
    for lang in [Lang::Zh, Lang::En] {
        let plain = terminal_table(&summary, lang, false, 100);
        assert!(!plain.contains('\u{1b}'));
        assert!(!plain.contains("inf") && !plain.contains("NaN"));
        let coloured = terminal_table(&summary, lang, true, 100);
        assert!(coloured.contains("\u{1b}[38;5;10m") || coloured.contains("\u{1b}[32m"), "{coloured:?}");
        for line in plain.lines().filter(|l| l.contains('─')) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
    assert!(terminal_table(&summary, Lang::Zh, false, 100).contains("× 未达标"));
}

#[test]
fn the_page_opens_offline_and_speaks_both_languages() {
    let folder = run_folder(|_, _| {});
    render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let (zh, en) = (page(folder.path(), "report.html"), page(folder.path(), "report.en.html"));
    for text in [&zh, &en] {
        // Nothing is fetched: no script, no link, no source but data.
        for forbidden in ["<script", "<link", "<iframe", "<img", "@import", "src=\"http", "href=\"http", "url(http"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
        assert!(text.contains("url(data:font/otf;base64,"));
        assert_eq!(text.matches("<svg").count(), CHARTS.len() + 1);
        assert!(!text.contains("{{") && !text.contains("{%") && !text.contains("/*font*/"));
        assert!(text.len() < 3_000_000, "{} bytes", text.len());
    }
    let headings = [
        Word::SectionVerdicts,
        Word::SectionReferences,
        Word::SectionMap,
        Word::SectionCoverage,
        Word::SectionResponse,
        Word::SectionAnswer,
        Word::SectionLife,
        Word::SectionWork,
        Word::SectionAssumptions,
        Word::SectionNotes,
        Word::SectionMethod,
        Word::SectionCredits,
        Word::MethodWorld,
        Word::MethodVerdicts,
        Word::Missed,
        Word::Undecided,
        Word::NotJudged,
        Word::Calibrated,
        Word::Assumed,
        Word::SyntheticNetwork,
    ];
    for word in headings {
        assert!(zh.contains(word.get(Lang::Zh)), "{word:?} is not in the Chinese page");
        assert!(en.contains(word.get(Lang::En)), "{word:?} is not in the English page");
    }
    assert!(zh.contains("<html lang=\"zh-CN\">") && en.contains("<html lang=\"en\">"));
    // Figures: interval, exact, single replication.
    assert!(en.contains("10.4 (10.3–10.5) min") && en.contains("8.4 min (one replication: no interval)"));
    assert!(en.contains("94.96%"), "rounding must not hide that 94.96 misses 95");
    assert!(zh.contains("goldenhour run sample.toml --seed 120"));
}

/// A file without its embedded font, whose letters may spell anything.
fn without_font(text: &str) -> String {
    let (before, after) = text.split_once("base64,").unwrap();
    format!("{before}{}", after.split_once(')').unwrap().1)
}

fn page(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn hostile_names_are_shown_not_run() {
    let hostile = "<script>alert(1)</script>\"'&";
    let folder = run_folder(|summary, map| {
        let text = serde_json::to_value(Text::same(hostile)).unwrap();
        summary["scenario"]["title"] = text.clone();
        summary["verdicts"][0]["title"] = text.clone();
        summary["verdicts"][0]["unit"] = hostile.into();
        summary["units"][0]["id"] = hostile.into();
        summary["coverage"][3]["county"] = text.clone();
        summary["response"][3]["county"] = text.clone();
        summary["intervals"][0]["name"] = text.clone();
        summary["notes"][0] = text.clone();
        summary["charts"]["free_units"][1]["county"] = text.clone();
        summary["charts"]["handover"]["hospitals"][0]["name"] = text.clone();
        summary["charts"]["response_parts"][0]["parts"][0]["key"] = hostile.into();
        map["posts"][0]["name"] = text.clone();
        map["points"][0]["name"] = text.clone();
        map["points"][0]["county"] = text;
        map["water"][0]["name"] = hostile.into();
    });
    for path in render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap() {
        // The interactive map has scripts of its own: tests/map_page.rs.
        if path.extension().is_some_and(|e| e == "csv") || path.ends_with("map.html") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("<script"), "{}", path.display());
        if path.ends_with("report.html") {
            assert!(text.contains("&lt;script&gt;"));
        } else {
            roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        }
    }
}

#[test]
fn pictures_are_drawn_with_hanzi() {
    let folder = run_folder(|_, _| {});
    let written = render(folder.path(), &ReportOptions { lang: Lang::Zh, png: true }).unwrap();
    let pngs: Vec<_> = written.iter().filter(|p| p.extension().is_some_and(|e| e == "png")).collect();
    assert_eq!(pngs.len(), CHARTS.len() + 1);
    for path in pngs {
        let pixels = resvg::tiny_skia::Pixmap::load_png(path).unwrap();
        assert!(pixels.width() >= 1800, "{}", path.display());
        let inked = pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) != (255, 255, 255)).count();
        let share = inked as f64 / pixels.pixels().len() as f64;
        assert!((0.01..0.9).contains(&share), "{}: {share}", path.display());

        // The same SVG without its text: what is gone was drawn as glyphs.
        let svg = fs::read_to_string(path.with_extension("svg")).unwrap();
        assert!(svg.contains("@font-face") && svg.contains("Noto Sans SC"));
        assert!(svg.len() < 400_000, "{}: {} bytes", path.display(), svg.len());
        let mute = svg.replace("<text", "<desc").replace("</text", "</desc");
        let tree = resvg::usvg::Tree::from_str(&mute, &resvg::usvg::Options::default()).unwrap();
        let mut bare = resvg::tiny_skia::Pixmap::new(pixels.width(), pixels.height()).unwrap();
        resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(2.0, 2.0), &mut bare.as_mut());
        let glyph_pixels = bare.pixels().iter().zip(pixels.pixels()).filter(|(a, b)| a != b).count();
        assert!(glyph_pixels > 5_000, "{}: {glyph_pixels} pixels of text", path.display());

        // Every character of the picture is in the font.
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts = document.descendants().filter(|n| n.has_tag_name("text")).filter_map(|n| n.text());
        let all: String = texts.collect();
        assert!(all.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
        assert_eq!(goldenhour::report::uncovered_characters(&all), Vec::<char>::new(), "{}", path.display());
    }
}

#[test]
fn characters_the_font_lacks_are_told() {
    let folder =
        run_folder(|summary, _| summary["intervals"][0]["name"] = serde_json::json!({"zh": "接\u{1F691}", "en": "x"}));
    render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let told = Word::NoteFont.fill(Lang::Zh, &[("characters", "\u{1F691}")]);
    assert!(page(folder.path(), "report.html").contains(&told));
    assert!(!page(folder.path(), "report.en.html").contains("The built-in font lacks"));
}

#[test]
fn a_map_of_many_roads_stays_light() {
    // 400 winding roads of 17 km with a point every 42 m: 6,800 km of road, 160,000 points.
    let folder = run_folder(|_, map| {
        let road = |i: usize| {
            let (lon, lat) = (102.0 + (i % 20) as f64 * 0.045, 23.6 + (i / 20) as f64 * 0.05);
            let at = |k: usize| {
                let (t, wave) = (k as f64 / 400.0, libm::sin(k as f64 / 9.0) * 0.004);
                [lon + t * 0.16 + wave, lat + wave * 2.0]
            };
            serde_json::json!({"class": "tertiary", "line": (0..=400).map(at).collect::<Vec<_>>()})
        };
        map["roads"] = (0..400).map(road).collect();
    });
    render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    let size = fs::metadata(folder.path().join("map.svg")).unwrap().len();
    assert!(size < 2_000_000, "{size} bytes");
}

#[test]
fn an_empty_or_single_run_is_drawn_all_the_same() {
    let folder = run_folder(|summary, map| {
        for list in ["units", "posts", "hospitals", "verdicts", "references", "assumptions", "notes", "intervals"] {
            summary[list] = serde_json::json!([]);
        }
        summary["response"] = serde_json::json!([]);
        summary["coverage"] = serde_json::json!([]);
        summary["response_histogram"] = serde_json::json!({"bin_s": 10.0, "urban": [], "rural": []});
        summary["answer"]["by_hour"] = serde_json::json!([null, null]);
        summary["answer"]["calls_by_hour"] = serde_json::json!([]);
        summary["answer"]["share_within"] = serde_json::json!({"mean": 0.9, "low": null, "high": null});
        summary["charts"]["handover"]["hospitals"] = serde_json::json!([]);
        for list in ["roads", "water", "posts", "hospitals", "points"] {
            map[list] = serde_json::json!([]);
        }
    });
    for lang in [Lang::Zh, Lang::En] {
        let written = render(folder.path(), &ReportOptions { lang, png: true }).unwrap();
        let shown = |p: &&PathBuf| p.extension().is_some_and(|e| e == "svg" || e == "html") && !p.ends_with("map.html");
        for path in written.iter().filter(shown) {
            let text = without_font(&fs::read_to_string(path).unwrap());
            assert!(!text.contains("NaN") && !text.contains("inf\""), "{}", path.display());
        }
    }
    let en = page(folder.path(), "report.html");
    assert!(en.contains("90.0% (one replication: no interval)"));
}

#[test]
fn an_earlier_report_outlives_a_summary_of_another_layout() {
    let folder = run_folder(|_, _| {});
    render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    let before = page(folder.path(), "report.html");
    let broken =
        fs::read_to_string(folder.path().join("summary.json")).unwrap().replacen("\"schema\":1", "\"schema\":99", 1);
    fs::write(folder.path().join("summary.json"), broken).unwrap();
    let error = render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap_err().to_string();
    assert!(error.contains("layout 99") && error.contains("layout 1"), "{error}");
    assert_eq!(page(folder.path(), "report.html"), before);
    let map: MapData = serde_json::from_str(&fs::read_to_string(folder.path().join("map.json")).unwrap()).unwrap();
    assert_eq!(map.schema, 1);
}

#[test]
fn a_missing_run_folder_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let error = render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap_err().to_string();
    assert!(error.contains("summary.json") && error.contains("does not exist"), "{error}");
}

#[test]
fn states_closures_and_sensitivity_are_shown_where_there_are_any() {
    use serde_json::json;
    let plain = run_folder(|_, _| {});
    render_languages(plain.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let without = page(plain.path(), "report.en.html");
    let titles = [Word::StatesTitle, Word::ClosuresTitle, Word::SensitivityTitle];
    assert!(titles.iter().all(|t| !without.contains(t.get(Lang::En))));

    let text = |en: &str| json!({"zh": en, "en": en});
    let reach = |county: Option<&str>, zone: Option<&str>, within: f64, drive: Option<f64>| {
        json!({"county": county.map(text), "zone": zone, "population": 1000.0, "within_time": within,
               "mean_drive_min": drive, "unreached": 0.0})
    };
    let closure = |county: Option<&str>, lose: f64, most: Option<f64>| {
        json!({"county": county.map(text), "zone": null, "population": 5000.0, "within_time_open": 0.9125,
               "within_time_closed": 0.8, "lose": lose, "added_min": most, "most_added_min": most, "cut_off": 17.0 * lose})
    };
    let folder = run_folder(|summary, _| {
        let state = |active: &[&str], share: f64, usual: bool, drive: f64| {
            let rows = [
                reach(None, None, 0.875, Some(drive)),
                reach(None, Some("urban"), 0.5, None),
                reach(Some("Onecounty"), None, 0.25, Some(2.0 * drive)),
            ];
            json!({"active": active.iter().map(|a| text(a)).collect::<Vec<_>>(), "share_of_time": share,
                   "usual": usual, "rows": rows})
        };
        summary["states"] = json!([state(&[], 0.75, true, 7.5), state(&["night", "<fog>"], 0.25, false, 9.5)]);
        summary["closures"] = json!([{"key": "k", "name": text("the pass"), "share_of_time": 1.0, "beside": [text("night")],
            "rows": [closure(None, 123.0, Some(4.5)), closure(Some("Changed"), 123.0, None), closure(Some("Untouched"), 0.0, Some(0.0))]}]);
        summary["sensitivity"] = json!([{"without": "gradient", "rows": [reach(None, None, 0.9, Some(6.25))]}]);
    });
    render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let en = page(folder.path(), "report.en.html");
    for wanted in titles.iter().map(|t| t.get(Lang::En)).chain([
        "night + &lt;fog&gt;",
        "most of the time",
        "87.5% | 7.5",
        "25.0% | 19.0",
        "Closed for 100.0% of the measured time; 123 people are no longer",
        "In force at the same time: night.",
        "Changed",
        "without gradient",
    ]) {
        assert!(en.contains(wanted), "{wanted}");
    }
    assert!(!en.contains("Untouched") && !en.contains(Word::WithoutBends.get(Lang::En)));
    let zh = page(folder.path(), "report.html");
    assert!(titles.iter().all(|t| zh.contains(t.get(Lang::Zh))));
}

#[test]
fn one_replication_has_charts_without_intervals() {
    /// Takes the ends of every interval away.
    fn open(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    match key.as_str() {
                        "low" | "high" => *value = serde_json::Value::Null,
                        _ => open(value),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(open),
            _ => {}
        }
    }
    let folder = run_folder(|summary, _| {
        open(&mut summary["charts"]);
        open(&mut summary["response"]);
    });
    for lang in [Lang::Zh, Lang::En] {
        let written = render(folder.path(), &ReportOptions { lang, png: true }).unwrap();
        for path in written.iter().filter(|p| p.extension().is_some_and(|e| e == "svg")) {
            let text = without_font(&fs::read_to_string(path).unwrap());
            assert!(!text.contains("NaN") && !text.contains("inf\""), "{}", path.display());
        }
    }
    // No share of an hour is told that has no interval.
    let week = page(folder.path(), "charts/hour-of-week.svg");
    assert!(without_font(&week).contains("too few calls"));
}

/// The figures of the sample stand in the pictures.
#[test]
fn charts_show_the_figures_of_the_summary() {
    let folder = run_folder(|_, _| {});
    render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    let texts = |name: &str| -> Vec<String> {
        let svg = page(folder.path(), &format!("charts/{name}.en.svg"));
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts = document.descendants().filter(|n| n.has_tag_name("text")).filter_map(|n| n.text());
        texts.map(|t| t.trim().to_string()).collect()
    };
    let charts = sample_summary().charts;
    let shown = texts("hour-of-week");
    for (hour, cell) in charts.week.iter().enumerate() {
        let share = cell.share_within.unwrap();
        let text = format!("{:.0}", share.mean * 100.0);
        assert!(share.high - share.low > 0.2 || shown.contains(&text), "hour {hour}: {text}");
        let calls = format!("{:.1}", cell.calls_per_hour.unwrap().mean);
        assert!(shown.contains(&calls), "hour {hour}: {calls}");
    }
    let told = charts.week.iter().filter(|h| h.share_within.is_some_and(|e| e.high - e.low <= 0.2)).count();
    assert!(told > 24 && told < 168, "{told} hours have a share: some are to be hatched");
    let wide = charts.week.iter().map(|h| h.share_within.unwrap()).find(|e| e.high - e.low > 0.2).unwrap();
    let numbers = shown.iter().filter(|t| **t == format!("{:.0}", wide.mean * 100.0)).count();
    let others = charts.week.iter().filter_map(|h| h.share_within).filter(|e| e.high - e.low <= 0.2);
    let same = others.filter(|e| format!("{:.0}", e.mean * 100.0) == format!("{:.0}", wide.mean * 100.0)).count();
    assert!(numbers <= same + 1, "a share that is not known is told");

    let shown = texts("free-units");
    for row in &charts.free_units {
        assert!(shown.contains(&format!("{:.1} / {}", row.mean.mean, row.units)), "{row:?}");
        let hours = row.at_most[2].mean * 168.0;
        let text = if hours == 0.0 { "0".to_string() } else { format!("{hours:.1} (") };
        assert!(shown.iter().any(|t| t.starts_with(&text)), "{row:?}: {text}");
    }
    let shown = texts("response-parts");
    for zone in &charts.response_parts {
        for part in &zone.parts {
            let mean = part.mean_min.mean;
            let text = if mean < 1.0 { format!("{mean:.2} (") } else { format!("{mean:.1} (") };
            assert!(shown.iter().any(|t| t.starts_with(&text)), "{part:?}: {text}");
        }
        // Those after the clock's start are the response.
        let sum: f64 = zone.parts.iter().filter(|p| p.counts).map(|p| p.mean_min.mean).sum();
        let summary = sample_summary();
        let row = summary.response.iter().find(|r| r.county.is_none() && r.zone == Some(zone.zone)).unwrap();
        assert!((sum - row.mean_min.unwrap().mean).abs() < 0.005, "{sum}");
    }
    let shown = texts("hand-over");
    let handover = charts.handover.unwrap();
    assert!(handover.hospitals.iter().all(|h| shown.contains(&format!("{:.1}%", h.share_within.mean * 100.0))));
    assert!(shown.contains(&"6.3".to_string()) && shown.iter().any(|t| t.contains("waiting for a bay")));
    let shown = texts("fractile-by-county");
    for row in sample_summary().response.iter().filter(|r| r.zone.is_some()) {
        assert!(shown.contains(&format!("{:.1}", row.p90_min.unwrap().mean)), "{row:?}");
    }
}

#[test]
fn runs_of_earlier_versions_have_the_charts_they_hold_figures_of() {
    let folder = run_folder(|summary, _| {
        summary.as_object_mut().unwrap().remove("charts");
        for row in summary["response"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("p80_min");
            row.as_object_mut().unwrap().remove("p95_min");
        }
    });
    let written = render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    let svgs = written.iter().filter(|p| p.extension().is_some_and(|e| e == "svg")).count();
    assert_eq!(svgs, CHARTS.len() - 5 + 1);
}

#[test]
fn the_map_has_bands_along_roads_and_county_lines_where_a_run_has_them() {
    let svg = |with: bool| {
        let folder = run_folder(|_, map| {
            if with {
                for road in map["roads"].as_array_mut().unwrap() {
                    let n = road["line"].as_array().unwrap().len();
                    // The last place is not reached: the ground ends before it.
                    let minutes = (0..n).map(|i| (i + 1 < n).then_some(3.0 * i as f64));
                    road["minutes"] = minutes.collect::<Vec<_>>().into();
                }
                map["outlines"] = serde_json::json!([
                    {"counties": [], "approximate": true, "line": [[102.3, 24.2], [102.5, 24.4], [102.6, 24.4]]}
                ]);
            }
        });
        let options = ReportOptions { lang: Lang::En, png: false };
        render(folder.path(), &options).unwrap();
        fs::read_to_string(folder.path().join("map.svg")).unwrap()
    };
    let (without, with) = (svg(false), svg(true));
    for sign in
        ["class=\"band\"", "class=\"outline\"", "county line", "approximate: by the nearest", "the ground along roads"]
    {
        assert!(with.contains(sign) && !without.contains(sign), "{sign}");
    }
    // All five bands, the slowest at the bottom.
    let tints: Vec<usize> = ["#bb9dab", "#e3a39c", "#f9bf99", "#fedba0", "#fff0a3"]
        .map(|tint| {
            with.find(&format!("class=\"band\" transform=\"scale(.1)\" fill=\"none\" stroke=\"{tint}\"")).unwrap()
        })
        .into();
    assert!(tints.is_sorted(), "{tints:?}");
}
