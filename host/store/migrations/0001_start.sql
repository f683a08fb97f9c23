-- Runs on SQLite and PostgreSQL alike. Instants are microseconds since 1970 (9223372036854775807: never), amounts are
-- minor units, columns named *_micros are millionths of base units, JSON and decimals are text. Ids come from `counters`.

CREATE TABLE counters (
    kind TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);

CREATE TABLE company (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL
);

-- A known text under the installation's key: opening with another key is noticed at once.
CREATE TABLE key_check (
    id BIGINT PRIMARY KEY,
    nonce BYTEA NOT NULL,
    ciphertext BYTEA NOT NULL
);

-- Standing data.

CREATE TABLE regions (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE stores (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    currency TEXT NOT NULL
);

CREATE TABLE warehouses (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    priority BIGINT NOT NULL
);

CREATE TABLE customers (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    region TEXT NOT NULL,
    credit_limit BIGINT,
    payment_days BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    -- Confirmed and not yet paid, in the company's currency. Changes only under the row's lock.
    open_credit BIGINT NOT NULL
);

CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    specification TEXT NOT NULL,
    base_unit TEXT NOT NULL,
    tax_rate TEXT NOT NULL,
    units TEXT NOT NULL,
    service BOOLEAN NOT NULL,
    custom BOOLEAN NOT NULL,
    lead_time_days BIGINT NOT NULL,
    zone TEXT NOT NULL,
    attributes TEXT NOT NULL
);
CREATE INDEX products_alike ON products (category, specification);

CREATE TABLE price_lists (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    currency TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE price_entries (
    list TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    sku TEXT NOT NULL,
    unit TEXT NOT NULL,
    price TEXT NOT NULL,
    tax_inclusive BOOLEAN NOT NULL,
    tax_rate TEXT NOT NULL,
    min_quantity TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (list, version, position)
);
CREATE INDEX price_entries_sku ON price_entries (sku, list, version);

CREATE TABLE code_maps (
    connection TEXT NOT NULL,
    kind TEXT NOT NULL,
    local TEXT NOT NULL,
    remote TEXT NOT NULL,
    PRIMARY KEY (connection, kind, local)
);
CREATE INDEX code_maps_remote ON code_maps (connection, kind, remote);

-- The last reading of each item in each warehouse. The row is also the lock under which promises are made; a row with
-- read_at -1 is only that.
CREATE TABLE stock (
    warehouse TEXT NOT NULL,
    sku TEXT NOT NULL,
    available_micros BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (sku, warehouse)
);

-- Orders.

CREATE TABLE orders (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'received',
    version BIGINT NOT NULL DEFAULT 1,
    reference TEXT NOT NULL,
    customer TEXT NOT NULL,
    store TEXT NOT NULL,
    actor TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    decided_at BIGINT,
    -- When it is judged next; while it is being judged: when the lease ends.
    evaluate_at BIGINT NOT NULL,
    currency TEXT,
    net BIGINT,
    tax BIGINT,
    gross BIGINT,
    -- What it takes of the customer's credit, in the company's currency.
    credit BIGINT NOT NULL DEFAULT 0,
    skus TEXT NOT NULL,
    submission TEXT NOT NULL,
    judged TEXT,
    evaluation TEXT,
    reject_reason TEXT,
    idempotency_key TEXT,
    fingerprint TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_key ON orders (idempotency_key);
-- Orders that are not judged any more have the instant never.
CREATE INDEX orders_due ON orders (evaluate_at, id) WHERE evaluate_at < 9223372036854775807;
CREATE INDEX orders_received ON orders (received_at, id);
CREATE INDEX orders_state ON orders (state, received_at, id);
CREATE INDEX orders_customer ON orders (customer, placed_at);
CREATE INDEX orders_reference ON orders (reference) WHERE reference <> '';

-- No foreign keys on the two tables of lines: they are written with the order's row under lock, and are the widest writes.
CREATE TABLE order_lines (
    order_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    customer TEXT NOT NULL,
    sku TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    tax_rate TEXT NOT NULL,
    tax_inclusive BOOLEAN NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    PRIMARY KEY (order_id, number)
);
CREATE INDEX order_lines_sku ON order_lines (sku, customer, order_id);

CREATE TABLE reservations (
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    warehouse TEXT NOT NULL,
    sku TEXT NOT NULL,
    quantity_micros BIGINT NOT NULL,
    zone TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Never while active. A promise counts against readings begun up to its end.
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, line, warehouse)
);
CREATE INDEX reservations_counting ON reservations (sku, warehouse, ended_at, quantity_micros);

CREATE TABLE holds (
    id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    released_at BIGINT,
    released_by TEXT,
    note TEXT
);
CREATE INDEX holds_order ON holds (order_id, id);
CREATE INDEX holds_open ON holds (opened_at, id) WHERE released_at IS NULL;
CREATE UNIQUE INDEX holds_once ON holds (order_id, code) WHERE released_at IS NULL;

-- Codes of holds that a person has released.
CREATE TABLE waivers (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    code TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, code)
);

