//! Reports for other programs, made by the command line from a run folder and read back: workbooks with calamine, Word
//! documents as archives of XML, GeoJSON, CSV and Markdown as text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use calamine::{Data, Range, Reader, Xlsx};
use predicates::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(root()).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command
}

fn read_sample(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("tests/data/sample-run").join(name)).unwrap()).unwrap()
}

/// A run folder of its own, with the sample's data (invented figures) changed by `change`.
fn run_folder(change: impl FnOnce(&mut Value, &mut Value)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut summary, mut map) = (read_sample("summary.json"), read_sample("map.json"));
    change(&mut summary, &mut map);
    fs::write(folder.path().join("summary.json"), summary.to_string()).unwrap();
    fs::write(folder.path().join("map.json"), map.to_string()).unwrap();
    folder
}

/// Renders a run folder in both languages, Chinese first.
fn report(folder: &Path, formats: &str) {
    let mut command = goldenhour();
    command.arg("report").arg(folder).args(["--lang", "zh", "--and-other", "--no-png", "--format", formats]);
    command.assert().success();
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(path: PathBuf) -> Book {
    Xlsx::new(Cursor::new(fs::read(path).unwrap())).unwrap()
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap()
}

/// The column with a heading.
fn column(sheet: &Range<Data>, head: &str) -> usize {
    let heads = sheet.rows().next().unwrap();
    heads.iter().position(|h| *h == head).unwrap_or_else(|| panic!("no column {head} in {heads:?}"))
}

#[test]
fn workbooks_have_a_sheet_a_topic_with_typed_cells() {
    let folder = run_folder(|_, _| {});
    report(folder.path(), "xlsx");
    assert_eq!(files(folder.path()), ["map.json", "report.en.xlsx", "report.xlsx", "summary.json"]);
    let (mut zh, mut en) = (book(folder.path().join("report.xlsx")), book(folder.path().join("report.en.xlsx")));
    assert_eq!(
        zh.sheet_names(),
        [
            "结论",
            "响应时间",
            "电话接听",
            "各阶段时长",
            "覆盖",
            "等待公平性",
            "救护车",
            "站点",
            "医院",
            "呼叫去向与事件",
            "优先级与类别",
            "公开数字对照",
            "假设",
            "复现"
        ]
    );
    assert_eq!(en.sheet_names().len(), zh.sheet_names().len());
    let summary = read_sample("summary.json");
    for (book, lang, name, [county, mean, low, target]) in [
        (&mut zh, "zh", "响应时间", ["区县", "平均响应时间（分钟）", "平均响应时间，区间下限（分钟）", "目标（分钟）"]),
        (
            &mut en,
            "en",
            "Response",
            ["County", "Mean response (min)", "Mean response, interval from (min)", "Target (min)"],
        ),
    ] {
        let sheet = sheet(book, name);
        let rows = summary["response"].as_array().unwrap();
        assert_eq!(sheet.height(), rows.len() + 1);
        let at = [county, mean, low, target].map(|head| column(&sheet, head));
        for (i, row) in rows.iter().enumerate() {
            let cell = |c: usize| sheet.get((i + 1, c)).unwrap();
            if let Some(name) = row["county"][lang].as_str() {
                assert_eq!(cell(at[0]), &Data::String(name.into()));
            }
            let number = |v: &Value| v.as_f64().map_or(Data::Empty, Data::Float);
            assert_eq!(cell(at[1]), &number(&row["mean_min"]["mean"]), "row {i}");
            assert_eq!(cell(at[2]), &number(&row["mean_min"]["low"]), "row {i}");
            assert_eq!(cell(at[3]), &number(&row["target_min"]), "row {i}");
        }
    }
    // Verdicts: the figure, the threshold and the margin are numbers.
    let verdicts = sheet(&mut en, "Verdicts");
    let found = summary["verdicts"].as_array().unwrap();
    for (head, key) in [("Result", "/value/mean"), ("Target", "/threshold"), ("Margin", "/margin")] {
        let at = column(&verdicts, head);
        for (i, v) in found.iter().enumerate() {
            let wanted = v.pointer(key).and_then(Value::as_f64).map_or(Data::Empty, Data::Float);
            assert_eq!(verdicts.get((i + 1, at)), Some(&wanted), "{head} of clause {i}");
        }
    }
    assert!(found.iter().any(|v| v["value"].is_null()), "the sample has a clause without a figure");
    let equity = sheet(&mut en, "Equity");
    let rows = summary["equity"]["rows"].as_array().unwrap();
    assert_eq!(equity.height(), rows.len() + 1);
    for (head, key) in [("Gini", "/gini/mean"), ("Palma, interval to", "/palma/high"), ("Mean (min)", "/mean_min/mean")]
    {
        let at = column(&equity, head);
        for (i, row) in rows.iter().enumerate() {
            let wanted = row.pointer(key).and_then(Value::as_f64).map_or(Data::Empty, Data::Float);
            assert_eq!(equity.get((i + 1, at)), Some(&wanted), "{head} of row {i}");
        }
    }
    let kinds = sheet(&mut zh, "救护车");
    let at = column(&kinds, "类型");
    assert!(
        (1..kinds.height()).all(|i| ["普通型", "监护型"].contains(&kinds.get((i, at)).unwrap().to_string().as_str()))
    );
    let assumptions = sheet(&mut zh, "假设");
    assert_eq!(assumptions.height(), summary["assumptions"].as_array().unwrap().len() + 1);
    assert_eq!(assumptions.get((2, 2)), Some(&Data::String("假设".into())));
    // Everything that makes the run again.
    let again = sheet(&mut en, "Reproducibility");
    let texts: Vec<String> = again.rows().map(|r| r[1].to_string()).collect();
    for wanted in ["b3:5d1c0e7a9f2b44c8", "b3:90aa17c3d5e6f012", "120", "goldenhour run sample.toml --seed 120"] {
        assert!(texts.iter().any(|t| t == wanted), "{wanted}");
    }
}

#[test]
fn no_cell_says_that_it_has_no_value() {
    // One replication: no interval anywhere; a county without calls.
    let folder = run_folder(|summary, _| {
        let single = json!({"mean": 3.5, "low": null, "high": null});
        summary["response"][0]["mean_min"] = single.clone();
        summary["verdicts"][0]["value"] = single;
        for key in ["mean_min", "share_within", "p50_min", "p90_min"] {
            summary["response"][1][key] = Value::Null;
        }
    });
    report(folder.path(), "xlsx");
    for name in ["report.xlsx", "report.en.xlsx"] {
        let mut book = book(folder.path().join(name));
        for name in book.sheet_names() {
            let range = sheet(&mut book, &name);
            for (row, column, cell) in range.used_cells() {
                let text = cell.to_string();
                let text = text.trim();
                assert!(!matches!(text, "" | "–" | "-" | "NaN" | "inf" | "null"), "{name} {row},{column}: {cell:?}");
                assert!(!matches!(cell, Data::Error(_)), "{name} {row},{column}: {cell:?}");
            }
            // A column of numbers holds nothing else.
            for at in 0..range.width() {
                let cells: Vec<&Data> = range.rows().skip(1).map(|r| &r[at]).filter(|c| **c != Data::Empty).collect();
                let numbers = cells.iter().filter(|c| matches!(c, Data::Float(_) | Data::Int(_))).count();
                assert!(numbers == 0 || numbers == cells.len(), "{name}, column {at}: {cells:?}");
            }
        }
    }
    let mut en = book(folder.path().join("report.en.xlsx"));
    let response = sheet(&mut en, "Response");
    let at = column(&response, "Mean response (min)");
    assert_eq!(response.get((1, at)), Some(&Data::Float(3.5)));
    assert_eq!(response.get((1, at + 1)), Some(&Data::Empty));
    assert_eq!(response.get((2, at)), Some(&Data::Empty));
}

/// The parts of an archive by name.
fn parts(path: PathBuf) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().to_string(), bytes)
        })
        .collect()
}

