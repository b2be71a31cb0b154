//! What a run answers when a clause of a standard asks.

use super::asked::{Of, Times};
use super::figures::Figures;
use crate::ids::CountyId;
use crate::quality::Zone;
use crate::sim::Interval;
use crate::standards::{Clock, Distance, Evidence, Metric, PartKind, Piece, Query, Statistic, Weight};
use crate::stats::{Estimate, Replicated};
use crate::text::Text;

impl Evidence for Figures {
    fn figure(&self, query: &Query<'_>) -> Result<Estimate, Text> {
        let o = &self.options;
        match query.metric {
            Metric::RadiusKm | Metric::DriveMin => self.covered(query),
            Metric::ScenicDriveMin => self.scenic(query),
            Metric::ResponseMin => self.response(query),
            Metric::CallsReachedPercent => self.reached(query),
            Metric::IntervalMin => self.between(query, 1.0),
            Metric::IntervalS => self.between(query, 60.0),
            Metric::AnswerS => self.interval(query, Interval::Answer, 60.0, Some(o.answer_target.seconds())),
            Metric::TurnoutMin => self.interval(query, Interval::Turnout, 1.0, Some(o.turnout_target.minutes())),
            Metric::HandoverMin => self.interval(query, Interval::Handover, 1.0, Some(o.handover_target.minutes())),
            _ => self.provided(query),
        }
    }

    fn counties(&self) -> Vec<(CountyId, Text)> {
        self.counties.iter().enumerate().map(|(i, name)| (CountyId::new(i), name.clone())).collect()
    }

    fn parts(&self, q: &Query<'_>) -> Vec<Piece> {
        let counted = self.options.answer_target.seconds();
        match q.metric {
            Metric::AnswerS if q.limit.is_some_and(|l| (l - counted).abs() < 1e-9) => {
                let hour = |(h, figure): (usize, &Replicated)| {
                    let value = self.proportion(figure)?.scaled(100.0);
                    Some(Piece { kind: PartKind::Hour, place: hour(h), value, counted: Some(figure.totals().1) })
                };
                self.answer_by_hour.iter().enumerate().filter_map(hour).collect()
            }
            Metric::ScenicDriveMin => {
                let area = |(name, min): &(Text, Option<f64>)| {
                    let value = one_place(q, (*min)?);
                    Some(Piece { kind: PartKind::Area, place: name.clone(), value, counted: None })
                };
                self.asked.scenic.iter().filter_map(area).collect()
            }
            Metric::ResponseMin | Metric::CallsReachedPercent => self.response_parts(q),
            _ => Vec::new(),
        }
    }

    fn counted(&self, q: &Query<'_>) -> Option<f64> {
        match q.metric {
            Metric::RadiusKm | Metric::DriveMin => {
                Some(self.covered_members(q).iter().map(|(weight, _)| weight).sum::<f64>())
            }
            _ => self.times_of(q).map(|(_, times)| calls_of(times)),
        }
    }
}

/// Calls behind times, those nobody reached included.
fn calls_of(times: &Times) -> f64 {
    times.reached.totals().1
}

fn hour(h: usize) -> Text {
    Text::new(format!("{h} 时"), format!("{h}:00"))
}

fn no_calls() -> Text {
    Text::new("没有此类呼叫", "there were no such calls")
}

fn other_limit() -> Text {
    Text::new("本次运行没有按此限值或分位数统计", "the run did not count by this limit or percentile")
}

fn unknown() -> Text {
    Text::new("表中没有所需数据", "the tables do not hold what this needs")
}

impl Figures {
    fn response(&self, q: &Query<'_>) -> Result<Estimate, Text> {
        let asked = q.clock_start.filter(|c| c.key() != self.asked.clock_start);
        if let Some(clock) = asked {
            let (name, key, now) = (clock.name(), clock.key(), self.asked.clock_start);
            return Err(Text::new(
                format!("条款自“{}”起计，本次运行自 {now} 起计；设 run.clock_start = \"{key}\" 即可评估", name.zh),
                format!("the clause counts from {key}, this run from {now}: set run.clock_start = \"{key}\""),
            ));
        }
        let of = self.of(q)?;
        let times = self.asked.times(of).ok_or_else(no_calls)?;
        self.response_of(q, of, times)
    }

