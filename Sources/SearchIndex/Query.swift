/// One search: what must match, in which order, how many.
public struct Query: Sendable {
    public var text: TextQuery?
    public var filter: Filter
    public var order: Order
    /// The point hits report their distance from.
    public var origin: GeoPoint?
    /// Hits to return, at least 0.
    public var limit: Int
    /// Continue behind this position of the same query.
    public var after: SortPosition?
    /// Tag dimensions to count all matches by.
    public var tagFacets: [Int]
    /// Whether to count all matches; the hits alone cost far less.
    public var countsMatches: Bool
    /// Edges of the rating histogram, rising: `[2, 3]` counts below 2, 2 to below 3, and from 3. Empty: no histogram.
    public var ratingFacetEdges: [Double]

    public init(
        text: TextQuery? = nil, filter: Filter = Filter(), order: Order = .id, origin: GeoPoint? = nil, limit: Int = 20,
        after: SortPosition? = nil, countsMatches: Bool = false, tagFacets: [Int] = [], ratingFacetEdges: [Double] = []
    ) {
        self.text = text
        self.filter = filter
        self.order = order
        self.origin = origin
        self.limit = limit
        self.after = after
        self.countsMatches = countsMatches
        self.tagFacets = tagFacets
        self.ratingFacetEdges = ratingFacetEdges
    }
}

extension Query {
    /// Whether every match has to be looked at, not just the best.
    var countsAnything: Bool { countsMatches || !tagFacets.isEmpty || !ratingFacetEdges.isEmpty }
}

/// Words to find and how to score them.
public struct TextQuery: Sendable {
    public enum Match: Sendable { case all, any }

    /// Words with their expansions; each counts once however many of its expansions a document holds.
    public var words: [QueryWord]
    public var match: Match
    public var scoring: TextScoring

    public init(words: [QueryWord], match: Match = .all, scoring: TextScoring) {
        self.words = words
        self.match = match
        self.scoring = scoring
    }
}

/// A word of a query, folded as the index's terms are.
public struct QueryWord: Hashable, Sendable {
    public enum Expansion: Hashable, Sendable {
        case none
        /// Every term that starts with the word.
        case prefix
        case edits(Edits)

        /// Every term within one insertion, deletion or substitution of a Unicode scalar (Levenshtein).
        public static let oneEdit = Expansion.edits(Edits(count: 1))
    }

    /// Which misspellings count as the word: insertions, deletions and substitutions of Unicode scalars.
    public struct Edits: Hashable, Sendable {
        /// 1 or 2.
        public var count: Int
        /// Whether two neighbours in each other's place are one edit (optimal string alignment).
        public var transposes: Bool
        /// Of more terms only the most frequent count.
        public var maximumTerms: Int

        public init(count: Int, transposes: Bool = false, maximumTerms: Int = .max) {
            precondition((1...2).contains(count), "one edit or two")
            self.count = count
            self.transposes = transposes
            self.maximumTerms = maximumTerms
        }
    }

    public var term: String
    public var expansion: Expansion

    public init(_ term: String, expansion: Expansion = .none) {
        self.term = term
        self.expansion = expansion
    }
}

/// Conditions a hit must meet, all of them.
public struct Filter: Sendable {
    /// Each entry asks for at least one of its tags. An empty entry matches nothing.
    public var tags: [[Tag]]
    public var area: GeoArea?
    /// Documents without rating never meet it; the same goes for the fee and the slot.
    public var minimumRating: Double?
    public var maximumFeeCents: Int?
    /// A free slot at or after this minute …
    public var availableFromMinute: Int?
    /// … and before this one.
    public var availableBeforeMinute: Int?
    /// At least one of these flags is set; `nil` asks for none, 0 matches nothing.
    public var anyFlags: UInt64?

    public init(
        tags: [[Tag]] = [], area: GeoArea? = nil, minimumRating: Double? = nil, maximumFeeCents: Int? = nil,
        availableFromMinute: Int? = nil, availableBeforeMinute: Int? = nil, anyFlags: UInt64? = nil
    ) {
        self.tags = tags
        self.area = area
        self.minimumRating = minimumRating
        self.maximumFeeCents = maximumFeeCents
        self.availableFromMinute = availableFromMinute
        self.availableBeforeMinute = availableBeforeMinute
        self.anyFlags = anyFlags
    }
}

/// The order of hits. Every order ends with the id, ascending, and puts documents without the value last.
public enum Order: Sendable {
    /// BM25(F) alone.
    case text
    case blend(Blend)
    /// Nearest first, from a point that need not be the filter's.
    case distance(from: GeoPoint)
    /// Earliest free slot first, slots before `fromMinute` not counted.
    case soonest(fromMinute: Int)
    /// Best quality first.
    case quality
    /// Most reviews first.
    case reviews
    /// Cheapest first.
    case fee
    case id
}

/// A place in the total order of a query's hits, to continue behind.
public struct SortPosition: Hashable, Sendable {
    /// The order's value, greater is better; −∞ for a missing value.
    public var key: Double
    public var id: Int64

    public init(key: Double, id: Int64) {
        self.key = key
        self.id = id
    }

    /// Whether this position comes before `other`: greater key, then smaller id.
    @inline(__always)
    public func precedes(_ other: SortPosition) -> Bool { key != other.key ? key > other.key : id < other.id }
}
