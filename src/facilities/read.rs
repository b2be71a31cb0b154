//! The tables of posts, units, hospitals and counties. The columns are documented in `docs/file-formats.md`.

use super::{County, Hospital, Hours, Post, ReadHours, Receives, ScenicArea, Unit, UnitKind, both_open};
use crate::fault::{Faults, nearest_name};
use crate::geo::{LatLon, bd09_to_gcj02, gcj02_to_wgs84};
use crate::ids::{CountyId, PostId};
use crate::input::{Row, Table};
use crate::text::Text;
use serde::Deserialize;

/// The coordinate system of the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coordinates {
    /// As GPS and OpenStreetMap give it.
    #[default]
    Wgs84,
    /// As exported from Gaode (Amap) and Tencent maps.
    Gcj02,
    /// As exported from Baidu maps.
    Bd09,
}

impl Coordinates {
    /// A position of a table as WGS-84.
    pub fn to_wgs84(self, at: LatLon) -> LatLon {
        match self {
            Coordinates::Wgs84 => at,
            Coordinates::Gcj02 => gcj02_to_wgs84(at),
            Coordinates::Bd09 => gcj02_to_wgs84(bd09_to_gcj02(at)),
        }
    }
}

/// The name in both languages from the columns `name` and `name_en` (the latter may be missing or empty).
pub(crate) fn names(row: &mut Row<'_>) -> Option<Text> {
    let zh = row.filled("name")?;
    let en = row.text("name_en");
    Some(if en.is_empty() { Text::same(zh) } else { Text::new(zh.clone(), en) })
}

/// The county of a row; an empty cell is no county.
pub(crate) fn county(row: &mut Row<'_>, counties: &[County]) -> Option<Option<CountyId>> {
    let name = row.text("county").to_string();
    if name.is_empty() {
        return Some(None);
    }
    if let Some(at) = counties.iter().position(|c| c.name.zh == name || c.name.en == name) {
        return Some(Some(CountyId::new(at)));
    }
    let near = nearest_name(&name, counties.iter().map(|c| c.name.zh.as_str()));
    let hint = near.map(|n| format!("did you mean {n}?")).unwrap_or("it must stand in the table of counties".into());
    row.fault("county", format!("`{name}` is not a known county"), Some(&hint));
    None
}

/// Reads the table of counties.
///
/// # Errors
/// Every faulty row.
pub fn read_counties(table: &Table) -> Result<Vec<County>, Faults> {
    table.unique("name")?;
    table.rows(|row| {
        let (population, area) = (row.optional_number("population"), row.optional_number("area_km2"));
        Some(County { name: names(row)?, population: population?, area_km2: area? })
    })
}

/// Columns of the table of counties: needed, and known besides.
pub const COUNTY_COLUMNS: (&[&str], &[&str]) =
    (&["name"], &["name_en", "population", "population_quality", "area_km2", "elderly", "source"]);

/// Columns of the table of posts.
pub const POST_COLUMNS: (&[&str], &[&str]) =
    (&["id", "name", "lat", "lon", "quality"], &["name_en", "county", "hours", "crews", "source"]);

/// Columns of the table of units.
pub const UNIT_COLUMNS: (&[&str], &[&str]) =
    (&["id", "post", "kind", "negative_pressure", "quality"], &["crew_shift", "source"]);

/// Columns of the table of hospitals.
pub const HOSPITAL_COLUMNS: (&[&str], &[&str]) = (
    &["id", "name", "lat", "lon", "receives", "quality"],
    &["name_en", "county", "level", "beds", "ed_bays", "observation_beds", "hours", "helipad", "share", "source"],
);

/// Columns of the table of scenic areas.
pub const SCENIC_COLUMNS: (&[&str], &[&str]) =
    (&["id", "name", "level", "lat", "lon", "quality"], &["name_en", "county", "hazard", "source"]);

/// Reads the table of scenic areas.
///
/// # Errors
/// Every faulty row.
pub fn read_scenic(table: &Table, counties: &[County], coordinates: Coordinates) -> Result<Vec<ScenicArea>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, name, county) = (row.filled("id"), names(row), county(row, counties));
        let (at, quality) = (row.position(), row.quality("quality"));
        let level = row.text("level").to_string();
        let at = coordinates.to_wgs84(at?);
        Some(ScenicArea { id: id?, name: name?, county: county?, level, at, quality: quality? })
    })
}

/// The hours of a cell, as the reader given understands them.
fn open(row: &mut Row<'_>, column: &str, read: ReadHours<'_>) -> Option<Hours> {
    match read(row.text(column)) {
        Ok(hours) => Some(hours),
        Err((message, hint)) => {
            row.fault(column, message, (!hint.is_empty()).then_some(&hint));
            None
        }
    }
}

