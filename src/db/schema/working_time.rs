//! The tables of working time: the calendar.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    calendar_days (id) {
        id -> UuidSql,
        day -> Date,
        kind -> Text,
        name -> Text,
        source -> Text,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}
