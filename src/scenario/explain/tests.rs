use super::words;
use crate::network::calendar::Window;
use crate::random::Dist;
use crate::scenario::when::parse;
use crate::text::Lang::{En, Zh};

#[test]
fn windows_are_told_as_written() {
    for (text, en, zh) in [
        ("daily 08:00-20:00", "daily 08:00–20:00", "每天 08:00–20:00"),
        ("mon-fri 07:30-09:00", "Mon–Fri 07:30–09:00", "周一至周五 07:30–09:00"),
        ("daily 22:00-06:00", "daily 22:00–06:00 (next day)", "每天 22:00 至次日 06:00"),
        ("sat,sun", "Sat–Sun", "周六至周日"),
        ("mon,wed 10:00-24:00", "Mon, Wed 10:00–24:00", "周一、周三 10:00–24:00"),
        ("day 5 - day 9", "day 5 to day 9", "第 5 天至第 9 天"),
        ("day 5", "day 5", "第 5 天"),
        ("day 5 18:00 - day 6 02:00", "day 5 18:00 to day 6 02:00", "第 5 天 18:00 至第 6 天 02:00"),
    ] {
        let list = parse(text).unwrap();
        assert_eq!(words::windows(&list, En), en);
        assert_eq!(words::windows(&list, Zh), zh);
        // Shifts are put in order first: the words must not change, nor when days were joined.
        let tidied = crate::facilities::tidy(&list);
        assert_eq!(words::windows(&tidied, En), en);
    }
    assert_eq!(words::windows(&[Window::ALWAYS], En), "all the time");
}

#[test]
fn times_and_numbers() {
    for (seconds, en) in [
        (4.0, "4 s"),
        (4.3, "4.3 s"),
        (59.6, "1 min"),
        (132.0, "2 min 12 s"),
        (600.0, "10 min"),
        (5400.0, "1 h 30 min"),
        (86_400.0, "1 day"),
        (2.5 * 86_400.0, "2 days 12 h"),
    ] {
        assert_eq!(words::time(seconds, En), en);
    }
    assert_eq!(words::time(600.0, Zh), "10 分钟");
    assert_eq!(
        (words::number(0.30), words::number(12.0), words::number(-0.0)),
        ("0.3".into(), "12".into(), "0".into())
    );
    assert_eq!((words::thousands(2_249_502.0), words::thousands(999.0)), ("2,249,502".into(), "999".into()));
    let dist = Dist::Exponential(60.0);
    assert_eq!(words::lasts(&dist, En), "half within 42 s, 1 min on average, one in ten above 2 min 18 s");
}

/// The whole explanation of a bundled scenario; written anew with `GOLDENHOUR_BLESS=1 cargo test --lib explain`.
#[test]
fn a_bundled_scenario_in_both_languages() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = crate::scenario::Scenario::load(&root.join("scenarios/yuxi-now.toml")).unwrap();
    for (lang, code) in [(Zh, "zh"), (En, "en")] {
        let sections = super::explain(&scenario, lang);
        let found = super::plain(&sections);
        let file = root.join(format!("tests/data/explain-yuxi-now.{code}.txt"));
        if std::env::var_os("GOLDENHOUR_BLESS").is_some() {
            std::fs::write(&file, &found).unwrap();
        }
        let golden = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            golden == found,
            "{} differs; bless with GOLDENHOUR_BLESS=1 if this is meant.\n--- found\n{found}",
            file.display()
        );
        // Each value the results rest on is told once: none is left for the end, none is lost.
        assert!(sections.iter().all(|s| s.title != "Further values" && s.title != "其他取值"), "{found}");
        // No keys of the TOML but those in notes that the scenario's author wrote.
        let ours: Vec<&String> = sections
            .iter()
            .filter(|s| s.title != "What it is judged by" && s.title != "评判依据")
            .flat_map(|s| &s.lines)
            .collect();
        assert!(ours.iter().all(|l| !l.contains("_factor") && !l.contains("_min") && !l.contains("[[")), "{ours:?}");
    }
}
