//! `goldenhour init`: a first scenario from nothing but an extract.

use super::args::{Common, InitArgs};
use super::network::named_or_file;
use super::{CliError, show};
use crate::experiment::profile;
use crate::fault::{Fault, Faults};
use crate::network::{CacheMode, Loaded, load};
use crate::scenario::NamedOrFile;
use crate::scenario::propose::{Naming, Proposal, propose};
use crate::standards::Pack;
use crate::text::Text;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// `goldenhour init`
pub(super) fn init(args: &InitArgs, common: &Common) -> Result<(), CliError> {
    refuse_existing(&args.out, args.force)?;
    let mut faults = Faults::new();
    let speed = faults.take(profile(&named_or_file(&args.profile)));
    let _ = faults.take(match named_or_file(&args.pack) {
        NamedOrFile::Builtin(name) => Pack::builtin(&name),
        NamedOrFile::File(path) => Pack::load(&path),
    });
    let name = scenario_name(args).unwrap_or_else(|fault| {
        faults.push(*fault);
        String::new()
    });
    if args.people.is_some_and(|n| !(1.0..1e9).contains(&n)) {
        faults.push(Fault::error("--people must be a number of people, at least 1"));
    }
    let (Some(speed), false) = (speed, faults.has_errors()) else { return Err(faults.into()) };
    // The first run finds the network prepared.
    let loaded = load(&args.network, &speed, &CacheMode::from_env(), &mut |_| {});
    let Loaded { import, .. } = loaded.map_err(|e| Faults::from(Fault::from(e)))?;
    let proposal = propose(&import, args.people);
    let naming = Naming {
        name,
        network: seen_from(&args.out, &args.network)?,
        profile: file_seen_from(&args.out, &args.profile)?,
        pack: file_seen_from(&args.out, &args.pack)?,
    };
    let files = proposal.files(&naming);
    write(&args.out, &files)?;
    let warnings = proposal.warnings();
    if !common.quiet && !common.json {
        let list = warnings.iter().map(|w| Fault::warning(w.get(common.lang())));
        show::faults(&Faults(list.collect()), common);
    }
    print(args, &proposal, &naming, &files, common)
}

fn print(
    args: &InitArgs,
    proposal: &Proposal,
    naming: &Naming,
    files: &[(&'static str, String)],
    common: &Common,
) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    let lang = common.lang();
    let scenario = args.out.join("scenario.toml");
    let next = format!("goldenhour run {}", shown(&scenario));
    if common.json {
        let texts = |list: Vec<Text>| list.iter().map(|t| t.get(lang).to_string()).collect::<Vec<_>>();
        let document = serde_json::json!({
            "scenario": scenario,
            "name": naming.name,
            "files": files.iter().map(|f| f.0).collect::<Vec<_>>(),
            "posts": proposal.posts.len(),
            "candidates": proposal.candidates.len(),
            "hospitals": proposal.hospitals.len(),
            "units": proposal.units.len(),
            "seats": proposal.seats,
            "points": proposal.points.len(),
            "people": proposal.people(),
            "urban_share": proposal.urban_share(),
            "road_km": proposal.road_km,
            "dropped_km": proposal.dropped_km,
            "warnings": texts(proposal.warnings()),
            "found": texts(proposal.found()),
            "guessed": texts(proposal.guessed()),
            "left_out": texts(proposal.left_out()),
            "tally": proposal.tally,
            "next": next,
        });
        let text = serde_json::to_string_pretty(&document).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let zh = lang == crate::text::Lang::Zh;
    let pick = |a: &'static str, b: &'static str| if zh { a } else { b };
    let head = format!(
        "{}: {}: {}, {}: {}, {}: {}, {}: {}, {}: {:.0} ({:.0} % {})",
        args.out.display(),
        pick("站点", "posts"),
        proposal.posts.len(),
        pick("车辆", "units"),
        proposal.units.len(),
        pick("医院", "hospitals"),
        proposal.hospitals.len(),
        pick("需求点", "demand points"),
        proposal.points.len(),
        pick("人口", "people"),
        proposal.people(),
        100.0 * proposal.urban_share(),
        pick("城区", "urban"),
    );
    let _ = writeln!(out, "{head}");
    let sections = [
        (pick("地图所有", "found in the map"), proposal.found()),
        (pick("推测（质量 C）", "guessed (quality C)"), proposal.guessed()),
        (pick("未采用", "left out"), proposal.left_out()),
    ];
    for (title, list) in sections.iter().filter(|(_, list)| !list.is_empty()) {
        let _ = writeln!(out, "\n{title}");
        for text in list {
            let _ = writeln!(out, "  - {}", text.get(lang));
        }
    }
    let _ = writeln!(out, "\n{}  {next}", pick("下一步", "next"));
    Ok(())
}

/// A path as a shell takes it.
fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains([' ', '(', ')', '&', '\'', '$']) { format!("\"{text}\"") } else { text }
}

fn refuse_existing(out: &Path, force: bool) -> Result<(), Faults> {
    if out.exists() && !out.is_dir() {
        let fault = Fault::error(format!("{} is a file", out.display()));
        return Err(fault.hint("--out names a folder").into());
    }
    let mut entries = match std::fs::read_dir(out) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Fault::io("read", out, &e).into()),
    };
    if force || entries.next().is_none() {
        return Ok(());
    }
    let fault = Fault::error(format!("the folder {} is not empty", out.display()));
    Err(fault.hint("choose another, or give --force to overwrite the files of the scenario in it; others stay").into())
}

