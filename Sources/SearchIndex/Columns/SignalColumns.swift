import Synchronization

/// The numbers of every row that change while the index serves: one writer, any number of readers.
final class SignalColumns: Sendable {
    /// Rating × 10 000; 0 means none.
    let ratings: VolatileColumn<UInt16>
    let reviewCounts: VolatileColumn<UInt32>
    /// Quality × 65 535.
    let qualities: VolatileColumn<UInt16>
    let feesCents: VolatileColumn<UInt32>
    let nextAvailableMinutes: VolatileColumn<Int32>
    let flags: VolatileColumn<UInt64>

    /// Copies the sections, so that a mapped file is never written.
    init(_ image: IndexImage) {
        ratings = VolatileColumn(image.column(.ratings))
        reviewCounts = VolatileColumn(image.column(.reviewCounts))
        qualities = VolatileColumn(image.column(.qualities))
        feesCents = VolatileColumn(image.column(.fees))
        nextAvailableMinutes = VolatileColumn(image.column(.nextAvailable))
        flags = VolatileColumn(image.column(.flags))
    }

    deinit {
        ratings.deallocate()
        reviewCounts.deallocate()
        qualities.deallocate()
        feesCents.deallocate()
        nextAvailableMinutes.deallocate()
        flags.deallocate()
    }

    func hasCount(_ rowCount: Int) -> Bool {
        [ratings.count, reviewCounts.count, qualities.count, feesCents.count, nextAvailableMinutes.count, flags.count]
            .allSatisfy { $0 == rowCount }
    }

    /// A row's numbers as they are now.
    @inline(__always)
    func stored(_ row: Int) -> StoredSignals {
        StoredSignals(
            rating: ratings[row], reviewCount: reviewCounts[row], quality: qualities[row], feeCents: feesCents[row],
            nextAvailableMinute: nextAvailableMinutes[row], flags: flags[row])
    }

    /// Changes a row's numbers; a reader sees each of them old or new, never half.
    func store(_ signals: StoredSignals, row: Int) {
        ratings.store(signals.rating, at: row)
        reviewCounts.store(signals.reviewCount, at: row)
        qualities.store(signals.quality, at: row)
        feesCents.store(signals.feeCents, at: row)
        nextAvailableMinutes.store(signals.nextAvailableMinute, at: row)
        flags.store(signals.flags, at: row)
    }
}

/// A row's numbers at the columns' resolution.
struct StoredSignals: Equatable, Sendable, BitwiseCopyable {
    var rating: UInt16
    var reviewCount: UInt32
    var quality: UInt16
    var feeCents: UInt32
    var nextAvailableMinute: Int32
    var flags: UInt64

    init(rating: UInt16, reviewCount: UInt32, quality: UInt16, feeCents: UInt32, nextAvailableMinute: Int32, flags: UInt64) {
        self.rating = rating
        self.reviewCount = reviewCount
        self.quality = quality
        self.feeCents = feeCents
        self.nextAvailableMinute = nextAvailableMinute
        self.flags = flags
    }

    init(_ signals: Signals) {
        rating = Columns.fixedPoint(signals.rating ?? 0, scale: Columns.ratingScale)
        reviewCount = UInt32(clamping: signals.reviewCount)
        quality = Columns.fixedPoint(signals.quality, scale: Double(UInt16.max))
        feeCents = signals.feeCents.map { min(UInt32(clamping: $0), Columns.noFee - 1) } ?? Columns.noFee
        nextAvailableMinute =
            signals.nextAvailableMinute.map { min(Int32(clamping: $0), Columns.noSlot - 1) } ?? Columns.noSlot
        flags = signals.flags
    }

    var signals: Signals {
        Signals(
            rating: rating == 0 ? nil : Double(rating) / Columns.ratingScale, reviewCount: Int(reviewCount),
            quality: Double(quality) / Double(UInt16.max), feeCents: feeCents == Columns.noFee ? nil : Int(feeCents),
            nextAvailableMinute: nextAvailableMinute == Columns.noSlot ? nil : Int(nextAvailableMinute), flags: flags)
    }
}

/// Collects the numbers of rows in their final order.
struct SignalsWriter {
    private var ratings: [UInt16] = []
    private var reviewCounts: [UInt32] = []
    private var qualities: [UInt16] = []
    private var feesCents: [UInt32] = []
    private var nextAvailableMinutes: [Int32] = []
    private var flags: [UInt64] = []

    mutating func append(_ signals: StoredSignals) {
        ratings.append(signals.rating)
        reviewCounts.append(signals.reviewCount)
        qualities.append(signals.quality)
        feesCents.append(signals.feeCents)
        nextAvailableMinutes.append(signals.nextAvailableMinute)
        flags.append(signals.flags)
    }

    func write(to parts: inout IndexParts) {
        parts.set(.ratings, ratings)
        parts.set(.reviewCounts, reviewCounts)
        parts.set(.qualities, qualities)
        parts.set(.fees, feesCents)
        parts.set(.nextAvailable, nextAvailableMinutes)
        parts.set(.flags, flags)
    }
}
