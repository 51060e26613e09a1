-- Practitioners, where they practise, what they charge, and the three vocabularies they are described with.
-- Vocabularies are keyed by their public slug or code, so that a link row needs no join to be shown; their common
-- names are other words a file may use for them.

-- One line of text: 1 to `longest` characters, no blank edge, no control, line-breaking or text-direction character.
CREATE FUNCTION doctors_is_line(value text, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN char_length(value) BETWEEN 1 AND longest
    AND value !~ '^[\s\u00a0\u2000-\u200b\u3000\ufeff]|[\s\u00a0\u2000-\u200b\u3000\ufeff]$|[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]';

-- As a line, but line feeds may stand inside.
CREATE FUNCTION doctors_is_text(value text, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN char_length(value) BETWEEN 1 AND longest
    AND value !~ '^[\s\u00a0\u2000-\u200b\u3000\ufeff]|[\s\u00a0\u2000-\u200b\u3000\ufeff]$|[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]';

-- At most `most` different lines.
CREATE FUNCTION doctors_is_line_list(list text[], most integer, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN cardinality(list) = 0 OR (
    cardinality(list) <= most
    AND (SELECT count(DISTINCT line) = count(*) AND bool_and(coalesce(doctors_is_line(line, longest), false))
         FROM unnest(list) AS line));

-- A change of content raises the version and dates the row; an update that changes nothing does neither.
CREATE FUNCTION doctors_raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE TABLE specialties (
    slug text PRIMARY KEY,
    name text NOT NULL,
    practitioner text,
    common_names text[] NOT NULL DEFAULT '{}',
    CONSTRAINT specialties_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 80),
    CONSTRAINT specialties_name_form CHECK (doctors_is_line(name, 120)),
    CONSTRAINT specialties_practitioner_form CHECK (doctors_is_line(practitioner, 120)),
    CONSTRAINT specialties_common_names_form CHECK (doctors_is_line_list(common_names, 100, 120))
);

CREATE TABLE languages (
    code text PRIMARY KEY,
    name text NOT NULL,
    english_name text,
    common_names text[] NOT NULL DEFAULT '{}',
    CONSTRAINT languages_code_form CHECK (code ~ '^[a-z]{2,3}$'),
    CONSTRAINT languages_name_form CHECK (doctors_is_line(name, 80)),
    CONSTRAINT languages_english_name_form CHECK (doctors_is_line(english_name, 80)),
    CONSTRAINT languages_common_names_form CHECK (doctors_is_line_list(common_names, 100, 120)),
    CONSTRAINT languages_name_once UNIQUE (name)
);

CREATE TABLE schemes (
    slug text PRIMARY KEY,
    name text NOT NULL,
    common_names text[] NOT NULL DEFAULT '{}',
    CONSTRAINT schemes_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 80),
    CONSTRAINT schemes_name_form CHECK (doctors_is_line(name, 120)),
    CONSTRAINT schemes_common_names_form CHECK (doctors_is_line_list(common_names, 100, 120))
);

CREATE TABLE doctors (
    doctor_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id text NOT NULL,
    display_name text NOT NULL,
    title text,
    first_names text,
    surname text,
    gender text,
    hpcsa_number text,
    verification_state text NOT NULL DEFAULT 'unverified',
    biography text,
    sub_specialties text[] NOT NULL DEFAULT '{}',
    practising_since integer,
    telehealth boolean NOT NULL DEFAULT false,
    rating numeric,
    review_count integer NOT NULL DEFAULT 0,
    is_sample boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT doctors_external_id_once UNIQUE (external_id),
    CONSTRAINT doctors_external_id_form CHECK (doctors_is_line(external_id, 200)),
    CONSTRAINT doctors_display_name_form CHECK (doctors_is_line(display_name, 200)),
    CONSTRAINT doctors_title_form CHECK (doctors_is_line(title, 40)),
    CONSTRAINT doctors_first_names_form CHECK (doctors_is_line(first_names, 120)),
    CONSTRAINT doctors_surname_form CHECK (doctors_is_line(surname, 120)),
    CONSTRAINT doctors_gender_known CHECK (gender IN ('female', 'male', 'other')),
    CONSTRAINT doctors_hpcsa_number_once UNIQUE (hpcsa_number),
    CONSTRAINT doctors_hpcsa_number_form CHECK (hpcsa_number ~ '^[A-Z]{2,3}[0-9]{7,8}$'),
    CONSTRAINT doctors_verification_state_known CHECK (
        verification_state IN ('unverified', 'submitted', 'in_review', 'verified', 'rejected', 'suspended')),
    CONSTRAINT doctors_verified_has_hpcsa_number CHECK (verification_state <> 'verified' OR hpcsa_number IS NOT NULL),
    CONSTRAINT doctors_biography_form CHECK (doctors_is_text(biography, 10000)),
    CONSTRAINT doctors_sub_specialties_form CHECK (doctors_is_line_list(sub_specialties, 20, 120)),
    CONSTRAINT doctors_practising_since_range CHECK (practising_since BETWEEN 1930 AND 2100),
    CONSTRAINT doctors_rating_range CHECK (rating BETWEEN 1 AND 5 AND scale(rating) <= 2),
    CONSTRAINT doctors_review_count_range CHECK (review_count >= 0),
    CONSTRAINT doctors_rating_has_reviews CHECK ((rating IS NULL) = (review_count = 0)),
    CONSTRAINT doctors_version_range CHECK (version >= 1)
);

CREATE TRIGGER doctors_version BEFORE UPDATE ON doctors
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION doctors_raise_version();

CREATE TABLE practices (
    practice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id text NOT NULL,
    name text,
    address text,
    suburb text,
    city text,
    province text,
    postal_code text,
    latitude double precision,
    longitude double precision,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT practices_external_id_once UNIQUE (external_id),
    CONSTRAINT practices_external_id_form CHECK (doctors_is_line(external_id, 600)),
    CONSTRAINT practices_name_form CHECK (doctors_is_line(name, 200)),
    CONSTRAINT practices_address_form CHECK (doctors_is_text(address, 300)),
    CONSTRAINT practices_suburb_form CHECK (doctors_is_line(suburb, 120)),
    CONSTRAINT practices_city_form CHECK (doctors_is_line(city, 120)),
    CONSTRAINT practices_province_known CHECK (province IN (
        'Eastern Cape', 'Free State', 'Gauteng', 'KwaZulu-Natal', 'Limpopo', 'Mpumalanga',
        'North West', 'Northern Cape', 'Western Cape')),
    CONSTRAINT practices_postal_code_form CHECK (postal_code ~ '^[0-9]{4}$'),
    -- NaN sorts above every number, so an upper bound refuses it.
    CONSTRAINT practices_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT practices_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT practices_latitude_with_longitude CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CONSTRAINT practices_version_range CHECK (version >= 1)
);

CREATE TRIGGER practices_version BEFORE UPDATE ON practices
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION doctors_raise_version();

-- Position 0 is the primary specialty.
CREATE TABLE doctor_specialties (
    doctor_id bigint NOT NULL,
    specialty text NOT NULL,
    position smallint NOT NULL,
    CONSTRAINT doctor_specialties_once PRIMARY KEY (doctor_id, specialty),
    CONSTRAINT doctor_specialties_doctor FOREIGN KEY (doctor_id) REFERENCES doctors ON DELETE CASCADE,
    CONSTRAINT doctor_specialties_specialty FOREIGN KEY (specialty) REFERENCES specialties ON UPDATE CASCADE,
    CONSTRAINT doctor_specialties_position_range CHECK (position BETWEEN 0 AND 19),
    CONSTRAINT doctor_specialties_position_once UNIQUE (doctor_id, position) DEFERRABLE
);
CREATE INDEX doctor_specialties_by_specialty ON doctor_specialties (specialty);

-- A doctor with specialties has a primary one. Checked at commit; only writes that could break it are looked at.
CREATE FUNCTION doctor_specialties_check_primary() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    doctor bigint;
BEGIN
    FOREACH doctor IN ARRAY ARRAY[OLD.doctor_id, NEW.doctor_id] LOOP
        IF (SELECT min(position) > 0 FROM doctor_specialties WHERE doctor_id = doctor) THEN
            RAISE EXCEPTION 'a doctor has specialties but no primary one' USING
                ERRCODE = 'check_violation', TABLE = 'doctor_specialties', CONSTRAINT = 'doctor_specialties_has_primary';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER doctor_specialties_primary_insert AFTER INSERT ON doctor_specialties
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position > 0) EXECUTE FUNCTION doctor_specialties_check_primary();
CREATE CONSTRAINT TRIGGER doctor_specialties_primary_update AFTER UPDATE ON doctor_specialties
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doctor_specialties_check_primary();
CREATE CONSTRAINT TRIGGER doctor_specialties_primary_delete AFTER DELETE ON doctor_specialties
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.position = 0) EXECUTE FUNCTION doctor_specialties_check_primary();

