//! `goldenhour run --until`: run until figures are as precise as wanted.

use super::args::Common;
use crate::experiment::{Ended, Figures, Look, Named, Replications};
use crate::fault::{Fault, Faults};
use crate::scenario::{RunSpec, Scenario};
use crate::stats::{Decision, Estimate, Precision, StoppingRule};
use std::io::Write;

/// A figure and how narrow its interval is wanted.
pub(super) struct Wanted {
    figure: Named,
    precision: Precision,
}

/// Reads what was typed.
///
/// # Errors
/// All that cannot be read: no `=`, an unknown figure, a width that is none.
pub(super) fn parse(texts: &[String], scenario: &Scenario) -> Result<Vec<Wanted>, Faults> {
    let mut faults = Faults::new();
    let mut wanted = Vec::new();
    for text in texts {
        // Names of groups may hold a `=` themselves.
        let Some((name, width)) = text.rsplit_once('=') else {
            let fault = Fault::error(format!("--until {text}: no width is given"));
            faults.push(fault.hint("write a figure and a half-width, such as response.mean=0.1, or 2% of the figure"));
            continue;
        };
        match Named::parse(name.trim(), scenario) {
            Ok(figure) => match precision(width) {
                Some(precision) => wanted.push(Wanted { figure, precision }),
                None => {
                    let fault = Fault::error(format!("--until {text}: `{width}` is no width"));
                    faults
                        .push(fault.hint("write a number above zero in the figure's unit, or a percentage such as 2%"));
                }
            },
            Err(fault) => faults.push(*fault),
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(wanted) }
}

fn precision(width: &str) -> Option<Precision> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|w| w.is_finite() && *w > 0.0);
    match width.trim().strip_suffix('%') {
        Some(percent) => number(percent).map(|p| Precision::Relative(p / 100.0)),
        None => number(width).map(Precision::HalfWidth),
    }
}

/// When to look: the same for all figures. The width of the rule itself is not used.
pub(super) fn rule(run: &RunSpec) -> StoppingRule {
    StoppingRule::new(Precision::HalfWidth(f64::INFINITY), run.confidence, u64::from(run.replications))
}

/// Whether all are as precise as wanted, at a time to look; or one of them can never be, as calls were left out of it that
/// nobody reached: these do not go away.
pub(super) fn reached(rule: &StoppingRule, wanted: &[Wanted], figures: &Figures, done: u32) -> Look {
    if !rule.is_look(u64::from(done)) {
        return Look::GoOn;
    }
    if wanted.iter().any(|w| w.figure.lost(figures) > 0) {
        return Look::Never;
    }
    let now: Vec<(Precision, Option<Estimate>)> =
        wanted.iter().map(|w| (w.precision, w.figure.figure(figures))).collect();
    match rule.decide_all(u64::from(done), &now) {
        Decision::Enough => Look::Enough,
        _ => Look::GoOn,
    }
}

/// Says on standard error what came of it.
pub(super) fn tell(wanted: &[Wanted], done: &Replications, common: &Common) {
    if common.quiet || wanted.is_empty() {
        return;
    }
    let mut err = anstream::stderr().lock();
    let word = match done.ended {
        Ended::Precise => "precise enough",
        _ => "not as precise as wanted",
    };
    let _ = writeln!(err, "{word} after {} replications:", done.done);
    for w in wanted {
        let wanted = match w.precision {
            Precision::HalfWidth(width) => format!("± {width}"),
            Precision::Relative(share) => format!("± {} %", share * 100.0),
        };
        let _ = match w.figure.figure(&done.figures) {
            Some(e) if !e.high.is_finite() => {
                writeln!(err, "  {} {:.4}, without an upper end (wanted {wanted})", w.figure.name, e.mean)
            }
            Some(e) => writeln!(err, "  {} {:.4} ± {:.4} (wanted {wanted})", w.figure.name, e.mean, e.half_width()),
            None => writeln!(err, "  {} counted nothing (wanted {wanted})", w.figure.name),
        };
        let lost = w.figure.lost(&done.figures);
        if lost > 0 {
            let _ = writeln!(
                err,
                "    nobody ever reached {lost} calls, so that only its lower end is known, however many replications follow"
            );
        }
    }
    if done.ended == Ended::Hopeless {
        let _ = writeln!(
            err,
            "ended here, as no number of replications would do: leave that figure out, or take one that counts such calls as late \
             (response.within); with --resume the replications that are done are not run again"
        );
    }
}
