//! The dialect of JEMSS's files: several tables in one CSV file.
//!
//! A table is a line with its name (further cells may hold the number of rows, the number of columns and a note), a header
//! line, and rows; a line whose first cell is empty ends it. The header ends at its first empty cell: what stands in the
//! columns to the right of that is a note and not read. Lines that start with `#` are comments.

use crate::fault::{Fault, Faults, SourceText, nearest_name};
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The tables of one file.
#[derive(Debug)]
pub struct Sheet {
    source: Arc<SourceText>,
    tables: Vec<SheetTable>,
    /// Ends of all cells' texts, and their starts; rows point into it.
    cells: Vec<Cell>,
}

/// Bytes of a cell without its quotes.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: u32,
    end: u32,
    quoted: bool,
}

/// One table of a file.
#[derive(Debug)]
struct SheetTable {
    name: String,
    columns: Vec<String>,
    header: Range<usize>,
    /// Each row's cells.
    rows: Vec<Range<u32>>,
}

/// A line of cells.
struct Line {
    cells: Range<u32>,
    /// Nothing at all stands in it.
    blank: bool,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// An unreadable file, a quote that is not closed, a table without a header or with the wrong number of rows, two
    /// tables of one name.
    pub fn read(path: &Path) -> Result<Sheet, Faults> {
        Sheet::of(SourceText::read(path)?)
    }

    /// The tables of a text.
    ///
    /// # Errors
    /// As [`Sheet::read`].
    pub fn of(source: Arc<SourceText>) -> Result<Sheet, Faults> {
        if u32::try_from(source.text.len()).is_err() {
            return Err(Fault::error("the file is larger than 4 GiB").in_file(&source.path).into());
        }
        let (cells, lines) = split(&source)?;
        let mut sheet = Sheet { source, tables: Vec::new(), cells };
        let mut faults = Faults::new();
        let mut at = 0;
        while at < lines.len() {
            if sheet.first(&lines[at]).is_empty() {
                at += 1;
                continue;
            }
            at = sheet.take_table(&lines, at, &mut faults);
        }
        if faults.has_errors() { Err(faults) } else { Ok(sheet) }
    }

    /// Reads the table that begins at a line; the number of the line after it.
    fn take_table(&mut self, lines: &[Line], mut at: usize, faults: &mut Faults) -> usize {
        let head = &lines[at];
        let name = self.first(head).into_owned();
        let place = self.span(head.cells.start);
        let said_rows = self.text_of(head.cells.clone(), 1).trim().parse::<f64>().ok();
        at += 1;
        while at < lines.len() && lines[at].blank {
            at += 1;
        }
        let Some(header) = lines.get(at).filter(|l| !self.first(l).is_empty()) else {
            let fault = Fault::error(format!("the table `{name}` has no header line")).at(&self.source, place);
            faults.push(fault.hint("a table is a line with its name, a line with its columns, and rows"));
            return at;
        };
        let columns: Vec<String> =
            header.cells.clone().map(|c| self.text(c).trim().to_string()).take_while(|c| !c.is_empty()).collect();
        let first_cell = self.cells[header.cells.start as usize];
        let last_cell = self.cells[(header.cells.start as usize) + columns.len() - 1];
        let header_span = first_cell.start as usize..last_cell.end as usize;
        for (i, column) in columns.iter().enumerate() {
            if columns[..i].contains(column) {
                let fault = Fault::error(format!("table `{name}`: the column `{column}` is there twice"));
                faults.push(fault.at(&self.source, header_span.clone()));
            }
        }
        at += 1;
        let mut rows = Vec::new();
        while at < lines.len() {
            // A line with nothing in it does not end a table that goes on with a number: only table names follow others.
            let line = &lines[at];
            let first = self.first(line);
            if first.is_empty() {
                let next = lines[at..].iter().find(|l| !l.blank);
                let goes_on = line.blank && next.is_some_and(|l| self.first(l).parse::<f64>().is_ok());
                if !goes_on {
                    break;
                }
            } else {
                rows.push(line.cells.clone());
            }
            at += 1;
        }
        if let Some(said) = said_rows.filter(|said| *said != rows.len() as f64) {
            let message = format!("the table `{name}` says that it has {said} rows, but it has {}", rows.len());
            faults.push(Fault::error(message).at(&self.source, place.clone()).hint("is the file complete?"));
        }
        if self.tables.iter().any(|t| t.name == name) {
            faults.push(Fault::error(format!("the table `{name}` is there twice")).at(&self.source, place));
        }
        self.tables.push(SheetTable { name, columns, header: header_span, rows });
        at
    }

