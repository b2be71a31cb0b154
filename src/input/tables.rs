use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::geo::LatLon;
use crate::quality::{Quality, Zone};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A CSV file with a header row, read as text; cells are turned into values by [`Row`], which collects every fault.
#[derive(Debug)]
pub struct Table {
    pub(super) source: Arc<SourceText>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Record>,
    /// Columns that may be there.
    pub(super) known: Vec<String>,
    warnings: Faults,
}

/// A row as it stands in the file, or as it was changed.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Where it begins in the file.
    pub(super) start: usize,
    pub(super) cells: csv::StringRecord,
    /// Where the changes stand that cells (by column) were changed by.
    pub(super) changed: Vec<(usize, Arc<SourceText>, Range<usize>)>,
}

impl Table {
    /// Reads a table. `required` columns must be there; others must be among `optional`.
    ///
    /// # Errors
    /// An unreadable file, broken quoting, rows of the wrong length, missing, doubled or unknown columns.
    pub fn read(path: &Path, required: &[&str], optional: &[&str]) -> Result<Table, Faults> {
        let source = SourceText::read(path)?;
        let mut faults = Faults::new();
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let header_span = 0..source.text.find('\n').unwrap_or(source.text.len());
        let columns: Vec<String> = match reader.headers() {
            Ok(header) if !source.text.trim().is_empty() => header.iter().map(str::to_string).collect(),
            Ok(_) => {
                let hint = format!("the first row must name the columns: {}", required.join(","));
                return Err(Fault::error("the table is empty").at(&source, 0..0).hint(hint).into());
            }
            Err(e) => {
                return Err(Fault::error(format!("the header cannot be read: {e}")).at(&source, header_span).into());
            }
        };
        if let [only] = columns.as_slice()
            && let Some(separator) = [';', '\t'].into_iter().find(|s| only.contains(*s))
            && required.len() > 1
        {
            let name = if separator == ';' { "semicolons" } else { "tabs" };
            let fault = Fault::error(format!("the cells are separated by {name}")).at(&source, header_span);
            return Err(fault
                .hint("save the table with commas (in WPS or Excel: \"CSV UTF-8, comma delimited\")")
                .into());
        }
        let known: Vec<&str> = required.iter().chain(optional).copied().collect();
        for name in required.iter().filter(|r| !columns.iter().any(|c| c == *r)) {
            let fault = Fault::error(format!("the column `{name}` is missing")).at(&source, header_span.clone());
            faults.push(match nearest_name(name, columns.iter().map(String::as_str).filter(|c| !known.contains(c))) {
                Some(near) => fault.hint(format!("is it the column `{near}`? Rename it to `{name}`")),
                None => fault.hint(format!("the header must hold {}", required.join(","))),
            });
        }
        // Spreadsheets leave empty columns behind; they hold nothing and name nothing.
        for (i, name) in columns.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if columns[..i].contains(name) {
                faults
                    .push(Fault::error(format!("the column `{name}` is there twice")).at(&source, header_span.clone()));
            } else if !known.contains(&name.as_str()) {
                let fault = Fault::warning(format!("the column `{name}` is not known and is not used"));
                let hint = match nearest_name(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known: {}", known.join(", ")),
                };
                faults.push(fault.at(&source, header_span.clone()).hint(hint));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let start = record.position().map_or(0, |p| p.byte() as usize);
                    if record.iter().all(str::is_empty) {
                        continue;
                    }
                    if record.len() != columns.len() {
                        let message = format!("the row has {} cells, the header has {}", record.len(), columns.len());
                        let fault = Fault::error(message).at(&source, line_span(&source.text, start));
                        faults.push(fault.hint("a comma inside a text needs quotes round the text"));
                        continue;
                    }
                    rows.push(Record { start, cells: record, changed: Vec::new() });
                }
                Err(e) => {
                    let start = e.position().map_or(0, |p| p.byte() as usize);
                    let fault = Fault::error(format!("the row cannot be read: {e}"));
                    faults.push(fault.at(&source, line_span(&source.text, start)));
                }
            }
        }
        let known = known.into_iter().map(str::to_string).collect();
        if faults.has_errors() { Err(faults) } else { Ok(Table { source, columns, rows, known, warnings: faults }) }
    }

    /// Turns every row into a value.
    ///
    /// # Errors
    /// The faults of all rows.
    pub fn rows<T>(&self, mut read: impl FnMut(&mut Row<'_>) -> Option<T>) -> Result<Vec<T>, Faults> {
        let mut faults = Faults::new();
        let mut values = Vec::with_capacity(self.rows.len());
        for record in &self.rows {
            let mut row = Row { table: self, record, faults: &mut faults };
            if let Some(value) = read(&mut row) {
                values.push(value);
            }
        }
        if faults.has_errors() { Err(faults) } else { Ok(values) }
    }

    /// Checks that an id column holds each value once.
    pub fn unique(&self, column: &str) -> Result<(), Faults> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut faults = Faults::new();
        let Some(at) = self.columns.iter().position(|c| c == column) else { return Ok(()) };
        for Record { start, cells, .. } in &self.rows {
            let id = cells.get(at).unwrap_or("");
            if let Some(first) = seen.insert(id, *start) {
                let (line, _) = self.source.line_column(first);
                let fault = Fault::error(format!("column `{column}`: `{id}` is already in line {line}"));
                faults.push(fault.at(&self.source, line_span(&self.source.text, *start)));
            }
        }
        if faults.0.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The file's text, for digests.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// Faults that did not stop the reading, such as columns that are not known.
    pub fn warnings(&self) -> &Faults {
        &self.warnings
    }

    /// Names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// The cells of every row, in the order of [`Table::columns`].
    pub fn cells(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        self.rows.iter().map(|record| record.cells.iter())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

fn line_span(text: &str, start: usize) -> Range<usize> {
    // The csv reader's position may stand before blank lines; the row itself starts at the first character after them.
    let start = start.min(text.len());
    let start = start + text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len();
    let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
    start..end
}

/// The bytes of a cell of a row, by its column's position; the whole row when it cannot be told.
fn cell_span(text: &str, row: Range<usize>, column: Option<usize>) -> Range<usize> {
    let Some(column) = column else { return row };
    let (mut start, mut quoted, mut cell) = (row.start, false, 0);
    for (at, c) in text[row.clone()].char_indices().map(|(i, c)| (row.start + i, c)) {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                if cell == column {
                    return start..at;
                }
                cell += 1;
                start = at + 1;
            }
            _ => {}
        }
    }
    if cell == column { start..row.end } else { row }
}

