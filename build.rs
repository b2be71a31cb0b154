//! Names the sources that a prepared network depends on, so that one prepared by other code is never used.

use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    for place in ["src/network", "src/geo", "src/digest.rs"] {
        println!("cargo:rerun-if-changed={place}");
        gather(Path::new(place), &mut files);
    }
    files.sort();
    // FNV-1a: nobody attacks it, it only has to differ.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let content = std::fs::read(&file).unwrap_or_default();
        for byte in file.to_string_lossy().bytes().chain(content) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo:rustc-env=GOLDENHOUR_NETWORK_SOURCES={hash:016x}");
}

fn gather(place: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(place) {
        Ok(entries) => entries.flatten().for_each(|entry| gather(&entry.path(), files)),
        Err(_) => files.push(place.to_path_buf()),
    }
}
