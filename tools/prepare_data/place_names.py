"""Spelling of place names: the postal source is all capitals, with a row for every township extension."""
import re

PARTICLES = {"of", "the", "and", "van", "der", "den", "de", "die", "op", "aan", "en", "by", "in", "se", "on", "du", "le"}
KEPT_CAPITALS = {"CBD", "NU", "TV", "RDP", "SP", "II", "III", "IV", "VI"}
EXTENSION = re.compile(r"\s+(EXT|UIT|EXTENSION|UITBREIDING)\b.*$")
AFRIKAANS_DOUBLE = re.compile(r"\b(SONE|BLOK|FASE|LANDGOED|LBH|LANDBOUHOEWES|GEDEELTE|SEKSIE|EENHEID)\b")
NOT_A_PLACE = re.compile(r"INDUSTRI|\(PTY\)|\(EDMS\)|AGR HLDGS|AGRICULTURAL HOLD|^[-\d\s]*$|^.$")


def base_name(capitals):
    """The suburb without its extension number, or None for a row that names no place people search for."""
    name = EXTENSION.sub("", " ".join(capitals.split())).strip()
    return None if NOT_A_PLACE.search(name) or AFRIKAANS_DOUBLE.search(name) else name


def title_case(capitals):
    """MITCHELLS PLAIN → Mitchells Plain, KWAMASHU → KwaMashu, GA-RANKUWA → Ga-Rankuwa, OP-DIE-BERG → Op-die-Berg."""
    pieces = re.split(r"([ \-/])", capitals)
    return "".join(piece if piece in " -/" else _word(piece, first=index == 0) for index, piece in enumerate(pieces))


def _word(word, first):
    if word in KEPT_CAPITALS or re.fullmatch(r"[A-Z]?\d+[A-Z]?|[A-Z]\.?", word):
        return word
    lower = word.lower()
    if not first and lower in PARTICLES:
        return lower
    if re.match(r"kwa(?!gg|r|k)[a-z]{3,}", lower):
        return "Kwa" + lower[3:].capitalize()
    prefix = re.match(r"[do]'(?=[a-z]{3})", lower)
    return prefix.group().capitalize() + lower[2:].capitalize() if prefix else lower.capitalize()
