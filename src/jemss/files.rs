//! Which file of a folder holds what: named by a `sim_config.xml`, or known by the tables inside.

use crate::fault::{Fault, Faults, SourceText};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A kind of input file, the table by which it is known, and the name that a `sim_config.xml` has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Nodes,
    Arcs,
    Travel,
    Map,
    Stations,
    Hospitals,
    Ambulances,
    Priorities,
    Redispatch,
    Calls,
}

impl Kind {
    const ALL: [(Kind, &'static str, &'static str); 10] = [
        (Kind::Nodes, "nodes", "nodes"),
        (Kind::Arcs, "arcs", "arcs"),
        (Kind::Travel, "travelModes", "travel"),
        (Kind::Map, "map", "map"),
        (Kind::Stations, "stations", "stations"),
        (Kind::Hospitals, "hospitals", "hospitals"),
        (Kind::Ambulances, "ambulances", "ambulances"),
        (Kind::Priorities, "priorities", "priorities"),
        (Kind::Redispatch, "redispatchConditions", "redispatch"),
        (Kind::Calls, "calls", "calls"),
    ];

    fn names(self) -> (&'static str, &'static str) {
        let (_, table, element) = Kind::ALL[self as usize];
        (table, element)
    }
}

/// The files of a city.
#[derive(Debug)]
pub(super) struct Files(BTreeMap<Kind, PathBuf>);

/// Folders that hold what a simulator wrote.
const OUTPUTS: [&str; 3] = ["expected", "output", "outputs"];

/// How much of a file is looked at to find out what it is.
const LOOK: usize = 1 << 16;

impl Files {
    /// Finds the files of a folder.
    ///
    /// # Errors
    /// No such folder; a kind of file that is missing or there several times; a `sim_config.xml` that cannot be read or
    /// asks for what is not supported.
    pub(super) fn find(folder: &Path) -> Result<Files, Faults> {
        if !folder.is_dir() {
            let fault = match std::fs::read_dir(folder) {
                Err(e) => Fault::io("read the folder", folder, &e),
                Ok(_) => Fault::error(format!("{} is no folder", folder.display())).in_file(folder),
            };
            return Err(fault
                .hint("name the folder of a city: with travel, stations, hospitals, calls and so on")
                .into());
        }
        let mut tables = Vec::new();
        let mut configs = Vec::new();
        list(folder, 0, &mut tables, &mut configs)?;
        configs.sort_by_key(|p| (p.components().count(), p.clone()));
        let mut found: BTreeMap<Kind, Vec<PathBuf>> = BTreeMap::new();
        if let Some(config) = configs.first() {
            for (kind, path) in named_in(config, folder)? {
                found.insert(kind, vec![path]);
            }
        }
        for path in tables {
            for kind in kinds_in(&path) {
                match found.get_mut(&kind) {
                    Some(paths) if configs.is_empty() => paths.push(path.clone()),
                    Some(_) => {}
                    None => {
                        found.insert(kind, vec![path.clone()]);
                    }
                }
            }
        }
        let mut faults = Faults::new();
        let mut files = BTreeMap::new();
        for (kind, table, element) in Kind::ALL {
            match found.remove(&kind).as_deref() {
                Some([one]) => {
                    files.insert(kind, one.clone());
                }
                Some(several) => {
                    let names: Vec<String> = several.iter().map(|p| p.display().to_string()).collect();
                    let fault = Fault::error(format!("several files have the table `{table}`: {}", names.join(", ")));
                    let hint = format!("keep one, or name it as <{element}> in a sim_config.xml");
                    faults.push(fault.in_file(folder).hint(hint));
                }
                // Without rules JEMSS has its own.
                None if kind == Kind::Redispatch => {}
                None => {
                    let message = format!("no file in {} has the table `{table}`", folder.display());
                    let hint = format!("it is usually found in a folder `{}`", usual_folder(kind));
                    faults.push(Fault::error(message).in_file(folder).hint(hint));
                }
            }
        }
        if faults.has_errors() { Err(faults) } else { Ok(Files(files)) }
    }

    /// The file of a kind.
    pub(super) fn get(&self, kind: Kind) -> Option<&Path> {
        self.0.get(&kind).map(PathBuf::as_path)
    }
}

