//! A CSV table read row by row, every fault kept with its line.

use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::geo::LatLon;
use crate::quality::Quality;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table and the row it stands on.
pub(super) struct Table<'a> {
    source: &'a Arc<SourceText>,
    columns: Vec<String>,
    rows: std::vec::IntoIter<csv::StringRecord>,
    row: csv::StringRecord,
    faults: Faults,
    missing: Vec<String>,
}

impl<'a> Table<'a> {
    /// Reads all rows; what is no CSV is a fault.
    pub(super) fn read(source: &'a Arc<SourceText>, faults: &mut Faults) -> Table<'a> {
        let mut reader = csv::Reader::from_reader(source.text.as_bytes());
        let columns = match reader.headers() {
            Ok(headers) => headers.iter().map(str::to_owned).collect(),
            Err(_) => Vec::new(),
        };
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => rows.push(record),
                Err(error) => {
                    let offset = error.position().map_or(0, |p| p.byte() as usize).min(source.text.len());
                    let fault = Fault::error("this row does not have as many fields as the header");
                    faults.push(fault.at(source, offset..offset));
                }
            }
        }
        let row = csv::StringRecord::new();
        Table { source, columns, rows: rows.into_iter(), row, faults: Faults::new(), missing: Vec::new() }
    }

    /// Goes to the next row.
    pub(super) fn next_row(&mut self) -> bool {
        match self.rows.next() {
            Some(row) => {
                self.row = row;
                true
            }
            None => false,
        }
    }

    /// Hands over the faults found.
    pub(super) fn finish(self, faults: &mut Faults) {
        faults.extend(self.faults);
    }

    /// A fault of the current row.
    pub(super) fn complain(&mut self, column: &str, message: &str) {
        let start = self.row.position().map_or(0, |p| p.byte() as usize);
        let line = &self.source.text[start.min(self.source.text.len())..];
        let line = &line[..line.find('\n').unwrap_or(line.len())];
        let field = self.field(column);
        let span = match line.find(field.as_str()) {
            Some(at) if !field.is_empty() => start + at..start + at + field.len(),
            _ => start..start + line.len(),
        };
        self.faults.push(Fault::error(format!("{column}: {message}")).at(self.source, span));
    }

    fn field(&self, column: &str) -> String {
        let index = self.columns.iter().position(|c| c == column);
        index.and_then(|i| self.row.get(i)).unwrap_or_default().trim().to_owned()
    }

    /// The text of a column; a column that is not there is one fault per table.
    pub(super) fn text(&mut self, column: &str) -> String {
        if !self.columns.iter().any(|c| c == column) && !self.missing.iter().any(|c| c == column) {
            self.missing.push(column.to_owned());
            let mut fault = Fault::error(format!("the column {column} is missing")).at(self.source, 0..0);
            if let Some(near) = nearest_name(column, self.columns.iter().map(String::as_str)) {
                fault = fault.hint(format!("is it the one named {near}?"));
            }
            self.faults.push(fault);
        }
        self.field(column)
    }

    /// A number between two bounds.
    pub(super) fn number(&mut self, column: &str, min: f64, max: f64) -> f64 {
        let text = self.text(column);
        match text.parse::<f64>() {
            Ok(value) if value >= min && value <= max => value,
            _ => {
                self.complain(column, &format!("\"{text}\" is no number between {min} and {max}"));
                min
            }
        }
    }

    /// The columns `lat` and `lon`.
    pub(super) fn position(&mut self) -> LatLon {
        LatLon::new(self.number("lat", -85.0, 85.0), self.number("lon", -180.0, 180.0))
    }

    /// A quality mark.
    pub(super) fn quality(&mut self, column: &str) -> Quality {
        let text = self.text(column);
        Quality::parse(&text).unwrap_or_else(|| {
            self.complain(column, &format!("\"{text}\" is no quality mark (A, B, C, calibrated)"));
            Quality::Assumed
        })
    }

    /// A key of another table.
    pub(super) fn key<T: Copy + Default>(&mut self, column: &str, known: &BTreeMap<String, T>) -> T {
        let text = self.text(column);
        known.get(&text).copied().unwrap_or_else(|| {
            self.complain(column, &format!("\"{text}\" is not known"));
            T::default()
        })
    }
}
