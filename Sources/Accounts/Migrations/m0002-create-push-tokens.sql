-- Where apps get push messages (Firebase Cloud Messaging): one for a sign-in.
CREATE TABLE push_tokens (
    session_id uuid PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    token text NOT NULL UNIQUE,
    registered_at timestamptz NOT NULL,
    CONSTRAINT push_tokens_form CHECK (octet_length(token) BETWEEN 1 AND 1024)
);
