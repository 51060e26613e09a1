import SearchIndex

extension RandomCatalogue {
    /// A query that uses any of what `Query` offers.
    mutating func query(order: Order? = nil) -> Query {
        Query(
            text: random.chance(0.6) ? textQuery() : nil, filter: filter(), order: order ?? self.order(),
            origin: random.chance(0.5) ? point() : nil,
            limit: random.chance(0.1) ? 0 : random.int(1...50), countsMatches: random.chance(0.5),
            tagFacets: random.pick([[], [], [0], [1, 0], [1, 1], [7]]),
            ratingFacetEdges: random.pick([[], [], [2, 3, 4, 4.5], [4.35], [0, 9]]))
    }

    /// A query by text under a scoring of the schema that asks for few hits of some words and nothing else.
    mutating func queryByWords() -> Query {
        var text = textQuery()
        text.scoring = random.pick(RandomCatalogue.scorings)
        return Query(text: text, order: .text, limit: random.int(0...12))
    }

    /// The same for names that stand together in one of the documents, some of them misspelt or unfinished.
    mutating func queryByNames(of documents: [IndexedDocument]) -> Query {
        let field = random.pick(documents).fields[0]
        let terms = zip([0] + field.ends.dropLast(), field.ends).map { String(decoding: field.bytes[Int($0)..<Int($1)], as: UTF8.self) }
        let names = Set(terms).intersection(RandomCatalogue.names).sorted()
        let words = names.map { name in
            switch random.int(0...4) {
            case 0...1: QueryWord(name)
            case 2: QueryWord(String(name.dropLast()), expansion: .prefix)
            case 3: QueryWord(name, expansion: .oneEdit)
            default: QueryWord(name + "x", expansion: .oneEdit)
            }
        }
        let text = TextQuery(words: words, match: random.chance(0.9) ? .all : .any, scoring: random.pick(RandomCatalogue.scorings))
        return Query(text: text, order: .text, limit: random.int(1...12), countsMatches: random.chance(0.3))
    }

    mutating func textQuery() -> TextQuery {
        let usesNames = random.chance(0.4)
        let words = (0..<random.pick([0, 1, 1, 2, 2, 3, 4])).map { _ in word(isName: usesNames && random.chance(0.8)) }
        return TextQuery(words: words, match: random.chance(0.5) ? .all : .any, scoring: scoring())
    }

    private mutating func word(isName: Bool) -> QueryWord {
        let known = isName ? frequentFirst(RandomCatalogue.names) : random.pick(RandomCatalogue.vocabulary)
        let term = random.chance(0.05) ? "unknown" : isName && random.chance(0.2) ? String(known.prefix(2)) : known
        return QueryWord(term, expansion: random.pick([.none, .none, .prefix, .oneEdit, .edits(edits())]))
    }

    private mutating func edits() -> QueryWord.Edits {
        QueryWord.Edits(count: random.int(1...2), transposes: random.chance(0.7))
    }

    private mutating func scoring() -> TextScoring {
        if random.chance(0.5) { return random.pick(RandomCatalogue.scorings) }
        let fieldSet = random.pick([0, 0, 1, 2, 3])
        if random.chance(0.4) { return .bm25(fieldSet: fieldSet) }
        let bs = (0..<3).map { _ in random.pick([0, 0.3, 0.75, 1]) }
        return TextScoring(
            fieldSet: fieldSet, fieldWeights: (0..<3).map { _ in random.pick([0, 0.5, 1, 3.7]) },
            k1: random.double(0.1...3), lengthNorm: random.chance(0.3) ? .joint(b: bs[0]) : .perField(b: bs))
    }

    private mutating func filter() -> Filter {
        Filter(
            tags: random.chance(0.3) ? (0..<random.int(1...2)).map { _ in tagChoice() } : [],
            area: random.chance(0.5) ? area() : nil,
            minimumRating: random.chance(0.15) ? random.pick([4.35, 5, 0, -1, random.double(1...5)]) : nil,
            maximumFeeCents: random.chance(0.15) ? random.pick([0, 50_000, random.int(-1...200_000)]) : nil,
            availableFromMinute: random.chance(0.15) ? random.pick([1000, random.int(0...10_000)]) : nil,
            availableBeforeMinute: random.chance(0.15) ? random.pick([2000, random.int(0...10_000)]) : nil,
            anyFlags: random.chance(0.15) ? random.pick([0, 1 << 63 | 2, UInt64(random.int(0...15))]) : nil)
    }

    /// Alternatives; sometimes none, sometimes a tag that no document bears.
    private mutating func tagChoice() -> [Tag] {
        (0..<random.pick([0, 1, 1, 2, 3])).map { _ in
            random.chance(0.1) ? Tag(dimension: 1, value: "nobody") : random.pick(RandomCatalogue.tags)
        }
    }

    mutating func area() -> GeoArea {
        if random.chance(0.6) {
            let radius = random.chance(0.1) ? random.pick([0, -1, -50_000, 3e7]) : random.logarithmic(1...2.1e7)
            return .circle(centre: point(), radiusMetres: radius)
        }
        let (a, b) = (point(), random.chance(0.5) ? point() : anywhere())
        return .box(
            south: min(a.latitude, b.latitude), west: a.longitude, north: max(a.latitude, b.latitude), east: b.longitude)
    }

    mutating func order() -> Order {
        switch random.int(0...9) {
        case 0: .text
        case 1...3: .blend(blend())
        case 4: .distance(from: point())
        case 5: .soonest(fromMinute: random.int(0...5000))
        case 6: .quality
        case 7: .reviews
        case 8: .fee
        default: .id
        }
    }

    private mutating func blend() -> Blend {
        let components: [Blend.Component] = [
            .text(halfScore: random.double(0.1...5)),
            .preferredTags((0..<random.int(0...3)).map { _ in
                PreferredTag(random.pick(RandomCatalogue.tags), value: random.double(0...1))
            }),
            .rating, .quality, .fee(pivotCents: random.double(1...100_000)),
            .availability(
                nowMinute: random.int(0...5000), horizonMinutes: random.double(1...10_000), countsPast: random.chance(0.5)),
            .linearDistance(from: point(), radiusMetres: random.chance(0.1) ? 0 : random.logarithmic(10...2e7)),
            .decayingDistance(from: point(), pivotMetres: random.logarithmic(10...1e6)),
        ]
        let chosen = components.filter { _ in random.chance(0.5) }
        return Blend(chosen.map { .init("\($0)", weight: random.pick([0, 1, random.double(0...1)]), $0) })
    }
}
