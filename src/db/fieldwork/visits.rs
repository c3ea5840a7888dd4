//! Visits, who made them, and the lists of them.

use crate::{
    db::{
        backend::{Counted, DbConn, MultiBackend, by_key, of_any, on_conn},
        keyset::{Order, Part},
        records::recorded::{Changeable, Creatable, WriteProof, recorded, recorded_with},
        schema::{visit_visitors, visits},
        scope::{all_within, first_within, is_named, within},
        values::{JsonList, Timestamp},
    },
    domain::{
        fieldwork::visit::{Channel, LeavingReason, RelocationIntent},
        ids::{EnterpriseId, OrganisationId, UserId, VisitId},
        people::actor::Scope,
        registry::enterprise::EnterpriseReference,
        watch::risk::EvidenceKey,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};
use std::collections::HashMap;

/// One visit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = visits, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Who was visited.
    pub enterprise_id: EnterpriseId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// The channel of the visit.
    pub channel: Channel,
    /// The contact met.
    pub met_with: Option<String>,
    /// Visit notes.
    pub summary: String,
    /// What the enterprise said about moving; `None` when it was not asked.
    pub relocation_intent: Option<RelocationIntent>,
    /// Its reasons for moving.
    pub reasons: JsonList<LeavingReason>,
    /// What it asked for.
    pub requests: JsonList<String>,
    /// Where it would go: a division code.
    pub destination_division: Option<String>,
    /// The number of employees.
    pub employees: Option<i32>,
    /// The day promised for the next visit.
    pub next_visit_on: Option<NaiveDate>,
    /// Who recorded it: `user:ID` or `system`.
    pub actor: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was a mistake.
    pub withdrawal_reason: Option<String>,
    /// Increases with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Visit {
    /// A visit of a day before its fields are filled in, recorded by somebody at an instant.
    pub fn blank(enterprise_id: EnterpriseId, visited_on: NaiveDate, actor: String, now: DateTime<Utc>) -> Self {
        Self {
            id: VisitId::new(),
            enterprise_id,
            visited_on,
            channel: Channel::OnSite,
            met_with: None,
            summary: String::new(),
            relocation_intent: None,
            reasons: JsonList(Vec::new()),
            requests: JsonList(Vec::new()),
            destination_division: None,
            employees: None,
            next_visit_on: None,
            actor,
            withdrawn_at: None,
            withdrawal_reason: None,
            version: 1,
            created_at: now.into(),
            updated_at: now.into(),
        }
    }
}

recorded! {
    Visit as Visit of ["visits", "visit_visitors"], belongs to |row| row.enterprise_id.into(), in feed: true, assessed: true {
        fields {
            id: Public, "编号", "id";
            enterprise_id: Public, "企业", "enterprise";
            visited_on: Public, "走访日期", "visited on";
            channel: Public, "方式", "channel";
            met_with: Personal, "接待人", "contact met";
            summary: Text, "走访情况", "visit notes";
            relocation_intent: Public, "外迁意向", "intent to move";
            reasons: Public, "外迁原因", "reasons for moving";
            requests: Personal, "诉求", "requests";
            destination_division: Public, "去向", "destination";
            employees: Public, "员工人数", "employees";
            next_visit_on: Public, "下次走访", "next visit";
            actor: Public, "操作人", "actor";
            withdrawn_at: Public, "撤回时间", "withdrawn at";
            withdrawal_reason: Text, "撤回原因", "reason for the withdrawal";
        }
        details {
            visitor_ids: Public, "走访人", "visitors";
            cautions: Public, "措辞提示", "hints on the wording";
            due_at: Public, "办理时限", "deadline";
            late: Public, "补记", "noted late";
        }
        unrecorded { version, created_at, updated_at }
    }
}

/// A visit with those who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullVisit {
    /// The visit.
    pub row: Visit,
    /// Who made it, in the order of ids.
    pub visitor_ids: Vec<UserId>,
}

impl FullVisit {
    fn insert_visitors(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        if self.visitor_ids.is_empty() {
            return Ok(0);
        }
        let visit_id = self.row.id;
        let rows: Vec<Visitor> = self.visitor_ids.iter().map(|&user_id| Visitor { visit_id, user_id }).collect();
        on_conn!(connection, |c| diesel::insert_into(visit_visitors::table).values(&rows).execute(c))
    }
}

recorded_with!(FullVisit { row: Visit, visitor_ids });

impl Creatable for FullVisit {
    fn insert(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        diesel::insert_into(visits::table).values(&self.row).execute(connection)?;
        self.insert_visitors(connection, proof)
    }
}

impl Changeable for FullVisit {
    fn update(&self, connection: &mut DbConn, proof: &WriteProof) -> QueryResult<usize> {
        let id = self.row.id;
        diesel::delete(visit_visitors::table.filter(visit_visitors::visit_id.eq(id))).execute(connection)?;
        self.insert_visitors(connection, proof)?;
        diesel::update(visits::table.filter(visits::id.eq(id))).set(&self.row).execute(connection)
    }

    fn raise(&mut self, now: Timestamp) {
        self.row.version += 1;
        self.row.updated_at = now;
    }
}

impl Visit {
    /// By which it is recognised as evidence; `None` when the enterprise said nothing of a move.
    pub fn evidence_key(&self) -> Option<EvidenceKey> {
        let told = self.relocation_intent.filter(|intent| *intent > RelocationIntent::None);
        told.map(|intent| EvidenceKey::Visit { id: self.id, intent, day: self.visited_on })
    }
}

