/// Text scores of a window's rows for words in many rows, in sweeps: which rows, which postings, then lengths and frequencies
/// of all of them in a loop that nothing interrupts, so that one row's memory is fetched while others are looked at.
///
/// Under a scoring that joins its fields, rows that hold each word equally often differ by their length alone: one comparison
/// of lengths tells nearly all rows that cannot be among the best.
final class WindowScores {
    private struct Limit: BitwiseCopyable {
        /// The score it was worked out for: the least of the best, which only grows while this object lives.
        var least = Double.nan
        /// Every greater length in the table was found to score less. Its last stands for all from it on, and is never left out.
        var length = SaturationTable.lengths - 2
    }
    /// A query word's rows, and where its postings go on.
    private struct Lane: BitwiseCopyable {
        let bits: UnsafePointer<UInt64>
        var next = 0
    }
    private let query: SegmentQuery
    private let saturations: PostingSaturations
    private let wordCount: Int
    /// By the frequency classes of three words as in `place(of:)`. Of two words the second stands again: a loop over words of a
    /// number that is not known costs more than that.
    private let limits: UnsafeMutablePointer<Limit>
    /// Of a sweep: rows in the window; by word, then row, their postings.
    private let rows: UnsafeMutablePointer<UInt32>
    private let postings: UnsafeMutablePointer<UInt32>
    private let kept: UnsafeMutablePointer<UInt32>

    private static let limitCount = FrequencyClass.count * FrequencyClass.count * FrequencyClass.count
    /// Rows of a sweep, so that what is noted of them stays in the nearest cache.
    private static let sweep = 512

    /// `nil` for a query it does not serve: of other orders, of more words or of rows that need not hold all of them, of words in
    /// few rows, with filters of numbers, or without a table of saturations. A lone word's best leaves tell enough.
    static func serving(_ query: SegmentQuery) -> WindowScores? {
        guard case .text = query.query.order, query.matchesAllWords, !query.testsNumbers,
            (2...3).contains(query.words.count), query.words.allSatisfy({ $0.list.bits != nil }),
            let saturations = query.saturations, saturations.hasTable
        else { return nil }
        return WindowScores(query, saturations)
    }

    private init(_ query: SegmentQuery, _ saturations: PostingSaturations) {
        self.query = query
        self.saturations = saturations
        wordCount = query.words.count
        limits = .allocate(capacity: WindowScores.limitCount)
        limits.initialize(repeating: Limit(), count: WindowScores.limitCount)
        rows = .allocate(capacity: WindowScores.sweep)
        postings = .allocate(capacity: WindowScores.sweep * 3)
        kept = .allocate(capacity: WindowScores.sweep)
    }

    deinit {
        limits.deallocate()
        rows.deallocate()
        postings.deallocate()
        kept.deallocate()
    }

    /// Calls `body` with rows of a window and their scores, those among them that can reach the best.
    /// - Parameters:
    ///   - candidates: the window's words of a bit set; each row in the lists of all words.
    ///   - least: what a row must score by now.
    func forEachReaching(
        _ window: Int, _ candidates: UnsafePointer<UInt64>, least: () -> Double, _ body: (_ row: Int, _ textScore: Double) -> Void
    ) {
        guard let first = lane(0, window), let second = lane(1, window), let third = lane(2, window) else { return }
        var (a, b, c) = (first, second, third)
        let (rows, postings) = (rows, postings)
        let (postingsB, postingsC) = (postings + WindowScores.sweep, postings + 2 * WindowScores.sweep)
        var count = 0
        for word in 0..<RowGroup.windowWords {
            if count > WindowScores.sweep - 64 {
                finishSweep(count, window, atLeast: least(), body)
                count = 0
            }
            let (holdersA, holdersB, holdersC) = (a.bits[word], b.bits[word], c.bits[word])
            var rest = candidates[word]
            while rest != 0 {
                let below = (rest & (0 &- rest)) &- 1
                postings[count] = UInt32(truncatingIfNeeded: a.next &+ (holdersA & below).nonzeroBitCount)
                postingsB[count] = UInt32(truncatingIfNeeded: b.next &+ (holdersB & below).nonzeroBitCount)
                postingsC[count] = UInt32(truncatingIfNeeded: c.next &+ (holdersC & below).nonzeroBitCount)
                rows[count] = UInt32(truncatingIfNeeded: word << 6 | rest.trailingZeroBitCount)
                rest &= rest &- 1
                count &+= 1
            }
            a.next &+= holdersA.nonzeroBitCount
            b.next &+= holdersB.nonzeroBitCount
            c.next &+= holdersC.nonzeroBitCount
        }
        finishSweep(count, window, atLeast: least(), body)
    }

