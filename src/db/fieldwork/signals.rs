//! Signals: what was reported about an enterprise, or about one that is not in the registry yet (unmatched).

use crate::{
    db::{
        backend::{Both, Counted, DbConn, MultiBackend, on_conn},
        keyset::{Order, Part},
        records::recorded::{WriteProof, recorded, written},
        schema::signals,
        scope::{InScope, all_within, first_within, is_named, within},
        values::Timestamp,
    },
    domain::{
        fieldwork::signal::SignalKind,
        ids::{EnterpriseId, SignalId},
        people::actor::Scope,
        registry::{enterprise::EnterpriseReference, uscc::Uscc},
    },
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// One signal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = signals, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Signal {
    /// Its id.
    pub id: SignalId,
    /// The enterprise it is about; `None` while it is unmatched.
    pub enterprise_id: Option<EnterpriseId>,
    /// The credit code the report named, by which an unmatched signal finds its enterprise later.
    pub uscc: Option<Uscc>,
    /// What was seen or filed.
    pub kind: SignalKind,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// Who or what it was learned from.
    pub source: String,
    /// What the source calls it: with the source, the same signal is recognised.
    pub reference: Option<String>,
    /// What else is known.
    pub detail: Option<String>,
    /// Who reported it: `user:ID`, `token:ID` or `system`.
    pub actor: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was a mistake.
    pub withdrawal_reason: Option<String>,
    /// Increases with each change.
    pub version: i64,
    /// When it was reported.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    Signal as Signal of ["signals"], belongs to |row| row.enterprise_id.into(), in feed: true, assessed: true {
        fields {
            id: Public, "编号", "id";
            enterprise_id: Public, "企业", "enterprise";
            uscc: Public, "统一社会信用代码", "credit code";
            kind: Public, "类型", "kind";
            occurred_on: Public, "发生日期", "occurred on";
            source: Public, "来源", "source";
            reference: Public, "文号", "reference";
            detail: Text, "说明", "detail";
            actor: Public, "操作人", "actor";
            withdrawn_at: Public, "撤回时间", "withdrawn at";
            withdrawal_reason: Text, "撤回原因", "reason for the withdrawal";
        }
        details {}
        unrecorded { version, created_at, updated_at }
    }
}

written! { Signal in signals: changed }

/// Which signals an actor sees: those about enterprises of a scope, and all unmatched ones or none of them.
#[derive(Debug, Clone, Copy)]
pub struct SignalScope {
    /// The enterprises.
    pub scope: Scope,
    /// Whether unmatched signals are seen.
    pub unmatched: bool,
}

type Query<'q> = signals::BoxedQuery<'q, MultiBackend>;

impl SignalScope {
    /// The signals that are seen, of which `enterprises` tells those about an enterprise.
    fn seen<'q>(self, enterprises: InScope<signals::enterprise_id>) -> Query<'q> {
        if self.unmatched {
            signals::table.filter(enterprises.or(signals::enterprise_id.is_null())).into_boxed()
        } else {
            signals::table.filter(enterprises.and(signals::enterprise_id.is_not_null())).into_boxed()
        }
    }
}

/// Which signals a list shows.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignalFilter {
    /// Signals about one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Signals of one kind.
    pub kind: Option<SignalKind>,
    /// Unmatched signals, or signals about enterprises.
    pub quarantined: Option<bool>,
    /// Signals since a day.
    pub from: Option<NaiveDate>,
    /// Signals until a day.
    pub to: Option<NaiveDate>,
    /// Signals withdrawn, or not.
    pub withdrawn: Option<bool>,
}

impl SignalFilter {
    /// All signals about an enterprise.
    pub fn of(enterprise: impl Into<EnterpriseReference>) -> Self {
        Self { enterprise_id: Some(enterprise.into()), ..Self::default() }
    }

