//! Changes in the cells and rows of a table.

use super::changes::{How, TableChange};
use super::path::Selector;
use super::tables::Table;
use crate::fault::{Fault, nearest_name};

impl Table {
    /// The text of a cell, empty where there is none.
    pub fn cell(&self, row: usize, column: &str) -> &str {
        let at = self.columns.iter().position(|c| c == column);
        at.and_then(|at| self.rows.get(row)?.cells.get(at)).unwrap_or("")
    }

    /// The rows a selector chooses: all, one by its place (from 0) or its `id` (or `name`), or those with a text in a
    /// column. Of columns the table does not have, `other` may know the text of a row.
    pub fn select(&self, selector: &Selector, other: &dyn Fn(&str, usize) -> Option<String>) -> Vec<usize> {
        let all = 0..self.rows.len();
        let text = |row: usize, column: &str| match self.columns.iter().any(|c| c == column) {
            true => self.cell(row, column).to_string(),
            false => other(column, row).unwrap_or_default(),
        };
        match selector {
            Selector::All => all.collect(),
            Selector::Index(at) => all.filter(|row| row == at).collect(),
            Selector::Key(key) => {
                let names = |row: &usize| ["id", "name", "name_en"].iter().any(|c| self.cell(*row, c) == key);
                all.filter(names).collect()
            }
            Selector::Where(column, wanted) => all.filter(|row| text(*row, column) == *wanted).collect(),
        }
    }

    /// A fault for a selector that chooses no row.
    pub fn no_row(&self, name: &str, change: &TableChange) -> Fault {
        let hint = match &change.selector {
            Selector::Key(key) => {
                let ids: Vec<&str> = (0..self.rows.len()).map(|row| self.cell(row, "id")).collect();
                match nearest_name(key, ids) {
                    Some(near) => format!("did you mean {name}[{near}]? Or choose by a column: {name}[column=value]"),
                    None => format!("choose by the id, or by a column: {name}[column=value]"),
                }
            }
            Selector::Where(column, _) if !self.columns.contains(column) => {
                match nearest_name(column, self.columns.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean the column `{near}`?"),
                    None => format!("the columns are {}", self.columns.join(", ")),
                }
            }
            Selector::Where(column, value) => {
                let values: Vec<&str> = (0..self.rows.len()).map(|row| self.cell(row, column)).collect();
                match nearest_name(value, values) {
                    Some(near) => format!("did you mean {name}[{column}={near}]?"),
                    None => format!("no row has that in the column `{column}`"),
                }
            }
            _ => format!("the table has {} rows, counted from 0", self.rows.len()),
        };
        change.fault(format!("{name}{}: there is no such row", change.selector), hint)
    }

    /// Changes the cells of a column in some rows. A product of a number written whole is rounded; empty cells stay empty
    /// when they are to be multiplied. A changed row is an assumption: its `quality` becomes C.
    ///
    /// # Errors
    /// A column the table cannot have, cells that are no numbers, values that are no cell.
    pub fn change_cells(&mut self, rows: &[usize], change: &TableChange) -> Result<(), Fault> {
        let column = &change.column;
        if !self.known.contains(column) {
            let hint = match nearest_name(column, self.known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", self.known.join(", ")),
            };
            return Err(change.fault(format!("the table has no column `{column}`"), hint));
        }
        let mut texts = Vec::new();
        for row in rows {
            let now = self.cell(*row, column);
            let text = match &change.how {
                How::Set(value) => match value {
                    toml::Value::String(text) => text.clone(),
                    toml::Value::Boolean(yes) => (if *yes { "yes" } else { "no" }).to_string(),
                    toml::Value::Integer(_) | toml::Value::Float(_) => value.to_string(),
                    _ => return Err(change.fault(format!("`{value}` fits in no cell"), "write a text or a number")),
                },
                How::Factor(_) if now.is_empty() => continue,
                How::Factor(factor) => match now.parse::<f64>() {
                    Ok(number) if now.contains(['.', 'e', 'E']) => format!("{}", number * factor),
                    Ok(number) => format!("{}", (number * factor).round()),
                    Err(_) => {
                        let message = format!("column `{column}`: `{now}` is no number, so it cannot be multiplied");
                        return Err(change.fault(message, "set a value instead"));
                    }
                },
            };
            texts.push((*row, text));
        }
        let at = self.column(column);
        let quality = self.columns.iter().position(|c| c == "quality").filter(|q| *q != at);
        for (row, text) in texts {
            self.put(row, at, &text, change);
            if let Some(quality) = quality {
                self.put(row, quality, "C", change);
            }
        }
        Ok(())
    }

    /// Keeps only the rows of which something holds.
    pub fn keep_rows_where(&mut self, holds: impl Fn(&Table, usize) -> bool) {
        let keep: Vec<bool> = (0..self.rows.len()).map(|row| holds(self, row)).collect();
        self.keep_rows(|row| keep[row]);
    }

    /// Keeps only some rows.
    pub fn keep_rows(&mut self, keep: impl Fn(usize) -> bool) {
        let mut row = 0;
        self.rows.retain(|_| {
            row += 1;
            keep(row - 1)
        });
    }

    /// Adds a copy of a row, with an id of its own, at the end.
    pub fn copy_row(&mut self, row: usize, id: &str, change: &TableChange) {
        let Some(copy) = self.rows.get(row).cloned() else { return };
        self.rows.push(copy);
        let (last, at) = (self.rows.len() - 1, self.column("id"));
        self.put(last, at, id, change);
        if let Some(quality) = self.columns.iter().position(|c| c == "quality") {
            self.put(last, quality, "C", change);
        }
    }

    /// The place of a column, which is added if it is not there.
    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| {
            self.columns.push(name.to_string());
            self.rows.iter_mut().for_each(|row| row.cells.push_field(""));
            self.columns.len() - 1
        })
    }

    fn put(&mut self, row: usize, column: usize, text: &str, change: &TableChange) {
        let Some(row) = self.rows.get_mut(row) else { return };
        row.cells = row.cells.iter().enumerate().map(|(i, cell)| if i == column { text } else { cell }).collect();
        row.changed.push((column, std::sync::Arc::clone(&change.place.0), change.place.1.clone()));
    }
}
