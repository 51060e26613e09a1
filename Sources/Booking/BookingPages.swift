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
        PageTemplate("move-booking", PackageResources.move_mustache), PageTemplate("practice-day", PackageResources.practice_day_mustache),
        PageTemplate("practice-week", PackageResources.practice_week_mustache),
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
            let reason = parameters.string("reason", maxBytes: 1_000)
            try parameters.finish()
            return { try await feature.confirm(id, reason: reason, by: principal, on: $0) }
        }
        post(router, "more-time") { id, parameters, principal in
            try parameters.finish()
            return { try await feature.extendHold(id, by: principal, on: $0) }
        }
        post(router, "release") { id, parameters, principal in
            try parameters.finish()
            return { try await feature.cancel(id, reason: .changedMind, version: nil, by: principal, on: $0) }
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
            return { try await feature.cancel(id, reason: reason, version: nil, by: principal, on: $0) }
        }
        router.get("/bookings/:id/move") { request, context in try await move(request, context) }
        post(router, "move") { id, parameters, principal in
            let start = parameters.string("at", maxBytes: 20).flatMap(Clock.date)
            let version = parameters.int("version", in: 1...1_000_000)
            parameters.require("at", start != nil)
            try parameters.finish()
            return { try await feature.reschedule(id, to: MoveWish(startsAt: start ?? .distantPast, version: version), by: principal, on: $0) }
        }
    }

    /// A form about one appointment: what it does, then the appointment's page, also when it was sent twice.
    private func post(
        _ router: Router<AppRequestContext>, _ what: String,
        _ read: @escaping @Sendable (UUID, inout RequestParameters, Principal) throws -> @Sendable (PostgresConnection) async throws -> Appointment
    ) {
        router.post(RouterPath("/bookings/:id/\(what)")) { request, context in
            let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
            var parameters = try await RequestParameters(form: request, context: context)
            let change = try read(id, &parameters, principal)
            do {
                let changed = try await feature.pool.transaction(change)
                return Response.seeOther("/bookings/\(changed.id.text)")
            } catch let refusal as BookingRefusal {
                guard refusal != .noSuchBooking, refusal != .notAllowed else { throw Problem(refusal) }
                return try await page(of: own(context), context, refusal: refusal)
            }
        }
    }
}

// Free times, and a time to book.
extension BookingPages {
    private static let shownDays = 5

    private func times(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let doctorID = try context.doctorID()
        var parameters = try RequestParameters(query: request)
        let kind: VisitKind? = parameters.enumeration("kind")
        let from = parameters.day("from")
        try parameters.finish()
        return try await timesPage(doctorID: doctorID, kind: kind ?? .firstVisit, from: from, gone: nil)
    }

    private func timesPage(doctorID: Int64, kind: VisitKind, from: LocalDay?, gone: String?) async throws -> Response {
        guard let doctor = try await feature.dependencies.doctor(doctorID, feature.pool) else { throw Problem(BookingRefusal.noSuchDoctor) }
        let start = max(from ?? LocalDay(Date()), LocalDay(Date()))
        let slots = try await feature.slots(doctorID: doctorID, kind: kind, practiceID: nil, in: start.start..<(start + 42).start) ?? []
        let base = "/doctors/\(doctorID)/times"
        let shown = Set(slots.map { LocalDay($0.startsAt) }).sorted()
        let more = shown.dropFirst(Self.shownDays).first.map { "\(base)?kind=\(kind.rawValue)&from=\($0)" }
        let times = FreeTimes(slots, who: doctor.name, days: Self.shownDays, more: more) { Self.address(of: $0, doctorID) }
        let model = TimesPage(
            gone: gone, heading: "Choose a time", who: doctor.name, from: nil,
            kinds: VisitKind.allCases.map { .init(name: Wording.name($0), address: "\(base)?kind=\($0.rawValue)", isChosen: $0 == kind) },
            days: times.days, later: times.later, more: times.more,
            none: slots.isEmpty ? "No times are free in the six weeks from \(start.spoken). Phone the practice, or choose another kind of visit." : nil,
            earlier: start > LocalDay(Date()) ? "\(base)?kind=\(kind.rawValue)" : nil, back: "/doctors/\(doctorID)", backName: "About \(doctor.name)")
        return feature.pages.render(
            "times", title: "\(gone == nil ? "" : "Error: ")Times of \(doctor.name)", status: gone == nil ? .ok : .conflict,
            headers: [.cacheControl: "no-store"], model: model)
    }

