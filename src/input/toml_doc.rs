use super::changes::{self, Change, TableChange, Worked};
use super::layers::{self, Layers};
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

/// A TOML file read into a type, with the means to point at any of its keys afterwards.
#[derive(Debug)]
pub struct TomlDoc<T> {
    /// The content.
    pub value: T,
    /// The file; of files that build on one another, the last.
    pub source: Arc<SourceText>,
    layers: Layers,
    worked: Worked,
}

impl<T: DeserializeOwned> TomlDoc<T> {
    /// Reads a file's text. Structs should `deny_unknown_fields`: each unknown key is reported with the nearest known one.
    ///
    /// # Errors
    /// Every fault that can be told apart: all syntax errors, or all unknown keys and wrong types.
    pub fn parse(source: Arc<SourceText>) -> Result<TomlDoc<T>, Faults> {
        TomlDoc::parse_layers(vec![source])
    }

    /// Reads a file and those it is based on: a key `base` at the top names another file of the same kind, relative to
    /// this one, from which everything is taken that this one does not say otherwise. The type must know the key.
    ///
    /// # Errors
    /// As [`TomlDoc::parse`], each fault in the file it is in; a base that cannot be read.
    pub fn read_with_base(file: &Path) -> Result<TomlDoc<T>, Faults> {
        TomlDoc::parse_layers(layers::read(file)?)
    }

    /// The same with some values changed. Names in `tables` stand for tables of rows where a bracket follows them: those
    /// changes are for the reader of the tables, see [`TomlDoc::table_changes`].
    ///
    /// # Errors
    /// As [`TomlDoc::read_with_base`]; faults of a changed value are shown at the change; paths that lead nowhere.
    pub fn read_changed(file: &Path, changes: &[Change], tables: &[&str]) -> Result<TomlDoc<T>, Faults> {
        let mut doc = TomlDoc::<T>::parse_layers(layers::read(file)?)?;
        if changes.is_empty() {
            return Ok(doc);
        }
        // Whether a number must be whole only its type knows, so that is tried.
        let mut rounded: Vec<usize> = Vec::new();
        loop {
            doc.worked = changes::work_out(&mut doc.layers, changes, file, tables, &rounded)?;
            match TomlDoc::<T>::value(&doc.layers) {
                Ok(value) => return Ok(TomlDoc { value, ..doc }),
                Err(faults) => {
                    let before = rounded.len();
                    for fault in faults.0.iter().filter(|f| f.message.contains("floating point")) {
                        let Some((source, span)) = &fault.place else { continue };
                        if !doc.layers.changed().is_some_and(|text| Arc::ptr_eq(text, source)) {
                            continue;
                        }
                        let here = |line: &usize| {
                            let value = &doc.worked.lines[*line].value;
                            span.start <= value.start && value.end <= span.end && !rounded.contains(line)
                        };
                        rounded.extend(doc.worked.products.iter().copied().find(here));
                    }
                    if rounded.len() == before {
                        return Err(faults);
                    }
                }
            }
        }
    }

    fn parse_layers(sources: Vec<Arc<SourceText>>) -> Result<TomlDoc<T>, Faults> {
        let mut layers = Layers::default();
        let Some(source) = sources.last().cloned() else { return Err(Fault::error("there is no file to read").into()) };
        sources.into_iter().for_each(|s| layers.push(s));
        let value = TomlDoc::value(&layers)?;
        Ok(TomlDoc { value, source, layers, worked: Worked::default() })
    }

    fn value(layers: &Layers) -> Result<T, Faults> {
        let (mut rest, errors) = layers.merged();
        if !errors.is_empty() {
            return Err(Faults(errors.iter().map(|(start, e)| fault_of(e, layers, *start)).collect()));
        }
        let mut faults = Faults::new();
        let mut removed: Vec<String> = Vec::new();
        // An unknown key or a value of the wrong type is reported and taken out, then the rest is read again, so that
        // one run shows all of them.
        loop {
            match T::deserialize(Deserializer::from(rest.clone())) {
                Ok(value) if faults.0.is_empty() => return Ok(value),
                Ok(_) => return Err(faults),
                Err(error) => {
                    let missing_after_removal =
                        removed.iter().any(|key| error.message().contains(&format!("missing field `{key}`")));
                    if !missing_after_removal {
                        faults.push(fault_of(&error, layers, 0));
                    }
                    match error.span().and_then(|span| remove_at(rest.get_mut(), &span)) {
                        Some(key) if !missing_after_removal && !error.message().starts_with("missing field") => {
                            removed.push(key);
                        }
                        _ => return Err(faults),
                    }
                }
            }
        }
    }
}

