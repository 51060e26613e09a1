-- What one booking asks of PostgreSQL, hold and confirmation, without our server: the same statements in the same two transactions,
-- and the look-up of the session before each. Booking n is doctor n's (modulo their count); :first is the first day, :doctors their count.
SELECT nextval('bench_bookings') - 1 AS n \gset
\set k 1 + :n % :doctors
\set slot :n / :doctors
\set at :first + (:slot / 96) * 86400 + (:slot % 96) * 900
SELECT doctor_id AS doctor, practice_id AS practice, schedule_id AS schedule, account_id AS account, person_id AS person, session_id AS session FROM bench_places WHERE k = :k \gset
SELECT s.account_id, a.disabled_at FROM sessions s JOIN accounts a USING (account_id) WHERE s.session_id = :session::uuid;
SELECT person_id, display_name FROM persons WHERE account_id = :account::uuid ORDER BY is_self DESC, person_id;
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
INSERT INTO idempotency_keys (scope, key, fingerprint) VALUES (:account, 'bare' || :n::text, '\x00') ON CONFLICT DO NOTHING RETURNING key;
SAVEPOINT write;
SELECT (SELECT count(*) FROM bookings WHERE account_id = :account::uuid AND state = 'held' AND expires_at > clock_timestamp() AND waitlist_entry_id IS NULL),
    (SELECT count(*) FROM bookings WHERE person_id = :person::uuid AND doctor_id = :doctor AND state = 'completed'),
    ARRAY(SELECT DISTINCT doctor_id FROM bookings WHERE person_id = :person::uuid AND expires_at <= clock_timestamp() AND tstzrange(starts_at, ends_at) && tstzrange(to_timestamp(:at) - interval '8 hours', to_timestamp(:at) + interval '8 hours'));
SELECT schedule_id FROM booking_schedules WHERE doctor_id = :doctor ORDER BY schedule_id FOR NO KEY UPDATE;
SELECT d.display_name, d.verification_state = 'verified', p.practice_id, p.name, concat_ws(', ', replace(p.address, E'\n', ', '), p.suburb, p.city),
    ARRAY(SELECT f.consultation_kind FROM fees f WHERE f.doctor_id = d.doctor_id AND f.practice_id = p.practice_id ORDER BY 1),
    ARRAY(SELECT f.amount_cents FROM fees f WHERE f.doctor_id = d.doctor_id AND f.practice_id = p.practice_id ORDER BY f.consultation_kind)
    FROM doctors d LEFT JOIN doctor_practices at USING (doctor_id) LEFT JOIN practices p USING (practice_id)
    WHERE d.doctor_id = :doctor AND d.verification_state NOT IN ('rejected', 'suspended') ORDER BY at.position;
SELECT clock_timestamp(), s.*,
    (SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.kind), '[]') FROM booking_kinds k WHERE k.schedule_id = s.schedule_id),
    (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.weekday, h.starts_minute, h.ends_minute), '[]') FROM booking_hours h WHERE h.schedule_id = s.schedule_id),
    (SELECT coalesce(jsonb_agg(to_jsonb(e)), '[]') FROM booking_exceptions e WHERE e.doctor_id = s.doctor_id AND e.during && tstzrange(clock_timestamp() - interval '2 days', NULL)),
    (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM public_holiday_changes c WHERE c.day > current_date - 3)
    FROM booking_schedules s WHERE s.doctor_id = :doctor ORDER BY s.schedule_id;
SELECT lower(takes), upper(takes), starts_at, schedule_id, kind FROM bookings WHERE doctor_id = :doctor AND takes && tstzrange(to_timestamp(:at) - interval '2 days', to_timestamp(:at) + interval '2 days') AND state NOT IN ('cancelled', 'expired', 'no_show') AND (expires_at IS NULL OR expires_at > clock_timestamp()) ORDER BY takes;
SELECT booking_id FROM bookings WHERE doctor_id = :doctor AND takes && tstzrange(to_timestamp(:at), to_timestamp(:at) + interval '15 minutes') AND expires_at <= clock_timestamp() ORDER BY booking_id FOR NO KEY UPDATE;
INSERT INTO bookings (booking_id, schedule_id, doctor_id, practice_id, account_id, person_id, kind, state, starts_at, ends_at, takes, expires_at, fee_cents, cancel_notice_minutes, move_notice_minutes, late_cancel_fee_cents, changed_by)
    VALUES (gen_random_uuid(), :schedule, :doctor, :practice, :account::uuid, :person::uuid, 'first_visit', 'held', to_timestamp(:at), to_timestamp(:at) + interval '15 minutes',
    tstzrange(to_timestamp(:at), to_timestamp(:at) + interval '15 minutes'), clock_timestamp() + interval '10 minutes', 65000, 1440, 1440, 0, :account::uuid) RETURNING booking_id AS booking \gset
