//! Paths to values of an input: `run.days`, `category[cardio].share`, `units[post=P05].count`.

use std::fmt;
use std::str::FromStr;

/// Which elements of a list are meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// `[*]`: all of them.
    All,
    /// `[2]`: one by its place, from 0.
    Index(usize),
    /// `[cardio]`: one by its `key` (in tables: by its `id`).
    Key(String),
    /// `[zone=rural]`: those with a value.
    Where(String, String),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// A key of a table.
    Key(String),
    /// Elements of a list.
    Of(Selector),
}

/// A path to a value: keys with points between them, elements of lists in brackets. `parse` and `to_string` undo one
/// another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValuePath(pub(super) Vec<PathStep>);

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path to a value: {reason}")]
pub struct PathError {
    text: String,
    reason: &'static str,
}

/// Characters that have a meaning of their own in a path.
const MARKS: &str = ".[]=\"'*\n\r\t";

impl ValuePath {
    /// Its steps; the first is always a key.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// The first key.
    pub fn first(&self) -> &str {
        match self.0.first() {
            Some(PathStep::Key(key)) => key,
            _ => "",
        }
    }

    /// The path of a key below this one.
    pub fn below(&self, key: &str) -> ValuePath {
        let mut steps = self.0.clone();
        steps.push(PathStep::Key(key.to_string()));
        ValuePath(steps)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::All => f.write_str("[*]"),
            Selector::Index(at) => write!(f, "[{at}]"),
            Selector::Key(key) => write!(f, "[{key}]"),
            Selector::Where(field, value) => write!(f, "[{field}={value}]"),
        }
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Key(key) if i == 0 => f.write_str(key)?,
                PathStep::Key(key) => write!(f, ".{key}")?,
                PathStep::Of(selector) => write!(f, "{selector}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for ValuePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<ValuePath, PathError> {
        let wrong = |reason| PathError { text: text.to_string(), reason };
        let plain = |word: &str| !word.is_empty() && word.trim() == word && !word.contains(|c| MARKS.contains(c));
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let key = &rest[..end];
            if !plain(key) {
                return Err(wrong("a key is empty or holds a sign that may not stand in a path"));
            }
            steps.push(PathStep::Key(key.to_string()));
            rest = &rest[end..];
            while let Some(inside) = rest.strip_prefix('[') {
                let Some((inside, after)) = inside.split_once(']') else { return Err(wrong("a `[` has no `]`")) };
                steps.push(PathStep::Of(
                    selector(inside, &plain)
                        .ok_or_else(|| wrong("write [*], [0], [the key of an element] or [column=value]"))?,
                ));
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(ValuePath(steps)),
                None => return Err(wrong("a point is missing after `]`")),
            }
        }
    }
}

fn selector(inside: &str, plain: &dyn Fn(&str) -> bool) -> Option<Selector> {
    if inside == "*" {
        return Some(Selector::All);
    }
    if let Some((field, value)) = inside.split_once('=') {
        let value_fits = !value.is_empty() && value.trim() == value && !value.contains(['[', '=', '\n', '\r', '\t']);
        return (plain(field) && value_fits).then(|| Selector::Where(field.to_string(), value.to_string()));
    }
    // Only what is written back alike is a place; `007` is a key.
    match inside.parse::<usize>() {
        Ok(at) if at.to_string() == inside => Some(Selector::Index(at)),
        _ => (!inside.is_empty() && inside.trim() == inside && !inside.contains(['[', '"', '*', '\n', '\r', '\t']))
            .then(|| Selector::Key(inside.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_read() {
        let path: ValuePath = "category[cardio].share.value".parse().unwrap();
        let key = |k: &str| PathStep::Key(k.into());
        assert_eq!(
            path.steps(),
            [key("category"), PathStep::Of(Selector::Key("cardio".into())), key("share"), key("value")]
        );
        let path: ValuePath = "units[county=红塔区].count".parse().unwrap();
        assert_eq!(path.steps()[1], PathStep::Of(Selector::Where("county".into(), "红塔区".into())));
        assert_eq!("a[2][*]".parse::<ValuePath>().unwrap().steps().len(), 3);
        for wrong in ["", ".", "a.", "a..b", "a[", "a[]", "a[1", "a[1]b", "[1]", "a[x=]", "a[=x]", "a b .c", "a=1"] {
            assert!(wrong.parse::<ValuePath>().is_err(), "{wrong}");
        }
    }

    fn a_selector() -> impl Strategy<Value = Selector> {
        prop_oneof![
            Just(Selector::All),
            (0..1000_usize).prop_map(Selector::Index),
            "[a-zA-Z_红塔-]{1,6}".prop_map(Selector::Key),
            ("[a-z_]{1,6}", "[a-z0-9红:.]{1,6}").prop_map(|(f, v)| Selector::Where(f, v)),
        ]
    }

    proptest! {
        #[test]
        fn display_and_parse_undo_one_another(
            first in "[a-z_]{1,8}",
            rest in prop::collection::vec(
                prop_oneof!["[a-z_0-9]{1,8}".prop_map(PathStep::Key), a_selector().prop_map(PathStep::Of)], 0..5),
        ) {
            let path = ValuePath(std::iter::once(PathStep::Key(first)).chain(rest).collect());
            prop_assert_eq!(path.to_string().parse::<ValuePath>().unwrap(), path);
        }

        #[test]
        fn any_text_is_refused_or_written_back(text in "[a-z\\[\\].=*0-9 ]{0,14}") {
            if let Ok(path) = text.parse::<ValuePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
