use super::*;

fn verdicts(from: u32) -> impl FnMut(u32) -> Trial {
    move |n| Ok(Some((if n >= from { Verdict::Met } else { Verdict::Missed }, Some(Estimate::exact(f64::from(n))))))
}

#[test]
fn the_smallest_number_is_found_by_doubling_and_bisecting() {
    for most in 1..=20 {
        for from in 1..=most {
            let found = search(most, &mut verdicts(from)).unwrap().unwrap();
            assert_eq!((found.enough, found.value.unwrap().mean), (Some(from), f64::from(from)), "{from} of {most}");
            assert!(found.tried.len() <= 10, "{:?}", found.tried);
        }
        let found = search(most, &mut verdicts(most + 1)).unwrap().unwrap();
        assert_eq!((found.enough, found.tried.last().unwrap().0), (None, most));
    }
    assert!(search(4, &mut |_| Ok(None)).unwrap().is_none(), "stopped");
}

/// A scenario with posts added is written, can be run, and meets the clause; with one post fewer it does not.
#[test]
fn posts_that_mend_coverage_are_written_and_do() {
    let out = tempfile::tempdir().unwrap();
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
    let overrides = Overrides { days: Some(0.25), replications: Some(1), seed: None };
    let change = |text: &str| text.parse::<Change>().unwrap_or_else(|f| panic!("{f}"));
    let plan = |clause: &str| MendPlan {
        scenario: bundled.clone(),
        overrides: overrides.clone(),
        changes: vec![change("standard.pack=\"cn-yuxi-2025-strict\"")],
        clause: Some(clause.into()),
        most: 40,
        out: out.path().to_path_buf(),
    };
    let go = |clause: &str| mend(&plan(clause), &AtomicBool::new(false), &mut |_| {}).unwrap().unwrap().remove(0);
    let found = go("urban-radius");
    assert_eq!(found.verdict, Verdict::Missed);
    let remedy = &found.remedies[0];
    let n = remedy.enough.unwrap();
    assert!(remedy.what == What::Posts && n >= 1 && remedy.added.len() == n as usize, "{remedy:?}");
    assert!(remedy.tried.contains(&(n, Verdict::Met)) && (n == 1 || remedy.tried.contains(&(n - 1, Verdict::Missed))));
    let file = remedy.scenario.clone().unwrap();
    let prepared =
        prepare_changed(&file, &overrides, &plan("").changes, &mut SharedNetwork::default(), &mut |_| {}).unwrap();
    let base = prepare_changed(&bundled, &overrides, &[], &mut SharedNetwork::default(), &mut |_| {}).unwrap();
    assert_eq!(prepared.world.scenario.units.len(), base.world.scenario.units.len() + n as usize);
    let clause = prepared.pack.clauses.iter().find(|c| c.id == "urban-radius").unwrap();
    let (verdict, value) = judged_by(&prepared, clause, true, &AtomicBool::new(false)).unwrap().unwrap();
    assert_eq!((verdict, value), (Verdict::Met, remedy.value));

    // 2,249,502 people need 75 ambulances by the clause, and there are 60.
    let counted = go("ambulances");
    assert_eq!((counted.remedies[0].what, counted.remedies[0].enough), (What::Counted, Some(15)));
    let faults = mend(&plan("turnout-3mim"), &AtomicBool::new(false), &mut |_| {}).unwrap_err();
    assert!(faults.to_string().contains("did you mean turnout-3min"), "{faults}");
}
