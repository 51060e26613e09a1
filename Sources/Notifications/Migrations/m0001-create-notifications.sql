-- What was last heard of each booking. A booking without a row was never confirmed.
CREATE TABLE notification_bookings (
    booking_id uuid PRIMARY KEY,
    version integer NOT NULL,
    is_standing boolean NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One message to one person by one channel, from the plan to its end.
CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    booking_version integer NOT NULL,
    account_id uuid NOT NULL,
    purpose text NOT NULL,
    channel text NOT NULL,
    -- Of a reminder: hours before the visit. 0 for all others.
    lead_hours integer NOT NULL DEFAULT 0,
    -- What the message tells: doctor, place, time. Nothing about health, no contact data.
    visit jsonb NOT NULL,
    visit_starts_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    -- From here on it is of no use to anybody and is not sent.
    expires_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'planned',
    attempts integer NOT NULL DEFAULT 0,
    sending_since timestamptz,
    ended_at timestamptz,
    -- Why it was not sent: a word of ours or a provider's code.
    reason text,
    provider_id text,
    delivery_status text,
    CONSTRAINT notifications_once UNIQUE (booking_id, booking_version, purpose, channel, lead_hours),
    CONSTRAINT notifications_purpose CHECK (purpose IN ('confirmation', 'change', 'cancellation', 'offer', 'reminder')),
    CONSTRAINT notifications_channel CHECK (channel IN ('email', 'sms', 'push')),
    -- `uncertain`: handed to a provider whose answer is not known, and not repeated.
    CONSTRAINT notifications_state CHECK (state IN ('planned', 'sending', 'sent', 'dropped', 'failed', 'uncertain')),
    CONSTRAINT notifications_lead CHECK ((purpose = 'reminder') = (lead_hours > 0)),
    CONSTRAINT notifications_sending CHECK (state <> 'sending' OR sending_since IS NOT NULL),
    CONSTRAINT notifications_ended CHECK ((state IN ('planned', 'sending')) = (ended_at IS NULL))
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE state = 'planned';
CREATE INDEX notifications_sending ON notifications (sending_since) WHERE state = 'sending';
CREATE INDEX notifications_account ON notifications (account_id, channel, ended_at);
CREATE INDEX notifications_provider ON notifications (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX notifications_ended_at ON notifications (ended_at) WHERE ended_at IS NOT NULL;

-- Addresses that nothing is sent to, by keyed hash: the address itself is nowhere here.
CREATE TABLE notification_suppressions (
    channel text NOT NULL,
    address_hash bytea NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel, address_hash),
    CONSTRAINT notification_suppressions_reason CHECK (reason IN ('hard_bounce', 'invalid_number', 'opted_out'))
);
