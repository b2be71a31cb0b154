use super::super::Scenario;
use super::super::explain::{explain, plain};
use super::super::rules::*;
use crate::demand::Survival;
use crate::facilities::UnitKind;
use crate::fault::{Faults, Severity};
use crate::network::calendar::Window;
use crate::random::Dist;
use crate::text::Lang;
use crate::units::{SimTime, Span};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The bundled scenarios and tables in a folder of their own, to be changed; the network's file only has to be there.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Copy {
        let copy = Copy(tempfile::tempdir().unwrap());
        fs::create_dir_all(copy.path("scenarios/yuxi")).unwrap();
        fs::create_dir_all(copy.path("networks")).unwrap();
        fs::write(copy.path("networks/yuxi.osm.pbf"), "not read here").unwrap();
        for file in ["yuxi-now.toml", "yuxi-before.toml"] {
            fs::copy(root().join("scenarios").join(file), copy.path("scenarios").join(file)).unwrap();
        }
        for entry in fs::read_dir(root().join("scenarios/yuxi")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, copy.path("scenarios/yuxi").join(path.file_name().unwrap())).unwrap();
        }
        copy
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }

    /// A scenario of these lines on top of a bundled one.
    fn load(&self, base: &str, text: &str) -> Result<Scenario, Faults> {
        let file = self.path("scenarios/top.toml");
        fs::write(&file, format!("base = \"{base}.toml\"\nname = \"top\"\n{text}")).unwrap();
        Scenario::load(&file)
    }

    fn rules(&self, base: &str, text: &str) -> Rules {
        self.load(base, text).unwrap_or_else(|e| panic!("{text}\n{e}")).rules
    }
}

const HOUR: i64 = 3600 * 1_000_000;

#[test]
fn bundled_scenarios_turn_nothing_on() {
    for name in ["yuxi-now", "yuxi-before", "yuxi-week", "yuxi-g8511-closed"] {
        let s = Scenario::load(&root().join(format!("scenarios/{name}.toml"))).unwrap();
        assert_eq!(s.rules, Rules::default(), "{name}");
        assert!(s.warnings.0.is_empty(), "{name}: {}", s.warnings);
        assert!(s.demand.categories.iter().all(|c| c.care == crate::demand::Care::default()));
        assert_eq!((s.travel.calm_factor, &s.travel.missions.calm), (0.96, &s.travel.missions.response));
    }
}

#[test]
fn telephone_and_dispatch_become_rules() {
    let copy = Copy::new();
    let t = copy
        .rules(
            "yuxi-now",
            r#"call_taking.patience = { dist = "exponential", mean_s = 90 }
            call_taking.redial = { share = 0.7, after = { dist = "fixed", value_s = 30 } }
            [[centre]]
            name = { zh = "a", en = "A" }
            seats = 6
            duty = [{ when = ["daily 08:00-20:00"], seats = 6 }, { when = ["daily"], seats = 2 }]"#,
        )
        .telephone;
    assert_eq!(t.patience, Some(Dist::Exponential(90.0)));
    assert_eq!(t.redial, Some(Redial { share: 0.7, after: Dist::Fixed(30.0) }));
    assert_eq!(t.duty.len(), 1);
    assert_eq!((t.duty[0][0].1, t.duty[0][0].0.len(), &t.duty[0][1]), (6, 7, &(vec![Window::ALWAYS], 2)));

    let r = copy.rules(
        "yuxi-before",
        r#"call_taking.overflow = { after_s = 20, passing_s = 45 }
        call_taking.misrouted = { share = 0.03, passing = { dist = "fixed", value_s = 90 } }
        [dispatch]
        other_county_penalty_min = "always"
        mismatch_penalty_min = { value = "always", quality = "B", source = "x" }
        redirect = [[3, 1]]
        ageing_min = 20
        queue_by = "ring"
        tie = "first"
        mutual_aid = { after_min = 5, asking_s = 60 }"#,
    );
    assert_eq!(
        r.telephone.overflow,
        Some(Overflow { after: Span::from_seconds(20.0), passing: Span::from_seconds(45.0) })
    );
    assert_eq!(r.telephone.misrouted, Some(Misrouted { share: 0.03, passing: Dist::Fixed(90.0) }));
    let d = r.dispatch;
    assert_eq!((d.other_county, d.mismatch, d.redirect, d.tie), (ALWAYS, ALWAYS, vec![(3, 1)], Tie::First));
    assert_eq!((d.ageing, d.queue_by_ring), (Some(Span::from_minutes(20.0)), true));
    let aid = d.mutual_aid.unwrap();
    assert_eq!((aid.after, aid.asking), (Span::from_minutes(5.0), Span::from_seconds(60.0)));
    // Without a table all help one another.
    assert!(
        aid.neighbours.iter().enumerate().all(|(me, list)| list.len() == 8 && list.iter().all(|c| c.index() != me))
    );
}

