//! Changes of an input by path: values set or multiplied on top of a file and those it is based on.
//!
//! The changes are written out as a small text of their own, one to a line, that lies above all other layers: what is
//! wrong with a changed value is shown there, and who takes a digest of all texts takes the changes along.

use super::layers::Layers;
use super::path::{PathStep, Selector, ValuePath};
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What happens to a value.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    /// It becomes this.
    Set(toml::Value),
    /// It is multiplied by this; where only whole numbers may stand, the product is rounded.
    Factor(f64),
}

/// A change of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where it stands.
    pub path: ValuePath,
    /// What happens to it.
    pub how: How,
}

impl Change {
    /// Sets a value.
    pub fn set(path: ValuePath, value: impl Into<toml::Value>) -> Change {
        Change { path, how: How::Set(value.into()) }
    }

    /// Multiplies a number.
    pub fn factor(path: ValuePath, factor: f64) -> Change {
        Change { path, how: How::Factor(factor) }
    }
}

/// `run.days = 7`, or `travel.response_factor *= 1.2`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.how {
            How::Set(value) => write!(f, "{} = {value}", self.path),
            How::Factor(factor) => write!(f, "{} *= {factor:?}", self.path),
        }
    }
}

/// Reads what [`Change`] displays. A value that is no TOML is taken as a text, so that `dispatch.policy=nearest` works
/// without quotes.
impl FromStr for Change {
    type Err = Box<Fault>;

    fn from_str(text: &str) -> Result<Change, Box<Fault>> {
        let mut depth = 0;
        let at = text.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '[') - i32::from(*c == ']');
            *c == '=' && depth == 0
        });
        let fault = |message: String| {
            Fault::error(message)
                .hint("write path=value, e.g. run.days=7, or path*=number, e.g. demand.years*=2")
                .boxed()
        };
        let Some((at, _)) = at else { return Err(fault(format!("`{text}` changes nothing: there is no `=`"))) };
        let (path, value) = (&text[..at], text[at + 1..].trim());
        let (path, times) = path.strip_suffix('*').map_or((path, false), |p| (p, true));
        let path: ValuePath = path.trim().parse().map_err(|e: super::path::PathError| fault(e.to_string()))?;
        if times {
            return match value.parse::<f64>() {
                Ok(factor) if factor.is_finite() => Ok(Change::factor(path, factor)),
                _ => Err(fault(format!("`{value}` is no number to multiply {path} by"))),
            };
        }
        let table: Option<toml::Table> = format!("v = {value}").parse().ok();
        let value = table.and_then(|mut t| t.remove("v")).unwrap_or_else(|| toml::Value::String(value.into()));
        Ok(Change::set(path, value))
    }
}

/// A step to one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// A change of one value, as it stands in the text of changes.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) steps: Vec<Step>,
    /// Bytes of the path.
    pub(super) path: Range<usize>,
    /// Bytes of the value.
    pub(super) value: Range<usize>,
}

/// A change of cells of a table, with its place in the text of changes.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The rows.
    pub selector: Selector,
    /// The column, or another word the reader of the table knows.
    pub column: String,
    /// What happens.
    pub how: How,
    /// Where a fault of it is shown.
    pub place: (Arc<SourceText>, Range<usize>),
}

impl TableChange {
    /// A fault of the change.
    pub fn fault(&self, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault::error(message).at(&self.place.0, self.place.1.clone()).hint(hint)
    }
}

/// All changes of an input, worked out.
#[derive(Clone, Debug, Default)]
pub(super) struct Worked {
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    /// Of tables: name, selector, column, what, place in the text.
    pub(super) tables: Vec<(String, Selector, String, How, Range<usize>)>,
    /// Which lines hold a product of a number written whole.
    pub(super) products: Vec<usize>,
}

/// A text that stands for the changes of a file: in its folder, so that paths in changes are relative to that.
pub(super) fn source(file: &Path, text: String) -> Arc<SourceText> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Arc::new(SourceText { path: file.with_file_name(format!("{name} (changes)")), text })
}

