//! The page, the maps and the Markdown of siting proposals, from files alone (`tests/data/sample-siting`: five posts for the
//! bundled scenario before the reform, judged by ten replications; its map thinned out).
//!
//! Golden texts are written anew with `GOLDENHOUR_BLESS=1 cargo test --test siting_page`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::report::{
    Format, Rendering, ReportError, ReportOptions, render_formats, render_siting, uncovered_characters,
};
use goldenhour::text::Lang;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder)
}

/// A folder of its own with the sample's proposals changed by `change`; without the judgment.
fn folder(change: impl FnOnce(&mut Value)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(data("sample-siting/siting.json")).unwrap();
    let mut sited: Value = serde_json::from_str(&text).unwrap();
    change(&mut sited);
    fs::write(folder.path().join("siting.json"), sited.to_string()).unwrap();
    fs::copy(data("sample-siting/map.json"), folder.path().join("map.json")).unwrap();
    folder
}

fn judged(folder: &Path) {
    fs::copy(data("sample-siting/judgment.json"), folder.join("judgment.json")).unwrap();
}

fn render(folder: &Path, lang: Lang) -> Vec<String> {
    let written = render_siting(folder, &ReportOptions { lang, png: false }).unwrap();
    written.iter().map(|p| p.strip_prefix(folder).unwrap().to_str().unwrap().to_string()).collect()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The words of a page, a line each; without pictures and styles, and without the folder's own name.
fn words(page: &str, folder: &Path) -> String {
    let mut text = page.replace("&#x2f;", "/").replace("&#x27;", "'").replace(folder.to_str().unwrap(), "FOLDER");
    for tag in ["svg", "style"] {
        while let Some(start) = text.find(&format!("<{tag}")) {
            let end = text[start..].find(&format!("</{tag}>")).unwrap() + start + tag.len() + 3;
            text.replace_range(start..end, "");
        }
    }
    let mut out = String::new();
    for part in text.split('<').skip(1) {
        let (tag, words) = part.split_once('>').unwrap_or((part, ""));
        if ["p", "h1", "h2", "h3", "tr", "li", "summary", "pre", "footer"]
            .iter()
            .any(|t| tag.split(' ').next() == Some(t))
        {
            out.push('\n');
        }
        if ["td", "th"].iter().any(|t| tag.split(' ').next() == Some(t)) {
            out.push_str(" | ");
        }
        out.push_str(words.trim_matches('\n'));
    }
    let lines: Vec<&str> = out.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    lines.join("\n") + "\n"
}

fn golden(name: &str, found: &str) {
    let path = data("sample-siting/expected").join(name);
    if std::env::var_os("GOLDENHOUR_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} differs; bless it if this is meant.\n--- found\n{found}", path.display());
}

/// A name, a question, and what it makes of the sample.
type Changed = (&'static str, Value, fn(&mut Value));

/// Turns the sample into other questions.
fn questions() -> Vec<Changed> {
    fn as_front(s: &mut Value) {
        let rows: Vec<Value> = s["proposals"].as_array().unwrap().iter().enumerate().map(|(i, p)| json!({
            "posts": 5, "key": p["key"], "cost": 100.0 * (i as f64 + 1.0), "people_within": p["promise"]["people_within"],
            "within": p["promise"]["within"], "mean_min": p["promise"]["mean_min"], "worst": p["promise"]["worst"][1],
            "on_front": i < 2,
        })).collect();
        s["front"] = rows.into();
    }
    fn as_many(s: &mut Value) {
        let first = s["proposals"][0].clone();
        s["proposals"] = (1..=10)
            .map(|i| {
                let mut p = first.clone();
                p["key"] = format!("mclp-{i}").into();
                p
            })
            .collect();
        as_front(s);
        s["front"].as_array_mut().unwrap().iter_mut().for_each(|f| f["on_front"] = true.into());
    }
    fn as_close(s: &mut Value) {
        for p in s["proposals"].as_array_mut().unwrap() {
            let mut sites = p["opened"].take();
            for (i, site) in sites.as_array_mut().unwrap().iter_mut().enumerate() {
                (site["units_now"], site["units"]) = (2.into(), 0.into());
                site["id"] = format!("Q0{}", i + 1).into();
            }
            (p["closed"], p["opened"]) = (sites, json!([]));
            p["shifts"][0]["outside"] = 1234.0.into();
            p["promise"]["people_within"] = 1_000_000.0.into();
            (p["proved"], p["gap"]) = (false.into(), 0.0123.into());
        }
    }
    fn as_fleet(s: &mut Value) {
        let now = s["now"].clone();
        for p in s["proposals"].as_array_mut().unwrap() {
            let mut sites = p["opened"].take();
            for (i, site) in sites.as_array_mut().unwrap().iter_mut().enumerate() {
                (site["units_now"], site["units"]) = if i == 0 { (3.into(), 2.into()) } else { (2.into(), 4.into()) };
                site["id"] = format!("Q0{}", i + 1).into();
            }
            (p["changed"], p["opened"], p["shifts"]) = (
                sites,
                json!([]),
                json!([{"county": null, "sooner": 0.0, "later": 0.0, "inside": 0.0, "outside": 0.0}]),
            );
            p["promise"] = now.clone();
        }
    }
    fn as_fewest(s: &mut Value) {
        let want = |clause: &str, left: Value, unit: &str| {
            json!({
                "clause": clause, "title": {"zh": "农村到达", "en": "rural arrival"}, "left_out": left, "wanted": 30.0,
                "now": 50.0, "promised": 29.9, "unit": unit,
            })
        };
        s["wants"] = json!([
            want("rural", Value::Null, "min"),
            want("answer", json!({"zh": "与站点无关", "en": "posts have no say"}), "%")
        ]);
    }
    fn as_none(s: &mut Value) {
        s["proposals"] = json!([]);
        let why = |model: &str| {
            json!({
                "model": model,
                "unreached": [{"name": {"zh": "某村", "en": "A <village>"}, "county": null, "people": 1935.0, "minutes": null}],
                "ways_out": [{"zh": "改为 18 个站点", "en": "the same with 18 posts"}],
            })
        };
        s["why_none"] = json!([why("mclp"), why("median")]);
    }
    vec![
        ("move", json!({"asks": "add", "posts": 5, "units_each": 1, "moves": 2}), |_| ()),
        ("front", json!({"asks": "frontier", "most": 5, "units_each": 1}), as_front),
        ("many", json!({"asks": "frontier", "most": 10, "units_each": 1}), as_many),
        ("close", json!({"asks": "close", "posts": null, "keep": 0.98}), as_close),
        ("fleet", json!({"asks": "fleet", "units": 10, "anew": true}), as_fleet),
        (
            "fewest",
            json!({"asks": "fewest", "pack": "p", "title": {"zh": "包", "en": "pack"}, "units_each": 1}),
            as_fewest,
        ),
        ("none", json!({"asks": "add", "posts": 2, "units_each": 1, "moves": 0}), as_none),
    ]
}

fn asked(question: Value, change: fn(&mut Value)) -> tempfile::TempDir {
    folder(|s| {
        s["question"] = question;
        change(s);
    })
}

#[test]
fn golden_words_in_both_languages() {
    let folder = folder(|_| ());
    judged(folder.path());
    for (lang, code) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        render(folder.path(), lang);
        golden(&format!("page.{code}.txt"), &words(&read(folder.path(), "siting.html"), folder.path()));
        golden(&format!("siting.{code}.md"), &read(folder.path(), "siting.md"));
    }
}

#[test]
fn every_file_is_written_once_and_again_the_same() {
    let folder = folder(|_| ());
    let names = render(folder.path(), Lang::Zh);
    let mut wanted = vec!["siting.html".to_string(), "siting.en.html".into(), "siting.md".into()];
    for key in ["add-mclp", "add-median", "add-mexclp"] {
        wanted.extend([format!("map-{key}.svg"), format!("map-{key}.en.svg")]);
    }
    assert_eq!(names[0], "siting.html");
    assert_eq!(names.iter().collect::<BTreeSet<_>>(), wanted.iter().collect::<BTreeSet<_>>());
    assert_eq!(names.len(), wanted.len());
    let all = || wanted.iter().map(|name| read(folder.path(), name)).collect::<Vec<_>>();
    let first = all();
    render(folder.path(), Lang::Zh);
    assert!(all() == first, "the same files gave other bytes");
    // The page in the other language is that which is made first there, but for the names of files.
    render(folder.path(), Lang::En);
    assert_eq!(
        words(&read(folder.path(), "siting.html"), folder.path()),
        words(&first[1], folder.path()).replace("English", "中文")
    );
}

#[test]
fn every_question_has_a_page_that_can_be_read() {
    for (name, question, change) in questions() {
        let folder = asked(question, change);
        render(folder.path(), Lang::Zh);
        for file in ["siting.html", "siting.en.html"] {
            let page = read(folder.path(), file);
            let said = words(&page, folder.path());
            assert!(uncovered_characters(&said).is_empty(), "{name} {file}: {:?}", uncovered_characters(&said));
            for wrong in ["NaN", "inf ", "None", "undefined", "{", "}"] {
                assert!(!said.contains(wrong), "{name} {file} says {wrong}:\n{said}");
            }
            assert!(!page.contains("src=\"http"), "{name} {file} needs the network");
            let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|p| p.split('"').next()).collect();
            assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name} {file}: an id twice in {ids:?}");
        }
        let (zh, en) = (read(folder.path(), "siting.html"), read(folder.path(), "siting.en.html"));
        let wanted: &[&str] = match name {
            "front" => &["What each further post brings", "Money and what it brings", "On the front"],
            "many" => &["Of the 10 proposals on the front, 6 are shown"],
            "close" => &["These 5 posts could close", "1,234 people would fall out", "at most 1.23% off"],
            "fleet" => &["More units at", "Fewer units at", "units do not change which post is nearest"],
            "fewest" => &["5 new posts are enough", "not met on paper", "Not decided by where posts stand"],
            "none" => &["The smallest changes that work", "the same with 18 posts", "A &lt;village&gt;"],
            _ => &["5 new posts, 2 may move"],
        };
        for wanted in wanted {
            assert!(en.contains(wanted), "{name} lacks {wanted}");
        }
        if name == "none" {
            assert!(!zh.contains("<figure") && !folder.path().join("map-add-mclp.svg").exists());
            assert_eq!(zh.matches("改为 18 个站点").count(), 2, "in short, and once for both models");
        }
        if name == "many" {
            assert_eq!(en.matches("<section class=\"proposal\"").count(), 6);
        }
    }
}

