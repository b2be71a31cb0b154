//! From the model to strands: who calls at which rate when.

use super::mix::{Categories, Mix, Places, Stratum};
use super::patterns::{Surge, Times, Wave};
use super::strand::{Calm, HOURS, Modulation, Parts, Strand};
use super::variation::{BurstClock, Days};
use super::{DAYS_PER_YEAR, DemandModel, DemandPoint};
use crate::ids::{CategoryId, PointId};
use crate::network::calendar::Calendar;
use crate::quality::Zone;
use crate::units::SECONDS_PER_DAY;

/// Weights over time, resolved.
#[derive(Clone, Debug, PartialEq)]
struct Profile {
    hourly: [f64; 24],
    weekday: [f64; 7],
    monthly: Option<[f64; 12]>,
}

/// People with their dispatches per day, and what they call for.
struct Block<'a> {
    name: String,
    people: Vec<(PointId, Zone, f64)>,
    times: &'a Times,
    shares: Vec<f64>,
}

/// The strata of a strand while it is made.
#[derive(Default)]
struct Weave {
    places: Vec<Places>,
    strata: Vec<Stratum>,
    /// Phone calls per second and profile of each stratum.
    bases: Vec<(f64, Profile)>,
}

/// Makes the strands of a replication.
pub(super) struct Builder<'a> {
    pub(super) model: &'a DemandModel,
    pub(super) points: &'a [DemandPoint],
    pub(super) seed: u64,
    pub(super) replication: u32,
}

