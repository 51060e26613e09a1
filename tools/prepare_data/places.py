"""Suburbs, towns, cities and postal codes with coordinates, from the postal sources, surveyed clinics and a list by hand."""
from collections import Counter, defaultdict

from .common import BY_HAND, PROVINCES, ProvinceFinder, coordinate, fold, kilometres, median_point, read_csv, slugify, write_csv
from .place_names import base_name, title_case
from .population import estimate_populations

COLUMNS = ["slug", "name", "kind", "city", "province", "postal_code", "latitude", "longitude", "population", "other_names"]
TOWN_KILOMETRES = 60.0    # a suburb farther than this from its town is a wrong coordinate
CLINIC_KILOMETRES = 20.0  # a clinic of the suburb's name farther than this belongs to a namesake
NAMED_KILOMETRES = 150.0  # but a code whose own place name is the suburb's may be a village far out
BORDER_KILOMETRES = 45.0  # farther inside another province than this, the coordinate is wrong
DEPOT_KILOMETRES = 12.0   # a delivery area this near to a known town belongs to it
PROVINCE_KEYS = {fold(name) for name in PROVINCES.values()}  # some rows name the province where the town should stand


class Gazetteer:
    """Everything known before the first suburb is placed."""

    def __init__(self, shared):
        surveyed = read_csv(shared / "facilities/public_facilities.csv")
        self.provinces = ProvinceFinder(surveyed)
        self.by_hand = [self._hand_place(row) for row in read_csv(BY_HAND / "places.csv")]
        self.hand_names = defaultdict(list)
        for place in self.by_hand:
            for name in [place["name"], *place["other_names"].split("|")]:
                self.hand_names[fold(name)].append(place)
        self.towns = [place for place in self.by_hand if place["kind"] != "suburb"]
        self.clinics = defaultdict(list)
        for row in surveyed:
            point = coordinate(row["Lat"], row["Long"])
            if point:
                self.clinics[fold(clinic_place(row["Facility name"]))].append(point)
        self.codes = read_codes(shared)

    @staticmethod
    def _hand_place(row):
        return row | {"province": PROVINCES[row["province"]], "population": int(row["population"]),
                      "point": (float(row["latitude"]), float(row["longitude"]))}

    def hand_place(self, name, near, province, within):
        """The place by hand of this name within so many km of `near` (or, without it, in the province)."""
        found = [place for place in self.hand_names.get(fold(name), ())
                 if (kilometres(near, place["point"]) <= within if near else place["province"] == province)]
        return min(found, key=lambda place: kilometres(near, place["point"]) if near else 0, default=None)

    def clinic(self, name, near):
        points = [p for p in self.clinics.get(fold(name), ()) if kilometres(p, near) <= CLINIC_KILOMETRES]
        middle = median_point(points) if points else None
        return middle if points and all(kilometres(p, middle) <= 5 for p in points) else None


def clinic_place(name):
    """Khayelitsha (Site B) CHC → Khayelitsha: what is left of a clinic's name without the kind of clinic."""
    words = name.split("(")[0].replace("Community Health Centre", "CHC").split()
    return " ".join(word for word in words if word not in {"Clinic", "CHC", "Hospital", "Satellite", "Gateway", "Municipal", "District"})


def read_codes(shared):
    """Postal code → [(folded place name or "", point)], the named GeoNames rows first."""
    codes = defaultdict(list)
    with open(shared / "places/geonames_postal_ZA.txt", encoding="utf-8") as file:
        rows = sorted((line.rstrip("\n").split("\t") for line in file), key=lambda row: (row[1], row[11] == "", row[2]))
    for row in rows:
        point = coordinate(row[9], row[10])
        if point:
            codes[row[1]].append((fold(row[2]), point))
    for row in read_csv(shared / "places/saffer_postalcodes_geo.csv"):
        point = coordinate(row["lat"], row["lon"])
        if point:
            codes[row["code"]].append(("", point))
    return codes


