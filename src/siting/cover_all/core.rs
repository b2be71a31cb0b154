/// What is left of a covering problem: points (rows) and sites (columns) under their own small numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Core {
    /// Numbers of the sites outside.
    pub(super) names: Vec<u32>,
    /// Sites of each point, ascending.
    pub(super) rows: Vec<Vec<u32>>,
    /// Points of each site, ascending.
    pub(super) columns: Vec<Vec<u32>>,
    /// Weight of each point.
    pub(super) weights: Vec<f64>,
    /// Price of each point in the Lagrangean bound.
    pub(super) prices: Vec<f64>,
    /// Weight that is still to be covered, or `None` where every point must be.
    pub(super) need: Option<f64>,
}

impl Core {
    /// A problem from the sites of each point under their outer numbers.
    pub(super) fn new(rows: &[Vec<u32>], weights: Vec<f64>, need: Option<f64>) -> Core {
        let mut names: Vec<u32> = rows.iter().flatten().copied().collect();
        names.sort_unstable();
        names.dedup();
        let rows: Vec<Vec<u32>> = rows
            .iter()
            .map(|row| row.iter().filter_map(|j| names.binary_search(j).ok()).map(|j| j as u32).collect())
            .collect();
        let prices = vec![0.0; rows.len()];
        let mut core = Core { columns: vec![Vec::new(); names.len()], names, rows, weights, prices, need };
        core.fill_columns();
        // A first price: what a point costs if its best site is used to the full.
        for i in 0..core.rows.len() {
            let most = core.rows[i].iter().map(|&j| core.columns[j as usize].len()).max().unwrap_or(1);
            core.prices[i] = 1.0 / most as f64;
        }
        core
    }

    fn fill_columns(&mut self) {
        for (i, row) in self.rows.iter().enumerate() {
            for &j in row {
                self.columns[j as usize].push(i as u32);
            }
        }
    }

    /// Whether nothing more has to be covered.
    pub(super) fn done(&self) -> bool {
        match self.need {
            None => self.rows.is_empty(),
            Some(need) => need <= 0.0,
        }
    }

    /// Whether all sites that are left can do it.
    pub(super) fn feasible(&self) -> bool {
        match self.need {
            None => self.rows.iter().all(|r| !r.is_empty()),
            Some(need) => {
                let open = self.rows.iter().zip(&self.weights).filter(|(r, _)| !r.is_empty());
                need <= 0.0 || open.map(|(_, w)| w).sum::<f64>() >= need
            }
        }
    }

    /// All sites that are left, under their outer numbers.
    pub(super) fn sites(&self) -> Vec<u32> {
        self.names.clone()
    }

    /// The problem when some sites are taken (their points are done) and others dropped.
    pub(super) fn after(&self, taken: &[bool], dropped: &[bool]) -> Core {
        let mut gone = vec![false; self.rows.len()];
        let mut need = self.need;
        for (_, column) in taken.iter().zip(&self.columns).filter(|(t, _)| **t) {
            for &i in column {
                if !gone[i as usize] {
                    gone[i as usize] = true;
                    need = need.map(|n| n - self.weights[i as usize]);
                }
            }
        }
        let kept: Vec<usize> = (0..self.rows.len()).filter(|&i| !gone[i]).collect();
        self.of_rows(&kept, need, |j| !taken[j] && !dropped[j])
    }

    /// The part of the problem with some of the points and some of the sites.
    pub(super) fn of_rows(&self, kept: &[usize], need: Option<f64>, site: impl Fn(usize) -> bool) -> Core {
        let mut new_number = vec![u32::MAX; self.names.len()];
        let mut used = vec![false; self.names.len()];
        for &i in kept {
            for &j in &self.rows[i] {
                used[j as usize] = true;
            }
        }
        let mut names = Vec::new();
        for j in 0..self.names.len() {
            if used[j] && site(j) {
                new_number[j] = names.len() as u32;
                names.push(self.names[j]);
            }
        }
        let rows: Vec<Vec<u32>> = kept
            .iter()
            .map(|&i| self.rows[i].iter().map(|&j| new_number[j as usize]).filter(|&j| j != u32::MAX).collect())
            .collect();
        let weights = kept.iter().map(|&i| self.weights[i]).collect();
        let prices = kept.iter().map(|&i| self.prices[i]).collect();
        let mut core = Core { columns: vec![Vec::new(); names.len()], names, rows, weights, prices, need };
        core.fill_columns();
        core
    }

    /// The parts of the problem that share no site (only where every point must be covered).
    pub(super) fn parts(&self) -> Vec<Core> {
        let mut part = vec![usize::MAX; self.rows.len()];
        let mut count = 0;
        for from in 0..self.rows.len() {
            if part[from] != usize::MAX {
                continue;
            }
            part[from] = count;
            let mut stack = vec![from];
            while let Some(i) = stack.pop() {
                for &j in &self.rows[i] {
                    for &k in &self.columns[j as usize] {
                        if part[k as usize] == usize::MAX {
                            part[k as usize] = count;
                            stack.push(k as usize);
                        }
                    }
                }
            }
            count += 1;
        }
        let mut lists = vec![Vec::new(); count];
        for (i, &p) in part.iter().enumerate() {
            lists[p].push(i);
        }
        lists.iter().map(|kept| self.of_rows(kept, self.need, |_| true)).collect()
    }
}
