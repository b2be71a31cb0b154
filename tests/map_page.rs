//! The interactive map of the sample run (invented figures, `tests/data/sample-run`), as a file. What a browser makes of it
//! is seen in `tests/browser`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::report::{ReportOptions, render, render_languages};
use goldenhour::text::Lang;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A run folder of its own, with the sample's data changed by `change`.
fn run_folder(change: impl FnOnce(&mut Value, &mut Value)) -> tempfile::TempDir {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sample-run");
    let read = |name: &str| -> Value { serde_json::from_str(&fs::read_to_string(sample.join(name)).unwrap()).unwrap() };
    let (mut summary, mut map) = (read("summary.json"), read("map.json"));
    change(&mut summary, &mut map);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("summary.json"), summary.to_string()).unwrap();
    fs::write(folder.path().join("map.json"), map.to_string()).unwrap();
    folder
}

fn page(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The page's data.
fn data(page: &str) -> Value {
    let open = "<script type=\"application/json\" id=\"data\">";
    let text = page.split_once(open).unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_page_is_one_file_that_asks_for_nothing() {
    let folder = run_folder(|_, _| {});
    render_languages(folder.path(), &[Lang::Zh, Lang::En], false).unwrap();
    for name in ["map.html", "map.en.html"] {
        let text = page(folder.path(), name);
        // MapLibre writes links in words that a page may ask for; this one does not, and its policy forbids them anyway.
        let scripts: Vec<&str> = text.split("<script>").collect();
        let ours = format!("{}{}", scripts[0], scripts[2]);
        assert_eq!((scripts.len(), ours.contains("maplibregl.Map(")), (3, true));
        for forbidden in [
            "<script src",
            "<link",
            "<iframe",
            "<img",
            "@import",
            "href=\"http",
            "url(http",
            "url(\"http",
            "sourceMappingURL",
        ] {
            assert!(!ours.contains(forbidden), "{name}: {forbidden}");
        }
        // Whatever a script might try: the page itself forbids every request.
        let policy = text.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
        assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'none'"), "{policy}");
        assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
        assert!(text.find("Content-Security-Policy") < text.find("<style"));
        assert!(text.contains("url(data:font/otf;base64,"));
        assert!(text.contains("MapLibre contributors") && text.contains("BSD-3-Clause"));
        assert!(text.len() < 5_000_000, "{} bytes", text.len());
    }
    let (zh, en) = (page(folder.path(), "map.html"), page(folder.path(), "map.en.html"));
    assert!(
        zh.contains("<html lang=\"zh-CN\">") && zh.contains("href=\"report.html\"") && zh.contains("href=\"map.svg\"")
    );
    assert!(
        en.contains("<html lang=\"en\">")
            && en.contains("href=\"report.en.html\"")
            && en.contains("href=\"map.en.svg\"")
    );
    assert!(page(folder.path(), "report.html").contains("href=\"map.html\""));
    assert!(page(folder.path(), "report.en.html").contains("href=\"map.en.html\""));
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let pages = || {
        let folder = run_folder(|_, _| {});
        render_languages(folder.path(), &[Lang::En, Lang::Zh], false).unwrap();
        ["map.html", "map.zh.html"].map(|name| page(folder.path(), name))
    };
    assert!(pages() == pages());
}

#[test]
fn names_cannot_leave_their_place() {
    let hostile = "</script><b>\"'&{{ 7*7 }}/*font*/";
    let folder = run_folder(|summary, map| {
        let text = json!({"zh": hostile, "en": hostile});
        summary["scenario"]["title"] = text.clone();
        summary["network"]["source"] = hostile.into();
        for list in ["posts", "hospitals", "points"] {
            map[list][0]["name"] = text.clone();
        }
        map["points"][0]["county"] = text.clone();
        map["water"][0]["name"] = hostile.into();
        map["time"]["states"][1]["active"][0] = text;
    });
    render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    let text = page(folder.path(), "map.html");
    assert!(!text.contains("<b>") && !text.contains("{{ 7*7 }}/*font*/</"), "a name is markup");
    // Three scripts: data, MapLibre, ours.
    assert_eq!((text.matches("<script").count(), text.matches("</script>").count()), (3, 3));
    assert!(text.contains("<title>Interactive map — &lt;&#x2f;script&gt;&lt;b&gt;"));
    let data = data(&text);
    for name in [&data["posts"][0]["name"], &data["points"]["name"][0], &data["water"][0]["name"]] {
        assert_eq!(name, hostile);
    }
    assert_eq!(data["states"][1]["name"], hostile);
}

#[test]
fn the_data_is_the_runs() {
    let folder = run_folder(|_, _| {});
    render(folder.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    let data = data(&page(folder.path(), "map.html"));
    let map: Value = serde_json::from_str(&page(folder.path(), "map.json")).unwrap();
    let summary: Value = serde_json::from_str(&page(folder.path(), "summary.json")).unwrap();
    let points = map["points"].as_array().unwrap();
    assert_eq!(data["points"]["name"].as_array().unwrap().len(), points.len());
    for (i, point) in points.iter().enumerate() {
        for (column, field) in [("drive", "drive_min"), ("response", "mean_response_min"), ("calls", "calls")] {
            assert_eq!(data["points"][column][i], point[field], "{column} of point {i}");
        }
        // Its group is that of its county and zone.
        let group = &map["time"]["groups"][data["points"]["group"][i].as_u64().unwrap() as usize];
        assert_eq!((&group["county"], &group["zone"]), (&point["county"], &point["zone"]));
    }
    assert_eq!(data["groups"][3]["calls"], map["time"]["groups"][3]["calls"]);
    assert_eq!(data["states"][1]["drive"], map["time"]["states"][1]["drive_min"]);
    assert_eq!(data["week"].as_array().unwrap().len(), 168);
    // A post's figures come from its row, its units' from theirs.
    let row = &summary["posts"][0];
    let mean = row["dispatches_per_day"]["mean"].as_f64().unwrap();
    assert!(
        data["posts"][0]["dispatches"].as_str().unwrap().starts_with(&format!("{mean:.2} (")),
        "{}",
        data["posts"][0]
    );
    assert!(data["posts"][0]["busy"].as_str().unwrap().ends_with('%'));
    let roads: usize = data["roads"].as_array().unwrap().iter().map(|r| r.as_array().unwrap().len()).sum();
    assert_eq!(roads, map["roads"].as_array().unwrap().len());
}

#[test]
fn a_run_of_an_earlier_version_or_without_anything_gives_a_page_too() {
    let earlier = run_folder(|_, map| {
        map.as_object_mut().unwrap().remove("time");
    });
    render(earlier.path(), &ReportOptions { lang: Lang::Zh, png: false }).unwrap();
    let found = data(&page(earlier.path(), "map.html"));
    assert!(found["points"]["group"].as_array().unwrap().iter().all(Value::is_null));
    assert_eq!((&found["groups"], &found["states"]), (&json!([]), &json!([])));

    let empty = run_folder(|_, map| {
        for list in ["roads", "water", "posts", "hospitals", "points"] {
            map[list] = json!([]);
        }
        map.as_object_mut().unwrap().remove("time");
    });
    render(empty.path(), &ReportOptions { lang: Lang::En, png: false }).unwrap();
    assert_eq!(data(&page(empty.path(), "map.html"))["points"]["name"], json!([]));
}
