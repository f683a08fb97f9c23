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

CREATE INDEX orders_store ON orders (store, received_at, id);

-- Two callers may use the same key for different orders.
DROP INDEX orders_key;
CREATE UNIQUE INDEX orders_key ON orders (actor, idempotency_key);
