//! `goldenhour siting`: where should posts go.

use super::args::{Common, CompareArgs, FigureArg, SitingAddArgs, SitingCommand, WeighArg};
use super::run::{changes, saying, spinner};
use super::{CliError, show};
use crate::experiment::siting::{Model, SitePlan, Source, Weigh, site};
use crate::fault::{Fault, Faults};
use crate::report;
use crate::siting::Effort;
use std::io::Write;

/// `goldenhour siting …`
pub(super) fn run(command: SitingCommand, common: &Common) -> Result<(), CliError> {
    match command {
        SitingCommand::Add(args) => add(&args, common),
    }
}

/// `goldenhour siting add`
fn add(args: &SitingAddArgs, common: &Common) -> Result<(), CliError> {
    let mut faults = Faults::new();
    let mut sources = Vec::new();
    for text in &args.candidates {
        match text.parse::<Source>() {
            Ok(source) => sources.push(source),
            Err(fault) => faults.push(fault),
        }
    }
    let mut models: Vec<Model> = Vec::new();
    for text in &args.model {
        match Model::ALL.into_iter().find(|m| m.key() == text) {
            Some(model) if models.contains(&model) => {}
            Some(model) => models.push(model),
            None => {
                let known: Vec<&str> = Model::ALL.iter().map(|m| m.key()).collect();
                let fault = Fault::error(format!("--model {text}: there is no such model"));
                faults.push(fault.hint(format!("one or more of {}", known.join(", "))));
            }
        }
    }
    let within_min = match args.within.as_deref() {
        None => None,
        Some([urban, rural]) if *urban > 0.0 && *rural > 0.0 && urban.is_finite() && rural.is_finite() => {
            Some([*urban, *rural])
        }
        Some(_) => {
            let fault = Fault::error("--within needs two numbers of minutes above zero");
            faults.push(fault.hint("urban and rural, such as --within 15,30"));
            None
        }
    };
    if !(1..=50).contains(&args.units) || !(1..=1000).contains(&args.posts) {
        faults.push(Fault::error("--posts must be from 1 to 1000, --units from 1 to 50"));
    }
    if faults.has_errors() {
        return Err(faults.into());
    }
    let plan = SitePlan {
        scenario: args.scenario.clone(),
        overrides: args.settings.overrides(),
        changes: changes(&args.set)?,
        sources,
        models,
        posts: args.posts,
        units_each: args.units,
        weigh: match args.by {
            WeighArg::People => Weigh::People,
            WeighArg::Calls => Weigh::Calls,
            WeighArg::Elderly => Weigh::Elderly,
        },
        within_min,
        effort: Effort { nodes: args.nodes, ..Effort::default() },
        out: args.out.clone(),
    };
    let bar = spinner(common, "reading the scenario and the road network, computing travel times");
    let sited = site(&plan, &mut |step| bar.set_message(saying(step)))?;
    bar.finish_and_clear();
    let mut scenarios = vec![args.scenario.clone()];
    scenarios.extend(sited.proposals.iter().map(|p| p.scenario.clone()));
    if !args.judge || !common.json {
        let mut out = anstream::stdout().lock();
        let printed = if common.json {
            let text = serde_json::to_string_pretty(&sited).map_err(|e| CliError::Internal(e.to_string()))?;
            writeln!(out, "{text}")
        } else {
            let files: Vec<String> = scenarios.iter().map(|f| f.display().to_string()).collect();
            let next = format!("goldenhour compare {}", files.join(" "));
            let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110);
            write!(out, "{}", report::siting_text(&sited, &next, common.lang(), width))
        };
        show::printed(printed)?;
    }
    if !args.judge {
        return Ok(());
    }
    let compare = CompareArgs {
        scenarios,
        out: args.out.clone(),
        settings: args.settings.clone(),
        figure: FigureArg::Within,
        indifference: None,
        resume: false,
        no_png: args.no_png,
    };
    super::compare::run(&compare, common)
}
