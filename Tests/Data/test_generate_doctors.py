"""What the committed reference data and the generators promise. Run: python3 -m unittest discover -s Tests/Data"""
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA, TOOLS = ROOT / "Data", ROOT / "tools"
NOW = 29_900_000
COUNT = 4_000


def run(tool, *arguments):
    return subprocess.run([sys.executable, TOOLS / tool, *map(str, arguments)], capture_output=True, text=True)


def read_lines(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class GeneratedFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)
        cls.generate("doctors.jsonl", 11)
        run("generate-doctors", "queries", "--doctors", cls.path / "doctors.jsonl", "--count", 600, "--seed", 3,
            "--now", NOW, "--out", cls.path / "queries.jsonl").check_returncode()
        cls.doctors, cls.queries = read_lines(cls.path / "doctors.jsonl"), read_lines(cls.path / "queries.jsonl")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def generate(cls, name, seed):
        run("generate-doctors", "doctors", "--count", COUNT, "--seed", seed, "--now", NOW, "--out", cls.path / name).check_returncode()
        return cls.path / name


class DoctorsTest(GeneratedFiles):
    def test_a_seed_gives_the_same_bytes_and_another_seed_others(self):
        first = digest(self.path / "doctors.jsonl")
        self.assertEqual(first, digest(self.generate("again.jsonl", 11)))
        self.assertNotEqual(first, digest(self.generate("other.jsonl", 12)))

    def test_ids_and_registration_numbers_are_unique_and_in_the_range_for_samples(self):
        self.assertEqual(COUNT, len({doctor["id"] for doctor in self.doctors}))
        numbers = [doctor["hpcsa_number"] for doctor in self.doctors if "hpcsa_number" in doctor]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertGreater(len(numbers), COUNT * 0.9)
        for number in numbers:
            self.assertRegex(number, r"^[A-Z]{2,3}99\d{6}$")

    def test_words_from_fixed_lists_are_known(self):
        specialties = {row["slug"] for row in read_csv(DATA / "specialties.csv")}
        schemes = {row["slug"] for row in read_csv(DATA / "schemes.csv")}
        languages = {row["code"] for row in read_csv(DATA / "languages.csv")}
        suburbs = {(row["name"], row["city"], row["province"]) for row in read_csv(DATA / "places.csv")}
        for doctor in self.doctors:
            self.assertLessEqual(set(doctor["specialties"]), specialties)
            self.assertLessEqual(set(doctor["schemes"]), schemes)
            self.assertLessEqual(len(doctor["schemes"]), 12)
            self.assertTrue(1 <= len(doctor["languages"]) <= 4 and set(doctor["languages"]) <= languages)
            self.assertIn(doctor["gender"], {"female", "male", "other"})
            for practice in [doctor, *doctor.get("more_practices", [])]:
                self.assertIn((practice["suburb"], practice["city"], practice["province"]), suburbs)

    def test_every_practice_is_within_two_kilometres_of_its_suburb(self):
        places = {}
        for row in read_csv(DATA / "places.csv"):
            places.setdefault((row["name"], row["city"], row["province"]), (float(row["latitude"]), float(row["longitude"])))
        for doctor in self.doctors:
            for practice in [doctor, *doctor.get("more_practices", [])]:
                latitude, longitude = places[practice["suburb"], practice["city"], practice["province"]]
                self.assertLess(abs(practice["lat"] - latitude), 0.018)
                self.assertLess(abs(practice["lon"] - longitude), 0.022)
                self.assertTrue(-35 < practice["lat"] < -22 and 16.3 < practice["lon"] < 33.1)

    def test_a_practice_id_always_means_the_same_practice(self):
        seen, members = {}, Counter()
        for doctor in self.doctors:
            ids = [practice["practice_id"] for practice in [doctor, *doctor.get("more_practices", [])]]
            self.assertEqual(len(ids), len(set(ids)))
            for practice in [doctor, *doctor.get("more_practices", [])]:
                facts = tuple(practice[key] for key in ("practice", "address", "suburb", "city", "postal_code", "lat", "lon"))
                self.assertEqual(facts, seen.setdefault(practice["practice_id"], facts))
                members[practice["practice_id"]] += 1
        self.assertGreater(sum(1 for count in members.values() if count > 1), 200)

    def test_values_keep_to_their_ranges(self):
        for doctor in self.doctors:
            self.assertEqual("rating" in doctor, doctor["review_count"] > 0)
            if "rating" in doctor:
                self.assertTrue(1 <= doctor["rating"] <= 5 and round(doctor["rating"], 1) == doctor["rating"])
            self.assertEqual(0, doctor["fee_cents"] % 1_000)
            self.assertEqual(doctor["fee_cents"], doctor["fees"]["first_visit"])
            self.assertTrue(all(fee > 0 and fee % 1_000 == 0 for fee in doctor["fees"].values()))
            self.assertTrue(doctor["next_available"] is None or NOW < doctor["next_available"] <= NOW + 60 * 1_440)
            self.assertTrue(30 <= len(doctor["bio"].split()) <= 80, doctor["bio"])
            self.assertNotIn("{", doctor["bio"])
            self.assertTrue(doctor["name"].startswith(doctor["title"]) and doctor["name"].endswith(doctor["surname"]))

    def test_the_mix_is_plausible(self):
        share = lambda test: sum(map(test, self.doctors)) / COUNT
        for low, high, test in (
            (0.33, 0.46, lambda d: d["specialties"][0] == "general-practice"), (0.06, 0.13, lambda d: d["specialties"][0] == "dentistry"),
            (0.30, 0.42, lambda d: d["telehealth"]), (0.07, 0.13, lambda d: d.get("shows_fees") is False),
            (0.06, 0.10, lambda d: "more_practices" in d), (0.10, 0.18, lambda d: not d["schemes"]), (0.25, 0.35, lambda d: not d["review_count"]),
            (0.09, 0.15, lambda d: d["next_available"] is None), (0.20, 0.45, lambda d: d["province"] == "Gauteng")):
            self.assertTrue(low <= share(test) <= high, (low, share(test), high))
        self.assertEqual(9, len({doctor["province"] for doctor in self.doctors}))
        in_cape = [d for d in self.doctors if d["province"] == "Western Cape"]
        in_natal = [d for d in self.doctors if d["province"] == "KwaZulu-Natal"]
        speaks = lambda doctors, code: sum(code in d["languages"] for d in doctors) / len(doctors)
        self.assertGreater(speaks(in_natal, "zu"), 2 * speaks(in_cape, "zu"))
        self.assertGreater(speaks(in_cape, "af"), 2 * speaks(in_natal, "af"))


