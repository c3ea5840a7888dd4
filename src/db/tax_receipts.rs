//! Tax receipts as files and systems sent them, and their monthly sums. A receipt that a newer file replaces is kept as
//! superseded.

use super::{
    backend::{DbConn, on_conn},
    schema::{monthly_taxes, tax_receipts},
    values::Timestamp,
};
use crate::domain::{
    fen::Fen,
    ids::{EnterpriseId, ImportId, ReceiptId},
    month::Month,
    tax_type::TaxType,
};
use diesel::prelude::*;

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

/// Supersedes all holding receipts of a source in these months; returns how many.
pub fn supersede_source(connection: &mut DbConn, source: &str, months: &[Month], now: Timestamp) -> QueryResult<usize> {
    let old = tax_receipts::table
        .filter(tax_receipts::source.eq(source))
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .filter(tax_receipts::superseded_at.is_null());
    diesel::update(old).set(tax_receipts::superseded_at.eq(Some(now))).execute(connection)
}

/// Supersedes single receipts.
pub fn supersede(connection: &mut DbConn, ids: &[ReceiptId], now: Timestamp) -> QueryResult<usize> {
    diesel::update(tax_receipts::table.filter(tax_receipts::id.eq_any(ids.to_vec())))
        .set(tax_receipts::superseded_at.eq(Some(now)))
        .execute(connection)
}

/// Adds receipts; fifteen bound values per row, so at most some 2,000 rows at once.
pub fn insert(connection: &mut DbConn, rows: &[TaxReceipt]) -> QueryResult<usize> {
    on_conn!(connection, |c| diesel::insert_into(tax_receipts::table).values(rows).execute(c))
}

/// Recomputes the sums of these enterprises and months from the receipts that hold.
pub fn sum_up(connection: &mut DbConn, enterprises: &[EnterpriseId], months: &[Month]) -> QueryResult<usize> {
    let old = monthly_taxes::table
        .filter(monthly_taxes::month.eq_any(ordinals(months)))
        .filter(monthly_taxes::enterprise_id.eq_any(enterprises.to_vec()));
    diesel::delete(old).execute(connection)?;
    let sums = tax_receipts::table
        .filter(tax_receipts::superseded_at.is_null())
        .filter(tax_receipts::treasury_month.eq_any(ordinals(months)))
        .filter(tax_receipts::enterprise_id.eq_any(enterprises.to_vec()))
        .group_by((tax_receipts::enterprise_id, tax_receipts::treasury_month))
        .select((
            tax_receipts::enterprise_id,
            tax_receipts::treasury_month,
            big_int("CAST(SUM(amount_fen) AS BIGINT)"),
            big_int("CAST(SUM(CASE WHEN one_off THEN 0 ELSE amount_fen END) AS BIGINT)"),
            diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(
                "CAST(SUM(district_fen) AS BIGINT)",
            ),
        ));
    diesel::insert_into(monthly_taxes::table)
        .values(sums)
        .into_columns((
            monthly_taxes::enterprise_id,
            monthly_taxes::month,
            monthly_taxes::amount_fen,
            monthly_taxes::recurring_fen,
            monthly_taxes::district_fen,
        ))
        .execute(connection)
}

fn big_int(text: &str) -> diesel::expression::SqlLiteral<diesel::sql_types::BigInt> {
    diesel::dsl::sql(text)
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
