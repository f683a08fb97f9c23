-- Search. What an order is found by, as hashes (see the domain's `search`): pairs of neighbouring characters of names, words, codes,
-- telephone numbers. The instant lets the newest of each term be read in the order of lists.
CREATE TABLE order_terms (
    term BIGINT NOT NULL,
    at BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    PRIMARY KEY (term, at, order_id)
);
-- A corrected order's terms go, whatever they were made of.
CREATE INDEX order_terms_order ON order_terms (order_id);

-- Orders whose terms are still to be written: all that are there already, then each new or corrected one for a moment.
CREATE TABLE unindexed_orders (
    order_id BIGINT PRIMARY KEY
);
INSERT INTO unindexed_orders (order_id) SELECT id FROM orders;

-- What happened last, whatever it happened to.
CREATE INDEX timeline_at ON timeline (at, id);

-- Tickets are somebody's. Comments and trail stand in the timeline.
ALTER TABLE tickets ADD COLUMN assignee TEXT;
CREATE INDEX tickets_assignee ON tickets (assignee, id) WHERE assignee IS NOT NULL;

-- Replays that a person asked for, and how far they are.
CREATE TABLE replays (
    id BIGINT PRIMARY KEY,
    actor TEXT NOT NULL,
    request TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- All its deliveries have been looked at; those made due may still be under way.
    ended_at BIGINT
);
CREATE INDEX replays_open ON replays (id) WHERE ended_at IS NULL;
CREATE TABLE replay_items (
    replay_id BIGINT NOT NULL REFERENCES replays (id),
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    -- Not looked at yet: null. Made due: true. Left as it was: false.
    replayed BOOLEAN,
    PRIMARY KEY (replay_id, delivery_id)
);
CREATE INDEX replay_items_open ON replay_items (replay_id, delivery_id) WHERE replayed IS NULL;

-- What a person has said about a connection beside its settings.
CREATE TABLE connection_controls (
    connection TEXT PRIMARY KEY,
    paused_at BIGINT,
    -- Never: until somebody resumes it.
    paused_until BIGINT,
    paused_by TEXT,
    reason TEXT,
    -- Failures from before then count no more on any node.
    breakers_closed_at BIGINT NOT NULL DEFAULT 0
);

-- Calls of plugins by the hour. `bucket` numbers a range of durations.
CREATE TABLE call_figures (
    connection TEXT NOT NULL,
    function TEXT NOT NULL,
    hour BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    PRIMARY KEY (connection, hour, function, outcome, bucket)
);
CREATE INDEX call_figures_age ON call_figures (hour);

-- What has come back from the upstreams. Each warehouse tells what has left it, an ERP what has left altogether.
CREATE TABLE shipped_lines (
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    connection TEXT NOT NULL,
    interface TEXT NOT NULL,
    -- So far, in the line's unit.
    quantity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, line, connection, interface)
);
CREATE TABLE payments (
    order_id BIGINT PRIMARY KEY,
    -- So far, as upstreams tell it, in this currency.
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    connection TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- So far, as people have booked it, in the company's currency. It may be the same money.
    noted BIGINT NOT NULL DEFAULT 0
);
-- What people have booked as paid without naming an order: what upstreams tell of the customer's orders later is this money first.
ALTER TABLE customers ADD COLUMN on_account BIGINT NOT NULL DEFAULT 0;
-- Bookings of people, so that a repeated request books nothing twice.
CREATE TABLE credit_bookings (
    actor TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- What was asked for.
    booking TEXT NOT NULL,
    -- What was open afterwards.
    open_credit BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (actor, idempotency_key)
);
-- What of `credit` has been given back because it was paid or cancelled.
ALTER TABLE orders ADD COLUMN credit_released BIGINT NOT NULL DEFAULT 0;

-- When the changes of each upstream are asked for next; while they are: when the lease ends.
CREATE TABLE polls (
    connection TEXT NOT NULL,
    interface TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    claims BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT,
    failure TEXT,
    PRIMARY KEY (connection, interface)
);

-- It came from a backup while undecided: its upstreams may know it already, so that what it causes is in doubt from the start.
ALTER TABLE orders ADD COLUMN restored BOOLEAN NOT NULL DEFAULT FALSE;

-- How long things are kept.
CREATE TABLE retention (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL
);

-- What was due and what came in, by region and month, in the company's currency. Too little freezes new credit.
CREATE TABLE collections (
    region TEXT NOT NULL,
    month TEXT NOT NULL,
    due BIGINT NOT NULL,
    collected BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (region, month)
);
