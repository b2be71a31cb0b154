use goldenhour::network::{SpeedProfile, osm};
use std::time::Instant;
fn main() {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap();
    let n: usize = args.next().unwrap().parse().unwrap();
    let profile = SpeedProfile::builtin("china-default").unwrap();
    for file in args {
        let path = std::path::Path::new(&file);
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..n {
            if what.contains('o') {
                let t = Instant::now();
                let i = osm::import(path, &profile).unwrap();
                std::hint::black_box(i.stats.junctions);
                ours.push(t.elapsed().as_secs_f64() * 1e3);
                if ours.len() == 1 {
                    eprintln!("{} junctions", i.stats.junctions);
                }
            }
            if what.contains('t') {
                let t = Instant::now();
                let mut reader = osmpbfreader::OsmPbfReader::new(std::fs::File::open(path).unwrap());
                std::hint::black_box(reader.iter().filter(Result::is_ok).count());
                theirs.push(t.elapsed().as_secs_f64() * 1e3);
            }
        }
        for v in [&mut ours, &mut theirs] {
            v.sort_by(f64::total_cmp);
        }
        let m = |v: &Vec<f64>| if v.is_empty() { 0.0 } else { v[v.len() / 2] };
        let z = |v: &Vec<f64>| v.first().copied().unwrap_or(0.0);
        println!(
            "{file}: ours median {:.1} min {:.1}, theirs median {:.1} min {:.1}, ratio {:.2}",
            m(&ours),
            z(&ours),
            m(&theirs),
            z(&theirs),
            m(&ours) / m(&theirs)
        );
    }
}
