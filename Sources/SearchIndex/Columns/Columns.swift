/// The fixed-width values of every row, one array a quantity.
struct Columns: Sendable {
    /// Documents by row; several rows may share an id.
    var ids: [Int64] = []
    /// Only the first `locatedCount` rows have a location; they are sorted by its geohash.
    var latitudesE7: [Int32] = []
    var longitudesE7: [Int32] = []
    var locatedCount = 0
    /// Rating × 10 000; 0 means none.
    var ratings: [UInt16] = []
    var reviewCounts: [UInt32] = []
    /// Quality × 65 535.
    var qualities: [UInt16] = []
    var feesCents: [UInt32] = []
    var nextAvailableMinutes: [Int32] = []

    static let noFee = UInt32.max
    static let noSlot = Int32.max
    static let ratingScale = 10_000.0

    /// The rating as it was given; meaningless where there is none.
    @inline(__always)
    func rating(_ row: Int) -> Double { Double(ratings[row]) / Columns.ratingScale }

    /// The least stored value whose rating is not below `rating`, so that 4.35 finds 4.35 whatever its double. At least
    /// 1, since no rating is below every one. NaN asks for nothing.
    static func scaledRating(notBelow rating: Double) -> UInt16 {
        let nearest = max(1, fixedPoint(rating, scale: ratingScale))
        return Double(nearest) / ratingScale < rating && nearest < .max ? nearest + 1 : nearest
    }

    /// A value × scale, rounded and cut to what two bytes hold; 0 for NaN.
    private static func fixedPoint(_ value: Double, scale: Double) -> UInt16 {
        value > 0 ? UInt16(min(value * scale, Double(UInt16.max)).rounded()) : 0
    }

    /// Adds a row with the document's numbers, rounded to the columns' resolution.
    mutating func append(id: Int64, location: GeoPoint?, signals: Signals) {
        ids.append(id)
        latitudesE7.append(location?.latitudeE7 ?? 0)
        longitudesE7.append(location?.longitudeE7 ?? 0)
        if location != nil { locatedCount += 1 }
        ratings.append(Columns.fixedPoint(signals.rating ?? 0, scale: Columns.ratingScale))
        reviewCounts.append(UInt32(clamping: signals.reviewCount))
        qualities.append(Columns.fixedPoint(signals.quality, scale: Double(UInt16.max)))
        feesCents.append(signals.feeCents.map { min(UInt32(clamping: $0), Columns.noFee - 1) } ?? Columns.noFee)
        nextAvailableMinutes.append(
            signals.nextAvailableMinute.map { min(Int32(clamping: $0), Columns.noSlot - 1) } ?? Columns.noSlot)
    }

    /// Adds a row copied from another segment.
    mutating func append(row: Int, of other: Columns) {
        ids.append(other.ids[row])
        latitudesE7.append(other.latitudesE7[row])
        longitudesE7.append(other.longitudesE7[row])
        if row < other.locatedCount { locatedCount += 1 }
        ratings.append(other.ratings[row])
        reviewCounts.append(other.reviewCounts[row])
        qualities.append(other.qualities[row])
        feesCents.append(other.feesCents[row])
        nextAvailableMinutes.append(other.nextAvailableMinutes[row])
    }

    /// The geohash of a located row.
    func geohash(_ row: Int) -> Geohash {
        Geohash(GeoPoint(latitudeE7: latitudesE7[row], longitudeE7: longitudesE7[row]))
    }

    /// First located row whose geohash is not below `code`. O(log rows).
    func firstRow(notBelow code: UInt64) -> Int {
        var (low, high) = (0, locatedCount)
        while low < high {
            let middle = (low + high) / 2
            if geohash(middle).code < code { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Rows in the order of their ids, to find a document and its alternatives. O(log rows) a look-up.
struct IDOrder: Sendable {
    private(set) var rows: [UInt32]
    /// Rows that share their id with another row.
    private(set) var shared: RowSet

    init(_ ids: [Int64]) {
        rows = (0..<UInt32(ids.count)).sorted { a, b in
            let (idA, idB) = (ids[Int(a)], ids[Int(b)])
            return idA != idB ? idA < idB : a < b
        }
        shared = RowSet(rowCount: ids.count)
        for (a, b) in zip(rows, rows.dropFirst()) where ids[Int(a)] == ids[Int(b)] {
            shared.insert(Int(a))
            shared.insert(Int(b))
        }
    }

    /// The rows of a document, ascending; empty when it is not here.
    func rows(of id: Int64, in ids: [Int64]) -> ArraySlice<UInt32> {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[Int(rows[middle])] < id { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < rows.count, ids[Int(rows[end])] == id { end += 1 }
        return rows[low..<end]
    }
}
