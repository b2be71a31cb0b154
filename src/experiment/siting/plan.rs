//! A siting question from the scenario file to the folder of proposals.

use super::candidates::Source;
use super::field::{Field, FieldAsked, Weigh};
use super::models::{Model, NoProposal, Tuning};
use super::outcome::{Choice, NewUnits, id, layout, map, open_posts, row};
use super::polish::{Around, PolishPlan, Polishing, polish};
use super::promise::{nearest, promise_of};
use super::questions::{Asking, choices};
use super::served::served;
use super::sited::{FrontRow, ProposalRow, Question, SITED_SCHEMA, Sited, SitingMap};
use super::space::{Costs, Space};
use super::want::{ClauseWant, Want, wants, worst};
use super::why::why_none;
use crate::experiment::layout::{Maker, Writing};
use crate::experiment::{Overrides, PrepareStep};
use crate::fault::{Fault, Faults, nearest_name};
use crate::scenario::{Change, Scenario};
use crate::siting::Effort;
use crate::siting::cover::NoAnswer;
use crate::text::Text;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

const MAKER: Maker = Maker { prefix: "site", source: "proposed by goldenhour siting" };

/// Combinations of alternatives of a pack that are tried at most.
const MOST_WAYS: usize = 16;

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
    /// The question.
    pub question: Question,
    /// What the answers are to be good for, one proposal each or more.
    pub models: Vec<Model>,
    /// By what places weigh.
    pub weigh: Weigh,
    /// Minutes allowed, urban and rural, if not as the standard pack says.
    pub within_min: Option<[f64; 2]>,
    /// Ids of posts that neither move nor close.
    pub fixed: Vec<String>,
    /// Rules for choices.
    pub rules: RuleSet,
    /// What new units are.
    pub new_units: NewUnits,
    /// Distinct choices of each model.
    pub alternatives: u32,
    /// The share of time in which units are busy, if not as a simulated replication says.
    pub busy: Option<f64>,
    /// The share that the double standard asks for, if not what is reached now.
    pub least: Option<f64>,
    /// Most that a post takes under the capacitated median.
    pub room: Option<f64>,
    /// How hard solvers try.
    pub effort: Effort,
    /// How the best proposal is polished in the simulator, if it is.
    pub polish: Option<PolishPlan>,
    /// Folder for the scenarios.
    pub out: PathBuf,
}

/// Rules that choices must obey.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RuleSet {
    /// New posts are at least so many km from all others, in a straight line.
    pub apart_km: Option<f64>,
    /// Each county with residents has at least so many posts.
    pub county_least: u32,
    /// What a post costs where the table of candidates does not say.
    pub post_cost: Option<f64>,
    /// What a unit costs.
    pub unit_cost: Option<f64>,
    /// Most that may be spent.
    pub budget: Option<f64>,
}

impl RuleSet {
    /// Whether costs are known.
    fn has_costs(&self) -> bool {
        self.post_cost.is_some() || self.unit_cost.is_some() || self.budget.is_some()
    }

    fn put(&self, space: &mut Space<'_>) {
        let field = space.field;
        space.apart_km = self.apart_km;
        space.county_least = self.county_least;
        if self.has_costs() {
            let post = self.post_cost.unwrap_or(0.0);
            let units = f64::from(space.units_each) * self.unit_cost.unwrap_or(0.0);
            // What is there costs nothing more.
            let cost = |p: &usize| match field.staffed[*p] {
                true => 0.0,
                false => field.cost_of(*p).unwrap_or(post) + units,
            };
            space.costs = Some(Costs { columns: space.columns.iter().map(cost).collect(), limit: self.budget });
        }
    }

    fn words(&self) -> Vec<Text> {
        let mut out = Vec::new();
        if let Some(km) = self.apart_km {
            out.push(Text::new(
                format!("新站点与其他站点直线相距至少 {km} 公里"),
                format!("new posts are at least {km} km from all others, in a straight line"),
            ));
        }
        if self.county_least > 0 {
            let n = self.county_least;
            out.push(Text::new(
                format!("每个区县至少 {n} 个站点"),
                format!("each county has at least {n} {}", if n == 1 { "post" } else { "posts" }),
            ));
        }
        if let Some(budget) = self.budget {
            out.push(Text::new(format!("总费用不超过 {budget}"), format!("at most {budget} is spent")));
        }
        out
    }
}

