//! The city that JEMSS's own run is known of. Skipped, with a message, where it is not at hand.

use super::plain::Plain;
use super::reference::Replay;
use crate::ids::{HospitalId, PointId, PostId};
use crate::jemss::{City, NodeAt, NodeScratch, NodeWays, compare, replay};
use crate::sim::Origin;
use crate::sim::ways::{Drive, Leg, Ways};
use crate::units::{SimTime, Span};
use std::path::PathBuf;

fn city() -> Option<(City, PathBuf)> {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let folder = shared.join("data/jemss/auckland");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    Some((City::read(&folder).unwrap(), folder))
}

fn expected(folder: &std::path::Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(folder.join("expected/calls_out.csv")).unwrap();
    reader.records().map(Result::unwrap).collect()
}

#[test]
#[ignore = "thousands of searches on the full road graph: a minute or more"]
fn the_reference_replay_does_with_every_call_what_jemss_did() {
    let Some((city, folder)) = city() else { return };
    let ways = NodeWays::new(&city).unwrap();
    assert_eq!((city.nodes.len(), city.arcs.len(), ways.deciding_nodes()), (54_370, 90_638, 4_258));
    let expected = expected(&folder);
    for (i, row) in expected.iter().enumerate() {
        let place = ways.points()[i];
        assert_eq!(row[13].parse::<u32>().unwrap(), place.node + 1, "call {}", i + 1);
        assert!((row[14].parse::<f64>().unwrap() - place.km).abs() < 1e-12, "call {}", i + 1);
    }
    let replay = Replay::new(&city, Plain::new(&city, 120), ways.posts(), ways.hospitals(), ways.points());
    let (done, _) = replay.run();
    let mut worst = 0.0_f64;
    for (i, (row, done)) in expected.iter().zip(&done).enumerate() {
        let number = |c: usize| row[c].parse::<f64>().unwrap();
        let hospital = done.hospital.map_or(-1.0, |h| h as f64 + 1.0);
        let who = (number(2), number(6), number(7), number(8));
        assert_eq!(
            who,
            (done.unit as f64 + 1.0, hospital, f64::from(done.bumps), f64::from(done.queued)),
            "call {}",
            i + 1
        );
        for (given, found) in [(3, done.dispatched), (4, done.arrived), (5, done.at_hospital.unwrap_or(-1.0))] {
            worst = worst.max((number(given) - found).abs());
        }
    }
    assert_eq!(done.len(), 2_768);
    assert!(worst < 1e-9, "{worst}");
}

#[test]
fn the_engine_does_with_every_call_what_jemss_did() {
    let Some((city, folder)) = city() else { return };
    let ways = NodeWays::new(&city).unwrap();
    let replayed = replay(&city, &ways);
    let found = compare(&folder.join("expected"), &city, ways.points(), &replayed).unwrap();
    assert_eq!((found.calls, found.other.len(), found.ambulances.len()), (2_768, 0, 0), "{found:?}");
    assert!(found.worst_days < 1e-9, "{found:?}");
    assert!((replayed.mean_response_minutes(&city) - 9.910_809_460_216_555).abs() < 1e-6);
    assert!((replayed.share_in_time(&city) - 0.600_794_797_687_861_3).abs() < 1e-12);
    // Kilometres are sums of thousands of ways that are each cut at whole microseconds.
    assert!(found.worst_ambulance < 1e-3, "{found:?}");
}

#[test]
fn ways_take_what_a_plain_search_says_and_units_are_where_it_puts_them() {
    let Some((city, _)) = city() else { return };
    let kept = NodeWays::new(&city).unwrap();
    let asked = NodeWays::with_limit(&city, 0).unwrap();
    assert!(kept.keeps_rows() && !asked.keeps_rows());
    let mut plain = Plain::new(&city, 10);
    let (mut one, mut two) = (NodeScratch::default(), NodeScratch::default());
    let mut places = 0;
    for p in (0..city.calls.len()).step_by(211) {
        let point = Origin::Point(PointId(p as u32));
        let (post, hospital) = (PostId(p as u32 % 14), HospitalId(p as u32 % 4));
        let drives = [
            (Origin::Post(post), point, Leg::Response),
            (Origin::Hospital(hospital), point, Leg::Response),
            (point, Origin::Hospital(hospital), Leg::Transport),
            (point, Origin::Post(post), Leg::Return),
            (Origin::Hospital(hospital), Origin::Post(post), Leg::Return),
        ];
        for (from, to, leg) in drives {
            let at = |o: Origin| match o {
                Origin::Post(p) => kept.posts()[p.index()],
                Origin::Hospital(h) => kept.hospitals()[h.index()],
                Origin::Point(p) => kept.points()[p.index()],
            };
            let mode = if leg == Leg::Response { city.mode(0, Some(city.calls[p].priority)) } else { 1 };
            let speed = city.off_road_speed[mode];
            let out = at(from).km / speed;
            use super::reference::Router;
            let route = plain.route(mode, at(from).node, at(to).node);
            let road = route[route.len() - 1].1;
            let whole = out + road + at(to).km / speed;
            let drive = Drive { from: NodeAt::Resting(from), leaves: SimTime(1_000_000), to, leg, factor: 1.0 };
            assert!((kept.days(&mut one, &drive) - whole).abs() < 1e-12);
            assert_eq!(kept.time(&mut one, &drive), asked.time(&mut two, &drive));
            assert!((kept.time(&mut one, &drive).unwrap().seconds() - whole * 86_400.0).abs() < 1e-6);
            for share in [0.0, 0.013, 0.2, 0.41, 0.6, 0.83, 0.97, 0.995] {
                let gone = Span::from_seconds(whole * share * 86_400.0);
                let gone_days = gone.seconds() / 86_400.0;
                let now = drive.leaves + gone;
                let found = kept.locate(&mut one, &drive, now);
                assert_eq!(found, asked.locate(&mut two, &drive, now));
                let expected = match route.iter().find(|(_, t)| out + t > gone_days) {
                    _ if gone_days <= out => (at(from).node, out - gone_days),
                    Some((node, t)) => (*node, out + t - gone_days),
                    None => (at(to).node, gone_days - out - road),
                };
                let (node, days) = match found {
                    NodeAt::Towards { node, days } => (node, days),
                    NodeAt::Past { node, km } => (node, km / speed),
                    NodeAt::Resting(_) => panic!("not there yet"),
                };
                // Where two ways take the same time but for the last digit, either may be taken.
                assert!(
                    node == expected.0 && (days - expected.1).abs() < 1e-11,
                    "{found:?} {expected:?} {drive:?} {share}"
                );
                places += 1;
            }
            let end = kept.locate(&mut one, &drive, drive.leaves + Span::from_seconds(whole * 86_400.0 + 1.0));
            assert_eq!(end, NodeAt::Resting(to));
        }
    }
    assert!(places > 500);
}
