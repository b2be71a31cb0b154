//! What is said of a siting question and its proposals, in a planner's words.

use crate::experiment::siting::{Model, POLISH_METHOD, ProposalRow, Question, Site, Sited, Weigh, WhyNone};
use crate::report::figure;
use crate::report::words_judged::Judging;
use crate::report::words_siting::Siting;
use crate::text::{Lang, Text};

/// The name of a model.
pub(in crate::report) fn model(model: Model) -> Siting {
    match model {
        Model::Mclp => Siting::Mclp,
        Model::Median => Siting::Median,
        Model::Mexclp => Siting::Mexclp,
        Model::Backup => Siting::Backup,
        Model::Center => Siting::Center,
        Model::Dsm => Siting::Dsm,
        Model::Survival => Siting::Survival,
        Model::Capacitated => Siting::Capacitated,
    }
}

/// The name of a proposal: its model, and which choice of it.
pub(in crate::report) fn name(sited: &Sited, p: &ProposalRow, lang: Lang) -> String {
    let model = model(p.model).get(lang);
    if p.method == POLISH_METHOD {
        return Judging::PolishedName.fill(lang, &[("model", model)]);
    }
    match (&sited.question, p.rank) {
        (Question::Frontier { .. }, _) => {
            let n = p.opened.len().to_string();
            Siting::FrontName.fill(lang, &[("n", &n), ("model", model)])
        }
        (_, 1) => model.to_string(),
        (_, rank) => Siting::RankName.fill(lang, &[("model", model), ("rank", &rank.to_string())]),
    }
}

/// The question as a title.
pub(in crate::report) fn title(sited: &Sited, lang: Lang) -> String {
    let scenario = sited.title.get(lang);
    let n = |v: u32| v.to_string();
    match &sited.question {
        Question::Add { posts, moves: 0, .. } => Siting::TitleAdd.fill(lang, &[("n", &n(*posts)), ("title", scenario)]),
        Question::Add { posts, moves, .. } => {
            Siting::TitleMove.fill(lang, &[("n", &n(*posts)), ("moves", &n(*moves)), ("title", scenario)])
        }
        Question::Close { posts: Some(posts), .. } => {
            Siting::TitleClose.fill(lang, &[("n", &n(*posts)), ("title", scenario)])
        }
        Question::Close { keep, .. } => {
            let keep = figure::percent(keep.unwrap_or(1.0));
            Siting::TitleKeep.fill(lang, &[("keep", &keep), ("title", scenario)])
        }
        Question::Fewest { title, .. } => {
            Siting::TitleFewest.fill(lang, &[("pack", title.get(lang)), ("title", scenario)])
        }
        Question::Frontier { most, .. } => Siting::TitleFrontier.fill(lang, &[("n", &n(*most)), ("title", scenario)]),
        Question::Fleet { units, anew: false } => {
            Siting::TitleFleet.fill(lang, &[("n", &n(*units)), ("title", scenario)])
        }
        Question::Fleet { units, .. } => Siting::TitleAnew.fill(lang, &[("n", &n(*units)), ("title", scenario)]),
    }
}

/// What the question is about, a sentence each.
pub(in crate::report) fn about(sited: &Sited, lang: Lang) -> Vec<String> {
    let n = |v: usize| figure::number(v as f64, 0);
    let weigh = match sited.weigh {
        Weigh::People => Siting::People,
        Weigh::Calls => Siting::Calls,
        Weigh::Elderly => Siting::Elderly,
    };
    let (posts, units) = (n(sited.posts_now), n(sited.units_now));
    let mut out = vec![Siting::Now.fill(lang, &[("posts", &posts), ("units", &units), ("weigh", weigh.get(lang))])];
    if sited.question.opens_posts() {
        let (candidates, same, far) = (n(sited.candidates), n(sited.same_place), n(sited.too_far));
        out.push(Siting::Candidates.fill(lang, &[("candidates", &candidates), ("same", &same), ("far", &far)]));
    }
    let [urban, rural] = sited.within_min.map(figure::plain);
    let before = figure::number(sited.before_min, 1);
    out.push(Siting::Within.fill(lang, &[("urban", &urban), ("rural", &rural), ("before", &before)]));
    if !sited.rules.is_empty() {
        let rules: Vec<&str> = sited.rules.iter().map(|r| r.get(lang)).collect();
        out.push(Siting::Rules.fill(lang, &[("rules", &rules.join(if lang == Lang::Zh { "；" } else { "; " }))]));
    }
    if sited.proposals.iter().any(|p| matches!(p.model, Model::Mexclp | Model::Survival)) {
        out.push(Siting::Busy.fill(lang, &[("busy", &figure::percent(sited.busy))]));
    }
    out
}

