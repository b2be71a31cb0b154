//! The page: the calibration in one file that opens offline and prints on A4.
//!
//! This file turns a calibration into words and figures; how they are set stands in `assets/templates/calibrate.html`, and in
//! the style of the report, which it shares.

use super::{Told, compared, differences, held_out, judgement, log_line, reason, response, time};
use crate::experiment::calibrate::{Calibration, Nearness};
use crate::report::charts::calibrate::{Drawn, p_words};
use crate::report::figure::{self, number};
use crate::report::html::{FONT_PLACE, REPORT_TEMPLATE, template_value};
use crate::report::picture::drawn_text;
use crate::report::words::Word;
use crate::report::{ReportError, font};
use crate::stats::Estimate;
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};

static TEMPLATE: &str = include_str!("../../../assets/templates/calibrate.html");

/// Renders the page.
pub(super) fn page(c: &Calibration, drawn: &[Drawn], lang: Lang) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("calibrate", TEMPLATE)?;
    let page = environment.get_template("calibrate")?.render(template_value(context(c, drawn, lang)))?;
    let face = font::face_rule(&drawn_text(&page))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// The style sheet of the report.
fn style() -> &'static str {
    let rest = REPORT_TEMPLATE.split_once("<style>").map_or("", |(_, rest)| rest);
    rest.split_once("</style>").map_or("", |(style, _)| style)
}

fn context(c: &Calibration, drawn: &[Drawn], lang: Lang) -> Value {
    let words = Told::ALL.iter().map(|w| (w.key().to_string(), Value::from(w.get(lang))));
    let confidence = figure::plain(c.run.confidence * 100.0);
    let charts = |response: bool| {
        let steps = drawn.iter().filter(|d| d.name.starts_with("step-"));
        let of = steps.filter(|d| (d.name == "step-response") == response);
        of.map(|d| d.svg.clone()).collect::<Vec<String>>()
    };
    let when = drawn.iter().find(|d| d.name == "when-calls-come").map(|d| d.svg.clone());
    json!({
        "lang": match lang { Lang::Zh => "zh-CN", Lang::En => "en" },
        "style": style(),
        "t": words.collect::<Map<String, Value>>(),
        "title": Told::Title.fill(lang, &[("title", c.title.get(lang)), ("file", &c.log.file)]),
        "log_line": log_line(c, lang),
        "held_out": held_out(c, lang),
        "compared": compared(c, lang),
        "response": response(c, lang),
        "response_chart": charts(true).into_iter().next(),
        "charts": charts(false),
        "when": when,
        "interval": Told::IntervalOf.fill(lang, &[("confidence", &confidence)]),
        "values": values(c, lang),
        "times": times(c, lang),
        "factors": factors(c, lang),
        "scatter": c.travel.scatter.map(|(e, n)| json!({ "sigma": with_interval(&e, 3), "n": number(n as f64, 0) })),
        "demand": demand(c, lang),
        "checks": checks(c, lang),
        "left": c.left.iter().map(|l| json!({ "what": l.what.get(lang), "why": l.why.get(lang) })).collect::<Vec<_>>(),
        "aside": aside(c, lang),
        "written": written(c, lang),
        "remarks": c.remarks.iter().map(|r| r.get(lang)).collect::<Vec<_>>(),
        "made_by": Word::MadeBy.fill(lang, &[("version", &c.program)]),
        "digest": c.log.digest,
    })
}

fn values(c: &Calibration, lang: Lang) -> Vec<Value> {
    let value = |v: &crate::experiment::calibrate::Value| {
        json!({
            "name": v.name.get(lang), "key": v.key, "before": v.before, "after": v.after, "interval": v.interval,
            "n": number(v.n as f64, 0),
        })
    };
    c.values.iter().map(value).collect()
}

fn with_interval(e: &Estimate, decimals: usize) -> String {
    format!("{} ({}–{})", number(e.mean, decimals), number(e.low, decimals), number(e.high, decimals))
}

