//! The tables of working time: the calendar, deadlines, and absences.

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

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    absences (id) {
        id -> UuidSql,
        user_id -> UuidSql,
        from_on -> Date,
        until_on -> Date,
        deputy_id -> UuidSql,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}
