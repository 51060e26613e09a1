"""Places everybody knows, with coordinates from general knowledge: the build stops when one is off."""
from .common import kilometres, read_csv

KNOWN = {  # name or other name: (latitude, longitude, km it may be off)
    "Khayelitsha": (-34.040, 18.677, 5), "Soweto": (-26.268, 27.858, 6), "Sandton": (-26.107, 28.057, 4),
    "Johannesburg": (-26.204, 28.047, 4), "Cape Town": (-33.925, 18.424, 4), "Durban": (-29.859, 31.022, 5),
    "Pretoria": (-25.747, 28.229, 5), "Gqeberha": (-33.961, 25.602, 5), "Port Elizabeth": (-33.961, 25.602, 5),
    "Polokwane": (-23.904, 29.469, 5), "Mbombela": (-25.475, 30.970, 5), "Nelspruit": (-25.475, 30.970, 5),
    "Bloemfontein": (-29.117, 26.216, 5), "Mangaung": (-29.117, 26.216, 12), "Kimberley": (-28.738, 24.764, 5),
    "East London": (-33.015, 27.911, 6), "Pietermaritzburg": (-29.601, 30.379, 5), "Mthatha": (-31.589, 28.784, 5),
    "Rustenburg": (-25.667, 27.242, 5), "Umlazi": (-29.967, 30.884, 5), "Mitchells Plain": (-34.050, 18.618, 5),
    "Tembisa": (-25.996, 28.227, 5), "Alexandra": (-26.104, 28.090, 3), "Makhanda": (-33.304, 26.533, 5),
    "Mahikeng": (-25.865, 25.644, 6), "Thohoyandou": (-22.946, 30.485, 6), "Upington": (-28.448, 21.256, 6),
    "KwaMashu": (-29.744, 30.984, 4), "eMalahleni": (-25.873, 29.255, 6), "Melville": (-26.175, 28.006, 3),
}


def check_places(path):
    """Raises ValueError naming every well-known place that is missing or misplaced, or a repeated slug."""
    rows = read_csv(path)
    wrong = []
    for name, (latitude, longitude, allowed) in KNOWN.items():
        found = [row for row in rows if row["kind"] != "postal_code" and name in [row["name"], *row["other_names"].split("|")]]
        best = max(found, key=lambda row: int(row["population"]), default=None)
        if best is None:
            wrong.append(f"{name} is missing")
            continue
        distance = kilometres((latitude, longitude), (float(best["latitude"]), float(best["longitude"])))
        if distance > allowed:
            wrong.append(f"{name} is {distance:.1f} km off")
    if len({row["slug"] for row in rows}) != len(rows):
        wrong.append("slugs repeat")
    if len({(row["name"], row["city"], row["province"]) for row in rows}) != len(rows):
        wrong.append("a place is listed twice in its city")
    if wrong:
        raise ValueError("places.csv: " + "; ".join(wrong))
    return len(KNOWN)
