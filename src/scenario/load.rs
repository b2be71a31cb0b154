//! Reading and checking a scenario: all its faults at once.

use super::assumptions::{self, Collector};
use super::changes::CHANGED_TABLES;
use super::craft_keys::Around;
use super::demand_keys::Known as KnownToDemand;
use super::raw::{RawDist, RawScenario};
use super::rules::{CraftRules, Rules};
use super::rules_keys::{self, Known};
use super::{CallTaking, Centre, Durations, Missions, NamedOrFile, NetworkSpec, RunSpec, Scenario, Travel, dist};
use crate::demand::{Category, DEMAND_COLUMNS, DemandModel, counties_of, read_points};
use crate::digest::Digester;
use crate::facilities::{
    COUNTY_COLUMNS, HOSPITAL_COLUMNS, POST_COLUMNS, SCENIC_COLUMNS, UNIT_COLUMNS, read_counties, read_hospitals,
    read_posts, read_scenic, read_units,
};
use crate::fault::{Fault, Faults, Severity, nearest_name};
use crate::ids::CentreId;
use crate::input::{Change, Table, TomlDoc};
use crate::random::Dist;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Version of the scenario format this program reads.
pub const SCHEMA: u32 = 1;

impl Scenario {
    /// Reads a scenario file, what it is based on, and its tables, and checks everything.
    ///
    /// # Errors
    /// Every fault of every file, each with its place and what to do.
    pub fn load(file: &Path) -> Result<Scenario, Faults> {
        Scenario::load_with(file, &[])
    }

    /// The same with some values changed: any value of the file, and rows of the tables, see `docs/file-formats.md`
    /// ("Paths and changes"). The digest tells changed scenarios apart; without changes it is that of [`Scenario::load`].
    ///
    /// # Errors
    /// As [`Scenario::load`]; what is wrong with a changed value is shown at the change; paths that lead nowhere, with the
    /// nearest name.
    pub fn load_with(file: &Path, changes: &[Change]) -> Result<Scenario, Faults> {
        let doc: TomlDoc<RawScenario> = TomlDoc::read_changed(file, changes, &CHANGED_TABLES)?;
        let mut scenario = Loader { doc: &doc, faults: Faults::new(), notes: Collector::default() }.run(file)?;
        scenario.changes = changes.to_vec();
        Ok(scenario)
    }
}

/// Longest time a run or its warm-up may take: a century.
const MOST_DAYS: f64 = 36_525.0;
/// Longest duration a distribution may give, a month, in seconds.
const LONGEST_S: f64 = 30.0 * 86_400.0;
/// More phone calls a day than all of China's 120 centres are likely to get.
pub(super) const MOST_CALLS_PER_DAY: f64 = 1_000_000.0;

pub(super) struct Loader<'a> {
    pub(super) doc: &'a TomlDoc<RawScenario>,
    pub(super) faults: Faults,
    pub(super) notes: Collector,
}

