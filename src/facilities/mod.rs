//! Posts, units, hospitals and counties, read from tables.

mod duty;
mod read;

pub use duty::{Hours, ReadHours, both_open, hours, intersect, tidy};
pub use read::{
    COUNTY_COLUMNS, Coordinates, HOSPITAL_COLUMNS, POST_COLUMNS, SCENIC_COLUMNS, UNIT_COLUMNS, read_counties,
    read_hospitals, read_posts, read_scenic, read_units,
};
pub(crate) use read::{county, names};

use crate::geo::LatLon;
use crate::ids::{CountyId, PostId};
use crate::quality::Quality;
use crate::text::Text;

/// A county-level unit (区县).
#[derive(Clone, Debug, PartialEq)]
pub struct County {
    /// Its name.
    pub name: Text,
    /// Residents, when the table says.
    pub population: Option<f64>,
    /// Area in km², when the table says.
    pub area_km2: Option<f64>,
}

/// A post (站点) where units wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<CountyId>,
    /// Where it is.
    pub at: LatLon,
    /// Whether the table says that it is staffed around the clock; an empty cell says nothing.
    pub open_24h: bool,
    /// When it is staffed; `None`: around the clock (also where the table does not say).
    pub hours: Hours,
    /// Crews: so many of its units may be out at once; `None`: all of them.
    pub crews: Option<u32>,
    /// How good its place is known.
    pub quality: Quality,
}

/// What a unit is equipped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// 普通型 basic life support.
    Basic,
    /// 监护型 advanced life support.
    Advanced,
    /// 新生儿转运型 with an incubator.
    Neonatal,
    /// 急救摩托车: a first responder who treats but carries nobody.
    Motorcycle,
    /// 直升机.
    Helicopter,
    /// 救护艇.
    Boat,
}

impl UnitKind {
    /// All kinds.
    pub const ALL: [UnitKind; 6] = [
        UnitKind::Basic,
        UnitKind::Advanced,
        UnitKind::Neonatal,
        UnitKind::Motorcycle,
        UnitKind::Helicopter,
        UnitKind::Boat,
    ];

    /// `basic`, `advanced` and so on, as tables write it.
    pub fn key(self) -> &'static str {
        match self {
            UnitKind::Basic => "basic",
            UnitKind::Advanced => "advanced",
            UnitKind::Neonatal => "neonatal",
            UnitKind::Motorcycle => "motorcycle",
            UnitKind::Helicopter => "helicopter",
            UnitKind::Boat => "boat",
        }
    }

    /// Reads a kind as tables write it, in English or Chinese.
    pub fn parse(text: &str) -> Option<UnitKind> {
        match text.trim().to_lowercase().as_str() {
            "basic" | "普通型" | "普通" => Some(UnitKind::Basic),
            "advanced" | "监护型" | "监护" => Some(UnitKind::Advanced),
            "neonatal" | "新生儿转运型" | "新生儿" => Some(UnitKind::Neonatal),
            "motorcycle" | "急救摩托车" | "摩托车" => Some(UnitKind::Motorcycle),
            "helicopter" | "救援直升机" | "直升机" => Some(UnitKind::Helicopter),
            "boat" | "救护艇" | "救护船" => Some(UnitKind::Boat),
            _ => None,
        }
    }

    /// Its name in words.
    pub fn name(self) -> Text {
        let (zh, en) = match self {
            UnitKind::Basic => ("普通型", "basic"),
            UnitKind::Advanced => ("监护型", "advanced"),
            UnitKind::Neonatal => ("新生儿转运型", "neonatal"),
            UnitKind::Motorcycle => ("急救摩托车", "motorcycle"),
            UnitKind::Helicopter => ("直升机", "helicopter"),
            UnitKind::Boat => ("救护艇", "boat"),
        };
        Text::new(zh, en)
    }

    /// Whether it drives on roads.
    pub fn on_road(self) -> bool {
        !matches!(self, UnitKind::Helicopter | UnitKind::Boat)
    }

    /// Whether it can take a patient to hospital.
    pub fn carries(self) -> bool {
        self != UnitKind::Motorcycle
    }
}

/// An ambulance with its crew.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its id in the table.
    pub id: String,
    /// Its home post.
    pub post: PostId,
    /// Its kind.
    pub kind: UnitKind,
    /// Whether it has a negative-pressure cabin (负压).
    pub negative_pressure: bool,
    /// Its shift as the table writes it: the key of a shift, a window, `24h`, or nothing.
    pub shift: String,
    /// When it is on duty: its shift within the hours of its post; `None`: around the clock.
    pub duty: Hours,
    /// How good this row is.
    pub quality: Quality,
}

/// What patients a hospital takes from ambulances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receives {
    /// None: it takes no emergency patients.
    Nobody,
    /// All.
    All,
    /// Those whose category needs one of these capabilities.
    Only(Vec<String>),
}

impl Receives {
    /// Whether a patient who needs a capability is taken.
    pub fn takes(&self, capability: &str) -> bool {
        match self {
            Receives::Nobody => false,
            Receives::All => true,
            Receives::Only(list) => list.iter().any(|c| c == capability),
        }
    }
}

/// A hospital.
#[derive(Clone, Debug, PartialEq)]
pub struct Hospital {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<CountyId>,
    /// `tertiary`, `secondary`, `primary` or what the table says.
    pub level: String,
    /// Where it is.
    pub at: LatLon,
    /// Beds, when known.
    pub beds: Option<f64>,
    /// Bays of the emergency department, where patients are handed over, when known.
    pub ed_bays: Option<u32>,
    /// Observation beds of the emergency department, when known.
    pub observation_beds: Option<u32>,
    /// When it takes patients from ambulances; `None`: always.
    pub hours: Hours,
    /// Whether helicopters land at it.
    pub helipad: bool,
    /// Weight among the hospitals patients are shared out to, when the table says.
    pub share: Option<f64>,
    /// Whom it takes.
    pub receives: Receives,
    /// How good this row is.
    pub quality: Quality,
}

/// A scenic area (景区).
#[derive(Clone, Debug, PartialEq)]
pub struct ScenicArea {
    /// Its id in the table.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its county.
    pub county: Option<CountyId>,
    /// Its grade, e.g. `4A`, as the table writes it.
    pub level: String,
    /// Where it is.
    pub at: LatLon,
    /// How good this row is.
    pub quality: Quality,
}
