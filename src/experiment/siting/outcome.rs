//! A choice of posts as a row of `siting.json`, as a layout for a scenario, and on the map.

use super::field::Field;
use super::models::Model;
use super::promise::{nearest, promise_of, shifts};
use super::served::served;
use super::sited::{ProposalRow, Site, SitingMap, SitingPoint, SitingPost};
use crate::experiment::layout::{Layout, NewPost, NewUnit, Writing};
use crate::experiment::map::{county_lines, lakes, roads};
use crate::experiment::summary::{MapData, MapPlace, MapTime, SCHEMA};
use crate::facilities::UnitKind;
use crate::geo::distance_m;
use crate::ids::UnitId;
use crate::siting::Answer;
use crate::text::Text;

/// The units of new posts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewUnits {
    /// Their kind.
    pub kind: UnitKind,
    /// Share of them with negative pressure, 0 to 1; rounded up.
    pub negative_pressure: f64,
}

impl Default for NewUnits {
    fn default() -> Self {
        NewUnits { kind: UnitKind::Advanced, negative_pressure: 0.5 }
    }
}

/// A choice: where units stand, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Units at each post of the field that are new.
    pub added: Vec<u32>,
    /// Units that move, with the posts they move to.
    pub moved: Vec<(UnitId, usize)>,
    /// Its model.
    pub model: Model,
    /// 1 for the best.
    pub rank: u32,
    /// The solver's answer, in the measure of the model.
    pub answer: Answer,
    /// Seconds it took.
    pub seconds: f64,
    /// What it costs.
    pub cost: Option<f64>,
}

impl Choice {
    /// Units at each post under it.
    pub fn units(&self, field: &Field) -> Vec<u32> {
        let mut units = field.units.clone();
        units.iter_mut().zip(&self.added).for_each(|(u, more)| *u += more);
        for (unit, to) in &self.moved {
            let from = field.prepared.world.scenario.units[unit.index()].post.index();
            units[from] = units[from].saturating_sub(1);
            units[*to] += 1;
        }
        units
    }
}

/// Posts with a unit.
pub fn open_posts(units: &[u32]) -> Vec<usize> {
    (0..units.len()).filter(|p| units[*p] > 0).collect()
}

/// The nearest of some posts to a post, in a straight line; before all others those that serve the same places.
pub fn nearest_post(field: &Field, post: usize, among: &[usize]) -> Option<usize> {
    let s = &field.prepared.world.scenario;
    let away = |p: usize| {
        let other = field.group_of_post(p) != field.group_of_post(post);
        (other, distance_m(s.posts[p].at, s.posts[post].at))
    };
    let nearer = |a: &usize, b: &usize| {
        let (a_away, b_away) = (away(*a), away(*b));
        a_away.0.cmp(&b_away.0).then(a_away.1.total_cmp(&b_away.1)).then(a.cmp(b))
    };
    among.iter().copied().min_by(nearer)
}

/// A post of the field as it stands in the scenario that comes out.
pub(super) fn site(field: &Field, writing: &Writing, post: usize, units: u32) -> Site {
    let s = &field.prepared.world.scenario;
    let p = &s.posts[post];
    Site {
        id: id(field, writing, post),
        name: p.name.clone(),
        county: p.county.map(|c| s.counties[c.index()].name.clone()),
        at: [p.at.lat, p.at.lon],
        units_now: field.units[post],
        units,
    }
}

pub(super) fn id(field: &Field, writing: &Writing, post: usize) -> String {
    let p = &field.prepared.world.scenario.posts[post];
    if post < field.existing { p.id.clone() } else { writing.post_id(&p.id) }
}

/// A choice as a row.
pub(super) fn row(field: &Field, writing: &Writing, choice: &Choice, key: &str, now: &[f64]) -> ProposalRow {
    let units = choice.units(field);
    let open = open_posts(&units);
    let then = nearest(field, &open);
    let of = |wanted: &dyn Fn(u32, u32) -> bool| -> Vec<Site> {
        let fits = |p: &usize| wanted(field.units[*p], units[*p]);
        (0..field.posts()).filter(fits).map(|p| site(field, writing, p, units[p])).collect()
    };
    ProposalRow {
        key: key.to_string(),
        model: choice.model,
        rank: choice.rank,
        objective: choice.answer.objective,
        bound: choice.answer.bound,
        gap: choice.answer.gap(),
        proved: choice.answer.proved,
        method: choice.answer.method.to_string(),
        seconds: choice.seconds,
        opened: of(&|now, then| now == 0 && then > 0),
        closed: of(&|now, then| now > 0 && then == 0),
        changed: of(&|now, then| now > 0 && then > 0 && now != then),
        cost: choice.cost,
        promise: promise_of(field, &then),
        served: served(field, &units, now),
        shifts: shifts(field, now, &then),
        scenario: format!("{}-{key}.toml", field.prepared.world.scenario.name),
    }
}

