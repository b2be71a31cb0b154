//! Calls played from a log.

use super::{Known, Loader};
use crate::demand::{Date, DemandModel, DemandPoint, LogColumns, LogReader, read_log};
use crate::digest::Digester;
use crate::input::Table;
use crate::units::SECONDS_PER_DAY;

impl Loader<'_> {
    /// `[demand] log` and what belongs to it.
    pub(super) fn log(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        digest: &mut Digester,
    ) {
        let (d, run) = (&self.doc.value.demand, &self.doc.value.run);
        let Some(file) = &d.log else {
            for (key, there) in [
                ("log_columns", d.log_columns.is_some()),
                ("log_categories", !d.log_categories.is_empty()),
                ("log_start", d.log_start.is_some()),
            ] {
                if there {
                    self.fault(&format!("demand.{key}"), "there is no log", "add log = \"calls.csv\"");
                }
            }
            return;
        };
        self.between("demand.log_far_km", d.log_far_km, 0.001, 1000.0);
        let mut columns = d.log_columns.clone().unwrap_or_default();
        if columns.time.is_empty() {
            columns.time = LogColumns::default().time;
        }
        if columns.lat.is_some() != columns.lon.is_some() || (columns.lat.is_none() && columns.point.is_none()) {
            let hint = "write lat = \"…\" and lon = \"…\", or point = \"…\" for a column with ids of demand points";
            self.fault("demand.log_columns", "it does not say in which columns places are", hint);
            return;
        }
        for (word, key) in &d.log_categories {
            self.category(&format!("demand.log_categories.{word}"), model, key);
        }
        let start = d.log_start.as_deref().and_then(|text| self.log_start(text));
        let path = self.beside("demand.log", &file.value);
        let mut needed = columns.names();
        needed.sort_unstable();
        needed.dedup();
        let table = match Table::read(&path, &needed, &[]) {
            Ok(table) => table,
            Err(faults) => return self.told_where_named("demand.log", faults),
        };
        digest.part("log", table.source().text.as_bytes());
        let reader = LogReader {
            columns: &columns,
            points,
            categories: &model.categories,
            hospitals: known.hospitals,
            words: &d.log_categories,
            start: start.or(model.patterns.start.filter(|_| run.start_date.is_some())),
            coordinates: known.coordinates,
            seed: run.seed,
        };
        let Some(read) = self.faults.take(read_log(&table, &reader)) else { return };
        let calls = read.log.rows.len();
        let dispatches = read.log.rows.iter().filter(|r| r.dispatch).count();
        if calls == 0 {
            self.fault("demand.log", "the log has no calls", "see that the file is the right one");
            return;
        }
        let mut words = vec![format!("{calls} calls, {dispatches} dispatches")];
        words.extend(read.start.map(|date| format!("day 0 = {date}")));
        if let Some(median) = read.distances_m.get(read.distances_m.len() / 2) {
            let (median, far) = (median / 1000.0, d.log_far_km);
            let share = read.distances_m.iter().filter(|m| **m > far * 1000.0).count() as f64 / calls as f64;
            words.push(format!("median {median:.1} km from their demand points"));
            if median > far {
                let message = format!("half of its calls are more than {median:.1} km from any demand point");
                let hint = "are the coordinates of the right system (tables.coordinates), the right area, not swapped?";
                self.warn("demand.log", message, hint);
            } else if share > 0.1 {
                let message =
                    format!("{:.0} % of its calls are more than {far} km from any demand point", 100.0 * share);
                self.warn("demand.log", message, "they are played at the nearest; is the table of demand complete?");
            }
        }
        if read.categories_drawn > 0 {
            words.push(format!("{} without category, drawn by share", read.categories_drawn));
        }
        self.notes.noted("demand.log", "来电记录回放", "calls played from a log", file, words.join(", "));
        let days = run.days + run.warmup_days;
        let last = read.log.rows[calls - 1].ring.seconds() / SECONDS_PER_DAY as f64;
        let late = read.log.rows.iter().filter(|r| r.ring.seconds() >= days * SECONDS_PER_DAY as f64).count();
        if late > 0 {
            let message = format!("{late} of its {calls} calls are after the last day of the run");
            self.warn(
                "demand.log",
                message,
                &format!("days = {} would hold all", last.floor() + 1.0 - run.warmup_days),
            );
        } else if last < days - 1.5 {
            let message =
                format!("its last call is on day {}, the run goes on to day {}", last.floor(), days.ceil() - 1.0);
            self.warn("demand.log", message, "after it there are no calls of people any more: shorten run.days");
        }
        if !model.patterns.populations.is_empty() {
            let message = "the log holds the calls of all people: populations are not played beside it";
            self.warn("demand.log", message, "they still tell where surges bring more calls");
        }
        // Seasons of waves and surges then follow the log's dates.
        model.patterns.start = model.patterns.start.or(read.start);
        model.log = Some(read.log);
    }

    fn log_start(&mut self, text: &str) -> Option<Date> {
        let path = "demand.log_start";
        match Date::parse(text) {
            Some(date) if date.weekday() == 0 => Some(date),
            Some(date) => {
                let message = format!("{date} is not a Monday, and day 0 is one");
                self.fault(path, message, &format!("the Monday of that week is {}", date.monday()));
                None
            }
            None => {
                self.fault(path, format!("`{text}` is no date"), "write for example log_start = \"2025-01-06\"");
                None
            }
        }
    }
}
