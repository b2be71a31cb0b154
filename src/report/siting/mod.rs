//! Proposals of siting: for the terminal, as a page, as a section of a report, on maps.

mod judged_text;
mod sentences;
mod terminal;

pub use judged_text::judged_text;
pub use terminal::siting_text;