/// Answers a question: writes the scenarios of its proposals, `siting.json`, `map.json` and `siting.geojson` into the plan's
/// folder. A question without an answer leaves `siting.json` with the reasons and no scenario.
///
/// # Errors
/// Every fault of the scenario; more posts than candidates; files that cannot be written.
pub fn site(plan: &SitePlan, tell: &mut dyn FnMut(PrepareStep)) -> Result<Sited, Faults> {
    site_polished(plan, tell, &mut Polishing { stop: &AtomicBool::new(false), tell: &mut |_| {} })
}

/// The same, telling where the search in the simulator stands, see [`SitePlan::polish`].
///
/// # Errors
/// As [`site`]; a search that was stopped.
pub fn site_polished(
    plan: &SitePlan,
    tell: &mut dyn FnMut(PrepareStep),
    polishing: &mut Polishing<'_>,
) -> Result<Sited, Faults> {
    let asked = FieldAsked { sources: &plan.sources, weigh: plan.weigh, within_min: plan.within_min };
    let mut changes = plan.changes.clone();
    changes.extend(standard_of(&plan.question)?);
    let field = Field::prepare(&plan.scenario, &plan.overrides, &changes, &asked, tell)?;
    let s = &field.prepared.world.scenario;
    check(plan, &field)?;
    let fixed = fixed_posts(plan, s)?;
    let writing = Writing::of(&plan.scenario, s, MAKER);
    if let Some(why) = writing.no_new_posts().filter(|_| plan.question.opens_posts()) {
        return Err(Fault::error(why.en).in_file(&plan.scenario).into());
    }
    let mut question = plan.question.clone();
    if let Question::Fewest { title, pack, .. } = &mut question {
        *title = field.prepared.pack.title.clone();
        *pack = Some(field.prepared.pack.name.clone());
    }
    let clauses = match plan.question {
        Question::Fewest { .. } => wants(&field, &field.prepared.pack),
        _ => Vec::new(),
    };
    let lists = ways(&field, &clauses);
    let tuning = Tuning {
        busy: plan.busy.unwrap_or(field.busy.share),
        least: plan.least,
        room: plan.room,
        ..Tuning::of(field.busy.share)
    };
    let now_open = open_posts(&field.units);
    let now = nearest(&field, &now_open);
    let asking = Asking {
        field: &field,
        question: &plan.question,
        rules: &|space| plan.rules.put(space),
        wants: &lists,
        fixed: &fixed,
        tuning,
        effort: plan.effort,
        alternatives: plan.alternatives,
    };
    let mut made: Vec<(ProposalRow, Choice)> = Vec::new();
    let mut none = Vec::new();
    for model in &plan.models {
        match choices(&asking, *model) {
            Ok(found) => {
                for (i, choice) in found.into_iter().enumerate() {
                    let key = key(&plan.question, &choice, i);
                    made.push((row(&field, &writing, &choice, &key, &now), choice));
                }
            }
            Err(NoProposal::Cover(NoAnswer::Impossible)) => none.push(why_none(&asking, *model)),
            Err(why) => return Err(no_proposal(*model, &why)),
        }
    }
    let mut polished = None;
    if let Some(how) = plan.polish.as_ref().filter(|_| !made.is_empty()) {
        let around = Around {
            field: &field,
            question: &plan.question,
            rules: &plan.rules,
            wants: &lists,
            new_units: &plan.new_units,
        };
        let of: Vec<(String, &Choice)> = made.iter().map(|(row, choice)| (row.key.clone(), choice)).collect();
        let (mut found, choice) = polish(&around, &of, how, polishing)?;
        if let Some(choice) = choice {
            let key = format!("{}-polished", plan.question.key());
            found.key = Some(key.clone());
            made.push((row(&field, &writing, &choice, &key, &now), choice));
        }
        polished = Some(found);
    }
    std::fs::create_dir_all(&plan.out).map_err(|e| Fault::io("create", &plan.out, &e))?;
    // What was judged here before were other proposals.
    let judged = plan.out.join("judgment.json");
    if judged.exists() {
        std::fs::remove_file(&judged).map_err(|e| Fault::io("remove", &judged, &e))?;
    }
    // What the simulation said of earlier proposals is not about these.
    let _ = std::fs::remove_file(plan.out.join("judgment.json"));
    let mut units = Vec::new();
    for (row, choice) in &made {
        let name = row.scenario.trim_end_matches(".toml");
        let mut layout = layout(&field, &writing, choice, called(row), &plan.new_units);
        if let Question::Fewest { pack, .. } = &plan.question {
            layout.pack.clone_from(pack);
        }
        let file = plan.out.join(&row.scenario);
        writing.write(&file, name, &layout)?;
        // What names a closed post elsewhere in the scenario shows here, not when the proposal is played.
        if let Err(mut faults) = Scenario::load(&file) {
            let fault = Fault::error(format!("{}: its scenario cannot be used as it is written", row.key));
            faults.push(fault.in_file(&file).hint("keep the posts that the scenario names elsewhere: --fixed ID,…"));
            return Err(faults);
        }
        units.push((row.key.clone(), choice.units(&field)));
    }
    let rows: Vec<ProposalRow> = made.into_iter().map(|(row, _)| row).collect();
    let promised = units.first().map(|(_, units)| open_posts(units));
    let sited = Sited {
        schema: SITED_SCHEMA,
        scenario: s.name.clone(),
        digest: s.digest.clone(),
        title: s.title.clone(),
        file: plan.scenario.display().to_string(),
        weigh: plan.weigh,
        posts_now: now_open.len(),
        units_now: s.units.len(),
        candidates: field.posts() - field.existing,
        same_place: field.left_out.same,
        too_far: field.left_out.far,
        within_min: field.within_min,
        before_min: field.before_min,
        busy: tuning.busy,
        seed: plan.effort.seed,
        rules: plan.rules.words(),
        now: promise_of(&field, &now),
        served_now: served(&field, &field.units, &now),
        front: front(&question, &rows),
        wants: clauses
            .into_iter()
            .map(|c| {
                let figure = promised.as_ref().and_then(|open| worst(&field, &c.parts, open));
                let mut row = c.row;
                row.promised = figure;
                row
            })
            .collect(),
        why_none: none,
        polished,
        proposals: rows,
        question,
    };
    put(plan, "siting.json", &sited)?;
    put(plan, "map.json", &map(&field, &writing, &units))?;
    put(plan, "siting.geojson", &geojson(&field, &writing, &sited))?;
    Ok(sited)
}

