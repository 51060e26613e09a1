/// The fixed-width values of every row that never change.
struct Columns: Sendable {
    /// Documents by row; several rows may share an id.
    let ids: Column<Int64>
    /// Rows in the order of their ids, then of the rows.
    let rowsByID: Column<UInt32>
    /// Bit set of the rows that share their id with another row.
    let sharedRows: Column<UInt64>
    /// Only the first `locatedCount` rows have a location; they are sorted by its geohash.
    let latitudesE7: Column<Int32>
    let longitudesE7: Column<Int32>
    /// Of all that a document is but for its signals.
    let contentHashes: Column<UInt64>
    let rowCount: Int
    let locatedCount: Int

    static let noFee = UInt32.max
    static let noSlot = Int32.max
    static let ratingScale = 10_000.0

    init(_ image: IndexImage) {
        ids = image.column(.ids)
        rowsByID = image.column(.idOrder)
        sharedRows = image.column(.sharedRows)
        latitudesE7 = image.column(.latitudes)
        longitudesE7 = image.column(.longitudes)
        contentHashes = image.column(.contentHashes)
        rowCount = ids.count
        let counts = image.column(.counts, as: UInt64.self)
        locatedCount = counts.count == 1 ? min(Int(clamping: counts[0]), rowCount) : 0
    }

    /// Whether the sections have the sizes the row count asks for.
    var isSound: Bool {
        rowsByID.count == rowCount && sharedRows.count == RowGroup.wordCount(rows: rowCount)
            && contentHashes.count == rowCount && latitudesE7.count == rowCount && longitudesE7.count == rowCount
            && (0..<rowCount).allSatisfy { Int(rowsByID[$0]) < rowCount }
    }

    /// The least stored value whose rating is not below `rating`, so that 4.35 finds 4.35 whatever its double. At least
    /// 1, since no rating is below every one. NaN asks for nothing.
    static func scaledRating(notBelow rating: Double) -> UInt16 {
        let nearest = max(1, fixedPoint(rating, scale: ratingScale))
        return Double(nearest) / ratingScale < rating && nearest < .max ? nearest + 1 : nearest
    }

    /// A value × scale, rounded and cut to what two bytes hold; 0 for NaN.
    static func fixedPoint(_ value: Double, scale: Double) -> UInt16 {
        value > 0 ? UInt16(min(value * scale, Double(UInt16.max)).rounded()) : 0
    }

    /// The geohash of a located row.
    func geohash(_ row: Int) -> Geohash {
        Geohash(GeoPoint(latitudeE7: latitudesE7[row], longitudeE7: longitudesE7[row]))
    }

    @inline(__always)
    func isShared(_ row: Int) -> Bool { sharedRows[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    /// The places in `rowsByID` of a document's rows, which ascend; empty when it is not here. O(log rows).
    func places(of id: Int64) -> Range<Int> {
        let first = firstPlace(notBelow: id)
        var end = first
        while end < rowCount, ids[Int(rowsByID[end])] == id { end += 1 }
        return first..<end
    }

    /// The first place in `rowsByID` whose id is not below. O(log rows).
    func firstPlace(notBelow id: Int64) -> Int {
        var (low, high) = (0, rowCount)
        while low < high {
            let middle = (low + high) / 2
            if ids[Int(rowsByID[middle])] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Collects the unchanging values of rows in their final order.
struct ColumnsWriter {
    private var ids: [Int64] = []
    private var latitudesE7: [Int32] = []
    private var longitudesE7: [Int32] = []
    private var contentHashes: [UInt64] = []
    private var locatedCount: UInt64 = 0

    init(rowCount: Int) {
        ids.reserveCapacity(rowCount)
        latitudesE7.reserveCapacity(rowCount)
        longitudesE7.reserveCapacity(rowCount)
    }

    mutating func append(id: Int64, location: GeoPoint?, contentHash: UInt64) {
        ids.append(id)
        contentHashes.append(contentHash)
        latitudesE7.append(location?.latitudeE7 ?? 0)
        longitudesE7.append(location?.longitudeE7 ?? 0)
        if location != nil { locatedCount += 1 }
    }

    func write(to parts: inout IndexParts) {
        // Pairs sort faster than rows that look their ids up.
        let order = ids.indices.map { (id: ids[$0], row: UInt32($0)) }.sorted { ($0.id, $0.row) < ($1.id, $1.row) }
        var shared = [UInt64](repeating: 0, count: RowGroup.wordCount(rows: ids.count))
        for (a, b) in zip(order, order.dropFirst()) where a.id == b.id {
            for row in [a.row, b.row] { shared[Int(row >> 6)] |= 1 << UInt64(row & 63) }
        }
        parts.set(.ids, ids)
        parts.set(.idOrder, order.map(\.row))
        parts.set(.sharedRows, shared)
        parts.set(.latitudes, latitudesE7)
        parts.set(.longitudes, longitudesE7)
        parts.set(.counts, [locatedCount])
        parts.set(.contentHashes, contentHashes)
    }
}
