-- Records are keyed: a change and a read carry a MAC made at the moment of recording with a key that is not in the database. Places and
-- chain hashes get a table of their own, into which rows are only inserted, so that a role without UPDATE and DELETE on the record
-- can run the product. The MAC of an older change is its SHA-256; an older read has none. The program gives older records without a
-- place one at its first start, and says from where on records must be keyed (record_heads.keyed_from).
CREATE TABLE record_seals (
    log TEXT NOT NULL,
    position INTEGER NOT NULL CONSTRAINT record_seals_position_check CHECK (position > 0),
    -- Of changes or access_records, as the log says.
    record_id BLOB NOT NULL,
    chain_hash BLOB NOT NULL CONSTRAINT record_seals_chain_hash_check CHECK (length(chain_hash) = 32),
    PRIMARY KEY (log, position),
    UNIQUE (log, record_id)
) STRICT, WITHOUT ROWID;

-- Records that wait for their place.
CREATE TABLE unsealed_records (
    log TEXT NOT NULL,
    record_id BLOB NOT NULL,
    PRIMARY KEY (log, record_id)
) STRICT, WITHOUT ROWID;

-- How far each log reached, authenticated with the key.
CREATE TABLE record_heads (
    log TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL CONSTRAINT record_heads_position_check CHECK (position >= 0),
    chain_hash BLOB NOT NULL CONSTRAINT record_heads_chain_hash_check CHECK (length(chain_hash) = 32),
    keyed_from INTEGER NOT NULL CONSTRAINT record_heads_keyed_from_check CHECK (keyed_from > 0),
    at INTEGER NOT NULL,
    mac BLOB NOT NULL CONSTRAINT record_heads_mac_check CHECK (length(mac) = 32)
) STRICT;

INSERT INTO record_seals (log, position, record_id, chain_hash)
    SELECT 'changes', position, id, chain_hash FROM changes WHERE position IS NOT NULL;

-- SQLite drops no column with a condition, so the table is built again.
CREATE TABLE kept_changes AS SELECT * FROM changes;
DROP TABLE changes;
CREATE TABLE changes (
    id BLOB NOT NULL PRIMARY KEY,
    noun TEXT NOT NULL,
    noun_id BLOB NOT NULL,
    action TEXT NOT NULL,
    enterprise_id BLOB REFERENCES enterprises (id),
    -- The street office that a noun without an enterprise belongs to.
    street_id BLOB REFERENCES organisations (id),
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- Canonical JSON text: {field: {before, after}}; older changes also hold each field's class.
    fields TEXT NOT NULL,
    mac BLOB NOT NULL CONSTRAINT changes_mac_check CHECK (length(mac) = 32)
) STRICT;
INSERT INTO changes (id, noun, noun_id, action, enterprise_id, actor, actor_name, request_id, at, fields, mac)
    SELECT id, noun, noun_id, action, enterprise_id, actor, actor_name, request_id, at, fields, digest FROM kept_changes;
DROP TABLE kept_changes;
CREATE INDEX changes_enterprise ON changes (enterprise_id, id);
CREATE INDEX changes_noun ON changes (noun, noun_id, id);
CREATE INDEX changes_actor ON changes (actor, at, id);
CREATE INDEX changes_at ON changes (at, id);

ALTER TABLE access_records ADD COLUMN mac BLOB CONSTRAINT access_records_mac_check CHECK (length(mac) = 32);
