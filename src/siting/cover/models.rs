//! The models of the literature as one [`CoverModel`] each.

use super::model::{CoverModel, Share};
use super::sets::CoverSets;

impl CoverModel {
    /// **Maximal covering** (MCLP; Church & ReVelle 1974): the weight of the rows that at least one of `posts` sites covers.
    #[must_use]
    pub fn maximal_cover(sets: CoverSets, weight: Vec<f64>, posts: u32) -> CoverModel {
        CoverModel::plain(sets, weight, vec![1.0], posts)
    }

    /// **Backup coverage**, weighted (BACOP2; Hogan & ReVelle 1986): `first` × weight covered once + (1 − `first`) × weight
    /// covered twice; `first` from 0 to 1.
    #[must_use]
    pub fn backup(sets: CoverSets, weight: Vec<f64>, first: f64, posts: u32) -> CoverModel {
        CoverModel::plain(sets, weight, vec![first, 1.0 - first], posts)
    }

    /// **Backup coverage**, hard (BACOP1; Hogan & ReVelle 1986): every row is covered; the weight of the rows covered twice
    /// is made as large as can be.
    #[must_use]
    pub fn backup_of_all(sets: CoverSets, weight: Vec<f64>, posts: u32) -> CoverModel {
        let mut model = CoverModel::plain(sets, weight, vec![0.0, 1.0], posts);
        model.need.fill(1);
        model
    }

    /// **Double standard** (DSM; Gendreau, Laporte & Semet 1997): everybody within the wide sets of some unit, a share
    /// `least_share` of the weight within the narrow sets, and as much weight as can be within the narrow sets of two units.
    /// Rows 0 to n − 1 of the model are the narrow ones, n to 2n − 1 the wide ones. `capacity` is the most units per site
    /// (the paper lets several stand at one).
    #[must_use]
    pub fn double_standard(
        narrow: &CoverSets,
        wide: &CoverSets,
        weight: &[f64],
        least_share: f64,
        units: u32,
        capacity: u32,
    ) -> CoverModel {
        let rows = narrow.rows();
        let sets = CoverSets::stacked(&[narrow, wide]);
        let mut weights = weight.to_vec();
        weights.resize(sets.rows(), 0.0);
        let mut model = CoverModel::plain(sets, weights, vec![0.0, 1.0], units);
        model.capacity.fill(capacity);
        model.need[rows..].fill(1);
        let total: f64 = weight.iter().sum();
        let shared = weight.iter().enumerate().map(|(r, w)| (r as u32, *w)).collect();
        model.shares.push(Share { rows: shared, least: least_share * total });
        model
    }

    /// **Maximum expected covering** (MEXCLP; Daskin 1983): each unit is busy with chance `busy`, independently, so the k-th
    /// unit that covers a row adds (1 − q) q^(k−1) of its weight. Up to `capacity` units stand at one site.
    #[must_use]
    pub fn expected_cover(sets: CoverSets, weight: Vec<f64>, busy: f64, units: u32, capacity: u32) -> CoverModel {
        let mut model = CoverModel::plain(sets, weight, busy_steps(busy, units), units);
        model.capacity.fill(capacity);
        model
    }

    /// **Maximum expected survival** (Erkut, Ingolfsson & Erdoğan 2008; with several classes of patients, Knight, Harper &
    /// Smith 2012): `chance[row * sites + site]` is the chance that somebody at the row survives when a unit comes from the
    /// site; the nearest free unit goes, each being busy with chance `busy` (0: the nearest always goes).
    ///
    /// A row becomes one row for each level of its chances: being served at level *l* or better is being covered by the sites
    /// that reach *l* (the "radius formulation" of the p-median), so the model is exact. Chances not above 0 give nothing.
    #[must_use]
    pub fn survival(sites: usize, chance: &[f64], weight: &[f64], busy: f64, units: u32, capacity: u32) -> CoverModel {
        let mut rows: Vec<Vec<u32>> = Vec::new();
        let mut weights = Vec::new();
        for (row, w) in weight.iter().enumerate() {
            let chances = &chance[row * sites..(row + 1) * sites];
            let mut best_first: Vec<u32> = (0..sites as u32).filter(|s| chances[*s as usize] > 0.0).collect();
            best_first.sort_by(|a, b| chances[*b as usize].total_cmp(&chances[*a as usize]).then(a.cmp(b)));
            for (reached, site) in best_first.iter().enumerate() {
                let here = chances[*site as usize];
                let next = best_first.get(reached + 1).map_or(0.0, |s| chances[*s as usize]);
                if here > next && *w > 0.0 {
                    rows.push(best_first[..=reached].to_vec());
                    weights.push(w * (here - next));
                }
            }
        }
        let mut model = CoverModel::plain(CoverSets::from_rows(sites, &rows), weights, busy_steps(busy, units), units);
        model.capacity.fill(capacity);
        model
    }

    /// **Fewest sites** under the model's needs and shares: the objective becomes minus the number of opened sites, without a
    /// limit to it. (Covering sets of their own have faster solvers in `cover_all`; this one obeys every rule.)
    #[must_use]
    pub fn fewest(mut self) -> CoverModel {
        self.weight.fill(0.0);
        self.site_gain.fill(-1.0);
        self.units = self.capacity.iter().fold(0, |sum: u32, c| sum.saturating_add(*c));
        self.open = u32::MAX;
        self
    }
}

/// What the k-th covering unit adds when each is busy with chance `busy`: (1 − q) q^(k−1), k from 1 to `units`.
#[must_use]
pub fn busy_steps(busy: f64, units: u32) -> Vec<f64> {
    let q = busy.clamp(0.0, 1.0);
    let mut steps = Vec::new();
    let mut left = 1.0;
    for _ in 0..units {
        let step = (1.0 - q) * left;
        if step <= 0.0 {
            break;
        }
        steps.push(step);
        left *= q;
    }
    steps
}
