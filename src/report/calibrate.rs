//! The report on a calibration: on the terminal, as one HTML page, as pictures and as JSON.

mod page;
mod terminal;

pub use terminal::calibration_page;

use super::charts::calibrate::{Drawn, draw_all};
use super::words_calibrate::Told;
use super::{ReportError, ReportOptions, files, picture};
use crate::experiment::calibrate::{Calibration, Check, Nearness, Reason};
use crate::text::Lang;
use std::path::{Path, PathBuf};

/// The words before the paths of the page and of the new scenario, for the command line.
pub fn paths_at(lang: Lang) -> [&'static str; 2] {
    [Told::PageAt.get(lang), Told::ScenarioAt.get(lang)]
}

/// Renders a calibration into a folder: `calibration.json`, `charts/*.svg` (and PNG if asked), `calibration.html`. Returns the
/// files it wrote.
///
/// # Errors
/// A folder that cannot be written; faults of this program's own font, template or picture code.
pub fn render_calibration(
    folder: &Path,
    calibration: &Calibration,
    options: &ReportOptions,
) -> Result<Vec<PathBuf>, ReportError> {
    let text = serde_json::to_string_pretty(calibration)
        .map_err(|e| ReportError::Picture { name: "calibration.json".into(), reason: e.to_string() })?;
    let mut written = vec![files::write(folder, "calibration.json", (text + "\n").as_bytes())?];
    let drawn = draw_all(calibration, options.lang)?;
    for Drawn { name, svg } in &drawn {
        let standalone = picture::Picture { path: "calibrate", svg: svg.clone() }.standalone()?;
        written.push(files::write(folder, &format!("charts/{name}.svg"), standalone.as_bytes())?);
        if options.png {
            written.push(files::write(folder, &format!("charts/{name}.png"), &picture::png(&standalone)?)?);
        }
    }
    let page = page::page(calibration, &drawn, options.lang)?;
    written.push(files::write(folder, "calibration.html", page.as_bytes())?);
    Ok(written)
}

fn judgement(nearness: Nearness) -> Told {
    match nearness {
        Nearness::NotToldApart => Told::NotToldApart,
        Nearness::Small => Told::Small,
        Nearness::Moderate => Told::Moderate,
        Nearness::Large => Told::Large,
    }
}

fn reason(reason: Reason) -> Told {
    match reason {
        Reason::OutsideDays => Told::OutsideDays,
        Reason::Order => Told::Order,
        Reason::TooLong => Told::TooLong,
        Reason::FarAway => Told::FarAway,
        Reason::ShortDrive => Told::ShortDrive,
        Reason::NoWay => Told::NoWay,
        Reason::Outlier => Told::Outlier,
    }
}

/// The log in one line.
fn log_line(c: &Calibration, lang: Lang) -> String {
    let n = |v: usize| super::figure::number(v as f64, 0);
    let log = &c.log;
    let values = [
        ("file", log.file.clone()),
        ("rows", n(log.rows)),
        ("first", log.first.clone()),
        ("last", log.last.clone()),
        ("days", log.days.to_string()),
        ("calls", n(log.calls)),
        ("dispatches", n(log.dispatches)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Told::LogLine.fill(lang, &values)
}

fn held_out(c: &Calibration, lang: Lang) -> Option<String> {
    let days = c.log.held_out_days;
    (days > 0).then(|| Told::HeldOut.fill(lang, &[("days", &days.to_string())]))
}

fn compared(c: &Calibration, lang: Lang) -> String {
    let run = &c.run;
    Told::Compared.fill(
        lang,
        &[
            ("n", &run.replications.to_string()),
            ("days", &super::figure::plain(run.days)),
            ("seed", &run.seed.to_string()),
            ("confidence", &super::figure::plain(run.confidence * 100.0)),
            ("clock", &super::words::clock(&run.clock_start, lang)),
        ],
    )
}

/// The comparison of response times in a sentence.
fn response(c: &Calibration, lang: Lang) -> String {
    let Some(check) = c.checks.iter().find(|k| k.key == "response") else {
        return Told::NoResponse.get(lang).into();
    };
    let min = |seconds: f64| super::figure::number(seconds / 60.0, 2);
    let signed = |seconds: f64| super::compare::signed(seconds / 60.0, 2);
    let e = &check.mean_difference_s;
    let values = [
        ("a", min(check.recorded.mean_s)),
        ("b", min(check.simulated.mean_s)),
        ("n", super::figure::number(check.recorded.n as f64, 0)),
        ("x", signed(e.mean)),
        ("low", signed(e.low)),
        ("high", signed(e.high)),
        ("d", super::figure::number(check.distance, 3)),
        ("p", super::charts::calibrate::p_words(check.p_value)),
        ("judgement", judgement(check.nearness).get(lang).to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    match check.nearness {
        Nearness::NotToldApart => Told::ResponseSame.fill(lang, &values),
        _ => Told::ResponseDiffers.fill(lang, &values),
    }
}

/// Seconds as a person reads them: seconds below two minutes, else minutes.
fn time(seconds: f64, lang: Lang) -> String {
    use super::figure::{number, with_unit};
    if seconds.abs() < 120.0 {
        with_unit(&number(seconds, 1), "s", lang)
    } else {
        with_unit(&number(seconds / 60.0, 1), "min", lang)
    }
}

/// Difference of means with its interval, and of the 90th percentiles, in seconds or minutes.
fn differences(check: &Check, lang: Lang) -> (String, String) {
    use super::compare::signed;
    let long = check.recorded.mean_s >= 120.0;
    let (by, unit, decimals) = if long { (60.0, "min", 2) } else { (1.0, "s", 1) };
    let e = &check.mean_difference_s;
    let half = super::figure::number(e.half_width() / by, decimals);
    let mean = format!("{} ± {half}", signed(e.mean / by, decimals));
    let p90 = signed((check.simulated.p90_s - check.recorded.p90_s) / by, decimals);
    (super::figure::with_unit(&mean, unit, lang), super::figure::with_unit(&p90, unit, lang))
}
