//! Absences of people, and who stands in for them.

use crate::{
    db::{
        backend::DbConn,
        records::recorded::{Belongs, recorded, written},
        schema::absences,
        values::Timestamp,
    },
    domain::ids::{AbsenceId, UserId},
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// One absence.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = absences)]
pub struct Absence {
    /// Its id.
    pub id: AbsenceId,
    /// Who is absent.
    pub user_id: UserId,
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
    /// Who stands in.
    pub deputy_id: UserId,
    /// Increases with each change.
    pub version: i64,
    /// When it was stated.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    Absence as Absence of ["absences"], belongs to |_| Belongs::District, in feed: false, assessed: false {
        fields {
            id: Public, "编号", "id";
            user_id: Public, "离岗人", "who is absent";
            from_on: Public, "开始日期", "from";
            until_on: Public, "结束日期", "until";
            deputy_id: Public, "代理人", "deputy";
        }
        details {
            created_at: Public, "新建时间", "created at";
        }
        unrecorded { version, created_at, updated_at }
    }
}

written! { Absence in absences: created, changed, deleted }

/// Somebody's absences, latest first.
pub fn of(connection: &mut DbConn, user: UserId) -> QueryResult<Vec<Absence>> {
    absences::table
        .filter(absences::user_id.eq(user))
        .order((absences::from_on.desc(), absences::id))
        .select(Absence::as_select())
        .load(connection)
}

/// One of somebody's absences.
pub fn find(connection: &mut DbConn, user: UserId, id: AbsenceId) -> QueryResult<Option<Absence>> {
    absences::table
        .filter(absences::id.eq(id))
        .filter(absences::user_id.eq(user))
        .select(Absence::as_select())
        .get_result(connection)
        .optional()
}

/// Who of the district is absent on a day, each with the deputy.
pub fn on(connection: &mut DbConn, day: NaiveDate) -> QueryResult<Vec<(UserId, UserId)>> {
    absences::table
        .filter(absences::from_on.le(day))
        .filter(absences::until_on.ge(day))
        .order(absences::user_id)
        .select((absences::user_id, absences::deputy_id))
        .load(connection)
}
