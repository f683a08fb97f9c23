-- How often a delivery was claimed. Attempts are counted back when one is put off; this never is, so that no settlement of one
-- claim can be taken for that of a later one.
ALTER TABLE deliveries ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;

-- Deliveries are claimed connection by connection, so that what waits for one that rests is not even looked at.
CREATE INDEX deliveries_claim ON deliveries (connection, due_at, id) WHERE state = 'pending';
DROP INDEX deliveries_due;
CREATE INDEX deliveries_state ON deliveries (state, id);

-- Whose promises have ended is passed over, in whichever warehouse: an item's history grows for ever.
DROP INDEX reservations_counting;
CREATE INDEX reservations_counting ON reservations (sku, ended_at, warehouse, quantity_micros);

-- Whoever sees one store only lists its orders without reading all others.
CREATE INDEX orders_store ON orders (store, received_at, id);

-- Two callers may use the same key for different orders.
DROP INDEX orders_key;
CREATE UNIQUE INDEX orders_key ON orders (actor, idempotency_key);

-- People and access. Secrets are kept as hashes: passwords argon2id in the PHC form, all others, which are random, SHA-256.

CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    -- Stands in stories and is never given to somebody else: an erased user keeps its row.
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    email TEXT,
    roles TEXT NOT NULL,
    stores TEXT NOT NULL,
    regions TEXT NOT NULL,
    language TEXT NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    password TEXT,
    created_at BIGINT NOT NULL,
    last_login_at BIGINT,
    erased_at BIGINT
);

-- One link at a time for each user: a new one voids the one before, its use removes it.
CREATE TABLE invites (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    hash BYTEA NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, id);

-- Failed sign-ins of an account or from an address. The subject is a keyed hash: people type passwords into the field of the name.
CREATE TABLE guesses (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- Who tried to govern what, from where, and how it ended. Written before it is done, completed afterwards.
CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    request TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_actor ON audit (actor, at, id);
CREATE INDEX audit_action ON audit (action, at, id);

-- Tokens get several roles, bounds, places and an owner. Roles that nobody knew are dropped.
ALTER TABLE api_tokens ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '{}';
ALTER TABLE api_tokens ADD COLUMN stores TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_tokens ADD COLUMN regions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_tokens ADD COLUMN owner BIGINT;
ALTER TABLE api_tokens ADD COLUMN created_by TEXT NOT NULL DEFAULT 'host';
UPDATE api_tokens SET roles = '["' || role || '"]'
    WHERE role IN ('admin', 'operator', 'supervisor', 'finance', 'sales', 'developer');
ALTER TABLE api_tokens DROP COLUMN role;
