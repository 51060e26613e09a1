-- In which half-days of the next 30 days something is free: bit n % 64 of half-day n since 1970, local time (even numbers are mornings).
-- Null where nobody keeps opening hours with us.
ALTER TABLE doctor_practices ADD COLUMN free_half_days bigint;