impl Loader<'_> {
    pub(super) fn warn(&mut self, path: &str, message: impl Into<String>, hint: &str) {
        let fault = self.doc.fault(path, message).hint(hint);
        self.faults.push(Fault { severity: Severity::Warning, ..fault });
    }

    pub(super) fn fault(&mut self, path: &str, message: impl Into<String>, hint: &str) {
        let fault = self.doc.fault(path, message);
        self.faults.push(if hint.is_empty() { fault } else { fault.hint(hint) });
    }

    pub(super) fn positive(&mut self, path: &str, value: f64) {
        self.between(path, value, f64::MIN_POSITIVE, f64::MAX);
    }

    pub(super) fn between(&mut self, path: &str, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            let hint = match (low == f64::MIN_POSITIVE, high == f64::MAX) {
                (true, true) => "write a number above zero".to_string(),
                (true, false) => format!("write a number above zero, at most {high}"),
                _ => format!("write a number from {low} to {high}"),
            };
            self.fault(path, format!("{value} is not allowed"), &hint);
        }
    }

    pub(super) fn share(&mut self, path: &str, value: f64) {
        if !(0.0..=1.0).contains(&value) {
            self.fault(path, format!("{value} is not a share"), "write a number between 0 and 1");
        }
    }

    pub(super) fn dist(&mut self, path: &str, zh: &str, en: &str, raw: &RawDist) -> Dist {
        match dist::resolve(raw) {
            // Far into the tail a duration must still be one: longer than this and the clock itself would run out.
            Ok(dist) if dist.quantile(1.0 - 1e-12) > LONGEST_S => {
                let days = LONGEST_S / 86_400.0;
                self.fault(
                    path,
                    format!("these values give durations of more than {days} days"),
                    "are they in seconds?",
                );
                Dist::Fixed(0.0)
            }
            Ok(dist) => {
                self.notes.dist(path, zh, en, (&dist, raw.quality, &raw.source));
                dist
            }
            Err(message) => {
                self.fault(path, message, "");
                Dist::Fixed(0.0)
            }
        }
    }

    /// Weights of any scale, brought to mean 1.
    pub(super) fn weights<const N: usize>(&mut self, path: &str, values: &[f64]) -> [f64; N] {
        let sum: f64 = values.iter().sum();
        let fine = values.len() == N && values.iter().all(|v| v.is_finite() && *v >= 0.0) && sum > 0.0;
        if !fine {
            let message = format!("{N} weights, zero or more and not all zero, are needed; there are {}", values.len());
            self.fault(path, message, "");
            return [1.0; N];
        }
        std::array::from_fn(|i| values[i] * N as f64 / sum)
    }

    /// A file named at a key, relative to the file the key stands in.
    pub(super) fn beside(&self, path: &str, name: &str) -> PathBuf {
        self.doc.folder(path).join(name)
    }

    fn table(&mut self, key: &str, name: &str, columns: (&[&str], &[&str])) -> Option<Table> {
        let file = &self.beside(&format!("tables.{key}"), name);
        match Table::read(file, columns.0, columns.1) {
            Ok(table) if table.is_empty() => {
                self.faults.push(
                    Fault::error(format!("{}: the table has no rows below its header", file.display()))
                        .in_file(file)
                        .hint(format!("a scenario needs at least one row of {key}")),
                );
                None
            }
            Ok(table) => {
                self.faults.extend(table.warnings().clone());
                Some(table)
            }
            Err(faults) => {
                // A missing file is best shown where the scenario names it.
                if faults.0.len() == 1 && faults.0[0].place.is_none() {
                    let fault = &faults.0[0];
                    let hint = fault.hint.clone().unwrap_or_default();
                    self.fault(&format!("tables.{key}"), fault.message.clone(), &hint);
                } else {
                    self.faults.extend(faults);
                }
                None
            }
        }
    }

    fn run(mut self, file: &Path) -> Result<Scenario, Faults> {
        let doc = self.doc;
        let raw = &doc.value;
        if raw.schema != SCHEMA {
            self.fault(
                "schema",
                format!("version {} is not known", raw.schema),
                &format!("this program reads {SCHEMA}"),
            );
        }
        let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
        if raw.name.trim() != raw.name
            || raw.name.is_empty()
            || raw.name.starts_with('.')
            || raw.name.len() > 100
            || raw.name.contains(odd)
        {
            let hint = "use letters, digits and dashes, at most 100 bytes";
            self.fault("name", format!("`{}` cannot name a folder", raw.name), hint);
        }
        let named_in = doc.place("name").0;
        let by_change = doc.changes_text().is_some_and(|text| Arc::ptr_eq(text, &named_in));
        if !Arc::ptr_eq(&named_in, &doc.source) && !by_change {
            let message = "a scenario that is based on another needs a name of its own";
            self.faults.push(Fault::error(message).at(&doc.source, 0..0).hint("write name = \"…\" and a title"));
        }
        let mut digest = Digester::new();
        for text in doc.texts() {
            digest.part("scenario", text.text.as_bytes());
        }

        let network = self.network();
        let run = self.run_spec();
        let mut demand = self.demand_model();
        let call_taking = self.call_taking();
        let durations = self.durations();
        let travel = self.travel();
        assumptions::of_values(raw, &mut self.notes);
        let periods = self.periods(&mut digest);
        let closures = self.closures(&mut digest);
        self.shifts();

        let tables = &raw.tables;
        let system = tables.coordinates;
        let mut demand_table = self.table("demand", &tables.demand, DEMAND_COLUMNS);
        let mut county_table = match &tables.counties {
            Some(name) => self.table("counties", name, COUNTY_COLUMNS),
            None => None,
        };
        self.change_rows("points", &mut [&mut demand_table]);
        self.change_rows("counties", &mut [&mut county_table]);
        let counties = match (&county_table, &demand_table) {
            (Some(table), _) => self.faults.take(read_counties(table)),
            (None, Some(table)) if tables.counties.is_none() => self.faults.take(counties_of(table)),
            _ => None,
        };
        let mut post_table = self.table("posts", &tables.posts, POST_COLUMNS);
        let mut unit_table = self.table("units", &tables.units, UNIT_COLUMNS);
        let mut hospital_table = self.table("hospitals", &tables.hospitals, HOSPITAL_COLUMNS);
        let scenic_table = match &tables.scenic {
            Some(name) => self.table("scenic", name, SCENIC_COLUMNS),
            None => None,
        };
        let mut more = |key: &str, name: &Option<String>, columns| {
            let named = name.as_ref().filter(|name| !name.is_empty());
            named.and_then(|name| self.table(key, name, columns))
        };
        let mut more_posts = more("more_posts", &tables.more_posts, POST_COLUMNS);
        let mut more_units = more("more_units", &tables.more_units, UNIT_COLUMNS);
        self.change_rows("hospitals", &mut [&mut hospital_table]);
        self.change_posts_and_units(&mut [&mut post_table, &mut more_posts], &mut [&mut unit_table, &mut more_units]);
        let all = [&demand_table, &county_table, &post_table, &unit_table, &hospital_table, &scenic_table];
        for table in all.into_iter().chain([&more_posts, &more_units]).flatten() {
            digest.part("table", table.source().text.as_bytes());
        }
        let (mut points, mut posts, mut units, mut hospitals) = (None, None, None, None);
        let hours = |text: &str| rules_keys::hours_of_text(doc, text, false);
        let shift = |text: &str| rules_keys::hours_of_text(doc, text, true);
        if let Some(counties) = &counties {
            points = demand_table.and_then(|t| self.faults.take(read_points(&t, counties, system)));
            posts = post_table.and_then(|t| self.faults.take(read_posts(&t, counties, system, &hours)));
            if let (Some(posts), Some(table)) = (&mut posts, &more_posts) {
                let more = self.faults.take(read_posts(table, counties, system, &hours)).unwrap_or_default();
                self.no_second("more_posts", posts.iter().map(|p| &p.id), more.iter().map(|p| &p.id));
                posts.extend(more);
            }
            hospitals = hospital_table.and_then(|t| self.faults.take(read_hospitals(&t, counties, system, &hours)));
        }
        let mut scenic = Vec::new();
        if let (Some(table), Some(counties)) = (scenic_table, &counties) {
            scenic = self.faults.take(read_scenic(&table, counties, system)).unwrap_or_default();
        }
        if let (Some(table), Some(posts)) = (unit_table, &posts) {
            units = self.faults.take(read_units(&table, posts, &shift));
            if let (Some(units), Some(table)) = (&mut units, &more_units) {
                let more = self.faults.take(read_units(table, posts, &shift)).unwrap_or_default();
                self.no_second("more_units", units.iter().map(|u| &u.id), more.iter().map(|u| &u.id));
                units.extend(more);
            }
        }
        let n = &mut self.notes;
        n.table(&tables.posts, "站点表", "table of posts", posts.iter().flatten().map(|p| p.quality));
        n.table(&tables.units, "车辆表", "table of units", units.iter().flatten().map(|u| u.quality));
        n.table(&tables.hospitals, "医院表", "table of hospitals", hospitals.iter().flatten().map(|h| h.quality));
        n.table(&tables.demand, "需求点表", "table of demand points", points.iter().flatten().map(|p| p.quality));
        if let Some(file) = &tables.scenic {
            n.table(
                file,
                "景区表（救护圈条款）",
                "table of scenic areas (for clauses on their rescue circle)",
                scenic.iter().map(|a| a.quality),
            );
        }

        let mut sites = Vec::new();
        let craft = match (&counties, &posts, &units, &hospitals, &points) {
            (Some(counties), Some(posts), Some(units), Some(hospitals), Some(points)) => {
                let around = Around { counties, posts, units, hospitals, points: points.len() };
                self.craft(&around, &mut sites, &mut digest)
            }
            _ => CraftRules::default(),
        };
        if let (Some(counties), Some(points), Some(hospitals), Some(demand)) =
            (&counties, &mut points, &hospitals, &mut demand)
        {
            let county_table = county_table.as_ref();
            let known = KnownToDemand { counties, county_table, hospitals, scenic: &scenic, coordinates: system };
            self.demand_in_full(demand, points, &known, &mut sites, &mut digest);
        }

        let (centres, centre_of_county) = self.centres(counties.as_deref().unwrap_or(&[]));
        if let (Some(posts), Some(points)) = (&posts, &points)
            && centres.len() > 1
        {
            self.every_place_has_a_centre(posts, points);
        }
        let rules = self.rules(&Known {
            centres: &centres,
            centre_of_county: &centre_of_county,
            posts: posts.as_deref(),
            units: units.as_deref(),
            hospitals: hospitals.as_deref(),
            demand: demand.as_ref(),
        });
        if let (Some(hospitals), Some(demand)) = (&hospitals, &demand) {
            for (i, c) in demand.categories.iter().enumerate() {
                if c.transport > 0.0 && !hospitals.iter().any(|h| h.receives.takes(&c.capability)) {
                    let message = format!("no hospital takes patients who need `{}`", c.capability);
                    let hint = "name it in the column `receives` of a hospital, or `all`";
                    self.fault(&format!("category[{i}].capability"), message, hint);
                }
                if c.needs_negative_pressure && units.as_ref().is_some_and(|u| u.iter().all(|u| !u.negative_pressure)) {
                    let message = "no unit has negative pressure".to_string();
                    self.fault(
                        &format!("category[{i}].needs_negative_pressure"),
                        message,
                        "mark one in the table of units",
                    );
                }
            }
        }
        if let (Some(points), Some(demand)) = (&points, &demand) {
            let per_day: f64 = points.iter().map(|p| demand.dispatches_per_day(p)).sum();
            if per_day <= 0.0 {
                self.fault("tables.demand", "nobody lives at any demand point", "fill in the column `population`");
            } else if per_day * demand.phone_calls_per_dispatch > MOST_CALLS_PER_DAY {
                let message = format!(
                    "these rates and residents give {:.1e} phone calls a day",
                    per_day * demand.phone_calls_per_dispatch
                );
                self.fault("demand", message, &format!("more than {MOST_CALLS_PER_DAY} cannot be meant"));
            }
        }
        let ids: Vec<&str> = posts
            .iter()
            .flatten()
            .map(|p| p.id.as_str())
            .chain(hospitals.iter().flatten().map(|h| h.id.as_str()))
            .chain(points.iter().flatten().map(|p| p.id.as_str()))
            .chain(sites.iter().map(|s| s.id.as_str()))
            .collect();
        if posts.is_some() && hospitals.is_some() && points.is_some() {
            for (i, id) in raw.network.confirm_far.iter().enumerate().filter(|(_, id)| !ids.contains(&id.as_str())) {
                let hint =
                    nearest_name(id, ids.iter().copied()).map(|n| format!("did you mean `{n}`?")).unwrap_or_default();
                self.fault(
                    &format!("network.confirm_far[{i}]"),
                    format!("there is no place with the id `{id}`"),
                    &hint,
                );
            }
        }
        let pack = self.named_or_file("standard.pack", &raw.standard.pack);
        for (i, r) in raw.reference.iter().enumerate() {
            self.positive(&format!("reference[{i}].value"), r.value);
        }
        match (self.faults.has_errors(), counties, posts, units, hospitals, points, demand) {
            (false, Some(counties), Some(posts), Some(units), Some(hospitals), Some(points), Some(demand)) => {
                Ok(Scenario {
                    name: raw.name.clone(),
                    title: raw.title.clone(),
                    description: raw.description.clone(),
                    file: file.to_path_buf(),
                    digest: digest.finish(),
                    changes: Vec::new(),
                    network,
                    run,
                    counties,
                    posts,
                    units,
                    hospitals,
                    points,
                    scenic,
                    demand,
                    centres,
                    centre_of_county,
                    call_taking,
                    durations,
                    travel,
                    periods,
                    closures,
                    rules: Rules { craft, ..rules },
                    sites,
                    pack,
                    references: raw.reference.clone(),
                    assumptions: self.notes.list,
                    warnings: self.faults,
                })
            }
            _ => Err(self.faults),
        }
    }

    /// A table that adds rows to another must not say again what that one has.
    fn no_second<'i>(
        &mut self,
        key: &str,
        known: impl Iterator<Item = &'i String>,
        more: impl Iterator<Item = &'i String>,
    ) {
        let known: BTreeSet<&String> = known.collect();
        let twice: Vec<&str> = more.filter(|id| known.contains(id)).map(String::as_str).collect();
        if !twice.is_empty() {
            let message = format!("these ids are in the other table already: {}", twice.join(", "));
            self.fault(&format!("tables.{key}"), message, "it adds rows, it does not replace any");
        }
    }

    fn network(&mut self) -> NetworkSpec {
        let n = &self.doc.value.network;
        self.positive("network.max_snap_m", n.max_snap_m);
        self.between("network.off_road_kmh", n.off_road_kmh.value, 0.1, 200.0);
        let file = self.beside("network.file", &n.file);
        if !file.is_file() {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound);
            let fault = Fault::io("read", &file, &error);
            self.fault(
                "network.file",
                fault.message,
                fault.hint.as_deref().unwrap_or("the path is relative to the scenario"),
            );
        }
        NetworkSpec {
            file,
            profile: self.named_or_file("network.profile", &n.profile),
            max_snap_m: n.max_snap_m,
            confirm_far: n.confirm_far.clone(),
            off_road_kmh: n.off_road_kmh.value,
        }
    }

    /// A name without `.toml` is built in; otherwise it is a file beside the scenario.
    fn named_or_file(&mut self, path: &str, text: &str) -> NamedOrFile {
        if !text.ends_with(".toml") {
            return NamedOrFile::Builtin(text.into());
        }
        let file = self.beside(path, text);
        if !file.is_file() {
            let fault = Fault::io("read", &file, &std::io::Error::from(std::io::ErrorKind::NotFound));
            self.fault(path, fault.message, fault.hint.as_deref().unwrap_or(""));
        }
        NamedOrFile::File(file)
    }

    fn run_spec(&mut self) -> RunSpec {
        let r = &self.doc.value.run;
        self.between("run.days", r.days, f64::MIN_POSITIVE, MOST_DAYS);
        self.between("run.warmup_days", r.warmup_days, 0.0, MOST_DAYS);
        if r.replications == 0 {
            self.fault("run.replications", "at least one is needed", "20 or more give a usable interval");
        }
        if !(0.5..=0.9999).contains(&r.confidence) {
            self.fault("run.confidence", format!("{} is not a confidence", r.confidence), "0.95 is usual");
        }
        RunSpec {
            days: r.days,
            warmup_days: r.warmup_days,
            replications: r.replications,
            seed: r.seed,
            confidence: r.confidence,
            clock_start: r.clock_start,
        }
    }

    fn demand_model(&mut self) -> Option<DemandModel> {
        let raw = &self.doc.value;
        let d = &raw.demand;
        for (path, value) in [
            ("demand.urban_per_1000_year", d.urban_per_1000_year.value),
            ("demand.rural_per_1000_year", d.rural_per_1000_year.value),
        ] {
            self.between(path, value, f64::MIN_POSITIVE, 100_000.0);
        }
        if !(1.0..=1000.0).contains(&d.phone_calls_per_dispatch.value) {
            let message = format!("{} is not possible", d.phone_calls_per_dispatch.value);
            let hint = "every dispatch has at least one phone call; 4 to 5 are usual";
            self.fault("demand.phone_calls_per_dispatch", message, hint);
        }
        let hourly = self.weights::<24>("demand.hourly", &d.hourly.value);
        let weekday = match &d.weekday {
            Some(w) => self.weights::<7>("demand.weekday", &w.value),
            None => [1.0; 7],
        };
        if raw.category.is_empty() {
            self.fault("category", "at least one category is needed", "write a [[category]] section");
            return None;
        }
        let total: f64 = raw.category.iter().map(|c| c.share.value).sum();
        if total <= 0.0 && !raw.category.is_empty() {
            self.fault("category[0].share", "no category has a share", "write how the dispatches divide among them");
        }
        let mut categories = Vec::new();
        for (i, c) in raw.category.iter().enumerate() {
            // One that occurs only in incidents, waves or transfers has no share of the others.
            self.between(&format!("category[{i}].share"), c.share.value, 0.0, f64::MAX);
            self.share(&format!("category[{i}].transport"), c.transport.value);
            categories.push(Category {
                key: c.key.clone(),
                name: c.name.clone(),
                share: c.share.value / total,
                priority: c.priority,
                transport: c.transport.value,
                needs_negative_pressure: c.needs_negative_pressure,
                care: self.care(i, c),
                pattern: Default::default(),
                capability: c.capability.clone(),
            });
        }
        Some(DemandModel {
            dispatches_per_1000_year: [d.urban_per_1000_year.value, d.rural_per_1000_year.value],
            phone_calls_per_dispatch: d.phone_calls_per_dispatch.value,
            hourly,
            weekday,
            categories,
            casualties: Vec::new(),
            transfers: Vec::new(),
            log: None,
            patterns: Default::default(),
        })
    }

    fn call_taking(&mut self) -> CallTaking {
        let c = &self.doc.value.call_taking;
        CallTaking {
            pickup: self.dist("call_taking.pickup", "空闲座席摘机", "picking up at a free seat", &c.pickup),
            handling: self.dist("call_taking.handling", "受理（需出车）", "handling, dispatch needed", &c.handling),
            handling_no_dispatch: self.dist(
                "call_taking.handling_no_dispatch",
                "受理（无需出车）",
                "handling, no dispatch needed",
                &c.handling_no_dispatch,
            ),
            wrapup: self.dist("call_taking.wrapup", "话后整理", "wrap-up after a call", &c.wrapup),
        }
    }

    fn durations(&mut self) -> Durations {
        let d = &self.doc.value.durations;
        Durations {
            turnout: self.dist("durations.turnout", "站内出车时间", "turn-out at the post", &d.turnout),
            turnout_on_road: self.dist(
                "durations.turnout_on_road",
                "途中改派反应",
                "turn-out on the road",
                &d.turnout_on_road,
            ),
            scene: self.dist("durations.scene", "现场救治（送院）", "on scene, transported", &d.scene),
            scene_left: self.dist(
                "durations.scene_left",
                "现场救治（不送院）",
                "on scene, not transported",
                &d.scene_left,
            ),
            handover: self.dist("durations.handover", "院内交接", "hand-over at hospital", &d.handover),
            clear: self.dist("durations.clear", "清洁补给", "cleaning and restocking", &d.clear),
        }
    }

    fn travel(&mut self) -> Travel {
        let t = &self.doc.value.travel;
        for (path, value) in [
            ("travel.response_factor", t.response_factor.value),
            ("travel.transport_factor", t.transport_factor.value),
            ("travel.return_factor", t.return_factor.value),
            ("travel.calm_factor", t.calm_factor.as_ref().map_or(1.0, |f| f.value)),
        ] {
            self.between(path, value, 0.01, 100.0);
        }
        if !(0.0..=2.0).contains(&t.scatter_sigma.value) {
            let message = format!("{} is not possible", t.scatter_sigma.value);
            self.fault("travel.scatter_sigma", message, "0 is no scatter; 0.2 means about ±20 %");
        }
        let missions = Missions {
            response: t.response_mission.clone(),
            transport: t.transport_mission.clone(),
            returning: t.return_mission.clone(),
            calm: t.calm_mission.as_ref().unwrap_or(&t.response_mission).clone(),
        };
        Travel {
            missions,
            response_factor: t.response_factor.value,
            transport_factor: t.transport_factor.value,
            return_factor: t.return_factor.value,
            calm_factor: t.calm_factor.as_ref().unwrap_or(&t.response_factor).value,
            scatter_sigma: t.scatter_sigma.value,
        }
    }

    fn centres(&mut self, counties: &[crate::facilities::County]) -> (Vec<Centre>, Vec<Option<CentreId>>) {
        let raw = &self.doc.value.centre;
        let mut of_county: Vec<Option<CentreId>> = vec![None; counties.len()];
        let mut centres = Vec::new();
        if raw.is_empty() {
            self.fault("centre", "at least one dispatch centre is needed", "write a [[centre]] section");
        }
        for (i, c) in raw.iter().enumerate() {
            self.between(&format!("centre[{i}].seats"), f64::from(c.seats.value), 1.0, 1000.0);
            centres.push(Centre { name: c.name.clone(), seats: c.seats.value });
            let id = CentreId::new(i);
            match &c.counties {
                None if raw.len() == 1 => of_county.fill(Some(id)),
                None => {
                    let message = "with several centres each must say which counties it serves";
                    self.fault(&format!("centre[{i}]"), message, "add counties = [\"…\"]");
                }
                Some(names) => {
                    for (j, name) in names.iter().enumerate() {
                        let path = format!("centre[{i}].counties[{j}]");
                        match counties.iter().position(|k| k.name.zh == *name || k.name.en == *name) {
                            Some(at) if of_county[at].is_some() => {
                                self.fault(&path, format!("{name} is already served by another centre"), "");
                            }
                            Some(at) => of_county[at] = Some(id),
                            None if counties.is_empty() => {}
                            None => {
                                let near = nearest_name(name, counties.iter().map(|k| k.name.zh.as_str()));
                                let hint = near.map(|n| format!("did you mean {n}?")).unwrap_or_default();
                                self.fault(&path, format!("there is no county `{name}`"), &hint);
                            }
                        }
                    }
                }
            }
        }
        for (county, centre) in counties.iter().zip(&of_county) {
            if centre.is_none() && !centres.is_empty() {
                self.fault("centre", format!("no centre serves {}", county.name.zh), "add it to a centre's counties");
            }
        }
        (centres, of_county)
    }

    fn every_place_has_a_centre(&mut self, posts: &[crate::facilities::Post], points: &[crate::demand::DemandPoint]) {
        let nameless: Vec<&str> = posts
            .iter()
            .filter(|p| p.county.is_none())
            .map(|p| p.id.as_str())
            .chain(points.iter().filter(|p| p.county.is_none()).map(|p| p.id.as_str()))
            .collect();
        if !nameless.is_empty() {
            let message = format!(
                "with several centres every post and demand point needs a county; missing for {}",
                nameless.iter().take(10).copied().collect::<Vec<_>>().join(", ")
            );
            self.fault("centre", message, "fill in the column `county`");
        }
    }
}