    /// A table with the columns it must have.
    ///
    /// # Errors
    /// The table or one of the columns is not there.
    pub fn table(&self, name: &str, required: &[&str]) -> Result<TableView<'_>, Faults> {
        let Some(table) = self.tables.iter().find(|t| t.name == name) else {
            let fault = Fault::error(format!("{}: the table `{name}` is missing", self.source.path.display()))
                .in_file(&self.source.path);
            let there: Vec<&str> = self.tables.iter().map(|t| t.name.as_str()).collect();
            return Err(fault.hint(format!("the file has the tables: {}", there.join(", "))).into());
        };
        let mut faults = Faults::new();
        for column in required.iter().filter(|r| !table.columns.iter().any(|c| c == *r)) {
            let fault = Fault::error(format!("table `{name}`: the column `{column}` is missing"))
                .at(&self.source, table.header.clone());
            faults.push(match nearest_name(column, table.columns.iter().map(String::as_str)) {
                Some(near) => fault.hint(format!("is it the column `{near}`?")),
                None => fault.hint(format!("the table must hold {}", required.join(", "))),
            });
        }
        if faults.has_errors() { Err(faults) } else { Ok(TableView { sheet: self, table }) }
    }

    /// Whether there is a table of this name.
    pub fn has(&self, name: &str) -> bool {
        self.tables.iter().any(|t| t.name == name)
    }

    /// The file's text.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    fn first(&self, line: &Line) -> Cow<'_, str> {
        match self.text_of(line.cells.clone(), 0) {
            text if text.trim_start().starts_with('#') => Cow::Borrowed(""),
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
        }
    }

    fn text_of(&self, cells: Range<u32>, column: usize) -> Cow<'_, str> {
        let at = cells.start + column as u32;
        if at < cells.end { self.text(at) } else { Cow::Borrowed("") }
    }

    fn text(&self, cell: u32) -> Cow<'_, str> {
        let Cell { start, end, quoted } = self.cells[cell as usize];
        let text = &self.source.text[start as usize..end as usize];
        if quoted && text.contains("\"\"") { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    fn span(&self, cell: u32) -> Range<usize> {
        let cell = self.cells[cell as usize];
        cell.start as usize..cell.end as usize
    }
}

/// Cuts a text into lines of cells. A quoted cell may hold commas, line breaks and doubled quotes.
fn split(source: &Arc<SourceText>) -> Result<(Vec<Cell>, Vec<Line>), Faults> {
    let bytes = source.text.as_bytes();
    let mut cells = Vec::with_capacity(bytes.len() / 8);
    let mut lines = Vec::with_capacity(bytes.len() / 32);
    let mut at = 0;
    while at < bytes.len() {
        let first = cells.len() as u32;
        let begins = at;
        loop {
            let mut start = at;
            while start < bytes.len() && (bytes[start] == b' ' || bytes[start] == b'\t') {
                start += 1;
            }
            if bytes.get(start) == Some(&b'"') {
                let mut end = start + 1;
                loop {
                    match bytes.get(end) {
                        Some(b'"') if bytes.get(end + 1) == Some(&b'"') => end += 2,
                        Some(b'"') => break,
                        Some(_) => end += 1,
                        None => {
                            let fault = Fault::error("a quote is opened here and never closed");
                            return Err(fault.at(source, start..bytes.len().min(start + 40)).into());
                        }
                    }
                }
                cells.push(Cell { start: start as u32 + 1, end: end as u32, quoted: true });
                at = end + 1;
                while at < bytes.len() && bytes[at] != b',' && bytes[at] != b'\n' {
                    at += 1;
                }
            } else {
                at = start;
                while at < bytes.len() && bytes[at] != b',' && bytes[at] != b'\n' {
                    at += 1;
                }
                let mut end = at;
                while end > start && matches!(bytes[end - 1], b' ' | b'\t' | b'\r') {
                    end -= 1;
                }
                cells.push(Cell { start: start as u32, end: end as u32, quoted: false });
            }
            let comma = bytes.get(at) == Some(&b',');
            at += 1;
            if !comma {
                break;
            }
        }
        let text = &bytes[begins..(at - 1).min(bytes.len())];
        let blank = text.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r')) || text.trim_ascii_start().starts_with(b"#");
        lines.push(Line { cells: first..cells.len() as u32, blank });
    }
    Ok((cells, lines))
}

/// A table whose rows can be read.
#[derive(Clone, Copy, Debug)]
pub struct TableView<'a> {
    sheet: &'a Sheet,
    table: &'a SheetTable,
}

