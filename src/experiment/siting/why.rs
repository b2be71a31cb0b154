//! Why a question has no answer, in a planner's words, with the smallest changes of the question that have one.

use super::models::{Model, all_within, cover_model};
use super::promise::nearest;
use super::questions::{Asking, space, wanting_only};
use super::sited::{Question, UnreachedPlace, WhyNone};
use super::space::Space;
use super::want::Want;
use crate::siting::Effort;
use crate::siting::cover::{CoverModel, explain};
use crate::text::Text;

/// Places named at most.
const MOST_PLACES: usize = 20;
/// Nodes for each way out: they are looked for, not proved, at any price.
const NODES: u64 = 500;

/// Why a model has no answer to a question.
pub(super) fn why_none(asking: &Asking<'_>, model: Model) -> WhyNone {
    let none = WhyNone { model, unreached: Vec::new(), ways_out: Vec::new() };
    let Ok(space) = space(asking) else { return none };
    let (problem, wants): (CoverModel, Vec<Want>) = match asking.question {
        Question::Fewest { .. } => {
            let list = asking.wants.first().cloned().unwrap_or_default();
            (wanting_only(&space, &list), list)
        }
        Question::Close { keep: Some(keep), .. } => {
            let list = vec![Want::kept(asking.field, *keep)];
            (wanting_only(&space, &list), list)
        }
        _ if model == Model::Center => (all_within(&space, f64::INFINITY), Vec::new()),
        _ => (cover_model(&space, model, &asking.tuning).0, Vec::new()),
    };
    let effort = Effort { nodes: asking.effort.nodes.min(NODES), ..asking.effort };
    let Ok(found) = explain(&problem, &effort) else { return none };
    let mut ways_out = Vec::new();
    if let Some(posts) = found.posts.filter(|p| p.value > space.most) {
        let sure = if posts.proved { ("", "") } else { ("（可能更少）", " (perhaps fewer)") };
        let zh = format!("改为 {} 个站点{}", posts.value, sure.0);
        let en = if asking.question.key() == "close" { "posts left" } else { "new posts" };
        ways_out.push(Text::new(zh, format!("{} {en}{}", posts.value, sure.1)));
    }
    if let Some(money) = found.budget {
        let sure = if money.proved { ("", "") } else { ("（可能更少）", " (perhaps less)") };
        let zh = format!("预算 {:.0}{}", money.value, sure.0);
        ways_out.push(Text::new(zh, format!("a budget of {:.0}{}", money.value, sure.1)));
    }
    for share in found.shares.iter().flatten().filter(|s| s.value < 1.0) {
        let percent = (share.value * 1000.0).floor() / 10.0;
        ways_out.push(Text::new(
            format!("某项覆盖要求尚缺的部分最多能补上 {percent}%"),
            format!("of what one share still lacks, at most {percent} % can be had"),
        ));
    }
    if let Some(rows) = found.given_up.filter(|rows| !rows.is_empty()) {
        ways_out.push(Text::new(
            format!("放弃 {} 处必达要求后可满足", rows.len()),
            format!("give up the duty to reach {} places", rows.len()),
        ));
    }
    if asking.question.key() != "close" {
        ways_out.push(Text::new(
            "增加候选点：--candidates hospitals,places,roads:3",
            "more candidates: --candidates hospitals,places,roads:3",
        ));
    }
    WhyNone { unreached: unreached(&space, &wants), ways_out, ..none }
}

/// Places that neither a post nor a candidate reaches within what is asked, those with most residents first.
fn unreached(space: &Space<'_>, wants: &[Want]) -> Vec<UnreachedPlace> {
    let field = space.field;
    let s = &field.prepared.world.scenario;
    let all: Vec<usize> = space.base.iter().chain(&space.columns).copied().collect();
    let minutes = nearest(field, &all);
    let rows = s.points.len().min(field.rows.len());
    let out_of_reach = |row: usize| wants.iter().any(|w| w.never(field, &all, row));
    let mut out: Vec<UnreachedPlace> = (0..rows)
        .filter(|row| field.rows[*row].people > 0.0 && out_of_reach(*row))
        .map(|row| {
            let point = &s.points[field.rows[row].point];
            UnreachedPlace {
                name: point.name.clone(),
                county: point.county.map(|c| s.counties[c.index()].name.clone()),
                people: point.population,
                minutes: minutes[row].is_finite().then_some(minutes[row]),
            }
        })
        .collect();
    out.sort_by(|a, b| b.people.total_cmp(&a.people));
    out.truncate(MOST_PLACES);
    out
}
