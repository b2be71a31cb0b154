//! `goldenhour batch` and `goldenhour merge`: replications to files, for many machines or many nights.

use super::args::{BatchArgs, Common, MergeArgs};
use super::run::{changes, spinner, tell};
use super::{CliError, show, stop};
use crate::experiment::journal::{self, Header, Journal, Shard};
use crate::experiment::{FolderError, SharedNetwork, Work, fill};
use crate::sim::Options;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where the work in progress on a file is kept.
pub(super) fn part_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    file.with_file_name(name)
}

/// A bar of replications on standard error; silent when nobody watches.
pub(super) fn replication_bar(common: &Common, replications: u32) -> ProgressBar {
    bar_of(common, "replications", u64::from(replications))
}

/// The same of something else.
pub(super) fn bar_of(common: &Common, what: &str, count: u64) -> ProgressBar {
    if common.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count);
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{what} {{wide_bar}} {{pos}}/{{len}}, {{eta}} left {{msg}}"))
    {
        bar.set_style(style);
    }
    bar
}

/// `goldenhour batch`
pub(super) fn batch(args: &BatchArgs, common: &Common) -> Result<(), CliError> {
    let overrides = args.settings.overrides();
    let bar = spinner(common, "reading the scenario and the road network");
    let mut shared = SharedNetwork::default();
    let work = Work::read(&args.scenario, &overrides)?.changed(changes(&args.set)?);
    let header = work.header(&mut shared);
    bar.finish_and_clear();
    let header = header?;
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let tasks = header.shard(shard);
    let part = part_of(&args.out);
    if let Some(folder) = args.out.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(FolderError::io("create", folder))?;
    }
    let mut journal = match args.resume {
        true => Journal::resume(&part, &header)?,
        false => Journal::create(&part, &header)?,
    };
    let whole = run_tasks(&work, &header, tasks.clone(), &mut journal, &mut shared, common)?;
    if !whole {
        if !common.quiet {
            let mut err = anstream::stderr().lock();
            let there = tasks.clone().filter(|n| journal.has(header.task(*n))).count();
            let of = tasks.end - tasks.start;
            let part = part.display();
            let _ = writeln!(
                err,
                "stopped: {there} of {of} replications are in {part}; the same command with --resume goes on"
            );
        }
        return Err(CliError::Stopped);
    }
    journal.finish_as(&args.out)?;
    let mut out = anstream::stdout().lock();
    let written = match common.json {
        true => {
            let digests: Vec<&String> = header.points.iter().map(|p| &p.digest).collect();
            let mut told = serde_json::json!({
                "file": args.out,
                "shard": shard.to_string(),
                "replications": [tasks.start, tasks.end],
            });
            match digests.as_slice() {
                [one] => told["digest"] = serde_json::json!(one),
                many => told["digests"] = serde_json::json!(many),
            }
            writeln!(out, "{told}")
        }
        false if tasks.is_empty() => writeln!(out, "{}: no replication falls to shard {shard}", args.out.display()),
        false if header.points.len() > 1 => {
            let (done, all, points) = (tasks.end - tasks.start, header.tasks(), header.points.len());
            writeln!(out, "{}: {done} replications of {all}, of {points} points", args.out.display())
        }
        false => {
            let (first, last) = (tasks.start, tasks.end - 1);
            writeln!(out, "{}: replications {first} to {last}, of {} in all", args.out.display(), header.replications)
        }
    };
    Ok(show::printed(written)?)
}

/// Runs those tasks that a journal does not hold yet. Whether all are there now; not if somebody stopped it.
pub(super) fn run_tasks(
    work: &Work,
    header: &Header,
    tasks: Range<u64>,
    journal: &mut Journal,
    shared: &mut SharedNetwork,
    common: &Common,
) -> Result<bool, CliError> {
    let bar = replication_bar(common, (tasks.end - tasks.start) as u32);
    let stopping = stop::on_ctrl_c();
    let each = u64::from(header.replications);
    let mut before = 0;
    for point in 0..header.points.len() {
        let first = point as u64 * each;
        let own = tasks.start.max(first)..tasks.end.min(first + each);
        if own.is_empty() {
            continue;
        }
        let count = (own.end - own.start) as u32;
        if !own.clone().all(|n| journal.has(header.task(n))) {
            let prepared = work.prepare(point, shared, &mut |_| {})?;
            if point == 0 || header.points.len() == 1 {
                bar.suspend(|| tell(&prepared, common));
            }
            let options = Options::by(&prepared.pack.targets(), false);
            let range = (own.start - first) as u32..(own.end - first) as u32;
            let to = (&mut *journal, point as u32);
            let whole = fill(&prepared.world, &options, range, to, stopping, &mut |n| {
                bar.set_position(u64::from(before + n));
            })?;
            if !whole {
                bar.finish_and_clear();
                return Ok(false);
            }
        }
        before += count;
        bar.set_position(u64::from(before));
    }
    bar.finish_and_clear();
    Ok(true)
}

/// `goldenhour merge`
pub(super) fn merge(args: &MergeArgs, common: &Common) -> Result<(), CliError> {
    let merged = journal::merge(&args.files, &args.out, args.partial)?;
    let (header, counts) = journal::read_all(&args.out)?;
    let mut out = anstream::stdout().lock();
    if common.json {
        let points: Vec<serde_json::Value> = header
            .points
            .iter()
            .zip(&counts)
            .map(|(p, n)| serde_json::json!({ "label": p.label, "digest": p.digest, "replications": n }))
            .collect();
        let _ = writeln!(out, "{}", serde_json::json!({ "file": args.out, "points": points }));
        return Ok(());
    }
    let _ = writeln!(out, "{}: {merged} replications of {} asked for", args.out.display(), header.tasks());
    Ok(())
}
