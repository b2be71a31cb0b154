//! How many phone calls a second one core simulates on the bundled scenario: `cargo bench --bench simulation`.

#![allow(clippy::expect_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use goldenhour::experiment::{Overrides, prepare};
use goldenhour::sim::{Options, run};
use std::path::Path;

fn replication(c: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let overrides = Overrides { days: Some(365.0), ..Overrides::default() };
    let prepared = prepare(&file, &overrides).expect("the bundled scenario");
    let options = Options::by(&prepared.pack.targets(), false);
    let (outcome, _) = run(&prepared.world, &options, 1, 0);
    let mut group = c.benchmark_group("yuxi-now, one year, one core");
    group.sample_size(10);
    group.throughput(Throughput::Elements(outcome.phone_calls()));
    group.bench_function("phone calls", |b| b.iter(|| run(&prepared.world, &options, 1, 0).0.phone_calls()));
    group.finish();
}

criterion_group!(benches, replication);
criterion_main!(benches);
