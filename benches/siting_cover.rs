//! Solves generated covering instances (clustered points in a plane, skewed weights) and prints objective, bound, gap,
//! nodes and seconds: `cargo bench --bench siting_cover -- [mclp|mexclp|dsm|survival|large]…` (all without a name).
//! `SIZE`, `P`, `STARTS`, `STEPS` and `NODES` in the environment choose one size, one number of posts, and the effort;
//! `WRITE=folder` writes the cover sets (a line for each row: weight, covering sites) for other solvers.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use goldenhour::random::Stream;
use goldenhour::siting::Effort;
use goldenhour::siting::cover::{CoverModel, CoverSets, solve};
use std::time::Instant;

/// Points in clusters: x, y (metres), weight (whole, skewed).
struct Points {
    at: Vec<(f64, f64)>,
    weight: Vec<f64>,
}

fn points(seed: u64, count: usize, side: f64) -> Points {
    let mut stream = Stream::new(seed, "bench points", count as u32);
    let centres: Vec<(f64, f64, f64)> = (0..count.div_ceil(40))
        .map(|_| (stream.uniform() * side, stream.uniform() * side, side * (0.03 + 0.12 * stream.uniform())))
        .collect();
    let mut at = Vec::new();
    let mut weight = Vec::new();
    for _ in 0..count {
        let bell = |s: &mut Stream| {
            (0..6).map(|_| s.uniform()).sum::<f64>() * std::f64::consts::SQRT_2 - 3.0 * std::f64::consts::SQRT_2
        };
        if stream.uniform() < 0.15 {
            at.push((stream.uniform() * side, stream.uniform() * side));
        } else {
            let (x, y, wide) = centres[stream.below(centres.len())];
            at.push((x + wide * bell(&mut stream), y + wide * bell(&mut stream)));
        }
        weight.push((1.0 + 25.0 * (-stream.uniform().ln()).powf(1.6)).floor());
    }
    Points { at, weight }
}

fn within(rows: &[(f64, f64)], sites: &[(f64, f64)], radius: f64) -> CoverSets {
    let lists: Vec<Vec<u32>> = rows
        .iter()
        .map(|a| {
            let near = |b: &(f64, f64)| (a.0 - b.0).hypot(a.1 - b.1) <= radius;
            sites.iter().enumerate().filter(|(_, b)| near(b)).map(|(s, _)| s as u32).collect()
        })
        .collect();
    CoverSets::from_rows(sites.len(), &lists)
}

fn line(name: &str, size: &str, posts: u32, model: &CoverModel, effort: &Effort) -> f64 {
    let started = Instant::now();
    let total: f64 = model.weight.iter().sum();
    match solve(model, effort) {
        Ok(found) => {
            let seconds = started.elapsed().as_secs_f64();
            let a = &found.answer;
            println!(
                "{name:<9} {size:>10} {posts:>3} {:>12.3} {:>12.3} {:>9.5} % {:>6.2} % {:>7} {:>8.3} s  {}",
                a.objective,
                a.bound,
                100.0 * a.gap(),
                100.0 * a.objective / total,
                found.nodes,
                seconds,
                if a.proved { "proved" } else { "heuristic" }
            );
            seconds
        }
        Err(why) => {
            let seconds = started.elapsed().as_secs_f64();
            println!("{name:<9} {size:>10} {posts:>3} {why} {seconds:.3} s");
            seconds
        }
    }
}

/// The five sizes of Lorena's sets, with the side of the square that makes 5 to 15 posts of 800 m cover nearly all.
const SIZES: [(usize, f64); 5] = [(324, 2600.0), (402, 3000.0), (500, 3600.0), (708, 4400.0), (818, 5000.0)];

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual);
    let usual = Effort::default();
    let effort = Effort {
        starts: number("STARTS", usual.starts as u64) as usize,
        steps: number("STEPS", usual.steps as u64) as usize,
        nodes: number("NODES", usual.nodes),
        ..usual
    };
    let only = number("SIZE", 0) as usize;
    println!("model           points   p    objective        bound       gap  covered   nodes     time");
    let mut slowest: f64 = 0.0;
    for (count, side) in SIZES.into_iter().filter(|s| only == 0 || s.0 == only) {
        let p = points(7, count, side);
        let size = format!("{count}");
        for posts in [1, 2, 3, 5, 8, 10, 12, 15, 20]
            .into_iter()
            .filter(|p| number("P", 0) == 0 || number("P", 0) == u64::from(*p))
        {
            if wanted("mclp") {
                let model = CoverModel::maximal_cover(within(&p.at, &p.at, 800.0), p.weight.clone(), posts);
                slowest = slowest.max(line("MCLP", &size, posts, &model, &effort));
                let model = CoverModel::maximal_cover(within(&p.at, &p.at, 500.0), p.weight.clone(), posts);
                slowest = slowest.max(line("MCLP 500m", &size, posts, &model, &effort));
            }
            if wanted("mexclp") {
                for busy in [0.2, 0.5] {
                    let model =
                        CoverModel::expected_cover(within(&p.at, &p.at, 800.0), p.weight.clone(), busy, posts, posts);
                    slowest = slowest.max(line(&format!("MEXCLP{busy}"), &size, posts, &model, &effort));
                }
            }
            if wanted("dsm") && posts >= 5 {
                let (near, far) = (within(&p.at, &p.at, 800.0), within(&p.at, &p.at, 1600.0));
                let model = CoverModel::double_standard(&near, &far, &p.weight, 0.6, posts, 2);
                slowest = slowest.max(line("DSM", &size, posts, &model, &effort));
            }
        }
    }
    println!("slowest: {slowest:.3} s");
    if let Ok(folder) = std::env::var("WRITE") {
        for (count, side) in SIZES {
            let p = points(7, count, side);
            for radius in [500.0, 800.0] {
                let sets = within(&p.at, &p.at, radius);
                let line = |r: usize| {
                    let sites: Vec<String> = sets.row(r).iter().map(u32::to_string).collect();
                    format!("{} {}\n", p.weight[r], sites.join(" "))
                };
                let text: String = (0..count).map(line).collect();
                std::fs::write(format!("{folder}/{count}_{radius}.txt"), text).unwrap();
            }
        }
    }
    if wanted("large") {
        let p = points(11, 5_000, 40_000.0);
        let sites: Vec<(f64, f64)> = p.at.iter().step_by(5_000 / 300).take(300).copied().collect();
        for posts in [10, 20, 40] {
            let model = CoverModel::maximal_cover(within(&p.at, &sites, 3_000.0), p.weight.clone(), posts);
            line("MCLP", "5000x300", posts, &model, &effort);
            let model = CoverModel::expected_cover(within(&p.at, &sites, 3_000.0), p.weight.clone(), 0.3, posts, 3);
            line("MEXCLP0.3", "5000x300", posts, &model, &effort);
            let (near, far) = (within(&p.at, &sites, 4_000.0), within(&p.at, &sites, 20_000.0));
            let model = CoverModel::double_standard(&near, &far, &p.weight, 0.5, posts, 2);
            line("DSM", "5000x300", posts, &model, &effort);
        }
    }
}
