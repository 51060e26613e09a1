/// The postings of every term of a segment: its rows, and for each of them the number of its frequency pattern.
struct Postings: Sendable {
    let lists: RowLists
    /// First posting of each term, one more than there are terms.
    let starts: Column<UInt32>
    private let patternTable: Column<FrequencyPattern>
    /// Pattern number by posting: in one byte while 256 numbers are enough, else in two. The other column is empty.
    let narrowCodes: Column<UInt8>
    private let wideCodes: Column<UInt16>
    let isNarrow: Bool
    /// By field set: rows that hold one of the terms before `t` in a field of the set, one more than there are terms.
    private let frequencySums: Column<UInt32>
    /// By field set and number among the bit sets: rows of a term that hold it in no field of the set.
    private let outside: RowLists
    private let denseCount: Int
    let maxima: ScoreMaxima
    let impacts: ImpactLists

    init(_ image: IndexImage, rowCount: Int) {
        lists = RowLists(image, .terms, rowCount: rowCount)
        starts = image.column(.postingStarts)
        patternTable = image.column(.patterns)
        narrowCodes = image.column(.narrowPatternCodes)
        wideCodes = image.column(.widePatternCodes)
        isNarrow = wideCodes.count == 0
        frequencySums = image.column(.frequencySums)
        outside = RowLists(image, .outside, rowCount: rowCount)
        denseCount = lists.wordCount == 0 ? 0 : lists.denseBits.count / lists.wordCount
        maxima = ScoreMaxima(image, termCount: lists.count, rowCount: rowCount)
        impacts = ImpactLists(image, termCount: lists.count)
    }

    /// By code.
    var patterns: [FrequencyPattern] { (0..<patternTable.count).map { patternTable[$0] } }

    @inline(__always)
    func code(posting: Int) -> Int { isNarrow ? Int(narrowCodes[posting]) : Int(wideCodes[posting]) }

    @inline(__always)
    func pattern(posting: Int) -> FrequencyPattern { patternTable[code(posting: posting)] }

    /// Rows of a term in many rows that hold it in no field of a set; empty for other terms.
    func rowsOutside(fieldSet: Int, term: Int) -> RowList {
        guard lists.isDense(term) else { return .empty }
        return outside[fieldSet &* denseCount &+ Int(lists.offsets[term])]
    }

    /// Rows that hold a term in a field of the set.
    @inline(__always)
    func documentFrequency(of term: Int, fieldSet: Int) -> Int {
        let place = fieldSet &* (lists.count &+ 1) &+ term
        return Int(frequencySums[place &+ 1]) &- Int(frequencySums[place])
    }

    /// Whether a field of the set holds the term anywhere.
    @inline(__always)
    func isTerm(_ term: Int, inSet fieldSet: Int) -> Bool { documentFrequency(of: term, fieldSet: fieldSet) > 0 }

    /// Whether the sections fit together.
    func isSound(fieldSetCount: Int, scoringCount: Int) -> Bool {
        guard lists.isSound, outside.isSound, outside.count == fieldSetCount * denseCount, starts.count == lists.count + 1, starts[0] == 0,
            frequencySums.count == fieldSetCount * (lists.count + 1), (0..<lists.count).allSatisfy({ starts[$0 + 1] &- starts[$0] == lists.counts[$0] })
        else { return false }
        let postingCount = Int(starts[lists.count])
        return (isNarrow ? narrowCodes.count : wideCodes.count) == postingCount
            && maxima.isSound(lists, scoringCount: scoringCount) && impacts.isSound(scoringCount: scoringCount) && (postingCount == 0 || patternTable.count > 0)
    }
}

/// Greatest saturated frequencies `f / (f + k1)` in 65 535ths, rounded up, for each scoring of the schema: of every term
/// anywhere, and of terms in many rows for every leaf and window.
struct ScoreMaxima: Sendable {
    let terms: Column<UInt16>
    let leaves: Column<UInt16>
    let windows: Column<UInt16>
    let termCount: Int
    let leafCount: Int
    let windowCount: Int
    private let denseCount: Int

