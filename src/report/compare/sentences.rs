//! What a comparison says in plain sentences.

use super::change::{self, percent};
use super::letters;
use crate::experiment::compare::{
    Comparison, Difference, GroupRow, MainFigure, Pair, PeopleRow, Ranking, SystemFigure, Winner,
};
use crate::report::figure::{self, bounded, number};
use crate::report::words::Word;
use crate::report::words_compare::Said;
use crate::text::Lang;

/// How a difference is judged: better, worse, neither certain, no difference at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Better,
    Worse,
    CannotTell,
    Same,
}

impl Judgement {
    /// Of a figure of which less (or more) is better.
    pub(super) fn of(d: &Difference, larger_is_better: bool) -> Judgement {
        if d.difference.is_exact() && d.difference.mean == 0.0 {
            return Judgement::Same;
        }
        match (d.sign(), larger_is_better) {
            (0, _) => Judgement::CannotTell,
            (1, true) | (-1, false) => Judgement::Better,
            _ => Judgement::Worse,
        }
    }

    /// The class of its tile on the page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Judgement::Better => "met",
            Judgement::Worse => "missed",
            Judgement::CannotTell => "undecided",
            Judgement::Same => "not-judged",
        }
    }
}

/// The whole area's row.
pub(super) fn whole(pair: &Pair) -> Option<&GroupRow> {
    pair.groups.iter().find(|g| g.county.is_none() && g.zone.is_none())
}

/// The sentence on mean response.
pub(super) fn mean(c: &Comparison, pair: &Pair, lang: Lang) -> Option<String> {
    let d = whole(pair)?.mean_min?;
    let digits = change::decimals(Some(d.difference.mean));
    let unit = |v: f64| number(v, digits);
    let words = [Said::MeanShorter, Said::MeanLonger];
    Some(sentence(c, pair, &d, Word::KeyMeanResponse.get(lang), words, digits, &unit, lang))
}

/// The sentence on the share within target.
pub(super) fn within(c: &Comparison, pair: &Pair, lang: Lang) -> Option<String> {
    let d = percent(&whole(pair)?.share_within?);
    let digits = change::decimals(Some(d.difference.mean));
    let unit = |v: f64| format!("{}%", number(v, digits));
    let words = [Said::LessWithin, Said::MoreWithin];
    Some(sentence(c, pair, &d, Word::KeyWithin.get(lang), words, digits, &unit, lang))
}

#[allow(clippy::too_many_arguments)]
fn sentence(
    c: &Comparison,
    pair: &Pair,
    d: &Difference,
    figure: &str,
    [less, more]: [Said; 2],
    digits: usize,
    unit: &dyn Fn(f64) -> String,
    lang: Lang,
) -> String {
    let (a, b) = letters(c, pair.a, pair.b);
    let e = &d.difference;
    let change = change::change(e, digits, lang);
    let plain = [("a", a), ("b", b), ("figure", figure), ("change", change.as_str())];
    if e.is_exact() && e.mean == 0.0 {
        return Said::SameFigure.fill(lang, &plain);
    }
    if !bounded(e) {
        let bare = change::signed(e.mean, digits);
        return Said::NoIntervalFigure.fill(lang, &[("a", a), ("b", b), ("figure", figure), ("change", &bare)]);
    }
    let sign = d.sign();
    if sign == 0 {
        return Said::CannotTellFigure.fill(lang, &plain);
    }
    let (near, far) = if sign > 0 { (e.low, e.high) } else { (-e.high, -e.low) };
    let word = if sign > 0 { more } else { less };
    word.fill(
        lang,
        &[
            ("a", a),
            ("b", b),
            ("x", &number(e.mean.abs(), digits)),
            ("low", &number(near, digits)),
            ("high", &number(far, digits)),
            ("from", &unit(d.a)),
            ("to", &unit(d.b)),
        ],
    )
}

/// The whole area's row of people.
pub(super) fn everyone(pair: &Pair) -> Option<&PeopleRow> {
    pair.people.iter().find(|p| p.county.is_none() && p.zone.is_none())
}