fn part(parts: &[(String, Vec<u8>)], name: &str) -> String {
    let found = parts.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no part {name}"));
    String::from_utf8(found.1.clone()).unwrap()
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let folder = run_folder(|_, _| {});
    let all = "xlsx,docx,md,geojson,csv";
    report(folder.path(), all);
    let names = files(folder.path());
    let read = || -> Vec<Vec<u8>> { names.iter().map(|n| fs::read(folder.path().join(n)).unwrap()).collect() };
    let first = read();
    // Dates within such files count whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    report(folder.path(), all);
    for ((name, a), b) in names.iter().zip(&first).zip(&read()) {
        assert!(a == b, "{name} differs");
    }
    for name in ["report.xlsx", "report.docx"] {
        assert!(part(&parts(folder.path().join(name)), "docProps/core.xml").contains("2000-01-01T00:00:00Z"), "{name}");
    }
}

#[test]
fn the_word_document_holds_the_verdict_and_two_charts() {
    let folder = run_folder(|_, _| {});
    report(folder.path(), "docx");
    assert_eq!(files(folder.path()), ["map.json", "report.docx", "report.en.docx", "summary.json"]);
    let summary = read_sample("summary.json");
    for (name, lang, words) in [
        ("report.docx", "zh", ["未达标", "关键数字", "平均响应时间", "如何复现"]),
        ("report.en.docx", "en", ["missed", "Key figures", "Mean response", "How to repeat"]),
    ] {
        let parts = parts(folder.path().join(name));
        for (name, bytes) in parts.iter().filter(|(n, _)| n.ends_with(".xml") || n.ends_with(".rels")) {
            let text = std::str::from_utf8(bytes).unwrap();
            roxmltree::Document::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let text = part(&parts, "word/document.xml");
        let document = roxmltree::Document::parse(&text).unwrap();
        let texts: Vec<&str> =
            document.descendants().filter(|n| n.tag_name().name() == "t").filter_map(|n| n.text()).collect();
        let all = texts.join("\n");
        for word in words.into_iter().chain([summary["scenario"]["title"][lang].as_str().unwrap()]) {
            assert!(all.contains(word), "{name}: {word}");
        }
        // One row a clause, besides the headings and the key figures.
        let tables: Vec<_> = document.descendants().filter(|n| n.tag_name().name() == "tbl").collect();
        assert_eq!(tables.len(), 2);
        let rows = |t: usize| tables[t].children().filter(|n| n.tag_name().name() == "tr").count();
        assert_eq!(rows(1), summary["verdicts"].as_array().unwrap().len() + 1);
        // Every picture that is named is there, and is a PNG.
        let rels = part(&parts, "word/_rels/document.xml.rels");
        let rels = roxmltree::Document::parse(&rels).unwrap();
        let named: Vec<&str> = document
            .descendants()
            .filter(|n| n.tag_name().name() == "blip")
            .filter_map(|n| n.attributes().find(|a| a.name() == "embed").map(|a| a.value()))
            .collect();
        assert_eq!(named.len(), 2);
        for id in named {
            let rel = rels.descendants().find(|n| n.attribute("Id") == Some(id)).unwrap();
            let target = format!("word/{}", rel.attribute("Target").unwrap());
            let image = &parts.iter().find(|(n, _)| *n == target).unwrap().1;
            assert!(image.starts_with(b"\x89PNG\r\n"));
        }
    }
}

/// Cells of a line of a Markdown table.
fn cells(line: &str) -> usize {
    line.replace("\\|", "").matches('|').count() - 1
}

#[test]
fn the_markdown_summary_is_made_of_whole_tables() {
    let folder = run_folder(|_, _| {});
    report(folder.path(), "md");
    for (name, wanted) in [
        ("report.md", ["# 样例：九区县统一调度", "## 关键数字", "× 未达标", "## 如何复现", "种子"]),
        ("report.en.md", ["# Sample: nine counties", "## Key figures", "× missed", "## How to repeat", "Seed"]),
    ] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        for wanted in wanted.into_iter().chain(["```sh\ngoldenhour run sample.toml --seed 120\n```"]) {
            assert!(text.contains(wanted), "{name}: {wanted} is missing in\n{text}");
        }
        let lines: Vec<&str> = text.lines().collect();
        let rules: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].starts_with("| ---")).collect();
        assert_eq!(rules.len(), 4, "verdicts, key figures, response, digests");
        for rule in rules {
            let table = lines[rule - 1..].iter().take_while(|l| l.starts_with('|'));
            let widths: Vec<usize> = table.map(|l| cells(l)).collect();
            assert!(widths.len() > 2 && widths.iter().all(|w| *w == widths[0]), "{widths:?}");
        }
    }
}

