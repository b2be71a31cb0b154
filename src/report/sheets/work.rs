//! Sheets of coverage and of the workload of units, posts and hospitals.

use super::table::{Cell, Shown, Table, estimate, in_unit, minutes};
use crate::experiment::summary::Summary;
use crate::report::words::{self, Word};
use crate::report::words_tables::Sheet;
use crate::report::{html, roads};
use crate::text::Lang;

const WHOLE: Shown = Shown::Decimals(0);
const TWO: Shown = Shown::Decimals(2);

/// A heading in per cent.
fn share(name: Word, lang: Lang) -> String {
    in_unit(name.get(lang), "%", lang)
}

/// A heading in people.
fn people(name: Word, lang: Lang) -> String {
    in_unit(name.get(lang), Word::UnitPeople.get(lang), lang)
}

/// Coverage by county and zone.
pub(super) fn coverage(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Coverage, 2, lang);
    table.heads = vec![
        Word::County.get(lang).into(),
        Word::Zone.get(lang).into(),
        Word::People.get(lang).into(),
        share(Word::WithinRadiusStraight, lang),
        share(Word::WithinRadiusRoad, lang),
        share(Word::WithinTime, lang),
        minutes(Word::MeanDrive, lang),
        in_unit(Word::MeanRadius.get(lang), Word::UnitKm.get(lang), lang),
        people(Word::Unreached, lang),
    ];
    table.rows = summary
        .coverage
        .iter()
        .map(|r| {
            vec![
                Cell::text(html::county(r.county.as_ref(), lang)),
                Cell::text(words::zone(r.zone).get(lang)),
                Cell::number(r.population, WHOLE),
                Cell::number(r.within_radius_straight, Shown::Share),
                Cell::number(r.within_radius_road, Shown::Share),
                Cell::number(r.within_time, Shown::Share),
                Cell::number(r.mean_drive_min, TWO),
                Cell::number(r.mean_radius_km, TWO),
                Cell::number(r.unreached, WHOLE),
            ]
        })
        .collect();
    table
}

/// Coverage in each state of the roads.
pub(super) fn states(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::States, 3, lang);
    table.heads = vec![
        Word::StateHead.get(lang).into(),
        Word::County.get(lang).into(),
        Word::Zone.get(lang).into(),
        share(Word::ShareOfTime, lang),
        Word::People.get(lang).into(),
        share(Word::WithinTime, lang),
        minutes(Word::MeanDrive, lang),
        people(Word::Unreached, lang),
    ];
    for state in &summary.states {
        let name = roads::names(&state.active, lang);
        table.rows.extend(state.rows.iter().map(|r| {
            vec![
                Cell::text(name.as_str()),
                Cell::text(html::county(r.county.as_ref(), lang)),
                Cell::text(words::zone(r.zone).get(lang)),
                Cell::number(state.share_of_time, Shown::Share),
                Cell::number(r.population, WHOLE),
                Cell::number(r.within_time, Shown::Share),
                Cell::number(r.mean_drive_min, TWO),
                Cell::number(r.unreached, WHOLE),
            ]
        }));
    }
    table
}

/// Workload of units.
pub(super) fn units(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Units, 1, lang);
    table.head(Word::Unit.get(lang)).head(Word::Kind.get(lang)).head(Word::Post.get(lang));
    table.head(Word::County.get(lang)).estimate_head(Word::Dispatches.get(lang), "", lang);
    table.estimate_head(Word::Busy.get(lang), "%", lang);
    table.rows = summary
        .units
        .iter()
        .map(|u| {
            let county = u.county.as_ref().map_or("", |t| t.get(lang));
            let kind = words::unit_kind(&u.kind, lang);
            let mut row = [u.id.as_str(), &kind, &u.post, county].map(Cell::text).to_vec();
            row.extend(estimate(Some(&u.dispatches_per_day), TWO));
            row.extend(estimate(Some(&u.utilisation), Shown::Share));
            row
        })
        .collect();
    table
}

/// Workload of posts.
pub(super) fn posts(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Posts, 2, lang);
    table.head(Sheet::Id.get(lang)).head(Sheet::Name.get(lang)).head(Word::Units.get(lang));
    table.estimate_head(Word::Dispatches.get(lang), "", lang).head(Word::Snap.get(lang));
    table.rows = summary
        .posts
        .iter()
        .map(|p| {
            let mut row = vec![Cell::text(p.id.as_str()), Cell::text(p.name.get(lang)), Cell::count(p.units)];
            row.extend(estimate(Some(&p.dispatches_per_day), TWO));
            row.push(Cell::number(p.snap_m, WHOLE));
            row
        })
        .collect();
    table
}

/// Workload of hospitals.
pub(super) fn hospitals(summary: &Summary, lang: Lang) -> Table {
    let mut table = Table::new(Sheet::Hospitals, 2, lang);
    table.head(Sheet::Id.get(lang)).head(Sheet::Name.get(lang));
    table.estimate_head(Word::Patients.get(lang), "", lang);
    table.rows = summary
        .hospitals
        .iter()
        .map(|h| {
            let mut row = vec![Cell::text(h.id.as_str()), Cell::text(h.name.get(lang))];
            row.extend(estimate(Some(&h.patients_per_day), TWO));
            row
        })
        .collect();
    table
}
