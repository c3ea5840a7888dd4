-- People and rights ---------------------------------------------------------

CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('district', 'street', 'department')),
    name TEXT NOT NULL CHECK (name <> ''),
    -- Of the district itself: what an address inside it says.
    province TEXT,
    city TEXT,
    aliases TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('active', 'merged')),
    merged_into_id BLOB REFERENCES organisations (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((status = 'merged') = (merged_into_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX organisations_name ON organisations (name) WHERE status = 'active';
CREATE UNIQUE INDEX organisations_district ON organisations (kind) WHERE kind = 'district';
CREATE INDEX organisations_merged_into ON organisations (merged_into_id);

-- One role a person: the administrators exclude each other and everybody else by construction.
CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE CHECK (username <> ''),
    display_name TEXT NOT NULL CHECK (display_name <> ''),
    email TEXT,
    language TEXT NOT NULL CHECK (language IN ('zh-CN', 'en')),
    role TEXT NOT NULL CHECK (role IN ('steward', 'chief_steward', 'finance', 'leader', 'supervisor', 'administrator', 'security_administrator', 'auditor')),
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    status TEXT NOT NULL CHECK (status IN ('active', 'deactivated')),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_organisation ON users (organisation_id, role);

CREATE TABLE credentials (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    password_hash TEXT NOT NULL,
    password_changed_at INTEGER NOT NULL,
    password_change_required INTEGER NOT NULL,
    failed_attempts INTEGER NOT NULL CHECK (failed_attempts >= 0),
    locked_until INTEGER,
    totp_seed BLOB,
    totp_confirmed_at INTEGER,
    totp_last_step INTEGER,
    CHECK (totp_confirmed_at IS NULL OR totp_seed IS NOT NULL)
) STRICT;

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    remote_address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE tokens (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    prefix TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    scopes TEXT NOT NULL CHECK (scopes <> ''),
    street_id BLOB REFERENCES organisations (id),
    issued_by BLOB REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;

-- Registry ------------------------------------------------------------------

CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('enterprises', 'receipts')),
    file_name TEXT NOT NULL,
    file_sha256 BLOB NOT NULL CHECK (length(file_sha256) = 32),
    source TEXT NOT NULL CHECK (source <> ''),
    legal_basis TEXT NOT NULL CHECK (legal_basis <> ''),
    data_on TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_created INTEGER NOT NULL,
    rows_changed INTEGER NOT NULL,
    rows_skipped INTEGER NOT NULL,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE enterprises (
    -- The full-text index needs an integer that VACUUM keeps.
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    uscc TEXT NOT NULL UNIQUE CHECK (length(uscc) = 18),
    name TEXT NOT NULL CHECK (name <> ''),
    -- What the name is found and sorted by; made by domain/search_key.rs.
    name_bigrams TEXT NOT NULL,
    name_initials TEXT NOT NULL,
    name_key TEXT NOT NULL,
    industry_edition TEXT CHECK (industry_edition IN ('gb_2011', 'gb_2017')),
    industry_code TEXT,
    industry_section TEXT,
    industry_division TEXT,
    registered_address TEXT,
    operating_address TEXT,
    tax_authority TEXT,
    street_id BLOB REFERENCES organisations (id),
    presence TEXT NOT NULL CHECK (presence IN ('local', 'operates_elsewhere', 'taxed_elsewhere', 'unreachable')),
    presence_stated INTEGER NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('key', 'normal')),
    entered_on TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'relocating', 'moved_out', 'deregistered')),
    -- Where the row's facts came from last, and the day they were true.
    source TEXT,
    data_on TEXT,
    import_id BLOB REFERENCES imports (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((industry_edition IS NULL) = (industry_code IS NULL))
) STRICT;
CREATE INDEX enterprises_street ON enterprises (street_id, id);
CREATE INDEX enterprises_section ON enterprises (industry_section, id);
CREATE INDEX enterprises_division ON enterprises (industry_division, id);
CREATE INDEX enterprises_presence ON enterprises (presence, id);
CREATE INDEX enterprises_tier ON enterprises (tier, id);
CREATE INDEX enterprises_status ON enterprises (status, id);
CREATE INDEX enterprises_entered ON enterprises (entered_on, id);
CREATE INDEX enterprises_initials ON enterprises (name_initials, id);
CREATE INDEX enterprises_name ON enterprises (name_key, id);
CREATE INDEX enterprises_import ON enterprises (import_id);
CREATE VIRTUAL TABLE enterprise_search USING fts5 (name_bigrams, content = 'enterprises', content_rowid = 'seq', tokenize = 'unicode61', prefix = '1');
CREATE TRIGGER enterprise_search_insert AFTER INSERT ON enterprises BEGIN
    INSERT INTO enterprise_search (rowid, name_bigrams) VALUES (new.seq, new.name_bigrams);
END;
CREATE TRIGGER enterprise_search_delete AFTER DELETE ON enterprises BEGIN
    INSERT INTO enterprise_search (enterprise_search, rowid, name_bigrams) VALUES ('delete', old.seq, old.name_bigrams);
END;
CREATE TRIGGER enterprise_search_update AFTER UPDATE OF name_bigrams ON enterprises BEGIN
    INSERT INTO enterprise_search (enterprise_search, rowid, name_bigrams) VALUES ('delete', old.seq, old.name_bigrams);
    INSERT INTO enterprise_search (rowid, name_bigrams) VALUES (new.seq, new.name_bigrams);
END;

-- What follows from the facts about an enterprise; never edited by a person.
CREATE TABLE standings (
    enterprise_id BLOB NOT NULL PRIMARY KEY REFERENCES enterprises (id),
    risk_level TEXT NOT NULL CHECK (risk_level IN ('none', 'yellow', 'orange', 'red')),
    risk_score INTEGER NOT NULL CHECK (risk_score BETWEEN 0 AND 100),
    -- Level first, then score: what a list sorted by risk is sorted by.
    risk_order INTEGER NOT NULL,
    risk_factors TEXT NOT NULL,
    assessed_on TEXT NOT NULL,
    last_visit_on TEXT,
    next_visit_on TEXT,
    tax_year INTEGER NOT NULL,
    tax_year_fen INTEGER NOT NULL,
    tax_year_band INTEGER NOT NULL CHECK (tax_year_band BETWEEN 0 AND 6),
    tax_12_months_fen INTEGER NOT NULL,
    tax_12_months_band INTEGER NOT NULL CHECK (tax_12_months_band BETWEEN 0 AND 6)
) STRICT, WITHOUT ROWID;
CREATE INDEX standings_level ON standings (risk_level, enterprise_id);
CREATE INDEX standings_risk ON standings (risk_order, enterprise_id);
CREATE INDEX standings_tax_year ON standings (tax_year_fen, enterprise_id);
CREATE INDEX standings_tax_year_band ON standings (tax_year_band, enterprise_id);
CREATE INDEX standings_last_visit ON standings (COALESCE(last_visit_on, '0001-01-01'), enterprise_id);

CREATE TABLE contacts (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    name TEXT NOT NULL CHECK (name <> ''),
    position TEXT,
    phone TEXT,
    email TEXT,
    is_primary INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_enterprise ON contacts (enterprise_id);
CREATE UNIQUE INDEX contacts_primary ON contacts (enterprise_id) WHERE is_primary;

-- A service team is one period: assigning anew ends the old row and opens another.
CREATE TABLE teams (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    leader_id BLOB REFERENCES users (id),
    lead_organisation_id BLOB REFERENCES organisations (id),
    chief_steward_id BLOB REFERENCES users (id),
    steward_id BLOB REFERENCES users (id),
    since INTEGER NOT NULL,
    until INTEGER,
    CHECK (until IS NULL OR until >= since)
) STRICT;
CREATE UNIQUE INDEX teams_active ON teams (enterprise_id) WHERE until IS NULL;
CREATE INDEX teams_enterprise ON teams (enterprise_id, since);
CREATE INDEX teams_steward ON teams (steward_id, enterprise_id) WHERE until IS NULL;
CREATE INDEX teams_chief_steward ON teams (chief_steward_id, enterprise_id) WHERE until IS NULL;
CREATE INDEX teams_leader ON teams (leader_id, enterprise_id) WHERE until IS NULL;
CREATE INDEX teams_lead_organisation ON teams (lead_organisation_id, enterprise_id) WHERE until IS NULL;

CREATE TABLE team_members (
    team_id BLOB NOT NULL REFERENCES teams (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_members_user ON team_members (user_id, team_id);

-- Facts ---------------------------------------------------------------------

CREATE TABLE visits (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    visited_on TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('on_site', 'phone', 'online', 'came_to_us')),
    met_with TEXT,
    summary TEXT NOT NULL CHECK (summary <> ''),
    -- Null when the enterprise was not asked: that is no word that it stays.
    relocation_intent TEXT CHECK (relocation_intent IN ('none', 'considering', 'decided', 'moving')),
    -- JSON arrays of codes and of texts.
    reasons TEXT NOT NULL,
    requests TEXT NOT NULL,
    destination_division TEXT CHECK (length(destination_division) = 6),
    employees INTEGER CHECK (employees >= 0),
    next_visit_on TEXT,
    actor TEXT NOT NULL,
    withdrawn_at INTEGER,
    withdrawal_reason TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((withdrawn_at IS NULL) = (withdrawal_reason IS NULL))
) STRICT;
CREATE INDEX visits_enterprise ON visits (enterprise_id, visited_on, id);
CREATE INDEX visits_day ON visits (visited_on, id);
CREATE INDEX visits_intent ON visits (relocation_intent, visited_on, id);

CREATE TABLE visit_visitors (
    visit_id BLOB NOT NULL REFERENCES visits (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    PRIMARY KEY (visit_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_visitors_user ON visit_visitors (user_id, visit_id);

CREATE TABLE signals (
    id BLOB NOT NULL PRIMARY KEY,
    -- Without an enterprise a signal waits in quarantine until a firm with this code appears.
    enterprise_id BLOB REFERENCES enterprises (id),
    uscc TEXT CHECK (length(uscc) = 18),
    kind TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source <> ''),
    reference TEXT,
    detail TEXT,
    actor TEXT NOT NULL,
    withdrawn_at INTEGER,
    withdrawal_reason TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (enterprise_id IS NOT NULL OR uscc IS NOT NULL),
    CHECK ((withdrawn_at IS NULL) = (withdrawal_reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX signals_reference ON signals (source, reference) WHERE reference IS NOT NULL;
CREATE INDEX signals_enterprise ON signals (enterprise_id, occurred_on, id);
CREATE INDEX signals_day ON signals (occurred_on, id);
CREATE INDEX signals_kind ON signals (kind, occurred_on, id);
CREATE INDEX signals_quarantine ON signals (uscc) WHERE enterprise_id IS NULL;

CREATE TABLE tax_receipts (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    tax_type TEXT NOT NULL,
    -- Months are counted: year * 12 + month - 1.
    treasury_month INTEGER NOT NULL,
    -- The tax period as the file says it, empty when the file does not.
    period TEXT NOT NULL,
    budget_level TEXT NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    amount_fen INTEGER NOT NULL,
    -- A one-off tax, or arrears: left out before a decline is computed.
    one_off INTEGER NOT NULL,
    district_fen INTEGER,
    import_id BLOB REFERENCES imports (id),
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    superseded_at INTEGER
) STRICT;
CREATE UNIQUE INDEX tax_receipts_identity ON tax_receipts (enterprise_id, treasury_month, source, tax_type, period, budget_level, ordinal) WHERE superseded_at IS NULL;
CREATE INDEX tax_receipts_file ON tax_receipts (source, treasury_month) WHERE superseded_at IS NULL;

CREATE TABLE monthly_taxes (
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    month INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    -- Without one-off taxes: what a decline is computed from.
    recurring_fen INTEGER NOT NULL,
    -- The district's part, as far as files carried it.
    district_fen INTEGER,
    PRIMARY KEY (enterprise_id, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX monthly_taxes_month ON monthly_taxes (month);

-- Alerts and mail -----------------------------------------------------------

CREATE TABLE alerts (
    id BLOB NOT NULL PRIMARY KEY,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    level TEXT NOT NULL CHECK (level IN ('yellow', 'orange', 'red')),
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
    factors TEXT NOT NULL,
    escalation_step INTEGER NOT NULL CHECK (escalation_step >= 0),
    -- Nobody could be told: shown as a problem of its own.
    without_recipient INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by BLOB REFERENCES users (id),
    resolved_at INTEGER,
    resolved_by BLOB REFERENCES users (id),
    outcome TEXT CHECK (outcome IN ('retained', 'moved', 'moved_in_part', 'respected', 'false_alarm', 'closed_down')),
    outcome_note TEXT,
    version INTEGER NOT NULL,
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK ((state = 'resolved') = (outcome IS NOT NULL)),
    CHECK (state <> 'acknowledged' OR acknowledged_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX alerts_unresolved ON alerts (enterprise_id) WHERE state <> 'resolved';
CREATE INDEX alerts_enterprise ON alerts (enterprise_id, id);
CREATE INDEX alerts_state ON alerts (state, id);
CREATE INDEX alerts_level ON alerts (level, id);
CREATE INDEX alerts_without_recipient ON alerts (id) WHERE without_recipient;

-- The evidence an alert rests on; that of a resolved alert does not count again.
CREATE TABLE alert_evidence (
    alert_id BLOB NOT NULL REFERENCES alerts (id),
    evidence_key TEXT NOT NULL,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (alert_id, evidence_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_evidence_enterprise ON alert_evidence (enterprise_id);

CREATE TABLE directives (
    id BLOB NOT NULL PRIMARY KEY,
    alert_id BLOB NOT NULL REFERENCES alerts (id),
    author_id BLOB NOT NULL REFERENCES users (id),
    text TEXT NOT NULL CHECK (text <> ''),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX directives_alert ON directives (alert_id, id);

CREATE TABLE mail_messages (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('alert_opened', 'alert_raised', 'correction', 'directive', 'digest', 'test')),
    alert_id BLOB REFERENCES alerts (id),
    recipient_id BLOB REFERENCES users (id),
    to_address TEXT NOT NULL CHECK (to_address <> ''),
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    in_reply_to TEXT,
    -- One notice of one event to one person, whoever computes it and however often.
    notice_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL,
    leased_by BLOB,
    leased_until INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    CHECK ((state = 'sending') = (leased_by IS NOT NULL AND leased_until IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX mail_messages_due ON mail_messages (next_attempt_at) WHERE state = 'pending';
CREATE INDEX mail_messages_leased ON mail_messages (leased_until) WHERE state = 'sending';
CREATE INDEX mail_messages_state ON mail_messages (state, id);
CREATE INDEX mail_messages_alert ON mail_messages (alert_id, id);
CREATE INDEX mail_messages_recipient ON mail_messages (recipient_id, id);

-- The alerts a digest tells of; every other mail about an alert names it itself.
CREATE TABLE digest_alerts (
    mail_id BLOB NOT NULL REFERENCES mail_messages (id),
    alert_id BLOB NOT NULL REFERENCES alerts (id),
    PRIMARY KEY (mail_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_alerts_alert ON digest_alerts (alert_id);

-- Record --------------------------------------------------------------------

-- Append-only. position and chain_hash are given by the sealer right after commit.
CREATE TABLE changes (
    id BLOB NOT NULL PRIMARY KEY,
    position INTEGER UNIQUE,
    noun TEXT NOT NULL,
    noun_id BLOB NOT NULL,
    action TEXT NOT NULL,
    enterprise_id BLOB REFERENCES enterprises (id),
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- Canonical JSON text: {field: {class, before, after}}.
    fields TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    chain_hash BLOB CHECK (length(chain_hash) = 32),
    CHECK ((position IS NULL) = (chain_hash IS NULL))
) STRICT;
CREATE INDEX changes_unsealed ON changes (id) WHERE position IS NULL;
CREATE INDEX changes_enterprise ON changes (enterprise_id, id);
CREATE INDEX changes_noun ON changes (noun, noun_id, id);
CREATE INDEX changes_actor ON changes (actor, at, id);
CREATE INDEX changes_at ON changes (at, id);

-- Reads of figures, unmasked personal data, exports and the logs themselves.
CREATE TABLE access_records (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('figures', 'personal_data', 'logs', 'export')),
    noun TEXT NOT NULL,
    noun_id BLOB,
    enterprise_id BLOB REFERENCES enterprises (id),
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX access_records_actor ON access_records (actor, at, id);
CREATE INDEX access_records_at ON access_records (at, id);
CREATE INDEX access_records_noun ON access_records (noun, at, id);
CREATE INDEX access_records_enterprise ON access_records (enterprise_id, id);

-- Machinery -----------------------------------------------------------------

CREATE TABLE idempotency_keys (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 over method, path and body.
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    status INTEGER,
    headers TEXT NOT NULL,
    body BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE job_leases (
    job TEXT NOT NULL PRIMARY KEY,
    leased_by BLOB NOT NULL,
    leased_until INTEGER NOT NULL,
    -- What the job remembers between runs.
    note TEXT NOT NULL
) STRICT;
