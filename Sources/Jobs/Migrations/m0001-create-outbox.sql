-- What happened, written in the transaction in which it happened.
CREATE TABLE outbox_events (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    -- Events of one subject are delivered in the order of their ids.
    subject text NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The writing transaction: what was read below the oldest running one is read for good.
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT outbox_events_name CHECK (name ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
    CONSTRAINT outbox_events_subject CHECK (octet_length(subject) BETWEEN 1 AND 200),
    CONSTRAINT outbox_events_payload CHECK (
        jsonb_typeof(payload) = 'object' AND coalesce(jsonb_typeof(payload -> 'schema') = 'number', false))
);
CREATE INDEX outbox_events_tx ON outbox_events (tx);
CREATE INDEX outbox_events_occurred_at ON outbox_events (occurred_at);

-- Who hears which events, and below which transaction all of them have a delivery.
CREATE TABLE outbox_subscribers (
    subscriber text PRIMARY KEY,
    events text[] NOT NULL,
    horizon xid8 NOT NULL DEFAULT '0'
);

-- One row for each subscriber and event.
CREATE TABLE outbox_deliveries (
    subscriber text NOT NULL REFERENCES outbox_subscribers,
    event_id bigint NOT NULL REFERENCES outbox_events ON DELETE CASCADE,
    subject text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    failed_attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The kind of the last failure, never what the event holds.
    last_error text,
    ended_at timestamptz,
    PRIMARY KEY (subscriber, event_id),
    CONSTRAINT outbox_deliveries_state CHECK (state IN ('pending', 'done', 'parked')),
    CONSTRAINT outbox_deliveries_ended CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX outbox_deliveries_event ON outbox_deliveries (event_id);
CREATE INDEX outbox_deliveries_pending ON outbox_deliveries (subscriber, event_id) WHERE state = 'pending';
CREATE INDEX outbox_deliveries_pending_subject ON outbox_deliveries (subscriber, subject, event_id) WHERE state = 'pending';
CREATE INDEX outbox_deliveries_parked ON outbox_deliveries (subscriber, event_id) WHERE state = 'parked';