impl<T> TomlDoc<T> {
    /// The file and the bytes of a key's value in it, e.g. of `category[2].share`; of the nearest part of the path that
    /// exists otherwise.
    pub fn place(&self, path: &str) -> (Arc<SourceText>, Range<usize>) {
        let nowhere = || (Arc::clone(&self.source), 0..0);
        self.span(path).and_then(|span| self.layers.place(span)).unwrap_or_else(nowhere)
    }

    /// The folder a path written at a key is relative to: that of the file the key stands in.
    pub fn folder(&self, path: &str) -> &Path {
        let span = self.span(path).unwrap_or(usize::MAX..usize::MAX);
        let source = self.layers.texts_at(span.start).unwrap_or(&self.source);
        source.path.parent().unwrap_or(Path::new(""))
    }

    /// The texts this was read from, the base first.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<SourceText>> {
        self.layers.texts()
    }

    /// The text of the changes, where there are any.
    pub fn changes_text(&self) -> Option<&Arc<SourceText>> {
        self.layers.changed()
    }

    /// What is changed in a table of rows, in the order of the changes.
    pub fn table_changes(&self, table: &str) -> Vec<TableChange> {
        let Some(text) = self.layers.changed() else { return Vec::new() };
        let of = self.worked.tables.iter().filter(|(name, ..)| name == table);
        let change = |(_, selector, column, how, span): &(_, _, _, _, Range<usize>)| TableChange {
            selector: Clone::clone(selector),
            column: Clone::clone(column),
            how: Clone::clone(how),
            place: (Arc::clone(text), span.clone()),
        };
        of.map(change).collect()
    }

    fn span(&self, path: &str) -> Option<Range<usize>> {
        let mut span = None;
        let mut parts = path.split('.').flat_map(|part| {
            let (key, indexes) = part.split_once('[').map_or((part, ""), |(k, i)| (k, i));
            let indexes = indexes.split(['[', ']']).filter_map(|i| i.parse::<usize>().ok());
            std::iter::once(Step::Key(key)).chain(indexes.map(Step::Index))
        });
        let Some(Step::Key(first)) = parts.next() else { return span };
        let table = self.layers.merged().0.into_inner();
        let mut value = table.get(first)?;
        loop {
            span = Some(value.span());
            let next = match parts.next() {
                Some(Step::Key(key)) => value.get_ref().get(key),
                Some(Step::Index(at)) => value.get_ref().get(at),
                None => None,
            };
            match next {
                Some(next) => value = next,
                None => return span,
            }
        }
    }

    /// A fault at a key.
    pub fn fault(&self, path: &str, message: impl Into<String>) -> Fault {
        let (source, span) = self.place(path);
        Fault::error(format!("{path}: {}", message.into())).at(&source, span)
    }
}

/// A part of a path.
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The fault of an error whose places count from `start`.
fn fault_of(error: &Error, layers: &Layers, start: usize) -> Fault {
    let message = error.message().trim().replace('\n', "; ");
    let span = error.span().map(|s| s.start + start..s.end + start);
    let fault = Fault::error(plain(&message));
    let fault = match span.and_then(|span| layers.place(span)) {
        Some((source, span)) => fault.at(&source, span),
        None => match layers.texts().last() {
            Some(source) => fault.in_file(&source.path),
            None => fault,
        },
    };
    match hint_for(&message) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// The parser's words, put for a planner.
fn plain(message: &str) -> String {
    if let Some((name, _)) = quoted_after(message, "unknown field ") {
        format!("the key `{name}` is not known here")
    } else if let Some((name, _)) = quoted_after(message, "missing field ") {
        format!("the key `{name}` is missing")
    } else if let Some((name, _)) = quoted_after(message, "unknown variant ") {
        format!("`{name}` is not one of the possible values")
    } else {
        message.to_string()
    }
}

fn hint_for(message: &str) -> Option<String> {
    let (name, rest) = quoted_after(message, "unknown field ").or_else(|| quoted_after(message, "unknown variant "))?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    match nearest_name(name, known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if !known.is_empty() => Some(format!("known here: {}", known.join(", "))),
        None => None,
    }
}

fn quoted_after<'a>(message: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    let start = message.find(words)? + words.len();
    message[start..].strip_prefix('`')?.split_once('`')
}

