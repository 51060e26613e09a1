"""Query logs in the replay format. Every query is built around one doctor of the catalogue, so that it has an answer."""
import json
import re
from random import Random

DRAWN_FROM = 20_000           # doctors kept from the catalogue, whatever its size
RADII_KM = [5, 10, 25, 50]
STOP_WORDS = frozenset("about accepted adults advice also and appointments are arranged available based booked bring can common come consultations data day each earlier early fitted for from has helps "
                       "include includes may medical new online part patients people please practice practised practising reasons seeing sees suit "
                       "service since that the their too visit who with work works you your".split())
WORD = re.compile(r"(?<![\w'’-])[A-Za-z]{4,}(?![\w'’-])")


def words(text):
    """Whole plain words, lower case: nothing with accents, apostrophes or hyphens that engines may cut differently."""
    return [word.lower() for word in WORD.findall(text or "")]


class QueryMaker:
    """Iterates over `count` queries, the classes in turn. A class whose fields the catalogue lacks stops the run."""

    def __init__(self, catalogue, count, seed, now):
        self.count, self.now, self.random = count, now, Random(seed)
        self.doctors = self._reservoir(catalogue)
        self.classes = {"name-lookup": self.name_lookup, "specialty-near-me": self.specialty_near_me, "text-radius": self.text_radius,
                        "text-all-filters": self.text_all_filters, "filters-by-distance": self.filters_by_distance,
                        "nearest-nationwide": self.nearest_nationwide, "soonest": self.soonest, "nationwide-text": self.nationwide_text,
                        "match-any": self.match_any, "prefix": self.prefix, "typo": self.typo, "facets": self.facets}

    def _reservoir(self, catalogue):
        """An even draw from a file of any length in one pass."""
        kept = []
        for index, line in enumerate(catalogue):
            if index < DRAWN_FROM:
                kept.append(line)
            elif (slot := int(self.random.random() * (index + 1))) < DRAWN_FROM:
                kept[slot] = line
        if not kept:
            raise ValueError("the catalogue is empty")
        return [json.loads(line) for line in kept]

    def __iter__(self):
        names = list(self.classes)
        for number in range(1, self.count + 1):
            name = names[(number - 1) % len(names)]
            yield {"id": f"q{number:06}", "class": name} | self._query(name)

    def _query(self, name):
        for _ in range(2_000):
            query = self.classes[name](self.random.choice(self.doctors))
            if query:
                return query
        raise ValueError(f"no doctor of the catalogue gives a query of class {name}")

    # What a doctor offers to ask about; None where a field is absent.

    def body_words(self, doctor, count):
        """Distinct words of the biography, in its order."""
        found = [word for word in dict.fromkeys(words(doctor.get("bio"))) if word not in STOP_WORDS]
        names = set(words(doctor["name"]))
        found = [word for word in found if word not in names]
        return [found[i] for i in sorted(self.random.sample(range(len(found)), count))] if len(found) >= count else None

    def around(self, doctor, radius_km):
        """A searcher within a third of the radius of the doctor."""
        if "lat" not in doctor:
            return None
        reach = radius_km / 3 / 111 / 1.5
        return [round(doctor["lat"] + self.random.uniform(-reach, reach), 5), round(doctor["lon"] + self.random.uniform(-reach, reach), 5)]

    def free_at(self, doctor):
        if doctor.get("next_available") is not None:
            return doctor["next_available"]
        minutes = doctor.get("next_available_in_minutes")
        return None if minutes is None else (self.now + 120) // 1_440 * 1_440 - 120 + minutes

    def nearby(self, doctor, sort, **more):
        """A query around the doctor with a radius, or None for a doctor without a place."""
        radius = self.random.choice(RADII_KM)
        near = self.around(doctor, radius)
        return near and {"near": near, "radius_km": radius, "sort": sort, "limit": 20} | more

    @staticmethod
    def text(found, fields, match="all", expand="none"):
        return {"text": " ".join(found), "fields": fields, "match": match, "expand": expand}

    # The classes.

    def name_lookup(self, doctor):
        names = words(doctor["name"])
        if not names:
            return None
        city = words(doctor.get("city"))
        extra = city[:1] if len(names) == 1 or self.random.random() < 0.2 else []
        return self.text(names + extra, "identity") | {"sort": "text", "limit": 10}

    def specialty_near_me(self, doctor):
        return self.nearby(doctor, "blend", specialty=doctor["specialties"][0], now=self.now)

    def text_radius(self, doctor):
        found = self.body_words(doctor, self.random.choice([1, 1, 2]))
        query = found and self.nearby(doctor, "text")
        return query and self.text(found, "body") | query

    def text_all_filters(self, doctor):
        found, free = self.body_words(doctor, 1), self.free_at(doctor)
        if not (found and free and doctor.get("rating") and doctor.get("schemes") and doctor.get("languages") and doctor.get("fee_cents")):
            return None
        query = self.nearby(doctor, "blend", specialty=doctor["specialties"][0], scheme=self.random.choice(doctor["schemes"]),
                            language=self.random.choice(doctor["languages"]), min_rating=int(doctor["rating"]),
                            max_fee_cents=doctor["fee_cents"] + 10_000, available_before=free + 1_440, now=self.now)
        if query and doctor.get("telehealth"):
            query["telehealth"] = True
        return query and self.text(found, "body") | query

    def filters_by_distance(self, doctor):
        if not (doctor.get("schemes") and doctor.get("languages")):
            return None
        return self.nearby(doctor, "distance", scheme=self.random.choice(doctor["schemes"]), language=self.random.choice(doctor["languages"]),
                           **({"specialty": doctor["specialties"][0]} if self.random.random() < 0.5 else {}))

    def nearest_nationwide(self, doctor):
        near = self.around(doctor, 50)
        return near and {"specialty": doctor["specialties"][0], "near": near, "sort": "distance", "limit": 20}

    def soonest(self, doctor):
        free = self.free_at(doctor)
        return free and self.nearby(doctor, "soonest", specialty=doctor["specialties"][0], available_before=free + 1_440)

    def nationwide_text(self, doctor):
        found = self.body_words(doctor, self.random.choice([1, 2, 2, 3]))
        return found and self.text(found, "body") | {"sort": "text", "limit": 20}

    def match_any(self, doctor):
        found = self.body_words(doctor, self.random.choice([2, 3, 4]))
        return found and self.text(found, "body", match="any") | {"sort": "text", "limit": 20}

    def prefix(self, doctor):
        names = words(doctor["name"])
        if not names:
            return None
        last = names[-1][:self.random.randint(2, max(2, len(names[-1]) - 1))]
        return self.text(names[:-1] + [last], "identity", expand="prefix") | {"sort": "text", "limit": 10}

    def typo(self, doctor):
        names = [word for word in words(doctor["name"]) if len(word) >= 5]
        if not names:
            return None
        return self.text([self.misspelt(names[-1])] + names[:-1], "identity", expand="typo") | {"sort": "text", "limit": 10}

    def misspelt(self, word):
        """One edit away, the first letter kept: a letter replaced, left out or put in."""
        at, letter = self.random.randrange(1, len(word)), chr(97 + self.random.randrange(26))
        return self.random.choice([word[:at] + letter + word[at + 1:], word[:at] + word[at + 1:], word[:at] + letter + word[at:]])

    def facets(self, doctor):
        found = self.body_words(doctor, 1)
        near = (self.nearby(doctor, "text") or {}) if self.random.random() < 0.5 else {}
        return found and self.text(found, "body") | {"sort": "text", "limit": 20} | near | {"facets": ["specialty", "rating"]}
