use crate::fault::Fault;

/// Why a report could not be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file of the run folder cannot be read, is not what it should be, or cannot be written.
    #[error("{0}")]
    File(Box<Fault>),
    /// The font in this program cannot be read or cut (a fault of the program, not of its user).
    #[error("the built-in font failed: {0}")]
    Font(String),
    /// A picture could not be drawn or turned into PNG.
    #[error("picture {name}: {reason}")]
    Picture {
        /// Which picture.
        name: String,
        /// What went wrong.
        reason: String,
    },
    /// The page's template failed.
    #[error("the report's template failed: {0:#}")]
    Template(#[from] minijinja::Error),
    /// A file for another program (a workbook, a Word document) could not be made.
    #[error("{name} could not be made: {reason}")]
    Document {
        /// Which file.
        name: String,
        /// What went wrong.
        reason: String,
    },
    /// A table could not be written.
    #[error("a table of the report failed: {0}")]
    Table(#[from] csv::Error),
}

impl From<crate::fault::Faults> for ReportError {
    fn from(faults: crate::fault::Faults) -> ReportError {
        let first = faults.0.into_iter().next();
        first.unwrap_or_else(|| Fault::error("it cannot be read")).into()
    }
}

impl From<Fault> for ReportError {
    fn from(fault: Fault) -> ReportError {
        ReportError::File(fault.boxed())
    }
}
