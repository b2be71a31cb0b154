//! A scenario with additions: a file based on the one that is to be mended, with tables of the posts and units more.

use super::What;
use crate::experiment::calibrate::write::relative;
use crate::fault::{Fault, Faults};
use crate::scenario::Scenario;
use crate::text::Text;
use serde::Serialize;
use std::path::{Path, PathBuf};

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

/// How additions are written.
pub(in crate::experiment) struct Writing {
    base: PathBuf,
    title: Text,
    maker: Maker,
}

/// The command that adds.
#[derive(Clone, Copy, Debug)]
pub(in crate::experiment) struct Maker {
    /// What ids of new posts and units begin with.
    pub(in crate::experiment) prefix: &'static str,
    /// What the tables say of where a row comes from.
    pub(in crate::experiment) source: &'static str,
}

/// `goldenhour mend`.
pub(super) const MEND: Maker = Maker { prefix: "mend", source: "added to meet a clause (goldenhour mend)" };

impl Writing {
    /// Whether additions can be written beside the tables that a scenario has.
    ///
    /// # Errors
    /// Why not.
    pub(in crate::experiment) fn of(file: &Path, s: &Scenario, what: What, maker: Maker) -> Result<Writing, Text> {
        let base = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        let mut next = Some(base.clone());
        // As often as files may be based on one another.
        for _ in 0..8 {
            let Some(path) = next.take() else { break };
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let table: toml::Table = text.parse().unwrap_or_default();
            let tables = table.get("tables").and_then(|t| t.as_table());
            let has = |key: &str| tables.is_some_and(|t| t.contains_key(key));
            if has("more_units") || (has("more_posts") && what == What::Posts) {
                return Err(Text::new(
                    "方案已用 more_units 或 more_posts 添加站点或车辆；请先并入 posts、units 表",
                    "the scenario adds posts or units by more_posts or more_units already: put them into the tables of posts \
                     and units first",
                ));
            }
            if what == What::Posts
                && tables.and_then(|t| t.get("coordinates")).is_some_and(|c| c.as_str() != Some("wgs84"))
            {
                return Err(Text::new(
                    "表格坐标不是 WGS-84，不代为选址",
                    "the tables are not in WGS-84, so no posts are proposed",
                ));
            }
            let parent = path.parent().unwrap_or(Path::new("")).to_path_buf();
            next = table.get("base").and_then(|b| b.as_str()).map(|b| parent.join(b));
        }
        Ok(Writing { base, title: s.title.clone(), maker })
    }

    /// Writes a scenario file with some additions, its tables beside it.
    pub(in crate::experiment) fn write(&self, file: &Path, name: &str, additions: &[Addition]) -> Result<(), Faults> {
        let stem = file.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = |what: &str| format!("{stem}-{what}.csv");
        let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
        let n = additions.len();
        let folder = file.parent().unwrap_or(Path::new(""));
        // Relative, so that both can be moved together.
        let base = relative(&self.base, folder);
        let mut text = format!(
            "base = {}\nname = {}\ntitle = {{ zh = {}, en = {} }}\n\n[tables]\nmore_units = {}\n",
            quoted(&base.to_string_lossy()),
            quoted(name),
            quoted(&format!("{}（另加 {n}）", self.title.zh)),
            quoted(&format!("{} (with {n} more)", self.title.en)),
            quoted(&beside("more-units")),
        );
        let Maker { prefix, source } = self.maker;
        let mut units = csv::Writer::from_writer(Vec::new());
        let mut posts = csv::Writer::from_writer(Vec::new());
        let unwritten = |e: csv::Error| Faults::from(Fault::error(format!("a table cannot be written: {e}")));
        units
            .write_record(["id", "post", "kind", "negative_pressure", "crew_shift", "quality", "source"])
            .map_err(unwritten)?;
        posts
            .write_record(["id", "name", "name_en", "county", "lat", "lon", "hours", "quality", "source"])
            .map_err(unwritten)?;
        let mut written = std::collections::BTreeSet::new();
        for a in additions {
            let post = if a.new_post { format!("{prefix}-{}", a.place) } else { a.place.clone() };
            let id = format!("{prefix}-{}", a.number);
            let negative = if a.negative_pressure { "yes" } else { "no" };
            units.write_record([&id, &post, &a.kind, negative, &a.shift, "C", source]).map_err(unwritten)?;
            // A post with several new units stands in the table once.
            if a.new_post && written.insert(post.clone()) {
                let county = a.county.clone().unwrap_or_default();
                let (lat, lon) = (a.at[0].to_string(), a.at[1].to_string());
                posts
                    .write_record([&post, &a.name.zh, &a.name.en, &county.zh, &lat, &lon, "24h", "C", source])
                    .map_err(unwritten)?;
            }
        }
        let put =
            |name: &str, bytes: Vec<u8>| crate::aside::write(&folder.join(name), &bytes).map_err(|f| Faults::from(*f));
        if additions.iter().any(|a| a.new_post) {
            text.push_str(&format!("more_posts = {}\n", quoted(&beside("more-posts"))));
            put(&beside("more-posts"), posts.into_inner().unwrap_or_default())?;
        }
        put(&beside("more-units"), units.into_inner().unwrap_or_default())?;
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        put(&name, text.into_bytes())
    }
}