class QueriesTest(GeneratedFiles):
    def test_every_class_is_there_and_only_documented_fields(self):
        self.assertEqual(12, len({query["class"] for query in self.queries}))
        known = set("id class text fields match expand specialty scheme language near radius_km min_rating max_fee_cents available_before "
                    "telehealth sort now limit facets".split())
        for query in self.queries:
            self.assertLessEqual(set(query), known)
            self.assertIn(query["sort"], {"text", "blend", "distance", "soonest", "reviews", "none"})

    def test_the_same_seed_gives_the_same_queries(self):
        run("generate-doctors", "queries", "--doctors", self.path / "doctors.jsonl", "--count", 600, "--seed", 3, "--now", NOW,
            "--out", self.path / "again-queries.jsonl").check_returncode()
        self.assertEqual(digest(self.path / "queries.jsonl"), digest(self.path / "again-queries.jsonl"))

    def test_every_query_without_a_typo_finds_somebody(self):
        for query in self.queries:
            if query["class"] != "typo":
                self.assertTrue(any(self.matches(query, doctor) for doctor in self.doctors), query)

    @staticmethod
    def matches(query, doctor):
        """The replay format's filters, read naively."""
        free = doctor["next_available"]
        if (query.get("specialty") not in (None, *doctor["specialties"]) or query.get("scheme") not in (None, *doctor["schemes"])
                or query.get("language") not in (None, *doctor["languages"]) or query.get("telehealth", doctor["telehealth"]) != doctor["telehealth"]
                or doctor.get("rating", 0) < query.get("min_rating", 0) or doctor["fee_cents"] > query.get("max_fee_cents", 10**9)
                or ("available_before" in query and (free is None or free >= query["available_before"]))):
            return False
        if "radius_km" in query:
            dy, dx = doctor["lat"] - query["near"][0], (doctor["lon"] - query["near"][1]) * 0.87
            if (dy * dy + dx * dx) ** 0.5 * 111.2 > query["radius_km"] * 1.1:
                return False
        fields = ("name", "practice", "city", "suburb") if query.get("fields") == "identity" else ("bio", "practice")
        words = re.findall(r"\w+", " ".join([*(doctor[field] for field in fields), *doctor["specialties"]]).lower())
        wanted = query.get("text", "").split()
        hits = [any(word.startswith(want) if query["expand"] == "prefix" and want == wanted[-1] else word == want for word in words) for want in wanted]
        return not wanted or (any(hits) if query["match"] == "any" else all(hits))