#[test]
fn shifts_within_post_hours_become_duty() {
    let copy = Copy::new();
    copy.replace("scenarios/yuxi/units-now.csv", "A7001,P01,advanced,yes,24h", "A7001,P01,advanced,yes,day");
    copy.replace(
        "scenarios/yuxi/units-now.csv",
        "A7002,P01,advanced,yes,24h",
        "A7002,P01,急救摩托车,yes,daily 20:00-08:00",
    );
    let posts = fs::read_to_string(copy.path("scenarios/yuxi/posts-now.csv")).unwrap();
    let posts =
        posts.replacen("102.548904,24h,", "102.548904,daily 06:00-22:00,", 1).replacen("hours,", "hours,crews,", 1);
    let posts: Vec<String> = posts
        .lines()
        .enumerate()
        .map(
            |(i, l)| {
                if i == 0 { l.into() } else { l.replacen("h,C,", "h,,C,", 1).replacen("22:00,C,", "22:00,2,C,", 1) }
            },
        )
        .collect();
    fs::write(copy.path("scenarios/yuxi/posts-now.csv"), posts.join("\n")).unwrap();
    let s = copy
        .load(
            "yuxi-now",
            "[[shift]]\nkey = \"day\"\nname = { zh = \"白班\", en = \"day\" }\nwhen = [\"daily 08:00-20:00\"]\n",
        )
        .unwrap();
    let post = &s.posts[0];
    assert!(!post.open_24h && post.hours.as_ref().is_some_and(|w| w.len() == 7));
    assert!(s.posts[1].open_24h && s.posts[1].hours.is_none());
    assert_eq!(s.units[1].kind, UnitKind::Motorcycle);
    let duty = &s.rules.fleet.duty;
    assert_eq!(duty.len(), s.units.len());
    let on =
        |unit: usize, hour: i64| duty[unit].as_ref().is_none_or(|w| w.iter().any(|w| w.contains(SimTime(hour * HOUR))));
    for hour in 0..400 {
        let h = hour % 24;
        assert_eq!(on(0, hour), (8..20).contains(&h), "{hour}");
        assert_eq!(on(1, hour), (20..22).contains(&h) || (6..8).contains(&h), "{hour}");
        // A unit around the clock at a post that is closed at night.
        assert_eq!(on(2, hour), (6..22).contains(&h), "{hour}");
    }
    assert_eq!(duty[duty.len() - 1], None);
    assert_eq!((s.rules.fleet.crews[0], s.rules.fleet.crews[1]), (Some(2), None));
}

