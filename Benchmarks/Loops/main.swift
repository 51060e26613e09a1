// The engine's three hottest loops on data of a fixed seed; loops.cpp does the same work straight. Compiled together with
// the sources of SearchIndex, whose inner parts it calls.
//
//   loops common|score|facets ROUNDS     prints the loop's name, a checksum and the nanoseconds of an element (median)
import Foundation

/// Knuth's MMIX generator, as in loops.cpp.
struct Generator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

func ascendingRows(_ count: Int, greatestGap: Int, seed: UInt64) -> [UInt32] {
    var generator = Generator(seed: seed)
    var row = 0
    return (0..<count).map { _ in
        row += 1 + generator.next(greatestGap)
        return UInt32(row)
    }
}

let schema = IndexSchema(
    fields: ["text"], fieldSets: [FieldSet(name: "text", fields: [0])], tagDimensions: ["specialty"],
    scorings: [.bm25(fieldSet: 0)])

/// Two frequent words in texts of 30 to 79 words, one of 40 tags, a rating.
func makeIndex(rowCount: Int) -> IndexSnapshot {
    var builder = IndexBuilder(schema: schema)
    var generator = Generator(seed: 7)
    for id in 0..<rowCount {
        var words: [String] = []
        if generator.next(100) < 30 { words += Array(repeating: "a", count: generator.next(10) == 0 ? 2 : 1) }
        if generator.next(100) < 40 { words += Array(repeating: "b", count: generator.next(10) == 0 ? 2 : 1) }
        let length = 30 + generator.next(50)
        while words.count < length { words.append("filler") }
        let tag = Tag(dimension: 0, value: String(100 + generator.next(40)))
        let rating = Double(10_000 + generator.next(40_001)) / 10_000
        builder.add(
            IndexedDocument(id: Int64(id), fields: [TermList(words)], tags: [tag], signals: Signals(rating: rating)))
    }
    return builder.build()
}

func makeQuery(_ index: IndexSnapshot) -> SegmentQuery {
    let view = IndexView(index)
    let words = [QueryWord("a"), QueryWord("b")]
    let query = Query(
        text: TextQuery(words: words, scoring: schema.scorings[0]), order: .text, tagFacets: [0],
        ratingFacetEdges: [2, 3, 4, 4.5])
    let terms = words.map { QueryTerms($0, in: index, fieldSet: 0) }
    let ready = terms.map { terms in
        let idf = BM25F.idf(
            documentCount: index.rowCount, documentFrequency: terms.documentFrequency(in: index.postings, fieldSet: 0))
        return SegmentWord(terms, idf: idf, in: index, fieldSet: 0, knownScoring: 0, growth: 1)
    }
    return SegmentQuery(
        query: query, segment: view.segments[0], expansions: terms, words: ready,
        scoring: BM25F(schema.scorings[0], schema: schema, statistics: view.statistics), knownScoring: 0,
        saturationTable: view.saturations[0])
}

@inline(never) @_silgen_name("measured_common")
func common(_ a: UnsafePointer<UInt32>, _ countA: Int, _ b: UnsafePointer<UInt32>, _ countB: Int) -> Int {
    var sum = 0
    forEachCommonRow(
        RowList(rows: a, bits: nil, ranks: nil, count: countA), RowList(rows: b, bits: nil, ranks: nil, count: countB)
    ) { row, placeInA, placeInB in sum &+= row &+ (placeInA ?? 0) &+ (placeInB ?? 0) }
    return sum
}

@inline(never) @_silgen_name("measured_score")
func score(_ query: SegmentQuery) -> Double {
    let words = LeafWords(query)
    defer { words.deallocate() }
    var sum = 0.0
    for leaf in 0..<RowGroup.leafCount(rows: query.snapshot.rowCount) {
        words.read(leaf)
        for half in 0..<2 {
            var bits = half == 0 ? words[0].rows.0 & words[1].rows.0 : words[0].rows.1 & words[1].rows.1
            while bits != 0 {
                let row = leaf << 7 | half << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                sum += words.textScore(row) ?? 0
            }
        }
    }
    return sum
}

@inline(never) @_silgen_name("measured_facets")
func countFacets(_ query: SegmentQuery) -> SegmentFacets {
    let facets = SegmentFacets(query.query, in: query.snapshot)
    guard let rows = query.words[0].list.bits else { return facets }
    for word in 0..<RowGroup.wordCount(rows: query.snapshot.rowCount) where rows[word] != 0 {
        facets.add(rows: rows[word], word: word)
    }
    return facets
}

func measure(_ name: String, elements: Int, rounds: Int, _ body: () -> String) {
    var seconds: [Double] = []
    var checksum = ""
    for _ in 0..<rounds {
        let start = DispatchTime.now().uptimeNanoseconds
        checksum = body()
        seconds.append(Double(DispatchTime.now().uptimeNanoseconds - start))
    }
    print(name, checksum, String(format: "%.2f", seconds.sorted()[rounds / 2] / Double(elements)))
}

let rounds = max(1, CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 1 : 1)
let rowCount = 1 << 15
switch CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "" {
case "common":
    let (a, b) = (ascendingRows(3_000, greatestGap: 600, seed: 1), ascendingRows(10_000, greatestGap: 180, seed: 2))
    measure("common", elements: a.count + b.count, rounds: rounds) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let rowsA = a.baseAddress, let rowsB = b.baseAddress else { return "" }
                return "\(common(rowsA, a.count, rowsB, b.count))"
            }
        }
    }
case "score":
    let query = makeQuery(makeIndex(rowCount: rowCount))
    measure("score", elements: rowCount * 12 / 100, rounds: rounds) { String(format: "%.6f", score(query)) }
case "facets":
    let query = makeQuery(makeIndex(rowCount: rowCount))
    measure("facets", elements: rowCount * 30 / 100, rounds: rounds) {
        let facets = countFacets(query)
        var tags = 0
        facets.forEachTag { tag, count in tags += count * (Int(tag.value) ?? 0) }
        return "\(tags) \(facets.countsByRating)"
    }
default:
    FileHandle.standardError.write(Data("loops: say common, score or facets\n".utf8))
    exit(64)
}
