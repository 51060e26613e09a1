import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Idempotency
import Postgres
import Web

/// Hours, leave, holidays and the practice's view over HTTP.
struct ScheduleRoutes {
    let feature: BookingFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/doctors/:id/schedules/:practice") { request, context in try await schedule(request, context) }
        router.put("/v1/doctors/:id/schedules/:practice") { request, context in
            let (doctorID, practiceID) = (try context.doctorID(), try context.numberInPath("practice", .noSuchPractice))
            let version = try request.requiredVersion()
            return try await feature.write(request, context) { parameters in
                let draft = try ScheduleDraft(&parameters)
                return { principal, connection in
                    let changed = try await feature.setSchedule(
                        doctorID: doctorID, practiceID: practiceID, draft, version: version, by: principal, on: connection)
                    return try await answer(changed, BookingStore(database: connection))
                }
            }
        }
        exceptions(router)
        holidays(router)
        router.get("/v1/doctors/:id/bookings") { request, context in try await bookings(request, context) }
        feeds(router)
    }

    private func exceptions(_ router: Router<AppRequestContext>) {
        router.post("/v1/doctors/:id/exceptions") { request, context in
            let doctorID = try context.doctorID()
            return try await feature.write(request, context) { parameters in
                let exception = try ScheduleException(&parameters)
                return { principal, connection in
                    let (id, affected) = try await feature.addException(doctorID: doctorID, exception, by: principal, on: connection)
                    var json = JSONWriter()
                    json.object {
                        $0.key("exception")
                        $0.exception(exception, id: id)
                        $0.key("affected_booking_ids")
                        $0.array { json in for appointment in affected { json.string(appointment.id.text) } }
                    }
                    return WriteAnswer(json, status: .created)
                }
            }
        }
        router.delete("/v1/doctors/:id/exceptions/:exception") { request, context in
            try RequestParameters(query: request).finish()
            let (doctorID, id) = (try context.doctorID(), try context.numberInPath("exception", .noSuchException))
            let principal = try context.requirePrincipal()
            try await refusing { try await feature.pool.transaction { try await feature.removeException(id, doctorID: doctorID, by: principal, on: $0) } }
            return Response.nothing
        }
    }

    private func holidays(_ router: Router<AppRequestContext>) {
        router.get("/v1/public-holidays") { request, _ in
            var parameters = try RequestParameters(query: request)
            let year = parameters.int("year", in: 1995...2100)
            try parameters.finish()
            let holidays = try await BookingStore(database: feature.pool).holidays()
            var json = JSONWriter()
            json.list(holidays.days(year: year ?? LocalDay(Date()).civil.year)) { json, holiday in
                json.object {
                    $0.member("date", holiday.day.description)
                    $0.member("name", holiday.name)
                }
            }
            return Response.json(json, headers: [.cacheControl: "public, max-age=300"])
        }
        router.put("/v1/public-holidays/:day") { request, context in
            let day = try context.day()
            return try await feature.write(request, context) { parameters in
                let isHoliday = parameters.bool("is_holiday") ?? true
                let name = parameters.string("name", maxBytes: 80)
                parameters.require("name", name != nil || !isHoliday)
                try parameters.finish()
                return { principal, connection in
                    try await feature.setHoliday(day, name: isHoliday ? name : nil, by: principal, on: connection)
                    return .noContent
                }
            }
        }
        router.delete("/v1/public-holidays/:day") { request, context in
            try RequestParameters(query: request).finish()
            let (day, principal) = (try context.day(), try context.requirePrincipal())
            try await feature.pool.transaction { try await feature.removeHolidayChange(day, by: principal, on: $0) }
            return Response.nothing
        }
    }

    private func feeds(_ router: Router<AppRequestContext>) {
        router.post("/v1/doctors/:id/calendar-feed") { request, context in
            let doctorID = try context.doctorID()
            return try await feature.write(request, context) { parameters in
                try parameters.finish()
                return { principal, connection in
                    let token = try await feature.makeFeed(doctorID: doctorID, by: principal, on: connection)
                    var json = JSONWriter()
                    json.object { $0.member("path", "/v1/calendar-feeds/\(token)") }
                    return WriteAnswer(json, status: .created)
                }
            }
        }
        router.delete("/v1/doctors/:id/calendar-feed") { request, context in
            try RequestParameters(query: request).finish()
            let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
            try await refusing { try await feature.pool.transaction { try await feature.removeFeed(doctorID: doctorID, by: principal, on: $0) } }
            return Response.nothing
        }
        router.get("/v1/calendar-feeds/:token") { request, context in
            try RequestParameters(query: request).finish()
            let text = try await refusing { try await feature.feedText(token: context.parameters.require("token")) }
            return Response.calendar(text, fileName: "appointments.ics")
        }
    }
}