    init(_ image: IndexImage, termCount: Int, rowCount: Int) {
        terms = image.column(.termMaxima)
        leaves = image.column(.leafMaxima)
        windows = image.column(.windowMaxima)
        self.termCount = termCount
        leafCount = RowGroup.leafCount(rows: rowCount)
        windowCount = RowGroup.windowCount(rows: rowCount)
        let scoringCount = termCount == 0 ? 0 : terms.count / termCount
        denseCount = scoringCount * leafCount == 0 ? 0 : leaves.count / (scoringCount * leafCount)
    }

    func ofTerm(_ term: Int, scoring: Int) -> Double { Double(terms[scoring * termCount + term]) / ScoreMaxima.scale }

    static let scale = 65_535.0

    /// By leaf, and by window.
    func ofDenseTerm(number: Int, scoring: Int) -> (leaves: UnsafePointer<UInt16>, windows: UnsafePointer<UInt16>) {
        let row = scoring * denseCount + number
        return (leaves.base + row * leafCount, windows.base + row * windowCount)
    }

    /// Rounds a saturated frequency up, with room for the rounding of the sum it is used in.
    @inline(__always)
    static func rounded(_ saturated: Double) -> UInt16 {
        saturated <= 0 ? 0 : UInt16(truncatingIfNeeded: min(65_535, Int(saturated * (scale * (1 + 1e-9))) &+ 1))
    }

    func isSound(_ lists: RowLists, scoringCount: Int) -> Bool {
        let dense = lists.wordCount == 0 ? 0 : lists.denseBits.count / lists.wordCount
        return terms.count == scoringCount * termCount && leaves.count == scoringCount * dense * leafCount
            && windows.count == scoringCount * dense * windowCount
    }
}

/// Writes postings term by term, in the order of the dictionary.
struct PostingsWriter {
    private let rowCount: Int
    private let setBits: [UInt64]
    private let patterns: [FrequencyPattern]
    private var lists: RowListsWriter
    private var starts: [UInt32] = [0]
    private var codes: [UInt16] = []
    /// By field set.
    private var frequencySums: [[UInt32]]
    /// By field set, for terms that became bit sets.
    private var outside: [RowListsWriter]
    /// By scoring.
    private var scores: [ScoreWriter]

    /// - Parameters:
    ///   - ids: by row.
    ///   - patterns: what the codes of the postings stand for.
    init(
        schema: IndexSchema, ids: Column<Int64>, statistics: CorpusStatistics, lengths: FieldLengths,
        patterns: [FrequencyPattern]
    ) {
        rowCount = ids.count
        self.patterns = patterns
        let rowCount = rowCount
        setBits = schema.fieldSets.map(\.patternBits)
        lists = RowListsWriter(rowCount: rowCount)
        frequencySums = schema.fieldSets.map { _ in [0] }
        outside = schema.fieldSets.map { _ in RowListsWriter(rowCount: rowCount) }
        scores = schema.scorings.map {
            ScoreWriter(BM25F($0, schema: schema, statistics: statistics), lengths: lengths, ids: ids, patterns: patterns)
        }
    }

    /// Adds the next term. Rows ascend; codes are by row.
    mutating func append(_ rows: UnsafeBufferPointer<UInt32>, _ rowCodes: UnsafeBufferPointer<UInt16>) {
        let isDense = lists.append(rows) != nil
        codes.append(contentsOf: rowCodes)
        starts.append(UInt32(codes.count))
        for set in setBits.indices {
            var count: UInt32 = 0
            for code in rowCodes where patterns[Int(code)].bits & setBits[set] != 0 { count += 1 }
            if isDense { appendOutside(set, rows, rowCodes, count: rows.count - Int(count)) }
            frequencySums[set].append(frequencySums[set][frequencySums[set].count - 1] + count)
        }
        for number in scores.indices { scores[number].append(rows, rowCodes, isDense: isDense) }
    }

    private mutating func appendOutside(
        _ set: Int, _ rows: UnsafeBufferPointer<UInt32>, _ rowCodes: UnsafeBufferPointer<UInt16>, count: Int
    ) {
        var found: [UInt32] = []
        found.reserveCapacity(count)
        if count > 0 {
            for place in rows.indices where patterns[Int(rowCodes[place])].bits & setBits[set] == 0 {
                found.append(rows[place])
            }
        }
        found.withUnsafeBufferPointer { _ = outside[set].append($0) }
    }

