-- Times are seconds since 1970, flags are 0 or 1, an administrator has the empty user.
CREATE TABLE registry_version (version BIGINT NOT NULL);
INSERT INTO registry_version (version) VALUES (1);

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);

CREATE TABLE contract (
    id TEXT NOT NULL PRIMARY KEY,
    institution TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE holder (
    contract TEXT NOT NULL REFERENCES contract (id),
    member TEXT NOT NULL,
    kana TEXT NOT NULL,
    name TEXT,
    email TEXT,
    pin TEXT NOT NULL,
    confirmation_pin TEXT NOT NULL,
    first_pins BIGINT NOT NULL CHECK (first_pins IN (0, 1)),
    second_factor TEXT NOT NULL CHECK (second_factor IN ('confirmation-pin', 'one-time-code')),
    code_secret TEXT,
    code_step BIGINT,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    locked BIGINT NOT NULL CHECK (locked IN (0, 1)),
    suspended TEXT CHECK (suspended IN ('stopped', 'lost')),
    created BIGINT NOT NULL,
    PRIMARY KEY (contract, member)
);

CREATE TABLE permit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    contract TEXT NOT NULL,
    member TEXT NOT NULL,
    issue_count BIGINT NOT NULL CHECK (issue_count >= 0),
    reason TEXT NOT NULL CHECK (reason IN ('registration', 'reissue', 'expiry')),
    registered BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    closes BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'bound', 'issued', 'closed')),
    key_digest TEXT,
    code_step BIGINT,
    FOREIGN KEY (contract, member) REFERENCES holder (contract, member)
);
CREATE INDEX permit_of_holder ON permit (contract, member, opened);
-- What can still become a certificate: one at a time.
CREATE UNIQUE INDEX permit_in_use ON permit (contract, member) WHERE state IN ('open', 'bound');

CREATE TABLE certificate (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    serial TEXT NOT NULL UNIQUE,
    holder TEXT NOT NULL,
    by_operator BIGINT NOT NULL CHECK (by_operator IN (0, 1)),
    issue_count BIGINT NOT NULL CHECK (issue_count >= 0),
    permit TEXT REFERENCES permit (id),
    key_digest TEXT NOT NULL,
    der BLOB NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    renews TEXT REFERENCES certificate (serial),
    logged_in BIGINT,
    revoked_at BIGINT,
    revoked_for TEXT CHECK (revoked_for IN ('lost', 'stopped', 'compromised', 'reissued')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
CREATE INDEX certificate_of_holder ON certificate (holder, issued);
CREATE INDEX certificate_of_key ON certificate (key_digest, issued);
CREATE INDEX certificate_of_permit ON certificate (permit);
CREATE INDEX certificate_renewing ON certificate (renews);
CREATE INDEX certificate_expiring ON certificate (not_after);
CREATE INDEX certificate_revoked ON certificate (serial) WHERE revoked_at IS NOT NULL;

CREATE TABLE barred_key (
    key_digest TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE notice (
    serial TEXT NOT NULL REFERENCES certificate (serial),
    days BIGINT NOT NULL CHECK (days >= 0),
    begun BIGINT NOT NULL,
    sent BIGINT,
    PRIMARY KEY (serial, days)
);

CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX event_of_subject ON event (subject, number);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is never changed'); END;
CREATE TRIGGER barred_key_is_never_deleted BEFORE DELETE ON barred_key
BEGIN SELECT RAISE(ABORT, 'a barred key stays barred'); END;
