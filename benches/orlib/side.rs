//! The two instances for the side-by-side with spopt: made here, solved here, written for the other.

use goldenhour::random::Stream;
use goldenhour::siting::cover::{CoverModel, CoverSets, solve};
use goldenhour::siting::median::Median;
use goldenhour::siting::{Answer, Effort, Table};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// Radius of the maximal covering, in metres.
const RADIUS: f64 = 5_000.0;

/// Clustered points with skewed whole weights, candidates among and around them, distances in whole metres.
fn made(name: &str, points: usize, candidates: usize) -> (Table, Vec<f64>) {
    let mut stream = Stream::new(2025, name, 0);
    let side = 50_000.0;
    let towns: Vec<(f64, f64)> = (0..12).map(|_| (stream.uniform() * side, stream.uniform() * side)).collect();
    let mut place = || {
        if stream.uniform() < 0.4 {
            return (stream.uniform() * side, stream.uniform() * side);
        }
        let (x, y) = towns[stream.below(towns.len())];
        let mut around = || (stream.uniform() + stream.uniform() + stream.uniform() - 1.5) * 5_000.0;
        (x + around(), y + around())
    };
    let people: Vec<(f64, f64)> = (0..points).map(|_| place()).collect();
    let sites: Vec<(f64, f64)> = (0..candidates).map(|_| place()).collect();
    let values = people.iter().flat_map(|a| sites.iter().map(move |b| (a.0 - b.0).hypot(a.1 - b.1).round())).collect();
    let weights = (0..points).map(|_| (1.0 + 100.0 * stream.uniform().powi(3)).floor()).collect();
    (Table::new(points, candidates, values).expect("distances"), weights)
}

fn write(folder: &Path, name: &str, table: &Table, weights: &[f64]) {
    let mut text = String::new();
    for (i, w) in weights.iter().enumerate() {
        let _ = write!(text, "{w}");
        for d in table.row(i) {
            let _ = write!(text, ",{d}");
        }
        text.push('\n');
    }
    std::fs::write(folder.join(format!("{name}.csv")), text).expect("writing an instance");
}

/// Makes, writes and solves both, once without and once with proof; the answers go to `ours.csv`.
pub fn run(folder: &Path) {
    std::fs::create_dir_all(folder).expect("making the folder");
    let effort = Effort::default();
    let mut lines = String::from("name,posts,radius,quick,quick_seconds,objective,bound,proved,seconds\n");
    let mut note = |name: &str, posts: usize, radius: f64, quick: (f64, f64), proof: (&Answer, f64)| {
        let (answer, seconds) = proof;
        let _ = writeln!(
            lines,
            "{name},{posts},{radius},{},{:.6},{},{},{},{seconds:.6}",
            quick.0, quick.1, answer.objective, answer.bound, answer.proved
        );
    };

    let (table, weights) = made("median side by side", 1_000, 60);
    for posts in [5, 10, 15] {
        let name = format!("median-{posts}");
        write(folder, &name, &table, &weights);
        let started = Instant::now();
        let problem = Median::new(&table, Some(&weights), None, posts).expect("a problem");
        let quick = problem.heuristic(&Effort { starts: 8, ..effort }).objective;
        let quick = (quick, started.elapsed().as_secs_f64());
        let started = Instant::now();
        let answer = Median::new(&table, Some(&weights), None, posts).expect("a problem").solve(&effort);
        note(&name, posts, 0.0, quick, (&answer, started.elapsed().as_secs_f64()));
    }

    let (table, weights) = made("cover side by side", 1_000, 300);
    for posts in [10, 20] {
        let name = format!("cover-{posts}");
        write(folder, &name, &table, &weights);
        // The median of several times: these are so short that the machine's other work shows.
        let once = |effort: &Effort| {
            let started = Instant::now();
            let lists: Vec<Vec<u32>> = (0..table.points())
                .map(|i| {
                    let row = table.row(i);
                    (0..row.len() as u32).filter(|&j| row[j as usize] <= RADIUS).collect()
                })
                .collect();
            let sets = CoverSets::from_rows(table.candidates(), &lists);
            let model = CoverModel::maximal_cover(sets, weights.clone(), posts as u32);
            let answer = solve(&model, effort).expect("an answer").answer;
            (answer, started.elapsed().as_secs_f64())
        };
        let solved = |effort: &Effort| {
            let mut runs: Vec<(Answer, f64)> = (0..7).map(|_| once(effort)).collect();
            runs.sort_by(|a, b| a.1.total_cmp(&b.1));
            runs.swap_remove(3)
        };
        let (quick, quick_seconds) = solved(&Effort { starts: 8, steps: 0, nodes: 0, ..effort });
        let (answer, seconds) = solved(&Effort { starts: 8, ..effort });
        note(&name, posts, RADIUS, (quick.objective, quick_seconds), (&answer, seconds));
    }
    std::fs::write(folder.join("ours.csv"), &lines).expect("writing the answers");
    println!("{lines}");
}