    func write(to parts: inout IndexParts) {
        lists.write(to: &parts, .terms)
        RowListsWriter(joining: outside, rowCount: rowCount).write(to: &parts, .outside)
        parts.set(.postingStarts, starts)
        parts.set(.patterns, patterns.map(\.bits))
        if patterns.count <= 256 {
            parts.set(.narrowPatternCodes, codes.map { UInt8(truncatingIfNeeded: $0) })
        } else {
            parts.set(.widePatternCodes, codes)
        }
        parts.set(.frequencySums, frequencySums.flatMap { $0 })
        ScoreWriter.write(scores, to: &parts)
    }
}

/// Writes what the index keeps of one scoring, term by term.
struct ScoreWriter {
    private let scoring: BM25F
    private let lengths: FieldLengths
    private let rowCount: Int
    private let patterns: [FrequencyPattern]
    /// By code, for joined fields.
    private let jointFrequencies: [Double]
    private var termMaxima: [UInt16] = []
    private var leafMaxima: [UInt16] = []
    private var impacts: ImpactListsWriter
    /// Of the term at hand, by posting: its saturated frequency as in `ScoreMaxima`, 0 outside of the set.
    private var levels: [UInt16] = []

    init(_ scoring: BM25F, lengths: FieldLengths, ids: Column<Int64>, patterns: [FrequencyPattern]) {
        self.scoring = scoring
        self.lengths = lengths
        self.patterns = patterns
        rowCount = ids.count
        jointFrequencies = scoring.isJoint ? patterns.map(scoring.jointFrequency) : []
        impacts = ImpactListsWriter(scoring: scoring, lengths: lengths, ids: ids, patterns: patterns)
    }

    mutating func append(
        _ rows: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt16>, isDense: Bool
    ) {
        readLevels(rows, codes)
        termMaxima.append(levels.max() ?? 0)
        impacts.append(rows, codes, levels: levels)
        guard isDense else { return }
        let first = leafMaxima.count
        leafMaxima.append(contentsOf: repeatElement(0, count: RowGroup.leafCount(rows: rowCount)))
        leafMaxima.withUnsafeMutableBufferPointer { leaves in
            for place in rows.indices {
                let leaf = first &+ Int(rows[place]) / RowGroup.leafRows
                leaves[leaf] = max(leaves[leaf], levels[place])
            }
        }
    }

    private mutating func readLevels(_ rows: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt16>) {
        levels.removeAll(keepingCapacity: true)
        for place in rows.indices {
            let (code, row) = (Int(codes[place]), Int(rows[place]))
            let isInSet = patterns[code].bits & scoring.setBits != 0
            let frequency =
                !isInSet
                ? 0
                : scoring.isJoint
                    ? jointFrequencies[code] / scoring.jointNorm(lengths, row: row)
                    : scoring.frequency(patterns[code], lengths, row: row)
            levels.append(isInSet ? max(1, ScoreMaxima.rounded(frequency / (frequency + scoring.k1))) : 0)
        }
    }

    static func write(_ scores: [ScoreWriter], to parts: inout IndexParts) {
        parts.set(.termMaxima, scores.flatMap(\.termMaxima))
        parts.set(.leafMaxima, scores.flatMap(\.leafMaxima))
        parts.set(.windowMaxima, scores.flatMap(\.windowMaxima))
        var starts: [UInt32] = []
        var before: UInt32 = 0
        for score in scores {
            starts += score.impacts.starts.map { before + $0 }
            before += UInt32(score.impacts.rows.count)
        }
        parts.set(.impactStarts, starts)
        parts.set(.impactRows, scores.flatMap(\.impacts.rows))
        parts.set(.impactLevels, scores.flatMap(\.impacts.levels))
    }

    private var windowMaxima: [UInt16] {
        let (leafCount, windowCount) = (RowGroup.leafCount(rows: rowCount), RowGroup.windowCount(rows: rowCount))
        guard leafCount > 0 else { return [] }
        var result = [UInt16](repeating: 0, count: leafMaxima.count / leafCount * windowCount)
        for (place, value) in leafMaxima.enumerated() {
            let (list, leaf) = place.quotientAndRemainder(dividingBy: leafCount)
            let window = list * windowCount + leaf / RowGroup.windowLeaves
            result[window] = max(result[window], value)
        }
        return result
    }
}
