-- The program before finds what was recorded with a MAC altered: it knows plain digests only.
CREATE TABLE kept_changes AS SELECT * FROM changes;
DROP TABLE changes;
CREATE TABLE changes (
    id UUID NOT NULL PRIMARY KEY,
    position BIGINT UNIQUE,
    noun TEXT NOT NULL,
    noun_id UUID NOT NULL,
    action TEXT NOT NULL,
    enterprise_id UUID REFERENCES enterprises (id),
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    -- Canonical JSON text: {field: {class, before, after}}.
    fields TEXT NOT NULL,
    digest BYTEA NOT NULL CHECK (length(digest) = 32),
    chain_hash BYTEA CHECK (length(chain_hash) = 32),
    CHECK ((position IS NULL) = (chain_hash IS NULL))
);
INSERT INTO changes (id, position, noun, noun_id, action, enterprise_id, actor, actor_name, request_id, at, fields, digest, chain_hash)
    SELECT c.id, s.position, c.noun, c.noun_id, c.action, c.enterprise_id, c.actor, c.actor_name, c.request_id, c.at, c.fields, c.mac,
        s.chain_hash
    FROM kept_changes c LEFT JOIN record_seals s ON s.log = 'changes' AND s.record_id = c.id;
DROP TABLE kept_changes;
CREATE INDEX changes_unsealed ON changes (id) WHERE position IS NULL;
CREATE INDEX changes_enterprise ON changes (enterprise_id, id);
CREATE INDEX changes_noun ON changes (noun, noun_id, id);
CREATE INDEX changes_actor ON changes (actor, at, id);
CREATE INDEX changes_at ON changes (at, id);

ALTER TABLE access_records DROP COLUMN mac;
DROP TABLE record_heads;
DROP TABLE unsealed_records;
DROP TABLE record_seals;
