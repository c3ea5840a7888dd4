-- A new role, kind or outcome must not need a change of a table: the program parses every code it reads and writes none that it
-- does not know. Checks on ranges, lengths and combinations of columns stay.
ALTER TABLE organisations
    DROP CONSTRAINT organisations_kind_check,
    DROP CONSTRAINT organisations_status_check;
ALTER TABLE users
    DROP CONSTRAINT users_language_check,
    DROP CONSTRAINT users_role_check,
    DROP CONSTRAINT users_status_check;
ALTER TABLE imports
    DROP CONSTRAINT imports_kind_check;
ALTER TABLE enterprises
    DROP CONSTRAINT enterprises_industry_edition_check,
    DROP CONSTRAINT enterprises_presence_check,
    DROP CONSTRAINT enterprises_tier_check,
    DROP CONSTRAINT enterprises_status_check;
ALTER TABLE standings
    DROP CONSTRAINT standings_risk_level_check;
ALTER TABLE visits
    DROP CONSTRAINT visits_channel_check,
    DROP CONSTRAINT visits_relocation_intent_check;
ALTER TABLE alerts
    DROP CONSTRAINT alerts_level_check,
    DROP CONSTRAINT alerts_state_check,
    DROP CONSTRAINT alerts_outcome_check;
-- An alert has a level that points to a move.
ALTER TABLE alerts ADD CONSTRAINT alerts_level_check CHECK (level <> 'none');
ALTER TABLE mail_messages
    DROP CONSTRAINT mail_messages_kind_check,
    DROP CONSTRAINT mail_messages_state_check;
ALTER TABLE access_records
    DROP CONSTRAINT access_records_what_check;