/// `--name`, else the last part of `--out`, as a scenario may be called.
fn scenario_name(args: &InitArgs) -> Result<String, Box<Fault>> {
    if let Some(name) = &args.name {
        let bad = name.trim().is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':', '\n', '\r']);
        let fault =
            || Fault::error(format!("--name `{name}` cannot name a folder")).hint("use letters, digits and dashes");
        return if bad { Err(fault().boxed()) } else { Ok(name.trim().to_string()) };
    }
    let whole = std::path::absolute(&args.out).unwrap_or_else(|_| args.out.clone());
    let last = whole.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = last
        .trim_start_matches('.')
        .chars()
        .map(|c| if matches!(c, ':' | '\\') || c.is_control() { '-' } else { c })
        .collect();
    Ok(if name.is_empty() { "scenario".into() } else { name })
}

/// A file of profile or pack as the scenario must name it; built-in names stay.
fn file_seen_from(folder: &Path, text: &str) -> Result<String, Faults> {
    match named_or_file(text) {
        NamedOrFile::Builtin(name) => Ok(name),
        NamedOrFile::File(path) => seen_from(folder, &path),
    }
}

/// The path of a file as seen from a folder that may not exist yet: relative if both lie in a common folder (other than
/// the root), else absolute.
fn seen_from(folder: &Path, file: &Path) -> Result<String, Faults> {
    let file_whole = std::fs::canonicalize(file).map_err(|e| Fault::io("read", file, &e))?;
    let folder_whole = real(folder).map_err(|e| Fault::io("find", folder, &e))?;
    let (a, b): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder_whole.components().collect(), file_whole.components().collect());
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let shares_a_folder = a[..common].iter().any(|c| matches!(c, Component::Normal(_)));
    if !shares_a_folder {
        return Ok(file_whole.to_string_lossy().into_owned());
    }
    let up = std::iter::repeat_n("..".to_string(), a.len() - common);
    let down = b[common..].iter().map(|c| c.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The folder without links, as far as it exists.
fn real(folder: &Path) -> std::io::Result<PathBuf> {
    let whole = std::path::absolute(folder)?;
    let mut missing = Vec::new();
    let mut at = whole.as_path();
    loop {
        match (std::fs::canonicalize(at), at.file_name(), at.parent()) {
            (Ok(found), ..) => return Ok(missing.iter().rev().fold(found, |p, name| p.join(name))),
            (Err(_), Some(name), Some(parent)) => {
                missing.push(name.to_os_string());
                at = parent;
            }
            (Err(e), ..) => return Err(e),
        }
    }
}

/// Writes the files aside, then moves them into place: a failure on the way leaves what was there.
fn write(out: &Path, files: &[(&'static str, String)]) -> Result<(), Faults> {
    let whole = real(out).map_err(|e| Fault::io("find", out, &e))?;
    let parent = whole.parent().unwrap_or(Path::new("/")).to_path_buf();
    std::fs::create_dir_all(&parent).map_err(|e| Fault::io("create", &parent, &e))?;
    let home = if whole.is_dir() { &whole } else { &parent };
    let aside = tempfile::Builder::new().prefix(".init-").tempdir_in(home);
    let aside = aside.map_err(|e| Fault::io("create a folder in", home, &e))?;
    for (name, text) in files {
        let path = aside.path().join(name);
        std::fs::write(&path, text).map_err(|e| Fault::io("write", &path, &e))?;
    }
    std::fs::create_dir_all(&whole).map_err(|e| Fault::io("create", &whole, &e))?;
    // The scenario last: it is there only when all its tables are.
    for (name, _) in files.iter().rev() {
        let to = whole.join(name);
        std::fs::rename(aside.path().join(name), &to).map_err(|e| Fault::io("write", &to, &e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_scenario() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("maps")).unwrap();
        let file = home.path().join("maps/a b.osm.pbf");
        std::fs::write(&file, "x").unwrap();
        let out = home.path().join("made/city");
        assert_eq!(seen_from(&out, &file).unwrap(), "../../maps/a b.osm.pbf");
        assert_eq!(seen_from(&home.path().join("maps"), &file).unwrap(), "a b.osm.pbf");
        assert!(seen_from(&out, &home.path().join("none")).is_err());
    }

    #[test]
    fn existing_folders_are_left_alone() {
        let home = tempfile::tempdir().unwrap();
        assert!(refuse_existing(home.path(), false).is_ok());
        std::fs::write(home.path().join("x"), "x").unwrap();
        assert!(refuse_existing(home.path(), false).is_err());
        assert!(refuse_existing(home.path(), true).is_ok());
        assert!(refuse_existing(&home.path().join("x"), true).is_err());
        write(home.path(), &[("a", "1".into()), ("b", "2".into())]).unwrap();
        let names: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
    }
}
