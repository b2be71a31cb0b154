//! The finished network as OSM objects: roads, places with people, lakes, hospitals, posts.

use super::facts::{Facts, Setting};
use super::net::Net;
use super::paths::Class;
use super::pbf::{Tags, Writer};
use super::places::{DemandPoint, Hospital};
use super::plane::Plane;
use super::posts::Post;
use crate::geo::{Bounds, LatLon};
use std::borrow::Cow;
use std::io;

/// Everything that goes on the map.
pub(super) struct Map<'a> {
    pub(super) land: &'a Facts,
    pub(super) plane: Plane,
    pub(super) net: &'a Net,
    /// Metres above the sea of each road node; `None` for a land without heights.
    pub(super) heights: Option<&'a [f64]>,
    pub(super) points: &'a [DemandPoint],
    pub(super) hospitals: &'a [Hospital],
    pub(super) posts: &'a [Post],
}

/// Writes the map. Node ids start at 1 with the nodes of roads; way ids start at 1.
pub(super) fn write(map: &Map) -> io::Result<Vec<u8>> {
    let net = map.net;
    let mut signal = vec![false; net.nodes.len()];
    for n in &net.signals {
        signal[*n as usize] = true;
    }
    let mut nodes: Vec<(LatLon, Tags)> = Vec::with_capacity(net.nodes.len() + 4000);
    for (i, p) in net.nodes.iter().enumerate() {
        let mut tags = if signal[i] { vec![("highway", Cow::Borrowed("traffic_signals"))] } else { Vec::new() };
        if let Some(height) = map.heights.and_then(|h| h.get(i)) {
            tags.push(("ele", format!("{height:.0}").into()));
        }
        nodes.push((map.plane.to_latlon(*p), tags));
    }
    places(map, &mut nodes);
    let mut ways: Vec<(Vec<i64>, Tags)> = Vec::with_capacity(net.ways.len() + 10);
    for way in &net.ways {
        let refs = way.nodes.iter().map(|n| i64::from(*n) + 1).collect();
        let mut tags: Tags = vec![("highway", way.class.highway().into())];
        let label = &net.labels[way.label as usize];
        for (key, text) in [("name", &label.name), ("name:en", &label.name_en), ("ref", &label.reference)] {
            if !text.is_empty() {
                tags.push((key, text.as_str().into()));
            }
        }
        if way.roundabout {
            tags.push(("junction", "roundabout".into()));
        }
        if way.oneway {
            tags.push(("oneway", "yes".into()));
        }
        if let Some(limit) = way.maxspeed {
            tags.push(("maxspeed", limit.to_string().into()));
        }
        if way.bridge {
            tags.push(("bridge", "yes".into()));
            tags.push(("layer", "1".into()));
        }
        if way.class == Class::Motorway {
            tags.push(("lanes", "2".into()));
        }
        ways.push((refs, tags));
    }
    for lake in &map.land.lakes {
        let first = nodes.len() as i64 + 1;
        nodes.extend(lake.shore.ring.iter().map(|p| (*p, Vec::new())));
        let mut refs: Vec<i64> = (first..=nodes.len() as i64).collect();
        refs.push(first);
        let names = [("name", lake.name.as_str()), ("name:en", lake.name_en.as_str())];
        let mut tags: Tags = vec![("natural", "water".into()), ("water", "lake".into())];
        tags.extend(names.into_iter().map(|(k, v)| (k, Cow::Borrowed(v))));
        ways.push((refs, tags));
    }
    let bounds = Bounds::of(nodes.iter().map(|n| n.0));
    let program = format!("goldenhour synth {}", env!("CARGO_PKG_VERSION"));
    let source =
        format!("synthetic: computed from facts about {}, no survey, no OpenStreetMap data", map.land.region.name_en);
    let mut writer = Writer::new(bounds, &program, &source)?;
    writer.nodes(1, &nodes)?;
    writer.ways(1, &ways)?;
    Ok(writer.finish())
}

fn places<'a>(map: &Map<'a>, nodes: &mut Vec<(LatLon, Tags<'a>)>) {
    for t in &map.land.townships {
        let kind = match (t.is_county_seat, t.setting) {
            (true, _) => "town",
            (_, Setting::Rural) => "town",
            _ => "suburb",
        };
        nodes.push((
            t.seat,
            vec![
                ("place", kind.into()),
                ("name", t.name.as_str().into()),
                ("name:en", t.name_en.as_str().into()),
                ("population", t.population.to_string().into()),
            ],
        ));
    }
    for o in &map.land.outside {
        let kind = Cow::Owned(o.kind.clone());
        nodes.push((
            o.at,
            vec![("place", kind), ("name", o.name.as_str().into()), ("name:en", o.name_en.as_str().into())],
        ));
    }
    for p in map.points {
        nodes.push((
            p.at,
            vec![
                ("place", p.kind.into()),
                ("name", p.name.as_str().into()),
                ("name:en", p.name_en.as_str().into()),
                ("population", p.population.to_string().into()),
            ],
        ));
    }
    for h in map.hospitals {
        let mut tags: Tags = vec![
            ("amenity", "hospital".into()),
            ("name", h.name.as_str().into()),
            ("name:en", h.name_en.as_str().into()),
            ("beds", h.beds.to_string().into()),
        ];
        tags.push(("emergency", if h.receives == "none" { "no" } else { "yes" }.into()));
        nodes.push((h.at, tags));
    }
    for p in map.posts {
        nodes.push((
            p.at,
            vec![
                ("emergency", "ambulance_station".into()),
                ("name", p.name.as_str().into()),
                ("name:en", p.name_en.as_str().into()),
            ],
        ));
    }
}
