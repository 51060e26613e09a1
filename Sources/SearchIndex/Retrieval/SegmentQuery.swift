/// A query made ready for one segment: what must hold for a row, and where it stands. All paths share it, so their
/// answers are equal to the last bit. A class, so that handing it down copies nothing.
final class SegmentQuery {
    let query: Query
    let snapshot: IndexSnapshot
    let deleted: RowSet
    /// Freed with this object.
    private let wordBuffer: UnsafeMutableBufferPointer<SegmentWord>
    /// The terms of each word.
    let expansions: [QueryTerms]
    let scoring: BM25F?
    /// `nil` without words.
    let saturations: PostingSaturations?
    private let saturationTable: SaturationTable?
    /// Number of the scoring in the schema, where it is one of its.
    let knownScoring: Int?
    let matchesAllWords: Bool
    /// Lists of which a row must be in at least one, entry by entry of the filter.
    let tags: [TagChoice]
    /// Of those tags that every match bears and that are kept: the earliest slots.
    let tagMinutes: [TagMinutes]
    let area: AreaTest?
    let bounds: ScoreBounds
    private let minimumRating: UInt16
    /// `nil` for no limit. Below the mark for a missing fee.
    private let maximumFeeCents: Int?
    private let fromMinute: Int32
    private let beforeMinute: Int32
    private let hasSlotFilter: Bool
    private let anyFlags: UInt64?
    let wordsAreExact: Bool
    /// Whether nothing is asked but words.
    let asksForWordsOnly: Bool
    private let sortKey: SortKey

    init(
        query: Query, segment: IndexView.Segment, expansions: [QueryTerms], words: [SegmentWord], scoring: BM25F?,
        knownScoring: Int?, saturationTable: SaturationTable?
    ) {
        self.query = query
        snapshot = segment.snapshot
        deleted = segment.deleted
        self.expansions = expansions
        wordBuffer = .allocate(capacity: words.count)
        _ = wordBuffer.initialize(from: words)
        self.scoring = scoring
        self.knownScoring = knownScoring
        self.saturationTable = saturationTable
        saturations = scoring.map {
            PostingSaturations(segment.snapshot, $0, knownScoring: knownScoring, table: saturationTable)
        }
        matchesAllWords = query.text.map { $0.match == .all } ?? true
        tags = query.filter.tags.map { TagChoice($0, in: segment.snapshot) }
        let asksForSlots = if case .soonest = query.order { true } else { query.filter.availableBeforeMinute != nil }
        tagMinutes = asksForSlots ? query.filter.tags.compactMap { $0.count == 1 ? segment.snapshot.tagSlots.minutes($0[0]) : nil } : []
        area = query.filter.area.map(AreaTest.init)
        wordsAreExact = words.allSatisfy(\.isExact)
        minimumRating = query.filter.minimumRating.map(Columns.scaledRating(notBelow:)) ?? 0
        maximumFeeCents = query.filter.maximumFeeCents.map { min($0, Int(Columns.noFee) - 1) }
        let (from, before) = (query.filter.availableFromMinute, query.filter.availableBeforeMinute)
        fromMinute = Int32(clamping: from ?? .min)
        beforeMinute = Int32(clamping: before ?? .max)
        hasSlotFilter = from != nil || before != nil
        anyFlags = query.filter.anyFlags
        sortKey = SortKey(query.order, snapshot: segment.snapshot)
        bounds = ScoreBounds(query.order)
        asksForWordsOnly = tags.isEmpty && area == nil && minimumRating == 0 && maximumFeeCents == nil && !hasSlotFilter
            && anyFlags == nil
    }

    /// The conditions on numbers, for a row or for the best values of a run of rows.
    @inline(__always)
    func numbersMayMatch(best: StoredSignals) -> Bool {
        best.rating >= minimumRating && (maximumFeeCents.map { Int(best.feeCents) <= $0 } ?? true)
            && (!hasSlotFilter || best.nextAvailableMinute < beforeMinute && best.nextAvailableMinute != Columns.noSlot)
            && (anyFlags.map { best.flags & $0 != 0 } ?? true)
    }

    @inline(__always)
    func numbersMatch(_ row: Int) -> Bool {
        let signals = snapshot.signals
        if minimumRating > 0, signals.ratings[row] < minimumRating { return false }
        if let maximumFeeCents, Int(signals.feesCents[row]) > maximumFeeCents { return false }
        if hasSlotFilter {
            let slot = signals.nextAvailableMinutes[row]
            if slot == Columns.noSlot || slot < fromMinute || slot >= beforeMinute { return false }
        }
        if let anyFlags, signals.flags[row] & anyFlags == 0 { return false }
        return true
    }

