-- What of doctor_changes is gone: a reader that has not read all transactions below `tx` reads everything again.
CREATE TABLE doctor_changes_floor (
    is_only boolean PRIMARY KEY DEFAULT true,
    tx xid8 NOT NULL,
    CONSTRAINT doctor_changes_floor_is_only CHECK (is_only)
);
INSERT INTO doctor_changes_floor (tx) VALUES ('0');

-- Drops changes of transactions below `below`, at most `most` rows; returns how many. Of several callers at once one works.
CREATE FUNCTION doctor_changes_prune(below xid8, most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    dropped bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('doctor_changes_prune', 0))
        OR NOT EXISTS (SELECT FROM doctor_changes WHERE tx < below)
    THEN
        RETURN 0;
    END IF;
    UPDATE doctor_changes_floor SET tx = greatest(tx, below);
    DELETE FROM doctor_changes WHERE change_id IN (
        SELECT change_id FROM doctor_changes WHERE tx < below ORDER BY tx LIMIT most);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END
$$;
