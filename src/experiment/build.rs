//! From the fold of all replications to the summary of a run.

use super::chart_data::chart_data;
use super::events::events;
use super::evidence_file::evidence_csv;
use super::figures::Figures;
use super::map::{MapGround, map_data};
use super::replicate::Replications;
use super::summary::{
    AnswerInfo, CentreRow, Explained, Flow, Histogram, HospitalRow, IntervalRow, MapData, NetworkInfo, OneRun,
    PackInfo, PostRow, ReferenceRow, ResponseRow, RunInfo, SCHEMA, ScenarioInfo, Summary, UnitRow, WorldInfo,
};
use crate::coverage::{self, CoverTargets};
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::scenario::explain::explain;
use crate::sim::{HISTOGRAM_BIN_S, Interval, Options, Outcome, World};
use crate::standards::{Metric, Pack, Statistic, Targets, judge};
use crate::stats::{Estimate, Replicated};
use crate::text::{Lang, Text};
use crate::units::Span;

/// What a finished run gives.
#[derive(Debug)]
pub struct RunResult {
    /// `summary.json`.
    pub summary: Summary,
    /// `map.json`.
    pub map: MapData,
    /// `evidence.csv`: what each verdict stands on.
    pub evidence: Vec<u8>,
}

impl Options {
    /// Counting by a pack's limits.
    pub fn by(targets: &Targets, keep_calls: bool) -> Options {
        Options {
            response_target: targets.response_min.map(Span::from_minutes),
            answer_target: Span::from_seconds(targets.answer_s),
            turnout_target: Span::from_minutes(targets.turnout_min),
            handover_target: Span::from_minutes(targets.handover_min),
            keep_calls,
            latest_first: false,
            trace: None,
            asked: targets.asked.clone(),
        }
    }
}

/// Puts the summary together.
pub fn summarise(
    world: &World,
    pack: &Pack,
    network: NetworkInfo,
    ground: &MapGround,
    done: &Replications,
    mut notes: Vec<Text>,
) -> RunResult {
    let s = &world.scenario;
    let f = &done.figures;
    let targets = pack.targets();
    let cover_targets = CoverTargets { radius_km: targets.radius_km, minutes: targets.response_min };
    let people = |zone: Option<Zone>| {
        s.points.iter().filter(|p| zone.is_none_or(|z| p.zone == z)).map(|p| p.population).sum::<f64>()
    };
    let dispatches_per_day: f64 = s.points.iter().map(|p| s.demand.dispatches_per_day(p)).sum();
    let staffed = world.staffed();
    notes.extend(network_note(&network));
    add_notes(world, &done.total, &mut notes);
    let summary = Summary {
        schema: SCHEMA,
        program: format!("goldenhour {}", env!("CARGO_PKG_VERSION")),
        scenario: ScenarioInfo {
            name: s.name.clone(),
            title: s.title.clone(),
            description: s.description.clone(),
            digest: s.digest.clone(),
        },
        network,
        run: RunInfo {
            seed: s.run.seed,
            replications: s.run.replications,
            days: s.run.days,
            warmup_days: s.run.warmup_days,
            confidence: s.run.confidence,
            clock_start: s.run.clock_start.key().into(),
            changes: s.changes.iter().map(ToString::to_string).collect(),
            command: command(s, done.one_run.as_ref()),
            one_run: done.one_run,
        },
        world: WorldInfo {
            population: people(None),
            urban_population: people(Some(Zone::Urban)),
            points: s.points.len(),
            posts: staffed.iter().filter(|s| **s).count(),
            units: s.units.len(),
            negative_pressure_units: s.units.iter().filter(|u| u.negative_pressure).count(),
            hospitals: s.hospitals.iter().filter(|h| h.receives != crate::facilities::Receives::Nobody).count(),
            centres: s
                .centres
                .iter()
                .zip(&f.seat_utilisation)
                .map(|(c, busy)| CentreRow {
                    name: c.name.clone(),
                    seats: c.seats,
                    seat_utilisation: f.share(busy).unwrap_or(Estimate::exact(0.0)),
                })
                .collect(),
            phone_calls_per_day: dispatches_per_day * s.demand.phone_calls_per_dispatch,
            dispatches_per_day,
        },
        coverage: coverage::rows(world, &f.cover, &cover_targets),
        states: coverage::states(world, &targets.response_min),
        closures: coverage::closures(world, &targets.response_min),
        sensitivity: coverage::sensitivity(world, &targets.response_min),
        response: response_rows(world, f, &targets),
        response_histogram: histogram(&done.total),
        answer: AnswerInfo {
            target_s: targets.answer_s,
            target_share: pack
                .clauses
                .iter()
                .find(|c| c.metric == Some(Metric::AnswerS) && c.statistic == Some(Statistic::ShareWithin))
                .and_then(|c| Some(c.threshold? / 100.0)),
            share_within: or_zero(f.proportion(&f.intervals[Interval::Answer as usize].share_within)),
            mean_s: or_zero(f.at_least_zero(&f.intervals[Interval::Answer as usize].mean_min)).scaled(60.0),
            by_hour: f.answer_by_hour.iter().map(|h| f.proportion(h)).collect(),
            calls_by_hour: f.rings_by_hour.iter().map(|h| or_zero(f.estimate(h)).mean).collect(),
        },
        intervals: interval_rows(f, &targets),
        flow: flow(f),
        events: events(world, f),
        convergence: f.convergence(),
        equity: f.equity.figures(world),
        cover_bound: Some(coverage::cover_bound(world, &targets.response_min)),
        units: unit_rows(world, f),
        posts: post_rows(world, f),
        hospitals: s
            .hospitals
            .iter()
            .zip(&f.hospital_patients)
            .map(|(h, n)| HospitalRow { id: h.id.clone(), name: h.name.clone(), patients_per_day: per_day(f, n) })
            .collect(),
        pack: PackInfo {
            name: pack.name.clone(),
            title: pack.title.clone(),
            source: pack.source.clone(),
            digest: pack.digest.clone(),
        },
        verdicts: judge(pack, f),
        references: references(world, f),
        assumptions: s.assumptions.clone(),
        notes,
        explained: Explained { zh: explain(s, Lang::Zh), en: explain(s, Lang::En) },
        charts: chart_data(world, f, &targets),
    };
    let map = map_data(world, &done.total, &f.cover, &cover_targets, ground);
    let evidence = evidence_csv(pack, f, &summary);
    RunResult { summary, map, evidence }
}

