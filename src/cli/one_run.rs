//! `goldenhour run --one-run`.

use super::args::{Common, RunArgs};
use super::batch::bar_of;
use super::run::write_and_print;
use super::{CliError, stop};
use crate::experiment::{FolderError, OneRunPlan, Prepared, one_run};
use crate::fault::Fault;
use crate::sim::Options;

/// Plays one long run of as many days as `--days` says, or the scenario's.
pub(super) fn run(args: &RunArgs, mut prepared: Prepared, common: &Common) -> Result<(), CliError> {
    if prepared.world.scenario.run.replications != 1 && args.settings.replications.is_some() {
        let fault = Fault::error("--one-run is one replication: --replications does not go with it");
        return Err(fault.hint("say how many days with --days, and how many batches with --batches").into());
    }
    let plan = OneRunPlan::new(prepared.world.scenario.run.days, args.batches)?;
    // Before the work, not after it, it must be clear that there is a place for the result.
    std::fs::create_dir_all(&args.out).map_err(FolderError::io("create", &args.out))?;
    let options = Options::by(&prepared.pack.targets(), false);
    let bar = bar_of(common, "days (played twice)", 2 * u64::from(plan.days));
    let found = one_run(&mut prepared.world, &options, plan, stop::on_ctrl_c(), &mut |days| bar.set_position(days));
    bar.finish_and_clear();
    let Some(done) = found else { return Err(CliError::Stopped) };
    // Replications of the same days would have the same name otherwise.
    let name = format!("{}-one-run", prepared.run_name(done.done));
    let missed = write_and_print(args, prepared, &done, &name, None, common)?;
    if missed && args.fail_on_miss { Err(CliError::Missed) } else { Ok(()) }
}
