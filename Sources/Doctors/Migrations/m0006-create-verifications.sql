-- How somebody becomes the verified doctor of a profile. One row is one case: what an account says of itself, and what was decided.
-- The case that was verified last stands until its card runs out; a later one takes its place. Accounts are another feature's.
CREATE TABLE doctor_verifications (
    verification_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    purpose text NOT NULL,
    -- NULL for a new profile until it is verified: nobody sees a profile that nobody has checked
    doctor_id bigint,
    state text NOT NULL DEFAULT 'draft',
    -- what the account says of itself; NULL until it has
    title text,
    first_names text,
    surname text,
    hpcsa_number text,
    category text,
    card_valid_until date,
    specialties text[],
    languages text[],
    schemes text[],
    -- all NULL: the practices stay as they are
    practice_name text,
    practice_address text,
    practice_suburb text,
    practice_city text,
    practice_province text,
    practice_postal_code text,
    practice_latitude double precision,
    practice_longitude double precision,
    submitted_at timestamptz,
    reviewer_id uuid,
    taken_at timestamptz,
    decided_at timestamptz,
    reason text,
    note text,
    -- days before the end at which the last reminder was written
    reminded_days smallint,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT doctor_verifications_doctor FOREIGN KEY (doctor_id) REFERENCES doctors ON DELETE CASCADE,
    CONSTRAINT doctor_verifications_purpose_known CHECK (purpose IN ('claim', 'new_profile', 'change', 'renewal')),
    CONSTRAINT doctor_verifications_purpose_has_doctor CHECK (purpose = 'new_profile' OR doctor_id IS NOT NULL),
    CONSTRAINT doctor_verifications_state_known CHECK (
        state IN ('draft', 'submitted', 'in_review', 'verified', 'rejected', 'withdrawn', 'expired', 'replaced')),
    CONSTRAINT doctor_verifications_title_form CHECK (doctors_is_line(title, 40)),
    CONSTRAINT doctor_verifications_first_names_form CHECK (doctors_is_line(first_names, 60)),
    CONSTRAINT doctor_verifications_surname_form CHECK (doctors_is_line(surname, 80)),
    CONSTRAINT doctor_verifications_hpcsa_number_form CHECK (hpcsa_number ~ '^[A-Z]{2,3}[0-9]{7,8}$'),
    CONSTRAINT doctor_verifications_category_known CHECK (category IN (
        'student', 'intern', 'student_intern', 'public_service', 'supervised_practice', 'independent_practice', 'private_practice',
        'specialist', 'sub_specialist', 'education', 'postgraduate', 'volunteer')),
    CONSTRAINT doctor_verifications_card_ends_in_march CHECK (
        extract(month FROM card_valid_until) = 3 AND extract(day FROM card_valid_until) = 31),
    CONSTRAINT doctor_verifications_specialties_form CHECK (cardinality(specialties) BETWEEN 1 AND 5),
    CONSTRAINT doctor_verifications_languages_form CHECK (cardinality(languages) <= 20),
    CONSTRAINT doctor_verifications_schemes_form CHECK (cardinality(schemes) <= 20),
    CONSTRAINT doctor_verifications_practice_name_form CHECK (doctors_is_line(practice_name, 200)),
    CONSTRAINT doctor_verifications_practice_address_form CHECK (doctors_is_text(practice_address, 300)),
    CONSTRAINT doctor_verifications_practice_suburb_form CHECK (doctors_is_line(practice_suburb, 120)),
    CONSTRAINT doctor_verifications_practice_city_form CHECK (doctors_is_line(practice_city, 120)),
    CONSTRAINT doctor_verifications_practice_province_known CHECK (practice_province IN (
        'Eastern Cape', 'Free State', 'Gauteng', 'KwaZulu-Natal', 'Limpopo', 'Mpumalanga',
        'North West', 'Northern Cape', 'Western Cape')),
    CONSTRAINT doctor_verifications_practice_postal_code_form CHECK (practice_postal_code ~ '^[0-9]{4}$'),
    CONSTRAINT doctor_verifications_practice_latitude_range CHECK (practice_latitude BETWEEN -90 AND 90),
    CONSTRAINT doctor_verifications_practice_longitude_range CHECK (practice_longitude BETWEEN -180 AND 180),
    CONSTRAINT doctor_verifications_practice_whole CHECK (
        num_nulls(practice_name, practice_address, practice_city, practice_province, practice_latitude, practice_longitude) IN (0, 6)
        AND (practice_name IS NOT NULL OR num_nonnulls(practice_suburb, practice_postal_code) = 0)),
    CONSTRAINT doctor_verifications_new_profile_has_practice CHECK (
        purpose <> 'new_profile' OR surname IS NULL OR practice_name IS NOT NULL),
    -- once submitted, nothing is missing
    CONSTRAINT doctor_verifications_submitted_whole CHECK (
        state IN ('draft', 'withdrawn') OR num_nulls(
            first_names, surname, hpcsa_number, category, card_valid_until, specialties, languages, schemes, submitted_at) = 0),
    CONSTRAINT doctor_verifications_review_has_reviewer CHECK (
        num_nonnulls(reviewer_id, taken_at) = CASE WHEN state IN ('draft', 'submitted', 'withdrawn') THEN 0 ELSE 2 END),
    CONSTRAINT doctor_verifications_not_by_oneself CHECK (reviewer_id <> account_id),
    CONSTRAINT doctor_verifications_decided CHECK ((state IN ('verified', 'rejected', 'expired', 'replaced')) = (decided_at IS NOT NULL)),
    CONSTRAINT doctor_verifications_rejected_has_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CONSTRAINT doctor_verifications_reason_known CHECK (reason IN (
        'not_on_register', 'category_not_accepted', 'identity_mismatch', 'document_unreadable', 'document_missing', 'card_expired',
        'specialty_not_registered', 'other')),
    CONSTRAINT doctor_verifications_note_form CHECK (doctors_is_text(note, 1000) AND (note IS NULL OR state = 'rejected')),
    CONSTRAINT doctor_verifications_rejected_has_note CHECK (state <> 'rejected' OR note IS NOT NULL),
    -- who may not practise alone is never verified
    CONSTRAINT doctor_verifications_verified_practises_alone CHECK (
        state NOT IN ('verified', 'expired', 'replaced') OR category IN ('independent_practice', 'specialist', 'sub_specialist')),
    CONSTRAINT doctor_verifications_verified_has_doctor CHECK (
        state NOT IN ('verified', 'expired', 'replaced') OR doctor_id IS NOT NULL),
    CONSTRAINT doctor_verifications_reminded_known CHECK (reminded_days IN (30, 7)),
    CONSTRAINT doctor_verifications_version_range CHECK (version >= 1)
);
CREATE UNIQUE INDEX doctor_verifications_one_open_per_account ON doctor_verifications (account_id)
    WHERE state IN ('draft', 'submitted', 'in_review');
