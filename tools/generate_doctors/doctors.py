"""A catalogue of fictional practitioners, one dictionary at a time, in constant memory."""
from itertools import accumulate
from pathlib import Path

from .biography import biography
from .draw import Draw
from .names import province_mixes
from .places import DATA, PlaceMap, read_csv
from .practices import PracticeMaker

LARGEST_COUNT = 10_000_000
RESERVED_NUMBERS = 1_000_000  # as many registration numbers as the reserved range holds
COMMON_LANGUAGES = {"Gauteng": "zu st", "Western Cape": "af xh", "KwaZulu-Natal": "zu", "Eastern Cape": "xh", "Free State": "st af",
                    "Northern Cape": "af tn", "North West": "tn af", "Limpopo": "nso ts", "Mpumalanga": "ss zu"}
SCHEME_WEIGHTS = {"discovery-health-medical-scheme": 100, "government-employees-medical-scheme-gems": 85, "bonitas-medical-fund": 75,
                  "momentum-medical-scheme": 60, "south-african-police-service-medical-scheme-polmed": 45, "medihelp": 40, "bestmed-medical-scheme": 40,
                  "medshield-medical-scheme": 35, "fedhealth-medical-scheme": 30, "bankmed": 28, "sizwe-hosmed-medical-scheme": 24, "profmed": 20,
                  "la-health-medical-scheme": 20, "keyhealth": 16, "compcare-medical-scheme": 14, "sasolmed": 12, "samwumed": 12, "medimed-medical-scheme": 10}
CASH_ONLY = 0.14


class Specialty:
    def __init__(self, row, taxonomy):
        entry = taxonomy[row["slug"]]
        self.slug, self.group, self.field, self.practitioner = row["slug"], entry["group"], entry["field"], entry["practitioner"]
        self.with_article = ("an " if self.practitioner[0] in "AEIOU" else "a ") + self.practitioner.lower()
        self.weight, self.title, self.prefix = float(row["weight"]), row["title"], row["prefix"]
        self.female, self.fee_rands = int(row["female"]) / 100, int(row["fee_rands"])
        self.also, self.sub, self.focus = ([part for part in row[column].split("|") if part] for column in ("also", "sub_specialties", "focus"))


def read_specialties():
    taxonomy = {row["slug"]: row for row in read_csv(DATA / "specialties.csv")}
    return [Specialty(row, taxonomy) for row in read_csv(Path(__file__).parent / "specialties.csv")]


