//! p-median, p-center and fewest sites on the forty graphs of the OR-Library, with seconds:
//! `cargo bench --bench siting -- [FIRST LAST]`.
//!
//! `cargo bench --bench siting -- side FOLDER` solves two made instances (a p-median of 1,000 points × 60 candidates and
//! a maximal covering of 1,000 × 300), and writes them and the answers into a folder, where `benches/siting_spopt.py`
//! solves the same with another team's tool.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[allow(dead_code)]
mod orlib;
#[path = "orlib/side.rs"]
mod side;

use goldenhour::siting::center::Center;
use goldenhour::siting::cover_all::CoverAll;
use goldenhour::siting::median::Median;
use goldenhour::siting::{Answer, Effort};
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [first, folder] = &words[..]
        && first == "side"
    {
        side::run(&PathBuf::from(folder));
        return;
    }
    let numbers: Vec<usize> = words.iter().filter_map(|w| w.parse().ok()).collect();
    let (first, last) = match numbers[..] {
        [first, last] => (first, last),
        _ => (1, 40),
    };
    let Some(folder) = orlib::folder() else {
        println!("The instances are not here: set GOLDENHOUR_SHARED to the folder that holds data/siting.");
        return;
    };
    table(&orlib::graphs(&folder, first..=last));
}

fn timed<T>(total: &mut f64, work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let done = work();
    let seconds = started.elapsed().as_secs_f64();
    *total += seconds;
    (done, seconds)
}

fn table(graphs: &[orlib::Graph]) {
    let effort = Effort::default();
    println!(
        "{:<7} {:>4} {:>4} | {:>6} {:>6} {:>8} {:>7} | {:>6} {:>8} {:>7} | {:>7} {:>7} | {:>6} {:>7} {:>7} | {:>9} {:>9} {:>7}",
        "graph",
        "n",
        "p",
        "known",
        "found",
        "off",
        "s",
        "bound",
        "gap",
        "s",
        "proof",
        "s",
        "radius",
        "known",
        "s",
        "fewest",
        "known",
        "s"
    );
    let mut seconds = [0.0; 5];
    let (mut reached, mut worst, mut tight, mut proved, mut radii, mut covers) = (0, 0.0_f64, 0, 0, 0, 0);
    for g in graphs {
        // What is timed starts from the table of distances: sorting it is part of the work.
        let (rough, t0) =
            timed(&mut seconds[0], || Median::new(&g.table, None, None, g.posts).unwrap().heuristic(&effort));
        let problem = Median::new(&g.table, None, None, g.posts).unwrap();
        let (bounded, t1) = timed(&mut seconds[1], || problem.solve(&effort.without_proof()));
        let (exact, t2) = timed(&mut seconds[2], || problem.solve(&effort));
        let (center, t3) =
            timed(&mut seconds[3], || Center::new(&g.table, None, None, g.posts, 1.0).unwrap().solve(&effort));
        let (fewest, t4) = timed(&mut seconds[4], || -> Vec<Answer> {
            let radius = |less: f64| g.known.radius - less;
            [0.0, 1.0]
                .map(|less| CoverAll::within(&g.table, radius(less), None, None, 1.0).unwrap().solve(&effort))
                .to_vec()
        });
        let off = rough.objective / g.known.median - 1.0;
        reached += usize::from(off == 0.0);
        worst = worst.max(off);
        tight += usize::from(bounded.gap() <= 0.001);
        proved += usize::from(exact.proved && exact.objective == g.known.median);
        radii += usize::from(center.proved && center.objective == g.known.radius);
        let same = fewest.iter().zip(g.known.fewest).all(|(f, k)| f.proved && f.objective == k);
        covers += usize::from(same);
        println!(
            "{:<7} {:>4} {:>4} | {:>6} {:>6} {:>6.3} % {:>7.3} | {:>6} {:>6.3} % {:>7.3} | {:>7} {:>7.3} | {:>6} {:>7} {:>7.3} | {:>4} {:>4} {:>4} {:>4} {:>7.3}",
            g.name,
            g.table.points(),
            g.posts,
            g.known.median,
            rough.objective,
            100.0 * off,
            t0,
            bounded.bound,
            100.0 * bounded.gap(),
            t1,
            if exact.proved { "yes" } else { "no" },
            t2,
            center.objective,
            g.known.radius,
            t3,
            fewest[0].objective,
            fewest[1].objective,
            g.known.fewest[0],
            g.known.fewest[1],
            t4
        );
    }
    let all = graphs.len();
    println!(
        "\nheuristic at the published optimum: {reached} of {all}, worst {:.3} %, {:.2} s in all",
        100.0 * worst,
        seconds[0]
    );
    println!("with Lagrangean bound: gap at most 0.1 % on {tight} of {all}, {:.2} s in all", seconds[1]);
    println!("proved, equal to the published optimum: {proved} of {all}, {:.2} s in all", seconds[2]);
    println!("p-center proved and equal: {radii} of {all}, {:.2} s in all", seconds[3]);
    println!("fewest sites at both radii proved and equal: {covers} of {all}, {:.2} s in all", seconds[4]);
}
