CREATE TABLE places (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    city text NOT NULL,
    province text NOT NULL,
    postal_code text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    population integer NOT NULL,
    other_names text[] NOT NULL DEFAULT '{}',

    CONSTRAINT places_slug_unique UNIQUE (slug),
    CONSTRAINT places_slug_format CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 100),
    CONSTRAINT places_name_not_blank CHECK (name ~ '\S' AND length(name) <= 100),
    CONSTRAINT places_kind_known CHECK (kind IN ('suburb', 'town', 'city', 'postal_code')),
    CONSTRAINT places_city_not_blank CHECK (city ~ '\S' AND length(city) <= 100),
    CONSTRAINT places_province_known CHECK (province IN (
        'Eastern Cape', 'Free State', 'Gauteng', 'KwaZulu-Natal', 'Limpopo', 'Mpumalanga', 'North West', 'Northern Cape',
        'Western Cape')),
    CONSTRAINT places_postal_code_format CHECK (postal_code ~ '^[0-9]{4}$'),
    CONSTRAINT places_postal_code_names_itself CHECK (kind <> 'postal_code' OR (slug = postal_code AND name = postal_code)),
    -- NaN sorts above every number, so BETWEEN refuses it too.
    CONSTRAINT places_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT places_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT places_population_range CHECK (population >= 0),
    CONSTRAINT places_other_names_not_null CHECK (array_position(other_names, NULL) IS NULL),
    CONSTRAINT places_other_names_not_blank CHECK (
        other_names = '{}' OR '|' || array_to_string(other_names, '|') || '|' !~ '\|\s*\|')
);

CREATE TABLE facilities (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    category text NOT NULL,
    province text NOT NULL,
    -- NULL: not known.
    district text,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    -- NULL: not known.
    emergency_care boolean,
    source text NOT NULL,

    CONSTRAINT facilities_unique UNIQUE (name, kind, latitude, longitude),
    CONSTRAINT facilities_name_not_blank CHECK (name ~ '\S' AND length(name) <= 200),
    CONSTRAINT facilities_kind_known CHECK (
        kind IN ('hospital', 'clinic', 'community_health_centre', 'ambulance_station', 'other')),
    CONSTRAINT facilities_category_not_blank CHECK (category ~ '\S' AND length(category) <= 100),
    CONSTRAINT facilities_province_known CHECK (province IN (
        'Eastern Cape', 'Free State', 'Gauteng', 'KwaZulu-Natal', 'Limpopo', 'Mpumalanga', 'North West', 'Northern Cape',
        'Western Cape')),
    CONSTRAINT facilities_district_not_blank CHECK (district ~ '\S' AND length(district) <= 100),
    CONSTRAINT facilities_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT facilities_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT facilities_source_not_blank CHECK (source ~ '\S' AND length(source) <= 100)
);

-- What each table was last filled from, so that an unchanged file is not read again.
CREATE TABLE place_files (
    name text PRIMARY KEY,
    sha256 bytea NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT place_files_name_known CHECK (name IN ('places.csv', 'facilities.csv')),
    CONSTRAINT place_files_sha256_length CHECK (length(sha256) = 32)
);
