//! Import of a list of receipts: it supersedes what its source sent before for the same treasury months.

use super::{Mode, Origin, Report, Upload, begin, row_error, table, unreadable};
use crate::{
    db::registry::imports,
    domain::{
        ids::{EnterpriseId, ImportId},
        month::Month,
        people::{actor::Scope, role::Permission},
        registry::uscc::Uscc,
    },
    services::{
        Error, Invalid, Tx,
        registry::{
            complete_months,
            receipts::{self, NewReceipt},
        },
    },
    sheets::{
        AmountUnit, Field, List, Parsed, RowError,
        receipts::{ReceiptLine, ReceiptOptions, rows},
    },
    texts::{Explain, Language, texts},
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

    /// Finds the payers and, unless errors or the mode forbid it, writes the receipts. A caller that is limited to a
    /// part of the district cannot replace what a source said about all of it.
    pub fn import(&self, tx: &mut Tx<'_>, mode: Mode) -> Result<Report, Error> {
        tx.require(Permission::WriteReceipts)?;
        if tx.actor.scope() != Scope::District {
            return Err(Error::Forbidden(Permission::WriteReceipts));
        }
        receipts::lock_source(tx, &self.origin.source)?;
        let mut report = Report::of(&self.parsed);
        let (rows, errors) = self.resolve(tx)?;
        report.note(errors);
        let months: BTreeSet<Month> = rows.iter().map(|row| row.treasury_month).collect();
        report.created = rows.len();
        let held = imports::receipts_held(tx.conn, &self.origin.source, &months)?;
        report.changed = held.values().sum();
        if report.is_refused(mode) {
            return Ok(report);
        }
        if !mode.allow_fewer {
            refuse_fewer(&held, &rows)?;
        }
        if mode.dry_run {
            return Ok(report);
        }
        let id = ImportId::new();
        begin(tx, id, List::Receipts, &self.origin, &report)?;
        report.import = Some(id);
        let complete = self.complete(&months, tx.today);
        receipts::replace(tx, &self.origin.source, &months, &rows, &complete, Some(id))?;
        report.awaited = complete_months::awaited(tx, &complete)?;
        Ok(report)
    }

    /// The months of which the file says everything: they were over when it was made, and every row could be read. A row of a
    /// enterprise outside the registry hides nobody who is in it.
    fn complete(&self, months: &BTreeSet<Month>, today: NaiveDate) -> BTreeSet<Month> {
        if !self.parsed.errors.is_empty() {
            return BTreeSet::new();
        }
        let ended = |month: &Month| month.last_day() <= self.origin.data_on && month.last_day() < today;
        months.iter().copied().filter(ended).collect()
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

/// Refuses a file that would leave fewer than half of the receipts of a month: part of it is probably missing.
fn refuse_fewer(held: &BTreeMap<Month, usize>, rows: &[NewReceipt]) -> Result<(), Error> {
    let mut sent: BTreeMap<Month, usize> = BTreeMap::new();
    for row in rows {
        *sent.entry(row.treasury_month).or_default() += 1;
    }
    let mut invalid = Invalid::default();
    for (&month, &held) in held {
        let sent = sent.get(&month).copied().unwrap_or_default();
        if sent * 2 < held {
            invalid.note("/file", FewerReceipts { month, held, sent });
        }
    }
    invalid.check()
}

/// A file that would leave a month with fewer than half as many receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FewerReceipts {
    month: Month,
    held: usize,
    sent: usize,
}

impl Explain for FewerReceipts {
    fn code(&self) -> &'static str {
        "fewer_receipts"
    }

    fn text(&self, language: Language) -> String {
        fewer(language, self.month, self.held, self.sent)
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
    fewer(month: Month, held: usize, sent: usize) {
        zh: "{month} 已有 {held} 条，文件中只有 {sent} 条，不到一半，文件可能不完整。什么也没有写入。核对后确要取代的，用 --allow-fewer。",
        en: "{month} has {held} receipts, but the file only {sent}, fewer than half; it may be incomplete. Nothing was written. Check the file; to replace the month anyway, use --allow-fewer.",
    }
    unknown() {
        zh: "税源清单中没有这个代码。请核对，或先导入该企业。",
        en: "The registry has no enterprise with this code. Check it, or import the enterprise first.",
    }
}
