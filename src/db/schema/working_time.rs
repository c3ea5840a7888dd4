//! The tables of working time: the calendar, and deadlines.

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

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    deadlines (noun, noun_id, kind, round, step) {
        noun -> Text,
        noun_id -> UuidSql,
        kind -> Text,
        round -> Integer,
        step -> Integer,
        enterprise_id -> Nullable<UuidSql>,
        due_at -> TimestampSql,
        done_at -> Nullable<TimestampSql>,
        outcome -> Nullable<Text>,
    }
}
