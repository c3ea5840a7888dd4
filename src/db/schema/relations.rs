//! How the tables refer to each other, and that they may stand in one query.

use super::*;

diesel::joinable!(users -> organisations (organisation_id));
diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(tokens -> organisations (street_id));
diesel::joinable!(tokens -> users (issued_by));
diesel::joinable!(enterprises -> organisations (street_id));
diesel::joinable!(enterprises -> imports (import_id));
diesel::joinable!(standings -> enterprises (enterprise_id));
diesel::joinable!(contacts -> enterprises (enterprise_id));
diesel::joinable!(teams -> enterprises (enterprise_id));
diesel::joinable!(teams -> organisations (lead_organisation_id));
diesel::joinable!(team_members -> teams (team_id));
diesel::joinable!(team_members -> users (user_id));
diesel::joinable!(enterprise_viewers -> enterprises (enterprise_id));
diesel::joinable!(visits -> enterprises (enterprise_id));
diesel::joinable!(visit_visitors -> visits (visit_id));
diesel::joinable!(visit_visitors -> users (user_id));
diesel::joinable!(signals -> enterprises (enterprise_id));
diesel::joinable!(tax_receipts -> enterprises (enterprise_id));
diesel::joinable!(tax_receipts -> imports (import_id));
diesel::joinable!(monthly_taxes -> enterprises (enterprise_id));
diesel::joinable!(alerts -> enterprises (enterprise_id));
diesel::joinable!(alert_evidence -> alerts (alert_id));
diesel::joinable!(alert_evidence -> enterprises (enterprise_id));
diesel::joinable!(directives -> alerts (alert_id));
diesel::joinable!(directives -> users (author_id));
diesel::joinable!(deliveries -> users (recipient_id));
diesel::joinable!(delivery_subjects -> deliveries (delivery_id));
diesel::joinable!(delivery_attempts -> deliveries (delivery_id));
diesel::joinable!(mail_messages -> deliveries (id));
diesel::joinable!(changes -> enterprises (enterprise_id));
diesel::joinable!(access_records -> enterprises (enterprise_id));
diesel::joinable!(saved_views -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    organisations,
    users,
    credentials,
    sessions,
    tokens,
    imports,
    enterprises,
    standings,
    contacts,
    teams,
    team_members,
    enterprise_viewers,
    visits,
    visit_visitors,
    signals,
    tax_receipts,
    monthly_taxes,
    complete_months,
    alerts,
    alert_evidence,
    directives,
    deliveries,
    delivery_subjects,
    delivery_attempts,
    mail_messages,
    changes,
    access_records,
    record_seals,
    unsealed_records,
    record_heads,
    idempotency_keys,
    job_leases,
    job_status,
    saved_views,
);

diesel::allow_columns_to_appear_in_same_group_by_clause!(enterprises::industry_section, standings::risk_level);