#[test]
fn the_rest_becomes_rules() {
    let copy = Copy::new();
    let s = copy
        .load(
            "yuxi-now",
            r#"[fleet]
            breaks = { when = ["daily 11:00-14:00"], lasts_min = 30 }
            breakdown = { every_h = 2000, repair = { dist = "fixed", value_s = 7200 } }
            service = { every_days = 90, lasts_h = 8 }
            refuel = { after_driving_min = 240, lasts_min = 15 }
            [hospitals]
            choice = "free_bay"
            bays = true
            divert_at = 3
            bay_stay = { dist = "fixed", value_s = 600 }
            [[bay_surge]]
            key = "x"
            name = { zh = "x", en = "x" }
            when = ["day 5"]
            factor = 1.5
            [move_up]
            policy = "compliance"
            rows = [["P02"], ["P02", "P01"]]
            [travel]
            calm_factor = 1.4
            calm_mission = "plain"
            [[category]]
            key = "cardio"
            kinds = ["监护型", "neonatal"]
            units = 2
            cancelled = 0.1
            further_callers = 0.5
            scene = { dist = "fixed", value_s = 1200 }
            survival = { curve = "valenzuela-1997", cpr_delay_min = 1, defibrillation_delay_min = 2 }
            "#,
        )
        .unwrap();
    let f = &s.rules.fleet;
    assert_eq!(f.breakdown, Some(Breakdown { every: Span(2000 * HOUR), repair: Dist::Fixed(7200.0) }));
    assert_eq!(f.service, Some(Service { every: Span(90 * 24 * HOUR), lasts: Span(8 * HOUR) }));
    assert_eq!(f.refuel, Some(Refuel { after_driving: Span(4 * HOUR), lasts: Span(HOUR / 4) }));
    assert_eq!(f.breaks.as_ref().map(|b| (b.when.len(), b.lasts)), Some((7, Span(HOUR / 2))));
    let h = &s.rules.hospitals;
    assert_eq!(
        (&h.choice, h.divert_at, h.bays[0], h.bays.len()),
        (&HospitalChoice::FreeBay, Some(3), Some(43), s.hospitals.len())
    );
    assert_eq!((h.surge.len(), h.surge[0].factor, h.hours.len()), (1, 1.5, 0));
    let MoveUpRule::Compliance { rows, move_resting: false } = &s.rules.move_up else {
        panic!("{:?}", s.rules.move_up)
    };
    assert_eq!(
        rows.iter().map(|r| r.iter().map(|p| p.index()).collect()).collect::<Vec<Vec<_>>>(),
        [vec![1], vec![1, 0]]
    );
    assert_eq!((s.travel.calm_factor, s.travel.missions.calm.as_str()), (1.4, "plain"));
    let care = &s.demand.categories[0].care;
    assert_eq!((care.kinds.as_slice(), care.units), ([UnitKind::Advanced, UnitKind::Neonatal].as_slice(), 2));
    assert_eq!((care.cancelled, care.further_callers, care.further_within), (0.1, 0.5, Span::from_minutes(5.0)));
    assert_eq!(care.scene, Some(Dist::Fixed(1200.0)));
    let Some(Survival::Logistic { a, b }) = care.survival else { panic!("{:?}", care.survival) };
    assert!((a - (-0.260 + 0.106 + 2.0 * 0.139)).abs() < 1e-12 && (b - 0.245).abs() < 1e-12);
    // Every value that was written is on the list, and the explanation tells all of it in both languages.
    for key in [
        "fleet.breaks.lasts_min",
        "fleet.breakdown.every_h",
        "fleet.breakdown.repair",
        "fleet.service.every_days",
        "fleet.service.lasts_h",
        "fleet.refuel.after_driving_min",
        "fleet.refuel.lasts_min",
        "hospitals.divert_at",
        "hospitals.bay_stay",
        "bay_surge[0].factor",
        "travel.calm_factor",
        "category[0].units",
        "category[0].cancelled",
        "category[0].further_callers",
        "category[0].further_within_min",
        "category[0].scene",
        "category[0].survival",
    ] {
        assert!(s.assumptions.iter().any(|a| a.key == key), "{key}");
    }
    let english = explain(&s, Lang::En);
    let further = english.iter().find(|x| x.title == "Further values").map(|x| x.lines.clone()).unwrap_or_default();
    // No category is driven to without siren, so that its factor has no sentence.
    assert!(further.len() == 1 && further[0].contains("without siren"), "{further:?}");
    let chinese = plain(&explain(&s, Lang::Zh));
    for word in ["用餐休息", "故障", "保养", "加油", "抢救位有限", "分流", "按部署表待命", "生存率"]
    {
        assert!(chinese.contains(word), "{word} is missing in {chinese}");
    }
}

