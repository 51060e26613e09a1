-- Words that somebody let us keep, sealed (AES-256-GCM); nothing here tells whose they are.
CREATE TABLE symptom_checks (
    check_id uuid PRIMARY KEY,
    sealed_text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT symptom_checks_retention CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days')
);
CREATE INDEX symptom_checks_expires_at ON symptom_checks (expires_at);

-- Who let which words go abroad, by the number of the check: the proof the law asks for (POPIA s 11(2), s 72), without the words.
CREATE TABLE symptom_consents (
    consent_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    check_id uuid NOT NULL,
    purpose text NOT NULL,
    -- Of the text that was agreed to.
    text_version integer NOT NULL,
    given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT symptom_consents_purpose CHECK (purpose IN ('model', 'storage')),
    CONSTRAINT symptom_consents_once UNIQUE (check_id, purpose, text_version)
);
