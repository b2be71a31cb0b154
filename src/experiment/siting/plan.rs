//! New posts for a scenario: proposals of several models, each written as a scenario that can be run and compared.

use super::Source;
use super::field::{Field, FieldAsked, Weigh};
use super::models::{Added, Model, NoProposal, Promise, add, promise};
use crate::experiment::mend::write::{Maker, Writing};
use crate::experiment::mend::{Addition, What};
use crate::experiment::{Overrides, PrepareStep};
use crate::facilities::UnitKind;
use crate::fault::{Fault, Faults};
use crate::scenario::Change;
use crate::siting::Effort;
use crate::siting::cover::NoAnswer;
use crate::text::Text;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::PathBuf;

const MAKER: Maker = Maker { prefix: "site", source: "proposed by goldenhour siting" };

/// What is asked.
#[derive(Clone, Debug)]
pub struct SitePlan {
    /// The scenario file.
    pub scenario: PathBuf,
    /// Run settings.
    pub overrides: Overrides,
    /// Changes of the scenario; the scenarios that come out do not hold them.
    pub changes: Vec<Change>,
    /// Where posts could stand.
    pub sources: Vec<Source>,
    /// What they are to be good for, one proposal each.
    pub models: Vec<Model>,
    /// New posts.
    pub posts: u32,
    /// Units at each.
    pub units_each: u32,
    /// By what places weigh.
    pub weigh: Weigh,
    /// Minutes allowed, urban and rural, if not as the standard pack says.
    pub within_min: Option<[f64; 2]>,
    /// How hard solvers try.
    pub effort: Effort,
    /// Folder for the scenarios.
    pub out: PathBuf,
}

