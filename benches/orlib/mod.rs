//! Reads the location instances of the OR-Library (Beasley 1990) and of San Francisco from the shared data, where there
//! are any. Used by the benchmark and the tests.

use goldenhour::siting::Table;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::{Path, PathBuf};

/// Folder of the instances, or `None` where the shared data is absent.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("GOLDENHOUR_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("data/siting");
    folder.is_dir().then_some(folder)
}

/// Published values of one instance.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub median: f64,
    pub radius: f64,
    /// Fewest sites that cover everyone within the best radius, and within one less.
    pub fewest: [f64; 2],
}

/// One p-median graph with its answers.
pub struct Graph {
    pub name: String,
    pub posts: usize,
    pub table: Table,
    pub known: Known,
}

/// The instances with these numbers.
pub fn graphs(folder: &Path, numbers: impl IntoIterator<Item = usize>) -> Vec<Graph> {
    let text = std::fs::read_to_string(folder.join("optima_pmedian_pcenter_lscp.tsv")).expect("table of optima");
    let known: BTreeMap<String, Known> = text
        .lines()
        .skip(1)
        .map(|l| {
            let f: Vec<&str> = l.split('\t').collect();
            let number = |k: usize| f[k].parse::<f64>().expect("a number");
            (f[0].to_string(), Known { median: number(4), radius: number(5), fewest: [number(7), number(8)] })
        })
        .collect();
    numbers
        .into_iter()
        .map(|k| {
            let name = format!("pmed{k}");
            let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).expect("instance");
            let (posts, table) = read(&text);
            Graph { posts, table, known: known[&name], name }
        })
        .collect()
}

fn read(text: &str) -> (usize, Table) {
    let mut numbers = text.split_ascii_whitespace().map(|t| t.parse::<usize>().expect("a whole number"));
    let mut next = || numbers.next().expect("a number more");
    let (n, m, posts) = (next(), next(), next());
    // The last of duplicate edges counts.
    let mut edges = BTreeMap::new();
    for _ in 0..m {
        let (a, b, length) = (next() - 1, next() - 1, next());
        edges.insert((a.min(b), a.max(b)), length);
    }
    (posts, table_of_graph(n, &edges))
}

/// All shortest paths of an undirected graph, as a table of n points by n candidates.
pub fn table_of_graph(n: usize, edges: &BTreeMap<(usize, usize), usize>) -> Table {
    let mut near = vec![Vec::new(); n];
    for (&(a, b), &length) in edges {
        near[a].push((b, length));
        near[b].push((a, length));
    }
    let mut values = Vec::with_capacity(n * n);
    for from in 0..n {
        let mut far = vec![usize::MAX; n];
        far[from] = 0;
        let mut heap = BinaryHeap::from([(Reverse(0), from)]);
        while let Some((Reverse(d), at)) = heap.pop() {
            if d > far[at] {
                continue;
            }
            for &(to, length) in &near[at] {
                if d + length < far[to] {
                    far[to] = d + length;
                    heap.push((Reverse(d + length), to));
                }
            }
        }
        values.extend(far.into_iter().map(|d| if d == usize::MAX { f64::INFINITY } else { d as f64 }));
    }
    Table::new(n, n, values).expect("distances")
}

/// San Francisco: tracts × stores (network metres), people per tract, and the known answers.
pub struct SanFrancisco {
    pub table: Table,
    pub people: Vec<f64>,
    pub anchors: serde_json::Value,
}

/// Reads the San Francisco instance.
pub fn san_francisco(folder: &Path) -> SanFrancisco {
    let folder = folder.join("spopt_sf");
    let text = std::fs::read_to_string(folder.join("SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
        .expect("distances");
    let mut people = BTreeMap::new();
    let mut distances = BTreeMap::new();
    let mut stores = BTreeMap::new();
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.trim().split(',').collect();
        let store: usize = f[1].trim_start_matches("Store_").parse().expect("number of a store");
        people.insert(f[2].to_string(), f[3].parse::<f64>().expect("people"));
        distances.insert((f[2].to_string(), store), f[0].parse::<f64>().expect("a distance"));
        stores.insert(store, ());
    }
    let values = people.keys().flat_map(|t| stores.keys().map(|s| distances[&(t.clone(), *s)])).collect();
    let table = Table::new(people.len(), stores.len(), values).expect("distances");
    let anchors = std::fs::read_to_string(folder.join("anchors.json")).expect("anchors");
    let anchors = serde_json::from_str(&anchors).expect("JSON");
    SanFrancisco { table, people: people.into_values().collect(), anchors }
}