CREATE UNIQUE INDEX doctor_verifications_one_open_per_doctor ON doctor_verifications (doctor_id)
    WHERE state IN ('draft', 'submitted', 'in_review');
-- the doctor of a profile, and the profile of a doctor
CREATE UNIQUE INDEX doctor_verifications_one_standing_per_account ON doctor_verifications (account_id) WHERE state IN ('verified', 'expired');
CREATE UNIQUE INDEX doctor_verifications_one_standing_per_doctor ON doctor_verifications (doctor_id) WHERE state IN ('verified', 'expired');
CREATE INDEX doctor_verifications_by_account ON doctor_verifications (account_id, created_at);
CREATE INDEX doctor_verifications_queue ON doctor_verifications (submitted_at, verification_id) WHERE state IN ('submitted', 'in_review');
CREATE INDEX doctor_verifications_ends ON doctor_verifications (card_valid_until) WHERE state = 'verified';
CREATE INDEX doctor_verifications_stale_drafts ON doctor_verifications (updated_at) WHERE state = 'draft';

CREATE TRIGGER doctor_verifications_version BEFORE UPDATE ON doctor_verifications
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION doctors_raise_version();

-- The steps a case can take; what was submitted is not changed any more, and whose case it is, never.
CREATE FUNCTION doctor_verifications_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('draft', 'submitted'), ('draft', 'withdrawn'), ('submitted', 'withdrawn'), ('submitted', 'in_review'), ('in_review', 'submitted'),
        ('in_review', 'verified'), ('in_review', 'rejected'), ('verified', 'expired'), ('verified', 'replaced'), ('expired', 'replaced')
    ) AND OLD.state <> NEW.state THEN
        RAISE EXCEPTION 'a verification goes from % to no %', OLD.state, NEW.state USING
            ERRCODE = 'check_violation', TABLE = 'doctor_verifications', CONSTRAINT = 'doctor_verifications_step';
    END IF;
    IF (NEW.verification_id, NEW.account_id, NEW.purpose) <> (OLD.verification_id, OLD.account_id, OLD.purpose)
        OR (OLD.doctor_id IS NOT NULL AND NEW.doctor_id IS DISTINCT FROM OLD.doctor_id)
        OR (OLD.state <> 'draft' AND ROW (
            NEW.title, NEW.first_names, NEW.surname, NEW.hpcsa_number, NEW.category, NEW.card_valid_until, NEW.specialties, NEW.languages,
            NEW.schemes, NEW.practice_name, NEW.practice_address, NEW.practice_suburb, NEW.practice_city, NEW.practice_province,
            NEW.practice_postal_code, NEW.practice_latitude, NEW.practice_longitude, NEW.submitted_at
        ) IS DISTINCT FROM ROW (
            OLD.title, OLD.first_names, OLD.surname, OLD.hpcsa_number, OLD.category, OLD.card_valid_until, OLD.specialties, OLD.languages,
            OLD.schemes, OLD.practice_name, OLD.practice_address, OLD.practice_suburb, OLD.practice_city, OLD.practice_province,
            OLD.practice_postal_code, OLD.practice_latitude, OLD.practice_longitude, OLD.submitted_at))
    THEN
        RAISE EXCEPTION 'what was submitted stays' USING
            ERRCODE = 'check_violation', TABLE = 'doctor_verifications', CONSTRAINT = 'doctor_verifications_facts_stay';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER doctor_verifications_step BEFORE UPDATE ON doctor_verifications
