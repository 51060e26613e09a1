-- Who somebody is, how they prove it, and for whom they act. Times that decide something are given by the server's clock.

-- An e-mail address or phone number counts once it is proven: any number of accounts may claim one, one account has it.
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    email text,
    email_verified_at timestamptz,
    phone text,
    phone_verified_at timestamptz,
    password_hash text,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    CONSTRAINT accounts_email_form CHECK (email = lower(email) AND email ~ '^[^@\s]+@[^@\s]+$' AND char_length(email) <= 254),
    CONSTRAINT accounts_phone_form CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    CONSTRAINT accounts_verified_email_is_there CHECK (email_verified_at IS NULL OR email IS NOT NULL),
    CONSTRAINT accounts_phone_is_verified CHECK ((phone IS NULL) = (phone_verified_at IS NULL))
);
CREATE UNIQUE INDEX accounts_email_once ON accounts (email) WHERE email_verified_at IS NOT NULL;
CREATE UNIQUE INDEX accounts_phone_once ON accounts (phone);

CREATE TABLE account_roles (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    role text NOT NULL,
    granted_at timestamptz NOT NULL,
    -- NULL: by the system or at the command line
    granted_by uuid,
    PRIMARY KEY (account_id, role),
    CONSTRAINT account_roles_known CHECK (role IN ('patient', 'doctor', 'staff', 'administrator', 'support'))
);

-- Accounts elsewhere that sign in here.
CREATE TABLE external_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject),
    CONSTRAINT external_identities_subject_form CHECK (char_length(subject) BETWEEN 1 AND 128)
);
CREATE INDEX external_identities_by_account ON external_identities (account_id);

-- One sign-in: a browser's cookie, or an app's family of refresh tokens.
CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    -- SHA-256 of the cookie's value; NULL for apps
    cookie_hash bytea UNIQUE,
    -- what the client calls itself, for the person's own list
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT sessions_cookie_hash_form CHECK (octet_length(cookie_hash) = 32),
    CONSTRAINT sessions_device_form CHECK (char_length(device) BETWEEN 1 AND 120)
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Single-use; a family is the session's.
CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT refresh_tokens_hash_form CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Something sent, or shown to be asked for: a code or a token, which proves an address, allows a reset or is the second factor.
-- There is a row whether or not anybody has the address, so that asking tells nothing.
CREATE TABLE challenges (
    challenge_id uuid PRIMARY KEY,
    purpose text NOT NULL,
    -- NULL where nobody is known by the address
    account_id uuid REFERENCES accounts ON DELETE CASCADE,
    email text,
    phone text,
    -- keyed hash of challenge, purpose and code; NULL for second factors, whose codes the authenticator makes
    code_hash bytea,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT challenges_purpose_known CHECK (purpose IN ('sign-in', 'verification', 'password-reset', 'second-factor')),
    CONSTRAINT challenges_attempts_limited CHECK (attempts BETWEEN 0 AND 5)
);
CREATE INDEX challenges_by_end ON challenges (expires_at);
CREATE INDEX challenges_by_account ON challenges (account_id);

-- How often something was tried in a window of time; keys are keyed hashes.
CREATE TABLE attempt_counts (
    key bytea NOT NULL,
    window_start timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (key, window_start)
);
CREATE INDEX attempt_counts_by_start ON attempt_counts (window_start);

-- Authenticator apps (RFC 6238). A code counts once: the last time step accepted is kept.
CREATE TABLE authenticators (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed_secret bytea NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0
);
CREATE TABLE recovery_codes (
    account_id uuid NOT NULL REFERENCES authenticators ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, code_hash)
);

-- Who is seen by a doctor: the account's own person, and dependants with their guardian's consent.
CREATE TABLE persons (
    person_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    is_self boolean NOT NULL,
    display_name text,
    birth_date date,
    language text,
    scheme text,
    places text[] NOT NULL DEFAULT '{}',
    -- the guardian's consent: who gave it, when, to which text
    consent_by uuid,
    consent_at timestamptz,
    consent_text_version integer,
    id_document text NOT NULL DEFAULT 'none',
    -- sealed fields: AES-256-GCM, bound to their row and column; hashes are keyed and say only whether two are equal
    sealed_id_number bytea,
    id_number_hash bytea,
    sealed_membership_number bytea,
    membership_number_hash bytea,
    sealed_notes bytea,
    -- of the field key that sealed this row
    key_version integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT persons_name_form CHECK (char_length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT persons_language_form CHECK (language ~ '^[a-z]{2,3}$'),
    CONSTRAINT persons_scheme_form CHECK (scheme ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(scheme) <= 80),
    CONSTRAINT persons_places_few CHECK (cardinality(places) <= 10),
    CONSTRAINT persons_id_document_known CHECK (id_document IN ('south-african-id', 'passport', 'other', 'none')),
    CONSTRAINT persons_id_number_has_document CHECK (sealed_id_number IS NULL OR id_document <> 'none'),
    CONSTRAINT persons_dependants_have_consent CHECK (
        is_self OR (consent_by IS NOT NULL AND consent_at IS NOT NULL AND consent_text_version IS NOT NULL)),
    CONSTRAINT persons_dependants_are_named CHECK (is_self OR (display_name IS NOT NULL AND birth_date IS NOT NULL)),
    CONSTRAINT persons_sealed_has_key CHECK (
        key_version IS NOT NULL OR (sealed_id_number IS NULL AND sealed_membership_number IS NULL AND sealed_notes IS NULL))
);
CREATE UNIQUE INDEX persons_one_self ON persons (account_id) WHERE is_self;
CREATE INDEX persons_by_account ON persons (account_id);
CREATE INDEX persons_by_id_number ON persons (id_number_hash);
CREATE INDEX persons_by_membership_number ON persons (membership_number_hash);
CREATE INDEX persons_by_key ON persons (key_version, person_id) WHERE key_version IS NOT NULL;

-- For whom an account acts. Ids are those of Doctors; the rows go when their account goes.
CREATE TABLE practice_staff (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    practice_id bigint NOT NULL,
    added_by uuid,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, practice_id)
);
CREATE INDEX practice_staff_by_practice ON practice_staff (practice_id);
CREATE TABLE doctor_accounts (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    doctor_id bigint NOT NULL,
    added_by uuid,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, doctor_id)
);
CREATE INDEX doctor_accounts_by_doctor ON doctor_accounts (doctor_id);
