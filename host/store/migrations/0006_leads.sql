-- Leads: customers to be. Personal data stand in details (with name, company and tags beside it for lists), in entries, merges,
-- keys and the contents of touches, and nowhere else: that is what is emptied when a person is forgotten.

CREATE TABLE leads (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    store TEXT NOT NULL,
    owner TEXT NOT NULL,
    source TEXT NOT NULL,
    grade TEXT NOT NULL,
    stage TEXT NOT NULL,
    stage_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    company TEXT NOT NULL,
    tags TEXT NOT NULL,
    details TEXT NOT NULL,
    customer TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    touched_at BIGINT,
    answered_at BIGINT,
    -- When it was given to its owner, and until when it is put off where nobody was found.
    assigned_at BIGINT,
    assign_at BIGINT NOT NULL DEFAULT 0,
    erased_at BIGINT,
    -- The lead that has absorbed this one; a lead that has absorbed others is never itself absorbed without them.
    merged_into BIGINT,
    -- Version and rules by which grade and timers were last looked at.
    judged BIGINT NOT NULL DEFAULT 0,
    judged_by BIGINT NOT NULL DEFAULT -1
);
CREATE INDEX leads_created ON leads (created_at, id) WHERE merged_into IS NULL;
CREATE INDEX leads_store ON leads (store, stage, created_at, id) WHERE merged_into IS NULL;
CREATE INDEX leads_owner ON leads (owner, created_at, id) WHERE merged_into IS NULL;
CREATE INDEX leads_merged ON leads (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX leads_unjudged ON leads (id) WHERE judged < version;
CREATE INDEX leads_judged_by ON leads (judged_by, id) WHERE merged_into IS NULL AND erased_at IS NULL;

-- By what leads are the same. A key is one lead's.
CREATE TABLE lead_keys (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    PRIMARY KEY (kind, value)
);
CREATE INDEX lead_keys_lead ON lead_keys (lead_id, kind);

-- Leads that a person has told apart: they are not merged by themselves again. The lower id comes first.
CREATE TABLE lead_distinct (
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    other_id BIGINT NOT NULL REFERENCES leads (id),
    PRIMARY KEY (lead_id, other_id)
);

-- Everything that was ever handed in, whole. Where it was added to a lead that was there: the lead's details before and after, and its
-- standing (store, owner, stage and the like) where that changed. What was taken back has neither any more.
CREATE TABLE lead_entries (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    fingerprint TEXT NOT NULL,
    way TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    content TEXT NOT NULL,
    before TEXT,
    after TEXT,
    standing TEXT,
    keys TEXT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE UNIQUE INDEX lead_entries_once ON lead_entries (fingerprint) WHERE fingerprint <> '';
CREATE INDEX lead_entries_lead ON lead_entries (lead_id, id);

CREATE TABLE lead_merges (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    other_id BIGINT NOT NULL REFERENCES leads (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    -- Why: kinds of the keys that both had.
    reason TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    standing TEXT,
    -- Keys and leads that came with the other.
    keys TEXT NOT NULL,
    moved TEXT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE INDEX lead_merges_lead ON lead_merges (lead_id, id);
CREATE INDEX lead_merges_other ON lead_merges (other_id, id);

-- Stays in stages, with the store of that time, for the figures.
CREATE TABLE lead_stays (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    store TEXT NOT NULL,
    stage TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    left_at BIGINT,
    next TEXT,
    actor TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX lead_stays_lead ON lead_stays (lead_id, entered_at, id);
CREATE INDEX lead_stays_stage ON lead_stays (store, stage, entered_at, left_at);

CREATE TABLE lead_touches (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    city TEXT NOT NULL,
    actor TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    first_call BOOLEAN NOT NULL,
    content TEXT NOT NULL,
    contradicts BIGINT
);
CREATE INDEX lead_touches_lead ON lead_touches (lead_id, at, id);
CREATE INDEX lead_touches_actor ON lead_touches (actor, kind, at);

CREATE TABLE lead_tasks (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    action TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    obstacle TEXT NOT NULL,
    assignee TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    done_at BIGINT,
    done_by TEXT
);
CREATE INDEX lead_tasks_lead ON lead_tasks (lead_id, id);
CREATE INDEX lead_tasks_open ON lead_tasks (assignee, due_at, id) WHERE done_at IS NULL;

CREATE TABLE lead_files (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    path TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL
);
CREATE INDEX lead_files_lead ON lead_files (lead_id, id);

-- Who was given which lead, and why.
CREATE TABLE lead_assignments (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    store TEXT NOT NULL,
    owner TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- None where a person gave it to them.
    score BIGINT,
    parts TEXT NOT NULL,
    -- When somebody else got it, or nobody.
    ended_at BIGINT,
    -- Was it taken away, because they did not answer?
    lost BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX lead_assignments_owner ON lead_assignments (owner, at);
CREATE INDEX lead_assignments_lead ON lead_assignments (lead_id, owner);

CREATE TABLE lead_approvals (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX lead_approvals_lead ON lead_approvals (lead_id, at);

-- Versions of the rules; the last one is in force.
CREATE TABLE lead_rules (
    version BIGINT PRIMARY KEY,
    content TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL
);

-- A timer of a lead goes off once for each moment from which it counts: its row stays.
CREATE TABLE lead_timers (
    lead_id BIGINT NOT NULL REFERENCES leads (id),
    rule TEXT NOT NULL,
    since BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (lead_id, rule, since)
);
CREATE INDEX lead_timers_due ON lead_timers (due_at, lead_id) WHERE fired_at IS NULL;

CREATE TABLE lead_imports (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    plan TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Rows of the file that were read, and what became of them.
    done BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL DEFAULT 0,
    merged BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    failure TEXT,
    actor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);

CREATE TABLE lead_refusals (
    import_id BIGINT NOT NULL REFERENCES lead_imports (id),
    number BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (import_id, number)
);