    /// Whose responses a query asks for.
    fn of(&self, q: &Query<'_>) -> Result<Of, Text> {
        if q.county.is_some() && (!q.priority.is_all() || q.category.is_some()) {
            return Err(Text::new(
                "优先级与类别未按区县分别统计",
                "priorities and categories are not counted by county",
            ));
        }
        Ok(match (q.category, q.zone) {
            (Some(key), zone) => {
                let category = self.asked.category(key).ok_or_else(|| {
                    Text::new(format!("场景中没有类别 {key}"), format!("the scenario has no category `{key}`"))
                })?;
                zone.map_or(Of::Category(category), |zone| Of::CategoryIn(Some(zone), category))
            }
            (None, zone) if !q.priority.is_all() => Of::Priorities(zone, q.priority.0),
            (None, zone) => Of::Group(q.county.map(|c| c.0), zone),
        })
    }

    /// Whether a share of responses is that within the target the run counts call by call, so that nothing is open.
    fn counts_by(&self, q: &Query<'_>, of: Of) -> bool {
        let zone = match of {
            Of::Group(_, zone) | Of::Priorities(zone, _) | Of::CategoryIn(zone, _) | Of::Hour(zone, _) => zone,
            Of::Category(_) | Of::Interval(_) => return false,
        };
        let zones: &[Zone] = zone.as_ref().map_or(&Zone::ALL, std::slice::from_ref);
        let counted = |z: &Zone| q.limit_span() == Some(self.options.response_target[z.index()]);
        q.statistic == Statistic::ShareWithin && zones.iter().all(counted)
    }

    fn response_of(&self, q: &Query<'_>, of: Of, times: &Times) -> Result<Estimate, Text> {
        if self.counts_by(q, of) {
            return self.proportion(&times.within).map(|e| e.scaled(100.0)).ok_or_else(no_calls);
        }
        self.of_times(q, times, 1.0)
    }

    /// Responses by hour of the day and by category, where a query does not ask for some categories or priorities itself.
    fn response_parts(&self, q: &Query<'_>) -> Vec<Piece> {
        let other_clock = q.clock_start.is_some_and(|c| c.key() != self.asked.clock_start);
        if q.county.is_some() || !q.priority.is_all() || q.category.is_some() || other_clock {
            return Vec::new();
        }
        let piece = |kind: PartKind, place: Text, of: Of| {
            let times = self.asked.times(of)?;
            let value = match q.metric {
                Metric::CallsReachedPercent => self.proportion(&times.reached).map(|e| e.scaled(100.0)),
                _ => self.response_of(q, of, times).ok(),
            };
            Some(Piece { kind, place, value: value?, counted: Some(calls_of(times)) })
        };
        let hours = (0..24).filter_map(|h| piece(PartKind::Hour, hour(h), Of::Hour(q.zone, h)));
        let categories = self.asked.categories.iter().enumerate();
        let categories =
            categories.filter_map(|(i, (_, name))| piece(PartKind::Category, name.clone(), Of::CategoryIn(q.zone, i)));
        hours.chain(categories).collect()
    }

    /// The times a query of simulated calls is answered from; `None` for other queries, and where there are none.
    fn times_of(&self, q: &Query<'_>) -> Option<(Of, &Times)> {
        let interval = |i: Interval| Of::Interval(i as usize);
        let of = match q.metric {
            Metric::ResponseMin | Metric::CallsReachedPercent => self.of(q).ok()?,
            Metric::AnswerS => interval(Interval::Answer),
            Metric::TurnoutMin => interval(Interval::Turnout),
            Metric::HandoverMin => interval(Interval::Handover),
            Metric::IntervalMin | Metric::IntervalS => match q.clock_start?.interval_to(q.clock_stop?) {
                Some(i) => interval(i),
                None => self.of(q).ok()?,
            },
            _ => return None,
        };
        self.asked.times(of).map(|times| (of, times))
    }

