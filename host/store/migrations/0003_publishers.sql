-- Keys of publishers whose signatures count. A revoked key stays, so that a file signed with it is told from an unknown one's.
CREATE TABLE publisher_keys (
    publisher TEXT NOT NULL,
    id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    trusted_at BIGINT NOT NULL,
    trusted_by TEXT NOT NULL,
    revoked_at BIGINT,
    revoked_by TEXT,
    PRIMARY KEY (publisher, id)
);

-- Where a plugin's file was fetched from; empty: it was sent here.
ALTER TABLE plugins ADD COLUMN source TEXT NOT NULL DEFAULT '';
