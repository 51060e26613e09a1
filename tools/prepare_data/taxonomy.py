"""Specialties, languages and schemes: small lists, with everyday names added by hand."""
import re

from .common import BY_HAND, read_csv, slugify, write_csv

KEPT_CAPITALS = {"AECI", "BMW", "BP", "CAMAF", "FISH-MED", "GEMS", "LA-HEALTH", "MBMED", "PG", "POLMED", "SA", "SABC", "TFG"}
RESPELT = {"Kwa-Zulu": "KwaZulu", "Fish-Med": "Fish-Med", "Multichoice": "MultiChoice", "Keyhealth": "KeyHealth",
           "Compcare": "CompCare", "Motohealth": "MotoHealth", "Samwumed": "SAMWUMED", "And": "and", "Of": "of", "N": "n"}


def merged_names(existing, added):
    """Pipe-separated names without repeats, the existing ones first."""
    return "|".join(dict.fromkeys(name for name in (existing + "|" + added).split("|") if name))


def write_specialties(shared, out):
    added = {row["slug"]: row["common_names"] for row in read_csv(BY_HAND / "specialty-names.csv")}
    rows = read_csv(shared / "specialties.csv")
    unknown = added.keys() - {row["slug"] for row in rows}
    if unknown:
        raise ValueError(f"specialty-names.csv names unknown slugs: {', '.join(sorted(unknown))}")
    for row in rows:
        row["common_names"] = merged_names(row["common_names"], added.get(row["slug"], ""))
    return write_csv(out / "specialties.csv", ["slug", "practitioner", "field", "group", "common_names"], rows)


def write_languages(out):
    return write_csv(out / "languages.csv", ["code", "name", "english_name", "other_names"], read_csv(BY_HAND / "languages.csv"))


def scheme_name(capitals):
    """DISCOVERY HEALTH MEDICAL SCHEME → Discovery Health Medical Scheme; acronyms stay as they are."""
    def word(match):
        text = match.group()
        if text in KEPT_CAPITALS:
            return text
        titled = "-".join(part.capitalize() for part in text.split("-"))
        return RESPELT.get(titled, titled)
    return re.sub(r"[A-Z][A-Z-]*", word, capitals)


def write_schemes(shared, out):
    added = {row["slug"]: row["common_names"] for row in read_csv(BY_HAND / "scheme-names.csv")}
    rows = [{"name": scheme_name(row["name"]), "kind": row["scheme_type"].lower()}
            for row in read_csv(shared / "medical_schemes.csv")]
    for row in rows:
        row["slug"] = slugify(row["name"])
        row["common_names"] = added.pop(row["slug"], "")
    if added:
        raise ValueError(f"scheme-names.csv names unknown slugs: {', '.join(sorted(added))}")
    return write_csv(out / "schemes.csv", ["slug", "name", "kind", "common_names"], rows)