/// The section of the documents that has an example for each mechanism.
fn examples() -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/file-formats.md")).unwrap();
    let section = text.split("### What may be turned on").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
    section.split("```toml\n").skip(1).map(|b| b.split("```").next().unwrap().to_string()).collect()
}

#[test]
fn every_example_of_the_documents_loads_and_turns_something_on() {
    let copy = Copy::new();
    let all = examples();
    assert!(all.len() >= 10, "{}", all.len());
    for block in all {
        // Air, water and what else this section may grow has its tests where it is read.
        if ["[air]", "[water]"].iter().any(|key| block.contains(key)) {
            continue;
        }
        let several = ["overflow", "misrouted", "mutual_aid"].iter().any(|key| block.contains(key));
        let base = if several { "yuxi-before" } else { "yuxi-now" };
        let s = copy.load(base, &block).unwrap_or_else(|e| panic!("{block}\n{e}"));
        let plain_care = s.demand.categories.iter().all(|c| c.care == crate::demand::Care::default());
        let shift = block.starts_with("[[shift]]");
        assert!(shift || s.rules != Rules::default() || !plain_care, "nothing is turned on by\n{block}");
        for (lang, word) in [(Lang::Zh, "未模拟"), (Lang::En, "Not modelled")] {
            assert!(plain(&explain(&s, lang)).contains(word));
        }
    }
}