#[test]
fn hostile_names_stay_names() {
    let hostile = "=HYPERLINK(\"x\")|<w:p>&\u{1}*_`@you";
    let folder = run_folder(|summary, map| {
        let text = json!({"zh": hostile, "en": hostile});
        summary["scenario"]["title"] = text.clone();
        summary["verdicts"][0]["title"] = text.clone();
        summary["units"][0]["id"] = hostile.into();
        summary["run"]["command"] = "goldenhour run '```' x".into();
        map["points"][0]["name"] = text;
    });
    report(folder.path(), "xlsx,docx,md,geojson");
    let mut en = book(folder.path().join("report.en.xlsx"));
    let units = sheet(&mut en, "Units");
    assert!(matches!(units.get((1, 0)), Some(Data::String(text)) if text.starts_with("=HYPERLINK")));
    assert!(en.worksheet_formula("Units").unwrap().used_cells().all(|(_, _, f)| f.is_empty()));
    let document = part(&parts(folder.path().join("report.docx")), "word/document.xml");
    let document = roxmltree::Document::parse(&document).unwrap();
    let shown = hostile.replace('\u{1}', "");
    assert!(document.descendants().any(|n| n.text() == Some(shown.as_str())));
    let md = fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(!md.contains("<w:p>") && !md.contains("@you") && md.contains("````sh\n"));
    let points: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("points.geojson")).unwrap()).unwrap();
    assert_eq!(points["features"][0]["properties"]["name_en"], hostile);
}