    /// Numerator and denominator of a query's figure in each replication (the figure of all is the ratio of the sums, but for
    /// percentiles their mean and for maxima the largest), in the unit of the figure; empty where they are not kept.
    pub(super) fn trail(&self, q: &Query<'_>) -> Vec<(f64, f64)> {
        let Some((of, times)) = self.times_of(q) else { return Vec::new() };
        let targets = [self.options.answer_target, self.options.turnout_target, self.options.handover_target];
        let own = match of {
            Of::Interval(i) => {
                let intervals = [Interval::Answer, Interval::Turnout, Interval::Handover];
                let at = intervals.iter().position(|known| *known as usize == i);
                q.statistic == Statistic::ShareWithin && at.is_some_and(|at| q.limit_span() == Some(targets[at]))
            }
            of => self.counts_by(q, of),
        };
        let scale = match (q.statistic, q.metric) {
            (Statistic::ShareWithin | Statistic::Ratio, _) => 100.0,
            (_, Metric::AnswerS | Metric::IntervalS) => 60.0,
            _ => 1.0,
        };
        self.asked.trail(times, q, own).into_iter().map(|(top, bottom)| (top * scale, bottom)).collect()
    }

    /// A statistic of times in minutes, multiplied by `per_min`.
    fn of_times(&self, q: &Query<'_>, times: &Times, per_min: f64) -> Result<Estimate, Text> {
        if times.mean_min.ratio().is_none() && q.statistic != Statistic::ShareWithin {
            return Err(Text::new("没有一个呼叫得到响应", "no call was ever reached"));
        }
        let found = match q.statistic {
            Statistic::Mean => self.at_least_zero(&times.mean_min).map(|e| e.scaled(per_min)),
            Statistic::ShareWithin => {
                let share = q.limit_span().and_then(|limit| self.asked.share(times, limit, self.confidence));
                return share.map(|e| e.scaled(100.0)).ok_or_else(other_limit);
            }
            Statistic::Percentile | Statistic::P90 => {
                let found = self.asked.quantile(times, q.quantile, self.confidence).ok_or_else(other_limit)?;
                let low = if found.low.is_finite() { found.low.max(0.0) } else { found.low };
                Some(Estimate { low, ..found }.scaled(per_min))
            }
            Statistic::Max => at_least(times.max_min).map(|e| e.scaled(per_min)),
            Statistic::Ratio => None,
        };
        // Calls that nobody reached have no response time; a mean or percentile of the others is only a lower bound.
        let open = |e: Estimate| if times.lost > 0 { Estimate { high: f64::INFINITY, ..e } } else { e };
        found.map(open).ok_or_else(no_calls)
    }

    fn reached(&self, q: &Query<'_>) -> Result<Estimate, Text> {
        let times = self.asked.times(Of::Group(q.county.map(|c| c.0), q.zone)).ok_or_else(no_calls)?;
        self.proportion(&times.reached).map(|e| e.scaled(100.0)).ok_or_else(no_calls)
    }

    /// The time between two moments, if the run kept it.
    fn between(&self, q: &Query<'_>, per_min: f64) -> Result<Estimate, Text> {
        let (start, stop) = (q.clock_start.unwrap_or(Clock::Ring), q.clock_stop.unwrap_or(Clock::Arrived));
        if let Some(interval) = start.interval_to(stop) {
            return self.interval(q, interval, per_min, None);
        }
        if stop == Clock::Arrived && start < Clock::Departed {
            return self.response(q).map(|e| if q.statistic == Statistic::ShareWithin { e } else { e.scaled(per_min) });
        }
        let (a, b) = (start.name(), stop.name());
        Err(Text::new(
            format!("只统计相邻时刻之间的时间与响应时间，未统计“{}”至“{}”", a.zh, b.zh),
            format!("kept are times between neighbouring moments and the response, not from {} to {}", a.en, b.en),
        ))
    }

