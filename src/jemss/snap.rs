//! The nearest node of a place.

use super::city::City;
use rstar::RTree;
use rstar::primitives::GeomWithData;

/// A place off the road and its node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The nearest node with off-road access.
    pub node: u32,
    /// Kilometres to it.
    pub km: f64,
}

/// Nodes where one can leave the road, sorted by place.
pub(super) struct Snapper<'a> {
    city: &'a City,
    tree: RTree<GeomWithData<[f64; 2], u32>>,
}

impl<'a> Snapper<'a> {
    /// Sorts a city's nodes.
    pub(super) fn new(city: &'a City) -> Snapper<'a> {
        let nodes = (0_u32..).zip(&city.nodes).filter(|(_, n)| n.access);
        let tree = nodes.map(|(i, n)| GeomWithData::new([n.x * city.scale[0], n.y * city.scale[1]], i)).collect();
        Snapper { city, tree: RTree::bulk_load(tree) }
    }

    /// The nearest node with off-road access, the first of those that are equally near.
    pub(super) fn snap(&self, x: f64, y: f64) -> Place {
        let at = [x * self.city.scale[0], y * self.city.scale[1]];
        let km = |i: u32| {
            let node = self.city.nodes[i as usize];
            self.city.km((node.x, node.y), (x, y))
        };
        let mut best: Option<Place> = None;
        for (near, squared) in self.tree.nearest_neighbor_iter_with_distance_2(at) {
            let here = Place { node: near.data, km: km(near.data) };
            // The tree's distances are of scaled coordinates and differ in the last digits.
            if best.is_some_and(|b| squared.sqrt() > b.km * (1.0 + 1e-9) + 1e-9) {
                break;
            }
            if best.is_none_or(|b| (here.km, here.node) < (b.km, b.node)) {
                best = Some(here);
            }
        }
        best.unwrap_or(Place { node: 0, km: f64::INFINITY })
    }
}
