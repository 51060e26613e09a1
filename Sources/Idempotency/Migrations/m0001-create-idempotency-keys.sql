-- Answers of writes, so that a request sent twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header).
-- A row is written in the transaction of its write: both are there or neither.
CREATE TABLE idempotency_keys (
    -- Whose key it is: two callers may choose the same.
    scope text NOT NULL,
    key text NOT NULL,
    -- SHA-256 of method, path and body.
    fingerprint bytea NOT NULL,
    status smallint,
    headers text[] NOT NULL DEFAULT '{}',
    body bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_keys_once PRIMARY KEY (scope, key),
    CONSTRAINT idempotency_keys_key_form CHECK (key ~ '^[!-~]([ -~]{0,253}[!-~])?$'),
    CONSTRAINT idempotency_keys_answered CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