    fn interval(&self, q: &Query<'_>, which: Interval, per_min: f64, counted: Option<f64>) -> Result<Estimate, Text> {
        if q.county.is_some() || q.zone.is_some() {
            return Err(Text::new("未按区县或城乡分别统计", "not counted by county or zone"));
        }
        let exact = q.limit.zip(counted).is_some_and(|(l, c)| (l - c).abs() < 1e-9);
        if q.statistic == Statistic::ShareWithin && exact {
            let share = self.proportion(&self.intervals[which as usize].share_within);
            return share.map(|e| e.scaled(100.0)).ok_or_else(no_calls);
        }
        let times = self.asked.of_interval(which).ok_or_else(no_calls)?;
        self.of_times(q, times, per_min)
    }

    /// Distance or driving time from the nearest post, of residents or of expected calls.
    fn covered(&self, q: &Query<'_>) -> Result<Estimate, Text> {
        of_places(q, &self.covered_members(q)).map(Estimate::exact)
    }

    /// Weight and value of each demand point a query of coverage is about.
    fn covered_members(&self, q: &Query<'_>) -> Vec<(f64, Option<f64>)> {
        let mut members = Vec::new();
        for (i, ((people, zone, county), cover)) in self.people.iter().zip(&self.cover).enumerate() {
            let weight = match q.weight {
                Weight::People => *people,
                Weight::Calls => self.asked.calls[i],
            };
            if weight <= 0.0 || q.zone.is_some_and(|z| z != *zone) || q.county.is_some_and(|c| *county != Some(c)) {
                continue;
            }
            let value = match (q.metric, q.distance) {
                (Metric::DriveMin, _) => cover.drive_min,
                (_, Distance::Straight) => Some(cover.radius_km),
                (_, Distance::Road) => cover.road_km,
            };
            members.push((weight, value));
        }
        members
    }

    fn scenic(&self, q: &Query<'_>) -> Result<Estimate, Text> {
        let areas = &self.asked.scenic;
        if q.zone.is_some() || q.county.is_some() {
            return Err(Text::new("未按区县或城乡分别统计", "not counted by county or zone"));
        }
        if areas.is_empty() {
            return Err(Text::new(
                "场景没有 4A 级及以上景区（tables.scenic）",
                "the scenario has no scenic area of grade 4A or above (tables.scenic)",
            ));
        }
        let members: Vec<(f64, Option<f64>)> =
            areas.iter().filter(|(_, min)| min.is_some()).map(|(_, min)| (1.0, *min)).collect();
        if members.is_empty() {
            return Err(Text::new(
                "没有一个 4A 级及以上景区位于道路附近且有路可达（network.max_snap_m）",
                "no scenic area of grade 4A or above lies near a road that leads there (network.max_snap_m)",
            ));
        }
        let found = of_places(q, &members)?;
        // Of areas far from any road the way is not known.
        if members.len() == areas.len() {
            return Ok(Estimate::exact(found));
        }
        let share = members.len() as f64 / areas.len() as f64;
        Ok(match q.statistic {
            Statistic::Max => Estimate { mean: found, low: found, high: f64::INFINITY },
            Statistic::ShareWithin => {
                Estimate { mean: found, low: found * share, high: found * share + 100.0 * (1.0 - share) }
            }
            _ => Estimate { mean: found, low: 0.0, high: f64::INFINITY },
        })
    }

