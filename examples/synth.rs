//! Writes the bundled synthetic network and its tables into the repository:
//! `cargo run --release --example synth -- <network folder> <table folder>`, or a made-up region of any size:
//! `cargo run --release --example synth -- generic <nodes> <file>`.

use goldenhour::network::synth::{Facts, SynthOptions, generate, generic};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generic", size, file] => {
            let out = generic(size.parse()?, 1)?;
            eprintln!("{} nodes, {} ways, {} bytes", out.report.nodes, out.report.ways, out.report.pbf_bytes);
            std::fs::write(file, out.pbf)?;
        }
        [networks, tables] => {
            let out = generate(&Facts::bundled()?, &SynthOptions { seed: 1, size: None })?;
            std::fs::create_dir_all(networks)?;
            std::fs::create_dir_all(tables)?;
            std::fs::write(Path::new(networks).join("yuxi.osm.pbf"), &out.pbf)?;
            std::fs::write(Path::new(networks).join("yuxi.toml"), &out.manifest)?;
            for (name, text) in &out.tables {
                std::fs::write(Path::new(tables).join(name), text)?;
            }
            print!("{}", out.manifest);
        }
        _ => eprintln!("usage: synth <network folder> <table folder> | synth generic <nodes> <file>"),
    }
    Ok(())
}
