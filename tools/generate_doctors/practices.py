"""Practices: solo rooms, and shared ones that come out the same for every doctor who lands in them."""
from .draw import Draw

STREETS = ("Protea Acacia Jacaranda Main Church Long Station Voortrekker Mandela Biko Sisulu Hospital Park School Market Oak Willow "
           "Marula Baobab Aloe Strelitzia Disa Erica Kloof Beach Lagoon Ridge Vlei Karoo Heron Ibis Hornbill Weaver Sunbird").split()
ROADS = ["Street", "Road", "Avenue", "Drive", "Lane"]
BUILDINGS = ["Medical Centre", "Health Centre", "Doctors' Rooms", "Family Practice", "Wellness Centre", "Medical Suites", "Health Hub", "Day Clinic"]
WORDS = ["Protea", "Ubuntu", "Baobab", "Thandanani", "Silver Oak", "Impilo", "Bophelo", "Welgemoed", "Sunbird", "Masakhane", "Lighthouse",
         "Kloofzicht", "Sethunya", "Tshedza", "Vutivi", "Ridgeview", "Umoya", "Aloe", "Riverbend", "Khanyisa"]
SOLO = {"medical": "Medical Practice", "surgical": "Surgical Rooms", "dental": "Dental Practice", "nursing": "Nursing Service", "pharmacy": "Pharmacy"}
SHARED = 0.6                  # of doctors work in a practice with colleagues
DOCTORS_PER_PRACTICE = 4
FARTHEST_DEGREES = 0.0125     # about 1.4 km


class PracticeMaker:
    def __init__(self, seed, count, place_map):
        self.seed, self.count, self.map = seed, count, place_map

    def pick(self, random, place, solo_key, owner, specialty):
        """`owner` is the doctor's title and surname; `solo_key` tells solo practices apart."""
        if random.random() >= SHARED:
            return self._practice(random, f"solo-{solo_key}", place, self._solo_name(random, owner, specialty))
        doctors = self.count * self.map.share(place) * SHARED
        slot = int(random.random() * max(1, round(doctors / DOCTORS_PER_PRACTICE)))
        # A generator of its own, keyed by place and slot: colleagues meet at one address without any table kept.
        return self._shared(Draw(self.seed * 1_000_003 + place.index * 8_191 + slot), place, slot)

    def _shared(self, random, place, slot):
        building = BUILDINGS[slot % len(BUILDINGS)]
        word = place.name if slot < len(BUILDINGS) else WORDS[slot // len(BUILDINGS) % len(WORDS)]
        number = slot // (len(BUILDINGS) * len(WORDS))
        return self._practice(random, f"{place.slug}-{slot}", place, f"{word} {building}" + (f" {number + 1}" if number else ""))

    @staticmethod
    def _solo_name(random, owner, specialty):
        kind = SOLO.get(specialty.group, specialty.field)
        return f"{owner.split(' ', 1)[1]} {kind}" if random.random() < 0.7 else f"{owner} Inc"

    @staticmethod
    def _practice(random, practice_id, place, name):
        uniform = random.random
        # The mean of three draws: most practices near the suburb's point, none beyond the farthest.
        offset = lambda: (uniform() + uniform() + uniform() - 1.5) / 1.5 * FARTHEST_DEGREES * 0.7
        return {
            "practice_id": practice_id, "practice": name,
            "address": f"{1 + int(uniform() * 220)} {random.choice(STREETS)} {random.choice(ROADS)}",
            "suburb": place.name, "city": place.city, "province": place.province, "postal_code": place.postal_code,
            "lat": round(place.latitude + offset(), 5), "lon": round(place.longitude + offset() / place.width, 5),
        }