    fn provided(&self, q: &Query<'_>) -> Result<Estimate, Text> {
        let p = &self.provision;
        let (units, negative, residents) = match q.county {
            Some(c) => p.by_county[c.index()],
            None => (p.units, p.negative_pressure, p.residents),
        };
        let ratio =
            |top: f64, bottom: f64| if bottom > 0.0 { Ok(Estimate::exact(top / bottom)) } else { Err(unknown()) };
        match q.metric {
            Metric::AmbulancesPer30k => ratio(units * 30_000.0, residents * q.population_percent / 100.0),
            Metric::NegativePressurePercent => ratio(negative * 100.0, units),
            _ if q.county.is_some() => Err(Text::new("未按区县分别统计", "not counted by county")),
            Metric::CrewsPer100kUrban => ratio(p.urban_units * 100_000.0, p.urban_residents),
            Metric::ResidentsPerSeat => ratio(p.residents, p.seats),
            // A post that states no hours is not known to be open.
            Metric::Posts24hPercent => p.posts_24h.map(Estimate::exact).ok_or_else(|| {
                Text::new("站点表未填写 hours", "the table of posts does not state the hours of every post")
            }),
            Metric::EdObservationBedsPercent => self.asked.observation_percent.map(Estimate::exact).ok_or_else(|| {
                Text::new(
                    "医院表未逐一填写 beds 与 observation_beds",
                    "the table of hospitals does not state beds and observation_beds of every hospital",
                )
            }),
            _ => Err(unknown()),
        }
    }

    /// The published figures' simulated counterparts.
    pub(super) fn reference(&self, metric: crate::scenario::ReferenceMetric) -> Option<Estimate> {
        use crate::scenario::ReferenceMetric as M;
        let of = |metric, statistic| self.figure(&Query::of(metric, statistic)).ok();
        match metric {
            M::MeanResponseMin => of(Metric::ResponseMin, Statistic::Mean),
            M::MeanRadiusKm => of(Metric::RadiusKm, Statistic::Mean),
            M::EquivalentRadiusKm => self.provision.equivalent_radius_km.map(Estimate::exact),
            M::AmbulancesPer30k => of(Metric::AmbulancesPer30k, Statistic::Ratio),
            M::TurnoutWithin3minPercent if (self.options.turnout_target.minutes() - 3.0).abs() < 1e-9 => {
                self.proportion(&self.intervals[Interval::Turnout as usize].share_within).map(|e| e.scaled(100.0))
            }
            M::TurnoutWithin3minPercent => None,
        }
    }
}

/// What one place gives for a query that may be about a share.
fn one_place(q: &Query<'_>, minutes: f64) -> Estimate {
    Estimate::exact(match (q.statistic, q.limit) {
        (Statistic::ShareWithin, Some(limit)) => 100.0 * f64::from(u8::from(minutes <= limit)),
        _ => minutes,
    })
}

/// A statistic of places with their weights and values, exactly; `None` where no way leads.
fn of_places(q: &Query<'_>, members: &[(f64, Option<f64>)]) -> Result<f64, Text> {
    let total: f64 = members.iter().map(|(weight, _)| weight).sum();
    if total <= 0.0 {
        return Err(Text::new("该范围内没有居民", "nobody lives there"));
    }
    if q.statistic == Statistic::ShareWithin {
        let limit = q.limit.unwrap_or(0.0);
        let within = members.iter().filter(|(_, value)| value.is_some_and(|v| v <= limit)).map(|(w, _)| w).sum::<f64>();
        return Ok(100.0 * within / total);
    }
    let mut known: Vec<(f64, f64)> = members.iter().filter_map(|(weight, value)| Some(((*value)?, *weight))).collect();
    if known.len() < members.len() {
        return Err(Text::new("有居民点没有道路可达", "some residents cannot be reached by road"));
    }
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(match q.statistic {
        Statistic::Mean => known.iter().map(|(value, weight)| value * weight).sum::<f64>() / total,
        Statistic::Max => known.last().map_or(0.0, |(value, _)| *value),
        _ => {
            let mut below = 0.0;
            let at = known.iter().position(|(_, weight)| {
                below += weight;
                below >= q.quantile * total
            });
            at.or(known.len().checked_sub(1)).map_or(0.0, |i| known[i].0)
        }
    })
}

/// A maximum that was seen: the true one can only be larger.
fn at_least(max: f64) -> Option<Estimate> {
    (max > 0.0).then_some(Estimate { mean: max, low: max, high: f64::INFINITY })
}
