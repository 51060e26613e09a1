-- The outbox the search index follows: which doctors' listings changed, and in which transaction.
-- A null doctor_id means "anything may have changed: read everything again".
CREATE TABLE doctor_changes (
    change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    doctor_id bigint,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Readers ask by tx; writers ask whether this transaction has named the doctor before.
CREATE INDEX doctor_changes_by_tx ON doctor_changes (tx, doctor_id);

-- A transaction that touches a doctor in six tables leaves one row and one notification.
CREATE FUNCTION doctor_changes_enqueue(doctors bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doctor_changes (doctor_id)
    SELECT DISTINCT changed FROM unnest(doctors) AS changed
    WHERE NOT EXISTS (
        SELECT FROM doctor_changes c WHERE c.tx = pg_current_xact_id() AND c.doctor_id = changed
        OFFSET 0 -- one index look-up each; a join would read all of a long transaction's rows for every statement
    );
    IF FOUND THEN PERFORM pg_notify('doctor_changes', ''); END IF;
END
$$;

CREATE FUNCTION doctor_changes_of_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM doctor_changes_enqueue(ARRAY(SELECT doctor_id FROM new_rows));
    RETURN NULL;
END
$$;

CREATE FUNCTION doctor_changes_of_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM doctor_changes_enqueue(ARRAY(SELECT doctor_id FROM old_rows));
    RETURN NULL;
END
$$;

-- Rows that differ before and after: a row moved from one doctor to another names both.
CREATE FUNCTION doctor_changes_of_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM doctor_changes_enqueue(ARRAY(
        SELECT doctor_id FROM (TABLE old_rows EXCEPT TABLE new_rows) AS before
        UNION
        SELECT doctor_id FROM (TABLE new_rows EXCEPT TABLE old_rows) AS after));
    RETURN NULL;
END
$$;

-- A practice shows in the listing of every doctor there. Its insertion shows nowhere yet, its deletion cascades.
CREATE FUNCTION doctor_changes_of_practice_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM doctor_changes_enqueue(ARRAY(
        SELECT doctor_id FROM doctor_practices
        WHERE practice_id IN (SELECT practice_id FROM (TABLE new_rows EXCEPT TABLE old_rows) AS after)));
    RETURN NULL;
END
$$;

CREATE FUNCTION doctor_changes_of_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO doctor_changes (doctor_id) VALUES (NULL);
    PERFORM pg_notify('doctor_changes', '');
    RETURN NULL;
END
$$;

-- What a specialty, language or scheme is called shows with every doctor who has it, and tells how words are understood:
-- a rename means "read everything again". A changed slug or code cascades to the link rows, which name their doctors.
CREATE FUNCTION doctor_changes_of_rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT to_jsonb(n) - 'slug' - 'code' FROM new_rows n EXCEPT SELECT to_jsonb(o) - 'slug' - 'code' FROM old_rows o
    ) THEN
        INSERT INTO doctor_changes (doctor_id) VALUES (NULL);
        PERFORM pg_notify('doctor_changes', '');
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'doctors', 'doctor_specialties', 'doctor_languages', 'doctor_schemes', 'doctor_practices', 'fees'
    ] LOOP
        EXECUTE format('CREATE TRIGGER doctor_changes_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_insert()', name);
        EXECUTE format('CREATE TRIGGER doctor_changes_update AFTER UPDATE ON %I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_update()', name);
        EXECUTE format('CREATE TRIGGER doctor_changes_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_delete()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['specialties', 'languages', 'schemes'] LOOP
        EXECUTE format('CREATE TRIGGER doctor_changes_rename AFTER UPDATE ON %I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_rename()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'specialties', 'languages', 'schemes', 'doctors', 'doctor_specialties', 'doctor_languages', 'doctor_schemes',
        'practices', 'doctor_practices', 'fees'
    ] LOOP
        EXECUTE format('CREATE TRIGGER doctor_changes_truncate AFTER TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_truncate()', name);
    END LOOP;
END
$$;

CREATE TRIGGER doctor_changes_update AFTER UPDATE ON practices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION doctor_changes_of_practice_update();
