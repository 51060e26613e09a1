"""Whether peers gave the same answers: counts and facets exactly, ids by the sort's key where the order is total."""
import numpy as np

TOLERANCE = {"distance": 0.05, "soonest": 0.0, "blend": 2e-6}  # metres, minutes, score: what single precision and centimetre grids may move


def differences(answers, reference, queries, columns):
    """By class: queries that differ from the reference in count, in facets, in ids, and the largest relative difference of a count."""
    found = {}
    for query, answer, expected in zip(queries, answers, reference, strict=True):
        assert query["id"] == answer["id"] == expected["id"]
        row = found.setdefault(query["class"], {"queries": 0, "count": 0, "facets": 0, "ids": 0, "largest": 0.0})
        row["queries"] += 1
        if answer["count"] != expected["count"]:
            row["count"] += 1
            row["largest"] = max(row["largest"], abs(answer["count"] - expected["count"]) / max(expected["count"], 1))
        row["facets"] += any(facet(answer, name) != facet(expected, name) for name in ("specialty_facet", "rating_facet"))
        row["ids"] += not same_ids(query, answer, expected, columns)
    return found


def facet(answer, name):
    value = answer.get(name)
    return {key: count for key, count in value.items() if count} if isinstance(value, dict) else value


def same_ids(query, answer, expected, columns):
    """Text scores differ in their last digits and in how an engine stores lengths, so for them only the number of ids counts."""
    if len(set(answer["ids"])) != min(query["limit"], answer["count"]):
        return False
    if query["sort"] not in TOLERANCE or len(answer["ids"]) != len(expected["ids"]):
        return len(answer["ids"]) == len(expected["ids"])
    keys, wanted = (columns.keys(columns.rows_of(one["ids"]), query) for one in (answer, expected))
    return bool(np.all((keys == wanted) | (np.abs(keys - wanted) <= TOLERANCE[query["sort"]])))
