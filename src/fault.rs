//! Faults of an input: what is wrong, where, and what to do. Rooms collect them so that a person sees all at once.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The text of an input file, kept so that a fault can show the place.
#[derive(Debug)]
pub struct SourceText {
    /// The file as the person named it.
    pub path: PathBuf,
    /// Its content.
    pub text: String,
}

impl SourceText {
    /// Reads a file. The error is a [`Fault`] that says what could not be read.
    pub fn read(path: &Path) -> Result<Arc<SourceText>, Box<Fault>> {
        if path.is_dir() {
            let fault = Fault::error(format!("cannot read {}: it is a folder", path.display())).in_file(path);
            let inside = path.join("scenario.toml");
            return Err(if inside.is_file() {
                fault.hint(format!("did you mean {}?", inside.display())).boxed()
            } else {
                fault.hint("name the file in it").boxed()
            });
        }
        let bytes = std::fs::read(path).map_err(|e| Fault::io("read", path, &e).boxed())?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
            let is_table = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
            let hint = if bytes_look_binary(e.as_bytes()) {
                "this is no text file: is it the right one? Scenarios, packs and profiles are .toml, tables are .csv"
            } else if is_table {
                "save it as UTF-8 (in WPS or Excel: \"CSV UTF-8\")"
            } else {
                "save it as UTF-8"
            };
            Fault::error(format!("{}:{line}: the file is not UTF-8 text", path.display()))
                .hint(hint)
                .in_file(path)
                .boxed()
        })?;
        // Spreadsheets put a byte-order mark first; it is no part of the content.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Arc::new(SourceText { path: path.to_path_buf(), text }))
    }

    /// Line and column (both from 1, columns in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.matches('\n').count() + 1;
        let column = before[before.rfind('\n').map_or(0, |p| p + 1)..].chars().count() + 1;
        (line, column)
    }
}

/// Whether bytes hold what no text in any common encoding holds (UTF-16 aside, which also wants saving anew).
fn bytes_look_binary(bytes: &[u8]) -> bool {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    !utf16 && bytes.iter().take(4096).any(|b| *b < 9)
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run goes on; the person should know.
    Warning,
    /// The run cannot start.
    Error,
}

/// One fault of an input.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Whether it stops the run.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The file it is in, when known.
    pub file: Option<PathBuf>,
    /// The text and the bytes of it that are meant.
    pub place: Option<(Arc<SourceText>, Range<usize>)>,
    /// Whether the machine failed and not the input: a full disk, a drive that is gone. The same command may do better later, or
    /// on another machine.
    pub of_machine: bool,
}

/// Whether a failed operation on a file says something of the machine, and not that a person named the wrong file. Nobody can
/// tell a wrong output folder from one that is not there today: what cannot be written counts as the machine's.
pub fn is_of_machine(what: &str, kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind as Kind;
    let looked = ["read", "find"].iter().any(|word| what.starts_with(word));
    match kind {
        Kind::AlreadyExists | Kind::IsADirectory | Kind::NotADirectory | Kind::InvalidInput | Kind::InvalidData => {
            false
        }
        Kind::NotFound | Kind::PermissionDenied | Kind::UnexpectedEof => !looked,
        _ => true,
    }
}

impl Fault {
    /// A fault that stops the run.
    pub fn error(message: impl Into<String>) -> Fault {
        Fault {
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            file: None,
            place: None,
            of_machine: false,
        }
    }

    /// A fault that does not.
    pub fn warning(message: impl Into<String>) -> Fault {
        Fault { severity: Severity::Warning, ..Fault::error(message) }
    }

