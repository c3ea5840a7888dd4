-- Days of the work calendar that an administrator entered or imported. Where a year has any, they take the place of what the program
-- ships for that year.
CREATE TABLE calendar_days (
    id BLOB NOT NULL PRIMARY KEY,
    day TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL CONSTRAINT calendar_days_source_check CHECK (source <> ''),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
