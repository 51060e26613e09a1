import Foundation
import Postgres
import Web

extension RequestParameters {
    mutating func email(_ name: String) -> EmailAddress? {
        guard let text = string(name, maxBytes: 254) else { return nil }
        if let email = EmailAddress(text) { return email }
        refuse(name, code: "not_an_email", detail: "Write an e-mail address, like name@example.com.")
        return nil
    }

    mutating func phone(_ name: String) -> PhoneNumber? {
        guard let text = string(name, maxBytes: 40) else { return nil }
        if let phone = PhoneNumber(text) { return phone }
        refuse(name, code: "not_a_phone", detail: "Write a cell number, like 082 123 4567.")
        return nil
    }

    /// As it was typed, white space at its ends too long for a password aside.
    mutating func password(_ name: String) -> String? { string(name, maxBytes: PasswordRules.mostBytes) }

    mutating func code(_ name: String) -> String? {
        string(name, maxBytes: 40).map { $0.replacing(" ", with: "") }
    }

    mutating func date(_ name: String) -> PostgresDate? {
        guard let text = string(name, maxBytes: 10) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
        if parts.map(\.utf8.count) == [4, 2, 2], numbers.count == 3, numbers[0] >= 1900,
            let date = PostgresDate(year: numbers[0], month: numbers[1], day: numbers[2]) {
            return date
        }
        refuse(name, code: "not_a_date", detail: "Write a date, like 1985-03-27.")
        return nil
    }

    /// Where a code is to be sent: exactly one of `email` and `phone`.
    mutating func destination() -> AccountMessage.Destination? {
        let (email, phone) = (email("email"), phone("phone"))
        switch (email, phone) {
        case (let email?, nil): return .email(email.text)
        case (nil, let phone?): return .phone(phone.text)
        case (nil, nil): require("email", false)
        case (.some, .some): refuse("phone", code: "one_only", detail: "Send an e-mail address or a cell number, not both.")
        }
        return nil
    }
}
