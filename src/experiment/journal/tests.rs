use super::*;
use crate::scenario::Scenario;
use crate::sim::Outcome;
use crate::units::Span;
use std::path::{Path, PathBuf};

fn like() -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    Outcome::new(&Scenario::load(&file).unwrap())
}

fn outcome(number: u32) -> Outcome {
    let mut o = like();
    o.queued = u64::from(number);
    o.intervals[2].add(Span::from_seconds(f64::from(number)));
    o.intervals[3].add(Span::from_seconds(1e6));
    o.points[5] = (1, -7, u64::from(number) << 40);
    o
}

fn header(replications: u32) -> Header {
    let point = |l: &str| PointHeader { label: l.into(), digest: format!("d{l}") };
    Header::new("test".into(), vec![point("a"), point("b")], replications)
}

fn write(path: &Path, header: &Header, tasks: impl Iterator<Item = u64>) {
    let part = path.with_extension("part");
    let mut journal = Journal::create(&part, header).unwrap();
    for number in tasks {
        let key = header.task(number);
        journal.keep(key, &outcome(key.replication * 10 + key.point)).unwrap();
    }
    journal.finish_as(path).unwrap();
    assert!(!part.exists());
}

#[test]
fn what_is_kept_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.part");
    let header = header(3);
    let mut journal = Journal::create(&path, &header).unwrap();
    let keys: Vec<Key> = (0..6).rev().map(|n| header.task(n)).collect();
    keys.iter().for_each(|k| journal.keep(*k, &outcome(k.replication)).unwrap());
    assert!(Journal::resume(&path, &header).unwrap_err().to_string().contains("another process"));
    drop(journal);
    let mut journal = Journal::resume(&path, &header).unwrap();
    assert_eq!(journal.len(), 6);
    for key in keys {
        assert_eq!(journal.read(key, &like()).unwrap(), Some(outcome(key.replication)));
    }
    assert_eq!(journal.read(Key { point: 0, replication: 9 }, &like()).unwrap(), None);
    let mut other = like();
    other.unit_busy.pop();
    assert!(
        journal.read(Key { point: 0, replication: 1 }, &other).unwrap_err().to_string().contains("another scenario")
    );
}

#[test]
fn wherever_a_writer_is_killed_whole_replications_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.part");
    let header = header(4);
    let mut journal = Journal::create(&path, &header).unwrap();
    let mut ends = vec![std::fs::metadata(&path).unwrap().len()];
    for number in 0..4 {
        journal.keep(header.task(number), &outcome(number as u32)).unwrap();
        ends.push(std::fs::metadata(&path).unwrap().len());
    }
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    for cut in (ends[0]..=ends[4]).step_by(97).chain(ends.clone()) {
        std::fs::write(&path, &whole[..cut as usize]).unwrap();
        let mut journal = Journal::resume(&path, &header).unwrap();
        let kept = ends.iter().filter(|e| **e <= cut).count() - 1;
        assert_eq!(journal.len(), kept, "cut at {cut}");
        // Going on gives the very file that an unbroken writer leaves.
        for number in kept as u64..4 {
            journal.keep(header.task(number), &outcome(number as u32)).unwrap();
        }
        drop(journal);
        assert_eq!(std::fs::read(&path).unwrap(), whole, "cut at {cut}");
    }
    // A bit that has turned over is noticed: only what stands before it is believed.
    let mut spoilt = whole.clone();
    spoilt[ends[1] as usize + 40] ^= 4;
    std::fs::write(&path, &spoilt).unwrap();
    assert_eq!(Journal::resume(&path, &header).unwrap().len(), 1);
    std::fs::write(&path, "something else").unwrap();
    assert!(Journal::resume(&path, &header).unwrap_err().to_string().contains("no file of replications"));
}

#[test]
fn another_scenario_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.part");
    drop(Journal::create(&path, &header(3)).unwrap());
    let mut other = header(3);
    other.points[1].digest = "else".into();
    assert!(Journal::resume(&path, &other).unwrap_err().to_string().contains("other inputs"));
    // More replications of the same are welcome.
    assert!(Journal::resume(&path, &header(30)).is_ok());
}

