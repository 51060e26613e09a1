/// A query's words in one leaf: which of its rows hold them, and their postings side by side.
struct LeafWords {
    struct Word: BitwiseCopyable {
        var idf = 0.0
        /// Rows of the leaf that stand in the word's list.
        var rows: (UInt64, UInt64) = (0, 0)
        /// Numbers of the first postings in either half of the leaf.
        var postings = (0, 0)
        /// Not below what the word adds to the score of a row in the leaf.
        var bound = 0.0
        /// The same for it and the words behind it.
        var remaining = 0.0
    }
    private let query: SegmentQuery
    private let saturations: PostingSaturations?
    private let matchesAllWords: Bool
    private let words: UnsafeMutablePointer<Word>
    private let count: Int
    /// Of 64 rows, what the words read so far add up to.
    private let sums: UnsafeMutablePointer<Double>

    /// Call `deallocate` in the end.
    init(_ query: SegmentQuery) {
        self.query = query
        saturations = query.saturations
        matchesAllWords = query.matchesAllWords
        count = query.words.count
        words = .allocate(capacity: count)
        words.initialize(repeating: Word(), count: count)
        for (number, word) in query.words.enumerated() { words[number].idf = word.idf }
        sums = .allocate(capacity: 64)
        sums.initialize(repeating: 0, count: 64)
    }

    func deallocate() {
        words.deallocate()
        sums.deallocate()
    }

    @inline(__always)
    subscript(word: Int) -> Word { words[word] }

    /// What all words add to the score of a row in the leaf at most.
    var bound: Double { count == 0 ? 0 : words[0].remaining }

    /// Turns to a leaf. O(words), O(words · log postings) for words in few rows.
    @inline(__always)
    func read(_ leaf: Int) {
        var remaining = 0.0
        for number in stride(from: count - 1, through: 0, by: -1) {
            let rows = query.words[number].list.leafBits(leaf)
            let first = query.words[number].firstPosting(inLeaf: leaf)
            let bound = rows.0 | rows.1 == 0 ? 0 : query.words[number].leafBound(leaf)
            remaining += bound
            words[number].rows = rows
            words[number].postings = (first, first &+ rows.0.nonzeroBitCount)
            words[number].bound = bound
            words[number].remaining = remaining * (1 + 1e-12)
        }
    }

    /// Score of a row of the leaf; `nil` when it does not match the words.
    @inline(__always)
    func textScore(_ row: Int) -> Double? {
        guard let saturations, count > 0 else { return 0 }
        let below = (1 << UInt64(row & 63)) &- 1 as UInt64
        let isFirstHalf = row & 64 == 0
        var (sum, found) = (0.0, 0)
        for number in 0..<count {
            let rows = isFirstHalf ? words[number].rows.0 : words[number].rows.1
            let posting = (isFirstHalf ? words[number].postings.0 : words[number].postings.1) &+ (rows & below).nonzeroBitCount
            let saturation = rows >> UInt64(row & 63) & 1 == 1 ? saturations.saturation(posting: posting, row: row) : -1
            if saturation < 0 {
                if matchesAllWords { return nil }
                continue
            }
            found &+= 1
            sum += words[number].idf * saturation
        }
        return found > 0 || matchesAllWords ? sum : nil
    }

    /// Keeps the rows of half a leaf that match the words and score `least` at least: word by word, so that each reads
    /// its postings in one sweep and later words see few rows. `keptScore` then tells the scores.
    /// - Parameter rows: each in the lists of all words it must hold.
    func keepBest(_ rows: inout UInt64, half: Int, ofLeaf leaf: Int, atLeast least: Double) {
        sums.update(repeating: 0, count: 64)
        guard let saturations, count > 0 else { return }
        var matches: UInt64 = 0
        for number in 0..<count {
            let word = words[number]
            let holders = half == 0 ? word.rows.0 : word.rows.1
            let first = half == 0 ? word.postings.0 : word.postings.1
            let behind = number &+ 1 < count ? words[number &+ 1].remaining : 0
            var (rest, below) = (rows & holders, matchesAllWords ? rows : 0)
            while rest != 0 {
                let bit = rest & (0 &- rest)
                let place = rest.trailingZeroBitCount
                rest ^= bit
                let posting = first &+ (holders & (bit &- 1)).nonzeroBitCount
                let saturation = saturations.saturation(posting: posting, row: leaf << 7 | half << 6 | place)
                if saturation < 0 { continue }
                matches |= bit
                let sum = sums[place] + word.idf * saturation
                sums[place] = sum
                below = sum + behind < least ? below | bit : below & ~bit
            }
            rows &= ~below
        }
        rows &= matches
    }

    /// Text score of a row that `keepBest` kept, by its place in the half leaf.
    @inline(__always)
    func keptScore(_ place: Int) -> Double { sums[place] }
}