fn times(c: &Calibration, lang: Lang) -> Vec<Value> {
    let row = |f: &crate::experiment::calibrate::TimeFit| {
        let rounded = match f.rounded_to_s {
            0.0 => Told::Exact.get(lang).to_string(),
            s => Told::Seconds.fill(lang, &[("x", &figure::plain(s))]),
        };
        json!({
            "name": f.name.get(lang), "dist": f.dist, "n": number(f.n as f64, 0), "mean": time(f.mean_s.mean, lang),
            "p90": time(f.p90_s, lang), "distance": number(f.distance, 3), "p": p_words(f.p_value), "rounded": rounded,
            "zeros": if f.zeros > 0.0 { figure::percent(f.zeros) } else { "–".into() },
        })
    };
    c.times.iter().map(row).collect()
}

fn factors(c: &Calibration, lang: Lang) -> Vec<Value> {
    let row = |f: &crate::experiment::calibrate::FactorFit| {
        let parts: Vec<String> = f
            .parts
            .iter()
            .map(|(name, n, e)| format!("{} {} [n = {}]", name.get(lang), with_interval(e, 3), number(*n as f64, 0)))
            .collect();
        json!({
            "name": f.name.get(lang), "factor": with_interval(&f.factor, 3), "sigma": with_interval(&f.sigma, 3),
            "n": number(f.n as f64, 0), "parts": parts.join(" | "),
        })
    };
    c.travel.factors.iter().map(row).collect()
}

/// Names and figures.
fn demand(c: &Calibration, lang: Lang) -> Vec<Value> {
    let d = &c.demand;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut add = |told: Told, figure: Option<String>| {
        rows.extend(figure.map(|f| (told.get(lang).to_string(), f)));
    };
    add(Told::CallsADay, d.calls_per_day.map(|e| with_interval(&e, 1)));
    add(Told::DispatchesADay, d.dispatches_per_day.map(|e| with_interval(&e, 1)));
    add(Told::SimulatedADay, Some(number(c.run.dispatches_per_day, 1)));
    add(Told::Overdispersion, d.variance_to_mean.map(|v| number(v, 2)));
    let chance = d.dispersion_p.map(|p| Told::Chance.fill(lang, &[("p", &p_words(p))])).unwrap_or_default();
    add(Told::Dispersion, d.dispersion.map(|v| format!("{} — {chance}", number(v, 2))));
    add(Told::EmptyDays, Some(d.empty_days.to_string()));
    rows.into_iter().map(|(name, figure)| json!({ "name": name, "figure": figure })).collect()
}

fn checks(c: &Calibration, lang: Lang) -> Vec<Value> {
    let row = |k: &crate::experiment::calibrate::Check| {
        let (mean, p90) = differences(k, lang);
        let class = match k.nearness {
            Nearness::NotToldApart => "met",
            Nearness::Small => "not-judged",
            Nearness::Moderate => "undecided",
            Nearness::Large => "missed",
        };
        let dist = if k.fitted { "" } else { "first" };
        json!({
            "name": k.name.get(lang), "row": dist,
            "recorded": time(k.recorded.mean_s, lang), "simulated": time(k.simulated.mean_s, lang),
            "n": number(k.recorded.n as f64, 0), "m": number(k.simulated.n as f64, 0),
            "mean": mean, "p90": p90, "distance": number(k.distance, 3), "p": p_words(k.p_value),
            "judgement": judgement(k.nearness).get(lang), "class": class,
        })
    };
    c.checks.iter().map(row).collect()
}

fn aside(c: &Calibration, lang: Lang) -> Vec<Value> {
    let row = |a: &crate::experiment::calibrate::Aside| {
        let lines: Vec<String> = a.lines.iter().map(usize::to_string).collect();
        let what = if a.what.is_empty() { Told::Row.get(lang) } else { a.what.as_str() };
        json!({
            "what": what, "why": reason(a.reason).get(lang), "n": number(a.n as f64, 0), "lines": lines.join(", "),
        })
    };
    c.log.aside.iter().map(row).collect()
}

/// To how many seconds the columns are written, in a line.
fn written(c: &Calibration, lang: Lang) -> String {
    let of = |w: &crate::experiment::calibrate::Written| {
        let step = match w.seconds {
            0.0 => Told::Exact.get(lang).to_string(),
            s => Told::Seconds.fill(lang, &[("x", &figure::plain(s))]),
        };
        format!("{} {step}", w.column)
    };
    let all: Vec<String> = c.log.written.iter().map(of).collect();
    all.join(if lang == Lang::Zh { "；" } else { "; " })
}