WITH event AS (INSERT INTO outbox_events (name, subject, payload) VALUES ('bench.held', :booking::text, jsonb_build_object('schema', 1, 'booking_id', :booking::text, 'doctor_id', :doctor::text, 'starts_at', to_timestamp(:at), 'account_id', :account::text)) RETURNING event_id) SELECT pg_notify('outbox_events', '') FROM event;
SELECT lower(takes), upper(takes), starts_at, schedule_id, kind FROM bookings WHERE doctor_id = :doctor AND takes && tstzrange(to_timestamp(:at) - interval '2 days', to_timestamp(:at) + interval '2 days') AND state NOT IN ('cancelled', 'expired', 'no_show') AND (expires_at IS NULL OR expires_at > clock_timestamp()) ORDER BY takes;
SELECT lower(takes), upper(takes), starts_at, schedule_id, kind FROM bookings WHERE doctor_id = :doctor AND takes && tstzrange(clock_timestamp() - interval '1 day', clock_timestamp() + interval '2 days') AND state NOT IN ('cancelled', 'expired', 'no_show') AND (expires_at IS NULL OR expires_at > clock_timestamp()) ORDER BY takes;
UPDATE booking_schedules SET next_free_at = to_timestamp(:at) + interval '15 minutes' WHERE schedule_id = :schedule;
UPDATE doctor_practices SET next_available_at = to_timestamp(:at) + interval '15 minutes' WHERE doctor_id = :doctor AND practice_id = :practice;
UPDATE idempotency_keys SET status = 201, body = convert_to(repeat('x', 700), 'UTF8') WHERE scope = :account AND key = 'bare' || :n::text;
COMMIT;
SELECT s.account_id, a.disabled_at FROM sessions s JOIN accounts a USING (account_id) WHERE s.session_id = :session::uuid;
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
INSERT INTO idempotency_keys (scope, key, fingerprint) VALUES (:account, 'bare-c' || :n::text, '\x00') ON CONFLICT DO NOTHING RETURNING key;
SAVEPOINT write;
SELECT * FROM bookings WHERE booking_id = :booking::uuid FOR NO KEY UPDATE;
SELECT clock_timestamp(), s.*,
    (SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.kind), '[]') FROM booking_kinds k WHERE k.schedule_id = s.schedule_id),
    (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.weekday, h.starts_minute, h.ends_minute), '[]') FROM booking_hours h WHERE h.schedule_id = s.schedule_id)
    FROM booking_schedules s WHERE s.doctor_id = :doctor ORDER BY s.schedule_id;
UPDATE bookings SET state = 'confirmed', expires_at = NULL WHERE booking_id = :booking::uuid RETURNING *;
SELECT d.display_name, p.practice_id, p.name FROM doctors d LEFT JOIN doctor_practices at USING (doctor_id) LEFT JOIN practices p USING (practice_id) WHERE d.doctor_id = :doctor;
WITH event AS (INSERT INTO outbox_events (name, subject, payload) VALUES ('bench.confirmed', :booking::text, jsonb_build_object('schema', 1, 'booking_id', :booking::text, 'doctor_id', :doctor::text, 'starts_at', to_timestamp(:at), 'account_id', :account::text)) RETURNING event_id) SELECT pg_notify('outbox_events', '') FROM event;
UPDATE idempotency_keys SET status = 200, body = convert_to(repeat('x', 700), 'UTF8') WHERE scope = :account AND key = 'bare-c' || :n::text;
COMMIT;
