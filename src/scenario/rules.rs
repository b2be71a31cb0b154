//! What a scenario may turn on beyond the plain life of a call. Everything here is off, or trivially simple, by default.
//!
//! These are checked, resolved values; loading a scenario makes them of the TOML.

use crate::geo::{LatLon, Polygon};
use crate::ids::{CentreId, CountyId, HospitalId, PointId, PostId};
use crate::network::calendar::Window;
use crate::quality::Zone;
use crate::random::Dist;
use crate::text::Text;
use crate::units::Span;

/// A penalty that no difference in driving time makes up for: "always prefer".
pub const ALWAYS: Span = Span(30 * 86_400 * 1_000_000);

/// Everything that may be turned on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// At the telephone.
    pub telephone: Telephone,
    /// Which unit goes.
    pub dispatch: Dispatching,
    /// Where free units wait.
    pub move_up: MoveUpRule,
    /// When units are on duty, and what keeps them from it.
    pub fleet: Fleet,
    /// Where patients are taken, and what happens there.
    pub hospitals: HospitalRules,
    /// Helicopters and boats.
    pub craft: CraftRules,
}

impl Rules {
    /// Whether it is ever asked where a unit on its way is.
    pub fn needs_places_under_way(&self) -> bool {
        self.dispatch.under_way || !self.dispatch.redirect.is_empty() || self.move_up != MoveUpRule::Home
    }
}

/// A place of calls that is no demand point: the site of an event, a hospital that transfers patients, a landing point,
/// a pier. Sites are numbered after the demand points: site `s` is point `points.len() + s`.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<CountyId>,
    /// By which target it is judged.
    pub zone: Zone,
    /// Where it is.
    pub at: LatLon,
}

/// Adds a site after the demand points and the sites there are, and gives the number by which it is a point.
/// `points` is how many demand points there are.
pub fn add_site(sites: &mut Vec<Site>, points: usize, site: Site) -> PointId {
    sites.push(site);
    PointId::new(points + sites.len() - 1)
}

// ---- the telephone ----------------------------------------------------------------------------------------------------

/// What happens at the telephone beyond picking up and handling.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telephone {
    /// How many seats of each centre are staffed when; empty: [`super::Centre::seats`] around the clock. One list per centre,
    /// each a list of (windows, seats): the seats on duty are the largest number whose windows hold, or 0.
    pub duty: Vec<Vec<(Vec<Window>, u32)>>,
    /// How long a caller waits before hanging up; `None`: for ever.
    pub patience: Option<Dist>,
    /// What a caller does who hung up; `None`: never calls again.
    pub redial: Option<Redial>,
    /// Ringing calls go to a neighbour centre; `None`: never.
    pub overflow: Option<Overflow>,
    /// Callers who reach the wrong centre first; `None`: nobody.
    pub misrouted: Option<Misrouted>,
    /// Handling of a call about an incident that is known already; `None`: as a call that needs no dispatch.
    pub handling_duplicate: Option<Dist>,
}

/// Calling again after hanging up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redial {
    /// Share of those who hung up that call again.
    pub share: f64,
    /// How long after hanging up.
    pub after: Dist,
}

/// Ringing calls that go to a neighbour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overflow {
    /// After ringing so long; the neighbour takes it when it has a free seat then, or as soon as one comes free.
    pub after: Span,
    /// Time that passing the finished call back to its own centre costs before a unit can be sent.
    pub passing: Span,
}

/// Callers who reach the wrong centre first. Only with several centres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Misrouted {
    /// Share of calls.
    pub share: f64,
    /// Time that passing the call on costs before a unit can be sent.
    pub passing: Dist,
}

// ---- dispatch ---------------------------------------------------------------------------------------------------------

/// Which unit goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatching {
    /// Whether units on the way home (or moving up) may be sent.
    pub under_way: bool,
    /// A unit based in another county than the call is taken only if it is quicker by more than this; zero: city-wide.
    pub other_county: Span,
    /// A unit that is not of a kind the category asks for is taken only if it is quicker by more than this.
    pub mismatch: Span,
    /// A unit under way to a call of the first priority may be sent to one of the second instead.
    pub redirect: Vec<(u8, u8)>,
    /// Free units kept back for urgent calls; `None`: none.
    pub hold_back: Option<HoldBack>,
    /// In the queue for units a call gains one step of priority for each such span it has waited; `None`: never.
    pub ageing: Option<Span>,
    /// Calls of equal priority wait in the order in which they rang, not in which they were triaged.
    pub queue_by_ring: bool,
    /// Help from the units of other centres; `None`: never.
    pub mutual_aid: Option<MutualAid>,
    /// Which of two units that need the same time goes.
    pub tie: Tie,
}

