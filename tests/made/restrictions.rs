//! Turn restrictions, on a crossing and on a pair of crossings made here.
//!
//! ```text
//!        4          8
//!        |          |
//!   1 ---2----- 3 --5 ----- 6      west–east: ways 10 (1-2), 11 (2-3-5), 12 (5-6)
//!        |          |              north–south: 20 (4-2), 21 (2-7), 22 (8-5), 23 (5-9)
//!        7          9
//! ```

use super::made::{MemberOf, TagPairs, with_relations};
use super::{STREET, bytes, extract};
use goldenhour::network::{OsmImport, Restriction, RoadGraph};

const NODES: [(i64, f64, f64, TagPairs); 9] = [
    (1, 24.0, 102.00, &[]),
    (2, 24.0, 102.01, &[]),
    (3, 24.0, 102.02, &[]),
    (4, 24.01, 102.01, &[]),
    (5, 24.0, 102.03, &[]),
    (6, 24.0, 102.04, &[]),
    (7, 23.99, 102.01, &[]),
    (8, 24.01, 102.03, &[]),
    (9, 23.99, 102.03, &[]),
];
const WAYS: [(i64, &[i64], TagPairs); 7] = [
    (10, &[1, 2], STREET),
    (11, &[2, 3, 5], STREET),
    (12, &[5, 6], STREET),
    (20, &[4, 2], STREET),
    (21, &[2, 7], STREET),
    (22, &[8, 5], STREET),
    (23, &[5, 9], STREET),
];

fn read(members: &[MemberOf], tags: &[(&str, &str)]) -> OsmImport {
    let mut all = vec![("type", "restriction")];
    all.extend(tags);
    let got = bytes(with_relations(&NODES, &WAYS, &[(99, members, &all)])).unwrap();
    got.graph.check().unwrap();
    let s = &got.stats;
    assert_eq!(s.restrictions_read, s.restrictions_kept + s.restrictions_unresolved + s.restrictions_conditional);
    got
}

/// The junctions a sequence of edges leads over, as nodes of the map.
fn nodes(g: &RoadGraph, edges: &[u32]) -> Vec<i64> {
    let first = g.tail[edges[0] as usize];
    let heads = edges.iter().map(|e| g.head[*e as usize]);
    std::iter::once(first).chain(heads).map(|v| g.osm_nodes[v as usize]).collect()
}

fn forbidden(got: &OsmImport) -> Vec<Vec<i64>> {
    let mut out: Vec<Vec<i64>> = got.graph.restrictions.iter().map(|r| nodes(&got.graph, &r.edges)).collect();
    out.sort();
    out
}

#[test]
fn a_forbidden_turn_over_a_node() {
    let turn = [('w', 10, "from"), ('n', 2, "via"), ('w', 20, "to")];
    let got = read(&turn, &[("restriction", "no_left_turn")]);
    assert_eq!(forbidden(&got), [[1, 2, 4]]);
    assert_eq!((got.stats.restrictions_read, got.stats.restrictions_kept), (1, 1));
    assert!(!got.graph.restrictions[0].spares_emergency);
}

#[test]
fn the_only_turn_allowed_forbids_all_others_and_turning_round() {
    let turn = [('w', 10, "from"), ('n', 2, "via"), ('w', 11, "to")];
    let got = read(&turn, &[("restriction", "only_straight_on")]);
    assert_eq!(forbidden(&got), [[1, 2, 1], [1, 2, 4], [1, 2, 7]]);
}

#[test]
fn turning_round() {
    let turn = [('w', 11, "from"), ('n', 5, "via"), ('w', 11, "to")];
    assert_eq!(forbidden(&read(&turn, &[("restriction", "no_u_turn")])), [[2, 5, 2]]);
}

#[test]
fn over_a_way() {
    let turn = [('w', 20, "from"), ('w', 11, "via"), ('w', 22, "to")];
    let got = read(&turn, &[("restriction", "no_u_turn")]);
    assert_eq!(forbidden(&got), [[4, 2, 5, 8]]);
    // Mandatory: nothing else after the first edge, nothing else after the second.
    let got = read(&turn, &[("restriction", "only_u_turn")]);
    let expected = [vec![4, 2, 1], vec![4, 2, 4], vec![4, 2, 5, 2], vec![4, 2, 5, 6], vec![4, 2, 5, 9], vec![4, 2, 7]];
    assert_eq!(forbidden(&got), expected);
}