/// Takes out the entry whose key or value covers exactly `span` (else the innermost entry that holds it).
fn remove_at(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let hit = table.iter().find(|(k, v)| k.span() == *span || v.span() == *span).map(|(k, _)| k.clone());
    if let Some(key) = hit {
        table.remove(&key);
        return Some(key.into_inner().into_owned());
    }
    for (_, value) in table.iter_mut() {
        if let Some(key) = remove_in(value, span) {
            return Some(key);
        }
    }
    None
}

fn remove_in(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<String> {
    match value.get_mut() {
        DeValue::Table(table) => remove_at(table, span),
        DeValue::Array(items) => items.iter_mut().find_map(|item| remove_in(item, span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        base: Option<String>,
        #[allow(dead_code)]
        run: Inner,
        #[allow(dead_code)]
        #[serde(default)]
        list: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        replications: u32,
        #[allow(dead_code)]
        #[serde(default)]
        seed: u64,
    }

    fn read(text: &str) -> Result<TomlDoc<Outer>, Faults> {
        TomlDoc::parse(Arc::new(SourceText { path: "s.toml".into(), text: text.into() }))
    }

    #[test]
    fn all_unknown_keys_are_reported_with_their_place() {
        let faults = read("[run]\nreplicatons = 3\nreplications = 2\nsed = 1\n[rum]\n").unwrap_err();
        let lines: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(
            lines.iter().any(|l| l.contains("s.toml:2:1") && l.contains("did you mean `replications`")),
            "{lines:?}"
        );
        assert!(lines.iter().any(|l| l.contains("s.toml:4:1") && l.contains("`seed`")), "{lines:?}");
        assert!(lines.iter().any(|l| l.contains("s.toml:5:") && l.contains("`run`")), "{lines:?}");
    }

    #[test]
    fn wrong_types_and_missing_keys() {
        let faults = read("[run]\nreplications = \"many\"\nseed = -1\n").unwrap_err();
        assert_eq!(faults.0.len(), 2, "{faults}");
        let faults = read("[run]\nseed = 1\n").unwrap_err();
        assert!(faults.to_string().contains("`replications` is missing"), "{faults}");
        let faults = read("[run\nseed = 1\n").unwrap_err();
        assert!(faults.to_string().contains("s.toml:1"), "{faults}");
    }

    #[test]
    fn spans_of_paths() {
        let doc = read("[run]\nreplications = 3\n[[list]]\nreplications = 44\n").unwrap();
        for (path, text) in [("list[0].replications", "44"), ("run.replications", "3"), ("run.replications.x", "3")] {
            let (source, span) = doc.place(path);
            assert_eq!(&source.text[span], text, "{path}");
        }
        assert_eq!(doc.place("none").1, 0..0);
    }

    #[test]
    fn faults_are_in_the_file_that_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let read = || TomlDoc::<Outer>::read_with_base(&folder.path().join("b/top.toml"));
        std::fs::create_dir(folder.path().join("b")).unwrap();
        write("base.toml", "[run]\nseed = 4\nsed = 1\n");
        write("b/top.toml", "base = \"../base.toml\"\n\n\n[run]\nreplications = \"many\"\n");
        let faults = read().unwrap_err();
        let lines: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines.iter().any(|l| l.contains("base.toml:3:1") && l.contains("`seed`")), "{lines:?}");
        assert!(lines.iter().any(|l| l.contains("top.toml:5:16")), "{lines:?}");

        write("base.toml", "[run]\nseed = 4\n");
        write("b/top.toml", "base = \"../base.toml\"\n[run]\nreplications = 2\n");
        let doc = read().unwrap();
        assert_eq!((doc.value.run.replications, doc.value.run.seed), (2, 4));
        assert!(doc.place("run.seed").0.path.ends_with("base.toml"));
        assert!(doc.folder("run.replications").ends_with("b") && !doc.folder("run.seed").ends_with("b"));
        assert_eq!(doc.texts().count(), 2);

        write("base.toml", "[run\n");
        assert!(read().unwrap_err().to_string().contains("base.toml:1"));
        write("base.toml", "base = \"b/top.toml\"\n");
        let faults = read().unwrap_err().to_string();
        assert!(faults.contains("base.toml:1:8") && faults.contains("circle"), "{faults}");
        write("b/top.toml", "base = \"../bas.toml\"\n");
        let faults = read().unwrap_err().to_string();
        assert!(
            faults.contains("top.toml:1:8") && faults.contains("did you mean") && faults.contains("base.toml"),
            "{faults}"
        );
    }
}
