//! Runs that are killed, stopped, or find no room: nothing that is left is damaged, and going on gives the very bytes of a run
//! that nobody disturbed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn goldenhour(threads: u32) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goldenhour"));
    command.current_dir(root()).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command.args(["--threads", &threads.to_string()]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

const REPLICATIONS: u32 = 60;

fn batch(threads: u32, out: &Path) -> Command {
    let mut command = goldenhour(threads);
    command.args(["batch", "scenarios/yuxi-now.toml", "--replications", &REPLICATIONS.to_string(), "--days", "20"]);
    command.arg("--out").arg(out);
    command
}

fn run(threads: u32, out: &Path) -> Command {
    let mut command = goldenhour(threads);
    command.args(["run", "scenarios/yuxi-now.toml", "--replications", &REPLICATIONS.to_string(), "--days", "20"]);
    command.args(["--no-png", "--lang", "en"]).arg("--out").arg(out);
    command
}

fn compare(threads: u32, out: &Path, scenarios: &[&str], replications: u32) -> Command {
    let mut command = goldenhour(threads);
    command.arg("compare").args(scenarios.iter().map(|name| format!("scenarios/{name}.toml")));
    command.args(["--replications", &replications.to_string(), "--days", "20"]);
    command.args(["--no-png", "--lang", "en"]).arg("--out").arg(out);
    command
}

fn wait(child: Child) -> Output {
    child.wait_with_output().unwrap()
}

fn good(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// All files below a folder with their content; work in progress (names that begin with a dot) aside.
fn listing(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The files of the one run below a folder, by name.
fn only_run(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = listing(out);
    let folders: std::collections::BTreeSet<&Path> = files.keys().filter_map(|f| f.parent()).collect();
    assert!(folders.iter().all(|f| f.starts_with(folders.first().unwrap())), "{folders:?}");
    files.into_iter().map(|(path, bytes)| (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)).collect()
}

/// Moments between 0 and 1 that differ from day to day; printed, so that a failure can be looked into.
struct Moments(u64);

impl Moments {
    fn new() -> Moments {
        let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
        println!("moments from {seed}");
        Moments(seed)
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Starts a command again and again and kills it, until it comes to its end by itself. `after` looks at what each leaves.
/// How often it was killed.
fn kill_until_done(whole: Duration, mut command: impl FnMut() -> Command, mut after: impl FnMut()) -> u32 {
    let mut moments = Moments::new();
    let mut kills = 0;
    loop {
        let child = command().spawn().unwrap();
        let patience = whole.mul_f64(0.3 + 0.9 * moments.next());
        let begun = Instant::now();
        let mut child = child;
        while begun.elapsed() < patience && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        let output = wait(child);
        after();
        if output.status.success() {
            return kills;
        }
        assert!(output.status.code().is_none(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(kills < 60, "it gets nowhere");
    }
}

#[test]
fn a_batch_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.ghr");
    let begun = Instant::now();
    good(&mut batch(1, &whole));
    let time = begun.elapsed();
    let wanted = std::fs::read(&whole).unwrap();
    for threads in [1, 2] {
        let out = folder.path().join(format!("killed-{threads}.ghr"));
        let look = || assert!(!out.exists() || std::fs::read(&out).unwrap() == wanted, "a damaged file was left");
        let kills = kill_until_done(
            time,
            || {
                let mut command = batch(threads, &out);
                command.arg("--resume");
                command
            },
            look,
        );
        println!("{threads} threads: killed {kills} times");
        assert_eq!(std::fs::read(&out).unwrap(), wanted);
        assert!(!out.with_extension("ghr.part").exists());
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let begun = Instant::now();
    good(&mut run(2, &whole));
    let time = begun.elapsed();
    let wanted = only_run(&whole);
    assert!(wanted.contains_key("report.html") && wanted.contains_key("summary.json"));
    for threads in [1, 2] {
        let out = folder.path().join(format!("killed-{threads}"));
        let look = || {
            if out.exists() && !listing(&out).is_empty() {
                assert_eq!(only_run(&out), wanted, "a damaged folder was left");
            }
        };
        let kills = kill_until_done(
            time,
            || {
                let mut command = run(threads, &out);
                command.arg("--resume");
                command
            },
            look,
        );
        println!("{threads} threads: killed {kills} times");
        assert_eq!(only_run(&out), wanted);
    }
}

#[test]
fn a_comparison_that_is_killed_again_and_again_ends_with_the_same_page() {
    let folder = tempfile::tempdir().unwrap();
    let pair = ["yuxi-before", "yuxi-now"];
    let whole = folder.path().join("whole");
    let begun = Instant::now();
    good(&mut compare(2, &whole, &pair, 30));
    let time = begun.elapsed();
    let wanted = only_run(&whole);
    assert!(wanted.contains_key("compare.html") && wanted.contains_key("compare.json"));
    for threads in [1, 2] {
        let out = folder.path().join(format!("killed-{threads}"));
        let look = || {
            if out.exists() && !listing(&out).is_empty() {
                assert_eq!(only_run(&out), wanted, "a damaged folder was left");
            }
        };
        let kills = kill_until_done(
            time,
            || {
                let mut command = compare(threads, &out, &pair, 30);
                command.arg("--resume");
                command
            },
            look,
        );
        println!("{threads} threads: killed {kills} times");
        assert_eq!(only_run(&out), wanted);
        let left: Vec<PathBuf> = parts(&out.join("compare"));
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Work in progress in a folder.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|f| f.path());
    files.filter(|p| p.extension().is_some_and(|e| e == "part")).collect()
}

#[test]
fn a_comparison_that_is_stopped_is_one_of_as_many_replications() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let three = ["yuxi-before", "yuxi-now", "yuxi-siloed"];
    let names = three.join("--");
    let mut child = compare(2, &out, &three, 3000).spawn().unwrap();
    until_some_are_done(|| parts(&out.join("compare")).pop(), 300_000, &mut child);
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let output = wait(child);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    let done: u32 = said.split("stopped: ").nth(1).and_then(|s| s.split(' ').next()?.parse().ok()).expect(&said);
    assert!((2..3000).contains(&done) && said.contains("--resume"), "{said}");
    let stopped = only_run(&out);
    assert!(out.join("compare").join(format!("{names}.stopped")).is_dir());
    let straight = folder.path().join("straight");
    good(&mut compare(1, &straight, &three, done));
    assert_eq!(only_run(&straight), stopped);
    // It goes on, to a few more than were done; and what was stopped stays.
    assert_eq!(parts(&out.join("compare")).len(), 1, "the work is kept");
    good(compare(1, &out, &three, done + 3).arg("--resume"));
    assert!(parts(&out.join("compare")).is_empty());
    let longer = folder.path().join("longer");
    good(&mut compare(2, &longer, &three, done + 3));
    assert_eq!(only_run(&out.join("compare").join(&names)), only_run(&longer));
    assert_eq!(only_run(&out.join("compare").join(format!("{names}.stopped"))), stopped);
}

/// Waits until a command has so many bytes of work in progress on the disk.
fn until_some_are_done(part: impl Fn() -> Option<PathBuf>, bytes: u64, child: &mut Child) {
    let begun = Instant::now();
    loop {
        if part().is_some_and(|p| std::fs::metadata(p).is_ok_and(|m| m.len() > bytes)) {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
        assert!(begun.elapsed() < Duration::from_secs(120));
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn ctrl_c_keeps_what_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let many = |command: &mut Command, n: &str| {
        command.args(["--days", "20"]);
        let position = n.to_string();
        command.args(["--replications", &position]);
    };
    let start = |n: &str| {
        let mut command = goldenhour(2);
        command.args(["run", "scenarios/yuxi-now.toml", "--no-png", "--lang", "en"]).arg("--out").arg(&out);
        many(&mut command, n);
        command
    };
    let mut child = start("3000").spawn().unwrap();
    let part = || parts(&out.join("yuxi-now")).pop();
    until_some_are_done(part, 40_000, &mut child);
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let output = wait(child);
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let done: u32 = said.split("stopped: ").nth(1).and_then(|s| s.split(' ').next()?.parse().ok()).expect(&said);
    assert!((1..3000).contains(&done) && said.contains("--resume"), "{said}");
    let stopped = only_run(&out);
    // It is the report of a run of as many replications, to the byte.
    let straight = folder.path().join("straight");
    let mut command = goldenhour(1);
    command.args(["run", "scenarios/yuxi-now.toml", "--no-png", "--lang", "en"]).arg("--out").arg(&straight);
    many(&mut command, &done.to_string());
    good(&mut command);
    assert_eq!(only_run(&straight), stopped);
    // And it goes on: a few more than were done.
    let part = part().expect("the work is kept");
    let before = std::fs::metadata(&part).unwrap().len();
    assert!(before > 0);
    let mut command = start(&(done + 5).to_string());
    good(command.arg("--resume"));
    assert!(!part.exists());
    let mut command = goldenhour(2);
    let longer = folder.path().join("longer");
    command.args(["run", "scenarios/yuxi-now.toml", "--no-png", "--lang", "en"]).arg("--out").arg(&longer);
    many(&mut command, &(done + 5).to_string());
    good(&mut command);
    let name = |files: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<PathBuf> {
        files.keys().map(|f| f.components().rev().take(2).collect::<PathBuf>()).collect()
    };
    let (all, new) = (listing(&out), listing(&longer));
    assert!(name(&new).iter().all(|f| name(&all).contains(f)));
    assert!(new.values().all(|bytes| all.values().any(|b| b == bytes)), "going on gave something else");
}

#[test]
fn a_full_disk_damages_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.ghr");
    good(&mut batch(2, &out));
    let wanted = std::fs::read(&out).unwrap();
    let size = wanted.len() / 1024;
    // Files may grow to so many KiB and no further, wherever that falls: within the work, or within the result.
    for limit in [0, 1, size / 3, size - 1] {
        let mut limited = Command::new("bash");
        limited.current_dir(root()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
        limited.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_goldenhour"), "batch", "scenarios/yuxi-now.toml"]);
        limited.args(["--replications", &REPLICATIONS.to_string(), "--days", "20", "--out"]).arg(&out);
        limited.env("GOLDENHOUR_CACHE", "off");
        let output = limited.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{limit}: {said}");
        assert!(said.contains("cannot write") && said.contains(".part"), "{limit}: {said}");
        assert_eq!(std::fs::read(&out).unwrap(), wanted, "{limit}: the earlier result was damaged");
        // With room again it goes on.
        good(batch(1, &out).arg("--resume"));
        assert_eq!(std::fs::read(&out).unwrap(), wanted, "{limit}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().map(|f| f.file_name()).collect();
    assert_eq!(left, ["out.ghr"], "something was left behind");
}

#[test]
fn where_nothing_can_be_written_that_is_said() {
    // Not even root may write there.
    for (command, out) in [("batch", "/proc/goldenhour/x.ghr"), ("run", "/proc/goldenhour")] {
        let mut c = goldenhour(1);
        c.args([command, "scenarios/yuxi-now.toml", "--replications", "2", "--days", "1", "--out", out]);
        let output = c.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("cannot create") && said.contains("/proc/goldenhour"), "{said}");
    }
    // Nor into a full device; but what is not there to be read is bad input.
    let mut c = goldenhour(1);
    c.args(["run", "scenarios/yuxi-now.toml", "--replications", "2", "--days", "1", "--json", "--no-png", "--out"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = c.arg(folder.path()).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    for (command, more) in [("run", "--take"), ("merge", "nowhere-2.ghr")] {
        let mut c = goldenhour(1);
        c.arg(command);
        if command == "run" {
            c.arg("scenarios/yuxi-now.toml");
        }
        let output = c.args([more, "nowhere.ghr", "--out"]).arg(folder.path().join("x")).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn shards_make_the_same_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    good(&mut batch(2, &at("whole.ghr")));
    let shards: Vec<PathBuf> = (1..=3).map(|k| at(&format!("{k}.ghr"))).collect();
    for (k, file) in (1..).zip(&shards) {
        good(batch(1, file).args(["--shard", &format!("{k}/3")]));
    }
    let merge = |files: &[&PathBuf]| {
        let mut command = goldenhour(1);
        command.arg("merge").args(files).arg("--out").arg(at("merged.ghr"));
        command
    };
    let output = merge(&[&shards[2], &shards[0]]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("20 of 60 replications of yuxi-now are missing: 20–39"), "{said}");
    good(&mut merge(&[&shards[2], &shards[0], &shards[1]]));
    assert_eq!(std::fs::read(at("merged.ghr")).unwrap(), std::fs::read(at("whole.ghr")).unwrap());
    // The report made of it is that of a run on one machine.
    good(&mut run(2, &at("straight")));
    good(run(1, &at("taken")).arg("--take").arg(at("merged.ghr")));
    assert_eq!(only_run(&at("straight")), only_run(&at("taken")));
    // Another seed is another thing.
    let output = run(1, &at("other")).args(["--seed", "9", "--take"]).arg(at("merged.ghr")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("other inputs"));
}

#[test]
fn a_run_until_it_is_precise_is_a_run_of_as_many_replications() {
    let folder = tempfile::tempdir().unwrap();
    let short = |threads: u32, out: &str, replications: &str, until: &[&str]| {
        let mut command = goldenhour(threads);
        command.args(["run", "scenarios/yuxi-now.toml", "--days", "3", "--no-png", "--lang", "en"]);
        command.args(["--replications", replications, "--out"]).arg(folder.path().join(out));
        until.iter().for_each(|u| {
            command.args(["--until", u]);
        });
        command
    };
    let output = good(&mut short(2, "until", "900", &["response.mean=0.5", "response.within@rural=5%"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let done = said.split("precise enough after ").nth(1).and_then(|s| s.split(' ').next()).expect(&said).to_string();
    let n: u32 = done.parse().unwrap();
    assert!((30..900).contains(&n) && n.is_multiple_of(10), "{said}");
    good(&mut short(1, "straight", &done, &[]));
    assert_eq!(only_run(&folder.path().join("until")), only_run(&folder.path().join("straight")));

    let output = good(&mut short(2, "limit", "12", &["response.mean=0.0001"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("not as precise as wanted after 12 replications"), "{said}");

    let wrong = ["respons.mean=1", "response.mean=-1", "response.mean"];
    let output = short(2, "wrong", "12", &wrong).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    for part in ["did you mean response.mean", "`-1` is no width", "no width is given"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
