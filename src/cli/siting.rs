//! `goldenhour siting`: where should posts and units go.

use super::args::{
    Common, FigureArg, SitingAddArgs, SitingAsk, SitingCloseArgs, SitingCommand, SitingFewestArgs, SitingFleetArgs,
    SitingFrontierArgs, SitingNewUnits, SitingPlaces, WeighArg,
};
use super::run::{changes, saying, spinner};
use super::{CliError, show, siting_judge, stop};
use crate::experiment::compare::MainFigure;
use crate::experiment::siting::{
    Climb, Model, NewUnits, PolishPlan, Polishing, Question, RuleSet, SitePlan, Sited, Source, Weigh, site_polished,
};
use crate::facilities::UnitKind;
use crate::fault::{Fault, Faults};
use crate::report;
use crate::siting::Effort;
use crate::text::Text;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// `goldenhour siting …`
pub(super) fn run(command: SitingCommand, common: &Common) -> Result<(), CliError> {
    let mut asked = Asked::default();
    let (ask, plan) = match &command {
        SitingCommand::Add(args) => (&args.ask, asked.add(args)),
        SitingCommand::Close(args) => (&args.ask, asked.close(args)),
        SitingCommand::Fewest(args) => (&args.ask, asked.fewest(args)),
        SitingCommand::Frontier(args) => (&args.ask, asked.frontier(args)),
        SitingCommand::Fleet(args) => (&args.ask, asked.fleet(args)),
    };
    if asked.faults.has_errors() {
        return Err(asked.faults.into());
    }
    let plan = SitePlan { changes: changes(&ask.set)?, ..plan };
    let bar = spinner(common, "reading the scenario and the road network, computing travel times");
    let stop = stop::on_ctrl_c();
    let mut tell = |at: Climb| bar.set_message(trying(at));
    let polishing = &mut Polishing { stop, tell: &mut tell };
    let sited = match site_polished(&plan, &mut |step| bar.set_message(saying(step)), polishing) {
        Err(_) if stop.load(Ordering::Relaxed) => return Err(CliError::Stopped),
        found => found?,
    };
    bar.finish_and_clear();
    let options = report::ReportOptions { lang: common.lang(), png: !ask.no_png && !ask.judge };
    let bar = spinner(common, "drawing the proposals");
    let written = report::render_siting(&ask.out, &options)?;
    bar.finish_and_clear();
    answered(&sited, &plan.question, ask, written.first(), common)
}

/// What is said while the search in the simulator is at work.
fn trying(at: Climb) -> String {
    let Climb { compared, of, moves } = at;
    format!("polishing in the simulator: comparison {} of at most {of}, {moves} steps taken", compared + 1)
}

/// Prints what came out, and lets it be judged.
fn answered(
    sited: &Sited,
    question: &Question,
    ask: &SitingAsk,
    page: Option<&PathBuf>,
    common: &Common,
) -> Result<(), CliError> {
    let mut scenarios = vec![ask.scenario.clone()];
    scenarios.extend(sited.proposals.iter().map(|p| ask.out.join(&p.scenario)));
    let judge = ask.judge && !sited.proposals.is_empty();
    if !judge || !common.json {
        let mut out = anstream::stdout().lock();
        let printed = if common.json {
            let text = serde_json::to_string_pretty(sited).map_err(|e| CliError::Internal(e.to_string()))?;
            writeln!(out, "{text}")
        } else {
            let files: Vec<String> = scenarios.iter().map(|f| f.display().to_string()).collect();
            let next = format!("goldenhour compare {}", files.join(" "));
            write!(out, "{}", report::siting_text(sited, &next, common.lang(), width())).and_then(|()| match page {
                Some(page) => writeln!(out, "{} {}", report::siting_page_at(common.lang()), page.display()),
                None => Ok(()),
            })
        };
        show::printed(printed)?;
    }
    if sited.proposals.is_empty() {
        let fault = Fault::error("no choice meets all that is asked, so no scenario was written");
        return Err(fault.hint("the smallest changes that work are named above").into());
    }
    if !judge {
        return Ok(());
    }
    let (found, played) = siting_judge::judge(sited, question, ask, common)?;
    let options = report::ReportOptions { lang: common.lang(), png: !ask.no_png };
    report::render_siting(&ask.out, &options)?;
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::to_string_pretty(&found).map_err(|e| CliError::Internal(e.to_string()))?;
        return Ok(show::printed(writeln!(out, "{text}"))?);
    }
    let page = report::judged_text(sited, &found, common.lang(), width());
    let file = played.target.join("compare.html");
    let at = report::compare::page_at(common.lang());
    Ok(show::printed(writeln!(out, "\n{page}\n{at} {}", file.display()))?)
}