    static func address(of slot: Slot, _ doctorID: Int64) -> String {
        "/bookings/new?doctor=\(doctorID)&practice=\(slot.practiceID)&kind=\(slot.kind.rawValue)&at=\(Clock.address(slot.startsAt))"
    }

    /// Looking at a time holds nothing.
    private func newBooking(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try RequestParameters(query: request)
        let wish = try PageWish(&parameters)
        guard let doctor = try await feature.dependencies.doctor(wish.doctorID, feature.pool) else { throw Problem(BookingRefusal.noSuchDoctor) }
        let slots = try await feature.slots(doctorID: wish.doctorID, kind: wish.kind, practiceID: wish.practiceID, in: wish.startsAt..<wish.startsAt + 1)
        guard let slot = slots?.first else { return try await gone(wish) }
        let rules = try await BookingStore(database: feature.pool).scheduleBook(doctorID: wish.doctorID).schedule(practiceID: wish.practiceID).rules
        let practice = doctor.practices.first { $0.id == wish.practiceID }
        let persons = try await feature.dependencies.persons(principal.accountID, feature.pool)
        let model = BookPage(
            when: "\(Clock.spoken(slot.startsAt)) to \(Clock.text(slot.endsAt))", who: doctor.name,
            place: [practice?.name, practice?.address].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "), visit: Wording.name(slot.kind),
            fee: practice?.feesCents[slot.kind.rawValue].map { Wording.money(cents: $0) },
            cancelRule: AppointmentText.rule(notice: rules.cancelNoticeMinutes, feeCents: rules.lateCancelFeeCents), doctor: String(wish.doctorID),
            practice: String(wish.practiceID), kind: wish.kind.rawValue, at: Clock.address(wish.startsAt),
            persons: persons.enumerated().map { .init(id: $1.id.text, name: $0 == 0 ? "Me" : $1.name, isChosen: $0 == 0) }, formToken: context.formToken ?? "")
        return feature.pages.render("book", title: "Book a time", headers: .personal, model: model)
    }

    private func hold(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try await RequestParameters(form: request, context: context)
        let person = parameters.uuid("person")
        let wish = try PageWish(&parameters)
        if let again = try await BookingStore(database: feature.pool).standing(accountID: principal.accountID, doctorID: wish.doctorID, at: wish.startsAt) {
            return Response.seeOther("/bookings/\(again.text)")
        }
        do {
            let hold = HoldWish(doctorID: wish.doctorID, practiceID: wish.practiceID, kind: wish.kind, startsAt: wish.startsAt, personID: person)
            let held = try await feature.pool.transaction { try await feature.hold(hold, by: principal, on: $0) }
            return Response.seeOther("/bookings/\(held.id.text)")
        } catch let refusal as BookingRefusal where refusal == .slotTaken || refusal == .slotNotOffered {
            return try await gone(wish)
        } catch let refusal as BookingRefusal {
            let problem = Problem(refusal)
            return try await timesPage(doctorID: wish.doctorID, kind: wish.kind, from: nil, gone: "\(problem.title). \(problem.detail ?? "")")
        }
    }

    /// The time is taken: others of the same day and after.
    private func gone(_ wish: PageWish) async throws -> Response {
        try await timesPage(doctorID: wish.doctorID, kind: wish.kind, from: LocalDay(wish.startsAt), gone: "\(Clock.spoken(wish.startsAt)) is no longer free")
    }
}

// Appointments.
extension BookingPages {
    /// An appointment of whoever is signed in.
    private func own(_ context: AppRequestContext) async throws -> Appointment {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        guard let appointment = try await BookingStore(database: feature.pool).appointment(id), appointment.accountID == principal.accountID else {
            throw Problem(BookingRefusal.noSuchBooking)
        }
        return appointment
    }

