import Foundation
import Testing

@testable import Notifications

@Suite("Words of messages")
struct MessageTextsTests {
    private static let texts = try! MessageTexts(sender: "RateTheDoctor", baseURL: "https://www.ratethedoctor.example")

    private static func visit(_ doctor: String, _ practice: String, at time: String = "2026-11-24T08:10:00+02:00") throws -> Visit {
        Visit(
            doctorName: doctor, practiceName: practice, address: "12 Oak Avenue, Sandton", startsAt: try Date(time, strategy: .iso8601),
            oldStartsAt: try Date("2026-11-23T15:00:00+02:00", strategy: .iso8601), isVideo: false,
            offerExpiresAt: try Date("2026-11-20T12:00:00+02:00", strategy: .iso8601), cancelledBy: "practice")
    }

    @Test("Each text message fits one GSM-7 message, whatever the names of doctor and practice", arguments: Purpose.allCases)
    func fits(purpose: Purpose) throws {
        let names = [
            ("Dr A Mokoena", "Sandton Rooms"), ("Dr Ntšhengedzeni Mukwevho-Ramabulana van der Westhuizen", "Tshivhase Ḓoroboni Medical and Family Practice Centre"),
            ("Prof Zoë Šimůnková-Nthabiseng Matlala-Ramatlhodi", "Êrens Vêr Praktyk “Die Hoek” – Mediese Sentrum Bloemfontein"),
            ("Dr ^^{}[]~ €€€", "[[[[]]]] €€€€€€€€€€€€€€€€€€€€€€€€€€€€€€"), (String(repeating: "Ng", count: 60), String(repeating: "Kw", count: 60)),
        ]
        for (doctor, practice) in names {
            let text = Self.texts.message(purpose, try Self.visit(doctor, practice), language: "en", id: UUID()).shortText
            #expect((GSM7.septets(text) ?? 999) <= 160, "\(text)")
            #expect(text.contains("24 November 2026"))
            #expect(text.contains("08:10"))
            #expect(text.contains("https://www.ratethedoctor.example/bookings"))
            #expect(text.contains(doctor.hasPrefix("Dr A") ? "Dr A Mokoena" : String(GSM7.plain(doctor).prefix(10))))
        }
    }

    @Test("Several visits on one day are told in one text, in order")
    func several() throws {
        let visits = [
            try Self.visit("Dr A Mokoena", "Rooms"), try Self.visit("Dr Nomsa Dlamini-Khumalo", "Rooms", at: "2026-11-24T11:30:00+02:00"),
        ]
        let text = Self.texts.reminder(of: visits, language: "en", id: UUID()).shortText
        #expect(GSM7.parts(text) == 1)
        #expect(text.hasPrefix("RateTheDoctor: 2 visits on Tue 24 November 2026: 08:10 Dr A Mokoena, 11:30 Dr Nomsa"))
    }

    @Test("Every mail has a subject of one line without a name, and says when, who, where and how to change")
    func mails() throws {
        let visit = try Self.visit("Dr A Mokoena", "Sandton Rooms")
        for purpose in Purpose.allCases {
            let message = Self.texts.message(purpose, visit, language: "zu", id: UUID())
            #expect(!message.subject.contains("\n") && !message.subject.isEmpty && !message.subject.contains("Mokoena"))
            #expect(message.text.contains("Tue 24 November 2026, 08:10") && message.text.contains("Dr A Mokoena"))
            #expect(message.text.contains("https://www.ratethedoctor.example/bookings"))
            #expect(!message.text.contains("{{") && !message.text.contains("Optional") && !message.text.contains("&#"))
            #expect(message.text.contains("Sandton Rooms") || purpose == .cancellation)
        }
        #expect(Self.texts.message(.cancellation, visit, language: "en", id: UUID()).text.contains("The practice cancelled it."))
        #expect(Self.texts.message(.change, visit, language: "en", id: UUID()).text.contains("Old time: Mon 23 November 2026, 15:00"))
    }

    @Test("Codes are told by mail and text", arguments: AccountMessagePurpose.allCases)
    func codes(purpose: AccountMessagePurpose) {
        let message = Self.texts.account(purpose, code: "049217", language: "en-ZA", id: UUID())
        #expect(message.text.contains("049217") && message.shortText.contains("049217"))
        #expect(!message.subject.contains("049217"))
        #expect(GSM7.parts(message.shortText) == 1)
    }
}

@Suite("GSM-7")
struct GSM7Tests {
    @Test(
        "Places and parts are counted as carriers do",
        arguments: [
            ("", 0, 1), (String(repeating: "a", count: 160), 160, 1), (String(repeating: "a", count: 161), 161, 2),
            (String(repeating: "a", count: 306), 306, 2), (String(repeating: "a", count: 307), 307, 3),
            (String(repeating: "€", count: 80), 160, 1), (String(repeating: "€", count: 81), 162, 2), ("[]{}~^|\\", 16, 1), ("éèàñü", 5, 1),
        ] as [(String, Int?, Int)])
    func counts(text: String, septets: Int?, parts: Int) {
        #expect(GSM7.septets(text) == septets)
        #expect(GSM7.parts(text) == parts)
    }

    @Test("One foreign character leaves 70", arguments: [("ê", 1, 1), ("š", 70, 1), ("š", 71, 2), ("ḓ", 134, 2), ("ë", 135, 3)])
    func foreign(character: String, count: Int, parts: Int) {
        let text = String(repeating: character, count: count)
        #expect(GSM7.septets(text) == nil)
        #expect(GSM7.parts(text) == parts)
    }

    @Test("South African letters lose their marks, those of the alphabet keep them, other scripts stay")
    func plain() {
        #expect(GSM7.plain("Tšhivenḓa Ênsiklopedie ë ï ṋ é ü – “x”") == "Tshivenda Ensiklopedie e i n é ü - \"x\"")
        #expect(GSM7.plain("李医生") == "李医生")
    }
}
