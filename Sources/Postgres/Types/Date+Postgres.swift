import FoundationEssentials

/// `timestamptz`: microseconds since 2000-01-01 UTC. `infinity` has no `Date` and does not decode.
extension Date: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .timestamptz }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        // Apart, because together a Double has no room for the seconds of centuries and microseconds too.
        let wholeSeconds = timeIntervalSinceReferenceDate.rounded(.down)
        let fractionMicroseconds = ((timeIntervalSinceReferenceDate - wholeSeconds) * 1_000_000).rounded()
        guard let seconds = Int64(exactly: wholeSeconds), Self.finiteSeconds.contains(seconds) else {
            throw PostgresMismatch.unrepresentable
        }
        bytes.append(bigEndian: (seconds + Self.referenceOffsetSeconds) * 1_000_000 + Int64(fractionMicroseconds))
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .timestamptz)
        let microseconds: Int64 = try reader.integer()
        guard microseconds != .min, microseconds != .max else { throw PostgresMismatch.unrepresentable }
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(timeIntervalSinceReferenceDate: Double(seconds - Self.referenceOffsetSeconds) + Double(fraction) / 1_000_000)
    }

    /// From PostgreSQL's epoch, 2000-01-01, to Foundation's, 2001-01-01.
    private static let referenceOffsetSeconds: Int64 = 366 * 86_400
    /// From 4714-11-24 BC to the end of the year 294276, the range PostgreSQL documents for timestamps.
    private static let finiteSeconds = (-211_813_488_000 - referenceOffsetSeconds)..<(9_223_371_331_200 - referenceOffsetSeconds)
}
