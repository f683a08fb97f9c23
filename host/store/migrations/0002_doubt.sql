-- May an earlier attempt have had its effect, unknown to us? True from an attempt of unknown outcome, or one that never settled,
-- until the delivery is done.
ALTER TABLE deliveries ADD COLUMN in_doubt BOOLEAN NOT NULL DEFAULT FALSE;

-- Until when the upstream may still be working on an attempt of unknown outcome: nothing is tried before, replayed or not.
ALTER TABLE deliveries ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;

-- Until now this was guessed when it was needed. What is open gets the careful answer once: it is in doubt, unless every attempt
-- that was begun is on record with a failure that rules its effect out. One that is missing has not settled, or has expired.
UPDATE deliveries SET in_doubt = TRUE
WHERE state IN ('pending', 'waiting') AND deliveries.attempts > (
    SELECT COUNT(*) FROM attempts AS settled
    WHERE settled.delivery_id = deliveries.id AND (
        settled.failure LIKE '{"class":"rejected"%'
        OR settled.failure LIKE '{"class":"invalid"%'
        OR settled.failure LIKE '{"class":"rate-limited"%'
        OR settled.failure LIKE '{"class":"unauthorized"%'
        OR settled.failure LIKE '{"class":"not-found"%'
    )
);