fn usual_folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Nodes | Kind::Arcs | Kind::Travel => "travel",
        Kind::Map => "maps",
        other => other.names().1,
    }
}

/// All tables and configurations below a folder, in order of their paths.
fn list(folder: &Path, depth: u32, tables: &mut Vec<PathBuf>, configs: &mut Vec<PathBuf>) -> Result<(), Faults> {
    let entries = std::fs::read_dir(folder).map_err(|e| Fault::io("read the folder", folder, &e))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            if depth < 8 && !OUTPUTS.contains(&name.as_str()) {
                list(&path, depth + 1, tables, configs)?;
            }
        } else if name == "sim_config.xml" {
            configs.push(path);
        } else if name.ends_with(".csv") {
            tables.push(path);
        }
    }
    Ok(())
}

/// What a file is, by the names of tables at the beginnings of its first lines.
fn kinds_in(path: &Path) -> Vec<Kind> {
    use std::io::Read;
    let mut text = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(LOOK as u64).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&text);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut kinds = Vec::new();
    // A table's name stands at the beginning of the file or after a line whose first cell is empty.
    let mut may_begin = true;
    for line in text.lines() {
        let first = line.split(',').next().unwrap_or("").trim().trim_matches('"');
        if first.is_empty() || first.starts_with('#') {
            may_begin = true;
            continue;
        }
        if may_begin && let Some((kind, ..)) = Kind::ALL.iter().find(|(_, table, _)| *table == first) {
            kinds.push(*kind);
        }
        may_begin = false;
    }
    kinds
}

