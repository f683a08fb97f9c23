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

-- Every state of a connection, so that one can go back to it. It may name a plugin that is not installed any more.
CREATE TABLE connection_revisions (
    connection TEXT NOT NULL,
    revision BIGINT NOT NULL,
    plugin TEXT NOT NULL,
    config TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (connection, revision)
);
CREATE INDEX connection_revisions_plugin ON connection_revisions (plugin);

-- Who made the present state was not kept until now.
INSERT INTO connection_revisions (connection, revision, plugin, config, at, actor, cause)
    SELECT name, revision, plugin, config, updated_at, 'host', 'configured' FROM connections;
