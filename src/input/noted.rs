use crate::quality::Quality;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A value with the note that travels with it: how good it is and where it comes from.
///
/// In TOML either the bare value (`rate = 16`, quality then unknown and shown as an assumption) or a table
/// (`rate = { value = 16, quality = "B", source = "…" }`).
#[derive(Clone, Debug, PartialEq)]
pub struct Noted<T> {
    /// The value.
    pub value: T,
    /// Its quality; an unmarked value is an assumption.
    pub quality: Quality,
    /// Its source in words; may be empty.
    pub source: String,
}

impl<T> Noted<T> {
    /// A default of the program: an assumption whose source says so.
    pub fn default_of(value: T) -> Noted<T> {
        Noted { value, quality: Quality::Assumed, source: "default of the program".into() }
    }
}

struct NotedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NotedVisitor<T> {
    type Value = Noted<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a table with `value`, `quality` and `source`")
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Noted<T>, E> {
        bare(T::deserialize(de::value::F64Deserializer::new(v))?)
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Noted<T>, E> {
        bare(T::deserialize(de::value::I64Deserializer::new(v))?)
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Noted<T>, E> {
        bare(T::deserialize(de::value::StrDeserializer::new(v))?)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Noted<T>, A::Error> {
        bare(T::deserialize(de::value::SeqAccessDeserializer::new(seq))?)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Noted<T>, A::Error> {
        const FIELDS: &[&str] = &["value", "quality", "source"];
        let (mut value, mut quality, mut source) = (None, Quality::Assumed, String::new());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "value" => value = Some(map.next_value()?),
                "quality" => quality = map.next_value()?,
                "source" => source = map.next_value()?,
                other => return Err(de::Error::unknown_field(other, FIELDS)),
            }
        }
        let value = value.ok_or_else(|| de::Error::missing_field("value"))?;
        Ok(Noted { value, quality, source })
    }
}

fn bare<T, E>(value: T) -> Result<Noted<T>, E> {
    Ok(Noted { value, quality: Quality::Assumed, source: String::new() })
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Noted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Noted<T>, D::Error> {
        deserializer.deserialize_any(NotedVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Doc {
        a: Noted<f64>,
        b: Noted<f64>,
        c: Noted<Vec<f64>>,
        d: Noted<f64>,
    }

    #[test]
    fn bare_and_annotated() {
        let doc: Doc =
            toml::from_str("a = 4.5\nb = { value = 16, quality = \"B\", source = \"x\" }\nc = [1.0, 2.0]\nd = 3")
                .unwrap();
        assert_eq!((doc.a.value, doc.a.quality), (4.5, Quality::Assumed));
        assert_eq!((doc.b.value, doc.b.quality, doc.b.source.as_str()), (16.0, Quality::Derived, "x"));
        assert_eq!((doc.c.value, doc.d.value), (vec![1.0, 2.0], 3.0));
    }
}
