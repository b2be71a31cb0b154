use super::*;
use crate::experiment::named::Better;
use crate::experiment::plan::Plan;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::path::Path;

/// Results that are known: mean = 10 + 2 × (seats − 6) + 4 × (demand − 1), and no figure at one point.
fn known() -> Sweep {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/plans/seats-and-demand.toml");
    let plan = Plan::load(&file).unwrap();
    let figures = ["response.mean", "answer.within"].map(|name| SweepFigure {
        name: name.into(),
        label: Text::same(name),
        unit: "min".into(),
        better: Better::Lower,
    });
    let mut sweep = Sweep { factors: plan.factors.clone(), figures: figures.to_vec(), points: Vec::new() };
    let mut points = plan.points();
    points.reverse();
    for point in points {
        let number = |i: usize| point.levels[i].as_ref().unwrap().number().unwrap();
        let mean = 10.0 + 2.0 * (number(0) - 6.0) + 4.0 * (number(1) - 1.0);
        let estimate =
            Estimate { mean, low: mean - 0.5, high: if point.number == 0 { f64::INFINITY } else { mean + 0.5 } };
        sweep.add(point, 10, vec![Some(estimate), None]);
    }
    sweep
}

#[test]
fn effects_are_those_put_in() {
    let sweep = known();
    let means = |factor: usize| {
        sweep.main_effects(0)[factor].means.iter().map(|(l, m)| (l.label.clone(), m.mean)).collect::<Vec<_>>()
    };
    assert_eq!(means(0), [("4".into(), 7.0), ("6".into(), 11.0), ("8".into(), 15.0)]);
    assert_eq!(means(1), [("1.0".into(), 10.0), ("1.25".into(), 11.0), ("1.5".into(), 12.0)]);
    assert!(sweep.main_effects(1).iter().all(|e| e.means.is_empty()));
    let cells = sweep.cells(0, 0, 1);
    assert_eq!(
        cells.means,
        [[Some(6.0), Some(7.0), Some(8.0)], [Some(10.0), Some(11.0), Some(12.0)], [Some(14.0), Some(15.0), Some(16.0)]]
    );
    assert_eq!(sweep.tornado(0), None);
}

#[test]
fn a_tornado_has_the_longest_bar_first() {
    let sweep = known();
    let mut alone = Sweep { points: Vec::new(), ..sweep.clone() };
    let rows = crate::experiment::plan::one_at_a_time(&sweep.factors);
    for (i, row) in rows.into_iter().enumerate() {
        let point = PlanPoint::new(i, &sweep.factors, row);
        let number = |i: usize, usual: f64| point.levels[i].as_ref().map_or(usual, |l| l.number().unwrap());
        let mean = 10.0 + (number(0, 6.0) - 6.0) + 20.0 * (number(1, 1.0) - 1.0);
        alone.add(point, 10, vec![Some(Estimate { mean, low: mean - 0.5, high: mean + 0.5 }), None]);
    }
    let (base, bars) = alone.tornado(0).unwrap();
    assert_eq!((base.mean, bars.iter().map(|b| b.factor).collect::<Vec<_>>()), (10.0, vec![1, 0, 2]));
    assert_eq!((bars[0].reach(10.0), bars[1].reach(10.0)), (10.0, 2.0));
    assert_eq!(bars.iter().map(|b| b.untold(&base)).collect::<Vec<_>>(), [false, false, true]);
    // In pairs, what overlaps may be told apart; and what does not vary from the unchanged scenario is not.
    for (difference, untold) in [((0.1, 0.3), false), ((-0.3, -0.1), false), ((-0.1, 0.3), true), ((0.0, 0.0), true)] {
        let (low, high) = difference;
        for point in &mut alone.points {
            point.differences = vec![Some(Estimate { mean: (low + high) / 2.0, low, high }), None];
        }
        let (base, bars) = alone.tornado(0).unwrap();
        assert_eq!(bars[2].untold(&base), untold, "{difference:?}");
    }
}

#[test]
fn both_tables_hold_the_same_and_are_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let sweep = known();
    for n in ["1", "2"] {
        sweep.write_csv(&at(&format!("{n}.csv"))).unwrap();
        sweep.write_parquet(&at(&format!("{n}.parquet"))).unwrap();
    }
    let bytes = |name: &str| std::fs::read(at(name)).unwrap();
    assert!(bytes("1.csv") == bytes("2.csv") && bytes("1.parquet") == bytes("2.parquet"));
    let text = String::from_utf8(bytes("1.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "point,seats,demand,units_per_post,figure,unit,mean,low,high,n");
    // Half the units or all: numbers again, and a bound that is not known is empty.
    assert_eq!(lines[1], "0,4,1,0.5,response.mean,min,6,5.5,,10");
    assert_eq!(lines[2], "0,4,1,0.5,answer.within,min,,,,10");
    assert_eq!(lines.len(), 1 + 18 * 2);
    let reader = SerializedFileReader::new(std::fs::File::open(at("1.parquet")).unwrap()).unwrap();
    for (row, line) in reader.get_row_iter(None).unwrap().zip(&lines[1..]) {
        let cell = |(_, field): (&String, &Field)| match field {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::Double(v) => format!("{v}"),
            Field::Long(n) => n.to_string(),
            other => panic!("{other}"),
        };
        let cells: Vec<String> = row.unwrap().get_column_iter().map(cell).collect();
        assert_eq!(cells.join(","), **line);
    }
    assert!(sweep.write_csv(&folder.path().join("none/x.csv")).is_err());
}