    private func lane(_ number: Int, _ window: Int) -> Lane? {
        let word = query.words[min(number, wordCount - 1)]
        return word.list.bits.map {
            Lane(bits: $0 + window * RowGroup.windowWords, next: word.firstPosting(inLeaf: window * RowGroup.windowLeaves))
        }
    }

    private func finishSweep(_ count: Int, _ window: Int, atLeast least: Double, _ body: (_ row: Int, _ textScore: Double) -> Void) {
        let firstRow = window * RowGroup.windowRows
        let keptCount = keepReaching(count, firstRow, least)
        for number in 0..<keptCount {
            let place = Int(kept[number])
            let row = firstRow &+ Int(rows[place])
            if let score = score(place, row: row), score >= least { body(row, score) }
        }
    }

    /// Notes the places of rows that can score `least`. Returns their number.
    private func keepReaching(_ count: Int, _ firstRow: Int, _ least: Double) -> Int {
        let (saturations, limits, rows, postings, kept) = (saturations, limits, rows, postings, kept)
        let (postingsB, postingsC) = (postings + WindowScores.sweep, postings + 2 * WindowScores.sweep)
        var keptCount = 0
        for place in 0..<count {
            let classes = WindowScores.place(
                of: saturations.frequencyClass(posting: Int(postings[place])),
                saturations.frequencyClass(posting: Int(postingsB[place])), saturations.frequencyClass(posting: Int(postingsC[place])))
            let length = saturations.tableLength(row: firstRow &+ Int(rows[place]))
            let limit = limits[classes].least == least ? limits[classes].length : lowerLimit(of: classes, to: least)
            kept[keptCount] = UInt32(truncatingIfNeeded: place)
            keptCount &+= length <= limit || length == SaturationTable.lengths &- 1 ? 1 : 0
        }
        return keptCount
    }

    private func score(_ place: Int, row: Int) -> Double? {
        var sum = 0.0
        for number in 0..<wordCount {
            let saturation = saturations.saturation(posting: Int(postings[number &* WindowScores.sweep &+ place]), row: row)
            if saturation < 0 { return nil }
            sum += query.words[number].idf * saturation
        }
        return sum
    }

    @inline(__always)
    private static func place(of a: Int, _ b: Int, _ c: Int) -> Int { (a &* FrequencyClass.count &+ b) &* FrequencyClass.count &+ c }

    /// The greatest length that reaches a score, which is kept. O(lengths) in all calls for a place.
    @inline(never)
    private func lowerLimit(of place: Int, to least: Double) -> Int {
        var limit = limits[place]
        assert(!(limit.least > least), "the least of the best grows")
        while limit.length >= 0, !reaches(least, place, length: limit.length) { limit.length -= 1 }
        limit.least = least
        limits[place] = limit
        return limit.length
    }

    private func reaches(_ least: Double, _ place: Int, length: Int) -> Bool {
        let count = FrequencyClass.count
        let classes: InlineArray<3, Int> = [place / (count * count), place / count % count, place % count]
        var sum = 0.0
        for number in 0..<wordCount {
            if classes[number] == FrequencyClass.unknown { return true }
            if classes[number] == FrequencyClass.outside { return false }
            // In the order of `score`, to the last bit.
            sum += query.words[number].idf * saturations.tabled(frequency: classes[number], length: length)
        }
        return sum >= least
    }
}
