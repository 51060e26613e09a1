/// A calendar day (`date`) in the proleptic Gregorian calendar; the year before 1 is 0. `infinity` does not decode.
public struct PostgresDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// `nil` when the calendar has no such day or PostgreSQL cannot hold it (years −4712 to 5874897).
    public init?(year: Int, month: Int, day: Int) {
        guard (-4_713...5_874_897).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let days = Self.daysSince2000(year: year, month: month, day: day)
        self.init(daysSince2000: days)
        guard (self.year, self.month, self.day) == (year, month, day), Self.finiteDays.contains(days) else { return nil }
    }

    /// ISO 8601, as in `2026-03-01`.
    public var description: String {
        let digits = String(year.magnitude)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(year < 0 ? "-" : "")\(padded)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static let finiteDays = -2_451_545...2_145_031_948
}

extension PostgresDate: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .date }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(bigEndian: Int32(Self.daysSince2000(year: year, month: month, day: day)))
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .date)
        let days = Int(try reader.integer(Int32.self))
        guard Self.finiteDays.contains(days) else { throw PostgresMismatch.unrepresentable }
        self.init(daysSince2000: days)
    }
}

/// Day counting after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days):
/// eras of 400 years, years that start on 1 March.
extension PostgresDate {
    private static let daysPerEra = 146_097
    /// From 0000-03-01 to 2000-01-01.
    private static let daysTo2000 = 730_425

    private static func daysSince2000(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = floorDivide(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * daysPerEra + dayOfEra - daysTo2000
    }

    private init(daysSince2000 days: Int) {
        let shifted = days + Self.daysTo2000
        let era = Self.floorDivide(shifted, Self.daysPerEra)
        let dayOfEra = shifted - era * Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        (value >= 0 ? value : value - divisor + 1) / divisor
    }
}
