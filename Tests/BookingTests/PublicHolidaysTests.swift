import Domain
import Testing

@testable import Booking

@Suite("Public holidays")
struct PublicHolidaysTests {
    /// As the government published them: the shared reference south-africa.md, section 7.
    @Test(
        "Days of a year are those that were published",
        arguments: [
            (2026, ["01-01", "03-21", "04-03", "04-06", "04-27", "05-01", "06-16", "08-09", "08-10", "09-24", "12-16", "12-25", "12-26"]),
            (2027, ["01-01", "03-21", "03-22", "03-26", "03-29", "04-27", "05-01", "06-16", "08-09", "09-24", "12-16", "12-25", "12-26", "12-27"]),
        ])
    func published(year: Int, days: [String]) {
        #expect(PublicHolidays().days(year: year).map(\.day.description) == days.map { "\(year)-\($0)" })
    }

    /// The Church of England's table of Easter days.
    @Test("Easter", arguments: [("2024-03-31"), ("2025-04-20"), ("2026-04-05"), ("2027-03-28"), ("2030-04-21"), ("2038-04-25")])
    func easter(day: String) throws {
        let day = try #require(LocalDay(day))
        #expect(PublicHolidays.easterSunday(day.civil.year) == day)
    }

    @Test("A proclaimed day is one, a day taken back is none")
    func changes() throws {
        let (elections, christmas) = (try #require(LocalDay("2026-11-04")), try #require(LocalDay("2026-12-25")))
        let holidays = PublicHolidays(changes: [elections: "Local elections", christmas: nil])
        #expect(holidays.name(elections) == "Local elections")
        #expect(holidays.name(christmas) == nil)
        #expect(holidays.name(christmas + 1) == "Day of Goodwill")
    }
}
