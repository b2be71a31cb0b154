//! Outlines that are not roads: hospital grounds, stations, lakes; closed ways and relations of ways.

use super::read::Raw;
use crate::geo::{LatLon, Polygon};
use crate::network::features::{self, Boundary, Feature, WATER_M2};
use std::collections::BTreeMap;

/// An outline with what it stands for.
pub(super) struct Outline {
    /// The map's object: `way/1` or `relation/2`.
    pub(super) osm: String,
    pub(super) feature: Option<Feature>,
    pub(super) water: Option<String>,
    /// Of a county a piece of its outline.
    pub(super) boundary: Option<Boundary>,
    pub(super) refs: Vec<i64>,
}

/// An area drawn as a relation of ways, with what it stands for.
pub(super) struct Area {
    pub(super) id: i64,
    pub(super) feature: Option<Feature>,
    pub(super) water: Option<String>,
    pub(super) boundary: Option<Boundary>,
    /// Its ways but those with the role `inner`.
    pub(super) members: Vec<i64>,
}

/// Makes outlines of areas from the ways of the file. Also returns of how many areas the file has no way.
pub(super) fn of_areas(areas: Vec<Area>, lines: &BTreeMap<i64, Vec<i64>>) -> (Vec<Outline>, usize) {
    let (mut outlines, mut unread) = (Vec::new(), 0);
    for relation in areas {
        let members: Vec<&[i64]> = relation.members.iter().filter_map(|m| lines.get(m)).map(Vec::as_slice).collect();
        let osm = format!("relation/{}", relation.id);
        if relation.boundary.is_some() {
            for refs in &members {
                let (osm, boundary, refs) = (osm.clone(), relation.boundary.clone(), refs.to_vec());
                outlines.push(Outline { osm, feature: None, water: None, boundary, refs });
            }
        }
        if relation.feature.is_none() && relation.water.is_none() {
            continue;
        }
        if members.is_empty() {
            unread += 1;
            continue;
        }
        if relation.water.is_some() {
            for refs in rings(&members) {
                outlines.push(Outline {
                    osm: osm.clone(),
                    feature: None,
                    water: relation.water.clone(),
                    boundary: None,
                    refs,
                });
            }
        }
        if relation.feature.is_some() {
            let mut refs = members.concat();
            refs.sort_unstable();
            refs.dedup();
            outlines.push(Outline { osm, feature: relation.feature, water: None, boundary: None, refs });
        }
    }
    (outlines, unread)
}

/// Joins lines end to end into closed rings; what does not close is left out.
fn rings(lines: &[&[i64]]) -> Vec<Vec<i64>> {
    let mut used = vec![false; lines.len()];
    let mut out = Vec::new();
    for start in 0..lines.len() {
        if std::mem::replace(&mut used[start], true) {
            continue;
        }
        let mut ring = lines[start].to_vec();
        while ring.first() != ring.last() {
            let end = ring.last().copied();
            let next = (0..lines.len())
                .find(|i| !used[*i] && (lines[*i].first().copied() == end || lines[*i].last().copied() == end));
            let Some(next) = next else { break };
            used[next] = true;
            if lines[next].first().copied() == end {
                ring.extend(lines[next].iter().skip(1));
            } else {
                ring.extend(lines[next].iter().rev().skip(1));
            }
        }
        if ring.len() > 3 && ring.first() == ring.last() {
            out.push(ring);
        }
    }
    out
}

/// Places an outline and adds it to the features.
pub(super) fn add(outline: Outline, raw: &mut Raw) {
    if let Some(boundary) = outline.boundary {
        return add_boundary(outline.osm, boundary, &outline.refs, raw);
    }
    let found = outline.refs.iter().filter_map(|id| raw.ids.binary_search(id).ok());
    let ring: Vec<LatLon> = found.filter_map(|i| raw.at(i as u32)).collect();
    let Some(middle) = features::middle(&ring) else { return };
    if let Some(mut feature) = outline.feature {
        feature.at = middle;
        feature.osm = outline.osm;
        raw.features.list.push(feature);
    }
    if let Some(name) = outline.water
        && ring.len() == outline.refs.len()
        && features::area_m2(&ring) >= WATER_M2
    {
        raw.features.water.push((name, Polygon::new(ring)));
    }
}

/// Adds a piece of a county's outline; where the file lacks a node it ends.
fn add_boundary(osm: String, boundary: Boundary, refs: &[i64], raw: &mut Raw) {
    let at = |id: &i64| raw.ids.binary_search(id).ok().and_then(|i| raw.at(i as u32));
    let places: Vec<Option<LatLon>> = refs.iter().map(at).collect();
    let pieces = places.split(Option::is_none).map(|piece| piece.iter().flatten().copied().collect::<Vec<LatLon>>());
    let lines = pieces.filter(|piece| piece.len() > 1);
    // Pieces of one area come one after the other.
    match raw.features.boundaries.last_mut().filter(|last| last.osm == osm) {
        Some(last) => last.lines.extend(lines),
        None => raw.features.boundaries.push(Boundary { lines: lines.collect(), osm, ..boundary }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_join_into_rings_whatever_way_they_run() {
        let lines: [&[i64]; 5] = [&[1, 2, 3], &[5, 4, 3], &[5, 1], &[7, 8, 9, 7], &[20, 21]];
        assert_eq!(rings(&lines), vec![vec![1, 2, 3, 4, 5, 1], vec![7, 8, 9, 7]]);
    }
}