impl Default for Dispatching {
    fn default() -> Dispatching {
        Dispatching {
            under_way: true,
            other_county: Span::ZERO,
            mismatch: ALWAYS,
            redirect: Vec::new(),
            hold_back: None,
            ageing: None,
            queue_by_ring: false,
            mutual_aid: None,
            tie: Tie::Rested,
        }
    }
}

/// Which of two units that need the same time goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tie {
    /// The one that has been free longest.
    #[default]
    Rested,
    /// The first in the table.
    First,
}

/// Units kept back: a call of this priority or less urgent gets a unit only if so many others of its centre stay free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldBack {
    /// Units that must stay free.
    pub units: u32,
    /// The most urgent priority that has to wait for them.
    pub priority: u8,
}

/// Help from other centres.
#[derive(Clone, Debug, PartialEq)]
pub struct MutualAid {
    /// A call that has waited so long for a unit may get one of a neighbour; zero: at once.
    pub after: Span,
    /// Time that asking costs: added to the turn-out of a unit that helps.
    pub asking: Span,
    /// For each centre, the centres that help it.
    pub neighbours: Vec<Vec<CentreId>>,
}

// ---- where free units wait --------------------------------------------------------------------------------------------

/// Redeployment (move-up).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MoveUpRule {
    /// Every unit goes back to its home post.
    #[default]
    Home,
    /// A unit that comes free goes to the first post of the list that has fewer units at it or on the way to it than the
    /// list asks for (a post may stand in it several times); home if all are filled.
    Priority(Vec<PostId>),
    /// Nested compliance table: row `n − 1` says where `n` free units ought to be. Units move, also from post to post, so
    /// that the row is met with as little driving as a greedy matching finds.
    Compliance {
        /// The rows; row `n − 1` has `n` posts. More free units than rows: the others go home.
        rows: Vec<Vec<PostId>>,
        /// Whether units at rest may be moved, or only those that come free.
        move_resting: bool,
    },
    /// Dynamic maximum expected coverage: a unit that comes free goes where the expected covered demand grows most
    /// (Jagtenberg, Bhulai, van der Mei 2015).
    Dmexclp {
        /// Share of time a unit is busy.
        busy: f64,
        /// A point counts as covered within this response driving time.
        within: Span,
    },
}

// ---- the fleet --------------------------------------------------------------------------------------------------------

/// When units are on duty, and what keeps them from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fleet {
    /// For each unit its windows of duty (its shift within the hours of its post); `None`: around the clock. Empty: all units
    /// around the clock. A job that has begun is finished; the unit then goes home and off duty.
    pub duty: Vec<Option<Vec<Window>>>,
    /// Crews at each post: so many of its units may be out at once; `None`: all of them. Empty: no limits.
    pub crews: Vec<Option<u32>>,
    /// Meal breaks; `None`: none.
    pub breaks: Option<Breaks>,
    /// Breakdowns; `None`: never.
    pub breakdown: Option<Breakdown>,
    /// Planned service; `None`: never.
    pub service: Option<Service>,
    /// Fuel or charge; `None`: always enough.
    pub refuel: Option<Refuel>,
}

/// Breaks, taken at the home post. The units of a post take turns: unit `k` of a post is due `k × lasts` into the window
/// (counted round within the window). One that is busy then takes it when it is next at its post within the window;
/// otherwise it is lost and counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaks {
    /// When.
    pub when: Vec<Window>,
    /// How long.
    pub lasts: Span,
}

/// A unit breaks down at random moments of its duty. On the way to a scene its call is given to another unit; a patient on
/// board is brought to hospital first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakdown {
    /// Mean time of duty between breakdowns; exponential.
    pub every: Span,
    /// Repair, with a replacement or without.
    pub repair: Dist,
}

/// Planned service: every so often each unit is away for a while; units take turns evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// From one to the next.
    pub every: Span,
    /// How long.
    pub lasts: Span,
}

/// Refuelling or charging at the home post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refuel {
    /// After driving so long.
    pub after_driving: Span,
    /// How long.
    pub lasts: Span,
}

// ---- hospitals --------------------------------------------------------------------------------------------------------