CREATE TABLE attachments (
    id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    path TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL
);
CREATE INDEX attachments_order ON attachments (order_id, id);

-- Append-only. Persons are referenced, never copied.
CREATE TABLE timeline (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (kind, subject, at, id)
);

-- Deliveries.

CREATE TABLE deliveries (
    id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    order_number TEXT NOT NULL,
    connection TEXT NOT NULL,
    operation TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    detail TEXT NOT NULL,
    state TEXT NOT NULL,
    -- When it is tried next; while claimed: when the lease ends. Never, unless it is pending.
    due_at BIGINT NOT NULL,
    after_id BIGINT,
    -- Begun attempts. The number is also the token of the claim: settlements of other numbers are void.
    attempts BIGINT NOT NULL DEFAULT 0,
    claimed BOOLEAN NOT NULL DEFAULT FALSE,
    failures BIGINT NOT NULL DEFAULT 0,
    external_id TEXT,
    last_failure TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE UNIQUE INDEX deliveries_key ON deliveries (idempotency_key);
CREATE INDEX deliveries_due ON deliveries (state, due_at, id);
CREATE INDEX deliveries_order ON deliveries (order_id, id);
CREATE INDEX deliveries_after ON deliveries (after_id) WHERE after_id IS NOT NULL;
CREATE INDEX deliveries_connection ON deliveries (connection, id);

CREATE TABLE attempts (
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    failure TEXT,
    record TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
CREATE INDEX attempts_age ON attempts (ended_at);

CREATE TABLE tickets (
    id BIGINT PRIMARY KEY,
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    order_id BIGINT NOT NULL,
    order_number TEXT NOT NULL,
    connection TEXT NOT NULL,
    failure TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT
);
CREATE UNIQUE INDEX tickets_open ON tickets (delivery_id) WHERE closed_at IS NULL;

CREATE TABLE external_ids (
    connection TEXT NOT NULL,
    kind TEXT NOT NULL,
    local TEXT NOT NULL,
    remote TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connection, kind, local)
);

CREATE TABLE rate_windows (
    connection TEXT PRIMARY KEY,
    revision BIGINT NOT NULL,
    calls BYTEA NOT NULL
);

CREATE TABLE change_cursors (
    connection TEXT NOT NULL,
    interface TEXT NOT NULL,
    position TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connection, interface)
);

-- Plugins and connections.

CREATE TABLE plugins (
    digest TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    manifest TEXT NOT NULL,
    size BIGINT NOT NULL,
    component BYTEA NOT NULL,
    installed_at BIGINT NOT NULL,
    installed_by TEXT NOT NULL
);

CREATE TABLE connections (
    name TEXT PRIMARY KEY,
    plugin TEXT NOT NULL REFERENCES plugins (digest),
    config TEXT NOT NULL,
    revision BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX connections_plugin ON connections (plugin);

CREATE TABLE credentials (
    connection TEXT NOT NULL,
    slot TEXT NOT NULL,
    nonce BYTEA NOT NULL,
    ciphertext BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (connection, slot)
);

-- Keys are bytes, so that both engines order them alike.
CREATE TABLE kv (
    connection TEXT NOT NULL,
    name BYTEA NOT NULL,
    value BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (connection, name)
);
CREATE INDEX kv_expiry ON kv (expires_at) WHERE expires_at < 9223372036854775807;

-- Bytes of keys and values in each space; the row is also the lock of the space.
CREATE TABLE kv_spaces (
    connection TEXT PRIMARY KEY,
    used BIGINT NOT NULL
);

CREATE TABLE api_tokens (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
