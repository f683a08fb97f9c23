-- Approvals: several people who must agree before a hold is released.
CREATE TABLE approvals (
    id BIGINT PRIMARY KEY,
    hold_id BIGINT NOT NULL UNIQUE REFERENCES holds (id),
    order_id BIGINT NOT NULL REFERENCES orders (id),
    -- As they stood in the routes when the hold was opened.
    terms TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX approvals_order ON approvals (order_id, id);
CREATE INDEX approvals_state ON approvals (state, id);

-- One of those who must agree.
CREATE TABLE approval_steps (
    approval_id BIGINT NOT NULL REFERENCES approvals (id),
    number BIGINT NOT NULL,
    approver TEXT NOT NULL,
    -- How many of the terms' `escalate` are asked beside them by now.
    escalated BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    overdue BOOLEAN NOT NULL DEFAULT FALSE,
    decided_at BIGINT,
    decided_by TEXT,
    note TEXT,
    PRIMARY KEY (approval_id, number)
);

-- Who is asked by now: the step's approver, and those of the terms' `escalate` whose turn has come.
CREATE TABLE approval_asked (
    approver TEXT NOT NULL,
    approval_id BIGINT NOT NULL REFERENCES approvals (id),
    step BIGINT NOT NULL,
    PRIMARY KEY (approver, approval_id, step)
);
CREATE INDEX approval_asked_approval ON approval_asked (approval_id, step);

-- What the order amounted to, with tax, when the hold was opened; null: it had no price. People agree to this and to no more.
ALTER TABLE holds ADD COLUMN gross BIGINT;

-- The same of a release: it is void where the order comes to another amount before it is confirmed.
ALTER TABLE waivers ADD COLUMN gross BIGINT;

-- Who has corrected it: actors, and the people behind them. They approve nothing of it.
ALTER TABLE orders ADD COLUMN corrected_by TEXT NOT NULL DEFAULT '[]';

-- Each is worked once: in the transaction that deletes it.
CREATE TABLE approval_timers (
    id BIGINT PRIMARY KEY,
    approval_id BIGINT NOT NULL REFERENCES approvals (id),
    step BIGINT NOT NULL,
    kind TEXT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX approval_timers_due ON approval_timers (due_at, id);
CREATE INDEX approval_timers_approval ON approval_timers (approval_id, step);

-- Rules as data: versions of a connection's settings, or of the approval routes (set `approvals`).
CREATE TABLE rule_versions (
    rule_set TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- `draft`, `published` (in force; one at most), `retired`.
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Rises with each change of the draft: whoever publishes it names the one that they have looked at.
    revision BIGINT NOT NULL DEFAULT 1,
    published_at BIGINT,
    published_by TEXT,
    -- The version that it took the place of, to which a rollback returns.
    replaced BIGINT,
    PRIMARY KEY (rule_set, version)
);

-- The last number of each set; also the lock of those who add versions.
CREATE TABLE rule_sets (
    name TEXT PRIMARY KEY,
    last_version BIGINT NOT NULL
);

-- A draft tried on past orders. The row is written on as the trial goes on.
CREATE TABLE rule_trials (
    id BIGINT PRIMARY KEY,
    rule_set TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    result TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX rule_trials_set ON rule_trials (rule_set, id);
