//! The folder of a run: written aside and renamed, so that an earlier good run is never lost.

use super::build::RunResult;
use crate::sim::{CallRecord, Stamp, World};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What can go wrong with a run folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file could not be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl FolderError {
    /// For `map_err`.
    pub fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
        let path = path.to_path_buf();
        move |source| FolderError::Io { what, path, source }
    }
}

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

fn write_json<T: serde::Serialize>(path: &Path, value: &T, pretty: bool) -> Result<(), FolderError> {
    let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    let text = text.map_err(|e| FolderError::Content { path: path.to_path_buf(), reason: e.to_string() })?;
    fs::write(path, text + "\n").map_err(FolderError::io("write", path))
}

/// Writes a run folder at `target`. `also` adds files (a report) to the folder before it takes the place of an earlier
/// one; if anything fails, the earlier one stays as it was. Files of the earlier one that this run does not write (notes
/// of the user's, pictures, another call table: the same run name means the same inputs) are kept.
///
/// # Errors
/// [`FolderError`], or whatever `also` returns.
pub fn write_run<E: From<FolderError>>(
    target: &Path,
    result: &RunResult,
    calls: Option<&Path>,
    also: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(FolderError::io("create", parent))?;
    let aside = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(parent);
    let aside = aside.map_err(FolderError::io("create a folder in", parent))?;
    let folder = aside.path().join("run");
    fs::create_dir(&folder).map_err(FolderError::io("create", &folder))?;
    write_json(&folder.join("summary.json"), &result.summary, true)?;
    write_json(&folder.join("map.json"), &result.map, false)?;
    if let Some(calls) = calls {
        let to = folder.join(calls.file_name().unwrap_or("calls".as_ref()));
        fs::rename(calls, &to).or_else(|_| fs::copy(calls, &to).map(|_| ())).map_err(FolderError::io("write", &to))?;
    }
    also(&folder)?;
    // The earlier run steps aside, the new one takes its place; the earlier one goes with the temporary folder.
    if target.exists() {
        let old = aside.path().join("earlier");
        fs::rename(target, &old).map_err(FolderError::io("move", target))?;
        if let Err(e) = keep_others(&old, &folder) {
            let _ = fs::rename(&old, target);
            return Err(e.into());
        }
        if let Err(e) = fs::rename(&folder, target) {
            let _ = fs::rename(&old, target);
            return Err(FolderError::io("write", target)(e).into());
        }
    } else {
        fs::rename(&folder, target).map_err(FolderError::io("write", target))?;
    }
    Ok(())
}

