//! How long the event loop needs for a call of JEMSS's Auckland set, network prepared, one thread, the best of many runs:
//! `cargo bench --bench jemss`. Skipped, with a message, where the set is not at hand. `-- DIR` names another city.

#![allow(clippy::expect_used)]

use goldenhour::jemss::{City, NodeWays, Timing, options, scenario};
use goldenhour::sim::facts::Facts;
use goldenhour::sim::{Options, play};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// JEMSS 1.3.6 on a machine like those this is run on, from the set's own `expected/summary.txt`.
fn jemss_us_per_call(folder: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(folder.join("expected/summary.txt")).ok()?;
    let mut words = text.split_whitespace();
    words.find(|w| *w == "us_per_call")?;
    words.next()?.parse().ok()
}

fn main() {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let named = std::env::args().skip(1).find(|a| !a.starts_with('-')).map(PathBuf::from);
    let folder = named.unwrap_or_else(|| shared.join("data/jemss/auckland"));
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let begun = Instant::now();
    let city = City::read(&folder).expect("a city");
    let read = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let ways = NodeWays::new(&city).expect("its ways");
    println!(
        "{} nodes, {} calls: read in {read:.2} s, ways prepared in {:.2} s ({} deciding nodes)",
        city.nodes.len(),
        city.calls.len(),
        begun.elapsed().as_secs_f64(),
        ways.deciding_nodes()
    );
    let (s, facts) = (scenario(&city), Facts::of(&scenario(&city)));
    for keep_calls in [false, true] {
        let options = Options { keep_calls, ..options(&city) };
        let mut times: Vec<f64> = (0..200)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(play(&s, &facts, &ways, &options, 1, 0));
                start.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let best = Timing { calls: city.calls.len(), seconds: times[0] };
        let us = |seconds: f64| seconds * 1e6 / city.calls.len() as f64;
        let what = if keep_calls { "with a record of every call" } else { "counts and histograms only" };
        println!(
            "{what}: {:.3} µs per call (best of {}; median {:.3}), {:.0} calls/s",
            us(best.seconds),
            times.len(),
            us(times[times.len() / 2]),
            best.calls_per_second()
        );
        if let Some(theirs) = jemss_us_per_call(&folder) {
            println!("    JEMSS 1.3.6: {theirs:.1} µs per call, {:.0} times as long", theirs / us(best.seconds));
        }
    }
}
