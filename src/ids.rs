//! Newtype ids: an index into one table each, so that a post cannot be taken for a unit.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the table.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position in the table.
            pub fn new(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )*};
}

ids! {
    /// A junction of the road graph.
    NodeId,
    /// A directed edge between two junctions.
    EdgeId,
    /// A post (station) where units wait.
    PostId,
    /// An ambulance with its crew.
    UnitId,
    /// A hospital that takes patients.
    HospitalId,
    /// A demand point: a village or an urban block.
    PointId,
    /// A dispatch centre.
    CentreId,
    /// A county-level unit.
    CountyId,
    /// A call category.
    CategoryId,
}