def read_suburbs(shared):
    """The postal source as {(province, area, base name): {extensions, street, box}}."""
    suburbs = {}
    for row in read_csv(shared / "places/saffer_postalcodes.csv"):
        name, area = base_name(row["suburb"]), row["area"].strip("- ")
        if fold(area) in PROVINCE_KEYS:
            area = ""
        if name:
            entry = suburbs.setdefault((row["province"], area, name), {"extensions": 0, "street": Counter(), "box": Counter()})
            entry["extensions"] += 1
            entry["street"].update([row["streetcode"]] if row["streetcode"] else [])
            entry["box"].update([row["boxcode"]] if row["boxcode"] else [])
    return suburbs


def best_code(entry):
    codes = entry["street"] or entry["box"]
    return min(codes, key=lambda code: (-codes[code], code), default="")


def town_anchors(gazetteer, suburbs):
    """(province, area) → the point its suburbs must lie around: the town by hand, else the middle of its codes."""
    points = defaultdict(list)
    for (province, area, _), entry in suburbs.items():
        points[province, area].extend(point for _, point in gazetteer.codes.get(best_code(entry), ()))
    anchors = {}
    for (province, area), found in points.items():
        hand = gazetteer.hand_place(area, None, province, 0) if area else None
        if not hand and area and found:
            hand = gazetteer.hand_place(area, median_point(found), province, TOWN_KILOMETRES)
        if hand:
            anchors[province, area] = hand["point"]
        elif area and found:
            anchors[province, area] = median_point(found)
    return anchors


def exact_point(gazetteer, name, near):
    """(point, place by hand or None) where the name itself is known near its town."""
    hand = gazetteer.hand_place(name, near, None, TOWN_KILOMETRES)
    if hand:
        return hand["point"], hand
    return gazetteer.clinic(title_case(name), near), None


def place_suburbs(gazetteer, suburbs):
    """Gives each suburb a point; returns ([suburb], counts of what was left out and why)."""
    anchors, counts, placed, waiting, centres = town_anchors(gazetteer, suburbs), Counter(), [], [], defaultdict(list)
    for (province, area, name), entry in sorted(suburbs.items()):
        code = best_code(entry)
        options = gazetteer.codes.get(code, [])
        anchor = anchors.get((province, area)) or (median_point([p for _, p in options]) if options else None)
        if not anchor:
            counts["without coordinate"] += 1
            continue
        row = {"source_province": province, "area": area, "raw": name, "anchor": anchor, "postal_code": code} | entry
        row["point"], row["hand"] = exact_point(gazetteer, name, anchor)
        if row["point"]:
            centres[code].append(row["point"])
            placed.append(row)
        else:
            waiting.append(row)
    for row in waiting:
        row["point"] = code_point(gazetteer, row, centres)
        if row["point"]:
            placed.append(row)
        else:
            counts["far from its town"] += 1
    return placed, counts


def code_point(gazetteer, row, centres):
    """The best point a postal code offers: named like the suburb, its known neighbours, then any near its town."""
    options = gazetteer.codes.get(row["postal_code"], [])
    known = [point for point in centres.get(row["postal_code"], ()) if kilometres(point, row["anchor"]) <= TOWN_KILOMETRES]
    ranked = [(point, NAMED_KILOMETRES) for name, point in options if name == fold(row["raw"])]
    ranked += [(median_point(known), TOWN_KILOMETRES)] if known else []
    ranked += [(point, TOWN_KILOMETRES) for _, point in options]
    return next((point for point, within in ranked if kilometres(point, row["anchor"]) <= within), None)


def settle(gazetteer, row):
    """The finished place: spelling, city, province. None where the source's province is far
    away and no clinic named like the place or its town vouches for the point."""
    hand, point = row["hand"], row["point"]
    province = hand["province"] if hand else gazetteer.provinces.province(point)
    area = gazetteer.hand_place(row["area"], row["anchor"], None, 5) if row["area"] else None
    if province != row["source_province"] and not hand and not area:
        if not (gazetteer.provinces.reaches(row["source_province"], point, BORDER_KILOMETRES)
                or gazetteer.clinic(row["area"], point) or gazetteer.clinic(row["raw"], point)):
            return None
    near = min(gazetteer.towns, key=lambda town: (kilometres(point, town["point"]), town["name"]))
    name = hand["name"] if hand else title_case(row["raw"])
    if hand or area:
        city = (hand or area)["city"]
    elif kilometres(point, near["point"]) <= DEPOT_KILOMETRES:
        city = near["city"]
    else:
        city = title_case(row["area"]) if row["area"] else name
    kind = hand["kind"] if hand else "town" if fold(name) == fold(city) or fold(row["raw"]) == fold(row["area"]) else "suburb"
    spoken = title_case(row["raw"])
    others = hand["other_names"].split("|") if hand else []
    if fold(spoken) not in map(fold, [name, *others]):
        others.append(spoken)
    return {"name": name, "kind": kind, "city": city, "province": province, "point": point, "hand": hand,
            "codes": row["street"] + row["box"], "postal_code": row["postal_code"], "extensions": row["extensions"],
            "other_names": [other for other in others if other]}


