import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

// Appointments.
extension BookingPages {
    /// An appointment of whoever is signed in.
    func own(_ context: AppRequestContext) async throws -> Appointment {
        let (id, principal) = (try context.bookingID(), try context.requirePrincipal())
        guard let appointment = try await BookingStore(database: feature.pool).appointment(id), appointment.accountID == principal.accountID else {
            throw Problem(BookingRefusal.noSuchBooking)
        }
        return appointment
    }

    /// - Parameter typedReason: what stands in the form that was refused.
    func page(of appointment: Appointment, _ context: AppRequestContext, refusal: BookingRefusal? = nil, typedReason: String? = nil) async throws -> Response {
        let problem = refusal.map { Problem($0) }
        let doctor = try await feature.dependencies.doctor(appointment.doctorID, feature.pool)
        let persons = try await feature.dependencies.persons(appointment.accountID, feature.pool)
        let person = persons.first?.id == appointment.personID ? "You" : persons.first { $0.id == appointment.personID }?.name ?? "Somebody else"
        let waits = try await BookingStore(database: feature.pool).waitlistEntry(for: appointment) != nil
        let model = AppointmentPage(
            appointment, doctor, person: person, reason: typedReason ?? appointment.sealedReason.flatMap(feature.reasons.open), waits: waits, now: Date(),
            formToken: context.formToken ?? "", error: problem?.sentence)
        return feature.pages.render(
            "booking", title: "\(problem == nil ? "" : "Error: ")\(model.heading)", status: problem?.status ?? .ok, headers: .personal, model: model)
    }

    func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var parameters = try RequestParameters(query: request)
        let isPast = parameters.string("when", maxBytes: 10) == "past"
        let cursor = parameters.string("cursor", maxBytes: 200)
        try parameters.finish()
        let store = BookingStore(database: feature.pool)
        let place = ListPlace(signer: feature.cursors, context: "booking pages \(principal.accountID.text) \(isPast)")
        let found = try await store.appointments(accountID: principal.accountID, upcoming: !isPast, after: cursor.flatMap(place.open), limit: 21)
        let shown = Array(found.prefix(20))
        let next = found.count > 20 ? shown.last.map { "/bookings?\(isPast ? "when=past&" : "")cursor=\(place.cursor($0.startsAt, $0.id))" } : nil
        let names = Dictionary(try await feature.dependencies.persons(principal.accountID, feature.pool).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let changed = isPast || cursor != nil ? [] : try await store.changedByPractice(accountID: principal.accountID)
        let model = AppointmentsPage(
            shown, changed: changed, doctors: try await feature.doctors(of: shown + changed), names: names, isPast: isPast, isFirst: cursor == nil, next: next)
        return feature.pages.render("bookings", title: isPast ? "Past appointments" : "My appointments", headers: .personal, model: model)
    }

    /// Free times to move to, or with one chosen the question whether.
    func move(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let own = try await own(context)
        var parameters = try RequestParameters(query: request)
        let start = parameters.string("at", maxBytes: 20).flatMap(Clock.date)
        let from = parameters.day("from")
        try parameters.finish()
        guard [.confirmed, .pendingApproval, .pendingPayment].contains(own.state) else { return try await page(of: own, context) }
        guard let start else { return try await moveTimes(own, from: from) }
        let doctor = try await feature.dependencies.doctor(own.doctorID, feature.pool)
        let model = MovePage(
            before: Clock.spoken(own.startsAt), after: Clock.spoken(start), who: doctor?.name ?? "Doctor", at: Clock.address(start),
            version: own.version, address: "/bookings/\(own.id.text)", formToken: context.formToken ?? "")
        return feature.pages.render("move-booking", title: "Move appointment", headers: .personal, model: model)
    }

    /// - Parameter gone: a time somebody tried to move to.
    func moveTimes(_ own: Appointment, from: LocalDay?, gone: Date? = nil) async throws -> Response {
        guard let doctor = try await feature.dependencies.doctor(own.doctorID, feature.pool) else { throw Problem(BookingRefusal.noSuchDoctor) }
        let base = "/bookings/\(own.id.text)/move"
        let first = max(from ?? .today, .today)
        let slots = try await feature.freeSlots(own.doctorID, kind: own.kind, practiceID: own.practiceID, around: first)
        func address(_ slot: Slot) -> String { "\(base)?at=\(Clock.address(slot.startsAt))" }
        var free = FreeTimes(slots.filter { LocalDay($0.startsAt) >= first }, of: doctor, more: { "\(base)?from=\($0)" }, address: address)
        if free.days.isEmpty { free.none = "No other times are free. Phone the practice." }
        let model = TimesPage(
            gone: gone.map { "\(Clock.spoken($0)) is no longer free" }, nearest: gone.map { FreeTimes.nearest(3, to: $0, slots, address: address) } ?? [],
            heading: "Choose a new time", who: doctor.name, from: "Now: \(Clock.spoken(own.startsAt))", visit: Wording.name(own.kind).lowercasedFirst,
            free: free, earlier: first > .today ? base : nil, back: "/bookings/\(own.id.text)", backName: "Keep it as it is")
        return feature.pages.render(
            "times", title: "\(gone == nil ? "" : "Error: ")Move appointment", status: gone == nil ? .ok : .conflict, headers: .personal, model: model)
    }
}

extension BookingStore {
    /// What an account has with a doctor at a time already.
    func standing(accountID: UUID, doctorID: Int64, at start: Date) async throws -> UUID? {
        try await database.query(
            """
            SELECT booking_id FROM bookings WHERE account_id = \(accountID) AND doctor_id = \(doctorID) AND starts_at = \(start)
                AND state IN ('held', 'pending_payment', 'pending_approval', 'confirmed') AND (expires_at IS NULL OR expires_at > clock_timestamp()) LIMIT 1
            """
        ).first?.decode("booking_id")
    }

    /// Appointments ahead that the practice cancelled or moved last, by when they begin.
    func changedByPractice(accountID: UUID) async throws -> [Appointment] {
        try await database.query(
            """
            SELECT * FROM bookings b WHERE account_id = \(accountID) AND starts_at > clock_timestamp() AND (cancelled_by = 'practice'
                OR state IN ('pending_payment', 'pending_approval', 'confirmed') AND sequence > 0
                    AND (SELECT changed_by FROM booking_history h WHERE h.booking_id = b.booking_id AND h.sequence = b.sequence ORDER BY version LIMIT 1) <> account_id)
            ORDER BY starts_at, booking_id LIMIT 5
            """
        ).map(Appointment.init)
    }
}