/// The sentences on people: who gains and loses, who crosses the target.
pub(super) fn people(pair: &Pair, lang: Lang) -> Vec<String> {
    let Some(all) = everyone(pair) else { return Vec::new() };
    let count = |n: f64| number(n, 0);
    let share = |n: f64| figure::percent(if all.residents > 0.0 { n / all.residents } else { 0.0 });
    let minutes = |m: Option<f64>| m.map_or("–".into(), |m| number(m.abs(), 1));
    let part = |said: Said, none: Said, n: f64, m: Option<f64>| {
        if n > 0.0 {
            said.fill(lang, &[("n", &count(n)), ("share", &share(n)), ("min", &minutes(m))])
        } else {
            none.get(lang).into()
        }
    };
    let mut parts = vec![
        part(Said::PeopleGain, Said::NobodyGains, all.gain, all.gain_min),
        part(Said::PeopleLose, Said::NobodyLoses, all.lose, all.lose_min),
    ];
    if all.cannot_tell > 0.0 {
        let rest = [("n", count(all.cannot_tell)), ("share", share(all.cannot_tell))];
        let mut text = Said::PeopleRest.fill(lang, &rest.each_ref().map(|(k, v)| (*k, v.as_str())));
        if all.same > 0.0 {
            text.push_str(&Said::PeopleSame.fill(lang, &[("n", &count(all.same))]));
        }
        parts.push(text);
    }
    let mut out = vec![joined(&parts, lang)];
    if all.inside + all.outside > 0.0 {
        let some = |n: f64| if n > 0.0 { count(n) } else { Said::Nobody.get(lang).into() };
        let (n, m) = (some(all.inside), some(all.outside));
        out.push(Said::CrossingTarget.fill(lang, &[("n", &n), ("m", &m)]));
    }
    out
}

/// Parts as one sentence that begins with a capital.
fn joined(parts: &[String], lang: Lang) -> String {
    let text = match lang {
        Lang::Zh => format!("{}。", parts.join("；")),
        Lang::En => format!("{}.", parts.join("; ")),
    };
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
}

/// What meeting the same calls saved.
pub(super) fn saved(pair: &Pair, lang: Lang) -> Option<String> {
    let d = whole(pair)?.mean_min?;
    if !bounded(&d.difference) {
        return None;
    }
    let Some(x) = d.saved else { return Some(Said::NothingVaries.get(lang).into()) };
    let r = d.correlation.map_or("–".into(), |r| number(r, 2));
    let said = if x < 1.1 { Said::SavedLittle } else { Said::Saved };
    Some(said.fill(lang, &[("x", &times(x)), ("r", &r)]))
}

/// A factor with as many decimals as it deserves.
pub(super) fn times(x: f64) -> String {
    number(x, if x < 10.0 { 1 } else { 0 })
}

/// Whether all met the same calls.
pub(super) fn calls(c: &Comparison, lang: Lang) -> String {
    if c.demand.same {
        return Said::CallsSame.fill(lang, &[("seed", &c.run.seed.to_string())]);
    }
    let share = |(shared, calls): (&u64, &u64)| *shared as f64 / (*calls).max(c.demand.calls[0]).max(1) as f64;
    let least = c.demand.shared.iter().zip(&c.demand.calls).map(share).fold(1.0, f64::min);
    Said::CallsDiffer.fill(lang, &[("share", &figure::percent(least))])
}

/// Replications, days, confidence.
pub(super) fn run_line(c: &Comparison, lang: Lang) -> String {
    let run = &c.run;
    Word::RunLine.fill(
        lang,
        &[
            ("n", &run.replications.to_string()),
            ("days", &figure::plain(run.days)),
            ("warmup", &figure::plain(run.warmup_days)),
            ("confidence", &figure::plain(run.confidence * 100.0)),
        ],
    )
}

/// From which moment response time counts.
pub(super) fn clock_line(c: &Comparison, lang: Lang) -> String {
    Word::ClockLine.fill(lang, &[("clock", &crate::report::words::clock(&c.run.clock_start, lang))])
}

/// With more than two scenarios: how confident each interval is.
pub(super) fn all_at_once(c: &Comparison, lang: Lang) -> Option<String> {
    let pair = c.pairs.first().filter(|_| c.pairs.len() > 1)?;
    let values = [
        ("n", c.pairs.len().to_string()),
        ("confidence", figure::plain(c.run.confidence * 100.0)),
        ("each", number(pair.confidence * 100.0, 2)),
    ];
    Some(Said::AllAtOnce.fill(lang, &values.each_ref().map(|(k, v)| (*k, v.as_str()))))
}