    /// A failed file operation, in words.
    pub fn io(what: &str, path: &Path, error: &std::io::Error) -> Fault {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "it does not exist".to_string(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
            _ => error.to_string(),
        };
        let mut fault = Fault::error(format!("cannot {what} {}: {reason}", path.display())).in_file(path);
        fault.of_machine = is_of_machine(what, error.kind());
        if error.kind() == std::io::ErrorKind::NotFound
            && let Some(near) = nearest_file(path)
        {
            fault = fault.hint(format!("did you mean {}?", near.display()));
        }
        fault
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// Names the file.
    pub fn in_file(mut self, path: &Path) -> Fault {
        self.file = Some(path.to_path_buf());
        self
    }

    /// Points at bytes of a text.
    pub fn at(mut self, source: &Arc<SourceText>, span: Range<usize>) -> Fault {
        self.file = Some(source.path.clone());
        self.place = Some((Arc::clone(source), span));
        self
    }

    /// `file:line:column`, as far as known.
    pub fn location(&self) -> Option<String> {
        match (&self.place, &self.file) {
            (Some((source, span)), _) => {
                let (line, column) = source.line_column(span.start);
                Some(format!("{}:{line}:{column}", source.path.display()))
            }
            (None, Some(file)) => Some(file.display().to_string()),
            (None, None) => None,
        }
    }

    /// For error types that must stay small.
    pub fn boxed(self) -> Box<Fault> {
        Box::new(self)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.location() {
            Some(place) if self.place.is_some() => write!(f, "{place}: {}", self.message)?,
            _ => write!(f, "{}", self.message)?,
        }
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

/// Every fault found in an input.
#[derive(Clone, Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// None yet.
    pub fn new() -> Faults {
        Faults::default()
    }

    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, other: Faults) {
        self.0.extend(other.0);
    }

    /// Whether any of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|f| f.severity == Severity::Error)
    }

    /// Whether all that stops the run are failures of the machine, see [`Fault::of_machine`].
    pub fn are_of_machine(&self) -> bool {
        self.has_errors() && self.0.iter().all(|f| f.severity == Severity::Warning || f.of_machine)
    }

    /// Keeps the value of a step, or its faults.
    pub fn take<T>(&mut self, result: Result<T, Faults>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(faults) => {
                self.extend(faults);
                None
            }
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Faults {
        Faults(vec![fault])
    }
}

impl From<Box<Fault>> for Faults {
    fn from(fault: Box<Fault>) -> Faults {
        Faults(vec![*fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The known name nearest to what was typed, if it is near enough to be meant.
pub fn nearest_name<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn nearest_file(path: &Path) -> Option<PathBuf> {
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let wanted = path.file_name()?.to_str()?;
    let mut names: Vec<String> =
        std::fs::read_dir(folder).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let near = nearest_name(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let source = SourceText { path: "a.csv".into(), text: "编号,名\nP1,玉溪x\n".into() };
        let at = source.text.find('x').unwrap_or(0);
        assert_eq!(source.line_column(at), (2, 6));
    }

    #[test]
    fn a_full_disk_is_told_from_a_wrong_name() {
        use std::io::ErrorKind as Kind;
        let fault = |what: &str, kind: Kind| Fault::io(what, Path::new("x"), &kind.into());
        assert!(fault("write", Kind::StorageFull).of_machine && fault("create", Kind::PermissionDenied).of_machine);
        assert!(fault("read", Kind::StaleNetworkFileHandle).of_machine);
        assert!(!fault("read", Kind::NotFound).of_machine && !Fault::error("x").of_machine);
        assert!(!fault("create", Kind::NotADirectory).of_machine, "a file where a folder should be is so everywhere");
        let mut faults = Faults::new();
        assert!(!faults.are_of_machine());
        faults.push(fault("write", Kind::StorageFull));
        faults.push(Fault::warning("y"));
        assert!(faults.are_of_machine());
        faults.push(Fault::error("bad input as well"));
        assert!(!faults.are_of_machine());
    }

    #[test]
    fn nearest_name_is_offered_only_when_near() {
        assert_eq!(nearest_name("replicatons", ["replications", "seed"]), Some("replications"));
        assert_eq!(nearest_name("zzz", ["replications", "seed"]), None);
    }
}