/// Copies the files of one folder that another lacks into it.
fn keep_others(from: &Path, to: &Path) -> Result<(), FolderError> {
    for entry in fs::read_dir(from).map_err(FolderError::io("read", from))? {
        let path = entry.map_err(FolderError::io("read", from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            fs::create_dir_all(&target).map_err(FolderError::io("create", &target))?;
            keep_others(&path, &target)?;
        } else if !target.exists() {
            fs::copy(&path, &target).map_err(FolderError::io("write", &target))?;
        }
    }
    Ok(())
}

/// Streams call tables, replication by replication.
pub enum CallWriter {
    /// To CSV.
    Csv(Box<csv::Writer<File>>, PathBuf),
    /// To Parquet.
    Parquet(Box<SerializedFileWriter<File>>, PathBuf),
}

const TEXT_COLUMNS: [&str; 5] = ["point", "category", "unit", "hospital", "sent_from"];

impl CallWriter {
    /// Starts a table at `path`.
    ///
    /// # Errors
    /// [`FolderError`] when it cannot be created.
    pub fn create(path: &Path, table: CallTable) -> Result<Option<CallWriter>, FolderError> {
        let open = || File::create(path).map_err(FolderError::io("write", path));
        match table {
            CallTable::None => Ok(None),
            CallTable::Csv => {
                let mut writer = csv::Writer::from_writer(open()?);
                let header: Vec<String> = ["replication", "number"]
                    .into_iter()
                    .chain(TEXT_COLUMNS)
                    .map(str::to_string)
                    .chain(Stamp::ALL.iter().map(|s| format!("{}_s", s.key())))
                    .collect();
                writer.write_record(&header).map_err(|e| csv_error(path, e))?;
                Ok(Some(CallWriter::Csv(Box::new(writer), path.to_path_buf())))
            }
            CallTable::Parquet => {
                let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
                let writer = SerializedFileWriter::new(open()?, schema(path)?, Arc::new(properties));
                let writer = writer.map_err(|e| parquet_error(path, e))?;
                Ok(Some(CallWriter::Parquet(Box::new(writer), path.to_path_buf())))
            }
        }
    }

    /// Adds the calls of one replication.
    ///
    /// # Errors
    /// [`FolderError`] when writing fails.
    pub fn add(&mut self, world: &World, replication: u32, calls: &[CallRecord]) -> Result<(), FolderError> {
        match self {
            CallWriter::Csv(writer, path) => {
                for call in calls {
                    let mut row = vec![replication.to_string(), call.number.to_string()];
                    row.extend(texts(world, call).map(|t| t.unwrap_or_default().to_string()));
                    let seconds = |s: &Stamp| call.at(*s).map_or(String::new(), |t| format!("{:.6}", t.seconds()));
                    row.extend(Stamp::ALL.iter().map(seconds));
                    writer.write_record(&row).map_err(|e| csv_error(path, e))?;
                }
                Ok(())
            }
            CallWriter::Parquet(writer, path) => {
                add_row_group(writer, world, replication, calls).map_err(|e| parquet_error(path, e))
            }
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`FolderError`] when the last bytes cannot be written.
    pub fn finish(self) -> Result<(), FolderError> {
        match self {
            CallWriter::Csv(mut writer, path) => writer.flush().map_err(FolderError::io("write", &path)),
            CallWriter::Parquet(writer, path) => writer.close().map(|_| ()).map_err(|e| parquet_error(&path, e)),
        }
    }
}

/// The text columns of a call, in the order of [`TEXT_COLUMNS`].
fn texts<'a>(world: &'a World, call: &CallRecord) -> [Option<&'a str>; 5] {
    let s = &world.scenario;
    [
        Some(s.place_of_call(call.point).0),
        call.category.map(|c| s.demand.categories[c.index()].key.as_str()),
        call.unit.map(|u| s.units[u.index()].id.as_str()),
        call.hospital.map(|h| s.hospitals[h.index()].id.as_str()),
        call.unit.map(|_| if call.from_road { "road" } else { "post" }),
    ]
}

fn csv_error(path: &Path, error: csv::Error) -> FolderError {
    FolderError::Content { path: path.to_path_buf(), reason: format!("cannot be written: {error}") }
}

fn parquet_error(path: &Path, error: parquet::errors::ParquetError) -> FolderError {
    FolderError::Content { path: path.to_path_buf(), reason: format!("cannot be written: {error}") }
}

fn schema(path: &Path) -> Result<Arc<Type>, FolderError> {
    let field = |name: &str, physical: Physical, optional: bool| {
        let repetition = if optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let mut fields = vec![field("replication", Physical::INT64, false), field("number", Physical::INT64, false)];
    fields.extend(TEXT_COLUMNS.map(|name| field(name, Physical::BYTE_ARRAY, true)));
    fields.extend(Stamp::ALL.iter().map(|s| field(&format!("{}_s", s.key()), Physical::DOUBLE, true)));
    let fields: Result<Vec<_>, _> = fields.into_iter().collect();
    let built = fields.and_then(|f| Type::group_type_builder("calls").with_fields(f).build());
    built.map(Arc::new).map_err(|e| parquet_error(path, e))
}

fn add_row_group(
    writer: &mut SerializedFileWriter<File>,
    world: &World,
    replication: u32,
    calls: &[CallRecord],
) -> Result<(), parquet::errors::ParquetError> {
    let mut group = writer.next_row_group()?;
    let mut column = 0;
    while let Some(mut next) = group.next_column()? {
        match column {
            0 | 1 => {
                let value = |c: &CallRecord| if column == 0 { i64::from(replication) } else { c.number as i64 };
                let values: Vec<i64> = calls.iter().map(value).collect();
                next.typed::<Int64Type>().write_batch(&values, None, None)?;
            }
            2..=6 => {
                let cells: Vec<Option<&str>> = calls.iter().map(|c| texts(world, c)[column - 2]).collect();
                let levels: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
                let values: Vec<ByteArray> = cells.into_iter().flatten().map(ByteArray::from).collect();
                next.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
            }
            _ => {
                let stamp = Stamp::ALL[column - 7];
                let cells: Vec<Option<f64>> = calls.iter().map(|c| c.at(stamp).map(|t| t.seconds())).collect();
                let levels: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
                let values: Vec<f64> = cells.into_iter().flatten().collect();
                next.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            }
        }
        next.close()?;
        column += 1;
    }
    group.close()?;
    Ok(())
}
