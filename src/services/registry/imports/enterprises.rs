//! Import of a tax-source list: enterprises added and changed as a set.

use super::{
    Mode, Origin, Report, Upload, begin, contacts,
    plan::{Plan, Planner},
    table, unreadable,
};
use crate::{
    domain::{ids::ImportId, people::role::Permission, records::change::Action, registry::industry::IndustryEdition},
    services::{
        Details, Error, Tx,
        registry::enterprises::{self, departure},
    },
    sheets::{
        List, Parsed,
        enterprises::{EnterpriseLine, EnterpriseOptions, rows},
    },
};
use chrono::NaiveDate;

/// A tax-source list, read and checked as far as that is possible without the registry.
#[derive(Debug)]
pub struct EnterpriseList {
    origin: Origin,
    parsed: Parsed<EnterpriseLine>,
}

impl EnterpriseList {
    /// Reads a file. `progress` gets the rows read and their number.
    pub fn read(
        upload: &Upload<'_>,
        edition: IndustryEdition,
        today: NaiveDate,
        progress: impl FnMut(usize, usize),
    ) -> Result<Self, Error> {
        let origin = Origin::of(upload, today)?;
        let table = table(upload, List::Enterprises)?;
        let options = EnterpriseOptions { today, industry_edition: edition };
        let parsed = rows(&table, &options, progress).map_err(unreadable)?;
        Ok(Self { origin, parsed })
    }

    /// Compares the list with the registry and, unless errors or the mode forbid it, takes it over. `progress` gets the rows
    /// done and their number.
    pub fn import(&self, tx: &mut Tx<'_>, mode: Mode, mut progress: impl FnMut(usize, usize)) -> Result<Report, Error> {
        tx.require(Permission::WriteEnterprises)?;
        let mut report = Report::of(&self.parsed);
        let id = ImportId::new();
        let lines = &self.parsed.lines;
        let planner = Planner::load(tx, &self.origin, id, lines)?;
        let mut plan = planner.plan(tx, lines, |done| progress(done, lines.len()));
        report.note(std::mem::take(&mut plan.errors));
        (report.created, report.changed) = (plan.created.len(), plan.changed.len());
        (report.unchanged, report.outdated) = (plan.unchanged, plan.outdated);
        report.signals = plan.departures;
        if mode.dry_run || report.is_refused(mode) {
            return Ok(report);
        }
        begin(tx, id, List::Enterprises, &self.origin, &report)?;
        report.import = Some(id);
        store(tx, id, &self.origin, &plan)?;
        Ok(report)
    }
}

fn store(tx: &mut Tx<'_>, import: ImportId, origin: &Origin, plan: &Plan) -> Result<(), Error> {
    if !plan.created.is_empty() {
        enterprises::insert_batch(tx, import.0, &plan.created, Details::none().with("import_id", (), import))?;
    }
    tx.change_many(&plan.changed, Action::Updated)?;
    for (before, after) in &plan.changed {
        departure::raise(tx, before, after, &plan.names, &origin.source)?;
    }
    contacts::store(tx, import, &plan.contacts)
}
