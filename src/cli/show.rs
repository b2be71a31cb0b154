//! How faults look on a terminal.

use super::args::Common;
use crate::fault::SourceText;
use crate::fault::{Fault, Faults, Severity};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError, MietteSpanContents, Report,
    SourceCode, SourceSpan, SpanContents,
};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

/// One mistake can make a fault in every row of a table: a screenful is enough to see it.
const MOST_SHOWN: usize = 12;

/// Whether standard error is for a person who sees colours.
fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Whether standard output is for a person who sees colours.
pub(super) fn stdout_colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// What became of writing to standard output: a closed pipe (`| head`) is no error of the command, a full disk is.
pub(super) fn printed(result: std::io::Result<()>) -> Result<(), Fault> {
    match result {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Fault::io("write", Path::new("standard output"), &e)),
        _ => Ok(()),
    }
}

/// Prints all faults on standard error: as pictures of the place for people, as one JSON object a line with `--json`.
pub(super) fn faults(faults: &Faults, common: &Common) {
    let mut err = std::io::stderr().lock();
    if common.json {
        for fault in &faults.0 {
            let (line, column) = fault.place.as_ref().map(|(s, span)| s.line_column(span.start)).unzip();
            let message = serde_json::json!({
                "severity": if fault.severity == Severity::Error { "error" } else { "warning" },
                "message": fault.message,
                "hint": fault.hint,
                "file": fault.file,
                "line": line,
                "column": column,
            });
            let _ = writeln!(err, "{message}");
        }
        return;
    }
    let theme = if colour() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
    for fault in faults.0.iter().take(MOST_SHOWN) {
        let mut text = String::new();
        if handler.render_report(&mut text, report(fault).as_ref()).is_err() {
            text = fault.to_string();
        }
        let _ = writeln!(err, "{}", text.trim_end());
    }
    if faults.0.len() > MOST_SHOWN {
        let _ =
            writeln!(err, "… and {} more like these; mend the first ones and look again.", faults.0.len() - MOST_SHOWN);
    }
    let errors = faults.0.iter().filter(|f| f.severity == Severity::Error).count();
    if errors > 0 {
        let _ = writeln!(
            err,
            "\n{}. Earlier results are as they were.",
            if errors == 1 { "1 fault".into() } else { format!("{errors} faults") }
        );
    }
}

/// Shows the whole line a fault is in, never a piece of it, and counts columns in characters.
#[derive(Debug)]
struct WholeLine(Arc<SourceText>);

impl SourceCode for WholeLine {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.0.text;
        let at = span.offset();
        if at > text.len() || !text.is_char_boundary(at) {
            return Err(MietteError::OutOfBounds);
        }
        let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let (line, column) = self.0.line_column(at);
        let name = self.0.path.display().to_string();
        let place = SourceSpan::from((start, end - start));
        let contents =
            MietteSpanContents::new_named(name, &text.as_bytes()[start..end], place, line - 1, column - 1, line);
        Ok(Box::new(contents))
    }
}

fn report(fault: &Fault) -> Report {
    let mut diagnostic = MietteDiagnostic::new(match (&fault.place, fault.location()) {
        (Some(_), Some(place)) => format!("{place}: {}", fault.message),
        _ => fault.message.clone(),
    });
    diagnostic.severity =
        Some(if fault.severity == Severity::Error { miette::Severity::Error } else { miette::Severity::Warning });
    if let Some(hint) = &fault.hint {
        diagnostic = diagnostic.with_help(hint);
    }
    match &fault.place {
        Some((source, span)) if span.end <= source.text.len() && !source.text.is_empty() => {
            let end = source.text[span.start..span.end].find('\n').map_or(span.end, |n| span.start + n);
            let label = LabeledSpan::underline((span.start, end - span.start));
            Report::from(diagnostic.with_label(label)).with_source_code(WholeLine(Arc::clone(source)))
        }
        _ => Report::from(diagnostic),
    }
}

/// Prints an internal error.
pub(super) fn internal(message: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(
        err,
        "internal error: {message}\nThis is a fault of the program; please report it with the command you ran."
    );
}
