use super::*;
use std::io::Write;

fn profile() -> SpeedProfile {
    SpeedProfile::builtin("china-default").unwrap()
}

fn extract(folder: &Path) -> PathBuf {
    let path = folder.join("small.osm.pbf");
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf");
    fs::copy(bundled, &path).unwrap();
    path
}

fn again(path: &Path, mode: &CacheMode) -> Loaded {
    load(path, &profile(), mode, &mut |_| {}).unwrap()
}

fn same(a: &Loaded, b: &Loaded) {
    assert_eq!((&a.import.stats, &a.import.features), (&b.import.stats, &b.import.features));
    assert_eq!(
        (&a.import.digest, &a.import.source, a.import.synthetic),
        (&b.import.digest, &b.import.source, b.import.synthetic)
    );
    assert_eq!(a.import.snap, b.import.snap);
    assert!(format!("{:?}", a.import.graph) == format!("{:?}", b.import.graph), "graphs differ");
    assert!(a.topology == b.topology, "topologies differ");
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join(FOLDER)).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn the_second_time_it_is_read_as_it_was_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let path = extract(folder.path());
    let mut steps = Vec::new();
    let first = load(&path, &profile(), &CacheMode::Beside, &mut |s| steps.push(s)).unwrap();
    assert_eq!(steps, [Step::Reading, Step::Importing, Step::Preparing, Step::Writing]);
    assert!(!first.from_cache && first.notes.is_empty());
    let second = again(&path, &CacheMode::Beside);
    assert!(second.from_cache);
    assert_eq!(first.file, second.file);
    same(&first, &second);
    same(&first, &again(&path, &CacheMode::Off));
    assert_eq!(kept(folder.path()), [first.file.unwrap().0]);
}

#[test]
fn damaged_and_stale_files_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = extract(folder.path());
    let (file, size) = again(&path, &CacheMode::Beside).file.unwrap();
    let good = fs::read(&file).unwrap();
    assert_eq!(good.len() as u64, size);
    for at in [0, 9, 20, 60, 5_000, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&file, bad).unwrap();
        let got = again(&path, &CacheMode::Beside);
        assert!(
            !got.from_cache && got.notes.len() == 1 && got.notes[0].contains("is not used"),
            "{at}: {:?}",
            got.notes
        );
        assert!(fs::read(&file).unwrap() == good, "not replaced");
    }
    fs::write(&file, &good[..good.len() / 3]).unwrap();
    assert!(!again(&path, &CacheMode::Beside).from_cache);
    // Another extract under the same name, and another profile.
    let mut bytes = fs::read(&path).unwrap();
    // A block of a kind nobody knows, at the end: the same roads, other bytes.
    let header = [0x0a, 1, b'x', 0x18, 0];
    bytes.extend((header.len() as u32).to_be_bytes());
    bytes.extend(header);
    fs::write(&path, bytes).unwrap();
    let changed = again(&path, &CacheMode::Beside);
    assert!(!changed.from_cache && changed.notes.is_empty());
    assert_eq!(kept(folder.path()), [changed.file.unwrap().0], "the older one is still there");
    let other = SpeedProfile::builtin("china-mountain").unwrap();
    assert!(!load(&path, &other, &CacheMode::Beside, &mut |_| {}).unwrap().from_cache);
    assert_eq!(kept(folder.path()).len(), 2);
    assert!(again(&path, &CacheMode::Beside).from_cache);
}

#[test]
fn a_folder_for_all_keeps_namesakes_apart_and_one_that_cannot_be_written_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    fs::create_dir_all(&a).unwrap();
    fs::create_dir_all(&b).unwrap();
    let (a, b) = (extract(&a), extract(&b));
    let all = CacheMode::Folder(folder.path().join("all"));
    let (one, two) = (again(&a, &all).file.unwrap().0, again(&b, &all).file.unwrap().0);
    assert_ne!(one, two);
    assert!(again(&a, &all).from_cache && again(&b, &all).from_cache);
    // A file where the folder should be.
    let blocked = folder.path().join("blocked");
    File::create(&blocked).unwrap().write_all(b"x").unwrap();
    let got = again(&a, &CacheMode::Folder(blocked));
    assert!(!got.from_cache && got.file.is_none());
    assert!(got.notes.iter().any(|n| n.contains("was not kept")), "{:?}", got.notes);
}

#[test]
fn runs_that_start_together_all_get_the_whole_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = extract(folder.path());
    let reference = again(&path, &CacheMode::Off);
    let start = std::sync::Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..2 {
                    let got = again(&path, &CacheMode::Beside);
                    assert_eq!(got.notes, Vec::<String>::new());
                    same(&reference, &got);
                }
            });
        }
    });
    assert_eq!(kept(folder.path()).len(), 1, "drafts were left");
}
