"""Where practices are: real suburbs and towns of Data/places.csv, weighted by estimated people."""
import csv
import math
from itertools import accumulate
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "Data"
CITY_CENTRE_SHARE = 0.03      # of a city's people; the rest are counted in its suburbs
LARGEST_WEIGHT = 250_000      # one point on the map should not draw more doctors than this many people would
# Where specialists gather: suburbs with large private or teaching hospitals, and the bigger towns' centres.
HUBS = """sandton:5 rosebank:3 parktown:4 randburg:3 fourways:2 bryanston:2 soweto:2 morningside-johannesburg:2 claremont:4 panorama-cape-town:3
    constantia:1 hatfield:3 menlyn:3 brooklyn:2 umhlanga:4 westville:2 berea:2 morningside:2 walmer:2 summerstrand:1 westdene:2 universitas:2
    pietermaritzburg:3 polokwane:3 mbombela:3 kimberley:2 east-london:3 mthatha:2 rustenburg:2 george:2 cape-town:3 bloemfontein:1 durban:2
    pretoria:2 johannesburg:2"""
METROS = {"Johannesburg", "Cape Town", "Durban", "Pretoria", "Gqeberha", "Centurion"}


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Place:
    __slots__ = ("index", "slug", "name", "city", "province", "postal_code", "latitude", "longitude", "fee_factor", "weight", "width")

    def __init__(self, index, row):
        self.index, self.slug, self.name, self.city = index, row["slug"], row["name"], row["city"]
        self.province, self.postal_code = row["province"], row["postal_code"]
        self.latitude, self.longitude = float(row["latitude"]), float(row["longitude"])
        people = int(row["population"]) * (CITY_CENTRE_SHARE if row["kind"] == "city" else 1)
        self.weight = min(LARGEST_WEIGHT, max(100, people))
        # A spread of ±18 % between areas that depends only on the slug, and more in the metros.
        self.fee_factor = (0.82 + sum(map(ord, self.slug)) % 37 / 100) * (1.1 if self.city in METROS else 1.0)
        self.width = math.cos(math.radians(self.latitude))


class PlaceMap:
    def __init__(self):
        rows = [row for row in read_csv(DATA / "places.csv") if row["kind"] != "postal_code"]
        self.places = [Place(index, row) for index, row in enumerate(rows)]
        self.cumulative = list(accumulate(place.weight for place in self.places))
        self.by_city = {}
        for place in self.places:
            self.by_city.setdefault((place.city, place.province), []).append(place)

        slugs = {place.slug: place for place in self.places}
        hubs = [hub.split(":") for hub in HUBS.split()]
        self.hubs = [slugs[slug] for slug, _ in hubs]
        self.hub_cumulative = list(accumulate(int(weight) for _, weight in hubs))

    def pick(self, random, concentrated=False):
        """Seven of ten specialists practise at a hub; everybody else is where the people are."""
        if concentrated and random.random() < 0.7:
            return random.choices(self.hubs, cum_weights=self.hub_cumulative)[0]
        return random.choices(self.places, cum_weights=self.cumulative)[0]

    def share(self, place):
        return place.weight / self.cumulative[-1]

    def another_in_city(self, place, random):
        return random.choice(self.by_city[place.city, place.province])
