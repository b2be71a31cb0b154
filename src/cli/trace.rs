//! `goldenhour run --trace`: what happens to one call or one unit, event by event.

use super::CliError;
use super::args::{Common, RunArgs};
use crate::experiment::Prepared;
use crate::fault::{Fault, nearest_name};
use crate::ids::UnitId;
use crate::report::words::{self, Word};
use crate::scenario::Scenario;
use crate::sim::{Note, Options, TraceLine, Wanted, play};
use crate::text::Lang;
use crate::units::{SECONDS_PER_DAY, SimTime};
use std::io::Write;

/// Reads `call=17` or `unit=A7001`.
fn wanted(text: &str, s: &Scenario) -> Result<Wanted, Fault> {
    let hint = "write call=17 (the number of a call in the call table) or unit=A7001 (the id of a unit)";
    let Some((what, which)) = text.split_once('=') else {
        return Err(Fault::error(format!("`{text}` does not say what to follow")).hint(hint));
    };
    match what {
        "call" => match which.parse() {
            Ok(number) => Ok(Wanted { call: Some(number), unit: None }),
            Err(_) => Err(Fault::error(format!("`{which}` is no number of a call")).hint(hint)),
        },
        "unit" => match s.units.iter().position(|u| u.id == which) {
            Some(unit) => Ok(Wanted { call: None, unit: Some(UnitId::new(unit)) }),
            None => {
                let near = nearest_name(which, s.units.iter().map(|u| u.id.as_str()));
                let hint = near.map_or(hint.to_string(), |n| format!("did you mean unit={n}?"));
                Err(Fault::error(format!("there is no unit `{which}`")).hint(hint))
            }
        },
        _ => Err(Fault::error(format!("`{what}` cannot be followed")).hint(hint)),
    }
}

/// Day and time of day to the tenth of a second. The seconds are cut, not rounded, so that an event never seems to come before its cause.
fn clock(t: SimTime) -> String {
    let tenths = t.0.div_euclid(100_000);
    let (day, rest) = (tenths.div_euclid(SECONDS_PER_DAY * 10), tenths.rem_euclid(SECONDS_PER_DAY * 10));
    let (h, m, s) = (rest / 36_000, rest / 600 % 60, rest % 600);
    format!("{day} {h:02}:{m:02}:{:02}.{}", s / 10, s % 10)
}

fn note(note: Note, s: &Scenario, lang: Lang) -> String {
    match note {
        Note::Moment(stamp) => words::moment(stamp).get(lang).to_string(),
        Note::Counted(count) => words::happened(count).get(lang).to_string(),
        Note::Waits => Word::Waits.get(lang).to_string(),
        Note::CalledOff(unit) => format!("{} ({})", Word::CalledOff.get(lang), s.units[unit as usize].id),
    }
}

fn place(line: &TraceLine, s: &Scenario, lang: Lang) -> String {
    if let Some(hospital) = line.hospital {
        return s.hospitals[hospital.index()].name.get(lang).to_string();
    }
    match (line.point, line.post) {
        (Some(point), _) => s.place_of_call(point).1.get(lang).to_string(),
        (None, Some(post)) => s.posts[post.index()].name.get(lang).to_string(),
        _ => String::new(),
    }
}

/// Plays one replication and prints the trace.
pub(super) fn run(text: &str, args: &RunArgs, prepared: &Prepared, common: &Common) -> Result<(), CliError> {
    let world = &prepared.world;
    let s = &world.scenario;
    let wanted = wanted(text, s).map_err(crate::fault::Faults::from)?;
    let options = Options { trace: Some(wanted), ..Options::by(&prepared.pack.targets(), false) };
    let played = play(s, &world.facts, world, &options, s.run.seed, args.trace_replication);
    let lang = common.lang();
    let mut out = anstream::stdout().lock();
    if common.json {
        for line in &played.trace {
            let row = serde_json::json!({
                "time_s": line.at.seconds(),
                "call": line.call.map(|c| c.0),
                "part": line.call.map(|c| c.1),
                "unit": line.unit.map(|u| &s.units[u.index()].id),
                "event": match line.note {
                    Note::Moment(stamp) => stamp.key(),
                    Note::Counted(count) => count.key(),
                    Note::Waits => "waits",
                    Note::CalledOff(_) => "called_off",
                },
                "place": place(line, s, lang),
            });
            let _ = writeln!(out, "{row}");
        }
        return Ok(());
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::TableStyle::new());
    table.force_no_tty();
    table.set_header(
        [Word::TraceTime, Word::TraceCall, Word::TraceUnit, Word::TraceEvent, Word::TracePlace].map(|c| c.get(lang)),
    );
    for line in &played.trace {
        let call = line.call.map_or(String::new(), |(number, part)| match part {
            0 => number.to_string(),
            part => format!("{number}+{part}"),
        });
        let unit = line.unit.map_or("", |u| s.units[u.index()].id.as_str());
        table.add_row([clock(line.at), call, unit.to_string(), note(line.note, s, lang), place(line, s, lang)]);
    }
    let _ = if played.trace.is_empty() {
        writeln!(out, "{}", Word::NothingHappened.get(lang))
    } else {
        writeln!(out, "{table}")
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    #[test]
    fn clocks_are_cut_to_tenths() {
        assert_eq!(clock(SimTime::ZERO), "0 00:00:00.0");
        assert_eq!(clock(SimTime::from_days(2.0) + Span::from_seconds(3_725.96)), "2 01:02:05.9");
    }
}