#[test]
fn maps_show_what_changes_with_the_numbers_of_the_table() {
    let folder = folder(|_| ());
    let written = render_siting(folder.path(), &ReportOptions { lang: Lang::En, png: true }).unwrap();
    assert!(written.iter().any(|f| f.ends_with("map-add-mclp.png")));
    let png = fs::read(folder.path().join("map-add-mclp.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 20_000);
    let svg = read(folder.path(), "map-add-mclp.svg");
    let map: Value = serde_json::from_str(&read(folder.path(), "map.json")).unwrap();
    let count = |fill: &str| svg.matches(&format!("fill=\"{fill}\" stroke")).count();
    let turns = |then: bool, now: bool| {
        let within = |p: &Value, m: &Value| m.as_f64().is_some_and(|m| m <= p["limit_min"].as_f64().unwrap());
        let of = |p: &&Value| within(p, &p["now_min"]) == now && within(p, &p["minutes"][0]) == then;
        map["points"].as_array().unwrap().iter().filter(of).count()
    };
    // One more each in the legend.
    assert_eq!(count("#00a087"), turns(true, false) + 1);
    assert_eq!(count("#b3261e"), turns(false, true) + 1);
    assert_eq!(count("#f4c28a"), turns(false, false) + 1);
    assert!(turns(true, false) > 3);
    for number in 1..=5 {
        // On the map and in the legend.
        assert_eq!(svg.matches(&format!("fill=\"#ffffff\">{number}</text>")).count(), 2, "{number}");
    }
    let page = read(folder.path(), "siting.html");
    assert!(page.contains("Liqi Community Health Centre") && svg.contains("Liqi Community Health"));
}

#[test]
fn the_simulation_is_shown_only_of_these_proposals() {
    let folder = folder(|_| ());
    render(folder.path(), Lang::En);
    assert!(read(folder.path(), "siting.html").contains("nothing has been simulated yet"));
    judged(folder.path());
    render(folder.path(), Lang::En);
    let page = read(folder.path(), "siting.html");
    assert!(
        page.contains("The simulation: Best, or less than 1 point from the best: most people within")
            && page.contains("no change at all")
    );
    assert!(!page.contains("nothing has been simulated yet"));
    let other = read(folder.path(), "judgment.json").replace("a83e157b", "b83e157b");
    fs::write(folder.path().join("judgment.json"), other).unwrap();
    render(folder.path(), Lang::En);
    assert!(read(folder.path(), "siting.html").contains("nothing has been simulated yet"));
}

#[test]
fn a_report_takes_in_proposals_about_its_scenario_and_no_others() {
    let run = tempfile::tempdir().unwrap();
    for name in ["summary.json", "map.json"] {
        fs::copy(data("sample-run").join(name), run.path().join(name)).unwrap();
    }
    let summary: Value = serde_json::from_str(&read(run.path(), "summary.json")).unwrap();
    let (name, digest) = (summary["scenario"]["name"].clone(), summary["scenario"]["digest"].clone());
    let report = |siting: &Path| -> Result<String, ReportError> {
        let how = Rendering {
            langs: &[Lang::En],
            formats: &[Format::Html],
            png: false,
            comparison: None,
            siting: Some(siting),
        };
        render_formats(run.path(), &how)?;
        Ok(read(run.path(), "report.html"))
    };
    let ours = folder(|s| s["digest"] = digest.clone());
    let page = report(ours.path()).unwrap();
    for shown in
        ["9</span>Siting proposals", "10</span>", "12</span>", "is the one that was asked about", "Open these 5 posts"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    let refused = |siting: &Path| report(siting).unwrap_err().to_string();
    let others = folder(|_| ());
    let told = refused(others.path());
    assert!(told.contains("not the scenario of this run") && told.contains("yuxi-before-add-mclp.toml"), "{told}");
    let changed = folder(|s| s["scenario"] = name.clone());
    let told = refused(changed.path());
    assert!(told.contains("not what it was") && told.contains("--set"), "{told}");
    let told = refused(run.path());
    assert!(told.contains("no siting.json") && told.contains("goldenhour siting add"), "{told}");
    let future = folder(|s| s["schema"] = 99.into());
    assert!(refused(future.path()).contains("layout is 99"));
}
