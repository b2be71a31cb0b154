//! Reading TOML and CSV so that every fault is found at once and each points at its place.

mod changes;
mod edit;
mod layers;
mod noted;
mod path;
mod tables;
mod toml_doc;

pub use changes::{Change, How, TableChange};
pub use noted::Noted;
pub use path::{PathError, PathStep, Selector, ValuePath};
pub use tables::{Row, Table};
pub use toml_doc::TomlDoc;
