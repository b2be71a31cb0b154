//! Once a replication has warmed up, no call asks for memory, and memory does not grow with the number of calls.

#![allow(clippy::panic)]

use allocation_counter::{AllocationInfo, measure};
use goldenhour::experiment::{Overrides, prepare};
use goldenhour::sim::{Options, run};
use std::path::Path;

/// Phone calls and allocations of one replication of some days.
fn played(scenario: &str, days: f64) -> (u64, AllocationInfo) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario);
    let overrides = Overrides { days: Some(days), ..Overrides::default() };
    let prepared = prepare(&file, &overrides).unwrap_or_else(|f| panic!("{f}"));
    let options = Options::by(&prepared.pack.targets(), false);
    let mut calls = 0;
    let info = measure(|| calls = run(&prepared.world, &options, 1, 0).0.phone_calls());
    (calls, info)
}

/// Allocations beyond those of the shortest run that are allowed: lists that grow now and then, however many calls there are.
const NOW_AND_THEN: u64 = 40;

fn no_allocation_per_call(scenario: &str) {
    let days = 40.0;
    let runs: Vec<(u64, AllocationInfo)> = [days, 2.0 * days, 4.0 * days].map(|d| played(scenario, d)).into();
    for (calls, info) in &runs {
        println!("{scenario}: {calls} calls, {} allocations, at most {} bytes", info.count_total, info.bytes_max);
    }
    let (base_calls, base) = &runs[0];
    for (calls, info) in &runs[1..] {
        let more = info.count_total - base.count_total.min(info.count_total);
        let calls = calls - base_calls;
        assert!(calls > 10_000, "{calls} more calls");
        assert!(more <= NOW_AND_THEN, "{scenario}: {more} more allocations for {calls} more calls");
        let grown = info.bytes_max.saturating_sub(base.bytes_max);
        assert!(grown <= base.bytes_max / 5, "{scenario}: {grown} bytes more than {} at most", base.bytes_max);
    }
}

#[test]
fn a_call_of_the_plain_scenario_allocates_nothing() {
    no_allocation_per_call("yuxi-now.toml");
}

#[test]
fn nor_does_one_whose_roads_change_on_the_way() {
    no_allocation_per_call("yuxi-week.toml");
}
