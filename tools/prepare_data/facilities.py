"""Public facilities, hospitals and ambulance stations from three sources, each kept once."""
import re
from collections import Counter, defaultdict

from .common import PROVINCES, ProvinceFinder, coordinate, fold, kilometres, read_csv, write_csv

COLUMNS = ["name", "kind", "category", "province", "district", "latitude", "longitude", "emergency_care", "source"]
DUPLICATE_KILOMETRES = 2.0
GENERIC = set("hospital clinic chc community health centre center ems station satellite gateway district provincial public "
              "private prv priv gen general regional tertiary memorial mem day academic dr the of and st".split())
ABBREVIATIONS = [(r"\bPrv\b|\bPriv\b", "Private"), (r"\bMem\b", "Memorial"), (r"\bGen\b", "General"), (r"\bMed\b", "Medical"),
                 (r"\bSurg\b", "Surgical"), (r"\bPsych\b", "Psychiatric"), (r"\bSpec\b", "Specialised"),
                 (r"\bMat\b", "Maternity"), (r"\bHospitalice\b", "Hospice"), (r"\bCHC\b", "Community Health Centre"),
                 (r"\bM Plain\b", "Mitchells Plain"), (r"\s+LA EMS Station\b", " EMS Station")]
# Public hospitals whose name does not show that they are psychiatric, chronic, rehabilitation or referral-only.
WITHOUT_EMERGENCY = {fold(name) for name in (
    "Fort England|Tower|Komani|Elizabeth Donkin|Fort Napier|Town Hill|Townhill|Umgeni|Umzimkulu|Ekuhlengeni|Madadeni Psychiatric|"
    "Weskoppies|Sterkfontein|Tara|Tara H Moross|Cullinan|Stikland|Lentegeur|Valkenberg|Alexandra|Hayani|Evuxakeni|Thabamoopo|"
    "Witrand|Bophelong|Clairwood|Hillcrest|Charles James|McCord|Mccords|Inkosi Albert Luthuli Central|Sizwe|Fort Grey|"
    "Marjorie Parish|Temba TB|Brooklyn Chest|Harry Comay|Sonstraal|Brewelskloof|Nelson Mandela Children's|Jose Pearson|Orsmond|"
    "Empilweni TB|Don McKenzie|Dunstan Farrell|Doris Goodwin|Richmond Chest|Catherine Booth Chest|Nkqubela|Winterberg|Themba Chest|"
    "Ekurhuleni Step Down|Margery Parkes|Conradie Care|Mowbray Maternity|Mowbray Mat|Western Cape Rehabilitation|"
    "Sizwe Tropical|Tara H Moross Centre|Mountain View|Siloah Lutheran|St Francis|Thulasizwe|Umgeni Waterfall|Umzimkhulu").split("|")}
SPECIALISED = re.compile(r"\b(TB|MDR|psyc\w*|mental|eye|rehab\w*|matern\w*|mat|dental|oral|chest|hospice|care|santa|sub-acute|"
                         r"step down|spec\w*|cancer|orth\w*|inf|child|chronic)\b", re.I)


def full_name(name):
    """Without the source's province prefix ("ec ", "kz ") and its abbreviations."""
    name = re.sub(r"^(ec|fs|gp|kz|lp|mp|nc|nw|wc) ", "", " ".join(name.split()))
    for pattern, text in ABBREVIATIONS:
        name = re.sub(pattern, text, name)
    return name


def distinctive_words(name):
    return {word for word in (fold(part) for part in re.split(r"[\s\-/]+", name)) if len(word) > 1 and word not in GENERIC}


def kind_of(text):
    if re.search(r"Community Health Centre", text):
        return "community_health_centre"
    if re.search(r"Medical|Medipark|Hospice|Dental Centre|Health Care|Health Centre|Eye Centre", text) and "Hospital" not in text:
        return "other"
    return "clinic" if re.search(r"Clinic$|Health Post", text) and "Hospital" not in text else "hospital"