/// Where patients are taken, and what happens there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HospitalRules {
    /// How a hospital is chosen among those that are able, open and not diverting.
    pub choice: HospitalChoice,
    /// Bays of the emergency department of each hospital: places where a patient can be handed over; `None`: as many as
    /// arrive. Empty: no limits.
    pub bays: Vec<Option<u32>>,
    /// How long a patient holds a bay after hand-over, before going to a bed or home.
    pub bay_stay: Option<Dist>,
    /// Observation beds of each hospital; `None`: as many as needed. Empty: none are modelled.
    pub observation_beds: Vec<Option<u32>>,
    /// Patients observed: what share, and how long. One who finds no bed keeps the bay until one comes free.
    pub observation: Option<Observation>,
    /// Ambulances are turned away while so many units wait for a bay (unless every able hospital does so); `None`: never.
    pub divert_at: Option<u32>,
    /// Opening hours of each hospital for ambulances; `None`: always. Empty: all always.
    pub hours: Vec<Option<Vec<Window>>>,
    /// More bays at times: after a big event, in a crisis.
    pub surge: Vec<BaySurge>,
}

/// How a hospital is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum HospitalChoice {
    /// The nearest in time that is able.
    #[default]
    Nearest,
    /// The nearest in time that has a free bay; the nearest if none has.
    FreeBay,
    /// At random by shares among the able ones within a time of the nearest.
    Shares {
        /// Weight of each hospital.
        weights: Vec<f64>,
        /// A hospital counts if it is farther than the nearest by at most this.
        within: Span,
    },
}

/// Patients observed after hand-over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Share of patients.
    pub share: f64,
    /// How long.
    pub stay: Dist,
}

/// More bays at times.
#[derive(Clone, Debug, PartialEq)]
pub struct BaySurge {
    /// When.
    pub when: Vec<Window>,
    /// Bays are multiplied by this, rounded down.
    pub factor: f64,
}

// ---- air and water ----------------------------------------------------------------------------------------------------

/// A pier lies at most so far from the edge of its lake, and a boat's post from its pier; metres.
pub const ASHORE_M: f64 = 300.0;

/// Helicopters and boats. A unit is one by its kind; its post is its base: it must lie on a landing place of its medium.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CraftRules {
    /// Helicopters; `None`: there are none.
    pub air: Option<Air>,
    /// Boats; `None`: there are none.
    pub water: Option<Water>,
}

impl CraftRules {
    /// Whether a place lies within a lake (or on one of its islands), farther from the shore than a pier may.
    pub fn is_on_water(&self, at: LatLon) -> bool {
        let lakes = self.water.iter().flat_map(|w| &w.lakes);
        lakes.into_iter().any(|lake| {
            // Its islands are no shore here: a road does not reach them either.
            let whole = Polygon::new(lake.outer.clone());
            whole.contains(at) && whole.border_m(at) > ASHORE_M
        })
    }
}

/// What helicopters need.
#[derive(Clone, Debug, PartialEq)]
pub struct Air {
    /// Cruising speed, km/h.
    pub speed_kmh: f64,
    /// Start-up and take-off, besides turn-out.
    pub start: Span,
    /// Approach and landing, at each end.
    pub landing: Span,
    /// When they fly.
    pub daylight: Vec<Window>,
    /// Share of hours with weather fit for flying, drawn for blocks of [`Air::weather_block`].
    pub flyable: f64,
    /// Weather stays as it is for so long.
    pub weather_block: Span,
    /// Landing points: sites.
    pub landing_points: Vec<PointId>,
    /// Hospitals with a helipad.
    pub helipads: Vec<HospitalId>,
    /// A crew reaches patients so far (straight) from the landing point on foot or by a local car.
    pub reach_m: f64,
    /// At this speed, km/h.
    pub reach_kmh: f64,
    /// Flights shorter than this (straight, base to landing point) are not flown, metres.
    pub least_m: f64,
}

/// What boats need.
#[derive(Clone, Debug, PartialEq)]
pub struct Water {
    /// Speed, km/h.
    pub speed_kmh: f64,
    /// Casting off and mooring, at each end.
    pub mooring: Span,
    /// When they go; empty: always.
    pub when: Vec<Window>,
    /// Outer ring and holes (islands) of each lake, WGS-84.
    pub lakes: Vec<Lake>,
    /// Piers: sites.
    pub piers: Vec<PointId>,
    /// A crew reaches patients so far (straight) from the pier.
    pub reach_m: f64,
    /// At this speed, km/h.
    pub reach_kmh: f64,
}

/// Water that boats cross.
#[derive(Clone, Debug, PartialEq)]
pub struct Lake {
    /// Its name.
    pub name: String,
    /// Shore.
    pub outer: Vec<LatLon>,
    /// Islands.
    pub islands: Vec<Vec<LatLon>>,
}
