//! Enterprises: the rows people and systems edit. What follows from facts is in `standings`.

use crate::{
    db::{
        backend::{DbConn, on_conn},
        locks::{self, Lock},
        records::recorded::{Batched, Changeable, Creatable, WriteProof, recorded},
        schema::{enterprises, signals},
        scope::within,
        values::Timestamp,
    },
    domain::{
        ids::{EnterpriseId, ImportId, OrganisationId, SignalId},
        people::actor::Scope,
        registry::{
            enterprise::{EnterpriseReference, EnterpriseStatus, Tier},
            presence::Presence,
            uscc::Uscc,
        },
    },
};
use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use std::collections::BTreeSet;

/// One enterprise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = enterprises, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Enterprise {
    /// Its id.
    pub id: EnterpriseId,
    /// Its credit code, unique.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// What the name is found by: `search_key::bigrams`.
    #[serde(skip)]
    pub name_bigrams: String,
    /// What the name is found by: `search_key::initials`.
    #[serde(skip)]
    pub name_initials: String,
    /// What the name is sorted by: `search_key::sort_key`.
    #[serde(skip)]
    pub name_key: String,
    /// Edition of GB/T 4754 the code is of.
    pub industry_edition: Option<String>,
    /// Industry code as given.
    pub industry_code: Option<String>,
    /// Its section, one letter.
    #[serde(skip)]
    pub industry_section: Option<String>,
    /// Its division, two digits.
    #[serde(skip)]
    pub industry_division: Option<String>,
    /// Where it is registered.
    pub registered_address: Option<String>,
    /// Where it works.
    pub operating_address: Option<String>,
    /// The competent tax authority.
    pub tax_authority: Option<String>,
    /// Its street office.
    pub street_id: Option<OrganisationId>,
    /// Its presence class.
    pub presence: Presence,
    /// Whether somebody stated the class; otherwise it follows from the addresses.
    pub presence_stated: bool,
    /// Its tier.
    pub tier: Tier,
    /// When it entered the district.
    pub entered_on: Option<NaiveDate>,
    /// Its status.
    pub status: EnterpriseStatus,
    /// Where its facts came from last.
    pub source: Option<String>,
    /// The day they were true.
    pub data_on: Option<NaiveDate>,
    /// The import they came with.
    pub import_id: Option<ImportId>,
    /// Rises with each edit; what `If-Match` compares.
    pub version: i64,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub updated_at: Timestamp,
}

recorded! {
    Enterprise as Enterprise of ["enterprises"], belongs to |row| row.id.into(), in feed: true, assessed: true {
        fields {
            id: Public, "编号", "id";
            uscc: Public, "统一社会信用代码", "credit code";
            name: Public, "名称", "name";
            industry_edition: Public, "行业分类版本", "industry edition";
            industry_code: Public, "行业代码", "industry code";
            registered_address: Public, "注册地址", "registered address";
            operating_address: Public, "经营地址", "operating address";
            tax_authority: Public, "主管税务机关", "tax authority";
            street_id: Public, "所属街道", "street office";
            presence: Public, "纳税经营情况", "tax and operating presence";
            presence_stated: Public, "纳税经营情况（人工指定）", "tax and operating presence (set by hand)";
            tier: Public, "企业类别", "tier";
            entered_on: Public, "入驻日期", "entry date";
            status: Public, "状态", "status";
            source: Public, "来源", "source";
            data_on: Public, "数据日期", "data as of";
            import_id: Public, "导入批次", "import";
        }
        details {
            enterprises: Public, "企业数", "enterprises";
            rows_digest: Public, "各行校验值", "digest of the rows";
        }
        unrecorded {
            name_bigrams, name_initials, name_key, industry_section, industry_division, version, created_at, updated_at,
        }
    }
}

impl Creatable for Enterprise {
    fn insert(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        Self::insert_many(std::slice::from_ref(self), connection, proof)
    }

    fn insert_many(rows: &[Self], connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        rows.chunks(ROWS_PER_INSERT).try_fold(0, |count, rows| {
            let added = on_conn!(connection, |c| diesel::insert_into(enterprises::table).values(rows).execute(c))?;
            Ok(count + added)
        })
    }
}

/// Twenty-five bound values a row, below what one statement may carry.
const ROWS_PER_INSERT: usize = 1000;

impl Batched for Enterprise {
    fn made_at(&self) -> Timestamp {
        self.created_at
    }
}

impl Changeable for Enterprise {
    fn update(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::update(enterprises::table.filter(enterprises::id.eq(self.id))).set(self).execute(connection)
    }

