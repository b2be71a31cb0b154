//! The answer to how many replications are needed, for the terminal.

use super::compare::folded;
use super::figure;
use super::terminal::STYLE;
use super::words_power::Asked;
use crate::experiment::power::{PowerPlan, Question, Spread};
use crate::stats::Estimate;
use crate::text::Lang;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use std::fmt::Write;

/// Columns of its sentences at least, and at most.
const NARROWEST: u16 = 60;
const WIDEST: u16 = 110;

/// The answer for a terminal of `width` columns. `next` is the command that follows from it. Ends with a line feed.
pub fn power_table(plan: &PowerPlan, next: &str, lang: Lang, width: u16) -> String {
    let mut out = String::new();
    let shown = Shown { unit: &plan.unit, lang };
    let confidence = figure::plain(plan.confidence * 100.0);
    let name = format!("{} ({})", plan.figure, plan.label.get(lang));
    let scenario = |i: usize| plan.scenarios.get(i).map_or("", |s| s.name.as_str());
    let value = |i: usize| plan.values.get(i).map_or_else(String::new, |e| shown.estimate(e));
    let days = figure::plain(plan.days);
    let pilot = [("n", plan.pilot.to_string()), ("days", days), ("seed", plan.seed.to_string())];
    let pilot = Asked::Pilot.fill(lang, &pilot.each_ref().map(|(k, v)| (*k, v.as_str())));
    match plan.difference {
        Some(difference) => {
            let line = Asked::OfTwo.fill(lang, &[("figure", &name), ("a", scenario(0)), ("b", scenario(1))]);
            let _ = writeln!(out, "{line}\n{pilot}");
            let difference = shown.difference(&difference);
            let (a, b) = (value(0), value(1));
            let values = [("a", a.as_str()), ("b", &b), ("difference", &difference), ("confidence", &confidence)];
            let _ = writeln!(out, "{}", Asked::PilotOfTwo.fill(lang, &values));
        }
        None => {
            let _ = writeln!(out, "{}\n{pilot}", Asked::OfOne.fill(lang, &[("figure", &name), ("a", scenario(0))]));
            let values = [("a", value(0)), ("confidence", confidence.clone())];
            let values = values.each_ref().map(|(k, v)| (*k, v.as_str()));
            let _ = writeln!(out, "{}", Asked::PilotOfOne.fill(lang, &values));
        }
    }
    let (needs, shows) = match plan.question {
        Question::Difference { difference, power } => {
            let power = figure::plain(power * 100.0);
            let x = shown.with_unit(difference.abs());
            let needs = [("x", x.as_str()), ("power", &power), ("confidence", &confidence)];
            (Asked::SeeDifference.fill(lang, &needs), Asked::ShowsDifference.fill(lang, &[("power", &power)]))
        }
        Question::HalfWidth(x) => {
            let needs = [("x", shown.with_unit(x)), ("confidence", confidence.clone())];
            let needs = needs.each_ref().map(|(k, v)| (*k, v.as_str()));
            (Asked::ReachWidth.fill(lang, &needs), Asked::ShowsWidth.get(lang).to_string())
        }
    };
    let _ = writeln!(out, "\n{needs}\n{}", needed(plan, &shown, width).trim_fmt());
    let _ = writeln!(out, "\n{shows}\n{}", ladder(plan, &shown, width).trim_fmt());
    let level = figure::plain(plan.limit_level * 100.0);
    let about = Asked::AboutLimit.fill(lang, &[("level", &level)]);
    let columns = usize::from(width.clamp(NARROWEST, WIDEST));
    for text in std::iter::once(about.as_str()).chain(plan.notes.iter().map(|n| n.get(lang))) {
        folded(text, columns).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }
    let _ = writeln!(out, "{}", Asked::Then.fill(lang, &[("command", next)]));
    out
}

/// How numbers of the figure are shown: shares as percentages.
struct Shown<'a> {
    unit: &'a str,
    lang: Lang,
}