#[test]
fn faults_are_told_at_their_place() {
    // Base, what is written on top, what the fault says (place first), what it advises; a warning begins with `~`.
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "now",
            "call_taking.redial = { share = 0.5, after = { dist = \"fixed\", value_s = 9 } }",
            "call_taking.redial: nobody calls again",
            "patience",
        ),
        (
            "now",
            "call_taking.overflow = { after_s = 20, passing_s = 9 }",
            "call_taking.overflow: there is only one centre",
            "second [[centre]]",
        ),
        (
            "now",
            "call_taking.misrouted = { share = 0.5, passing = { dist = \"fixed\", value_s = 9 } }",
            "call_taking.misrouted: there is only one centre",
            "second",
        ),
        (
            "before",
            "call_taking.misrouted = { share = 1.5, passing = { dist = \"fixed\", value_s = 9 } }",
            "call_taking.misrouted.share: 1.5 is not a share",
            "between 0 and 1",
        ),
        (
            "now",
            "[[centre]]\nname = { zh = \"a\", en = \"A\" }\nseats = 3\nduty = [{ when = [\"daily\"], seats = 4 }]",
            "centre[0].duty[0].seats: 4 seats are staffed, but the centre has 3",
            "raise",
        ),
        (
            "now",
            "[[centre]]\nname = { zh = \"a\", en = \"A\" }\nseats = 3\nduty = [{ when = [\"daily 08:00-20:00\"], seats = 3 }]",
            "~centre[0].duty: at times no seat",
            "daily",
        ),
        (
            "now",
            "[[centre]]\nname = { zh = \"a\", en = \"A\" }\nseats = 3\nduty = [{ when = [\"daly\"], seats = 3 }]",
            "centre[0].duty[0].when[0]: `daly` is not a weekday",
            "did you mean `daily`",
        ),
        (
            "now",
            "dispatch.other_county_penalty_min = \"allways\"",
            "`allways` is not one of the possible values",
            "did you mean `always`?",
        ),
        (
            "now",
            "dispatch.other_county_penalty_min = -1",
            "dispatch.other_county_penalty_min: -1 is not allowed",
            "0 to 1440",
        ),
        ("now", "dispatch.mismatch_penalty_min = 5", "~dispatch.mismatch_penalty_min: no category asks", "kinds"),
        ("now", "dispatch.redirect = [[1, 3]]", "dispatch.redirect[0]: a unit on its way to priority 1", "[3, 1]"),
        ("now", "dispatch.redirect = [[5, 1]]", "~dispatch.redirect[0]: no category has priority 5", "1, 2, 3"),
        (
            "now",
            "dispatch.hold_back = { units = 500, priority = 3 }",
            "dispatch.hold_back.units: 500 units are kept back, but Yuxi 120 centre has only 142",
            "fewer",
        ),
        (
            "now",
            "dispatch.hold_back = { units = 1, priority = 1 }",
            "dispatch.hold_back.priority: then nobody",
            "2 or more",
        ),
        (
            "now",
            "dispatch.hold_back = { units = 1, priority = 7 }",
            "~dispatch.hold_back.priority: no category",
            "nobody ever waits",
        ),
        ("now", "dispatch.ageing_min = 0", "dispatch.ageing_min: 0 is not allowed", "0.1"),
        ("now", "dispatch.mutual_aid = { after_min = 5 }", "dispatch.mutual_aid: there is only one centre", "second"),
        (
            "before",
            "dispatch.mutual_aid.neighbours = { \"Hongta 12\" = [] }",
            "there is no centre `Hongta 12`",
            "did you mean `Hongta 120`?",
        ),
        (
            "before",
            "dispatch.mutual_aid.neighbours = { \"Hongta 120\" = [\"红塔区 120\"] }",
            "a centre is its own neighbour",
            "take it out",
        ),
        ("now", "move_up = { policy = \"priority\" }", "move_up: the policy `priority` needs posts", "beside"),
        (
            "now",
            "move_up = { policy = \"priority\", posts = [\"P1\"] }",
            "move_up.posts[0]: there is no post `P1`",
            "did you mean",
        ),
        (
            "now",
            "move_up = { policy = \"home\", posts = [\"P01\"] }",
            "move_up.posts: the policy `home` has no `posts`",
            "another policy",
        ),
        (
            "now",
            "move_up = { policy = \"compliance\", rows = [[\"P01\"], [\"P01\"]] }",
            "move_up.rows[1]: row 2 has 1 posts",
            "2 free units",
        ),
        (
            "now",
            "move_up = { policy = \"dmexclp\", busy = 1, within_min = 9 }",
            "move_up.busy: a unit that is always busy",
            "0.3",
        ),
        (
            "now",
            "move_up = { policy = \"dmexcl\" }",
            "`dmexcl` is not one of the possible values",
            "did you mean `dmexclp`?",
        ),
        (
            "now",
            "fleet.breaks = { when = [\"daily 12:00-12:30\"], lasts_min = 45 }",
            "fleet.breaks.lasts_min: a break is longer than its window of 30 min",
            "shorter",
        ),
        (
            "now",
            "fleet.breakdown = { every_h = 0, repair = { dist = \"fixed\", value_s = 9 } }",
            "fleet.breakdown.every_h: 0 is not allowed",
            "from 1",
        ),
        (
            "now",
            "fleet.service = { every_days = 2, lasts_h = 50 }",
            "fleet.service.lasts_h: the service never ends",
            "hours",
        ),
        ("now", "fleet.refule = {}", "the key `refule` is not known here", "did you mean `refuel`?"),
        (
            "now",
            "[[shift]]\nkey = \"day\"\nwhen = [\"daily 08:00-20:00\"]",
            "~shift[0]: no unit works the shift `day`",
            "crew_shift",
        ),
        (
            "now",
            "[[shift]]\nkey = \"24h\"\nwhen = [\"daily 08:00-20:00\"]",
            "shift[0].key: `24h` in the table of units means",
            "another key",
        ),
        ("now", "hospitals.choice = \"free_bay\"", "hospitals.choice: this rests on bays", "bays = true"),
        ("now", "hospitals.divert_at = 3", "hospitals.divert_at: this rests on bays", "bays = true"),
        ("now", "hospitals.choice = \"shares\"", "hospitals.choice: no hospital has a share", "column `share`"),
        (
            "now",
            "hospitals.shares_within_min = 5",
            "hospitals.shares_within_min: hospitals are not chosen by shares",
            "shares",
        ),
        (
            "now",
            "hospitals.bays = true\nhospitals.observation = { share = 0.1, stay = { dist = \"fixed\", value_s = 9 } }",
            "~hospitals.observation: the table of hospitals gives no observation beds",
            "observation_beds",
        ),
        (
            "now",
            "[[bay_surge]]\nkey = \"x\"\nname = { zh = \"x\", en = \"x\" }\nwhen = [\"daily\"]\nfactor = -1",
            "bay_surge[0].factor: -1 is not allowed",
            "from 0",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", kinds = [\"neonatal\"] }]",
            "category[0].kinds: no unit is neonatal",
            "column `kind`",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", kinds = [\"advancd\"] }]",
            "category[0].kinds[0]: there is no kind of unit `advancd`",
            "did you mean `advanced`?",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", kinds = [\"basic\", \"普通型\"] }]",
            "category[0].kinds[1]: `普通型` is there twice",
            "once",
        ),
        ("now", "category = [{ key = \"cardio\", units = 0 }]", "category[0].units: 0 is not allowed", "from 1"),
        (
            "now",
            "category = [{ key = \"cardio\", cancelled = 2 }]",
            "category[0].cancelled: 2 is not a share",
            "between",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", further_within_min = 2 }]",
            "category[0].further_within_min: there are no further callers",
            "further_callers",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", survival = \"larsen-93\" }]",
            "category[0].survival: there is no survival curve `larsen-93`",
            "did you mean `larsen-1993`?",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", survival = { curve = \"de-maio-2003\", bystander = true } }]",
            "category[0].survival.bystander: the curve `de-maio-2003` has no `bystander`",
            "take it out",
        ),
        (
            "now",
            "category = [{ key = \"cardio\", survival = { curve = \"logistic\", a = 1 } }]",
            "category[0].survival: a logistic curve needs a and b",
            "b = ",
        ),
        ("now", "travel.calm_factor = 0", "travel.calm_factor: 0 is not allowed", "0.01"),
    ];
    let copy = Copy::new();
    for (base, text, wanted, hint) in cases {
        let base = format!("yuxi-{base}");
        let (warning, message) = wanted.strip_prefix('~').map_or((false, *wanted), |w| (true, w));
        let faults = match (copy.load(&base, text), warning) {
            (Ok(s), true) => s.warnings,
            (Err(faults), false) => faults,
            (Ok(_), false) => panic!("{text} was taken"),
            (Err(faults), true) => panic!("{text} was refused: {faults}"),
        };
        let severity = if warning { Severity::Warning } else { Severity::Error };
        let found = faults.0.iter().find(|f| f.message.contains(message) && f.severity == severity);
        let found = found.unwrap_or_else(|| panic!("{text}\nwanted {message}\ngot {faults}"));
        assert!(found.hint.as_ref().is_some_and(|h| h.contains(hint)), "{text}: {:?}", found.hint);
        // At its place: in the file on top, on one of the lines that were added.
        let (source, span) = found.place.as_ref().unwrap_or_else(|| panic!("{text}: no place"));
        assert!(source.path.ends_with("top.toml"), "{text}: {}", source.path.display());
        assert!(source.line_column(span.start).0 >= 3, "{text}: {:?}", source.line_column(span.start));
    }
}

