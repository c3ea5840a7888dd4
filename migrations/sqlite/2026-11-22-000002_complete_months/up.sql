-- Treasury months of which a source has sent everything. Only of such a month may one conclude that an enterprise which is not in it
-- paid nothing.
CREATE TABLE complete_months (
    -- year * 12 + month - 1
    month INTEGER NOT NULL,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (month, source)
) STRICT, WITHOUT ROWID;