impl Shown<'_> {
    fn scaled(&self, value: f64) -> f64 {
        if self.unit == "share" { 100.0 * value } else { value }
    }

    /// Three digits that count.
    fn digits(&self, value: f64) -> String {
        let value = self.scaled(value);
        let size = if value == 0.0 || !value.is_finite() { 0.0 } else { libm::floor(libm::log10(value.abs())) };
        figure::number(value, (2.0 - size).clamp(0.0, 6.0) as usize)
    }

    fn with_unit(&self, value: f64) -> String {
        let plain = figure::plain(self.scaled(value));
        let is_nothing = value != 0.0 && plain.bytes().all(|b| !(b'1'..=b'9').contains(&b));
        let x = if is_nothing { format!("{:e}", self.scaled(value)) } else { plain };
        self.in_unit(&x)
    }

    fn in_unit(&self, x: &str) -> String {
        let word = match self.unit {
            "share" => Asked::Points,
            "min" => Asked::Minutes,
            "s" => Asked::Seconds,
            _ => Asked::ADay,
        };
        word.fill(self.lang, &[("x", x)])
    }

    fn estimate(&self, e: &Estimate) -> String {
        let e = e.scaled(self.scaled(1.0));
        let unit = if self.unit == "share" { "%" } else { "" };
        format!("{}{unit} ± {}", figure::number(e.mean, 2), figure::number(e.half_width(), 2))
    }

    /// Of two shares, in percentage points.
    fn difference(&self, e: &Estimate) -> String {
        let e = e.scaled(self.scaled(1.0));
        self.in_unit(&format!("{} ± {}", figure::number(e.mean, 2), figure::number(e.half_width(), 2)))
    }

    fn up_to(&self, x: &str, limit: &str) -> String {
        Asked::UpTo.fill(self.lang, &[("x", x), ("limit", limit)])
    }
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn table(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

fn needed(plan: &PowerPlan, shown: &Shown<'_>, width: u16) -> Table {
    let lang = shown.lang;
    let mut table = table(width);
    let head = [Asked::Deviation, Asked::Replications].map(|w| right(w.get(lang).to_string()));
    table.set_header([Cell::new("")].into_iter().chain(head));
    let first = if plan.apart.is_some() { Asked::CommonNumbers } else { Asked::OneScenario };
    let rows = [(first, Some(plan.spread)), (Asked::OwnNumbers, plan.apart)];
    for (word, spread) in rows.iter().filter_map(|(word, spread)| Some((word, (*spread)?))) {
        let Spread { sd, sd_upper, replications, replications_upper } = spread;
        // Where nothing varied, nothing is known.
        let none = if sd == 0.0 { Asked::Unknown } else { Asked::Never };
        let count = |n: Option<u64>| n.map_or(none.get(lang).to_string(), |n| figure::number(n as f64, 0));
        table.add_row([
            Cell::new(word.get(lang)),
            right(shown.up_to(&shown.digits(sd), &shown.digits(sd_upper))),
            right(shown.up_to(&count(replications), &count(replications_upper))),
        ]);
    }
    table
}

fn ladder(plan: &PowerPlan, shown: &Shown<'_>, width: u16) -> Table {
    let lang = shown.lang;
    let mut table = table(width);
    let first = if plan.apart.is_some() { Asked::CommonNumbers } else { Asked::OneScenario };
    let mut head = vec![Asked::Replications, first];
    head.extend(plan.apart.is_some().then_some(Asked::OwnNumbers));
    table.set_header(head.into_iter().map(|w| right(w.get(lang).to_string())));
    for rung in &plan.ladder {
        let mut row = vec![
            figure::number(rung.replications as f64, 0),
            shown.up_to(&shown.digits(rung.shows), &shown.digits(rung.shows_upper)),
        ];
        row.extend(rung.shows_apart.map(|x| shown.digits(x)));
        table.add_row(row.into_iter().map(right));
    }
    table
}