#[test]
fn faults_of_tables_are_told_at_their_cell() {
    // File, from, to, message, hint.
    let cases = [
        (
            "units-now.csv",
            "A7001,P01,advanced,yes,24h",
            "A7001,P01,advancd,yes,24h",
            "column `kind`: `advancd` is no kind of unit",
            "did you mean advanced?",
        ),
        (
            "units-now.csv",
            "A7001,P01,advanced,yes,24h",
            "A7001,P01,负压型,yes,24h",
            "`负压型` is no kind of unit",
            "column of its own",
        ),
        (
            "units-now.csv",
            "A7001,P01,advanced,yes,24h",
            "A7001,P01,advanced,yes,nigth",
            "column `crew_shift`: there is no shift `nigth`",
            "did you mean `night`?",
        ),
        (
            "units-now.csv",
            "A7001,P01,advanced,yes,24h",
            "A7001,P01,advanced,yes,8-20",
            "column `crew_shift`: the window does not say on which days",
            "24h",
        ),
        (
            "posts-now.csv",
            "102.548904,24h",
            "102.548904,mon 08:00-09:00",
            "column `crew_shift`: the unit is never on duty",
            "hours",
        ),
        (
            "posts-now.csv",
            "102.548904,24h",
            "102.548904,daily 25:00-26:00",
            "column `hours`: `25:00` is not a time",
            "24:00",
        ),
        ("hospitals.csv", "1710,43,all", "1710,4.5,all", "column `ed_bays`: 4.5 cannot be a number of things", "whole"),
    ];
    for (file, from, to, message, hint) in cases {
        let copy = Copy::new();
        copy.replace(&format!("scenarios/yuxi/{file}"), from, to);
        if message.contains("never on duty") {
            copy.replace("scenarios/yuxi/units-now.csv", "A7001,P01,advanced,yes,24h", "A7001,P01,advanced,yes,night");
        }
        let night = "[[shift]]\nkey = \"night\"\nwhen = [\"daily 20:00-08:00\"]\n";
        let faults = copy.load("yuxi-now", night).expect_err(to);
        let found = faults.0.iter().find(|f| f.message.contains(message));
        let found = found.unwrap_or_else(|| panic!("{to}\nwanted {message}\ngot {faults}"));
        assert!(found.hint.as_ref().is_some_and(|h| h.contains(hint)), "{to}: {:?}", found.hint);
        assert!(found.place.as_ref().is_some_and(|p| p.0.line_column(p.1.start).0 == 2), "{to}: {found}");
    }
}