/// How sure it is that a proposal is the best of its model.
pub(in crate::report) fn proof(p: &ProposalRow, lang: Lang) -> String {
    match p.proved {
        true => Siting::Proved.get(lang).into(),
        // The best of so many posts; whether fewer would do is open.
        false if p.gap == 0.0 => Siting::Fewer.get(lang).into(),
        false if p.method == POLISH_METHOD => Judging::PolishedProof.get(lang).into(),
        false => Siting::Gap.fill(lang, &[("gap", &format!("{}%", figure::number(100.0 * p.gap, 2)))]),
    }
}

/// What a proposal does, a sentence each: posts opened, closed, units.
pub(in crate::report) fn does(p: &ProposalRow, lang: Lang) -> Vec<String> {
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let names = |sites: &[Site]| sites.iter().map(|s| s.name.get(lang).to_string()).collect::<Vec<_>>().join(comma);
    let units = |s: &Site| {
        let sign = if s.units >= s.units_now { "+" } else { "−" };
        format!("{} {sign}{}", s.name.get(lang), s.units.abs_diff(s.units_now))
    };
    let mut out = Vec::new();
    if !p.opened.is_empty() {
        out.push(Siting::Opens.fill(lang, &[("list", &names(&p.opened))]));
    }
    if !p.closed.is_empty() {
        out.push(Siting::Closes.fill(lang, &[("list", &names(&p.closed))]));
    }
    if !p.changed.is_empty() {
        let list: Vec<String> = p.changed.iter().map(units).collect();
        out.push(Siting::Changes.fill(lang, &[("list", &list.join(comma))]));
    }
    if out.is_empty() {
        out.push(Siting::Nothing.get(lang).into());
    }
    out
}

/// Where a model had no use for all posts that were asked for.
pub(in crate::report) fn idle(sited: &Sited, p: &ProposalRow, lang: Lang) -> Option<String> {
    if let Question::Fleet { units, anew: false } = sited.question {
        let placed: u32 = p.opened.iter().chain(&p.changed).map(|s| s.units.saturating_sub(s.units_now)).sum();
        let idle = units.saturating_sub(placed);
        return (idle > 0).then(|| Siting::EnoughUnits.fill(lang, &[("n", &idle.to_string())]));
    }
    let Question::Add { posts, moves: 0, .. } = sited.question else { return None };
    let idle = (posts as usize).saturating_sub(p.opened.len());
    (idle > 0 && sited.rules.is_empty()).then(|| Siting::Enough.fill(lang, &[("n", &idle.to_string())]))
}

/// Why there is no proposal.
pub(in crate::report) fn why_none(why: &WhyNone, lang: Lang) -> Vec<String> {
    let mut out = vec![Siting::NoAnswer.fill(lang, &[("model", model(why.model).get(lang))])];
    if !why.unreached.is_empty() {
        let place = |p: &crate::experiment::siting::UnreachedPlace| {
            let minutes = p.minutes.map_or("–".into(), |m| figure::number(m, 1));
            let county = p.county.as_ref().map_or("", |c: &Text| c.get(lang));
            let people = figure::number(p.people, 0);
            Siting::UnreachedPlace.fill(
                lang,
                &[("name", p.name.get(lang)), ("county", county), ("people", &people), ("minutes", &minutes)],
            )
        };
        let places: Vec<String> = why.unreached.iter().map(place).collect();
        let list = places.join(if lang == Lang::Zh { "；" } else { "; " });
        out.push(Siting::Unreached.fill(lang, &[("list", &list)]));
    }
    if !why.ways_out.is_empty() {
        let ways: Vec<&str> = why.ways_out.iter().map(|w| w.get(lang)).collect();
        let list = ways.join(if lang == Lang::Zh { "；" } else { "; " });
        out.push(Siting::WaysOut.fill(lang, &[("list", &list)]));
    }
    out
}

/// A clause's figure on paper with its unit.
pub(in crate::report) fn figure_of(value: f64, unit: &str, lang: Lang) -> String {
    match unit {
        "%" => figure::percent(value),
        _ => format!("{} {}", figure::number(value, 1), figure::unit(unit, lang)),
    }
}
