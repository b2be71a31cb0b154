//! A scenario with other posts and units: a file based on the one it comes from, its tables of posts and units beside it.

use super::calibrate::write::relative;
use crate::facilities::{POST_COLUMNS, UNIT_COLUMNS};
use crate::fault::{Fault, Faults};
use crate::input::Table;
use crate::scenario::Scenario;
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A post that a layout adds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::experiment) struct NewPost {
    /// Its id.
    pub(in crate::experiment) id: String,
    /// Its name.
    pub(in crate::experiment) name: Text,
    /// Its county.
    pub(in crate::experiment) county: Option<Text>,
    /// Latitude and longitude, WGS-84.
    pub(in crate::experiment) at: [f64; 2],
}

/// A unit that a layout adds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::experiment) struct NewUnit {
    /// The id of its post.
    pub(in crate::experiment) post: String,
    /// Its kind.
    pub(in crate::experiment) kind: String,
    /// Whether it has negative pressure.
    pub(in crate::experiment) negative_pressure: bool,
    /// Its shift.
    pub(in crate::experiment) shift: String,
}

/// What is different from the scenario it comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::experiment) struct Layout {
    /// Posts more.
    pub(in crate::experiment) posts: Vec<NewPost>,
    /// Units more.
    pub(in crate::experiment) units: Vec<NewUnit>,
    /// Posts, by id, of units that move.
    pub(in crate::experiment) moved: BTreeMap<String, String>,
    /// Ids of posts that go; no unit may be left there.
    pub(in crate::experiment) closed: BTreeSet<String>,
    /// What is added to the title.
    pub(in crate::experiment) called: Text,
    /// Another standard pack: a name, or a file seen from where the program runs.
    pub(in crate::experiment) pack: Option<String>,
}

/// How layouts are written.
pub(in crate::experiment) struct Writing {
    base: PathBuf,
    title: Text,
    maker: Maker,
    /// What ids of units more begin with: no id in the scenario does.
    prefix: String,
    /// The file of each table of posts and units.
    tables: BTreeMap<&'static str, PathBuf>,
    wgs84: bool,
}

/// The command that makes the layout.
#[derive(Clone, Copy, Debug)]
pub(in crate::experiment) struct Maker {
    /// What ids of new posts and units begin with.
    pub(in crate::experiment) prefix: &'static str,
    /// What the tables say of where a row comes from.
    pub(in crate::experiment) source: &'static str,
}

const TABLES: [&str; 4] = ["posts", "more_posts", "units", "more_units"];

impl Writing {
    /// Finds the tables that a scenario has, its own or those of what it is based on.
    pub(in crate::experiment) fn of(file: &Path, s: &Scenario, maker: Maker) -> Writing {
        let base = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        let mut tables: BTreeMap<&'static str, PathBuf> = BTreeMap::new();
        let mut coordinates: Option<String> = None;
        let mut next = Some(base.clone());
        // As often as files may be based on one another.
        for _ in 0..8 {
            let Some(path) = next.take() else { break };
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let all: toml::Table = text.parse().unwrap_or_default();
            let parent = path.parent().unwrap_or(Path::new("")).to_path_buf();
            if let Some(own) = all.get("tables").and_then(|t| t.as_table()) {
                for key in TABLES {
                    if let Some(name) = own.get(key).and_then(|v| v.as_str()) {
                        let place = if name.is_empty() { PathBuf::new() } else { parent.join(name) };
                        tables.entry(key).or_insert(place);
                    }
                }
                let system = own.get("coordinates").and_then(|c| c.as_str()).map(str::to_string);
                coordinates = coordinates.or(system);
            }
            next = all.get("base").and_then(|b| b.as_str()).map(|b| parent.join(b));
        }
        tables.retain(|_, place| !place.as_os_str().is_empty());
        let taken = |prefix: &str| {
            let begins = |id: &String| id.starts_with(&format!("{prefix}-"));
            s.posts.iter().any(|p| begins(&p.id)) || s.units.iter().any(|u| begins(&u.id))
        };
        let more = (2..).map(|n| format!("{}{n}", maker.prefix));
        let mut names = std::iter::once(maker.prefix.to_string()).chain(more);
        let prefix = names.find(|p| !taken(p)).unwrap_or_default();
        let wgs84 = coordinates.is_none_or(|c| c == "wgs84");
        Writing { base, title: s.title.clone(), maker, prefix, tables, wgs84 }
    }

    /// Why posts cannot be added beside the tables that the scenario has.
    pub(in crate::experiment) fn no_new_posts(&self) -> Option<Text> {
        (!self.wgs84).then(|| {
            Text::new("表格坐标不是 WGS-84，不代为选址", "the tables are not in WGS-84, so no posts are proposed")
        })
    }

    /// The id of a new post at a place.
    pub(in crate::experiment) fn post_id(&self, place: &str) -> String {
        format!("{}-{place}", self.prefix)
    }