/// One visitor of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Insertable)]
#[diesel(table_name = visit_visitors)]
pub struct Visitor {
    /// The visit.
    pub visit_id: VisitId,
    /// The visitors.
    pub user_id: UserId,
}

/// Which visits a list shows.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitFilter {
    /// Visits to one enterprise: id, or `uscc:CODE`.
    #[param(value_type = Option<String>)]
    pub enterprise_id: Option<EnterpriseReference>,
    /// Visits of this visitor.
    pub visitor_id: Option<UserId>,
    /// Visits with this intent to move.
    pub relocation_intent: Option<RelocationIntent>,
    /// Visits since a day.
    pub from: Option<NaiveDate>,
    /// Visits until a day.
    pub to: Option<NaiveDate>,
    /// Visits withdrawn, or not.
    pub withdrawn: Option<bool>,
    /// Visits to the enterprises of one street office.
    pub street_id: Option<OrganisationId>,
    /// Visits in which the enterprise named this reason for leaving.
    pub reason: Option<LeavingReason>,
    /// Visits in which the enterprise named a place in this province: two digits of GB/T 2260.
    #[param(example = "33")]
    pub destination_province: Option<String>,
}

impl VisitFilter {
    /// All visits to an enterprise.
    pub fn of(enterprise: impl Into<EnterpriseReference>) -> Self {
        Self { enterprise_id: Some(enterprise.into()), ..Self::default() }
    }

    /// The query without what the filter leaves out.
    fn narrow<'q>(&self, mut query: visits::BoxedQuery<'q, MultiBackend>) -> visits::BoxedQuery<'q, MultiBackend> {
        if let Some(enterprise) = &self.enterprise_id {
            query = query.filter(is_named(enterprise, visits::enterprise_id));
        }
        if let Some(visitor) = self.visitor_id {
            let theirs = visit_visitors::table.filter(visit_visitors::user_id.eq(visitor));
            query = query.filter(visits::id.eq_any(theirs.select(visit_visitors::visit_id)));
        }
        if let Some(intent) = self.relocation_intent {
            query = query.filter(visits::relocation_intent.eq(intent));
        }
        if let Some(from) = self.from {
            query = query.filter(visits::visited_on.ge(from));
        }
        if let Some(to) = self.to {
            query = query.filter(visits::visited_on.le(to));
        }
        if let Some(street) = self.street_id {
            query = query.filter(all_within(Scope::Street(street), visits::enterprise_id));
        }
        if let Some(reason) = self.reason {
            let named = format!("%\"{}\"%", reason.as_str());
            query = query.filter(sql::<Bool>("visits.reasons LIKE ").bind::<Text, _>(named));
        }
        if let Some(province) = &self.destination_province {
            let there = sql::<Bool>("substr(visits.destination_division, 1, 2) = ");
            query = query.filter(there.bind::<Text, _>(province.clone()));
        }
        match self.withdrawn {
            Some(true) => query.filter(visits::withdrawn_at.is_not_null()),
            Some(false) => query.filter(visits::withdrawn_at.is_null()),
            None => query,
        }
    }
}

/// The visits of a list, latest first.
pub fn list(
    connection: &mut DbConn,
    scope: Scope,
    filter: &VisitFilter,
    part: &Part<(NaiveDate, VisitId)>,
) -> QueryResult<Vec<Visit>> {
    // Several visits have the same day, so the id decides among them.
    const LATEST_FIRST: Order = Order::descending("visits.id").by("visits.visited_on");
    let seen = first_within(connection, scope, visits::enterprise_id)?;
    let query = filter.narrow(visits::table.filter(seen).into_boxed());
    let query = query.filter(part.beyond(LATEST_FIRST)).order(part.order(LATEST_FIRST)).limit(part.limit);
    query.select(Visit::as_select()).load(connection)
}

/// How many visits a list has, counted up to `most`.
pub fn count(connection: &mut DbConn, scope: Scope, filter: &VisitFilter, most: i64) -> QueryResult<i64> {
    let seen = all_within(scope, visits::enterprise_id);
    let query = filter.narrow(visits::table.filter(seen).into_boxed());
    Counted(query.select(visits::id).limit(most)).get_result(connection)
}

/// The visit with the id, if the scope sees its enterprise.
pub fn find(connection: &mut DbConn, scope: Scope, id: VisitId) -> QueryResult<Option<Visit>> {
    let query = visits::table.filter(within(scope, visits::enterprise_id)).filter(visits::id.eq(id));
    query.select(Visit::as_select()).get_result(connection).optional()
}

/// Who made each of the visits.
pub fn visitors(connection: &mut DbConn, ids: &[VisitId]) -> QueryResult<HashMap<VisitId, Vec<UserId>>> {
    let pair = (visit_visitors::visit_id, visit_visitors::user_id);
    let rows = of_any(ids, |ids| {
        visit_visitors::table.filter(visit_visitors::visit_id.eq_any(ids)).order(pair).select(pair).load(connection)
    });
    rows.map(by_key)
}

/// The visits with those who made them, in the order they are given.
pub fn with_visitors(connection: &mut DbConn, rows: Vec<Visit>) -> QueryResult<Vec<FullVisit>> {
    let ids: Vec<VisitId> = rows.iter().map(|row| row.id).collect();
    let mut visitors = visitors(connection, &ids)?;
    let full = |row: Visit| FullVisit { visitor_ids: visitors.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(full).collect())
}
