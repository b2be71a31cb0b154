//! The tables that go with the network: UTF-8 with a byte-order mark, so that spreadsheets open Chinese right.

use super::facts::Facts;
use super::places::{DemandPoint, Hospital, Sight};
use super::posts::{Post, Unit, posts_before, posts_now, units};

/// A table under construction.
struct Csv(String);

impl Csv {
    fn new(header: &str) -> Csv {
        Csv(format!("\u{feff}{header}\n"))
    }

    fn row(&mut self, fields: &[&str]) {
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            if field.contains([',', '"', '\n']) {
                self.0.push('"');
                self.0.push_str(&field.replace('"', "\"\""));
                self.0.push('"');
            } else {
                self.0.push_str(field);
            }
        }
        self.0.push('\n');
    }
}

fn degrees(value: f64) -> String {
    format!("{value:.6}")
}

/// Everything the tables are made of.
pub(super) struct Content<'a> {
    pub(super) facts: &'a Facts,
    pub(super) points: &'a [DemandPoint],
    pub(super) hospitals: &'a [Hospital],
    pub(super) sights: &'a [Sight],
}

/// The tables with their file names, and the present posts (which are drawn on the map too).
pub(super) fn tables(content: &Content) -> (Vec<(String, String)>, Vec<Post>) {
    let facts = content.facts;
    let now = posts_now(facts, content.hospitals, content.points);
    let mut out = vec![
        ("counties.csv".to_string(), counties(facts)),
        ("demand.csv".to_string(), demand(content)),
        ("hospitals.csv".to_string(), hospitals(content)),
    ];
    if !now.is_empty() {
        let fleet = units(facts, &now, content.points, facts.region.units_now, false);
        out.push(("posts-now.csv".to_string(), posts(facts, &now)));
        out.push(("units-now.csv".to_string(), fleet_table(&now, &fleet, "A7", NOW_UNITS)));
    }
    if facts.region.people_per_unit_before > 0 {
        let before = posts_before(facts, content.hospitals);
        let total = (facts.region.population as f64 / facts.region.people_per_unit_before as f64).round() as usize;
        let fleet = units(facts, &before, content.points, total, true);
        out.push(("posts-before.csv".to_string(), posts(facts, &before)));
        out.push(("units-before.csv".to_string(), fleet_table(&before, &fleet, "A5", BEFORE_UNITS)));
    }
    if !facts.scenic.is_empty() {
        out.push(("scenic.csv".to_string(), scenic(content)));
    }
    (out, now)
}

const NOW_UNITS: &str = "number of units published; kind, equipment and allocation by rule";
const BEFORE_UNITS: &str = "assumed: one unit per so many people; kind, equipment and allocation by rule";

fn counties(facts: &Facts) -> String {
    let mut t = Csv::new("name,name_en,population,population_quality,area_km2,source");
    for c in &facts.counties {
        let (people, area) = (c.population.to_string(), c.area_km2.to_string());
        t.row(&[&c.name, &c.name_en, &people, c.population_quality.mark(), &area, &c.source]);
    }
    t.0
}

fn demand(content: &Content) -> String {
    let mut t = Csv::new("id,name,name_en,county,township,zone,lat,lon,population,quality,source");
    for p in content.points {
        let township = &content.facts.townships[p.township];
        t.row(&[
            &p.id,
            &p.name,
            &p.name_en,
            &content.facts.counties[township.county].name,
            &township.name,
            p.zone.key(),
            &degrees(p.at.lat),
            &degrees(p.at.lon),
            &p.population.to_string(),
            "C",
            "synthetic: placed by rule in its township; population shared out from the township's",
        ]);
    }
    t.0
}

fn hospitals(content: &Content) -> String {
    let mut t = Csv::new("id,name,name_en,county,level,lat,lon,beds,ed_bays,receives,quality,source");
    for h in content.hospitals {
        t.row(&[
            &h.id,
            &h.name,
            &h.name_en,
            &content.facts.counties[h.county].name,
            h.level,
            &degrees(h.at.lat),
            &degrees(h.at.lon),
            &h.beds.to_string(),
            &h.ed_bays.to_string(),
            h.receives,
            "C",
            &h.source,
        ]);
    }
    t.0
}

fn posts(facts: &Facts, posts: &[Post]) -> String {
    let mut t = Csv::new("id,name,name_en,county,lat,lon,hours,quality,source");
    for p in posts {
        let county = &facts.counties[p.county].name;
        t.row(&[&p.id, &p.name, &p.name_en, county, &degrees(p.at.lat), &degrees(p.at.lon), "24h", "C", p.source]);
    }
    t.0
}

fn fleet_table(posts: &[Post], fleet: &[Unit], prefix: &str, source: &str) -> String {
    let mut t = Csv::new("id,post,kind,negative_pressure,crew_shift,quality,source");
    for (i, u) in fleet.iter().enumerate() {
        let kind = if u.advanced { "advanced" } else { "basic" };
        let negative = if u.negative_pressure { "yes" } else { "no" };
        t.row(&[&format!("{prefix}{:03}", i + 1), &posts[u.post].id, kind, negative, "24h", "C", source]);
    }
    t.0
}

fn scenic(content: &Content) -> String {
    let mut t = Csv::new("id,name,name_en,county,level,lat,lon,hazard,quality,source");
    for s in content.sights {
        let f = &content.facts.scenic[s.fact];
        let county = &content.facts.counties[f.county].name;
        let moved = if s.at == f.at { "" } else { "; moved to the nearest road, out of the lake" };
        let source = format!("{}{moved}", f.source);
        let (lat, lon) = (degrees(s.at.lat), degrees(s.at.lon));
        t.row(&[&f.id, &f.name, &f.name_en, county, &f.level, &lat, &lon, &f.hazard, f.quality.mark(), &source]);
    }
    t.0
}
