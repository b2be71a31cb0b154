//! What may be chosen: which posts stay, which may get units or lose them, and under which rules.

use super::field::Field;
use crate::geo::distance_m;
use crate::siting::SiteRule;
use crate::siting::cover::{Budget, CoverModel, Group};

/// What posts and units cost, in any money.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// Of each column, its units included.
    pub columns: Vec<f64>,
    /// Most that may be spent.
    pub limit: Option<f64>,
}

/// Posts that stay, posts that may be chosen, and the rules for choices.
#[derive(Clone, Debug)]
pub struct Space<'a> {
    /// What is known of the scenario.
    pub field: &'a Field,
    /// Posts with units that stay.
    pub base: Vec<usize>,
    /// Posts that may have units: the columns of the models.
    pub columns: Vec<usize>,
    /// Units that come with each post that is opened.
    pub units_each: u32,
    /// Most units at a column (1: posts are counted, not units).
    pub capacity: u32,
    /// Units, or posts, that are placed at most.
    pub most: u32,
    /// Bounds on how many of some columns are opened.
    pub groups: Vec<Group>,
    /// Columns that must be open.
    pub open: Vec<usize>,
    /// Posts are at least so many km from one another, in a straight line: new ones from all.
    pub apart_km: Option<f64>,
    /// Each county with residents has at least so many posts.
    pub county_least: u32,
    /// What columns cost.
    pub costs: Option<Costs>,
    /// Choices that were found before: no choice may have all their columns again.
    pub found: Vec<Vec<usize>>,
}

impl<'a> Space<'a> {
    /// Existing posts stay; posts without units and candidates may be opened, `posts` at most.
    pub fn of_new_posts(field: &'a Field, posts: u32, units_each: u32) -> Space<'a> {
        let (base, columns) = (0..field.posts()).partition(|p| field.staffed[*p]);
        Space {
            field,
            base,
            columns,
            units_each,
            capacity: 1,
            most: posts,
            groups: Vec::new(),
            open: Vec::new(),
            apart_km: None,
            county_least: 0,
            costs: None,
            found: Vec::new(),
        }
    }

    /// Whether nothing but the number of posts is asked: the solvers of the distance family know no more.
    pub fn is_plain(&self) -> bool {
        self.groups.is_empty()
            && self.open.is_empty()
            && self.apart_km.is_none()
            && self.county_least == 0
            && self.costs.as_ref().is_none_or(|c| c.limit.is_none())
            && self.found.is_empty()
    }

    /// Whether a column is a post with units as it is.
    pub fn exists(&self, column: usize) -> bool {
        self.field.staffed[self.columns[column]]
    }

    /// What some columns cost.
    pub fn cost(&self, columns: &[usize]) -> Option<f64> {
        self.costs.as_ref().map(|c| columns.iter().map(|i| c.columns[*i]).sum())
    }

    /// Puts the rules into a model of the cover family.
    pub fn rule(&self, model: &mut CoverModel) {
        let s = &self.field.prepared.world.scenario;
        let at = |post: usize| s.posts[post].at;
        model.capacity.fill(self.capacity);
        model.units = self.most;
        model.groups.extend(self.groups.iter().cloned());
        if let Some(km) = self.apart_km {
            let near = |a: usize, b: usize| distance_m(at(a), at(b)) < km * 1000.0;
            for (i, post) in self.columns.iter().enumerate() {
                // What stands too near already is not torn apart.
                if !self.exists(i) && self.base.iter().any(|b| near(*post, *b)) {
                    model.rules[i] = SiteRule::Closed;
                }
                for (j, other) in self.columns.iter().enumerate().take(i) {
                    if !(self.exists(i) && self.exists(j)) && near(*post, *other) {
                        model.apart.push((j as u32, i as u32));
                    }
                }
            }
        }
        for column in &self.open {
            match model.rules[*column] {
                // Both cannot be; no choice does.
                SiteRule::Closed => model.groups.push(Group::at_least(1, vec![*column as u32])),
                _ => model.rules[*column] = SiteRule::Open,
            }
        }
        if self.county_least > 0 {
            let mut lived = vec![false; s.counties.len()];
            let homes = s.points.iter().filter(|p| p.population > 0.0);
            homes.filter_map(|p| p.county).for_each(|c| lived[c.index()] = true);
            for county in (0..s.counties.len()).filter(|c| lived[*c]) {
                let here = |post: usize| s.posts[post].county.is_some_and(|c| c.index() == county);
                let there = self.base.iter().filter(|b| here(**b)).count() as u32;
                if there < self.county_least {
                    let sites = (0..self.columns.len()).filter(|i| here(self.columns[*i])).map(|i| i as u32);
                    model.groups.push(Group::at_least(self.county_least - there, sites.collect()));
                }
            }
        }
        if let Some((costs, limit)) = self.costs.as_ref().and_then(|c| Some((c, c.limit?))) {
            let free = vec![0.0; self.columns.len()];
            model.budget = Some(Budget { site_cost: costs.columns.clone(), unit_cost: free, limit });
        }
        for found in &self.found {
            let sites: Vec<u32> = found.iter().map(|c| *c as u32).collect();
            let most = (sites.len() as u32).saturating_sub(1);
            model.groups.push(Group::at_most(most, sites));
        }
    }
}
