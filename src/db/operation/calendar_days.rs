//! Days of the work calendar that an administrator entered or imported. What the program ships is in `domain::workday`.

use crate::{
    db::{
        backend::DbConn,
        records::recorded::{Belongs, Changeable, WriteProof, recorded, written},
        schema::calendar_days,
        values::Timestamp,
    },
    domain::{ids::CalendarDayId, operation::workday::DayKind},
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_days)]
pub struct CalendarDay {
    /// Its id.
    pub id: CalendarDayId,
    /// The day; no other row has it.
    pub day: NaiveDate,
    /// Whether it is worked.
    pub kind: DayKind,
    /// What it is called; may be empty.
    pub name: String,
    /// The notice that says so.
    pub source: String,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

recorded! {
    CalendarDay as CalendarDay of ["calendar_days"], belongs to |_| Belongs::District, in feed: true, assessed: false {
        fields {
            id: Public, "编号", "id";
            day: Public, "日期", "day";
            kind: Public, "类型", "kind";
            name: Public, "节日", "name";
            source: Public, "来源", "source";
        }
        details {
            created_at: Public, "新建时间", "created at";
        }
        unrecorded { created_at, updated_at }
    }
}

written! { CalendarDay in calendar_days: created, deleted }

impl Changeable for CalendarDay {
    fn update(&self, connection: &mut DbConn, _: &WriteProof) -> QueryResult<usize> {
        diesel::update(calendar_days::table.filter(calendar_days::id.eq(self.id))).set(self).execute(connection)
    }

    fn raise(&mut self, now: Timestamp) {
        self.updated_at = now;
    }
}

/// Every day there is, in order.
pub fn all(connection: &mut DbConn) -> QueryResult<Vec<CalendarDay>> {
    calendar_days::table.order(calendar_days::day).select(CalendarDay::as_select()).load(connection)
}

/// The days between two, both included, in order.
pub fn between(connection: &mut DbConn, first: NaiveDate, last: NaiveDate) -> QueryResult<Vec<CalendarDay>> {
    calendar_days::table
        .filter(calendar_days::day.between(first, last))
        .order(calendar_days::day)
        .select(CalendarDay::as_select())
        .load(connection)
}
