import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Web

extension HoldWish {
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let doctorID = parameters.number("doctor_id")
        let practiceID = parameters.number("practice_id")
        let kind: VisitKind? = parameters.enumeration("kind")
        let startsAt = parameters.instant("starts_at")
        let personID = parameters.uuid("person_id")
        let overrideReason = parameters.string("override_reason", maxBytes: 200)
        parameters.require("practice_id", practiceID != nil)
        parameters.require("kind", kind != nil)
        parameters.require("starts_at", startsAt != nil)
        try parameters.finish()
        self.init(
            doctorID: doctorID, practiceID: practiceID ?? 0, kind: kind ?? .firstVisit, startsAt: startsAt ?? .distantPast, personID: personID,
            overrideReason: overrideReason)
    }
}

extension MoveWish {
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let startsAt = parameters.instant("starts_at")
        let practiceID = parameters.number("practice_id")
        let overrideReason = parameters.string("override_reason", maxBytes: 200)
        parameters.require("starts_at", startsAt != nil)
        try parameters.finish()
        self.init(startsAt: startsAt ?? .distantPast, practiceID: practiceID, version: nil, overrideReason: overrideReason)
    }
}

extension FollowUpWish {
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let everyDays = parameters.int("every_days", in: 1...180)
        let count = parameters.int("count", in: 1...12)
        parameters.require("every_days", everyDays != nil)
        parameters.require("count", count != nil)
        try parameters.finish()
        self.init(everyDays: everyDays ?? 1, count: count ?? 1)
    }
}

extension WaitlistWish {
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let doctorID = parameters.number("doctor_id")
        let practiceID = parameters.number("practice_id")
        let kind: VisitKind? = parameters.enumeration("kind")
        let personID = parameters.uuid("person_id")
        let bookingID = parameters.uuid("booking_id")
        let from = parameters.instant("from")
        let until = parameters.instant("until")
        for (name, isThere) in [("doctor_id", doctorID != nil), ("practice_id", practiceID != nil), ("kind", kind != nil), ("until", until != nil)] {
            parameters.require(name, isThere)
        }
        try parameters.finish()
        self.init(
            doctorID: doctorID ?? 0, practiceID: practiceID ?? 0, kind: kind ?? .firstVisit, personID: personID, bookingID: bookingID, from: from,
            until: until ?? .distantPast)
    }
}

extension RequestParameters {
    /// A database id, which the API writes as text.
    mutating func number(_ name: String) -> Int64? {
        guard let text = string(name, maxBytes: 19) else { return nil }
        if let number = Int64(id: text) { return number }
        refuse(name, code: "not_allowed", detail: "This must be an id.")
        return nil
    }

    mutating func uuid(_ name: String) -> UUID? {
        guard let text = string(name, maxBytes: 36) else { return nil }
        if let id = UUID(uuidString: text) { return id }
        refuse(name, code: "not_allowed", detail: "This must be an id.")
        return nil
    }

    /// An instant with its offset, or a day, which begins at local midnight.
    mutating func timeOrDay(_ name: String) -> Date? {
        guard let text = string(name, maxBytes: 40) else { return nil }
        if let day = LocalDay(text) { return day.start }
        if let instant = Self.instant(of: text) { return instant }
        refuse(name, code: "wrong_type", detail: "This must be a day like 2026-11-24 or a time like 2026-11-24T08:10:00+02:00.")
        return nil
    }

    mutating func day(_ name: String) -> LocalDay? {
        guard let text = string(name, maxBytes: 10) else { return nil }
        if let day = LocalDay(text) { return day }
        refuse(name, code: "wrong_type", detail: "This must be a day like 2026-11-24.")
        return nil
    }
}

extension AppRequestContext {
    /// The id in the path.
    /// - Throws: 404 for what is no id: nothing has it.
    func bookingID(_ refusal: BookingRefusal = .noSuchBooking) throws -> UUID {
        guard let id = UUID(uuidString: try parameters.require("id")) else { throw Problem(refusal) }
        return id
    }

    func doctorID() throws -> Int64 { try numberInPath("id", .noSuchDoctor) }

    func numberInPath(_ name: String, _ refusal: BookingRefusal) throws -> Int64 {
        let text: String = try parameters.require(name)
        guard let number = Int64(id: text) else { throw Problem(refusal) }
        return number
    }
}

extension Int64 {
    /// A database id as the API writes it. One id has one spelling: `01` and `+1` are none.
    init?(id text: String) {
        guard let number = Int64(text), number > 0, String(number) == text else { return nil }
        self = number
    }
}

extension Request {
    func content(_ context: AppRequestContext) async throws -> [UInt8] {
        let content = Array(try await body.collect(upTo: context.maxUploadSize).readableBytesView)
        guard content.isEmpty || headers[.contentType]?.lowercased().hasPrefix("application/json") == true else { throw Problem.jsonExpected }
        return content
    }
}

extension Problem {
    fileprivate static let jsonExpected = Problem(
        .unsupportedMediaType, code: "request.unsupported_media_type", title: "The body has the wrong content type", detail: "Send the body as application/json.")
}

/// Where a page of appointments ended, signed.
struct ListPlace {
    let signer: CursorSigner
    let context: String

    func cursor(_ startsAt: Date, _ id: UUID) -> String {
        let seconds = UInt64(bitPattern: Int64(startsAt.timeIntervalSince1970))
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (8 * UInt64($0))) }
        return signer.sign(payload: bytes + withUnsafeBytes(of: id.uuid) { Array($0) }, context: Array(context.utf8))
    }

    func open(_ cursor: String) -> (startsAt: Date, id: UUID)? {
        guard let bytes = try? signer.open(cursor, context: Array(context.utf8)), bytes.count == 24 else { return nil }
        let seconds = (0..<8).reduce(0 as UInt64) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
        return (Date(timeIntervalSince1970: Double(Int64(bitPattern: seconds))), UUID(uuid: bytes[8...].withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }))
    }
}