    /// Writes a scenario file with a layout, its tables beside it. Where nothing but additions is different, the tables
    /// hold those only, and what is changed in the tables of the base later is changed here too.
    ///
    /// # Errors
    /// Tables that can no longer be read; files that cannot be written.
    pub(in crate::experiment) fn write(&self, file: &Path, name: &str, layout: &Layout) -> Result<(), Faults> {
        let stem = file.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
        let folder = file.parent().unwrap_or(Path::new(""));
        // Relative, so that both can be moved together.
        let base = relative(&self.base, folder);
        let called = |title: &str, what: &str, open: &str, close: &str| {
            if what.is_empty() { title.to_string() } else { format!("{title}{open}{what}{close}") }
        };
        let mut text = format!(
            "base = {}\nname = {}\ntitle = {{ zh = {}, en = {} }}\n\n[tables]\n",
            quoted(&base.to_string_lossy()),
            quoted(name),
            quoted(&called(&self.title.zh, &layout.called.zh, "（", "）")),
            quoted(&called(&self.title.en, &layout.called.en, " (", ")")),
        );
        let only_more = layout.moved.is_empty()
            && layout.closed.is_empty()
            && !["more_posts", "more_units"].iter().any(|t| self.tables.contains_key(t));
        let put =
            |name: &str, bytes: Vec<u8>| crate::aside::write(&folder.join(name), &bytes).map_err(|f| Faults::from(*f));
        let mut beside = |key: &str, table: Rows| -> Result<(), Faults> {
            let csv = format!("{stem}-{}.csv", key.replace('_', "-"));
            put(&csv, table.csv()?)?;
            text.push_str(&format!("{key} = {}\n", quoted(&csv)));
            Ok(())
        };
        if only_more {
            if !layout.posts.is_empty() {
                beside("more_posts", self.with_new_posts(Rows::new(&NEW_POST), layout))?;
            }
            if !layout.units.is_empty() {
                beside("more_units", self.with_new_units(Rows::new(&NEW_UNIT), layout))?;
            }
        } else {
            let posts = self.rows_of(["posts", "more_posts"], POST_COLUMNS)?.without("id", &layout.closed);
            beside("posts", self.with_new_posts(posts, layout))?;
            let mut units = self.rows_of(["units", "more_units"], UNIT_COLUMNS)?;
            units.change("id", "post", &layout.moved);
            beside("units", self.with_new_units(units, layout))?;
            // They are in the two tables now.
            for key in ["more_posts", "more_units"].iter().filter(|t| self.tables.contains_key(*t)) {
                text.push_str(&format!("{key} = \"\"\n"));
            }
        }
        if let Some(pack) = &layout.pack {
            let file = Path::new(pack);
            let named =
                if file.is_file() { relative(file, folder).to_string_lossy().into_owned() } else { pack.clone() };
            text.push_str(&format!("\n[standard]\npack = {}\n", quoted(&named)));
        }
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        put(&name, text.into_bytes())
    }

    fn with_new_posts(&self, mut rows: Rows, layout: &Layout) -> Rows {
        for p in &layout.posts {
            let county = p.county.clone().unwrap_or_default();
            let (lat, lon) = (p.at[0].to_string(), p.at[1].to_string());
            let cells = [&p.id, &p.name.zh, &p.name.en, &county.zh, &lat, &lon, "24h", "C", self.maker.source]
                .map(String::from);
            rows.push(&NEW_POST, &cells);
        }
        rows
    }

    fn with_new_units(&self, mut rows: Rows, layout: &Layout) -> Rows {
        for (i, u) in layout.units.iter().enumerate() {
            let id = format!("{}-{}", self.prefix, i + 1);
            let negative = if u.negative_pressure { "yes" } else { "no" };
            let cells = [&id, &u.post, &u.kind, negative, &u.shift, "C", self.maker.source].map(String::from);
            rows.push(&NEW_UNIT, &cells);
        }
        rows
    }

    /// Two tables of the scenario as one.
    fn rows_of(&self, keys: [&str; 2], columns: (&[&str], &[&str])) -> Result<Rows, Faults> {
        let mut rows = Rows::default();
        for path in keys.iter().filter_map(|k| self.tables.get(k)) {
            let table = Table::read(path, columns.0, columns.1)?;
            let names: Vec<&str> = table.columns().collect();
            for cells in table.cells() {
                let cells: Vec<String> = cells.map(str::to_string).collect();
                rows.push(&names, &cells);
            }
        }
        Ok(rows)
    }
}

const NEW_POST: [&str; 9] = ["id", "name", "name_en", "county", "lat", "lon", "hours", "quality", "source"];
const NEW_UNIT: [&str; 7] = ["id", "post", "kind", "negative_pressure", "crew_shift", "quality", "source"];

/// Rows of a table as text.
#[derive(Default)]
struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    fn new(columns: &[&str]) -> Rows {
        Rows { columns: columns.iter().map(|c| (*c).to_string()).collect(), rows: Vec::new() }
    }

    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| {
            self.columns.push(name.to_string());
            self.columns.len() - 1
        })
    }

    /// Adds a row with these columns; columns that are new are empty in the rows before it.
    fn push<S: AsRef<str>>(&mut self, columns: &[S], cells: &[String]) {
        let mut row = Vec::new();
        for (column, cell) in columns.iter().zip(cells) {
            let at = self.column(column.as_ref());
            if row.len() <= at {
                row.resize(at + 1, String::new());
            }
            row[at].clone_from(cell);
        }
        self.rows.push(row);
    }

    fn without(mut self, column: &str, values: &BTreeSet<String>) -> Rows {
        let at = self.column(column);
        self.rows.retain(|row| !row.get(at).is_some_and(|cell| values.contains(cell)));
        self
    }

    fn change(&mut self, by: &str, column: &str, to: &BTreeMap<String, String>) {
        let (by, at) = (self.column(by), self.column(column));
        for row in &mut self.rows {
            if let Some(value) = row.get(by).and_then(|id| to.get(id)) {
                row[at].clone_from(value);
            }
        }
    }

    fn csv(self) -> Result<Vec<u8>, Faults> {
        let unwritten = |e: csv::Error| Faults::from(Fault::error(format!("a table cannot be written: {e}")));
        let mut out = csv::Writer::from_writer(Vec::new());
        let width = self.columns.len();
        out.write_record(&self.columns).map_err(unwritten)?;
        for mut row in self.rows {
            row.resize(width, String::new());
            out.write_record(&row).map_err(unwritten)?;
        }
        Ok(out.into_inner().unwrap_or_default())
    }
}
