import Foundation
import Testing

@testable import Postgres

@Suite("Calendar days")
struct PostgresDateTests {
    @Test("Every day of three centuries agrees with Foundation's calendar")
    func agreesWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let start = try #require(calendar.date(from: DateComponents(year: 1890, month: 1, day: 1)))
        let start2000 = Date(timeIntervalSince1970: 946_684_800)
        for offset in 0..<110_000 {
            let date = start.addingTimeInterval(Double(offset) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let day = try #require(PostgresDate(year: parts.year!, month: parts.month!, day: parts.day!))
            var bytes: [UInt8] = []
            #expect(day.encode(into: &bytes) == .value)
            let days = bytes.withUnsafeBytes { Int32(bigEndian: $0.loadUnaligned(as: Int32.self)) }
            #expect(Double(days) * 86_400 == date.timeIntervalSince(start2000))
            let back = try bytes.withUnsafeBytes { try PostgresDate(postgres: PostgresValue(type: .date, buffer: $0)) }
            #expect(back == day)
        }
    }

    @Test(
        "Days that do not exist are refused",
        arguments: [(2025, 2, 29), (1900, 2, 29), (2025, 4, 31), (2025, 13, 1), (2025, 0, 1), (5_874_898, 1, 1), (Int.max, 1, 1)])
    func refuses(year: Int, month: Int, day: Int) {
        #expect(PostgresDate(year: year, month: month, day: day) == nil)
    }

    @Test("Days print as ISO 8601 and compare in time order")
    func prints() throws {
        let first = try #require(PostgresDate(year: 987, month: 3, day: 1))
        let second = try #require(PostgresDate(year: 2024, month: 2, day: 29))
        #expect("\(first) \(second)" == "0987-03-01 2024-02-29")
        #expect(first < second)
    }
}
