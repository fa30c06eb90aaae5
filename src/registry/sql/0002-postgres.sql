-- Enrolment codes, one of a permit at a time. The code itself is nowhere: it has so many random bits
-- that its SHA-256 says nothing about it.
CREATE TABLE enrolment_code (
    permit TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES permit (id),
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    key_digest TEXT COLLATE "C",
    used BIGINT,
    CHECK ((key_digest IS NULL) = (used IS NULL))
);

UPDATE registry_version SET version = 2;