impl<'a> TableView<'a> {
    /// The columns.
    pub fn columns(&self) -> &'a [String] {
        &self.table.columns
    }

    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.table.columns.iter().position(|c| c == name)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.table.rows.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }

    /// Turns every row into a value.
    ///
    /// # Errors
    /// The faults of all rows, or that there is no row.
    pub fn rows<T>(&self, mut read: impl FnMut(&mut Row<'_>) -> Option<T>) -> Result<Vec<T>, Faults> {
        let mut faults = Faults::new();
        if self.is_empty() {
            let fault = Fault::error(format!("the table `{}` has no rows", self.table.name));
            return Err(fault.at(&self.sheet.source, self.table.header.clone()).into());
        }
        let mut values = Vec::with_capacity(self.len());
        for (number, cells) in self.table.rows.iter().enumerate() {
            let mut row = Row { view: *self, cells: cells.clone(), number, faults: &mut faults };
            values.extend(read(&mut row));
        }
        if faults.has_errors() { Err(faults) } else { Ok(values) }
    }

    /// The first row's value, for tables of one row.
    ///
    /// # Errors
    /// Its faults, or that there is no row.
    pub fn single<T>(&self, mut read: impl FnMut(&mut Row<'_>) -> Option<T>) -> Result<T, Faults> {
        let mut first = None;
        self.rows(|row| {
            if row.number == 0 {
                first = read(row);
            }
            Some(())
        })?;
        first.ok_or_else(Faults::new)
    }

    /// A fault at the table's header.
    pub fn fault(&self, message: impl AsRef<str>) -> Fault {
        Fault::error(format!("table `{}`: {}", self.table.name, message.as_ref()))
            .at(&self.sheet.source, self.table.header.clone())
    }
}

/// One row being read; every getter that fails adds a fault and gives `None`.
pub struct Row<'a> {
    view: TableView<'a>,
    cells: Range<u32>,
    /// Its number in the table, from 0.
    pub number: usize,
    faults: &'a mut Faults,
}