#[test]
fn a_run_without_anything_still_gives_files_that_open() {
    let folder = run_folder(|summary, map| {
        for list in ["units", "posts", "hospitals", "verdicts", "references", "assumptions", "notes", "intervals"] {
            summary[list] = json!([]);
        }
        for list in ["response", "coverage"] {
            summary[list] = json!([]);
        }
        summary["response_histogram"] = json!({"bin_s": 10.0, "urban": [], "rural": []});
        for list in ["roads", "water", "posts", "hospitals", "points"] {
            map[list] = json!([]);
        }
    });
    report(folder.path(), "xlsx,docx,md,geojson,csv");
    let mut zh = book(folder.path().join("report.xlsx"));
    assert_eq!(sheet(&mut zh, "救护车").height(), 1);
    let points: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("points.geojson")).unwrap()).unwrap();
    assert_eq!(points, json!({"type": "FeatureCollection", "features": []}));
}

#[test]
fn formats_are_a_list_and_a_wrong_one_is_told() {
    let folder = run_folder(|_, _| {});
    let mut command = goldenhour();
    command
        .arg("report")
        .arg(folder.path())
        .args(["--format", "xlsx", "--format", "md,xlsx", "--lang", "en", "--json"]);
    let assert = command.assert().success();
    let printed: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let names: Vec<&str> = printed["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap().rsplit(['/', '\\']).next().unwrap())
        .collect();
    assert_eq!(names, ["report.xlsx", "report.md"]);
    let mut command = goldenhour();
    command.arg("report").arg(folder.path()).args(["--format", "pdf"]);
    command.assert().code(2).stderr(predicate::str::contains("html, both, xlsx, docx, md, geojson, csv"));
    // Without the option the page is written as ever.
    goldenhour().arg("report").arg(folder.path()).args(["--no-png", "--lang", "en"]).assert().success();
    assert!(folder.path().join("report.html").is_file() && folder.path().join("charts/response-time.svg").is_file());
}

#[test]
fn points_of_a_real_run_add_up_to_its_coverage() {
    let out = tempfile::tempdir().unwrap();
    let mut command = goldenhour();
    command.args(["run", "scenarios/yuxi-now.toml", "--replications", "1", "--days", "1", "--no-png", "--quiet"]);
    command.args(["--lang", "en"]).arg("--out").arg(out.path()).assert().success();
    let run = fs::read_dir(out.path().join("yuxi-now")).unwrap().next().unwrap().unwrap().path();
    goldenhour().arg("report").arg(&run).args(["--format", "geojson,csv"]).assert().success();
    let summary: Value = serde_json::from_str(&fs::read_to_string(run.join("summary.json")).unwrap()).unwrap();
    let points: Value = serde_json::from_str(&fs::read_to_string(run.join("points.geojson")).unwrap()).unwrap();
    let points: Vec<&Value> = points["features"].as_array().unwrap().iter().map(|f| &f["properties"]).collect();
    assert_eq!(points.len() as u64, summary["world"]["points"].as_u64().unwrap());
    let people = |p: &Value| p["population"].as_f64().unwrap();
    let all: f64 = points.iter().map(|p| people(p)).sum();
    for (key, row) in [("covered_time", "within_time"), ("covered_radius", "within_radius_straight")] {
        let covered: f64 = points.iter().filter(|p| p[key] == true).map(|p| people(p)).sum();
        let told = summary["coverage"][0][row].as_f64().unwrap();
        assert!((covered / all - told).abs() < 1e-9, "{key}: {} but {told}", covered / all);
        assert!(told > 0.1 && told < 1.0, "{told} tells nothing");
    }
    // The post is one with units, and no way by road is shorter than a straight line to the nearest.
    let posts: Vec<&str> =
        summary["posts"].as_array().unwrap().iter().map(|p| p["name"]["en"].as_str().unwrap()).collect();
    for p in &points {
        assert_eq!(p["post_en"].is_null(), p["drive_min"].is_null());
        if let Some(name) = p["post_en"].as_str() {
            assert!(posts.contains(&name), "{name}");
        }
        if let (Some(road), Some(straight)) = (p["road_km"].as_f64(), p["radius_km"].as_f64()) {
            assert!(road >= straight - 0.01, "{}: {road} km by road, {straight} km straight", p["id"]);
        }
    }
    // The CSV says the same, and begins with the mark by which WPS and Excel know UTF-8.
    let csv = fs::read(run.join("points.csv")).unwrap();
    let csv = csv.strip_prefix("\u{feff}".as_bytes()).expect("no byte-order mark");
    let mut reader = csv::Reader::from_reader(csv);
    let heads = reader.headers().unwrap().clone();
    let at = |head: &str| heads.iter().position(|h| h == head).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), points.len());
    for (row, p) in rows.iter().zip(&points) {
        assert_eq!(&row[at("id")], p["id"].as_str().unwrap());
        assert_eq!(&row[at("post_zh")], p["post_zh"].as_str().unwrap_or(""));
        let wanted = if p["covered_time"] == true { "TRUE" } else { "FALSE" };
        assert_eq!(&row[at("covered_time")], wanted);
    }
}

