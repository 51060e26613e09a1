import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// Booking for people: free times, a time held, checked and confirmed, moved, cancelled. Plain forms; nothing needs scripts.
struct BookingPages {
    let feature: BookingFeature

    static let templates = [
        PageTemplate("free-times", PackageResources.free_times_mustache), PageTemplate("times", PackageResources.times_mustache),
        PageTemplate("book", PackageResources.book_mustache), PageTemplate("booking", PackageResources.booking_mustache),
        PageTemplate("bookings", PackageResources.bookings_mustache), PageTemplate("cancel-booking", PackageResources.cancel_mustache),
        PageTemplate("move-booking", PackageResources.move_mustache),
    ]

    func add(to router: Router<AppRequestContext>) {
        router.get("/doctors/:id/times") { request, context in try await times(request, context) }
        router.get("/bookings/new") { request, context in try await newBooking(request, context) }
        router.post("/bookings") { request, context in try await hold(request, context) }
        router.get("/bookings") { request, context in try await list(request, context) }
        router.get("/bookings/:id") { request, context in
            try RequestParameters(query: request).finish()
            return try await page(of: own(context), context)
        }
        router.get("/bookings/:id/calendar.ics") { request, context in
            try RequestParameters(query: request).finish()
            let own = try await own(context)
            return Response.calendar(feature.calendarText(own, try await feature.dependencies.doctor(own.doctorID, feature.pool)), fileName: "appointment.ics")
        }
        confirmation(router)
        changes(router)
    }

    private func confirmation(_ router: Router<AppRequestContext>) {
        post(router, "confirm") { id, parameters, principal in
            let reason = parameters.string("reason", maxBytes: 2_000)
            try parameters.finish()
            return AppointmentForm(
                change: { try await feature.confirm(id, reason: reason, by: principal, on: $0) },
                isDone: { [.pendingPayment, .pendingApproval, .confirmed, .checkedIn].contains($0.state) },
                refused: { own, refusal, context in
                    guard refusal == .holdExpired else { return try await page(of: own, context, refusal: refusal, typedReason: reason) }
                    return try await confirmAnew(own, reason: reason, principal)
                })
        }
        post(router, "more-time") { id, parameters, principal in
            try parameters.finish()
            return AppointmentForm(change: { try await feature.extendHold(id, by: principal, on: $0) })
        }
        post(router, "release") { id, parameters, principal in
            try parameters.finish()
            return AppointmentForm(
                change: { try await feature.cancel(id, reason: .changedMind, version: nil, by: principal, on: $0) }, isDone: { $0.state == .cancelled },
                next: { "/doctors/\($0.doctorID)/times?kind=\($0.kind.rawValue)" })
        }
    }

    private func changes(_ router: Router<AppRequestContext>) {
        router.get("/bookings/:id/cancel") { request, context in
            try RequestParameters(query: request).finish()
            let own = try await own(context)
            guard own.state.isUpcoming else { return try await page(of: own, context) }
            let model = CancelPage(own, try await feature.dependencies.doctor(own.doctorID, feature.pool), now: Date(), formToken: context.formToken ?? "")
            return feature.pages.render("cancel-booking", title: "Cancel appointment", headers: .personal, model: model)
        }
        post(router, "cancel") { id, parameters, principal in
            let reason: Appointment.CancelReason = parameters.enumeration("reason") ?? .other
            try parameters.finish()
            return AppointmentForm(
                change: { try await feature.cancel(id, reason: reason, version: nil, by: principal, on: $0) }, isDone: { $0.state == .cancelled })
        }
        post(router, "earlier-time") { id, parameters, principal in
            try parameters.finish()
            return AppointmentForm(change: { try await feature.waitForEarlier(than: id, by: principal, on: $0) })
        }
        post(router, "no-earlier-time") { id, parameters, principal in
            try parameters.finish()
            return AppointmentForm(change: { try await feature.stopWaitingForEarlier(than: id, by: principal, on: $0) })
        }
        router.get("/bookings/:id/move") { request, context in try await move(request, context) }
        post(router, "move") { id, parameters, principal in
            let start = parameters.string("at", maxBytes: 20).flatMap(Clock.date)
            let version = parameters.int("version", in: 1...1_000_000)
            parameters.require("at", start != nil)
            try parameters.finish()
            let wish = MoveWish(startsAt: start ?? .distantPast, version: version)
            return AppointmentForm(
                change: { try await feature.reschedule(id, to: wish, by: principal, on: $0) }, isDone: { $0.startsAt == start },
                refused: { own, refusal, _ in
                    guard refusal == .slotTaken || refusal == .slotNotOffered else { return nil }
                    return try await moveTimes(own, from: LocalDay(wish.startsAt), gone: wish.startsAt)
                })
        }
    }

    /// A form about one appointment: what it does, then where to.
    private func post(
        _ router: Router<AppRequestContext>, _ what: String, _ read: @escaping @Sendable (UUID, inout RequestParameters, Principal) throws -> AppointmentForm
    ) {
        router.post(RouterPath("/bookings/:id/\(what)")) { request, context in
            let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
            var parameters = try await RequestParameters(form: request, context: context)
            let form = try read(id, &parameters, principal)
            do {
                return Response.seeOther(form.next(try await feature.pool.transaction(form.change)))
            } catch let refusal as BookingRefusal {
                guard refusal != .noSuchBooking, refusal != .notAllowed else { throw Problem(refusal) }
                let own = try await own(context)
                if form.isDone(own) { return Response.seeOther(form.next(own)) }
                if let answer = try await form.refused(own, refusal, context) { return answer }
                return try await page(of: own, context, refusal: refusal)
            }
        }
    }

    /// A hold that ran out, but nobody else has the time: it is theirs. Otherwise other times, the answers kept.
    private func confirmAnew(_ lost: Appointment, reason: String?, _ principal: Principal) async throws -> Response {
        do {
            let confirmed = try await feature.pool.transaction { try await feature.confirmAnew(lost, reason: reason, by: principal, on: $0) }
            return Response.seeOther("/bookings/\(confirmed.id.text)")
        } catch is BookingRefusal {
            try await feature.pool.transaction { try await feature.keep(reason: reason, with: lost, by: principal, on: $0) }
            return try await gone(PageWish(lost))
        }
    }
}

/// What a form about one appointment does.
private struct AppointmentForm: Sendable {
    let change: @Sendable (PostgresConnection) async throws -> Appointment
    /// Whether it did its work before: it was sent twice, or again after going back.
    var isDone: @Sendable (Appointment) -> Bool = { _ in false }
    /// The answer to a refusal, `nil` for the appointment's page.
    var refused: @Sendable (Appointment, BookingRefusal, AppRequestContext) async throws -> Response? = { _, _, _ in nil }
    var next: @Sendable (Appointment) -> String = { "/bookings/\($0.id.text)" }
}

extension Response {
    static func seeOther(_ address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }
}

extension HTTPFields {
    /// For one person, kept nowhere.
    static var personal: HTTPFields { [.cacheControl: "private, no-store"] }
}
