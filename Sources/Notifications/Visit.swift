import Foundation

/// What a message may tell of a visit: who, where, when. There is no room here for a reason or a specialty.
struct Visit: Codable, Hashable, Sendable {
    let doctorName: String
    let practiceName: String
    let address: String?
    let startsAt: Date
    /// Before it was moved.
    let oldStartsAt: Date?
    let isVideo: Bool
    /// Of an offer: until when it can be taken.
    let offerExpiresAt: Date?
    /// `patient`, `practice` or `system`; nil unless cancelled.
    let cancelledBy: String?
}

/// Something that happened to a booking, as the outbox tells it.
struct BookingEvent: Sendable {
    enum Kind: String, CaseIterable {
        case confirmed = "booking.confirmed"
        case rescheduled = "booking.rescheduled"
        case cancelled = "booking.cancelled"
        case checkedIn = "booking.checked-in"
        case completed = "booking.completed"
        case noShow = "booking.no-show"
        case offered = "waitlist.offered"
    }

    let kind: Kind
    let bookingID: UUID
    let version: Int
    let accountID: UUID
    let visit: Visit
    let occurredAt: Date
}

/// An event that cannot be read. Says which member, never its value.
enum BookingEventError: Error {
    case unknownName
    case unknownSchema
    case invalidTime
}

extension BookingEvent {
    private struct Payload: Decodable {
        let schema: Int
        let booking_id: UUID
        let version: Int
        let account_id: UUID
        let doctor_name: String
        let practice_name: String
        let address: String?
        let starts_at: String
        let kind: String?
        let old_starts_at: String?
        let cancelled_by: String?
        let expires_at: String?
    }

    /// - Throws: `BookingEventError`, `DecodingError`.
    init(name: String, payload bytes: [UInt8], occurredAt: Date) throws {
        guard let kind = Kind(rawValue: name) else { throw BookingEventError.unknownName }
        let payload = try JSONDecoder().decode(Payload.self, from: Data(bytes))
        guard payload.schema == 1 else { throw BookingEventError.unknownSchema }
        self.kind = kind
        bookingID = payload.booking_id
        version = payload.version
        accountID = payload.account_id
        visit = Visit(
            doctorName: payload.doctor_name, practiceName: payload.practice_name, address: payload.address.flatMap { $0.isEmpty ? nil : $0 },
            startsAt: try Self.instant(payload.starts_at), oldStartsAt: try payload.old_starts_at.map(Self.instant),
            isVideo: payload.kind == "video", offerExpiresAt: try payload.expires_at.map(Self.instant), cancelledBy: payload.cancelled_by)
        self.occurredAt = occurredAt
    }

    /// RFC 3339, with or without parts of a second.
    private static func instant(_ text: String) throws -> Date {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        do { return try style.parse(text) } catch { throw BookingEventError.invalidTime }
    }
}