/// The command that makes a run again; changes quoted as shells have it.
fn command(s: &Scenario, one_run: Option<&OneRun>) -> String {
    let run = &s.run;
    let (file, seed, n) = (s.file.display(), run.seed, run.replications);
    let mut out = match one_run {
        None => format!("goldenhour run {file} --seed {seed} --replications {n} --days {}", run.days),
        Some(one) => format!("goldenhour run {file} --seed {seed} --one-run --batches {n} --days {}", one.days),
    };
    for change in &s.changes {
        out.push_str(&format!(" --set '{}'", change.to_string().replace('\'', "'\\''")));
    }
    out
}

fn or_zero(e: Option<Estimate>) -> Estimate {
    e.unwrap_or(Estimate::exact(0.0))
}

fn per_day(f: &Figures, figure: &Replicated) -> Estimate {
    or_zero(f.at_least_zero(figure))
}

fn response_rows(world: &World, f: &Figures, targets: &Targets) -> Vec<ResponseRow> {
    let rows = f.groups.iter().map(|((county, zone), g)| ResponseRow {
        county: county.map(|c| world.scenario.counties[c as usize].name.clone()),
        zone: *zone,
        calls_per_day: per_day(f, &g.calls_per_day),
        mean_min: f.at_least_zero(&g.mean_min),
        share_within: f.proportion(&g.share_within),
        target_min: zone.map(|z| targets.response_min[z.index()]),
        p50_min: f.at_least_zero(&g.p50_min),
        p90_min: f.at_least_zero(&g.p90_min),
        p80_min: f.at_least_zero(&g.p80_min),
        p95_min: f.at_least_zero(&g.p95_min),
    });
    rows.filter(|r| r.mean_min.is_some()).collect()
}

pub(super) fn histogram(total: &Outcome) -> Histogram {
    let zone = |z: Zone| {
        let mut counts = vec![0_u64; crate::sim::BINS + 1];
        for group in total.groups.iter().skip(z.index()).step_by(2) {
            counts.iter_mut().zip(group.response.counts()).for_each(|(a, b)| *a += b);
        }
        counts
    };
    Histogram { bin_s: HISTOGRAM_BIN_S, urban: zone(Zone::Urban), rural: zone(Zone::Rural) }
}

