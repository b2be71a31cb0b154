//! Call tables: a row for each call and each further part of its incident, as CSV or Parquet.
//!
//! Both are written from one list of columns, so they hold the same under the same names.

use super::folder::{FolderError, unwritable};
use crate::sim::{CallRecord, Stamp, World};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which call table to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallTable {
    /// None.
    None,
    /// `calls.csv`.
    Csv,
    /// `calls.parquet`.
    Parquet,
}

/// What a cell is made of.
#[derive(Clone, Copy)]
struct Row<'a> {
    world: &'a World,
    replication: u32,
    call: &'a CallRecord,
}

/// What a column holds, and where from. Only texts and moments may be missing.
#[derive(Clone, Copy)]
enum Content {
    Whole(fn(Row<'_>) -> i64),
    Text(for<'a> fn(Row<'a>) -> Option<&'a str>),
    Moment(Stamp),
    Flag(fn(Row<'_>) -> bool),
}

/// Columns before the moments. Readers may go by position: add columns at the end of [`LAST`] only.
const FIRST: [(&str, Content); 7] = [
    ("replication", Content::Whole(|r| i64::from(r.replication))),
    ("number", Content::Whole(|r| r.call.number as i64)),
    ("point", Content::Text(|r| Some(r.world.scenario.place_of_call(r.call.point).0))),
    (
        "category",
        Content::Text(|r| r.call.category.map(|c| r.world.scenario.demand.categories[c.index()].key.as_str())),
    ),
    ("unit", Content::Text(|r| r.call.unit.map(|u| r.world.scenario.units[u.index()].id.as_str()))),
    ("hospital", Content::Text(|r| r.call.hospital.map(|h| r.world.scenario.hospitals[h.index()].id.as_str()))),
    ("sent_from", Content::Text(|r| r.call.unit.map(|_| if r.call.from_road { "road" } else { "post" }))),
];

/// Columns after the moments.
const LAST: [(&str, Content); 6] = [
    ("part", Content::Whole(|r| i64::from(r.call.part))),
    ("kind", Content::Text(|r| Some(r.call.kind.key()))),
    ("attempts", Content::Whole(|r| i64::from(r.call.attempts))),
    ("queued", Content::Flag(|r| r.call.queued)),
    ("bumps", Content::Whole(|r| i64::from(r.call.bumps))),
    ("cancelled", Content::Flag(|r| r.call.cancelled)),
];

/// All columns, in order.
fn columns() -> Vec<(String, Content)> {
    let named = |(name, content): (&str, Content)| (name.to_string(), content);
    let moments = Stamp::ALL.map(|s| (format!("{}_s", s.key()), Content::Moment(s)));
    FIRST.into_iter().map(named).chain(moments).chain(LAST.into_iter().map(named)).collect()
}

/// Streams call tables, replication by replication.
pub struct CallWriter {
    path: PathBuf,
    columns: Vec<(String, Content)>,
    to: To,
}

enum To {
    Csv(Box<csv::Writer<File>>),
    Parquet(Box<SerializedFileWriter<File>>),
}

impl CallWriter {
    /// Starts a table at `path`; `None` if none is asked for.
    ///
    /// # Errors
    /// [`FolderError`] when it cannot be created.
    pub fn create(path: &Path, table: CallTable) -> Result<Option<CallWriter>, FolderError> {
        let open = || File::create(path).map_err(FolderError::io("write", path));
        let columns = columns();
        let to = match table {
            CallTable::None => return Ok(None),
            CallTable::Csv => {
                let mut writer = csv::Writer::from_writer(open()?);
                writer.write_record(columns.iter().map(|c| &c.0)).map_err(unwritable(path))?;
                To::Csv(Box::new(writer))
            }
            CallTable::Parquet => {
                let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
                let schema = schema(&columns).map_err(unwritable(path))?;
                let writer = SerializedFileWriter::new(open()?, Arc::new(schema), Arc::new(properties));
                To::Parquet(Box::new(writer.map_err(unwritable(path))?))
            }
        };
        Ok(Some(CallWriter { path: path.to_path_buf(), columns, to }))
    }

    /// Adds the calls of one replication.
    ///
    /// # Errors
    /// [`FolderError`] when writing fails.
    pub fn add(&mut self, world: &World, replication: u32, calls: &[CallRecord]) -> Result<(), FolderError> {
        let rows: Vec<Row<'_>> = calls.iter().map(|call| Row { world, replication, call }).collect();
        match &mut self.to {
            To::Csv(writer) => add_lines(writer, &self.columns, &rows).map_err(unwritable(&self.path)),
            To::Parquet(writer) => add_row_group(writer, &self.columns, &rows).map_err(unwritable(&self.path)),
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`FolderError`] when the last bytes cannot be written.
    pub fn finish(self) -> Result<(), FolderError> {
        match self.to {
            To::Csv(mut writer) => writer.flush().map_err(FolderError::io("write", &self.path)),
            To::Parquet(writer) => writer.close().map(|_| ()).map_err(unwritable(&self.path)),
        }
    }
}

fn add_lines(writer: &mut csv::Writer<File>, columns: &[(String, Content)], rows: &[Row<'_>]) -> csv::Result<()> {
    for row in rows {
        for (_, content) in columns {
            match content {
                Content::Whole(get) => writer.write_field(get(*row).to_string())?,
                Content::Text(get) => writer.write_field(get(*row).unwrap_or_default())?,
                Content::Moment(stamp) => match row.call.at(*stamp) {
                    Some(time) => writer.write_field(format!("{:.6}", time.seconds()))?,
                    None => writer.write_field("")?,
                },
                Content::Flag(get) => writer.write_field(if get(*row) { "true" } else { "false" })?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn schema(columns: &[(String, Content)]) -> Result<Type, ParquetError> {
    let field = |(name, content): &(String, Content)| {
        let (physical, repetition) = match content {
            Content::Whole(_) => (Physical::INT64, Repetition::REQUIRED),
            Content::Text(_) => (Physical::BYTE_ARRAY, Repetition::OPTIONAL),
            Content::Moment(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
            Content::Flag(_) => (Physical::BOOLEAN, Repetition::REQUIRED),
        };
        let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let fields: Result<Vec<_>, _> = columns.iter().map(field).collect();
    Type::group_type_builder("calls").with_fields(fields?).build()
}

fn add_row_group(
    writer: &mut SerializedFileWriter<File>,
    columns: &[(String, Content)],
    rows: &[Row<'_>],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (_, content) in columns {
        let Some(mut column) = group.next_column()? else { break };
        match content {
            Content::Whole(get) => {
                let values: Vec<i64> = rows.iter().map(|r| get(*r)).collect();
                column.typed::<Int64Type>().write_batch(&values, None, None)?;
            }
            Content::Text(get) => {
                let (levels, values) = present(rows.iter().map(|r| get(*r).map(ByteArray::from)));
                column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
            }
            Content::Moment(stamp) => {
                let (levels, values) = present(rows.iter().map(|r| r.call.at(*stamp).map(|t| t.seconds())));
                column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            }
            Content::Flag(get) => {
                let values: Vec<bool> = rows.iter().map(|r| get(*r)).collect();
                column.typed::<BoolType>().write_batch(&values, None, None)?;
            }
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

/// Which cells are there (Parquet's definition levels), and what stands in these.
fn present<T>(cells: impl Iterator<Item = Option<T>>) -> (Vec<i16>, Vec<T>) {
    let mut values = Vec::new();
    let level = |cell: Option<T>| {
        let level = i16::from(cell.is_some());
        values.extend(cell);
        level
    };
    (cells.map(level).collect(), values)
}