/// The change of a scenario that a question makes: of the standard pack, where it asks for one.
///
/// # Errors
/// A name that cannot be written into a scenario.
pub fn standard_of(question: &Question) -> Result<Vec<Change>, Faults> {
    let Question::Fewest { pack: Some(pack), .. } = question else { return Ok(Vec::new()) };
    let set = format!("standard.pack={}", toml::Value::String(pack.clone()));
    Ok(vec![set.parse::<Change>().map_err(|f| Faults::from(*f))?])
}

/// The content of `map.json` in a folder of proposals.
///
/// # Errors
/// A file that cannot be read or is not one of this layout.
pub fn read_map(folder: &std::path::Path) -> Result<SitingMap, Faults> {
    let path = folder.join("map.json");
    let text = std::fs::read_to_string(&path).map_err(|e| Fault::io("read", &path, &e))?;
    serde_json::from_str(&text).map_err(|e| Fault::error(format!("not a map of proposals: {e}")).in_file(&path).into())
}

fn put<T: Serialize>(plan: &SitePlan, name: &str, value: &T) -> Result<(), Faults> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    crate::aside::write(&plan.out.join(name), text.as_bytes()).map_err(|f| Faults::from(*f))
}

impl Question {
    /// Whether candidates may become posts.
    pub fn opens_posts(&self) -> bool {
        !matches!(self, Question::Close { .. } | Question::Fleet { .. })
    }
}

