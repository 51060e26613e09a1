import Domain
import Foundation
import Testing

@testable import Doctors

@Suite struct VerificationRulesTests {
    /// Every day of 2020 to 2060, leap years among them.
    static let days = (LocalDay(year: 2020, month: 1, day: 1)!.daysSince1970...LocalDay(year: 2060, month: 12, day: 31)!.daysSince1970)
        .map { LocalDay(daysSince1970: $0) }

    /// Foundation's calendar knows the dates too, and by other code.
    static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Africa/Johannesburg")!
        return calendar
    }()

    @Test("Every day has the next 31 March as a card's end, and from January to March the one after it too") func cardEnds() {
        for day in Self.days {
            let ends = VerificationRules.cardEnds(shownOn: day)
            let next = Self.calendar.nextDate(
                after: day.start - 1, matching: DateComponents(month: 3, day: 31), matchingPolicy: .strict, direction: .forward)!
            #expect(ends[0].start == next)
            let isEarlyInYear = Self.calendar.component(.month, from: day.start) <= 3
            #expect(ends.count == (isEarlyInYear ? 2 : 1))
            if isEarlyInYear { #expect(ends[1].start == Self.calendar.date(byAdding: .year, value: 1, to: next)) }
            #expect(ends.allSatisfy { !VerificationRules.isOver($0, on: day) })
        }
    }

    @Test("A card counts on 31 March and no longer on 1 April") func lastDay() throws {
        let end = try #require(LocalDay("2027-03-31"))
        #expect(!VerificationRules.isOver(end, on: end))
        #expect(VerificationRules.isOver(end, on: end + 1))
        // the day turns at midnight in South Africa, 22:00 UTC
        #expect(!VerificationRules.isOver(end, on: LocalDay(try #require(ISO8601DateFormatter().date(from: "2027-03-31T21:59:59Z")))))
        #expect(VerificationRules.isOver(end, on: LocalDay(try #require(ISO8601DateFormatter().date(from: "2027-03-31T22:00:00Z")))))
    }

    @Test("Reminders are due from 30 and from 7 days before the end, the later one once both are") func reminders() throws {
        let end = try #require(LocalDay("2028-03-31"))
        for daysLeft in -10...60 {
            let expected: Int? = daysLeft < 0 ? nil : daysLeft <= 7 ? 7 : daysLeft <= 30 ? 30 : nil
            #expect(VerificationRules.dueReminder(end, on: end + -daysLeft) == expected, "\(daysLeft) days left")
        }
    }

    @Test("Who may not practise alone is refused, whatever else is right", arguments: PractisingCategory.allCases)
    func categories(_ category: PractisingCategory) throws {
        let specialties = category == .specialist ? ["dermatology"] : category == .subSpecialist ? ["cardiology"] : ["general-practice"]
        let refusal = VerificationRules.refusal(of: try facts(category, specialties), submittedOn: try #require(LocalDay("2026-11-26")))
        #expect(refusal == ([.independentPractice, .specialist, .subSpecialist].contains(category) ? nil : .categoryNotAccepted))
    }

    @Test(
        "A title needs the register it stands on, and a place on a register is for a title",
        arguments: [
            ("independent_practice", ["general-practice"], true), ("independent_practice", ["psychology", "counselling"], true),
            ("independent_practice", ["general-practice", "dermatology"], false), ("independent_practice", ["cardiology"], false),
            ("specialist", ["dermatology"], true), ("specialist", ["dermatology", "general-practice"], true),
            ("specialist", ["general-practice"], false),
            ("specialist", ["cardiology"], false), ("sub_specialist", ["cardiology"], true),
            ("sub_specialist", ["cardiology", "internal-medicine"], true),
            ("sub_specialist", ["internal-medicine"], false),
        ])
    func titles(_ category: String, _ specialties: [String], _ isAccepted: Bool) throws {
        let category = try #require(PractisingCategory(rawValue: category))
        #expect((VerificationRules.specialtyRefusal(specialties, category) == nil) == isAccepted)
    }

    @Test("Every title is a word of the vocabulary, and on one register only") func vocabulary() throws {
        let data = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Data").standardized.path()
        let slugs = Set(try ReferenceData.specialtySlugs(directory: data))
        #expect(VerificationRules.specialistTitles.isSubset(of: slugs))
        #expect(VerificationRules.subSpecialistTitles.isSubset(of: slugs))
        #expect(VerificationRules.specialistTitles.isDisjoint(with: VerificationRules.subSpecialistTitles))
    }

    @Test("A card with another end than one it can have today is refused with the ends there are") func otherEnd() throws {
        var facts = try facts(.independentPractice, ["general-practice"])
        facts.cardValidUntil = try #require(LocalDay("2028-03-31"))
        #expect(
            VerificationRules.refusal(of: facts, submittedOn: try #require(LocalDay("2026-12-31")))
                == .cardEnd([try #require(LocalDay("2027-03-31"))]))
        #expect(VerificationRules.refusal(of: facts, submittedOn: try #require(LocalDay("2027-01-01"))) == nil)
        #expect(VerificationRules.refusal(of: facts, submittedOn: try #require(LocalDay("2027-03-31"))) == nil)
        #expect(VerificationRules.refusal(of: facts, submittedOn: try #require(LocalDay("2027-04-01"))) == nil)
    }

    @Test("A renewal shows the card alone; specialists show their qualification") func documents() {
        #expect(VerificationRules.requiredDocuments(.renewal, .specialist) == [.registrationCard])
        #expect(VerificationRules.requiredDocuments(.claim, .independentPractice) == [.registrationCard, .identity])
        #expect(VerificationRules.requiredDocuments(.newProfile, .subSpecialist) == [.registrationCard, .identity, .qualification])
        #expect(VerificationRules.requiredDocuments(.change, .specialist) == [.registrationCard, .identity, .qualification])
    }

    @Test(
        "Registration numbers have one form",
        arguments: [
            ("mp 0123456", "MP0123456"), ("MP 123456", "MP0123456"), ("PSY0123456", "PSY0123456"), ("MP12345678", "MP12345678"),
            ("M0123456", nil),
            ("MP12345", nil), ("MP123456789", nil), ("MP01234S6", nil), ("МР0123456", nil), ("MP０１２３４５６", nil), ("", nil),
        ])
    func numbers(_ written: String, _ text: String?) {
        #expect(HPCSANumber(written)?.text == text)
    }

    private func facts(_ category: PractisingCategory, _ specialties: [String]) throws -> VerificationFacts {
        VerificationFacts(
            title: "Dr", firstNames: "Nomsa", surname: "Dube", hpcsaNumber: try #require(HPCSANumber("MP0123456")), category: category,
            cardValidUntil: try #require(LocalDay("2027-03-31")), specialties: specialties, languages: [], schemes: [], practice: nil)
    }
}
