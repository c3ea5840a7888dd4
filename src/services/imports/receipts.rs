//! Import of a list of receipts: what its source said of the same treasury months before is superseded.

use super::{Mode, Origin, Report, Upload, begin, row_error, table, unreadable};
use crate::{
    db::imports,
    domain::{
        actor::Scope,
        ids::{EnterpriseId, ImportId},
        month::Month,
        role::Permission,
        uscc::Uscc,
    },
    services::{
        Error, Tx,
        receipts::{self, NewReceipt},
    },
    sheets::{
        AmountUnit, Field, List, Parsed, RowError,
        receipts::{ReceiptLine, ReceiptOptions, rows},
    },
    texts::{Explain, Language, texts},
};
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// A list of receipts, read and checked as far as that is possible without the registry.
#[derive(Debug)]
pub struct ReceiptList {
    origin: Origin,
    parsed: Parsed<ReceiptLine>,
}

impl ReceiptList {
    /// Reads a file. Amounts are in `unit`, or in what the file states. `progress` gets the rows read and their number.
    pub fn read(
        upload: &Upload<'_>,
        unit: Option<AmountUnit>,
        today: NaiveDate,
        progress: impl FnMut(usize, usize),
    ) -> Result<Self, Error> {
        let origin = Origin::of(upload, today)?;
        let table = table(upload, List::Receipts)?;
        let parsed = rows(&table, &ReceiptOptions { today, unit }, progress).map_err(unreadable)?;
        Ok(Self { origin, parsed })
    }

    /// Looks the payers up and, unless errors or the mode forbid it, takes the receipts over. Whoever is limited to a part of the
    /// district cannot replace what a source said of all of it.
    pub fn import(self, tx: &mut Tx<'_>, mode: Mode) -> Result<Report, Error> {
        tx.require(Permission::WriteReceipts)?;
        if tx.actor.scope() != Scope::District {
            return Err(Error::Forbidden(Permission::WriteReceipts));
        }
        let mut report = Report::of(&self.parsed);
        let (rows, errors) = self.resolve(tx)?;
        report.note(errors);
        let months: BTreeSet<Month> = rows.iter().map(|row| row.treasury_month).collect();
        report.created = rows.len();
        report.changed = imports::receipts_held(tx.conn, &self.origin.source, &months)?;
        if mode.dry_run || report.is_refused(mode) {
            return Ok(report);
        }
        let id = ImportId::new();
        begin(tx, id, List::Receipts, &self.origin, &report)?;
        report.import = Some(id);
        receipts::replace(tx, &self.origin.source, &months, &rows, Some(id))?;
        if report.bad_rows() == 0 {
            let (data_on, today) = (self.origin.data_on, tx.today);
            let ended = months.into_iter().filter(|month| month.last_day() <= data_on && month.last_day() < today);
            receipts::complete(tx, &self.origin.source, &ended.collect(), id.0)?;
        }
        Ok(report)
    }

    /// The receipts of known enterprises, and an error for each other row.
    fn resolve(&self, tx: &mut Tx<'_>) -> Result<(Vec<NewReceipt>, Vec<RowError>), Error> {
        let codes: BTreeSet<&Uscc> = self.parsed.lines.iter().map(|line| &line.uscc).collect();
        let codes: Vec<Uscc> = codes.into_iter().cloned().collect();
        let known: HashMap<Uscc, EnterpriseId> = imports::ids_of(tx.conn, &codes)?.into_iter().collect();
        let (mut rows, mut errors) = (Vec::with_capacity(self.parsed.lines.len()), Vec::new());
        for line in &self.parsed.lines {
            match known.get(&line.uscc) {
                Some(enterprise) => rows.push(receipt(line, *enterprise)),
                None => errors.push(row_error(line.row, Field::Uscc.text(Language::Zh), &PayerError::Unknown)),
            }
        }
        Ok((rows, errors))
    }
}

fn receipt(line: &ReceiptLine, enterprise: EnterpriseId) -> NewReceipt {
    NewReceipt {
        enterprise,
        tax_type: line.tax_type,
        arrears: line.arrears,
        treasury_month: line.treasury_month,
        period: line.period.clone().unwrap_or_default(),
        budget_level: line.budget_level.clone().unwrap_or_default(),
        ordinal: i32::try_from(line.ordinal).unwrap_or(i32::MAX),
        amount: line.amount,
        district: line.district_amount,
    }
}

/// Why a row's payer cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PayerError {
    /// The registry has no enterprise with the code.
    Unknown,
}

impl Explain for PayerError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "enterprise_unknown",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Unknown => unknown(language),
        }
    }
}

texts! {
    unknown() {
        zh: "税源清单中没有这个代码。请核对，或先导入该企业。",
        en: "The registry has no enterprise with this code. Check it, or import the enterprise first.",
    }
}