FOR EACH ROW EXECUTE FUNCTION doctor_verifications_check_step();

-- Evidence. The bytes lie in a private bucket; here is where, and what we found there.
CREATE TABLE verification_documents (
    document_id uuid PRIMARY KEY,
    verification_id uuid NOT NULL,
    kind text NOT NULL,
    content_type text NOT NULL,
    size_bytes integer NOT NULL,
    object_key text NOT NULL,
    -- of the object when its first bytes and size were found to be right; NULL until then
    entity_tag text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT verification_documents_verification FOREIGN KEY (verification_id) REFERENCES doctor_verifications ON DELETE CASCADE,
    CONSTRAINT verification_documents_kind_once UNIQUE (verification_id, kind),
    CONSTRAINT verification_documents_kind_known CHECK (kind IN ('registration_card', 'identity', 'qualification')),
    CONSTRAINT verification_documents_content_type_known CHECK (content_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    CONSTRAINT verification_documents_size_range CHECK (size_bytes BETWEEN 1 AND 10485760),
    CONSTRAINT verification_documents_key_once UNIQUE (object_key),
    CONSTRAINT verification_documents_entity_tag_form CHECK (char_length(entity_tag) BETWEEN 1 AND 200)
);

-- Objects nobody needs any more, until the store has deleted them.
CREATE TABLE abandoned_documents (
    object_key text PRIMARY KEY,
    abandoned_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX abandoned_documents_by_time ON abandoned_documents (abandoned_at);
