//! Tax receipts as files and systems sent them, and their monthly sums. A receipt that a newer file replaces is kept as
//! superseded. They are recorded by batches: one change with a digest over its rows.

use crate::{
    db::{
        backend::{DbConn, TimestampSql, on_conn},
        records::{
            declarations::declaration,
            recorded::{Batched, Belongs, Creatable, Declaration, Recorded, WriteProof},
        },
        schema::{monthly_taxes, tax_receipts},
        values::Timestamp,
    },
    domain::{
        fen::Fen,
        ids::{EnterpriseId, ImportId, ReceiptId},
        month::Month,
        records::change::Noun,
        registry::tax_type::TaxType,
    },
};
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tax_receipts, treat_none_as_default_value = false)]
pub struct TaxReceipt {
    /// Its id.
    pub id: ReceiptId,
    /// The file or system it is from.
    pub source: String,
    /// The taxpayer.
    pub enterprise_id: EnterpriseId,
    /// The tax.
    pub tax_type: TaxType,
    /// Treasury month, by `Month::ordinal`.
    pub treasury_month: i32,
    /// Tax period as the source says it, or empty.
    pub period: String,
    /// Budget level as the source says it, or empty.
    pub budget_level: String,
    /// Tells receipts apart that are otherwise alike.
    pub ordinal: i32,
    /// What was paid, all levels; negative for a refund.
    pub amount_fen: Fen,
    /// A one-off tax, or arrears.
    pub one_off: bool,
    /// The district's part, if the source carries it.
    pub district_fen: Option<Fen>,
    /// The import it came with.
    pub import_id: Option<ImportId>,
    /// Who wrote it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When another took its place.
    pub superseded_at: Option<Timestamp>,
}

impl Recorded for TaxReceipt {
    const DECLARATION: &'static Declaration = declaration(Noun::Receipt);

    fn noun_id(&self) -> Uuid {
        self.id.0
    }

    fn belongs_to(&self) -> Belongs {
        self.enterprise_id.into()
    }

    /// What the digest of a batch is over. Whether another receipt took its place is recorded by the batch that did.
    fn columns(&self) -> serde_json::Result<Vec<(&'static str, Value)>> {
        // Every column is named: a new one does not compile until it is in the digest or left out here.
        let Self {
            id: _,
            source,
            enterprise_id,
            tax_type,
            treasury_month,
            period,
            budget_level,
            ordinal,
            amount_fen,
            one_off,
            district_fen,
            import_id,
            actor,
            created_at: _,
            superseded_at: _,
        } = self;
        Ok(vec![
            ("source", json!(source)),
            ("enterprise_id", json!(enterprise_id)),
            ("tax_type", json!(tax_type.as_str())),
            ("treasury_month", json!(treasury_month)),
            ("period", json!(period)),
            ("budget_level", json!(budget_level)),
            ("ordinal", json!(ordinal)),
            ("amount_fen", json!(amount_fen)),
            ("one_off", json!(one_off)),
            ("district_fen", json!(district_fen)),
            ("import_id", json!(import_id)),
            ("actor", json!(actor)),
        ])
    }
}

impl Creatable for TaxReceipt {
    fn insert(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        Self::insert_many(std::slice::from_ref(self), connection, proof)
    }

    fn insert_many(rows: &[Self], connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        rows.chunks(ROWS_PER_INSERT).try_fold(0, |count, rows| {
            let added = on_conn!(connection, |c| diesel::insert_into(tax_receipts::table).values(rows).execute(c))?;
            Ok(count + added)
        })
    }
}

impl Batched for TaxReceipt {
    fn made_at(&self) -> Timestamp {
        self.created_at
    }
}

/// Fifteen bound values a row, below what one statement may carry.
const ROWS_PER_INSERT: usize = 2000;

/// What an enterprise paid in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = monthly_taxes)]
pub struct MonthlyTax {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The month, by `Month::ordinal`.
    pub month: i32,
    /// All-level tax.
    pub amount_fen: Fen,
    /// The same without one-off taxes and arrears.
    pub recurring_fen: Fen,
    /// The district's part, as far as sources carry it.
    pub district_fen: Option<Fen>,
}

