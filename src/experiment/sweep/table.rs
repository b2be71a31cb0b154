//! The tidy table of a sweep: a row for each point and figure, as CSV and Parquet from one list of columns.

use super::{Sweep, SweepFigure, SweepPoint};
use crate::experiment::folder::{FolderError, unwritable};
use crate::stats::Estimate;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Columns every table of a sweep has; factors cannot have these names.
pub const RESERVED: [&str; 7] = ["point", "figure", "unit", "mean", "low", "high", "n"];

/// What a cell is made of.
#[derive(Clone, Copy)]
struct Row<'a> {
    point: &'a SweepPoint,
    figure: &'a SweepFigure,
    value: Option<Estimate>,
}

/// What a column holds.
enum Content {
    Whole(fn(Row<'_>) -> i64),
    Text(Box<dyn Fn(Row<'_>) -> Option<String>>),
    Number(Box<dyn Fn(Row<'_>) -> Option<f64>>),
}

/// Bounds that are not known are left empty.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

fn columns(sweep: &Sweep) -> Vec<(String, Content)> {
    let mut columns: Vec<(String, Content)> = vec![("point".into(), Content::Whole(|r| r.point.point.number as i64))];
    for (i, factor) in sweep.factors.iter().enumerate() {
        let numbers = sweep.levels(i).iter().all(|l| l.number().is_some());
        // Where the scenario's own value stands there is none to write.
        let content = if numbers {
            Content::Number(Box::new(move |r| r.point.point.levels.get(i)?.as_ref()?.number()))
        } else {
            Content::Text(Box::new(move |r| Some(r.point.point.levels.get(i)?.as_ref()?.label.clone())))
        };
        columns.push((factor.name.clone(), content));
    }
    columns.push(("figure".into(), Content::Text(Box::new(|r| Some(r.figure.name.clone())))));
    columns.push(("unit".into(), Content::Text(Box::new(|r| Some(r.figure.unit.clone())))));
    columns.push(("mean".into(), Content::Number(Box::new(|r| finite(r.value.map(|e| e.mean))))));
    columns.push(("low".into(), Content::Number(Box::new(|r| finite(r.value.map(|e| e.low))))));
    columns.push(("high".into(), Content::Number(Box::new(|r| finite(r.value.map(|e| e.high))))));
    columns.push(("n".into(), Content::Whole(|r| i64::from(r.point.replications))));
    columns
}

impl Sweep {
    fn table(&self) -> Vec<Row<'_>> {
        let of = |point| {
            let figures = self.figures.iter().enumerate();
            figures.map(move |(i, figure)| Row { point, figure, value: point.values.get(i).copied().flatten() })
        };
        self.points.iter().flat_map(of).collect()
    }

    /// Writes the table as CSV. The same results give the same bytes.
    ///
    /// # Errors
    /// [`FolderError`] when it cannot be written.
    pub fn write_csv(&self, path: &Path) -> Result<(), FolderError> {
        let file = File::create(path).map_err(FolderError::io("write", path))?;
        let mut writer = csv::Writer::from_writer(file);
        let columns = columns(self);
        writer.write_record(columns.iter().map(|c| &c.0)).map_err(unwritable(path))?;
        for row in self.table() {
            let cell = |(_, content): &(String, Content)| match content {
                Content::Whole(get) => get(row).to_string(),
                Content::Text(get) => get(row).unwrap_or_default(),
                Content::Number(get) => get(row).map(|v| format!("{v}")).unwrap_or_default(),
            };
            writer.write_record(columns.iter().map(cell)).map_err(unwritable(path))?;
        }
        writer.flush().map_err(FolderError::io("write", path))
    }

    /// Writes the table as Parquet, with the same columns. The same results give the same bytes.
    ///
    /// # Errors
    /// [`FolderError`] when it cannot be written.
    pub fn write_parquet(&self, path: &Path) -> Result<(), FolderError> {
        let file = File::create(path).map_err(FolderError::io("write", path))?;
        self.parquet(file).map_err(unwritable(path))
    }

    fn parquet(&self, file: File) -> Result<(), ParquetError> {
        let columns = columns(self);
        let field = |(name, content): &(String, Content)| {
            let (physical, repetition) = match content {
                Content::Whole(_) => (Physical::INT64, Repetition::REQUIRED),
                Content::Text(_) => (Physical::BYTE_ARRAY, Repetition::OPTIONAL),
                Content::Number(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
            };
            let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
            let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
            builder.with_logical_type(logical).build().map(Arc::new)
        };
        let fields: Result<Vec<_>, _> = columns.iter().map(field).collect();
        let schema = Type::group_type_builder("sweep").with_fields(fields?).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
        let rows = self.table();
        let mut group = writer.next_row_group()?;
        for (_, content) in &columns {
            let Some(mut column) = group.next_column()? else { break };
            match content {
                Content::Whole(get) => {
                    let values: Vec<i64> = rows.iter().map(|r| get(*r)).collect();
                    column.typed::<Int64Type>().write_batch(&values, None, None)?;
                }
                Content::Text(get) => {
                    let (levels, values) = present(rows.iter().map(|r| get(*r)));
                    let values: Vec<ByteArray> = values.iter().map(|text| ByteArray::from(text.as_str())).collect();
                    column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                }
                Content::Number(get) => {
                    let (levels, values) = present(rows.iter().map(|r| get(*r)));
                    column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
                }
            }
            column.close()?;
        }
        group.close()?;
        writer.close().map(|_| ())
    }
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
