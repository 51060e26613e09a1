"""What every part of prepare-data shares: files, folding of names, distances, provinces."""
import csv
import math
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

BY_HAND = Path(__file__).resolve().parents[2] / "Data" / "by-hand"
SOUTH, NORTH, WEST, EAST = -34.9, -22.1, 16.4, 33.0
PROVINCES = {
    "GP": "Gauteng", "WC": "Western Cape", "KZN": "KwaZulu-Natal", "EC": "Eastern Cape", "FS": "Free State",
    "NC": "Northern Cape", "NW": "North West", "LP": "Limpopo", "MP": "Mpumalanga",
}


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, columns, rows):
    """Writes rows (dicts) with LF line ends and returns how many there were."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def fold(text):
    """Lower case without accents, apostrophes, spaces or punctuation: "Simon's Town" and SIMONSTOWN are one key."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


def slugify(text):
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def coordinate(latitude, longitude):
    """A (latitude, longitude) inside the country's box, or None."""
    try:
        point = (round(float(latitude), 5), round(float(longitude), 5))
    except ValueError:
        return None
    return point if SOUTH <= point[0] <= NORTH and WEST <= point[1] <= EAST else None


def kilometres(a, b):
    """Flat-earth distance: under 1 % off at the distances compared here."""
    width = math.cos(math.radians((a[0] + b[0]) / 2))
    return 111.2 * math.hypot(a[0] - b[0], (a[1] - b[1]) * width)


def median_point(points):
    """The middle of each axis, so that one stray point moves nothing."""
    middle = lambda values: sorted(values)[(len(values) - 1) // 2]
    return middle([p[0] for p in points]), middle([p[1] for p in points])


class ProvinceFinder:
    """Names the province of a point: the majority among the nearest seven surveyed public facilities."""

    def __init__(self, rows):
        self.cells = defaultdict(list)
        for row in rows:
            point = coordinate(row["Lat"], row["Long"])
            if point:
                self.cells[self._cell(point)].append((point, row["Admin1"]))

    @staticmethod
    def _cell(point):
        return math.floor(point[0] * 2), math.floor(point[1] * 2)

    def reaches(self, province, point, within):
        """Whether the province has a facility within so many km: at a border two provinces may both be right."""
        x, y = self._cell(point)
        return any(name == province and kilometres(point, near) <= within for i in (-1, 0, 1) for j in (-1, 0, 1)
                   for near, name in self.cells.get((x + i, y + j), ()))

    def province(self, point):
        x, y = self._cell(point)
        for reach in range(1, 8):
            near = [found for i in range(x - reach, x + reach + 1) for j in range(y - reach, y + reach + 1)
                    for found in self.cells.get((i, j), ())]
            if len(near) >= 7:
                nearest = sorted(near, key=lambda found: kilometres(point, found[0]))[:7]
                return Counter(name for _, name in nearest).most_common(1)[0][0]
        return None
