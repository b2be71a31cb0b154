//! Files that build on one another: a TOML file names another as its `base` and says only what differs.
//!
//! Tables are merged key by key. A list of tables that all have a `key` is merged by it: those of the base keep their
//! order, new ones follow. Everything else is replaced: numbers, texts, other lists, and tables that stand for one value
//! (those with `value` or `dist`), so that a new number never keeps the source of the old one.
//!
//! Places stay exact: the bytes of every layer are numbered on from the layer before, so that a span tells the file, too.

use super::changes::{self, Line, Worked};
use crate::fault::{Fault, Faults, SourceText};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// Files may be based on one another this often.
const MOST_LAYERS: usize = 8;

/// Texts in one numbering of bytes, the base first.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers {
    /// Where each text begins.
    texts: Vec<(usize, Arc<SourceText>)>,
    /// What the last text changes, where that is one of changes.
    changes: Option<Vec<Line>>,
}

impl Layers {
    /// Adds a text on top.
    pub(super) fn push(&mut self, source: Arc<SourceText>) {
        // A byte between texts, so that the end of one is not the beginning of the next.
        let start = self.texts.last().map_or(0, |(at, s)| at + s.text.len() + 1);
        self.texts.push((start, source));
    }

    /// Puts changes on top, instead of those that lay there. Nothing changed is no layer at all.
    pub(super) fn set_changes(&mut self, file: &Path, worked: &Worked) {
        if self.changes.take().is_some() {
            self.texts.pop();
        }
        if !worked.text.is_empty() {
            self.push(changes::source(file, worked.text.clone()));
            self.changes = Some(worked.lines.clone());
        }
    }

    /// The text of the changes, if there are any.
    pub(super) fn changed(&self) -> Option<&Arc<SourceText>> {
        self.changes.as_ref().and_then(|_| self.texts.last()).map(|(_, source)| source)
    }

    /// The text bytes belong to, and their place in it.
    pub(super) fn place(&self, span: Range<usize>) -> Option<(Arc<SourceText>, Range<usize>)> {
        let (start, source) = self.layer(span.start)?;
        let end = span.end.max(span.start) - start;
        Some((Arc::clone(source), span.start - start..end.min(source.text.len())))
    }

    /// The text a byte belongs to.
    pub(super) fn texts_at(&self, byte: usize) -> Option<&Arc<SourceText>> {
        self.layer(byte).map(|(_, source)| source)
    }

    fn layer(&self, byte: usize) -> Option<&(usize, Arc<SourceText>)> {
        let at = self.texts.partition_point(|(start, _)| *start <= byte).checked_sub(1)?;
        self.texts.get(at)
    }

    /// All texts read and put over one another, with all faults of syntax (and where their bytes begin).
    pub(super) fn merged(&self) -> (Spanned<DeTable<'_>>, Vec<(usize, Error)>) {
        let (mut all, mut span, mut faults) = (DeTable::new(), 0..0, Vec::new());
        let files = self.texts.len() - usize::from(self.changes.is_some());
        for (start, source) in &self.texts[..files] {
            let (table, errors) = DeTable::parse_recoverable(&source.text);
            faults.extend(errors.into_iter().map(|e| (*start, e)));
            span = table.span().start + start..table.span().end + start;
            merge(&mut all, shift(table.into_inner(), *start));
        }
        if let (Some(lines), Some((start, source))) = (&self.changes, self.texts.last()) {
            changes::put_all(&mut all, lines, &source.text, *start);
        }
        (Spanned::new(span, all), faults)
    }

    /// The texts, the base first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Arc<SourceText>> {
        self.texts.iter().map(|(_, s)| s)
    }
}

/// Reads a file and what it is based on, the base first.
///
/// # Errors
/// A base that cannot be read, at the place where it is named; bases that go round in a circle. Faults of syntax are
/// left to who parses the texts.
pub(super) fn read(file: &Path) -> Result<Vec<Arc<SourceText>>, Faults> {
    let mut chain = vec![SourceText::read(file)?];
    let mut seen = vec![file.canonicalize().unwrap_or_else(|_| file.to_path_buf())];
    loop {
        let source = Arc::clone(&chain[chain.len() - 1]);
        let table = DeTable::parse_recoverable(&source.text).0;
        let Some(base) = table.get_ref().get("base") else { break };
        let at = |fault: Fault| Faults::from(fault.at(&source, base.span()));
        // Another type than a text is a fault that reading the whole will tell.
        let Some(name) = base.get_ref().as_str() else { break };
        let path = source.path.parent().unwrap_or(Path::new("")).join(name);
        let next = SourceText::read(&path).map_err(|fault| {
            let told = Fault::error(format!("base: {}", fault.message));
            at(match fault.hint {
                Some(hint) => told.hint(hint),
                None => told,
            })
        })?;
        let real = path.canonicalize().unwrap_or(path);
        if seen.contains(&real) || chain.len() == MOST_LAYERS {
            let fault = Fault::error(format!("base: {name} is based on this file again, or on too many others"));
            return Err(at(fault.hint("a file may be based on another, and that on a third, but not in a circle")));
        }
        seen.push(real);
        chain.push(next);
    }
    chain.reverse();
    Ok(chain)
}

/// Moves all places in a table on by some bytes.
fn shift<'t>(table: DeTable<'t>, by: usize) -> DeTable<'t> {
    let moved = |span: Range<usize>| span.start + by..span.end + by;
    let entry = |(key, value): (Spanned<_>, Spanned<DeValue<'t>>)| {
        let (key_span, value_span) = (moved(key.span()), moved(value.span()));
        (Spanned::new(key_span, key.into_inner()), Spanned::new(value_span, shift_value(value.into_inner(), by)))
    };
    table.into_iter().map(entry).collect()
}