impl Row<'_> {
    /// Adds a fault at a cell of this row.
    pub fn fault(&mut self, column: &str, message: impl AsRef<str>, hint: Option<&str>) {
        let sheet = self.view.sheet;
        let at = self.view.column(column).map(|c| self.cells.start + c as u32).filter(|c| *c < self.cells.end);
        let span = sheet.span(at.unwrap_or(self.cells.start));
        let table = &self.view.table.name;
        let fault = Fault::error(format!("table `{table}`, column `{column}`: {}", message.as_ref()));
        let fault = fault.at(&sheet.source, span);
        self.faults.push(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        });
    }

    /// The text of a column; empty if the column or the cell is missing.
    pub fn text(&self, column: &str) -> Cow<'_, str> {
        self.view.column(column).map_or(Cow::Borrowed(""), |c| self.at(c))
    }

    fn at(&self, column: usize) -> Cow<'_, str> {
        match self.view.sheet.text_of(self.cells.clone(), column) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_string()),
        }
    }

    /// A finite number.
    pub fn number(&mut self, column: &str) -> Option<f64> {
        let at = self.view.column(column)?;
        self.number_at(at)
    }

    /// A finite number in the column of this position (for long tables: saves the search for its name).
    pub fn number_at(&mut self, column: usize) -> Option<f64> {
        let text = self.at(column);
        if let Some(value) = text.parse::<f64>().ok().filter(|v| v.is_finite()) {
            return Some(value);
        }
        let message = if text.is_empty() { "the cell is empty".into() } else { format!("`{text}` is not a number") };
        let name = self.view.table.columns.get(column).cloned().unwrap_or_default();
        self.fault(&name, message, None);
        None
    }

    /// A number of at least zero.
    pub fn not_negative(&mut self, column: &str) -> Option<f64> {
        let value = self.number(column)?;
        if value < 0.0 {
            self.fault(column, format!("{value} is negative"), None);
            return None;
        }
        Some(value)
    }

    /// A number above zero.
    pub fn positive(&mut self, column: &str) -> Option<f64> {
        let value = self.number(column)?;
        if value <= 0.0 {
            self.fault(column, format!("{value} must be above zero"), None);
            return None;
        }
        Some(value)
    }

    /// A whole number, perhaps written `1.0`.
    pub fn whole(&mut self, column: &str) -> Option<i64> {
        let at = self.view.column(column)?;
        self.whole_at(at)
    }

    /// A whole number in the column of this position.
    pub fn whole_at(&mut self, column: usize) -> Option<i64> {
        let value = self.number_at(column)?;
        if value.fract() != 0.0 || value.abs() > 1e15 {
            let name = self.view.table.columns.get(column).cloned().unwrap_or_default();
            self.fault(&name, format!("{value} is not a whole number"), None);
            return None;
        }
        Some(value as i64)
    }

    /// The number, from 0, of one of `count` things that are numbered from 1.
    pub fn index(&mut self, column: &str, count: usize, what: &str) -> Option<usize> {
        let at = self.view.column(column)?;
        self.index_at(at, count, what)
    }

    /// [`Row::index`] in the column of this position.
    pub fn index_at(&mut self, column: usize, count: usize, what: &str) -> Option<usize> {
        let value = self.whole_at(column)?;
        if value < 1 || value > count as i64 {
            let name = self.view.table.columns.get(column).cloned().unwrap_or_default();
            self.fault(&name, format!("there is no {what} {value}; they are numbered 1 to {count}"), None);
            return None;
        }
        Some(value as usize - 1)
    }

    /// Checks that rows are numbered 1, 2, 3 and so on, as JEMSS wants it.
    pub fn numbered(&mut self, column: &str) -> Option<()> {
        let expected = self.number as i64 + 1;
        let value = self.whole(column)?;
        if value != expected {
            self.fault(column, format!("{value} stands where {expected} should"), Some("rows are numbered 1, 2, 3, …"));
            return None;
        }
        Some(())
    }

    /// `1`, `0`, `true` or `false`.
    pub fn yes_no(&mut self, column: &str) -> Option<bool> {
        let text = self.text(column).into_owned();
        match text.to_lowercase().as_str() {
            "true" => return Some(true),
            "false" => return Some(false),
            _ => {}
        }
        match text.parse::<f64>() {
            Ok(1.0) => Some(true),
            Ok(0.0) => Some(false),
            _ => {
                self.fault(column, format!("`{text}` is neither 1 nor 0"), None);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Result<Sheet, Faults> {
        Sheet::of(Arc::new(SourceText { path: "a.csv".into(), text: text.into() }))
    }

    #[test]
    fn several_tables_with_notes_quotes_and_comments() {
        let text = "miscData,,,\nstartTime,\n0.0\n,\n# a comment, with commas\nstations,2,,\"a note, with \"\"quotes\"\"\"\r\n\
                    index,x,name,,ID\n1.0,1e-5,\"A, B\",,77\n\n2,-3.5,\"say \"\"hi\"\"\",,78\n,\n";
        let sheet = sheet(text).unwrap();
        assert_eq!(sheet.table("miscData", &["startTime"]).unwrap().single(|r| r.number("startTime")).unwrap(), 0.0);
        let table = sheet.table("stations", &["index", "x"]).unwrap();
        assert_eq!(table.columns(), ["index", "x", "name"]);
        let rows = table
            .rows(|row| {
                row.numbered("index")?;
                Some((row.number("x")?, row.text("name").into_owned(), row.text("ID").into_owned()))
            })
            .unwrap();
        assert_eq!(rows[0], (1e-5, "A, B".to_string(), String::new()));
        assert_eq!(rows[1], (-3.5, "say \"hi\"".to_string(), String::new()));
    }

    #[test]
    fn faults_name_file_and_row() {
        let s = sheet("t,,\nindex,x\n1,2\n3,b\n").unwrap();
        let faults = s
            .table("t", &["index", "x"])
            .unwrap()
            .rows(|row| {
                let (a, b) = (row.numbered("index"), row.number("x"));
                a.and(b)
            })
            .unwrap_err()
            .to_string();
        assert!(faults.contains("a.csv:4:1: table `t`, column `index`: 3 stands where 2 should"), "{faults}");
        assert!(faults.contains("a.csv:4:3: table `t`, column `x`: `b` is not a number"), "{faults}");
        assert!(s.table("t", &["indx"]).unwrap_err().to_string().contains("`index`"));
        assert!(s.table("u", &[]).unwrap_err().to_string().contains("tables: t"));
        assert!(sheet("t,3\na\n1\n").unwrap_err().to_string().contains("says that it has 3 rows, but it has 1"));
        assert!(sheet("t\n").unwrap_err().to_string().contains("no header"));
        assert!(sheet("t\na,\"b\n1,2\n").unwrap_err().to_string().contains("never closed"));
        assert!(sheet("t\na,a\n1,2\n").unwrap_err().to_string().contains("twice"));
        assert!(sheet("t\na\n,\nt\na\n1\n").unwrap_err().to_string().contains("`t` is there twice"));
    }
}