impl Builder<'_> {
    /// All strands, the residents' first.
    pub(super) fn strands(&self) -> Vec<Strand> {
        let blocks = self.blocks();
        let patterns = &self.model.patterns;
        let mut out = Vec::new();
        // A log holds the calls of all people.
        if self.model.log.is_none() {
            for block in &blocks {
                let mut weave = Weave::default();
                self.add(&mut weave, block, None, 1.0, None);
                out.extend(self.strand(block.name.clone(), weave, self.varying()));
            }
        }
        for surge in patterns.surges.iter().filter(|s| s.factor > 1.0) {
            let mut weave = Weave::default();
            for block in &blocks {
                self.add(&mut weave, block, surge.area.as_deref(), surge.factor - 1.0, surge.shares.as_deref());
            }
            let windows = Some(Calendar::new(std::slice::from_ref(&surge.when)));
            let modulation = Modulation { windows, ..self.varying() };
            out.extend(self.strand(format!("/surge/{}", surge.key), weave, modulation));
        }
        out.extend(patterns.waves.iter().filter_map(|w| self.wave(w)));
        out.extend(self.transfers());
        out
    }

    /// Surges below 1: calls that are not made.
    pub(super) fn calms(&self) -> Vec<Calm> {
        let below = self.model.patterns.surges.iter().filter(|s| s.factor < 1.0);
        below.zip(0..).map(|(surge, number)| self.calm(surge, number)).collect()
    }

    fn calm(&self, surge: &Surge, number: u32) -> Calm {
        let area = surge.area.as_ref().map(|list| {
            let mut inside = vec![false; list.iter().map(|p| p.index() + 1).max().unwrap_or(0)];
            list.iter().for_each(|p| inside[p.index()] = true);
            inside
        });
        let windows = Calendar::new(std::slice::from_ref(&surge.when));
        Calm { windows, area, keep: surge.factor.max(0.0), number }
    }

    /// What the rates of people have besides their weights: months, random days, bursts.
    fn varying(&self) -> Modulation {
        let patterns = &self.model.patterns;
        Modulation {
            days: (patterns.day_cv2 > 0.0).then(|| Days::new(patterns.day_cv2, self.seed, self.replication)),
            bursts: patterns.bursts.map(|rule| BurstClock::new(rule, self.seed, self.replication)),
            ..Modulation::default()
        }
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let model = self.model;
        let own: Vec<f64> = model.categories.iter().map(|c| c.share).collect();
        let everyone = self.points.iter().enumerate();
        let residents = everyone.map(|(i, p)| (PointId::new(i), p.zone, model.dispatches_per_day(p))).collect();
        let mut blocks =
            vec![Block { name: String::new(), people: residents, times: &ALL_AS_BEFORE, shares: own.clone() }];
        for layer in &model.patterns.populations {
            let rate = layer.per_1000_year / 1000.0 / DAYS_PER_YEAR;
            blocks.push(Block {
                name: format!("/population/{}", layer.key),
                people: layer.people.iter().map(|p| (p.point, p.zone, p.people * rate)).collect(),
                times: &layer.times,
                shares: layer.shares.clone().unwrap_or_else(|| own.clone()),
            });
        }
        blocks
    }

    fn profile(&self, layer: &Times, category: &Times) -> Profile {
        let (model, patterns) = (self.model, &self.model.patterns);
        let monthly = || layer.monthly.or(category.monthly).or(patterns.monthly);
        Profile {
            hourly: layer.hourly.or(category.hourly).unwrap_or(model.hourly),
            weekday: layer.weekday.or(category.weekday).unwrap_or(model.weekday),
            monthly: patterns.start.and_then(|_| monthly()),
        }
    }

    /// Adds a block's strata: one for each zone (where a category's share depends on it) and each set of categories that
    /// keep the same step. Only places of the area; rates are multiplied; the categories of all may be other ones.
    fn add(&self, weave: &mut Weave, block: &Block<'_>, area: Option<&[PointId]>, factor: f64, other: Option<&[f64]>) {
        let categories = &self.model.categories;
        let zoned = categories.iter().any(|c| c.pattern.zones != [1.0; 2]);
        let zones: &[Option<Zone>] = if zoned { &[Some(Zone::Urban), Some(Zone::Rural)] } else { &[None] };
        let list = |shares: &[f64]| -> Vec<(CategoryId, f64)> {
            shares.iter().enumerate().map(|(i, s)| (CategoryId::new(i), *s)).collect()
        };
        for zone in zones {
            let there = |p: &&(PointId, Zone, f64)| {
                zone.is_none_or(|z| z == p.1) && area.is_none_or(|a| a.binary_search(&p.0).is_ok())
            };
            let people: Vec<(PointId, f64)> = block.people.iter().filter(there).map(|p| (p.0, p.2)).collect();
            let per_day = people.iter().map(|p| p.1).sum::<f64>() * factor;
            let base = per_day * self.model.phone_calls_per_dispatch / SECONDS_PER_DAY as f64;
            if base <= 0.0 {
                continue;
            }
            let weight = |i: usize, share: f64| zone.map_or(share, |z| share * categories[i].pattern.zones[z.index()]);
            let mut groups: Vec<(Profile, Vec<(CategoryId, f64)>)> = Vec::new();
            for (i, share) in block.shares.iter().enumerate() {
                let entry = (CategoryId::new(i), weight(i, *share));
                let profile = self.profile(block.times, &categories[i].pattern.times);
                match groups.iter_mut().find(|g| g.0 == profile) {
                    Some(group) => group.1.push(entry),
                    None => groups.push((profile, vec![entry])),
                }
            }
            let share_of = |g: &[(CategoryId, f64)]| g.iter().map(|c| c.1).sum::<f64>();
            let whole: f64 = groups.iter().map(|g| share_of(&g.1)).sum();
            let alone = groups.len() == 1;
            weave.places.push(Places::of(&people));
            for (profile, members) in groups {
                let share = share_of(&members);
                if share <= 0.0 {
                    continue;
                }
                let categories = Categories::of(&other.map_or(members, list));
                weave.strata.push(Stratum { places: weave.places.len() - 1, categories });
                weave.bases.push((if alone { base } else { base * share / whole }, profile));
            }
        }
    }

    fn wave(&self, wave: &Wave) -> Option<Strand> {
        let category = self.model.categories.get(wave.category.index())?;
        let inside = |p: PointId| wave.area.as_ref().is_none_or(|a| a.binary_search(&p).is_ok());
        let weight = |p: &DemandPoint| self.model.dispatches_per_day(p) * category.pattern.zones[p.zone.index()];
        let people: Vec<(PointId, f64)> = self
            .points
            .iter()
            .enumerate()
            .map(|(i, p)| (PointId::new(i), weight(p)))
            .filter(|(point, _)| inside(*point))
            .collect();
        if people.iter().all(|p| p.1 <= 0.0) {
            return None;
        }
        let base = wave.peak_per_day * self.model.phone_calls_per_dispatch / SECONDS_PER_DAY as f64;
        // Days follow the shape alone, so that its total is kept.
        let hourly = category.pattern.times.hourly.unwrap_or(self.model.hourly);
        let weave = Weave {
            places: vec![Places::of(&people)],
            strata: vec![Stratum { places: 0, categories: Categories::of(&[(wave.category, 1.0)]) }],
            bases: vec![(base, Profile { hourly, weekday: [1.0; 7], monthly: None })],
        };
        let modulation = Modulation { wave: Some(wave.clone()), ..Modulation::default() };
        self.strand(format!("/wave/{}", wave.key), weave, modulation)
    }

    fn transfers(&self) -> Option<Strand> {
        let mut weave = Weave::default();
        for (i, stream) in self.model.transfers.iter().enumerate() {
            weave.places.push(Places::of(&[(stream.from, 1.0)]));
            weave.strata.push(Stratum { places: i, categories: Categories::of(&[(stream.category, 1.0)]) });
            let profile = Profile { hourly: stream.hourly, weekday: [1.0; 7], monthly: None };
            weave.bases.push((stream.per_day / SECONDS_PER_DAY as f64, profile));
        }
        let parts = self.parts("/transfers".into(), weave, Modulation::default());
        Strand::new(Parts { dispatch_share: 1.0, transfers: true, ..parts }, self.seed, self.replication)
    }

    fn strand(&self, name: String, weave: Weave, modulation: Modulation) -> Option<Strand> {
        Strand::new(self.parts(name, weave, modulation), self.seed, self.replication)
    }

    fn parts(&self, name: String, weave: Weave, mut modulation: Modulation) -> Parts {
        let seasonal = weave.bases.iter().any(|(_, p)| p.monthly.is_some());
        modulation.months_from = self.model.patterns.start.filter(|_| seasonal);
        let months = if seasonal { 12 } else { 1 };
        let strata = weave.strata.len();
        let mut rates = Vec::with_capacity(months * HOURS);
        let mut sums = Vec::with_capacity(if strata > 1 { months * HOURS * strata } else { 0 });
        for month in 0..months {
            for hour in 0..HOURS {
                let first = sums.len();
                let mut rate = 0.0;
                for (base, profile) in &weave.bases {
                    let usual = base * profile.hourly[hour % 24] * profile.weekday[hour / 24];
                    rate += profile.monthly.map_or(usual, |m| usual * m[month]);
                    if strata > 1 {
                        sums.push(rate);
                    }
                }
                if rate > 0.0 {
                    sums[first..].iter_mut().for_each(|s| *s /= rate);
                }
                rates.push(rate);
            }
        }
        Parts {
            name,
            rates,
            mix: Mix { places: weave.places, strata: weave.strata, sums },
            modulation,
            dispatch_share: 1.0 / self.model.phone_calls_per_dispatch,
            transfers: false,
        }
    }
}

/// The residents': they have no weights of their own.
const ALL_AS_BEFORE: Times = Times { hourly: None, weekday: None, monthly: None };