/// How many inputs are assumed or calibrated, in any scenario.
pub(super) fn rests(c: &Comparison, lang: Lang) -> Option<String> {
    let told = c.assumptions.iter().filter(|a| a.quality.needs_telling()).count()
        + c.inputs.iter().filter(|i| i.needs_telling).count();
    (told > 0).then(|| Said::Rests.fill(lang, &[("n", &told.to_string())]))
}

/// A figure's name.
pub(super) fn system_figure(c: &Comparison, figure: SystemFigure, lang: Lang) -> String {
    match figure {
        SystemFigure::Answered => Said::AnsweredIn.fill(lang, &[("s", &figure::plain(c.answer_target_s))]),
        SystemFigure::Queued => Said::QueuedADay.get(lang).into(),
        SystemFigure::Busy => Said::UnitsBusy.get(lang).into(),
    }
}

/// A value of the figure that decides, with its unit.
pub(super) fn in_unit_rounded(figure: MainFigure, value: f64, lang: Lang) -> String {
    match figure {
        MainFigure::Mean => format!("{} {}", number(value, 2), Word::UnitMin.get(lang)),
        MainFigure::Within => format!("{}%", number(value, 2)),
    }
}

/// A size in the unit of the figure that decides.
pub(super) fn in_unit(figure: MainFigure, size: f64, lang: Lang) -> String {
    let unit = match figure {
        MainFigure::Mean => Word::UnitMin.get(lang),
        MainFigure::Within => Said::PercentagePoints.get(lang),
    };
    format!("{} {unit}", figure::plain(size))
}

/// Which is best.
pub(super) fn best(c: &Comparison, ranking: &Ranking, lang: Lang) -> String {
    let figure = main_figure(ranking.figure, lang);
    let confidence = figure::plain(ranking.confidence * 100.0);
    let zone = in_unit(ranking.figure, ranking.indifference, lang);
    let name = |i: usize| format!("{} ({})", c.systems[i].letter, c.systems[i].scenario.title.get(lang));
    let (said, n, best, which) = match &ranking.winner {
        Winner::NoRace => return Said::BestNoRace.get(lang).into(),
        Winner::Best { system, after } => (Said::BestBy, after.to_string(), name(*system), String::new()),
        Winner::CannotTell { systems, after } => {
            let all: Vec<String> = systems.iter().map(|i| name(*i)).collect();
            let comma = if lang == Lang::Zh { "、" } else { ", " };
            (Said::BestCannotTell, after.to_string(), String::new(), all.join(comma))
        }
    };
    let values = [
        ("figure", figure),
        ("confidence", &confidence),
        ("zone", &zone),
        ("n", &n),
        ("best", &best),
        ("which", &which),
    ];
    let mut out = said.fill(lang, &values);
    if let Winner::Best { system, .. } = &ranking.winner {
        let alike = alike(ranking, *system).map(|i| c.systems[i].letter.as_str()).collect::<Vec<_>>();
        if !alike.is_empty() {
            let which = alike.join(if lang == Lang::Zh { "、" } else { ", " });
            let gap = if lang == Lang::Zh { "" } else { " " };
            out.push_str(&format!("{gap}{}", Said::BestAlike.fill(lang, &[("which", &which), ("zone", &zone)])));
        }
    }
    out
}

/// Scenarios whose figure came out within the indifference of the selected one's.
fn alike(ranking: &Ranking, best: usize) -> impl Iterator<Item = usize> {
    let value = ranking.values[best];
    let others = ranking.values.iter().enumerate().filter(move |(i, _)| *i != best);
    others.filter_map(move |(i, v)| ((*v)? - value?).abs().lt(&ranking.indifference).then_some(i))
}

/// The figure that decides.
pub(super) fn main_figure(figure: MainFigure, lang: Lang) -> &'static str {
    match figure {
        MainFigure::Mean => Said::MeanResponse.get(lang),
        MainFigure::Within => Said::Within.get(lang),
    }
}