class DoctorMaker:
    """`now` in epoch minutes gives absolute free times; without it they are minutes from the import."""

    def __init__(self, count, seed, now=None, sample=False):
        self.count, self.seed, self.now, self.sample = count, seed, now, sample
        self.random = Draw(seed)
        self.places = PlaceMap()
        self.practices = PracticeMaker(seed, count, self.places)
        self.specialties = read_specialties()
        self.specialty_weights = list(accumulate(specialty.weight for specialty in self.specialties))
        self.mixes = province_mixes()
        self.language_names = {row["code"]: row["english_name"] for row in read_csv(DATA / "languages.csv")}
        self.schemes = [row["slug"] for row in read_csv(DATA / "schemes.csv")]
        self.scheme_weights = list(accumulate(SCHEME_WEIGHTS.get(slug, 2) for slug in self.schemes))

    def __iter__(self):
        return (self.doctor(number) for number in range(1, self.count + 1))

    def doctor(self, number):
        random = self.random
        specialty = random.choices(self.specialties, cum_weights=self.specialty_weights)[0]
        place = self.places.pick(random, specialty.group in ("medical", "surgical") and specialty.slug != "general-practice")
        communities, weights = self.mixes[place.province]
        community = random.choices(communities, cum_weights=weights)[0]
        gender = self._gender(specialty)
        first_names, surname = self._names(community, gender)
        title = self._title(specialty, gender)
        practice = self.practices.pick(random, place, number, f"{title} {surname}", specialty)
        languages, since = self._languages(community, place), 2024 - int(random.triangular(0, 46, 12))
        sub = random.sample(specialty.sub, 1) if specialty.sub and random.random() < 0.45 else []
        rating, reviews = self._reviews()
        name = f"{title} {first_names.split()[0]} {surname}"
        facts = {"name": name, "gender": gender, "suburb": place.name, "city": place.city if place.city != place.name else place.province, "practice": practice["practice"], "since": since,
                 "languages": self._spoken(languages), "sub": sub[0] if sub else ""}
        record = {"id": f"sample-{number:05}" if self.sample else number, "name": name, "title": title, "first_names": first_names, "surname": surname,
                  "gender": gender, "specialties": self._specialties(specialty), "bio": biography(random, facts, specialty),
                  "languages": languages, "schemes": self._schemes(), "practising_since": since,
                  "review_count": reviews,
                  "telehealth": random.random() < (0.1 if specialty.group in ("surgical", "dental") else 0.42)}
        record.update(practice, **self._terms(specialty, place))
        if sub:
            record["sub_specialties"] = sub
        if random.random() < 0.85 and specialty.prefix:
            record["verification"] = "verified"
        if rating:
            record["rating"] = rating
        if specialty.prefix and number <= RESERVED_NUMBERS:
            record["hpcsa_number"] = self._registration(specialty.prefix, number)
        if self.sample:
            record["sample"] = True
        if random.random() < 0.08:
            record["more_practices"] = self._more_practices(number, place, f"{title} {surname}", specialty, practice["practice_id"])
        return record

    def _gender(self, specialty):
        draw = self.random.random()
        return "other" if draw > 0.995 else "female" if draw < specialty.female else "male"

    def _names(self, community, gender):
        random = self.random
        pool = community.female if gender == "female" or gender == "other" and random.random() < 0.5 else community.male
        first = random.choice(pool)
        if random.random() < 0.3:
            second = random.choice(pool)
            first = f"{first} {second}" if second != first else first
        surname = random.choice(community.surnames)
        if gender == "female" and random.random() < 0.06:
            other = random.choice(community.surnames)
            surname = f"{surname}-{other}" if other != surname and " " not in surname + other and "-" not in surname + other else surname
        return first, surname

    def _title(self, specialty, gender):
        draw = self.random.random()
        if specialty.title == "Dr":
            return "Prof" if draw < 0.02 and specialty.group in ("medical", "surgical") and specialty.slug != "general-practice" else "Dr"
        if specialty.slug == "psychology" and draw < 0.3:
            return "Dr"
        if gender == "other":
            return "Mx"
        return ("Sr" if specialty.title == "Sr" else "Ms" if draw < 0.7 else "Mrs") if gender == "female" else "Mr"

    def _languages(self, community, place):
        random = self.random
        languages = list(community.languages)
        for code in COMMON_LANGUAGES[place.province].split():
            if random.random() < 0.28:
                languages.append(code)
        if random.random() < 0.3 and community.also:
            languages.append(random.choice(community.also))
        return list(dict.fromkeys(languages))[:4]

    def _spoken(self, languages):
        names = [self.language_names[code] for code in languages]
        return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]

    def _specialties(self, specialty):
        return [specialty.slug, self.random.choice(specialty.also)] if specialty.also and self.random.random() < 0.06 else [specialty.slug]

    def _schemes(self):
        if self.random.random() < CASH_ONLY:
            return []
        drawn = self.random.choices(self.schemes, cum_weights=self.scheme_weights, k=1 + int(self.random.random() * 13))
        return list(dict.fromkeys(drawn))[:12]

    def _reviews(self):
        random = self.random
        if random.random() < 0.3:
            return None, 0
        count = min(1_200, int(2.5 * random.paretovariate(0.8)))
        spread = 0.35 + 0.6 / count ** 0.5
        return min(5.0, max(1.0, round(random.gauss(4.25, spread), 1))), count

    def _terms(self, specialty, place):
        """Fees and the next free slot of one practice."""
        random = self.random
        first = max(10, round(specialty.fee_rands * place.fee_factor * random.uniform(0.85, 1.2) / 10) * 10)
        fees = {"first_visit": first * 100, "follow_up": round(first * 0.075) * 1_000}
        if random.random() < 0.4:
            fees["video"] = round(first * 0.08) * 1_000
        when = "next_available_in_minutes" if self.now is None else "next_available"
        terms = {"fee_cents": first * 100, "fees": fees, when: self._next_slot()}
        if random.random() < 0.1:
            terms["shows_fees"] = False
        return terms

    def _next_slot(self):
        """Between 07:30 and 16:50, South African time; minutes from the midnight before the import where no moment is given."""
        random = self.random
        if random.random() < 0.12:
            return None
        minutes = min(59, int(random.expovariate(1 / 3.5))) * 1_440 + random.randrange(450, 1_020, 10)
        if self.now is None:
            return minutes
        slot = (self.now + 120) // 1_440 * 1_440 - 120 + minutes
        return slot if slot > self.now else slot + 1_440

    def _more_practices(self, number, place, owner, specialty, first_id):
        """One or two others in the same city, none twice."""
        others = {}
        for extra in range(1 + (self.random.random() < 0.15)):
            elsewhere = self.places.another_in_city(place, self.random)
            practice = self.practices.pick(self.random, elsewhere, f"{number}-{extra}", owner, specialty)
            if practice["practice_id"] != first_id:
                others[practice["practice_id"]] = practice | self._terms(specialty, elsewhere)
        return list(others.values())

    def _registration(self, prefix, number):
        """Eight digits from 99000000, a range reserved for samples: real numbers have at most seven.
        Multiplying by a number prime to a million visits each of the million numbers once."""
        return f"{prefix}99{(number * 387_769 + self.seed) % 1_000_000:06}"
