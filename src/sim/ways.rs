//! What the engine asks of roads: how long a unit needs, and where it is under way.
//!
//! The engine knows nothing of edges and metrics. [`World`](super::World) answers for a road graph with periods, closures and
//! turn-rounds; `jemss` answers for networks on which units decide at nodes only.

use super::world::Origin;
use crate::ids::{CategoryId, HospitalId, PointId, PostId};
use crate::units::{SimTime, Span};

/// A kind of way a unit drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// To the scene, lights and siren.
    Response,
    /// To hospital, lights and siren.
    Transport,
    /// Home, or to another post.
    Return,
    /// To the scene without siren.
    CalmResponse,
    /// To hospital without siren.
    CalmTransport,
}

impl Leg {
    /// All, in order.
    pub const ALL: [Leg; 5] = [Leg::Response, Leg::Transport, Leg::Return, Leg::CalmResponse, Leg::CalmTransport];
}

/// A way that a unit has set out on.
#[derive(Clone, Copy, Debug)]
pub struct Drive<At> {
    /// Where it set out.
    pub from: At,
    /// When it left.
    pub leaves: SimTime,
    /// Where it goes.
    pub to: Origin,
    /// What kind of way.
    pub leg: Leg,
    /// What the network's time is multiplied by.
    pub factor: f64,
}

/// What is known at once of the time a way takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// It takes exactly this.
    Exact(Span),
    /// It takes at least this; [`Ways::time`] tells exactly.
    AtLeast(Span),
    /// There is no way, and none will come.
    Never,
}

/// Travel times and places under way, for one kind of network.
pub trait Ways: Sync {
    /// Where a unit is.
    type At: Copy + PartialEq + std::fmt::Debug;
    /// Buffers that are used again and again.
    type Scratch: Default;

    /// A unit that rests at a place.
    fn resting(&self, place: Origin) -> Self::At;

    /// Where a unit on its way is at a moment (not before it left).
    fn locate(&self, scratch: &mut Self::Scratch, drive: &Drive<Self::At>, now: SimTime) -> Self::At;

    /// How long a way would take that begins at a moment, the network's time multiplied by the drive's factor.
    fn estimate(&self, scratch: &mut Self::Scratch, drive: &Drive<Self::At>) -> Estimate;

    /// Exactly how long it takes, through all changes of the roads; `None` if it never arrives.
    fn time(&self, scratch: &mut Self::Scratch, drive: &Drive<Self::At>) -> Option<Span>;

    /// The least time to a point for a unit that has been on a way for `gone` and will arrive in `left`, wherever on it the
    /// unit is; so that far ones need not be located. Zero says nothing.
    fn least(&self, drive: &Drive<Self::At>, gone: Span, left: Span, to: PointId, factor: f64) -> Span {
        let _ = (drive, gone, left, to, factor);
        Span::ZERO
    }

    /// All posts from which there is a way to a point, the quickest first, as the roads are at a moment; `None` where that is
    /// not known. Estimates for units that leave their posts at that moment must never fall along this order.
    fn posts_by_time(&self, leg: Leg, to: PointId, leaves: SimTime) -> Option<&[u16]> {
        let _ = (leg, to, leaves);
        None
    }

    /// When the roads next change after a moment (calls that wait may come within reach); never where they do not.
    fn next_change(&self, now: SimTime) -> SimTime;

    /// Network time from a scene to a hospital as the roads are at a moment, before any factor; `None` if there is no way.
    fn to_hospital(&self, leg: Leg, from: PointId, hospital: HospitalId, now: SimTime) -> Option<Span>;

    /// The nearest hospital in time that takes a category's patients, as the roads are at a moment.
    fn nearest_hospital(&self, leg: Leg, from: PointId, category: CategoryId, now: SimTime) -> Option<HospitalId>;

    /// Network time from one post to another (for redeployment), as the roads are at a moment.
    fn between_posts(&self, from: PostId, to: PostId, now: SimTime) -> Option<Span>;

    /// Network time from a post to a point as the roads are at a moment, before any factor.
    fn post_to_point(&self, leg: Leg, from: PostId, to: PointId, now: SimTime) -> Option<Span>;

    /// Whether a unit of a post could get to a point in any state of the roads.
    fn ever_reaches(&self, from: PostId, to: PointId) -> bool;
}
