"""What the product promises, against the committed sample doctors. Run: Tests/ContractTests/run URL [LOG]

The listing of all doctors, walked once, and the committed files are the oracles. A card shows the best matching practice of
a doctor, so filters on practices (place, fee, free time) are checked on every hit, and for completeness against the practice
that the listing of all doctors shows.
"""
import csv
import math
import os
import random
import unittest
from collections import Counter
from datetime import datetime, timedelta, timezone

from support import ROOT, ContractCase, get, post

SEED = int(os.environ.get("RTD_TEST_SEED", random.randrange(2**32)))
ROSEBANK = (-26.107, 28.056)


def near(point):
    return f"{point[0]},{point[1]}"


def metres(a, b):
    """Haversine on the mean radius of the Earth."""
    latitude, other = math.radians(a[0]), math.radians(b[0])
    half = (math.sin((other - latitude) / 2) ** 2
            + math.cos(latitude) * math.cos(other) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2)
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def position(entry):
    location = (entry["practice"] if "practice" in entry else entry)["location"]
    return (location["lat"], location["lon"])


def slugs(card):
    return [specialty["slug"] for specialty in card["specialties"]]


def fee(card):
    return card["fee"]["amount_cents"] if card["fee"] else math.inf


def free(card):
    return datetime.fromisoformat(card["next_available"]) if card["next_available"] else datetime.max.replace(tzinfo=timezone.utc)


class SearchCase(ContractCase):
    @classmethod
    def setUpClass(cls):
        cls.everybody = cls().walk(limit=100)

    def assert_distances(self, entries, point):
        for entry in entries:
            self.assertLessEqual(abs(entry["distance_m"] - metres(point, position(entry))), 1, entry)


