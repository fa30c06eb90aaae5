-- Times are seconds since 1970, flags are 0 or 1, an administrator has the empty user. Text is
-- sorted by its bytes, as SQLite does.
CREATE TABLE registry_version (version BIGINT NOT NULL);
INSERT INTO registry_version (version) VALUES (1);

CREATE TABLE setting (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    content TEXT COLLATE "C" NOT NULL
);

CREATE TABLE contract (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    institution TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE holder (
    contract TEXT COLLATE "C" NOT NULL REFERENCES contract (id),
    member TEXT COLLATE "C" NOT NULL,
    kana TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    email TEXT COLLATE "C",
    pin TEXT COLLATE "C" NOT NULL,
    confirmation_pin TEXT COLLATE "C" NOT NULL,
    first_pins BIGINT NOT NULL CHECK (first_pins IN (0, 1)),
    second_factor TEXT COLLATE "C" NOT NULL CHECK (second_factor IN ('confirmation-pin', 'one-time-code')),
    code_secret TEXT COLLATE "C",
    code_step BIGINT,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    locked BIGINT NOT NULL CHECK (locked IN (0, 1)),
    suspended TEXT COLLATE "C" CHECK (suspended IN ('stopped', 'lost')),
    created BIGINT NOT NULL,
    PRIMARY KEY (contract, member)
);

CREATE TABLE permit (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    contract TEXT COLLATE "C" NOT NULL,
    member TEXT COLLATE "C" NOT NULL,
    issue_count BIGINT NOT NULL CHECK (issue_count >= 0),
    reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('registration', 'reissue', 'expiry')),
    registered BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    closes BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'bound', 'issued', 'closed')),
    key_digest TEXT COLLATE "C",
    code_step BIGINT,
    FOREIGN KEY (contract, member) REFERENCES holder (contract, member)
);
CREATE INDEX permit_of_holder ON permit (contract, member, opened);
-- What can still become a certificate: one at a time.
CREATE UNIQUE INDEX permit_in_use ON permit (contract, member) WHERE state IN ('open', 'bound');

CREATE TABLE certificate (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serial TEXT COLLATE "C" NOT NULL UNIQUE,
    holder TEXT COLLATE "C" NOT NULL,
    by_operator BIGINT NOT NULL CHECK (by_operator IN (0, 1)),
    issue_count BIGINT NOT NULL CHECK (issue_count >= 0),
    permit TEXT COLLATE "C" REFERENCES permit (id),
    key_digest TEXT COLLATE "C" NOT NULL,
    der BYTEA NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    renews TEXT COLLATE "C" REFERENCES certificate (serial),
    logged_in BIGINT,
    revoked_at BIGINT,
    revoked_for TEXT COLLATE "C" CHECK (revoked_for IN ('lost', 'stopped', 'compromised', 'reissued')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
CREATE INDEX certificate_of_holder ON certificate (holder, issued);
CREATE INDEX certificate_of_key ON certificate (key_digest, issued);
CREATE INDEX certificate_of_permit ON certificate (permit);
CREATE INDEX certificate_renewing ON certificate (renews);
CREATE INDEX certificate_expiring ON certificate (not_after);
CREATE INDEX certificate_revoked ON certificate (serial) WHERE revoked_at IS NOT NULL;

CREATE TABLE barred_key (
    key_digest TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE TABLE notice (
    serial TEXT COLLATE "C" NOT NULL REFERENCES certificate (serial),
    days BIGINT NOT NULL CHECK (days >= 0),
    begun BIGINT NOT NULL,
    sent BIGINT,
    PRIMARY KEY (serial, days)
);

CREATE TABLE event (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX event_of_subject ON event (subject, number);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the event log is never changed');
CREATE TRIGGER barred_key_is_never_deleted BEFORE DELETE OR TRUNCATE ON barred_key
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a barred key stays barred');
