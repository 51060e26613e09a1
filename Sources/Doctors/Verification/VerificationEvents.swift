import Domain
import Jobs
import Postgres
import Web

/// What others hear of verifications; the reviewer's words are on the doctor's page only.
enum VerificationEvents {
    /// `doctor.verification-decided`: verified or rejected.
    static func decided(_ verification: Verification, on connection: PostgresConnection) async throws {
        try await append("doctor.verification-decided", verification, on: connection) {
            $0.member("decision", verification.state.rawValue)
            $0.optional("reason", verification.reason?.rawValue)
        }
    }

    /// `doctor.verification-expired`: the card ran out; the profile is not bookable.
    static func expired(_ verification: Verification, on connection: PostgresConnection) async throws {
        try await append("doctor.verification-expired", verification, on: connection) { _ in }
    }

    /// `doctor.verification-expiring`: the card runs out soon, and no renewal is under way.
    static func expiring(_ verification: Verification, daysLeft: Int, on connection: PostgresConnection) async throws {
        try await append("doctor.verification-expiring", verification, on: connection) { $0.member("days_left", daysLeft) }
    }

    /// Version 1 of every event's payload.
    private static func append(
        _ name: String, _ verification: Verification, on connection: PostgresConnection, _ members: (inout JSONWriter) -> Void
    ) async throws {
        var json = JSONWriter()
        json.object {
            $0.member("schema", 1)
            $0.member("verification_id", verification.id.text)
            $0.member("account_id", verification.accountID.text)
            $0.optional("doctor_id", verification.doctorID.map { String($0) })
            $0.member("purpose", verification.purpose.rawValue)
            $0.optional("valid_until", verification.facts?.cardValidUntil.description)
            members(&$0)
        }
        try await Outbox.append(name: name, subject: verification.id.text, payload: json.bytes, on: connection)
    }
}

extension JSONWriter {
    mutating func optional(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }
}
