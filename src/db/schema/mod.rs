//! The tables as diesel sees them, maintained by hand; a test compares them with both databases.

#![allow(missing_docs, reason = "the migrations and the rows say what each column is")]
#![allow(clippy::wildcard_imports, reason = "a column's type is written as SQL has it")]

mod relations;
mod working_time;

pub use working_time::*;

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    organisations (id) {
        id -> UuidSql,
        kind -> Text,
        name -> Text,
        province -> Nullable<Text>,
        city -> Nullable<Text>,
        aliases -> Text,
        status -> Text,
        merged_into_id -> Nullable<UuidSql>,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    users (id) {
        id -> UuidSql,
        username -> Text,
        display_name -> Text,
        email -> Nullable<Text>,
        language -> Text,
        role -> Text,
        organisation_id -> UuidSql,
        status -> Text,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    credentials (user_id) {
        user_id -> UuidSql,
        password_hash -> Text,
        password_changed_at -> TimestampSql,
        password_change_required -> Bool,
        failed_attempts -> Integer,
        locked_until -> Nullable<TimestampSql>,
        totp_seed -> Nullable<Binary>,
        totp_confirmed_at -> Nullable<TimestampSql>,
        totp_last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    sessions (id) {
        id -> UuidSql,
        user_id -> UuidSql,
        token_hash -> Binary,
        created_at -> TimestampSql,
        last_seen_at -> TimestampSql,
        expires_at -> TimestampSql,
        ended_at -> Nullable<TimestampSql>,
        remote_address -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    tokens (id) {
        id -> UuidSql,
        name -> Text,
        prefix -> Text,
        token_hash -> Binary,
        scopes -> Text,
        street_id -> Nullable<UuidSql>,
        issued_by -> Nullable<UuidSql>,
        created_at -> TimestampSql,
        expires_at -> TimestampSql,
        last_used_at -> Nullable<TimestampSql>,
        revoked_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    imports (id) {
        id -> UuidSql,
        kind -> Text,
        file_name -> Text,
        file_sha256 -> Binary,
        source -> Text,
        legal_basis -> Text,
        data_on -> Date,
        rows_read -> Integer,
        rows_created -> Integer,
        rows_changed -> Integer,
        rows_skipped -> Integer,
        actor -> Text,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    enterprises (id) {
        id -> UuidSql,
        uscc -> Text,
        name -> Text,
        name_bigrams -> Text,
        name_initials -> Text,
        name_key -> Text,
        industry_edition -> Nullable<Text>,
        industry_code -> Nullable<Text>,
        industry_section -> Nullable<Text>,
        industry_division -> Nullable<Text>,
        registered_address -> Nullable<Text>,
        operating_address -> Nullable<Text>,
        tax_authority -> Nullable<Text>,
        street_id -> Nullable<UuidSql>,
        presence -> Text,
        presence_stated -> Bool,
        tier -> Text,
        entered_on -> Nullable<Date>,
        status -> Text,
        source -> Nullable<Text>,
        data_on -> Nullable<Date>,
        import_id -> Nullable<UuidSql>,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    standings (enterprise_id) {
        enterprise_id -> UuidSql,
        risk_level -> Text,
        risk_score -> Integer,
        risk_order -> Integer,
        risk_factors -> Text,
        assessed_on -> Date,
        last_visit_on -> Nullable<Date>,
        next_visit_on -> Nullable<Date>,
        tax_year -> Integer,
        tax_year_fen -> BigInt,
        tax_year_band -> Integer,
        tax_12_months_fen -> BigInt,
        tax_12_months_band -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    contacts (id) {
        id -> UuidSql,
        enterprise_id -> UuidSql,
        name -> Text,
        position -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        is_primary -> Bool,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    teams (id) {
        id -> UuidSql,
        enterprise_id -> UuidSql,
        leader_id -> Nullable<UuidSql>,
        lead_organisation_id -> Nullable<UuidSql>,
        chief_steward_id -> Nullable<UuidSql>,
        steward_id -> Nullable<UuidSql>,
        since -> TimestampSql,
        until -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    team_members (team_id, user_id) {
        team_id -> UuidSql,
        user_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    enterprise_viewers (enterprise_id, viewer_id) {
        enterprise_id -> UuidSql,
        viewer_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    visits (id) {
        id -> UuidSql,
        enterprise_id -> UuidSql,
        visited_on -> Date,
        channel -> Text,
        met_with -> Nullable<Text>,
        summary -> Text,
        relocation_intent -> Nullable<Text>,
        reasons -> Text,
        requests -> Text,
        destination_division -> Nullable<Text>,
        employees -> Nullable<Integer>,
        next_visit_on -> Nullable<Date>,
        actor -> Text,
        withdrawn_at -> Nullable<TimestampSql>,
        withdrawal_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    visit_visitors (visit_id, user_id) {
        visit_id -> UuidSql,
        user_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    signals (id) {
        id -> UuidSql,
        enterprise_id -> Nullable<UuidSql>,
        uscc -> Nullable<Text>,
        kind -> Text,
        occurred_on -> Date,
        source -> Text,
        reference -> Nullable<Text>,
        detail -> Nullable<Text>,
        actor -> Text,
        withdrawn_at -> Nullable<TimestampSql>,
        withdrawal_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    tax_receipts (id) {
        id -> UuidSql,
        source -> Text,
        enterprise_id -> UuidSql,
        tax_type -> Text,
        treasury_month -> Integer,
        period -> Text,
        budget_level -> Text,
        ordinal -> Integer,
        amount_fen -> BigInt,
        one_off -> Bool,
        district_fen -> Nullable<BigInt>,
        import_id -> Nullable<UuidSql>,
        actor -> Text,
        created_at -> TimestampSql,
        superseded_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    monthly_taxes (enterprise_id, month) {
        enterprise_id -> UuidSql,
        month -> Integer,
        amount_fen -> BigInt,
        recurring_fen -> BigInt,
        district_fen -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::TimestampSql;

    complete_months (month, source) {
        month -> Integer,
        source -> Text,
        actor -> Text,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    alerts (id) {
        id -> UuidSql,
        enterprise_id -> UuidSql,
        level -> Text,
        state -> Text,
        factors -> Text,
        escalation_step -> Integer,
        without_recipient -> Bool,
        opened_at -> TimestampSql,
        raised_at -> TimestampSql,
        acknowledged_at -> Nullable<TimestampSql>,
        acknowledged_by -> Nullable<UuidSql>,
        resolved_at -> Nullable<TimestampSql>,
        resolved_by -> Nullable<UuidSql>,
        outcome -> Nullable<Text>,
        outcome_note -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    alert_evidence (alert_id, evidence_key) {
        alert_id -> UuidSql,
        evidence_key -> Text,
        enterprise_id -> UuidSql,
        joined_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    directives (id) {
        id -> UuidSql,
        alert_id -> UuidSql,
        author_id -> UuidSql,
        text -> Text,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    deliveries (id) {
        id -> UuidSql,
        channel -> Text,
        kind -> Text,
        recipient_id -> Nullable<UuidSql>,
        to_address -> Text,
        to_name -> Text,
        thread -> Nullable<Text>,
        notice_key -> Text,
        state -> Text,
        cancel_reason -> Nullable<Text>,
        attempts -> Integer,
        next_attempt_at -> TimestampSql,
        leased_by -> Nullable<UuidSql>,
        leased_until -> Nullable<TimestampSql>,
        last_error -> Nullable<Text>,
        created_at -> TimestampSql,
        sent_at -> Nullable<TimestampSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    delivery_subjects (delivery_id, noun, noun_id) {
        delivery_id -> UuidSql,
        noun -> Text,
        noun_id -> UuidSql,
        stated -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    delivery_attempts (id) {
        id -> UuidSql,
        delivery_id -> UuidSql,
        worker_id -> UuidSql,
        started_at -> TimestampSql,
        ended_at -> Nullable<TimestampSql>,
        outcome -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    mail_messages (id) {
        id -> UuidSql,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        message_id -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    changes (id) {
        id -> UuidSql,
        noun -> Text,
        noun_id -> UuidSql,
        action -> Text,
        enterprise_id -> Nullable<UuidSql>,
        street_id -> Nullable<UuidSql>,
        actor -> Text,
        actor_name -> Text,
        request_id -> Text,
        at -> TimestampSql,
        fields -> Text,
        mac -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    access_records (id) {
        id -> UuidSql,
        at -> TimestampSql,
        actor -> Text,
        actor_name -> Text,
        request_id -> Text,
        what -> Text,
        noun -> Text,
        noun_id -> Nullable<UuidSql>,
        enterprise_id -> Nullable<UuidSql>,
        detail -> Text,
        mac -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    record_seals (log, position) {
        log -> Text,
        position -> BigInt,
        record_id -> UuidSql,
        chain_hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::UuidSql;

    unsealed_records (log, record_id) {
        log -> Text,
        record_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::TimestampSql;

    record_heads (log) {
        log -> Text,
        position -> BigInt,
        chain_hash -> Binary,
        keyed_from -> BigInt,
        at -> TimestampSql,
        mac -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::TimestampSql;

    idempotency_keys (actor, key) {
        actor -> Text,
        key -> Text,
        request_hash -> Binary,
        status -> Nullable<Integer>,
        headers -> Text,
        body -> Nullable<Binary>,
        created_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    job_leases (job) {
        job -> Text,
        leased_by -> UuidSql,
        leased_until -> TimestampSql,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    saved_views (id) {
        id -> UuidSql,
        user_id -> UuidSql,
        name -> Text,
        query -> Text,
        version -> BigInt,
        created_at -> TimestampSql,
        updated_at -> TimestampSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::backend::{TimestampSql, UuidSql};

    job_status (job) {
        job -> Text,
        node -> UuidSql,
        began_at -> TimestampSql,
        ended_at -> TimestampSql,
        succeeded_at -> Nullable<TimestampSql>,
        failures -> Integer,
        last_error -> Nullable<Text>,
        last_error_at -> Nullable<TimestampSql>,
    }
}
