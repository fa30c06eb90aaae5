-- Times are seconds since 1970, flags are 0 or 1.
CREATE TABLE inventory_version (version BIGINT NOT NULL);
INSERT INTO inventory_version (version) VALUES (1);

-- A run of an audit: a report. What it is counted for is its own time, unless that is in the future.
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    time BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    host TEXT NOT NULL,
    policy TEXT NOT NULL,
    tokens BIGINT NOT NULL,
    findings BIGINT NOT NULL
);
CREATE INDEX run_by_time ON run (counted, number);

-- JSON by its SHA-256: most runs see what the run before has seen.
CREATE TABLE content (
    digest TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

-- The certificates of a state, which is the content that says what was seen of a token.
CREATE TABLE certificate (
    state TEXT NOT NULL REFERENCES content (digest),
    position BIGINT NOT NULL,
    subject TEXT NOT NULL,
    holder TEXT NOT NULL,
    issuer TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    ca BIGINT NOT NULL CHECK (ca IN (0, 1)),
    PRIMARY KEY (state, position)
);
CREATE INDEX certificate_expiring ON certificate (not_after);
CREATE INDEX certificate_of_holder ON certificate (holder, issuer, not_after);

CREATE TABLE token (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    manufacturer TEXT NOT NULL,
    model TEXT NOT NULL,
    serial TEXT NOT NULL,
    label TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    host TEXT NOT NULL,
    -- The last one that could be read, and when that was.
    state TEXT NOT NULL REFERENCES content (digest),
    state_seen BIGINT NOT NULL,
    mark TEXT NOT NULL DEFAULT 'in-use' CHECK (mark IN ('in-use', 'lost', 'retired')),
    marked BIGINT,
    reason TEXT,
    UNIQUE (manufacturer, model, serial, label)
);
CREATE INDEX token_of_serial ON token (serial);
CREATE INDEX token_of_label ON token (label);
CREATE INDEX token_of_state ON token (state);

CREATE TABLE sighting (
    run BIGINT NOT NULL REFERENCES run (number),
    token BIGINT NOT NULL REFERENCES token (number),
    counted BIGINT NOT NULL,
    state TEXT NOT NULL REFERENCES content (digest),
    remarks TEXT NOT NULL REFERENCES content (digest),
    PRIMARY KEY (run, token)
);
CREATE INDEX sighting_of_token ON sighting (token, counted, run);

CREATE TABLE mark (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    token BIGINT NOT NULL REFERENCES token (number),
    mark TEXT NOT NULL CHECK (mark IN ('in-use', 'lost', 'retired')),
    at BIGINT NOT NULL,
    reason TEXT
);
CREATE INDEX mark_of_token ON mark (token, number);
CREATE TRIGGER mark_is_never_changed BEFORE UPDATE ON mark
BEGIN SELECT RAISE(ABORT, 'marks are never changed'); END;
CREATE TRIGGER mark_is_never_deleted BEFORE DELETE ON mark
BEGIN SELECT RAISE(ABORT, 'marks are never changed'); END;
