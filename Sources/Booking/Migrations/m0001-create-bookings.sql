-- Opening hours and rules of a doctor at a practice, and the appointments made there.
-- No two live appointments of one doctor, and none of one person, overlap: PostgreSQL has the last word on that.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Free times are computed from these; none is stored.
CREATE TABLE booking_schedules (
    schedule_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doctor_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    accepts_bookings boolean NOT NULL DEFAULT true,
    open_on_public_holidays boolean NOT NULL DEFAULT false,
    needs_approval boolean NOT NULL DEFAULT false,
    needs_payment boolean NOT NULL DEFAULT false,
    minimum_notice_minutes integer NOT NULL DEFAULT 60,
    horizon_days integer NOT NULL DEFAULT 90,
    daily_limit integer,
    new_patients text NOT NULL DEFAULT 'any_kind',
    cancel_notice_minutes integer NOT NULL DEFAULT 1440,
    move_notice_minutes integer NOT NULL DEFAULT 1440,
    late_cancel_fee_cents integer NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT 'ZAR',
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- What was last told to search: kept here to change only what a booking changes.
    next_free_at timestamptz,
    free_half_days bigint NOT NULL DEFAULT 0,
    refreshed_at timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT booking_schedules_once UNIQUE (doctor_id, practice_id),
    CONSTRAINT booking_schedules_doctor FOREIGN KEY (doctor_id) REFERENCES doctors,
    CONSTRAINT booking_schedules_practice FOREIGN KEY (practice_id) REFERENCES practices,
    CONSTRAINT booking_schedules_minimum_notice_range CHECK (minimum_notice_minutes BETWEEN 0 AND 43200),
    CONSTRAINT booking_schedules_horizon_range CHECK (horizon_days BETWEEN 1 AND 366),
    CONSTRAINT booking_schedules_daily_limit_range CHECK (daily_limit BETWEEN 1 AND 500),
    CONSTRAINT booking_schedules_new_patients_known CHECK (new_patients IN ('any_kind', 'first_visit', 'none')),
    CONSTRAINT booking_schedules_cancel_notice_range CHECK (cancel_notice_minutes BETWEEN 0 AND 43200),
    CONSTRAINT booking_schedules_move_notice_range CHECK (move_notice_minutes BETWEEN 0 AND 43200),
    CONSTRAINT booking_schedules_late_cancel_fee_range CHECK (late_cancel_fee_cents BETWEEN 0 AND 10000000),
    CONSTRAINT booking_schedules_currency_known CHECK (currency = 'ZAR')
);

CREATE TABLE booking_kinds (
    schedule_id bigint NOT NULL,
    kind text NOT NULL,
    length_minutes integer NOT NULL,
    step_minutes integer NOT NULL,
    buffer_before_minutes integer NOT NULL DEFAULT 0,
    buffer_after_minutes integer NOT NULL DEFAULT 0,
    daily_limit integer,
    CONSTRAINT booking_kinds_once PRIMARY KEY (schedule_id, kind),
    CONSTRAINT booking_kinds_schedule FOREIGN KEY (schedule_id) REFERENCES booking_schedules ON DELETE CASCADE,
    CONSTRAINT booking_kinds_kind_known CHECK (kind IN ('first_visit', 'follow_up', 'video')),
    CONSTRAINT booking_kinds_length_range CHECK (length_minutes BETWEEN 5 AND 480),
    CONSTRAINT booking_kinds_step_range CHECK (step_minutes BETWEEN 5 AND 480),
    CONSTRAINT booking_kinds_buffer_before_range CHECK (buffer_before_minutes BETWEEN 0 AND 240),
    CONSTRAINT booking_kinds_buffer_after_range CHECK (buffer_after_minutes BETWEEN 0 AND 240),
    CONSTRAINT booking_kinds_daily_limit_range CHECK (daily_limit BETWEEN 1 AND 500)
);

CREATE INDEX booking_schedules_by_practice ON booking_schedules (practice_id);
CREATE INDEX booking_schedules_refreshed_at ON booking_schedules (refreshed_at);
CREATE INDEX booking_schedules_next_free_at ON booking_schedules (next_free_at);

-- Weekly hours, wall clock. No kinds: all that the schedule has. Hours over midnight belong to the day they begin on.
CREATE TABLE booking_hours (
    hours_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL,
    weekday smallint NOT NULL,
    starts_minute integer NOT NULL,
    ends_minute integer NOT NULL,
    kinds text[] NOT NULL DEFAULT '{}',
    CONSTRAINT booking_hours_schedule FOREIGN KEY (schedule_id) REFERENCES booking_schedules ON DELETE CASCADE,
    CONSTRAINT booking_hours_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT booking_hours_starts_range CHECK (starts_minute BETWEEN 0 AND 1439),
    CONSTRAINT booking_hours_ends_range CHECK (ends_minute > starts_minute AND ends_minute <= starts_minute + 1440)
);
CREATE INDEX booking_hours_by_schedule ON booking_hours (schedule_id);