/// Columns of the terminal.
fn width() -> u16 {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(110)
}

/// Reads what was typed; collects all that is wrong with it.
#[derive(Default)]
struct Asked {
    faults: Faults,
}

impl Asked {
    fn add(&mut self, args: &SitingAddArgs) -> SitePlan {
        let usual = if args.moves > 0 { "mclp,median" } else { "mclp,median,mexclp" };
        let model = args.model.clone().unwrap_or_else(|| usual.split(',').map(String::from).collect());
        let least = u32::from(args.moves == 0);
        self.number("--posts", args.posts, least, 1000);
        self.number("--move", args.moves, 0, 1000);
        let units_each = args.places.units_each;
        let question = Question::Add { posts: args.posts, units_each, moves: args.moves };
        let plan = self.plan(&args.ask, question, &model, args.alternatives);
        self.placed(plan, &args.places)
    }

    fn close(&mut self, args: &SitingCloseArgs) -> SitePlan {
        if let Some(posts) = args.posts {
            self.number("--posts", posts, 1, 100_000);
        }
        let keep = args.keep.as_deref().map(|text| self.share("--keep", text));
        let question = Question::Close { posts: args.posts, keep };
        let plan = self.plan(&args.ask, question, &args.model, args.alternatives);
        SitePlan { rules: RuleSet { county_least: args.per_county, ..RuleSet::default() }, ..plan }
    }

    fn fewest(&mut self, args: &SitingFewestArgs) -> SitePlan {
        let pack = args.target.clone();
        let question = Question::Fewest { pack, title: Text::default(), units_each: args.places.units_each };
        let plan = self.plan(&args.ask, question, &args.model, args.alternatives);
        self.placed(plan, &args.places)
    }

    fn frontier(&mut self, args: &SitingFrontierArgs) -> SitePlan {
        self.number("--posts", args.posts, 1, 1000);
        let question = Question::Frontier { most: args.posts, units_each: args.places.units_each };
        let plan = self.plan(&args.ask, question, &args.model, 1);
        self.placed(plan, &args.places)
    }

    fn fleet(&mut self, args: &SitingFleetArgs) -> SitePlan {
        self.number("--units", args.units, u32::from(!args.anew), 1000);
        let question = Question::Fleet { units: args.units, anew: args.anew };
        let plan = self.plan(&args.ask, question, &args.model, args.alternatives);
        SitePlan { new_units: self.new_units(&args.new), ..plan }
    }

    /// What all questions know.
    fn plan(&mut self, ask: &SitingAsk, question: Question, models: &[String], alternatives: u32) -> SitePlan {
        self.number("--alternatives", alternatives, 1, 50);
        if ask.polish.is_some() {
            self.number("--polish-tries", ask.polish_tries, 1, 10_000);
            if let Question::Frontier { .. } = question {
                let fault = Fault::error("--polish: a front has no best proposal that could be polished");
                self.faults.push(fault.hint("ask for one of its points: goldenhour siting add --posts N --polish"));
            }
        }
        let share =
            |asked: &mut Asked, flag: &str, text: &Option<String>| text.as_deref().map(|text| asked.share(flag, text));
        SitePlan {
            scenario: ask.scenario.clone(),
            overrides: ask.settings.overrides(),
            changes: Vec::new(),
            sources: Vec::new(),
            question,
            models: self.models(models),
            weigh: match ask.by {
                WeighArg::People => Weigh::People,
                WeighArg::Calls => Weigh::Calls,
                WeighArg::Elderly => Weigh::Elderly,
            },
            within_min: self.within(ask.within.as_deref()),
            rules: RuleSet::default(),
            new_units: NewUnits::default(),
            alternatives,
            busy: share(self, "--busy", &ask.busy),
            least: share(self, "--least", &ask.least),
            room: None,
            effort: Effort { nodes: ask.nodes, ..Effort::default() },
            polish: ask.polish.map(|figure| PolishPlan {
                figure: match figure {
                    FigureArg::Within => MainFigure::Within,
                    FigureArg::Mean => MainFigure::Mean,
                },
                comparisons: ask.polish_tries,
                ..PolishPlan::default()
            }),
            out: ask.out.clone(),
        }
    }

