//! A city as a scenario of the engine: one demand point for each call, one category for each priority, and the calls as a
//! log in which every duration is given.

use super::city::City;
use super::ways::{DAY, moment, span};
use crate::demand::{CallLog, Care, Category, CategoryPattern, DemandModel, DemandPoint, LoggedCall, Patterns};
use crate::facilities::{Hospital, Post, Receives, Unit, UnitKind};
use crate::fault::Faults;
use crate::geo::LatLon;
use crate::ids::{CategoryId, HospitalId, PointId, PostId};
use crate::quality::{Quality, Zone};
use crate::random::Dist;
use crate::scenario::rules::{Dispatching, Rules, Tie};
use crate::scenario::{
    CallTaking, Centre, ClockStart, Durations, Missions, NamedOrFile, NetworkSpec, RunSpec, Scenario, Travel,
};
use crate::sim::Options;
use crate::text::Text;
use crate::units::Span;

/// Days after the last call by which everything has happened in a city that can bear its calls, and long after.
const AFTER: f64 = 3650.0;

/// The city as a scenario. It is to be played on [`NodeWays`](super::NodeWays): its places are those of the city's plane, and its network
/// names no file.
pub fn scenario(city: &City) -> Scenario {
    let at = |x: f64, y: f64| LatLon::new(y, x);
    let named =
        |name: &str, number: usize| Text::same(if name.is_empty() { number.to_string() } else { name.to_string() });
    let posts = city.stations.iter().enumerate().map(|(i, s)| Post {
        id: (i + 1).to_string(),
        name: named(&s.name, i + 1),
        county: None,
        at: at(s.x, s.y),
        open_24h: true,
        hours: None,
        crews: None,
        quality: Quality::Measured,
    });
    let hospitals = city.hospitals.iter().enumerate().map(|(i, h)| Hospital {
        id: (i + 1).to_string(),
        name: named(&h.name, i + 1),
        county: None,
        level: String::new(),
        at: at(h.x, h.y),
        beds: None,
        ed_bays: None,
        observation_beds: None,
        hours: None,
        helipad: false,
        share: None,
        receives: Receives::All,
        quality: Quality::Measured,
    });
    let units = city.ambulances.iter().enumerate().map(|(i, station)| Unit {
        id: (i + 1).to_string(),
        post: PostId::new(*station),
        kind: UnitKind::Advanced,
        negative_pressure: false,
        shift: String::new(),
        duty: None,
        quality: Quality::Measured,
    });
    let points = city.calls.iter().enumerate().map(|(i, c)| DemandPoint {
        id: (i + 1).to_string(),
        name: Text::default(),
        county: None,
        zone: Zone::Urban,
        at: at(c.x, c.y),
        population: 0.0,
        quality: Quality::Measured,
        elderly: None,
        township: String::new(),
    });
    let last = city.calls.last().map_or(city.start, |c| c.arrival);
    let none = Dist::Fixed(0.0);
    Scenario {
        name: "jemss".into(),
        title: Text::same(city.folder.display().to_string()),
        description: Text::default(),
        file: city.folder.clone(),
        digest: String::new(),
        network: NetworkSpec {
            file: city.folder.clone(),
            profile: NamedOrFile::Builtin("china-default".into()),
            max_snap_m: f64::INFINITY,
            confirm_far: Vec::new(),
            off_road_kmh: city.off_road_speed[0] / 24.0,
        },
        run: RunSpec {
            days: last - city.start + AFTER,
            warmup_days: 0.0,
            replications: 1,
            seed: 1,
            confidence: 0.95,
            clock_start: ClockStart::Ring,
        },
        counties: Vec::new(),
        posts: posts.collect(),
        units: units.collect(),
        hospitals: hospitals.collect(),
        points: points.collect(),
        scenic: Vec::new(),
        demand: demand(city),
        centres: vec![Centre { name: Text::same("jemss"), seats: Centre::UNLIMITED }],
        centre_of_county: Vec::new(),
        call_taking: CallTaking { pickup: none, handling: none, handling_no_dispatch: none, wrapup: none },
        durations: Durations {
            turnout: none,
            turnout_on_road: none,
            scene: none,
            scene_left: none,
            handover: none,
            clear: none,
        },
        travel: Travel {
            missions: Missions {
                response: String::new(),
                transport: String::new(),
                returning: String::new(),
                calm: String::new(),
            },
            response_factor: 1.0,
            transport_factor: 1.0,
            return_factor: 1.0,
            calm_factor: 1.0,
            scatter_sigma: 0.0,
        },
        periods: Vec::new(),
        closures: Vec::new(),
        rules: Rules {
            dispatch: Dispatching {
                under_way: true,
                redirect: city.redispatch.iter().map(|(a, b)| (*a as u8 + 1, *b as u8 + 1)).collect(),
                queue_by_ring: true,
                tie: Tie::First,
                ..Dispatching::default()
            },
            ..Rules::default()
        },
        sites: Vec::new(),
        pack: NamedOrFile::Builtin("cn-yuxi-2025".into()),
        changes: Vec::new(),
        references: Vec::new(),
        assumptions: Vec::new(),
        warnings: Faults::new(),
    }
}

fn demand(city: &City) -> DemandModel {
    let share = |priority: usize| {
        let so_many = city.calls.iter().filter(|c| c.priority == priority).count();
        so_many as f64 / city.calls.len().max(1) as f64
    };
    // Drives to calls that go by another mode than those to hospital and home are with lights and siren.
    let siren = |priority: usize| {
        city.mode(city.set_at(city.start), Some(priority)) != city.mode(city.set_at(city.start), None)
    };
    let categories = city.priorities.iter().enumerate().map(|(i, p)| Category {
        key: p.name.clone(),
        name: Text::same(p.name.clone()),
        share: share(i),
        priority: i as u8 + 1,
        transport: 1.0,
        needs_negative_pressure: false,
        capability: "general".into(),
        care: Care { siren: siren(i), ..Care::default() },
        pattern: CategoryPattern::default(),
    });
    let rows = city.calls.iter().enumerate().map(|(i, call)| {
        let ring = moment(city, call.arrival);
        let ready = moment(city, call.arrival + call.dispatch_delay);
        LoggedCall {
            ring,
            point: PointId::new(i),
            category: CategoryId::new(call.priority),
            dispatch: true,
            handling: Some(ready - ring),
            turnout: Some(Span::ZERO),
            scene: Some(span(call.on_scene, 1.0)),
            transport: Some(call.transport),
            hospital: call.hospital.map(HospitalId::new),
            handover: Some(span(call.handover, 1.0)),
            clear: Some(Span::ZERO),
        }
    });
    DemandModel {
        dispatches_per_1000_year: [0.0; 2],
        phone_calls_per_dispatch: 1.0,
        hourly: [1.0; 24],
        weekday: [1.0; 7],
        categories: categories.collect(),
        casualties: Vec::new(),
        transfers: Vec::new(),
        log: Some(CallLog { rows: rows.collect::<Vec<_>>().into() }),
        patterns: Patterns::default(),
    }
}

/// What the engine is to keep and count.
pub fn options(city: &City) -> Options {
    let target = city.priorities.iter().filter_map(|p| p.target).fold(0.0, f64::max);
    let target = Span((target * DAY) as i64);
    Options {
        response_target: [target; 2],
        answer_target: Span::ZERO,
        turnout_target: Span::ZERO,
        handover_target: Span::ZERO,
        keep_calls: true,
        latest_first: true,
        trace: None,
        asked: crate::sim::Asked::default(),
    }
}