/// Works out the changes one after the other: lists are expanded, products computed. `tables` are the names that stand
/// for tables of rows when a bracket follows; `rounded` are the products (by line) that must be whole.
///
/// # Errors
/// Paths that lead nowhere, with the nearest name; products of what is no number.
pub(super) fn work_out(
    layers: &mut Layers,
    changes: &[Change],
    file: &Path,
    tables: &[&str],
    rounded: &[usize],
) -> Result<Worked, Faults> {
    let (mut worked, mut faults) = (Worked::default(), Faults::new());
    for change in changes {
        let start = worked.text.len();
        let refuse = |faults: &mut Faults, (message, hint): (String, String)| {
            let text = change.to_string();
            let span = 0..change.path.to_string().len();
            let fault = Fault::error(message).at(&source(file, text), span);
            faults.push(if hint.is_empty() { fault } else { fault.hint(hint) });
        };
        if let [PathStep::Key(name), PathStep::Of(selector), rest @ ..] = change.path.steps()
            && tables.contains(&name.as_str())
        {
            match rest {
                [PathStep::Key(column)] => {
                    worked.text.push_str(&format!("{change}\n"));
                    let entry = (
                        name.clone(),
                        selector.clone(),
                        column.clone(),
                        change.how.clone(),
                        start..worked.text.len() - 1,
                    );
                    worked.tables.push(entry);
                }
                _ => {
                    let example = format!("write {name}{selector}.column");
                    refuse(&mut faults, (format!("{}: this is no column of a table", change.path), example));
                }
            }
            continue;
        }
        layers.set_changes(file, &worked);
        let (all, _) = layers.merged();
        let root = DeValue::Table(all.into_inner());
        let targets = match expand(&root, change.path.steps()) {
            Ok(targets) => targets,
            Err(reason) => {
                refuse(&mut faults, reason);
                continue;
            }
        };
        let mut lines = Vec::new();
        for steps in targets {
            let path = written(&steps);
            let value = match &change.how {
                How::Set(value) => value.to_string(),
                How::Factor(factor) => match number_at(&root, &steps) {
                    Ok((number, whole)) => {
                        let line = worked.lines.len() + lines.len();
                        let product = number * factor;
                        if whole {
                            worked.products.push(line);
                        }
                        let as_whole = rounded.contains(&line) || (whole && product.fract() == 0.0);
                        if as_whole { format!("{}", product.round() as i64) } else { format!("{product:?}") }
                    }
                    Err(reason) => {
                        refuse(&mut faults, (format!("{path}: {}", reason.0), reason.1));
                        continue;
                    }
                },
            };
            lines.push((steps, path, value));
        }
        drop(root);
        for (steps, path, value) in lines {
            let at = worked.text.len();
            worked.text.push_str(&format!("{path} = {value}\n"));
            let value_at = at + path.len() + 3;
            worked.lines.push(Line { steps, path: at..at + path.len(), value: value_at..value_at + value.len() });
        }
    }
    layers.set_changes(file, &worked);
    if faults.0.is_empty() { Ok(worked) } else { Err(faults) }
}

fn written(steps: &[Step]) -> String {
    steps.iter().enumerate().fold(String::new(), |mut out, (i, step)| {
        match step {
            Step::Key(key) if i == 0 => out.push_str(key),
            Step::Key(key) => out.push_str(&format!(".{key}")),
            Step::Index(at) => out.push_str(&format!("[{at}]")),
        }
        out
    })
}

/// The value at some steps.
fn find<'a, 't>(root: &'a DeValue<'t>, steps: &[Step]) -> Option<&'a DeValue<'t>> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key.as_str()).map(Spanned::get_ref),
        Step::Index(at) => value.get(*at).map(Spanned::get_ref),
    })
}

/// A message and a hint.
type Reason = (String, String);