/// Receipts of these enterprises and months that hold, whatever their source.
pub fn holding(
    connection: &mut DbConn,
    enterprises: &[EnterpriseId],
    months: &[Month],
) -> QueryResult<Vec<TaxReceipt>> {
    tax_receipts::table
        .filter(tax_receipts::superseded_at.is_null())
        .filter(tax_receipts::enterprise_id.eq_any(enterprises.to_vec()))
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .order((tax_receipts::treasury_month, tax_receipts::id))
        .select(TaxReceipt::as_select())
        .load(connection)
}

/// The receipts of an enterprise that hold, from one month to another.
pub fn of_enterprise(
    connection: &mut DbConn,
    enterprise: EnterpriseId,
    (from, to): (Month, Month),
) -> QueryResult<Vec<TaxReceipt>> {
    tax_receipts::table
        .filter(tax_receipts::superseded_at.is_null())
        .filter(tax_receipts::enterprise_id.eq(enterprise))
        .filter(tax_receipts::treasury_month.between(from.ordinal(), to.ordinal()))
        .order((tax_receipts::treasury_month, tax_receipts::id))
        .select(TaxReceipt::as_select())
        .load(connection)
}

/// The monthly sums of an enterprise, from one month to another.
pub fn months_of(
    connection: &mut DbConn,
    enterprise: EnterpriseId,
    (from, to): (Month, Month),
) -> QueryResult<Vec<MonthlyTax>> {
    monthly_taxes::table
        .filter(monthly_taxes::enterprise_id.eq(enterprise))
        .filter(monthly_taxes::month.between(from.ordinal(), to.ordinal()))
        .order(monthly_taxes::month)
        .select(MonthlyTax::as_select())
        .load(connection)
}

/// The enterprises that have holding receipts of a source in these months.
pub fn payers_of_source(connection: &mut DbConn, source: &str, months: &[Month]) -> QueryResult<Vec<EnterpriseId>> {
    tax_receipts::table
        .filter(tax_receipts::source.eq(source))
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .filter(tax_receipts::superseded_at.is_null())
        .select(tax_receipts::enterprise_id)
        .distinct()
        .load(connection)
}

/// The enterprises that paid anything, from one month to another.
pub fn payers_between(connection: &mut DbConn, from: Month, to: Month) -> QueryResult<Vec<EnterpriseId>> {
    monthly_taxes::table
        .filter(monthly_taxes::month.between(from.ordinal(), to.ordinal()))
        .select(monthly_taxes::enterprise_id)
        .distinct()
        .load(connection)
}

/// The holding receipts of a source in these months.
pub fn holding_of_source(connection: &mut DbConn, source: &str, months: &[Month]) -> QueryResult<Vec<ReceiptId>> {
    tax_receipts::table
        .filter(tax_receipts::source.eq(source))
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .filter(tax_receipts::superseded_at.is_null())
        .select(tax_receipts::id)
        .load(connection)
}

/// Supersedes receipts.
pub fn supersede(connection: &mut DbConn, ids: &[ReceiptId], now: Timestamp, _: &WriteProof) -> QueryResult<usize> {
    ids.chunks(IDS_PER_STATEMENT).try_fold(0, |count, ids| {
        let old = tax_receipts::table.filter(tax_receipts::id.eq_any(ids.to_vec()));
        Ok(count + diesel::update(old).set(tax_receipts::superseded_at.eq(Some(now))).execute(connection)?)
    })
}

/// One bound value an id on SQLite, below what one statement may carry.
const IDS_PER_STATEMENT: usize = 10_000;

/// All receipts, superseded ones included, after an id, in the order of ids.
pub fn after(connection: &mut DbConn, after: Option<ReceiptId>, limit: i64) -> QueryResult<Vec<TaxReceipt>> {
    let query = tax_receipts::table.select(TaxReceipt::as_select()).into_boxed();
    let query = match after {
        None => query,
        Some(after) => query.filter(tax_receipts::id.gt(after)),
    };
    query.order(tax_receipts::id).limit(limit).load(connection)
}

