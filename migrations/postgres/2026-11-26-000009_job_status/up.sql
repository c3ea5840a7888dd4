-- What each background job did last, as the node that ran it last tells.
CREATE TABLE job_status (
    job TEXT NOT NULL PRIMARY KEY,
    -- The process that ran it last.
    node UUID NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    -- When a pass last ended without an error.
    succeeded_at TIMESTAMPTZ,
    -- How many passes in a row have failed on that node.
    failures INTEGER NOT NULL CONSTRAINT job_status_failures_check CHECK (failures >= 0),
    last_error TEXT,
    last_error_at TIMESTAMPTZ,
    CONSTRAINT job_status_last_error_check CHECK ((last_error IS NULL) = (last_error_at IS NULL))
);
