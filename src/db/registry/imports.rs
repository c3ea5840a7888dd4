//! Imports of files: the row that says where data came from, and the set-based reads and writes of a whole file.

use super::contacts::Contact;
use crate::{
    db::{
        backend::DbConn,
        keyset::{Order, Part},
        records::recorded::{Belongs, recorded, written},
        schema::{changes, contacts, enterprises as enterprise, imports, organisations, tax_receipts},
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{EnterpriseId, ImportId, OrganisationId},
        month::Month,
        records::change::Noun,
        registry::{organisation::OrganisationKind, uscc::Uscc},
        text::hex,
    },
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Code of the kind of list.
    pub kind: String,
    /// What the file was called.
    pub file_name: String,
    /// SHA-256 of the file: what was imported can be proven as long as somebody has the file.
    pub file_sha256: Vec<u8>,
    /// Where the data came from.
    pub source: String,
    /// On what legal basis it was passed on.
    pub legal_basis: String,
    /// The day the data was true.
    pub data_on: NaiveDate,
    /// Rows of data in the file.
    pub rows_read: i32,
    /// Rows that became something new.
    pub rows_created: i32,
    /// Rows that changed something.
    pub rows_changed: i32,
    /// Rows that were left out.
    pub rows_skipped: i32,
    /// Who imported it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// When.
    pub created_at: Timestamp,
}

recorded! {
    Import as Import of ["imports"], belongs to |_| Belongs::District, in feed: true, assessed: false {
        fields {
            kind: Public, "类型", "kind";
            file_name: Text, "文件名", "file name";
            file_sha256 as hex: Public, "文件摘要 SHA-256", "SHA-256 of the file";
            source: Public, "来源", "source";
            legal_basis: Text, "法定依据", "legal basis";
            data_on: Public, "数据日期", "data as of";
            rows_read: Public, "读取行数", "rows read";
            rows_created: Public, "新增行数", "rows created";
            rows_changed: Public, "更新行数", "rows changed";
            rows_skipped: Public, "跳过行数", "rows skipped";
        }
        details {}
        unrecorded { id, actor, created_at }
    }
}

written! { Import in imports: created }

/// The latest imports, newest first.
pub fn latest(connection: &mut DbConn, limit: i64) -> QueryResult<Vec<Import>> {
    imports::table.order(imports::id.desc()).limit(limit).select(Import::as_select()).load(connection)
}

/// A page of the imports, newest first.
pub fn list(connection: &mut DbConn, part: &Part<ImportId>) -> QueryResult<Vec<Import>> {
    const LATEST_FIRST: Order = Order::descending("imports.id");
    let query = imports::table.filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST));
    query.select(Import::as_select()).limit(part.limit).load(connection)
}

/// How many imports there are.
pub fn count(connection: &mut DbConn) -> QueryResult<i64> {
    imports::table.count().get_result(connection)
}

/// The names of those who imported, as they were recorded.
pub fn authors(connection: &mut DbConn, ids: &[ImportId]) -> QueryResult<Vec<(ImportId, String)>> {
    let ids: Vec<AnyId> = ids.iter().map(|id| AnyId(id.0)).collect();
    let rows: Vec<(AnyId, String)> = changes::table
        .filter(changes::noun.eq(Noun::Import.as_str()))
        .filter(changes::noun_id.eq_any(ids))
        .select((changes::noun_id, changes::actor_name))
        .load(connection)?;
    Ok(rows.into_iter().map(|(id, name)| (ImportId(id.0), name)).collect())
}

/// Every street office there is or was: its id, its name, and the organisation it went into.
pub fn streets(connection: &mut DbConn) -> QueryResult<Vec<(OrganisationId, String, Option<OrganisationId>)>> {
    organisations::table
        .filter(organisations::kind.eq(OrganisationKind::Street))
        .order(organisations::id)
        .select((organisations::id, organisations::name, organisations::merged_into_id))
        .load(connection)
}

/// How many codes or ids one statement asks for.
const ASKED_AT_ONCE: usize = 5_000;

/// The ids behind credit codes, as far as they are known.
pub fn ids_of(connection: &mut DbConn, codes: &[Uscc]) -> QueryResult<Vec<(Uscc, EnterpriseId)>> {
    let mut found = Vec::with_capacity(codes.len());
    for codes in codes.chunks(ASKED_AT_ONCE) {
        let known = enterprise::table
            .filter(enterprise::uscc.eq_any(codes.to_vec()))
            .select((enterprise::uscc, enterprise::id))
            .load(connection)?;
        found.extend::<Vec<(Uscc, EnterpriseId)>>(known);
    }
    Ok(found)
}

/// The contact persons of enterprises.
pub fn contacts_of(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Contact>> {
    let mut found = Vec::new();
    for ids in ids.chunks(ASKED_AT_ONCE) {
        let rows: Vec<Contact> = contacts::table
            .filter(contacts::enterprise_id.eq_any(ids.to_vec()))
            .order(contacts::id)
            .select(Contact::as_select())
            .load(connection)?;
        found.extend(rows);
    }
    Ok(found)
}

/// How many receipts of a source hold, for each of these treasury months that has any.
pub fn receipts_held(
    connection: &mut DbConn,
    source: &str,
    months: &BTreeSet<Month>,
) -> QueryResult<BTreeMap<Month, usize>> {
    let months: Vec<i32> = months.iter().map(|month| month.ordinal()).collect();
    let counts: Vec<(i32, i64)> = tax_receipts::table
        .filter(tax_receipts::source.eq(source))
        .filter(tax_receipts::treasury_month.eq_any(months))
        .filter(tax_receipts::superseded_at.is_null())
        .group_by(tax_receipts::treasury_month)
        .select((tax_receipts::treasury_month, diesel::dsl::count_star()))
        .load(connection)?;
    let held = |(month, count)| Some((Month::from_ordinal(month)?, usize::try_from(count).unwrap_or_default()));
    Ok(counts.into_iter().filter_map(held).collect())
}
