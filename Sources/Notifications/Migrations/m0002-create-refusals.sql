-- Messages an account does not want: a channel for a topic. What is not here is sent.
CREATE TABLE notification_refusals (
    account_id uuid NOT NULL,
    channel text NOT NULL,
    topic text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, channel, topic),
    CONSTRAINT notification_refusals_channel CHECK (channel IN ('email', 'sms', 'push')),
    CONSTRAINT notification_refusals_topic CHECK (topic IN ('visits', 'reminders', 'offers'))
);
