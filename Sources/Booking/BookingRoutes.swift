import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Idempotency
import Postgres
import Web

/// Appointments over HTTP: paths to calls.
struct BookingRoutes {
    let feature: BookingFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/doctors/:id/slots") { request, context in try await slots(request, context) }
        router.post("/v1/bookings") { request, context in
            try await write(request, context, required: true) { parameters in
                let wish = try HoldWish(&parameters)
                return { principal, connection in try await created(feature.hold(wish, by: principal, on: connection), connection) }
            }
        }
        router.get("/v1/bookings") { request, context in try await list(request, context) }
        router.get("/v1/bookings/:id") { request, context in try await one(request, context) }
        router.get("/v1/bookings/:id/history") { request, context in try await history(request, context) }
        router.get("/v1/bookings/:id/calendar.ics") { request, context in try await calendar(request, context) }
        changes(router)
        steps(router)
        waitlist(router)
    }

    private func changes(_ router: Router<AppRequestContext>) {
        change(router, "hold-extension") { _ in { id, _, principal, connection in try await feature.extendHold(id, by: principal, on: connection) } }
        change(router, "confirmation") { parameters in
            let reason = parameters.string("reason", maxBytes: 1_000)
            try parameters.finish()
            return { id, _, principal, connection in try await feature.confirm(id, reason: reason, by: principal, on: connection) }
        }
        change(router, "cancellation") { parameters in
            let reason: Appointment.CancelReason = parameters.enumeration("reason") ?? .other
            try parameters.finish()
            return { id, version, principal, connection in try await feature.cancel(id, reason: reason, version: version, by: principal, on: connection) }
        }
        change(router, "reschedule") { parameters in
            let wish = try MoveWish(&parameters)
            return { id, version, principal, connection in
                var wish = wish
                wish.version = version
                return try await feature.reschedule(id, to: wish, by: principal, on: connection)
            }
        }
        change(router, "no-show-dispute") { parameters in
            let statement = parameters.string("statement", maxBytes: 2_000)
            parameters.require("statement", statement != nil)
            try parameters.finish()
            return { id, _, principal, connection in try await feature.dispute(id, statement: statement ?? "", by: principal, on: connection) }
        }
        change(router, "dispute-decision") { parameters in
            let came = parameters.bool("came")
            parameters.require("came", came != nil)
            try parameters.finish()
            return { id, _, principal, connection in try await feature.decideDispute(id, came: came ?? false, by: principal, on: connection) }
        }
        router.post("/v1/bookings/:id/follow-ups") { request, context in
            let id = try context.bookingID()
            return try await write(request, context, required: true) { parameters in
                let wish = try FollowUpWish(&parameters)
                return { principal, connection in
                    let booked = try await feature.bookFollowUps(id, wish, by: principal, on: connection)
                    var json = JSONWriter()
                    json.list(booked) { json, followUp in json.followUp(followUp) }
                    return WriteAnswer(json)
                }
            }
        }
    }

    private func steps(_ router: Router<AppRequestContext>) {
        for step in BookingStep.allCases {
            change(router, step.rawValue) { parameters in
                try parameters.finish()
                return { id, version, principal, connection in try await feature.advance(id, step, version: version, by: principal, on: connection) }
            }
        }
    }

    private func waitlist(_ router: Router<AppRequestContext>) {
        router.get("/v1/waitlist-entries") { request, context in
            try RequestParameters(query: request).finish()
            let entries = try await BookingStore(database: feature.pool).waitlist(accountID: context.requirePrincipal().accountID)
            var json = JSONWriter()
            json.list(entries) { $0.waitlistEntry($1) }
            return Response.json(json, headers: [.cacheControl: "private, no-store"])
        }
        router.post("/v1/waitlist-entries") { request, context in
            try await write(request, context) { parameters in
                let wish = try WaitlistWish(&parameters)
                return { principal, connection in
                    let entry = try await feature.joinWaitlist(wish, by: principal, on: connection)
                    var json = JSONWriter()
                    json.waitlistEntry(entry)
                    return WriteAnswer(json, status: .created)
                }
            }
        }
        router.delete("/v1/waitlist-entries/:id") { request, context in
            try RequestParameters(query: request).finish()
            let (id, principal) = (try context.bookingID(.noSuchEntry), try context.requirePrincipal())
            try await refusing { try await feature.pool.transaction { try await feature.leaveWaitlist(id, by: principal, on: $0) } }
            return Response(status: .noContent, headers: [.cacheControl: "private, no-store"])
        }
    }
}

// Reading.
extension BookingRoutes {
    /// The longest time one call lists.
    private static let mostDays = 62