/// How many receipts there are, superseded ones included.
pub fn count(connection: &mut DbConn) -> QueryResult<i64> {
    tax_receipts::table.count().get_result(connection)
}

/// Of the receipts of one enterprise and month: what a row of the monthly sums says.
type Sums = (
    tax_receipts::enterprise_id,
    tax_receipts::treasury_month,
    SqlLiteral<BigInt>,
    SqlLiteral<BigInt>,
    SqlLiteral<Nullable<BigInt>>,
);

fn sums() -> Sums {
    (
        tax_receipts::enterprise_id,
        tax_receipts::treasury_month,
        sql("CAST(SUM(amount_fen) AS BIGINT)"),
        sql("CAST(SUM(CASE WHEN one_off THEN 0 ELSE amount_fen END) AS BIGINT)"),
        sql("CAST(SUM(district_fen) AS BIGINT)"),
    )
}

/// What receipts are summed by.
const BY_MONTH: (tax_receipts::enterprise_id, tax_receipts::treasury_month) =
    (tax_receipts::enterprise_id, tax_receipts::treasury_month);

/// The monthly sums of these enterprises as they follow from the receipts that hold.
pub fn sums_from_receipts(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<Vec<MonthlyTax>> {
    let holding = tax_receipts::table
        .filter(tax_receipts::superseded_at.is_null())
        .filter(tax_receipts::enterprise_id.eq_any(enterprises.to_vec()));
    holding.group_by(BY_MONTH).select(sums()).load(connection)
}

/// The monthly sums of these enterprises as they are stored.
pub fn sums_of(connection: &mut DbConn, enterprises: &[EnterpriseId]) -> QueryResult<Vec<MonthlyTax>> {
    monthly_taxes::table
        .filter(monthly_taxes::enterprise_id.eq_any(enterprises.to_vec()))
        .select(MonthlyTax::as_select())
        .load(connection)
}

/// When the first receipt of each treasury month came.
pub fn first_of_months(connection: &mut DbConn) -> QueryResult<Vec<(i32, Timestamp)>> {
    let first = diesel::dsl::sql::<TimestampSql>("MIN(created_at)");
    tax_receipts::table
        .group_by(tax_receipts::treasury_month)
        .select((tax_receipts::treasury_month, first))
        .load(connection)
}

/// Recomputes the sums of these enterprises and months from the receipts that hold.
pub fn sum_up(
    connection: &mut DbConn,
    enterprises: &[EnterpriseId],
    months: &[Month],
    _: &WriteProof,
) -> QueryResult<usize> {
    let old = monthly_taxes::table
        .filter(monthly_taxes::month.eq_any(ordinals(months)))
        .filter(monthly_taxes::enterprise_id.eq_any(enterprises.to_vec()));
    diesel::delete(old).execute(connection)?;
    let holding = tax_receipts::table
        .filter(tax_receipts::superseded_at.is_null())
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .filter(tax_receipts::enterprise_id.eq_any(enterprises.to_vec()));
    diesel::insert_into(monthly_taxes::table)
        .values(holding.group_by(BY_MONTH).select(sums()))
        .into_columns((
            monthly_taxes::enterprise_id,
            monthly_taxes::month,
            monthly_taxes::amount_fen,
            monthly_taxes::recurring_fen,
            monthly_taxes::district_fen,
        ))
        .execute(connection)
}

/// Whether a monthly sum of these enterprises and months lies beyond a bound either way.
pub fn sum_lies_beyond(
    connection: &mut DbConn,
    enterprises: &[EnterpriseId],
    months: &[Month],
    bound: Fen,
) -> QueryResult<bool> {
    let beyond = monthly_taxes::table
        .filter(monthly_taxes::month.eq_any(ordinals(months)))
        .filter(monthly_taxes::enterprise_id.eq_any(enterprises.to_vec()))
        .filter(monthly_taxes::amount_fen.gt(bound).or(monthly_taxes::amount_fen.lt(Fen(-bound.0))));
    diesel::select(diesel::dsl::exists(beyond)).get_result(connection)
}

fn ordinals(months: &[Month]) -> Vec<i32> {
    months.iter().map(|month| month.ordinal()).collect()
}
