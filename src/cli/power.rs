//! `goldenhour power`: how many replications are needed, from a pilot of few.

use super::args::{Common, PowerArgs};
use super::batch::replication_bar;
use super::run::{saying, spinner, tell};
use super::{CliError, show, stop};
use crate::experiment::compare::prepare_all;
use crate::experiment::power::{LEAST_PILOT, PowerPlan, Question, pilot};
use crate::experiment::{Overrides, Prepared, prepare_telling};
use crate::fault::{Fault, Faults};
use crate::report::power_table;
use std::io::Write;

/// `goldenhour power`
pub(super) fn power(args: &PowerArgs, common: &Common) -> Result<(), CliError> {
    let question = question(args)?;
    let overrides = Overrides { seed: args.seed, replications: Some(args.pilot), days: args.days };
    let bar = spinner(common, "reading the scenarios and the road network, computing travel times");
    let mut say = |step| bar.set_message(saying(step));
    let prepared: Result<Vec<Prepared>, Faults> = match args.scenarios.as_slice() {
        [one] => prepare_telling(one, &overrides, &mut say).map(|p| vec![p]),
        all => prepare_all(all, &overrides, &mut say).map(|setup| setup.prepared),
    };
    bar.finish_and_clear();
    let prepared = prepared?;
    prepared.iter().for_each(|p| tell(p, common));
    let bar = replication_bar(common, args.pilot * prepared.len() as u32);
    let found = pilot(&prepared, &args.figure, stop::on_ctrl_c(), &mut |n| bar.set_position(u64::from(n)));
    bar.finish_and_clear();
    let Some(found) = found? else {
        if !common.quiet {
            let _ = writeln!(anstream::stderr().lock(), "stopped: the pilot is not done, so nothing is known yet");
        }
        return Err(CliError::Stopped);
    };
    let confidence = args.confidence.unwrap_or(prepared[0].world.scenario.run.confidence);
    print(&found.plan(question, confidence)?, args, common)
}

/// What is asked, checked as far as can be before anything is read.
fn question(args: &PowerArgs) -> Result<Question, Faults> {
    let mut faults = Faults::new();
    if args.scenarios.len() > 2 {
        let fault = Fault::error(format!("{} scenarios are named: a difference is one of two", args.scenarios.len()));
        faults.push(fault.hint("ask for each pair by itself"));
    }
    if !(LEAST_PILOT..=u32::MAX / 2).contains(&args.pilot) {
        let fault = Fault::error(format!("--pilot {} is not allowed: nothing varies in fewer than two", args.pilot));
        faults.push(fault.hint("20 replications are good for most figures"));
    }
    let question = match (args.difference, args.half_width) {
        (Some(difference), _) => Some(Question::Difference { difference, power: args.power }),
        (None, Some(width)) => Some(Question::HalfWidth(width)),
        (None, None) => {
            let (what, example) = match args.scenarios.len() {
                1 => ("how narrow the interval shall be", "--half-width 0.1"),
                _ => ("which difference shall be seen", "--difference 0.5"),
            };
            faults.push(Fault::error(format!("it is not said {what}")).hint(format!("add {example}")));
            None
        }
    };
    match question {
        Some(question) if !faults.has_errors() => Ok(question),
        _ => Err(faults),
    }
}

fn print(plan: &PowerPlan, args: &PowerArgs, common: &Common) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::to_string_pretty(plan).map_err(|e| CliError::Internal(e.to_string()))?;
        return Ok(show::printed(writeln!(out, "{text}"))?);
    }
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
    let page = power_table(plan, &next(plan, args), common.lang(), width);
    Ok(show::printed(write!(out, "{page}"))?)
}

/// The command that follows: with as many replications as are enough even at the limit of what the pilot leaves open.
fn next(plan: &PowerPlan, args: &PowerArgs) -> String {
    let files: Vec<String> = args.scenarios.iter().map(|f| f.display().to_string()).collect();
    let command = if files.len() == 1 { "run" } else { "compare" };
    let mut out = format!("goldenhour {command} {}", files.join(" "));
    if let Some(n) = plan.spread.replications_upper.or(plan.spread.replications) {
        out.push_str(&format!(" --replications {n}"));
    }
    if args.seed.is_some() {
        out.push_str(&format!(" --seed {}", plan.seed));
    }
    if args.days.is_some() {
        out.push_str(&format!(" --days {}", plan.days));
    }
    out
}