    deinit { wordBuffer.deallocate() }

    @inline(__always)
    var words: UnsafeBufferPointer<SegmentWord> { UnsafeBufferPointer(wordBuffer) }

    /// Takes note that every row in which a word's share is greater was read.
    func lower(word: Int, to share: Double) { wordBuffer[word].lower(to: share) }

    /// Whether `numbersMatch` can fail.
    var testsNumbers: Bool { minimumRating > 0 || maximumFeeCents != nil || hasSlotFilter || anyFlags != nil }

    /// Exact test of the area; true where the query has none.
    @inline(__always)
    func areaContains(_ row: Int) -> Bool {
        guard let area else { return true }
        guard row < snapshot.columns.locatedCount else { return false }
        return area.contains(latitudeE7: snapshot.columns.latitudesE7[row], longitudeE7: snapshot.columns.longitudesE7[row])
    }

    /// Everything but the words.
    /// - Parameter testsSingleTags: off where the row is known to bear the tags that have no alternative.
    @inline(__always)
    func filterMatches(_ row: Int, testsSingleTags: Bool = true) -> Bool {
        if deleted.contains(row) { return false }
        if asksForWordsOnly { return true }
        for choice in tags where testsSingleTags || choice.single == nil {
            if !choice.contains(row) { return false }
        }
        return numbersMatch(row) && areaContains(row)
    }

    /// Score of a row by words of single terms; `nil` when it does not match them. 0 without words.
    func textScore(_ row: Int) -> Double? {
        if matchesAllWords, words.count > 1 {
            // Cheap to find out, and most rows fail.
            for number in words.indices where !words[number].list.contains(row) { return nil }
        }
        return textScore(row) { _ in nil }
    }

    /// The same for a row that stands in the lists of all words it must hold.
    /// - Parameter place: the row's place in the list of a word, where it is known.
    @inline(__always)
    func textScore(_ row: Int, place: (_ word: Int) -> Int?) -> Double? {
        guard let saturations, !words.isEmpty else { return 0 }
        var (sum, found) = (0.0, 0)
        for number in words.indices {
            guard let share = words[number].share(row, place: place(number), saturations) else {
                if matchesAllWords { return nil }
                continue
            }
            found += 1
            sum += share
        }
        return found > 0 || matchesAllWords ? sum : nil
    }

    /// Whether a row that stands in the words' lists (in all, or in any of them), and is none of those known to be
    /// outside, holds them in fields of the set.
    @inline(__always)
    func holdsWordsInSet(_ row: Int) -> Bool {
        guard let scoring, !wordsAreExact else { return true }
        if !matchesAllWords { return textScore(row) != nil }
        for word in words where !word.isInSet(row, in: snapshot, setBits: scoring.setBits) { return false }
        return true
    }

    /// The row's place in the query's order.
    @inline(__always)
    func position(_ row: Int, textScore: Double) -> SortPosition {
        SortPosition(key: key(row, textScore: textScore), id: snapshot.columns.ids[row])
    }

    /// What the query's order gives a row, greater is better.
    @inline(__always)
    func key(_ row: Int, textScore: Double) -> Double { sortKey.value(row, textScore: textScore) }
}

/// At least one of some tags.
struct TagChoice {
    private let first: RowList
    /// Seldom any.
    private let others: [RowList]

    init(_ anyOf: [Tag], in snapshot: IndexSnapshot) {
        first = anyOf.first.map(snapshot.tags.rows) ?? .empty
        others = anyOf.dropFirst().map(snapshot.tags.rows)
    }

    /// At least the number of rows that bear one.
    var greatestCount: Int { others.reduce(first.count) { $0 + $1.count } }

    /// The rows of the only tag.
    var single: RowList? { others.isEmpty ? first : nil }

    var lists: [RowList] { [first] + others }

    @inline(__always)
    func contains(_ row: Int) -> Bool { first.contains(row) || others.contains { $0.contains(row) } }

    @inline(__always)
    func leafBits(_ leaf: Int) -> (UInt64, UInt64) {
        var bits = first.leafBits(leaf)
        for list in others {
            let more = list.leafBits(leaf)
            bits = (bits.0 | more.0, bits.1 | more.1)
        }
        return bits
    }

    @inline(__always)
    func addWindow(_ window: Int, to words: UnsafeMutablePointer<UInt64>) {
        first.addWindow(window, to: words)
        for list in others { list.addWindow(window, to: words) }
    }
}
