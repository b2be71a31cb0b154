use super::*;
use crate::experiment::named::Better;
use crate::experiment::plan::{Factor, Plan, PlanPoint};
use crate::text::Text;
use std::path::Path;

fn figures() -> Vec<SweepFigure> {
    let label = Text::new("响应时间（农村），平均", "response (rural), mean");
    let unit =
        |unit: &str| SweepFigure { name: "x".into(), label: label.clone(), unit: unit.into(), better: Better::Lower };
    vec![unit("min"), unit("share")]
}

fn sweep(factors: &[Factor], points: Vec<PlanPoint>, of: impl Fn(&PlanPoint) -> f64) -> Sweep {
    let mut sweep = Sweep { factors: factors.to_vec(), figures: figures(), points: Vec::new() };
    for point in points {
        let mean = of(&point);
        let around = |mean: f64, half: f64| Some(Estimate { mean, low: mean - half, high: mean + half });
        sweep.add(point, 10, vec![around(mean, 0.3), around(1.0 / mean, 0.001)]);
    }
    sweep
}

fn number(point: &PlanPoint, factor: usize, usual: f64) -> f64 {
    point.levels[factor].as_ref().and_then(Level::number).unwrap_or(usual)
}

fn plan(name: &str) -> Plan {
    Plan::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/plans").join(name)).unwrap()
}

/// Writes the pictures where `GOLDENHOUR_LOOK` says, for looking at them.
fn look(name: &str, chart: &ChartFile) {
    if let Some(folder) = std::env::var_os("GOLDENHOUR_LOOK") {
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), &chart.png).unwrap();
    }
}

#[test]
fn every_chart_is_drawn_in_both_languages() {
    let full = plan("seats-and-demand.toml");
    let result = |p: &PlanPoint| {
        let (seats, demand, units) = (number(p, 0, 6.0), number(p, 1, 1.0), number(p, 2, 1.0));
        12.0 + 6.0 * (demand - 1.0) * (2.0 - units) + 3.0 / (seats - 3.0) + 2.0 * (1.0 - units)
    };
    let full = sweep(&full.factors, full.points(), result);
    let cube = plan("travel-hypercube.toml");
    let cube = sweep(&cube.factors, cube.points(), |p| 5.0 + 8.0 * number(p, 0, 1.0) + number(p, 1, 132.0) / 60.0);
    for lang in [Lang::Zh, Lang::En] {
        for (name, sweep, chart) in [
            ("main", &full, SweepChart::MainEffects),
            ("interaction", &full, SweepChart::Interaction(1, 2)),
            ("heat", &full, SweepChart::HeatMap(0, 1)),
            ("cloud", &cube, SweepChart::MainEffects),
        ] {
            for figure in [0, 1] {
                let drawn = sweep_chart(sweep, figure, chart, lang).unwrap().unwrap();
                assert!(drawn.svg.contains("<svg") && drawn.png.len() > 5_000, "{name}");
                assert_eq!(drawn.svg.contains("农村"), lang == Lang::Zh, "{name}");
                assert_eq!(drawn.svg, sweep_chart(sweep, figure, chart, lang).unwrap().unwrap().svg);
                look(&format!("{name}-{figure}-{lang:?}"), &drawn);
            }
        }
    }
    // Numbers of the cells are those put in: 4 seats, demand as it is, half the units and all.
    let heat = sweep_chart(&full, 0, SweepChart::HeatMap(0, 1), Lang::En).unwrap().unwrap();
    assert!(heat.svg.contains("15.5"), "{}", heat.svg.len());
    // What cannot be drawn is not.
    assert!(sweep_chart(&full, 0, SweepChart::Tornado { confidence: 0.95 }, Lang::En).unwrap().is_none());
    assert!(sweep_chart(&full, 9, SweepChart::MainEffects, Lang::En).unwrap().is_none());
    assert!(sweep_chart(&full, 0, SweepChart::HeatMap(0, 9), Lang::En).unwrap().is_none());
    assert!(sweep_chart(&cube, 0, SweepChart::Interaction(0, 1), Lang::En).unwrap().is_none());
}

#[test]
fn the_tornado_of_the_bundled_scenario() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let scenario = crate::scenario::Scenario::load(&file).unwrap();
    let found = crate::experiment::sensitivity::guesses(&scenario, 0.2).unwrap();
    let effect = |p: &PlanPoint| {
        let reach = |(i, level): (usize, &Option<Level>)| match level {
            Some(level) => (if level.label.contains('+') { 1.0 } else { -0.8 }) * 5.0 / (1 + i * i) as f64,
            None => 0.0,
        };
        12.5 + p.levels.iter().enumerate().map(reach).sum::<f64>()
    };
    let sweep = sweep(&found.factors, found.points, effect);
    for lang in [Lang::Zh, Lang::En] {
        let drawn = sweep_chart(&sweep, 0, SweepChart::Tornado { confidence: 0.95 }, lang).unwrap().unwrap();
        assert!(drawn.svg.contains("12.5"));
        look(&format!("tornado-{lang:?}"), &drawn);
    }
}
