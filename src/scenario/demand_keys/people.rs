//! People besides the residents.

use super::places::add_site;
use super::raw::RawPopulation;
use super::season::RawTimes;
use super::{Known, Loader};
use crate::demand::{DemandModel, DemandPoint, PeopleAt, Population};
use crate::digest::Digester;
use crate::facilities::names;
use crate::fault::{Faults, nearest_name};
use crate::ids::PointId;
use crate::input::Table;
use crate::scenario::Site;
use crate::text::Text;

/// Columns of a table of people: needed, and known besides.
const COLUMNS: (&[&str], &[&str]) =
    (&["id", "people", "quality"], &["name", "name_en", "lat", "lon", "zone", "county", "source"]);

/// The places that ids of people may name.
struct Places<'a> {
    points: &'a [DemandPoint],
    known: &'a Known<'a>,
    sites: &'a mut Vec<Site>,
}

impl Places<'_> {
    /// The demand point or scenic area with an id.
    fn named(&mut self, id: &str) -> Option<PeopleAt> {
        if let Some(at) = self.points.iter().position(|p| p.id == id) {
            return Some(PeopleAt { point: PointId::new(at), zone: self.points[at].zone, people: 0.0 });
        }
        let area = self.known.scenic.iter().find(|s| s.id == id)?;
        Some(self.new_site(Loader::site(&area.id, &area.name, area.at, (None, area.county), self.points)))
    }

    fn new_site(&mut self, site: Site) -> PeopleAt {
        let zone = site.zone;
        PeopleAt { point: add_site(self.sites, self.points.len(), site), zone, people: 0.0 }
    }

    fn like(&self, id: &str) -> String {
        let ids = self.points.iter().map(|p| p.id.as_str()).chain(self.known.scenic.iter().map(|s| s.id.as_str()));
        match nearest_name(id, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the id of a demand point or of a scenic area (tables.scenic)".into(),
        }
    }
}

impl Loader<'_> {
    /// All `[[population]]`s.
    pub(super) fn populations(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        sites: &mut Vec<Site>,
        digest: &mut Digester,
    ) {
        let raw = &self.doc.value.population;
        self.distinct_keys("population", raw.iter().map(|p| p.key.as_str()).collect());
        for (i, p) in raw.iter().enumerate() {
            let mut places = Places { points, known, sites };
            let population = self.population(&format!("population[{i}]"), p, model, &mut places, digest);
            model.patterns.populations.push(population);
        }
    }

    fn population(
        &mut self,
        path: &str,
        raw: &RawPopulation,
        model: &DemandModel,
        places: &mut Places<'_>,
        digest: &mut Digester,
    ) -> Population {
        let people = match (&raw.table, &raw.people) {
            (Some(name), None) => self.people_table(path, name, raw, places, digest).unwrap_or_default(),
            (None, Some(noted)) => {
                let mut people = Vec::new();
                for (id, n) in &noted.value {
                    let at = format!("{path}.people.value.{id}");
                    self.between(&at, *n, 0.0, 1e9);
                    match places.named(id) {
                        Some(place) => people.push(PeopleAt { people: *n, ..place }),
                        None => {
                            let hint = places.like(id);
                            self.fault(&at, format!("there is no place with the id `{id}`"), &hint);
                        }
                    }
                }
                let total: f64 = noted.value.values().sum();
                let (zh, en) = (format!("{}：人数", raw.name.zh), format!("{}: people", raw.name.en));
                self.notes.noted(&format!("{path}.people"), &zh, &en, noted, format!("{total} ({})", people.len()));
                people
            }
            _ => {
                let hint = "write table = \"….csv\" or people.value = { \"id\" = 1200 }";
                self.fault(path, "one of `table` and `people` is needed", hint);
                Vec::new()
            }
        };
        if !people.is_empty() && people.iter().all(|p| p.people <= 0.0) {
            self.fault(path, "nobody is there", "write how many people are at each place");
        }
        self.between(&format!("{path}.per_1000_year"), raw.per_1000_year.value, 0.0, 100_000.0);
        let (zh, en) =
            (format!("{}：每千人年出车", raw.name.zh), format!("{}: dispatches per 1,000 a year", raw.name.en));
        let value = format!("{} /1000/a", raw.per_1000_year.value);
        self.notes.noted(&format!("{path}.per_1000_year"), &zh, &en, &raw.per_1000_year, value);
        let times = RawTimes { hourly: &raw.hourly, weekday: &raw.weekday, monthly: &raw.monthly };
        let times = self.times(path, (&raw.name.zh, &raw.name.en), &times);
        let (zh, en) = (format!("{}：类别占比", raw.name.zh), format!("{}: shares of categories", raw.name.en));
        let shares = raw
            .categories
            .as_ref()
            .and_then(|noted| self.category_shares(&format!("{path}.categories"), model, noted, (&zh, &en)));
        let per_1000_year = raw.per_1000_year.value;
        Population { key: raw.key.clone(), name: raw.name.clone(), people, per_1000_year, times, shares }
    }

    fn people_table(
        &mut self,
        path: &str,
        name: &str,
        raw: &RawPopulation,
        places: &mut Places<'_>,
        digest: &mut Digester,
    ) -> Option<Vec<PeopleAt>> {
        let file = self.beside(&format!("{path}.table"), name);
        let table = match Table::read(&file, COLUMNS.0, COLUMNS.1) {
            Ok(table) => table,
            Err(faults) => {
                self.told_where_named(&format!("{path}.table"), faults);
                return None;
            }
        };
        digest.part("people", table.source().text.as_bytes());
        self.faults.extend(table.warnings().clone());
        self.faults.take(table.unique("id"))?;
        let mut qualities = Vec::new();
        let rows = table.rows(|row| {
            let (id, n, quality) = (row.filled("id"), row.number("people"), row.quality("quality"));
            let id = id?;
            let place = match places.named(&id) {
                Some(place) => Some(place),
                None if row.text("lat").is_empty() && row.text("lon").is_empty() => {
                    let hint = format!("{}; or fill in `lat` and `lon`", places.like(&id));
                    row.fault("id", format!("there is no place with the id `{id}`"), Some(&hint));
                    None
                }
                None => {
                    let zone = if row.text("zone").is_empty() { Some(None) } else { row.zone("zone").map(Some) };
                    let county = crate::facilities::county(row, places.known.counties);
                    let name = if row.text("name").is_empty() { Some(Text::same(id.clone())) } else { names(row) };
                    let at = row.position().map(|at| places.known.coordinates.to_wgs84(at));
                    let site = Loader::site(&id, &name?, at?, (zone?, county?), places.points);
                    Some(places.new_site(site))
                }
            };
            qualities.push(quality?);
            Some(PeopleAt { people: n?, ..place? })
        });
        let people = self.faults.take(rows)?;
        let (zh, en) = (format!("{}：人数表", raw.name.zh), format!("{}: table of people", raw.name.en));
        self.notes.table(name, &zh, &en, qualities.into_iter());
        Some(people)
    }

    /// Faults of a file; one that is missing is best shown where the scenario names it.
    pub(super) fn told_where_named(&mut self, path: &str, faults: Faults) {
        if faults.0.len() == 1 && faults.0[0].place.is_none() {
            let fault = &faults.0[0];
            let hint = fault.hint.clone().unwrap_or_default();
            self.fault(path, fault.message.clone(), &hint);
        } else {
            self.faults.extend(faults);
        }
    }
}