    fn update_many(rows: &[Self], connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        update_rows(connection, rows, proof)
    }

    fn raise(&mut self, now: Timestamp) {
        self.version += 1;
        self.updated_at = now;
    }
}

/// Far below what one statement may carry.
const LOCKED_AT_ONCE: usize = 5_000;

/// Enterprises with one of the ids, however many, locked until the transaction ends, in id order so that two use cases never wait
/// for each other. SQLite has one writer and needs no lock.
pub fn lock(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Enterprise>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(LOCKED_AT_ONCE) {
        rows.extend(lock_some(connection, ids)?);
    }
    Ok(rows)
}

fn lock_some(connection: &mut DbConn, ids: &[EnterpriseId]) -> QueryResult<Vec<Enterprise>> {
    let rows = enterprises::table.filter(enterprises::id.eq_any(ids.to_vec())).order(enterprises::id);
    let rows: Vec<Enterprise> = match connection {
        DbConn::Pg(pg) => rows.for_no_key_update().load(pg)?,
        DbConn::Sqlite(sqlite) => rows.load(sqlite)?,
    };
    locks::taken(Lock::Enterprises, rows.iter().map(|row| row.id.0));
    Ok(rows)
}

/// Ids in order, those after an id, at most so many: for work that goes through all enterprises piece by piece.
pub fn ids_after(connection: &mut DbConn, after: Option<EnterpriseId>, limit: usize) -> QueryResult<Vec<EnterpriseId>> {
    let query = enterprises::table.select(enterprises::id).into_boxed();
    let query = match after {
        None => query,
        Some(after) => query.filter(enterprises::id.gt(after)),
    };
    query.order(enterprises::id).limit(i64::try_from(limit).unwrap_or(i64::MAX)).load(connection)
}

/// How many enterprises there are.
pub fn count(connection: &mut DbConn) -> QueryResult<i64> {
    enterprises::table.count().get_result(connection)
}

/// How many enterprises there are, up to and with an id.
pub fn count_until(connection: &mut DbConn, last: Option<EnterpriseId>) -> QueryResult<i64> {
    match last {
        None => enterprises::table.count().get_result(connection),
        Some(last) => enterprises::table.filter(enterprises::id.le(last)).count().get_result(connection),
    }
}

/// The enterprise a reference names, if the scope sees it.
pub fn find(connection: &mut DbConn, scope: Scope, reference: &EnterpriseReference) -> QueryResult<Option<Enterprise>> {
    let query = enterprises::table.select(Enterprise::as_select()).into_boxed();
    let query = match reference {
        EnterpriseReference::Id(id) => query.filter(enterprises::id.eq(*id)),
        EnterpriseReference::Uscc(uscc) => query.filter(enterprises::uscc.eq(uscc.clone())),
    };
    query.filter(within(scope, enterprises::id)).get_result(connection).optional()
}

/// The enterprises that references name, as far as the scope sees them, in no order.
pub fn find_all(
    connection: &mut DbConn,
    scope: Scope,
    references: &[EnterpriseReference],
) -> QueryResult<Vec<(EnterpriseId, Uscc)>> {
    let (mut ids, mut codes) = (Vec::new(), Vec::new());
    for reference in references {
        match reference {
            EnterpriseReference::Id(id) => ids.push(*id),
            EnterpriseReference::Uscc(uscc) => codes.push(uscc.clone()),
        }
    }
    let named = enterprises::table
        .filter(enterprises::id.eq_any(ids).or(enterprises::uscc.eq_any(codes)))
        .select((enterprises::id, enterprises::uscc));
    named.filter(within(scope, enterprises::id)).load(connection)
}

/// Enterprises with one of the ids, as far as the scope sees them, in no order.
pub fn with_ids(connection: &mut DbConn, scope: Scope, ids: &[EnterpriseId]) -> QueryResult<Vec<Enterprise>> {
    let named = enterprises::table.filter(enterprises::id.eq_any(ids.to_vec())).select(Enterprise::as_select());
    named.filter(within(scope, enterprises::id)).load(connection)
}

/// What enterprises are called, as far as the scope sees them, in no order.
pub fn names(connection: &mut DbConn, scope: Scope, ids: &[EnterpriseId]) -> QueryResult<Vec<(EnterpriseId, String)>> {
    let named =
        enterprises::table.filter(enterprises::id.eq_any(ids.to_vec())).select((enterprises::id, enterprises::name));
    named.filter(within(scope, enterprises::id)).load(connection)
}

