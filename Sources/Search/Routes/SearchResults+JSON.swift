import SearchIndex
import Web

extension SearchResults {
    /// The answer: every hit's card with the query's own members added at its end.
    func json() -> JSONWriter {
        var json = JSONWriter(capacity: 4096 + 1024 * hits.count)
        json.object { json in
            json.key("data")
            json.array { json in hits.forEach { write($0, to: &json) } }
            json.key("next_cursor")
            if let nextCursor { json.string(nextCursor) } else { json.null() }
            json.member("match", tier.name)
            writeUnderstanding(to: &json)
            if plan.request.countsExactly, let matchCount { json.member("count", matchCount) }
            if !plan.request.facets.isEmpty { writeFacets(to: &json) }
        }
        return json
    }

    /// The cards alone.
    func cardsJSON() -> JSONWriter {
        var json = JSONWriter(capacity: 1024 * hits.count)
        json.array { json in hits.forEach { write($0, to: &json) } }
        return json
    }

    private func write(_ hit: Hit, to json: inout JSONWriter) {
        json.object { json in
            searcher.withStored(hit) { DoctorCard.write(stored: $0, signals: searcher.signals(of: hit), to: &json) }
            if let metres = hit.distanceMetres {
                json.member("distance_m", Int(metres.rounded()))
            }
            if plan.request.explains { writeExplanation(of: hit, to: &json) }
        }
    }

    private func writeExplanation(of hit: Hit, to json: inout JSONWriter) {
        let explanation = searcher.explain(hit, of: query)
        json.key("explanation")
        json.object { json in
            json.member("sort", plan.sort.rawValue)
            json.key("value")
            json.double(explanation.key, decimals: 6)
            json.key("components")
            json.array { json in
                for part in explanation.parts {
                    json.object { json in
                        json.member("name", part.name)
                        for (name, value) in [("weight", part.weight), ("value", part.value), ("contribution", part.contribution)] {
                            json.key(escaping: name)
                            json.double(value, decimals: 6)
                        }
                    }
                }
            }
            json.key("words")
            json.array { json in
                for word in explanation.words {
                    json.object { json in
                        json.member("word", word.word)
                        for (name, value) in [("idf", word.idf), ("frequency", word.frequency), ("score", word.score)] {
                            json.key(escaping: name)
                            json.double(value, decimals: 6)
                        }
                    }
                }
            }
        }
    }

    private func writeUnderstanding(to json: inout JSONWriter) {
        let understood = plan.understanding
        json.key("understood")
        json.object { json in
            for (name, values) in [
                ("specialty", understood.specialties), ("language", understood.languages),
                ("scheme", understood.schemes), ("words", understood.words),
            ] where !values.isEmpty {
                json.key(escaping: name)
                json.array { json in values.forEach { json.string($0) } }
            }
            if let gender = understood.gender { json.member("gender", gender) }
            if understood.telehealth { json.member("telehealth", true) }
            if let place = understood.place { json.member("place", place) }
            if let days = understood.freeWithinDays { json.member("free_within_days", days) }
            if understood.cheapestFirst { json.member("sort", "fee") }
        }
    }

    private func writeFacets(to json: inout JSONWriter) {
        json.key("facets")
        json.object { json in
            for (facet, dimension) in plan.tagFacets {
                json.key(escaping: facet.rawValue)
                json.array { json in
                    for count in result.tagFacets[dimension.rawValue] ?? [] {
                        json.object {
                            $0.member("value", count.value)
                            $0.member("count", count.count)
                        }
                    }
                }
            }
            guard plan.request.facets.contains(.rating) else { return }
            json.key("rating")
            json.array { json in
                for (index, count) in result.ratingFacet.enumerated() {
                    json.object { json in
                        json.key("from")
                        json.double(index == 0 ? 1 : SearchPlan.ratingEdges[index - 1])
                        json.member("count", count)
                    }
                }
            }
        }
    }
}
