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

-- What has to be done by an instant, one row a step. The key makes each step of each round happen once; a round is a new promise, month,
-- reopening or renewal, numbered by its noun.
CREATE TABLE deadlines (
    noun TEXT NOT NULL,
    noun_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    round INTEGER NOT NULL,
    step INTEGER NOT NULL CONSTRAINT deadlines_step_check CHECK (step > 0),
    -- Locked while the step is taken.
    enterprise_id BLOB REFERENCES enterprises (id),
    due_at INTEGER NOT NULL,
    done_at INTEGER,
    outcome TEXT,
    PRIMARY KEY (noun, noun_id, kind, round, step),
    CONSTRAINT deadlines_done_at_outcome_check CHECK ((done_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX deadlines_due ON deadlines (due_at, noun_id) WHERE done_at IS NULL;
CREATE INDEX deadlines_enterprise ON deadlines (enterprise_id, kind);

-- Who is absent from when to when, both days included, and who stands in. What goes to the absent person goes to the deputy as well.
CREATE TABLE absences (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    deputy_id BLOB NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT absences_days_check CHECK (from_on <= until_on),
    CONSTRAINT absences_deputy_check CHECK (deputy_id <> user_id)
) STRICT;
CREATE INDEX absences_user ON absences (user_id, from_on);
CREATE INDEX absences_until ON absences (until_on);