/// A chosen place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    /// The id of its post in the scenario that comes out.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<Text>,
    /// Latitude and longitude, WGS-84.
    pub at: [f64; 2],
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProposalRow {
    /// Its model.
    pub model: Model,
    /// What the model counts: people (or calls, elderly) or minutes.
    pub objective: f64,
    /// No choice of these candidates does better than this.
    pub bound: f64,
    /// How far off the proposal is at most, relative to the objective.
    pub gap: f64,
    /// Whether it is proved that no other choice is better.
    pub proved: bool,
    /// How it was found.
    pub method: &'static str,
    /// The places.
    pub sites: Vec<Site>,
    /// What it promises on paper.
    pub promise: Promise,
    /// The scenario with it.
    pub scenario: PathBuf,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sited {
    /// Short name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: Text,
    /// New posts asked for.
    pub posts: u32,
    /// Units at each.
    pub units_each: u32,
    /// By what places weigh.
    pub weigh: Weigh,
    /// Candidates.
    pub candidates: usize,
    /// Left out of them: the same place as a post, or as another.
    pub same_place: usize,
    /// Left out: too far from any road.
    pub too_far: usize,
    /// Minutes allowed, urban and rural.
    pub within_min: [f64; 2],
    /// Of these, expected before a unit drives.
    pub before_min: f64,
    /// Share of time in which units are busy, of a simulated replication.
    pub busy: f64,
    /// Seed of the solvers.
    pub seed: u64,
    /// What the posts there are promise.
    pub now: Promise,
    /// Proposals, in the order asked.
    pub proposals: Vec<ProposalRow>,
}

/// Makes proposals and writes their scenarios, `siting.json` and `siting.geojson` into the plan's folder.
///
/// # Errors
/// Every fault of the scenario; more posts than candidates; a model without an answer; files that cannot be written.
pub fn site(plan: &SitePlan, tell: &mut dyn FnMut(PrepareStep)) -> Result<Sited, Faults> {
    let asked = FieldAsked { sources: &plan.sources, weigh: plan.weigh, within_min: plan.within_min };
    let field = Field::prepare(&plan.scenario, &plan.overrides, &plan.changes, &asked, tell)?;
    let s = &field.prepared.world.scenario;
    let free = super::free_posts(&field).len();
    if plan.posts as usize > free || plan.posts == 0 {
        let fault = Fault::error(format!("{} new posts cannot be chosen: there are {free} candidates", plan.posts));
        return Err(fault.hint("ask for fewer posts, or name more candidates: --candidates hospitals,places").into());
    }
    if plan.weigh == Weigh::Elderly && field.rows.iter().all(|r| r.weight == 0.0) {
        let fault = Fault::error("the table of demand points does not tell how many residents are over 65");
        return Err(fault.hint("add the column `elderly`, or weigh by people or calls").into());
    }
    let writing = Writing::of(&plan.scenario, s, What::Posts, MAKER)
        .map_err(|why| Faults::from(Fault::error(why.en).in_file(&plan.scenario)))?;
    let busy = field.busy_share();
    let added = Added { posts: plan.posts, units_each: plan.units_each, busy };
    std::fs::create_dir_all(&plan.out).map_err(|e| Fault::io("create", &plan.out, &e))?;
    let mut proposals = Vec::new();
    for model in &plan.models {
        let found = add(&field, *model, &added, &plan.effort).map_err(|e| no_proposal(*model, &e))?;
        let sites: Vec<Site> = found.posts.iter().map(|p| chosen(&field, *p)).collect();
        let name = format!("{}-{}{}", s.name, model.key(), plan.posts);
        let file = plan.out.join(format!("{name}.toml"));
        writing.write(&file, &name, &additions(&field, &found.posts, plan.units_each))?;
        proposals.push(ProposalRow {
            model: *model,
            objective: found.answer.objective,
            bound: found.answer.bound,
            gap: found.answer.gap(),
            proved: found.answer.proved,
            method: found.answer.method,
            sites,
            promise: promise(&field, &found.posts),
            scenario: file,
        });
    }
    let sited = Sited {
        scenario: s.name.clone(),
        title: s.title.clone(),
        posts: plan.posts,
        units_each: plan.units_each,
        weigh: plan.weigh,
        candidates: field.posts() - field.existing,
        same_place: field.left_out.same,
        too_far: field.left_out.far,
        within_min: field.within_min,
        before_min: field.before_min,
        busy,
        seed: plan.effort.seed,
        now: promise(&field, &[]),
        proposals,
    };
    let put = |name: &str, value: &Value| -> Result<(), Faults> {
        let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
        crate::aside::write(&plan.out.join(name), text.as_bytes()).map_err(|f| Faults::from(*f))
    };
    put("siting.json", &serde_json::to_value(&sited).unwrap_or_default())?;
    put("siting.geojson", &geojson(&field, &sited))?;
    Ok(sited)
}

fn no_proposal(model: Model, why: &NoProposal) -> Faults {
    let fault = Fault::error(format!("{}: {why}", model.key()));
    match why {
        NoProposal::Cover(NoAnswer::NotFound) => fault.hint("let it try harder: --nodes 20000").into(),
        _ => fault.into(),
    }
}

/// A post of the field as it stands in the scenario that comes out.
fn chosen(field: &Field, post: usize) -> Site {
    let s = &field.prepared.world.scenario;
    let p = &s.posts[post];
    let id = if post < field.existing { p.id.clone() } else { format!("{}-{}", MAKER.prefix, p.id) };
    Site {
        id,
        name: p.name.clone(),
        county: p.county.map(|c| s.counties[c.index()].name.clone()),
        at: [p.at.lat, p.at.lon],
    }
}

/// The units of new posts: advanced life support, around the clock, every second with negative pressure.
fn additions(field: &Field, posts: &[usize], units_each: u32) -> Vec<Addition> {
    let mut out = Vec::new();
    for post in posts {
        for _ in 0..units_each {
            let p = &field.prepared.world.scenario.posts[*post];
            let number = out.len() + 1;
            out.push(Addition {
                number,
                new_post: *post >= field.existing,
                place: p.id.clone(),
                name: p.name.clone(),
                county: chosen(field, *post).county,
                at: [p.at.lat, p.at.lon],
                kind: UnitKind::Advanced.key().into(),
                negative_pressure: number % 2 == 1,
                shift: String::new(),
            });
        }
    }
    out
}

/// Posts, candidates and chosen places as points in WGS 84 (RFC 7946): `kind` is `post` or `candidate`, `models` are those
/// that chose the place.
pub fn geojson(field: &Field, sited: &Sited) -> Value {
    let s = &field.prepared.world.scenario;
    let features: Vec<Value> = s
        .posts
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let id = chosen(field, i).id;
            let by = |r: &&ProposalRow| r.sites.iter().any(|site| site.id == id);
            let models: Vec<&str> = sited.proposals.iter().filter(by).map(|r| r.model.key()).collect();
            json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [p.at.lon, p.at.lat]},
                "properties": {
                    "id": id, "name_zh": p.name.zh, "name_en": p.name.en, "units": field.units[i],
                    "kind": if i < field.existing { "post" } else { "candidate" }, "models": models,
                },
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}