-- Leave and other closed times (everywhere when no practice is named), and extra hours.
CREATE TABLE booking_exceptions (
    exception_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doctor_id bigint NOT NULL,
    practice_id bigint,
    during tstzrange NOT NULL,
    opens boolean NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT booking_exceptions_doctor FOREIGN KEY (doctor_id) REFERENCES doctors,
    CONSTRAINT booking_exceptions_practice FOREIGN KEY (practice_id) REFERENCES practices,
    CONSTRAINT booking_exceptions_during_finite CHECK (
        NOT isempty(during) AND lower(during) > '2000-01-01T00:00Z' AND upper(during) < '2100-01-01T00:00Z'
        AND lower_inc(during) AND NOT upper_inc(during)),
    CONSTRAINT booking_exceptions_opens_somewhere CHECK (NOT opens OR practice_id IS NOT NULL),
    CONSTRAINT booking_exceptions_opens_for_a_day CHECK (NOT opens OR upper(during) - lower(during) <= interval '24 hours')
);
CREATE INDEX booking_exceptions_by_doctor ON booking_exceptions USING gist (doctor_id, during);

-- Days that differ from the Public Holidays Act: proclaimed ones with their name, and without a name days that are none.
CREATE TABLE public_holiday_changes (
    day date PRIMARY KEY,
    name text,
    changed_by uuid,
    CONSTRAINT public_holiday_changes_name_form CHECK (char_length(name) BETWEEN 1 AND 80)
);

CREATE TABLE bookings (
    booking_id uuid PRIMARY KEY,
    schedule_id bigint NOT NULL,
    doctor_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    -- Who booked, and who is seen.
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- The visit and its buffers: what the doctor is taken for.
    takes tstzrange NOT NULL,
    -- Until when a hold or an unpaid appointment stands.
    expires_at timestamptz,
    -- A hold belongs to one session; an offer from the waiting list to any of the account's.
    held_by_session uuid,
    held_since timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Sealed: what the visit is for, in the person's words.
    sealed_reason text,
    -- As agreed when booking: later changes of a practice's rules do not touch it.
    fee_cents integer,
    currency text NOT NULL DEFAULT 'ZAR',
    cancel_notice_minutes integer NOT NULL,
    move_notice_minutes integer NOT NULL,
    late_cancel_fee_cents integer NOT NULL,
    cancelled_by text,
    cancel_reason text,
    charged_cents integer NOT NULL DEFAULT 0,
    -- The waiting list's entry it is an offer for.
    waitlist_entry_id uuid,
    -- RFC 5545 and 5546: the UID never changes, SEQUENCE rises with every change of time or state that a calendar shows.
    sequence integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    changed_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT bookings_schedule FOREIGN KEY (schedule_id) REFERENCES booking_schedules,
    CONSTRAINT bookings_kind_known CHECK (kind IN ('first_visit', 'follow_up', 'video')),
    CONSTRAINT bookings_state_known CHECK (state IN (
        'held', 'pending_payment', 'pending_approval', 'confirmed', 'checked_in', 'completed', 'no_show', 'cancelled', 'expired')),
    CONSTRAINT bookings_time_order CHECK (starts_at < ends_at AND ends_at <= starts_at + interval '8 hours'),
    CONSTRAINT bookings_takes_the_visit CHECK (takes @> tstzrange(starts_at, ends_at) AND lower_inc(takes) AND NOT upper_inc(takes)),
    CONSTRAINT bookings_expiry CHECK ((expires_at IS NOT NULL) = (state IN ('held', 'pending_payment'))),
    CONSTRAINT bookings_cancelled_by CHECK ((state = 'cancelled') = (cancelled_by IS NOT NULL)),
    CONSTRAINT bookings_cancelled_by_known CHECK (cancelled_by IN ('patient', 'practice', 'system')),
    CONSTRAINT bookings_charged_range CHECK (charged_cents BETWEEN 0 AND late_cancel_fee_cents),
    CONSTRAINT bookings_no_charge_for_the_worst CHECK (
        charged_cents = 0 OR (state = 'cancelled' AND cancelled_by = 'patient' AND cancel_reason NOT IN ('death', 'hospitalised'))),
    CONSTRAINT bookings_currency_known CHECK (currency = 'ZAR'),
    CONSTRAINT bookings_doctor_at_one_visit EXCLUDE USING gist (doctor_id WITH =, takes WITH &&)
        WHERE (state NOT IN ('cancelled', 'expired', 'no_show')),
    CONSTRAINT bookings_person_in_one_place EXCLUDE USING gist (person_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state NOT IN ('cancelled', 'expired', 'no_show'))
);
CREATE INDEX bookings_by_account ON bookings (account_id, starts_at);
CREATE INDEX bookings_by_doctor ON bookings (doctor_id, starts_at);
CREATE INDEX bookings_by_practice ON bookings (practice_id, starts_at);
CREATE INDEX bookings_expiring ON bookings (expires_at) WHERE expires_at IS NOT NULL;