def emergency_care(kind, category, name):
    """yes only for public general hospitals; unknown where nobody says; no where walking in would waste time."""
    if kind in ("clinic", "ambulance_station"):
        return "no"
    core = fold(re.sub(r"\bHospital\b", "", name))
    if kind != "hospital" or "Private" in category or "Military" in category:
        return "unknown"
    return "no" if SPECIALISED.search(name + " " + category) or core in WITHOUT_EMERGENCY else "yes"


def facility(name, kind, category, province, district, point, source):
    return {"name": name, "kind": kind, "category": category, "province": province, "district": district,
            "latitude": point[0], "longitude": point[1], "emergency_care": emergency_care(kind, category, name), "source": source}


def maina_rows(rows):
    for row in rows:
        name, category = full_name(row["Facility name"]), row["Facility type"]
        kind = ("hospital" if "Hospital" in category else "community_health_centre" if "Community" in category
                else "other" if category == "Medical Centre" else "clinic")
        yield name, kind, category, row["Admin1"], "", coordinate(row["Lat"], row["Long"]), "maina-2019"


def hospital_rows(rows):
    for row in rows:
        name, category = full_name(row["Name"]), "Hospice" if row["Category"] == "WC Hospice" else row["Category"]
        kind = "other" if category == "Hospice" else kind_of(name)
        district = row["district"] if "Municipality" in row["district"] else ""
        yield name, kind, category, None, district, coordinate(row["Lat"], row["Long"]), "dsfsi"


def station_rows(rows):
    for row in rows:
        yield (full_name(row["Name"]), "ambulance_station", "EMS Station", row["Province"], full_name(row["District"]),
               coordinate(row["Latitude"], row["Longitude"]), "dsfsi")


class Register:
    """Facilities so far, in half-degree cells, so that a duplicate is found among neighbours only."""

    def __init__(self):
        self.rows, self.cells = [], defaultdict(list)

    def neighbours(self, point):
        x, y = round(point[0] * 2), round(point[1] * 2)
        return [row for i in (-1, 0, 1) for j in (-1, 0, 1) for row in self.cells[x + i, y + j]]

    def duplicate(self, name, kind, point):
        words = distinctive_words(name)
        for row in self.neighbours(point):
            distance = kilometres(point, (row["latitude"], row["longitude"]))
            if row["kind"] == kind and distance <= DUPLICATE_KILOMETRES:
                others = distinctive_words(row["name"])
                alike = bool(SPECIALISED.search(name)) == bool(SPECIALISED.search(row["name"]))  # a chest hospital beside a general one stays
                if words == others or (kind == "hospital" and alike and (words & others or distance < 0.15)):
                    return row
        return None

    def add(self, row):
        self.rows.append(row)
        self.cells[round(row["latitude"] * 2), round(row["longitude"] * 2)].append(row)


def write_facilities(shared, out):
    """Writes facilities.csv and returns counts: rows, left_out (no usable coordinate), duplicates."""
    surveyed = read_csv(shared / "facilities/public_facilities.csv")
    provinces, register, counts = ProvinceFinder(surveyed), Register(), Counter()
    stations = list(station_rows(read_csv(shared / "facilities/ems_stations.csv")))
    districts = {(province, district) for _, _, _, province, district, _, _ in stations}
    sources = (maina_rows(surveyed), hospital_rows(read_csv(shared / "facilities/public_hospitals.csv")), stations)
    for name, kind, category, province, district, point, source in (row for rows in sources for row in rows):
        if point is None:
            counts["left_out"] += 1
            continue
        province = province or provinces.province(point)
        district = district if (province, district) in districts else ""  # the hospital source has some in the wrong province
        known = register.duplicate(name, kind, point) if "Private" not in category else None
        if known and "Private" not in known["category"]:
            counts["duplicates"] += 1
            known["district"] = known["district"] or district
            if re.search("TB|Psychiatric", category):
                known["emergency_care"] = "no"
            continue
        register.add(facility(name, kind, category, province, district, point, source))
    order = {name: index for index, name in enumerate(PROVINCES.values())}
    register.rows.sort(key=lambda row: (order[row["province"]], row["kind"], row["name"], row["latitude"]))
    counts["rows"] = write_csv(out / "facilities.csv", COLUMNS, register.rows)
    return counts
