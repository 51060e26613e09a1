import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// A doctor's day and week, for those who work there.
struct PracticePages {
    let feature: BookingFeature

    static let templates = [
        PageTemplate("practice-day", PackageResources.practice_day_mustache), PageTemplate("practice-week", PackageResources.practice_week_mustache),
        PageTemplate("practice-visit", PackageResources.practice_visit_mustache),
    ]

    func add(to router: Router<AppRequestContext>) {
        router.get("/practice/doctors/:id/day") { request, context in
            var parameters = try RequestParameters(query: request)
            let day = parameters.day("date")
            try parameters.finish()
            return try await dayPage(context.doctorID(), day ?? .today, context)
        }
        router.get("/practice/doctors/:id/week") { request, context in
            let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
            var parameters = try RequestParameters(query: request)
            let from = parameters.day("from") ?? .today + (1 - LocalDay.today.weekday)
            try parameters.finish()
            let seen = try await refusing { try await feature.practiceView(doctorID: doctorID, in: from.start..<(from + 7).start, by: principal) }
            let model = PracticeWeekPage(from: from, doctorID: doctorID, doctor: seen.doctor, appointments: seen.appointments, names: seen.names, now: Date())
            return feature.pages.render("practice-week", title: model.heading, headers: .personal, model: model)
        }
        router.get("/practice/bookings/:id") { request, context in
            try RequestParameters(query: request).finish()
            return try await visitPage(context)
        }
        router.post("/practice/bookings/:id") { request, context in try await step(request, context) }
        router.post("/practice/doctors/:id/blocked-times") { request, context in try await block(request, context) }
    }

    private func dayPage(
        _ doctorID: Int64, _ day: LocalDay, _ context: AppRequestContext, conflict: PracticeDayPage.Conflict? = nil, block: BlockForm = BlockForm()
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let seen = try await refusing { try await feature.practiceView(doctorID: doctorID, in: day.start..<(day + 1).start, by: principal) }
        let model = PracticeDayPage(
            day, doctorID: doctorID, doctor: seen.doctor, appointments: seen.appointments, names: seen.names, now: Date(),
            formToken: context.formToken ?? "", conflict: conflict, block: block)
        let isFine = conflict == nil && block.mistakes.isEmpty
        return feature.pages.render(
            "practice-day", title: "\(isFine ? "" : "Error: ")\(model.heading)", status: isFine ? .ok : conflict == nil ? .unprocessableContent : .conflict,
            headers: .personal, model: model)
    }

    private func visitPage(_ context: AppRequestContext) async throws -> Response {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        let visit = try await refusing { try await feature.practiceView(bookingID: id, by: principal) }
        let slots = VisitPage.isMovable(visit)
            ? try await feature.slots(doctorID: visit.doctorID, kind: visit.kind, practiceID: visit.practiceID, in: LocalDay.today.start..<(.today + 15).start) ?? [] : []
        let model = VisitPage(
            visit, person: try await feature.dependencies.names([visit.personID])[visit.personID] ?? "Patient",
            reason: visit.sealedReason.flatMap(feature.reasons.open), slots: slots, now: Date(), formToken: context.formToken ?? "")
        return feature.pages.render("practice-visit", title: model.heading, headers: .personal, model: model)
    }

    private func step(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        var parameters = try await RequestParameters(form: request, context: context)
        let step: PracticeStep? = parameters.enumeration("step")
        let version = parameters.int("version", in: 1...1_000_000)
        let start = parameters.string("at", maxBytes: 20).flatMap(Clock.date)
        parameters.require("step", step != nil)
        parameters.require("at", step != .move || start != nil)
        try parameters.finish()
        guard let step, let before = try await BookingStore(database: feature.pool).appointment(id) else { throw Problem(BookingRefusal.noSuchBooking) }
        do {
            let after = try await feature.pool.transaction { connection in
                switch step {
                case .move: try await feature.reschedule(id, to: MoveWish(startsAt: start ?? .distantPast, version: version), by: principal, on: connection)
                case .cancel: try await feature.cancel(id, reason: .doctorAway, version: version, by: principal, on: connection)
                default: try await feature.advance(id, step.bookingStep ?? .completion, version: version, by: principal, on: connection)
                }
            }
            return Response.seeOther("/practice/doctors/\(after.doctorID)/day?date=\(LocalDay(after.startsAt))")
        } catch let refusal as BookingRefusal where refusal != .noSuchBooking && refusal != .notAllowed {
            return try await refused(refusal, before, saw: version, step, context)
        } catch let refusal as BookingRefusal { throw Problem(refusal) }
    }

