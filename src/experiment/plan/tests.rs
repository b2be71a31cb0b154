use super::*;
use crate::scenario::Scenario;
use std::path::Path;

fn plans() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/plans")
}

/// A plan beside the bundled ones' scenario.
fn read(text: &str) -> Result<Plan, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.toml");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let head = format!("schema = 1\nname = \"p\"\nscenario = {:?}\n", scenario.display().to_string());
    std::fs::write(&file, head + text).unwrap();
    Plan::load(&file).map_err(|faults| faults.to_string())
}

fn labels(plan: &Plan) -> Vec<String> {
    plan.points().into_iter().map(|p| p.label.en).collect()
}

#[test]
fn the_bundled_plans_load_and_fit_their_scenario() {
    let plan = Plan::load(&plans().join("seats-and-demand.toml")).unwrap();
    plan.check().unwrap();
    let points = plan.points();
    assert_eq!((points.len(), points[17].number, points[0].changes.len()), (18, 17, 4));
    assert_eq!(points[1].label.en, "seats = 4, call rates × 1.0, units at posts in Hongta × 1");
    let s = Scenario::load_with(&plan.scenario, &points[16].changes).unwrap();
    let plain = Scenario::load(&plan.scenario).unwrap();
    assert_eq!((s.centres[0].seats, plain.centres[0].seats), (8, 6));
    assert!(s.units.len() < plain.units.len());

    let plan = Plan::load(&plans().join("travel-hypercube.toml")).unwrap();
    plan.check().unwrap();
    let points = plan.points();
    assert_eq!(points, Plan::load(&plans().join("travel-hypercube.toml")).unwrap().points());
    assert_eq!(points.len(), 24);
    // One point in each of the 24 slices, and whole seats from 3 to 10, three points each.
    let mut slices: Vec<usize> = points
        .iter()
        .map(|p| ((p.levels[0].as_ref().unwrap().number().unwrap() - 0.8) / 0.4 * 24.0) as usize)
        .collect();
    slices.sort_unstable();
    assert_eq!(slices, (0..24).collect::<Vec<_>>());
    let seats = |n| points.iter().filter(|p| p.levels[2].as_ref().unwrap().value == toml::Value::Integer(n)).count();
    assert_eq!((3..=10).map(seats).collect::<Vec<_>>(), [3; 8]);
}

#[test]
fn the_example_of_the_documentation_loads() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/file-formats.md")).unwrap();
    let section = text.split("\n## Plans\n").nth(1).unwrap();
    let example = section.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let plan = plans().join("example-of-the-documentation.toml");
    // The example stands beside the bundled plans; it is written elsewhere, with the way to the scenario made whole.
    let folder = tempfile::tempdir().unwrap();
    let scenario = plan.parent().unwrap().join("../yuxi-now.toml");
    let example = example.replace("\"../yuxi-now.toml\"", &format!("{:?}", scenario.display().to_string()));
    let file = folder.path().join("plan.toml");
    std::fs::write(&file, example).unwrap();
    let plan = Plan::load(&file).unwrap_or_else(|faults| panic!("{faults}"));
    plan.check().unwrap_or_else(|faults| panic!("{faults}"));
    assert!(plan.points().len() > 1);
}

#[test]
fn designs_put_levels_together() {
    let two = "[[factor]]\nname = \"a\"\npath = \"run.days\"\nvalues = [1, 2]\n\
               [[factor]]\nname = \"b\"\npath = \"centre[0].seats\"\nrange = { from = 1, to = 3, n = 3 }\n";
    let full = read(&format!("design = \"full\"\n{two}")).unwrap();
    assert_eq!(labels(&full)[..4], ["a = 1, b = 1", "a = 1, b = 2", "a = 1, b = 3", "a = 2, b = 1"]);
    let alone = read(&format!("design = \"one-at-a-time\"\n{two}")).unwrap();
    assert_eq!(labels(&alone), ["as the scenario", "a = 1", "a = 2", "b = 1", "b = 2", "b = 3"]);
    let list = read(&format!("design = \"list\"\n{two}[[point]]\nb = 9\n[[point]]\na = 1\nb = 2\n")).unwrap();
    assert_eq!(labels(&list), ["b = 9", "a = 1, b = 2"]);
    let four: String = ["run.days", "run.warmup_days", "run.seed", "run.replications"]
        .iter()
        .enumerate()
        .map(|(i, path)| format!("[[factor]]\nname = \"f{i}\"\npath = \"{path}\"\nvalues = [1, 2]\n"))
        .collect();
    let half = read(&format!("design = \"fractional\"\n{four}")).unwrap();
    assert_eq!((half.points().len(), labels(&half)[1].as_str()), (8, "f0 = 2, f1 = 1, f2 = 1, f3 = 2"));
    // Steps do not drift.
    let tenths = read(
        "design = \"full\"\n[[factor]]\nname = \"a\"\npath = \"run.days\"\nrange = { from = 0.1, to = 0.5, step = 0.1 }\n",
    );
    assert_eq!(labels(&tenths.unwrap()), ["a = 0.1", "a = 0.2", "a = 0.3", "a = 0.4", "a = 0.5"]);
}