CREATE TABLE doctor_languages (
    doctor_id bigint NOT NULL,
    language text NOT NULL,
    CONSTRAINT doctor_languages_once PRIMARY KEY (doctor_id, language),
    CONSTRAINT doctor_languages_doctor FOREIGN KEY (doctor_id) REFERENCES doctors ON DELETE CASCADE,
    CONSTRAINT doctor_languages_language FOREIGN KEY (language) REFERENCES languages ON UPDATE CASCADE
);
CREATE INDEX doctor_languages_by_language ON doctor_languages (language);

CREATE TABLE doctor_schemes (
    doctor_id bigint NOT NULL,
    scheme text NOT NULL,
    CONSTRAINT doctor_schemes_once PRIMARY KEY (doctor_id, scheme),
    CONSTRAINT doctor_schemes_doctor FOREIGN KEY (doctor_id) REFERENCES doctors ON DELETE CASCADE,
    CONSTRAINT doctor_schemes_scheme FOREIGN KEY (scheme) REFERENCES schemes ON UPDATE CASCADE
);
CREATE INDEX doctor_schemes_by_scheme ON doctor_schemes (scheme);

-- A doctor at a practice. Whether fees show is each practice's choice (HPCSA, fees may not be advertised at large).
CREATE TABLE doctor_practices (
    doctor_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    position smallint NOT NULL,
    shows_fees boolean NOT NULL DEFAULT true,
    next_available_at timestamptz,
    CONSTRAINT doctor_practices_once PRIMARY KEY (doctor_id, practice_id),
    CONSTRAINT doctor_practices_doctor FOREIGN KEY (doctor_id) REFERENCES doctors ON DELETE CASCADE,
    CONSTRAINT doctor_practices_practice FOREIGN KEY (practice_id) REFERENCES practices ON DELETE CASCADE,
    CONSTRAINT doctor_practices_position_range CHECK (position BETWEEN 0 AND 19),
    CONSTRAINT doctor_practices_position_once UNIQUE (doctor_id, position) DEFERRABLE,
    CONSTRAINT doctor_practices_next_available_at_range CHECK (
        next_available_at BETWEEN '2000-01-01T00:00Z' AND '2100-01-01T00:00Z')
);
CREATE INDEX doctor_practices_by_practice ON doctor_practices (practice_id);

CREATE TABLE fees (
    doctor_id bigint NOT NULL,
    practice_id bigint NOT NULL,
    consultation_kind text NOT NULL,
    amount_cents integer NOT NULL,
    currency text NOT NULL DEFAULT 'ZAR',
    CONSTRAINT fees_once PRIMARY KEY (doctor_id, practice_id, consultation_kind),
    CONSTRAINT fees_doctor_practice FOREIGN KEY (doctor_id, practice_id) REFERENCES doctor_practices ON DELETE CASCADE,
    CONSTRAINT fees_consultation_kind_known CHECK (consultation_kind IN ('first_visit', 'follow_up', 'video')),
    CONSTRAINT fees_amount_cents_range CHECK (amount_cents BETWEEN 0 AND 10000000),
    CONSTRAINT fees_currency_known CHECK (currency = 'ZAR')
);