/// One row being read; every getter that fails adds a fault and gives `None`.
pub struct Row<'a> {
    table: &'a Table,
    record: &'a Record,
    faults: &'a mut Faults,
}

impl Row<'_> {
    /// Adds a fault at this row.
    pub fn fault(&mut self, column: &str, message: impl AsRef<str>, hint: Option<&str>) {
        let at = self.table.columns.iter().position(|c| c == column);
        let fault = Fault::error(format!("column `{column}`: {}", message.as_ref()));
        let fault = match self.record.changed.iter().rfind(|(c, ..)| Some(*c) == at) {
            Some((_, source, span)) => fault.at(source, span.clone()),
            None => {
                let text = &self.table.source.text;
                fault.at(&self.table.source, cell_span(text, line_span(text, self.record.start), at))
            }
        };
        self.faults.push(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        });
    }

    /// Where the row begins in the file's text, bytes.
    pub fn start(&self) -> usize {
        line_span(&self.table.source.text, self.record.start).start
    }

    /// The cell's text, empty when the column or the cell is missing.
    pub fn text(&self, column: &str) -> &str {
        let at = self.table.columns.iter().position(|c| c == column);
        at.and_then(|at| self.record.cells.get(at)).unwrap_or("")
    }

    /// A text that must not be empty.
    pub fn filled(&mut self, column: &str) -> Option<String> {
        let text = self.text(column).to_string();
        if text.is_empty() {
            self.fault(column, "the cell is empty", Some("fill it in"));
            return None;
        }
        Some(text)
    }

    /// A number, zero or more.
    pub fn number(&mut self, column: &str) -> Option<f64> {
        let text = self.text(column).to_string();
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && value >= 0.0 => Some(value),
            Ok(_) => {
                self.fault(column, format!("{text} is not allowed here"), Some("write a number, zero or more"));
                None
            }
            Err(_) => {
                let hint = if text.contains(',') {
                    "use a point for decimals, no separators for thousands"
                } else {
                    "write a plain number"
                };
                self.fault(column, format!("`{text}` is not a number"), Some(hint));
                None
            }
        }
    }

    /// A number if the cell is filled.
    pub fn optional_number(&mut self, column: &str) -> Option<Option<f64>> {
        if self.text(column).is_empty() { Some(None) } else { self.number(column).map(Some) }
    }

    /// `yes` or `no` (also `1`, `0`, `true`, `false`, `是`, `否`).
    pub fn yes_no(&mut self, column: &str) -> Option<bool> {
        match self.text(column).to_lowercase().as_str() {
            "yes" | "1" | "true" | "是" => Some(true),
            "no" | "0" | "false" | "否" => Some(false),
            other => {
                let message = format!("`{other}` is neither yes nor no");
                self.fault(column, message, Some("write yes or no"));
                None
            }
        }
    }

    /// A WGS-84 position from the columns `lat` and `lon`.
    pub fn position(&mut self) -> Option<LatLon> {
        let mut degrees = |column: &str, limit: f64| -> Option<f64> {
            let text = self.text(column).to_string();
            let hint = "write decimal degrees with a point, e.g. 24.355";
            match text.parse::<f64>() {
                Ok(value) if value.abs() <= limit => Some(value),
                Ok(_) => {
                    let hint =
                        "latitude lies between -90 and 90, longitude between -180 and 180; are lat and lon swapped?";
                    self.fault(column, format!("{text} is not on the globe"), Some(hint));
                    None
                }
                Err(_) => {
                    self.fault(column, format!("`{text}` is not a number"), Some(hint));
                    None
                }
            }
        };
        let (lat, lon) = (degrees("lat", 90.0), degrees("lon", 180.0));
        Some(LatLon::new(lat?, lon?))
    }

    /// `urban` or `rural`.
    pub fn zone(&mut self, column: &str) -> Option<Zone> {
        let zone = Zone::parse(self.text(column));
        if zone.is_none() {
            let message = format!("`{}` is no zone", self.text(column));
            self.fault(column, message, Some("write urban or rural"));
        }
        zone
    }

    /// A quality mark.
    pub fn quality(&mut self, column: &str) -> Option<Quality> {
        let quality = Quality::parse(self.text(column));
        if quality.is_none() {
            let message = format!("`{}` is no quality mark", self.text(column));
            self.fault(column, message, Some("write A (seen in a source), B (derived), C (assumed) or calibrated"));
        }
        quality
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn table(text: &str) -> Result<Table, Faults> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Table::read(file.path(), &["id", "lat", "lon"], &["zone"])
    }

    #[test]
    fn every_bad_cell_is_reported_with_its_line() {
        let t = table("\u{feff}id,lat,lon\nP1,24.3,102\n\nP2,\"24,3\",x\nP3,124.0,102\n").unwrap();
        let faults = t.rows(|row| row.position()).unwrap_err();
        let text = faults.to_string();
        assert_eq!(faults.0.len(), 3, "{text}");
        assert!(text.contains(":4:4: column `lat`: `24,3` is not a number"), "{text}");
        assert!(text.contains(":4:11: column `lon`: `x`"), "{text}");
        assert!(text.contains(":5:4:") && text.contains("swapped"), "{text}");
    }

    #[test]
    fn header_faults() {
        assert!(table("id,latitude,lon\n").unwrap_err().to_string().contains("`latitude`"));
        assert!(table("").unwrap_err().to_string().contains("empty"));
        let semicolons = table("id;lat;lon\n1;2;3\n").unwrap_err();
        assert!(semicolons.0.len() == 1 && semicolons.to_string().contains("semicolons"), "{semicolons}");
        assert_eq!(table("id,lat,lon,,\na,1,2,,\n").unwrap().len(), 1);
        assert!(table("id,lat,lon\n1,2\n").unwrap_err().to_string().contains("2 cells"));
        assert!(table("id,lat,lon\na,1,2\na,1,2\n").unwrap().unique("id").unwrap_err().to_string().contains("line 2"));
    }
}