    /// The query without what the filter leaves out.
    fn narrow<'q>(&self, mut query: Query<'q>) -> Query<'q> {
        if let Some(enterprise) = &self.enterprise_id {
            query = query.filter(is_named(enterprise, signals::enterprise_id));
        }
        if let Some(kind) = self.kind {
            query = query.filter(signals::kind.eq(kind));
        }
        if let Some(from) = self.from {
            query = query.filter(signals::occurred_on.ge(from));
        }
        if let Some(to) = self.to {
            query = query.filter(signals::occurred_on.le(to));
        }
        query = match self.quarantined {
            Some(true) => query.filter(signals::enterprise_id.is_null()),
            Some(false) => query.filter(signals::enterprise_id.is_not_null()),
            None => query,
        };
        match self.withdrawn {
            Some(true) => query.filter(signals::withdrawn_at.is_not_null()),
            Some(false) => query.filter(signals::withdrawn_at.is_null()),
            None => query,
        }
    }
}

/// The signals of a list, latest first.
pub fn list(
    connection: &mut DbConn,
    visible: SignalScope,
    filter: &SignalFilter,
    part: &Part<(NaiveDate, SignalId)>,
) -> QueryResult<Vec<Signal>> {
    const LATEST_FIRST: Order = Order::descending("signals.id").by("signals.occurred_on");
    let seen = first_within(connection, visible.scope, signals::enterprise_id)?;
    let query = filter.narrow(visible.seen(seen));
    let query = query.filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST)).limit(part.limit);
    query.select(Signal::as_select()).load(connection)
}

/// How many signals a list has, counted up to `most`.
pub fn count(connection: &mut DbConn, visible: SignalScope, filter: &SignalFilter, most: i64) -> QueryResult<i64> {
    let seen = all_within(visible.scope, signals::enterprise_id);
    let query = filter.narrow(visible.seen(seen));
    Counted(query.select(signals::id).limit(most)).get_result(connection)
}

/// How many signals wait for an enterprise with their code.
pub fn count_unmatched(connection: &mut DbConn) -> QueryResult<i64> {
    signals::table
        .filter(signals::enterprise_id.is_null())
        .filter(signals::withdrawn_at.is_null())
        .count()
        .get_result(connection)
}

/// The signal with the id, if it is seen.
pub fn find(connection: &mut DbConn, visible: SignalScope, id: SignalId) -> QueryResult<Option<Signal>> {
    let query = visible.seen(within(visible.scope, signals::enterprise_id));
    query.filter(signals::id.eq(id)).select(Signal::as_select()).get_result(connection).optional()
}

/// The signal a source calls so.
pub fn with_reference(connection: &mut DbConn, source: &str, reference: &str) -> QueryResult<Option<Signal>> {
    signals::table
        .filter(signals::source.eq(source))
        .filter(signals::reference.eq(reference))
        .select(Signal::as_select())
        .get_result(connection)
        .optional()
}

/// Signals with one of the references, of whatever source.
pub fn with_references(connection: &mut DbConn, references: &[&str]) -> QueryResult<Vec<Signal>> {
    let references: Vec<String> = references.iter().map(|&reference| reference.to_owned()).collect();
    signals::table.filter(signals::reference.eq_any(references)).select(Signal::as_select()).load(connection)
}

/// Adds a signal, unless its source has reported it already.
pub fn insert_once(connection: &mut DbConn, signal: &Signal, _: &WriteProof) -> QueryResult<bool> {
    let added = Both(diesel::insert_into(signals::table).values(signal).on_conflict_do_nothing());
    Ok(added.execute(connection)? == 1)
}

/// Adds signals, fourteen bound values per row, and returns the ids of those whose sources had not reported them
/// already.
pub fn insert_new(connection: &mut DbConn, rows: &[Signal], _: &WriteProof) -> QueryResult<Vec<SignalId>> {
    on_conn!(connection, |c| diesel::insert_into(signals::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(signals::id)
        .get_results(c))
}
