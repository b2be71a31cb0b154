//! Proposals of siting: for the terminal, as a page, as a section of a report, on maps.

mod sentences;
mod terminal;

pub use terminal::siting_text;
