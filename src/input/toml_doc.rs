use crate::fault::{Fault, Faults, SourceText, nearest_name};
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

/// A TOML file read into a type, with the means to point at any of its keys afterwards.
#[derive(Debug)]
pub struct TomlDoc<T> {
    /// The content.
    pub value: T,
    /// The file.
    pub source: Arc<SourceText>,
}

impl<T: DeserializeOwned> TomlDoc<T> {
    /// Reads a file's text. Structs should `deny_unknown_fields`: each unknown key is reported with the nearest known one.
    ///
    /// # Errors
    /// Every fault that can be told apart: all syntax errors, or all unknown keys and wrong types.
    pub fn parse(source: Arc<SourceText>) -> Result<TomlDoc<T>, Faults> {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        if !errors.is_empty() {
            return Err(Faults(errors.iter().map(|e| fault_of(e, &source)).collect()));
        }
        let mut faults = Faults::new();
        let mut rest = table;
        let mut removed: Vec<String> = Vec::new();
        // An unknown key or a value of the wrong type is reported and taken out, then the rest is read again, so that
        // one run shows all of them.
        loop {
            match T::deserialize(Deserializer::from(rest.clone())) {
                Ok(value) if faults.0.is_empty() => return Ok(TomlDoc { value, source: Arc::clone(&source) }),
                Ok(_) => return Err(faults),
                Err(error) => {
                    let missing_after_removal =
                        removed.iter().any(|key| error.message().contains(&format!("missing field `{key}`")));
                    if !missing_after_removal {
                        faults.push(fault_of(&error, &source));
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
    /// The bytes of a key's value, e.g. `category[2].share`; of the nearest part of the path that exists otherwise.
    pub fn span(&self, path: &str) -> Range<usize> {
        let Ok(table) = DeTable::parse(&self.source.text) else { return 0..0 };
        let mut span = 0..0;
        let mut value = DeValue::Table(table.into_inner());
        for part in path.split('.') {
            let (key, indexes) = part.split_once('[').map_or((part, ""), |(k, i)| (k, i));
            let Some(next) = value.get(key) else { return span };
            span = next.span();
            let mut next = next.get_ref().clone();
            for index in indexes.split(['[', ']']).filter_map(|i| i.parse::<usize>().ok()) {
                let Some(item) = next.get(index) else { return span };
                span = item.span();
                let item = item.get_ref().clone();
                next = item;
            }
            value = next;
        }
        span
    }

    /// The file and the bytes of a key's value in it, as [`Fault::at`] wants them.
    pub fn place(&self, path: &str) -> (Arc<SourceText>, Range<usize>) {
        (Arc::clone(&self.source), self.span(path))
    }

    /// A fault at a key.
    pub fn fault(&self, path: &str, message: impl Into<String>) -> Fault {
        Fault::error(format!("{path}: {}", message.into())).at(&self.source, self.span(path))
    }
}

fn fault_of(error: &Error, source: &Arc<SourceText>) -> Fault {
    let message = error.message().trim().replace('\n', "; ");
    let fault = match error.span() {
        Some(span) => Fault::error(plain(&message)).at(source, span),
        None => Fault::error(plain(&message)).in_file(&source.path),
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
        let span = doc.span("list[0].replications");
        assert_eq!(&doc.source.text[span], "44");
    }
}
