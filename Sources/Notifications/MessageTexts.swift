import Domain
import Foundation
import Mustache

/// The words of all messages, from `Texts/<language>-<message>-<mail|sms>.mustache`. A mail's first line is its subject.
///
/// Languages without a reviewed text get English; only English is there.
struct MessageTexts: Sendable {
    private let library: MustacheLibrary
    private let languages: Set<String>
    private let sender: String
    private let appointmentsLink: String

    static let fallback = "en"

    /// - Parameters:
    ///   - sender: who writes, at the head of text messages.
    ///   - baseURL: of the site, without a slash at its end.
    /// - Throws: a template that does not parse.
    init(sender: String, baseURL: String, templates: [String: [UInt8]] = Self.all) throws {
        var library = MustacheLibrary()
        for (name, bytes) in templates {
            try library.register("{{% CONTENT_TYPE:TEXT}}" + String(decoding: bytes, as: UTF8.self), named: name)
        }
        self.library = library
        self.sender = sender
        languages = Set(templates.keys.compactMap { $0.split(separator: "-").first.map(String.init) })
        appointmentsLink = "\(baseURL)/bookings"
    }

    /// About one visit.
    func message(_ purpose: Purpose, _ visit: Visit, language: String, id: UUID, calendar: String? = nil) -> Message {
        let (subject, text) = mail(purpose.rawValue, values(visit), language)
        return Message(
            id: id, kind: purpose.rawValue, subject: subject, text: text, shortText: short(purpose.rawValue, visit, language), calendar: calendar)
    }

    /// The text message about several visits on one day.
    func reminder(of visits: [Visit], language: String, id: UUID) -> Message {
        let first = message(.reminder, visits[0], language: language, id: id)
        guard visits.count > 1 else { return first }
        let texts = [40, 25, 18, 12].map { length in several(visits, nameLength: length, language) }
        let fitting = texts.first { GSM7.parts($0) == 1 } ?? texts[texts.count - 1]
        return Message(id: id, kind: first.kind, subject: first.subject, text: first.text, shortText: fitting, calendar: nil)
    }

    /// A code for somebody who signs in, or proves an address.
    func account(_ purpose: AccountMessagePurpose, code: String, language: String, id: UUID) -> Message {
        let values: [String: Any] = ["code": code, "sender": sender]
        let (subject, text) = mail(purpose.rawValue, values, language)
        return Message(
            id: id, kind: purpose.rawValue, subject: subject, text: text, shortText: render("code-sms", values, language), calendar: nil)
    }

    private func values(_ visit: Visit) -> [String: Any] {
        var values: [String: Any] = [
            "doctor": visit.doctorName, "practice": visit.practiceName, "time": LocalTime.dated(visit.startsAt),
            "day": LocalTime.day(visit.startsAt), "link": appointmentsLink, "sender": sender,
        ]
        values["address"] = visit.address
        values["oldTime"] = visit.oldStartsAt.map(LocalTime.dated)
        values["offerEnds"] = visit.offerExpiresAt.map(LocalTime.dated)
        values["video"] = visit.isVideo ? true : nil
        values["byPractice"] = visit.cancelledBy == "practice" ? true : nil
        return values
    }

    private func mail(_ name: String, _ values: [String: Any], _ language: String) -> (subject: String, text: String) {
        let lines = render("\(name)-mail", values, language).split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(lines[0]), lines.dropFirst().joined().trimmingCharacters(in: .newlines) + "\n")
    }

    private func render(_ name: String, _ values: [String: Any], _ language: String) -> String {
        let wished = String(language.prefix { $0 != "-" }).lowercased()
        let used = languages.contains(wished) ? wished : Self.fallback
        guard let text = library.render(values, withTemplate: "\(used)-\(name)") ?? library.render(values, withTemplate: "\(Self.fallback)-\(name)")
        else { preconditionFailure("no text is called \(name)") }
        return text
    }
}

// Text messages, as short as one message where that can be.
extension MessageTexts {
    /// First the practice's name is shortened, then left out, then the doctor's shortened.
    private func short(_ name: String, _ visit: Visit, _ language: String) -> String {
        let (doctor, practice) = (GSM7.plain(visit.doctorName), GSM7.plain(visit.practiceName))
        let wishes = [(80, 80), (40, 40), (40, 24), (40, 16), (40, 0), (25, 0), (15, 0), (11, 0)]
        let texts = wishes.lazy.map { doctorLength, practiceLength in
            var values = values(visit)
            values["doctor"] = Self.cut(doctor, to: doctorLength)
            values["practice"] = practiceLength > 0 ? Self.cut(practice, to: practiceLength) : nil
            return render("\(name)-sms", values, language)
        }
        return texts.first { GSM7.parts($0) == 1 } ?? texts[wishes.count - 1]
    }

    private func several(_ visits: [Visit], nameLength: Int, _ language: String) -> String {
        let lines = visits.map {
            ["clock": LocalTime.clock($0.startsAt), "doctor": Self.cut(GSM7.plain($0.doctorName), to: nameLength)]
        }
        let values: [String: Any] = [
            "visits": lines, "count": visits.count, "day": LocalTime.day(visits[0].startsAt), "link": appointmentsLink, "sender": sender,
        ]
        return render("reminders-sms", values, language)
    }

    private static func cut(_ text: String, to length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1).trimmingCharacters(in: .whitespaces) + "."
    }
}

extension MessageTexts {
    /// Every text there is.
    static let all: [String: [UInt8]] = [
        "en-confirmation-mail": PackageResources.en_confirmation_mail_mustache,
        "en-confirmation-sms": PackageResources.en_confirmation_sms_mustache,
        "en-change-mail": PackageResources.en_change_mail_mustache,
        "en-change-sms": PackageResources.en_change_sms_mustache,
        "en-cancellation-mail": PackageResources.en_cancellation_mail_mustache,
        "en-cancellation-sms": PackageResources.en_cancellation_sms_mustache,
        "en-offer-mail": PackageResources.en_offer_mail_mustache,
        "en-offer-sms": PackageResources.en_offer_sms_mustache,
        "en-reminder-mail": PackageResources.en_reminder_mail_mustache,
        "en-reminder-sms": PackageResources.en_reminder_sms_mustache,
        "en-reminders-sms": PackageResources.en_reminders_sms_mustache,
        "en-sign-in-mail": PackageResources.en_sign_in_mail_mustache,
        "en-verification-mail": PackageResources.en_verification_mail_mustache,
        "en-password-reset-mail": PackageResources.en_password_reset_mail_mustache,
        "en-code-sms": PackageResources.en_code_sms_mustache,
    ]
}
