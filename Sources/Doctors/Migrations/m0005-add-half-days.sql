-- In which half-days of the next 30 days something is free: bit n % 64 of half-day n since 1970, local time (even numbers are mornings).
-- Null where nobody keeps opening hours with us.
ALTER TABLE doctor_practices ADD COLUMN free_half_days bigint;

CREATE OR REPLACE VIEW doctor_listings AS
SELECT
    d.doctor_id,
    at.practice_id,
    d.external_id,
    d.display_name,
    d.title,
    d.first_names,
    d.surname,
    d.hpcsa_number,
    d.verification_state,
    d.gender,
    d.biography,
    d.practising_since,
    d.telehealth,
    d.rating,
    d.review_count,
    d.is_sample,
    ARRAY(SELECT s.specialty FROM doctor_specialties s WHERE s.doctor_id = d.doctor_id ORDER BY s.position) AS specialties,
    d.sub_specialties,
    ARRAY(SELECT l.language FROM doctor_languages l WHERE l.doctor_id = d.doctor_id ORDER BY l.language) AS languages,
    ARRAY(SELECT m.scheme FROM doctor_schemes m WHERE m.doctor_id = d.doctor_id ORDER BY m.scheme) AS schemes,
    at.practice_name,
    at.address,
    at.suburb,
    at.city,
    at.province,
    at.postal_code,
    at.latitude,
    at.longitude,
    at.shows_fees,
    f.first_visit_cents,
    f.follow_up_cents,
    f.video_cents,
    at.next_available_at,
    greatest(d.updated_at, at.updated_at) AS updated_at,
    at.free_half_days
FROM doctors d
LEFT JOIN LATERAL (
    SELECT
        dp.practice_id, dp.shows_fees, dp.next_available_at, dp.free_half_days, p.name AS practice_name, p.address, p.suburb, p.city,
        p.province, p.postal_code, p.latitude, p.longitude, p.updated_at
    FROM doctor_practices dp
    JOIN practices p ON p.practice_id = dp.practice_id
    WHERE dp.doctor_id = d.doctor_id
    OFFSET 0 -- keeps the planner from a merge join, which would read doctor_practices from its start for every page
) at ON true
LEFT JOIN LATERAL (
    SELECT
        max(fee.amount_cents) FILTER (WHERE fee.consultation_kind = 'first_visit') AS first_visit_cents,
        max(fee.amount_cents) FILTER (WHERE fee.consultation_kind = 'follow_up') AS follow_up_cents,
        max(fee.amount_cents) FILTER (WHERE fee.consultation_kind = 'video') AS video_cents
    FROM fees fee
    WHERE fee.doctor_id = d.doctor_id AND fee.practice_id = at.practice_id
) f ON true
WHERE d.verification_state NOT IN ('rejected', 'suspended');
