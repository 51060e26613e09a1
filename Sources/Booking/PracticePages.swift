import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// A doctor's day and week, for those who work there.
struct PracticePages {
    let feature: BookingFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/practice/doctors/:id/day") { request, context in
            var parameters = try RequestParameters(query: request)
            let day = parameters.day("date")
            try parameters.finish()
            return try await dayPage(context.doctorID(), day ?? LocalDay(Date()), context)
        }
        router.get("/practice/doctors/:id/week") { request, context in
            let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
            var parameters = try RequestParameters(query: request)
            let today = LocalDay(Date())
            let from = parameters.day("from") ?? today + (1 - today.weekday)
            try parameters.finish()
            let seen = try await refusing { try await feature.practiceView(doctorID: doctorID, in: from.start..<(from + 7).start, by: principal) }
            let model = PracticeWeekPage(from: from, doctorID: doctorID, doctor: seen.doctor, appointments: seen.appointments, names: seen.names, now: Date())
            return feature.pages.render("practice-week", title: model.heading, headers: .personal, model: model)
        }
        router.post("/practice/bookings/:id") { request, context in try await step(request, context) }
        router.post("/practice/doctors/:id/blocked-times") { request, context in try await block(request, context) }
    }

    private func dayPage(_ doctorID: Int64, _ day: LocalDay, _ context: AppRequestContext, error: String? = nil) async throws -> Response {
        let principal = try context.requirePrincipal()
        let seen = try await refusing { try await feature.practiceView(doctorID: doctorID, in: day.start..<(day + 1).start, by: principal) }
        let model = PracticeDayPage(
            day, doctorID: doctorID, doctor: seen.doctor, appointments: seen.appointments, names: seen.names, now: Date(),
            formToken: context.formToken ?? "", error: error)
        return feature.pages.render(
            "practice-day", title: "\(error == nil ? "" : "Error: ")\(model.heading)", status: error == nil ? .ok : .conflict, headers: .personal, model: model)
    }

    private func step(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        var parameters = try await RequestParameters(form: request, context: context)
        let step: BookingStep? = parameters.enumeration("step")
        let version = parameters.int("version", in: 1...1_000_000)
        parameters.require("step", step != nil)
        try parameters.finish()
        guard let step, let seen = try await BookingStore(database: feature.pool).appointment(id) else { throw Problem(BookingRefusal.noSuchBooking) }
        do {
            _ = try await feature.pool.transaction { try await feature.advance(id, step, version: version, by: principal, on: $0) }
            return Response.seeOther("/practice/doctors/\(seen.doctorID)/day?date=\(LocalDay(seen.startsAt))")
        } catch let refusal as BookingRefusal where refusal != .noSuchBooking {
            return try await dayPage(seen.doctorID, LocalDay(seen.startsAt), context, error: "\(Problem(refusal).title). The list below is up to date.")
        } catch let refusal as BookingRefusal { throw Problem(refusal) }
    }

    private func block(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
        var parameters = try await RequestParameters(form: request, context: context)
        let day = parameters.day("date")
        let from = parameters.string("from", maxBytes: 5).flatMap(WallClock.minute)
        let until = parameters.string("until", maxBytes: 5).flatMap(WallClock.minute)
        parameters.require("date", day != nil)
        try parameters.finish()
        let shown = day ?? LocalDay(Date())
        guard let from, let until, from < until, until <= 1440 else {
            return try await dayPage(doctorID, shown, context, error: "Write two times of the day like 13:00 and 14:30, the earlier one first.")
        }
        let closed = ScheduleException(during: shown.at(minute: from)..<shown.at(minute: until), opens: false, practiceID: nil)
        let affected = try await refusing { try await feature.pool.transaction { try await feature.addException(doctorID: doctorID, closed, by: principal, on: $0) } }.affected
        guard !affected.isEmpty else { return Response.seeOther("/practice/doctors/\(doctorID)/day?date=\(shown)") }
        return try await dayPage(
            doctorID, shown, context, error: "The time is blocked. \(affected.count == 1 ? "1 appointment stands" : "\(affected.count) appointments stand") in it: move or cancel.")
    }
}