/// A choice as a layout of the scenario.
pub(super) fn layout(field: &Field, writing: &Writing, choice: &Choice, called: Text, new: &NewUnits) -> Layout {
    let s = &field.prepared.world.scenario;
    let units = choice.units(field);
    let mut layout = Layout { called, ..Layout::default() };
    for post in open_posts(&units) {
        let p = &s.posts[post];
        if post >= field.existing {
            let county = p.county.map(|c| s.counties[c.index()].name.clone());
            let at = [p.at.lat, p.at.lon];
            layout.posts.push(NewPost { id: id(field, writing, post), name: p.name.clone(), county, at });
        }
        for _ in 0..choice.added[post] {
            let negative = is_negative(layout.units.len(), new.negative_pressure);
            let post = id(field, writing, post);
            let kind = new.kind.key().to_string();
            layout.units.push(NewUnit { post, kind, negative_pressure: negative, shift: String::new() });
        }
    }
    for (unit, to) in &choice.moved {
        layout.moved.insert(s.units[unit.index()].id.clone(), id(field, writing, *to));
    }
    // A post that all its units leave is closed; one that had none is left as it was.
    let anybody = |p: usize| s.units.iter().enumerate().any(|(i, u)| u.post.index() == p && !choice.moves(i));
    layout.closed = (0..field.existing)
        .filter(|p| field.units[*p] > 0 && units[*p] == 0 && !anybody(*p))
        .map(|p| s.posts[p].id.clone())
        .collect();
    layout
}

/// Whether the new unit after `n` others has negative pressure: they are spread evenly, rounded up.
pub(super) fn is_negative(n: usize, share: f64) -> bool {
    let n = n as f64;
    ((n + 1.0) * share).ceil() > (n * share).ceil()
}

impl Choice {
    fn moves(&self, unit: usize) -> bool {
        self.moved.iter().any(|(u, _)| u.index() == unit)
    }
}

/// What maps of the proposals are drawn on.
pub(super) fn map(field: &Field, writing: &Writing, proposals: &[(String, Vec<u32>)]) -> SitingMap {
    let world = &field.prepared.world;
    let s = &world.scenario;
    let place = |h: &crate::facilities::Hospital| MapPlace { name: h.name.clone(), at: [h.at.lon, h.at.lat], units: 0 };
    let takes = |h: &&crate::facilities::Hospital| h.receives != crate::facilities::Receives::Nobody;
    let hundredths = |m: f64| m.is_finite().then(|| (m * 100.0).round() / 100.0);
    let now = nearest(field, &open_posts(&field.units));
    let then: Vec<Vec<f64>> = proposals.iter().map(|(_, units)| nearest(field, &open_posts(units))).collect();
    SitingMap {
        ground: MapData {
            schema: SCHEMA,
            roads: roads(world, None),
            water: lakes(&field.prepared.ground),
            posts: Vec::new(),
            hospitals: s.hospitals.iter().filter(takes).map(place).collect(),
            points: Vec::new(),
            outlines: county_lines(s, &field.prepared.ground),
            time: MapTime::default(),
        },
        posts: (0..field.posts())
            .map(|p| SitingPost {
                id: id(field, writing, p),
                name: s.posts[p].name.clone(),
                at: [s.posts[p].at.lon, s.posts[p].at.lat],
                units: field.units[p],
                open_in: proposals.iter().filter(|(_, units)| units[p] > 0).map(|(key, _)| key.clone()).collect(),
            })
            .collect(),
        // The first rows are those of the state of the roads of most of the time.
        points: (0..s.points.len())
            .map(|row| SitingPoint {
                name: s.points[row].name.clone(),
                at: [s.points[row].at.lon, s.points[row].at.lat],
                people: s.points[row].population,
                limit_min: field.rows[row].limit_min,
                now_min: hundredths(now[row]),
                minutes: then.iter().map(|minutes| hundredths(minutes[row])).collect(),
                county: s.points[row].county.map(|c| s.counties[c.index()].name.clone()),
                urban: s.points[row].zone == crate::quality::Zone::Urban,
            })
            .collect(),
        network: Some(field.prepared.network.clone()),
    }
}
