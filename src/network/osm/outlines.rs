//! Outlines that are not roads: hospital grounds, stations, lakes; closed ways and relations of ways.

use super::read::Raw;
use crate::geo::{LatLon, Polygon};
use crate::network::features::{self, Feature, WATER_M2};
use std::collections::BTreeMap;

/// An outline with what it stands for.
pub(super) struct Outline {
    /// The map's object: `way/1` or `relation/2`.
    pub(super) osm: String,
    pub(super) feature: Option<Feature>,
    pub(super) water: Option<String>,
    pub(super) refs: Vec<i64>,
}

/// An area drawn as a relation of ways, with what it stands for.
pub(super) struct Area {
    pub(super) id: i64,
    pub(super) feature: Option<Feature>,
    pub(super) water: Option<String>,
    /// Its ways but those with the role `inner`.
    pub(super) members: Vec<i64>,
}

/// Makes outlines of areas from the ways of the file. Also returns of how many areas the file has no way.
pub(super) fn of_areas(areas: Vec<Area>, lines: &BTreeMap<i64, Vec<i64>>) -> (Vec<Outline>, usize) {
    let (mut outlines, mut unread) = (Vec::new(), 0);
    for relation in areas {
        let members: Vec<&[i64]> = relation.members.iter().filter_map(|m| lines.get(m)).map(Vec::as_slice).collect();
        if members.is_empty() {
            unread += 1;
            continue;
        }
        let osm = format!("relation/{}", relation.id);
        if relation.water.is_some() {
            for refs in rings(&members) {
                outlines.push(Outline { osm: osm.clone(), feature: None, water: relation.water.clone(), refs });
            }
        }
        if relation.feature.is_some() {
            let mut refs = members.concat();
            refs.sort_unstable();
            refs.dedup();
            outlines.push(Outline { osm, feature: relation.feature, water: None, refs });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_join_into_rings_whatever_way_they_run() {
        let lines: [&[i64]; 5] = [&[1, 2, 3], &[5, 4, 3], &[5, 1], &[7, 8, 9, 7], &[20, 21]];
        assert_eq!(rings(&lines), vec![vec![1, 2, 3, 4, 5, 1], vec![7, 8, 9, 7]]);
    }
}
