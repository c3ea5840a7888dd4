-- Fails, and changes nothing, while a row holds a code that came later: the updates at the end apply the checks to every row.
ALTER TABLE alerts DROP CONSTRAINT alerts_level_check;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        '    kind TEXT NOT NULL,',
        '    kind TEXT NOT NULL CHECK (kind IN (''district'', ''street'', ''department'')),'),
        '    status TEXT NOT NULL,',
        '    status TEXT NOT NULL CHECK (status IN (''active'', ''merged'')),')
WHERE type = 'table' AND name = 'organisations';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(sql,
        '    language TEXT NOT NULL,',
        '    language TEXT NOT NULL CHECK (language IN (''zh-CN'', ''en'')),'),
        '    role TEXT NOT NULL,',
        '    role TEXT NOT NULL CHECK (role IN (''steward'', ''chief_steward'', ''finance'', ''leader'', ''supervisor'', ''administrator'', ''security_administrator'', ''auditor'')),'),
        '    status TEXT NOT NULL,',
        '    status TEXT NOT NULL CHECK (status IN (''active'', ''deactivated'')),')
WHERE type = 'table' AND name = 'users';
UPDATE sqlite_schema SET sql =
    replace(sql,
        '    kind TEXT NOT NULL,',
        '    kind TEXT NOT NULL CHECK (kind IN (''enterprises'', ''receipts'')),')
WHERE type = 'table' AND name = 'imports';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(replace(sql,
        '    industry_edition TEXT,',
        '    industry_edition TEXT CHECK (industry_edition IN (''gb_2011'', ''gb_2017'')),'),
        '    presence TEXT NOT NULL,',
        '    presence TEXT NOT NULL CHECK (presence IN (''local'', ''operates_elsewhere'', ''taxed_elsewhere'', ''unreachable'')),'),
        '    tier TEXT NOT NULL,',
        '    tier TEXT NOT NULL CHECK (tier IN (''key'', ''normal'')),'),
        '    status TEXT NOT NULL,',
        '    status TEXT NOT NULL CHECK (status IN (''active'', ''relocating'', ''moved_out'', ''deregistered'')),')
WHERE type = 'table' AND name = 'enterprises';
UPDATE sqlite_schema SET sql =
    replace(sql,
        '    risk_level TEXT NOT NULL,',
        '    risk_level TEXT NOT NULL CHECK (risk_level IN (''none'', ''yellow'', ''orange'', ''red'')),')
WHERE type = 'table' AND name = 'standings';
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        '    channel TEXT NOT NULL,',
        '    channel TEXT NOT NULL CHECK (channel IN (''on_site'', ''phone'', ''online'', ''came_to_us'')),'),
        '    relocation_intent TEXT,',
        '    relocation_intent TEXT CHECK (relocation_intent IN (''none'', ''considering'', ''decided'', ''moving'')),')
WHERE type = 'table' AND name = 'visits';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(sql,
        '    level TEXT NOT NULL,',
        '    level TEXT NOT NULL CHECK (level IN (''yellow'', ''orange'', ''red'')),'),
        '    state TEXT NOT NULL,',
        '    state TEXT NOT NULL CHECK (state IN (''open'', ''acknowledged'', ''resolved'')),'),
        '    outcome TEXT,',
        '    outcome TEXT CHECK (outcome IN (''retained'', ''moved'', ''moved_in_part'', ''respected'', ''false_alarm'', ''closed_down'')),')
WHERE type = 'table' AND name = 'alerts';
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        '    kind TEXT NOT NULL,',
        '    kind TEXT NOT NULL CHECK (kind IN (''alert_opened'', ''alert_raised'', ''correction'', ''directive'', ''digest'', ''test'')),'),
        '    state TEXT NOT NULL,',
        '    state TEXT NOT NULL CHECK (state IN (''pending'', ''sending'', ''sent'', ''dead'', ''cancelled'')),')
WHERE type = 'table' AND name = 'mail_messages';
UPDATE sqlite_schema SET sql =
    replace(sql,
        '    what TEXT NOT NULL,',
        '    what TEXT NOT NULL CHECK (what IN (''figures'', ''personal_data'', ''logs'', ''export'')),')
WHERE type = 'table' AND name = 'access_records';
PRAGMA writable_schema = RESET;

UPDATE organisations SET kind = kind, status = status;
UPDATE users SET language = language, role = role, status = status;
UPDATE imports SET kind = kind;
UPDATE enterprises SET industry_edition = industry_edition, presence = presence, tier = tier, status = status;
UPDATE standings SET risk_level = risk_level;
UPDATE visits SET channel = channel, relocation_intent = relocation_intent;
UPDATE alerts SET level = level, state = state, outcome = outcome;
UPDATE mail_messages SET kind = kind, state = state;
UPDATE access_records SET what = what;