#[test]
fn merging_does_not_depend_on_order_or_grouping() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let header = header(7);
    let shards: Vec<PathBuf> = (1..=4)
        .map(|k| {
            let path = at(&format!("{k}.ghr"));
            write(&path, &header, header.shard(Shard::new(k, 4).unwrap()).rev());
            path
        })
        .collect();
    write(&at("whole.ghr"), &header, 0..14);
    let whole = std::fs::read(at("whole.ghr")).unwrap();
    let merged = |files: &[&PathBuf], name: &str, partial: bool| {
        let files: Vec<PathBuf> = files.iter().map(|f| (*f).clone()).collect();
        merge(&files, &at(name), partial).map(|n| (n, std::fs::read(at(name)).unwrap()))
    };
    let all: Vec<&PathBuf> = shards.iter().collect();
    assert_eq!(merged(&all, "m.ghr", false).unwrap(), (14, whole.clone()));
    let turned: Vec<&PathBuf> = shards.iter().rev().collect();
    assert_eq!(merged(&turned, "m.ghr", false).unwrap().1, whole);
    // (3 + 1) + (4 + 2 + 3) gives the same, a replication that is there twice included.
    merged(&[&shards[2], &shards[0]], "left.ghr", true).unwrap();
    merged(&[&shards[3], &shards[1], &shards[2]], "right.ghr", true).unwrap();
    assert_eq!(merged(&[&at("left.ghr"), &at("right.ghr")], "m.ghr", false).unwrap().1, whole);

    let faults = merged(&[&shards[0], &shards[3]], "no.ghr", false).unwrap_err().to_string();
    assert!(faults.contains("4 of 7 replications of a are missing: 3–6"), "{faults}");
    assert!(faults.contains("of b are missing: 0–2"), "{faults}");
    assert!(!at("no.ghr").exists());

    let mut other = header.clone();
    other.points[0].digest = "else".into();
    write(&at("other.ghr"), &other, 0..3);
    let faults = merged(&[&shards[0], &at("other.ghr")], "no.ghr", true).unwrap_err().to_string();
    assert!(faults.contains("does not belong") && faults.contains("digests da and else"), "{faults}");

    let part = at("y.part");
    let mut journal = Journal::create(&part, &header).unwrap();
    journal.keep(header.task(0), &outcome(99)).unwrap();
    journal.finish_as(&at("liar.ghr")).unwrap();
    let faults = merged(&[&shards[0], &at("liar.ghr")], "no.ghr", true).unwrap_err().to_string();
    assert!(faults.contains("different things"), "{faults}");

    std::fs::write(at("torn.ghr"), &whole[..whole.len() - 3]).unwrap();
    let faults = merged(&[&at("torn.ghr"), &at("none.ghr")], "no.ghr", true).unwrap_err().to_string();
    assert!(faults.contains("is damaged from byte") && faults.contains("none.ghr"), "{faults}");
}

#[test]
fn shards_cover_the_work_once() {
    for (replications, of) in [(1, 1), (7, 3), (3, 16), (1000, 7)] {
        let header = header(replications);
        let mut next = 0;
        for k in 1..=of {
            let range = header.shard(Shard::new(k, of).unwrap());
            assert_eq!(range.start, next);
            next = range.end;
        }
        assert_eq!(next, header.tasks());
    }
    assert_eq!("3/16".parse::<Shard>().unwrap().to_string(), "3/16");
    for wrong in ["0/4", "5/4", "3", "a/b", "1/0"] {
        assert!(wrong.parse::<Shard>().unwrap_err().contains("K/N"));
    }
    assert_eq!(ranges([0, 1, 2, 5, 7, 8].into_iter(), 9), "0–2, 5, 7–8");
    assert_eq!(ranges([0, 2, 4].into_iter(), 2), "0, 2, …");
}