    /// What questions on new posts know besides.
    fn placed(&mut self, plan: SitePlan, places: &SitingPlaces) -> SitePlan {
        self.number("--units", places.units_each, 1, 50);
        let mut sources = Vec::new();
        for text in &places.candidates {
            match text.parse::<Source>() {
                Ok(source) => sources.push(source),
                Err(fault) => self.faults.push(fault),
            }
        }
        let money = [
            ("--apart", places.apart),
            ("--post-cost", places.post_cost),
            ("--unit-cost", places.unit_cost),
            ("--budget", places.budget),
            ("--room", places.room),
        ];
        for (flag, value) in money.iter().filter_map(|(flag, value)| Some((flag, (*value)?))) {
            if !(value.is_finite() && value >= 0.0) {
                self.faults.push(Fault::error(format!("{flag} {value} is not allowed: it must be zero or more")));
            }
        }
        SitePlan {
            sources,
            rules: RuleSet {
                apart_km: places.apart,
                county_least: places.per_county,
                post_cost: places.post_cost,
                unit_cost: places.unit_cost,
                budget: places.budget,
            },
            new_units: self.new_units(&places.new),
            room: places.room,
            ..plan
        }
    }

    fn new_units(&mut self, new: &SitingNewUnits) -> NewUnits {
        let kind = UnitKind::parse(&new.kind).filter(|k| k.on_road() && k.carries()).unwrap_or_else(|| {
            let fault = Fault::error(format!("--kind {}: there is no such kind of ambulance", new.kind));
            self.faults.push(fault.hint("basic, advanced or neonatal"));
            UnitKind::Advanced
        });
        NewUnits { kind, negative_pressure: self.share("--negative-pressure", &new.negative_pressure) }
    }

    fn models(&mut self, texts: &[String]) -> Vec<Model> {
        let mut models: Vec<Model> = Vec::new();
        for text in texts {
            match Model::ALL.into_iter().find(|m| m.key() == text) {
                Some(model) if models.contains(&model) => {}
                Some(model) => models.push(model),
                None => {
                    let known: Vec<&str> = Model::ALL.iter().map(|m| m.key()).collect();
                    let fault = Fault::error(format!("--model {text}: there is no such model"));
                    self.faults.push(fault.hint(format!("one or more of {}", known.join(", "))));
                }
            }
        }
        models
    }

    fn within(&mut self, minutes: Option<&[f64]>) -> Option<[f64; 2]> {
        match minutes? {
            [urban, rural] if *urban > 0.0 && *rural > 0.0 && urban.is_finite() && rural.is_finite() => {
                Some([*urban, *rural])
            }
            _ => {
                let fault = Fault::error("--within needs two numbers of minutes above zero");
                self.faults.push(fault.hint("urban and rural, such as --within 15,30"));
                None
            }
        }
    }

    /// A share as per cent (`95%`) or as a part of one (`0.95`).
    fn share(&mut self, flag: &str, text: &str) -> f64 {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let value = match text.trim().strip_suffix('%') {
            Some(percent) => number(percent).map(|v| v / 100.0),
            None => number(text).filter(|v| *v <= 1.0),
        };
        value.filter(|v| (0.0..=1.0).contains(v)).unwrap_or_else(|| {
            let fault = Fault::error(format!("{flag} {text}: that is no share"));
            self.faults.push(fault.hint("per cent, such as 95%"));
            0.0
        })
    }

    fn number(&mut self, flag: &str, value: u32, least: u32, most: u32) {
        if !(least..=most).contains(&value) {
            self.faults.push(Fault::error(format!("{flag} {value}: it must be from {least} to {most}")));
        }
    }
}
