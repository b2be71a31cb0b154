//! The states the roads of a scenario pass through: its missions, periods and closures put on the profile's speeds.

use crate::fault::{Fault, Faults};
use crate::network::cache::Shelf;
use crate::network::calendar::{Calendar, Window};
use crate::network::profile::{Mission, SIREN};
use crate::network::search_graph::{SearchGraph, TurnRules};
use crate::network::{AreaFactor, MetricRules, RoadGraph, SpeedProfile, Topology};
use crate::scenario::{Period, Scenario};
use crate::sim::{ROWS_LIMIT_BYTES, RoadPlan};
use std::sync::Arc;

/// Works out which metrics a scenario needs and when. Also returns what is to be noted of topologies kept on the shelf.
///
/// # Errors
/// Missions the profile does not have; closures that match no road of the network.
pub(super) fn road_plan(
    scenario: &Scenario,
    profile: &SpeedProfile,
    graph: RoadGraph,
    junctions: Topology,
    shelf: &Shelf,
) -> Result<(RoadPlan, Vec<String>), Faults> {
    let mut faults = Faults::new();
    let names = &scenario.travel.missions;
    // In the order of `Leg`.
    let legs = [&names.response, &names.transport, &names.returning, &names.calm, &names.calm].map(|name| {
        let found = profile.mission(name).map_err(|message| Fault::error(message).in_file(&scenario.file).into());
        faults.take(found).map(|mission| (name.as_str(), mission))
    });
    let closed: Vec<Vec<u32>> =
        scenario.closures.iter().map(|c| faults.take(c.segments(&graph)).unwrap_or_default()).collect();
    let [Some(response), Some(transport), Some(returning), Some(calm), Some(calm_too)] = legs else {
        return Err(faults);
    };
    if faults.has_errors() {
        return Err(faults);
    }

    let mut notes = Vec::new();
    let mut topologies = vec![Arc::new(junctions)];
    let mut of_mission: Vec<(&str, usize)> = Vec::new();
    let legs = [response, transport, returning, calm, calm_too].map(|(name, mission)| {
        let known = of_mission.iter().find(|m| m.0 == name).map(|m| m.1);
        let topology = known.unwrap_or_else(|| {
            let Some(rules) = TurnRules::of(&graph, mission, name == SIREN) else { return 0 };
            let (topology, note) = shelf.topology(&graph, name, SearchGraph::turns(&graph, &rules));
            notes.extend(note);
            topologies.push(Arc::new(topology));
            topologies.len() - 1
        });
        of_mission.push((name, topology));
        (mission, topology)
    });
    let windows = scenario.periods.iter().map(|p| &p.when).chain(scenario.closures.iter().map(|c| &c.when));
    let windows: Vec<Vec<Window>> = windows.cloned().collect();
    let calendar = Calendar::new(&windows);
    let rules = |mission: &Mission, active: &[usize]| {
        let mut rules = MetricRules::of_mission(profile, mission);
        for item in active {
            match scenario.periods.get(*item) {
                Some(period) => rules.factors.push(factor(profile, period)),
                None => rules.closed.extend(&closed[*item - scenario.periods.len()]),
            }
        }
        rules.closed.sort_unstable();
        rules.closed.dedup();
        rules
    };
    let regimes = calendar
        .regimes
        .iter()
        .map(|active| legs.map(|(mission, topology)| (topology, rules(mission, active))))
        .collect();
    let plan = RoadPlan { graph: Arc::new(graph), topologies, calendar, regimes, rows_limit_bytes: ROWS_LIMIT_BYTES };
    Ok((plan, notes))
}

fn factor(profile: &SpeedProfile, period: &Period) -> AreaFactor {
    let by_class = profile.class_names().iter().map(|class| 1.0 / period.speed_factor(class)).collect();
    AreaFactor { area: period.area.clone(), class_factor: by_class }
}