/// A whole number if the cell is filled.
fn whole(row: &mut Row<'_>, column: &str) -> Option<Option<u32>> {
    match row.optional_number(column)? {
        None => Some(None),
        Some(n) if n.fract() == 0.0 && n <= 1e6 => Some(Some(n as u32)),
        Some(n) => {
            row.fault(
                column,
                format!("{n} cannot be a number of things"),
                Some("write a whole number, or leave it empty"),
            );
            None
        }
    }
}

/// Reads the table of posts.
///
/// # Errors
/// Every faulty row.
pub fn read_posts(
    table: &Table,
    counties: &[County],
    coordinates: Coordinates,
    read_hours: ReadHours<'_>,
) -> Result<Vec<Post>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, name, county) = (row.filled("id"), names(row), county(row, counties));
        let (at, quality) = (row.position(), row.quality("quality"));
        let (hours, crews) = (open(row, "hours", read_hours), whole(row, "crews"));
        if crews == Some(Some(0)) {
            row.fault(
                "crews",
                "a post without a crew has no use",
                Some("leave the cell empty if every unit has its crew"),
            );
            return None;
        }
        let hours = hours?;
        let open_24h = hours.is_none() && !row.text("hours").is_empty();
        let at = coordinates.to_wgs84(at?);
        Some(Post { id: id?, name: name?, county: county?, at, open_24h, hours, crews: crews?, quality: quality? })
    })
}

/// Reads the table of units.
///
/// # Errors
/// Every faulty row, units whose post does not exist, and units that are never on duty.
pub fn read_units(table: &Table, posts: &[Post], read_shift: ReadHours<'_>) -> Result<Vec<Unit>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, post_name, quality) = (row.filled("id"), row.filled("post"), row.quality("quality"));
        let kind = UnitKind::parse(row.text("kind"));
        if kind.is_none() {
            let (text, keys) = (row.text("kind").to_string(), UnitKind::ALL.map(UnitKind::key));
            let hint = match nearest_name(&text, keys) {
                Some(near) => format!("did you mean {near}?"),
                None if text.contains("负压") => {
                    "negative pressure has a column of its own; write basic or advanced here".into()
                }
                None => format!("write {}", keys.join(", ")),
            };
            row.fault("kind", format!("`{text}` is no kind of unit"), Some(&hint));
        }
        let (shift, duty) = (row.text("crew_shift").to_string(), open(row, "crew_shift", read_shift));
        let negative_pressure = row.yes_no("negative_pressure");
        let post_name = post_name?;
        let post = posts.iter().position(|p| p.id == post_name).map(PostId::new);
        if post.is_none() {
            let near = nearest_name(&post_name, posts.iter().map(|p| p.id.as_str()));
            let hint = near.map(|n| format!("did you mean {n}?"));
            row.fault("post", format!("there is no post `{post_name}`"), hint.as_deref());
        }
        let post = post?;
        let duty = both_open(&duty?, &posts[post.index()].hours);
        if duty.as_ref().is_some_and(Vec::is_empty) {
            let hint =
                "a unit works its shift within the hours of its post (column `hours` of the posts); change one of them";
            row.fault("crew_shift", "the unit is never on duty: its post is closed during its shift", Some(hint));
            return None;
        }
        let negative_pressure = negative_pressure?;
        Some(Unit { id: id?, post, kind: kind?, negative_pressure, shift, duty, quality: quality? })
    })
}

/// Reads the table of hospitals.
///
/// # Errors
/// Every faulty row.
pub fn read_hospitals(
    table: &Table,
    counties: &[County],
    coordinates: Coordinates,
    read_hours: ReadHours<'_>,
) -> Result<Vec<Hospital>, Faults> {
    table.unique("id")?;
    table.rows(|row| {
        let (id, name, county) = (row.filled("id"), names(row), county(row, counties));
        let (at, beds, quality) = (row.position(), row.optional_number("beds"), row.quality("quality"));
        let (ed_bays, observation_beds) = (whole(row, "ed_bays"), whole(row, "observation_beds"));
        let (hours, share) = (open(row, "hours", read_hours), row.optional_number("share"));
        let helipad = if row.text("helipad").is_empty() { Some(false) } else { row.yes_no("helipad") };
        let receives = match row.filled("receives")?.as_str() {
            "all" => Receives::All,
            "none" => Receives::Nobody,
            list => Receives::Only(list.split([';', '；', '|']).map(|c| c.trim().to_string()).collect()),
        };
        let level = row.text("level").to_string();
        let at = coordinates.to_wgs84(at?);
        Some(Hospital {
            id: id?,
            name: name?,
            county: county?,
            level,
            at,
            beds: beds?,
            ed_bays: ed_bays?,
            observation_beds: observation_beds?,
            hours: hours?,
            helipad: helipad?,
            share: share?,
            receives,
            quality: quality?,
        })
    })
}
