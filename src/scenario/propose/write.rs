//! The files of a proposed scenario.

use super::sites::ProposedSite;
use super::{MAX_SNAP_M, Naming, PHONE_CALLS, Proposal, RATES};
use crate::geo::LatLon;
use std::fmt::Write;

const TEMPLATE: &str = include_str!("scenario.toml.in");
/// Spreadsheets take a table for UTF-8 only with this mark in front.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The pack that is taken unless another is asked for.
pub(super) const DEFAULT_PACK: &str = "cn-yuxi-2025";

impl Proposal {
    /// The scenario's files, by name; the same proposal and naming give the same bytes.
    pub fn files(&self, naming: &Naming) -> Vec<(&'static str, String)> {
        vec![
            ("scenario.toml", self.toml(naming)),
            ("posts.csv", self.posts_csv(&self.posts)),
            ("units.csv", self.units_csv()),
            ("hospitals.csv", self.hospitals_csv()),
            ("demand.csv", self.demand_csv()),
            ("candidates.csv", self.posts_csv(&self.candidates)),
            ("README.md", self.readme(naming)),
        ]
    }

    fn toml(&self, naming: &Naming) -> String {
        let name = &naming.name;
        let numbers = format!(
            "posts: {}, units: {}, hospitals: {}, people: {:.0}",
            self.posts.len(),
            self.units.len(),
            self.hospitals.len(),
            self.people()
        );
        let roads =
            if self.synthetic { ("合成路网", "a synthetic network") } else { ("OpenStreetMap", "OpenStreetMap") };
        let hospital_rule = if self.tally.hospital_placeholder {
            "none in the map: one placeholder at the junction nearest the middle of the people"
        } else if self.tally.hospitals_are_clinics {
            "none in the map: its clinics stand for them"
        } else {
            "those of the map; nameless ones only if it has no others. If some are tagged emergency=yes, those tagged\n#              emergency=no receive no patients"
        };
        let pack_note = if naming.pack == DEFAULT_PACK {
            "this is the default, one Chinese city's\n# plan for 2025: your own targets may differ."
        } else {
            "this one was asked for."
        };
        let fill = [
            ("@NAME@", name.replace(['\n', '\r'], " ")),
            ("@HOSPITAL_RULE@", hospital_rule.to_string()),
            ("@QNAME@", quoted(name)),
            ("@TITLE_ZH@", quoted(&format!("{name}：由地图草拟"))),
            ("@TITLE_EN@", quoted(&format!("{name}: drafted from the map"))),
            (
                "@DESCRIPTION_ZH@",
                quoted(&format!(
                    "由{}自动草拟：{} 个站点、{} 辆车、{} 家医院、{:.0} 人。未经核对，标 C 的均为假设。",
                    roads.0,
                    self.posts.len(),
                    self.units.len(),
                    self.hospitals.len(),
                    self.people()
                )),
            ),
            (
                "@DESCRIPTION_EN@",
                quoted(&format!(
                    "Drafted from {}: {numbers}. Not checked by anyone; what is marked C is assumed.",
                    roads.1
                )),
            ),
            ("@NETWORK@", quoted(&naming.network)),
            ("@PROFILE@", quoted(&naming.profile)),
            ("@MAX_SNAP@", format!("{MAX_SNAP_M:.0}")),
            ("@URBAN@", RATES[0].to_string()),
            ("@RURAL@", RATES[1].to_string()),
            ("@PHONE@", PHONE_CALLS.to_string()),
            ("@SEATS@", self.seats.to_string()),
            ("@PACK_NOTE@", pack_note.to_string()),
            ("@PACK@", quoted(&naming.pack)),
        ];
        // One pass, so that a name that looks like a blank of the form is left alone.
        let mut text = String::with_capacity(TEMPLATE.len() + 500);
        let mut rest = TEMPLATE;
        while let Some(at) = rest.find('@') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            match fill.iter().find(|(key, _)| rest.starts_with(key)) {
                Some((key, value)) => {
                    text.push_str(value);
                    rest = &rest[key.len()..];
                }
                None => {
                    text.push('@');
                    rest = &rest[1..];
                }
            }
        }
        text + rest
    }

    fn posts_csv(&self, list: &[ProposedSite]) -> String {
        let rows = list.iter().map(|s| {
            let [lat, lon] = position(s.at);
            vec![
                s.id.clone(),
                s.name.clone(),
                s.name_en.clone(),
                lat,
                lon,
                s.guess.quality.mark().into(),
                s.guess.source.clone(),
            ]
        });
        table(&["id", "name", "name_en", "lat", "lon", "quality", "source"], rows)
    }

    fn hospitals_csv(&self) -> String {
        let rows = self.hospitals.iter().map(|s| {
            let [lat, lon] = position(s.at);
            let beds = s.beds.map(|b| b.to_string()).unwrap_or_default();
            let receives = if s.receives { "all" } else { "none" }.to_string();
            let (mark, source) = (s.guess.quality.mark().to_string(), s.guess.source.clone());
            vec![s.id.clone(), s.name.clone(), s.name_en.clone(), lat, lon, receives, beds, mark, source]
        });
        table(&["id", "name", "name_en", "lat", "lon", "receives", "beds", "quality", "source"], rows)
    }

    fn units_csv(&self) -> String {
        let rows = self.units.iter().map(|u| {
            let kind = u.kind.key();
            let negative = if u.negative_pressure { "yes" } else { "no" };
            let source = "rule of goldenhour init: one per 30,000 people; kind and negative pressure likewise";
            [&u.id, &self.posts[u.post].id, kind, negative, "C", source].map(str::to_string).to_vec()
        });
        table(&["id", "post", "kind", "negative_pressure", "quality", "source"], rows)
    }

    fn demand_csv(&self) -> String {
        let rows = self.points.iter().map(|p| {
            let [lat, lon] = position(p.at);
            let (mark, source) = (p.guess.quality.mark().to_string(), p.guess.source.clone());
            let people = format!("{:.0}", p.population);
            vec![p.id.clone(), p.name.clone(), p.name_en.clone(), p.zone.key().into(), lat, lon, people, mark, source]
        });
        table(&["id", "name", "name_en", "zone", "lat", "lon", "population", "quality", "source"], rows)
    }
}

fn position(at: LatLon) -> [String; 2] {
    [format!("{:.6}", at.lat), format!("{:.6}", at.lon)]
}

/// A table as CSV, quoted where needed.
fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    let mut line = |cells: &[&str]| {
        for (i, cell) in cells.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = if cell.contains([',', '"', '\n', '\r']) {
                write!(text, "{comma}\"{}\"", cell.replace('"', "\"\""))
            } else {
                write!(text, "{comma}{cell}")
            };
        }
        text.push('\n');
    };
    line(columns);
    for row in rows {
        line(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    text
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed() {
        let text = table(&["id", "name"], [vec!["1".to_string(), "St. Mary, \"old\"".to_string()]].into_iter());
        assert_eq!(text, "\u{feff}id,name\n1,\"St. Mary, \"\"old\"\"\"\n");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[1], "St. Mary, \"old\"");
    }

    #[test]
    fn strings_survive_toml() {
        for text in ["a\"b", "a'b", "two\nlines", "昆明\\x", "@PACK@"] {
            let doc: toml::Table = format!("a = {}", quoted(text)).parse().unwrap();
            assert_eq!(doc["a"].as_str(), Some(text));
        }
    }
}
