-- Fails, and changes nothing, while a row holds a code that came later.
ALTER TABLE organisations
    ADD CONSTRAINT organisations_kind_check CHECK (kind IN ('district', 'street', 'department')),
    ADD CONSTRAINT organisations_status_check CHECK (status IN ('active', 'merged'));
ALTER TABLE users
    ADD CONSTRAINT users_language_check CHECK (language IN ('zh-CN', 'en')),
    ADD CONSTRAINT users_role_check CHECK (role IN ('steward', 'chief_steward', 'finance', 'leader', 'supervisor', 'administrator', 'security_administrator', 'auditor')),
    ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'deactivated'));
ALTER TABLE imports
    ADD CONSTRAINT imports_kind_check CHECK (kind IN ('enterprises', 'receipts'));
ALTER TABLE enterprises
    ADD CONSTRAINT enterprises_industry_edition_check CHECK (industry_edition IN ('gb_2011', 'gb_2017')),
    ADD CONSTRAINT enterprises_presence_check CHECK (presence IN ('local', 'operates_elsewhere', 'taxed_elsewhere', 'unreachable')),
    ADD CONSTRAINT enterprises_tier_check CHECK (tier IN ('key', 'normal')),
    ADD CONSTRAINT enterprises_status_check CHECK (status IN ('active', 'relocating', 'moved_out', 'deregistered'));
ALTER TABLE standings
    ADD CONSTRAINT standings_risk_level_check CHECK (risk_level IN ('none', 'yellow', 'orange', 'red'));
ALTER TABLE visits
    ADD CONSTRAINT visits_channel_check CHECK (channel IN ('on_site', 'phone', 'online', 'came_to_us')),
    ADD CONSTRAINT visits_relocation_intent_check CHECK (relocation_intent IN ('none', 'considering', 'decided', 'moving'));
ALTER TABLE alerts DROP CONSTRAINT alerts_level_check;
ALTER TABLE alerts
    ADD CONSTRAINT alerts_level_check CHECK (level IN ('yellow', 'orange', 'red')),
    ADD CONSTRAINT alerts_state_check CHECK (state IN ('open', 'acknowledged', 'resolved')),
    ADD CONSTRAINT alerts_outcome_check CHECK (outcome IN ('retained', 'moved', 'moved_in_part', 'respected', 'false_alarm', 'closed_down'));
ALTER TABLE mail_messages
    ADD CONSTRAINT mail_messages_kind_check CHECK (kind IN ('alert_opened', 'alert_raised', 'correction', 'directive', 'digest', 'test')),
    ADD CONSTRAINT mail_messages_state_check CHECK (state IN ('pending', 'sending', 'sent', 'dead', 'cancelled'));
ALTER TABLE access_records
    ADD CONSTRAINT access_records_what_check CHECK (what IN ('figures', 'personal_data', 'logs', 'export'));
