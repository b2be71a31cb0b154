//! Reading TOML and CSV so that every fault is found at once and each points at its place.

mod layers;
mod noted;
mod tables;
mod toml_doc;

pub use noted::Noted;
pub use tables::{Row, Table};
pub use toml_doc::TomlDoc;