/// Those of these enterprises that somebody sees.
pub fn ids_within(connection: &mut DbConn, scope: Scope, ids: &[EnterpriseId]) -> QueryResult<BTreeSet<EnterpriseId>> {
    let seen: Vec<EnterpriseId> = enterprises::table
        .filter(enterprises::id.eq_any(ids.to_vec()))
        .filter(within(scope, enterprises::id))
        .select(enterprises::id)
        .load(connection)?;
    Ok(seen.into_iter().collect())
}

/// The id behind a credit code, whatever the scope.
pub fn id_of(connection: &mut DbConn, uscc: &Uscc) -> QueryResult<Option<EnterpriseId>> {
    enterprises::table.filter(enterprises::uscc.eq(uscc)).select(enterprises::id).get_result(connection).optional()
}

/// The ids behind credit codes, whatever the scope.
pub fn ids_of(connection: &mut DbConn, codes: &[Uscc]) -> QueryResult<Vec<EnterpriseId>> {
    enterprises::table.filter(enterprises::uscc.eq_any(codes.to_vec())).select(enterprises::id).load(connection)
}

/// Enterprises for whose codes signals wait unmatched, so many at most.
pub fn with_waiting_signals(connection: &mut DbConn, limit: usize) -> QueryResult<Vec<EnterpriseId>> {
    let waiting = signals::table.filter(signals::enterprise_id.is_null()).select(signals::uscc.assume_not_null());
    enterprises::table
        .filter(enterprises::uscc.eq_any(waiting))
        .select(enterprises::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .load(connection)
}

/// Gives signals that waited unmatched the enterprise of their code; returns which went where.
pub fn join_quarantined_signals(
    connection: &mut DbConn,
    rows: &[Enterprise],
    _: &WriteProof,
) -> QueryResult<Vec<(SignalId, EnterpriseId)>> {
    let codes: Vec<Uscc> = rows.iter().map(|row| row.uscc.clone()).collect();
    let waiting: Vec<(SignalId, Option<Uscc>)> = signals::table
        .filter(signals::enterprise_id.is_null())
        .filter(signals::uscc.eq_any(codes))
        .order(signals::id)
        .select((signals::id, signals::uscc))
        .load(connection)?;
    let mut joined = Vec::new();
    for (signal, code) in waiting {
        if let Some(row) = rows.iter().find(|row| Some(&row.uscc) == code.as_ref()) {
            diesel::update(signals::table.filter(signals::id.eq(signal)))
                .set(signals::enterprise_id.eq(row.id))
                .execute(connection)?;
            joined.push((signal, row.id));
        }
    }
    Ok(joined)
}

/// Twenty-five bound values per row, below what one statement may carry.
const ROWS_AT_ONCE: usize = 1_000;

/// Writes enterprises that exist, many in one statement.
fn update_rows(connection: &mut DbConn, rows: &[Enterprise], _: &WriteProof) -> QueryResult<usize> {
    let mut written = 0;
    for rows in rows.chunks(ROWS_AT_ONCE) {
        written += on_conn!(connection, |c| diesel::insert_into(enterprises::table)
            .values(rows)
            .on_conflict(enterprises::id)
            .do_update()
            .set((
                enterprises::name.eq(excluded(enterprises::name)),
                enterprises::name_bigrams.eq(excluded(enterprises::name_bigrams)),
                enterprises::name_initials.eq(excluded(enterprises::name_initials)),
                enterprises::name_key.eq(excluded(enterprises::name_key)),
                enterprises::industry_edition.eq(excluded(enterprises::industry_edition)),
                enterprises::industry_code.eq(excluded(enterprises::industry_code)),
                enterprises::industry_section.eq(excluded(enterprises::industry_section)),
                enterprises::industry_division.eq(excluded(enterprises::industry_division)),
                enterprises::registered_address.eq(excluded(enterprises::registered_address)),
                enterprises::operating_address.eq(excluded(enterprises::operating_address)),
                enterprises::tax_authority.eq(excluded(enterprises::tax_authority)),
                enterprises::street_id.eq(excluded(enterprises::street_id)),
                enterprises::presence.eq(excluded(enterprises::presence)),
                enterprises::presence_stated.eq(excluded(enterprises::presence_stated)),
                enterprises::tier.eq(excluded(enterprises::tier)),
                enterprises::entered_on.eq(excluded(enterprises::entered_on)),
                enterprises::source.eq(excluded(enterprises::source)),
                enterprises::data_on.eq(excluded(enterprises::data_on)),
                enterprises::import_id.eq(excluded(enterprises::import_id)),
                enterprises::version.eq(excluded(enterprises::version)),
                enterprises::updated_at.eq(excluded(enterprises::updated_at)),
            ))
            .execute(c))?;
    }
    Ok(written)
}