    private func slots(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let doctorID = try context.doctorID()
        var parameters = try RequestParameters(query: request)
        let from = parameters.timeOrDay("from")
        let until = parameters.timeOrDay("to")
        let kind: VisitKind? = parameters.enumeration("kind")
        let practiceID = parameters.number("practice_id")
        let start = max(from ?? Date(), LocalDay(Date()).start)
        let end = until ?? (LocalDay(start) + 7).start
        if end <= start, until != nil || from != nil { parameters.refuse("to", code: "out_of_range", detail: "This must lie after from, and not in the past.") }
        if end > start + Double(Self.mostDays * 86_400) { parameters.refuse("to", code: "out_of_range", detail: "At most \(Self.mostDays) days are listed at once.") }
        try parameters.finish()
        guard let slots = try await feature.slots(doctorID: doctorID, kind: kind, practiceID: practiceID, in: start..<end) else { throw Problem(BookingRefusal.noSuchDoctor) }
        var json = JSONWriter(capacity: 160 * slots.count + 64)
        json.list(slots) { $0.slot($1) }
        return .json(json, headers: [.cacheControl: "no-store"])
    }

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try RequestParameters(query: request)
        let isPast = parameters.enumeration("when", as: ListSide.self) == .past
        let limit = parameters.int("limit", in: 1...100) ?? 20
        let cursor = parameters.string("cursor", maxBytes: 200)
        let place = ListPlace(signer: feature.cursors, context: "bookings \(principal.accountID.text) \(isPast)")
        let after = cursor.flatMap(place.open)
        if cursor != nil, after == nil { parameters.refuse("cursor", code: "not_valid", detail: "Start again from the first page.") }
        try parameters.finish()
        let found = try await BookingStore(database: feature.pool).appointments(accountID: principal.accountID, upcoming: !isPast, after: after, limit: limit + 1)
        let page = Array(found.prefix(limit))
        let doctors = try await feature.doctors(of: page)
        let next = found.count > limit ? page.last.map { place.cursor($0.startsAt, $0.id) } : nil
        var json = JSONWriter()
        json.list(page, nextCursor: next) { $0.booking($1, doctor: doctors[$1.doctorID]) }
        return .json(json, headers: [.cacheControl: "private, no-store"])
    }

    private enum ListSide: String, CaseIterable { case upcoming, past }

    private func one(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let seen = try await seen(context)
        var json = JSONWriter()
        json.booking(seen.appointment, doctor: seen.doctor, reason: seen.appointment.sealedReason.flatMap(feature.reasons.open))
        return .json(json, headers: [.cacheControl: "private, no-store", .eTag: seen.appointment.entityTag])
    }

    private func history(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let seen = try await seen(context)
        var json = JSONWriter()
        json.list(try await BookingStore(database: feature.pool).history(seen.appointment.id)) { json, past in
            json.object {
                $0.member("version", past.version)
                $0.member("state", past.state.rawValue)
                $0.member("starts_at", LocalTime.text(past.startsAt))
                $0.member("changed_at", LocalTime.text(past.changedAt))
            }
        }
        return .json(json, headers: [.cacheControl: "private, no-store"])
    }

    private func calendar(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let seen = try await seen(context)
        return .calendar(feature.calendarText(seen.appointment, seen.doctor), fileName: "appointment.ics")
    }

    /// A booking its patient or its practice reads.
    private func seen(_ context: AppRequestContext) async throws -> (appointment: Appointment, doctor: BookableDoctor?) {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        return try await refusing {
            guard let appointment = try await BookingStore(database: feature.pool).appointment(id) else { throw BookingRefusal.noSuchBooking }
            _ = try await feature.role(of: principal, in: appointment, on: feature.pool)
            return (appointment, try await feature.dependencies.doctor(appointment.doctorID, feature.pool))
        }
    }
}

// Writing.
extension BookingRoutes {
    private typealias Write = @Sendable (Principal, PostgresConnection) async throws -> WriteAnswer
    private typealias Change = @Sendable (UUID, _ version: Int?, Principal, PostgresConnection) async throws -> Appointment

    /// `POST /v1/bookings/{id}/<what>`: one change of a booking, which is the answer.
    private func change(_ router: Router<AppRequestContext>, _ what: String, _ read: @escaping @Sendable (inout RequestParameters) throws -> Change) {
        router.post(RouterPath("/v1/bookings/:id/\(what)")) { request, context in
            let id = try context.bookingID()
            let version = try request.ifMatchVersion()
            return try await write(request, context) { parameters in
                let change = try read(&parameters)
                try parameters.finish()
                return { principal, connection in try await answer(change(id, version, principal, connection), connection) }
            }
        }
    }