#[test]
fn every_fault_of_a_plan_is_told_with_its_place() {
    let factor = |rest: &str| format!("design = \"full\"\n[[factor]]\nname = \"a\"\n{rest}\n");
    let seven = |i| {
        format!(
            "[[factor]]\nname = \"f{i}\"\npath = \"category[{i}].share\"\nrange = {{ from = 1, to = 7, step = 1 }}\n"
        )
    };
    for (text, wanted) in [
        (factor("values = [1]"), "write `path` or `paths`"),
        (factor("path = \"run..days\"\nvalues = [1]"), "is no path"),
        (factor("path = \"run.days\""), "it has no levels"),
        (factor("path = \"run.days\"\nvalues = []"), "there is no value"),
        (factor("path = \"run.days\"\nvalues = [1, 1]"), "is there twice"),
        (factor("path = \"run.days\"\nvalues = [1, 2]\nlabels = [\"x\"]"), "1 labels for 2 levels"),
        (factor("path = \"run.days\"\nvalues = [\"x\"]\nmultiply = true"), "only numbers"),
        (factor("path = \"run.days\"\nrange = { from = 3, to = 1, step = 1 }"), "runs backwards"),
        (factor("path = \"run.days\"\nrange = { from = 0, to = 1e9, step = 1 }"), "too many"),
        (factor("path = \"run.days\"\nrange = { from = 0, to = 1 }"), "one of them"),
        (factor("path = \"run.days\"\nlow = 1"), "only one bound"),
        (factor("pth = \"run.days\"\nvalues = [1]"), "did you mean `path`?"),
        ("design = \"full\"\n".to_string(), "1 to 50 factors, this one 0"),
        ("design = \"ful\"\n".to_string(), "did you mean `full`?"),
        (format!("design = \"full\"\n{}", (0..5).map(seven).collect::<String>()), "16807 points"),
        (format!("design = \"full\"\nruns = 3\n{}", seven(0)), "no use for it"),
        (format!("design = \"fractional\"\n{}", seven(0)), "two levels, here are 7"),
        (format!("design = \"latin-hypercube\"\n{}", seven(0)), "needs bounds"),
        (format!("design = \"full\"\n{}{}", seven(0), seven(0)), "varied twice"),
        (format!("design = \"full\"\n{}", seven(0).replace("f0", "mean")), "cannot name a column"),
        (format!("design = \"list\"\n{}[[point]]\nf1 = 3\n", seven(0)), "there is no factor `f1`"),
        (format!("design = \"list\"\n{}", seven(0)), "0 points"),
    ] {
        let told = read(&text).map(|p| format!("{:?}", labels(&p))).unwrap_err();
        assert!(told.contains(wanted) && told.contains("plan.toml:"), "{text}: {told}");
    }
    // Both at once.
    let told = read(&factor("path = \"a[\"\nvalues = []")).unwrap_err();
    assert_eq!(told.lines().count(), 2, "{told}");
    // What only the scenario can tell, check tells.
    let plan = read(&factor("path = \"run.dayz\"\nvalues = [1, 2]")).unwrap();
    let told = plan.check().unwrap_err().to_string();
    assert!(told.contains("factor a at 1") && told.contains("did you mean `days`?"), "{told}");
}
