import Foundation
import Postgres

/// The 13-digit identity number: `YYMMDD SSSS C A Z`. Sex and citizenship are in it and are never derived.
enum SouthAfricanID {
    enum Fault: Equatable {
        case notThirteenDigits, noSuchDate, wrongCheckDigit
    }

    /// What is wrong with a number; nil if nothing is.
    static func fault(_ text: String) -> Fault? {
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits.count == 13, digits.allSatisfy({ (0...9).contains($0) }) else { return .notThirteenDigits }
        // The century is not written: a date that exists in either will do.
        let (year, month, day) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5])
        guard [1900, 2000].contains(where: { PostgresDate(year: $0 + year, month: month, day: day) != nil }) else { return .noSuchDate }
        return luhnSum(digits).isMultiple(of: 10) ? nil : .wrongCheckDigit
    }

    private static func luhnSum(_ digits: [Int]) -> Int {
        digits.reversed().enumerated().reduce(0) { sum, entry in
            let doubled = entry.offset.isMultiple(of: 2) ? entry.element : entry.element * 2
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
    }
}
