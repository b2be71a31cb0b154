//! `goldenhour mend`: what would mend a clause that is not met.

use super::args::{Common, MendArgs};
use super::run::{changes, spinner};
use super::{CliError, show, stop};
use crate::experiment::mend::{MendPlan, mend};
use crate::fault::{Fault, Faults};
use crate::report;
use std::io::Write;

/// `goldenhour mend`
pub(super) fn run(args: &MendArgs, common: &Common) -> Result<(), CliError> {
    if args.most == 0 || args.most > 1000 {
        let fault = Fault::error(format!("--most {}: between 1 and 1000 can be tried", args.most));
        return Err(Faults::from(fault).into());
    }
    let plan = MendPlan {
        scenario: args.scenario.clone(),
        overrides: args.settings.overrides(),
        changes: changes(&args.set)?,
        clause: args.clause.clone(),
        most: args.most,
        out: args.out.clone(),
    };
    let bar = spinner(common, "running the scenario as it is");
    let found = mend(&plan, stop::on_ctrl_c(), &mut |what| bar.set_message(what.to_string()))?;
    bar.finish_and_clear();
    let Some(found) = found else {
        if !common.quiet {
            let _ = writeln!(anstream::stderr().lock(), "stopped: nothing is kept of a search");
        }
        return Err(CliError::Stopped);
    };
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::to_string_pretty(&found).map_err(|e| CliError::Internal(e.to_string()))?;
        return Ok(show::printed(writeln!(out, "{text}"))?);
    }
    let quoted = |change: &String| format!(" --set '{}'", change.replace('\'', "'\\''"));
    let set: String = args.set.iter().map(quoted).collect();
    let page = report::mend_text(&found, &args.scenario.display().to_string(), &set, common.lang());
    Ok(show::printed(write!(out, "{page}"))?)
}