#[test]
fn hospitals_hours_leave_nobody_without() {
    let copy = Copy::new();
    let text = fs::read_to_string(copy.path("scenarios/yuxi/hospitals.csv")).unwrap();
    let rows: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(i, l)| match i {
            0 => format!("{l},hours"),
            // Whoever takes patients closes at night.
            _ if !l.contains(",none,") => format!("{l},daily 08:00-20:00"),
            _ => format!("{l},"),
        })
        .collect();
    fs::write(copy.path("scenarios/yuxi/hospitals.csv"), rows.join("\n")).unwrap();
    let faults = copy.load("yuxi-now", "").unwrap_err();
    assert!(faults.to_string().contains("at times no hospital that takes `cardiac` is open"), "{faults}");
    assert_eq!(faults.0.len(), 5, "{faults}");
    // One open hospital is enough.
    let rows = rows.join("\n").replacen(",daily 08:00-20:00\n", ",24h\n", 1);
    fs::write(copy.path("scenarios/yuxi/hospitals.csv"), rows).unwrap();
    let s = copy.load("yuxi-now", "").unwrap();
    let hours = &s.rules.hospitals.hours;
    assert_eq!((hours.len(), hours.iter().filter(|h| h.is_some()).count()), (s.hospitals.len(), 21));
}