#[test]
fn both_languages_stand_in_one_page() {
    let folder = run_folder(|summary, _| {
        summary["scenario"]["description"] = json!({"zh": "\" id=\"s1\" url(#x)", "en": "\" id=\"s1\" url(#x)"});
    });
    let made = |first: &str| {
        let mut command = goldenhour();
        command.arg("report").arg(folder.path()).args(["--lang", first, "--format", "both"]);
        command.assert().success().stdout(predicate::str::contains("report.both.html"));
        fs::read_to_string(folder.path().join("report.both.html")).unwrap()
    };
    let page = made("zh");
    assert_eq!(files(folder.path()), ["map.json", "report.both.html", "summary.json"]);
    for forbidden in ["<script", "<link", "<iframe", "<img", "@import", "src=\"http", "href=\"http", "url(http"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let names: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: std::collections::BTreeSet<&&str> = names.iter().collect();
    assert!(names.len() > 20 && distinct.len() == names.len(), "a name is there twice: {names:?}");
    for link in page.split("href=\"#").skip(1).chain(page.split("\"url(#").skip(1)) {
        let name = link.split(['"', ')']).next().unwrap();
        assert!(names.contains(&name), "nothing is called {name}");
    }
    let (zh, en) = (page.find("<main lang=\"zh-CN\"").unwrap(), page.find("<main lang=\"en\"").unwrap());
    assert!(zh < en && page.matches("<svg").count() % 2 == 0 && page.matches("/*font*/").count() == 0);
    assert!(page[zh..en].contains("2.4 算法") && page[en..].contains("2.4 Algorithms"));
    let other = made("en");
    assert!(other.find("<main lang=\"en\"").unwrap() < other.find("<main lang=\"zh-CN\"").unwrap());
}

#[test]
fn closures_have_a_sheet_where_there_are_any() {
    let folder = run_folder(|summary, _| {
        let row = |county: Value, lose: f64, most: Option<f64>| {
            json!({"county": county, "zone": null, "population": 5000.0, "within_time_open": 0.9125,
                "within_time_closed": 0.8, "lose": lose, "added_min": most, "most_added_min": most, "cut_off": 17.0})
        };
        let text = |t: &str| json!({"zh": t, "en": t});
        summary["closures"] = json!([{"key": "k", "name": text("the pass"), "share_of_time": 0.25, "beside": [text("night")],
            "rows": [row(Value::Null, 123.0, Some(4.5)), row(text("One"), 0.0, None)]}]);
    });
    report(folder.path(), "xlsx");
    let mut en = book(folder.path().join("report.en.xlsx"));
    let closures = sheet(&mut en, "Closures");
    assert_eq!(closures.height(), 3);
    let cell = |row: usize, head: &str| closures.get((row, column(&closures, head))).unwrap().clone();
    assert_eq!(cell(1, "In force beside it"), Data::String("night".into()));
    assert_eq!(cell(1, "Added to the mean drive (min)"), Data::Float(4.5));
    assert_eq!(cell(2, "Added to the mean drive (min)"), Data::Empty);
}