class WalkThrough(SearchCase):
    def test_dermatologists_near_sandton(self):
        query = {"q": "dermatologist", "near": near(ROSEBANK), "radius_km": 10, "limit": 100}
        answer = self.found(**query)
        self.assertEqual(answer["understood"], {"specialty": ["dermatology"]})
        cards = answer["data"]
        self.assertTrue(cards)
        for card in cards:
            self.assertIn("dermatology", slugs(card))
            self.assertLessEqual(metres(ROSEBANK, position(card)), 10_000.5)
        self.assert_distances(cards, ROSEBANK)
        expected = {card["id"] for card in self.everybody if "dermatology" in slugs(card) and card["practice"]
                    and card["practice"]["location"] and metres(ROSEBANK, position(card)) < 9_999}
        self.assertLessEqual(expected, {card["id"] for card in cards})

    def test_radius_is_exact(self):
        distances = [card["distance_m"] for card in self.found(near=near(ROSEBANK), radius_km=50, sort="distance", limit=100)["data"]]
        middle = distances[len(distances) // 2]
        for radius, expected in ((middle + 1, True), (middle - 1, False)):
            within = self.walk(near=near(ROSEBANK), radius_km=radius / 1000, sort="distance", limit=100)
            self.assertEqual(any(card["distance_m"] == middle for card in within), expected)

    def test_a_place_is_the_same_as_its_position(self):
        place = self.found("/v1/places/sandton")
        by_name = self.walk(place="sandton", radius_km=5, sort="distance", limit=100)
        by_position = self.walk(near=near(position(place)), radius_km=5, sort="distance", limit=100)
        self.assertTrue(by_name)
        self.assertEqual({card["id"] for card in by_name}, {card["id"] for card in by_position})

    def test_every_card_leads_to_its_profile(self):
        for card in self.found(near=near(ROSEBANK), limit=25)["data"]:
            profile = self.found(f"/v1/doctors/{card['id']}")
            for name in ("id", "name", "gender", "telehealth", "sample"):
                self.assertEqual(card[name], profile[name])
            self.assertEqual(slugs(card), slugs(profile))
            self.assertEqual(sorted(card["languages"]), sorted(language["code"] for language in profile["languages"]))
            self.assertEqual(sorted(card["schemes"]), sorted(scheme["slug"] for scheme in profile["schemes"]))
            self.assertEqual(card["verified"], profile["verification"] == "verified")
            self.assertEqual(card["rating"] and card["rating"]["average"], profile["rating"])
            practice = next(practice for practice in profile["practices"] if practice["id"] == card["practice"]["id"])
            self.assertEqual(card["next_available"], practice["next_available"])
            self.assertEqual(card["fee"], practice["fees"] and practice["fees"]["first_visit"])
            self.assertEqual(card["practice"], {name: practice[name] for name in card["practice"]})

    def test_post_answers_as_get(self):
        for query, body in [
            ({"q": "dermatologist", "near": near(ROSEBANK), "radius_km": 10, "sort": "distance"},
             {"q": "dermatologist", "near": {"lat": ROSEBANK[0], "lon": ROSEBANK[1]}, "radius_km": 10, "sort": "distance"}),
            ({"specialty": "dermatology,dentistry", "sort": "fee", "facets": ["gender", "rating"], "count": "exact"},
             {"specialty": ["dermatology", "dentistry"], "sort": "fee", "facets": ["gender", "rating"], "count": "exact"}),
            ({"place": "sandton", "telehealth": "true", "sort": "rating", "explain": "true"},
             {"place": "sandton", "telehealth": True, "sort": "rating", "explain": True}),
        ]:
            got, posted = self.found(**query), post("/v1/doctors/search", body)
            self.assertEqual(posted.status, 200)
            self.assertEqual(posted.headers["Cache-Control"], "private, no-store")
            for name in got.keys() - {"next_cursor"}:
                self.assertEqual(got[name], posted.json[name], name)
            follow = post("/v1/doctors/search", {**body, "cursor": got["next_cursor"]})
            self.assertEqual(follow.status, 200, "a cursor is good for either way of asking")


class Filters(SearchCase):
    def holds(self, card, query, slack_seconds=0):
        """Whether a card passes a query; free times within `slack_seconds` of a limit are taken to."""
        now = datetime.now(timezone.utc)
        slack = timedelta(seconds=slack_seconds)
        return all([
            "specialty" not in query or set(query["specialty"]) & set(slugs(card)),
            "language" not in query or set(query["language"]) & set(card["languages"]),
            "scheme" not in query or set(query["scheme"]) & set(card["schemes"]),
            "gender" not in query or card["gender"] == query["gender"],
            "telehealth" not in query or card["telehealth"] == (query["telehealth"] == "true"),
            "min_rating" not in query or (card["rating"] and card["rating"]["average"] >= query["min_rating"]),
            "max_fee" not in query or fee(card) <= query["max_fee"],
            "available_within" not in query
            or now - slack <= free(card) <= now + timedelta(hours=int(query["available_within"][2:-1])) + slack,
            "near" not in query or (card["practice"] and card["practice"]["location"]
                                    and metres(ROSEBANK, position(card)) <= query["radius_km"] * 1000 + 0.01 * slack_seconds),
        ])

    def random_query(self, dice):
        some = lambda name: dice.sample(sorted({value for card in self.everybody for value in name(card)}), dice.randint(1, 4))
        offered = {
            "specialty": lambda: some(slugs), "language": lambda: some(lambda card: card["languages"]),
            "scheme": lambda: some(lambda card: card["schemes"]), "gender": lambda: dice.choice(["female", "male"]),
            "telehealth": lambda: dice.choice(["true", "false"]), "min_rating": lambda: dice.choice([1, 3, 3.7, 4, 4.5, 5]),
            "max_fee": lambda: dice.choice([0, 40_000, 65_000, 90_000, 150_000]),
            "available_within": lambda: f"PT{dice.choice([1, 24, 72, 200])}H", "near": lambda: near(ROSEBANK),
        }
        query = {name: offered[name]() for name in dice.sample(sorted(offered), dice.randint(1, 5))}
        if "near" in query:
            query["radius_km"] = dice.choice([1, 5, 25.5, 300, 2000])
        return query

    def test_filters_hold_on_every_hit_and_lose_nobody(self):
        dice = random.Random(SEED)
        found_any = 0
        for _ in range(60):
            query = self.random_query(dice)
            with self.subTest(seed=SEED, query=query):
                found = self.walk(**query, limit=100)
                for card in found:
                    self.assertTrue(self.holds(card, query, slack_seconds=90), card)
                expected = {card["id"] for card in self.everybody if self.holds(card, query, slack_seconds=-90)}
                self.assertLessEqual(expected, {card["id"] for card in found})
                if not {"max_fee", "available_within", "near"} & query.keys():
                    self.assertEqual(expected, {card["id"] for card in found})
                self.assertEqual(self.found(**query, limit=1, count="exact")["count"], len(found))
                found_any += bool(found)
        self.assertGreater(found_any, 20)

    def test_facets_add_up(self):
        of = {
            "specialty": slugs, "scheme": lambda card: card["schemes"], "language": lambda card: card["languages"],
            "gender": lambda card: [card["gender"]] if card["gender"] else [], "telehealth": lambda card: [str(card["telehealth"]).lower()],
        }
        edges = [1, 2, 3, 4, 4.5]
        for query in ({}, {"specialty": ["dermatology", "dentistry"]}, {"language": "zu", "gender": "female"}, {"min_rating": 4.2}):
            with self.subTest(query=query):
                facets = self.found(**query, limit=1, facets=[*of, "rating"])["facets"]
                cards = self.walk(**query, limit=100)
                for name, values in of.items():
                    counted = Counter(value for card in cards for value in set(values(card)))
                    self.assertEqual({entry["value"]: entry["count"] for entry in facets[name]}, counted)
                    counts = [entry["count"] for entry in facets[name]]
                    self.assertEqual(counts, sorted(counts, reverse=True))
                classes = Counter(max(edge for edge in edges if edge <= card["rating"]["average"]) for card in cards if card["rating"])
                self.assertEqual({entry["from"]: entry["count"] for entry in facets["rating"]}, {edge: classes[edge] for edge in edges})

    def test_a_facet_asked_for_twice_is_given_once(self):
        self.assertEqual(list(self.found(facets="gender,gender", limit=1)["facets"]), ["gender"])


class Orders(SearchCase):
    def assert_ascending(self, values):
        self.assertEqual(values, sorted(values))

    def test_sort_orders_hold_over_pages(self):
        region = {"near": near(ROSEBANK), "radius_km": 30, "limit": 70}
        self.assert_ascending([card["distance_m"] for card in self.walk(**region, sort="distance")])
        self.assert_ascending([fee(card) for card in self.walk(**region, sort="fee")])
        self.assert_ascending([free(card) for card in self.walk(**region, sort="soonest")])
        for sort in ("relevance", "rating"):
            values = [card["explanation"]["value"] for card in self.walk(**region, sort=sort, explain="true")]
            self.assert_ascending([-value for value in values])

    def test_of_doctors_with_as_many_reviews_the_better_comes_first(self):
        compared = 0
        best = {}
        for card in self.walk(sort="rating", limit=100):
            if not card["rating"]:
                continue
            group = (slugs(card)[0], card["rating"]["count"])
            compared += group in best
            self.assertLessEqual(card["rating"]["average"], best.get(group, 5))
            best[group] = card["rating"]["average"]
        self.assertGreater(compared, 100)

    def test_all_pages_give_each_doctor_once(self):
        for query in ({"limit": 97}, {"limit": 100, "sort": "fee"}, {"limit": 100, "sort": "soonest"}, {"limit": 100, "sort": "rating"},
                      {"q": "dentist", "limit": 33}, {"near": near(ROSEBANK), "radius_km": 40, "limit": 41}):
            with self.subTest(query=query):
                ids = [card["id"] for card in self.walk(**query)]
                self.assertEqual(len(ids), len(set(ids)))
                self.assertEqual(len(ids), self.found(**{**query, "limit": 1}, count="exact")["count"])

    def test_explanations_add_up(self):
        for query in ({"q": "dermatologist eczema", "near": near(ROSEBANK)}, {"q": "children asthma"}, {"near": near(ROSEBANK), "specialty": "dentistry"}):
            cards = self.found(**query, explain="true", limit=50)["data"]
            self.assertTrue(cards, query)
            for card in cards:
                explanation = card["explanation"]
                contributions = [part["contribution"] for part in explanation["components"]]
                self.assertAlmostEqual(sum(contributions), explanation["value"], delta=1e-5)
                for part in explanation["components"]:
                    self.assertAlmostEqual(part["weight"] * part["value"], part["contribution"], delta=2e-6)
                if "specialty" in query or "dermatologist" in query.get("q", ""):
                    self.assertIn("specialty", {part["name"] for part in explanation["components"]})
                if "near" in query:
                    distance = next(part for part in explanation["components"] if part["name"] == "distance")
                    self.assertAlmostEqual(distance["value"], 5000 / (5000 + metres(ROSEBANK, position(card))), delta=1e-4)


class Places(ContractCase):
    def test_suggestions(self):
        for text, slug in (("sandt", "sandton"), ("SANDTON", "sandton"), ("khayel", "khayelitsha")):
            data = self.found("/v1/places", q=text)["data"]
            self.assertEqual(data[0]["slug"], slug)
            self.assertEqual(data[0], self.found(f"/v1/places/{slug}"))
        self.assertEqual(len(self.found("/v1/places", q="a", limit=20)["data"]), 20)
        self.assertEqual(self.found("/v1/places", q="zzzzqqqq")["data"], [])

    def test_positions_are_those_of_the_committed_file(self):
        with open(ROOT / "Data/places.csv", encoding="utf-8", newline="") as file:
            places = {row["slug"]: row for row in csv.DictReader(file)}
        for slug in random.Random(SEED).sample(sorted(places), 20):
            place = self.found(f"/v1/places/{slug}")
            self.assertEqual(place["name"], places[slug]["name"])
            self.assertLess(metres(position(place), (float(places[slug]["latitude"]), float(places[slug]["longitude"]))), 2)


class Facilities(SearchCase):
    @classmethod
    def setUpClass(cls):
        with open(ROOT / "Data/facilities.csv", encoding="utf-8", newline="") as file:
            cls.rows = [(row, (float(row["latitude"]), float(row["longitude"]))) for row in csv.DictReader(file)]

    def test_all_within_a_radius_nearest_first(self):
        dice = random.Random(SEED)
        for _ in range(10):
            _, centre = dice.choice(self.rows)
            kind, radius = dice.choice([None, "hospital", "clinic"]), dice.choice([5, 40, 150])
            with self.subTest(seed=SEED, centre=centre, kind=kind, radius=radius):
                query = {"near": near(centre), "radius_km": radius, **({"kind": kind} if kind else {})}
                found = self.walk("/v1/facilities", **query, limit=67)
                expected = sorted(metres(centre, point) for row, point in self.rows
                                  if metres(centre, point) <= radius * 1000 and kind in (None, row["kind"]))
                self.assertEqual(len(found), len(expected))
                for entry, distance in zip(found, expected):
                    self.assertLessEqual(abs(entry["distance_m"] - distance), 1)
                self.assert_distances(found, centre)

    def test_emergency_care(self):
        for wanted, written in (("true", "yes"), ("false", "no")):
            found = self.walk("/v1/facilities", near=near(ROSEBANK), emergency=wanted, limit=100)
            self.assertEqual({entry["emergency_care"] for entry in found}, {wanted == "true"})
            self.assertEqual(len(found), sum(row["emergency_care"] == written for row, _ in self.rows))

    def test_a_position_is_personal_and_a_place_is_not(self):
        self.assertEqual(get("/v1/facilities", {"near": near(ROSEBANK)}).headers["Cache-Control"], "private, no-store")
        self.assertIn("public", get("/v1/facilities", {"place": "sandton"}).headers["Cache-Control"])


class EntityTags(ContractCase):
    def test_a_copy_that_is_still_good(self):
        for path in ("/v1/doctors/1", "/v1/specialties", "/v1/languages", "/v1/schemes"):
            with self.subTest(path=path):
                tag = get(path).headers["ETag"]
                self.assertRegex(tag, r'^"[^"]+"$')
                self.assertEqual(get(path).headers["ETag"], tag)
                for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
                    answer = get(path, headers={"If-None-Match": sent})
                    self.assertEqual((answer.status, answer.body, answer.headers["ETag"]), (304, b"", tag))
                for sent in ('"other"', tag[:-2] + '"', tag[1:-1]):
                    self.assertEqual(get(path, headers={"If-None-Match": sent}).status, 200)


if __name__ == "__main__":
    unittest.main()