pub(super) fn shift_value<'t>(value: DeValue<'t>, by: usize) -> DeValue<'t> {
    match value {
        DeValue::Table(table) => DeValue::Table(shift(table, by)),
        DeValue::Array(mut items) => {
            for item in items.iter_mut() {
                let span = item.span();
                let inner = std::mem::replace(item.get_mut(), DeValue::Boolean(false));
                *item = Spanned::new(span.start + by..span.end + by, shift_value(inner, by));
            }
            DeValue::Array(items)
        }
        other => other,
    }
}

/// Puts a table over its base.
fn merge<'t>(base: &mut DeTable<'t>, over: DeTable<'t>) {
    for (key, value) in over {
        match base.get_mut(&key) {
            Some(below) => merge_value(below, value),
            None => {
                base.insert(key, value);
            }
        }
    }
}

fn merge_value<'t>(below: &mut Spanned<DeValue<'t>>, over: Spanned<DeValue<'t>>) {
    let span = over.span();
    match (below.get_mut(), over.into_inner()) {
        (DeValue::Table(base), DeValue::Table(over)) if !is_one_value(&over) && !is_one_value(base) => {
            merge(base, over);
            let merged = std::mem::take(base);
            *below = Spanned::new(span, DeValue::Table(merged));
        }
        (DeValue::Array(base), DeValue::Array(over)) if all_keyed(base) && all_keyed(&over) => {
            let mut over = over;
            for item in over.iter_mut() {
                let span = item.span();
                let inner = std::mem::replace(item.get_mut(), DeValue::Boolean(false));
                let key = key_of(&inner).map(str::to_owned);
                let item = Spanned::new(span, inner);
                match base.iter_mut().find(|b| key_of(b.get_ref()) == key.as_deref()) {
                    Some(below) => merge_value(below, item),
                    None => base.push(item),
                }
            }
        }
        (_, over) => *below = Spanned::new(span, over),
    }
}

fn is_one_value(table: &DeTable<'_>) -> bool {
    table.contains_key("value") || table.contains_key("dist")
}

fn key_of<'a>(value: &'a DeValue<'_>) -> Option<&'a str> {
    value.get("key").and_then(|k| k.get_ref().as_str())
}

fn all_keyed(items: &[Spanned<DeValue<'_>>]) -> bool {
    !items.is_empty() && items.iter().all(|i| key_of(i.get_ref()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(texts: &[&str]) -> Layers {
        let mut layers = Layers::default();
        for (i, text) in texts.iter().enumerate() {
            layers.push(Arc::new(SourceText { path: format!("{i}.toml").into(), text: (*text).to_string() }));
        }
        layers
    }

    fn merged(texts: &[&str]) -> toml::Table {
        let layers = layers(texts);
        let (table, faults) = layers.merged();
        assert!(faults.is_empty(), "{faults:?}");
        serde::Deserialize::deserialize(toml::de::Deserializer::from(table)).unwrap()
    }

    #[test]
    fn tables_are_merged_and_values_replaced() {
        let base = "a = 1\n[t]\nx = { value = 1, quality = \"A\", source = \"s\" }\ny = 2\nl = [1, 2]\nd = { dist = \"fixed\", value_s = 1 }\n";
        let over = "b = 3\n[t]\nx = 5\nl = [3]\nd = { dist = \"exponential\", mean_s = 2 }\n[t.z]\nq = 1\n";
        let expected =
            "a = 1\nb = 3\n[t]\nx = 5\ny = 2\nl = [3]\nd = { dist = \"exponential\", mean_s = 2 }\nz = { q = 1 }\n";
        assert_eq!(merged(&[base, over]), expected.parse().unwrap());
        // A noted value loses its old note, whichever way it is written.
        let over = "[t]\nx = { value = 7 }\n";
        assert_eq!(merged(&[base, over])["t"]["x"], "x = { value = 7 }".parse::<toml::Table>().unwrap()["x"]);
        let over = "t.x.value = 7\n";
        assert_eq!(merged(&[base, over])["t"]["x"], "x = { value = 7 }".parse::<toml::Table>().unwrap()["x"]);
    }

    #[test]
    fn lists_with_keys_are_merged_by_them_and_others_replaced() {
        let base = "[[p]]\nkey = \"a\"\nv = 1\nw = 1\n[[p]]\nkey = \"b\"\nv = 2\n[[c]]\nn = 1\n[[c]]\nn = 2\n";
        let over = "[[p]]\nkey = \"c\"\nv = 9\n[[p]]\nkey = \"a\"\nv = 8\n[[c]]\nn = 3\n";
        let third = "[[p]]\nkey = \"c\"\nw = 4\n";
        let expected = "[[p]]\nkey = \"a\"\nv = 8\nw = 1\n[[p]]\nkey = \"b\"\nv = 2\n[[p]]\nkey = \"c\"\nv = 9\nw = 4\n[[c]]\nn = 3\n";
        assert_eq!(merged(&[base, over, third]), expected.parse().unwrap());
        assert_eq!(merged(&[base, "c = []\np = []\n"]), "c = []\np = []\n".parse().unwrap());
    }

    #[test]
    fn places_tell_the_file() {
        let layers = layers(&["a = 1\nb = 22\n", "b = 333\n"]);
        let all = layers.merged().0.into_inner();
        let text = |key: &str| {
            let (source, span) = layers.place(all.get(key).unwrap().span()).unwrap();
            (source.path.display().to_string(), source.text[span].to_string())
        };
        assert_eq!(text("a"), ("0.toml".into(), "1".into()));
        assert_eq!(text("b"), ("1.toml".into(), "333".into()));
    }
}
