-- Who follows doctor_changes: every server by its index directory, and every `reindex` while it runs.
CREATE TABLE search_followers (
    follower_id uuid PRIMARY KEY,
    host text NOT NULL,
    is_reindex boolean NOT NULL,
    -- Changes of transactions below are of no more use to it, be it started again.
    needs_tx xid8 NOT NULL,
    -- -infinity: it was stopped.
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- From then on nothing is kept for it.
    expires_at timestamptz NOT NULL,
    -- `reindex --verify` asks every server, and reads the answer here.
    verify_asked_at timestamptz,
    verified_at timestamptz,
    verified_doctors bigint,
    verify_differences bigint,
    CONSTRAINT search_followers_answer CHECK ((verified_at IS NULL) = (verified_doctors IS NULL)
        AND (verified_at IS NULL) = (verify_differences IS NULL))
);

-- Doctors whose rows a follower could not index. Written for people to read; the follower keeps its own list.
CREATE TABLE search_parked_doctors (
    follower_id uuid NOT NULL,
    doctor_id bigint NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL,
    failing_since timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    CONSTRAINT search_parked_doctors_once PRIMARY KEY (follower_id, doctor_id),
    CONSTRAINT search_parked_doctors_follower FOREIGN KEY (follower_id) REFERENCES search_followers ON DELETE CASCADE,
    CONSTRAINT search_parked_doctors_attempts_range CHECK (attempts >= 1)
);
