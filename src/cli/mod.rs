//! The command line: what was typed, and what a person sees.
//!
//! Exit codes: 0 done, 1 a target was missed and `--fail-on-miss` was given, 2 bad input, 3 internal error, 4 a file could
//! not be written or the machine failed in another way, 130 stopped by Ctrl-C.

mod args;
mod batch;
mod calibrate;
mod compare;
mod demand;
mod explain;
mod import;
mod init;
mod isochrones;
mod mend;
mod network;
mod one_run;
mod power;
mod run;
mod show;
mod siting;
mod siting_judge;
mod standards;
mod stop;
mod sweep;
mod trace;
mod until;

use crate::experiment::FolderError;
use crate::fault::{Fault, Faults};
use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// Why a command did not end well.
#[derive(Debug)]
enum CliError {
    /// Bad input: exit code 2; where only the machine failed, 4.
    Input(Faults),
    /// A target was missed and the person asked to be told by the exit code: 1.
    Missed,
    /// Somebody stopped it: 130. What is finished is kept.
    Stopped,
    /// Something that should not happen: 3.
    Internal(String),
}

impl From<Faults> for CliError {
    fn from(faults: Faults) -> CliError {
        CliError::Input(faults)
    }
}

impl From<Fault> for CliError {
    fn from(fault: Fault) -> CliError {
        CliError::Input(fault.into())
    }
}

impl From<FolderError> for CliError {
    fn from(error: FolderError) -> CliError {
        CliError::Input(Fault::from(error).into())
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let common = cli.common.clone();
    if let Some(threads) = common.threads {
        // More threads than cores only cost memory, and thousands of them the machine.
        let most = 4 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if let Err(e) = rayon::ThreadPoolBuilder::new().num_threads(threads.clamp(1, most)).build_global() {
            show::internal(&format!("no threads could be started: {e}"));
            return ExitCode::from(3);
        }
    }
    // The message of a panic is printed by the standard library; here it gets the exit code that is documented.
    let ended = std::panic::catch_unwind(|| dispatch(cli))
        .unwrap_or_else(|_| Err(CliError::Internal("the program stopped where it should not".into())));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Missed) => ExitCode::from(1),
        Err(CliError::Stopped) => ExitCode::from(stop::EXIT),
        Err(CliError::Input(faults)) => {
            show::faults(&faults, &common);
            ExitCode::from(if faults.are_of_machine() { 4 } else { 2 })
        }
        Err(CliError::Internal(message)) => {
            show::internal(&message);
            ExitCode::from(3)
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), CliError> {
    match cli.command {
        Command::Run(args) => run::run(&args, &cli.common),
        Command::Batch(args) => batch::batch(&args, &cli.common),
        Command::Sweep(args) => sweep::sweep(&args, &cli.common),
        Command::Sensitivity(args) => sweep::sensitivity(&args, &cli.common),
        Command::Merge(args) => batch::merge(&args, &cli.common),
        Command::Compare(args) => compare::run(&args, &cli.common),
        Command::Mend(args) => mend::run(&args, &cli.common),
        Command::Isochrones(args) => isochrones::run(&args, &cli.common),
        Command::Siting(command) => siting::run(command, &cli.common),
        Command::Power(args) => power::power(&args, &cli.common),
        Command::Calibrate(args) => calibrate::run(&args, &cli.common),
        Command::Report(args) => run::report(&args, &cli.common),
        Command::Init(args) => init::init(&args, &cli.common),
        Command::Demand(command) => demand::demand(command, &cli.common),
        Command::Network(command) => network::network(command, &cli.common),
        Command::Standards(command) => standards::standards(command, &cli.common),
        Command::Import(command) => import::import(command, &cli.common),
        Command::Scenario(command) => run::scenario(command, &cli.common),
        Command::Completions { shell } => {
            let mut command = <Cli as clap::CommandFactory>::command();
            clap_complete::generate(shell, &mut command, "goldenhour", &mut std::io::stdout());
            Ok(())
        }
    }
}