def merge(places):
    """One row per name and city; extensions and codes add up, a point by hand wins."""
    merged = {}
    for place in places:
        known = merged.setdefault((fold(place["name"]), fold(place["city"]), place["province"]), place)
        if known is not place:
            known["extensions"] += place["extensions"]
            known["codes"] = known["codes"] + place["codes"]
            known["other_names"] = list(dict.fromkeys(known["other_names"] + place["other_names"]))
            known["hand"], known["point"] = known["hand"] or place["hand"], (place if place["hand"] else known)["point"]
    return list(merged.values())


def add_missing_by_hand(gazetteer, places):
    """Places by hand the postal source does not name (Soweto, Gqeberha) join with their nearest neighbour's code."""
    present = {id(place["hand"]) for place in places if place["hand"]}
    neighbours = list(places)
    for hand in gazetteer.by_hand:
        if id(hand) not in present:
            nearest = min(neighbours, key=lambda place: (kilometres(place["point"], hand["point"]), place["name"]))
            places.append({"name": hand["name"], "kind": hand["kind"], "city": hand["city"], "province": hand["province"],
                           "point": hand["point"], "hand": hand, "codes": Counter(), "extensions": 1,
                           "postal_code": nearest["postal_code"], "other_names": [n for n in hand["other_names"].split("|") if n]})


def postal_codes(places):
    """A row per code, in the middle of its suburbs; its people are theirs."""
    suburbs = defaultdict(list)
    for place in places:
        for code in place["codes"]:
            suburbs[code].append(place)
    for code, members in sorted(suburbs.items()):
        ordered = sorted(members, key=lambda place: (-place["codes"][code], -place["population"], place["name"]))
        yield {"name": code, "kind": "postal_code", "city": ordered[0]["city"], "province": ordered[0]["province"],
               "point": median_point([place["point"] for place in members]), "postal_code": code,
               "population": sum(place["population"] for place in members if place["kind"] == "suburb"), "other_names": []}


def give_slugs(places):
    """The place with most people takes the short slug; namesakes add their city, then province, then a number."""
    taken = set()
    codes = {province: code.lower() for code, province in PROVINCES.items()}
    for place in sorted(places, key=lambda p: (p["kind"] == "postal_code", -p["population"], p["name"], p["city"], p["point"])):
        name, city = slugify(place["name"]), slugify(place["city"])
        tries = [name, f"{name}-{city}", f"{name}-{codes[place['province']]}", f"{name}-{city}-{codes[place['province']]}"]
        tries += [f"{tries[-1]}-{number}" for number in range(2, 100)]
        place["slug"] = next(slug for slug in tries if slug not in taken)
        taken.add(place["slug"])


def write_places(shared, out):
    """Writes places.csv and returns (rows by kind, what was left out)."""
    gazetteer, counts = Gazetteer(shared), Counter()
    placed, left_out = place_suburbs(gazetteer, read_suburbs(shared))
    settled = [settle(gazetteer, row) for row in placed]
    left_out["in the wrong province"] = settled.count(None)
    places = merge(place for place in settled if place)
    add_missing_by_hand(gazetteer, places)
    estimate_populations(places)
    places += list(postal_codes(places))
    give_slugs(places)
    places.sort(key=lambda place: (place["kind"] == "postal_code", place["slug"]))
    for place in places:
        counts[place["kind"]] += 1
        place["latitude"], place["longitude"] = (f"{axis:.4f}" for axis in place["point"])
        place["other_names"] = "|".join(place["other_names"])
    write_csv(out / "places.csv", COLUMNS, [{column: place[column] for column in COLUMNS} for place in places])
    return counts, left_out