/// The posts that must stay, by their ids.
fn fixed_posts(plan: &SitePlan, s: &Scenario) -> Result<Vec<usize>, Faults> {
    let mut faults = Faults::new();
    let mut found = Vec::new();
    for id in &plan.fixed {
        match s.posts.iter().position(|p| p.id == *id) {
            Some(post) => found.push(post),
            None => {
                let near = nearest_name(id, s.posts.iter().map(|p| p.id.as_str()));
                let hint = near.map_or("ids stand in the table of posts".into(), |n| format!("did you mean {n}?"));
                faults.push(Fault::error(format!("--fixed {id}: there is no such post")).hint(hint));
            }
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(found) }
}

fn check(plan: &SitePlan, field: &Field) -> Result<(), Faults> {
    let mut faults = Faults::new();
    let free = super::free_posts(field).len();
    let asked = match plan.question {
        Question::Add { posts, .. } => Some(posts),
        Question::Frontier { most, .. } => Some(most),
        _ => None,
    };
    if let Some(posts) = asked.filter(|posts| *posts as usize > free) {
        let fault = Fault::error(format!("{posts} new posts cannot be chosen: there are {free} candidates"));
        faults.push(fault.hint("ask for fewer posts, or name more candidates: --candidates hospitals,places"));
    }
    let staffed = field.staffed.iter().filter(|s| **s).count();
    if let Question::Close { posts: Some(posts), .. } = plan.question
        && posts as usize >= staffed
    {
        faults.push(Fault::error(format!("{posts} posts cannot be closed: there are {staffed}, and one must be left")));
    }
    if plan.weigh == Weigh::Elderly && field.rows.iter().all(|r| r.weight == 0.0) {
        let fault = Fault::error("the table of demand points does not tell how many residents are over 65");
        faults.push(fault.hint("add the column `elderly`, or weigh by people or calls"));
    }
    for model in &plan.models {
        let units = model.counts_units();
        let wrong = match &plan.question {
            Question::Fleet { .. } if !units => Some("it counts posts; for units: mexclp, dsm, survival"),
            Question::Close { .. } if units => Some("it counts units; to close posts: mclp, median, backup, center"),
            Question::Add { moves: 1.., .. } if units => {
                Some("it counts units; where posts may move: mclp, median, backup, center")
            }
            Question::Fewest { .. } | Question::Close { keep: Some(_), .. } if *model == Model::Center => {
                Some("not with this question: mclp, median or backup")
            }
            _ => None,
        };
        if let Some(why) = wrong {
            faults.push(Fault::error(format!("--model {}: {why}", model.key())));
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(()) }
}

/// All ways to meet the clauses: of alternatives one each.
fn ways(field: &Field, clauses: &[ClauseWant]) -> Vec<Vec<Want>> {
    let now = open_posts(&field.units);
    let mut ways: Vec<Vec<Want>> = vec![Vec::new()];
    let mut groups: Vec<&str> = Vec::new();
    for clause in clauses.iter().filter(|c| !c.parts.is_empty()) {
        match clause.any_of.as_deref() {
            None => ways.iter_mut().for_each(|w| w.extend(clause.parts.iter().cloned())),
            Some(group) if groups.contains(&group) => {}
            Some(group) => {
                groups.push(group);
                let of_group = || clauses.iter().filter(|c| c.any_of.as_deref() == Some(group) && !c.parts.is_empty());
                // Where one is met there is nothing to do.
                if of_group().any(|c| c.parts.iter().all(|p| p.is_met(field, &now))) {
                    continue;
                }
                let more = |w: &Vec<Want>| -> Vec<Vec<Want>> {
                    of_group().map(|c| w.iter().chain(&c.parts).cloned().collect()).collect()
                };
                ways = ways.iter().flat_map(more).take(MOST_WAYS).collect();
            }
        }
    }
    ways
}

/// Short name of a proposal.
fn key(question: &Question, choice: &Choice, i: usize) -> String {
    let model = choice.model.key();
    match question {
        Question::Frontier { .. } => format!("{model}-{}", i + 1),
        _ if choice.rank > 1 => format!("{}-{model}-{}", question.key(), choice.rank),
        _ => format!("{}-{model}", question.key()),
    }
}

/// What a scenario's title says of its proposal.
fn called(row: &ProposalRow) -> Text {
    let (opened, closed, changed) = (row.opened.len(), row.closed.len(), row.changed.len());
    let mut zh = Vec::new();
    let mut en = Vec::new();
    if opened > 0 {
        zh.push(format!("新增 {opened} 站"));
        en.push(format!("{opened} more posts"));
    }
    if closed > 0 {
        zh.push(format!("关闭 {closed} 站"));
        en.push(format!("{closed} posts closed"));
    }
    if opened + closed == 0 && changed > 0 {
        zh.push(format!("{changed} 站车辆调整"));
        en.push(format!("other units at {changed} posts"));
    }
    zh.push(row.key.clone());
    en.push(row.key.clone());
    Text::new(zh.join("，"), en.join(", "))
}

fn front(question: &Question, rows: &[ProposalRow]) -> Vec<FrontRow> {
    if !matches!(question, Question::Frontier { .. }) {
        return Vec::new();
    }
    let mut front: Vec<FrontRow> = rows
        .iter()
        .map(|r| FrontRow {
            posts: r.opened.len() as u32,
            key: r.key.clone(),
            cost: r.cost,
            people_within: r.promise.people_within,
            within: r.promise.within,
            mean_min: r.promise.mean_min,
            worst: r.promise.worst.as_ref().map(|w| w.1),
            on_front: true,
        })
        .collect();
    let criteria = |r: &FrontRow| {
        let worst = r.worst.unwrap_or(0.0);
        [f64::from(r.posts), r.cost.unwrap_or(0.0), -r.people_within, r.mean_min, -worst]
    };
    let beaten: Vec<bool> = (0..front.len())
        .map(|i| {
            let mine = criteria(&front[i]);
            front.iter().enumerate().any(|(j, other)| {
                let theirs = criteria(other);
                // What rounding adds is no difference.
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
                let no_worse = theirs.iter().zip(mine).all(|(a, b)| *a <= b || near(*a, b));
                let better = theirs.iter().zip(mine).any(|(a, b)| *a < b && !near(*a, b));
                i != j && no_worse && (better || j < i)
            })
        })
        .collect();
    front.iter_mut().zip(beaten).for_each(|(row, beaten)| row.on_front = !beaten);
    front
}

fn no_proposal(model: Model, why: &NoProposal) -> Faults {
    let fault = Fault::error(format!("{}: {why}", model.key()));
    match why {
        NoProposal::Cover(NoAnswer::NotFound) => fault.hint("let it try harder: --nodes 20000").into(),
        NoProposal::Room => fault.hint("give it: --room 60000").into(),
        _ => fault.into(),
    }
}

/// Posts, candidates and chosen places as points in WGS 84 (RFC 7946): `kind` is `post` or `candidate`, `opened_by`,
/// `closed_by` and `changed_by` name the proposals that do so.
fn geojson(field: &Field, writing: &Writing, sited: &Sited) -> Value {
    let s = &field.prepared.world.scenario;
    let features: Vec<Value> = s
        .posts
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let id = id(field, writing, i);
            let by = |of: &dyn Fn(&ProposalRow) -> &Vec<super::sited::Site>| -> Vec<&str> {
                let has = |r: &&ProposalRow| of(r).iter().any(|site| site.id == id);
                sited.proposals.iter().filter(has).map(|r| r.key.as_str()).collect()
            };
            let (opened, closed, changed) = (by(&|r| &r.opened), by(&|r| &r.closed), by(&|r| &r.changed));
            json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [p.at.lon, p.at.lat]},
                "properties": {
                    "id": id, "name_zh": p.name.zh, "name_en": p.name.en, "units": field.units[i],
                    "kind": if i < field.existing { "post" } else { "candidate" },
                    "opened_by": opened, "closed_by": closed, "changed_by": changed,
                },
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}
