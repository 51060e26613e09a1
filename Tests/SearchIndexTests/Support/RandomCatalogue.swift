import SearchIndex

/// Random documents that provoke ties, gaps and edges: twins at one point, poles, the seam, shared ids, repeated terms.
struct RandomCatalogue {
    static let fieldSets = [[0, 1, 2], [0], [1, 2], []]
    static let schema = IndexSchema(
        fields: ["name", "body", "place"],
        fieldSets: fieldSets.enumerated().map { FieldSet(name: "set\($0)", fields: $1) },
        tagDimensions: ["specialty", "language"], scorings: scorings)
    /// Those the index keeps bounds for.
    static let scorings = [
        TextScoring.bm25(fieldSet: 0),
        TextScoring(fieldSet: 2, fieldWeights: [1, 2, 0.5], k1: 0.9, lengthNorm: .perField(b: [0, 0.5, 1])),
    ]
    /// Near neighbours, prefixes of each other, one to four bytes a scalar, one letter composed and decomposed, empty.
    static let vocabulary = [
        "a", "ab", "abc", "abcd", "abd", "bc", "smith", "smit", "smyth", "smiths", "dr", "der", "eye", "eyes", "müller",
        "muller", "mueller", "é", "e\u{301}", "e", "naïve", "naive", "日本", "日", "😀", "😀x", "x", "кот", "код", "10", "100",
        "",
    ]
    /// So many that most are in few rows, and all have neighbours: what people are called.
    static let names = ["ba", "be", "bo", "da", "de", "ka", "ke", "ko"].flatMap { first in
        ["ba", "ka", "ke", "la", "li", "lo", "na", "no"].flatMap { second in ["", "n", "ni", "la"].map { first + second + $0 } }
    }
    static let tags = (0...1).flatMap { dimension in
        ["a", "b", "c", "ü", "long value"].map { Tag(dimension: dimension, value: $0) }
    }
    private static let edges = [
        (90.0, 0.0), (90, 120), (-90, 0), (-90, -77), (0, 0), (0, 180), (0, -180), (10, 180), (10, -180),
        (10, 179.9999999), (-10, -179.9999999), (0, 90), (45, 45), (-26.1, 28.05), (51.4779, 0),
    ].compactMap { GeoPoint(latitude: $0, longitude: $1) }

    var random: SeededGenerator
    private var centres: [GeoPoint]
    /// Points used before, so that some come again.
    private(set) var points = edges

    init(_ random: SeededGenerator) {
        self.random = random
        centres = []
        centres = (0..<3).map { _ in anywhere() }
    }

    mutating func documents(count: Int) -> [IndexedDocument] {
        var ids: [Int64] = []
        return (0..<count).map { _ in
            ids.append(id(known: ids))
            return document(id: ids[ids.count - 1])
        }
    }

    private mutating func id(known: [Int64]) -> Int64 {
        if !known.isEmpty, random.chance(0.2) { return random.pick(known) }
        return random.chance(0.02) ? random.pick([.min, .max, 0, -1]) : Int64(random.int(-1000...100_000))
    }

    mutating func document(id: Int64) -> IndexedDocument {
        IndexedDocument(
            id: id, fields: [terms(names: random.pick([0, 0, 1, 2, 3])), terms(), terms(names: random.pick([0, 0, 0, 1]))],
            tags: (0..<random.int(0...4)).map { _ in random.pick(RandomCatalogue.tags) },
            location: random.chance(0.85) ? point() : nil, signals: signals(),
            stored: Array("card of \(id)".utf8))
    }

    private mutating func terms(names: Int = 0) -> TermList {
        TermList(
            (0..<names).map { _ in frequentFirst(RandomCatalogue.names) }
                + (0..<random.int(0...8)).map { _ in frequentFirst(RandomCatalogue.vocabulary) })
    }

    /// One of some words, the first of them often.
    mutating func frequentFirst(_ words: [String]) -> String {
        let x = random.double(0...0.999)
        return words[Int(x * x * Double(words.count))]
    }

    private mutating func signals() -> Signals {
        Signals(
            rating: random.chance(0.8)
                ? Double(random.pick([10_000, 50_000, 43_500, random.int(10_000...50_000)])) / 10_000 : nil,
            reviewCount: random.pick([0, 1, random.int(0...500)]),
            quality: random.pick([0, 0.5, 1, random.double(0...1)]),
            feeCents: random.chance(0.8) ? random.pick([0, 50_000, random.int(0...200_000)]) : nil,
            nextAvailableMinute: random.chance(0.8) ? random.pick([1000, 2000, random.int(0...10_000)]) : nil,
            flags: random.pick([0, 1 << 63, UInt64(random.int(0...15))]))
    }

    mutating func point() -> GeoPoint {
        let point =
            switch random.int(0...9) {
            case 0...2: random.pick(points)
            case 3...7: near(random.pick(centres))
            default: anywhere()
            }
        points.append(point)
        return point
    }

    private mutating func near(_ centre: GeoPoint) -> GeoPoint {
        let spread = random.pick([0.0001, 0.01, 1])
        let latitude = min(max(centre.latitude + random.double(-spread...spread), -90), 90)
        let longitude = centre.longitude + random.double(-spread...spread)
        return GeoPoint(latitude: latitude, longitude: longitude > 180 ? longitude - 360 : max(longitude, -180)) ?? centre
    }

    mutating func anywhere() -> GeoPoint {
        GeoPoint(latitude: random.double(-90...90), longitude: random.double(-180...180)) ?? RandomCatalogue.edges[0]
    }
}

/// A snapshot of documents added in their order.
func snapshot(of documents: [IndexedDocument], schema: IndexSchema = RandomCatalogue.schema) -> IndexSnapshot {
    var builder = IndexBuilder(schema: schema)
    for document in documents { builder.add(document) }
    return builder.build()
}
