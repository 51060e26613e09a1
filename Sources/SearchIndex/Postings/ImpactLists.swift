/// The rows that score most under a scoring of the schema, term by term, the best first ("impact-ordered" or "champion"
/// lists). What they hold back scores no more than their end, so reading them can end early.
struct ImpactLists: Sendable {
    /// By scoring and term; one more than there are terms for each scoring.
    private let starts: Column<UInt32>
    private let rows: Column<UInt32>
    private let levels: Column<UInt16>
    private let termCount: Int

    init(_ image: IndexImage, termCount: Int) {
        starts = image.column(.impactStarts)
        rows = image.column(.impactRows)
        levels = image.column(.impactLevels)
        self.termCount = termCount
    }

    func list(of term: Int, scoring: Int) -> ImpactList {
        let place = scoring &* (termCount &+ 1) &+ term
        let start = Int(starts[place])
        return ImpactList(rows: rows.base + start, levels: levels.base + start, count: Int(starts[place &+ 1]) &- start)
    }

    var none: ImpactList { ImpactList(rows: rows.base, levels: levels.base, count: 0) }

    func isSound(scoringCount: Int) -> Bool {
        starts.count == scoringCount * (termCount + 1) && rows.count == levels.count
            && (1..<max(1, starts.count)).allSatisfy { starts[$0 - 1] <= starts[$0] }
            && (starts.count == 0 ? 0 : Int(starts[starts.count - 1])) == rows.count
    }
}

/// The best rows of one term: by level, then id. A list that leaves rows out ends with an entry that only tells the
/// level below its last: of the rows left out, those that are not alike with the last row reach at most that.
struct ImpactList: BitwiseCopyable {
    fileprivate let rows: UnsafePointer<UInt32>
    /// Saturated frequencies in 65 535ths, rounded up.
    fileprivate let levels: UnsafePointer<UInt16>
    /// Entries, an end mark included.
    let count: Int

    @inline(__always)
    func row(_ place: Int) -> Int { Int(rows[place] & ~ImpactList.mixed) }

    @inline(__always)
    func level(_ place: Int) -> Int { Int(levels[place]) }

    /// First place behind the entry's level. O(log entries).
    func endOfLevel(at place: Int, before end: Int) -> Int {
        var (low, high) = (place + 1, end)
        while low < high {
            let middle = (low + high) / 2
            if levels[middle] == levels[place] { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether every row of the entry's level, read or left out, scores the same whatever the mean lengths are.
    @inline(__always)
    func isLevelAlike(_ place: Int) -> Bool { rows[place] & ImpactList.mixed == 0 }

    fileprivate static let mixed: UInt32 = 1 << 31

    /// Entries that are rows, of a term in `count` rows: all, or those before the end mark.
    func rowEntries(ofTermIn count: Int) -> Int { count > ImpactList.capacity(rowCount: count) ? self.count - 1 : self.count }

    /// So many of a term's rows are kept in order.
    fileprivate static func capacity(rowCount: Int) -> Int { rowCount / 16 + 4 }
}

/// Writes impact lists of one scoring, term by term.
struct ImpactListsWriter {
    private let scoring: BM25F
    private let lengths: FieldLengths
    private let ids: Column<Int64>
    private let patterns: [FrequencyPattern]
    private(set) var starts: [UInt32] = [0]
    private(set) var rows: [UInt32] = []
    private(set) var levels: [UInt16] = []
    /// Rows by level, all 0 between two terms; made for the first term in many rows.
    private var histogram: [UInt32] = []
    private var entries: [Entry] = []

    private struct Entry {
        var level: UInt16
        var code: UInt16
        var row: UInt32
        var id: Int64
    }

    init(scoring: BM25F, lengths: FieldLengths, ids: Column<Int64>, patterns: [FrequencyPattern]) {
        self.scoring = scoring
        self.lengths = lengths
        self.ids = ids
        self.patterns = patterns
    }

    /// Adds the next term. O(rows + kept · log kept).
    /// - Parameter levels: by posting; 0 where no field of the set holds the term.
    mutating func append(_ rows: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt16>, levels: [UInt16]) {
        let count = levels.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
        let capacity = ImpactList.capacity(rowCount: count)
        let (least, below) = cut(levels, count: count, capacity: capacity)
        entries.removeAll(keepingCapacity: true)
        for place in levels.indices where levels[place] >= least {
            let row = rows[place]
            entries.append(Entry(level: levels[place], code: codes[place], row: row, id: ids[Int(row)]))
        }
        entries.sort { ($1.level, $0.id, $0.row) < ($0.level, $1.id, $1.row) }
        appendEntries(upTo: capacity)
        if count > min(entries.count, capacity) {
            self.rows.append(0)
            self.levels.append(below)
        }
        starts.append(UInt32(self.rows.count))
    }

    /// The level of the last row that has room, at least 1, and the highest that occurs below it.
    private mutating func cut(_ levels: [UInt16], count: Int, capacity: Int) -> (least: UInt16, below: UInt16) {
        if count <= capacity { return (1, 0) }
        var least: UInt16 = 1
        if count < 4096 {
            // Walking over all levels would take longer.
            least = levels.sorted(by: >)[capacity - 1]
        } else {
            if histogram.isEmpty { histogram = Array(repeating: 0, count: 1 << 16) }
            for level in levels { histogram[Int(level)] &+= 1 }
            var (level, kept) = (Int(levels.max() ?? 1), 0)
            while true {
                kept += Int(histogram[level])
                if kept >= capacity { break }
                level -= 1
            }
            least = UInt16(level)
            for level in levels { histogram[Int(level)] = 0 }
        }
        return (least, levels.reduce(0) { $1 < least ? max($0, $1) : $0 })
    }

    private mutating func appendEntries(upTo capacity: Int) {
        var first = 0
        while first < min(entries.count, capacity) {
            var end = first + 1
            var isAlike = true
            while end < entries.count, entries[end].level == entries[first].level {
                isAlike = isAlike && areAlike(entries[first], entries[end])
                end += 1
            }
            for entry in entries[first..<min(end, capacity)] {
                rows.append(entry.row | (isAlike ? 0 : ImpactList.mixed))
                levels.append(entry.level)
            }
            first = end
        }
    }

    private func areAlike(_ a: Entry, _ b: Entry) -> Bool {
        scoring.scoresAlike(
            patterns[Int(a.code)], row: Int(a.row), patterns[Int(b.code)], row: Int(b.row), lengths)
    }
}
