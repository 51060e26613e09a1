/// The terms of one field in reading order: one byte buffer, no String per term.
public struct TermList: Sendable, Equatable {
    /// The terms' UTF-8, one after the other.
    public private(set) var bytes: [UInt8]
    /// End of term `i` in `bytes`; its start is the end of the term before.
    public private(set) var ends: [UInt32]

    /// Takes over analysed text. `ends` must rise and end at `bytes.count`.
    public init(bytes: [UInt8] = [], ends: [UInt32] = []) {
        precondition(Int(ends.last ?? 0) == bytes.count, "the last term must end where the bytes end")
        self.bytes = bytes
        self.ends = ends
    }

    /// The terms given as strings, taken as they are.
    public init(_ terms: some Sequence<some StringProtocol>) {
        self.init()
        for term in terms { append(term.utf8) }
    }

    /// Number of terms, repeats included.
    public var count: Int { ends.count }

    /// Adds one term at the end.
    public mutating func append(_ term: some Sequence<UInt8>) {
        bytes.append(contentsOf: term)
        ends.append(UInt32(bytes.count))
    }

    /// Adds another field's terms at the end.
    public mutating func append(contentsOf other: TermList) {
        let offset = UInt32(bytes.count)
        bytes += other.bytes
        ends += other.ends.map { $0 + offset }
    }

    /// Calls `body` with the UTF-8 of every term in turn.
    @inline(__always)
    func forEachTerm(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for end in ends {
                body(UnsafeBufferPointer(rebasing: bytes[start..<Int(end)]))
                start = Int(end)
            }
        }
    }

    /// UTF-8 of term `i`, 0-based.
    public subscript(i: Int) -> ArraySlice<UInt8> { bytes[Int(i == 0 ? 0 : ends[i - 1])..<Int(ends[i])] }
}

/// A label to filter and count by, such as (dimension: specialty, value: "dermatology").
public struct Tag: Hashable, Sendable {
    /// Position in `IndexSchema.tagDimensions`.
    public var dimension: Int
    public var value: String

    public init(dimension: Int, value: String) {
        self.dimension = dimension
        self.value = value
    }
}

/// What the index knows of one document: terms and numbers.
///
/// Documents that share an `id` are alternatives, such as the practices of one doctor: the best one that matches
/// a query speaks for the record, and the record counts once.
public struct IndexedDocument: Sendable {
    /// Stable identity; the last tie-breaker of every order.
    public var id: Int64
    /// One entry per field of the schema, in its order.
    public var fields: [TermList]
    /// Labels to filter and count by, in any order.
    public var tags: [Tag]
    public var location: GeoPoint?
    public var signals: Signals
    /// Bytes handed back with a hit, such as its rendered card.
    public var stored: [UInt8]

    public init(
        id: Int64, fields: [TermList], tags: [Tag] = [], location: GeoPoint? = nil, signals: Signals = Signals(),
        stored: [UInt8] = []
    ) {
        self.id = id
        self.fields = fields
        self.tags = tags
        self.location = location
        self.signals = signals
        self.stored = stored
    }
}

/// The numbers of a document that filters, orders and the blend read.
public struct Signals: Hashable, Sendable {
    /// 1…5, kept to four decimals; 0 and NaN mean none.
    public var rating: Double?
    public var reviewCount: Int
    /// What `rating` is worth given how many gave it, 0…1, kept to 1/65 535.
    public var quality: Double
    public var feeCents: Int?
    /// Minutes since 1970 of the next free slot.
    public var nextAvailableMinute: Int?
    /// 64 facts that hold or do not; what they mean is the caller's.
    public var flags: UInt64

    public init(
        rating: Double? = nil, reviewCount: Int = 0, quality: Double = 0, feeCents: Int? = nil,
        nextAvailableMinute: Int? = nil, flags: UInt64 = 0
    ) {
        self.rating = rating
        self.reviewCount = reviewCount
        self.quality = quality
        self.feeCents = feeCents
        self.nextAvailableMinute = nextAvailableMinute
        self.flags = flags
    }
}