class CommittedFilesTest(unittest.TestCase):
    def test_the_sample_is_what_its_command_gives(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "sample.jsonl"
            run("generate-doctors", "doctors", "--count", 5000, "--seed", 20261123, "--sample", "--out", out).check_returncode()
            self.assertEqual(digest(DATA / "sample-doctors.jsonl"), digest(out))
            rows = read_lines(out)
        self.assertTrue(all(row["sample"] is True and row["id"].startswith("sample-") and "next_available_in_minutes" in row for row in rows))
        self.assertEqual(len(read_csv(DATA / "specialties.csv")), len({slug for row in rows for slug in row["specialties"]}))

    def test_prepare_data_reproduces_the_committed_files(self):
        shared = next((path for path in (ROOT.parent / "shared", Path("/work/shared")) if (path / "data").is_dir()), None)
        if shared is None:
            self.skipTest("the shared sources are not here")
        with tempfile.TemporaryDirectory() as folder:
            result = run("prepare-data", "--shared", shared, "--out", folder)
            self.assertEqual(0, result.returncode, result.stderr)
            for name in ("specialties", "languages", "schemes", "places", "facilities"):
                self.assertEqual(digest(DATA / f"{name}.csv"), digest(Path(folder) / f"{name}.csv"), name)

    def test_places_and_facilities_lie_in_the_country_with_fixed_kinds(self):
        kinds = {"places": {"suburb", "town", "city", "postal_code"},
                 "facilities": {"hospital", "clinic", "community_health_centre", "ambulance_station", "other"}}
        for name, allowed in kinds.items():
            for row in read_csv(DATA / f"{name}.csv"):
                self.assertIn(row["kind"], allowed)
                self.assertTrue(-34.9 <= float(row["latitude"]) <= -22.1 and 16.4 <= float(row["longitude"]) <= 33.0, row)


class CommandLineTest(unittest.TestCase):
    def test_mistakes_have_messages_and_exit_codes(self):
        self.assertEqual(2, run("generate-doctors", "doctors", "--count", 0, "--seed", 1, "--out", "/dev/null").returncode)
        missing = run("generate-doctors", "queries", "--doctors", "/nowhere", "--count", 1, "--seed", 1, "--now", 1, "--out", "/dev/null")
        self.assertEqual(1, missing.returncode)
        self.assertIn("/nowhere", missing.stderr)
        self.assertEqual(1, run("prepare-data", "--shared", "/nowhere").returncode)


if __name__ == "__main__":
    unittest.main()