    /// What they saw beside what is; nothing of it when the same form was sent twice.
    private func refused(
        _ refusal: BookingRefusal, _ before: Appointment, saw version: Int?, _ step: PracticeStep, _ context: AppRequestContext
    ) async throws -> Response {
        let history = try await BookingStore(database: feature.pool).history(before.id)
        let saw = history.first { $0.version == version }
        guard refusal == .versionChanged, saw?.version != before.version else {
            return try await dayPage(before.doctorID, LocalDay(before.startsAt), context, conflict: .init(title: Problem(refusal).sentence))
        }
        if step.isDone(before), before.version == (version ?? 0) + 1 {
            return Response.seeOther("/practice/doctors/\(before.doctorID)/day?date=\(LocalDay(before.startsAt))")
        }
        let name = try await feature.dependencies.names([before.personID])[before.personID] ?? "Patient"
        return try await dayPage(
            before.doctorID, LocalDay(before.startsAt), context,
            conflict: .init(
                title: "\(name): this was changed meanwhile", saw: saw.map { VisitRow.text($0.state, $0.startsAt) },
                isNow: VisitRow.text(before.state, before.startsAt)))
    }

    private func block(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let (doctorID, principal) = (try context.doctorID(), try context.requirePrincipal())
        var parameters = try await RequestParameters(form: request, context: context)
        let day = parameters.day("date")
        var form = BlockForm(from: parameters.string("from", maxBytes: 5) ?? "", until: parameters.string("until", maxBytes: 5) ?? "")
        let isSure = parameters.bool("despite_visits") == true
        parameters.require("date", day != nil)
        try parameters.finish()
        let shown = day ?? .today
        guard let minutes = form.checkedMinutes() else { return try await dayPage(doctorID, shown, context, block: form) }
        let closed = ScheduleException(during: shown.at(minute: minutes.lowerBound)..<shown.at(minute: minutes.upperBound), opens: false, practiceID: nil)
        do {
            try await refusing {
                try await feature.pool.transaction { connection in
                    let affected = try await feature.addException(doctorID: doctorID, closed, by: principal, on: connection).affected
                    guard affected.isEmpty || isSure else { throw Overlap(appointments: affected) }
                }
            }
            return Response.seeOther("/practice/doctors/\(doctorID)/day?date=\(shown)")
        } catch let overlap as Overlap {
            form.warn(overlap.appointments)
            return try await dayPage(doctorID, shown, context, block: form)
        }
    }
}

/// What a practice's form asks for.
enum PracticeStep: String, CaseIterable, Sendable {
    case approval, checkIn = "check-in", completion, noShow = "no-show", move, cancel

    var bookingStep: BookingStep? { BookingStep(rawValue: rawValue) }

    /// Whether an appointment is what this makes of it. A move is never: which time was asked for decides that.
    fileprivate func isDone(_ appointment: Appointment) -> Bool {
        switch self {
        case .approval: appointment.state == .confirmed
        case .checkIn: appointment.state == .checkedIn
        case .completion: appointment.state == .completed
        case .noShow: appointment.state == .noShow
        case .cancel: appointment.state == .cancelled
        case .move: false
        }
    }
}

/// Nothing is blocked where appointments stand until somebody says so.
private struct Overlap: Error {
    let appointments: [Appointment]
}

extension BookingFeature {
    /// One visit for those who work there; that they looked is written down.
    fileprivate func practiceView(bookingID: UUID, by principal: Principal) async throws -> Appointment {
        guard let visit = try await BookingStore(database: pool).appointment(bookingID),
            try await dependencies.worksFor(principal, visit.doctorID, visit.practiceID, pool)
        else { throw BookingRefusal.noSuchBooking }
        try await pool.transaction { try await dependencies.audit(principal, "booking.view", "booking:\(bookingID.text)", $0) }
        return visit
    }
}
