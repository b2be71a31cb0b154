//! Putting files of replications together.

use super::frame::{self, Contents};
use super::store::write_whole;
use super::{Header, Key, ranges};
use crate::fault::{Fault, Faults};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Merges files into one that holds the replications of all of them, in order. The bytes of the result depend only on what the
/// files hold together: not on their order, nor on how they were merged before. Unless it may be `partial`, every replication
/// that was asked for must be there.
///
/// How many replications the result holds.
///
/// # Errors
/// Everything that stands against it: files that cannot be read or are damaged, that belong to different things, that say
/// different things of one replication, replications that are missing.
pub fn merge(files: &[PathBuf], out: &Path, partial: bool) -> Result<usize, Faults> {
    let (header, contents, mut handles) = open_all(files)?;
    let mut union: BTreeMap<Key, usize> = BTreeMap::new();
    let mut faults = Faults::new();
    for (at, c) in contents.iter().enumerate() {
        let mut differing = Vec::new();
        for (key, frame) in &c.frames {
            let first = *union.entry(*key).or_insert(at);
            if contents[first].frames[key].check != frame.check {
                differing.push((first, *key));
            }
        }
        if let Some((first, key)) = differing.first() {
            let message = format!(
                "{} and {} say different things of {} replications, such as replication {} of {}",
                files[*first].display(),
                files[at].display(),
                differing.len(),
                key.replication,
                label(&header, key.point)
            );
            faults.push(
                Fault::error(message).hint("were they made by different builds of the program? make one of them again"),
            );
        }
    }
    if !partial {
        faults.extend(missing(&header, &union));
    }
    if faults.has_errors() {
        return Err(faults);
    }
    write_whole(out, &header, |writer| {
        let mut outcome = Vec::new();
        for (key, at) in &union {
            let frame = &contents[*at].frames[key];
            frame::read_outcome(&mut handles[*at], &files[*at], *key, frame, &mut outcome)?;
            let (bytes, _) = frame::frame_bytes(*key, &outcome);
            std::io::Write::write_all(writer, &bytes).map_err(super::FolderError::io("write", out))?;
        }
        Ok(())
    })
    .map_err(|e| Faults::from(Fault::error(e.to_string())))?;
    Ok(union.len())
}

/// What a file says it is about, and how many replications it holds of each point.
///
/// # Errors
/// As [`merge`].
pub fn read_all(file: &Path) -> Result<(Header, Vec<u32>), Faults> {
    let (header, contents, _) = open_all(&[file.to_path_buf()])?;
    let mut counts = vec![0; header.points.len()];
    for key in contents.iter().flat_map(|c| c.frames.keys()) {
        if let Some(count) = counts.get_mut(key.point as usize) {
            *count += 1;
        }
    }
    Ok((header, counts))
}

type Opened = (Header, Vec<Contents>, Vec<File>);

fn open_all(files: &[PathBuf]) -> Result<Opened, Faults> {
    let mut faults = Faults::new();
    let mut opened = Vec::new();
    let mut handles = Vec::new();
    for path in files {
        let read = File::open(path).map_err(super::FolderError::io("read", path)).and_then(|file| {
            let contents = frame::scan(&file, path, false)?;
            Ok((contents, file))
        });
        match read {
            Ok((contents, file)) => {
                opened.push(contents);
                handles.push(file);
            }
            Err(e) => faults.push(Fault::error(e.to_string())),
        }
    }
    let Some(header) = opened.first().map(|c| c.header.clone()) else {
        if !faults.has_errors() {
            faults.push(Fault::error("there is no file to merge").hint("name at least one"));
        }
        return Err(faults);
    };
    if !faults.has_errors() {
        for (path, contents) in files.iter().zip(&opened).filter(|(_, c)| c.header != header) {
            let message = format!(
                "{} does not belong with {}: {}",
                path.display(),
                files[0].display(),
                differs(&header, &contents.header)
            );
            faults
                .push(Fault::error(message).hint("merge only what was made from the same files, settings and program"));
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok((header, opened, handles)) }
}

/// In what two headers differ, in words.
fn differs(a: &Header, b: &Header) -> String {
    if a.program != b.program {
        return format!("made by {} and by {}", a.program, b.program);
    }
    if a.name != b.name {
        return format!("`{}` and `{}`", a.name, b.name);
    }
    if a.replications != b.replications {
        return format!("{} and {} replications were asked for", a.replications, b.replications);
    }
    if a.points.len() != b.points.len() {
        return format!("{} and {} points", a.points.len(), b.points.len());
    }
    let point = a.points.iter().zip(&b.points).find(|(x, y)| x != y);
    match point {
        Some((x, y)) => format!("the inputs of {} have the digests {} and {}", x.label, x.digest, y.digest),
        None => format!("the formats are {} and {}", a.format, b.format),
    }
}

fn label(header: &Header, point: u32) -> String {
    header.points.get(point as usize).map_or_else(|| format!("point {point}"), |p| p.label.clone())
}

/// What was asked for and is not there, a fault for each point.
fn missing(header: &Header, union: &BTreeMap<Key, usize>) -> Faults {
    let mut faults = Faults::new();
    for point in 0..header.points.len() as u32 {
        let lacks = |r: &u32| !union.contains_key(&Key { point, replication: *r });
        let count = (0..header.replications).filter(lacks).count();
        if count > 0 {
            let list = ranges((0..header.replications).filter(lacks), 12);
            let message = format!(
                "{count} of {} replications of {} are missing: {list}",
                header.replications,
                label(header, point)
            );
            faults.push(Fault::error(message).hint("run the shards that hold them; --partial merges what there is"));
        }
    }
    faults
}