-- Which state may follow which; raises the version.
CREATE FUNCTION bookings_check_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
        WHEN 'held' THEN NEW.state IN ('pending_payment', 'pending_approval', 'confirmed', 'cancelled', 'expired')
        WHEN 'pending_payment' THEN NEW.state IN ('pending_approval', 'confirmed', 'cancelled', 'expired')
        WHEN 'pending_approval' THEN NEW.state IN ('confirmed', 'cancelled')
        WHEN 'confirmed' THEN NEW.state IN ('pending_approval', 'checked_in', 'completed', 'no_show', 'cancelled')
        WHEN 'checked_in' THEN NEW.state IN ('completed', 'confirmed')
        WHEN 'no_show' THEN NEW.state = 'completed'
        ELSE false
    END) THEN
        RAISE EXCEPTION 'a booking cannot go from % to %', OLD.state, NEW.state USING
            ERRCODE = 'check_violation', TABLE = 'bookings', CONSTRAINT = 'bookings_state_change';
    END IF;
    IF (NEW.booking_id, NEW.doctor_id, NEW.account_id, NEW.person_id) IS DISTINCT FROM (OLD.booking_id, OLD.doctor_id, OLD.account_id, OLD.person_id)
        OR NEW.sequence < OLD.sequence
    THEN
        RAISE EXCEPTION 'a booking keeps its doctor and person' USING
            ERRCODE = 'check_violation', TABLE = 'bookings', CONSTRAINT = 'bookings_identity';
    END IF;
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER bookings_change BEFORE UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION bookings_check_change();

-- What each version was; only ever added to.
CREATE TABLE booking_history (
    booking_id uuid NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    practice_id bigint NOT NULL,
    kind text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    sequence integer NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT booking_history_once PRIMARY KEY (booking_id, version),
    CONSTRAINT booking_history_booking FOREIGN KEY (booking_id) REFERENCES bookings
);
CREATE FUNCTION bookings_write_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO booking_history
    VALUES (NEW.booking_id, NEW.version, NEW.state, NEW.practice_id, NEW.kind, NEW.starts_at, NEW.ends_at, NEW.sequence, NEW.changed_by, NEW.updated_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER bookings_history AFTER INSERT OR UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION bookings_write_history();
CREATE FUNCTION booking_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of bookings is not changed' USING ERRCODE = 'check_violation', TABLE = 'booking_history', CONSTRAINT = 'booking_history_append_only';
END
$$;
CREATE TRIGGER booking_history_append_only BEFORE UPDATE OR DELETE ON booking_history FOR EACH ROW EXECUTE FUNCTION booking_history_refuse();

-- Who wants an earlier time, or any.
CREATE TABLE booking_waitlist (
    entry_id uuid PRIMARY KEY,
    doctor_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    kind text NOT NULL,
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The appointment that would move; without one a new one is made.
    booking_id uuid,
    wants tstzrange NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT booking_waitlist_kind_known CHECK (kind IN ('first_visit', 'follow_up', 'video')),
    CONSTRAINT booking_waitlist_state_known CHECK (state IN ('waiting', 'offered', 'served', 'left')),
    CONSTRAINT booking_waitlist_booking FOREIGN KEY (booking_id) REFERENCES bookings,
    CONSTRAINT booking_waitlist_wants_finite CHECK (NOT isempty(wants) AND NOT lower_inf(wants) AND NOT upper_inf(wants))
);
CREATE UNIQUE INDEX booking_waitlist_once ON booking_waitlist (person_id, doctor_id) WHERE state IN ('waiting', 'offered');
CREATE INDEX booking_waitlist_by_doctor ON booking_waitlist (doctor_id, created_at) WHERE state = 'waiting';
ALTER TABLE bookings ADD CONSTRAINT bookings_waitlist_entry FOREIGN KEY (waitlist_entry_id) REFERENCES booking_waitlist;

-- A patient may say within a week that "did not come" is wrong.
CREATE TABLE booking_disputes (
    booking_id uuid PRIMARY KEY,
    sealed_statement text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    decision text,
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT booking_disputes_booking FOREIGN KEY (booking_id) REFERENCES bookings,
    CONSTRAINT booking_disputes_decision_known CHECK (decision IN ('came', 'did_not_come')),
    CONSTRAINT booking_disputes_decided CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL))
);

-- A doctor's private calendar feed; only a digest of its token is kept.
CREATE TABLE booking_calendar_feeds (
    token_digest bytea PRIMARY KEY,
    doctor_id bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT booking_calendar_feeds_doctor FOREIGN KEY (doctor_id) REFERENCES doctors,
    CONSTRAINT booking_calendar_feeds_digest_length CHECK (octet_length(token_digest) = 32)
);
CREATE UNIQUE INDEX booking_calendar_feeds_of_doctor ON booking_calendar_feeds (doctor_id);
