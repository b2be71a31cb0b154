//! `goldenhour batch` and `goldenhour merge`: replications to files, for many machines or many nights.

use super::args::{BatchArgs, Common, MergeArgs};
use super::run::{saying, spinner, tell};
use super::{CliError, stop};
use crate::experiment::journal::{self, Header, Journal, PointHeader, Shard};
use crate::experiment::{Overrides, fill, prepare_telling};
use crate::sim::Options;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Where the work in progress on a file is kept.
pub(super) fn part_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    file.with_file_name(name)
}

/// A bar of replications on standard error; silent when nobody watches.
pub(super) fn replication_bar(common: &Common, replications: u32) -> ProgressBar {
    if common.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::from(replications));
    if let Ok(style) = ProgressStyle::with_template("replications {wide_bar} {pos}/{len}, {eta} left {msg}") {
        bar.set_style(style);
    }
    bar
}

/// `goldenhour batch`
pub(super) fn batch(args: &BatchArgs, common: &Common) -> Result<(), CliError> {
    let overrides = Overrides { seed: args.seed, replications: args.replications, days: args.days };
    let bar = spinner(common, "reading the scenario and the road network, computing travel times");
    let prepared = prepare_telling(&args.scenario, &overrides, &mut |step| bar.set_message(saying(step)));
    bar.finish_and_clear();
    let prepared = prepared?;
    tell(&prepared, common);
    let s = &prepared.world.scenario;
    let point = PointHeader { label: s.name.clone(), digest: prepared.digest() };
    let header = Header::new(s.name.clone(), vec![point], s.run.replications);
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let tasks = header.shard(shard);
    let part = part_of(&args.out);
    if let Some(folder) = args.out.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(crate::experiment::FolderError::io("create", folder))?;
    }
    let mut journal = match args.resume {
        true => Journal::resume(&part, &header)?,
        false => Journal::create(&part, &header)?,
    };
    let options = Options::by(&prepared.pack.targets(), false);
    let range = tasks.start as u32..tasks.end as u32;
    let bar = replication_bar(common, range.len() as u32);
    let stopping = stop::on_ctrl_c();
    let mut there = 0;
    let whole = fill(&prepared.world, &options, range.clone(), (&mut journal, 0), stopping, &mut |n| {
        there = n;
        bar.set_position(u64::from(n));
    })?;
    bar.finish_and_clear();
    if !whole {
        if !common.quiet {
            let mut err = anstream::stderr().lock();
            let _ = writeln!(
                err,
                "stopped: {there} of {} replications are in {}; the same command with --resume goes on",
                range.len(),
                part.display()
            );
        }
        return Err(CliError::Stopped);
    }
    journal.finish_as(&args.out)?;
    let mut out = anstream::stdout().lock();
    let _ = match common.json {
        true => writeln!(
            out,
            "{}",
            serde_json::json!({
                "file": args.out,
                "shard": shard.to_string(),
                "replications": [range.start, range.end],
                "digest": header.points[0].digest,
            })
        ),
        false if range.is_empty() => {
            writeln!(out, "{}: no replication falls to shard {shard}", args.out.display())
        }
        false => {
            let (first, last) = (range.start, range.end - 1);
            writeln!(out, "{}: replications {first} to {last}, of {} in all", args.out.display(), header.replications)
        }
    };
    Ok(())
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