/// All values a path stands for. Keys that do not exist yet are made: whether they may be there, the type will tell.
fn expand(root: &DeValue<'_>, path: &[PathStep]) -> Result<Vec<Vec<Step>>, Reason> {
    let mut targets: Vec<Vec<Step>> = vec![Vec::new()];
    for (number, step) in path.iter().enumerate() {
        let last = number + 1 == path.len();
        let mut next = Vec::new();
        for steps in targets {
            let here = find(root, &steps);
            let name = written(&steps);
            match step {
                PathStep::Key(key) => {
                    match here {
                        None | Some(DeValue::Table(_)) => {}
                        Some(DeValue::Array(items)) => {
                            let one = items.first().and_then(|i| key_of(i.get_ref())).unwrap_or("0");
                            let hint = format!("write {name}[{one}] for one of them, {name}[*] for all");
                            return Err((format!("{name} is a list"), hint));
                        }
                        // A value without a note may be called by the key it would have in one.
                        Some(_) if last && key == "value" => {
                            next.push(steps);
                            continue;
                        }
                        Some(_) => {
                            return Err((
                                format!("{name} is a single value: there is no `{key}` in it"),
                                String::new(),
                            ));
                        }
                    }
                    let mut longer = steps;
                    longer.push(Step::Key(key.clone()));
                    next.push(longer);
                }
                PathStep::Of(selector) => {
                    let Some(DeValue::Array(items)) = here else {
                        let hint = match (here, steps.split_last()) {
                            (None, Some((Step::Key(key), above))) => nearest_key(find(root, above), key),
                            _ => "only lists have elements".into(),
                        };
                        return Err((format!("{name} is no list that this scenario has"), hint));
                    };
                    let values: Vec<&DeValue<'_>> = items.iter().map(Spanned::get_ref).collect();
                    for at in chosen(&name, &values, selector)? {
                        let mut longer = steps.clone();
                        longer.push(Step::Index(at));
                        next.push(longer);
                    }
                }
            }
        }
        targets = next;
    }
    Ok(targets)
}

fn key_of<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    value.get("key").and_then(|k| k.get_ref().as_str())
}

fn nearest_key(table: Option<&DeValue<'_>>, key: &str) -> String {
    let Some(DeValue::Table(table)) = table else { return String::new() };
    let known: Vec<&str> = table.keys().map(|k| k.get_ref().as_ref()).collect();
    match nearest_name(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.join(", ")),
    }
}

/// The places of the elements a selector chooses; at least one.
fn chosen(name: &str, items: &[&DeValue<'_>], selector: &Selector) -> Result<Vec<usize>, Reason> {
    let names = |value: &DeValue<'_>| -> Vec<String> {
        let languages = ["zh", "en"].into_iter().filter_map(|l| value.get("name")?.get_ref().get(l));
        let languages = languages.filter_map(|v| v.get_ref().as_str().map(str::to_owned));
        key_of(value).map(str::to_owned).into_iter().chain(languages).collect()
    };
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(s) => s.to_string(),
        DeValue::Integer(n) => n.to_string(),
        DeValue::Float(n) => n.to_string(),
        DeValue::Boolean(b) => b.to_string(),
        _ => String::new(),
    };
    let found: Vec<usize> = match selector {
        Selector::All => (0..items.len()).collect(),
        Selector::Index(at) => (*at..items.len()).take(1).collect(),
        Selector::Key(key) => (0..items.len()).filter(|i| names(items[*i]).contains(key)).collect(),
        Selector::Where(field, wanted) => {
            let holds = |i: &usize| items[*i].get(field.as_str()).is_some_and(|v| text(v.get_ref()) == *wanted);
            (0..items.len()).filter(holds).collect()
        }
    };
    if !found.is_empty() {
        return Ok(found);
    }
    let all: Vec<String> = items.iter().flat_map(|i| names(i)).collect();
    let hint = match selector {
        Selector::Key(key) => match nearest_name(key, all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {name}[{near}]?"),
            None => format!("there are {}", all.join(", ")),
        },
        _ => format!("the list has {} elements, counted from 0", items.len()),
    };
    Err((format!("{name}{selector}: there is no such element"), hint))
}

