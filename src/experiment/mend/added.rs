//! Units that are added to meet a clause, and the layout that they make.

use crate::experiment::layout::{Layout, Maker, NewPost, NewUnit, Writing};
use crate::text::Text;
use serde::Serialize;

/// A unit more, at a post that is there or at a new one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Addition {
    /// Which addition it is, from 1.
    pub number: usize,
    /// Whether its post is new.
    pub new_post: bool,
    /// The id of its post; of a new one, of the hospital or demand point at whose place it is.
    pub place: String,
    /// The name of that.
    pub name: Text,
    /// Its county.
    pub county: Option<Text>,
    /// Latitude and longitude, WGS-84.
    pub at: [f64; 2],
    /// The unit's kind.
    pub kind: String,
    /// Whether it has negative pressure.
    pub negative_pressure: bool,
    /// Its shift.
    pub shift: String,
}

/// `goldenhour mend`.
pub(super) const MEND: Maker = Maker { prefix: "mend", source: "added to meet a clause (goldenhour mend)" };

/// Additions as a layout.
pub(super) fn layout(writing: &Writing, additions: &[Addition]) -> Layout {
    let n = additions.len();
    let called = Text::new(format!("另加 {n}"), format!("with {n} more"));
    let mut layout = Layout { called, ..Layout::default() };
    for a in additions {
        let post = if a.new_post { writing.post_id(&a.place) } else { a.place.clone() };
        // A post with several new units stands in the table once.
        if a.new_post && layout.posts.iter().all(|p| p.id != post) {
            layout.posts.push(NewPost { id: post.clone(), name: a.name.clone(), county: a.county.clone(), at: a.at });
        }
        let kind = a.kind.clone();
        layout.units.push(NewUnit { post, kind, negative_pressure: a.negative_pressure, shift: a.shift.clone() });
    }
    layout
}
