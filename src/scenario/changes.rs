//! Changes of a scenario's tables: how many units stand at a post, which posts are open, cells of any row.

use super::load::Loader;
use crate::fault::{Fault, Faults};
use crate::input::{How, Table, TableChange};
use std::collections::{BTreeMap, BTreeSet};

/// Names that stand for tables of rows in the paths of changes.
pub const CHANGED_TABLES: [&str; 5] = ["posts", "units", "hospitals", "points", "counties"];

/// What happens to some rows of a table.
type Apply<'a> = &'a dyn Fn(&mut Table, &[usize]) -> Result<(), Fault>;

impl Loader<'_> {
    /// Changes the rows of a table, which may be in two files.
    pub(super) fn change_rows(&mut self, name: &str, tables: &mut [&mut Option<Table>]) {
        for change in self.doc.table_changes(name) {
            self.change_each(name, &change, tables, &|table, rows| table.change_cells(rows, &change), &|_, _| None);
        }
    }

    /// Changes the tables of posts and units. `open = false` closes a post with its units; `count` is the number of units
    /// at each post that has some.
    pub(super) fn change_posts_and_units(
        &mut self,
        posts: &mut [&mut Option<Table>],
        units: &mut [&mut Option<Table>],
    ) {
        let mut closed: BTreeSet<String> = BTreeSet::new();
        for change in self.doc.table_changes("posts") {
            if change.column != "open" {
                self.change_each("posts", &change, posts, &|t, rows| t.change_cells(rows, &change), &|_, _| None);
                continue;
            }
            let How::Set(toml::Value::Boolean(open)) = change.how else {
                self.faults.push(change.fault("a post is open or not", "write true or false"));
                continue;
            };
            let mut ids = Vec::new();
            for table in posts.iter().filter_map(|t| t.as_ref()) {
                let rows = table.select(&change.selector, &|_, _| None);
                ids.extend(rows.into_iter().map(|row| table.cell(row, "id").to_string()));
            }
            match posts.iter().find_map(|t| t.as_ref()) {
                Some(table) if ids.is_empty() => self.faults.push(table.no_row("posts", &change)),
                _ if open => closed.retain(|id| !ids.contains(id)),
                _ => closed.extend(ids),
            }
        }
        let mut county = BTreeMap::new();
        for table in posts.iter_mut().filter_map(|t| t.as_mut()) {
            table.keep_rows_where(|t, row| !closed.contains(t.cell(row, "id")));
            for row in 0..table.len() {
                county.insert(table.cell(row, "id").to_string(), table.cell(row, "county").to_string());
            }
        }
        for table in units.iter_mut().filter_map(|t| t.as_mut()) {
            table.keep_rows_where(|t, row| !closed.contains(t.cell(row, "post")));
        }
        if !closed.is_empty() && county.is_empty() {
            let change = self.doc.table_changes("posts").into_iter().find(|c| c.column == "open");
            let fault = change.map(|c| Faults::from(c.fault("no post is left open", "leave one open")));
            self.faults.extend(fault.unwrap_or_default());
        }
        let of_post = |column: &str, post: &str| (column == "county").then(|| county.get(post).cloned()).flatten();
        for change in self.doc.table_changes("units") {
            if change.column == "count" {
                self.change_each("units", &change, units, &|t, rows| recount(t, rows, &change), &of_post);
            } else {
                self.change_each("units", &change, units, &|t, rows| t.change_cells(rows, &change), &of_post);
            }
        }
    }

    fn change_each(
        &mut self,
        name: &str,
        change: &TableChange,
        tables: &mut [&mut Option<Table>],
        apply: Apply<'_>,
        of_post: &dyn Fn(&str, &str) -> Option<String>,
    ) {
        let mut found = 0;
        for table in tables.iter_mut().filter_map(|t| t.as_mut()) {
            let other = |column: &str, row: usize| of_post(column, table.cell(row, "post"));
            let rows = table.select(&change.selector, &other);
            found += rows.len();
            if !rows.is_empty()
                && let Err(fault) = apply(table, &rows)
            {
                self.faults.push(fault);
            }
        }
        if found == 0
            && let Some(table) = tables.iter().find_map(|t| t.as_ref())
        {
            self.faults.push(table.no_row(name, change));
        }
    }
}