    private func write(
        _ request: Request, _ context: AppRequestContext, required: Bool = false, _ read: (inout RequestParameters) throws -> Write
    ) async throws -> Response {
        try await feature.write(request, context, required: required, read)
    }

    private func created(_ appointment: Appointment, _ connection: PostgresConnection) async throws -> WriteAnswer {
        try await answer(appointment, connection, status: .created, headers: [.location: "/v1/bookings/\(appointment.id.text)"])
    }

    private func answer(
        _ appointment: Appointment, _ connection: PostgresConnection, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) async throws -> WriteAnswer {
        var json = JSONWriter()
        json.booking(appointment, doctor: try await feature.dependencies.doctor(appointment.doctorID, connection))
        var headers = headers
        headers[.eTag] = appointment.entityTag
        return WriteAnswer(json, status: status, headers: headers)
    }
}

extension BookingFeature {
    /// One write over HTTP: a JSON body, or none, answered once for each key.
    func write(
        _ request: Request, _ context: AppRequestContext, required: Bool = false,
        _ read: (inout RequestParameters) throws -> @Sendable (Principal, PostgresConnection) async throws -> WriteAnswer
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let content = try await request.content(context)
        var parameters = try RequestParameters(jsonBytes: content.isEmpty ? Array("{}".utf8) : content)
        let body = try read(&parameters)
        try parameters.finish()
        return try await writes.answer(request, context: context, content: content, scope: principal.accountID.text, isRequired: required) { connection in
            try await refusing { try await body(principal, connection) }
        }
    }

    /// Doctors of several appointments, looked up once each.
    func doctors(of appointments: [Appointment]) async throws -> [Int64: BookableDoctor] {
        var doctors: [Int64: BookableDoctor] = [:]
        for id in Set(appointments.map(\.doctorID)) { doctors[id] = try await dependencies.doctor(id, pool) }
        return doctors
    }

    /// Free times of a doctor, by when they begin.
    /// - Returns: `nil` for a doctor there is not; none for one who is not verified.
    public func slots(doctorID: Int64, kind: VisitKind?, practiceID: Int64?, in time: Range<Date>) async throws -> [Slot]? {
        guard let doctor = try await dependencies.doctor(doctorID, pool) else { return nil }
        guard doctor.isVerified else { return [] }
        let store = BookingStore(database: pool)
        let book = try await store.scheduleBook(doctorID: doctorID)
        let around = LocalDay(time.lowerBound).start - 86_400..<(LocalDay(time.upperBound) + 2).start
        let occupied = try await store.occupied(doctorID: doctorID, in: around)
        let schedules = book.schedules.filter { practiceID ?? $0.practiceID == $0.practiceID }
        return schedules.flatMap { schedule in
            let calculator = book.calculator(schedule, occupied: occupied)
            return (kind.map { [$0] } ?? VisitKind.allCases).flatMap { calculator.slots($0, in: time) }
        }.sorted { ($0.startsAt, $0.kind.rawValue, $0.practiceID) < ($1.startsAt, $1.kind.rawValue, $1.practiceID) }
    }

    func calendarText(_ appointment: Appointment, _ doctor: BookableDoctor?) -> String {
        CalendarFile.text([calendarEntry(appointment, doctor)], method: appointment.state.isLive ? .publish : .cancel, madeAt: Date())
    }

    func calendarEntry(_ appointment: Appointment, _ doctor: BookableDoctor?, person: String? = nil) -> CalendarFile.Entry {
        let practice = doctor?.practices.first { $0.id == appointment.practiceID }
        return CalendarFile.Entry(
            appointment: appointment, summary: person ?? "Appointment: \(doctor?.name ?? "doctor")",
            location: [practice?.name, practice?.address].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "))
    }
}

/// A refusal as the problem it is.
func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let refusal as BookingRefusal { throw Problem(refusal) }
}

extension JSONWriter {
    fileprivate mutating func followUp(_ followUp: FollowUp) {
        object {
            $0.member("starts_at", LocalTime.text(followUp.startsAt))
            switch followUp.outcome {
            case .success(let appointment):
                $0.member("booking_id", appointment.id.text)
                $0.member("state", appointment.state.rawValue)
            case .failure(let refusal): $0.member("code", Problem(refusal).code)
            }
        }
    }
}

extension Response {
    static func calendar(_ text: String, fileName: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/calendar; charset=utf-8", .cacheControl: "private, no-store",
                .contentDisposition: "attachment; filename=\"\(fileName)\"",
            ], body: .init(byteBuffer: .init(string: text)))
    }
}