/// The name of an interval, as reports show it.
fn interval_name(interval: Interval) -> Text {
    match interval {
        Interval::Answer => Text::new("接听", "answer"),
        Interval::Triage => Text::new("受理", "call handling"),
        Interval::Queue => Text::new("等待派车", "waiting for a unit"),
        Interval::Turnout => Text::new("出车", "turn-out"),
        Interval::Travel => Text::new("赴现场", "travel to scene"),
        Interval::Scene => Text::new("现场救治", "on scene"),
        Interval::Transport => Text::new("送院", "transport"),
        Interval::Handover => Text::new("院内交接", "hand-over"),
        Interval::Clear => Text::new("清洁补给", "clean and restock"),
        Interval::Return => Text::new("回站", "return"),
    }
}

fn interval_rows(f: &Figures, targets: &Targets) -> Vec<IntervalRow> {
    Interval::ALL
        .into_iter()
        .map(|interval| {
            let figures = &f.intervals[interval as usize];
            let target_min = match interval {
                Interval::Answer => Some(targets.answer_s / 60.0),
                Interval::Turnout => Some(targets.turnout_min),
                Interval::Handover => Some(targets.handover_min),
                _ => None,
            };
            IntervalRow {
                key: interval.key().into(),
                name: interval_name(interval),
                mean_min: f.at_least_zero(&figures.mean_min),
                p90_min: f.at_least_zero(&figures.p90_min),
                share_within: target_min.and_then(|_| f.proportion(&figures.share_within)),
                target_min,
            }
        })
        .collect()
}

fn flow(f: &Figures) -> Flow {
    Flow {
        phone_calls: per_day(f, &f.flow.phone_calls),
        no_dispatch: per_day(f, &f.flow.no_dispatch),
        dispatches: per_day(f, &f.flow.dispatches),
        queued: per_day(f, &f.flow.queued),
        transported: per_day(f, &f.flow.transported),
        left_at_scene: per_day(f, &f.flow.left_at_scene),
        from_road: per_day(f, &f.flow.from_road),
        unserved: per_day(f, &f.flow.unserved),
    }
}

fn unit_rows(world: &World, f: &Figures) -> Vec<UnitRow> {
    let s = &world.scenario;
    let rows = s.units.iter().enumerate().map(|(i, unit)| {
        let post = &s.posts[unit.post.index()];
        UnitRow {
            id: unit.id.clone(),
            post: post.id.clone(),
            county: post.county.map(|c| s.counties[c.index()].name.clone()),
            kind: unit.kind.key().into(),
            dispatches_per_day: per_day(f, &f.unit_dispatches[i]),
            utilisation: f.share(&f.unit_utilisation[i]).unwrap_or(Estimate::exact(0.0)),
        }
    });
    rows.collect()
}

fn post_rows(world: &World, f: &Figures) -> Vec<PostRow> {
    let s = &world.scenario;
    let mut units = vec![0; s.posts.len()];
    s.units.iter().for_each(|u| units[u.post.index()] += 1);
    let rows = s.posts.iter().enumerate().map(|(i, post)| PostRow {
        id: post.id.clone(),
        name: post.name.clone(),
        units: units[i],
        dispatches_per_day: per_day(f, &f.post_dispatches[i]),
        snap_m: world.posts[i].road.map_or(0.0, |r| (r.distance_m * 10.0).round() / 10.0),
    });
    rows.collect()
}

fn references(world: &World, f: &Figures) -> Vec<ReferenceRow> {
    let rows = world.scenario.references.iter().map(|r| {
        let simulated = f.reference(r.metric);
        ReferenceRow {
            name: r.name.clone(),
            unit: r.metric.unit().into(),
            published: r.value,
            source: r.source.clone(),
            difference: simulated.map(|e| e.mean / r.value - 1.0),
            simulated,
            note: r.note.clone(),
        }
    });
    rows.collect()
}

/// Fewer dispatches than this in all replications are too few for percentiles.
const FEW_RESPONSES: u64 = 200;
/// A larger share of the road length dropped is worth a note.
const MUCH_DROPPED: f64 = 0.1;

