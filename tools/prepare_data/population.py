"""Estimated people per place: a weight for ranking suggestions and for spreading sample doctors, never a statistic."""
from collections import defaultdict

PER_SUBURB, PER_EXTENSION = 1_500, 500      # outside the towns listed by hand
LARGEST_SHARE = 20_000                      # no unlisted suburb is larger than this
LEAST_UNLISTED = 0.25                       # part of a listed town that lives in unlisted suburbs, at least


def estimate_populations(places):
    """Listed places keep their figure. What a listed town has left after its listed suburbs (at least a
    quarter) is spread over the others by how many extensions each has; elsewhere a suburb counts 1 500 and each extension 500 more,
    and a town adds its suburbs up."""
    members = defaultdict(list)
    for place in places:
        members[place["city"], place["province"]].append(place)
    for (city, _), inside in sorted(members.items()):
        for place in inside:
            place["population"] = place["hand"]["population"] if place["hand"] else 0
        town = next((place for place in inside if place["name"] == city and place["hand"]), None)
        unlisted = [place for place in inside if not place["hand"]]
        listed = sum(place["population"] for place in inside if place["hand"] and place is not town)
        left = max(town["population"] - listed, town["population"] * LEAST_UNLISTED) if town else 0
        share = left / max(1, sum(place["extensions"] for place in unlisted))
        for place in unlisted:
            people = share * place["extensions"] if town else PER_SUBURB + PER_EXTENSION * (place["extensions"] - 1)
            place["population"] = int(min(LARGEST_SHARE, max(200, people)) // 100 * 100)
        for place in unlisted:
            if place["kind"] == "town" and place["name"] == city:
                place["population"] = sum(other["population"] for other in inside)