/// The number at some steps, and whether it is written as a whole one.
fn number_at(root: &DeValue<'_>, steps: &[Step]) -> Result<(f64, bool), Reason> {
    let Some(mut value) = find(root, steps) else {
        let hint = match steps.split_last() {
            Some((Step::Key(key), above)) => nearest_key(find(root, above), key),
            _ => String::new(),
        };
        return Err(("the scenario does not say this value, so there is nothing to multiply".into(), hint));
    };
    if let Some(inner) = value.get("value") {
        value = inner.get_ref();
    }
    let number = match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| (n as f64, true)),
        DeValue::Float(n) => n.as_str().parse().ok().filter(|n: &f64| n.is_finite()).map(|n| (n, false)),
        DeValue::Table(_) => {
            let hint = format!("name one of its numbers; {}", nearest_key(Some(value), ""));
            return Err(("this is no number but a table of values".into(), hint));
        }
        _ => None,
    };
    number.ok_or_else(|| ("this is no number, so it cannot be multiplied".into(), String::new()))
}

/// Puts the changed values into a merged document. `start` is where the text of changes begins in the numbering of bytes.
pub(super) fn put_all<'t>(table: &mut DeTable<'t>, lines: &[Line], text: &'t str, start: usize) {
    let mut root = DeValue::Table(std::mem::take(table));
    for line in lines {
        let (value, _) = DeValue::parse_recoverable(&text[line.value.clone()]);
        let span = line.value.start + start..line.value.end + start;
        let value = Spanned::new(span.clone(), super::layers::shift_value(value.into_inner(), span.start));
        put(&mut root, &line.steps, &(line.path.start + start..line.path.end + start), value);
    }
    if let DeValue::Table(changed) = root {
        *table = changed;
    }
}

fn put<'t>(here: &mut DeValue<'t>, steps: &[Step], path: &Range<usize>, new: Spanned<DeValue<'t>>) {
    let slot = match (steps.first(), here) {
        (Some(Step::Key(key)), DeValue::Table(table)) => {
            if steps.len() == 1 {
                note_change(table, key, &new);
            }
            if !table.contains_key(key.as_str()) {
                let empty = Spanned::new(path.start..new.span().end, DeValue::Table(DeTable::new()));
                table.insert(Spanned::new(path.clone(), Cow::Owned(key.clone())), empty);
            }
            table.get_mut(key.as_str())
        }
        (Some(Step::Index(at)), DeValue::Array(items)) => items.get_mut(*at),
        _ => None,
    };
    let Some(slot) = slot else { return };
    let span = path.start..new.span().end;
    if steps.len() > 1 {
        put(slot.get_mut(), &steps[1..], path, new);
    } else if slot.get_ref().get("value").is_some() && !new.get_ref().is_table() {
        put(slot.get_mut(), &[Step::Key("value".into())], path, new);
    } else {
        *slot = new;
        return;
    }
    // A value with its note is one thing: what is wrong with it is wrong with the change.
    if slot.get_ref().get("value").is_some() || slot.get_ref().get("dist").is_some() {
        let inner = std::mem::replace(slot.get_mut(), DeValue::Boolean(false));
        *slot = Spanned::new(span, inner);
    }
}

/// A changed number has not the quality of the old one, nor its source: both say so.
fn note_change<'t>(table: &mut DeTable<'t>, key: &str, new: &Spanned<DeValue<'t>>) {
    let is_value = table.contains_key("value") || table.contains_key("dist");
    if !is_value || ["quality", "source"].contains(&key) {
        return;
    }
    let span = new.span();
    let told = |table: &DeTable<'t>, key: &str| {
        table
            .get(key)
            .map(|v| v.get_ref().as_str().map_or_else(|| plain(v.get_ref()), str::to_owned))
            .unwrap_or_default()
    };
    let (was, quality, source) = (told(table, key), told(table, "quality"), told(table, "source"));
    let mut words = format!("changed for this run: {key} was {was}");
    if !quality.is_empty() || !source.is_empty() {
        words.push_str(&format!(" ({quality}: {source})"));
    }
    for (name, text) in [("quality", "C".to_string()), ("source", words)] {
        if let Some(old) = table.get_mut(name) {
            *old = Spanned::new(span.clone(), DeValue::String(Cow::Owned(text)));
        }
    }
}

fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(n) => n.to_string(),
        DeValue::Float(n) => n.to_string(),
        DeValue::Boolean(b) => b.to_string(),
        _ => "another".into(),
    }
}