/// Gives each post of the chosen units another number of them: the last ones of its rows go, or the last one is copied.
fn recount(table: &mut Table, rows: &[usize], change: &TableChange) -> Result<(), Fault> {
    let mut by_post: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for row in rows {
        by_post.entry(table.cell(*row, "post").to_string()).or_default().push(*row);
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    // In the order of the table, so that new units follow in that order.
    let mut posts: Vec<Vec<usize>> = by_post.into_values().collect();
    posts.sort();
    for units in posts {
        let wanted = match &change.how {
            How::Set(toml::Value::Integer(n)) if (0..=1000).contains(n) => *n as usize,
            How::Factor(f) if (0.0..=100.0).contains(f) => (units.len() as f64 * f).round() as usize,
            _ => return Err(change.fault("this is no number of units", "write a whole number, zero or more")),
        };
        gone.extend(units.iter().skip(wanted));
        let Some(last) = units.last() else { continue };
        for number in 1..=wanted.saturating_sub(units.len()) {
            let id = format!("{}+{number}", table.cell(*last, "id"));
            table.copy_row(*last, &id, change);
        }
    }
    table.keep_rows(|row| !gone.contains(&row));
    if table.is_empty() {
        return Err(change.fault("no unit is left", "leave at least one"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::input::Change;
    use crate::quality::Quality;
    use crate::scenario::Scenario;
    use std::path::PathBuf;

    fn now() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml")
    }

    fn changes(texts: &[&str]) -> Vec<Change> {
        texts.iter().map(|t| t.parse().unwrap()).collect()
    }

    fn with(texts: &[&str]) -> Scenario {
        Scenario::load_with(&now(), &changes(texts)).unwrap_or_else(|faults| panic!("{faults}"))
    }

    fn refused(texts: &[&str]) -> String {
        Scenario::load_with(&now(), &changes(texts)).unwrap_err().to_string()
    }

    #[test]
    fn any_value_is_changed_and_the_digest_tells() {
        let plain = Scenario::load(&now()).unwrap();
        assert_eq!(with(&[]).digest, plain.digest);
        let s = with(&[
            "run.days=3.5",
            "travel.response_factor=1.2",
            "travel.return_factor*=0.5",
            "category[cardio].share = 0.5",
            "category[*].transport.value = 0.1",
            "centre[0].seats*=1.2",
            "durations.turnout.median_s=60",
            "dispatch.under_way=false",
            "demand.growth_per_year=0.05",
            "demand.years=2",
            "closure=[{ key = \"g\", name = { zh = \"g\", en = \"g\" }, roads = [\"G8511\"] }]",
        ]);
        assert_ne!(s.digest, plain.digest);
        assert_eq!((s.run.days, s.travel.response_factor, s.travel.return_factor), (3.5, 1.2, 0.675));
        assert!(s.demand.categories.iter().all(|c| c.transport == 0.1));
        // 6 seats by 1.2 are 7.2: seats are whole.
        assert_eq!((s.centres[0].seats, s.closures.len(), s.rules.dispatch.under_way), (7, 1, false));
        assert_eq!(s.changes.len(), 11);
        // What was measured is not any more.
        let seats = s.assumptions.iter().find(|a| a.key == "centre[0].seats").unwrap();
        assert_eq!(seats.quality, Quality::Assumed);
        assert!(seats.source.contains("seats was 6") || seats.source.contains("was 6"), "{}", seats.source);
        let turnout = s.assumptions.iter().find(|a| a.key == "durations.turnout").unwrap();
        assert!(turnout.source.contains("median_s was 132 (B: Chongqing"), "{}", turnout.source);
        // Another order of independent changes, or another value, is another digest; the same is the same.
        assert_eq!(with(&["run.days=3"]).digest, with(&["run.days=3"]).digest);
        assert_ne!(with(&["run.days=3"]).digest, with(&["run.days=4"]).digest);
    }

    #[test]
    fn faults_are_shown_at_the_change() {
        for (change, wanted) in [
            ("run.dayz=7", "did you mean `days`?"),
            ("category[cardo].share=1", "did you mean category[cardio]?"),
            ("category.share=1", "category is a list"),
            ("category[9].share=1", "5 elements"),
            ("run.days.x=1", "run.days is a single value"),
            ("travel.respons_factor*=2", "did you mean `response_factor`?"),
            ("durations.turnout*=2", "median_s"),
            ("run.clock_start*=2", "no number"),
            ("run.days=\"many\"", "invalid type"),
            ("units[post=P99].count=3", "there is no such row"),
            ("units[A7001].knd=\"basic\"", "did you mean `kind`?"),
            ("units[*].count=-1", "number of units"),
            ("posts[P01].open=3", "write true or false"),
            ("hospitals[H001].receives*=2", "is no number"),
            ("hospitals[H001].ed_bays=1.5", "cannot be a number of things"),
            ("hospitals[H001]=3", "this is no column of a table"),
        ] {
            let told = refused(&[change]);
            assert!(told.contains(wanted) && told.contains("(changes):1:"), "{change}: {told}");
        }
        let told = refused(&["run.seed=1", "travel.response_factor=-3", "category[1].share=-1"]);
        assert!(told.contains("(changes):2:1: travel.response_factor: -3 is not allowed"), "{told}");
        assert!(told.contains("(changes):3:"), "{told}");
        assert!("run.days".parse::<Change>().is_err() && "run.days*=x".parse::<Change>().is_err());
    }

    #[test]
    fn tables_are_changed_by_rows() {
        let plain = Scenario::load(&now()).unwrap();
        let at = |s: &Scenario, post: &str| s.units.iter().filter(|u| s.posts[u.post.index()].id == post).count();
        assert_eq!(at(&plain, "P01"), 3);
        let s = with(&["units[post=P01].count=5", "units[post=P02].count=1", "posts[P05].open=false"]);
        assert_eq!((at(&s, "P01"), at(&s, "P02"), s.posts.len()), (5, 1, plain.posts.len() - 1));
        assert!(s.units.iter().any(|u| u.id == "A7003+2") && s.posts.iter().all(|p| p.id != "P05"));
        // Every post with units has two.
        let s = with(&["units[*].count=2"]);
        assert!(s.posts.iter().all(|p| [0, 2].contains(&at(&s, &p.id))));
        let s =
            with(&["units[county=红塔区].count*=2", "points[zone=rural].population*=0.5", "hospitals[H001].ed_bays=3"]);
        let hongta = |s: &Scenario| {
            let of = |u: &&crate::facilities::Unit| s.posts[u.post.index()].county.map(|c| c.index()) == Some(0);
            s.units.iter().filter(of).count()
        };
        assert_eq!(hongta(&s), 2 * hongta(&plain));
        let people = |s: &Scenario| s.points.iter().map(|p| p.population).sum::<f64>();
        assert!(people(&s) < people(&plain));
        assert_eq!((s.hospitals[0].ed_bays, s.hospitals[0].quality), (Some(3), Quality::Assumed));
        let file = with(&["tables.units=yuxi/units-now.csv"]);
        assert_eq!(file.units, plain.units);
    }
}
