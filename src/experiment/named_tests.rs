use super::*;
use crate::experiment::{Overrides, prepare};
use crate::sim::{self, Options};
use proptest::prelude::*;
use std::path::Path;

fn yuxi() -> Scenario {
    Scenario::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml")).unwrap()
}

#[test]
fn every_name_of_a_scenario_is_read_back() {
    let s = yuxi();
    let all = Named::all(&s);
    assert!(all.len() > 150, "{}", all.len());
    let mut names: Vec<String> = all.iter().map(|n| n.name.to_string()).collect();
    for (named, text) in all.iter().zip(&names) {
        let read = Named::parse(text, &s).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!((read.read, &read.label), (named.read, &named.label), "{text}");
        assert!(!named.label.zh.is_empty() && !named.label.en.is_empty());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    // By its Chinese name as well; the name stays as it was written.
    let zh = Named::parse("response.mean@county=红塔区,rural", &s).unwrap();
    assert_eq!(
        (zh.read, zh.name.to_string().as_str()),
        (Read::Response((Some(0), Some(Zone::Rural))), "response.mean@county=红塔区,rural")
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let s = yuxi();
    for (text, wanted) in [
        ("response.men", "did you mean response.mean?"),
        ("respons.mean", "did you mean response.mean"),
        ("response", "names no figure"),
        ("response.mean@county=Hongta", "response.mean@county=Hongta District?"),
        ("response.mean@county=红塔", "response.mean@county=红塔区?"),
        ("response.mean@category=cardo", "category=cardio?"),
        ("response.mean@priority=9", "from 1 to 5"),
        ("response.mean@moon", "no group of calls"),
        ("travel.within", "no figure"),
        ("survival.chance@category=cardio", "no figure"),
    ] {
        let told = Named::parse(text, &s).unwrap_err().to_string();
        assert!(told.contains(wanted), "{text}: {told}");
    }
}

/// Two ways to the same figure: the fold of all replications, and the replications' own numbers folded by name.
#[test]
fn figures_and_values_agree() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let overrides = Overrides { days: Some(2.0), replications: Some(3), seed: None };
    let prepared = prepare(&file, &overrides).unwrap();
    let options = Options::by(&prepared.pack.targets(), false);
    let mut figures = Figures::new(&prepared.world, &options);
    let outcomes: Vec<Outcome> = (0..3).map(|r| sim::run(&prepared.world, &options, 5, r).0).collect();
    outcomes.iter().for_each(|o| figures.add(o));
    let mut counted = 0;
    for named in Named::all(&prepared.world.scenario) {
        let mut fold = Replicated::new();
        outcomes.iter().filter_map(|o| named.value(o)).for_each(|(top, bottom)| fold.push(top, bottom));
        let (by_name, of_figures) = (fold.ratio(), named.figure(&figures).map(|e| e.mean));
        match (by_name, of_figures) {
            (Some(a), Some(b)) => {
                assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{}: {a} and {b}", named.name);
                counted += 1;
            }
            (a, b) => assert_eq!(a, b, "{}", named.name),
        }
    }
    assert!(counted > 100, "{counted}");
}

proptest! {
    #[test]
    fn parse_and_display_undo_one_another(
        subject in "[a-z_]{1,10}",
        number in 0..Number::ALL.len(),
        group in prop_oneof![
            Just(Group::All),
            Just(Group::Place(None, Some(Zone::Urban))),
            ("[A-Z][a-z红塔 ]{0,8}[a-z]", any::<bool>())
                .prop_map(|(c, z)| Group::Place(Some(c), z.then_some(Zone::Rural))),
            "[a-z-]{1,6}".prop_map(Group::Category),
            (1..=5_u8).prop_map(Group::Priority),
        ],
    ) {
        let name = FigureName { subject, number: Number::ALL[number], group };
        prop_assert_eq!(name.to_string().parse::<FigureName>().unwrap(), name);
    }
}
