"""What ranks and filters a doctor, as numpy columns: the numpy peer's data, and for other peers what they fetch and rescore with."""
import numpy as np

EARTH_METRES = 6_371_008.8
RATING_EDGES = [2.0, 3.0, 4.0, 4.5]
KILOMETRES_PER_DEGREE = 111.0  # a little short, so that boxes err on the large side


def box(lat, lon, radius_km):
    """A box around the circle: lowest and highest latitude, lowest and highest longitude. Not for poles and date line."""
    high = radius_km / KILOMETRES_PER_DEGREE
    wide = high / np.cos(np.radians(min(abs(lat) + high, 89.0)))
    return lat - high, lat + high, lon - wide, lon + wide


class Columns:
    """Rows are doctors in the order of their ids."""

    def __init__(self, doctors):
        numbers = ([d.id, d.lat, d.lon, d.rating, d.reviews, d.fee_cents, d.next_available, d.telehealth] for d in doctors)
        table = np.array([[np.nan if cell is None else cell for cell in row] for row in numbers], dtype=np.float64)
        self.ids = table[:, 0].astype(np.int64)
        assert (np.diff(self.ids) > 0).all(), "the catalogue must be sorted by id"
        self.lat, self.lon = table[:, 1].copy(), table[:, 2].copy()
        self.cosine = np.cos(np.radians(self.lat))
        self.rating, self.reviews, self.fee, self.free = (table[:, i].copy() for i in (3, 4, 5, 6))
        self.telehealth = table[:, 7] == 1
        self.specialties = sorted({value for doctor in doctors for value in doctor.specialties})
        self.specialty_codes = self._codes(doctors)

    def _codes(self, doctors):
        """Each doctor's specialties as numbers, padded with the number of specialties."""
        codes = {value: code for code, value in enumerate(self.specialties)}
        table = np.full((len(doctors), max(len(doctor.specialties) for doctor in doctors)), len(codes), dtype=np.int16)
        for row, doctor in enumerate(doctors):
            table[row, :len(doctor.specialties)] = [codes[value] for value in doctor.specialties]
        return table

    @property
    def nbytes(self):
        return sum(array.nbytes for array in vars(self).values() if isinstance(array, np.ndarray))

    def rows_of(self, ids):
        return np.searchsorted(self.ids, np.asarray(ids, dtype=np.int64))

    def metres(self, rows, near):
        """Haversine distances, exact to the double."""
        lat, lon = near
        half_height = np.sin(np.radians(self.lat[rows] - lat) / 2)
        half_width = np.sin(np.radians(self.lon[rows] - lon) / 2)
        chord = half_height * half_height + np.cos(np.radians(lat)) * self.cosine[rows] * half_width * half_width
        return 2 * EARTH_METRES * np.arcsin(np.sqrt(chord))

    def within(self, rows, near, radius_km):
        """The rows inside the circle: box first, then the exact distance of what is left."""
        south, north, west, east = box(*near, radius_km)
        lat, lon = self.lat[rows], self.lon[rows]
        rows = rows[(lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)]
        return rows[self.metres(rows, near) <= radius_km * 1000]

    def keys(self, rows, query):
        """The sort's key, smaller is better."""
        sort = query["sort"]
        if sort == "distance":
            return self.metres(rows, query["near"])
        if sort == "soonest":
            return np.nan_to_num(self.free[rows], nan=np.inf)
        if sort == "reviews":
            return -self.reviews[rows]
        if sort == "blend":
            return -self.blend(rows, query)
        return np.zeros(len(rows))

    def blend(self, rows, query):
        near = np.maximum(0, 1 - self.metres(rows, query["near"]) / (query["radius_km"] * 1000))
        rating = np.nan_to_num((self.rating[rows] - 1) / 4)
        wait = np.maximum(0, self.free[rows] - query["now"])
        soon = np.nan_to_num(np.maximum(0, 1 - wait / 43_200))
        return 0.5 * near + 0.3 * rating + 0.2 * soon

    def best(self, rows, keys, limit):
        """Ids of the `limit` rows with the least keys, ties by id. Rows may come in any order."""
        if len(rows) > limit:
            kept = keys <= np.partition(keys, limit - 1)[limit - 1]
            rows, keys = rows[kept], keys[kept]
        return self.ids[rows[np.lexsort((rows, keys))[:limit]]].tolist()

    def facets(self, rows):
        specialties = np.bincount(self.specialty_codes[rows].ravel(), minlength=len(self.specialties) + 1)
        ratings = self.rating[rows]
        buckets = np.searchsorted(RATING_EDGES, ratings[~np.isnan(ratings)], side="right")
        return {"specialty_facet": {value: int(count) for value, count in zip(self.specialties, specialties) if count},
                "rating_facet": np.bincount(buckets, minlength=len(RATING_EDGES) + 1).tolist()}