#[test]
fn a_node_in_the_middle_of_a_road_becomes_a_junction_only_where_a_restriction_needs_it() {
    // Ways 11 and 13 make one road through node 3; turning round there is forbidden.
    let mut ways = WAYS.to_vec();
    ways[1].1 = &[2, 3];
    ways.insert(2, (13, &[3, 5], STREET));
    let turn: &[MemberOf] = &[('w', 11, "from"), ('n', 3, "via"), ('w', 11, "to")];
    let of = |relations: &[(i64, &[MemberOf], TagPairs)]| bytes(with_relations(&NODES, &ways, relations)).unwrap();
    let without = of(&[]);
    assert!(!without.graph.osm_nodes.contains(&3));
    let with = of(&[(99, turn, &[("type", "restriction"), ("restriction", "no_u_turn")])]);
    assert!(with.graph.osm_nodes.contains(&3));
    assert_eq!(forbidden(&with), [[2, 3, 2]]);
    assert!((with.stats.road_km - without.stats.road_km).abs() < 1e-9);
}

#[test]
fn exemptions_modes_and_times() {
    let turn = [('w', 10, "from"), ('n', 2, "via"), ('w', 20, "to")];
    let no = ("restriction", "no_left_turn");
    let count = |got: &OsmImport| (got.stats.restrictions_read, got.graph.restrictions.len());
    assert_eq!(count(&read(&turn, &[no, ("except", "psv; motorcar")])), (0, 0));
    assert_eq!(count(&read(&turn, &[("restriction:hgv", "no_left_turn")])), (0, 0));
    assert_eq!(count(&read(&turn, &[no, ("except", "psv;bicycle")])), (1, 1));
    let spared = read(&turn, &[no, ("except", "emergency")]);
    assert_eq!(spared.graph.restrictions.iter().map(|r| r.spares_emergency).collect::<Vec<_>>(), [true]);
    // The most specific tag decides.
    let got = read(&turn, &[no, ("restriction:motorcar", "only_left_turn")]);
    assert_eq!(forbidden(&got), [[1, 2, 1], [1, 2, 5], [1, 2, 7]]);
    let timed = read(&turn, &[("restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")]);
    assert_eq!((count(&timed), timed.stats.restrictions_conditional), ((1, 0), 1));
    let timed = read(&turn, &[no, ("hour_on", "07:00"), ("hour_off", "09:00")]);
    assert_eq!((count(&timed), timed.stats.restrictions_conditional), ((1, 0), 1));
    assert_eq!(count(&read(&turn, &[("restriction", "no_right_turn_on_red")])), (0, 0));
}

#[test]
fn what_makes_no_turn_is_counted() {
    let no = [("restriction", "no_left_turn")];
    let unresolved = |members: &[MemberOf]| {
        let got = read(members, &no);
        assert_eq!(got.graph.restrictions, Vec::<Restriction>::new());
        got.stats.restrictions_unresolved
    };
    // No via; a via that is on neither way; ways that are not there; the middle of a way that leads on both sides.
    assert_eq!(unresolved(&[('w', 10, "from"), ('w', 20, "to")]), 1);
    assert_eq!(unresolved(&[('w', 10, "from"), ('n', 5, "via"), ('w', 20, "to")]), 1);
    assert_eq!(unresolved(&[('w', 10, "from"), ('n', 2, "via"), ('w', 77, "to")]), 1);
    assert_eq!(unresolved(&[('w', 11, "from"), ('n', 3, "via"), ('w', 11, "to")]), 1);
    assert_eq!(unresolved(&[('w', 20, "from"), ('w', 12, "via"), ('w', 22, "to")]), 1);
}

#[test]
fn several_ways_to_come_from() {
    let members = [('w', 10, "from"), ('w', 21, "from"), ('n', 2, "via"), ('w', 20, "to")];
    let got = read(&members, &[("restriction", "no_entry")]);
    assert_eq!(forbidden(&got), [[1, 2, 4], [7, 2, 4]]);
    assert_eq!(got.stats.restrictions_kept, 1);
}

#[test]
fn a_real_extract_with_restrictions_over_ways() {
    let Some(path) = extract("reisterstown-via-restriction-r5.osm.pbf") else { return };
    let got = goldenhour::network::osm::import(&path, &super::profile()).unwrap();
    let s = &got.stats;
    assert!(s.restrictions_kept > 10 && s.restrictions_unresolved < s.restrictions_read / 4, "{s:?}");
    assert!(got.graph.restrictions.iter().any(|r| r.edges.len() > 2), "none over a way");
}
