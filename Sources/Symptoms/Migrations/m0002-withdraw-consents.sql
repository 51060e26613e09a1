-- Deleting what was kept withdraws the consent: going on with the check keeps nothing again, and sends nothing abroad.
ALTER TABLE symptom_consents ADD COLUMN withdrawn_at timestamptz;
