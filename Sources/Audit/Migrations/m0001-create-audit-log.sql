-- Who did what to whom, for ever: rows are added and read, never changed.
CREATE TABLE audit_log (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- the account that acted; NULL for the system and for operators at the command line
    actor uuid,
    action text NOT NULL,
    -- what it was done to, as kind:id
    subject text NOT NULL,
    request_id text,
    -- keyed hash of the client's address
    address_hash bytea,
    CONSTRAINT audit_log_action_form CHECK (action ~ '^[a-z][a-z-]*\.[a-z][a-z-]*$' AND char_length(action) <= 80),
    CONSTRAINT audit_log_subject_form CHECK (subject ~ '^[a-z-]+:[A-Za-z0-9._-]{1,80}$'),
    CONSTRAINT audit_log_request_form CHECK (char_length(request_id) BETWEEN 1 AND 64)
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, audit_id);
CREATE INDEX audit_log_by_actor ON audit_log (actor, audit_id);

CREATE FUNCTION audit_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_log_rows_stay BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse_change();
CREATE TRIGGER audit_log_table_stays BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse_change();