/// The files that a configuration names.
fn named_in(config: &Path, folder: &Path) -> Result<Vec<(Kind, PathBuf)>, Faults> {
    let source = SourceText::read(config)?;
    let document = roxmltree::Document::parse(&source.text).map_err(|e| {
        let row = source.text.lines().take(e.pos().row as usize - 1).map(|l| l.len() + 1).sum::<usize>();
        Fault::error(format!("the file is no XML: {e}")).at(&source, row..row)
    })?;
    let mut faults = Faults::new();
    let root = document.root_element();
    let child = |of: roxmltree::Node<'_, '_>, name: &str| of.children().find(|c| c.has_tag_name(name)).map(|c| c.id());
    let node = |parent: roxmltree::Node<'_, '_>, name: &str| child(parent, name).and_then(|id| document.get_node(id));
    let here = config.parent().unwrap_or(folder);
    let input = node(root, "inputPath").and_then(|n| n.text().map(str::trim)).unwrap_or("");
    let mut bases = vec![resolved(input, here), here.to_path_buf(), folder.to_path_buf()];
    // `$jemssDir/data/cities/x/1` on the machine of whoever ran it: the end of the path may be here.
    bases.dedup();
    let mut named = Vec::new();
    let files: Vec<_> =
        node(root, "simFiles").map(|n| n.children().filter(|c| c.is_element()).collect()).unwrap_or_default();
    for element in files {
        let name = element.tag_name().name();
        let text = element.text().unwrap_or("").trim();
        if name == "mobilisationDelay" {
            let fault = Fault::error("<mobilisationDelay>: random mobilisation delays cannot be replayed");
            faults.push(fault.at(&source, element.range()).hint("take the element out to replay without them"));
        }
        let Some((kind, ..)) = Kind::ALL.iter().find(|(_, _, e)| *e == name) else { continue };
        let tried = bases.iter().map(|base| base.join(resolved(text, here))).find(|p| p.is_file());
        match tried.or_else(|| ending_in(folder, text)) {
            Some(path) => named.push((*kind, path)),
            None => {
                let fault = Fault::error(format!("<{name}>: there is no file {text}")).at(&source, element.range());
                faults.push(fault.hint(format!("looked in {}", bases[0].display())));
            }
        }
    }
    if let Some(decision) = node(root, "decision") {
        let expect = |parent, name: &str, known: &[&str], faults: &mut Faults| {
            let Some(found) = node(parent, name) else { return };
            let text = found.text().unwrap_or("").trim();
            if !text.is_empty() && !known.contains(&text) {
                let fault = Fault::error(format!("<{name}> {text} is not supported")).at(&source, found.range());
                faults.push(fault.hint(format!("supported: {}", known.join(", "))));
            }
        };
        expect(decision, "callQueueing", &["addCallToQueueSortPriorityThenTime!"], &mut faults);
        expect(decision, "dispatch", &["findNearestDispatchableAmb!", "findNearestFreeAmbToCall!"], &mut faults);
        if let Some(move_up) = node(decision, "moveUp") {
            expect(move_up, "module", &["none"], &mut faults);
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(named) }
}

/// A path of a configuration with what is known of its variables put in.
fn resolved(text: &str, here: &Path) -> PathBuf {
    let text =
        text.replace("$configFileDir", &here.to_string_lossy()).replace("$(configFileDir)", &here.to_string_lossy());
    let path = PathBuf::from(text);
    if path.is_absolute() { path } else { here.join(path) }
}

/// A file below the folder that has the same name and as much as possible of the path before it.
fn ending_in(folder: &Path, text: &str) -> Option<PathBuf> {
    let parts: Vec<&str> =
        text.split(['/', '\\']).filter(|p| !p.is_empty() && !p.starts_with('$') && *p != "..").collect();
    (0..parts.len())
        .map(|from| parts[from..].iter().fold(folder.to_path_buf(), |p, part| p.join(part)))
        .find(|p| p.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    const ALL: [(&str, &str); 9] = [
        ("a/n.csv", "nodes,\nindex,x,y\n"),
        ("a/m.csv", "miscData,\narcForm\nx\n,\narcs,\nindex\n"),
        ("t.csv", "travelModes,\n"),
        ("m.csv", "\u{feff}map,1\n"),
        ("s.csv", "stations,,,note\n"),
        ("h.csv", "\"hospitals\",\n"),
        ("amb.csv", "ambulances\n"),
        ("p.csv", "# note\npriorities,\n"),
        ("c.csv", "miscData\nstartTime\n0\n,\ncalls,\n"),
    ];

    #[test]
    fn files_are_known_by_their_tables() {
        let folder = city(&ALL);
        let files = Files::find(folder.path()).unwrap();
        assert!(files.get(Kind::Arcs).unwrap().ends_with("a/m.csv"));
        assert_eq!(files.get(Kind::Redispatch), None);
        std::fs::write(folder.path().join("other.csv"), "stations,\n").unwrap();
        std::fs::remove_file(folder.path().join("h.csv")).unwrap();
        let faults = Files::find(folder.path()).unwrap_err().to_string();
        assert!(faults.contains("several files have the table `stations`") && faults.contains("other.csv"), "{faults}");
        assert!(faults.contains("has the table `hospitals`"), "{faults}");
    }

    #[test]
    fn a_configuration_chooses_among_files_and_names_what_is_not_supported() {
        let folder = city(&ALL);
        std::fs::create_dir_all(folder.path().join("input/stations")).unwrap();
        std::fs::write(folder.path().join("input/stations/two.csv"), "stations,\n").unwrap();
        let config = "<simConfig><inputPath>$jemssDir/x/input</inputPath><simFiles>\
                      <stations>stations/two.csv</stations></simFiles><decision><moveUp><module>none</module></moveUp>\
                      </decision></simConfig>";
        std::fs::write(folder.path().join("input/sim_config.xml"), config).unwrap();
        let files = Files::find(folder.path()).unwrap();
        assert!(files.get(Kind::Stations).unwrap().ends_with("input/stations/two.csv"));
        let config = config.replace(">none<", ">dmexclp<").replace("two.csv", "three.csv");
        std::fs::write(folder.path().join("input/sim_config.xml"), config).unwrap();
        let faults = Files::find(folder.path()).unwrap_err().to_string();
        assert!(faults.contains("<module> dmexclp is not supported"), "{faults}");
        assert!(faults.contains("there is no file stations/three.csv"), "{faults}");
        std::fs::write(folder.path().join("input/sim_config.xml"), "<a><b></a>").unwrap();
        assert!(Files::find(folder.path()).unwrap_err().to_string().contains("no XML"));
    }
}
