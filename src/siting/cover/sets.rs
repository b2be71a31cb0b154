//! Sparse cover sets: which candidate sites cover which row, kept both ways.

/// Who covers whom. A *row* is something to be covered (a demand point, or a point under one standard in one period);
/// a *site* is a candidate for a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverSets {
    sites: usize,
    row_start: Vec<u32>,
    row_sites: Vec<u32>,
    site_start: Vec<u32>,
    site_rows: Vec<u32>,
}

impl CoverSets {
    /// Sets from the sites that cover each row. Order and repetition within a row do not matter; sites that are not below
    /// `sites` are left out.
    #[must_use]
    pub fn from_rows<R: AsRef<[u32]>>(sites: usize, rows: &[R]) -> CoverSets {
        let mut row_start = Vec::with_capacity(rows.len() + 1);
        let mut row_sites: Vec<u32> = Vec::new();
        row_start.push(0);
        let mut one = Vec::new();
        for row in rows {
            one.clear();
            one.extend(row.as_ref().iter().copied().filter(|s| (*s as usize) < sites));
            one.sort_unstable();
            one.dedup();
            row_sites.extend_from_slice(&one);
            row_start.push(row_sites.len() as u32);
        }
        CoverSets::of_parts(sites, row_start, row_sites)
    }

    /// Sets from a matrix of costs, row by row (`cost[row * sites + site]`): a site covers a row whose cost is at most the
    /// row's limit. Costs that are not finite never cover.
    #[must_use]
    pub fn within(sites: usize, cost: &[f64], limit: impl Fn(usize) -> f64) -> CoverSets {
        let rows = cost.len().checked_div(sites).unwrap_or(0);
        let mut row_start = Vec::with_capacity(rows + 1);
        let mut row_sites = Vec::new();
        row_start.push(0);
        for row in 0..rows {
            let most = limit(row);
            let costs = &cost[row * sites..(row + 1) * sites];
            row_sites
                .extend((0..sites as u32).filter(|s| costs[*s as usize].is_finite() && costs[*s as usize] <= most));
            row_start.push(row_sites.len() as u32);
        }
        CoverSets::of_parts(sites, row_start, row_sites)
    }

    /// One table of rows after another, over the same sites: several standards, or several periods, as stacked rows.
    /// Tables of another number of sites are cut to that of the first.
    #[must_use]
    pub fn stacked(tables: &[&CoverSets]) -> CoverSets {
        let sites = tables.first().map_or(0, |t| t.sites);
        let rows: Vec<&[u32]> = tables.iter().flat_map(|t| (0..t.rows()).map(|r| t.row(r))).collect();
        CoverSets::from_rows(sites, &rows)
    }

    fn of_parts(sites: usize, row_start: Vec<u32>, row_sites: Vec<u32>) -> CoverSets {
        let (site_start, site_rows) = transpose(sites, &row_start, &row_sites);
        CoverSets { sites, row_start, row_sites, site_start, site_rows }
    }

    /// Number of candidate sites.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.row_start.len() - 1
    }

    /// Pairs of a row and a site that covers it.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.row_sites.len()
    }

    /// Sites that cover a row, ascending.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u32] {
        &self.row_sites[self.row_start[row] as usize..self.row_start[row + 1] as usize]
    }

    /// Rows that a site covers, ascending.
    #[must_use]
    pub fn site(&self, site: usize) -> &[u32] {
        &self.site_rows[self.site_start[site] as usize..self.site_start[site + 1] as usize]
    }
}

/// Turns lists of rows into lists of columns (each ascending): starts and entries.
pub(super) fn transpose(columns: usize, start: &[u32], entries: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut out_start = vec![0_u32; columns + 1];
    for e in entries {
        out_start[*e as usize + 1] += 1;
    }
    for c in 0..columns {
        out_start[c + 1] += out_start[c];
    }
    let mut next = out_start.clone();
    let mut out = vec![0_u32; entries.len()];
    for row in 0..start.len().saturating_sub(1) {
        for e in &entries[start[row] as usize..start[row + 1] as usize] {
            let at = &mut next[*e as usize];
            out[*at as usize] = row as u32;
            *at += 1;
        }
    }
    (out_start, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        let sets = CoverSets::from_rows(3, &[vec![2, 0, 2], vec![], vec![1, 2, 9]]);
        assert_eq!((sets.sites(), sets.rows(), sets.pairs()), (3, 3, 4));
        assert_eq!(sets.row(0), [0, 2]);
        assert!(sets.row(1).is_empty());
        assert_eq!(sets.row(2), [1, 2]);
        assert_eq!(sets.site(0), [0]);
        assert_eq!(sets.site(1), [2]);
        assert_eq!(sets.site(2), [0, 2]);
    }

    #[test]
    fn each_row_has_its_own_limit() {
        let cost = [1.0, 5.0, f64::NAN, 4.0, 6.0, f64::INFINITY];
        let sets = CoverSets::within(3, &cost, |row| if row == 0 { 1.0 } else { f64::INFINITY });
        assert_eq!(sets.row(0), [0]);
        assert_eq!(sets.row(1), [0, 1]);
        let twice = CoverSets::stacked(&[&sets, &sets]);
        assert_eq!(twice.rows(), 4);
        assert_eq!(twice.row(3), [0, 1]);
    }
}
