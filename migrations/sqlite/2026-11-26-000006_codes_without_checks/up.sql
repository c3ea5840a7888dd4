-- A new role, kind or outcome must not need a change of a table: the program parses every code it reads and writes none that it
-- does not know. Checks on ranges, lengths and combinations of columns stay.
--
-- These checks have no names, so ALTER TABLE cannot drop them. The text of the tables is changed instead, as the documentation of
-- SQLite describes it for changes that leave the stored rows as they are: see migrations/README.md.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        ' CHECK (kind IN (''district'', ''street'', ''department''))', ''),
        ' CHECK (status IN (''active'', ''merged''))', '')
WHERE type = 'table' AND name = 'organisations';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(sql,
        ' CHECK (language IN (''zh-CN'', ''en''))', ''),
        ' CHECK (role IN (''steward'', ''chief_steward'', ''finance'', ''leader'', ''supervisor'', ''administrator'', ''security_administrator'', ''auditor''))', ''),
        ' CHECK (status IN (''active'', ''deactivated''))', '')
WHERE type = 'table' AND name = 'users';
UPDATE sqlite_schema SET sql =
    replace(sql,
        ' CHECK (kind IN (''enterprises'', ''receipts''))', '')
WHERE type = 'table' AND name = 'imports';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(replace(sql,
        ' CHECK (industry_edition IN (''gb_2011'', ''gb_2017''))', ''),
        ' CHECK (presence IN (''local'', ''operates_elsewhere'', ''taxed_elsewhere'', ''unreachable''))', ''),
        ' CHECK (tier IN (''key'', ''normal''))', ''),
        ' CHECK (status IN (''active'', ''relocating'', ''moved_out'', ''deregistered''))', '')
WHERE type = 'table' AND name = 'enterprises';
UPDATE sqlite_schema SET sql =
    replace(sql,
        ' CHECK (risk_level IN (''none'', ''yellow'', ''orange'', ''red''))', '')
WHERE type = 'table' AND name = 'standings';
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        ' CHECK (channel IN (''on_site'', ''phone'', ''online'', ''came_to_us''))', ''),
        ' CHECK (relocation_intent IN (''none'', ''considering'', ''decided'', ''moving''))', '')
WHERE type = 'table' AND name = 'visits';
UPDATE sqlite_schema SET sql =
    replace(replace(replace(sql,
        ' CHECK (level IN (''yellow'', ''orange'', ''red''))', ''),
        ' CHECK (state IN (''open'', ''acknowledged'', ''resolved''))', ''),
        ' CHECK (outcome IN (''retained'', ''moved'', ''moved_in_part'', ''respected'', ''false_alarm'', ''closed_down''))', '')
WHERE type = 'table' AND name = 'alerts';
UPDATE sqlite_schema SET sql =
    replace(replace(sql,
        ' CHECK (kind IN (''alert_opened'', ''alert_raised'', ''correction'', ''directive'', ''digest'', ''test''))', ''),
        ' CHECK (state IN (''pending'', ''sending'', ''sent'', ''dead'', ''cancelled''))', '')
WHERE type = 'table' AND name = 'mail_messages';
UPDATE sqlite_schema SET sql =
    replace(sql,
        ' CHECK (what IN (''figures'', ''personal_data'', ''logs'', ''export''))', '')
WHERE type = 'table' AND name = 'access_records';
PRAGMA writable_schema = RESET;

-- An alert has a level that points to a move. This statement also raises the version of the schema, by which other connections
-- notice that their picture of it is old.
ALTER TABLE alerts ADD CONSTRAINT alerts_level_check CHECK (level <> 'none');
