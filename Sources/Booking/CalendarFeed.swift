import Crypto
import Domain
import Foundation
import Postgres
import Web

extension BookingFeature {
    /// A new address for the doctor's private feed; the one before ends.
    /// - Returns: the secret part of the address, which is not kept.
    func makeFeed(doctorID: Int64, by principal: Principal, on connection: PostgresConnection) async throws -> String {
        guard try await dependencies.worksFor(principal, doctorID, nil, connection) else { throw BookingRefusal.notAllowed }
        let token = Data(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        try await connection.query("DELETE FROM booking_calendar_feeds WHERE doctor_id = \(doctorID)")
        try await connection.query(
            "INSERT INTO booking_calendar_feeds (token_digest, doctor_id, created_by) VALUES (\(Self.digest(token)), \(doctorID), \(principal.accountID))")
        try await dependencies.audit(principal, "booking.feed", "doctor:\(doctorID)", connection)
        return token
    }

    func removeFeed(doctorID: Int64, by principal: Principal, on connection: PostgresConnection) async throws {
        guard try await dependencies.worksFor(principal, doctorID, nil, connection) else { throw BookingRefusal.notAllowed }
        try await connection.query("DELETE FROM booking_calendar_feeds WHERE doctor_id = \(doctorID)")
        try await dependencies.audit(principal, "booking.feed", "doctor:\(doctorID)", connection)
    }

    /// A doctor's appointments from two weeks ago to half a year ahead. People are initials: calendars are shown to others. Ends when whoever
    /// made it works there no more.
    func feedText(token: String) async throws -> String {
        let rows = try await pool.query("SELECT doctor_id, created_by FROM booking_calendar_feeds WHERE token_digest = \(Self.digest(token))")
        guard let row = rows.first else { throw BookingRefusal.noSuchDoctor }
        let doctorID: Int64 = try row.decode("doctor_id")
        guard try await dependencies.stillWorksFor(row.decode("created_by"), doctorID, pool) else { throw BookingRefusal.noSuchDoctor }
        let now = Date()
        let appointments = try await BookingStore(database: pool).appointments(doctorID: doctorID, in: now - 14 * 86_400..<now + 183 * 86_400)
        let names = try await dependencies.names(Array(Set(appointments.map(\.personID))))
        let doctor = try await dependencies.doctor(doctorID, pool)
        let entries = appointments.filter { $0.state != .held }.map {
            calendarEntry($0, doctor, person: Self.initials(names[$0.personID]) + ", " + Wording.name($0.kind).lowercased())
        }
        return CalendarFile.text(entries, method: .publish, name: "\(doctor?.name ?? "Doctor"): appointments", madeAt: now)
    }

    private static func digest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }

    private static func initials(_ name: String?) -> String {
        guard let name, !name.isEmpty else { return "Patient" }
        return name.split(separator: " ").compactMap(\.first).map { "\($0)." }.joined(separator: " ")
    }
}