    private func page(of appointment: Appointment, _ context: AppRequestContext, refusal: BookingRefusal? = nil) async throws -> Response {
        let problem = refusal.map { Problem($0) }
        let doctor = try await feature.dependencies.doctor(appointment.doctorID, feature.pool)
        let persons = try await feature.dependencies.persons(appointment.accountID, feature.pool)
        let person = persons.first?.id == appointment.personID ? "You" : persons.first { $0.id == appointment.personID }?.name ?? "Somebody else"
        let model = AppointmentPage(
            appointment, doctor, person: person, now: Date(), formToken: context.formToken ?? "",
            error: problem.map { "\($0.title). \($0.detail ?? "")" })
        return feature.pages.render(
            "booking", title: "\(problem == nil ? "" : "Error: ")\(model.heading)", status: problem?.status ?? .ok, headers: .personal, model: model)
    }

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try RequestParameters(query: request)
        let isPast = parameters.string("when", maxBytes: 10) == "past"
        let cursor = parameters.string("cursor", maxBytes: 200)
        try parameters.finish()
        let place = ListPlace(signer: feature.cursors, context: "booking pages \(principal.accountID.text) \(isPast)")
        let found = try await BookingStore(database: feature.pool).appointments(
            accountID: principal.accountID, upcoming: !isPast, after: cursor.flatMap(place.open), limit: 21)
        let shown = Array(found.prefix(20))
        let next = found.count > 20 ? shown.last.map { "/bookings?\(isPast ? "when=past&" : "")cursor=\(place.cursor($0.startsAt, $0.id))" } : nil
        let names = Dictionary(try await feature.dependencies.persons(principal.accountID, feature.pool).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let model = AppointmentsPage(shown, doctors: try await feature.doctors(of: shown), names: names, isPast: isPast, next: next)
        return feature.pages.render("bookings", title: "My appointments", headers: .personal, model: model)
    }

    /// Free times to move to, or with one chosen the question whether.
    private func move(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let own = try await own(context)
        var parameters = try RequestParameters(query: request)
        let start = parameters.string("at", maxBytes: 20).flatMap(Clock.date)
        let from = parameters.day("from")
        try parameters.finish()
        guard [.confirmed, .pendingApproval, .pendingPayment].contains(own.state) else { return try await page(of: own, context) }
        let doctor = try await feature.dependencies.doctor(own.doctorID, feature.pool)
        let base = "/bookings/\(own.id.text)/move"
        if let start {
            let model = MovePage(
                before: Clock.spoken(own.startsAt), after: Clock.spoken(start), who: doctor?.name ?? "Doctor", at: Clock.address(start),
                version: own.version, address: "/bookings/\(own.id.text)", formToken: context.formToken ?? "")
            return feature.pages.render("move-booking", title: "Move appointment", headers: .personal, model: model)
        }
        let first = max(from ?? LocalDay(Date()), LocalDay(Date()))
        let slots = try await feature.slots(doctorID: own.doctorID, kind: own.kind, practiceID: own.practiceID, in: first.start..<(first + 42).start) ?? []
        let days = Set(slots.map { LocalDay($0.startsAt) }).sorted()
        let times = FreeTimes(slots, who: doctor?.name ?? "", days: Self.shownDays, more: days.dropFirst(Self.shownDays).first.map { "\(base)?from=\($0)" }) {
            "\(base)?at=\(Clock.address($0.startsAt))"
        }
        let model = TimesPage(
            gone: nil, heading: "Choose a new time", who: doctor?.name ?? "Doctor", from: "Now: \(Clock.spoken(own.startsAt))", kinds: [], days: times.days,
            later: times.later, more: times.more, none: slots.isEmpty ? "No other times are free. Phone the practice." : nil,
            earlier: first > LocalDay(Date()) ? base : nil, back: "/bookings/\(own.id.text)", backName: "Keep it as it is")
        return feature.pages.render("times", title: "Move appointment", headers: .personal, model: model)
    }
}

/// A time as an address or a form of ours names it.
private struct PageWish {
    let doctorID: Int64
    let practiceID: Int64
    let kind: VisitKind
    let startsAt: Date

    init(_ parameters: inout RequestParameters) throws(Problem) {
        let doctorID = parameters.number("doctor")
        let practiceID = parameters.number("practice")
        let kind: VisitKind? = parameters.enumeration("kind")
        let text = parameters.string("at", maxBytes: 20)
        let startsAt = text.flatMap(Clock.date)
        for (name, isThere) in [("doctor", doctorID != nil), ("practice", practiceID != nil), ("kind", kind != nil), ("at", startsAt != nil)] {
            parameters.require(name, isThere)
        }
        try parameters.finish()
        self.doctorID = doctorID ?? 0
        self.practiceID = practiceID ?? 0
        self.kind = kind ?? .firstVisit
        self.startsAt = startsAt ?? .distantPast
    }
}

extension BookingStore {
    /// What an account has with a doctor at a time already: a form sent twice.
    func standing(accountID: UUID, doctorID: Int64, at start: Date) async throws -> UUID? {
        try await database.query(
            """
            SELECT booking_id FROM bookings WHERE account_id = \(accountID) AND doctor_id = \(doctorID) AND starts_at = \(start)
                AND state IN ('held', 'pending_payment', 'pending_approval', 'confirmed') AND (expires_at IS NULL OR expires_at > clock_timestamp()) LIMIT 1
            """
        ).first?.decode("booking_id")
    }
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