// Reading.
extension ScheduleRoutes {
    /// Hours are public; leave is the practice's own business.
    private func schedule(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let (doctorID, practiceID) = (try context.doctorID(), try context.numberInPath("practice", .noSuchPractice))
        let principal = try context.requirePrincipal()
        return try await refusing {
            guard try await feature.dependencies.worksFor(principal, doctorID, practiceID, feature.pool) else { throw BookingRefusal.notAllowed }
            let store = BookingStore(database: feature.pool)
            let schedule = try await store.scheduleBook(doctorID: doctorID).schedule(practiceID: practiceID)
            var json = JSONWriter()
            json.schedule(schedule, exceptions: try await store.exceptions(doctorID: doctorID))
            return Response.json(json, headers: [.cacheControl: "private, no-store", .eTag: "\"\(schedule.version)\""])
        }
    }

    private func answer(_ schedule: Schedule, _ store: BookingStore) async throws -> WriteAnswer {
        var json = JSONWriter()
        json.schedule(schedule, exceptions: try await store.exceptions(doctorID: schedule.doctorID))
        return WriteAnswer(json, headers: [.eTag: "\"\(schedule.version)\""])
    }

    /// A doctor's day or week, with the names of those who come.
    private func bookings(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
        var parameters = try RequestParameters(query: request)
        let from = parameters.timeOrDay("from") ?? LocalDay(Date()).start
        let until = parameters.timeOrDay("to") ?? (LocalDay(from) + 1).start
        if until <= from || until > from + 32 * 86_400 { parameters.refuse("to", code: "out_of_range", detail: "This must lie after from, by 32 days at most.") }
        try parameters.finish()
        return try await refusing {
            let seen = try await feature.practiceView(doctorID: doctorID, in: from..<until, by: principal)
            var json = JSONWriter()
            json.list(seen.appointments) { json, appointment in
                json.object {
                    $0.optional("person_name", seen.names[appointment.personID])
                    $0.key("booking")
                    $0.booking(appointment, doctor: seen.doctor)
                }
            }
            return Response.json(json, headers: [.cacheControl: "private, no-store"])
        }
    }
}

extension BookingFeature {
    /// What a practice sees of a doctor's time; that somebody looked is written down.
    func practiceView(
        doctorID: Int64, in time: Range<Date>, by principal: Principal
    ) async throws -> (appointments: [Appointment], names: [UUID: String], doctor: BookableDoctor?) {
        guard try await dependencies.worksFor(principal, doctorID, nil, pool) else { throw BookingRefusal.notAllowed }
        try await pool.transaction { try await dependencies.audit(principal, "booking.view-day", "doctor:\(doctorID)", $0) }
        let appointments = try await BookingStore(database: pool).appointments(doctorID: doctorID, in: time)
        return (appointments, try await dependencies.names(Array(Set(appointments.map(\.personID)))), try await dependencies.doctor(doctorID, pool))
    }
}

extension Response {
    fileprivate static var nothing: Response { Response(status: .noContent, headers: [.cacheControl: "private, no-store"]) }
}

extension Request {
    /// - Returns: 0 for `If-None-Match: *`, that is: there is none yet.
    fileprivate func requiredVersion() throws(Problem) -> Int { try headers[.ifNoneMatch] == "*" ? 0 : requireIfMatchVersion() }
}

extension AppRequestContext {
    fileprivate func day() throws -> LocalDay {
        guard let day = LocalDay(try parameters.require("day")) else {
            throw Problem.invalidRequest([FieldError("day", code: "wrong_type", detail: "This must be a day like 2026-11-24.")])
        }
        return day
    }
}