fn network_note(network: &NetworkInfo) -> Option<Text> {
    let share = network.dropped_km / (network.dropped_km + network.road_km);
    (share > MUCH_DROPPED).then(|| {
        let percent = (100.0 * share).round();
        Text::new(
            format!("路网中 {percent}% 的道路长度与主路网不能往返连通（孤岛、图幅边界截断或单行断头），已舍去；请用更大的范围提取数据"),
            format!("{percent} % of the road length is not joined to the main network both ways (islands, roads cut at the border of the extract, one-way ends) and was dropped; a larger extract may help"),
        )
    })
}

fn add_notes(world: &World, total: &Outcome, notes: &mut Vec<Text>) {
    let s = &world.scenario;
    if world.median_snap_m > 80.0 {
        let m = world.median_snap_m.round();
        notes.push(Text::new(
            format!("各地点距最近道路的中位数为 {m} 米；如坐标来自国内地图服务，请核对是否为 GCJ-02 或 BD-09"),
            format!("places lie {m} m from their roads in the median; if they were exported from a Chinese map service, check whether they are GCJ-02 or BD-09"),
        ));
    }
    let staffed = world.staffed();
    let unstaffed: Vec<&str> =
        s.posts.iter().zip(&staffed).filter(|(_, staffed)| !**staffed).map(|(p, _)| p.id.as_str()).collect();
    if !unstaffed.is_empty() {
        let list = unstaffed.join(", ");
        notes.push(Text::new(
            format!("下列站点没有救护车，不计入覆盖：{list}"),
            format!("these posts have no unit and count for nothing: {list}"),
        ));
    }
    let idle = total.unit_dispatches.iter().filter(|n| **n == 0).count();
    if idle > 0 {
        let all = s.units.len();
        notes.push(Text::new(
            format!("{all} 辆救护车中有 {idle} 辆在全部模拟中从未派出"),
            format!("{idle} of {all} units were never sent in the whole simulation"),
        ));
    }
    let responses = total.responses();
    if responses < FEW_RESPONSES {
        notes.push(Text::new(
            format!("全部重复合计只有 {responses} 次派车，分位数与区间不可靠；请增加天数或重复次数"),
            format!("all replications together hold only {responses} dispatches: percentiles and intervals are not to be relied on; simulate more days or replications"),
        ));
    }
    if !world.far.is_empty() {
        let names: Vec<&str> = world.far.iter().map(|f| f.name.as_str()).collect();
        let list = names.join(", ");
        notes.push(Text::new(
            format!("下列地点远离道路，已在方案中确认：{list}"),
            format!("these places lie far from any road; the scenario confirms them: {list}"),
        ));
    }
    let has_one = |centre: usize| {
        let of_centre = s.units.iter().zip(&world.facts.centre_of_unit).filter(|(_, c)| c.index() == centre);
        of_centre.into_iter().any(|(u, _)| u.negative_pressure)
    };
    let negative_pressure = (0..s.centres.len()).map(has_one);
    for (centre, has) in s.centres.iter().zip(negative_pressure) {
        if !has && s.demand.categories.iter().any(|c| c.needs_negative_pressure) {
            notes.push(Text::new(
                format!("{}没有负压救护车，传染病呼叫按普通车辆派出", centre.name.zh),
                format!("{} has no unit with negative pressure; infectious calls get any unit there", centre.name.en),
            ));
        }
    }
    if total.unserved > 0 {
        let n = total.unserved;
        notes.push(Text::new(
            format!("{n} 个需出车的呼叫没有任何车辆可达，按未在目标时间内到达计，平均值只是下限"),
            format!("no unit can ever reach {n} calls that need one; they count as not reached in time, and means are lower bounds"),
        ));
    }
    if total.no_hospital > 0 {
        let n = total.no_hospital;
        notes.push(Text::new(
            format!("{n} 名应送院的患者没有可达且可接收的医院，按现场处理计"),
            format!("{n} patients should have gone to hospital, but none that takes them can be reached; they count as left at the scene"),
        ));
    }
    if total.unfinished > 0 {
        let n = total.unfinished;
        notes.push(Text::new(
            format!("系统超载：{n} 个呼叫在计量期结束 30 天后仍未完成，按未在目标时间内到达计"),
            format!("the system is overloaded: {n} calls were still open 30 days after the measured time ; they count as not reached in time, and means are lower bounds"),
        ));
    }
}
